//! Windows after a cell therapy: whether a day lies in the first weeks, months or years after t0.

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::history::{Certainty, TherapyHistory};
use crate::chart::source::Source;
use crate::terminology::{Terminology, ValueSet};
use crate::verdict::{Gap, GapKind, Judgement, Verdict, add_gaps};

/// An infusion that is hidden may be the first of the same episode: so many days earlier at most (as in `history`).
const EPISODE_DAYS: i32 = 30;

/// Where a day lies, as far as the record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the window.
    Inside,
    /// Perhaps: the infusion is dated too coarsely.
    Straddles,
    /// After it.
    Outside,
    /// No infusion with a date.
    Undated,
}

/// A window after a therapy.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where the day lies by what is on record.
    pub place: Place,
    /// The same with what may be hidden: another infusion in data that was not sent, an infusion without a date.
    pub judgement: Judgement,
}

impl Chart {
    /// Whether `day` lies on or before the last day of a window after the therapy; `last` counts it from t0.
    /// `undated` is the text of the gap that an infusion without a date leaves.
    #[must_use]
    pub fn window(
        &self,
        history: &TherapyHistory,
        day: &Moment,
        last: impl Fn(&Moment) -> Moment,
        undated: &'static str,
    ) -> Window {
        let hidden = self.hidden_infusions();
        let without_date = || Gap::not_recorded(Source::Procedures, undated);
        let Some(t0) = history.t0() else {
            let judgement = match history.judgement.verdict() {
                Verdict::Met => Judgement::unknown([vec![without_date()], hidden].concat()),
                _ => history.judgement.clone(),
            };
            return Window { place: Place::Undated, judgement };
        };
        let first = history.events.iter().filter(|event| event.date == Some(t0));
        let evidence: Vec<_> = first.clone().map(|event| event.evidence.clone()).collect();
        match day.on_or_before(&last(&t0)) {
            Verdict::Met => {
                let earliest = t0.plus_days(-EPISODE_DAYS);
                let is_sure = hidden.is_empty() || day.on_or_before(&last(&earliest)) == Verdict::Met;
                let judgement =
                    if is_sure { Judgement::met(evidence) } else { Judgement::unknown(hidden).with_evidence(evidence) };
                Window { place: Place::Inside, judgement }
            }
            Verdict::Unknown => {
                let mut gaps: Vec<Gap> = first
                    .map(|event| {
                        let source = source_of(&event.evidence.reference);
                        Gap::at(GapKind::ImpreciseDate, source, &event.evidence.reference, &event.evidence.what)
                    })
                    .collect();
                add_gaps(&mut gaps, hidden);
                Window { place: Place::Straddles, judgement: Judgement::unknown(gaps) }
            }
            Verdict::NotMet => {
                // A history code has no date by nature; an infusion without one may be a later one.
                let mut gaps = hidden;
                if history
                    .events
                    .iter()
                    .any(|event| event.date.is_none() && source_of(&event.evidence.reference) != Source::Conditions)
                {
                    add_gaps(&mut gaps, [without_date()]);
                }
                let judgement = if gaps.is_empty() { Judgement::not_met(evidence) } else { Judgement::unknown(gaps) };
                Window { place: Place::Outside, judgement }
            }
        }
    }

    /// CAR-T in history. Entries without a usable code leave it open only when their words speak of it: nearly every record
    /// has some.
    #[must_use]
    pub fn car_t_in_past(&self, terminology: &Terminology) -> TherapyHistory {
        self.settled(self.car_t_history(), "car-t", terminology)
    }

    /// A stem cell transplantation of any kind in history, read like [`Chart::car_t_in_past`].
    #[must_use]
    pub fn transplantation_in_past(&self, terminology: &Terminology) -> TherapyHistory {
        let history = self.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION);
        self.settled(history, "stem-cell-transplantation", terminology)
    }

    fn settled(&self, mut history: TherapyHistory, hint: &str, terminology: &Terminology) -> TherapyHistory {
        let is_open = history.judgement.verdict() == Verdict::Unknown;
        if is_open && !self.says_in_words(|text| terminology.mentions(hint, text)) {
            let undelivered = history.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
            history.judgement = Judgement::found(Vec::new(), undelivered);
        }
        history
    }

    /// Whether the history rests on a completed order alone, with nothing hidden that may show the infusion.
    #[must_use]
    pub fn is_only_ordered(&self, history: &TherapyHistory) -> bool {
        history.certainty() == Some(Certainty::Probable) && self.hidden_infusions().is_empty()
    }

    /// Whether the patient is alive: known only when the patient was sent.
    pub fn alive(&self) -> Judgement {
        if self.patient.deceased {
            Judgement::not_met(Vec::new())
        } else if self.patient.supplied {
            Judgement::met(Vec::new())
        } else {
            Judgement::unknown(self.sources.gaps_of(Source::Patient))
        }
    }

    /// Data that may hold an infusion and did not come through.
    pub(crate) fn hidden_infusions(&self) -> Vec<Gap> {
        [Source::Procedures, Source::MedicationAdministrations, Source::MedicationStatements, Source::Conditions]
            .into_iter()
            .flat_map(|source| self.sources.gaps_of(source))
            .filter(|gap| gap.kind.is_delivery())
            .collect()
    }
}

/// The source of a resource, by its type.
fn source_of(reference: &str) -> Source {
    let kind = reference.split('/').next().unwrap_or_default();
    Source::PREFETCHED.into_iter().find(|source| source.holds(kind)).unwrap_or(Source::Procedures)
}
