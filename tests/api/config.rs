//! A server under a hospital's own configuration.

use std::path::PathBuf;

use cellwise::config::Config;
use cellwise::knowledge::Knowledge;
use cellwise_clinic::rules::ALL;
use serde_json::{Value, json};

use crate::helpers::{SERVER, TestServer, cards, refused, request};

fn config(name: &str, text: &str) -> Config {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.toml"));
    std::fs::write(&path, text).unwrap();
    Config::read(&path, &Knowledge::load().unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The entry of discovery for a service and a hook. All but the first hook of a service have an id of their own.
fn offered(server: &TestServer, service: &str, hook: &str) -> Option<Value> {
    let discovery: Value = server.get("/cds-services").json().unwrap();
    let mut services = discovery["services"].as_array().unwrap().iter();
    let ids = [service.to_owned(), format!("{service}-{hook}")];
    services.find(|entry| ids.iter().any(|id| entry["id"] == **id) && entry["hook"] == hook).cloned()
}

#[test]
fn a_service_that_is_switched_off_is_gone() {
    let text = "[[switch-off]]\nservice = \"ahsct-eligibility\"\nreason = \"not here\"\n";
    let server = TestServer::under(config("service-off", text));
    assert!(offered(&SERVER, "ahsct-eligibility", "order-sign").is_some());
    assert!(server.offered().iter().all(|(id, _)| !id.starts_with("ahsct-eligibility")));
    assert_eq!(server.offered().len(), SERVER.offered().len() - 3);
    refused(server.call("ahsct-eligibility", &request("order-sign")), 404);
    refused(server.call("ahsct-eligibility-order-sign", &request("order-sign")), 404);
    refused(server.post("/cds-services/ahsct-eligibility/feedback", "{}"), 404);
    cards(server.call("car-t-eligibility", &request("order-sign")));
    let ready: Value = server.get("/health/ready").json().unwrap();
    assert_eq!(ready["local"]["servicesSwitchedOff"], 1);
    assert_eq!(ready["local"]["numbers"], 0);
}

/// Switches these rules off, and the services that are left without rules.
fn without(off: impl Fn(&str) -> bool) -> String {
    let knowledge = Knowledge::load().unwrap();
    let entry = |kind: &str, id: &str| format!("[[switch-off]]\n{kind} = \"{id}\"\nreason = \"not here\"\n");
    let rules = ALL.iter().filter(|rule| off(rule.id)).map(|rule| entry("rule", rule.id));
    let empty = knowledge.services.iter().filter(|service| service.hooks.values().flatten().all(|rule| off(rule.id)));
    rules.chain(empty.map(|service| entry("service", &service.id))).collect()
}

/// Of the rules on orders only one is left, which reads no measurements.
#[test]
fn nothing_is_fetched_that_no_rule_needs() {
    let (service, kept) = ("cell-therapy-order-safety", "donation-after-car-t");
    let server = TestServer::under(config("rules-off", &without(|id| id != kept)));
    let before = offered(&SERVER, service, "order-sign").unwrap()["prefetch"].clone();
    let after = offered(&server, service, "order-sign").unwrap()["prefetch"].clone();
    let asks_for_observations =
        |prefetch: &Value| prefetch.as_object().unwrap().keys().any(|key| key.starts_with("observations"));
    assert!(asks_for_observations(&before) && !asks_for_observations(&after));
    let rule = ALL.iter().find(|rule| rule.id == kept).unwrap();
    for source in rule.needs {
        assert_eq!(after[source.key()], before[source.key()], "{}", source.key());
    }
    // Donor registrations are looked for among consents and measurements, though the rule does not depend on them.
    let follow_up = offered(&server, "cell-therapy-follow-up", "patient-view").unwrap()["prefetch"].clone();
    assert!(follow_up.get("consents").is_some());
    let template = follow_up["observations"].as_str().unwrap();
    assert!(template.contains("&code=http") && !template.contains(",,"), "{template}");
    cards(server.call(service, &request("order-sign")));
    let ready: Value = server.get("/health/ready").json().unwrap();
    assert_eq!((&ready["rules"], &ready["local"]["rulesSwitchedOff"]), (&json!(1), &json!(ALL.len() - 1)));
}

/// A hook on which no rule is left is not offered; the service stays on the others.
#[test]
fn a_hook_without_rules_is_not_offered() {
    let knowledge = Knowledge::load().unwrap();
    let service = "cell-therapy-follow-up";
    let rules = &knowledge.service(service).unwrap().hooks["patient-view"];
    let server = TestServer::under(config("hook-off", &without(|id| rules.iter().any(|rule| rule.id == id))));
    assert!(offered(&server, service, "patient-view").is_none());
    assert!(offered(&server, service, "encounter-start").is_some());
    refused(server.call(service, &request("patient-view")), 400);
    // What was registered for the other hook stays where it was.
    let id = format!("{service}-encounter-start");
    assert_eq!(offered(&server, service, "encounter-start").unwrap()["id"], *id);
    cards(server.call(&id, &request("encounter-start")));
}

#[test]
fn a_code_of_the_laboratory_is_asked_for() {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cellwise.example.toml");
    let config = Config::read(&example, &Knowledge::load().unwrap()).unwrap();
    let mapped = config.mapping.files.iter().map(|file| file.codes).sum::<usize>();
    let server = TestServer::under(config);
    let ready: Value = server.get("/health/ready").json().unwrap();
    assert_eq!(ready["local"]["mappedCodes"], mapped);
    // Once a rule reads temperatures, the hospital's own code for them is in the template.
    let standard = "http://loinc.org|8310-5";
    let local = "https://hospital.example.org/codes/measurements|TEMP";
    let discovery: Value = server.get("/cds-services").json().unwrap();
    for service in discovery["services"].as_array().unwrap() {
        // Where the codes of a kind need several queries, the two may stand in different ones.
        let templates = || service["prefetch"].as_object().unwrap().values().filter_map(Value::as_str);
        let asks = |code: &str| templates().any(|template| template.contains(code));
        assert_eq!(asks(local), asks(standard), "{}", service["id"]);
    }
}
