//! A pregnancy that is on record today, and when it began: for rules that look back, not forward.

use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::pregnancy::{Outlook, PregnancyLimits, Status};
use cellwise_record::terminology::Terminology;
use cellwise_record::{Evidence, EvidencePeriod, Judgement, MOST_EVIDENCE_KEPT, Moment, Verdict};

impl Case<'_> {
    /// Whether a pregnancy is on record or possible, so that drugs are to be chosen with care. Unknown when data that was not
    /// sent may hold one. No record at all is a no.
    pub fn pregnancy_to_heed(&self) -> Verdict {
        let status = self.recorded_pregnancy(
            &PregnancyLimits {
                test_days: self.whole(&numbers::PREGNANCY_TEST_DAYS),
                exclusion_days: self.whole(&numbers::NOT_PREGNANT_DAYS),
                record_months: self.whole(&numbers::PREGNANCY_RECORD_MONTHS),
                breastfeeding_months: 0,
                from_age: self.whole(&numbers::CHILDBEARING_FROM_AGE),
                to_age: self.whole(&numbers::CHILDBEARING_TO_AGE),
            },
            self.terminology,
        );
        match status.outlook {
            Outlook::OnRecord | Outlook::Open => Verdict::Met,
            Outlook::Clear if status.judgement.has_delivery_gap() => self.patient.is_female().and(Verdict::Unknown),
            Outlook::Clear => Verdict::NotMet,
        }
    }

    /// Whether a pregnancy is on record that still counts. Unlike [`Chart::pregnancy`], no record is a no: the question is
    /// not whether the patient may be pregnant.
    #[must_use]
    pub fn recorded_pregnancy(&self, limits: &PregnancyLimits, terminology: &Terminology) -> Status {
        let record = self.pregnancy_record(limits, terminology);
        let nobody = Judgement::not_met(Vec::new());
        self.weigh(record, limits, &nobody, ["gap-no-pregnancy-status", "gap-pregnancy-record-too-old"])
    }

    /// When the pregnancy of a status began, once per record of it: the onset, else the day it was recorded. Without a date,
    /// and where data that was not delivered may hold an earlier one, any day of the last `limits.record_months`.
    #[must_use]
    pub fn pregnancy_began(&self, status: &Status, limits: &PregnancyLimits) -> Vec<Moment> {
        let today = self.as_of.day();
        let any_day = Moment { first: today.plus_months(-limits.record_months).first, last: today.last, instant: None };
        let began = |shown: &Evidence| match shown.period {
            Some(EvidencePeriod::On(when) | EvidencePeriod::Course { from: when, .. }) => when,
            None => any_day,
        };
        let gaps = status.shown.gaps();
        let doubted = |shown: &&Evidence| gaps.iter().any(|gap| gap.reference.as_deref() == Some(&shown.reference));
        let evidence = status.shown.evidence().iter();
        let mut days: Vec<Moment> = match status.outlook {
            Outlook::OnRecord => evidence.map(began).collect(),
            Outlook::Open => evidence.filter(doubted).map(began).collect(),
            Outlook::Clear => Vec::new(),
        };
        // Evidence that was left out may be of any day.
        if status.shown.evidence().len() >= MOST_EVIDENCE_KEPT {
            days.push(any_day);
        }
        let unseen = status.judgement.verdict() == Verdict::Unknown && gaps.iter().any(|gap| gap.kind.is_delivery());
        if unseen || days.is_empty() {
            days.push(any_day);
        }
        days
    }
}
