//! `POST /cds-services/{id}`: calls that are right, and calls that are JSON but not right.

use reqwest::Method;
use serde_json::{Value, json};

use crate::helpers::{Issue, SERVER, cards, refused, request};

fn pointers(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.pointer.as_str()).collect()
}

#[test]
fn every_service_answers_on_every_hook_that_it_lists() {
    for (service, hook) in SERVER.offered() {
        let response = SERVER.call(&service, &request(&hook));
        assert_eq!(response.headers()["cache-control"], "no-store");
        cards(response);
    }
}

#[test]
fn a_patient_without_cell_therapy_gets_no_cards() {
    for (service, hook) in SERVER.offered() {
        assert_eq!(cards(SERVER.call(&service, &request(&hook))), Vec::<Value>::new(), "{service} on {hook}");
    }
}

#[test]
fn what_clients_add_is_ignored() {
    let mut body = request("order-sign");
    body["extension"] = json!({ "com.example": { "a": [1, null] } });
    body["somethingNew"] = json!([[]]);
    body["context"]["extension"] = json!({ "com.example": true });
    body["context"]["somethingNew"] = json!(1.50);
    body["prefetch"]["somethingNew"] = Value::Null;
    body["context"]["encounterId"] = Value::Null;
    body["fhirServer"] = Value::Null;
    cards(SERVER.call("cell-therapy-order-safety", &body));
}

#[test]
fn a_token_with_its_server_is_accepted() {
    let mut body = request("order-sign");
    body["fhirServer"] = json!("https://ehr.example.org/fhir");
    body["fhirAuthorization"] = json!({
        "access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds", "patient": "p"
    });
    cards(SERVER.call("cell-therapy-order-safety", &body));
}

#[test]
fn ids_may_carry_their_type_and_be_long() {
    let long = "e".repeat(100);
    for id in ["Patient/p".to_owned(), format!("Patient/{long}"), long.clone()] {
        let bare = id.trim_start_matches("Patient/");
        let mut body = request("order-sign");
        body["prefetch"]["patient"]["id"] = json!(bare);
        body["context"]["draftOrders"]["entry"][0]["resource"]["subject"]["reference"] =
            json!(format!("Patient/{bare}"));
        body["context"]["patientId"] = json!(id);
        cards(SERVER.call("cell-therapy-order-safety", &body));
    }
}

#[test]
fn another_patient_in_the_prefetch_is_refused() {
    let mut body = request("order-sign");
    body["prefetch"]["patient"]["id"] = json!("somebody-else");
    let issues = refused(SERVER.call("cell-therapy-order-safety", &body), 400);
    assert!(issues[0].pointer.starts_with("/prefetch/patient"), "{issues:?}");
    assert!(!format!("{issues:?}").contains("somebody-else"), "{issues:?}");
}

#[test]
fn missing_data_is_asked_for_by_name() {
    let mut body = request("patient-view");
    body["prefetch"] = json!({ "patient": { "resourceType": "Patient", "id": "p" } });
    let issues = refused(SERVER.call("cell-therapy-follow-up", &body), 412);
    assert!(pointers(&issues).iter().all(|pointer| pointer.starts_with("/prefetch/")), "{issues:?}");

    body.as_object_mut().unwrap().remove("prefetch");
    refused(SERVER.call("cell-therapy-follow-up", &body), 412);
}

#[test]
fn an_unknown_service_is_not_found() {
    for id in ["nothing", "AHSCT-ELIGIBILITY", "ahsct-eligibility%20", "%C3%28", "..", "a.b"] {
        let response = SERVER.request(Method::POST, &format!("/cds-services/{id}")).json(&request("order-sign")).send();
        refused(response.unwrap(), 404);
    }
}

#[test]
fn a_hook_that_the_service_is_not_offered_on_is_refused_with_those_it_is() {
    let issues = refused(SERVER.call("cell-therapy-order-safety", &request("patient-view")), 400);
    assert_eq!(pointers(&issues), ["/hook"]);
    assert!(issues[0].message.contains("`order-select`"), "{issues:?}");
    assert!(issues[0].message.contains("`order-sign`"), "{issues:?}");

    let mut body = request("patient-view");
    body["hook"] = json!("medication-prescribe");
    refused(SERVER.call("cell-therapy-follow-up", &body), 400);
}

#[test]
fn a_context_without_a_required_member_is_refused() {
    for (service, hook) in SERVER.offered() {
        let valid = request(&hook);
        let required = match hook.as_str() {
            "patient-view" => vec!["userId", "patientId"],
            "order-select" => vec!["userId", "patientId", "selections", "draftOrders"],
            "order-sign" => vec!["userId", "patientId", "draftOrders"],
            // And `dispatchedOrders`, or `order` of version 1.0 (`dispatch.rs`).
            "order-dispatch" => vec!["patientId", "performer"],
            "encounter-start" | "encounter-discharge" => vec!["userId", "patientId", "encounterId"],
            "appointment-book" => vec!["userId", "patientId", "appointments"],
            other => panic!("the test does not know `{other}`"),
        };
        for member in &required {
            let mut body = valid.clone();
            body["context"].as_object_mut().unwrap().remove(*member);
            let issues = refused(SERVER.call(&service, &body), 400);
            assert_eq!(pointers(&issues), ["/context"], "{hook} without {member}");
            assert_eq!(issues[0].message, format!("`{member}` is required"));

            for wrong in [json!(5), json!(true), json!({}), Value::Null, json!([5])] {
                let mut body = valid.clone();
                body["context"][*member] = wrong;
                let issues = refused(SERVER.call(&service, &body), 400);
                let pointer = format!("/context/{member}");
                assert!(issues.iter().all(|issue| issue.pointer.starts_with(&pointer)), "{issues:?}");
            }
        }
        let mut body = valid;
        body["context"] = json!({});
        assert_eq!(
            refused(SERVER.call(&service, &body), 400).len(),
            required.len() + usize::from(hook == "order-dispatch")
        );
    }
}

#[test]
fn draft_orders_must_be_a_bundle() {
    for wrong in [
        json!({ "entry": [] }),
        json!({ "resourceType": "Patient" }),
        json!({ "resourceType": "Bundle", "entry": {} }),
        json!({ "resourceType": "Bundle", "entry": [5] }),
        json!({ "resourceType": "Bundle", "entry": [{ "resource": "x" }] }),
    ] {
        let mut body = request("order-sign");
        body["context"]["draftOrders"] = wrong;
        let issues = refused(SERVER.call("cell-therapy-order-safety", &body), 400);
        assert!(issues[0].pointer.starts_with("/context/draftOrders"), "{issues:?}");
    }
    for right in [json!({ "resourceType": "Bundle" }), json!({ "resourceType": "Bundle", "entry": [] })] {
        let mut body = request("order-sign");
        body["context"]["draftOrders"] = right;
        cards(SERVER.call("cell-therapy-order-safety", &body));
    }
}

#[test]
fn a_token_without_its_server_is_refused() {
    let mut body = request("order-sign");
    body["fhirAuthorization"] = json!({
        "access_token": "secret-token", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds"
    });
    let issues = refused(SERVER.call("cell-therapy-order-safety", &body), 400);
    assert!(issues[0].message.contains("`fhirServer` is required"), "{issues:?}");
    assert!(!format!("{issues:?}").contains("secret-token"));
    // Serializers write absent members as null.
    let mut none = request("order-sign");
    let expected = cards(SERVER.call("cell-therapy-order-safety", &none));
    none["fhirAuthorization"] = serde_json::Value::Null;
    assert_eq!(cards(SERVER.call("cell-therapy-order-safety", &none)), expected);
}

#[test]
fn a_call_is_a_post() {
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let response = SERVER.request(method, "/cds-services/ahsct-eligibility").send().unwrap();
        assert_eq!(response.headers()["allow"], "POST, OPTIONS");
        refused(response, 405);
    }
}
