//! Going home after CAR-T: the infusion that the patient goes home after, and how it is known. Two rules ask it at discharge:
//! the one with the advice, and the one on driving, which is silent while the first has a card.

use crate::questions::Case;
use crate::questions::stay::going_home::{Departure, GoingHome, newest};
use crate::questions::therapy::history::{Certainty, TherapyHistory};
use cellwise_record::terminology::Terminology;
use cellwise_record::{Evidence, Gap, Judgement, Moment, Source, Verdict, add_gaps};

/// What the infusion is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A record of it.
    Recorded,
    /// An order marked completed.
    Ordered,
    /// Words only.
    Words,
}

/// A patient who goes home after CAR-T, or may.
#[derive(Clone, Debug)]
pub struct CarTDeparture {
    /// What the infusion is known from.
    pub basis: Basis,
    /// Day of the first infusion, of the order, or of the entry in words.
    pub day: Moment,
    /// What shows it.
    pub evidence: Evidence,
    /// Whether the patient goes home after it.
    pub home: GoingHome,
    /// Why it is not sure that CAR-T was given.
    pub doubts: Vec<Gap>,
}

/// How long after CAR-T a patient goes home "after CAR-T".
#[derive(Clone, Copy, Debug)]
pub struct Spans {
    /// Another stay that ends up to and including this day counts.
    pub other_stay_days: i32,
    /// The last month in which any advice with a date is in force.
    pub advice_months: i32,
}

impl Spans {
    fn departure(self, day: Moment, evidence: &Evidence) -> Departure<'_> {
        Departure {
            day,
            evidence,
            other_stay_until: day.plus_days(self.other_stay_days),
            advice_until: day.plus_months(self.advice_months),
        }
    }
}

impl Case<'_> {
    /// The infusion that the patient goes home after.
    ///
    /// # Errors
    /// No error: the judgement of a rule that stays silent.
    pub fn leaves_after_car_t(
        &self,
        history: &TherapyHistory,
        spans: Spans,
        terminology: &Terminology,
    ) -> Result<CarTDeparture, Judgement> {
        let in_words = |quiet| self.leaves_in_words(history, spans, terminology, quiet);
        match history.certainty() {
            Some(Certainty::Recorded) => self.leaves_recorded(history, spans),
            Some(Certainty::Probable) => self.leaves_ordered(history, spans).or_else(in_words),
            None => in_words(history.judgement.clone()),
        }
    }

    fn leaves_recorded(&self, history: &TherapyHistory, spans: Spans) -> Result<CarTDeparture, Judgement> {
        let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
        let Some((day, event)) = first else {
            return Err(Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-no-day")]));
        };
        let home = spans.departure(day, &event.evidence).leave(self)?;
        let evidence = event.evidence.clone();
        Ok(CarTDeparture { basis: Basis::Recorded, day, evidence, home, doubts: Vec::new() })
    }

    /// An order marked completed speaks only of the stay that it was written in.
    fn leaves_ordered(&self, history: &TherapyHistory, spans: Spans) -> Result<CarTDeparture, Judgement> {
        let mut doubts = vec![Gap::not_recorded(Source::Procedures, "gap-infusion")];
        let Some((day, event)) = newest(&history.events) else { return Err(Judgement::unknown(doubts)) };
        let home = spans.departure(day, &event.evidence).judge(self);
        if home.judgement.verdict() == Verdict::Met && home.same_stay == Verdict::Met {
            return Ok(CarTDeparture { basis: Basis::Ordered, day, evidence: event.evidence.clone(), home, doubts });
        }
        add_gaps(&mut doubts, home.judgement.gaps().iter().cloned());
        add_gaps(&mut doubts, self.hidden_infusions());
        Err(Judgement::unknown(doubts))
    }

    fn leaves_in_words(
        &self,
        history: &TherapyHistory,
        spans: Spans,
        terminology: &Terminology,
        quiet: Judgement,
    ) -> Result<CarTDeparture, Judgement> {
        for mention in self.mentions_in_words(|text| terminology.mentions("car-t", text)) {
            let Some(day) = mention.date else { continue };
            let home = spans.departure(day, &mention.evidence).judge(self);
            if home.asks && home.judgement.verdict() != Verdict::NotMet {
                let mut doubts = vec![mention.gap];
                add_gaps(&mut doubts, history.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned());
                return Ok(CarTDeparture { basis: Basis::Words, day, evidence: mention.evidence, home, doubts });
            }
        }
        Err(quiet)
    }
}
