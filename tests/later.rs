//! What is put off while a request is read changes nothing that is said: where no rule has to look there, the answer is the one that
//! everything read at once gives.
//!
//! Over the calls of all cases, on every hook that their service has.

#![cfg(test)]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::Language;
use cellwise_record::{AsOf, Verdict};
use serde_json::{Value, json};

/// How many calls did not need what was put off, and how many did.
#[derive(Default)]
struct Count {
    spared: AtomicUsize,
    read: AtomicUsize,
}

/// What else than observations tells whom a rule can concern, as it is and without some of it: most charts have none of it.
const WITHOUT: [&[&str]; 4] = [
    &[],
    &["procedures", "serviceRequests"],
    &["conditions"],
    &["procedures", "serviceRequests", "conditions", "medicationRequests", "medicationStatements"],
];

/// How the elements of a resource follow one another: what tells whether it is put off may stand behind what has parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    AsWritten,
    Reversed,
}

/// Turns the members of every resource around.
fn reverse(request: &mut Value) {
    let Some(prefetch) = request.get_mut("prefetch").and_then(Value::as_object_mut) else { return };
    let entries = prefetch.values_mut().filter_map(|bundle| bundle.get_mut("entry")?.as_array_mut()).flatten();
    for resource in entries.filter_map(|entry| entry.get_mut("resource")?.as_object_mut()) {
        *resource = std::mem::take(resource).into_iter().rev().collect();
    }
}

/// What is wrong with the answers to the call of a case, without some of its data.
fn problems(
    engine: &Engine,
    suite: &Suite,
    case: &Case,
    (order, without): (Order, &[&str]),
    count: &Count,
) -> Option<String> {
    let service = engine.knowledge().service(&case.file.service)?;
    let mut request = suite.call(case).ok()?.request(&service.prefetch);
    let prefetch = request.get_mut("prefetch")?.as_object_mut()?;
    for (_, value) in prefetch.iter_mut().filter(|(key, _)| without.contains(&key.as_str())) {
        *value = Value::Null;
    }
    if order == Order::Reversed {
        reverse(&mut request);
    }
    let body = request.to_string();
    let as_of = AsOf::parse(&case.file.as_of)?;
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let (reading, later) = engine.read_sparing(&service.id, body.as_bytes(), &settings).ok()?;
    if later.is_empty() {
        return None;
    }
    let sparing = engine.evaluate_sparing(reading, later);
    let thorough = engine.read(&service.id, body.as_bytes(), &settings).and_then(|reading| engine.evaluate(reading));
    let (sparing, thorough) = match (sparing, thorough) {
        (Ok(sparing), Ok(thorough)) => (sparing, thorough),
        (Err(_), Err(_)) => return None,
        _ => return Some("only one of them is refused".to_owned()),
    };
    // What was read stands by its id, what stands in for it by a place.
    let is_spared = sparing.request.chart.observations.iter().any(|of| of.reference.starts_with('/'));
    let counted = if is_spared { &count.spared } else { &count.read };
    counted.fetch_add(1, Ordering::Relaxed);
    let said = |judged: &Judged<'_>| {
        let response = engine.respond(judged, Language::ENGLISH);
        format!("{:?}", response.map(|response| serde_json::to_string(&response).ok()))
    };
    if said(&sparing) != said(&thorough) {
        return Some(format!("{}\ninstead of\n{}", said(&sparing), said(&thorough)));
    }
    let verdicts = |judged: &Judged<'_>| -> Vec<Option<Verdict>> {
        judged.evaluation.outcomes.iter().map(|of| Some(of.finding.as_ref()?.verdict())).collect()
    };
    (verdicts(&sparing) != verdicts(&thorough)).then(|| "other verdicts".to_owned())
}

#[test]
fn what_is_put_off_changes_no_answer() {
    let engine = Engine::load().unwrap();
    let suite = Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap();
    let (count, next) = (Count::default(), AtomicUsize::new(0));
    let work = || {
        let mut found = Vec::new();
        while let Some(case) = suite.cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let as_written = WITHOUT.map(|without| (Order::AsWritten, without));
            for how in as_written.into_iter().chain([(Order::Reversed, WITHOUT[1])]) {
                let problem = problems(&engine, &suite, case, how, &count);
                found.extend(problem.map(|problem| format!("{} {how:?}: {problem}", case.id())));
            }
        }
        found
    };
    let problems: Vec<String> = thread::scope(|scope| {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let running: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let shown: Vec<&str> = problems.iter().take(10).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), shown.join("\n"));
    let (spared, read) = (count.spared.into_inner(), count.read.into_inner());
    assert!(spared > 100 && read > 100, "{spared} calls were spared what was put off, {read} read it");
}

#[test]
fn nothing_is_put_off_once_the_record_has_a_cell_therapy() {
    let engine = Engine::load().unwrap();
    let as_of = AsOf::parse("2026-11-02T09:00:00+01:00").unwrap();
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let is_put_off = |procedure: &str| {
        let coded = |kind: &str, system: &str, code: &str| {
            let code = json!({ "coding": [{ "system": system, "code": code }] });
            let resource = json!({ "resourceType": kind, "id": "a", "status": "final", "code": code });
            json!({ "resourceType": "Bundle", "entry": [{ "resource": resource }] })
        };
        let request = json!({
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": { "userId": "Practitioner/example", "patientId": "p1" },
            "prefetch": {
                "patient": { "resourceType": "Patient", "id": "p1" },
                "procedures": coded("Procedure", "http://snomed.info/sct", procedure),
                "observations": coded("Observation", "http://loinc.org", "8310-5"),
            },
        });
        let body = request.to_string();
        let (_, later) = engine.read_sparing("cell-therapy-follow-up", body.as_bytes(), &settings).unwrap();
        !later.is_empty()
    };
    let (appendectomy, car_t) = ("80146002", "1156961008");
    assert!(is_put_off(appendectomy));
    assert!(!is_put_off(car_t), "it would be read twice");
}
