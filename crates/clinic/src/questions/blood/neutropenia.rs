//! Neutropenia now: what the newest neutrophil count says, as long as it is recent.

use crate::questions::Case;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Verdict};

/// The unit of the limit.
const UNIT: &str = "10*9/L";

/// The newest recent count against a limit.
#[derive(Clone, Debug)]
pub struct Neutropenia {
    /// Whether it is below the limit.
    pub judgement: Judgement,
    /// Its value, when it is.
    pub count: Option<String>,
    /// Whether there is a recent count at all, or something that may be one.
    pub is_counted: bool,
}

impl Neutropenia {
    /// Whether the patient is known to be neutropenic.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.judgement.verdict() == Verdict::Met
    }
}

impl Case<'_> {
    /// Whether the newest count, of the last `days` days, is below `limit` (10⁹/L).
    #[must_use]
    pub fn neutropenia(&self, limit: f64, days: i32) -> Neutropenia {
        let counts = self.measurements(ValueSet::NEUTROPHIL_COUNT);
        let recent = counts.recent(|when| self.within_days(when, days));
        let level = counts.below(limit, UNIT, "gap-bound");
        let is_counted = !counts.is_empty() && recent.verdict() != Verdict::NotMet;
        let judgement = match recent.verdict() {
            Verdict::Met => level.judgement.clone(),
            Verdict::NotMet => recent,
            // The time of the count is not known well enough.
            Verdict::Unknown => recent.and(level.judgement.clone()),
        };
        let count = (judgement.verdict() == Verdict::Met).then(|| level.value(UNIT)).flatten();
        Neutropenia { judgement, count: count.map(|count| format!("{count} ×10⁹/L")), is_counted }
    }
}
