//! `GET /openapi.json`: what the server offers, for programs that make clients (`OpenAPI` 3.1).
//!
//! Made from the JSON Schemas of `cds-hooks/schemas/` and from what is offered under the configuration. Each service on each of
//! its hooks has an operation of its own, so that a client knows the context that it needs.

mod examples;
mod fhir;
mod schemas;

use serde_json::{Map, Value, json};

use crate::call::POINTER_EXTENSION;
use crate::knowledge::{Knowledge, Service};
use examples::{EXAMPLE_CARD, request};

/// How the server that is described behaves.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each says by itself what is described")]
pub struct Offer<'a> {
    /// The address by which clients call.
    pub base: Option<&'a str>,
    /// Whether calls need a token.
    pub needs_token: bool,
    /// Whether discovery, and this document, need one.
    pub discovery_needs_token: bool,
    /// Whether `/metrics` is at the same address.
    pub has_metrics: bool,
    /// Whether some EHR has the SMART app.
    pub has_course: bool,
}

/// The document, serialised.
#[must_use]
pub fn document(knowledge: &Knowledge, offer: Offer<'_>) -> String {
    let mut components = schemas::components(knowledge.schemas.documents());
    components.insert("OperationOutcome".to_owned(), outcome());
    let document = json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "cellwise",
            "summary": "Clinical decision support for cell therapies, over HL7 CDS Hooks 2.0",
            "description": "Cards advise; they do not decide. Unknown is never no.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": offer.base.map_or("/", |base| base.trim_end_matches('/')) }],
        "paths": paths(knowledge, offer),
        "components": {
            "schemas": components,
            "responses": { "Refusal": refusal() },
            "headers": { "X-Request-Id": {
                "description": "The id of the request: the one that it came with, if well formed, else a new one.",
                "schema": { "type": "string" },
            } },
            "securitySchemes": { "client": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The JWT of a CDS client (CDS Hooks 2.0.1, \"Trusting CDS Clients\"), for the address that is called, \
                                each used once.",
            } },
        },
    });
    document.to_string()
}

fn paths(knowledge: &Knowledge, offer: Offer<'_>) -> Map<String, Value> {
    let mut paths = Map::new();
    let mut add = |path: String, method: &str, operation: Value| {
        paths.insert(path, json!({ method: operation }));
    };
    let security = |needed: bool| if needed { json!([{ "client": [] }]) } else { json!([]) };
    let open = |id: &str, summary: &str, kind: &str, schema: Value| {
        json!({
            "operationId": id,
            "summary": summary,
            "security": [],
            "responses": { "200": answer(summary, kind, &schema), "default": refused() },
        })
    };
    let discovery = json!({ "$ref": "#/components/schemas/discovery" });
    let mut list = open("discover", "The services that are offered", JSON, discovery);
    put(&mut list, "security", security(offer.discovery_needs_token));
    add("/cds-services".to_owned(), "get", list);
    let mut ids = Vec::new();
    for service in &knowledge.services {
        for (hook, id) in service.offered() {
            let mut call = call(service, hook, &id);
            put(&mut call, "security", security(offer.needs_token));
            add(format!("/cds-services/{id}"), "post", call);
            ids.push(id);
        }
    }
    let mut feedback = feedback(&ids);
    put(&mut feedback, "security", security(offer.needs_token));
    add("/cds-services/{id}/feedback".to_owned(), "post", feedback);
    let page = json!({ "type": "string" });
    add("/rules".to_owned(), "get", open("listRules", "The rules, as a page for people", HTML, page.clone()));
    let mut rule = open("showRule", "A rule, as a page for people", HTML, page);
    let rules: Vec<&str> = knowledge.asked_rules().iter().map(|rule| rule.id).collect();
    let parameter = json!({
        "name": "id", "in": "path", "required": true, "schema": { "type": "string" }, "example": rules.first(),
    });
    put(&mut rule, "parameters", json!([parameter]));
    add("/rules/{id}".to_owned(), "get", rule);
    for (path, method, mut operation, is_guarded) in fhir::operations() {
        put(&mut operation, "security", security(offer.needs_token && is_guarded));
        add(path, method, operation);
    }
    if offer.has_course {
        add("/course".to_owned(), "get", launch());
    }
    let status = json!({ "type": "object", "required": ["status"], "properties": { "status": { "type": "string" } } });
    add("/health/live".to_owned(), "get", open("live", "Whether the process lives", JSON, status.clone()));
    add("/health/ready".to_owned(), "get", open("ready", "Whether it is ready, and what is local", JSON, status));
    if offer.has_metrics {
        let text = json!({ "type": "string" });
        add("/metrics".to_owned(), "get", open("metrics", "What is counted, for Prometheus", "text/plain", text));
    }
    let mut this = open("describe", "This document", JSON, json!({ "type": "object" }));
    put(&mut this, "security", security(offer.discovery_needs_token));
    add("/openapi.json".to_owned(), "get", this);
    paths
}

const JSON: &str = "application/json";
const HTML: &str = "text/html";

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// A service on one hook.
fn call(service: &Service, hook: &str, id: &str) -> Value {
    let context = format!("#/components/schemas/context-{hook}");
    let body = json!({
        "allOf": [
            { "$ref": "#/components/schemas/request" },
            { "type": "object", "properties": { "hook": { "const": hook }, "context": { "$ref": context } } },
        ],
    });
    let mut ok = answer("Cards, most urgent first", JSON, &json!({ "$ref": "#/components/schemas/response" }));
    if let Some(content) = ok.get_mut("content").and_then(|content| content.get_mut(JSON)) {
        put(content, "example", EXAMPLE_CARD.clone());
    }
    json!({
        "operationId": id,
        "summary": service.title(),
        "description": format!("{} Called on the hook `{hook}`.", service.description()),
        "tags": [service.id],
        "parameters": [{
            "name": "Accept-Language",
            "in": "header",
            "description": "The language of the cards: `nl` or `en`.",
            "schema": { "type": "string" },
            "example": "nl",
        }],
        "requestBody": {
            "required": true,
            "content": { JSON: { "schema": body, "example": request(hook, service.prefetch.keys()) } },
        },
        "responses": {
            "200": ok,
            "400": refused(),
            "401": refused(),
            "412": refused(),
            "413": refused(),
            "429": refused(),
            "503": refused(),
            "default": refused(),
        },
    })
}

fn feedback(ids: &[String]) -> Value {
    let received = json!({
        "type": "object", "required": ["received"], "properties": { "received": { "type": "integer" } },
    });
    json!({
        "operationId": "sendFeedback",
        "summary": "What the user did with the cards",
        "parameters": [{
            "name": "id",
            "in": "path",
            "required": true,
            "schema": { "type": "string", "enum": ids },
            "example": ids.first(),
        }],
        "requestBody": {
            "required": true,
            "content": { JSON: {
                "schema": { "$ref": "#/components/schemas/feedback" },
                "example": examples::feedback(),
            } },
        },
        "responses": {
            "200": answer("How many items came", JSON, &received),
            "400": refused(),
            "401": refused(),
            "default": refused(),
        },
    })
}

/// The launch of the SMART app. What comes after it is between the browser and this server.
fn launch() -> Value {
    let parameter = |name: &str, what: &str, example: &str| json!({ "name": name, "in": "query", "description": what, "schema": { "type": "string" }, "example": example });
    let headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
    let page = |description: &str| json!({ "description": description, "headers": headers, "content": { HTML: { "schema": { "type": "string" } } } });
    json!({
        "operationId": "launchCourse",
        "summary": "The SMART app, for browsers: launched from an EHR, it shows the course of the patient",
        "description": "SMART App Launch 2.2: an EHR launch, or without `launch` a standalone one.",
        "security": [],
        "parameters": [
            parameter("iss", "The FHIR server, one of a client's.", "https://ehr.example.org/fhir"),
            parameter("launch", "By what the EHR knows the launch.", "xyz"),
        ],
        "responses": {
            "200": page("From which EHR to start, where there are several"),
            "302": { "description": "To the authorization server of the EHR.", "headers": headers },
            "default": page("Why there is no course"),
        },
    })
}

fn answer(description: &str, kind: &str, schema: &Value) -> Value {
    json!({
        "description": description,
        "headers": { "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } },
        "content": { kind: { "schema": schema } },
    })
}

fn refused() -> Value {
    json!({ "$ref": "#/components/responses/Refusal" })
}

fn refusal() -> Value {
    json!({
        "description": "Why there are no cards.",
        "content": { "application/fhir+json": {
            "schema": { "$ref": "#/components/schemas/OperationOutcome" },
            "example": {
                "resourceType": "OperationOutcome",
                "issue": [{
                    "severity": "error",
                    "code": "invalid",
                    "diagnostics": "`patientId` is required",
                    "expression": ["context"],
                    "extension": [{ "url": POINTER_EXTENSION, "valueString": "/context" }],
                }],
            },
        } },
    })
}

fn outcome() -> Value {
    json!({
        "title": "a FHIR OperationOutcome",
        "type": "object",
        "required": ["resourceType", "issue"],
        "properties": {
            "resourceType": { "const": "OperationOutcome" },
            "issue": { "type": "array", "minItems": 1, "items": {
                "type": "object",
                "required": ["severity", "code", "diagnostics"],
                "properties": {
                    "severity": { "const": "error" },
                    "code": { "type": "string" },
                    "diagnostics": { "type": "string" },
                    "expression": { "description": "where, in FHIRPath", "type": "array", "items": { "type": "string" } },
                    "extension": {
                        "description": "the same as a JSON pointer",
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["url", "valueString"],
                            "properties": { "url": { "const": POINTER_EXTENSION }, "valueString": { "type": "string" } },
                        },
                    },
                },
            } },
        },
    })
}
