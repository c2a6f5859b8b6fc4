//! What can't be read: a gap of its patient, or of everybody; told with file and line; never a no.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use cellwise::engine::Engine;
use cellwise::screen::{Format, Options, Summary};
use serde_json::{Value, json};

use super::files::{folder, options, rows, run};

const STEROID: &str = "corticosteroid-after-car-t";

fn patient(id: &str) -> Value {
    json!({ "resourceType": "Patient", "id": id, "birthDate": "1970-01-01", "gender": "female" })
}

/// CAR-T half a year ago.
fn infusion(patient: &str) -> Value {
    json!({
        "resourceType": "Procedure", "id": format!("{patient}-car-t"), "status": "completed",
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }] },
        "subject": { "reference": format!("Patient/{patient}") }, "performedDateTime": "2026-05-02",
    })
}

/// An order of dexamethasone, by a Medication of its own.
fn steroid(patient: &str) -> Value {
    json!({
        "resourceType": "MedicationRequest", "id": format!("{patient}-dexa"), "status": "active", "intent": "order",
        "medicationReference": { "reference": "Medication/dexa" },
        "subject": { "reference": format!("Patient/{patient}") }, "authoredOn": "2026-10-30",
    })
}

/// A hospital of four: nothing, CAR-T, CAR-T and a steroid, and nothing again.
fn hospital() -> BTreeMap<&'static str, Vec<String>> {
    let lines = |values: &[Value]| values.iter().map(Value::to_string).collect::<Vec<_>>();
    let mut files: BTreeMap<&str, Vec<String>> = [
        "Condition",
        "MedicationStatement",
        "MedicationAdministration",
        "ServiceRequest",
        "Observation",
        "DiagnosticReport",
        "ResearchSubject",
        "Consent",
        "AllergyIntolerance",
        "Encounter",
    ]
    .map(|kind| (kind, Vec::new()))
    .into();
    files.insert("Patient", lines(&["a", "b", "c", "d"].map(patient)));
    files.insert("Procedure", lines(&["b", "c"].map(infusion)));
    files.insert("MedicationRequest", lines(&["c"].map(steroid)));
    let code =
        json!({ "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB02", "display": "dexamethasone" }] });
    files.insert("Medication", lines(&[json!({ "resourceType": "Medication", "id": "dexa", "code": code })]));
    files
}

fn write(folder: &Path, files: &BTreeMap<&str, Vec<String>>) {
    for (kind, lines) in files {
        fs::write(
            folder.join(format!("{kind}.ndjson")),
            lines.iter().flat_map(|line| [line, "\n"]).collect::<String>(),
        )
        .unwrap();
    }
}

struct Screened {
    summary: Summary,
    rows: BTreeMap<(String, String), Value>,
    /// The lines that could not be read, as `file:line: problem`.
    not_read: Vec<String>,
}

impl Screened {
    fn verdict(&self, patient: &str, rule: &str) -> &str {
        self.rows[&(patient.to_owned(), rule.to_owned())]["verdict"].as_str().unwrap()
    }

    fn verdicts(&self, rule: &str) -> Vec<&str> {
        ["a", "b", "c", "d"].map(|patient| self.verdict(patient, rule)).to_vec()
    }
}

fn screen(name: &str, files: &BTreeMap<&str, Vec<String>>, change: impl FnOnce(&Path, &mut Options)) -> Screened {
    let (input, out) = (folder(name), folder(&format!("{name}-out")));
    write(&input, files);
    let mut options = options(&input, &out);
    change(&input, &mut options);
    let summary = run(&Engine::load().unwrap(), &options);
    let not_read = csv::Reader::from_path(out.join("not-read.csv"));
    let not_read = not_read.into_iter().flat_map(csv::Reader::into_records).map(|record| {
        let record = record.unwrap();
        format!("{}:{}: {}", &record[0], &record[1], &record[2])
    });
    Screened { summary, rows: rows(&out), not_read: not_read.collect() }
}

fn plain(name: &str, files: &BTreeMap<&str, Vec<String>>) -> Screened {
    screen(name, files, |_, _| {})
}

#[test]
fn a_hospital_is_screened() {
    let screened = plain("hospital", &hospital());
    assert_eq!(screened.verdicts(STEROID), ["not-met", "not-met", "met", "not-met"]);
    let row = &screened.rows[&("c".to_owned(), STEROID.to_owned())];
    assert!(row["evidence"].as_array().unwrap().contains(&json!("Procedure/c-car-t")), "{row}");
    assert!(!row["indicator"].is_null() && !row["criteria"].as_array().unwrap().is_empty(), "{row}");
    assert!(!screened.summary.is_partial(), "{:?}", screened.summary);
    assert_eq!(screened.not_read, [""; 0]);
    let of = &screened.summary.verdicts.rules[STEROID];
    assert_eq!((of.met, of.not_met, of.unknown, of.not_concerned), (1, 3, 0, 2));
}

#[test]
fn a_line_that_is_cut_off_is_a_gap_of_its_patient() {
    let mut files = hospital();
    // The procedures of a and d break off, behind their subjects.
    for id in ["a", "d"] {
        let line = infusion(id).to_string();
        let cut = line.find("\"performedDateTime\"").unwrap();
        files.get_mut("Procedure").unwrap().push(line[..cut].to_owned());
    }
    let screened = plain("cut", &files);
    // A known yes stays one, b has no steroid.
    assert_eq!(screened.verdicts(STEROID)[1..3], ["not-met", "met"]);
    assert_eq!(screened.verdicts("driving-after-car-t")[0], "unknown");
    assert_eq!(screened.verdicts("driving-after-car-t")[3], "unknown");
    assert_eq!(
        screened.verdicts("driving-after-car-t")[1],
        plain("whole", &hospital()).verdict("b", "driving-after-car-t")
    );
    let gaps = &screened.rows[&("a".to_owned(), "driving-after-car-t".to_owned())]["gaps"];
    assert_eq!(gaps[0], json!({ "kind": "incomplete", "source": "procedures" }), "{gaps}");
    assert!(screened.summary.is_partial());
    assert_eq!((screened.summary.reading.faults, screened.summary.reading.faults_of_a_patient), (2, 2));
    assert!(screened.not_read[0].starts_with("Procedure.ndjson:3: the JSON ends too early"), "{:?}", screened.not_read);
    assert!(screened.not_read[1].starts_with("Procedure.ndjson:4: "), "{:?}", screened.not_read);
    assert!(!screened.not_read.join("").contains("car-t"), "nothing of the line is told");
}

#[test]
fn a_line_of_which_nobody_knows_whose_it_is_is_a_gap_of_everybody() {
    for (name, line) in [
        ("before", r#"{"resourceType":"Procedure","id":"x","status":"compl"#),
        (
            "identifier",
            r#"{"resourceType":"Procedure","id":"x","status":"completed","code":{"coding":[{"system":"http://snomed.info/sct","code":"1156961008"}]},"subject":{"identifier":{"value":"7"}}}"#,
        ),
        ("garbage", "\u{0}\u{1}"),
    ] {
        let mut files = hospital();
        files.get_mut("Procedure").unwrap().insert(0, line.to_owned());
        let screened = plain(&format!("nobody-{name}"), &files);
        assert_eq!(screened.verdict("c", STEROID), "met", "{name}");
        for patient in ["a", "d"] {
            assert_eq!(screened.verdict(patient, "driving-after-car-t"), "unknown", "{name} {patient}");
        }
        assert!(screened.summary.reading.lost.contains("procedures"), "{name}");
        assert!(screened.not_read[0].starts_with("Procedure.ndjson:1: "), "{:?}", screened.not_read);
    }
    // Of types that no rule reads nothing is lost.
    let mut files = hospital();
    files.insert("DocumentReference", vec!["{".to_owned()]);
    let screened = plain("nobody-document", &files);
    assert_eq!(screened.verdicts(STEROID), ["not-met", "not-met", "met", "not-met"]);
    assert!(screened.summary.is_partial());
}

#[test]
fn a_drug_that_can_not_be_read_or_is_not_there_is_not_no_drug() {
    let mut files = hospital();
    files.insert("Medication", vec!["{\"resourceType\":\"Medication\",\"id\":\"dexa\",\"code\":".to_owned()]);
    let screened = plain("drug-broken", &files);
    assert_eq!(screened.verdicts(STEROID), ["not-met", "not-met", "unknown", "not-met"]);
    assert!(screened.summary.is_partial());
    files.remove("Medication");
    assert_eq!(plain("drug-missing", &files).verdicts(STEROID), ["not-met", "not-met", "unknown", "not-met"]);
}

#[test]
fn a_file_that_breaks_off_is_a_gap_of_everybody() {
    let screened = screen("torn", &hospital(), |input, _| {
        let text = fs::read(input.join("Procedure.ndjson")).unwrap();
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, &text).unwrap();
        let packed = packed.finish().unwrap();
        fs::remove_file(input.join("Procedure.ndjson")).unwrap();
        fs::write(input.join("Procedure.ndjson.gz"), &packed[..packed.len() - 20]).unwrap();
    });
    for patient in ["a", "d"] {
        assert_eq!(screened.verdict(patient, "driving-after-car-t"), "unknown", "{patient}");
    }
    assert!(
        screened.not_read[0].contains("Procedure.ndjson.gz")
            && screened.not_read[0].contains("can't be read from here on")
    );
}

#[test]
fn a_type_without_a_file_was_not_sent_unless_the_files_are_everything() {
    let mut files = hospital();
    files.remove("Procedure");
    files.remove("MedicationRequest");
    let screened = plain("without-files", &files);
    assert_eq!(screened.verdicts(STEROID), ["unknown"; 4]);
    assert_eq!(screened.summary.not_sent, ["medicationRequests", "procedures"]);
    assert!(!screened.summary.is_partial(), "nothing that was there is missing");
    let complete = screen("without-files-complete", &files, |_, options| options.is_complete = true);
    assert_eq!(complete.verdicts(STEROID), ["not-met"; 4]);
    // The manifest says that procedures and prescriptions were asked for.
    let by_manifest = screen("without-files-manifest", &files, |input, _| {
        let types = "Patient,Procedure,MedicationRequest,Condition";
        let manifest = json!({
            "transactionTime": "2026-11-01T00:00:00Z", "error": [],
            "request": format!("https://ehr.example.org/fhir/$export?_type={types}"),
            "output": [{ "type": "Patient", "url": "https://ehr.example.org/files/Patient.ndjson" }],
        });
        fs::write(input.join("manifest.json"), manifest.to_string()).unwrap();
    });
    assert_eq!(by_manifest.verdicts(STEROID), ["not-met"; 4]);
    // It names two files of procedures, of which none is here.
    let missing = screen("missing-file", &files, |input, _| {
        let output =
            ["1", "2"].map(|part| json!({ "type": "Procedure", "url": format!("https://ehr.example.org/{part}") }));
        let manifest = json!({ "transactionTime": "2026-11-01T00:00:00Z", "request": "https://ehr.example.org/fhir/$export", "output": output });
        fs::write(input.join("manifest.json"), manifest.to_string()).unwrap();
    });
    assert_eq!(missing.verdicts(STEROID), ["unknown"; 4]);
    assert!(
        missing.summary.is_partial()
            && missing.summary.problems[0].contains("2 files of Procedure, of which 0 are here")
    );
}

#[test]
fn what_an_export_says_of_its_errors_is_heard() {
    let mut files = hospital();
    let outcome = |severity: &str| json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": severity, "code": "processing", "diagnostics": "x" }] });
    files.insert("OperationOutcome", vec![outcome("information").to_string()]);
    assert_eq!(plain("remark", &files).verdicts(STEROID), ["not-met", "not-met", "met", "not-met"]);
    files.insert("OperationOutcome", vec![outcome("error").to_string()]);
    let screened = plain("remark-error", &files);
    assert_eq!(screened.verdicts(STEROID), ["unknown", "unknown", "met", "unknown"]);
    assert!(screened.summary.is_partial() && screened.summary.reading.remarks == 1);
}

#[test]
fn somebody_of_whom_no_patient_came_is_there_all_the_same() {
    let mut files = hospital();
    files.get_mut("Procedure").unwrap().push(infusion("e").to_string());
    files.get_mut("MedicationRequest").unwrap().push(steroid("e").to_string());
    let screened = plain("without-patient", &files);
    assert_ne!(screened.verdict("e", STEROID), "not-met");
    assert_eq!((screened.summary.verdicts.patients, screened.summary.verdicts.without_patient), (5, 1));
}

#[test]
fn all_formats_say_the_same_and_rows_can_be_chosen() {
    let engine = Engine::load().unwrap();
    let input = folder("formats");
    write(&input, &hospital());
    let out = folder("formats-out");
    let ndjson = options(&input, &out);
    run(&engine, &ndjson);
    let all = rows(&out);
    run(&engine, &Options { format: Format::Csv, ..ndjson.clone() });
    let mut reader = csv::Reader::from_path(out.join("rows.csv")).unwrap();
    assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(cellwise::screen::COLUMNS.to_vec()));
    let of_csv: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(of_csv.len(), all.len());
    for record in &of_csv {
        let row = &all[&(record[0].to_owned(), record[1].to_owned())];
        assert_eq!(
            (&record[3], &record[4]),
            (row["verdict"].as_str().unwrap(), row["indicator"].as_str().unwrap_or_default())
        );
        for (place, key) in [(5, "criteria"), (6, "gaps"), (7, "evidence")] {
            assert_eq!(serde_json::from_str::<Value>(&record[place]).unwrap(), row[key]);
        }
    }
    run(&engine, &Options { format: Format::Parquet, ..ndjson.clone() });
    let mut of_parquet = 0;
    for file in fs::read_dir(out.join("rows.parquet")).unwrap() {
        let reader =
            parquet::file::serialized_reader::SerializedFileReader::new(fs::File::open(file.unwrap().path()).unwrap())
                .unwrap();
        for row in reader {
            let row = row.unwrap();
            let text =
                |place: usize| parquet::record::RowAccessor::get_string(&row, place).cloned().unwrap_or_default();
            let known = &all[&(text(0), text(1))];
            assert_eq!(
                (text(3), text(4)),
                (
                    known["verdict"].as_str().unwrap().to_owned(),
                    known["indicator"].as_str().unwrap_or_default().to_owned()
                )
            );
            assert_eq!(serde_json::from_str::<Value>(&text(7)).unwrap(), known["evidence"]);
            of_parquet += 1;
        }
    }
    assert_eq!(of_parquet, all.len());
    let chosen = Options { only: vec![STEROID], verdicts: vec![cellwise_record::Verdict::Met], ..ndjson };
    let summary = run(&engine, &chosen);
    assert_eq!(rows(&out).into_keys().collect::<Vec<_>>(), [("c".to_owned(), STEROID.to_owned())]);
    assert_eq!((summary.verdicts.rows, summary.verdicts.patients), (1, 4));
}

/// A hundred patients with long records that fit into no part at once.
#[test]
fn little_memory_changes_nothing() {
    let engine = Engine::load().unwrap();
    let (input, out) = (folder("large"), folder("large-out"));
    let mut files = hospital();
    for number in 0..300 {
        let id = format!("p{number}");
        files.get_mut("Patient").unwrap().push(patient(&id).to_string());
        let mut procedure = infusion(&id);
        procedure["note"] = json!([{ "text": "x".repeat(300_000) }]);
        files.get_mut("Procedure").unwrap().push(procedure.to_string());
        files.get_mut("MedicationRequest").unwrap().push(steroid(&id).to_string());
    }
    write(&input, &files);
    let summary = run(&engine, &Options { jobs: 4, ..options(&input, &out) });
    assert_eq!(summary.verdicts.rules[STEROID].met, 301);
    assert_eq!(summary.verdicts.patients, 304);
    let few = rows(&out);
    run(&engine, &Options { jobs: 1, memory: 4 << 30, ..options(&input, &out) });
    assert_eq!(rows(&out), few);
}
