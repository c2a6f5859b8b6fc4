//! The same fact in the spellings of STU3, R4, R4B and R5, and in the shapes that real systems send, judged the same.
//!
//! A CDS Hooks request does not say its FHIR version, so every spelling must work side by side.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use cellwise::engine::{CallSettings, Engine, Refusal};
use cellwise_clinic::{Indicator, Language};
use cellwise_record::{AsOf, Verdict};
use serde_json::{Value, json};

const RULE: &str = "corticosteroid-after-car-t";

fn settings() -> CallSettings {
    CallSettings {
        language: Language::ENGLISH,
        as_of: AsOf::parse("2026-11-02T09:00:00+01:00").unwrap(),
        accept_as_of: false,
    }
}

/// An order-sign request with one draft order and the given prefetch; what is not given is known to be empty.
fn request(order: &Value, prefetch: &Value) -> Vec<u8> {
    let mut all = json!({
        "patient": { "resourceType": "Patient", "id": "p" },
        "conditions": null, "medicationRequests": null, "medicationStatements": null, "medicationAdministrations": null,
        "procedures": null, "serviceRequests": null, "observations": null
    });
    for (key, resources) in prefetch.as_object().unwrap() {
        let entries: Vec<Value> =
            resources.as_array().unwrap().iter().map(|resource| json!({ "resource": resource })).collect();
        all[key] = json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries });
    }
    let body = json!({
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/example",
            "patientId": "p",
            "draftOrders": { "resourceType": "Bundle", "entry": [{ "resource": order }] }
        },
        "prefetch": all
    });
    serde_json::to_vec(&body).unwrap()
}

fn judge(order: &Value, prefetch: &Value) -> (Verdict, Option<Indicator>) {
    let engine = Engine::load().unwrap();
    let judged = engine.judge("cell-therapy-order-safety", &request(order, prefetch), &settings()).unwrap();
    let outcome = judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == RULE).unwrap();
    let finding = outcome.finding.as_ref().unwrap();
    (finding.verdict(), finding.card.as_ref().map(|card| card.indicator))
}

fn dexamethasone() -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": "dex", "status": "draft", "intent": "order",
        "subject": { "reference": "Patient/p" },
        "medicationCodeableConcept": { "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB02" }] }
    })
}

fn car_t() -> Value {
    json!({
        "resourceType": "Procedure", "id": "car-t", "status": "completed", "subject": { "reference": "Patient/p" },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }] },
        "performedDateTime": "2025-11-12"
    })
}

const CRITICAL: (Verdict, Option<Indicator>) = (Verdict::Met, Some(Indicator::Critical));
const SILENT: (Verdict, Option<Indicator>) = (Verdict::NotMet, None);

#[test]
fn a_drug_is_read_in_every_spelling() {
    let atc = json!({ "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB02" }] });
    let base = |medication: Value| {
        let mut order = json!({ "resourceType": "MedicationRequest", "id": "dex", "status": "draft", "intent": "order", "subject": { "reference": "Patient/p" } });
        for (key, value) in medication.as_object().unwrap() {
            order[key] = value.clone();
        }
        order
    };
    let history = json!({ "procedures": [car_t()] });
    for (name, medication) in [
        ("STU3, R4, R4B", json!({ "medicationCodeableConcept": atc })),
        ("R5", json!({ "medication": { "concept": atc } })),
        (
            "contained, R4",
            json!({ "contained": [{ "resourceType": "Medication", "id": "m", "code": atc }], "medicationReference": { "reference": "#m" } }),
        ),
        (
            "contained, R5",
            json!({ "contained": [{ "resourceType": "Medication", "id": "m", "code": atc }], "medication": { "reference": { "reference": "#m" } } }),
        ),
        (
            "ingredient, R4",
            json!({ "contained": [{ "resourceType": "Medication", "id": "m", "ingredient": [{ "itemCodeableConcept": atc }] }], "medicationReference": { "reference": "#m" } }),
        ),
        (
            "ingredient, R5",
            json!({ "contained": [{ "resourceType": "Medication", "id": "m", "ingredient": [{ "item": { "concept": atc } }] }], "medicationReference": { "reference": "#m" } }),
        ),
        ("a lone coding object", json!({ "medicationCodeableConcept": { "coding": atc["coding"][0] } })),
        ("without intent and status", json!({ "medicationCodeableConcept": atc, "intent": null, "status": null })),
        ("category as an object", json!({ "medicationCodeableConcept": atc, "category": { "text": "inpatient" } })),
    ] {
        assert_eq!(judge(&base(medication), &history), CRITICAL, "{name}");
    }
}

#[test]
fn resource_type_need_not_come_first() {
    let order = serde_json::to_string(&dexamethasone()).unwrap();
    let procedure = r#"{"status":"completed","code":{"coding":[{"code":"1156961008","system":"http://snomed.info/sct"}]},"id":"car-t","resourceType":"Procedure"}"#;
    let body = String::from_utf8(request(&dexamethasone(), &json!({ "procedures": [car_t()] }))).unwrap();
    let ordered = serde_json::to_string(&car_t()).unwrap();
    assert!(body.contains(&ordered) && body.contains(&order));
    let engine = Engine::load().unwrap();
    let judged =
        engine.judge("cell-therapy-order-safety", body.replace(&ordered, procedure).as_bytes(), &settings()).unwrap();
    let outcome = judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == RULE).unwrap();
    assert_eq!(outcome.finding.as_ref().unwrap().verdict(), Verdict::Met);
}

#[test]
fn history_is_read_in_every_spelling() {
    let atc = json!({ "coding": [{ "system": "http://www.whocc.no/atc", "code": "L01XL04" }] });
    let subject = json!({ "reference": "Patient/p" });
    let snomed = json!({ "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }] });
    for (name, key, resource, expected) in [
        (
            "Procedure R5",
            "procedures",
            json!({ "resourceType": "Procedure", "status": "completed", "code": snomed, "occurrenceDateTime": "2025-11-12", "subject": subject }),
            CRITICAL,
        ),
        (
            "Procedure STU3 not done",
            "procedures",
            json!({ "resourceType": "Procedure", "status": "completed", "notDone": true, "code": snomed, "subject": subject }),
            SILENT,
        ),
        (
            "Procedure R4 not done",
            "procedures",
            json!({ "resourceType": "Procedure", "status": "not-done", "code": snomed, "subject": subject }),
            SILENT,
        ),
        (
            "Administration R4",
            "medicationAdministrations",
            json!({ "resourceType": "MedicationAdministration", "status": "completed", "medicationCodeableConcept": atc, "effectiveDateTime": "2025-11-12", "subject": subject }),
            CRITICAL,
        ),
        (
            "Administration R5",
            "medicationAdministrations",
            json!({ "resourceType": "MedicationAdministration", "status": "completed", "medication": { "concept": atc }, "occurenceDateTime": "2025-11-12", "subject": subject }),
            CRITICAL,
        ),
        (
            "Administration STU3 not given",
            "medicationAdministrations",
            json!({ "resourceType": "MedicationAdministration", "status": "completed", "notGiven": true, "medicationCodeableConcept": atc, "subject": subject }),
            SILENT,
        ),
        (
            "Statement R4",
            "medicationStatements",
            json!({ "resourceType": "MedicationStatement", "status": "completed", "medicationCodeableConcept": atc, "subject": subject }),
            CRITICAL,
        ),
        (
            "Statement R5",
            "medicationStatements",
            json!({ "resourceType": "MedicationStatement", "status": "recorded", "medication": { "concept": atc }, "subject": subject }),
            CRITICAL,
        ),
        (
            "Statement STU3 not taken",
            "medicationStatements",
            json!({ "resourceType": "MedicationStatement", "status": "active", "taken": "n", "medicationCodeableConcept": atc, "subject": subject }),
            SILENT,
        ),
        (
            "Statement R4 not taken",
            "medicationStatements",
            json!({ "resourceType": "MedicationStatement", "status": "not-taken", "medicationCodeableConcept": atc, "subject": subject }),
            SILENT,
        ),
    ] {
        assert_eq!(judge(&dexamethasone(), &json!({ key: [resource] })), expected, "{name}");
    }
}

#[test]
fn a_condition_status_is_a_code_in_stu3_and_a_concept_since_r4() {
    let crs = |clinical: Value, verification: Value| {
        json!({
            "resourceType": "Condition", "id": "crs", "clinicalStatus": clinical, "verificationStatus": verification,
            "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "D89.831" }] },
            "onsetDateTime": "2026-10-30", "subject": { "reference": "Patient/p" }
        })
    };
    let concept = |code: &str| json!({ "coding": [{ "code": code }] });
    let mut infusion = car_t();
    infusion["performedDateTime"] = json!("2026-10-28");
    let warning = (Verdict::Met, Some(Indicator::Warning));
    for (name, condition, expected) in [
        ("STU3", crs(json!("active"), json!("confirmed")), warning),
        ("R4", crs(concept("active"), concept("confirmed")), warning),
        // Over, in this episode: perhaps the next step down of a taper.
        ("STU3 resolved", crs(json!("resolved"), json!("confirmed")), warning),
        ("R4 resolved", crs(concept("resolved"), concept("confirmed")), warning),
        ("STU3 refuted", crs(json!("active"), json!("refuted")), CRITICAL),
        ("R4 refuted", crs(concept("active"), concept("refuted")), CRITICAL),
    ] {
        assert_eq!(
            judge(&dexamethasone(), &json!({ "conditions": [condition], "procedures": [infusion] })),
            expected,
            "{name}"
        );
    }
}

#[test]
fn stu3_orders_procedures_with_a_procedure_request() {
    let order = |kind: &str| {
        json!({
            "resourceType": kind, "id": "donation", "status": "draft", "intent": "order", "subject": { "reference": "Patient/p" },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "53958007" }] }
        })
    };
    let engine = Engine::load().unwrap();
    for kind in ["ServiceRequest", "ProcedureRequest"] {
        let body = request(&order(kind), &json!({ "procedures": [car_t()] }));
        let judged = engine.judge("cell-therapy-order-safety", &body, &settings()).unwrap();
        let outcome =
            judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == "donation-after-car-t").unwrap();
        assert_eq!(outcome.finding.as_ref().unwrap().verdict(), Verdict::Met, "{kind}");
    }
}

#[test]
fn a_malformed_element_costs_that_element_only() {
    for (name, element, value) in [
        ("extension", "extension", json!("none")),
        ("note", "note", json!(7)),
        ("reasonCode", "reasonCode", json!({ "text": 5 })),
        ("dosageInstruction", "dosageInstruction", json!("once daily")),
        ("authoredOn", "authoredOn", json!(20_261_102)),
        ("category", "category", json!([[], null, 3])),
    ] {
        let mut order = dexamethasone();
        order[element] = value;
        assert_eq!(judge(&order, &json!({ "procedures": [car_t()] })), CRITICAL, "{name}");
    }
    let mut undated = car_t();
    undated["performedDateTime"] = json!("last winter");
    assert_eq!(
        judge(&dexamethasone(), &json!({ "procedures": [undated] })),
        CRITICAL,
        "history without a date: bans apply"
    );
}

#[test]
fn another_patients_patient_is_refused() {
    let mut body: Value = serde_json::from_slice(&request(&dexamethasone(), &json!({}))).unwrap();
    body["prefetch"]["patient"]["id"] = json!("someone-else");
    let engine = Engine::load().unwrap();
    let refusal =
        engine.call("cell-therapy-order-safety", &serde_json::to_vec(&body).unwrap(), &settings()).unwrap_err();
    assert!(
        matches!(&refusal, Refusal::Invalid { problems } if problems[0].pointer == "/prefetch/patient/id"),
        "{refusal:?}"
    );
}

#[test]
fn prefixes_of_the_patient_id_do_not_matter() {
    let engine = Engine::load().unwrap();
    for (context, subject) in [
        ("p", "Patient/p"),
        ("Patient/p", "Patient/p"),
        ("p", "https://ehr.example.org/fhir/Patient/p"),
        ("p", "Patient/p/_history/3"),
        ("Patient/p", "p"),
    ] {
        let mut procedure = car_t();
        procedure["subject"]["reference"] = json!(subject);
        let mut body: Value =
            serde_json::from_slice(&request(&dexamethasone(), &json!({ "procedures": [procedure] }))).unwrap();
        body["context"]["patientId"] = json!(context);
        let judged =
            engine.judge("cell-therapy-order-safety", &serde_json::to_vec(&body).unwrap(), &settings()).unwrap();
        let outcome = judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == RULE).unwrap();
        assert_eq!(outcome.finding.as_ref().unwrap().verdict(), Verdict::Met, "context {context}, subject {subject}");
    }
}
