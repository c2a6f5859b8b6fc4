//! The JSON Schema of a case, with the names that a case can name: an editor that knows it completes them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::engine::Engine;
use cellwise_clinic::{Hook, Language, rules};
use cellwise_record::{GapKind, Source, StartupError};

/// Where it stands.
pub(super) const FILE: &str = "fixtures/case.schema.json";

/// The schema, for the fixtures of the repository at `root`.
///
/// # Errors
/// When a folder of fixtures can't be read.
pub(super) fn write(root: &Path, engine: &Engine) -> Result<String, StartupError> {
    let services: Vec<&str> = engine.service_ids().collect();
    let hooks = Hook::ALL.map(Hook::name);
    let keys: Vec<String> =
        engine.knowledge().services.iter().flat_map(|service| service.prefetch.keys().cloned()).collect();
    let keys: std::collections::BTreeSet<String> = keys.into_iter().chain([Source::Patient.key().to_owned()]).collect();
    let languages: Vec<&str> = Language::ALL.iter().map(|language| language.code()).collect();
    let rules: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let gaps = GapKind::ALL.map(GapKind::name);
    let orders = names(root, "orders", "json")?;
    let quirks = names(root, "quirks", "json")?.into_iter().map(|name| format!("quirks/{name}"));
    let orders: Vec<String> = orders.into_iter().chain(quirks).collect();
    let texts = json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://cellwise.dev/fixtures/case.schema.json",
        "title": "a case of the fixture suite",
        "description": "What is sent, and what must come of it. docs/cases.md explains every member.",
        "type": "object",
        "required": ["describe", "service", "hook", "asOf", "patient", "expect"],
        "additionalProperties": false,
        "properties": {
            "$schema": { "type": "string", "description": "This schema, for editors." },
            "describe": said("One sentence that a clinician understands.", json!({ "type": "string", "minLength": 1 })),
            "service": said("The service that is called.", json!({ "enum": services })),
            "hook": said("The hook it is called on.", json!({ "enum": hooks })),
            "asOf": said("The instant of evaluation, with its offset.", json!({ "type": "string", "format": "date-time" })),
            "patient": said("The patient: a file of `patients/`.", json!({ "enum": names(root, "patients", "json")? })),
            "order": said("The draft orders or appointments: a file of `orders/`, or `quirks/<name>`.", json!({ "enum": orders })),
            "encounter": said("The id of the encounter that the hook is about; `current` when it is not said.", json!({ "type": "string", "minLength": 1 })),
            "selections": said("The drafts that are picked (order-select); every draft when it is not said.", texts.clone()),
            "change": said("JSON merge patches by `Type/id`; null takes the resource out.", json!({
                "type": "object",
                "propertyNames": { "pattern": "^[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}$" },
                "additionalProperties": { "type": ["object", "null"] },
            })),
            "withhold": said("Prefetch keys that the EHR does not send.", json!({ "type": "array", "items": { "enum": keys } })),
            "prefetch": said("Prefetch values that are sent as they stand here, by key.", json!({ "type": "object" })),
            "language": said("The language of the cards.", json!({ "enum": languages })),
            "config": said("The configuration of the hospital: a file of `config/`.", json!({ "enum": names(root, "config", "toml")? })),
            "expect": {
                "title": "what must come of it",
                "type": "object",
                "required": ["rule"],
                "additionalProperties": false,
                "properties": {
                    "rule": said("The rule that the case is about: the name of its folder.", json!({ "enum": rules })),
                    "verdict": said("The verdict of that rule.", json!({ "enum": ["met", "not-met", "unknown"] })),
                    "indicator": said("How its card is shown; `none`: it has none.", json!({ "enum": ["none", "info", "warning", "critical"] })),
                    "says": said("Texts that the card contains, whatever the case of their letters.", texts.clone()),
                    "saysNot": said("Texts that the card does not contain.", texts),
                    "gaps": said("Kinds of gaps that the rule names.", json!({ "type": "array", "items": { "enum": gaps } })),
                    "status": said("The status of the answer; 200 when it is not said.", json!({ "type": "integer", "minimum": 200, "maximum": 599 })),
                    "missing": said("With status 412: prefetch keys that the answer names.", json!({ "type": "array", "items": { "enum": keys } })),
                },
            },
        },
    });
    // Strings and numbers only: serialising it can't fail.
    Ok(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n")
}

/// A part of the schema with its explanation.
fn said(description: &str, mut schema: Value) -> Value {
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".to_owned(), Value::String(description.to_owned()));
    }
    schema
}

/// The names of the files of a folder, without their ending.
fn names(root: &Path, folder: &str, ending: &str) -> Result<Vec<String>, StartupError> {
    let folder = root.join("fixtures").join(folder);
    let failed = |error| StartupError::file(folder.display().to_string(), error);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == ending) {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
