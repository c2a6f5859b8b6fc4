//! Going home: whether the stay that ends is one that a patient goes home from after a cell therapy.
//!
//! A therapy belongs to a stay that it lies in. Another stay, or a visit to the emergency department, counts while it is
//! recent; an outpatient visit counts only when the therapy was given in it.

use crate::numbers::Number;
use crate::questions::Case;
use crate::questions::therapy::history::Dated;
use cellwise_record::facts::encounter::{Encounter, EncounterClass};
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// How long after a therapy somebody who leaves a hospital goes home "after" it.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// So long another stay than that of the therapy counts.
    pub other_stay: &'static Number,
    /// So long there is advice with a date; after the longest of them nobody goes home "after" this therapy.
    pub advice: &'static [&'static Number],
}

/// Whether a patient is going home after a therapy.
#[derive(Clone, Debug)]
pub struct GoingHome {
    /// Whether the patient goes home after it, while advice that goes with it is in force.
    pub judgement: Judgement,
    /// Whether the therapy lies in the stay that ends.
    pub same_stay: Verdict,
    /// Whether it is so, or may be, and the therapy so recent that any stay counts, other than a visit.
    pub asks: bool,
}

impl GoingHome {
    /// Whether there is something to say: the patient goes home after it, or may in a way that is worth a question.
    #[must_use]
    pub fn is_worth_a_card(&self) -> bool {
        self.judgement.is_met() || self.asks
    }
}

impl Case<'_> {
    /// Whether the patient goes home after a therapy from the stay that the hook is about; after one without a date it can't
    /// be told. That it is too long ago is a known no only while no later one can be hidden. Nobody goes home from a stay
    /// that ended by death.
    #[must_use]
    pub fn goes_home_after(&self, therapy: Option<&Dated>, reach: &Reach) -> GoingHome {
        let stay = self.current_encounter();
        if stay.is_some_and(|stay| stay.ended_by_death) {
            return GoingHome { judgement: Judgement::not_met(Vec::new()), same_stay: Verdict::NotMet, asks: false };
        }
        let today = self.as_of.day();
        let holds = |span: &'static Number| {
            therapy.map_or(Verdict::Unknown, |therapy| today.on_or_before(&self.later(&therapy.day, span)))
        };
        let recent = holds(reach.other_stay);
        let in_force = reach.advice.iter().fold(Verdict::NotMet, |any, span| any.or(holds(span)));
        let class = stay.map(|stay| stay.class);
        let (same_stay, counts) =
            stay.map_or((Verdict::Unknown, Verdict::Unknown), |stay| belongs(therapy, stay, recent));
        let date = match therapy {
            Some(therapy) => therapy.evidence.gap(GapKind::ImpreciseDate),
            None => Gap::not_recorded(Source::Procedures, "gap-infusion-date"),
        };
        let is_coarse = therapy.is_none_or(|therapy| therapy.day.exact_day().is_none());
        let mut doubts = stay.map_or_else(|| self.why_no_stay(), doubts);
        doubts.extend(is_coarse.then(|| date.clone()));
        let evidence = therapy.iter().map(|therapy| therapy.evidence.clone()).collect();
        let judgement = judged(counts, evidence, doubts).and(judged(in_force, Vec::new(), vec![date]));
        let is_recent = recent != Verdict::NotMet && class != Some(EncounterClass::Visit);
        let asks = is_recent && !judgement.is_not_met();
        let hidden = if judgement.is_not_met() { self.hidden_infusions() } else { Vec::new() };
        let judgement = if hidden.is_empty() { judgement } else { Judgement::unknown(hidden) };
        GoingHome { judgement, same_stay, asks }
    }

    /// Why the stay that the hook is about is not known.
    fn why_no_stay(&self) -> Vec<Gap> {
        let (_, hidden) = self.encounters();
        if hidden.is_empty() { vec![Gap::of(GapKind::NotRecorded, Source::Encounters)] } else { hidden }
    }
}

fn judged(verdict: Verdict, evidence: Vec<Evidence>, gaps: Vec<Gap>) -> Judgement {
    match verdict {
        Verdict::Met => Judgement::met(evidence),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown => Judgement::unknown(gaps),
    }
}

/// Whether a therapy lies in a stay, and whether somebody who leaves the stay goes home after it.
fn belongs(therapy: Option<&Dated>, stay: &Encounter, recent: Verdict) -> (Verdict, Verdict) {
    let same_stay = began_before(stay, therapy).and(ended_after(stay, therapy));
    let other_stay = recent.and(ended_after(stay, therapy));
    let counts = match stay.class {
        EncounterClass::Inpatient | EncounterClass::Emergency => same_stay.or(other_stay),
        EncounterClass::Visit => same_stay,
        EncounterClass::NotStated => same_stay.or(other_stay.and(Verdict::Unknown)),
    };
    (same_stay, counts)
}

/// Whether a stay had begun when the therapy was given.
fn began_before(stay: &Encounter, therapy: Option<&Dated>) -> Verdict {
    match (stay.period.start, therapy) {
        (Some(start), Some(therapy)) => start.on_or_before(&therapy.day),
        _ => Verdict::Unknown,
    }
}

/// Whether a stay had not ended before the therapy was given.
fn ended_after(stay: &Encounter, therapy: Option<&Dated>) -> Verdict {
    match (stay.period.end, therapy) {
        (None, _) => Verdict::Met,
        (Some(end), Some(therapy)) => therapy.day.on_or_before(&end),
        (Some(_), None) => Verdict::Unknown,
    }
}

/// Why it can't be told whether a therapy belongs to a stay.
fn doubts(stay: &Encounter) -> Vec<Gap> {
    let of_stay = |kind| Gap::at(kind, Source::Encounters, &stay.reference, "");
    let is_coarse = |day: Moment| day.exact_day().is_none();
    let no_detail = stay.period.start.is_none() || stay.class == EncounterClass::NotStated;
    let coarse = [stay.period.start, stay.period.end].into_iter().flatten().any(is_coarse);
    let gaps = [(no_detail, GapKind::NotRecorded), (coarse, GapKind::ImpreciseDate)];
    gaps.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| of_stay(kind)).collect()
}
