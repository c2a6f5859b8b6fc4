//! Invented patients of today: the app judges at the present.

use cellwise_record::AsOf;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};

/// So many days before today.
pub(crate) fn days_ago(days: i32) -> Date {
    AsOf::now().date.checked_sub(days.days()).unwrap()
}

/// A patient of an id and a family name, without anything else.
pub(crate) fn patient(id: &str, family: &str) -> Value {
    bundle(&[json!({
        "resourceType": "Patient", "id": id, "gender": "female", "birthDate": "1961-04-03",
        "name": [{ "use": "official", "family": family, "given": ["Anna"] }],
    })])
}

/// The same after CAR-T ten days ago, with a fever yesterday.
pub(crate) fn after_car_t(id: &str, family: &str) -> Value {
    let mut record = patient(id, family);
    let subject = json!({ "reference": format!("Patient/{id}") });
    let procedure = json!({
        "resourceType": "Procedure", "id": format!("{id}-car-t"), "status": "completed", "subject": subject,
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }], "text": format!("CAR-T of {family}") },
        "performedDateTime": days_ago(10).to_string(),
    });
    let fever = json!({
        "resourceType": "Observation", "id": format!("{id}-fever"), "status": "final", "subject": subject,
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8310-5" }], "text": "Temperature" },
        "effectiveDateTime": days_ago(1).to_string(),
        "valueQuantity": { "value": 39.1, "unit": "°C", "system": "http://unitsofmeasure.org", "code": "Cel" },
    });
    let entries = record["entry"].as_array_mut().unwrap();
    entries.extend([procedure, fever].map(|resource| json!({ "resource": resource })));
    record
}

fn bundle(resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}
