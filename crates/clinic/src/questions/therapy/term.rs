//! Until when something holds after a therapy.

use crate::questions::Case;
use crate::questions::stay::going_home::imprecise;
use cellwise_record::{Evidence, Judgement, Moment, Verdict};

impl Case<'_> {
    /// Whether what holds up to and including `until` holds today. `therapy` shows the day that it is counted from.
    pub(crate) fn holds_until(&self, until: &Moment, therapy: &Evidence) -> Judgement {
        match self.as_of.day().on_or_before(until) {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(vec![imprecise(therapy)]),
        }
    }
}
