//! `PlanDefinition/$apply`: the hook in other words.

use std::fs;

use cellwise::access_log::{AccessLogSettings, WhenUnwritable};
use cellwise::config::Config;
use cellwise::http::Settings;
use cellwise::knowledge::Knowledge;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{post, resource};
use crate::auth::closed;
use crate::auth::token::{BASE, P384, Token};
use crate::ehr::Ehr;
use crate::fetch::{complete, server};
use crate::helpers::{SERVER, TestServer, cards, refused};

const RULE: &str = "/fhir/PlanDefinition/corticosteroid-after-car-t/$apply";
const URL: &str = "https://cellwise.dev/fhir/PlanDefinition/corticosteroid-after-car-t";

fn own(parameters: &Value) -> Value {
    json!({ "name": "parameters", "resource": { "resourceType": "Parameters", "parameter": parameters } })
}

/// The call of [`complete`], a steroid for a patient after CAR-T, as parameters, without some prefetch keys.
fn parameters(without: impl Fn(&str) -> bool) -> Value {
    let call = complete();
    let context = &call["context"];
    let mut all = vec![
        json!({ "name": "subject", "valueString": format!("Patient/{}", context["patientId"].as_str().unwrap()) }),
        json!({ "name": "practitioner", "valueString": context["userId"] }),
        own(&json!([
            { "name": "hook", "valueCode": call["hook"] },
            { "name": "draftOrders", "resource": context["draftOrders"] },
        ])),
    ];
    for (key, value) in call["prefetch"].as_object().unwrap() {
        if !without(key) {
            all.push(json!({ "name": "prefetchData", "part": [
                { "name": "key", "valueString": key },
                { "name": "data", "resource": value },
            ] }));
        }
    }
    Value::Array(all)
}

fn everything() -> Value {
    parameters(|_| false)
}

fn contained<'p>(plan: &'p Value, kind: &str) -> &'p Value {
    plan["contained"].as_array().unwrap().iter().find(|one| one["resourceType"] == kind).unwrap()
}

fn output<'p>(plan: &'p Value, name: &str) -> &'p Value {
    let all = contained(plan, "Parameters")["parameter"].as_array().unwrap();
    all.iter().find(|parameter| parameter["name"] == name).unwrap()
}

fn verdict(plan: &Value) -> &str {
    output(plan, "verdict")["valueCode"].as_str().unwrap()
}

#[test]
fn a_rule_says_what_its_card_says_on_the_hook() {
    let shown = cards(SERVER.call("cell-therapy-order-safety", &complete()));
    let is_it = |card: &&Value| card["source"]["topic"]["code"] == "corticosteroidAfterCarT";
    let card = shown.iter().find(is_it).unwrap();
    let plan = resource(post(&SERVER, RULE, &everything()), "CarePlan");
    cellwise_fhir_model::check(&plan.to_string()).unwrap();
    assert_eq!(verdict(&plan), card["extension"]["dev.cellwise.evaluation"]["verdict"].as_str().unwrap());
    let guidance = contained(&plan, "GuidanceResponse");
    assert_eq!((&guidance["status"], guidance.get("dataRequirement")), (&json!("success"), None));
    assert!(guidance["moduleCanonical"].as_str().unwrap().starts_with(&format!("{URL}|")));
    let group = contained(&plan, "RequestGroup");
    assert_eq!(plan["activity"][0]["reference"]["reference"], "#request-group");
    let action = &group["action"][0];
    assert_eq!((&action["title"], &action["priority"]), (&card["summary"], &json!("stat")));
    assert_eq!(action["description"], card["detail"]);
    assert_eq!(action["code"][0]["coding"][0], card["source"]["topic"]);
    assert_eq!(contained(&plan, "CommunicationRequest")["payload"][0]["contentString"], card["detail"]);
    // What the card suggests: to take the order out.
    let below = action["action"].as_array().unwrap();
    let suggestions = card["suggestions"].as_array().unwrap();
    assert_eq!(below.len(), 1 + suggestions.len());
    for (suggestion, action) in suggestions.iter().zip(&below[1..]) {
        assert_eq!(action["title"], suggestion["label"]);
        let kind = if suggestion["actions"][0]["type"] == "delete" { "remove" } else { "create" };
        assert_eq!(action["type"]["coding"][0]["code"], kind);
    }
    // The evidence: the infusion, by its reference in the record.
    let evidence = plan["supportingInfo"].as_array().unwrap();
    assert!(evidence.iter().any(|of| of["reference"].as_str().unwrap().starts_with("Procedure/")), "{evidence:?}");
    let tree = output(&plan, "all").to_string();
    assert!(tree.contains("\"criterion\"") && tree.contains("\"evidence\""), "{tree}");
}

#[test]
fn the_language_is_that_of_the_request() {
    let body = json!({ "resourceType": "Parameters", "parameter": everything() }).to_string();
    let dutch = |request: reqwest::blocking::RequestBuilder| {
        let response = request.header("content-type", "application/json").send().unwrap();
        let language = response.headers()["content-language"].to_str().unwrap().to_owned();
        let plan = resource(response, "CarePlan");
        (language, plan["language"].as_str().unwrap().to_owned())
    };
    let header = SERVER.request(Method::POST, RULE).header("accept-language", "nl-NL").body(body);
    assert_eq!(dutch(header), ("nl".to_owned(), "nl".to_owned()));
    let mut all = everything();
    let wish = json!({ "name": "userLanguage", "valueCodeableConcept": { "coding": [{ "system": "urn:ietf:bcp:47", "code": "nl-NL" }] } });
    all.as_array_mut().unwrap().push(wish);
    let plan = resource(post(&SERVER, RULE, &all), "CarePlan");
    assert_eq!((&plan["language"], &plan["title"]), (&json!("nl"), &json!("Corticosteroïd na CAR-T")));
}

#[test]
fn what_is_missing_is_named_with_the_query_that_brings_it() {
    let plan = resource(post(&SERVER, RULE, &parameters(|key| key == "procedures")), "CarePlan");
    cellwise_fhir_model::check(&plan.to_string()).unwrap();
    assert_eq!(verdict(&plan), "unknown");
    let guidance = contained(&plan, "GuidanceResponse");
    assert_eq!(guidance["status"], "data-required");
    let needed = guidance["dataRequirement"].as_array().unwrap();
    let procedures = needed.iter().find(|of| of["type"] == "Procedure").unwrap();
    assert_eq!(procedures["profile"][0], "https://cellwise.dev/fhir/StructureDefinition/read-procedure");
    let query = &procedures["extension"][0];
    assert_eq!(query["url"], "http://hl7.org/fhir/StructureDefinition/cqf-fhirQueryPattern");
    assert!(query["valueString"].as_str().unwrap().starts_with("Procedure?"), "{query}");
    let messages = contained(&plan, "OperationOutcome")["issue"].as_array().unwrap();
    assert!(
        messages.iter().any(|issue| issue["diagnostics"].as_str().unwrap().contains("`procedures`")),
        "{messages:?}"
    );
    // With nothing at all it is no silence either.
    let nothing = resource(post(&SERVER, RULE, &parameters(|_| true)), "CarePlan");
    assert_eq!(contained(&nothing, "GuidanceResponse")["status"], "data-required");
    assert_eq!(verdict(&nothing), "unknown");
}

/// The whole record as one Bundle, as FHIR tools have it.
#[test]
fn a_bundle_counts_as_what_it_holds_and_no_more() {
    let call = complete();
    let resources = |value: &Value| -> Vec<Value> {
        match value["entry"].as_array() {
            Some(entries) => entries.iter().map(|entry| json!({ "resource": entry["resource"] })).collect(),
            None if value["resourceType"] == "Bundle" => Vec::new(),
            None => vec![json!({ "resource": value })],
        }
    };
    let entries: Vec<Value> = call["prefetch"].as_object().unwrap().values().flat_map(resources).collect();
    let with = |is_complete: bool| {
        let mut all = parameters(|_| true);
        let all_own = json!([
            { "name": "hook", "valueCode": "order-sign" },
            { "name": "draftOrders", "resource": call["context"]["draftOrders"] },
            { "name": "dataIsComplete", "valueBoolean": is_complete },
        ]);
        all[2] = own(&all_own);
        let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
        all.as_array_mut().unwrap().push(json!({ "name": "data", "resource": bundle }));
        resource(post(&SERVER, RULE, &all), "CarePlan")
    };
    let whole = resource(post(&SERVER, RULE, &everything()), "CarePlan");
    assert_eq!(verdict(&with(true)), verdict(&whole));
    let partly = with(false);
    // What the Bundle does not have may be in the record.
    assert!(verdict(&partly) == verdict(&whole) || verdict(&partly) == "unknown", "{}", verdict(&partly));
}

#[test]
fn what_is_not_sent_is_fetched_from_a_listed_server() {
    let ehr = Ehr::start();
    ehr.holds(&complete()["prefetch"]);
    let server = server(&[&ehr.base()]);
    let with_endpoint = |address: &str| {
        let mut all = parameters(|key| key != "patient");
        all.as_array_mut().unwrap().push(json!({ "name": "dataEndpoint", "resource": {
            "resourceType": "Endpoint",
            "status": "active",
            "connectionType": { "code": "hl7-fhir-rest" },
            "payloadType": [{ "text": "any" }],
            "address": address,
            "header": ["Authorization: Bearer an-access-token"],
        } }));
        resource(post(&server, RULE, &all), "CarePlan")
    };
    let fetched = with_endpoint(&ehr.base());
    let sent = resource(post(&server, RULE, &everything()), "CarePlan");
    assert_eq!(verdict(&fetched), verdict(&sent));
    assert_eq!(contained(&fetched, "RequestGroup")["action"], contained(&sent, "RequestGroup")["action"]);
    assert!(ehr.paths().len() > 3, "{:?}", ehr.paths());
    // Nothing is fetched from anywhere else.
    ehr.forget();
    let other = with_endpoint("https://nobody.example.org/fhir");
    assert_eq!(verdict(&other), "unknown");
    let messages = contained(&other, "OperationOutcome").to_string();
    assert!(messages.contains("is not on the list of this client"), "{messages}");
    assert!(ehr.paths().is_empty());
}

#[test]
fn a_get_says_what_the_rule_needs() {
    let by_url = resource(SERVER.get(&format!("/fhir/PlanDefinition/$apply?subject=1&canonical={URL}")), "CarePlan");
    assert_eq!(by_url["subject"]["reference"], "Patient/1");
    // A query can't tell of orders.
    let orders_only = "/fhir/PlanDefinition/live-vaccine-after-cell-therapy/$apply?subject=Patient/1";
    let issues = refused(SERVER.get(orders_only), 400);
    assert!(issues[0].message.contains("`draftOrders`"), "{issues:?}");
    let plan = resource(SERVER.get("/fhir/PlanDefinition/hepatitis-b/$apply?subject=Patient/1"), "CarePlan");
    let guidance = contained(&plan, "GuidanceResponse");
    assert_eq!(guidance["status"], "data-required");
    assert!(guidance["dataRequirement"].as_array().unwrap().len() > 3);
    refused(SERVER.get("/fhir/PlanDefinition/hepatitis-b/$apply?subject=Patient/1&data=x"), 400);
    refused(SERVER.get("/fhir/PlanDefinition/hepatitis-b/$apply"), 400);
    refused(SERVER.get("/fhir/PlanDefinition/none/$apply?subject=Patient/1"), 404);
}

#[test]
fn another_patients_data_is_refused_with_its_place() {
    let mut all = everything();
    all[0]["valueString"] = json!("Patient/somebody-else");
    let issues = refused(post(&SERVER, RULE, &all), 400);
    assert_eq!(issues[0].pointer, "Parameters.parameter.where(name = 'subject')");
    let broken = SERVER.post(RULE, "{\"resourceType\":");
    refused(broken, 400);
    let deep = format!("{{\"resourceType\":\"Parameters\",\"parameter\":{}{}}}", "[".repeat(200), "]".repeat(200));
    refused(SERVER.post(RULE, deep), 400);
}

#[test]
fn a_rule_that_is_switched_off_is_not_applied() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("fhir-off.toml");
    fs::write(&path, "[[switch-off]]\nrule = \"hepatitis-b\"\nreason = \"our own protocol\"\n").unwrap();
    let config = Config::read(&path, &Knowledge::load().unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let server = TestServer::under(config);
    let issues = refused(server.get("/fhir/PlanDefinition/hepatitis-b/$apply?subject=Patient/1"), 422);
    assert_eq!(issues[0].message, "this rule is switched off in this hospital: our own protocol");
    // What it was is still published.
    assert_eq!(server.get("/fhir/PlanDefinition/hepatitis-b").status(), 200);
}

#[test]
fn with_clients_it_takes_their_token_once() {
    let server = closed();
    let path = "/fhir/PlanDefinition/hepatitis-b/$apply?subject=Patient/1";
    let audience = format!("{BASE}/fhir/PlanDefinition/hepatitis-b/$apply");
    let token = Token::new().claim("aud", &json!(audience)).signed(&P384);
    let with = || server.request(Method::GET, path).bearer_auth(&token).send().unwrap();
    resource(with(), "CarePlan");
    refused(with(), 401);
    let issues = refused(server.get(path), 401);
    assert!(issues[0].message.contains(&format!("{BASE}/fhir/PlanDefinition/{{id}}/$apply")), "{}", issues[0].message);
}

/// Who was looked at stands in the access log, also when nothing came of it.
#[test]
fn each_call_leaves_a_line_in_the_access_log() {
    let folder = std::env::temp_dir().join(format!("cellwise-fhir-access-log-{}", Uuid::new_v4()));
    fs::create_dir(&folder).unwrap();
    let access_log = AccessLogSettings {
        folder: folder.clone(),
        when_unwritable: WhenUnwritable::Refuse,
        rotate_at: 64 << 20,
        repository: None,
    };
    let server = TestServer::start(Settings { access_log: Some(access_log), ..Settings::default() });
    resource(post(&server, RULE, &everything()), "CarePlan");
    refused(server.get("/fhir/PlanDefinition/none/$apply?subject=Patient/jansen"), 404);
    // What is not about a patient leaves none.
    assert_eq!(server.get("/fhir/ValueSet/car-t").status(), 200);
    let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|ending| ending == "ndjson"));
    let text: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    fs::remove_dir_all(&folder).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{text}");
    for (line, patient) in lines.iter().zip([complete()["context"]["patientId"].as_str().unwrap(), "jansen"]) {
        cellwise_fhir_model::check(&line.to_string()).unwrap();
        let entity = line["entity"].as_array().unwrap();
        let person = entity.iter().find(|entity| entity["type"]["code"] == "1").unwrap();
        assert_eq!(person["what"]["reference"], format!("Patient/{patient}"));
        assert!(entity.iter().any(|entity| entity["name"] == "PlanDefinition/$apply"), "{line}");
    }
    let rules = lines[0]["entity"].to_string();
    assert!(rules.contains("corticosteroid-after-car-t "), "{rules}");
    assert_eq!((&lines[0]["outcome"], &lines[1]["outcome"]), (&json!("0"), &json!("4")));
}
