//! The shape of the house: within each crate, modules at the top import one another in one direction only, and a status
//! is read in one place.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const CRATES: [&str; 5] = ["crates/record", "crates/fhir-reader", "crates/clinic", "crates/store", "."];

/// What each module at the top of a crate imports from its neighbours, with a file that does.
type Imports = BTreeMap<String, BTreeMap<String, PathBuf>>;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Source without comments and unit tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The first names after `crate::`, also those of a braced list.
fn first_names(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (start, found) in code.match_indices("crate::") {
        let rest = &code[start + found.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(rest.chars().take_while(|c| is_word(*c)).collect());
            continue;
        };
        let (mut depth, mut name, mut is_first) = (1, String::new(), true);
        for c in list.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 1 && (c == ',' || !is_word(c) && !c.is_whitespace()) || depth == 0 {
                if is_first && !name.is_empty() {
                    names.insert(std::mem::take(&mut name));
                }
                is_first = c == ',';
                name.clear();
            } else if depth == 1 && is_first && is_word(c) {
                name.push(c);
            }
            if depth == 0 {
                break;
            }
        }
    }
    names
}

/// The modules of a crate, and the modules that the names re-exported at its root come from.
fn modules(lib: &str) -> (BTreeSet<String>, BTreeMap<String, String>) {
    let mut modules = BTreeSet::new();
    for line in lib.lines() {
        let declared = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
        modules.extend(declared.and_then(|rest| rest.strip_suffix(';')).map(str::to_owned));
    }
    let mut exported = BTreeMap::new();
    for (start, _) in lib.match_indices("pub use ") {
        let statement = lib[start + "pub use ".len()..].split(';').next().unwrap();
        let module = statement.split("::").next().unwrap().to_owned();
        let names = statement.rsplit("::").next().unwrap().trim_matches(['{', '}', '\n', ' ']);
        exported.extend(names.split(',').map(|name| (name.trim().to_owned(), module.clone())));
    }
    (modules, exported)
}

fn imports(krate: &str) -> Imports {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(krate).join("src");
    let (modules, exported) = modules(&code(&src.join("lib.rs")));
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    let mut imports = Imports::new();
    for path in paths {
        let within = path.strip_prefix(&src).unwrap();
        let top = within.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let is_test = within.components().any(|part| part.as_os_str() == "tests") || within.ends_with("tests.rs");
        if is_test || !modules.contains(&top) {
            continue;
        }
        for name in first_names(&code(&path)) {
            let target = if modules.contains(&name) { Some(&name) } else { exported.get(&name) };
            if let Some(target) = target.filter(|target| **target != top) {
                imports.entry(top.clone()).or_default().insert(target.clone(), within.to_owned());
            }
        }
    }
    imports
}

/// A way from a module back to itself, if there is one.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    fn walk(imports: &Imports, at: &str, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        if let Some(start) = way.iter().position(|visited| visited == at) {
            way.drain(..start);
            way.push(at.to_owned());
            return true;
        }
        if done.contains(at) {
            return false;
        }
        way.push(at.to_owned());
        for next in imports.get(at).into_iter().flat_map(BTreeMap::keys) {
            if walk(imports, next, way, done) {
                return true;
            }
        }
        way.pop();
        done.insert(at.to_owned());
        false
    }
    let mut done = BTreeSet::new();
    imports.keys().find_map(|module| {
        let mut way = Vec::new();
        walk(imports, module, &mut way, &mut done).then_some(way)
    })
}

#[test]
fn no_modules_import_one_another_in_a_circle() {
    let mut problems = Vec::new();
    for krate in CRATES {
        let imports = imports(krate);
        assert!(!imports.is_empty(), "{krate}: no imports were found at all");
        if let Some(way) = circle(&imports) {
            let steps: Vec<String> = way
                .windows(2)
                .map(|pair| format!("{} → {} ({})", pair[0], pair[1], imports[&pair[0]][&pair[1]].display()))
                .collect();
            problems.push(format!("{krate}: {}", steps.join(", ")));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_circle_is_found() {
    let names = first_names("use crate::a::B;\nuse crate::{c, d::{e, F}, g::H};\ncrate::i::j()");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "c", "d", "g", "i"]);
    let import = |from: &str, to: &str| (from.to_owned(), BTreeMap::from([(to.to_owned(), PathBuf::new())]));
    assert_eq!(circle(&Imports::from([import("a", "b"), import("b", "c")])), None);
    let way = circle(&Imports::from([import("a", "b"), import("b", "c"), import("c", "b")])).unwrap();
    assert_eq!(way, ["b", "c", "b"]);
}

/// What the clinical crates must not know of, by any way.
#[test]
fn the_clinic_knows_nothing_of_json_or_servers() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--package",
            "cellwise-clinic",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--offline",
            "--locked",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let known: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(known.contains("cellwise-record") && known.contains("jiff"), "{known:?}");
    for forbidden in ["serde_json", "actix-web", "reqwest", "tokio", "fhirbolt", "cellwise-fhir-reader", "cellwise"] {
        assert!(!known.contains(forbidden), "cellwise-clinic depends on {forbidden}");
    }
}

/// The one file that knows how FHIR spells a status.
const STATUSES: &str = "crates/fhir-reader/src/read/progress.rs";

#[test]
fn a_status_is_read_in_one_place() {
    // Words that are statuses of FHIR and nothing else here.
    const SPELLINGS: [&str; 22] = [
        "aborted",
        "active",
        "amended",
        "cancelled",
        "completed",
        "confirmed",
        "corrected",
        "draft",
        "entered-in-error",
        "final",
        "finished",
        "in-progress",
        "not-done",
        "on-hold",
        "planned",
        "provisional",
        "refuted",
        "resolved",
        "revoked",
        "stopped",
        "suspended",
        "unconfirmed",
    ];
    let mut found = Vec::new();
    for krate in ["crates/record", "crates/fhir-reader", "crates/clinic"] {
        sources(&Path::new(krate).join("src"), &mut found);
    }
    let spells = |path: &Path| {
        let code = code(path);
        SPELLINGS.into_iter().filter(|status| code.contains(&format!("\"{status}\""))).collect::<Vec<_>>()
    };
    assert!(spells(Path::new(STATUSES)).len() > 15, "{STATUSES} no longer spells the statuses");
    let is_test = |path: &Path| path.ends_with("tests.rs");
    let others = found.iter().filter(|path| !path.ends_with(STATUSES) && !is_test(path));
    let elsewhere: Vec<_> = others.map(|path| (path, spells(path))).filter(|(_, spelt)| !spelt.is_empty()).collect();
    assert!(elsewhere.is_empty(), "a status is read in {STATUSES} only: {elsewhere:?}");
}
