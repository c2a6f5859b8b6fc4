//! `CodeSystem/$lookup` and `CodeSystem/$validate-code`, of the project's own code systems.

use serde_json::{Map, Value, json};

use super::arguments::Arguments;
use super::{parameter, parameters};
use crate::fhir::artifacts::text_of;
use crate::fhir::outcome::Refusal;
use crate::fhir::{Artifact, Artifacts};

/// The parameters of `$lookup` that are known.
pub const LOOKUP: [&str; 6] = ["code", "system", "version", "coding", "displayLanguage", "property"];

/// The parameters of `$validate-code` that are known.
pub const VALIDATE: [&str; 8] =
    ["url", "version", "code", "system", "display", "coding", "codeableConcept", "displayLanguage"];

const NOT_HERE: &str = "this code system is not held here: those that are stand at `/fhir/CodeSystem`";

fn concepts(system: &Artifact) -> impl Iterator<Item = &Value> {
    system.resource.get("concept").and_then(Value::as_array).into_iter().flatten()
}

/// What a concept is called in a language, else its display.
fn name<'c>(concept: &'c Value, language: Option<&str>) -> &'c str {
    let language = language.map(|wanted| wanted.split(['-', ',', ';']).next().unwrap_or_default());
    let named = language.and_then(|wanted| designations(concept).find(|of| text_of(of, "language") == wanted));
    named.map_or_else(|| text_of(concept, "display"), |of| text_of(of, "value"))
}

fn designations(concept: &Value) -> impl Iterator<Item = &Value> {
    concept.get("designation").and_then(Value::as_array).into_iter().flatten()
}

/// `CodeSystem/$lookup`: what is known of a code.
///
/// # Errors
/// When the code system is not one of the project's, or does not have the code.
pub fn lookup(artifacts: &Artifacts, arguments: &Arguments<'_>) -> Result<Value, Refusal> {
    let codes = arguments.codes("")?;
    let asked = codes.first().ok_or_else(Refusal::fault)?;
    let system = artifacts.resolve("CodeSystem", &asked.system).ok_or_else(|| Refusal::not_found(NOT_HERE))?;
    if arguments.text("version")?.is_some_and(|version| version != system.element("version")) {
        return Err(Refusal::not_found("there is no such version of this code system here"));
    }
    let concept = concepts(system).find(|concept| text_of(concept, "code") == asked.code);
    let concept = concept.ok_or_else(|| Refusal::not_found("the code system does not have this code"))?;
    let mut all = vec![
        parameter("name", "String", system.element("title")),
        parameter("version", "String", system.element("version")),
        parameter("display", "String", name(concept, arguments.text("displayLanguage")?)),
    ];
    all.extend(designations(concept).map(|of| {
        json!({ "name": "designation", "part": [
            parameter("language", "Code", text_of(of, "language")),
            parameter("value", "String", text_of(of, "value")),
        ] })
    }));
    let mut properties = vec![property("definition", &json!({ "valueString": text_of(concept, "definition") }))];
    let of_concept = concept.get("property").and_then(Value::as_array).into_iter().flatten();
    properties.extend(of_concept.map(|of| property(text_of(of, "code"), of)));
    all.extend(properties.into_iter().flatten());
    Ok(parameters(all))
}

/// A property of a concept, as a parameter with parts.
fn property(code: &str, of: &Value) -> Option<Value> {
    let (kind, value) = of.as_object()?.iter().find(|(name, _)| name.starts_with("value"))?;
    let mut part = Map::new();
    part.insert("name".to_owned(), json!("value"));
    part.insert(kind.clone(), value.clone());
    Some(json!({ "name": "property", "part": [parameter("code", "Code", code), Value::Object(part)] }))
}

/// `CodeSystem/$validate-code`: whether a code system has a code.
///
/// # Errors
/// When the code system is not one of the project's, or no code is given.
pub fn validate(artifacts: &Artifacts, id: Option<&str>, arguments: &Arguments<'_>) -> Result<Value, Refusal> {
    let url = arguments.text("url")?;
    let of_path =
        id.map(|id| artifacts.find("CodeSystem", id).ok_or_else(|| Refusal::not_found(NOT_HERE))).transpose()?;
    let own = of_path.map(|system| system.element("url"));
    let codes = arguments.codes(own.or(url).unwrap_or_default())?;
    let asked = codes.first().ok_or_else(Refusal::fault)?;
    let system = own.or(url).unwrap_or(&asked.system);
    let system = artifacts.resolve("CodeSystem", system).ok_or_else(|| Refusal::not_found(NOT_HERE))?;
    let is_of_system = |of: &str| of == system.element("url");
    let concept = codes.iter().filter(|asked| is_of_system(&asked.system)).find_map(|asked| {
        concepts(system).find(|concept| text_of(concept, "code") == asked.code).map(|concept| (asked, concept))
    });
    let Some((asked, concept)) = concept else {
        let message = "the code system does not have this code";
        return Ok(parameters(vec![parameter("result", "Boolean", false), parameter("message", "String", message)]));
    };
    let language = arguments.text("displayLanguage")?;
    let display = parameter("display", "String", name(concept, language));
    let is_name = |display: &String| {
        designations(concept)
            .map(|of| text_of(of, "value"))
            .chain([text_of(concept, "display")])
            .any(|name| name.eq_ignore_ascii_case(display))
    };
    if asked.display.as_ref().is_some_and(|display| !is_name(display)) {
        let message = "the code system has this code, but calls it something else";
        let all = vec![parameter("result", "Boolean", false), parameter("message", "String", message), display];
        return Ok(parameters(all));
    }
    Ok(parameters(vec![parameter("result", "Boolean", true), display]))
}
