//! `ValueSet/$expand` and `ValueSet/$validate-code`.

use cellwise_record::terminology::{Coded, Definitions, Terminology};
use serde_json::{Map, Value, json};

use super::arguments::{Arguments, Asked};
use super::{defined, parameter, parameters};
use crate::fhir::outcome::Refusal;
use crate::fhir::{Artifact, Artifacts};

/// The parameters of `$expand` that are known.
pub const EXPAND: [&str; 9] = [
    "url",
    "valueSetVersion",
    "filter",
    "offset",
    "count",
    "includeDesignations",
    "includeDefinition",
    "activeOnly",
    "displayLanguage",
];

/// The parameters of `$validate-code` that are known.
pub const VALIDATE: [&str; 8] =
    ["url", "valueSetVersion", "code", "system", "display", "coding", "codeableConcept", "displayLanguage"];

/// The languages in which codes have names.
const LANGUAGES: [&str; 2] = ["en", "nl"];

/// The value set that is asked about: of the path, or by its url.
fn asked<'a>(artifacts: &'a Artifacts, id: Option<&str>, arguments: &Arguments<'_>) -> Result<&'a Artifact, Refusal> {
    let version = arguments.text("valueSetVersion")?;
    let found = match id {
        Some(id) => artifacts.find("ValueSet", id),
        None => artifacts.resolve("ValueSet", arguments.needed("url")?),
    };
    found
        .filter(|set| version.is_none_or(|version| set.element("version") == version))
        .ok_or_else(|| Refusal::not_found("there is no such value set here: they are at `/fhir/ValueSet`"))
}

/// `ValueSet/$expand`: the codes of a value set.
///
/// # Errors
/// When there is no such value set, or a parameter can't be read. `now` is when it is expanded.
pub fn expand(artifacts: &Artifacts, id: Option<&str>, arguments: &Arguments<'_>, now: &str) -> Result<Value, Refusal> {
    let set = asked(artifacts, id, arguments)?;
    let definitions = defined()?;
    let expanded = definitions.expanded(set.element("url")).ok_or_else(Refusal::fault)?;
    let language = arguments.text("displayLanguage")?;
    let filter = arguments.text("filter")?.unwrap_or_default().to_lowercase();
    let with_designations = arguments.is_set("includeDesignations")?;
    let shown = |coded: &Coded| contained(definitions, coded, language, with_designations);
    let fits = |entry: &Value| {
        let names = entry.get("designation").and_then(Value::as_array).into_iter().flatten();
        let names = names.filter_map(|name| name.get("value")).chain(entry.get("display")).filter_map(Value::as_str);
        filter.is_empty() || names.into_iter().any(|name| name.to_lowercase().contains(&filter))
    };
    let all: Vec<Value> = expanded.codes.iter().map(shown).filter(fits).collect();
    let (offset, count) = (arguments.number("offset")?.unwrap_or(0), arguments.number("count")?);
    let mut expansion = Map::new();
    if expanded.is_open {
        let url = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed";
        expansion.insert("extension".to_owned(), json!([{ "url": url, "valueBoolean": true }]));
    }
    expansion.insert("identifier".to_owned(), json!(format!("urn:uuid:{}", identifier(set, arguments))));
    expansion.insert("timestamp".to_owned(), json!(now));
    expansion.insert("total".to_owned(), json!(all.len()));
    if offset > 0 || count.is_some() {
        expansion.insert("offset".to_owned(), json!(offset));
    }
    let page: Vec<Value> = all.into_iter().skip(offset).take(count.unwrap_or(usize::MAX)).collect();
    if !page.is_empty() {
        expansion.insert("contains".to_owned(), Value::Array(page));
    }
    let mut resource = set.resource.clone();
    if let Some(members) = resource.as_object_mut() {
        if !arguments.is_set("includeDefinition")? {
            members.shift_remove("compose");
        }
        members.shift_remove("text");
        members.insert("expansion".to_owned(), Value::Object(expansion));
    }
    Ok(resource)
}

/// The same expansion has the same identifier.
fn identifier(set: &Artifact, arguments: &Arguments<'_>) -> uuid::Uuid {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("{} {arguments:?}", set.canonical()).as_bytes())
}

/// A code of an expansion.
fn contained(definitions: &Definitions, coded: &Coded, language: Option<&str>, with_designations: bool) -> Value {
    let mut entry = Map::new();
    entry.insert("system".to_owned(), json!(coded.system));
    entry.insert("code".to_owned(), json!(coded.code));
    let of = |language: &str| definitions.designation(&coded.system, &coded.code, language);
    let language = language.map(|wanted| wanted.split(['-', ',', ';']).next().unwrap_or_default());
    let display = language.and_then(of).or(Some(coded.display.as_str())).filter(|display| !display.is_empty());
    // Where a licence forbids the display, the project's own words are better than none.
    if let Some(display) = display.or_else(|| of("en")) {
        entry.insert("display".to_owned(), json!(display));
    }
    if with_designations {
        let named =
            LANGUAGES.iter().filter_map(|language| Some(json!({ "language": language, "value": of(language)? })));
        let named: Vec<Value> = named.collect();
        if !named.is_empty() {
            entry.insert("designation".to_owned(), Value::Array(named));
        }
    }
    Value::Object(entry)
}

/// `ValueSet/$validate-code`: whether a value set has a code, or one of those of a concept. `index` is what the rules know.
///
/// # Errors
/// When there is no such value set, or no code is given.
pub fn validate(
    artifacts: &Artifacts,
    index: &Terminology,
    id: Option<&str>,
    arguments: &Arguments<'_>,
) -> Result<Value, Refusal> {
    let set = asked(artifacts, id, arguments)?;
    let definitions = defined()?;
    let codes = arguments.codes("")?;
    let url = set.element("url");
    let has = |asked: &&Asked| definitions.has(url, &asked.system, &asked.code) == Some(true);
    let Some(found) = codes.iter().find(has) else {
        let counted = |asked: &Asked| {
            let is_counted =
                index.set(set.id()).is_some_and(|of| index.lookup(&asked.system, &asked.code).membership.contains(of));
            is_counted && !index.is_of_site(&asked.system, &asked.code)
        };
        let message = if codes.iter().any(counted) {
            "the value set does not list this code; the rules count it as one of its codes all the same, by what is known of it"
        } else {
            "the value set does not have this code"
        };
        return Ok(parameters(vec![parameter("result", "Boolean", false), parameter("message", "String", message)]));
    };
    let language = arguments.text("displayLanguage")?.unwrap_or("en");
    let name = |language| definitions.name(&found.system, &found.code, language);
    let known = [name(language), name("en"), name("")];
    let is_other = |display: &String| !known.iter().flatten().any(|name| name.eq_ignore_ascii_case(display));
    if found.display.as_ref().is_some_and(is_other) && known.iter().any(Option::is_some) {
        let message = "the value set has this code, but calls it something else";
        return Ok(parameters(
            [parameter("result", "Boolean", false), parameter("message", "String", message)]
                .into_iter()
                .chain(name(language).map(|name| parameter("display", "String", name))),
        ));
    }
    let display = name(language).map(|name| parameter("display", "String", name));
    Ok(parameters([parameter("result", "Boolean", true)].into_iter().chain(display)))
}
