//! What the rules would say, had a cell therapy been given of which the record does not say so clearly.
//!
//! A coded infusion without a status, or one that was stopped halfway, is neither known nor excluded: the rules are unknown
//! by it. A rule that would have a card by it asks about it, one level lower: no answer at all would read as "nothing to worry
//! about". It is decided here, once, for every rule.

use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::UseKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Chart, Evidence, EvidencePeriod, Moment, Period, Progress, Standing, Verdict};

use crate::card::{CardFacts, Proposal};
use crate::message::Message;
use crate::rule::Finding;

/// A chart in which every cell therapy of unclear standing was given.
pub(crate) struct Supposition {
    /// The chart.
    pub(crate) chart: Chart,
    /// Why each of them is unclear.
    reasons: Vec<Message>,
}

impl Supposition {
    /// The supposition that a chart calls for; `None` when nothing in it is unclear.
    pub(crate) fn of(chart: &Chart) -> Option<Self> {
        let doubts = doubts(chart);
        if doubts.is_empty() {
            return None;
        }
        let reasons = doubts.iter().take(MOST_DOUBTS_SAID).map(Doubt::said).collect();
        let is_doubted = |reference: &str| doubts.iter().any(|doubt| doubt.evidence.reference == reference);
        let mut chart = chart.clone();
        let today = chart.as_of.day();
        for act in chart.procedures.iter_mut().chain(&mut chart.service_requests) {
            if is_doubted(&act.reference) {
                (act.standing, act.progress) = (Standing::Counts, Progress::Done);
                if is_to_come(act.period.start, &today) {
                    act.period = Period::default();
                }
            }
        }
        for drug in chart.medications.iter_mut().filter(|drug| is_doubted(&drug.reference)) {
            (drug.standing, drug.progress) = (Standing::Counts, Progress::Done);
            drug.start = drug.start.filter(|start| !is_to_come(Some(*start), &today));
        }
        for status in chart.conditions.iter_mut().filter(|status| is_doubted(&status.reference)) {
            status.standing = Standing::Counts;
        }
        Some(Self { chart, reasons })
    }

    /// What a rule finds that is unknown by the chart as it is: its own card, or the question that its card under the
    /// supposition makes, whichever is more urgent.
    pub(crate) fn asked_by(&self, mut found: Finding, supposed: Finding) -> Finding {
        let question = supposed.card.map(|card| self.question(card));
        if let Some(question) = question
            && found.verdict() == Verdict::Unknown
            && found.card.as_ref().is_none_or(|own| question.indicator < own.indicator)
        {
            found.card = Some(question);
        }
        found
    }

    /// A card that holds only if the therapy was given. Nothing is taken out or prescribed by it.
    fn question(&self, mut card: CardFacts) -> CardFacts {
        card.indicator = card.indicator.lowered();
        card.supposed.clone_from(&self.reasons);
        card.suggestions.retain(|suggestion| matches!(suggestion.proposal, Proposal::Service { .. }));
        card
    }
}

/// Why it is not clear that a therapy was given.
#[derive(Clone, Copy)]
enum Reason {
    /// The status is not there, or says nothing.
    Status,
    /// Stopped after it had begun: cells may have gone in.
    Stopped,
    /// On hold.
    Held,
    /// Said to be done on a day that is to come.
    ToCome,
}

/// A therapy that may have been given.
struct Doubt {
    reason: Reason,
    evidence: Evidence,
}

impl Doubt {
    fn said(&self) -> Message {
        let text = match self.reason {
            Reason::Status => "supposed-status",
            Reason::Stopped => "supposed-stopped",
            Reason::Held => "supposed-held",
            Reason::ToCome => "supposed-to-come",
        };
        let name = match self.evidence.period {
            Some(EvidencePeriod::On(day) | EvidencePeriod::Course { from: day, .. }) => {
                format!("{}, {day}", self.evidence.what)
            }
            None => self.evidence.what.clone(),
        };
        Message::new(text).with("therapy", name)
    }
}

/// More are not named on a card.
const MOST_DOUBTS_SAID: usize = 3;

/// The cell therapies that may have been given.
fn doubts(chart: &Chart) -> Vec<Doubt> {
    let today = chart.as_of.day();
    let given = |concept: &Concept| concept.has(ValueSet::CAR_T) || concept.has(ValueSet::STEM_CELL_TRANSPLANTATION);
    let doubt = |standing, progress, start| match (standing, progress) {
        // A plan that is dated in the future is no slip.
        (_, Progress::Planned | Progress::Open | Progress::Ended) => None,
        _ if is_to_come(start, &today) => Some(Reason::ToCome),
        (Standing::Counts, _) => None,
        (Standing::Unclear(_), Progress::Partly) => Some(Reason::Stopped),
        (Standing::Unclear(_), Progress::Held) => Some(Reason::Held),
        (Standing::Unclear(_), _) => Some(Reason::Status),
    };
    let procedures = chart.procedures.iter().filter(|act| given(&act.concept));
    let procedures = procedures
        .filter_map(|act| Some((doubt(act.standing, act.progress, act.period.start)?, act.evidence())));
    // An order shows a therapy only when it is completed.
    let requests = chart.service_requests.iter().filter(|act| given(&act.concept));
    let requests = requests.filter(|act| act.progress == Progress::Unclear);
    let requests = requests.map(|act| (Reason::Status, act.evidence()));
    let drugs = chart.medications.iter().filter(|drug| given(&drug.concept));
    let drugs = drugs.filter(|drug| drug.kind != UseKind::Prescribed || drug.progress == Progress::Unclear);
    let drugs =
        drugs.filter_map(|drug| Some((doubt(drug.standing, drug.progress, drug.start)?, drug.evidence())));
    let statuses = chart.conditions.iter().filter(|status| status.standing != Standing::Counts);
    let statuses = statuses.filter(|of| of.concept.has(ValueSet::CAR_T_HISTORY) || given(&of.concept));
    let statuses = statuses.map(|status| (Reason::Status, status.evidence()));
    let all = procedures.chain(drugs).chain(statuses).chain(requests);
    all.map(|(reason, evidence)| Doubt { reason, evidence }).collect()
}

/// Whether a therapy begins after today.
fn is_to_come(start: Option<Moment>, today: &Moment) -> bool {
    start.is_some_and(|start| start.after(today) == Verdict::Met)
}
