//! The repository's own rules: what a reviewer should not have to check by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cellwise::engine::Engine;
use cellwise_clinic::{Hook, rules};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folder` with the extension, sorted.
fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    fn walk(path: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|have| have == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where the rules are: a file each, in the folder of its group.
const RULES: &str = "crates/clinic/src/rules";

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{}: {error}", shown(path)))
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn every_rule_has_its_places() {
    let mut problems = Vec::new();
    let ids: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    if ids != sorted {
        problems.push("rules::ALL is not sorted by id".to_owned());
    }
    for path in files(RULES, "rs").into_iter().filter(|path| path.parent() != Some(&root().join(RULES))) {
        let id = path.file_stem().unwrap().to_str().unwrap().replace('_', "-");
        if !ids.contains(&id.as_str()) {
            problems.push(format!("{}: no rule of rules::ALL has id `{id}`", shown(&path)));
        }
    }
    for rule in rules::ALL {
        let say = |problem: &str| format!("{}: {problem}", rule.id);
        let mut words = rule.id.split('-');
        let mut topic = words.next().unwrap().to_owned();
        for word in words {
            topic.push_str(&word[..1].to_uppercase());
            topic.push_str(&word[1..]);
        }
        if rule.topic != topic {
            problems.push(say(&format!("topic is `{}`, expected `{topic}`", rule.topic)));
        }
        let source = read(&root().join(rule.file));
        for heading in [
            "## What it flags",
            "## Why it matters",
            "## When it is met",
            "## When it stays quiet",
            "## When it asks",
            "## Sources",
        ] {
            if !source.contains(heading) {
                problems.push(say(&format!("the header lacks `{heading}`")));
            }
        }
        if rule.citations.is_empty() {
            problems.push(say("has no source"));
        }
        if rule.numbers.iter().any(|number| number.citation.is_empty()) {
            problems.push(say("has a number without citation"));
        }
        if rule.reviewed.len() != 10 {
            problems.push(say("has no review date"));
        }
        let folder = root().join("fixtures/cases").join(rule.id);
        let names: Vec<String> = fs::read_dir(&folder)
            .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        for kind in ["met-", "not-met-", "unknown-", "silent-"] {
            if !names.iter().any(|name| name.starts_with(kind)) {
                problems.push(say(&format!("has no case `{kind}…`")));
            }
        }
    }
    report(&problems);
}

#[test]
fn every_case_folder_belongs_to_a_rule() {
    let ids: BTreeSet<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    for entry in fs::read_dir(root().join("fixtures/cases")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(ids.contains(name.as_str()), "fixtures/cases/{name}: there is no such rule");
    }
}

/// Code that asks about something a service does not fetch would be unknown for ever.
#[test]
fn every_service_fetches_what_its_rules_read() {
    let engine = Engine::load().unwrap();
    let mut problems = Vec::new();
    for service in &engine.knowledge().services {
        for (hook, of_hook) in &service.hooks {
            if Hook::from_name(hook).is_none() {
                problems.push(format!("{}: hook `{hook}` is unknown", service.id));
            }
            for rule in of_hook {
                for set in rule.observations {
                    for member in engine.knowledge().terminology.members(*set) {
                        let token = format!("{}|{}", member.system, member.code);
                        let asks = |(key, template): (&String, &String)| {
                            key.starts_with("observations") && template.contains(&token)
                        };
                        if !service.prefetch.iter().any(asks) {
                            problems.push(format!(
                                "{}: `observations` does not ask for {token} ({})",
                                service.id,
                                set.name()
                            ));
                        }
                    }
                }
            }
        }
        for (key, template) in &service.prefetch {
            let parameters: Vec<&str> =
                template.split(['?', '&']).skip(1).map(|pair| pair.split('=').next().unwrap()).collect();
            let unique: BTreeSet<&&str> = parameters.iter().collect();
            if unique.len() != parameters.len() {
                problems
                    .push(format!("{}: template `{key}` repeats a parameter, which some clients merge", service.id));
            }
        }
    }
    problems.sort();
    problems.dedup();
    report(&problems);
}

#[test]
fn discovery_follows_its_schema() {
    let engine = Engine::load().unwrap();
    let discovery: Value = serde_json::from_str(engine.discovery()).unwrap();
    let problems = engine.knowledge().schemas.check_discovery(&discovery);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn every_value_set_says_what_it_is() {
    let mut problems = Vec::new();
    let mut urls = BTreeSet::new();
    for path in files("fhir-profiles/valuesets", "json") {
        let set = json(&path);
        for element in ["url", "version", "status", "title", "description", "copyright", "compose"] {
            if set[element].is_null() {
                problems.push(format!("{}: has no `{element}`", shown(&path)));
            }
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        if set["id"] != name || !set["url"].as_str().is_some_and(|url| url.ends_with(&format!("/ValueSet/{name}"))) {
            problems.push(format!("{}: id and url must end in `{name}`", shown(&path)));
        }
        if !urls.insert(set["url"].to_string()) {
            problems.push(format!("{}: its url is used twice", shown(&path)));
        }
    }
    report(&problems);
}

/// The typed model is the second opinion on everything the project ships.
#[test]
fn shipped_resources_are_strict_fhir_r4() {
    let mut problems = Vec::new();
    for folder in [
        "fixtures/patients",
        "fixtures/orders",
        "fhir-profiles/valuesets",
        "fhir-profiles/codesystems",
        "fhir-profiles/libraries",
        "fhir-profiles/plandefinitions",
        "fhir-profiles/structuredefinitions",
    ] {
        for path in files(folder, "json") {
            if let Err(error) = cellwise_fhir_model::check(&read(&path)) {
                problems.push(format!("{}: {error}", shown(&path)));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_stay_short() {
    let mut problems = Vec::new();
    for (folder, most) in [("src", 450), ("crates", 450)] {
        for path in files(folder, "rs") {
            // A rule is one file; the list of numbers is one by its nature.
            let most = match shown(&path).as_str() {
                "crates/clinic/src/numbers.rs" => continue,
                path if path.starts_with(RULES) => 450,
                _ => most,
            };
            // The prose on top of a file is not counted against it.
            let lines = read(&path).lines().filter(|line| !line.starts_with("//!")).count();
            if lines > most && !shown(&path).contains("/tests/") {
                problems.push(format!("{}: {lines} lines, at most {most}", shown(&path)));
            }
        }
    }
    problems.sort();
    problems.dedup();
    report(&problems);
}

/// The table "Code map" of ARCHITECTURE.md.
#[test]
fn nobody_imports_what_it_must_not() {
    // Where, what is forbidden there, and what of it is allowed all the same. Between the crates Cargo keeps the walls.
    let forbidden: &[(&str, &[&str], &[&str])] = &[
        ("src/config", &["crate::hooks", "cellwise_fhir_reader"], &[]),
        ("src/client.rs", &["crate::http", "crate::hooks", "cellwise_clinic", "crate::gather", "crate::outbound"], &[]),
        ("src/gather", &["crate::http", "crate::hooks", "cellwise_clinic", "cellwise_fhir_reader"], &[]),
        ("src/outbound.rs", &["crate::"], &[]),
        ("crates/record", &["std::time"], &[]),
        ("crates/fhir-reader", &["std::time"], &[]),
        ("crates/clinic", &["std::time"], &[]),
        ("crates/store", &["cellwise_clinic", "cellwise_record", "actix"], &[]),
        ("src", &["sqlx"], &[]),
        ("src/hooks", &["crate::http", "crate::gather", "actix"], &[]),
        ("src/http", &["cellwise_fhir_reader"], &[]),
    ];
    let mut problems = Vec::new();
    for path in files("src", "rs").into_iter().chain(files("crates", "rs")) {
        let name = shown(&path);
        let source = read(&path);
        for (place, words, allowed) in forbidden {
            if !name.starts_with(place) {
                continue;
            }
            for word in *words {
                for (number, line) in source.lines().enumerate() {
                    let is_allowed = allowed.iter().any(|word| line.contains(word));
                    if line.contains(word) && !is_allowed && !line.trim_start().starts_with("//") {
                        problems.push(format!("{name}:{}: must not use `{word}`", number + 1));
                    }
                }
            }
        }
        let other_rules = rules::ALL.iter().map(|rule| format!("cellwise_clinic::{}", rule.id.replace('-', "_")));
        for other in other_rules.filter(|other| name.starts_with("src/rules/") && source.contains(other.as_str())) {
            problems.push(format!("{name}: a rule must not use another, `{other}`"));
        }
        if source.contains("fhirbolt") && !name.starts_with("crates/fhir-model") {
            problems.push(format!("{name}: fhirbolt belongs in crates/fhir-model"));
        }
    }
    report(&problems);
}

/// A document that names a file that is not there has gone stale.
#[test]
fn documents_name_files_that_exist() {
    let mut problems = Vec::new();
    for document in [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "docs/safety/README.md",
        "docs/benchmarks.md",
        "docs/configuration.md",
        "docs/fhir.md",
        "docs/integration.md",
        "docs/screening.md",
        "docs/try-it.md",
        "fhir-profiles/README.md",
    ] {
        let text = read(&root().join(document));
        let code = text.split('`').skip(1).step_by(2);
        let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
        for word in code.chain(links) {
            let looks_like_a_path = [
                "src/",
                "cds-hooks/",
                "fhir-profiles/",
                "fixtures/",
                "tests/",
                "docs/",
                "crates/",
                "benches/",
                "fuzz/src",
            ]
            .iter()
            .any(|start| word.starts_with(start));
            if looks_like_a_path && !word.contains(['<', '*', ' ', '{', '…']) && !root().join(word).exists() {
                problems.push(format!("{document}: `{word}` does not exist"));
            }
        }
    }
    report(&problems);
}

/// The README's test command is what CI runs, and the repository speaks of nothing outside itself.
#[test]
fn the_repository_stands_alone() {
    let mut problems = Vec::new();
    let mut paths = Vec::new();
    for (folder, extension) in [
        ("src", "rs"),
        ("tests", "rs"),
        ("cds-hooks", "json"),
        ("cds-hooks", "ftl"),
        ("fhir-profiles", "json"),
        ("fhir-profiles", "md"),
        ("docs", "md"),
        ("crates", "rs"),
        ("benches", "rs"),
        ("fuzz/src", "rs"),
        ("fuzz/fuzz_targets", "rs"),
    ] {
        paths.extend(files(folder, extension));
    }
    paths.extend(
        [
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
            "fuzz/README.md",
            "fuzz/run",
            ".ci/run",
            "deploy/Dockerfile",
            "deploy/README.md",
            "Cargo.toml",
            "cellwise.example.toml",
        ]
        .map(|name| root().join(name)),
    );
    for path in paths.iter().filter(|path| !path.ends_with("tests/tidy.rs")) {
        let text = read(path);
        for word in ["shared/clinical", "../shared", "/work/", "codes.tsv", "statements.tsv", "rules.md"] {
            if text.contains(word)
                && !(word == "rules.md" && (text.contains("docs/rules.md") || text.contains("](rules.md#")))
            {
                problems.push(format!("{}: speaks of `{word}`", shown(path)));
            }
        }
        if text.contains("#[ignore") {
            problems.push(format!("{}: ignores a test", shown(path)));
        }
    }
    assert!(read(&root().join("README.md")).contains("cargo test --workspace"));
    report(&problems);
}
