//! What a hospital's own codes mean, as its configuration has it: one ConceptMap, and `$translate`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::outcome::{Issue, Refusal};
use super::terminology::{Arguments, parameter, parameters};
use super::{Artifact, published};
use crate::built::VERSION;
use crate::knowledge::{Knowledge, LocalCode};

/// The id of the map.
pub const ID: &str = "local-codes";

/// The parameters of `$translate` that are known.
pub const TRANSLATE: [&str; 9] =
    ["url", "conceptMapVersion", "code", "system", "coding", "codeableConcept", "target", "targetsystem", "reverse"];

/// The ConceptMap of a hospital; `None` when it has explained no codes. `base` is the address of `/fhir`: the map is this server's.
#[must_use]
pub fn of(knowledge: &Knowledge, base: &str) -> Option<Artifact> {
    let codes = &knowledge.local_codes;
    if codes.is_empty() {
        return None;
    }
    let mut groups: BTreeMap<(&str, &str), Vec<&LocalCode>> = BTreeMap::new();
    for code in codes {
        groups.entry((&code.source.system, &code.target.system)).or_default().push(code);
    }
    let element = |code: &&LocalCode| {
        let mut element = Map::new();
        element.insert("code".to_owned(), json!(code.source.code));
        if !code.display.is_empty() {
            element.insert("display".to_owned(), json!(code.display));
        }
        let mut target = Map::new();
        target.insert("code".to_owned(), json!(code.target.code));
        if let Some(name) = knowledge.terminology.name(&code.target.system, &code.target.code, "en") {
            target.insert("display".to_owned(), json!(name));
        }
        target.insert("equivalence".to_owned(), json!("equivalent"));
        element.insert("target".to_owned(), json!([target]));
        Value::Object(element)
    };
    let groups: Vec<Value> = groups
        .iter()
        .map(|((source, target), codes)| {
            json!({ "source": source, "target": target, "element": codes.iter().map(element).collect::<Vec<_>>() })
        })
        .collect();
    let groups = Value::Array(groups);
    let digest: String = format!("{:x}", Sha256::digest(groups.to_string())).chars().take(8).collect();
    Some(Artifact::of(published::as_shareable(json!({
        "resourceType": "ConceptMap",
        "id": ID,
        "url": format!("{base}/ConceptMap/{ID}"),
        "version": format!("{VERSION}+{digest}"),
        "name": "LocalCodes",
        "title": "What the hospital's own codes mean",
        "status": "active",
        "experimental": false,
        "publisher": "the hospital, by its configuration of cellwise",
        "description": "Each code counts as its target does, no more and no less.",
        "group": groups,
    }))))
}

/// `ConceptMap/$translate`: what a code of the hospital means, or with `reverse` which of its codes mean this one.
///
/// # Errors
/// When no code is given, or the map is not the hospital's.
pub fn translate(
    knowledge: &Knowledge,
    base: &str,
    id: Option<&str>,
    arguments: &Arguments<'_>,
) -> Result<Value, Refusal> {
    let map = of(knowledge, base);
    let not_here =
        || Refusal::not_found("there is no such map: the hospital's own codes are `/fhir/ConceptMap/local-codes`");
    let is_asked = |map: &Artifact| -> Result<bool, Refusal> {
        let (url, version) = (arguments.text("url")?, arguments.text("conceptMapVersion")?);
        let is_version = version.is_none_or(|version| version == map.element("version"));
        Ok(id.is_none_or(|id| id == ID) && url.is_none_or(|url| url == map.element("url")) && is_version)
    };
    match &map {
        Some(map) if is_asked(map)? => {}
        // Without a map no code of the hospital means anything; only a map that is asked for by name is missed.
        None if id.is_none() && arguments.text("url")?.is_none() => {}
        _ => return Err(not_here()),
    }
    if arguments.text("target")?.is_some() {
        let message = "the map has no value set as its target: name the code system with `targetsystem`";
        return Err(Refusal::unprocessable(Issue::new("not-supported", message)));
    }
    let (is_reverse, target) = (arguments.is_set("reverse")?, arguments.text("targetsystem")?);
    let codes = arguments.codes("")?;
    let url = map.as_ref().map(Artifact::canonical).unwrap_or_default();
    let mut matches = Vec::new();
    for local in &knowledge.local_codes {
        let (from, to, display) = if is_reverse {
            (&local.target, &local.source, Some(local.display.clone()).filter(|display| !display.is_empty()))
        } else {
            let name = knowledge.terminology.name(&local.target.system, &local.target.code, "en");
            (&local.source, &local.target, name.map(std::borrow::Cow::into_owned))
        };
        let is_it = codes.iter().any(|asked| knowledge.terminology.is_same((&asked.system, &asked.code), from));
        if !is_it || target.is_some_and(|target| target != to.system) {
            continue;
        }
        let mut coding = Map::new();
        coding.insert("system".to_owned(), json!(to.system));
        coding.insert("code".to_owned(), json!(to.code));
        coding.extend(display.map(|display| ("display".to_owned(), json!(display))));
        matches.push(json!({ "name": "match", "part": [
            parameter("equivalence", "Code", "equivalent"),
            { "name": "concept", "valueCoding": coding },
            parameter("source", "Uri", url.clone()),
        ] }));
    }
    let mut all = vec![parameter("result", "Boolean", !matches.is_empty())];
    if matches.is_empty() {
        all.push(parameter("message", "String", "the hospital's configuration says nothing of this code"));
    }
    all.extend(matches);
    Ok(parameters(all))
}
