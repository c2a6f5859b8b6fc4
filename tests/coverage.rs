//! What `cellwise fixtures --html` says about the cases is what they are: counted a second time, by the answers of the whole engine.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;

use cellwise::config::Config;
use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::coverage::Coverage;
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::policy::{LocalNumber, Policy};
use cellwise_clinic::{Number, numbers};
use cellwise_record::terminology::mapping::Mapping;
use cellwise_record::{AsOf, Verdict};

static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&root().join("fixtures"), None).unwrap());
static COVERAGE: LazyLock<Coverage> = LazyLock::new(|| {
    let jobs = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    Coverage::of(&SUITE, &Engine::load().unwrap(), jobs).unwrap()
});

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The engine that a case is judged by, with one number changed.
fn engine(case: &Case, changed: Option<(&'static Number, f64)>) -> Engine {
    let plain = Engine::load().unwrap();
    let (mut policy, mapping) = match case.config_path() {
        None => (Policy::default(), Mapping::default()),
        Some(path) => {
            let config = Config::read_for_judging(&path, plain.knowledge()).unwrap();
            (config.policy, config.mapping)
        }
    };
    if let Some((number, value)) = changed {
        policy.numbers.retain(|local| local.number != number);
        policy.numbers.push(LocalNumber { number, value, citation: String::new() });
    }
    plain.under(policy, &mapping).unwrap()
}

/// What a case's own rule comes to: its rows with verdicts, what is shown of them and their evidence; how urgent its card is and what
/// it is about; the numbers that it rests on. `None` when the request is refused.
type Judged =
    (Vec<(&'static str, Verdict, Verdict, Vec<String>)>, Option<(&'static str, String)>, BTreeSet<&'static str>);

fn judged(case: &Case, engine: &Engine) -> Option<Judged> {
    let service = engine.knowledge().service(&case.file.service)?;
    let body = SUITE.call(case).unwrap().request(&service.prefetch).to_string();
    let as_of = AsOf::parse_at(&case.file.as_of, engine.zone()).unwrap();
    let settings = CallSettings { language: case.file.language, as_of, accept_as_of: true };
    let judged = engine.judge(&service.id, body.as_bytes(), &settings).ok()?;
    let outcome = judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == case.rule)?;
    let finding = outcome.finding.as_ref().unwrap();
    let rows = finding.criteria.rows().into_iter().map(|row| {
        let evidence = row.shown().evidence().iter().map(|entry| entry.reference.clone()).collect();
        (row.text.id, row.answer.verdict(), row.shown().verdict(), evidence)
    });
    let card =
        finding.card.as_ref().map(|card| (card.summary.id, format!("{:?} {}", card.indicator, card.suggestions.len())));
    Some((rows.collect(), card, outcome.used.ids().collect()))
}

#[test]
fn criteria_and_cards_are_counted_as_they_are() {
    let plain = Engine::load().unwrap();
    let mut rows: BTreeMap<(&str, &str), [usize; 3]> = BTreeMap::new();
    let mut cards: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut cases: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &SUITE.cases {
        let own = case.config_path().map(|_| engine(case, None));
        let Some((of_case, card, _)) = judged(case, own.as_ref().unwrap_or(&plain)) else { continue };
        *cases.entry(&case.rule).or_default() += 1;
        for (place, verdict) in [Verdict::Met, Verdict::NotMet, Verdict::Unknown].into_iter().enumerate() {
            let with: BTreeSet<&str> = of_case.iter().filter(|row| row.1 == verdict).map(|row| row.0).collect();
            for id in with {
                rows.entry((&case.rule, id)).or_default()[place] += 1;
            }
        }
        if let Some((summary, _)) = card {
            *cards.entry((&case.rule, summary)).or_default() += 1;
        }
    }
    let mut counted: BTreeMap<(&str, &str), [usize; 3]> = BTreeMap::new();
    let mut shown: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for of in &COVERAGE.rules {
        assert_eq!(Some(&of.cases), cases.get(of.rule.id), "{}", of.rule.id);
        counted
            .extend(of.criteria.iter().map(|row| ((of.rule.id, row.id.as_str()), [row.met, row.not_met, row.unknown])));
        shown.extend(of.cards.iter().map(|card| ((of.rule.id, card.id.as_str()), card.cases)));
    }
    counted.retain(|_, counts| *counts != [0; 3]);
    shown.retain(|_, count| *count > 0);
    assert_eq!(counted, rows);
    assert_eq!(shown, cards);
    assert!(rows.len() > 150 && cards.len() > 150, "{} criteria, {} cards", rows.len(), cards.len());
}

/// Of every rule a case, of each a number that decides and one that does not: the whole engine under the changed number comes to something else where the
/// coverage says so, and nowhere else.
#[test]
fn a_case_lies_on_the_side_that_the_coverage_says() {
    let (mut asked, mut found) = (0, 0);
    for of in &COVERAGE.rules {
        let cases = SUITE.cases.iter().filter(|case| case.rule == of.rule.id && case.file.config.is_none());
        for case in cases.step_by(17).take(1) {
            let Some(before) = judged(case, &engine(case, None)) else { continue };
            let used = || numbers::ALL.iter().copied().filter(|number| before.2.contains(number.id));
            let has_side = |number: &&'static Number| {
                let of = of.numbers.iter().find(|of| of.number == *number).unwrap();
                let names = [&of.below.near, &of.below.far, &of.above.near, &of.above.far];
                names.into_iter().any(|names| names.contains(&case.name))
            };
            let (deciding, idle) = (used().find(has_side), used().find(|number| !has_side(number)));
            for number in deciding.into_iter().chain(idle) {
                let counted = of.numbers.iter().find(|counted| counted.number == number).unwrap();
                let changes = |value: f64| {
                    let after = judged(case, &engine(case, Some((number, value)))).unwrap();
                    (&after.0, &after.1) != (&before.0, &before.1)
                };
                let has = |names: &[String]| names.contains(&case.name);
                for (side, far) in [(&counted.below, number.within.0), (&counted.above, number.within.1)] {
                    let is_possible = (far - number.default).abs() > f64::EPSILON;
                    let is_counted = has(&side.near) || has(&side.far);
                    // What changes by a step may change back farther away.
                    if is_possible && !has(&side.near) {
                        assert_eq!(has(&side.far), changes(far), "{}: {} at {far}", case.id(), number.id);
                    }
                    asked += 1;
                    found += usize::from(is_counted);
                }
                if number.is_whole() {
                    for (side, step) in [(&counted.below, -1.0), (&counted.above, 1.0)] {
                        let value = number.default + step;
                        if (number.within.0..=number.within.1).contains(&value) {
                            assert_eq!(has(&side.near), changes(value), "{}: {} at {value}", case.id(), number.id);
                        }
                    }
                }
            }
        }
    }
    assert!(asked > 80 && found > 15, "{found} of {asked}");
}

/// Known pairs of cases on either side of a limit are found there.
#[test]
fn a_pair_of_cases_is_on_both_sides() {
    let of = COVERAGE.rules.iter().find(|of| of.rule.id == "ahsct-eligibility").unwrap();
    let number = of.numbers.iter().find(|of| of.number.id == "minimum-therapy-months").unwrap();
    assert!(number.is_covered(), "{number:?}");
    assert!(number.above.near.iter().any(|name| name == "met-exposure-exactly-six-months"), "{number:?}");
}
