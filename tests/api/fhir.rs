//! `/fhir`: the knowledge as FHIR R4, as its clients meet it.

mod apply;
mod codes;
mod reading;

use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::helpers::{SERVER, TestServer};

/// A resource that came, of this type.
#[track_caller]
fn resource(response: Response, kind: &str) -> Value {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().unwrap();
    assert_eq!(status, 200, "{text}");
    assert_eq!(headers["content-type"], "application/fhir+json");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["resourceType"], kind, "{text}");
    value
}

/// What stands at a path of the server that most tests share.
#[track_caller]
fn get(path: &str, kind: &str) -> Value {
    resource(SERVER.get(path), kind)
}

/// Posts a `Parameters` resource with these parameters.
fn post(server: &TestServer, path: &str, parameters: &Value) -> Response {
    let body = json!({ "resourceType": "Parameters", "parameter": parameters });
    let request = server.request(Method::POST, path).header("content-type", "application/fhir+json");
    request.body(body.to_string()).send().unwrap()
}

/// The parameter of this name, whatever its type.
fn parameter<'p>(parameters: &'p Value, name: &str) -> Option<&'p Value> {
    let all = parameters["parameter"].as_array()?;
    let found = all.iter().find(|parameter| parameter["name"] == name)?;
    found.as_object()?.iter().find(|(key, _)| key.starts_with("value")).map(|(_, value)| value)
}
