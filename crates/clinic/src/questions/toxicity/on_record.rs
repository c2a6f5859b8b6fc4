//! Cytokine release syndrome and ICANS on record, with their grade, as far as they belong to the present episode.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Moment, Source, Verdict};

/// Which toxicity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToxicityKind {
    /// Cytokine release syndrome.
    CytokineReleaseSyndrome,
    /// Immune effector cell-associated neurotoxicity syndrome.
    Icans,
}

impl ToxicityKind {
    /// The codes of its diagnosis.
    pub(super) fn diagnosis(self) -> ValueSet {
        match self {
            Self::CytokineReleaseSyndrome => ValueSet::CYTOKINE_RELEASE_SYNDROME,
            Self::Icans => ValueSet::ICANS,
        }
    }

    /// The observations of its grade.
    pub(super) fn grade_observation(self) -> ValueSet {
        match self {
            Self::CytokineReleaseSyndrome => ValueSet::CRS_GRADE,
            Self::Icans => ValueSet::ICANS_GRADE,
        }
    }

    /// The grade that a diagnosis code carries.
    pub(crate) fn coded_grade(self, concept: &Concept) -> Option<u8> {
        let sets = match self {
            Self::CytokineReleaseSyndrome => [
                ValueSet::CRS_GRADE_1,
                ValueSet::CRS_GRADE_2,
                ValueSet::CRS_GRADE_3,
                ValueSet::CRS_GRADE_4,
                ValueSet::CRS_GRADE_5,
            ],
            Self::Icans => [
                ValueSet::ICANS_GRADE_1,
                ValueSet::ICANS_GRADE_2,
                ValueSet::ICANS_GRADE_3,
                ValueSet::ICANS_GRADE_4,
                ValueSet::ICANS_GRADE_5,
            ],
        };
        sets.iter().zip(1..).find_map(|(set, grade)| concept.has(*set).then_some(grade))
    }
}

/// A toxicity that is going on.
#[derive(Clone, Debug)]
pub struct Toxicity {
    /// The latest recorded grade; `None` when none is recorded.
    pub grade: Option<u8>,
    /// The highest grade of the day of the latest one.
    pub highest: Option<u8>,
    /// When that grade was recorded, perhaps several times.
    pub highest_on: Vec<Moment>,
    /// What shows it.
    pub evidence: Vec<Evidence>,
}

/// One record of a toxicity: its date, its grade, what shows it.
struct Record {
    date: Option<Moment>,
    grade: Option<u8>,
    evidence: Evidence,
}

impl Case<'_> {
    /// The toxicity of the present episode: an active diagnosis, or a grade above 0, of the last month and not before the
    /// infusion. `reasons` are the coded reasons of an order: they speak of today.
    ///
    /// A record whose date can't be told apart from an earlier episode does not count: missing data never softens a warning.
    #[must_use]
    pub fn toxicity(&self, kind: ToxicityKind, reasons: &[(&Concept, &str)]) -> Option<Toxicity> {
        let mut records: Vec<Record> = Vec::new();
        for (reason, reference) in reasons {
            if reason.has(kind.diagnosis()) {
                let evidence = Evidence {
                    what: reason.text.clone(),
                    how: Some("evidence-order-reason"),
                    period: None,
                    source: Source::DraftOrders,
                    reference: (*reference).to_owned(),
                };
                records.push(Record { date: Some(self.as_of.day()), grade: kind.coded_grade(reason), evidence });
            }
        }
        for condition in self.conditions(kind.diagnosis()).items {
            if condition.is_active() == Verdict::Met && self.is_of_this_episode(condition.date()) {
                records.push(Record {
                    date: condition.date(),
                    grade: kind.coded_grade(&condition.concept),
                    evidence: condition.evidence(),
                });
            }
        }
        for observation in self.observations(kind.grade_observation()).items {
            let grade = observation.number().filter(|grade| (0.0..=5.0).contains(grade) && grade.fract() == 0.0);
            if let Some(grade) = grade
                && observation.when.is_some()
                && self.is_of_this_episode(observation.when)
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number from 0 to 5"
                )]
                let grade = grade as u8;
                records.push(Record { date: observation.when, grade: Some(grade), evidence: observation.evidence() });
            }
        }
        // The latest grade counts; of several on one day, the lowest: a low grade gives the sterner advice.
        let latest = records
            .iter()
            .filter_map(|record| {
                record.grade.map(|grade| (record.date.map(|date| date.last), std::cmp::Reverse(grade)))
            })
            .max()
            .map(|(_, grade)| grade.0);
        let highest = records
            .iter()
            .filter_map(|record| record.grade.map(|grade| (record.date.map(|date| date.last), grade)))
            .max()
            .map(|(_, grade)| grade);
        match (records.is_empty(), latest) {
            (true, _) | (false, Some(0)) => None,
            (false, grade) => {
                let of_highest = records.iter().filter(|record| highest.is_some() && record.grade == highest);
                Some(Toxicity {
                    grade,
                    highest,
                    highest_on: of_highest.filter_map(|record| record.date).collect(),
                    evidence: records.into_iter().map(|record| record.evidence).collect(),
                })
            }
        }
    }

    /// Every record of the toxicity, of whatever episode: what a card shows when none of them is of the present one.
    #[must_use]
    pub fn toxicity_on_record(&self, kind: ToxicityKind) -> Vec<Evidence> {
        let conditions = self.conditions(kind.diagnosis()).items.into_iter().map(Condition::evidence);
        let grades = self.observations(kind.grade_observation()).items.into_iter().map(Observation::evidence);
        conditions.chain(grades).collect()
    }

    /// Whether a record belongs to the present episode. Without a date it does not: it may be of an earlier one.
    fn is_of_this_episode(&self, date: Option<Moment>) -> bool {
        let Some(date) = date else { return false };
        let recent = self.within_days(&date, self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) == Verdict::Met;
        let after = match self.after_car_t().t0 {
            Some(t0) => date.on_or_after(&t0) == Verdict::Met,
            // The infusion has no date: it may be hidden with a source that was not sent.
            None => !self.sources.is_undelivered(Source::Procedures),
        };
        recent && after
    }
}
