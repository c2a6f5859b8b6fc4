//! Rare and never twice: no card for a patient who has nothing to do with cell therapy, and no fact in two cards.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::request::{Call, requests};
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::{Hook, Language};
use cellwise_record::AsOf;
use serde_json::Value;
use uuid::Uuid;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn named(folder: &str, prefix: &str) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = fs::read_dir(fixtures().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .filter(|(name, _)| name.starts_with(prefix))
        .map(|(name, path)| (name, json(&path)))
        .collect();
    found.sort_by(|left, right| left.0.cmp(&right.0));
    found
}

/// The cards of a call, or why there are none.
fn cards(service: &str, request: &Value) -> Result<Vec<Value>, String> {
    let settings =
        CallSettings { language: Language::ENGLISH, as_of: AsOf::parse("2026-11-02").unwrap(), accept_as_of: true };
    let answer = ENGINE
        .call(service, request.to_string().as_bytes(), &settings)
        .map_err(|refusal| format!("refused: {refusal:?}"))?;
    let body: Value = serde_json::from_str(&answer).unwrap();
    Ok(body["cards"].as_array().unwrap().clone())
}

/// An order that is about a cell therapy, or asks for donor material: a patient who gets one has to do with it.
fn begins_a_cell_therapy(order: &Value) -> bool {
    let words = order.to_string().to_lowercase();
    ["car-t", "car t", "leucel", "stem cell", "stem-cell", "stamcel", "hsct", "transplant"]
        .iter()
        .any(|word| words.contains(word))
}

#[test]
fn a_patient_without_cell_therapy_gets_no_card_anywhere() {
    // The infant's leukaemia is an indication of CAR-T.
    let patients: Vec<_> =
        named("patients", "unrelated-").into_iter().filter(|(name, _)| name != "unrelated-breastfed-infant").collect();
    assert!(patients.len() >= 5, "the unrelated patients are gone");
    // An order that can't be read at all is asked about, and hepatitis B before an antibody against CD20, whoever gets it.
    let (appointments, orders): (Vec<_>, Vec<_>) = named("orders", "")
        .into_iter()
        .filter(|(name, _)| !["steroid-medication-reference", "anti-cd20-rituximab"].contains(&name.as_str()))
        .partition(|(name, _)| name.starts_with("appointment-"));
    let mut problems = Vec::new();
    let mut tried = 0;
    for (patient_name, patient) in &patients {
        for service in &ENGINE.knowledge().services {
            for hook in service.hooks.keys() {
                let drafts: Vec<(&str, Option<&Value>)> = match Hook::from_name(hook).unwrap() {
                    Hook::OrderSelect | Hook::OrderSign => {
                        orders.iter().map(|(name, order)| (name.as_str(), Some(order))).collect()
                    }
                    // What is sent on is a request, and has an id.
                    Hook::OrderDispatch => orders
                        .iter()
                        .filter(|(_, order)| requests(order).any(|request| request["id"].is_string()))
                        .map(|(name, order)| (name.as_str(), Some(order)))
                        .collect(),
                    Hook::AppointmentBook => {
                        appointments.iter().map(|(name, order)| (name.as_str(), Some(order))).collect()
                    }
                    _ => vec![("", None)],
                };
                for (order_name, order) in drafts {
                    if order.is_some_and(begins_a_cell_therapy) {
                        continue;
                    }
                    let call = Call {
                        hook: hook.clone(),
                        hook_instance: Uuid::nil(),
                        as_of: Some("2026-11-02T09:00:00+01:00".to_owned()),
                        patient: patient.clone(),
                        orders: order.cloned(),
                        encounter: None,
                        selections: None,
                        withhold: Vec::new(),
                        literals: BTreeMap::new(),
                        fhir: None,
                    };
                    tried += 1;
                    let place = format!("{patient_name}: {} on {hook} {order_name}", service.id);
                    match cards(&service.id, &call.request(&service.prefetch)) {
                        Ok(cards) => problems.extend(cards.iter().map(|card| format!("{place}: {}", card["summary"]))),
                        Err(refusal) => problems.push(format!("{place}: {refusal}")),
                    }
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} calls were tried");
    assert!(problems.is_empty(), "{} of {tried} calls:\n{}", problems.len(), problems.join("\n"));
}

/// The measurements of which a card says what they were, by reference: those of its evidence whose words stand in its text. The
/// machine-readable part alone is no measure of that, it keeps the rows that a card leaves to another.
fn measured(card: &Value) -> BTreeSet<String> {
    let detail = card["detail"].as_str().unwrap();
    let mut found = BTreeSet::new();
    each_evidence(&card["extension"]["dev.cellwise.evaluation"], &mut |evidence| {
        let reference = evidence["reference"].as_str().unwrap();
        let is_shown = evidence["what"].as_str().is_some_and(|what| detail.contains(what));
        if reference.starts_with("Observation/") && is_shown {
            found.insert(reference.to_owned());
        }
    });
    found
}

/// Tells `tell` every entry of evidence below a value.
fn each_evidence(value: &Value, tell: &mut dyn FnMut(&Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_evidence(item, tell)),
        Value::Object(members) => {
            members.get("evidence").into_iter().filter_map(Value::as_array).flatten().for_each(&mut *tell);
            members.values().for_each(|member| each_evidence(member, tell));
        }
        _ => {}
    }
}

#[test]
fn no_response_says_a_thing_twice() {
    let suite = Suite::load(&fixtures(), None).unwrap();
    let mut problems = Vec::new();
    let mut measurements = 0;
    for case in &suite.cases {
        let service = ENGINE.knowledge().service(&case.file.service).unwrap();
        let Ok(cards) = cards(&service.id, &suite.call(case).unwrap().request(&service.prefetch)) else { continue };
        let rank = |card: &Value| match card["indicator"].as_str() {
            Some("critical") => 0,
            Some("warning") => 1,
            _ => 2,
        };
        let of_rules: Vec<&Value> =
            cards.iter().filter(|card| card["source"]["topic"]["code"] != "unchecked").collect();
        if !of_rules.is_sorted_by_key(|card| rank(card)) {
            problems.push(format!("{}: the cards are not in the order of urgency", case.id()));
        }
        let mut topics = BTreeSet::new();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for card in of_rules {
            let topic = card["source"]["topic"]["code"].as_str().unwrap();
            if !topics.insert(topic) {
                problems.push(format!("{}: two cards of {topic}", case.id()));
            }
            for reference in measured(card) {
                measurements += 1;
                if let Some(other) = seen.insert(reference.clone(), topic) {
                    problems.push(format!("{}: {reference} stands in the cards of {other} and {topic}", case.id()));
                }
            }
        }
    }
    assert!(measurements > 500, "only {measurements} measurements were seen on cards");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
