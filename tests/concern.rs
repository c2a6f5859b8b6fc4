//! A rule that can't concern the patient is not asked: it would have been a known no, without a card.
//!
//! Over the charts of all cases, on every hook, for every rule; `tests/invariants.rs` does the same for each way in which it takes
//! something away.

#![cfg(test)]

use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::evaluation::{Evaluation, Extent, Outcome, evaluate};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Hook, Language, rules};
use cellwise_record::{AsOf, Chart, Verdict};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> =
    LazyLock::new(|| Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap());

fn evaluation(chart: &Chart, hook: Hook, extent: Extent) -> Evaluation {
    let knowledge = ENGINE.knowledge();
    let (terminology, indications) = (&knowledge.terminology, &knowledge.indications);
    evaluate(rules::ALL, chart, hook, &Policy::default(), terminology, indications, extent)
}

/// Whether a rule was not asked.
fn is_spared(outcome: &Outcome) -> bool {
    outcome.finding.as_ref().is_some_and(|finding| finding.criteria.rows().is_empty())
}

/// Counts the rules that did not concern a chart, and notes what they had to say all the same.
fn try_chart(chart: &Chart, spared: &AtomicUsize, problems: &mut Vec<String>) {
    for hook in Hook::ALL {
        let (sparing, thorough) = (evaluation(chart, hook, Extent::Cards), evaluation(chart, hook, Extent::Trees));
        for (outcome, asked) in sparing.outcomes.iter().zip(&thorough.outcomes).filter(|(of, _)| is_spared(of)) {
            spared.fetch_add(1, Ordering::Relaxed);
            let found = asked.finding.as_ref();
            let is_no = found.is_some_and(|found| found.verdict() == Verdict::NotMet && found.card.is_none());
            if !is_no {
                problems.push(format!("{} on {}: {found:?}", outcome.rule.id, hook.name()));
            }
        }
    }
}

#[test]
fn a_rule_that_does_not_concern_is_a_known_no_without_a_card() {
    let (spared, next) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut problems = Vec::new();
        while let Some(case) = SUITE.cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let service = ENGINE.knowledge().service(&case.file.service).unwrap();
            let body = SUITE.call(case).unwrap().request(&service.prefetch).to_string();
            let as_of = AsOf::parse(&case.file.as_of).unwrap();
            let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
            let Ok(judged) = ENGINE.judge(&service.id, body.as_bytes(), &settings) else { continue };
            let mut of_case = Vec::new();
            try_chart(&judged.request.chart, &spared, &mut of_case);
            problems.extend(of_case.into_iter().map(|problem| format!("{}: {problem}", case.id())));
        }
        problems
    };
    let problems: Vec<String> = thread::scope(|scope| {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let running: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let shown: Vec<&str> = problems.iter().take(40).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), shown.join("\n"));
    assert!(spared.into_inner() > SUITE.cases.len(), "hardly a rule was spared");
}
