//! What the value of one observation says: for, against, or nothing that can be read.

use crate::questions::reproduction::pregnancy::Sign;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Source};

/// The gap of a value that does not say enough, in words of its own.
pub(super) fn said(observation: &Observation, text: &'static str) -> Gap {
    Gap::at(GapKind::NotRecorded, Source::Observations, &observation.reference, &observation.evidence().what)
        .said_as(text)
}

/// The reading of an answer that no value set knows.
fn unclear_answer(observation: &Observation) -> Sign {
    let kind = if matches!(observation.value, Value::Unreadable) { GapKind::Unreadable } else { GapKind::Uncoded };
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
        Value::Concept(answer) if answer.has(ValueSet::PREGNANCY_STATUS_UNKNOWN) => None,
        Value::Concept(answer) if answer.has(ValueSet::POSSIBLE_PREGNANCY) => {
            Some(Sign::Unclear(said(observation, "gap-possible-pregnancy")))
        }
        Value::Boolean(true) => Some(Sign::For),
        Value::Boolean(false) => Some(Sign::Against),
        Value::None => None,
        Value::Concept(_) | Value::Quantity(_) | Value::Text(_) | Value::Unreadable => {
            Some(unclear_answer(observation))
        }
    }
}

/// `None`: asked, but not answered.
pub(super) fn breastfeeding_answer(observation: &Observation) -> Option<Sign> {
    match &observation.value {
        Value::Concept(answer) if answer.has(ValueSet::BREASTFEEDING) => Some(Sign::For),
        Value::Boolean(true) => Some(Sign::For),
        Value::Boolean(false) => Some(Sign::Against),
        Value::None => None,
        Value::Concept(_) | Value::Quantity(_) | Value::Text(_) | Value::Unreadable => {
            Some(unclear_answer(observation))
        }
    }
}

/// Evidence of a test, with its interpretation where it has no value.
pub(super) fn result_evidence(observation: &Observation) -> Evidence {
    let evidence = observation.evidence();
    if observation.interpretation.is_empty() || !observation.value_text().is_empty() {
        return evidence;
    }
    Evidence { what: format!("{}: {}", evidence.what, observation.interpretation.join(", ")), ..evidence }
}

/// Positive, negative, or not to be read: by interpretation, by yes and no, by the upper limit of normal.
pub(super) fn test_result(observation: &Observation) -> Sign {
    let flagged = |codes: &[&str]| observation.interpretation.iter().any(|code| codes.contains(&code.as_str()));
    if flagged(&["POS", "DET", "A", "AA", "H", "HH", "HU", "WR"]) {
        return Sign::For;
    }
    if flagged(&["NEG", "ND", "NR", "N", "L", "LL"]) {
        return Sign::Against;
    }
    match (&observation.value, observation.number(), observation.upper_limit) {
        (Value::Boolean(true), ..) => Sign::For,
        (Value::Boolean(false), ..) => Sign::Against,
        (_, Some(number), Some(limit)) if number > limit => Sign::For,
        (_, Some(_), Some(_)) => Sign::Against,
        (Value::Quantity(_) | Value::None, ..) => Sign::Unclear(said(observation, "gap-hcg-without-reading")),
        _ => unclear_answer(observation),
    }
}
