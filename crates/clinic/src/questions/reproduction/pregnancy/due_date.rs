//! Pregnancies by their due date or duration, and those on record without a date.

use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::pregnancy::answer::said;
use crate::questions::reproduction::pregnancy::{Record, Sign};
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::facts::quantity::Bound;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, EvidencePeriod, Gap, GapKind, Moment, Source, Standing, Verdict};

/// From the last period to the due date.
const DAYS_OF_PREGNANCY: i32 = 280;

impl Case<'_> {
    /// Whether the patient is pregnant. The Dutch national profile of a pregnancy has no date: one on record is one of
    /// today, unless the due date on record says that it is over.
    pub(super) fn see_status(&self, observation: &Observation, sign: Option<Sign>, record: &mut Record) {
        let is_for = matches!(sign, Some(Sign::For)) && observation.standing == Standing::Counts;
        if !is_for || observation.when.is_some() {
            return Self::see_answer(observation, sign, &self.earliest_pregnancy(), record);
        }
        let of_pregnancy = |other: &&Observation| {
            other.concept.has(ValueSet::PREGNANCY_DUE_DATE) || other.concept.has(ValueSet::PREGNANCY_DURATION)
        };
        let due = self.observations.iter().filter(of_pregnancy).filter_map(due_date).max_by_key(|due| due.last);
        let is_over = due.is_some_and(|due| self.is_past(&due) == Verdict::Met);
        let current = if is_over { Verdict::NotMet } else { Verdict::Met };
        record.add_for(current, None, Source::Observations, observation.evidence());
    }

    /// A due date to come is a pregnancy of today, one long past says nothing. On a child's record it is the child's.
    pub(super) fn see_due_date(&self, observation: &Observation, record: &mut Record) {
        if self.is_old_enough().is_not_met() {
            return;
        }
        let (source, evidence) = (Source::Observations, observation.evidence());
        let unclear = |kind| Sign::Unclear(Gap::at(kind, source, &observation.reference, &evidence.what));
        let Some(due) = due_date(observation) else {
            if observation.has_value() {
                let kind = if observation.when.is_none() { GapKind::ImpreciseDate } else { GapKind::Unreadable };
                let kind = observation.why_no_number().filter(|kind| *kind == GapKind::Impossible).unwrap_or(kind);
                record.see(unclear(kind), observation.when, source, evidence);
            }
            return;
        };
        let today = self.as_of.day();
        let latest = today.plus_days(DAYS_OF_PREGNANCY + self.whole(&numbers::DAYS_PAST_DUE_DATE));
        let to_come = due.on_or_after(&today);
        let sign = match (observation.standing, self.is_past(&due)) {
            (_, Verdict::Met) => {
                record.expired = true;
                record.shown.push(evidence);
                return;
            }
            (Standing::Unclear(kind), _) => unclear(kind),
            (Standing::Counts, _) if due.after(&latest) == Verdict::Met => unclear(GapKind::Impossible),
            (Standing::Counts, _) if to_come == Verdict::Met => Sign::For,
            (Standing::Counts, _) if to_come == Verdict::Unknown => unclear(GapKind::ImpreciseDate),
            (Standing::Counts, _) => Sign::Unclear(said(observation, "gap-due-date-passed")),
        };
        let since = EvidencePeriod::Course { from: due.plus_days(-DAYS_OF_PREGNANCY), to: None };
        let period = if matches!(sign, Sign::For) { Some(since) } else { evidence.period };
        record.see(sign, observation.when, source, Evidence { period, ..evidence });
    }

    /// Whether a pregnancy with this due date is over, however late the child came.
    fn is_past(&self, due: &Moment) -> Verdict {
        due.plus_days(self.whole(&numbers::DAYS_PAST_DUE_DATE)).before(&self.as_of.day())
    }
}

/// The due date: recorded, or reckoned from how far the pregnancy was on a day.
fn due_date(observation: &Observation) -> Option<Moment> {
    match &observation.value {
        Value::Moment(due) => Some(*due),
        Value::Text(words) => Moment::parse(words.trim()),
        Value::Quantity(duration) if observation.concept.has(ValueSet::PREGNANCY_DURATION) => {
            let days = duration.in_unit("d").filter(|_| duration.bound == Bound::Exactly)?;
            let elapsed = (0..DAYS_OF_PREGNANCY * 2).find(|whole| f64::from(*whole) >= days.floor())?;
            Some(observation.when?.plus_days(DAYS_OF_PREGNANCY - elapsed))
        }
        _ => None,
    }
}
