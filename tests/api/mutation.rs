//! Whatever comes in, an answer in JSON goes out, and it never blames the server.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

use crate::helpers::{SERVER, request};

/// Sends a body and checks the promise.
fn answers(path: &str, body: Vec<u8>) -> Result<(), TestCaseError> {
    let response = SERVER.post(path, body);
    let status = response.status().as_u16();
    prop_assert!([200, 400, 404, 412, 413].contains(&status), "status {}", status);
    let text = response.text().unwrap();
    let answer: Result<Value, _> = serde_json::from_str(&text);
    prop_assert!(answer.is_ok(), "{}", text);
    if status != 200 {
        prop_assert_eq!(&answer.unwrap()["resourceType"], "OperationOutcome");
    }
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop_oneof!["Bundle", "OperationOutcome", "Patient", "active", "2026-13-45", "Patient/p"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key =
            prop_oneof!["resourceType", "entry", "resource", "id", "code", "coding", "subject", "status", ".{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The pointers to everything in a value.
fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                pointers(member, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                pointers(item, &format!("{here}/{place}"), all);
            }
        }
        _ => {}
    }
}

/// A request with something in it for every reader: a chart of one resource per prefetch key.
fn rich_request(hook: &str) -> Value {
    let mut body = request(hook);
    let resources = [
        (
            "conditions",
            r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct","code":"426373005"}]},"onsetDateTime":"2020-01"}"#,
        ),
        (
            "medicationRequests",
            r#"{"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","subject":{"reference":"Patient/p"},"medicationReference":{"reference":"Medication/n"},"authoredOn":"2025-01-01","dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"start":"2025-01-01"}}},"route":{"coding":[{"system":"http://snomed.info/sct","code":"26643006"}]}}]}"#,
        ),
        (
            "medicationStatements",
            r#"{"resourceType":"MedicationStatement","id":"s","status":"active","subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"L04AG03"}]},"effectivePeriod":{"start":"2024-01-01"}}"#,
        ),
        (
            "observations",
            r#"{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://loinc.org","code":"82810-3"}]},"valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"LA15173-0"}]},"effectiveDateTime":"2026-10-01T09:00:00+01:00","valueQuantity":{"value":1.50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}"#,
        ),
        (
            "procedures",
            r#"{"resourceType":"Procedure","id":"q","status":"completed","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"1156961008"}]},"performedDateTime":"2026-05-01"}"#,
        ),
    ];
    for (key, resource) in resources {
        let resource: Value = serde_json::from_str(resource).unwrap();
        body["prefetch"][key]["entry"] = serde_json::json!([{ "resource": resource }]);
    }
    body
}

#[derive(Clone, Debug)]
enum Change {
    Remove,
    Replace(Value),
    Wrap,
}

fn any_change() -> impl Strategy<Value = (Index, Change)> {
    let change = prop_oneof![Just(Change::Remove), any_json().prop_map(Change::Replace), Just(Change::Wrap)];
    (any::<Index>(), change)
}

fn apply(body: &mut Value, place: Index, change: &Change) {
    let mut all = Vec::new();
    pointers(body, "", &mut all);
    let pointer = &all[place.index(all.len())];
    match change {
        Change::Replace(value) => *body.pointer_mut(pointer).unwrap() = value.clone(),
        Change::Wrap => {
            let value = body.pointer_mut(pointer).unwrap();
            *value = Value::Array(vec![value.take()]);
        }
        Change::Remove => {
            let Some((parent, key)) = pointer.rsplit_once('/') else { return };
            match body.pointer_mut(parent).unwrap() {
                Value::Object(members) => {
                    members.remove(&key.replace("~1", "/").replace("~0", "~"));
                }
                Value::Array(items) => {
                    items.remove(key.parse().unwrap());
                }
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..2000)) {
        answers("/cds-services/ahsct-eligibility", body.clone())?;
        answers("/cds-services/ahsct-eligibility/feedback", body)?;
    }

    #[test]
    fn any_json_value(body in any_json()) {
        answers("/cds-services/cell-therapy-follow-up", body.to_string().into_bytes())?;
        answers("/cds-services/cell-therapy-follow-up/feedback", body.to_string().into_bytes())?;
    }

    #[test]
    fn a_request_with_changes(
        changes in prop::collection::vec(any_change(), 1..5),
        (service, hook) in prop::sample::select(vec![
            ("ahsct-eligibility", "order-select"),
            ("car-t-eligibility", "patient-view"),
            ("cell-therapy-order-safety", "order-sign"),
            ("cell-therapy-follow-up", "patient-view"),
        ]),
    ) {
        let mut body = rich_request(hook);
        for (place, change) in &changes {
            apply(&mut body, *place, change);
        }
        answers(&format!("/cds-services/{service}"), body.to_string().into_bytes())?;
    }

    #[test]
    fn a_request_with_a_damaged_byte(place in any::<Index>(), byte in any::<u8>()) {
        let mut body = rich_request("order-sign").to_string().into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        answers("/cds-services/cell-therapy-order-safety", body)?;
    }

    #[test]
    fn any_path(path in "/[!-~]{0,40}") {
        let path = path.replace(['#', '?'], "");
        let response = SERVER.get(&path);
        prop_assert!(response.status().as_u16() < 500);
    }
}
