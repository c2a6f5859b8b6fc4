//! `cellwise evaluate` and `cellwise rules`, as their users meet them.

#![cfg(test)]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const CAR_T: [&str; 4] = ["--service", "cell-therapy-order-safety", "--hook", "order-sign"];
const PATIENT: &str = "fixtures/patients/car-t-remission.json";
const ORDER: &str = "fixtures/orders/steroid-dexamethasone-iv.json";

/// Runs the program in the root of the repository with this standard input.
fn cellwise(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cellwise"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn evaluate(arguments: &[&str], input: &str) -> Output {
    cellwise(&[&["evaluate"], arguments].concat(), input)
}

fn out(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn cards_are_printed_for_people_and_for_programs() {
    let call = [&CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let text = out(&evaluate(&call, ""));
    assert!(
        text.starts_with("CRITICAL: ") && text.contains("\n  ✓ ") && text.contains("reasons to override"),
        "{text}"
    );
    assert!(
        text.ends_with(
            "corticosteroid-after-car-t: met\ndonation-after-car-t: not-met\npregnancy-with-cell-therapy: not-met\n"
        ),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100) && !text.contains('\u{1b}'), "{text}");

    let dutch: Value =
        serde_json::from_str(&out(&evaluate(&[&call[..], &["--lang", "nl", "--json"]].concat(), ""))).unwrap();
    assert_eq!(dutch["cards"][0]["indicator"], "critical");
    assert_eq!(dutch["cards"][0]["source"]["topic"]["display"], "Corticosteroïd na CAR-T");
}

#[test]
fn the_instant_decides() {
    let before = [&CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2024-01-01"]].concat();
    assert!(!out(&evaluate(&before, "")).contains("CRITICAL"));
}

#[test]
fn standard_input_can_be_each_file() {
    let patient = [&CAR_T[..], &["--patient", "-", "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let order = [&CAR_T[..], &["--patient", PATIENT, "--order", "-", "--as-of", "2026-11-02"]].concat();
    assert_eq!(out(&evaluate(&patient, &read(PATIENT))), out(&evaluate(&order, &read(ORDER))));
    let both = [&CAR_T[..], &["--patient", "-", "--order", "-"]].concat();
    assert!(refusal(&evaluate(&both, "")).contains("can be read once only"));
}

#[test]
fn a_bundle_by_uuid_is_the_same_patient() {
    let mut bundle: Value = serde_json::from_str(&read(PATIENT)).unwrap();
    for (position, entry) in bundle["entry"].as_array_mut().unwrap().iter_mut().enumerate() {
        entry["fullUrl"] = json!(format!("urn:uuid:{position}"));
        entry["resource"].as_object_mut().unwrap().remove("id");
    }
    let text = bundle.to_string().replace("Patient/car-t-remission", "urn:uuid:0");
    let call = [&CAR_T[..], &["--patient", "-", "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    assert!(out(&evaluate(&call, &text)).starts_with("CRITICAL: "));
}

#[test]
fn a_request_is_judged_as_a_server_would() {
    let request = json!({
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/a", "patientId": 5, "draftOrders": { "resourceType": "Bundle" } }
    });
    let said = refusal(&evaluate(&["--service", "ahsct-eligibility", "--request", "-"], &request.to_string()));
    assert!(said.contains("`/context/patientId`: expected"), "{said}");
    let said = refusal(&evaluate(
        &["--service", "ahsct-eligibility", "--hook", "patient-view", "--request", "-"],
        &request.to_string(),
    ));
    assert!(said.contains("the request is for the hook `order-sign`"), "{said}");
    let said = refusal(&evaluate(&["--service", "ahsct-eligibility", "--request", "-"], "{\"hook\": "));
    assert!(said.contains("can't be read as JSON: the JSON ends too early at line 1"), "{said}");
    let mut request = request;
    request["context"]["patientId"] = json!("a");
    let said = refusal(&evaluate(&["--service", "cell-therapy-follow-up", "--request", "-"], &request.to_string()));
    assert!(said.contains("`/hook`: the service is offered only on `patient-view`"), "{said}");
}

#[test]
fn data_that_was_not_sent_is_named() {
    let request = json!({
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/a", "patientId": "a" }
    });
    let said = refusal(&evaluate(&["--service", "cell-therapy-follow-up", "--request", "-"], &request.to_string()));
    assert!(said.contains("\n  `/prefetch/procedures`"), "{said}");
}

#[test]
fn what_can_not_be_used_is_said_in_one_line() {
    for (arguments, said) in [
        (
            &["--service", "x", "--hook", "order-sign", "--patient", PATIENT][..],
            "there is no service `x`, only `ahsct-eligibility`",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "x", "--patient", PATIENT],
            "there is no hook `x`, only patient-view",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "order-sign", "--patient", PATIENT],
            "name a file with `--order`",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "patient-view", "--patient", PATIENT, "--order", ORDER],
            "leave `--order` out",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "patient-view", "--patient", "no-such-file"],
            "no-such-file: can't be read: no such file",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "patient-view", "--patient", "Cargo.toml"],
            "Cargo.toml: expected value at line 1",
        ),
        (
            &["--service", "ahsct-eligibility", "--hook", "patient-view", "--patient", ORDER],
            "holds no Patient with an id",
        ),
    ] {
        let printed = refusal(&evaluate(arguments, ""));
        assert!(printed.starts_with("error: ") && printed.contains(said) && printed.lines().count() == 1, "{printed}");
    }
}

#[test]
fn every_rule_is_listed() {
    let listed: Value = serde_json::from_str(&out(&cellwise(&["rules", "--json"], ""))).unwrap();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    let known: Vec<&str> = cellwise::rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, known);
    let text = out(&cellwise(&["rules"], ""));
    for rule in cellwise::rules::ALL {
        assert!(text.contains(&format!("{}\n", rule.id)), "{}", rule.id);
        for number in rule.numbers {
            assert!(text.contains(&format!("{} = {}", number.id, number.default)), "{}", number.id);
        }
    }
}
