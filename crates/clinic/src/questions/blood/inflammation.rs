//! Markers of inflammation.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::Verdict;
use cellwise_record::facts::observation::Observation;
use cellwise_record::search::vital_sign::Limit;
use cellwise_record::terminology::ValueSet;

impl Case<'_> {
    /// The latest ferritin, C-reactive protein and interleukin-6 of the last month, in words; `None` without any.
    #[must_use]
    pub fn inflammation_markers(&self) -> Option<String> {
        let sets = [ValueSet::FERRITIN, ValueSet::C_REACTIVE_PROTEIN, ValueSet::INTERLEUKIN_6];
        let found = sets.into_iter().filter_map(|set| self.latest_marker(set));
        let shown: Vec<String> = found
            .filter_map(|marker| {
                let (when, value) = (marker.when?, marker.quantity()?);
                Some(format!("{} {} ({when})", marker.concept.text, value.text()))
            })
            .collect();
        (!shown.is_empty()).then(|| shown.join("; "))
    }

    /// The latest marker of a kind with a value, of the last month.
    fn latest_marker(&self, set: ValueSet) -> Option<&Observation> {
        let days = self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
        let found = self.observations(set).items.into_iter().filter(|marker| marker.quantity().is_some());
        let dated = found.filter_map(|marker| Some((marker.when?, marker)));
        let recent = dated.filter(|(when, _)| self.within_days(when, days) == Verdict::Met);
        recent.max_by_key(|(when, _)| (when.last, when.instant)).map(|(_, marker)| marker)
    }

    /// The latest ferritin, in words, where its laboratory calls it high and the patient has a fever: no limit of our own.
    #[must_use]
    pub fn high_ferritin_with_fever(&self) -> Option<String> {
        let ferritin = self.latest_marker(ValueSet::FERRITIN)?;
        let is_called_high = ferritin.interpretation.iter().any(|says| says.has(ValueSet::RESULT_HIGH));
        let is_above = ferritin.quantity().zip(ferritin.upper_limit).is_some_and(|(value, limit)| value.number > limit);
        let fever = Limit::AtLeast(self.value(&numbers::CRS_FEVER), "Cel");
        let readings = self.readings(ValueSet::BODY_TEMPERATURE, self.whole(&numbers::FEVER_HOURS), None);
        let is_febrile =
            readings.items.iter().any(|reading| reading.exceeds(fever).is_met() && reading.is_timely().is_met());
        ((is_called_high || is_above) && is_febrile).then(|| ferritin.value_text())
    }
}
