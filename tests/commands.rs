//! `cellwise evaluate`, `cellwise rules` and `cellwise config`, as their users meet them.

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
    cellwise_with(&[], arguments, input)
}

/// The same with these variables, and none of those that tell of a terminal.
fn cellwise_with(variables: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cellwise"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .envs(variables.iter().copied())
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

/// The course of a patient as a page: beside the cards, and beside the refusal when nothing can be said.
#[test]
fn the_course_is_written_as_a_page() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("course.html");
    let path = file.to_str().unwrap();
    let call = [&CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let printed = out(&evaluate(&call, ""));
    assert_eq!(out(&evaluate(&[&call[..], &["--html", path, "--lang", "en"]].concat(), "")), printed);
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.contains("Day 0: CAR-T infusion"), "{page}");
    let dutch = [&call[..], &["--html", path, "--lang", "nl"]].concat();
    out(&evaluate(&dutch, ""));
    assert!(std::fs::read_to_string(&file).unwrap().contains("Dag 0: CAR-T-infusie"));

    let bare = json!({
        "hook": "patient-view", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": { "userId": "Practitioner/a", "patientId": "p" },
    });
    let refused = ["--service", "cell-therapy-follow-up", "--request", "-", "--html", path];
    assert!(refusal(&evaluate(&refused, &bare.to_string())).contains("nothing can be said"));
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("not sent: conditions") && page.contains("No card."), "{page}");
    let nowhere = [&call[..], &["--html", "/nowhere/course.html"]].concat();
    assert!(refusal(&evaluate(&nowhere, "")).contains("/nowhere/course.html: can't be written"));
}

/// What an engineer types into an EHR is what discovery says, with the address of the configuration.
#[test]
fn services_are_listed_for_those_who_type_them_in() {
    let listed = |arguments: &[&str]| out(&cellwise(&[&["services"], arguments].concat(), ""));
    let json: Value = serde_json::from_str(&listed(&["--json"])).unwrap();
    let follow_up = json.as_array().unwrap().iter().find(|one| one["id"] == "cell-therapy-follow-up").unwrap();
    let endpoints: Vec<(&str, &str)> = follow_up["endpoints"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["hook"].as_str().unwrap(), one["url"].as_str().unwrap()))
        .collect();
    assert_eq!(
        endpoints,
        [
            ("patient-view", "/cds-services/cell-therapy-follow-up"),
            ("encounter-start", "/cds-services/cell-therapy-follow-up-encounter-start"),
        ]
    );
    let engine = cellwise::engine::Engine::load().unwrap();
    let service = engine.knowledge().service("cell-therapy-follow-up").unwrap();
    let queries = follow_up["queries"].as_array().unwrap();
    assert_eq!(queries.len(), service.prefetch.len());
    let mut fingerprints = std::collections::BTreeSet::new();
    for query in queries {
        assert_eq!(query["query"], *service.prefetch[query["key"].as_str().unwrap()]);
        let fingerprint = query["fingerprint"].as_str().unwrap();
        assert!(fingerprint.len() == 12 && fingerprints.insert(fingerprint), "{query}");
    }
    assert!(queries.iter().any(|query| query["recentDays"] == 31));
    let scopes = |of: &str| follow_up["scopes"][of].to_string();
    for (of, scope) in [("smart1", "patient/Observation.read"), ("smart2", "patient/Medication.rs")] {
        assert!(scopes(of).contains(&format!("\"{scope}\"")), "{of}: {}", scopes(of));
    }
    // A hospital's own address and codes; the example switches a service off.
    let local = listed(&["--config", "cellwise.example.toml"]);
    assert!(
        local.contains("https://cds.hospital.example/cds-services/cell-therapy-order-safety-order-sign\n"),
        "{local}"
    );
    assert!(local.contains("measurements|TEMP") && !local.contains("ahsct-eligibility"), "{local}");
    assert!(local.contains("the last 31 days are enough"), "{local}");
    // A query with another code is another query.
    let of = |text: &str, code: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains(code));
        lines.map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect()
    };
    let (standard, own) = (of(&listed(&[]), "Observation?"), of(&local, "measurements|TEMP"));
    assert!(!standard.is_empty() && !own.is_empty());
    assert!(own.iter().all(|own| !standard.contains(own)), "{standard:?} {own:?}");
    let markdown = listed(&["--markdown"]);
    assert!(
        markdown.contains("| key | query | fingerprint |") && markdown.contains("http://loinc.org\\|8310-5"),
        "{markdown}"
    );
    assert_eq!(cellwise(&["services", "--json", "--markdown"], "").status.code(), Some(2));
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
        [
            "  ✓ met      corticosteroid-after-car-t\n",
            "  ✗ not met  donation-after-car-t\n",
            "  ✗ not met  pregnancy-with-cell-therapy\n"
        ]
        .iter()
        .all(|verdict| text.contains(verdict)),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 100) && !text.contains('\u{1b}'), "{text}");

    let dutch: Value =
        serde_json::from_str(&out(&evaluate(&[&call[..], &["--lang", "nl", "--json"]].concat(), ""))).unwrap();
    assert_eq!(dutch["cards"][0]["indicator"], "critical");
    assert_eq!(dutch["cards"][0]["source"]["topic"]["display"], "Corticosteroïd na CAR-T");
}

/// Whoever reads a terminal sees the last lines first.
#[test]
fn the_headlines_stand_last_and_labels_speak_the_language() {
    let call = [&CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let english = out(&evaluate(&call, ""));
    let (_, last) = english.rsplit_once("\n\n").unwrap();
    assert!(last.starts_with("1 card\n  CRITICAL: ") && last.lines().count() < 4, "{english}");
    let dutch = out(&evaluate(&[&call[..], &["--lang", "nl"]].concat(), ""));
    let (_, last) = dutch.rsplit_once("\n\n").unwrap();
    assert!(last.starts_with("1 kaart\n  KRITIEK: "), "{dutch}");
    for label in [
        "\nRegels\n",
        "  ✓ voldaan       corticosteroid-after-car-t\n",
        "\n  voorstellen\n",
        "\n  redenen om",
        "\n  bron: ",
    ] {
        assert!(dutch.contains(label), "{label:?}: {dutch}");
    }
    for label in ["Rules", "suggestions", "reasons to", "CRITICAL", "source:"] {
        assert!(!dutch.contains(label), "{label:?}: {dutch}");
    }
}

#[test]
fn colours_are_where_they_are_wanted_and_lines_fit() {
    let call = [&["evaluate"], &CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let printed = |variables: &[(&str, &str)]| out(&cellwise_with(variables, &call, ""));
    let plain = printed(&[]);
    let coloured = printed(&[("CLICOLOR_FORCE", "1")]);
    assert!(!plain.contains('\u{1b}') && coloured.contains("\u{1b}[1m\u{1b}[31mCRITICAL"), "{coloured:?}");
    assert_eq!(printed(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    let stripped: String = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, plain);
    for columns in ["50", "100", "150"] {
        let narrow = printed(&[("COLUMNS", columns)]);
        let longest = narrow.lines().filter(|line| !line.contains("http")).map(|line| line.chars().count()).max();
        assert!(longest.unwrap() <= columns.parse::<usize>().unwrap().min(120), "{columns}: {narrow}");
    }
    for arguments in [
        &["rules"][..],
        &["services"],
        &["config", "check", "cellwise.example.toml"],
        &["fixtures", "--only", "dmso-allergy/met"],
    ] {
        let plain = out(&cellwise(arguments, ""));
        assert!(!plain.contains('\u{1b}'), "{arguments:?}");
        assert!(out(&cellwise_with(&[("CLICOLOR_FORCE", "1")], arguments, "")).contains('\u{1b}'), "{arguments:?}");
        assert_eq!(out(&cellwise_with(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], arguments, "")), plain);
    }
    let error = cellwise_with(&[("CLICOLOR_FORCE", "1")], &["config", "check", "nowhere.toml"], "");
    assert!(String::from_utf8(error.stderr).unwrap().starts_with("\u{1b}[1m\u{1b}[31merror:"));
}

/// Nobody has to guess why there is no card.
#[test]
fn why_a_rule_has_no_card_is_said_in_a_line() {
    let follow_up = ["--service", "cell-therapy-follow-up", "--hook", "patient-view", "--as-of", "2026-11-02"];
    let nobody = [&follow_up[..], &["--patient", "fixtures/patients/unrelated-diabetes.json"]].concat();
    let said = out(&evaluate(&nobody, ""));
    assert!(said.ends_with("\nno card\n  -v says of each rule why it has none.\n"), "{said}");
    // So narrow that the reason stands below the rule.
    let explained = |more: &[&str]| {
        let call = [&["evaluate", "-v"], &follow_up[..], more].concat();
        out(&cellwise_with(&[("COLUMNS", "70")], &call, ""))
    };
    let why = |said: &str, rule: &str| -> String {
        let mut lines = said.lines().skip_while(|line| !line.ends_with(&format!("  {rule}")));
        let first = lines.next().unwrap_or_else(|| panic!("no {rule}: {said}")).trim();
        let rest: Vec<&str> = lines.take_while(|line| line.starts_with("      ")).map(str::trim).collect();
        format!("{first} | {}", rest.join(" "))
    };
    let diabetes = ["--patient", "fixtures/patients/unrelated-diabetes.json"];
    let said = explained(&diabetes);
    for (rule, expected) in [
        ("driving-after-car-t", "✗ not met  driving-after-car-t | it can't concern this patient"),
        ("car-t-precautions", "–          car-t-precautions | not asked on this hook, only on encounter-start"),
        ("ahsct-eligibility", "–          ahsct-eligibility | not asked by this service, but by ahsct-eligibility"),
    ] {
        assert_eq!(why(&said, rule), expected);
    }
    let known = cellwise_clinic::rules::ALL;
    assert!(known.iter().all(|rule| !why(&said, rule.id).ends_with("| ")), "{said}");
    let wide = out(&cellwise_with(&[("COLUMNS", "110")], &[&["evaluate", "-v"], &nobody[..]].concat(), ""));
    let driving = wide.lines().find(|line| line.contains("driving-after-car-t")).unwrap();
    assert!(driving.ends_with("  it can't concern this patient"), "{wide}");

    // A rule that is asked names the rows that decide.
    let said = explained(&["--patient", PATIENT]);
    assert_eq!(
        why(&said, "corticosteroid-after-car-t"),
        "✗ not met  corticosteroid-after-car-t | no: Systemic corticosteroid",
    );
    assert!(why(&said, "immunoglobulin-after-car-t").ends_with("| has a card"), "{said}");
    let off = written("why-off.toml", "[[switch-off]]\nrule = \"driving-after-car-t\"\nreason = \"not here\"\n");
    let said = explained(&[&diabetes[..], &["--config", &off, "--lang", "nl"]].concat());
    assert!(why(&said, "driving-after-car-t").ends_with("| uitgeschakeld: not here"), "{said}");

    // The same for programs, with every rule.
    let json: Value = serde_json::from_str(&out(&evaluate(&[&nobody[..], &["--json"]].concat(), ""))).unwrap();
    assert_eq!(json["cards"], json!([]));
    let rules = json["extension"]["dev.cellwise.rules"].as_array().unwrap();
    assert_eq!(rules.len(), known.len());
    let of = |rule: &str| rules.iter().find(|of| of["rule"] == rule).unwrap();
    assert_eq!(
        (&of("driving-after-car-t")["verdict"], &of("driving-after-car-t")["card"]),
        (&json!("not-met"), &json!(false))
    );
    assert_eq!((&of("car-t-precautions")["asked"], &of("car-t-precautions")["verdict"]), (&json!(false), &Value::Null));
}

#[test]
fn an_order_without_an_order_is_no_order() {
    let call = [&CAR_T[..], &["--patient", PATIENT, "--as-of", "2026-11-02", "--order", "-"]].concat();
    let of = |kinds: &[&str]| {
        let entries: Vec<Value> = kinds.iter().map(|kind| json!({ "resource": { "resourceType": kind } })).collect();
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
        refusal(&evaluate(&call, &bundle.to_string()))
    };
    let said = of(&["Patient", "Condition", "Patient"]);
    assert!(said.contains("-: holds no order, but Condition, Patient: expected one of Appointment, "), "{said}");
    assert!(of(&[]).contains("-: holds no order, but nothing: expected one of"));
}

#[test]
fn one_rule_is_listed_alone() {
    let said = out(&cellwise(&["rules", "dmso-allergy", "hepatitis-b"], ""));
    assert!(said.starts_with("dmso-allergy\n") && said.contains("\n\nhepatitis-b\n"), "{said}");
    assert_eq!(said.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).count(), 2, "{said}");
    let slip = cellwise(&["rules", "driving"], "");
    let said = String::from_utf8(slip.stderr).unwrap();
    assert!(slip.status.code() == Some(2) && said.contains("there are driving-after-car-t"), "{said}");
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
    assert!(said.contains("`/hook`: the service is offered only on `encounter-start`, `patient-view`"), "{said}");
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
    let known: Vec<&str> = cellwise_clinic::rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(ids, known);
    let text = out(&cellwise(&["rules"], ""));
    for rule in cellwise_clinic::rules::ALL {
        assert!(text.contains(&format!("{}\n", rule.id)), "{}", rule.id);
        for number in rule.numbers {
            assert!(text.contains(&format!("{} = {}", number.id, number.default)), "{}", number.id);
        }
    }
}

/// A file of this test run.
fn written(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn cards(output: &Output) -> Vec<Value> {
    let response: Value = serde_json::from_str(&out(output)).unwrap();
    response["cards"].as_array().unwrap().clone()
}

#[test]
fn a_local_number_changes_a_verdict_and_the_card_names_it() {
    let config = written(
        "months.toml",
        "[[number]]\nrule = \"ahsct-eligibility\"\nnumber = \"minimum-therapy-months\"\nvalue = 60\n\
         citation = \"Neurology *protocol* 7, version 2, agreed in the committee of 2026-05-01 and to be looked at again\"\n",
    );
    let call = "--service ahsct-eligibility --hook order-sign --patient fixtures/patients/ms-natalizumab.json \
                --order fixtures/orders/ahsct-for-ms.json --as-of 2026-11-02 --json";
    let call: Vec<&str> = call.split_whitespace().collect();
    let verdict = |cards: &[Value]| cards[0]["extension"]["dev.cellwise.evaluation"]["verdict"].clone();
    let standard = cards(&evaluate(&call, ""));
    assert_eq!(verdict(&standard), "met");
    assert!(!standard[0]["detail"].as_str().unwrap().contains("Local policy"));
    for (language, line) in [
        (
            "en",
            "\n\nLocal policy: minimum-therapy-months = 60 months (standard 6 months): Neurology \\*protocol\\* 7, ",
        ),
        (
            "nl",
            "\n\nLokaal beleid: minimum-therapy-months = 60 maanden (standaard 6 maanden): Neurology \\*protocol\\* 7, ",
        ),
    ] {
        let local = cards(&evaluate(&[&call[..], &["--config", &config, "--lang", language]].concat(), ""));
        assert_eq!(verdict(&local), "not-met");
        let detail = local[0]["detail"].as_str().unwrap();
        assert!(detail.contains(line) && detail.contains("to be looked at again\n\n"), "{detail}");
        let record = &local[0]["extension"]["dev.cellwise.evaluation"]["localPolicy"][0];
        assert_eq!((&record["value"], &record["default"]), (&json!(60), &json!(6)));
    }
    let listed = out(&cellwise(&["rules", "--config", &config], ""));
    assert!(listed.contains("minimum-therapy-months = 60 mo (local: Neurology *protocol* 7"), "{listed}");
    assert!(listed.contains("; standard 6 mo: HSCT-007)"), "{listed}");
}

/// What to call for at home is a limit of the rule on fever; the card of the discharge shows it.
#[test]
fn a_local_number_of_another_rule_is_named_where_it_is_used() {
    let config = written(
        "degrees.toml",
        "[[number]]\nrule = \"fever-after-cell-therapy\"\nnumber = \"fever-after-car-t\"\nvalue = 38.2\ncitation = \"Ward 7\"\n",
    );
    let call = "evaluate --service cell-therapy-discharge --hook encounter-discharge --patient \
                fixtures/patients/car-t-going-home.json --as-of 2026-11-02 --json";
    let call: Vec<&str> = call.split_whitespace().collect();
    let detail = |more: &[&str]| -> String {
        let all = cards(&cellwise(&[&call[..], more].concat(), ""));
        let of = |card: &&Value| card["extension"]["dev.cellwise.evaluation"]["rule"] == "discharge-after-car-t";
        all.iter().find(of).unwrap()["detail"].as_str().unwrap().to_owned()
    };
    assert!(!detail(&[]).contains("Local policy"));
    let local = detail(&["--config", &config]);
    assert!(local.contains("Local policy: fever-after-car-t = 38.2 °C (standard 38.5 °C): Ward 7"), "{local}");
}

#[test]
fn an_impossible_configuration_stops_the_start() {
    let number = "[[number]]\nrule = \"ahsct-eligibility\"\nnumber = \"minimum-therapy-months\"\nvalue = 600\n";
    let config = written("impossible.toml", &format!("terminology = [\"impossible.csv\"]\n{number}"));
    written(
        "impossible.csv",
        "source-system,source-code,target-system,target-code\nurn:x:y,1,http://www.whocc.no/atc,H02AB\n",
    );
    for command in [&["serve", "--listen", "127.0.0.1:0", "--config"][..], &["rules", "--config"], &["config", "check"]]
    {
        let said = refusal(&cellwise(&[command, &[&config]].concat(), ""));
        for expected in [
            "impossible.toml:5: `minimum-therapy-months` can't be 600: it must lie between 1 and 60 `mo`",
            "impossible.toml:4: `citation` is missing: say where",
            "error: impossible.csv:2: `H02AB` is not a complete ATC code",
        ] {
            assert!(said.contains(expected), "{expected}\n{said}");
        }
    }
    let said = refusal(&cellwise(&["serve", "--config", "no-such.toml"], ""));
    assert_eq!(said, "error: no-such.toml: can't be read: no such file or directory\n");
}

#[test]
fn a_rule_that_is_switched_off_has_no_card_and_the_others_stay() {
    let config = written("off.toml", "[[switch-off]]\nrule = \"corticosteroid-after-car-t\"\nreason = \"not here\"\n");
    let call = [&CAR_T[..], &["--patient", PATIENT, "--order", ORDER, "--as-of", "2026-11-02"]].concat();
    let all = out(&evaluate(&call, ""));
    let rest = out(&evaluate(&[&call[..], &["--config", &config]].concat(), ""));
    assert!(all.contains("CRITICAL") && !rest.contains("CRITICAL"), "{rest}");
    let verdicts = |text: &str| -> Vec<String> {
        text.lines()
            .skip_while(|line| *line != "Rules")
            .filter(|line| line.contains(" met "))
            .map(str::to_owned)
            .collect()
    };
    let mut expected = verdicts(&all);
    expected.retain(|line| !line.ends_with("corticosteroid-after-car-t"));
    assert!(expected.len() > 5, "{expected:?}");
    assert_eq!(verdicts(&rest), expected);
    let listed = out(&cellwise(&["rules", "--config", &config], ""));
    assert!(
        listed.contains("corticosteroid-after-car-t\n") && listed.contains("\n  switched off: not here\n"),
        "{listed}"
    );
}

#[test]
fn a_dutch_product_code_counts_once_it_is_mapped() {
    let config = written("gpk.toml", "terminology = [\"gpk.csv\"]\n");
    written(
        "gpk.csv",
        "source-system;source-code;target-system;target-code\n\
         urn:oid:2.16.840.1.113883.2.4.4.1;00099901;http://www.whocc.no/atc;H02AB06\n",
    );
    let order = json!({
        "resourceType": "MedicationRequest",
        "id": "prednisolone",
        "status": "draft",
        "intent": "order",
        "subject": { "reference": "Patient/car-t-remission" },
        "medicationCodeableConcept": { "coding": [{
            "system": "urn:oid:2.16.840.1.113883.2.4.4.1", "code": "99901", "display": "PREDNISOLON TABLET 5MG"
        }] }
    });
    let call = [&CAR_T[..], &["--patient", PATIENT, "--order", "-", "--as-of", "2026-11-02", "--json"]].concat();
    let judged = |arguments: &[&str]| {
        let cards = cards(&evaluate(arguments, &order.to_string()));
        let card =
            cards.iter().find(|card| card["source"]["topic"]["code"] == "corticosteroidAfterCarT").unwrap().clone();
        let gap = card["extension"]["dev.cellwise.evaluation"]["gaps"][0]["kind"].clone();
        (card["indicator"].as_str().unwrap().to_owned(), gap)
    };
    assert_eq!(judged(&call), ("warning".to_owned(), json!("uncoded")));
    assert_eq!(judged(&[&call[..], &["--config", &config]].concat()), ("critical".to_owned(), Value::Null));
}

#[test]
fn the_example_says_what_it_changes() {
    let said = out(&cellwise(&["config", "check", "cellwise.example.toml"], ""));
    for expected in [
        "cellwise.example.toml: in order\n",
        "setting      server.base-url = https://cds.hospital.example/\n",
        "client       epic-production: issuer https://epic.hospital.example/api/FHIR/R4; keys at https://epic.hospital.example/",
        "FHIR servers https://epic.hospital.example/api/FHIR/R4; FHIR R4; medicationStatements held as medicationRequests; consents held nowhere; at most 6000 requests a minute; SMART app cellwise-course; ",
        "client       ehr-of-the-partner: issuer https://ehr.partner.example; 2 keys from a file; ES384, RS384; tenants",
        "number       childbearing-to-age = 50 (standard 55; Example: ",
        "switched off rule donation-after-car-t: Example: ",
        "switched off service ahsct-eligibility: Example: ",
        "fixtures/config/gpk-to-atc.csv: 3, 1 of them of no interest to any rule",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(said.matches("warning").count(), said.matches("is still that of the example").count(), "{said}");
}

#[test]
fn a_file_for_a_server_says_what_serve_would_make_of_it() {
    let config = written("everywhere.toml", "[server]\nlisten = \"0.0.0.0:8080\"\n");
    let said = out(&cellwise(&["config", "check", &config], ""));
    assert!(said.contains("warning: `serve` would not start: `0.0.0.0:8080` can be reached"), "{said}");

    // What judges patients alone needs no file of the server.
    let text = "[server.tls]\ncertificate = \"gone.pem\"\nkey = \"gone.pem\"\n";
    let config = written("tls.toml", text);
    assert!(
        refusal(&cellwise(&["config", "check", &config], "")).contains("tls.toml:2: `certificate` `gone.pem` can't")
    );
    assert!(!out(&cellwise(&["rules", "--config", &config], "")).is_empty());
}

#[test]
fn a_certificate_that_has_ended_is_named() {
    let made = |name: &str, until: (i32, u8, u8)| {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        certificate.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        written(&format!("{name}.key.pem"), &key.serialize_pem());
        written(&format!("{name}.pem"), &certificate.self_signed(&key).unwrap().pem());
        written(
            &format!("{name}.toml"),
            &format!("[server.tls]\ncertificate = \"{name}.pem\"\nkey = \"{name}.key.pem\"\n"),
        )
    };
    let ended = made("ended", (2020, 1, 31));
    for command in [&["config", "check"][..], &["serve", "--listen", "127.0.0.1:0", "--config"]] {
        let said = refusal(&cellwise(&[command, &[&ended]].concat(), ""));
        assert!(said.contains("ended.pem has ended on 2020-01-31"), "{said}");
    }
    let said = out(&cellwise(&["config", "check", &made("lasting", (4000, 1, 1))], ""));
    assert!(said.contains("server.tls.certificate = ") && !said.contains("ends"), "{said}");
}

#[test]
fn every_flag_and_variable_of_serve_is_documented() {
    let document = read("docs/configuration.md");
    let help = out(&cellwise(&["serve", "--help"], ""));
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let known: Vec<&str> = words.filter(|word| word.starts_with("--") || word.starts_with("CELLWISE_")).collect();
    assert!(known.len() > 20, "{known:?}");
    for word in known.iter().filter(|word| **word != "--help") {
        assert!(document.contains(&format!("`{word}")), "{word}");
    }
}

/// What changes from one configuration to another, in words that a clinician and an engineer understand.
#[test]
fn config_diff_says_what_changes() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config-diff");
    std::fs::create_dir_all(&folder).unwrap();
    let header = "source-system,source-code,target-system,target-code,source-display\n";
    let row = |code: &str, target: &str, words: &str| {
        format!("urn:oid:2.16.840.1.113883.2.4.4.1,{code},http://www.whocc.no/atc,{target},{words}\n")
    };
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    write("old.csv", [header, &row("1", "H02AB06", "PREDNISOLON"), &row("2", "H02AB02", "")].concat());
    write("new.csv", [header, &row("1", "H02AB06", "PREDNISOLON"), &row("3", "J05AB01", "ACICLOVIR")].concat());
    let keys = std::fs::read_to_string("fixtures/config/ehr.jwks.json").unwrap();
    write("keys.json", keys);
    let client = |id: &str, rest: &str| {
        format!("[[client]]\nid = \"{id}\"\nissuer = \"https://{id}.example\"\nkeys = \"keys.json\"\n{rest}\n")
    };
    let number = |value: u8, citation: &str| {
        format!("[[number]]\nnumber = \"childbearing-to-age\"\nvalue = {value}\ncitation = \"{citation}\"\n")
    };
    let server = "[server]\nbase-url = \"https://cds.example\"\n";
    let old = write(
        "old.toml",
        [
            "terminology = [\"old.csv\"]\n",
            &number(50, "Protocol 3"),
            "[[switch-off]]\nrule = \"donation-after-car-t\"\nreason = \"not here\"\n",
            "[treating]\ndepartments = [\"C1\"]\n",
            server,
            &client("gone", ""),
            &client("stays", "fhir-servers = [\"https://stays.example/fhir\"]"),
        ]
        .concat(),
    );
    let new = write(
        "new.toml",
        [
            "terminology = [\"new.csv\"]\n",
            &number(52, "Protocol 4"),
            "[[switch-off]]\nservice = \"cell-therapy-discharge\"\nreason = \"no discharge here\"\n",
            "[treating]\ndepartments = [\"C2\"]\n",
            server,
            "language = \"nl\"\n",
            &client("stays", "fhir-servers = [\"https://stays.example/r4\"]\nrequests-per-minute = 60"),
            &client("comes", ""),
        ]
        .concat(),
    );
    let said = out(&cellwise(&["config", "diff", &old, &new], ""));
    for line in [
        "number `childbearing-to-age`: 50 years → 52 years (local policy: Protocol 4); for ",
        "rule `donation-after-car-t` (",
        ") is switched on again; it was off: not here\n",
        "service `cell-therapy-discharge` is switched off: no discharge here\n",
        "department `C2` treats with cells\n",
        "department `C1` no longer does\n",
        "codes added to ",
        "`urn:oid:2.16.840.1.113883.2.4.4.1|3` ACICLOVIR, as `http://www.whocc.no/atc|J05AB01`\n",
        "codes taken out of ",
        "client `gone` may no longer call\n",
        "client `comes` may call: issuer https://comes.example; ",
        "client `stays`: no longer FHIR servers https://stays.example/fhir; any number of requests; now FHIR servers \
         https://stays.example/r4; at most 60 requests a minute\n",
        "setting server.language: en → nl\n",
    ] {
        assert!(said.contains(line), "no {line} in {said}");
    }
    assert!(!said.contains("PREDNISOLON"), "what stays is not told: {said}");
    let back = out(&cellwise(&["config", "diff", &new, &old], ""));
    assert!(back.contains("52 years → 50 years (local policy: Protocol 3)"), "{back}");
    assert_eq!(out(&cellwise(&["config", "diff", &old, &old], "")), "nothing changes\n");
    let empty = write("empty.toml", String::new());
    let without = out(&cellwise(&["config", "diff", &old, &empty], ""));
    assert!(without.contains("50 years → 55 years (the standard: "), "{without}");
    assert!(without.contains("nobody is authenticated any more"), "{without}");
    let wrong = write("wrong.toml", "[servr]\n".to_owned());
    let refused = cellwise(&["config", "diff", &old, &wrong], "");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("wrong.toml:1: unknown field `servr`"));
}
