//! What the server remembers: SQLite always, PostgreSQL where one can be had.

mod database;
mod failing;
mod feedback;
mod reports;
mod shared;

use cellwise::http::Settings;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::helpers::{TestServer, cards, request};
use database::{Database, until};

const SERVICE: &str = "cell-therapy-order-safety";

/// A server that remembers, in development.
fn server(database: &Database) -> TestServer {
    TestServer::start(Settings { store: Some(database.settings()), ..Settings::default() })
}

/// The request of the README, which gets a card, by another call each time.
fn call() -> Value {
    let mut body: Value =
        serde_json::from_str(include_str!("../../fixtures/requests/steroid-after-car-t.json")).unwrap();
    body["hookInstance"] = json!(uuid::Uuid::new_v4());
    body
}

/// The id of the one card of a call.
fn card(server: &TestServer) -> String {
    let cards = cards(server.call(SERVICE, &call()));
    assert_eq!(cards.len(), 1);
    cards[0]["uuid"].as_str().unwrap().to_owned()
}

fn item(card: &str, more: &Value) -> Value {
    let mut item = json!({ "card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00Z" });
    item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    item
}

fn send(server: &TestServer, items: &[Value]) -> Response {
    server.post(&format!("/cds-services/{SERVICE}/feedback"), json!({ "feedback": items }).to_string())
}

#[track_caller]
fn kept(server: &TestServer, items: &[Value]) {
    let response = send(server, items);
    let status = response.status();
    let text = response.text().unwrap();
    assert_eq!((status.as_u16(), text), (200, json!({ "received": items.len() }).to_string()));
}

/// What the server says of its store.
fn state(server: &TestServer) -> Value {
    let response = server.get("/health/ready");
    assert_eq!(response.status(), 200, "cards need no store");
    let ready: Value = response.json().unwrap();
    assert_eq!(ready["status"], "ready");
    ready["store"].clone()
}

fn written(server: &TestServer) {
    until("what was shown is written", || state(server)["queued"] == 0);
}

fn report(server: &TestServer) -> Value {
    written(server);
    let response = server.get("/reports");
    assert_eq!(response.status(), 200);
    response.json().unwrap()
}

/// The line of the rule of [`call`].
fn line(report: &Value) -> &Value {
    let rules = report["rules"].as_array().unwrap();
    rules.iter().find(|line| line["rule"] == "corticosteroid-after-car-t").unwrap_or(&Value::Null)
}

#[test]
fn without_a_store_nothing_is_remembered() {
    let server = &*crate::helpers::SERVER;
    kept(server, &[item(&card(server), &json!({}))]);
    assert_eq!(state(server), json!({ "status": "off" }));
    crate::helpers::refused(server.get("/reports"), 404);
    cards(server.call("ahsct-eligibility", &request("patient-view")));
}
