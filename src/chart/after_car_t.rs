//! The time after a CAR-T infusion: whether it came, when, and whether something else came after it.

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::history::{Certainty, TherapyHistory};
use crate::chart::source::Source;
use crate::verdict::{Gap, GapKind, Judgement, Verdict};

/// The CAR-T history of a living patient, with its t0.
#[derive(Clone, Debug)]
pub struct AfterCarT {
    /// The history.
    pub history: TherapyHistory,
    /// t0, when it is dated.
    pub t0: Option<Moment>,
    /// Whether the patient is alive: not, when recorded as dead; unknown, when the patient was not sent.
    pub alive: Judgement,
    /// Why an infusion, or its date, may be hidden.
    pub hidden: Vec<Gap>,
}

impl AfterCarT {
    /// CAR-T was given, and the patient is alive.
    pub fn happened(&self) -> Judgement {
        self.history.judgement.clone().and(self.alive.clone())
    }

    /// Whether only an order marked completed shows it: the infusion itself is not recorded.
    #[must_use]
    pub fn is_probable(&self) -> bool {
        self.history.certainty() == Some(Certainty::Probable)
    }

    /// Whether something came at or after t0. Instants are compared as instants; without a time on either side the same day
    /// counts. A history without a date says only that the infusion lies in the past: what is new comes after it, unless
    /// its date is hidden in data that was not sent.
    pub fn is_followed_by(&self, moment: &Moment) -> Verdict {
        let Some(t0) = self.t0 else {
            return if self.hidden.is_empty() { Verdict::Met } else { Verdict::Unknown };
        };
        match (t0.instant, moment.instant) {
            (Some(infusion), Some(instant)) if instant < infusion => Verdict::NotMet,
            (Some(_), Some(_)) => Verdict::Met,
            _ => moment.on_or_after(&t0),
        }
    }

    /// Whether t0 lies at most `days` calendar days back. Unknown without a date, and when a later infusion may be hidden.
    pub fn within_days(&self, chart: &Chart, days: i32) -> Verdict {
        let known = self.t0.map_or(Verdict::Unknown, |t0| chart.within_days(&t0, days));
        if known == Verdict::NotMet && !self.hidden.is_empty() { Verdict::Unknown } else { known }
    }

    /// Why a later infusion than the known one can't be excluded, when that one is more than `days` days ago.
    #[must_use]
    pub fn hidden_later(&self, chart: &Chart, days: i32) -> Option<Judgement> {
        let t0 = self.t0?;
        (chart.within_days(&t0, days) == Verdict::NotMet && !self.hidden.is_empty())
            .then(|| Judgement::unknown(self.hidden.clone()))
    }

    /// The days since t0, when both days are known.
    #[must_use]
    pub fn days(&self, chart: &Chart) -> Option<i32> {
        let day = Moment::on(self.t0?.exact_day()?);
        Some(day.days_until(&chart.as_of.day()))
    }
}

impl Chart {
    /// CAR-T in history and the time since.
    #[must_use]
    pub fn after_car_t(&self) -> AfterCarT {
        let history = self.car_t_history();
        let dated = [Source::Procedures, Source::MedicationAdministrations, Source::MedicationStatements];
        let gaps = dated.into_iter().flat_map(|source| self.sources.gaps_of(source));
        let alive = match (self.patient.supplied, self.patient.deceased) {
            (_, true) => Judgement::not_met(Vec::new()),
            (true, false) => Judgement::met(Vec::new()),
            (false, false) => Judgement::unknown(vec![Gap::of(GapKind::NotSupplied, Source::Patient)]),
        };
        AfterCarT { t0: history.t0(), history, alive, hidden: gaps.filter(|gap| gap.kind.is_delivery()).collect() }
    }
}
