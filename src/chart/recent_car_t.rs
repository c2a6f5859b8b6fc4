//! How long ago the infusion of CAR-T cells was, as far as it can be told.

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::history::TherapyHistory;
use crate::chart::source::Source;
use crate::verdict::{Gap, GapKind, Judgement, Verdict};

/// CAR-T in history, with the date of the first infusion of the latest episode.
#[derive(Clone, Debug)]
pub struct RecentCarT {
    /// Whether it happened.
    pub history: TherapyHistory,
    /// The first infusion of the latest episode; `None` when no infusion has a date.
    pub t0: Option<Moment>,
    /// Data that was not delivered and may hold a later infusion.
    pub hidden: Vec<Gap>,
}

impl RecentCarT {
    /// Whether the infusion was at most `days` calendar days ago. Without a date: unknown. An infusion that is long ago is
    /// a known no only when no later one can be hidden; a recent one a known yes only when no earlier one of the same
    /// episode can be.
    pub fn within(&self, chart: &Chart, days: i32) -> Judgement {
        let Some(t0) = self.t0 else {
            let mut gaps = vec![Gap::not_recorded(Source::Procedures, "gap-infusion-date")];
            gaps.extend(self.hidden.iter().cloned());
            return Judgement::unknown(gaps);
        };
        match chart.within_days(&t0, days) {
            Verdict::Met if self.hidden.is_empty() => Judgement::met(Vec::new()),
            Verdict::NotMet if self.hidden.is_empty() => Judgement::not_met(Vec::new()),
            Verdict::Met | Verdict::NotMet => Judgement::unknown(self.hidden.clone()),
            Verdict::Unknown => {
                let event = self.history.events.iter().find(|event| event.date == Some(t0));
                let (reference, what) =
                    event.map_or(("", ""), |event| (&*event.evidence.reference, &*event.evidence.what));
                Judgement::unknown(vec![Gap::at(GapKind::ImpreciseDate, Source::Procedures, reference, what)])
            }
        }
    }

    /// Whether the known infusion is clearly at most `days` days ago, whatever else may be hidden.
    #[must_use]
    pub fn is_known_to_be_recent(&self, chart: &Chart, days: i32) -> bool {
        self.t0.is_some_and(|t0| chart.within_days(&t0, days) == Verdict::Met)
    }

    /// Whether the known infusion is clearly more than `days` days ago, so that only a hidden one could be later.
    #[must_use]
    pub fn is_known_to_be_older(&self, chart: &Chart, days: i32) -> bool {
        self.t0.is_some_and(|t0| chart.within_days(&t0, days) == Verdict::NotMet)
    }

    /// The day after the infusion (day 0), when its date is exact.
    #[must_use]
    pub fn day(&self, chart: &Chart) -> Option<i32> {
        let t0 = self.t0?;
        t0.exact_day().map(|_| t0.days_until(&chart.as_of.day()))
    }
}

impl Chart {
    /// Whether the patient is alive, as far as the patient data tell; data that were not sent leave it open.
    pub fn is_alive(&self) -> Judgement {
        match (self.patient.deceased, self.patient.supplied) {
            (true, _) => Judgement::not_met(Vec::new()),
            (false, true) => Judgement::met(Vec::new()),
            (false, false) => Judgement::unknown(self.sources().gaps_of(Source::Patient)),
        }
    }

    /// CAR-T in history, and when.
    #[must_use]
    pub fn recent_car_t(&self) -> RecentCarT {
        let history = self.car_t_history();
        let hidden = [Source::Procedures, Source::MedicationAdministrations, Source::MedicationStatements]
            .into_iter()
            .flat_map(|source| self.sources().gaps_of(source))
            .filter(|gap| gap.kind.is_delivery())
            .collect();
        RecentCarT { t0: history.t0(), history, hidden }
    }
}
