//! Neurotoxicity after CAR-T: the ICE and Glasgow coma scores of the last hours, the ICANS grades on record, and the ASTCT
//! grade that they come to (Lee et al. 2019).

use std::cmp::Reverse;

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::grade::{Grade, score_in_words};
use crate::questions::toxicity::on_record::ToxicityKind;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Standing, Verdict, add_gaps};

/// A scale of whole numbers.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// The observation that is scored on it.
    pub set: ValueSet,
    /// The lowest score.
    pub least: u8,
    /// The highest score.
    pub most: u8,
    /// The score of a healthy person.
    pub normal: u8,
}

/// The ICE score.
pub const ICE: Scale = Scale { set: ValueSet::ICE_SCORE, least: 0, most: 10, normal: 10 };
/// The total of the Glasgow coma scale.
pub const GCS: Scale = Scale { set: ValueSet::GLASGOW_COMA_SCORE, least: 3, most: 15, normal: 15 };
/// The ICANS grade that a clinician recorded.
pub const ICANS_GRADE: Scale = Scale { set: ValueSet::ICANS_GRADE, least: 0, most: 5, normal: 0 };

/// The scores of one kind within a window.
#[derive(Clone, Debug)]
pub struct Scores<'c> {
    /// The worst first; of equal ones the latest.
    pub worst_first: Vec<(u8, &'c Observation)>,
    /// The latest: what decides how severe it is now. The worst of those of which the dates leave open which is the latest.
    pub latest: Option<u8>,
    /// Records that may be a bad score of the window: unreadable, impossible, or of an uncertain time.
    pub open: Vec<Gap>,
    /// Why there may be more: what was not sent, and what has no code.
    pub gaps: Vec<Gap>,
}

impl Scores<'_> {
    /// The worst of them.
    #[must_use]
    pub fn worst(&self) -> Option<u8> {
        self.worst_first.first().map(|(score, _)| *score)
    }

    /// What shows the scores that `bad` holds for.
    fn evidence(&self, bad: impl Fn(u8) -> bool) -> Vec<Evidence> {
        let of_interest = self.worst_first.iter().filter(|(score, _)| bad(*score));
        of_interest.map(|(_, observation)| observation.evidence()).collect()
    }

    /// Whether one of them is bad, and whether not knowing is worth a question.
    pub fn any(&self, bad: impl Fn(u8) -> bool) -> (Judgement, bool) {
        let evidence = self.evidence(&bad);
        if !evidence.is_empty() {
            return (Judgement::met(evidence), false);
        }
        let mut gaps = self.open.clone();
        add_gaps(&mut gaps, self.gaps.iter().cloned());
        let judgement = if gaps.is_empty() { Judgement::not_met(Vec::new()) } else { Judgement::unknown(gaps) };
        (judgement.with_evidence(self.evidence(|_| true)), !self.open.is_empty())
    }
}

/// Whether a patient is awake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Consciousness {
    /// Nothing tells.
    #[default]
    NotKnown,
    /// Awake.
    Awake,
    /// Clearly reduced consciousness, above coma.
    Reduced,
    /// Unconscious, or in coma.
    Unarousable,
}

/// What the ASTCT grade of ICANS rests on.
#[derive(Clone, Copy, Debug, Default)]
pub struct IcansSigns {
    /// The ICE score.
    pub ice: Option<u8>,
    /// Whether the patient is awake.
    pub consciousness: Consciousness,
    /// A seizure, or cerebral oedema.
    pub seizure_or_oedema: bool,
    /// Any other sign.
    pub other_sign: bool,
}

impl IcansSigns {
    /// The grade: the worst item counts. `None` without any item. Tremor and headache are no items.
    #[must_use]
    pub fn grade(self) -> Option<Grade> {
        let exact = |grade| Some(Grade::exactly(grade));
        let at_least = |grade| Some(Grade::at_least(grade));
        let by_ice = match self.ice {
            // Not to be roused is grade 4; awake is grade 3.
            Some(0) => {
                if matches!(self.consciousness, Consciousness::Awake | Consciousness::Reduced) {
                    exact(3)
                } else {
                    at_least(3)
                }
            }
            Some(1..=2) => exact(3),
            Some(3..=6) => exact(2),
            Some(7..=9) => exact(1),
            _ => None,
        };
        let by_consciousness = if self.consciousness == Consciousness::Unarousable { exact(4) } else { None };
        // A brief seizure and focal oedema are grade 3; a long one, several, and diffuse oedema are grade 4.
        let by_event = if self.seizure_or_oedema { at_least(3) } else { None };
        let by_sign = if self.other_sign && by_ice.is_none() { at_least(1) } else { None };
        [by_ice, by_consciousness, by_event, by_sign]
            .into_iter()
            .flatten()
            .max_by_key(|item| (item.grade, item.at_least))
    }
}

impl Case<'_> {
    /// The scores on a scale that were observed lately and after the infusion. A normal score is of no interest when its time
    /// is uncertain.
    #[must_use]
    pub fn scores(&self, scale: Scale) -> Scores<'_> {
        let (hours, after) = (self.whole(&numbers::RECENT_SYMPTOM_HOURS), self.after_car_t());
        let gaps = self.sources.gaps_of(Source::Observations);
        let mut scores = Scores { worst_first: Vec::new(), latest: None, open: Vec::new(), gaps };
        for observation in &self.observations {
            let is_score = observation.concept.is(scale.set);
            let in_time = observation.when.map_or(Verdict::Unknown, |when| {
                self.happened_within_hours(&when, hours).and(after.is_followed_by(&when))
            });
            if in_time.and(is_score) == Verdict::NotMet {
                continue;
            }
            let gap = |kind| Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what);
            if is_score == Verdict::Unknown {
                let is_bad = scale.read(observation).is_some_and(|score| score != scale.normal);
                let is_asked = is_bad && observation.concept.names_in_words(scale.set);
                let gaps = if is_asked { &mut scores.open } else { &mut scores.gaps };
                add_gaps(gaps, [gap(observation.concept.gap_kind())]);
                continue;
            }
            let open = match (scale.read(observation), observation.standing, observation.when) {
                (None, _, _) => vec![gap(GapKind::Unreadable).said_as("gap-score")],
                (Some(score), Standing::Counts, _) if in_time == Verdict::Met => {
                    scores.worst_first.push((score, observation));
                    continue;
                }
                (Some(score), _, _) if score == scale.normal => continue,
                (Some(_), Standing::Unclear(kind), _) => vec![gap(kind)],
                (Some(_), _, None) => vec![gap(GapKind::NotRecorded).said_as("gap-undated")],
                (Some(_), _, Some(_)) if after.t0.is_none() && !after.hidden.is_empty() => after.hidden.clone(),
                (Some(_), _, Some(_)) => vec![gap(GapKind::ImpreciseDate)],
            };
            add_gaps(&mut scores.open, open);
        }
        let time = |observation: &Observation| observation.when.map(|when| self.as_of.span_of(&when).0);
        scores.worst_first.sort_by_key(|(score, observation)| {
            (score.abs_diff(scale.normal), time(observation), Reverse(observation.reference.clone()))
        });
        scores.worst_first.reverse();
        let span = |observation: &Observation| observation.when.map(|when| self.as_of.span_of(&when));
        let newest = scores.worst_first.iter().filter_map(|(_, of)| Some(span(of)?.0)).max();
        let is_newest = |of: &Observation| span(of).is_some_and(|(_, to)| newest.is_none_or(|newest| to >= newest));
        scores.latest = scores.worst_first.iter().find(|(_, of)| is_newest(of)).map(|(score, _)| *score);
        scores
    }

    /// The Glasgow coma score to which the present ones are compared: the last before the infusion, with a better one since;
    /// without one before the infusion, the best that there is.
    #[must_use]
    pub fn usual_coma_score(&self) -> u8 {
        let after = self.after_car_t();
        let (mut before, mut since) = (None, None);
        for observation in self.observations(ValueSet::GLASGOW_COMA_SCORE).items {
            let (Some(when), Some(score)) = (observation.when, GCS.read(observation)) else { continue };
            let time = (self.as_of.span_of(&when).0, score);
            match after.is_followed_by(&when) {
                Verdict::NotMet => before = before.max(Some(time)),
                Verdict::Met => since = since.max(Some(score)),
                Verdict::Unknown => {}
            }
        }
        before.map_or(GCS.normal, |(_, score)| score.max(since.unwrap_or(score)))
    }

    /// The ICANS grade that was scored last; else the highest that a diagnosis among `diagnoses` carries.
    #[must_use]
    pub fn recorded_icans_grade(&self, scored: &Scores<'_>, diagnoses: &[&str]) -> Option<u8> {
        scored.latest.or_else(|| {
            let of_episode =
                self.conditions.iter().filter(|condition| diagnoses.contains(&condition.reference.as_str()));
            // What is over is shown, and says nothing of today.
            let present = of_episode.filter(|condition| condition.is_active() != Verdict::NotMet);
            present.filter_map(|condition| ToxicityKind::Icans.coded_grade(&condition.concept)).max()
        })
    }
}

impl Scale {
    /// A score: a whole number within the scale, not a bound.
    fn read(self, observation: &Observation) -> Option<u8> {
        let number = match &observation.value {
            Value::Text(words) => score_in_words(words, self.most)?,
            _ => observation.number()?,
        };
        (self.least..=self.most).find(|score| (f64::from(*score) - number).abs() < f64::EPSILON)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_item_decides_the_grade() {
        let ice = |ice| IcansSigns { ice: Some(ice), ..IcansSigns::default() };
        let table = [
            (ice(10), None),
            (ice(9), Some((1, false))),
            (ice(7), Some((1, false))),
            (ice(6), Some((2, false))),
            (ice(3), Some((2, false))),
            (ice(2), Some((3, false))),
            (ice(0), Some((3, true))),
            (IcansSigns { consciousness: Consciousness::Awake, ..ice(0) }, Some((3, false))),
            (IcansSigns { consciousness: Consciousness::Unarousable, ..ice(0) }, Some((4, false))),
            (IcansSigns { other_sign: true, ..ice(10) }, Some((1, true))),
            (IcansSigns { other_sign: true, ..ice(8) }, Some((1, false))),
            (IcansSigns { seizure_or_oedema: true, ..ice(10) }, Some((3, true))),
            (IcansSigns { seizure_or_oedema: true, ..ice(2) }, Some((3, true))),
            (IcansSigns { other_sign: true, ..IcansSigns::default() }, Some((1, true))),
            (IcansSigns::default(), None),
        ];
        for (signs, expected) in table {
            let grade = signs.grade().map(|found| (found.grade, found.at_least));
            assert_eq!(grade, expected, "{signs:?}");
        }
    }
}
