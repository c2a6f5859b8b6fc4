//! The part of the document about `/fhir`: reading, searching, operations.

use serde_json::{Value, json};

use super::{answer, put, refused};
use crate::fhir::{OF_HOSPITAL, TYPES, apply};
use crate::knowledge::CANONICAL;

const FHIR: &str = "application/fhir+json";

/// The operations: path, method, description, and whether it needs a token where clients are listed.
pub(super) fn operations() -> Vec<(String, &'static str, Value, bool)> {
    let public: Vec<&str> = TYPES.into_iter().filter(|kind| *kind != OF_HOSPITAL).collect();
    let set = format!("{CANONICAL}/ValueSet/car-t");
    let rule = format!("{CANONICAL}/CodeSystem/rule");
    let kind = parameter("type", "path", "ValueSet", "The type of the resource", &json!({ "enum": public }));
    let id = |example: &str| parameter("id", "path", example, "Its id", &json!({}));
    let query = |name: &str, example: &str, what: &str| parameter(name, "query", example, what, &json!({}));
    let code = [query("system", &rule, "A code system"), query("code", "carTEligibility", "A code")];
    let read = |id: &str, what: &str, resource: &str, parameters: &[Value]| {
        let schema = resource_schema(resource);
        json!({
            "operationId": id,
            "summary": what,
            "tags": ["fhir"],
            "parameters": parameters,
            "responses": { "200": answer(what, FHIR, &schema), "default": refused() },
        })
    };
    let url = query("url", &set, "The url of a value set");
    let titled = query("title:contains", "fever", "A part of the title");
    vec![
        at("/metadata", read("fhirCapabilities", "What can be asked", "CapabilityStatement", &[])),
        at("/{type}", read("fhirSearch", "Resources of a type", "Bundle", &[kind.clone(), titled])),
        at("/{type}/{id}", read("fhirRead", "A resource", "", &[kind, id("car-t")])),
        at("/ValueSet/$expand", read("fhirExpand", "The codes of a value set", "ValueSet", &[url])),
        at(
            "/ValueSet/{id}/$validate-code",
            read(
                "fhirValidateInValueSet",
                "Whether a value set has a code",
                "Parameters",
                &[
                    id("car-t"),
                    query("system", "http://www.whocc.no/atc", "A code system"),
                    query("code", "L01XL04", "A code"),
                ],
            ),
        ),
        at("/CodeSystem/$lookup", read("fhirLookup", "What is known of a code", "Parameters", &code)),
        at(
            "/CodeSystem/{id}/$validate-code",
            read(
                "fhirValidateInCodeSystem",
                "Whether a code system has a code",
                "Parameters",
                &[id("rule"), query("code", "carTEligibility", "A code")],
            ),
        ),
        guarded(
            "/ConceptMap/$translate",
            "get",
            read(
                "fhirTranslate",
                "What a code of the hospital means",
                "Parameters",
                &[query("system", "urn:oid:2.16.840.1.113883.2.4.4.1", "A code system"), query("code", "1", "A code")],
            ),
        ),
        guarded("/PlanDefinition/{id}/$apply", "post", apply(&[id("hepatitis-b")])),
    ]
}

fn at(path: &str, operation: Value) -> (String, &'static str, Value, bool) {
    (format!("/fhir{path}"), "get", operation, false)
}

fn guarded(path: &str, method: &'static str, operation: Value) -> (String, &'static str, Value, bool) {
    (format!("/fhir{path}"), method, operation, true)
}

fn parameter(name: &str, place: &str, example: &str, what: &str, more: &Value) -> Value {
    let mut schema = json!({ "type": "string" });
    for (key, value) in more.as_object().into_iter().flatten() {
        put(&mut schema, key, value.clone());
    }
    json!({
        "name": name, "in": place, "required": place == "path", "description": what, "schema": schema, "example": example,
    })
}

/// A resource, of any type when none is said.
fn resource_schema(kind: &str) -> Value {
    let named = if kind.is_empty() { json!({ "type": "string" }) } else { json!({ "const": kind }) };
    json!({ "type": "object", "required": ["resourceType"], "properties": { "resourceType": named } })
}

fn apply(parameters: &[Value]) -> Value {
    let known: Vec<String> =
        apply::PARAMETERS.iter().map(|(name, kind, what)| format!("- `{name}` ({kind}): {what}")).collect();
    let what = "A rule applied to a patient: a CarePlan with a RequestGroup and a GuidanceResponse";
    json!({
        "operationId": "fhirApply",
        "summary": what,
        "description": format!("The same verdict as on the hook. The parameters:\n\n{}", known.join("\n")),
        "tags": ["fhir"],
        "parameters": parameters,
        "requestBody": { "required": true, "content": { FHIR: {
            "schema": resource_schema("Parameters"),
            "example": {
                "resourceType": "Parameters",
                "parameter": [
                    { "name": "subject", "valueString": "Patient/example" },
                    { "name": "data", "resource": { "resourceType": "Bundle", "type": "collection", "entry": [
                        { "resource": { "resourceType": "Patient", "id": "example", "birthDate": "1980-02-03" } },
                    ] } },
                ],
            },
        } } },
        "responses": { "200": answer(what, FHIR, &resource_schema("CarePlan")), "default": refused() },
    })
}
