//! Cytokine release syndrome now: the grade that the signs come to, the one that a clinician recorded, and the higher of them.

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::grade::Grade;
use crate::questions::toxicity::on_record::{Episode, ToxicityKind};
use cellwise_record::search::vital_sign::Limit;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Moment, Source, Verdict};

/// Cytokine release syndrome in the present episode.
#[derive(Clone, Debug)]
pub struct Crs {
    /// The grade that the signs of the last hours come to. `None` without any, and without fever: neither now nor since the
    /// infusion, nor a reason why there is none.
    pub computed: Option<Grade>,
    /// The grade that was recorded in the last hours.
    pub recorded: Option<u8>,
    /// The higher of the two.
    pub grade: Option<Grade>,
    /// CRS of this episode on record, going on or over.
    pub episode: Episode,
    /// Whether the grade on record is too old to decide.
    pub is_recorded_earlier: bool,
    /// Whether a grade needs no fever now: fever since the infusion, CRS on record, or a drug given that takes fever away.
    pub was_febrile: bool,
}

impl Case<'_> {
    /// Cytokine release syndrome in the present episode.
    pub fn crs(&self) -> &Crs {
        self.once(&self.answers.crs, || {
            let (signs, t0) = (self.crs_signs(), self.after_car_t().t0);
            let episode = self.toxicity(ToxicityKind::CytokineReleaseSyndrome, &[]);
            let found = episode.present.as_ref();
            let is_of_episode = found.is_some() || episode.resolved.is_some();
            let was_febrile = is_of_episode || self.was_febrile(t0.as_ref());
            let computed = signs.grade.filter(|_| signs.fever.answer.is_met() || was_febrile);
            let highest = found.and_then(|crs| crs.highest);
            let recorded = highest.filter(|_| {
                let hours = self.whole(&numbers::RECORDED_CRS_GRADE_HOURS);
                let is_recent = |date: &Moment| self.happened_within_hours(date, hours) != Verdict::NotMet;
                found.into_iter().flat_map(|crs| &crs.highest_on).any(is_recent)
            });
            Crs {
                grade: Grade::higher(computed, recorded),
                computed,
                recorded,
                is_recorded_earlier: highest.is_some() && recorded.is_none(),
                was_febrile,
                episode,
            }
        })
    }

    /// Fever since the infusion, or a drug given that takes it away.
    fn was_febrile(&self, t0: Option<&Moment>) -> bool {
        let month = self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
        let fever = Limit::AtLeast(self.value(&numbers::CRS_FEVER), "Cel");
        let is_since = |start: &Moment| self.within_days(start, month).and(self.not_before(start, t0)) == Verdict::Met;
        let is_masked = [ValueSet::ANTICYTOKINE, ValueSet::SYSTEMIC_CORTICOSTEROID].into_iter().any(|set| {
            let given = self.medications_of(Source::MedicationAdministrations, set).items;
            given.iter().any(|drug| drug.start.as_ref().is_some_and(is_since))
        });
        is_masked || self.readings(ValueSet::BODY_TEMPERATURE, month.saturating_mul(24), t0).exceed(fever).is_met()
    }

    /// Whether something of the hint list is asked for in words, in the last hours or for later: it is not offered twice.
    #[must_use]
    pub fn is_requested_in_words(&self, hint: &str) -> bool {
        let hours = self.whole(&numbers::CRS_HOURS);
        let is_recent = |when: Moment| {
            // What is asked for today may be planned for later.
            self.happened_within_hours(&when, hours) != Verdict::NotMet || when.first >= self.as_of.date
        };
        self.service_requests
            .iter()
            .any(|act| self.mentions(hint, &act.concept.text) && act.period.start.is_some_and(is_recent))
    }
}
