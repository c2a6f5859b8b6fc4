//! Going home: whether the stay that ends is one that a patient goes home from after a cell therapy.
//!
//! A therapy belongs to a stay that it lies in. Another stay, or a visit to the emergency department, counts while it is
//! recent; an outpatient visit counts only when the therapy was given in it.

use crate::numbers::Number;
use crate::questions::Case;
use crate::questions::therapy::history::{Dated, TherapyEvent};
use cellwise_record::facts::encounter::{Encounter, EncounterClass};
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// A cell therapy that a patient may be going home after.
#[derive(Clone, Copy, Debug)]
pub struct Departure<'c> {
    /// Its day.
    pub day: Moment,
    /// What shows it.
    pub evidence: &'c Evidence,
    /// The last day on which another stay counts.
    pub other_stay_until: Moment,
    /// The last day on which any advice with a date is in force: later on, nobody goes home "after" this therapy.
    pub advice_until: Moment,
}

/// Whether a patient is going home after a therapy.
#[derive(Clone, Debug)]
pub struct GoingHome {
    /// Whether the advice that goes with it is due.
    pub judgement: Judgement,
    /// Whether the therapy lies in the stay that ends.
    pub same_stay: Verdict,
    /// Whether an unknown is worth a card: the therapy is, or may be, so recent that any stay counts.
    pub asks: bool,
}

impl Departure<'_> {
    /// Judges the stay that the hook is about.
    #[must_use]
    pub fn judge(&self, case: &Case<'_>) -> GoingHome {
        let today = case.as_of.day();
        let recent = today.on_or_before(&self.other_stay_until);
        let in_force = today.on_or_before(&self.advice_until);
        let Some(stay) = case.current_encounter() else {
            let (_, hidden) = case.encounters();
            let gaps = if hidden.is_empty() { vec![Gap::of(GapKind::NotRecorded, Source::Encounters)] } else { hidden };
            return GoingHome {
                judgement: self.within(Judgement::unknown(gaps), in_force),
                same_stay: Verdict::Unknown,
                asks: recent != Verdict::NotMet,
            };
        };
        if stay.ended_by_death {
            let judgement = Judgement::not_met(Vec::new());
            return GoingHome { judgement, same_stay: Verdict::NotMet, asks: false };
        }
        let not_over_before = stay.period.end.map_or(Verdict::Met, |end| self.day.on_or_before(&end));
        let begun = stay.period.start.map_or(Verdict::Unknown, |start| start.on_or_before(&self.day));
        let same_stay = begun.and(not_over_before);
        let other_stay = recent.and(not_over_before);
        let counts = match stay.class {
            EncounterClass::Inpatient | EncounterClass::Emergency => same_stay.or(other_stay),
            EncounterClass::Visit => same_stay,
            EncounterClass::NotStated => same_stay.or(other_stay.and(Verdict::Unknown)),
        };
        let counts = match counts {
            Verdict::Met => Judgement::met(vec![self.evidence.clone()]),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(self.doubts(stay)),
        };
        GoingHome {
            judgement: self.within(counts, in_force),
            same_stay,
            asks: recent != Verdict::NotMet && stay.class != EncounterClass::Visit,
        }
    }

    /// The stay, when the advice is due or worth a question; else why there is nothing to say. That a therapy is too long
    /// ago is a known no only while no later one can be hidden.
    ///
    /// # Errors
    /// No error: the judgement of a rule that stays silent.
    pub fn leave(&self, case: &Case<'_>) -> Result<GoingHome, Judgement> {
        let home = self.judge(case);
        let hidden = case.hidden_infusions();
        match home.judgement.verdict() {
            Verdict::Met => Ok(home),
            Verdict::Unknown if home.asks => Ok(home),
            Verdict::NotMet if !hidden.is_empty() => Err(Judgement::unknown(hidden)),
            Verdict::Unknown | Verdict::NotMet => Err(home.judgement),
        }
    }

    fn within(&self, counts: Judgement, in_force: Verdict) -> Judgement {
        counts.and(match in_force {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![imprecise(self.evidence)]),
        })
    }

    /// Why it can't be told whether the therapy belongs to this stay.
    fn doubts(&self, stay: &Encounter) -> Vec<Gap> {
        let of_stay = |kind| Gap::at(kind, Source::Encounters, &stay.reference, "");
        let mut gaps = Vec::new();
        if stay.period.start.is_none() || stay.class == EncounterClass::NotStated {
            gaps.push(of_stay(GapKind::NotRecorded));
        }
        if [stay.period.start, stay.period.end].into_iter().flatten().any(|day| day.exact_day().is_none()) {
            gaps.push(of_stay(GapKind::ImpreciseDate));
        }
        if self.day.exact_day().is_none() {
            gaps.push(imprecise(self.evidence));
        }
        gaps
    }
}

/// A date that is too coarse, at the entry that has it.
#[must_use]
pub fn imprecise(evidence: &Evidence) -> Gap {
    evidence.gap(GapKind::ImpreciseDate)
}

/// The newest of some events that have a date.
#[must_use]
pub fn newest(events: &[TherapyEvent]) -> Option<(Moment, &TherapyEvent)> {
    let dated = events.iter().filter_map(|event| Some((event.date?, event)));
    dated.max_by_key(|(day, _)| (day.last, day.first))
}

impl Case<'_> {
    /// Whether the patient goes home alive at all. Not known while the patient data was not sent.
    pub(crate) fn goes_home_alive(&self) -> Judgement {
        let died = self.current_encounter().is_some_and(|stay| stay.ended_by_death);
        if self.patient.deceased || died {
            return Judgement::not_met(Vec::new());
        }
        let hidden = self.sources().gaps_of(Source::Patient);
        if hidden.is_empty() { Judgement::met(Vec::new()) } else { Judgement::unknown(hidden) }
    }
}

/// How long after a therapy somebody who leaves a hospital goes home "after" it.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// So long another stay than that of the therapy counts.
    pub other_stay: &'static Number,
    /// So long there is advice with a date; after the longest of them nobody goes home "after" this therapy.
    pub advice: &'static [&'static Number],
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
        let same_stay =
            stay.map_or(Verdict::Unknown, |stay| began_before(stay, therapy).and(ended_after(stay, therapy)));
        let other_stay = stay.map_or(Verdict::Unknown, |stay| recent.and(ended_after(stay, therapy)));
        let class = stay.map(|stay| stay.class);
        let counts = match class {
            Some(EncounterClass::Inpatient | EncounterClass::Emergency) => same_stay.or(other_stay),
            Some(EncounterClass::Visit) => same_stay,
            Some(EncounterClass::NotStated) => same_stay.or(other_stay.and(Verdict::Unknown)),
            None => Verdict::Unknown,
        };
        let undated = || match therapy {
            Some(therapy) => therapy.evidence.gap(GapKind::ImpreciseDate),
            None => Gap::not_recorded(Source::Procedures, "gap-infusion-date"),
        };
        let counts = match counts {
            Verdict::Met => Judgement::met(therapy.iter().map(|therapy| therapy.evidence.clone()).collect()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => {
                let mut gaps = stay.map_or_else(|| self.why_no_stay(), doubts);
                gaps.extend(therapy.is_none_or(|therapy| therapy.day.exact_day().is_none()).then(undated));
                Judgement::unknown(gaps)
            }
        };
        let judgement = counts.and(match in_force {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![undated()]),
        });
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
    let of_stay = |kind| stay.evidence("").gap(kind);
    let is_coarse = |day: Moment| day.exact_day().is_none();
    let no_detail = stay.period.start.is_none() || stay.class == EncounterClass::NotStated;
    let coarse = [stay.period.start, stay.period.end].into_iter().flatten().any(is_coarse);
    let gaps = [(no_detail, GapKind::NotRecorded), (coarse, GapKind::ImpreciseDate)];
    gaps.into_iter().filter(|(holds, _)| *holds).map(|(_, kind)| of_stay(kind)).collect()
}
