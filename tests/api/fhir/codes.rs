//! The operations on codes.

use std::fs;
use std::path::PathBuf;

use cellwise::config::Config;
use cellwise::knowledge::Knowledge;
use serde_json::{Value, json};

use super::{get, parameter, post, resource};
use crate::helpers::{SERVER, TestServer, refused};

const SETS: &str = "https://cellwise.dev/fhir/ValueSet";
const ATC: &str = "http://www.whocc.no/atc";
const GPK: &str = "urn:oid:2.16.840.1.113883.2.4.4.1";

fn codes(set: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = set["expansion"]["contains"].as_array().unwrap();
    all.iter().map(|entry| (text(&entry["system"]), text(&entry["code"]))).collect()
}

#[test]
fn an_expansion_has_what_the_set_and_its_members_have() {
    let car_t = get("/fhir/ValueSet/car-t/$expand", "ValueSet");
    let all = codes(&car_t);
    // By another value set that it takes in.
    assert!(all.contains(&(ATC.to_owned(), "L01XL04".to_owned())), "{all:?}");
    assert_eq!(car_t["expansion"]["total"], all.len());
    assert_eq!(car_t.get("compose"), None);
    let mut distinct = all.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), all.len());
    let by_url = get(&format!("/fhir/ValueSet/$expand?url={SETS}/car-t"), "ValueSet");
    assert_eq!(codes(&by_url), all);
    let page = get("/fhir/ValueSet/car-t/$expand?offset=1&count=2&includeDefinition=true", "ValueSet");
    assert_eq!(codes(&page), all[1..3]);
    assert_eq!((page["expansion"]["total"].clone(), page["expansion"]["offset"].clone()), (json!(all.len()), json!(1)));
    assert!(page["compose"].is_object());
}

#[test]
fn an_expansion_of_a_branch_says_that_it_is_open() {
    let open = get("/fhir/ValueSet/inactivated-vaccine/$expand", "ValueSet");
    assert_eq!(open["expansion"]["extension"][0]["valueBoolean"], true);
    let closed = get("/fhir/ValueSet/c-reactive-protein/$expand", "ValueSet");
    assert_eq!(closed["expansion"].get("extension"), None);
}

#[test]
fn codes_are_named_in_the_language_that_is_asked_for() {
    let path = "/fhir/ValueSet/c-reactive-protein/$expand";
    let display = |path: &str| {
        let set = get(path, "ValueSet");
        let all = set["expansion"]["contains"].as_array().unwrap().clone();
        all.into_iter().find(|entry| entry["code"] == "30522-7").unwrap()
    };
    assert!(display(path)["display"].as_str().unwrap().starts_with("C reactive protein"));
    assert_eq!(display(&format!("{path}?displayLanguage=nl-NL"))["display"], "CRP, hooggevoelig");
    let named = display(&format!("{path}?includeDesignations=true"));
    assert_eq!(named["designation"][1], json!({ "language": "nl", "value": "CRP, hooggevoelig" }));
    let filtered = get(&format!("{path}?filter=capillary"), "ValueSet");
    assert_eq!(codes(&filtered), [("http://loinc.org".to_owned(), "48421-2".to_owned())]);
}

#[test]
fn a_code_is_in_a_set_whatever_the_spelling_of_its_system() {
    let result = |query: &str| {
        let found = get(&format!("/fhir/ValueSet/car-t/$validate-code?{query}"), "Parameters");
        parameter(&found, "result").unwrap() == true
    };
    assert!(result(&format!("system={ATC}&code=L01XL04")));
    assert!(result("system=urn:oid:2.16.840.1.113883.6.73&code=l01xl04"));
    assert!(!result(&format!("system={ATC}&code=H02AB06")));
    assert!(!result("system=https://nobody.example&code=L01XL04"));
    let coding = json!([
        { "name": "url", "valueUri": format!("{SETS}/car-t") },
        { "name": "codeableConcept", "valueCodeableConcept": { "coding": [
            { "system": "https://nobody.example", "code": "1" }, { "system": ATC, "code": "L01XL04" },
        ] } },
    ]);
    let found = resource(post(&SERVER, "/fhir/ValueSet/$validate-code", &coding), "Parameters");
    assert_eq!(parameter(&found, "result"), Some(&json!(true)));
    let other_name =
        json!([{ "name": "coding", "valueCoding": { "system": ATC, "code": "L01XL04", "display": "aspirin" } }]);
    let found = resource(post(&SERVER, "/fhir/ValueSet/car-t/$validate-code", &other_name), "Parameters");
    assert_eq!(parameter(&found, "result"), Some(&json!(false)));
    assert!(parameter(&found, "message").unwrap().as_str().unwrap().contains("calls it something else"));
}

/// The rules know products of RxNorm by what is in them; the value set lists ingredients.
#[test]
fn what_the_rules_know_beyond_a_set_is_said() {
    let query = "system=http://www.nlm.nih.gov/research/umls/rxnorm&code=108780";
    let found = get(&format!("/fhir/ValueSet/valaciclovir/$validate-code?{query}"), "Parameters");
    assert_eq!(parameter(&found, "result"), Some(&json!(false)));
    let message = parameter(&found, "message").unwrap().as_str().unwrap();
    assert!(message.contains("the rules count it"), "{message}");
}

#[test]
fn the_own_code_systems_tell_what_a_code_is() {
    let system = "https://cellwise.dev/fhir/CodeSystem/cell-therapy";
    let found = get(&format!("/fhir/CodeSystem/$lookup?system={system}&code=gd-lesion-count"), "Parameters");
    assert_eq!(parameter(&found, "display").unwrap(), "Number of gadolinium-enhancing lesions");
    let properties: Vec<&Value> =
        found["parameter"].as_array().unwrap().iter().filter(|parameter| parameter["name"] == "property").collect();
    let has = |code: &str| properties.iter().any(|property| property["part"][0]["valueCode"] == code);
    assert!(has("definition") && has("kind") && has("valueType"), "{properties:?}");
    refused(SERVER.get("/fhir/CodeSystem/$lookup?system=http://loinc.org&code=1988-5"), 404);
    refused(SERVER.get(&format!("/fhir/CodeSystem/$lookup?system={system}&code=none")), 404);
    let valid = |query: &str| {
        let found = get(&format!("/fhir/CodeSystem/cell-therapy/$validate-code?{query}"), "Parameters");
        parameter(&found, "result").unwrap() == true
    };
    assert!(valid("code=gd-lesion-count"));
    assert!(!valid("code=none"));
    assert!(!valid("code=gd-lesion-count&display=Something%20else"));
    assert!(valid("code=gd-lesion-count&display=aantal%20gadolinium-aankleurende%20laesies"));
}

#[test]
fn what_an_operation_can_not_read_is_refused() {
    for path in [
        "/fhir/ValueSet/$expand",
        "/fhir/ValueSet/car-t/$expand?count=many",
        "/fhir/ValueSet/car-t/$expand?nonsense=1",
        "/fhir/ValueSet/car-t/$expand?filter=a&filter=b",
        "/fhir/ValueSet/car-t/$validate-code",
        "/fhir/ValueSet/car-t/$validate-code?code=1",
        "/fhir/CodeSystem/$lookup?code=1",
    ] {
        refused(SERVER.get(path), 400);
    }
    for path in ["/fhir/ValueSet/none/$expand", "/fhir/ValueSet/$expand?url=https://nobody.example"] {
        refused(SERVER.get(path), 404);
    }
    refused(SERVER.get("/fhir/ConceptMap/$translate?system=a&code=b&target=c"), 422);
    refused(SERVER.post("/fhir/ValueSet/$expand", "{"), 400);
}

fn hospital() -> TestServer {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let rows = format!(
        "source-system,source-code,target-system,target-code,source-display\n\
         {GPK},00012345,{ATC},H02AB06,PREDNISOLON TABLET 5MG\n{GPK},777,{ATC},H02AB02,\n"
    );
    fs::write(folder.join("fhir-local.csv"), rows).unwrap();
    let path = folder.join("fhir-local.toml");
    fs::write(&path, "terminology = [\"fhir-local.csv\"]\n").unwrap();
    let config = Config::read(&path, &Knowledge::load().unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"));
    TestServer::under(config)
}

#[test]
fn the_codes_of_a_hospital_are_a_map() {
    let server = hospital();
    let map = resource(server.get("/fhir/ConceptMap/local-codes"), "ConceptMap");
    cellwise_fhir_model::check(&map.to_string()).unwrap();
    let group = &map["group"][0];
    assert_eq!((&group["source"], &group["target"]), (&json!(GPK), &json!(ATC)));
    assert_eq!(group["element"][0]["display"], "PREDNISOLON TABLET 5MG");
    assert_eq!(group["element"][0]["target"][0]["equivalence"], "equivalent");
    // Beside the one that is shipped.
    assert_eq!(resource(server.get("/fhir/ConceptMap"), "Bundle")["total"], 2);
    let translated = |query: &str| {
        let found = resource(server.get(&format!("/fhir/ConceptMap/$translate?{query}")), "Parameters");
        let is_found = parameter(&found, "result").unwrap() == true;
        let part = found["parameter"].as_array().unwrap().iter().find(|parameter| parameter["name"] == "match");
        assert_eq!(is_found, part.is_some(), "{found}");
        part.map(|part| part["part"][1]["valueCoding"]["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(translated(&format!("system={GPK}&code=12345")).as_deref(), Some("H02AB06"));
    assert_eq!(translated(&format!("system={GPK}&code=12345&targetsystem={ATC}")).as_deref(), Some("H02AB06"));
    assert_eq!(translated(&format!("system={GPK}&code=12345&targetsystem=http://loinc.org")), None);
    assert_eq!(translated(&format!("system={GPK}&code=1")), None);
    assert_eq!(translated(&format!("system={ATC}&code=H02AB02&reverse=true")).as_deref(), Some("777"));
    refused(server.get("/fhir/ConceptMap/$translate?url=https://nobody.example&system=a&code=b"), 404);
    // They are nobody else's: what is public does not know them.
    let set = "/fhir/ValueSet/systemic-corticosteroid";
    let expansion = resource(server.get(&format!("{set}/$expand")), "ValueSet").to_string();
    assert!(!expansion.contains(GPK) && !expansion.contains("PREDNISOLON TABLET"), "{expansion}");
    let found = resource(server.get(&format!("{set}/$validate-code?system={GPK}&code=12345")), "Parameters");
    assert_eq!(parameter(&found, "result"), Some(&json!(false)));
    assert_eq!(parameter(&found, "message").unwrap(), "the value set does not have this code");
}

#[test]
fn a_map_that_is_shipped_translates_too() {
    let own = "https://cellwise.dev/fhir/CodeSystem/cell-therapy";
    let found =
        get(&format!("/fhir/ConceptMap/override-reasons/$translate?system={own}&code=already-treated"), "Parameters");
    let part = &found["parameter"][1]["part"];
    assert_eq!((&part[0]["valueCode"], &part[1]["valueCoding"]["code"]), (&json!("wider"), &json!("action-completed")));
    let other = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes";
    let back =
        get(&format!("/fhir/ConceptMap/$translate?reverse=true&system={other}&code=action-completed"), "Parameters");
    assert!(back["parameter"].as_array().unwrap().len() > 2, "{back}");
    assert_eq!(back["parameter"][1]["part"][0]["valueCode"], "narrower");
}

#[test]
fn without_codes_of_its_own_there_is_no_map() {
    assert_eq!(get("/fhir/ConceptMap", "Bundle")["total"], 1);
    refused(SERVER.get("/fhir/ConceptMap/local-codes"), 404);
    let found = get(&format!("/fhir/ConceptMap/$translate?system={GPK}&code=1"), "Parameters");
    assert_eq!(parameter(&found, "result"), Some(&json!(false)));
}
