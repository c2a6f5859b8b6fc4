//! `PlanDefinition/$apply` over the whole fixture suite: each case as parameters comes to the verdicts of the hook, and to the same card.
//!
//! What a case sends word for word is sent the same way, as `prefetchData`. What can't be said is in [`UNSAYABLE`].

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use cellwise::config::Config;
use cellwise::engine::{CallSettings, Engine};
use cellwise::fhir::{Artifacts, apply, parameters};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::found;
use cellwise_clinic::{Hook, rules};
use cellwise_record::{AsOf, Verdict};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

/// Cases whose call can't be said with parameters, and why: their number must not grow unseen.
const UNSAYABLE: &[(&str, &str)] = &[];

/// The body of a hook call as parameters.
fn as_parameters(call: &Value) -> String {
    let context = &call["context"];
    let mut own = vec![json!({ "name": "hook", "valueCode": call["hook"] })];
    for name in ["draftOrders", "appointments"] {
        own.extend(context.get(name).map(|bundle| json!({ "name": name, "resource": bundle })));
    }
    let selections = context["selections"].as_array().into_iter().flatten();
    own.extend(selections.map(|picked| json!({ "name": "selections", "valueString": picked })));
    own.extend(call.pointer("/extension/dev.cellwise.asOf").map(|at| json!({ "name": "asOf", "valueDateTime": at })));
    let sent_on = context["dispatchedOrders"].as_array().into_iter().flatten();
    own.extend(sent_on.map(|order| json!({ "name": "dispatchedOrders", "valueString": order })));
    own.extend(context.get("performer").map(|to| json!({ "name": "performer", "valueString": to })));
    let mut all = vec![
        json!({ "name": "subject", "valueString": context["patientId"] }),
        json!({ "name": "parameters", "resource": { "resourceType": "Parameters", "parameter": own } }),
    ];
    all.extend(context.get("userId").map(|id| json!({ "name": "practitioner", "valueString": id })));
    all.extend(context.get("encounterId").map(|id| json!({ "name": "encounter", "valueString": id })));
    for (key, value) in call["prefetch"].as_object().into_iter().flatten() {
        let mut parts = vec![json!({ "name": "key", "valueString": key })];
        parts.extend((!value.is_null()).then(|| json!({ "name": "data", "resource": value })));
        all.push(json!({ "name": "prefetchData", "part": parts }));
    }
    json!({ "resourceType": "Parameters", "parameter": all }).to_string()
}

fn contained<'p>(plan: &'p Value, kind: &str) -> Option<&'p Value> {
    plan["contained"].as_array().unwrap().iter().find(|one| one["resourceType"] == kind)
}

fn output<'p>(plan: &'p Value, name: &str) -> Option<&'p str> {
    let all = contained(plan, "Parameters")?["parameter"].as_array()?;
    all.iter().find(|parameter| parameter["name"] == name)?["valueCode"].as_str()
}

/// The cards of the hook that are of one rule alone, by rule.
fn alone(cards: &Value) -> BTreeMap<String, Value> {
    let all = cards["cards"].as_array().unwrap().iter();
    let of = |card: &&Value| card.pointer("/extension/dev.cellwise.evaluation/joined").is_none();
    all.filter(of)
        .filter(|card| card["source"]["topic"]["code"] != "unchecked")
        .map(|card| {
            let rule = card.pointer("/extension/dev.cellwise.evaluation/rule").unwrap().as_str().unwrap();
            (rule.to_owned(), card.clone())
        })
        .collect()
}

/// Compares every rule of a case; says what is not the same.
fn compare(engine: &Engine, suite: &Suite, case: &Case, compared: &AtomicUsize) -> Vec<String> {
    let mut problems = Vec::new();
    let call = suite.call(case).unwrap();
    let service = engine.knowledge().service(&case.file.service).unwrap();
    let body = call.request(&service.prefetch);
    let as_of = AsOf::parse_at(&case.file.as_of, engine.zone()).unwrap();
    let settings = CallSettings { language: case.file.language, as_of, accept_as_of: true };
    let hook = engine.judge(&service.id, body.to_string().as_bytes(), &settings);
    let text = as_parameters(&body);
    let given = parameters::of_resource(&text, "Parameters").unwrap();
    let input = apply::Input::of(&given, false).unwrap();
    let artifacts = Artifacts::embedded().unwrap();
    let judged = match &hook {
        Ok(judged) => judged,
        Err(_refusal) => {
            // What a hook refuses, the operation refuses.
            let asked = apply::read(engine, artifacts, Some(&case.rule), &input).unwrap();
            let applied = engine.judge(&asked.service.id, asked.body.as_bytes(), &settings);
            if applied.is_ok() {
                problems.push("the hook refuses this, the operation does not".to_owned());
            }
            return problems;
        }
    };
    let shown = engine.respond(judged, settings.language).ok().map(|cards| serde_json::to_value(cards).unwrap());
    let shown = shown.as_ref().map(alone).unwrap_or_default();
    // The whole way for the rule that the case is about; the answers of the others are told from the same judgement.
    let asked = apply::read(engine, artifacts, Some(&case.rule), &input).unwrap();
    assert_eq!(
        (asked.service.id.as_str(), asked.hook),
        (service.id.as_str(), Hook::from_name(&case.file.hook).unwrap())
    );
    let reading = engine.read(&asked.service.id, asked.body.as_bytes(), &settings).unwrap();
    let applied = engine.evaluate_trees(reading).unwrap();
    for (rule, expected) in found(judged) {
        let asked = apply::read(engine, artifacts, Some(&rule), &input).unwrap();
        let plan = apply::care_plan(engine, &asked, &applied, settings.language, &[]).unwrap();
        let verdict = expected.verdict.map(|verdict| match verdict {
            Verdict::Met => "met",
            Verdict::NotMet => "not-met",
            Verdict::Unknown => "unknown",
        });
        if output(&plan, "verdict") != verdict {
            problems.push(format!("{rule}: expected {verdict:?}, came {:?}", output(&plan, "verdict")));
        }
        let status = contained(&plan, "GuidanceResponse").unwrap()["status"].as_str().unwrap();
        let is_open = verdict == Some("unknown");
        if is_open != matches!(status, "data-required" | "data-requested") {
            problems.push(format!("{rule}: {verdict:?} has the status {status}"));
        }
        let actions = contained(&plan, "RequestGroup").unwrap()["action"].as_array().map_or(&[][..], Vec::as_slice);
        match (shown.get(&rule), actions) {
            (Some(card), [action]) => {
                if (&action["title"], &action["description"]) != (&card["summary"], &card["detail"]) {
                    problems.push(format!("{rule}: says something else than its card"));
                }
                if output(&plan, "indicator") != card["indicator"].as_str() {
                    problems.push(format!("{rule}: is not as urgent as its card"));
                }
            }
            (Some(_), _) => problems.push(format!("{rule}: has a card on the hook, and no action")),
            (None, _) => {}
        }
        compared.fetch_add(1, Ordering::Relaxed);
        if rule == case.rule
            && let Err(problem) = cellwise_fhir_model::check(&plan.to_string())
        {
            problems.push(format!("{rule}: is no FHIR: {problem}"));
        }
    }
    problems.into_iter().map(|problem| format!("{}: {problem}", case.id())).collect()
}

fn configured(case: &Case) -> Option<Engine> {
    let path = case.config_path()?;
    let engine = Engine::load().unwrap();
    let config = Config::read_for_judging(&path, engine.knowledge()).unwrap();
    Some(engine.under(config.policy, &config.mapping).unwrap())
}

#[test]
fn every_case_comes_to_the_verdicts_of_the_hook() {
    let suite = Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap();
    let is_sayable = |case: &&Case| !UNSAYABLE.iter().any(|(id, _)| *id == case.id());
    let cases: Vec<&Case> = suite.cases.iter().filter(is_sayable).collect();
    let (next, compared) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let problems: Vec<String> = std::thread::scope(|scope| {
        let work = || {
            let mut problems = Vec::new();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                let own = configured(case);
                problems.extend(compare(own.as_ref().unwrap_or(&ENGINE), &suite, case, &compared));
            }
            problems
        };
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(problems.is_empty(), "{} of {}\n{}", problems.len(), cases.len(), problems.join("\n"));
    assert!(cases.len() + UNSAYABLE.len() == suite.cases.len() && cases.len() > 1000, "{}", cases.len());
    // Every rule, many times.
    assert!(compared.load(Ordering::Relaxed) > 5 * rules::ALL.len(), "{compared:?}");
}
