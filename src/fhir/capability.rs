//! `GET /fhir/metadata`: what can be asked at `/fhir`.

use serde_json::{Value, json};

use super::search::PARAMETERS;
use super::{Artifacts, OF_HOSPITAL, TYPES};
use crate::built::VERSION;
use crate::knowledge::CANONICAL;

/// An operation: type, name, where it is defined.
const OPERATIONS: [(&str, &str, &str); 6] = [
    ("PlanDefinition", "apply", "http://hl7.org/fhir/OperationDefinition/PlanDefinition-apply"),
    ("ValueSet", "expand", "http://hl7.org/fhir/OperationDefinition/ValueSet-expand"),
    ("ValueSet", "validate-code", "http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code"),
    ("CodeSystem", "lookup", "http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup"),
    ("CodeSystem", "validate-code", "http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code"),
    ("ConceptMap", "translate", "http://hl7.org/fhir/OperationDefinition/ConceptMap-translate"),
];

/// The CapabilityStatement of a server whose `/fhir` is at `base`. `needs_token`: clients are listed.
#[must_use]
pub fn statement(artifacts: &Artifacts, base: &str, needs_token: bool) -> Value {
    let security = if needs_token {
        "`PlanDefinition/$apply`, `ConceptMap/local-codes`, a search for ConceptMaps and `ConceptMap/$translate` need the token of a CDS \
         client for the address that is called, as CDS Hooks has it. Everything else is public: nothing of a patient or of the \
         hospital is in it."
    } else {
        "No token is asked for: no clients are listed."
    };
    json!({
        "resourceType": "CapabilityStatement",
        "id": "cellwise",
        "url": format!("{base}/metadata"),
        "version": VERSION,
        "name": "Cellwise",
        "title": "Clinical decision support for cell therapies: the knowledge as FHIR",
        "status": "active",
        "experimental": false,
        "date": artifacts.date(),
        "publisher": "cellwise",
        "description": "The rules, what codes mean, and the rules applied to a patient. Nothing can be written.",
        "kind": "instance",
        "software": { "name": "cellwise", "version": VERSION },
        "implementation": { "description": "cellwise", "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "implementationGuide": [format!("{CANONICAL}/ImplementationGuide/dev.cellwise.cell-therapy")],
        "rest": [{
            "mode": "server",
            "security": { "cors": true, "description": security },
            "resource": TYPES.iter().map(|kind| resource(kind)).collect::<Vec<_>>(),
        }],
    })
}

fn resource(kind: &str) -> Value {
    let operations = OPERATIONS.iter().filter(|(of, ..)| *of == kind);
    let operations: Vec<Value> =
        operations.map(|(_, name, definition)| json!({ "name": name, "definition": definition })).collect();
    let mut resource = json!({
        "type": kind,
        "interaction": [{ "code": "read" }, { "code": "search-type" }],
        "versioning": "no-version",
        "readHistory": false,
        "searchParam": PARAMETERS.iter().map(|parameter| {
            json!({ "name": parameter.name, "type": parameter.kind, "documentation": parameter.documentation })
        }).collect::<Vec<_>>(),
    });
    if let Some(members) = resource.as_object_mut() {
        if !operations.is_empty() {
            members.insert("operation".to_owned(), Value::Array(operations));
        }
        if kind == OF_HOSPITAL {
            let text = "The hospital's own codes, and what they mean, as its configuration has it.";
            members.insert("documentation".to_owned(), json!(text));
        }
    }
    resource
}
