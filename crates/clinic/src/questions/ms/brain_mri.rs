//! MRI of the brain: what the entries of one day say together about new activity.
//!
//! A report says that a scan was made, counts and coded conclusions say what it showed. They belong together by their day.

use crate::questions::Case;
use crate::questions::ms::exposure::Event;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Moment, Source, Verdict};

/// The MRIs of one day.
#[derive(Clone, Debug)]
pub struct BrainMri {
    /// The day, as precise as it is known.
    pub when: Option<Moment>,
    /// Whether it shows new activity: a new or enlarging T2 lesion, or an enhancing one. A known no needs both.
    pub activity: Verdict,
    /// The entries that say so; all entries of the day when nothing is active.
    pub evidence: Vec<Evidence>,
    /// Where the first of them is recorded.
    pub source: Source,
}

impl BrainMri {
    /// Its entries as dated events.
    pub fn events(&self) -> impl Iterator<Item = Event> {
        self.evidence.iter().map(|evidence| Event { when: self.when, source: self.source, evidence: evidence.clone() })
    }

    /// The gap that it leaves while its findings are not coded.
    #[must_use]
    pub fn uncoded(&self) -> Option<Gap> {
        let first = self.evidence.first()?;
        Some(Gap::at(GapKind::Uncoded, self.source, &first.reference, &first.what))
    }
}

/// One entry about an MRI.
struct Entry {
    when: Option<Moment>,
    source: Source,
    lesions: Verdict,
    enhancing: Verdict,
    evidence: Evidence,
}

/// What an observation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    /// New or enlarging T2 lesions.
    Lesions,
    /// Enhancing lesions.
    Enhancing,
    /// Either.
    Activity,
    /// The scan itself: "abnormal" does not say that anything is new; only a coded answer can.
    Scan,
}

const FINDINGS: [(ValueSet, Finding); 5] = [
    (ValueSet::NEW_T2_LESION_COUNT, Finding::Lesions),
    (ValueSet::GD_LESION_COUNT, Finding::Enhancing),
    (ValueSet::NEW_MRI_ACTIVITY, Finding::Activity),
    (ValueSet::BRAIN_MRI_ABNORMAL, Finding::Scan),
    (ValueSet::BRAIN_MRI, Finding::Scan),
];

impl Case<'_> {
    /// The MRIs of the brain by day, and why there may be more.
    #[must_use]
    pub fn brain_mris(&self) -> (Vec<BrainMri>, Vec<Gap>) {
        let reports = self.reports(ValueSet::BRAIN_MRI);
        let mut gaps = reports.gaps;
        let mut entries: Vec<Entry> = Vec::new();
        for report in reports.items {
            let active = report.conclusions.iter().any(|conclusion| conclusion.has(ValueSet::NEW_MRI_ACTIVITY));
            let shows = if active { Verdict::Met } else { Verdict::Unknown };
            entries.push(Entry {
                when: report.when,
                source: Source::DiagnosticReports,
                lesions: shows,
                enhancing: shows,
                evidence: report.evidence(),
            });
        }
        for (set, finding) in FINDINGS {
            let found = self.observations(set);
            gaps.extend(found.gaps.into_iter().filter(|gap| !gaps.contains(gap)).collect::<Vec<_>>());
            entries.extend(found.items.into_iter().map(|observation| {
                let shows = shows(observation, finding);
                Entry {
                    when: observation.when,
                    source: Source::Observations,
                    lesions: if finding == Finding::Enhancing { Verdict::Unknown } else { shows },
                    enhancing: if finding == Finding::Lesions { Verdict::Unknown } else { shows },
                    evidence: observation.evidence(),
                }
            }));
        }
        (by_day(entries), gaps)
    }
}

/// What the value of an observation says: a coded answer, yes or no, or a count.
fn shows(observation: &Observation, finding: Finding) -> Verdict {
    match (&observation.value, observation.answer(), observation.number()) {
        (Value::Concept(answer), ..) if answer.has(ValueSet::NEW_MRI_ACTIVITY) => Verdict::Met,
        _ if finding == Finding::Scan => Verdict::Unknown,
        (_, Some(true), _) => Verdict::Met,
        (_, None, Some(number)) if number > 0.0 => Verdict::Met,
        (_, None, None) => Verdict::Unknown,
        (_, Some(false), _) | (_, None, Some(_)) => Verdict::NotMet,
    }
}

fn by_day(entries: Vec<Entry>) -> Vec<BrainMri> {
    let mut days: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        let day = |entry: &Entry| entry.when.map(|when| (when.first, when.last));
        let same =
            days.iter_mut().find(|others| others.iter().any(|other| day(other).is_some() && day(other) == day(&entry)));
        match same {
            Some(others) => others.push(entry),
            None => days.push(vec![entry]),
        }
    }
    days.iter().filter_map(|day| summary(day)).collect()
}

fn summary(day: &[Entry]) -> Option<BrainMri> {
    let first = day.first()?;
    // One yes decides; a no needs an entry that says no.
    let of = |part: fn(&Entry) -> Verdict| {
        let says = |verdict| day.iter().any(|entry| part(entry) == verdict);
        match (says(Verdict::Met), says(Verdict::NotMet)) {
            (true, _) => Verdict::Met,
            (false, true) => Verdict::NotMet,
            (false, false) => Verdict::Unknown,
        }
    };
    let activity = of(|entry| entry.lesions).or(of(|entry| entry.enhancing));
    let shown = |entry: &&Entry| activity != Verdict::Met || entry.lesions.or(entry.enhancing) == Verdict::Met;
    let evidence = day.iter().filter(shown).map(|entry| entry.evidence.clone()).collect();
    Some(BrainMri { when: first.when, activity, evidence, source: first.source })
}
