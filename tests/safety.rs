//! The clinical safety file: no hazard without a measure, no measure without a test, no version without a word.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::check::{cards, is_card_of};
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::{self, Answer};
use cellwise::generate::{Measure, Safety};
use cellwise_clinic::concern::everyone;
use cellwise_clinic::evaluation::{Extent, evaluate};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Finding, Language, Rule, rules};
use cellwise_record::AsOf;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_row_has_what_holds_it() {
    let problems = Safety::read(root()).unwrap().problems(root());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_row_that_lacks_something_is_found() {
    let safety = Safety::read(root()).unwrap();
    let spoilt = |change: &dyn Fn(&mut Safety)| {
        let mut safety = safety.clone();
        change(&mut safety);
        safety.problems(root()).join("\n")
    };
    let with_test = |test: &str| spoilt(&|safety| safety.hazards[0].measures[0].tests.push(test.to_owned()));
    for test in ["tests/safety.rs::root", "tests/safety.rs::nobody", "tests/nowhere.rs::nobody", "nobody"] {
        assert!(with_test(test).ends_with(&format!("there is no test `{test}`")), "{test}: {}", with_test(test));
    }
    assert!(spoilt(&|safety| safety.hazards[0].measures[0].tests.clear()).contains("no test holds"));
    assert!(spoilt(&|safety| safety.hazards[0].measures.clear()).contains("has no measure"));
    let none = Measure { measure: String::new(), tests: Vec::new(), cases: vec!["possible-crs/nobody".to_owned()] };
    assert!(
        spoilt(&|safety| safety.hazards[0].measures.push(none.clone()))
            .contains("there is no case `possible-crs/nobody`")
    );
    let changed = rules::ALL.iter().find(|rule| rule.version > 1).unwrap().id;
    assert!(
        spoilt(&|safety| safety.changes.retain(|change| change.rule != changed)).contains("say what changed with each")
    );
    assert!(spoilt(&|safety| safety.changes[0].rule = "nobody".to_owned()).contains("there is no rule `nobody`"));
}

/// What a rule came to: its verdict and its card, to the letter.
fn found(service: &str, request: &Value, rule: &str) -> String {
    let as_of = AsOf::parse("2026-11-02").unwrap();
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let reply = target::answer(&ENGINE, service, request.to_string().as_bytes(), &settings);
    let verdict = reply.found.get(rule).map(|found| found.verdict);
    let card = match &reply.answer {
        Answer::Cards(body) => cards(body).find(|card| is_card_of(card, rule)).map(Value::to_string),
        Answer::Refused { .. } => None,
    };
    format!("{verdict:?} {card:?}")
}

/// Another age and another gender than the patient's.
fn otherwise(patient: &Value) -> [(&'static str, &'static str); 2] {
    let is_young = patient["birthDate"].as_str().is_some_and(|day| day > "2008");
    let birth_date = if is_young { "1984-01-01" } else { "2018-01-01" };
    [("birthDate", birth_date), ("gender", if patient["gender"] == "male" { "female" } else { "male" })]
}

/// The rules whose answer to some case changes with an element of Patient.
#[test]
fn the_demographics_that_a_rule_uses_are_listed() {
    let suite = Suite::load(&root().join("fixtures"), None).unwrap();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for case in suite.cases.iter().filter(|case| case.file.config.is_none()) {
        let Some(service) = ENGINE.knowledge().service(&case.file.service) else { continue };
        let request = suite.call(case).unwrap().request(&service.prefetch);
        let Some(patient) = request.pointer("/prefetch/patient").filter(|patient| patient.is_object()) else {
            continue;
        };
        let is_known = |element: &str| used.get(element).is_some_and(|rules| rules.contains(&case.rule));
        let open: Vec<_> = otherwise(patient).into_iter().filter(|(element, _)| !is_known(element)).collect();
        let as_it_is = (!open.is_empty()).then(|| found(&service.id, &request, &case.rule));
        for (element, value) in open {
            let mut changed = request.clone();
            changed["prefetch"]["patient"][element] = json!(value);
            if Some(found(&service.id, &changed, &case.rule)) != as_it_is {
                used.entry(element.to_owned()).or_default().insert(case.rule.clone());
            }
        }
    }
    let listed: BTreeMap<String, BTreeSet<String>> = Safety::read(root())
        .unwrap()
        .demographics
        .into_iter()
        .map(|(element, rules)| (element, rules.into_iter().collect()))
        .collect();
    assert_eq!(listed, used, "docs/safety/demographics.json must say:\n{}", json!(used));
}

/// A rule whose code is at fault.
static FAILING: Rule = Rule {
    id: "possible-crs",
    file: "",
    topic: "possibleCrs",
    version: 1,
    reviewed: "2026-11-01",
    citations: &[],
    override_reasons: &[],
    needs: &[],
    observations: &[],
    numbers: &[],
    concerns: everyone,
    judge: fail,
};

fn fail(_: &cellwise_clinic::Case<'_>) -> Finding {
    panic!("a fault in a rule")
}

#[test]
fn a_rule_that_fails_is_named_and_the_others_stay() {
    let suite = Suite::load(&root().join("fixtures"), Some("car-t-precautions/met-child")).unwrap();
    let case = &suite.cases[0];
    let service = ENGINE.knowledge().service(&case.file.service).unwrap();
    let body = suite.call(case).unwrap().request(&service.prefetch).to_string();
    let settings =
        CallSettings { language: Language::ENGLISH, as_of: AsOf::parse(&case.file.as_of).unwrap(), accept_as_of: true };
    let judged = ENGINE.judge(&service.id, body.as_bytes(), &settings).unwrap();
    let knowledge = ENGINE.knowledge();
    let own = *rules::ALL.iter().find(|rule| rule.id == case.rule).unwrap();
    let evaluation = evaluate(
        &[&FAILING, own],
        &judged.request.chart,
        judged.request.hook,
        &Policy::default(),
        &knowledge.terminology,
        &knowledge.indications,
        Extent::Trees,
    );
    let judged = Judged { evaluation, ..judged };
    let answer = serde_json::to_value(ENGINE.respond(&judged, Language::ENGLISH).unwrap()).unwrap();
    let topics: Vec<&str> = answer["cards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|card| card["source"]["topic"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(topics, ["carTPrecautions", "unchecked"]);
    assert!(answer["cards"][1].to_string().contains("Possible cytokine release syndrome"), "{}", answer["cards"][1]);
}
