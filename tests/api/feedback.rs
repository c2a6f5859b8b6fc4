//! `POST /cds-services/{id}/feedback`.

use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::helpers::{SERVER, refused};

const CARD: &str = "4e0a3a1e-3283-4575-ab82-028d55fe2719";

fn send(body: &Value) -> Response {
    SERVER.post("/cds-services/ahsct-eligibility/feedback", body.to_string())
}

fn overridden(more: &Value) -> Value {
    let mut item = json!({ "card": CARD, "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00Z" });
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

#[track_caller]
fn accepted(body: &Value, items: usize) {
    let response = send(body);
    let status = response.status();
    let text = response.text().unwrap();
    assert_eq!(status, 200, "{text}");
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), json!({ "received": items }));
}

#[test]
fn the_shapes_that_clients_send_are_accepted() {
    let suggestion =
        json!({ "outcome": "accepted", "acceptedSuggestions": [{ "id": "e56e1945-20b3-4393-8503-a1a20fd73152" }] });
    // As the specification has it.
    accepted(&json!({ "feedback": [overridden(&suggestion)] }), 1);
    accepted(
        &json!({ "feedback": [overridden(&json!({
            "overrideReason": { "reason": { "code": "c", "system": "https://example.org", "display": "d" }, "userComment": "no" }
        }))] }),
        1,
    );
    accepted(&json!({ "feedback": [overridden(&json!({}))] }), 1);
    // The public sandbox leaves out the display.
    accepted(
        &json!({ "feedback": [overridden(&json!({ "overrideReason": { "reason": { "code": "c", "system": "s" } } }))] }),
        1,
    );
    // Epic names it in the plural, with an extension inside.
    let epic = json!({ "reason": { "code": "c", "system": "s" }, "extension": { "com.epic.cdshooks": { "a": 1 } } });
    accepted(
        &json!({ "feedback": [overridden(&json!({ "overrideReasons": epic })), overridden(&json!({ "overrideReasons": [epic] }))] }),
        2,
    );
    accepted(&json!({ "feedback": [] }), 0);
}

#[test]
fn sending_twice_changes_nothing() {
    let body = json!({ "feedback": [overridden(&json!({})), overridden(&json!({}))] });
    accepted(&body, 2);
    accepted(&body, 2);
}

#[test]
fn feedback_that_is_none_is_refused() {
    for (body, pointer) in [
        (json!({}), ""),
        (json!([]), ""),
        (Value::Null, ""),
        (json!({ "feedback": {} }), "/feedback"),
        (json!({ "feedback": [5] }), "/feedback/0"),
        (json!({ "feedback": [{}] }), "/feedback/0"),
        (
            json!({ "feedback": [overridden(&json!({})), overridden(&json!({ "outcome": "ignored" }))] }),
            "/feedback/1/outcome",
        ),
        (json!({ "feedback": [overridden(&json!({ "outcome": "accepted" }))] }), "/feedback/0"),
        (
            json!({ "feedback": [overridden(&json!({ "outcomeTimestamp": "yesterday" }))] }),
            "/feedback/0/outcomeTimestamp",
        ),
        (json!({ "feedback": [overridden(&json!({ "overrideReason": {} }))] }), "/feedback/0/overrideReason"),
    ] {
        let issues = refused(send(&body), 400);
        assert!(issues.iter().all(|issue| issue.pointer == pointer), "{body}: {issues:?}");
    }
    refused(SERVER.post("/cds-services/ahsct-eligibility/feedback", "{\"feedback\":["), 400);
}

#[test]
fn what_the_user_wrote_is_not_repeated() {
    let body = json!({ "feedback": [overridden(&json!({ "overrideReason": { "userComment": ["mevrouw Jansen"] } }))] });
    assert!(!format!("{:?}", refused(send(&body), 400)).contains("Jansen"));
}

#[test]
fn feedback_is_taken_under_each_id_of_a_service() {
    for id in ["ahsct-eligibility", "ahsct-eligibility-order-select", "ahsct-eligibility-order-sign"] {
        let body = json!({ "feedback": [overridden(&json!({}))] }).to_string();
        assert_eq!(SERVER.post(&format!("/cds-services/{id}/feedback"), body).status(), 200, "{id}");
    }
    refused(SERVER.post("/cds-services/ahsct-eligibility-encounter-start/feedback", "{\"feedback\":[]}"), 404);
}

#[test]
fn feedback_belongs_to_a_service_and_is_a_post() {
    refused(SERVER.post("/cds-services/nothing/feedback", "{\"feedback\":[]}"), 404);
    let response = SERVER.request(Method::GET, "/cds-services/ahsct-eligibility/feedback").send().unwrap();
    assert_eq!(response.headers()["allow"], "POST, OPTIONS");
    refused(response, 405);
}
