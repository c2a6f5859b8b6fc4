//! What the value of one observation says: for, against, or nothing that can be read.

use crate::questions::reproduction::pregnancy::Sign;
use cellwise_record::facts::concept::Coding;
use cellwise_record::facts::observation::{Observation, Value, says_positive};
use cellwise_record::facts::quantity::Bound;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Source};

/// The gap of a value that does not say enough, in words of its own.
pub(super) fn said(observation: &Observation, text: &'static str) -> Gap {
    Gap::at(GapKind::NotRecorded, Source::Observations, &observation.reference, &observation.evidence().what)
        .said_as(text)
}

/// The reading of an answer that no value set knows.
fn unclear_answer(observation: &Observation) -> Sign {
    let is_unreadable = matches!(observation.value, Value::Unreadable | Value::Absent);
    let kind = if is_unreadable { GapKind::Unreadable } else { GapKind::Uncoded };
    Sign::Unclear(Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what))
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
        _ => Some(unclear_answer(observation)),
    }
}

/// Evidence of a test, with its interpretation where it has no value.
pub(super) fn result_evidence(observation: &Observation) -> Evidence {
    let evidence = observation.evidence();
    if observation.interpretation.is_empty() || !observation.value_text().is_empty() {
        return evidence;
    }
    let said: Vec<&str> = observation.interpretation.iter().map(|said| said.text.as_str()).collect();
    Evidence { what: format!("{}: {}", evidence.what, said.join(", ")), ..evidence }
}

/// Positive, negative, or not to be read: by its answer, by its interpretation, by the upper limit of normal. The word "positive"
/// alone is one, too; the word "negative" alone is a question.
pub(super) fn test_result(observation: &Observation) -> Sign {
    use ValueSet as Set;
    let flagged = |sets: [ValueSet; 3]| sets.into_iter().any(|set| observation.is_interpreted_as(set));
    let is_flagged = !observation.interpretation.is_empty();
    let above = observation.quantity().zip(observation.upper_limit).and_then(|(level, limit)| match level.bound {
        Bound::Exactly => Some(level.number > limit),
        Bound::Above if level.number >= limit => Some(true),
        Bound::Below if level.number <= limit => Some(false),
        _ => None,
    });
    let says = |yes| observation.answer() == Some(yes) || !is_flagged && above == Some(yes);
    let is_positive = says(true)
        || is_positive_in_words(observation)
        || flagged([Set::RESULT_POSITIVE, Set::RESULT_HIGH, Set::RESULT_ABNORMAL]);
    let is_negative = says(false) || flagged([Set::RESULT_NEGATIVE, Set::RESULT_NORMAL, Set::RESULT_LOW]);
    match (is_positive, is_negative) {
        (true, false) => Sign::For,
        (false, true) => Sign::Against,
        (true, true) => Sign::Unclear(result_evidence(observation).gap(GapKind::Conflicting)),
        (false, false) => match &observation.value {
            Value::Quantity(_) | Value::None => Sign::Unclear(said(observation, "gap-hcg-without-reading")),
            _ => unclear_answer(observation),
        },
    }
}

fn is_positive_in_words(observation: &Observation) -> bool {
    match &observation.value {
        Value::Text(words) => says_positive(words),
        Value::Concept(answer) => answer.coding != Coding::Known && says_positive(&answer.text),
        Value::None => observation.interpretation.iter().any(|said| says_positive(&said.text)),
        _ => false,
    }
}
