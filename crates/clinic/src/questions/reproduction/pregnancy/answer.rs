//! What the value of one observation says: for, against, or nothing that can be read.

use crate::questions::reproduction::pregnancy::Sign;
use crate::questions::test_result::{TestResult, unreadable_answer};
use cellwise_record::facts::observation::{Observation, Value, says_positive, says_pregnant, says_yes};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Source};

/// The gap of a value that does not say enough, in words of its own.
pub(super) fn said(observation: &Observation, text: &'static str) -> Gap {
    Gap::at(GapKind::NotRecorded, Source::Observations, &observation.reference, &observation.evidence().what)
        .said_as(text)
}

/// The reading of an answer that no value set knows.
fn unclear_answer(observation: &Observation) -> Sign {
    Sign::Unclear(unreadable_answer(observation))
}

/// `None`: asked, but not answered.
pub(super) fn pregnancy_answer(observation: &Observation) -> Option<Sign> {
    match &observation.value {
        Value::Concept(answer)
            if answer.has(ValueSet::PREGNANCY) || answer.has(ValueSet::PREGNANCY_STATUS_PREGNANT) =>
        {
            Some(Sign::For)
        }
        Value::Concept(answer)
            if answer.has(ValueSet::NOT_PREGNANT) || answer.has(ValueSet::PREGNANCY_STATUS_NOT_PREGNANT) =>
        {
            Some(Sign::Against)
        }
        _ if observation.answer() == Some(true) && observation.has_value() => Some(Sign::For),
        _ if observation.answer() == Some(false) && observation.has_value() => Some(Sign::Against),
        _ if says_in_words(observation, |words| is_yes(words) || says_pregnant(words)) => Some(Sign::For),
        Value::Concept(answer) if answer.has(ValueSet::PREGNANCY_STATUS_UNKNOWN) => None,
        Value::Concept(answer) if answer.has(ValueSet::POSSIBLE_PREGNANCY) => {
            Some(Sign::Unclear(said(observation, "gap-possible-pregnancy")))
        }
        Value::None | Value::Absent => None,
        _ => Some(unclear_answer(observation)),
    }
}

/// `None`: asked, but not answered.
pub(super) fn breastfeeding_answer(observation: &Observation) -> Option<Sign> {
    match (&observation.value, observation.answer()) {
        (Value::None, _) => None,
        (Value::Concept(answer), _) if answer.has(ValueSet::BREASTFEEDING) => Some(Sign::For),
        (_, Some(true)) => Some(Sign::For),
        (_, Some(false)) => Some(Sign::Against),
        _ if says_in_words(observation, is_yes) => Some(Sign::For),
        _ => Some(unclear_answer(observation)),
    }
}

fn is_yes(words: &str) -> bool {
    says_yes(words) || says_positive(words)
}

/// Whether an answer that no value set has is one whole word that says yes: the only words that say something, as for a test.
fn says_in_words(observation: &Observation, says: impl Fn(&str) -> bool) -> bool {
    match &observation.value {
        Value::Text(words) => says(words),
        Value::Concept(answer) => !answer.is_listed() && says(&answer.text),
        _ => false,
    }
}

/// What a pregnancy test or a level of hCG says.
pub(super) fn test_result(observation: &Observation) -> Sign {
    match TestResult::of(observation, "gap-hcg-without-reading") {
        TestResult::Positive => Sign::For,
        TestResult::Negative => Sign::Against,
        TestResult::Unclear(gap) => Sign::Unclear(gap),
    }
}
