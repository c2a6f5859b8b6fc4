//! The picture of a patient's course, over all cases: its marks are the evidence of the evaluation, its holes its gaps, its bands
//! the times that the rules count; each has its words in every language.

#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use cellwise::config::Config;
use cellwise::course::{self, Course};
use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::suite::Suite;
use cellwise::hooks::response::{EXTENSION, Response};
use cellwise::texts::COURSE;
use cellwise_clinic::Language;
use cellwise_record::{AsOf, Evidence, EvidencePeriod, Verdict};
use serde_json::Value;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&root().join("fixtures"), None).unwrap());

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What an entry is known by on a card: where it stands, what it says, when.
type Entry = (String, String, Option<String>, Option<String>);

fn entry(evidence: &Evidence) -> Entry {
    let (start, end) = match evidence.period {
        Some(EvidencePeriod::On(day)) => (Some(day.to_string()), None),
        Some(EvidencePeriod::Course { from, to }) => (Some(from.to_string()), to.map(|to| to.to_string())),
        None => (None, None),
    };
    (evidence.reference.clone(), evidence.what.clone(), start, end)
}

type Calls<'e> = Vec<(Judged<'e>, Option<Response>)>;

/// Judges a case by the rules of its service and draws its course.
fn drawn<'e>(engine: &'e Engine, case: &Case) -> Option<(Calls<'e>, Course)> {
    let service = engine.knowledge().service(&case.file.service)?;
    let body = SUITE.call(case).unwrap().request(&service.prefetch).to_string();
    let as_of = AsOf::parse(&case.file.as_of).unwrap();
    let settings = CallSettings { language: case.file.language, as_of, accept_as_of: true };
    let judged = engine.judge(&service.id, body.as_bytes(), &settings).ok()?;
    let answer = engine.respond(&judged, case.file.language).ok();
    let calls = vec![(judged, answer)];
    let course = Course::of(engine, &calls)?;
    Some((calls, course))
}

/// The cases that are judged by the numbers of the sources, each with its course.
static DRAWN: LazyLock<Vec<(&Case, Calls<'_>, Course)>> = LazyLock::new(|| {
    let cases = SUITE.cases.iter().filter(|case| case.file.config.is_none());
    cases.filter_map(|case| drawn(&ENGINE, case).map(|(calls, course)| (case, calls, course))).collect()
});

fn every_case(mut look: impl FnMut(&Case, &[(Judged<'_>, Option<Response>)], &Course)) {
    assert!(DRAWN.len() > 1000, "{} cases were drawn", DRAWN.len());
    DRAWN.iter().for_each(|(case, calls, course)| look(case, calls, course));
}

#[test]
fn the_marks_are_the_evidence() {
    every_case(|case, calls, course| {
        let outcomes = calls.iter().flat_map(|(judged, _)| &judged.evaluation.outcomes);
        let rows = outcomes.flat_map(|outcome| &outcome.finding).flat_map(|finding| finding.criteria.rows());
        let evidence: BTreeSet<Entry> = rows.flat_map(|row| row.shown().evidence()).map(entry).collect();
        let (dated, undated): (BTreeSet<Entry>, BTreeSet<Entry>) =
            evidence.into_iter().partition(|(_, _, start, _)| start.is_some());
        let marks: BTreeSet<Entry> = course.marks().map(|mark| entry(&mark.evidence)).collect();
        assert_eq!(marks, dated, "{}", case.id());
        let without: BTreeSet<Entry> = course.undated.iter().map(|mark| entry(&mark.evidence)).collect();
        assert_eq!(without, undated, "{}", case.id());
    });
}

/// Every dated entry of the machine-readable part of a card: what a client could draw by itself.
fn on_the_wire(value: &Value, found: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let (Some(reference), Some(start)) = (members.get("reference"), members.get("start")) {
                found.insert((reference.as_str().unwrap().to_owned(), start.as_str().unwrap().to_owned()));
            }
            members.values().for_each(|member| on_the_wire(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| on_the_wire(item, found)),
        _ => {}
    }
}

#[test]
fn what_a_card_says_to_machines_is_in_the_picture_and_the_cards_are_its_flags() {
    every_case(|case, calls, course| {
        let mut wire = BTreeSet::new();
        let cards: Vec<Value> = calls
            .iter()
            .filter_map(|(_, answer)| answer.as_ref())
            .flat_map(|answer| &answer.cards)
            .map(|card| serde_json::to_value(card).unwrap())
            .collect();
        for card in &cards {
            on_the_wire(&card["extension"][EXTENSION], &mut wire);
        }
        let marks: BTreeSet<(String, String)> =
            course.marks().map(|mark| entry(&mark.evidence)).map(|(of, _, start, _)| (of, start.unwrap())).collect();
        let missing: Vec<_> = wire.difference(&marks).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", case.id());
        let of_cards: BTreeSet<&str> = cards.iter().filter_map(|card| card["summary"].as_str()).collect();
        let flags: BTreeSet<&str> = course.flags.iter().map(|flag| flag.summary.as_str()).collect();
        assert_eq!(flags, of_cards, "{}", case.id());
    });
}

#[test]
fn what_leaves_a_rule_open_is_a_hole() {
    every_case(|case, calls, course| {
        let holes: Vec<_> = course.all_holes().map(|hole| &hole.gap).collect();
        for outcome in calls.iter().flat_map(|(judged, _)| &judged.evaluation.outcomes) {
            let Some(finding) = outcome.finding.as_ref().filter(|of| of.verdict() == Verdict::Unknown) else {
                continue;
            };
            for gap in finding.criteria.rows().iter().flat_map(|row| row.shown().gaps()) {
                assert!(
                    holes.contains(&gap),
                    "{}: {} has a gap that is not drawn: {gap:?}",
                    case.id(),
                    outcome.rule.id
                );
            }
        }
    });
}

#[test]
fn the_bands_are_the_times_that_rules_count_and_each_has_words() {
    let texts = &ENGINE.knowledge().texts;
    let mut counted = BTreeSet::new();
    every_case(|case, calls, course| {
        let spans = calls.iter().flat_map(|(judged, _)| &judged.evaluation.outcomes).flat_map(|outcome| &outcome.spans);
        let spans: BTreeSet<_> = spans.map(|span| (span.number.id, span.from.first, span.until.last)).collect();
        let bands: BTreeSet<_> =
            course.bands.iter().map(|band| (band.span.number.id, band.span.from.first, band.span.until.last)).collect();
        assert_eq!(bands, spans, "{}", case.id());
        for (number, from, until) in bands {
            assert!(from <= until, "{}: {number}", case.id());
            assert!(texts.has(COURSE, &format!("span-{number}")), "{}: no words for `{number}`", case.id());
            counted.insert(number);
        }
        for limit in course.rows.iter().flat_map(|row| &row.limits) {
            assert!(texts.has(COURSE, &format!("limit-{}", limit.id)), "{}: no words for `{}`", case.id(), limit.id);
        }
    });
    for number in
        ["no-driving-days", "prophylaxis-months-after-car-t", "no-live-vaccine-months", "condom-months-after-car-t"]
    {
        assert!(counted.contains(number), "no case counts {number}");
    }
}

/// A page that is complete: nothing of another server, no script, and no word that is missing.
#[test]
fn every_page_stands_by_itself() {
    let mut rules = BTreeSet::new();
    every_case(|case, _, course| {
        // A page takes a while: one case of each rule and kind.
        let kind = case.name.split('-').next().unwrap_or_default();
        if !rules.insert((case.rule.clone(), kind.to_owned())) {
            return;
        }
        for language in Language::ALL {
            let page = course::document(&ENGINE, course, *language);
            for forbidden in ["<script", " src=", "@import", "<link", " onclick=", " style="] {
                assert!(!page.contains(forbidden), "{}: {forbidden}", case.id());
            }
            for missing in [">course-", ">span-", ">limit-", ">gap-", "\"course-limit", "{ $"] {
                let place = page.find(missing);
                assert_eq!(place.and_then(|at| page.get(at..at + 60)), None, "{}", case.id());
            }
            let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let distinct: BTreeSet<&&str> = ids.iter().collect();
            assert_eq!(distinct.len(), ids.len(), "{}: an id stands twice", case.id());
            for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(distinct.contains(&target), "{}: nothing has the id {target}", case.id());
            }
        }
    });
}

/// A hospital's own number moves the limit and the band that rest on it.
#[test]
fn local_numbers_are_drawn() {
    let config = "[[number]]\nnumber = \"low-igg\"\nvalue = 5.5\ncitation = \"local\"\n\
                  [[number]]\nnumber = \"no-driving-days\"\nvalue = 70\ncitation = \"local\"\n";
    let plain = Engine::load().unwrap();
    let config = Config::of_text(config, plain.knowledge()).unwrap();
    let local = plain.under(config.policy, &config.mapping).unwrap();
    let case =
        SUITE.cases.iter().find(|case| case.rule == "immunoglobulin-after-car-t" && case.name.starts_with("met-"));
    let (_, standard) = drawn(&ENGINE, case.unwrap()).unwrap();
    let (_, own) = drawn(&local, case.unwrap()).unwrap();
    let driving = |course: &Course| {
        let band = course.bands.iter().find(|band| band.span.number.id == "no-driving-days").unwrap();
        band.span.from.days_until(&band.span.until)
    };
    assert_eq!((driving(&standard), driving(&own)), (56, 70));
    let page = course::document(&local, &own, Language::ENGLISH);
    assert!(page.contains("low: 5.5 g/L (this hospital)"), "the local limit is not drawn");
}

#[test]
fn a_pasted_configuration_names_no_files() {
    let errors = Config::of_text("terminology = [\"/etc/codes.csv\"]\n", ENGINE.knowledge()).unwrap_err();
    let said: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|error| error.contains("a configuration that is pasted names no files")), "{said:?}");
}
