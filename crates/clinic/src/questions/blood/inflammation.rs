//! Markers of inflammation.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::Verdict;
use cellwise_record::terminology::ValueSet;

impl Case<'_> {
    /// The latest ferritin, C-reactive protein and interleukin-6 of the last month, in words; `None` without any.
    #[must_use]
    pub fn inflammation_markers(&self) -> Option<String> {
        let days = self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
        let latest = |set| {
            let found = self.observations(set).items.into_iter();
            let dated = found.filter_map(|marker| Some((marker.when?, marker, marker.quantity()?)));
            let recent = dated.filter(|(when, ..)| self.within_days(when, days) == Verdict::Met);
            recent.max_by_key(|(when, ..)| (when.last, when.instant))
        };
        let sets = [ValueSet::FERRITIN, ValueSet::C_REACTIVE_PROTEIN, ValueSet::INTERLEUKIN_6];
        let found = sets.into_iter().filter_map(latest);
        let shown: Vec<String> =
            found.map(|(when, marker, value)| format!("{} {} ({when})", marker.concept.text, value.text())).collect();
        (!shown.is_empty()).then(|| shown.join("; "))
    }
}
