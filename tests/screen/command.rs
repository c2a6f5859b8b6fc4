//! `cellwise screen`, as its users meet it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::files::{folder, rows};

fn cellwise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("screen").args(arguments);
    command
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

fn run(arguments: &[&str]) -> Output {
    cellwise(arguments).output().unwrap()
}

/// Writes an export with patients who have a telling id and name.
fn export(folder: &Path, patients: usize) {
    let mut of_patient = String::new();
    let mut observations = String::new();
    for number in 0..patients {
        let id = format!("geheim-{number}");
        let patient = json!({ "resourceType": "Patient", "id": id, "birthDate": "1970-01-01", "name": [{ "family": "Achternaam" }] });
        of_patient += &format!("{patient}\n");
        for value in 0..20 {
            let observation = json!({
                "resourceType": "Observation", "id": format!("{id}-{value}"), "status": "final",
                "code": { "coding": [{ "system": "http://loinc.org", "code": "26464-8" }], "text": "Leukocyten" },
                "subject": { "reference": format!("Patient/{id}") }, "effectiveDateTime": "2026-10-01",
                "valueQuantity": { "value": 5.1, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L" },
            });
            observations += &format!("{observation}\n");
        }
        let local = json!({
            "resourceType": "Observation", "id": format!("{id}-local"), "status": "final",
            "code": { "coding": [{ "system": "https://lab.example.org/codes", "code": "NEUT-X", "display": "Neutro, lokaal" }] },
            "subject": { "reference": format!("Patient/{id}") },
        });
        observations += &format!("{local}\n");
    }
    fs::write(folder.join("Patient.ndjson"), of_patient).unwrap();
    fs::write(folder.join("Observation.ndjson"), observations).unwrap();
}

#[test]
fn a_run_says_what_came_of_it_and_nothing_of_a_patient() {
    let (input, out) = (folder("command"), folder("command-out"));
    export(&input, 3);
    let (from, to) = (input.to_str().unwrap(), out.to_str().unwrap());
    let output = run(&[from, "--out", to, "--format", "ndjson", "--as-of", "2026-11-02", "--lang", "nl", "--complete"]);
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    for rule in ["ahsct-eligibility", "corticosteroid-after-car-t", "infection-prophylaxis"] {
        assert!(stdout.contains(rule), "{stdout}");
    }
    let (report, page) =
        (fs::read_to_string(out.join("report.md")).unwrap(), fs::read_to_string(out.join("report.html")).unwrap());
    let template = fs::read_to_string(out.join("mapping-template.csv")).unwrap();
    let summary = fs::read_to_string(out.join("summary.json")).unwrap();
    for told in [&stdout, &stderr, &report, &page, &template, &summary] {
        assert!(!told.contains("geheim") && !told.contains("Achternaam"), "{told}");
    }
    assert!(report.contains("NEUT-X") && report.contains("Waarom patiënten afvallen"), "{report}");
    assert!(
        page.starts_with("<!DOCTYPE html><html lang=\"nl\">") && page.contains("Content-Security-Policy"),
        "{page}"
    );
    assert_eq!(serde_json::from_str::<Value>(&summary).unwrap()["verdicts"]["patients"], 3);
    assert!(!out.join(".screening").exists(), "nothing of a patient is left beside the rows");
    // The template is a mapping that a configuration accepts, as it is and filled in.
    let config = out.join("local.toml");
    fs::write(&config, "terminology = [\"mapping-template.csv\"]\n").unwrap();
    let check = |text: &str| {
        fs::write(out.join("mapping-template.csv"), text).unwrap();
        let output =
            Command::new(env!("CARGO_BIN_EXE_cellwise")).args(["config", "check"]).arg(&config).output().unwrap();
        (
            output.status.success(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (is_right, told) = check(&template);
    assert!(is_right && told.contains("1 rows have no target yet"), "{told}");
    let filled = template.replace("NEUT-X,,,", "NEUT-X,http://loinc.org,26499-4,");
    assert_ne!(filled, template);
    assert!(check(&filled).0, "{}", check(&filled).1);
    let again =
        run(&[from, "--out", to, "--format", "ndjson", "--as-of", "2026-11-02", "--config", config.to_str().unwrap()]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(!fs::read_to_string(out.join("report.md")).unwrap().contains("NEUT-X"));
}

#[test]
fn what_was_not_read_is_the_status() {
    let (input, out) = (folder("status"), folder("status-out"));
    export(&input, 2);
    let (from, to) = (input.to_str().unwrap(), out.to_str().unwrap());
    fs::write(input.join("Procedure.ndjson"), "{\"resourceType\":\"Procedure\",\n").unwrap();
    let output = run(&[from, "--out", to, "--as-of", "2026-11-02"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let stdout = text(&output.stdout);
    assert!(
        stdout.contains("Not everything was read") && stdout.contains("not-read.csv") && stdout.contains("procedures"),
        "{stdout}"
    );
    assert_eq!(fs::read_to_string(out.join("not-read.csv")).unwrap().lines().count(), 2);
    for (arguments, status, message) in [
        (vec!["/nowhere", "--out", to], 1, "/nowhere: can't be read"),
        (vec![from, "--out", to, "--only", "no-such-rule"], 2, "no rule `no-such-rule`"),
        (vec![from, "--out", to, "--only", "dmso-allergy"], 2, "no rule `dmso-allergy` is asked without an order"),
        (vec![from, "--out", to, "--as-of", "2026"], 2, "expected a day"),
        (vec![from, "--out", to, "--memory", "1"], 2, "at least 64 MiB"),
        (vec![to, "--out", to, "--verdict", "no"], 2, "expected `met`"),
        (vec!["docs", "--out", to], 1, "there is no file that ends in `.ndjson`"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(text(&output.stderr).contains(message), "{}", text(&output.stderr));
    }
}

/// A run is killed again and again, and comes to the same in the end.
#[test]
fn a_run_that_is_killed_goes_on() {
    let input = folder("killed");
    export(&input, 1500);
    let from = input.to_str().unwrap();
    let whole = folder("killed-whole");
    let arguments = |out: &Path| {
        let out = out.to_str().unwrap().to_owned();
        [
            from.to_owned(),
            "--out".to_owned(),
            out,
            "--format".to_owned(),
            "ndjson".to_owned(),
            "--as-of".to_owned(),
            "2026-11-02".to_owned(),
            "--jobs".to_owned(),
            "2".to_owned(),
        ]
    };
    let at_once = cellwise(&[]).args(arguments(&whole)).output().unwrap();
    assert!(at_once.status.success(), "{}", text(&at_once.stderr));
    let out = folder("killed-out");
    let mut wait = Duration::from_millis(40);
    let mut killed = 0;
    let begin = Instant::now();
    loop {
        assert!(begin.elapsed() < Duration::from_mins(5), "it never ends");
        let mut child =
            cellwise(&[]).args(arguments(&out)).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let until = Instant::now() + wait;
        let ended = loop {
            match child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if Instant::now() >= until => break None,
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        if let Some(status) = ended {
            assert!(status.success(), "{}", text(&child.wait_with_output().unwrap().stderr));
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
        wait = wait * 3 / 2;
    }
    assert!(killed > 0);
    assert_eq!(rows(&out), rows(&whole));
    let patients = |out: &Path| serde_json::from_slice::<Value>(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let (mut one, mut other) = (patients(&out), patients(&whole));
    assert_eq!(one["verdicts"], other["verdicts"]);
    assert_eq!(one["reading"].take(), other["reading"].take());
    // What a run of other files left is not gone on with.
    fs::create_dir_all(out.join(".screening")).unwrap();
    fs::write(out.join(".screening/state.json"), "{}").unwrap();
    let refused = cellwise(&[]).args(arguments(&out)).output().unwrap();
    assert!(!refused.status.success() && text(&refused.stderr).contains("--fresh"), "{}", text(&refused.stderr));
    let fresh = cellwise(&[]).args(arguments(&out)).arg("--fresh").output().unwrap();
    assert!(fresh.status.success(), "{}", text(&fresh.stderr));
}
