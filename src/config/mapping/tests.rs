use super::*;
use crate::knowledge::Knowledge;
use cellwise_record::terminology::mapping::MappedFile;
use cellwise_record::terminology::{DrugCode, ValueSet};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::load().unwrap());

const HEAD: &str = "source-system,source-code,target-system,target-code,source-display\n";
const GPK: &str = "urn:oid:2.16.840.1.113883.2.4.4.1";
const ATC: &str = "http://www.whocc.no/atc";

fn read(file: &str, content: &[u8]) -> Result<Mapping, Vec<String>> {
    super::read(&[(file.to_owned(), content.to_vec())], &KNOWLEDGE.terminology)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn csv(rows: &str) -> Result<Mapping, Vec<String>> {
    read("map.csv", format!("{HEAD}{rows}").as_bytes())
}

fn added(mapping: &Mapping) -> Terminology {
    let mut terminology = Knowledge::load().unwrap().terminology;
    terminology.add_mapping(mapping);
    terminology
}

#[test]
fn an_alias_means_what_its_target_means() {
    let mapping = csv(&format!("{GPK},00123,{ATC},h02ab06,PREDNISOLON 5MG\n{GPK},456,{ATC},A02BC01,\n")).unwrap();
    assert_eq!(mapping.files, [MappedFile { file: "map.csv".to_owned(), codes: 2, irrelevant: 1 }]);
    let terminology = added(&mapping);
    // Zeros before a number don't count, in the file and in the record.
    for code in ["123", "00123", " 0123 "] {
        let found = terminology.lookup(GPK, code);
        assert!(found.membership.contains(ValueSet::SYSTEMIC_CORTICOSTEROID) && found.drug == DrugCode::One, "{code}");
        assert_eq!(terminology.name(GPK, code, "nl").as_deref(), Some("PREDNISOLON 5MG"));
    }
    let other = terminology.lookup(GPK, "456");
    assert!(other.membership.is_empty() && other.drug == DrugCode::One && other.system.is_some());
    // A code without a row proves nothing, not even that its system is known.
    let none = terminology.lookup(GPK, "789");
    assert!(none.system.is_none() && none.drug == DrugCode::Unclear);
    assert_eq!(terminology.mapped(), 2);
    assert!(KNOWLEDGE.terminology.lookup(GPK, "123").system.is_none());
}

#[test]
fn a_sites_own_system_counts_in_every_spelling() {
    let mapping = csv("https://lab.example.org/Codes/,CRP hs,http://loinc.org,8310-5,\n").unwrap();
    let terminology = added(&mapping);
    for system in ["https://lab.example.org/Codes/", "http://lab.example.org/Codes", "http://LAB.example.org/codes"] {
        assert!(terminology.lookup(system, "CRP hs").membership.contains(ValueSet::BODY_TEMPERATURE), "{system}");
    }
    assert!(terminology.lookup("http://lab.example.org/Codes", "other").system.is_none());
    assert_eq!(terminology.local_members(ValueSet::BODY_TEMPERATURE).len(), 1);
}

#[test]
fn a_file_of_a_dutch_excel_is_read() {
    let text = "\u{feff}# uit de apotheek\r\n\r\nsource-code;source-system;target-system;target-code;\r\n\r\n\
                12;urn:oid:2.16.840.1.113883.2.4.4.10;urn:oid:2.16.840.1.113883.6.73;H02AB06;\r\n";
    assert_eq!(read("map.CSV", text.as_bytes()).unwrap().files[0].codes, 1);
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let table = [
        (format!("# remark\n\n{GPK},1,{ATC},\n"), "map.csv:4: `target-code` is empty"),
        (format!("{GPK},\"1\n\",{ATC},H02AB06,\n{GPK},2,{ATC}\n"), "map.csv:4: `target-code` is empty"),
        (
            format!("{GPK},1,{ATC},H02AB06,\"open\n{GPK},2,{ATC},H02AB06\n"),
            "map.csv:2: a value goes over several lines",
        ),
        (format!("{GPK},,{ATC},H02AB06"), "map.csv:2: `source-code` is empty"),
        (format!("{GPK},000,{ATC},H02AB06"), "map.csv:2: `urn:oid:2.16.840.1.113883.2.4.4.1|000` is not a code"),
        (format!("GPK,1,{ATC},H02AB06"), "map.csv:2: `GPK` is not the url of a code system, such as `urn:oid:"),
        (format!("{GPK},1,ATC,H02AB06"), "map.csv:2: there is no target system `ATC`: use the url of ATC"),
        (format!("{GPK},1,urn:oid:1.2.3,2"), "map.csv:2: there is no target system"),
        (format!("{GPK},1,{ATC},A02BC"), "map.csv:2: `A02BC` is not a complete ATC code"),
        (format!("{GPK},1,{ATC},H02AB06,a,b"), "map.csv:2: has 6 values for 5 columns"),
        (format!("{ATC},H02AB06,{ATC},A02BC01"), "map.csv:2: `http://www.whocc.no/atc|H02AB06` is known already"),
        (
            format!("{GPK},1,{ATC},H02AB06\n{GPK},01,{ATC},A02BC01"),
            "map.csv:3: maps `urn:oid:2.16.840.1.113883.2.4.4.1|01` to `http://www.whocc.no/atc|A02BC01`, but map.csv:2 maps it to",
        ),
    ];
    for (rows, expected) in table {
        let problems = csv(&rows).unwrap_err();
        assert!(problems.iter().any(|problem| problem.starts_with(expected)), "{rows}\n{problems:?}");
    }
    for (text, expected) in [
        (&b""[..], "map.csv: is empty: the first line must be `source-system,"),
        (b"a,b\n", "map.csv:1: there is no column `a`: the first line must be"),
        (b"source-system,source-code,target-code\n", "map.csv:1: column `target-system` is missing"),
        (b"source-code,source-code\n", "map.csv:1: column `source-code` is there twice"),
        (b"source-system\n\xff", "map.csv:2: is not UTF-8"),
    ] {
        let problems = read("map.csv", text).unwrap_err();
        assert!(problems[0].starts_with(expected), "{problems:?}");
    }
    assert_eq!(csv(&format!("{GPK},1,x:y,z\n{GPK},2,x:y,z\n")).unwrap_err().len(), 2, "every line is told");
}

#[test]
fn what_has_no_effect_is_a_warning() {
    let rows = format!("{GPK},1,{ATC},H02AB06\n{GPK},1,{ATC},H02AB06\nurn:x:y,2,http://loinc.org,0-0\n");
    let mapping = csv(&rows).unwrap();
    let warnings: Vec<String> = mapping.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "map.csv:3: `urn:oid:2.16.840.1.113883.2.4.4.1|1` is mapped already, in map.csv:2",
            "map.csv:4: no value set has `http://loinc.org|0-0`: the row has no effect",
        ]
    );
    assert_eq!(mapping.files[0].codes, 1);
    assert!(added(&mapping).lookup("urn:x:y", "2").system.is_none(), "a target that nobody knows explains nothing");
}

fn concept_map(targets: &Value) -> Value {
    json!({
        "resourceType": "ConceptMap",
        "status": "active",
        "group": [{
            "source": GPK,
            "target": format!("{ATC}|2026"),
            "element": [{ "code": "1", "display": "PREDNISOLON 5MG", "target": targets }]
        }]
    })
}

#[test]
fn a_concept_map_counts_where_it_says_the_same() {
    for (target, codes, warnings) in [
        (json!([{ "code": "H02AB06", "equivalence": "equivalent" }]), 1, 0),
        (json!([{ "code": "H02AB06", "equivalence": "equal" }]), 1, 0),
        (json!([{ "code": "H02AB06", "relationship": "equivalent" }]), 1, 0),
        (json!([{ "code": "H02AB06", "equivalence": "wider" }]), 0, 1),
        (json!([{ "code": "H02AB06", "equivalence": "relatedto" }]), 0, 1),
        (json!([{ "code": "H02AB06", "relationship": "source-is-narrower-than-target" }]), 0, 1),
        (json!([{ "code": "H02AB06", "equivalence": "equal", "dependsOn": [{ "value": "x" }] }]), 0, 1),
        (json!([{ "equivalence": "unmatched" }]), 0, 0),
        (json!([]), 0, 0),
    ] {
        let mapping = read("map.json", concept_map(&target).to_string().as_bytes()).unwrap();
        assert_eq!((mapping.files[0].codes, mapping.warnings.len()), (codes, warnings), "{target}");
        assert_eq!(added(&mapping).lookup(GPK, "1").drug == DrugCode::One, codes == 1, "{target}");
    }
}

#[test]
fn a_wrong_concept_map_says_where() {
    let map = concept_map(&json!([{ "code": "H02AB06" }]));
    let changed = |pointer: &str, value: Value| {
        let mut map = map.clone();
        *map.pointer_mut(pointer).unwrap() = value;
        map.to_string()
    };
    for (text, expected) in [
        (map.to_string(), "map.json#/group/0/element/0/target/0: has no `equivalence`"),
        (changed("/resourceType", json!("ValueSet")), "map.json: is not a FHIR ConceptMap"),
        (changed("/group", json!([])), "map.json: the ConceptMap has no `group`"),
        (changed("/group/0/source", json!("GPK")), "map.json#/group/0: `source` and `target` must name"),
        (changed("/group/0/element/0/code", json!("")), "map.json#/group/0/element/0: has no `code`"),
        ("{\n\"a\": }".to_owned(), "map.json:2: expected value"),
    ] {
        let problems = read("map.json", text.as_bytes()).unwrap_err();
        assert!(problems[0].starts_with(expected), "{problems:?}");
    }
}
