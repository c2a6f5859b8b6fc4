//! Invented requests, as compact JSON: what an EHR sends for a chart of 10, 100 and 400 resources.
//!
//! Deterministic and synthetic: nobody's record. Most of a chart is what most of any chart is: vitals and laboratory values that
//! no rule reads, each with the elements that servers send. Most calls are about patients who never had a cell therapy, and get
//! no card; so there are ordinary charts, one of a patient after CAR-T of whom nothing is to be said, and calls that get one card
//! (an order of dexamethasone after CAR-T) and several (a follow-up in the first month after CAR-T).

#![allow(dead_code, reason = "each benchmark takes what it needs")]

use serde_json::{Value, json};

/// The instant of evaluation that the requests name.
pub(crate) const AS_OF: &str = "2026-11-02T09:00:00+01:00";

/// One request.
pub(crate) struct Body {
    /// What it is called in a table.
    pub(crate) name: &'static str,
    /// The service that it is for.
    pub(crate) service: &'static str,
    /// The rule whose card the answer must hold; without one it must hold no card.
    pub(crate) rule: Option<&'static str>,
    /// How many resources the chart has.
    pub(crate) resources: usize,
    /// The JSON.
    pub(crate) json: Vec<u8>,
}

impl Body {
    /// Whether an answer is what was meant.
    #[must_use]
    pub(crate) fn is_answered_by(&self, answer: &str) -> bool {
        self.rule.map_or(answer == r#"{"cards":[]}"#, |rule| answer.contains(rule))
    }
}

/// When CAR-T cells were given, if they were.
#[derive(Clone, Copy)]
enum CarT {
    Never,
    On(&'static str),
}

const ORDERS: &str = "cell-therapy-order-safety";
const FOLLOW_UP: &str = "cell-therapy-follow-up";
const SIZES: [usize; 3] = [10, 100, 400];

/// The requests that get a critical card, smallest first.
#[must_use]
pub(crate) fn bodies() -> [Body; 3] {
    let names = ["5 kB, one card", "50 kB, one card", "200 kB, one card"];
    let all: Vec<Body> = names.into_iter().zip(SIZES).map(|(name, size)| with_card(name, size)).collect();
    all.try_into().unwrap_or_else(|_| std::process::abort())
}

/// All requests: those without a card, the common ones, first.
#[must_use]
pub(crate) fn calls() -> Vec<Body> {
    let names = ["5 kB, no card", "50 kB, no card", "200 kB, no card"];
    let follow_up = |name, size, car_t, rule| Body {
        name,
        service: FOLLOW_UP,
        rule,
        resources: size,
        json: request(size, "patient-view", car_t),
    };
    let mut calls: Vec<Body> =
        names.into_iter().zip(SIZES).map(|(name, size)| follow_up(name, size, CarT::Never, None)).collect();
    calls.push(follow_up("5 kB, CAR-T long ago, no card", 10, CarT::On("2019-05-02"), None));
    calls.extend(bodies());
    calls.push(follow_up("5 kB, several cards", 10, CarT::On("2026-10-12"), Some("infection-prophylaxis")));
    calls
}

fn with_card(name: &'static str, resources: usize) -> Body {
    let json = request(resources, "order-sign", CarT::On("2025-11-12"));
    Body { name, service: ORDERS, rule: Some("corticosteroid-after-car-t"), resources, json }
}

/// A code system and its URI, as an EHR sends it.
const ATC: &str = "http://www.whocc.no/atc";
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const LOINC: &str = "http://loinc.org";
const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";

type Code = (&'static str, &'static str, &'static str);

const DIAGNOSES: [(Code, &str); 6] = [
    ((SNOMED, "38341003", "Hypertensive disorder"), "I10"),
    ((SNOMED, "44054006", "Type 2 diabetes mellitus"), "E11.9"),
    ((SNOMED, "195967001", "Asthma"), "J45.9"),
    ((SNOMED, "40930008", "Hypothyroidism"), "E03.9"),
    ((SNOMED, "396275006", "Osteoarthritis"), "M19.9"),
    ((SNOMED, "235595009", "Gastroesophageal reflux disease"), "K21.9"),
];

const DRUGS: [(Code, &str); 6] = [
    ((ATC, "N02BE01", "paracetamol"), "161"),
    ((ATC, "A02BC01", "omeprazole"), "7646"),
    ((ATC, "C07AB02", "metoprolol"), "6918"),
    ((ATC, "C09AA02", "enalapril"), "3827"),
    ((ATC, "J05AB11", "valaciclovir"), "73645"),
    ((ATC, "A10BA02", "metformin"), "6809"),
];

const PROCEDURES: [Code; 4] = [
    (SNOMED, "80146002", "Appendectomy"),
    (SNOMED, "73761001", "Colonoscopy"),
    (SNOMED, "40701008", "Echocardiography"),
    (SNOMED, "399208008", "Plain chest X-ray"),
];

/// Code, unit, whole part of a usual value, upper limit of normal.
const VITALS: [(Code, &str, u32, u32); 4] = [
    ((LOINC, "8867-4", "Heart rate"), "/min", 72, 100),
    ((LOINC, "8310-5", "Body temperature"), "Cel", 37, 38),
    ((LOINC, "9279-1", "Respiratory rate"), "/min", 14, 20),
    ((LOINC, "29463-7", "Body weight"), "kg", 74, 120),
];
const LABORATORY: [(Code, &str, u32, u32); 6] = [
    ((LOINC, "718-7", "Hemoglobin"), "g/dL", 13, 17),
    ((LOINC, "6690-2", "Leukocytes"), "10*9/L", 6, 10),
    ((LOINC, "777-3", "Platelets"), "10*9/L", 210, 400),
    ((LOINC, "2160-0", "Creatinine"), "mg/dL", 1, 2),
    ((LOINC, "2951-2", "Sodium"), "mmol/L", 139, 145),
    ((LOINC, "1988-5", "C reactive protein"), "mg/L", 4, 10),
];

/// What the rest of the chart is made of, repeated: the share of each resource type.
const MIX: [Kind; 25] = {
    use Kind::{
        Administration, Condition, Document, Encounter, Lab, MedicationRequest, MedicationStatement, Procedure,
        ServiceRequest, Vital,
    };
    [
        Vital,
        Lab,
        Condition,
        MedicationRequest,
        Vital,
        Lab,
        Procedure,
        Vital,
        MedicationStatement,
        Encounter, //
        Lab,
        Vital,
        MedicationRequest,
        Lab,
        Administration,
        Vital,
        ServiceRequest,
        Lab,
        Document,
        Vital, //
        Lab,
        Condition,
        MedicationRequest,
        Vital,
        Lab,
    ]
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Condition,
    MedicationRequest,
    MedicationStatement,
    Administration,
    Procedure,
    ServiceRequest,
    Vital,
    Lab,
    Encounter,
    Document,
}

impl Kind {
    /// The prefetch key that brings it. Some clients send what nobody asked for.
    fn key(self) -> &'static str {
        match self {
            Self::Condition => "conditions",
            Self::MedicationRequest => "medicationRequests",
            Self::MedicationStatement => "medicationStatements",
            Self::Administration => "medicationAdministrations",
            Self::Procedure => "procedures",
            Self::ServiceRequest => "serviceRequests",
            Self::Vital | Self::Lab => "observations",
            Self::Encounter => "encounters",
            Self::Document => "documentReferences",
        }
    }
}

/// The prefetch keys of the services, then those that no rule reads.
const KEYS: [&str; 13] = [
    "conditions",
    "medicationRequests",
    "medicationStatements",
    "medicationAdministrations",
    "procedures",
    "serviceRequests",
    "observations",
    "diagnosticReports",
    "researchSubjects",
    "consents",
    "allergies",
    "encounters",
    "documentReferences",
];

/// The request for a chart of `size` resources: patient, an old lymphoma and CAR-T therapy if there was one, and others.
fn request(size: usize, hook: &str, car_t: CarT) -> Vec<u8> {
    let mut entries: Vec<(&str, Value)> = Vec::new();
    if let CarT::On(day) = car_t {
        entries.extend([("conditions", lymphoma()), ("procedures", infusion(day))]);
    }
    let others = MIX.iter().cycle().enumerate().take(size.saturating_sub(3));
    entries.extend(others.map(|(number, kind)| (kind.key(), resource(*kind, number))));
    let mut prefetch = serde_json::Map::new();
    prefetch.insert("patient".to_owned(), patient());
    for key in KEYS {
        let of_key: Vec<Value> =
            entries.iter().filter(|(of, _)| *of == key).map(|(_, resource)| entry(resource)).collect();
        prefetch.insert(
            key.to_owned(),
            json!({ "resourceType": "Bundle", "type": "searchset", "total": of_key.len(), "entry": of_key }),
        );
    }
    let mut context = json!({ "userId": "Practitioner/example", "patientId": "p1" });
    if hook == "order-sign" {
        let drafts = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": draft() }] });
        context.as_object_mut().map(|context| context.insert("draftOrders".to_owned(), drafts));
    }
    let request = json!({
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": prefetch,
        "extension": { "dev.cellwise.asOf": AS_OF }
    });
    request.to_string().into_bytes()
}

fn entry(resource: &Value) -> Value {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = format!("https://ehr.example.org/fhir/{}/{}", text("resourceType"), text("id"));
    json!({ "fullUrl": url, "resource": resource })
}

fn subject() -> Value {
    json!({ "reference": "Patient/p1" })
}

fn coding((system, code, display): Code) -> Value {
    json!({ "system": system, "code": code, "display": display })
}

fn pick<T: Copy>(list: &[T], number: usize) -> Option<T> {
    list.get(number % list.len().max(1)).copied()
}

fn day(number: usize) -> String {
    format!("2026-{:02}-{:02}", number % 10 + 1, number % 27 + 1)
}

fn meta(number: usize) -> Value {
    json!({ "lastUpdated": format!("{}T07:12:{:02}.000+01:00", day(number), number % 60) })
}

fn patient() -> Value {
    json!({
        "resourceType": "Patient", "id": "p1", "meta": meta(1),
        "identifier": [{ "use": "official", "system": "https://ehr.example.org/mrn", "value": "0000017" }],
        "active": true,
        "name": [{ "use": "official", "family": "Voorbeeld", "given": ["Adriaan"] }],
        "telecom": [{ "system": "phone", "value": "000-0000000", "use": "home" }],
        "gender": "male", "birthDate": "1968-03-14",
        "address": [{ "line": ["Voorbeeldstraat 1"], "city": "Voorbeeld", "country": "NL" }]
    })
}

fn lymphoma() -> Value {
    json!({
        "resourceType": "Condition", "id": "lymphoma",
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "remission" }] },
        "code": { "coding": [coding((SNOMED, "109969005", "Diffuse non-Hodgkin lymphoma, large cell"))] },
        "subject": subject(), "onsetDateTime": "2018-04"
    })
}

fn infusion(day: &str) -> Value {
    json!({
        "resourceType": "Procedure", "id": "car-t", "status": "completed",
        "code": {
            "coding": [coding((SNOMED, "1156961008", "Chimeric antigen receptor T-cell therapy (procedure)"))],
            "text": "CAR T-celtherapie (axicabtagene ciloleucel)"
        },
        "subject": subject(), "performedDateTime": day
    })
}

fn draft() -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": "dexamethasone", "status": "draft", "intent": "order",
        "medicationCodeableConcept": { "coding": [coding((ATC, "H02AB02", "dexamethasone"))], "text": "Dexamethason 10 mg i.v." },
        "subject": subject(), "authoredOn": "2026-11-02",
        "dosageInstruction": [{ "route": { "text": "intravenous" } }]
    })
}

fn resource(kind: Kind, number: usize) -> Value {
    match kind {
        Kind::Condition => condition(number),
        Kind::MedicationRequest => medication_request(number),
        Kind::MedicationStatement => medication_statement(number),
        Kind::Administration => administration(number),
        Kind::Procedure => procedure(number),
        Kind::ServiceRequest => service_request(number),
        Kind::Vital => vital(number),
        Kind::Lab => laboratory(number),
        Kind::Encounter => encounter(number),
        Kind::Document => document(number),
    }
}

fn condition(number: usize) -> Value {
    let (code, icd_10) = pick(&DIAGNOSES, number).unwrap_or_default();
    json!({
        "resourceType": "Condition", "id": format!("c{number}"), "meta": meta(number),
        "clinicalStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active" }] },
        "verificationStatus": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed" }] },
        "code": { "coding": [coding(code), { "system": ICD_10, "code": icd_10 }] },
        "subject": subject(), "onsetDateTime": day(number), "recordedDate": day(number)
    })
}

/// A drug as a Dutch EHR codes it (ATC), an American one (RxNorm), or both.
fn drug(number: usize) -> Value {
    let (atc, rxnorm) = pick(&DRUGS, number).unwrap_or_default();
    let rxnorm = json!({ "system": RXNORM, "code": rxnorm, "display": atc.2 });
    match number % 4 {
        0 => json!({ "coding": [coding(atc), rxnorm], "text": atc.2 }),
        1 => json!({ "coding": [rxnorm], "text": atc.2 }),
        _ => json!({ "coding": [coding(atc)], "text": atc.2 }),
    }
}

fn medication_request(number: usize) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": format!("mr{number}"), "meta": meta(number),
        "status": "active", "intent": "order",
        "medicationCodeableConcept": drug(number),
        "subject": subject(), "authoredOn": day(number),
        "requester": { "reference": "Practitioner/pr1" },
        "dosageInstruction": [{
            "text": "1 tablet, 2 x per dag",
            "route": { "coding": [{ "system": SNOMED, "code": "26643006", "display": "Oral route" }] }
        }]
    })
}

fn medication_statement(number: usize) -> Value {
    json!({
        "resourceType": "MedicationStatement", "id": format!("ms{number}"),
        "status": "active", "medicationCodeableConcept": drug(number), "subject": subject(),
        "effectivePeriod": { "start": day(number) }, "dateAsserted": day(number)
    })
}

fn administration(number: usize) -> Value {
    json!({
        "resourceType": "MedicationAdministration", "id": format!("ma{number}"),
        "status": "completed", "medicationCodeableConcept": drug(number), "subject": subject(),
        "effectiveDateTime": format!("{}T08:00:00+01:00", day(number)),
        "dosage": { "route": { "text": "oraal" }, "dose": { "value": 2.5, "unit": "mg", "system": UCUM, "code": "mg" } }
    })
}

fn procedure(number: usize) -> Value {
    let code = pick(&PROCEDURES, number).unwrap_or_default();
    json!({
        "resourceType": "Procedure", "id": format!("pr{number}"), "status": "completed",
        "code": { "coding": [coding(code)], "text": code.2 }, "subject": subject(),
        "performedDateTime": day(number), "performer": [{ "actor": { "reference": "Practitioner/pr1" } }]
    })
}

fn service_request(number: usize) -> Value {
    let code = pick(&PROCEDURES, number + 1).unwrap_or_default();
    json!({
        "resourceType": "ServiceRequest", "id": format!("sr{number}"), "status": "completed", "intent": "order",
        "code": { "coding": [coding(code)] }, "subject": subject(), "authoredOn": day(number), "priority": "routine"
    })
}

fn vital(number: usize) -> Value {
    let (code, unit, usual, _) = pick(&VITALS, number).unwrap_or_default();
    json!({
        "resourceType": "Observation", "id": format!("v{number}"), "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [coding(code)] }, "subject": subject(),
        "effectiveDateTime": format!("{}T07:05:00+01:00", day(number)),
        "valueQuantity": quantity(usual, number, unit)
    })
}

fn laboratory(number: usize) -> Value {
    let (code, unit, usual, high) = pick(&LABORATORY, number).unwrap_or_default();
    json!({
        "resourceType": "Observation", "id": format!("l{number}"), "meta": meta(number), "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" }] }],
        "code": { "coding": [coding(code)] }, "subject": subject(),
        "effectiveDateTime": format!("{}T07:05:00+01:00", day(number)),
        "issued": format!("{}T09:40:00.000+01:00", day(number)),
        "performer": [{ "reference": "Organization/lab" }],
        "valueQuantity": quantity(usual, number, unit),
        "interpretation": [{ "coding": [{ "code": "N" }] }],
        "referenceRange": [{ "high": { "value": high, "unit": unit } }]
    })
}

/// A value with one decimal, near the usual one.
fn quantity(usual: u32, number: usize, unit: &str) -> Value {
    let value: serde_json::Number = format!("{usual}.{}", number % 9 + 1).parse().unwrap_or_else(|_| usual.into());
    json!({ "value": value, "unit": unit, "system": UCUM, "code": unit })
}

fn encounter(number: usize) -> Value {
    json!({
        "resourceType": "Encounter", "id": format!("e{number}"), "status": "finished",
        "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
        "subject": subject(), "period": { "start": day(number), "end": day(number) },
        "participant": [{ "individual": { "reference": "Practitioner/pr1" } }]
    })
}

fn document(number: usize) -> Value {
    json!({
        "resourceType": "DocumentReference", "id": format!("d{number}"), "status": "current",
        "type": { "coding": [{ "system": LOINC, "code": "11488-4", "display": "Consult note" }] },
        "subject": subject(), "date": format!("{}T10:00:00+01:00", day(number)),
        "content": [{ "attachment": { "contentType": "application/pdf", "url": format!("https://ehr.example.org/fhir/Binary/b{number}") } }]
    })
}
