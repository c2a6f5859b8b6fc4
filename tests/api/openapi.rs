//! `GET /openapi.json`: a client that knows nothing but this document calls every operation of it.

use std::collections::BTreeSet;

use cellwise::client::Callers;
use cellwise::http::{MetricsSettings, Settings};
use jsonschema::Validator;
use oas3::spec::{MediaTypeExamples, ParameterIn};
use reqwest::blocking::Response;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::auth::client;
use crate::auth::token::{BASE, P384, Token, jwks};
use crate::helpers::{TestServer, refused};

fn open() -> TestServer {
    TestServer::start(Settings {
        metrics: MetricsSettings { listen: None, open: true },
        open_discovery: true,
        ..Settings::default()
    })
}

fn document(server: &TestServer) -> (String, Value) {
    let response = server.get("/openapi.json");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let text = response.text().unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

/// A schema of the document, with the components that it refers to.
fn compiled(document: &Value, schema: &Value) -> Validator {
    let mut whole = json!({ "components": document["components"] });
    whole.as_object_mut().unwrap().extend(schema.as_object().unwrap().clone());
    jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
}

/// All references within a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        _ => {}
    }
}

/// What an answer holds, as JSON where it is.
fn body(response: Response) -> Value {
    let is_json = response.headers()["content-type"].to_str().unwrap().ends_with("json");
    let text = response.text().unwrap();
    if is_json { serde_json::from_str(&text).unwrap() } else { Value::String(text) }
}

#[test]
fn a_client_made_from_the_document_calls_every_operation() {
    let server = open();
    let (text, raw) = document(&server);
    let spec = oas3::from_json(&text).unwrap();
    spec.validate_version().unwrap();
    let mut called = BTreeSet::new();
    for (path, method, operation) in spec.operations() {
        let id = operation.operation_id.clone().unwrap();
        let mut address = path.clone();
        let (mut request_headers, mut query) = (Vec::new(), Vec::new());
        for parameter in operation.parameters(&spec).unwrap() {
            let example = parameter.example.unwrap_or_else(|| panic!("{id}: `{}` has no example", parameter.name));
            let example = example.as_str().unwrap().to_owned();
            match parameter.location {
                ParameterIn::Path => address = address.replace(&format!("{{{}}}", parameter.name), &example),
                ParameterIn::Header => request_headers.push((parameter.name, example)),
                ParameterIn::Query => query.push((parameter.name, example)),
                ParameterIn::Cookie => panic!("{id}: there are no others"),
            }
        }
        if !query.is_empty() {
            let url = Url::parse_with_params("http://localhost", &query).unwrap();
            address = format!("{address}?{}", url.query().unwrap());
        }
        let mut call = server.request(Method::from_bytes(method.as_str().as_bytes()).unwrap(), &address);
        for (name, value) in request_headers {
            call = call.header(name, value);
        }
        if let Some(sent) = operation.request_body(&spec).unwrap() {
            let (content, media) = sent.content.iter().next().unwrap();
            let Some(MediaTypeExamples::Example { example }) = &media.examples else { panic!("{id}: no example") };
            let schema =
                &raw["paths"][&path][method.as_str().to_lowercase()]["requestBody"]["content"][content]["schema"];
            let problems: Vec<String> =
                compiled(&raw, schema).iter_errors(example).map(|error| error.to_string()).collect();
            assert!(problems.is_empty(), "{id}: {problems:?}");
            call = call.header("content-type", content).body(example.to_string());
        }
        let response = call.send().unwrap();
        let status = response.status();
        let kind = response.headers()["content-type"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert!(response.headers().contains_key("x-request-id"), "{id}");
        let came = body(response);
        assert_eq!(status, 200, "{id}: {came}");
        let described = operation.responses(&spec)["200"].content.keys().cloned().collect::<Vec<_>>();
        assert_eq!(described, std::slice::from_ref(&kind), "{id}");
        let schema =
            &raw["paths"][&path][method.as_str().to_lowercase()]["responses"]["200"]["content"][&kind]["schema"];
        let problems: Vec<String> = compiled(&raw, schema).iter_errors(&came).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{id}: {problems:?}");
        assert!(called.insert(id.clone()), "{id} is there twice");
    }
    // Nothing that is offered is left out.
    let offered: BTreeSet<String> = server.offered().into_iter().map(|(id, _)| id).collect();
    assert!(offered.is_subset(&called), "{called:?}");
    assert_eq!(called.len(), offered.len() + 17);
}

#[test]
fn the_document_holds_together() {
    let (_, raw) = document(&open());
    assert_eq!(raw["openapi"], "3.1.0");
    let mut found = BTreeSet::new();
    references(&raw, &mut found);
    assert!(found.len() > 30, "{found:?}");
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
        assert!(raw.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (name, schema) in raw["components"]["schemas"].as_object().unwrap() {
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)), "{name}");
        compiled(&raw, schema);
    }
    // What is shown of answers is right, too, and the schemas can refuse.
    for path in raw["paths"].as_object().unwrap().values() {
        let answer = &path["post"]["responses"]["200"]["content"]["application/json"];
        if let Some(example) = answer.get("example") {
            let schema = compiled(&raw, &answer["schema"]);
            assert!(schema.is_valid(example) && !schema.is_valid(&json!({ "cards": [{}] })));
        }
    }
    let refusal = &raw["components"]["responses"]["Refusal"]["content"]["application/fhir+json"];
    assert!(compiled(&raw, &refusal["schema"]).is_valid(&refusal["example"]));
}

/// The document names the services: it needs what discovery needs, and says so.
#[test]
fn with_clients_it_needs_a_token_and_says_which_operations_do() {
    let settings = |open_discovery| Settings {
        base_url: Some(BASE.parse().unwrap()),
        callers: Callers::Listed(vec![client(&jwks(&[("ec", &P384)]))]),
        open_discovery,
        ..Settings::default()
    };
    let closed = TestServer::start(settings(false));
    refused(closed.get("/openapi.json"), 401);
    let token = Token::new().claim("aud", &json!(format!("{BASE}/openapi.json"))).signed(&P384);
    let with = closed.request(Method::GET, "/openapi.json").bearer_auth(token).send().unwrap();
    let raw: Value = with.json().unwrap();
    assert_eq!(raw["servers"][0]["url"], BASE);
    let needed = json!([{ "client": [] }]);
    for (path, operations) in raw["paths"].as_object().unwrap() {
        let (_, operation) = operations.as_object().unwrap().iter().next().unwrap();
        let is_needed = path.starts_with("/cds-services")
            || path == "/openapi.json"
            || path.ends_with("/$apply")
            || path.ends_with("/$translate");
        assert_eq!(operation["security"], if is_needed { needed.clone() } else { json!([]) }, "{path}");
    }
    assert!(raw["paths"].get("/metrics").is_none());
    let (_, raw) = document(&TestServer::start(settings(true)));
    assert_eq!(raw["paths"]["/cds-services"]["get"]["security"], json!([]));
}
