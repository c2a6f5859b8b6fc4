//! What is the same for every resource that is published: the profiles of CRMI that it follows, what it can be used for, how its
//! versions are compared, when it was approved, and a few words for people.
//!
//! CRMI is the HL7 guide *Canonical Resource Management Infrastructure*. It asks for elements that R4 has for a PlanDefinition and a Library
//! only; for the other types they are extensions.

use maud::html;
use serde_json::{Map, Value, json};

use super::artifacts::text_of;
use crate::markdown;

const CRMI: &str = "http://hl7.org/fhir/uv/crmi/StructureDefinition";
const EXTENSIONS: &str = "http://hl7.org/fhir/StructureDefinition";

/// The profiles that the resources of a type follow.
fn profiles(kind: &str, is_manifest: bool) -> Vec<String> {
    let lower = kind.to_lowercase();
    let shareable = match kind {
        // CRMI takes those of R4 itself.
        "ValueSet" | "CodeSystem" => format!("{EXTENSIONS}/shareable{lower}"),
        _ => format!("{CRMI}/crmi-shareable{lower}"),
    };
    let mut profiles = vec![shareable, format!("{CRMI}/crmi-publishable{lower}")];
    if kind == "ValueSet" {
        profiles.push(format!("{CRMI}/crmi-computablevalueset"));
    }
    if is_manifest {
        profiles.push(format!("{CRMI}/crmi-manifestlibrary"));
    }
    profiles
}

/// What a resource of a type can be used for (`http://hl7.org/fhir/CodeSystem/knowledge-capability`).
fn capabilities(kind: &str) -> &'static [&'static str] {
    match kind {
        "PlanDefinition" => &["shareable", "publishable", "executable"],
        "ValueSet" => &["shareable", "computable", "publishable"],
        _ => &["shareable", "publishable"],
    }
}

/// How its content is represented.
fn level(kind: &str) -> &'static str {
    match kind {
        // Who wants to apply it asks this server: its logic is not in the resource.
        "PlanDefinition" => "semi-structured",
        _ => "structured",
    }
}

fn is_manifest(resource: &Value) -> bool {
    resource.pointer("/type/coding/0/code").and_then(Value::as_str) == Some("asset-collection")
}

/// The resource with all of it, in the order of the specification.
pub(super) fn with_common_elements(resource: Value) -> Value {
    let kind = text_of(&resource, "resourceType").to_owned();
    let profiles = profiles(&kind, is_manifest(&resource));
    with(resource, &kind, &profiles)
}

/// The same of what nobody publishes: it has no date.
pub(super) fn as_shareable(resource: Value) -> Value {
    let kind = text_of(&resource, "resourceType").to_owned();
    let profile = format!("{CRMI}/crmi-shareable{}", kind.to_lowercase());
    with(resource, &kind, &[profile])
}

fn with(resource: Value, kind: &str, profiles: &[String]) -> Value {
    let narrative = narrative(&resource);
    let is_published = profiles.len() > 1;
    let mut extensions: Vec<Value> = if is_published { capabilities(kind) } else { &["shareable"] }
        .iter()
        .map(|capability| json!({ "url": format!("{EXTENSIONS}/cqf-knowledgeCapability"), "valueCode": capability }))
        .collect();
    extensions
        .push(json!({ "url": format!("{EXTENSIONS}/cqf-knowledgeRepresentationLevel"), "valueCode": level(kind) }));
    extensions.push(json!({
        "url": format!("{EXTENSIONS}/artifact-versionAlgorithm"),
        "valueCoding": { "system": "http://hl7.org/fhir/version-algorithm", "code": "semver" },
    }));
    let date = text_of(&resource, "date").to_owned();
    // R4 has these elements for two types.
    if !matches!(kind, "PlanDefinition" | "Library") && !date.is_empty() {
        extensions.push(json!({ "url": format!("{EXTENSIONS}/resource-approvalDate"), "valueDate": date }));
        extensions.push(json!({ "url": format!("{EXTENSIONS}/resource-lastReviewDate"), "valueDate": date }));
        extensions.push(json!({ "url": format!("{EXTENSIONS}/artifact-topic"), "valueCodeableConcept": topic() }));
    }
    let Value::Object(members) = resource else { return Value::Null };
    let mut published = Map::new();
    for (name, value) in members {
        let is_id = name == "id";
        published.insert(name, value);
        if is_id {
            published.insert("meta".to_owned(), json!({ "profile": profiles }));
            published.insert("text".to_owned(), json!({ "status": "generated", "div": narrative }));
            published.insert("extension".to_owned(), Value::Array(extensions.clone()));
        }
    }
    Value::Object(published)
}

/// What all of it is about.
pub(super) fn topic() -> Value {
    json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/definition-topic",
        "code": "treatment",
        "display": "Treatment",
    }] })
}

/// Title and description, for whoever reads no elements.
fn narrative(resource: &Value) -> String {
    let words = html! {
        div xmlns="http://www.w3.org/1999/xhtml" {
            p { b { (text_of(resource, "title")) } }
            (markdown::prose(text_of(resource, "description")))
        }
    };
    words.into_string()
}
