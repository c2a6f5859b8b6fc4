//! What a hospital's own codes mean, as its configuration has it: one ConceptMap; and `$translate`, by it and by those that are shipped.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::artifacts::text_of;
use super::outcome::{Issue, Refusal};
use super::terminology::{Arguments, parameter, parameters};
use super::{Artifact, Artifacts, published};
use crate::built::VERSION;
use crate::knowledge::{Knowledge, LocalCode};
use cellwise_record::terminology::mapping::Code;

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

/// `ConceptMap/$translate`: what a code means by the maps that are asked for, else by all; with `reverse`, which codes mean this one.
///
/// # Errors
/// When no code is given, or there is no such map.
pub fn translate(
    artifacts: &Artifacts,
    knowledge: &Knowledge,
    base: &str,
    id: Option<&str>,
    arguments: &Arguments<'_>,
) -> Result<Value, Refusal> {
    let local = of(knowledge, base);
    let (url, version) = (arguments.text("url")?, arguments.text("conceptMapVersion")?);
    let is_asked = |map: &&Artifact| {
        id.is_none_or(|id| id == map.id())
            && url.is_none_or(|url| url == map.element("url"))
            && version.is_none_or(|version| version == map.element("version"))
    };
    let maps: Vec<&Artifact> = artifacts.of_type("ConceptMap").chain(&local).filter(is_asked).collect();
    // Only a map that is asked for by name is missed.
    if maps.is_empty() && (id.is_some() || url.is_some() || version.is_some()) {
        return Err(Refusal::not_found("there is no such map: they are at `/fhir/ConceptMap`"));
    }
    if arguments.text("target")?.is_some() {
        let message = "the maps have no value set as their target: name the code system with `targetsystem`";
        return Err(Refusal::unprocessable(Issue::new("not-supported", message)));
    }
    let (is_reverse, wanted) = (arguments.is_set("reverse")?, arguments.text("targetsystem")?);
    let codes = arguments.codes("")?;
    let is_same = |system: &str, code: &str| {
        let listed = Code { system: system.to_owned(), code: code.to_owned() };
        codes.iter().any(|asked| {
            (asked.system.as_str(), asked.code.as_str()) == (system, code)
                || knowledge.terminology.is_same((&asked.system, &asked.code), &listed)
        })
    };
    let mut matches = Vec::new();
    for map in maps {
        for pair in pairs(&map.resource) {
            let (from, to) = if is_reverse { (pair.target, pair.source) } else { (pair.source, pair.target) };
            if is_same(from.system, from.code) && wanted.is_none_or(|wanted| wanted == to.system) {
                let mut coding = Map::new();
                coding.insert("system".to_owned(), json!(to.system));
                coding.insert("code".to_owned(), json!(to.code));
                if !to.display.is_empty() {
                    coding.insert("display".to_owned(), json!(to.display));
                }
                matches.push(json!({ "name": "match", "part": [
                    parameter("equivalence", "Code", if is_reverse { turned(pair.equivalence) } else { pair.equivalence }),
                    { "name": "concept", "valueCoding": coding },
                    parameter("source", "Uri", map.canonical()),
                ] }));
            }
        }
    }
    let mut all = vec![parameter("result", "Boolean", !matches.is_empty())];
    if matches.is_empty() {
        all.push(parameter("message", "String", "no map says anything of this code"));
    }
    all.extend(matches);
    Ok(parameters(all))
}

/// A code of a map.
#[derive(Clone, Copy)]
struct Mapped<'m> {
    system: &'m str,
    code: &'m str,
    display: &'m str,
}

/// A code, and one that it means.
struct Pair<'m> {
    source: Mapped<'m>,
    target: Mapped<'m>,
    equivalence: &'m str,
}

/// All of a map.
fn pairs(map: &Value) -> Vec<Pair<'_>> {
    let mut pairs = Vec::new();
    for group in list(map, "group") {
        for element in list(group, "element") {
            for target in list(element, "target") {
                pairs.push(Pair {
                    source: mapped(group, "source", element),
                    target: mapped(group, "target", target),
                    equivalence: text_of(target, "equivalence"),
                });
            }
        }
    }
    pairs
}

fn mapped<'m>(group: &'m Value, system: &str, one: &'m Value) -> Mapped<'m> {
    Mapped { system: text_of(group, system), code: text_of(one, "code"), display: text_of(one, "display") }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// An equivalence seen from the target.
fn turned(equivalence: &str) -> &str {
    match equivalence {
        "wider" => "narrower",
        "narrower" => "wider",
        "subsumes" => "specializes",
        "specializes" => "subsumes",
        other => other,
    }
}
