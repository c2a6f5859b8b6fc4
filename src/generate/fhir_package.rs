//! The generated part of the FHIR package `fhir-profiles/`: one `PlanDefinition` and one `Library` per rule, one `StructureDefinition`
//! per resource type that is read. What is the same for all resources is added when they are published (`src/fhir/published.rs`).

mod libraries;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{About, ELEMENTS, header, title};
use crate::engine::Engine;
use crate::hooks::response::RULE_SYSTEM;
use crate::knowledge::CANONICAL;
use cellwise_clinic::{Rule, rules};
use cellwise_record::StartupError;

/// When the elements that are read were last changed.
const ELEMENTS_CHANGED: &str = "2026-12-01";

pub(super) fn write(engine: &Engine, all: &[About]) -> Result<BTreeMap<String, String>, StartupError> {
    let mut made = BTreeMap::new();
    for (rule, about) in rules::ALL.iter().zip(all) {
        let path = format!("fhir-profiles/plandefinitions/{}.json", rule.id);
        made.insert(path, pretty(&plan_definition(engine, rule, about)?));
        let path = format!("fhir-profiles/libraries/{}.json", rule.id);
        made.insert(path, pretty(&libraries::library(engine, rule)));
    }
    for (resource_type, elements) in ELEMENTS {
        let id = profile_id(resource_type);
        made.insert(
            format!("fhir-profiles/structuredefinitions/{id}.json"),
            pretty(&structure_definition(&id, resource_type, elements)),
        );
    }
    Ok(made)
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn profile_id(resource_type: &str) -> String {
    format!("read-{}", resource_type.to_lowercase())
}

fn pascal(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    id.split('-').map(word).collect()
}

fn plan_definition(engine: &Engine, rule: &'static Rule, about: &About) -> Result<Value, StartupError> {
    let title = title(engine, rule);
    let prose = header(engine, about)?;
    let section = |name: &str| prose.iter().find(|(heading, _)| heading == name).map(|(_, text)| text.as_str());
    let related: Vec<Value> = rule
        .citations
        .iter()
        .map(|citation| {
            let document = citation.document;
            let mut artifact = json!({ "type": "citation", "label": document.id, "display": document.title });
            if let Some(artifact) = artifact.as_object_mut() {
                let statements = citation.statements.join(", ");
                let date = document.date.unwrap_or("undated");
                let says = if statements.is_empty() { String::new() } else { format!("; statements {statements}") };
                artifact.insert("citation".into(), json!(format!("{} ({date}{says})", document.title)));
                if let Some(url) = document.url {
                    artifact.insert("url".into(), json!(url));
                }
            }
            artifact
        })
        .collect();
    let hooks = hooks(engine, rule);
    let flags = section("What it flags").unwrap_or_default();
    Ok(json!({
        "resourceType": "PlanDefinition",
        "id": rule.id,
        "url": format!("{CANONICAL}/PlanDefinition/{}", rule.id),
        "version": version(rule),
        "name": pascal(rule.id),
        "title": title,
        "type": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
            "code": "eca-rule",
            "display": "ECA Rule",
        }] },
        "status": "active",
        "experimental": false,
        "date": rule.reviewed,
        "publisher": "cellwise",
        "description": flags,
        "purpose": section("Why it matters").unwrap_or(flags),
        "approvalDate": rule.reviewed,
        "lastReviewDate": rule.reviewed,
        "topic": topics(rule),
        "relatedArtifact": related,
        "library": [format!("{CANONICAL}/Library/{}|{}", rule.id, version(rule))],
        "action": [{
            "title": title,
            "description": section("When it is met").unwrap_or(flags),
            "code": [{ "coding": [{ "system": RULE_SYSTEM, "code": rule.topic }] }],
            "trigger": hooks.iter().map(|hook| json!({ "type": "named-event", "name": hook })).collect::<Vec<_>>(),
            "input": data_requirements(rule),
        }],
    }))
}

/// The version of a rule as the resources have it: a change of its criteria is one of meaning.
fn version(rule: &Rule) -> String {
    format!("{}.0.0", rule.version)
}

/// What a rule is about.
fn topics(rule: &Rule) -> Value {
    json!([
        { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/definition-topic",
            "code": "treatment",
            "display": "Treatment",
        }] },
        { "coding": [{ "system": RULE_SYSTEM, "code": rule.topic }] },
    ])
}

/// The hooks on which some service asks a rule.
fn hooks(engine: &Engine, rule: &Rule) -> Vec<String> {
    let of_services = engine.knowledge().services.iter().flat_map(|service| &service.hooks);
    let asking = of_services.filter(|(_, of)| of.iter().any(|of| of.id == rule.id));
    let mut hooks: Vec<String> = asking.map(|(hook, _)| hook.clone()).collect();
    hooks.sort_unstable();
    hooks.dedup();
    hooks
}

/// The data that a rule needs.
fn data_requirements(rule: &Rule) -> Vec<Value> {
    let mut inputs = Vec::new();
    for source in rule.needs {
        let resource_type = source.resource_type();
        let profile = format!("{CANONICAL}/StructureDefinition/{}", profile_id(resource_type));
        let requirement = |filter: Option<&str>| {
            let mut requirement = Map::new();
            requirement.insert("type".into(), json!(resource_type));
            requirement.insert("profile".into(), json!([profile]));
            if let Some(set) = filter {
                let set = format!("{CANONICAL}/ValueSet/{set}");
                requirement.insert("codeFilter".into(), json!([{ "path": "code", "valueSet": set }]));
            }
            Value::Object(requirement)
        };
        if resource_type == "Observation" && !rule.observations.is_empty() {
            inputs.extend(rule.observations.iter().map(|set| requirement(Some(set.name()))));
        } else {
            inputs.push(requirement(None));
        }
    }
    inputs
}

fn structure_definition(id: &str, resource_type: &str, elements: &[&str]) -> Value {
    let mut differential = vec![json!({ "id": resource_type, "path": resource_type })];
    differential.extend(elements.iter().map(|element| {
        let path = format!("{resource_type}.{element}");
        json!({ "id": path, "path": path, "mustSupport": true })
    }));
    json!({
        "resourceType": "StructureDefinition",
        "id": id,
        "url": format!("{CANONICAL}/StructureDefinition/{id}"),
        "version": env!("CARGO_PKG_VERSION"),
        "name": format!("Read{resource_type}"),
        "title": format!("What is read of {resource_type}"),
        "status": "active",
        "experimental": false,
        "date": ELEMENTS_CHANGED,
        "publisher": "cellwise",
        "description": format!("The elements of {resource_type} that the rules look at. Nothing is demanded: what is missing makes an answer unknown, never no."),
        "fhirVersion": "4.0.1",
        "kind": "resource",
        "abstract": false,
        "type": resource_type,
        "baseDefinition": format!("http://hl7.org/fhir/StructureDefinition/{resource_type}"),
        "derivation": "constraint",
        "differential": { "element": differential },
    })
}
