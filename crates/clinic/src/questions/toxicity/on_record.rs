//! Cytokine release syndrome and ICANS on record, with their grade, as far as they belong to the present episode.

use std::cmp::Reverse;

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::grade::score_in_words;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Judgement, Moment, Source, Verdict};

/// Which toxicity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToxicityKind {
    /// Cytokine release syndrome.
    CytokineReleaseSyndrome,
    /// Immune effector cell-associated neurotoxicity syndrome.
    Icans,
}

impl ToxicityKind {
    /// Where a toxicity is recorded.
    pub const SOURCES: [Source; 2] = [Source::Conditions, Source::Observations];

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

/// A toxicity that was there in the present episode and is over.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The highest grade that was recorded; `None` when none was.
    pub highest: Option<u8>,
    /// When it began, as far as it is dated.
    pub began: Option<Moment>,
}

/// A toxicity, as far as the record shows it.
#[derive(Clone, Debug)]
pub struct Episode {
    /// It goes on, in the present episode.
    pub present: Option<Toxicity>,
    /// It was there in the present episode, and is over.
    pub resolved: Option<Resolved>,
    /// Whether it is on record, and of another episode or without a date.
    pub is_past: bool,
    /// Whether it goes on; what is over or past is shown with a no.
    pub judgement: Judgement,
}

impl Case<'_> {
    /// The toxicity of the present episode: an active diagnosis, or a grade above 0, of the last month and not before the
    /// infusion. A diagnosis that ended within that time, and a grade that fell to 0, are over. `reasons` are the coded
    /// reasons of an order: they speak of today.
    ///
    /// A record whose date can't be told apart from an earlier episode does not count: missing data never softens a warning.
    #[must_use]
    pub fn toxicity(&self, kind: ToxicityKind, reasons: &[(&Concept, &str)]) -> Episode {
        let mut active: Vec<Record> = Vec::new();
        for (reason, reference) in reasons {
            if reason.has(kind.diagnosis()) {
                let evidence = Evidence {
                    what: reason.text.clone(),
                    how: Some("evidence-order-reason"),
                    period: None,
                    source: Source::DraftOrders,
                    reference: (*reference).to_owned(),
                };
                active.push(Record { date: Some(self.as_of.day()), grade: kind.coded_grade(reason), evidence });
            }
        }
        let conditions = self.conditions(kind.diagnosis()).items;
        let of_episode: Vec<&Condition> = conditions
            .iter()
            .copied()
            .filter(|of| self.is_of_this_episode(of.date()) || self.is_after_infusion_and_ended_lately(of))
            .collect();
        let record = |condition: &Condition| Record {
            date: condition.date(),
            grade: kind.coded_grade(&condition.concept),
            evidence: condition.evidence(),
        };
        let is_active = |condition: &&&Condition| condition.is_active() == Verdict::Met;
        active.extend(of_episode.iter().filter(is_active).map(|condition| record(condition)));
        let observations = self.observations(kind.grade_observation()).items;
        active.extend(observations.iter().filter_map(|grade| self.grade_of_this_episode(grade)));
        let past = || -> Vec<Evidence> {
            let conditions = conditions.iter().map(|condition| condition.evidence());
            conditions.chain(observations.iter().map(|grade| grade.evidence())).collect()
        };
        if let Some(present) = going_on(&active) {
            let judgement = Judgement::met(present.evidence.clone());
            return Episode { present: Some(present), resolved: None, is_past: false, judgement };
        }
        // An active diagnosis is over only when a later grade says so.
        let ended = of_episode.iter().filter(|condition| condition.is_active() == Verdict::NotMet);
        let over: Vec<Record> = active.into_iter().chain(ended.map(|condition| record(condition))).collect();
        let was_there = over.iter().any(|record| record.grade != Some(0));
        let resolved = was_there.then(|| Resolved {
            highest: over.iter().filter_map(|record| record.grade).max(),
            began: over.iter().filter(|of| of.grade != Some(0)).filter_map(|of| of.date).min_by_key(|date| date.first),
        });
        let on_record = past();
        let is_past = resolved.is_none() && !on_record.is_empty();
        let judgement = if on_record.is_empty() {
            let gaps = ToxicityKind::SOURCES.into_iter().flat_map(|source| self.sources().gaps_of(source));
            Judgement::found(Vec::new(), gaps.collect())
        } else {
            Judgement::not_met(on_record)
        };
        Episode { present: None, resolved, is_past, judgement }
    }

    /// A grade that was scored in the present episode. One that is none (a fraction, beyond the scale) does not count.
    fn grade_of_this_episode(&self, observation: &Observation) -> Option<Record> {
        let number = match &observation.value {
            Value::Text(words) => score_in_words(words, 5),
            _ => observation.number(),
        };
        let grade = number.filter(|grade| (0.0..=5.0).contains(grade) && grade.fract() == 0.0)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 5")]
        let grade = grade as u8;
        let is_dated = observation.when.is_some() && self.is_of_this_episode(observation.when);
        is_dated.then(|| Record { date: observation.when, grade: Some(grade), evidence: observation.evidence() })
    }

    /// Whether a record belongs to the present episode. Without a date it does not: it may be of an earlier one.
    pub(super) fn is_of_this_episode(&self, date: Option<Moment>) -> bool {
        let Some(date) = date else { return false };
        self.is_of_the_last_month(&date) && self.is_after_infusion(&date)
    }

    /// Whether a diagnosis that began after the infusion, perhaps longer ago, ended within the last month.
    fn is_after_infusion_and_ended_lately(&self, condition: &Condition) -> bool {
        let is_late = condition.abatement.is_some_and(|end| self.is_of_the_last_month(&end));
        is_late && condition.date().is_some_and(|date| self.is_after_infusion(&date))
    }

    fn is_of_the_last_month(&self, date: &Moment) -> bool {
        self.within_days(date, self.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) == Verdict::Met
    }

    fn is_after_infusion(&self, date: &Moment) -> bool {
        match self.after_car_t().t0 {
            Some(t0) => date.on_or_after(&t0) == Verdict::Met,
            // The infusion has no date: it may be hidden with a source that was not sent.
            None => !self.sources.is_undelivered(Source::Procedures),
        }
    }
}

/// What goes on by these records; `None` without any, or when the latest grade is 0.
fn going_on(records: &[Record]) -> Option<Toxicity> {
    // The latest grade counts; of several on one day, the lowest: a low grade gives the sterner advice.
    let dated = || records.iter().filter_map(|record| Some((record.date.map(|date| date.last), record.grade?)));
    let latest = dated().max_by_key(|(date, grade)| (*date, Reverse(*grade))).map(|(_, grade)| grade);
    if records.is_empty() || latest == Some(0) {
        return None;
    }
    let highest = dated().max().map(|(_, grade)| grade);
    let of_highest = records.iter().filter(|record| highest.is_some() && record.grade == highest);
    Some(Toxicity {
        grade: latest,
        highest,
        highest_on: of_highest.filter_map(|record| record.date).collect(),
        evidence: records.iter().map(|record| record.evidence.clone()).collect(),
    })
}
