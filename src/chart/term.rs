//! Until when something holds after a therapy.

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::going_home::imprecise;
use crate::verdict::{Evidence, Judgement, Verdict};

impl Chart {
    /// Whether what holds up to and including `until` holds today. `therapy` shows the day that it is counted from.
    pub(crate) fn holds_until(&self, until: &Moment, therapy: &Evidence) -> Judgement {
        match self.as_of.day().on_or_before(until) {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![imprecise(therapy)]),
        }
    }
}
