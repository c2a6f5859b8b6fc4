//! What a test says that is positive or negative.

use cellwise_record::facts::concept::Coding;
use cellwise_record::facts::observation::{Observation, Value, says_positive};
use cellwise_record::facts::quantity::Bound;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Source};

/// What a test says.
#[derive(Clone, Debug)]
pub enum TestResult {
    /// Positive.
    Positive,
    /// Negative.
    Negative,
    /// It can't be told, for this reason.
    Unclear(Gap),
}

impl TestResult {
    /// Positive, negative, or not to be read: by its answer, by its interpretation, by the upper limit of normal. The word
    /// "positive" alone is one, too; the word "negative" alone is a question. `without_reading` is the text of the gap that a
    /// number leaves which nothing interprets.
    #[must_use]
    pub fn of(observation: &Observation, without_reading: &'static str) -> Self {
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
            (true, false) => Self::Positive,
            (false, true) => Self::Negative,
            (true, true) => Self::Unclear(result_evidence(observation).gap(GapKind::Conflicting)),
            (false, false) => Self::Unclear(match &observation.value {
                Value::Quantity(_) | Value::None => {
                    observation.evidence().gap(GapKind::NotRecorded).said_as(without_reading)
                }
                _ => unreadable_answer(observation),
            }),
        }
    }
}

/// The gap of an answer that no value set knows.
pub(crate) fn unreadable_answer(observation: &Observation) -> Gap {
    let is_unreadable = matches!(observation.value, Value::Unreadable | Value::Absent);
    let kind = if is_unreadable { GapKind::Unreadable } else { GapKind::Uncoded };
    Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what)
}

/// Evidence of a test, with its interpretation where it has no value.
pub(crate) fn result_evidence(observation: &Observation) -> Evidence {
    let evidence = observation.evidence();
    if observation.interpretation.is_empty() || !observation.value_text().is_empty() {
        return evidence;
    }
    let said: Vec<&str> = observation.interpretation.iter().map(|said| said.text.as_str()).collect();
    Evidence { what: format!("{}: {}", evidence.what, said.join(", ")), ..evidence }
}

fn is_positive_in_words(observation: &Observation) -> bool {
    match &observation.value {
        Value::Text(words) => says_positive(words),
        Value::Concept(answer) => answer.coding != Coding::Known && says_positive(&answer.text),
        Value::None => observation.interpretation.iter().any(|said| says_positive(&said.text)),
        _ => false,
    }
}
