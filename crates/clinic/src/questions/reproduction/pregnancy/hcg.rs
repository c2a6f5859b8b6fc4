//! Pregnancy tests and levels of hCG.

use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::pregnancy::{Record, Sign};
use crate::questions::test_result::result_evidence;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Source, Standing, Verdict};

impl Case<'_> {
    /// A test proves pregnancy for some days only; a negative one keeps its date, so that it can cancel what is older.
    pub(super) fn see_test(&self, observation: &Observation, sign: Sign, record: &mut Record) {
        let (source, when, evidence) = (Source::Observations, observation.when, result_evidence(observation));
        let days = self.whole(&numbers::PREGNANCY_TEST_DAYS);
        let fresh = when.map_or(Verdict::Unknown, |when| self.within_days(&when, days));
        match (sign, observation.standing) {
            (Sign::Against, Standing::Unclear(_)) => {}
            (Sign::Against, Standing::Counts) => record.see(Sign::Against, when, source, evidence),
            (Sign::For, Standing::Counts) => record.add_for(fresh, when, source, evidence),
            (_, _) if fresh == Verdict::NotMet => record.shown.push(evidence),
            (Sign::For, Standing::Unclear(kind)) => {
                let sign = Sign::Unclear(Gap::at(kind, source, &observation.reference, &evidence.what));
                record.see(sign, when, source, evidence);
            }
            (sign, _) => record.see(sign, when, source, evidence),
        }
    }

    /// Whether a raised hCG level proves a pregnancy: by age and gender there may be one, MS is on record, and nothing is,
    /// or may be, a malignancy. The chart sees lymphoma, myeloma and leukaemia only: without MS, the treatment may be for a
    /// tumour that makes hCG. Not met when there can be no pregnancy.
    pub(super) fn hcg_level_proves(&self) -> Verdict {
        let able = self.may_be_pregnant(false).verdict();
        let ms = self.conditions.iter().any(|condition| condition.concept.has(ValueSet::MULTIPLE_SCLEROSIS));
        let malignancy = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).exists(Condition::evidence).verdict();
        if ms && malignancy == Verdict::NotMet { able } else { able.and(Verdict::Unknown) }
    }
}
