//! The schema of a case takes every case, and nothing that the runner would not; a new case is written from a patient and a change.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cellwise::fixtures::suite::Suite;
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_case_is_one_by_the_schema() {
    let schema = jsonschema::validator_for(&read(&root().join("fixtures/case.schema.json"))).unwrap();
    let suite = Suite::load(&root().join("fixtures"), None).unwrap();
    let mut problems = Vec::new();
    for case in &suite.cases {
        problems.extend(schema.iter_errors(&read(&case.path)).map(|error| format!("{}: {error}", case.id())));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let good = read(&suite.cases[0].path);
    for (pointer, wrong) in [
        ("/hook", json!("patient-veiw")),
        ("/patient", json!("nobody")),
        ("/expect/verdict", json!("maybe")),
        ("/expect/rule", json!("no-such-rule")),
        ("/change", json!({ "nothing": {} })),
        ("/withhold", json!(["observation"])),
        ("/sevice", json!("typing error")),
    ] {
        let mut bad = good.clone();
        let (place, key) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(place).unwrap()[key] = wrong;
        assert!(!schema.is_valid(&bad), "{pointer}");
    }
}

#[test]
fn the_page_explains_every_member() {
    let page = fs::read_to_string(root().join("docs/cases.md")).unwrap();
    let schema = read(&root().join("fixtures/case.schema.json"));
    let of = |schema: &Value| schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<String>>();
    for member in of(&schema).iter().filter(|member| !["$schema", "expect"].contains(&member.as_str())) {
        assert!(page.contains(&format!("`{member}`")), "{member}");
    }
    for member in of(&schema["properties"]["expect"]) {
        assert!(page.contains(&format!("`expect.{member}`")), "{member}");
    }
}

fn cellwise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cellwise")).args(arguments).current_dir(root()).output().unwrap()
}

#[test]
fn a_new_case_says_what_the_rules_come_to() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("new-case");
    let _ = fs::remove_dir_all(&folder);
    for kind in ["patients", "orders", "cases"] {
        fs::create_dir_all(folder.join(kind)).unwrap();
    }
    let name = "car-t-going-home.json";
    fs::copy(root().join("fixtures/patients").join(name), folder.join("patients").join(name)).unwrap();
    let new = |case: &str, more: &[&str]| {
        let place = folder.to_str().unwrap();
        let common = ["case", "new", case, "--dir", place, "--service", "cell-therapy-follow-up"];
        let patient = ["--hook", "patient-view", "--patient", "car-t-going-home"];
        cellwise(&[&common[..], &patient, more].concat())
    };
    let written = new("driving-after-car-t/met-month", &["--change", r#"Patient/car-t-going-home={"gender":"male"}"#]);
    assert!(written.status.success(), "{written:?}");
    let case = read(&folder.join("cases/driving-after-car-t/met-month.json"));
    assert_eq!(case["expect"]["rule"], "driving-after-car-t");
    assert!(["met", "not-met", "unknown"].contains(&case["expect"]["verdict"].as_str().unwrap()));
    assert_eq!(case["change"]["Patient/car-t-going-home"]["gender"], "male");
    // It is never written over, and none is left that can't be run.
    assert_eq!(new("driving-after-car-t/met-month", &[]).status.code(), Some(2));
    assert_eq!(new("dmso-allergy/met-nothing", &[]).status.code(), Some(2));
    assert!(!folder.join("cases/dmso-allergy/met-nothing.json").exists());
    assert_eq!(new("driving-after-car-t/met-other", &["--change", "Condition/none=null"]).status.code(), Some(2));
}
