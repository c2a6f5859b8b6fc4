//! Words and code agree: every message that Rust names exists in every language, and every message of the files is named.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cellwise_clinic::{Language, numbers, rules};
use cellwise_record::{GapKind, Source};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|have| have == extension) {
            found.push(path);
        }
    }
}

/// The ids of a file of texts.
fn messages(language: Language, name: &str) -> BTreeSet<String> {
    let path = root().join(format!("cds-hooks/texts/{}/{name}.ftl", language.code()));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let starts = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
    starts.filter_map(|line| line.split_once(" =").map(|(id, _)| id.to_owned())).collect()
}

/// The string literals of a Rust source that could be the id of something, its unit tests aside.
fn literals(source: &str) -> BTreeSet<String> {
    let code: String = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let is_id = |word: &&str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    code.split('"').skip(1).step_by(2).filter(is_id).map(str::to_owned).collect()
}

fn literals_of(path: &Path) -> BTreeSet<String> {
    literals(&fs::read_to_string(path).unwrap())
}

/// The literals below a folder, those of the rules apart.
fn shared_literals() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(&root().join("crates"), "rs", &mut paths);
    files(&root().join("src"), "rs", &mut paths);
    let rules = root().join("crates/clinic/src/rules");
    paths.iter().filter(|path| !path.starts_with(&rules)).flat_map(|path| literals_of(path)).collect()
}

/// Ids that are put together: their parts are data.
fn composed() -> BTreeSet<String> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for kind in GapKind::ALL {
        ids.extend([format!("gap-{}", kind.name()), format!("gap-{}-of", kind.name())]);
    }
    let sources = Source::PREFETCHED.into_iter().chain([Source::DraftOrders]);
    ids.extend(sources.map(|source| format!("source-{}", source.key())));
    ids.extend(["h", "d", "wk", "mo", "a"].map(|unit| format!("measure-{unit}")));
    let codes = fs::read_to_string(root().join("fhir-profiles/codesystems/cell-therapy.json")).unwrap();
    let codes: serde_json::Value = serde_json::from_str(&codes).unwrap();
    let is_reason = |concept: &&serde_json::Value| {
        let mut properties = concept["property"].as_array().into_iter().flatten();
        properties.any(|property| property["valueString"] == "override-reason")
    };
    let concepts = codes["concept"].as_array().unwrap().iter();
    ids.extend(concepts.filter(is_reason).map(|concept| format!("override-{}", concept["code"].as_str().unwrap())));
    // Read from the file itself, before there are messages.
    ids.insert("decimal-separator".to_owned());
    ids
}

/// The first words of message ids: what begins so and is no message is a slip.
fn prefixes(all: &BTreeMap<&str, BTreeSet<String>>) -> BTreeSet<String> {
    all.values().flatten().filter_map(|id| Some(id.split_once('-')?.0.to_owned())).collect()
}

#[test]
fn every_message_that_code_names_exists_and_every_message_is_named() {
    let mut problems = Vec::new();
    let shared = shared_literals();
    let composed = composed();
    for &language in Language::ALL {
        let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).chain(["common"]).collect();
        let all: BTreeMap<&str, BTreeSet<String>> =
            names.iter().map(|name| (*name, messages(language, name))).collect();
        let common = &all["common"];
        // What a rule's own data say: a hint, a number, a reason, another rule.
        let others: BTreeSet<&str> = numbers::ALL
            .iter()
            .map(|number| number.id)
            .chain(rules::HINTS.iter().copied())
            .chain(rules::ALL.iter().flat_map(|rule| rule.override_reasons.iter().copied().chain([rule.id])))
            .collect();
        let prefixes = prefixes(&all);
        for rule in rules::ALL {
            let own = &all[rule.id];
            let literals = literals_of(&root().join(rule.file));
            for id in literals.iter().filter(|id| !others.contains(id.as_str())) {
                let looks_like_one = id.split_once('-').is_some_and(|(first, _)| prefixes.contains(first));
                if looks_like_one && !own.contains(id) && !common.contains(id) {
                    problems.push(format!("{}: there is no message `{id}` in {}", rule.file, language.code()));
                }
            }
            for id in own.iter().filter(|id| *id != "title") {
                if !literals.contains(id) && !shared.contains(id) {
                    problems.push(format!("cds-hooks/texts/{}/{}.ftl: nothing names `{id}`", language.code(), rule.id));
                }
            }
        }
        let in_rules: BTreeSet<String> =
            rules::ALL.iter().flat_map(|rule| literals_of(&root().join(rule.file))).collect();
        for id in common {
            if !shared.contains(id) && !composed.contains(id) && !in_rules.contains(id) {
                problems.push(format!("cds-hooks/texts/{}/common.ftl: nothing names `{id}`", language.code()));
            }
        }
        // The picture of a course names what a number is about by the number.
        let of_numbers: BTreeSet<String> =
            numbers::ALL.iter().flat_map(|of| [format!("span-{}", of.id), format!("limit-{}", of.id)]).collect();
        for file in ["page", "course", "commands", "ehr"] {
            for id in messages(language, file).iter().filter(|id| !shared.contains(*id) && !of_numbers.contains(*id)) {
                problems.push(format!("cds-hooks/texts/{}/{file}.ftl: nothing names `{id}`", language.code()));
            }
        }
        for (file, starts) in [("course", &["app-", "course-", "bench-"][..]), ("commands", &["command-", "suite-"])] {
            let said: BTreeSet<String> = messages(language, file);
            let is_of_file = |id: &&String| starts.iter().any(|start| id.starts_with(start));
            for id in shared.iter().filter(is_of_file).filter(|id| !said.contains(*id)) {
                let is_class = ["course-hatch", "course-stripe", "course-dots", "app-context"].contains(&id.as_str());
                if !is_class {
                    problems.push(format!("cds-hooks/texts/{}/{file}.ftl: `{id}` is missing", language.code()));
                }
            }
        }
        let of_ehr = messages(language, "ehr");
        // The id of the user is one of the mock EHR, too.
        for id in shared.iter().filter(|id| id.starts_with("ehr-") && *id != "ehr-user" && !of_ehr.contains(*id)) {
            problems.push(format!("cds-hooks/texts/{}/ehr.ftl: `{id}` is missing", language.code()));
        }
        for id in composed.iter().filter(|id| !common.contains(*id)) {
            problems.push(format!("cds-hooks/texts/{}/common.ftl: `{id}` is missing", language.code()));
        }
        // What a question names must stand somewhere: in the common texts, or with each rule that asks it (the cases show).
        let somewhere: BTreeSet<&String> = all.values().flatten().collect();
        for id in
            shared.iter().filter(|id| ["gap-", "evidence-", "criterion-"].iter().any(|start| id.starts_with(start)))
        {
            if !somewhere.contains(id) && !composed.contains(id) {
                problems.push(format!("a question names `{id}`, which no text in {} has", language.code()));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
