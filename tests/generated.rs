//! What is made from the rules is up to date, and nothing of the sources is lost on the way.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cellwise::engine::Engine;
use cellwise::generate;
use cellwise_clinic::{documents, rules};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn generated_files_are_up_to_date() {
    let made = generate::files(&root(), &Engine::load().unwrap()).unwrap();
    let mut problems = Vec::new();
    for (path, text) in &made {
        let there = fs::read_to_string(root().join(path)).unwrap_or_default();
        if there != *text {
            problems.push(format!("{path} is stale: run `cargo run -- generate`"));
        }
    }
    for folder in generate::OWNED {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let path = format!("{folder}/{}", entry.unwrap().file_name().into_string().unwrap());
            if !made.contains_key(&path) {
                problems.push(format!("{path} is made no longer: run `cargo run -- generate`"));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_statement_has_a_rule_or_a_reason() {
    let statements = generate::statements(&root()).unwrap();
    let mut problems = Vec::new();
    let known: BTreeSet<&str> = statements.iter().map(|statement| statement.id.as_str()).collect();
    assert_eq!(known.len(), statements.len(), "a statement stands twice");
    for statement in &statements {
        let cited = !generate::citing(&statement.id).is_empty();
        let reason = statement.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        match (cited, reason) {
            (false, false) => problems.push(format!("{}: no rule cites it and no reason says why", statement.id)),
            (true, true) => problems.push(format!("{}: cited, and a reason says why not", statement.id)),
            _ => {}
        }
        if !documents::ALL.iter().any(|document| document.id == statement.document) {
            problems.push(format!("{}: document `{}` is unknown", statement.id, statement.document));
        }
    }
    for rule in rules::ALL {
        for citation in rule.citations {
            for id in citation.statements {
                let statement = statements.iter().find(|statement| statement.id == *id);
                if statement.is_none_or(|statement| statement.document != citation.document.id) {
                    problems.push(format!("{}: {id} is no statement of {}", rule.id, citation.document.id));
                }
            }
        }
    }
    report(&problems);
}

/// The profiles say what is read; the lens is what reads.
#[test]
fn the_profiles_name_every_element_of_the_lens() {
    let source = fs::read_to_string(root().join("crates/fhir-reader/src/resource.rs")).unwrap();
    let lens = source.split("pub struct Resource<'a> {").nth(1).unwrap().split("\n}").next().unwrap();
    let keys: Vec<&str> = lens.split("= \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(keys.len() > 60, "the lens was not found");
    let elements: BTreeSet<&str> = generate::ELEMENTS.iter().flat_map(|(_, elements)| *elements).copied().collect();
    let named = |key: &str| {
        key == "id"
            || generate::OTHER_VERSIONS.contains(&key)
            || elements.iter().any(|element| {
                let element = element.split('.').next().unwrap();
                element == key || element.strip_suffix("[x]").is_some_and(|stem| key.starts_with(stem))
            })
    };
    let problems: Vec<String> = keys
        .iter()
        .filter(|key| !named(key))
        .map(|key| format!("`{key}` is read, but no profile in src/generate/elements.rs names it"))
        .collect();
    report(&problems);
}

/// The package as a whole: its manifest, and canonical urls that are unique and point at something.
#[test]
fn the_package_holds_together() {
    fn walk(path: &Path, found: &mut Vec<Value>) {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let value: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                if value.get("resourceType").is_some() {
                    found.push(value);
                }
            }
        }
    }
    let folder = root().join("fhir-profiles");
    let manifest: Value = serde_json::from_str(&fs::read_to_string(folder.join("package.json")).unwrap()).unwrap();
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["fhirVersions"][0], "4.0.1");
    let canonical = manifest["canonical"].as_str().unwrap();
    let mut resources = Vec::new();
    walk(&folder, &mut resources);
    let mut urls = BTreeSet::new();
    let mut problems = Vec::new();
    for resource in &resources {
        let url = resource["url"].as_str().unwrap();
        let own =
            format!("{canonical}/{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        if url != own {
            problems.push(format!("`{url}`: expected `{own}`"));
        }
        if !urls.insert(url.to_owned()) {
            problems.push(format!("`{url}` stands twice"));
        }
    }
    for resource in &resources {
        let text = resource.to_string();
        for mention in text.split(canonical).skip(1) {
            let rest = mention.split(['"', '|', ' ', '`', '\\']).next().unwrap_or_default();
            let url = format!("{canonical}{rest}");
            if rest.len() > 1 && !urls.contains(&url) {
                problems.push(format!("{}: `{url}` is in no file", resource["url"]));
            }
        }
    }
    report(&problems);
}
