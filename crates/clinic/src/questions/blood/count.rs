//! The newest counts of neutrophils and platelets: whether they are low, and whether they are recent.

use crate::numbers::{self, Number};
use crate::questions::Case;
use cellwise_record::search::newest::Level;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{GapKind, Judgement};

/// The unit of the limits.
pub(super) const UNIT: &str = "10*9/L";

/// The newest count of one kind of blood cell.
#[derive(Clone, Debug)]
pub struct Count<'c> {
    /// Whether it is below its limit.
    pub level: Level<'c>,
    /// Whether the one before it was low, too: then a low one is no news.
    pub was_low: bool,
    /// Whether there is one of the last days.
    pub recent: Judgement,
    /// Whether the observations did not come through.
    pub is_undelivered: bool,
    /// The count to order, unless it is requested already.
    pub to_order: Option<Coded>,
}

impl Count<'_> {
    /// Whether the newest one is low, however old it is.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.level.judgement.is_met()
    }

    /// Whether it is low, and not certainly long ago.
    #[must_use]
    pub fn is_low_now(&self) -> bool {
        self.is_low() && !self.recent.is_not_met()
    }

    /// Whether the date of one leaves open whether it is recent.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        self.recent.has_gap(GapKind::ImpreciseDate)
    }

    /// Its value in 10⁹/L.
    #[must_use]
    pub fn value(&self) -> String {
        self.level.value(UNIT).unwrap_or_default()
    }
}

impl Case<'_> {
    /// The newest neutrophil count.
    #[must_use]
    pub fn neutrophils(&self) -> Count<'_> {
        self.count(ValueSet::NEUTROPHIL_COUNT, &numbers::SEVERE_NEUTROPENIA)
    }

    /// The newest platelet count.
    #[must_use]
    pub fn platelets(&self) -> Count<'_> {
        self.count(ValueSet::PLATELET_COUNT, &numbers::LOW_PLATELETS)
    }

    fn count(&self, set: ValueSet, limit: &'static Number) -> Count<'_> {
        let counts = self.measurements(set);
        let days = self.whole(&numbers::RECENT_COUNT_DAYS);
        Count {
            level: counts.below(self.value(limit), UNIT, "gap-bound"),
            was_low: counts.was_below(self.value(limit), UNIT, days),
            recent: counts.recent(|when| self.within_days(when, days)),
            is_undelivered: counts.is_undelivered(),
            to_order: self.code_to_order(set),
        }
    }
}
