//! One answer to a question: whatever rules of a response speak of the same thing say the same of it.
//!
//! 1. Rows that read alike have the same verdict, the same evidence and the same gaps.
//! 2. An entry of the record has one name and one date.
//! 3. Data that did not come through is called the same everywhere: not supplied, failed or incomplete.
//!
//! Over all cases, as they are, and with one of their prefetch keys taken out or failed.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::suite::Suite;
use cellwise::texts::Place;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Finding, Language};
use cellwise_record::{AsOf, Evidence, Gap, GapKind};
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> =
    LazyLock::new(|| Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap());

/// What was said first, by what it is about: whoever says something else disagrees.
#[derive(Default)]
struct Said(BTreeMap<String, (&'static str, String)>);

impl Said {
    fn compare(&mut self, rule: &'static str, about: String, what: String, problems: &mut BTreeSet<String>) {
        match self.0.get(&about) {
            Some((first, said)) if *said != what => {
                problems.insert(format!("{about}\n    {first}: {said}\n    {rule}: {what}"));
            }
            Some(_) => {}
            None => drop(self.0.insert(about, (rule, what))),
        }
    }
}

fn gap(gap: &Gap) -> String {
    let reference = gap.reference.as_deref().unwrap_or_default();
    format!("{} in {} {reference}", gap.kind.name(), gap.source.key())
}

/// What leaves a row open. One that is open for an entry is so whatever was not delivered beside it: a question about the entry
/// names the entry alone.
fn gaps_of(gaps: &[Gap]) -> BTreeSet<String> {
    let is_of_entry = gaps.iter().any(|gap| gap.reference.is_some());
    gaps.iter().filter(|gap| !is_of_entry || !gap.kind.is_delivery()).map(gap).collect()
}

/// What the rules of one response disagree about.
fn disagreements(judged: &Judged<'_>) -> BTreeSet<String> {
    let mut problems = BTreeSet::new();
    let [mut rows, mut entries, mut dates, mut kinds] = [const { Said(BTreeMap::new()) }; 4];
    let mut labels = BTreeSet::new();
    for outcome in &judged.evaluation.outcomes {
        let rule = outcome.rule.id;
        let Some(finding) = &outcome.finding else { continue };
        for row in finding.criteria.rows() {
            let texts = &ENGINE.knowledge().texts;
            let text = texts.say(rule, Language::ENGLISH, &Policy::default(), Place::Summary, &row.text);
            let answer = &row.answer;
            // An entry that is open is named as a gap; a question about it shows it as evidence, too.
            let is_gap = |of: &&str| answer.gaps().iter().any(|gap| gap.reference.as_deref() == Some(*of));
            let evidence = answer.evidence().iter().map(|of| of.reference.as_str());
            let evidence: BTreeSet<&str> = evidence.filter(|of| !is_gap(of)).collect();
            let what = format!("{:?} by {evidence:?}, open {:?}", answer.verdict(), gaps_of(answer.gaps()));
            // Each row of a label asks about its own disease, and of each vaccine that is ordered the same is asked: in one tree the
            // same words stand for several questions.
            let label = match rule {
                "car-t-eligibility" => "of a label ",
                "live-vaccine-after-cell-therapy" => "of an order ",
                _ => "",
            };
            if label.is_empty() || labels.insert(text.clone()) {
                rows.compare(rule, format!("{label}row `{text}`"), what, &mut problems);
            }
            for Evidence { reference, what, period, how, .. } in answer.evidence() {
                // The reason of an order is no name of the order.
                let part = how.filter(|how| how.ends_with("-reason")).unwrap_or("entry");
                // A panel has several values, each with its name.
                let part = format!("{part} {}", what.rsplit_once(": ").map_or("", |(name, _)| name));
                entries.compare(rule, format!("{part} {reference}"), what.clone(), &mut problems);
                // The day of a diagnosis is not shown with its present status.
                if let Some(period) = period {
                    dates.compare(rule, format!("{part} {reference}"), format!("{period:?}"), &mut problems);
                }
            }
        }
        for gap in gaps_anywhere(finding).filter(|gap| gap.kind.is_delivery() && gap.reference.is_none()) {
            let known = judged.request.chart.sources().gaps_of(gap.source);
            let known: BTreeSet<GapKind> = known.iter().map(|gap| gap.kind).filter(|kind| kind.is_delivery()).collect();
            if !known.contains(&gap.kind) {
                problems.insert(format!("{rule}: {} is {}, not {known:?}", gap.source.key(), gap.kind.name()));
            }
            kinds.compare(rule, format!("kind {}", gap.source.key()), format!("{known:?}"), &mut problems);
        }
    }
    problems
}

fn gaps_anywhere(finding: &Finding) -> impl Iterator<Item = &Gap> {
    let rows = finding.criteria.rows().into_iter();
    finding.gaps().iter().chain(rows.flat_map(|row| row.answer.gaps().iter().chain(row.shown().gaps())))
}

/// The request as it is, without one of its keys, and with one that failed; which one depends on the place of the case.
fn requests(request: &Value, place: usize) -> Vec<Value> {
    let keys: Vec<String> = request["prefetch"].as_object().unwrap().keys().cloned().collect();
    let mut requests = vec![request.clone()];
    if let Some(key) = keys.get(place % keys.len().max(1)) {
        let mut withheld = request.clone();
        withheld["prefetch"].as_object_mut().unwrap().remove(key);
        let mut failed = request.clone();
        let outcome =
            json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "exception" }] });
        failed["prefetch"][key] = outcome;
        requests.extend([withheld, failed]);
    }
    requests
}

#[test]
fn the_rules_of_a_response_agree() {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let problems: BTreeSet<String> = thread::scope(|scope| {
        let running: Vec<_> = (0..processors)
            .map(|_| {
                scope.spawn(|| {
                    let mut problems = BTreeSet::new();
                    loop {
                        let place = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(case) = SUITE.cases.get(place) else { break problems };
                        let service = ENGINE.knowledge().service(&case.file.service).unwrap();
                        let request = SUITE.call(case).unwrap().request(&service.prefetch);
                        for request in requests(&request, place) {
                            let settings = CallSettings {
                                language: Language::ENGLISH,
                                as_of: AsOf::parse(&case.file.as_of).unwrap(),
                                accept_as_of: true,
                            };
                            let body = request.to_string();
                            let Ok(judged) = ENGINE.judge(&service.id, body.as_bytes(), &settings) else { continue };
                            let found = disagreements(&judged).into_iter();
                            problems.extend(found.map(|problem| format!("{}: {problem}", case.id())));
                        }
                    }
                })
            })
            .collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let shown: Vec<&str> = problems.iter().take(40).map(String::as_str).collect();
    assert!(problems.is_empty(), "{} disagreements:\n{}", problems.len(), shown.join("\n"));
}
