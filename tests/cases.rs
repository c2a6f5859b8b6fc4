//! The fixture suite as tests: every case of every rule, and the runner itself.
//!
//! The same runner as `cellwise fixtures`, in this process. A failure shows what the command shows.

#![cfg(test)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use std::thread;

use cellwise::engine::Engine;
use cellwise::fixtures::report;
use cellwise::fixtures::run::{self, Options, Outcome};
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::Target;
use cellwise_clinic::rules;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn run(only: &str) {
    let suite = Suite::load(&fixtures(), Some(only)).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("\n{}", lines.join("\n"))
    });
    let outcomes = run::run(&suite, &Target::Engine(&ENGINE), &ENGINE.knowledge().schemas, Options::default(), &|_| ());
    let mut text = Vec::new();
    report::write(&mut text, &outcomes, false).unwrap();
    assert!(outcomes.iter().all(Outcome::passed), "\n{}", String::from_utf8_lossy(&text));
}

/// One test per rule, so that a failure says at once which rule it is.
macro_rules! rules_with_cases {
    ($($test:ident = $rule:literal),+ $(,)?) => {
        $(
            #[test]
            fn $test() {
                run(concat!($rule, "/"));
            }
        )+

        const TESTED: &[&str] = &[$($rule),+];
    };
}

rules_with_cases! {
    ahsct_eligibility = "ahsct-eligibility",
    ahsct_precautions = "ahsct-precautions",
    ahsct_regimen_dose = "ahsct-regimen-dose",
    car_t_eligibility = "car-t-eligibility",
    car_t_precautions = "car-t-precautions",
    conception_after_cell_therapy = "conception-after-cell-therapy",
    corticosteroid_after_car_t = "corticosteroid-after-car-t",
    cytopenia_after_cell_therapy = "cytopenia-after-cell-therapy",
    discharge_after_ahsct = "discharge-after-ahsct",
    discharge_after_car_t = "discharge-after-car-t",
    dmso_allergy = "dmso-allergy",
    donation_after_car_t = "donation-after-car-t",
    driving_after_car_t = "driving-after-car-t",
    fertility_preservation = "fertility-preservation",
    fever_after_cell_therapy = "fever-after-cell-therapy",
    hepatitis_b = "hepatitis-b",
    immunoglobulin_after_car_t = "immunoglobulin-after-car-t",
    infection_prophylaxis = "infection-prophylaxis",
    irradiated_blood_products = "irradiated-blood-products",
    live_vaccine_after_cell_therapy = "live-vaccine-after-cell-therapy",
    live_vaccine_before_cell_therapy = "live-vaccine-before-cell-therapy",
    lymphodepletion_sequence = "lymphodepletion-sequence",
    possible_crs = "possible-crs",
    possible_icans = "possible-icans",
    pregnancy_with_cell_therapy = "pregnancy-with-cell-therapy",
    prolonged_cytopenia_after_car_t = "prolonged-cytopenia-after-car-t",
    second_malignancy_after_car_t = "second-malignancy-after-car-t",
    stem_cell_harvest = "stem-cell-harvest",
    urgent_symptoms_after_car_t = "urgent-symptoms-after-car-t",
}

#[test]
fn every_rule_has_cases_and_every_folder_a_rule() {
    let mut folders: Vec<String> = fs::read_dir(fixtures().join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    let known: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(folders, known, "the folders of fixtures/cases are the rules");
    assert_eq!(TESTED, known, "tests/cases.rs has one test per rule");
}

#[test]
fn every_patient_and_order_is_used() {
    let suite = Suite::load(&fixtures(), None).unwrap();
    for (folder, used) in [
        ("patients", suite.cases.iter().map(|case| case.file.patient.clone()).collect::<Vec<_>>()),
        ("orders", suite.cases.iter().filter_map(|case| case.file.order.clone()).collect()),
        (
            "quirks",
            suite
                .cases
                .iter()
                .filter_map(|case| case.file.order.as_ref()?.strip_prefix("quirks/").map(str::to_owned))
                .collect(),
        ),
    ] {
        for entry in fs::read_dir(fixtures().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(used.contains(&name), "fixtures/{folder}/{name}.json: no case uses it");
        }
    }
}

/// A folder with one case that passes, to be spoilt.
struct Sandbox(PathBuf);

const RULE: &str = "corticosteroid-after-car-t";
const CASE: &str = "met-active-prednisolone";

impl Sandbox {
    fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cases-{name}"));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("cases").join(RULE)).unwrap();
        fs::create_dir_all(dir.join("patients")).unwrap();
        let sandbox = Self(dir);
        for file in [format!("cases/{RULE}/{CASE}.json"), "patients/car-t-on-prednisolone.json".to_owned()] {
            fs::copy(fixtures().join(&file), sandbox.0.join(&file)).unwrap();
        }
        assert_eq!(sandbox.run(&["--bless"]).status.code(), Some(0));
        sandbox
    }

    fn case(&self, name: &str) -> PathBuf {
        self.0.join("cases").join(RULE).join(name)
    }

    fn run(&self, options: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_cellwise")).arg("fixtures").arg(&self.0).args(options).output().unwrap()
    }

    /// Changes the case; gives the exit status and everything that was printed.
    fn with(&self, from: &str, to: &str) -> (Option<i32>, String) {
        let path = self.case(&format!("{CASE}.json"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let output = self.run(&[]);
        fs::write(&path, text).unwrap();
        (output.status.code(), printed(&output))
    }
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_run_ends_with_its_sum() {
    let sandbox = Sandbox::new("sum");
    let output = sandbox.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    assert!(printed(&output).ends_with("\n1 passed, 0 failed\n"), "{}", printed(&output));
}

#[test]
fn every_expectation_can_fail() {
    let sandbox = Sandbox::new("expectations");
    for (from, to, said) in [
        ("\"verdict\": \"met\"", "\"verdict\": \"not-met\"", "expected verdict not-met, came met"),
        ("\"indicator\": \"critical\"", "\"indicator\": \"info\"", "expected indicator info, came critical"),
        ("\"indicator\": \"critical\"", "\"indicator\": \"none\"", "expected indicator none, came critical"),
        ("[\"prednisolon\"]", "[\"PREDNISOLON\", \"no such words\"]", "to say `no such words`"),
        ("\"verdict\": \"met\"", "\"gaps\": [\"wrong-unit\"]", "expected gaps wrong-unit, came none"),
        (
            "\"indicator\": \"critical\", \"says\": [\"prednisolon\"]",
            "\"status\": 412, \"missing\": [\"procedures\"]",
            "expected status 412, came status 200",
        ),
        ("\"expect\"", "\"language\": \"nl\", \"expect\"", "the answer is not the blessed one"),
    ] {
        let (status, printed) = sandbox.with(from, to);
        assert_eq!(status, Some(1), "{to}: {printed}");
        assert!(printed.contains(said), "{to}: {printed}");
        assert!(printed.ends_with("\n0 passed, 1 failed\n"), "{to}: {printed}");
    }
}

#[test]
fn fixtures_that_cannot_be_used_are_named() {
    let sandbox = Sandbox::new("unusable");
    for (from, to, said) in [
        ("\"describe\"", "\"descripe\"", "unknown field `descripe`"),
        ("\"patient\": \"", "\"patient\": \"no-", "there is no file"),
        ("\"hook\": \"patient-view\"", "\"hook\": \"patient-vue\"", "there is no such hook"),
        ("\"hook\": \"patient-view\"", "\"hook\": \"order-sign\"", "`order` is missing"),
        ("\"asOf\": \"2026", "\"asOf\": \"20x6", "`asOf`"),
        ("\"expect\"", "\"change\": { \"Procedure/none\": null }, \"expect\"", "change `Procedure/none`"),
        (
            "\"expect\"",
            "\"change\": { \"Procedure/none\": { \"status\": \"x\" } }, \"expect\"",
            "give its `resourceType` and `id`",
        ),
        ("\"rule\": \"", "\"rule\": \"x", "the folder is `corticosteroid-after-car-t`"),
        ("{", "", "expected an object with a case at line 2"),
        ("\"service\"", "service\"", "line 3"),
        ("\"expect\": {", "\"expect\": 5, \"x\": {", "expected an object with expectations"),
    ] {
        let (status, printed) = sandbox.with(from, to);
        assert_eq!(status, Some(2), "{to}: {printed}");
        assert!(printed.contains(&format!("{CASE}.json: ")) && printed.contains(said), "{to}: {printed}");
    }
    assert_eq!(sandbox.run(&["--only", "no such case"]).status.code(), Some(2));
}

#[test]
fn blessing_writes_and_removes_but_never_against_the_case() {
    let sandbox = Sandbox::new("bless");
    let cards = sandbox.case(&format!("{CASE}.cards.md"));
    let orphan = sandbox.case("met-gone.cards.md");
    fs::rename(&cards, &orphan).unwrap();
    let output = sandbox.run(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed(&output).contains("not blessed"), "{}", printed(&output));
    assert!(printed(&output).contains("belongs to no case"), "{}", printed(&output));
    assert!(printed(&output).ends_with("\n0 passed, 2 failed\n"), "{}", printed(&output));
    assert_eq!(sandbox.run(&["--bless"]).status.code(), Some(0));
    assert!(cards.is_file() && !orphan.exists());

    let path = sandbox.case(&format!("{CASE}.json"));
    let text = fs::read_to_string(&path).unwrap().replace("\"verdict\": \"met\"", "\"verdict\": \"unknown\"");
    fs::write(&path, text).unwrap();
    fs::remove_file(&cards).unwrap();
    assert_eq!(sandbox.run(&["--bless"]).status.code(), Some(1));
    assert!(!cards.exists());
}

/// An empty file asks for the answer as it goes over the wire.
#[test]
fn a_whole_answer_is_compared_to_the_letter() {
    let sandbox = Sandbox::new("wire");
    let wire = sandbox.0.join("wire");
    let (whole, orphan) = (wire.join(format!("{RULE}--{CASE}.json")), wire.join(format!("{RULE}--met-gone.json")));
    fs::create_dir(&wire).unwrap();
    fs::write(&whole, "").unwrap();
    fs::write(&orphan, "").unwrap();
    let output = sandbox.run(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains("belongs to no case"), "{}", printed(&output));
    assert!(printed(&output).ends_with("\n0 passed, 2 failed\n"), "{}", printed(&output));
    assert_eq!(sandbox.run(&["--bless"]).status.code(), Some(0));
    assert!(!orphan.exists());
    assert_eq!(sandbox.run(&[]).status.code(), Some(0));

    let text = fs::read_to_string(&whole).unwrap();
    fs::write(&whole, text.replacen("\"uuid\": \"", "\"uuid\": \"0", 1)).unwrap();
    let output = sandbox.run(&[]);
    assert_eq!(output.status.code(), Some(1), "{}", printed(&output));
    assert!(printed(&output).contains(&format!("{RULE}--{CASE}.json (- blessed, + came)")), "{}", printed(&output));
}

#[test]
fn the_report_is_junit_xml() {
    let sandbox = Sandbox::new("junit");
    let cards = sandbox.case(&format!("{CASE}.cards.md"));
    let text = fs::read_to_string(&cards).unwrap().replace("critical", "info & <b>");
    fs::write(&cards, text).unwrap();
    let file = sandbox.0.join("report.xml");
    assert_eq!(sandbox.run(&["--junit", file.to_str().unwrap()]).status.code(), Some(1));
    let report = fs::read_to_string(&file).unwrap();
    assert!(report.contains("<testsuite name=\"corticosteroid-after-car-t\" tests=\"1\" failures=\"1\""), "{report}");
    assert!(report.contains("<failure message=\"the answer is not the blessed one\">"), "{report}");
    assert!(report.contains("info &amp; &lt;b&gt;"), "{report}");
    assert!(report.ends_with("</testsuites>\n"), "{report}");
}

/// Another vendor's server: one answer per request, until the test ends. Gives its address.
fn foreign_server(discovery: &'static str, answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut lines = Vec::new();
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                let line = line.to_ascii_lowercase();
                if let Some(bytes) = line.strip_prefix("content-length:") {
                    length = bytes.trim().parse().unwrap();
                }
                lines.push(line);
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let body = if lines[0].starts_with("get /cds-services ") { discovery } else { answer };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    format!("http://{address}")
}

const DISCOVERY: &str = r#"{ "services": [{ "hook": "patient-view", "id": "cell-therapy-follow-up", "description": "d", "prefetch": { "p": "Patient/{{context.patientId}}" } }] }"#;

#[test]
fn cards_of_another_vendor_are_found_by_their_topic() {
    let sandbox = Sandbox::new("foreign");
    let url = foreign_server(
        DISCOVERY,
        r#"{ "cards": [
            { "summary": "Something else", "indicator": "info", "source": { "label": "s" } },
            { "summary": "Prednisolone after CAR-T", "indicator": "critical", "source": { "label": "s", "topic": { "system": "x", "code": "corticosteroid-after-car-t" } } }
        ] }"#,
    );
    let output = sandbox.run(&["--url", &url]);
    assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    let url = foreign_server(
        DISCOVERY,
        r#"{ "cards": [{ "summary": "Prednisolone", "indicator": "info", "source": { "label": "s", "topic": { "system": "x", "code": "corticosteroidAfterCarT" } } }] }"#,
    );
    let output = sandbox.run(&["--url", &url]);
    assert!(printed(&output).contains("expected indicator critical, came info"), "{}", printed(&output));
    let url = foreign_server(DISCOVERY, r#"{ "cards": [{ "indicator": "info" }] }"#);
    let output = sandbox.run(&["--url", &url]);
    assert!(printed(&output).contains("the response is not valid at `/cards/0`"), "{}", printed(&output));
}

#[test]
fn what_is_no_server_is_said_in_one_line() {
    let sandbox = Sandbox::new("no-server");
    let other = foreign_server(r#"{ "services": [] }"#, "");
    let output = sandbox.run(&["--url", &other]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        printed(&output).contains("has no service `cell-therapy-follow-up` on the hook `patient-view`"),
        "{}",
        printed(&output)
    );
    let web = foreign_server("<html>", "");
    for (url, said) in [
        (web.as_str(), "what came is no discovery document"),
        ("http://127.0.0.1:1", "can't connect"),
        ("https://127.0.0.1:1", "can't connect"),
        ("127.0.0.1:8080", "is no address"),
    ] {
        let output = sandbox.run(&["--url", url]);
        assert_eq!(output.status.code(), Some(2), "{}", printed(&output));
        assert!(printed(&output).contains(said) && printed(&output).lines().count() == 1, "{}", printed(&output));
    }
}
