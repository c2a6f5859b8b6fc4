//! What must hold for the full answer to every case of the suite.
//!
//! 1. The verdict on a card equals the value of the tree of criteria beside it.
//! 2. What a card suggests is strict FHIR R4.
//! 3. The examples of `fixtures/wire` show every shape that an answer can have.
//! 4. As text, a changed word on the card of the own rule is one changed line, and no line on another's.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;

use cellwise::engine::Engine;
use cellwise::fixtures::case::Case;
use cellwise::fixtures::check::{cards, is_card_of, records_of};
use cellwise::fixtures::expected::readable;
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::{Answer, Target};
use cellwise_clinic::Language;
use cellwise_record::Verdict;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&fixtures(), None).unwrap());

/// Every case with its answer, asked once for all tests.
static ANSWERS: LazyLock<Vec<(&'static Case, Answer)>> = LazyLock::new(|| {
    let target = Target::Engine(&ENGINE);
    let answer = |case: &'static Case| (case, target.ask(case, &SUITE.call(case).unwrap()).unwrap().answer);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts = SUITE.cases.chunks(SUITE.cases.len().div_ceil(processors));
        let running: Vec<_> = parts.map(|part| scope.spawn(|| part.iter().map(answer).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
});

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// Every case that got cards, with the body of its answer.
fn bodies() -> impl Iterator<Item = (&'static Case, &'static Value)> {
    ANSWERS.iter().filter_map(|(case, answer)| match answer {
        Answer::Cards(body) => Some((*case, body)),
        Answer::Refused { .. } => None,
    })
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

fn verdict(of: &Value) -> Verdict {
    serde_json::from_value(of["verdict"].clone()).unwrap()
}

/// The value of a tree of criteria. What is marked as `aside` decides nothing.
fn value_of(criteria: &Value) -> Verdict {
    let deciding =
        |group: &str| criteria.get(group).map(|parts| parts.as_array().unwrap().iter().filter(|part| decides(part)));
    if let Some(parts) = deciding("all") {
        return parts.map(value_of).fold(Verdict::Met, Verdict::and);
    }
    if let Some(parts) = deciding("any") {
        return parts.map(value_of).fold(Verdict::NotMet, Verdict::or);
    }
    criteria.get("unless").map_or_else(|| verdict(criteria), |part| !value_of(part))
}

fn decides(criteria: &Value) -> bool {
    criteria.get("unless").map_or_else(|| criteria.get("aside").is_none(), decides)
}

#[test]
fn the_verdict_is_the_value_of_the_tree() {
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut judged = 0;
    for (case, body) in bodies() {
        for (rule, record) in cards(body).flat_map(records_of) {
            let Some(criteria) = record.get("criteria") else { continue };
            let (said, value) = (verdict(record), value_of(criteria));
            judged += 1;
            if said != value {
                let problem = format!("{}: {rule} says {said:?}, its tree is {value:?}", case.id());
                wrong.entry(rule).or_default().push(problem);
            }
        }
    }
    assert!(judged > 1000, "only {judged} trees were seen");
    report(&wrong.into_values().flatten().collect::<Vec<_>>());
}

/// Every answer of the suite follows the schema; that the schema can refuse an evaluation is tried here.
#[test]
fn an_evaluation_of_another_shape_is_refused() {
    let leaf = json!({ "id": "criterion-a", "verdict": "met" });
    let with = |criteria: Value| {
        let evaluation = json!({
            "rule": "dmso-allergy", "version": 1, "verdict": "met", "asOf": "2026-11-02T09:00:00+01:00", "criteria": criteria
        });
        let card = json!({
            "summary": "s", "indicator": "info", "source": { "label": "l" },
            "extension": { "dev.cellwise.evaluation": evaluation, "org.example.other": { "rule": 5 } }
        });
        json!({ "cards": [card] })
    };
    let problems = |response: &Value| ENGINE.knowledge().schemas.check_response(response);
    let tree = json!({ "all": [leaf, { "any": [leaf, { "unless": leaf }] }] });
    assert_eq!(problems(&with(tree)), []);
    for criteria in [
        json!({ "all": [] }),
        json!({ "all": [leaf], "any": [leaf] }),
        json!({ "none": [leaf] }),
        json!({ "unless": [leaf] }),
        json!({ "any": [{ "id": "criterion-a" }] }),
        json!({ "id": "criterion-a", "verdict": "maybe" }),
        json!({ "id": "criterion-a", "verdict": "met", "aside": false }),
        json!({ "id": "criterion-a", "verdict": "met", "evidence": [{ "what": "w" }] }),
        json!({ "id": "criterion-a", "verdict": "unknown", "gaps": [{ "kind": "lost", "source": "procedures" }] }),
        json!({ "id": "criterion-a", "verdict": "met", "colour": "red" }),
    ] {
        assert!(!problems(&with(criteria.clone())).is_empty(), "{criteria}");
    }
    let mut response = with(leaf);
    response["cards"][0]["extension"]["dev.cellwise.evaluation"]["asOf"] = json!("today");
    assert_eq!(problems(&response).len(), 1);
}

/// The typed model is the second opinion on everything that a card suggests.
#[test]
fn suggested_resources_are_strict_fhir_r4() {
    let mut problems = Vec::new();
    let mut checked = 0;
    for (case, body) in bodies() {
        let mut resources = Vec::new();
        each_member(body, "", &mut |_, key, value| {
            if key == "resource" {
                resources.push(value.to_string());
            }
        });
        checked += resources.len();
        let checks = resources.iter().filter_map(|resource| cellwise_fhir_model::check(resource).err());
        problems.extend(checks.map(|error| format!("{}: {error}", case.id())));
    }
    assert!(checked > 500, "only {checked} suggested resources were seen");
    report(&problems);
}

/// Tells `tell` every member of every object: the key that the object stands under, the member's key, its value.
fn each_member<'v>(value: &'v Value, under: &'v str, tell: &mut dyn FnMut(&'v str, &'v str, &'v Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| each_member(item, under, tell)),
        Value::Object(members) => {
            for (key, member) in members {
                tell(under, key, member);
                each_member(member, key, tell);
            }
        }
        _ => {}
    }
}

/// What can be seen of the shape of an answer: members, the words that come from a short list, whose cards and how many.
fn shapes(case: &Case, answer: &Answer) -> BTreeSet<String> {
    let mut shapes = BTreeSet::new();
    match answer {
        Answer::Refused { status, .. } => drop(shapes.insert(format!("status {status}"))),
        Answer::Cards(body) => {
            each_member(body, "", &mut |under, key, value| {
                shapes.insert(format!("`{key}` in `{under}`"));
                if ["indicator", "verdict", "shown", "kind", "type", "resourceType"].contains(&key) {
                    shapes.insert(format!("{key} {value}"));
                }
                if under == "topic" && key == "code" {
                    shapes.insert(format!("a card of {value}"));
                }
            });
            shapes.insert(format!("{} cards", ["no", "one"].get(cards(body).count()).unwrap_or(&"several")));
            if cards(body).any(|card| is_card_of(card, &case.rule)) {
                shapes.insert(format!("the own card in a case of {}", case.rule));
            }
        }
    }
    if case.file.language != Language::ENGLISH {
        shapes.insert(format!("the language {}", case.file.language.code()));
    }
    shapes
}

#[test]
fn the_wire_examples_show_every_shape() {
    let files = fs::read_dir(fixtures().join("wire")).unwrap().count();
    let (examples, others): (Vec<_>, Vec<_>) = ANSWERS.iter().partition(|(case, _)| case.wire_path().exists());
    assert_eq!(examples.len(), files, "every file of fixtures/wire belongs to a case");
    let mut shown: BTreeSet<String> = examples.iter().flat_map(|(case, answer)| shapes(case, answer)).collect();
    let mut problems = Vec::new();
    for (case, answer) in others {
        for shape in shapes(case, answer) {
            if shown.insert(shape.clone()) {
                problems.push(format!("no example has {shape}; {} has", case.id()));
            }
        }
    }
    report(&problems);
}

/// An answer with one text changed, for every text of a card that people read.
fn changed(body: &Value, position: usize) -> Vec<Value> {
    let mut changed = Vec::new();
    let mut change = |place: &str, change: &dyn Fn(&str) -> String| {
        let mut body = body.clone();
        if let Some(text) = body.pointer_mut(&format!("/cards/{position}{place}")) {
            *text = Value::String(change(text.as_str().unwrap()));
            changed.push(body);
        }
    };
    for place in
        ["/summary", "/source/label", "/source/topic/display", "/overrideReasons/1/display", "/suggestions/0/label"]
    {
        change(place, &|text| format!("{text} changed"));
    }
    let detail = body["cards"][position]["detail"].as_str().unwrap();
    for (number, line) in detail.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        change("/detail", &|detail| {
            let mut lines: Vec<&str> = detail.lines().collect();
            let other = line.replacen(' ', " changed ", 1) + "changed";
            lines[number] = &other;
            lines.join("\n")
        });
    }
    changed
}

#[test]
fn a_changed_word_is_one_changed_line() {
    let mut tried = 0;
    for (case, body) in bodies().filter(|(case, _)| case.wire_path().exists()) {
        let read = |body: &Value| readable(&case.rule, &Answer::Cards(body.clone()));
        let before = read(body);
        for (position, card) in cards(body).enumerate() {
            assert!(!before.contains(card["uuid"].as_str().unwrap()), "{}", case.id());
            let is_shown = is_card_of(card, &case.rule) || card["source"]["topic"]["code"] == "unchecked";
            for body in changed(body, position) {
                let after = read(&body);
                assert_eq!(before.lines().count(), after.lines().count(), "{}", case.id());
                let lines = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
                assert_eq!(lines, usize::from(is_shown), "{}:\n{after}", case.id());
                tried += 1;
            }
        }
    }
    assert!(tried > 300, "only {tried} changes were tried");
}
