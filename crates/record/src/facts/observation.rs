//! Measurements, findings and reports.

use crate::facts::concept::Concept;
use crate::facts::quantity::{Bound, Quantity};
use crate::terminology::ValueSet;
use crate::{Evidence, EvidencePeriod, GapKind, Moment, Period, Source, Standing};

/// The value of an observation.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number with its unit.
    Quantity(Quantity),
    /// A number that no living patient has ([`plausible`](super::plausible)).
    Impossible(Quantity),
    /// A day, such as a due date.
    Moment(Moment),
    /// Yes or no.
    Boolean(bool),
    /// A coded answer.
    Concept(Concept),
    /// Free text. Evidence, never proof.
    Text(String),
    /// No value (some findings need none).
    None,
    /// No value, and the record says that it has none.
    Absent,
    /// A value that can't be read.
    Unreadable,
}

/// An observation that is final, amended, corrected or preliminary, and about the patient.
#[derive(Clone, Debug)]
pub struct Observation {
    /// `Observation/id`.
    pub reference: String,
    /// What was observed.
    pub concept: Concept,
    /// When it was observed, else when it was issued.
    pub when: Option<Moment>,
    /// The period it covers (a relapse count, a pregnancy), if it was written as one; then `when` is its end, else its
    /// start.
    pub period: Option<Period>,
    /// The value.
    pub value: Value,
    /// How it is interpreted: positive, high, normal, …
    pub interpretation: Vec<Concept>,
    /// Upper limit of normal, in the unit of the value.
    pub upper_limit: Option<f64>,
    /// Whether it counts.
    pub standing: Standing,
}

impl Observation {
    /// The number, when the value is one (a quantity without bounds, or an integer).
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match &self.value {
            Value::Quantity(quantity) if quantity.bound == Bound::Exactly => Some(quantity.number),
            _ => None,
        }
    }

    /// The value with its unit, when it is a number.
    #[must_use]
    pub fn quantity(&self) -> Option<&Quantity> {
        match &self.value {
            Value::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }

    /// The value in words.
    #[must_use]
    pub fn value_text(&self) -> String {
        match &self.value {
            Value::Quantity(quantity) | Value::Impossible(quantity) => quantity.text(),
            Value::Moment(moment) => moment.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::Concept(concept) => concept.text.clone(),
            Value::Text(text) => text.clone(),
            Value::None | Value::Absent | Value::Unreadable => String::new(),
        }
    }

    /// Yes or no, where the value says so: as a boolean, or as a coded answer (positive, detected, present, yes). Without a value
    /// the interpretation speaks. Words alone say neither.
    #[must_use]
    pub fn answer(&self) -> Option<bool> {
        match &self.value {
            Value::Boolean(answer) => Some(*answer),
            Value::Concept(answer) => says(std::slice::from_ref(answer)),
            Value::None => says(&self.interpretation),
            _ => None,
        }
    }

    /// Whether an interpretation is in `set`.
    #[must_use]
    pub fn is_interpreted_as(&self, set: ValueSet) -> bool {
        self.interpretation.iter().any(|interpretation| interpretation.has(set))
    }

    /// Why its value is no number that a rule may compare: it is something else, or no patient has it. `None` when it is one.
    #[must_use]
    pub fn why_no_number(&self) -> Option<GapKind> {
        match &self.value {
            Value::Quantity(_) => None,
            Value::Impossible(_) => Some(GapKind::Impossible),
            _ => Some(GapKind::Unreadable),
        }
    }

    /// Whether there is a value at all, readable or not.
    #[must_use]
    pub fn has_value(&self) -> bool {
        !matches!(self.value, Value::None | Value::Absent)
    }

    /// Evidence: what, value and date.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let value = self.value_text();
        let what = if value.is_empty() { self.concept.text.clone() } else { format!("{}: {value}", self.concept.text) };
        Evidence {
            what,
            how: None,
            period: self.when.map(EvidencePeriod::On),
            source: Source::Observations,
            reference: self.reference.clone(),
        }
    }
}

/// What coded answers say; one of both kinds says neither.
fn says(answers: &[Concept]) -> Option<bool> {
    let has = |set| answers.iter().any(|answer| answer.has(set));
    match (has(ValueSet::RESULT_POSITIVE), has(ValueSet::RESULT_NEGATIVE)) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// Words by which a result is positive, in English and Dutch, when nothing else is said.
const POSITIVE: [&str; 14] = [
    "positive",
    "positief",
    "pos",
    "pos.",
    "weakly positive",
    "zwak positief",
    "detected",
    "aangetoond",
    "present",
    "aanwezig",
    "reactive",
    "reactief",
    "+",
    "++",
];

/// Whether words say "positive" and nothing else. They never say "negative": a word is not a result.
#[must_use]
pub fn says_positive(words: &str) -> bool {
    let words = words.trim().to_lowercase();
    POSITIVE.contains(&words.as_str())
}

/// A diagnostic report.
#[derive(Clone, Debug)]
pub struct Report {
    /// `DiagnosticReport/id`.
    pub reference: String,
    /// What was examined.
    pub concept: Concept,
    /// When.
    pub when: Option<Moment>,
    /// Coded conclusions.
    pub conclusions: Vec<Concept>,
    /// Whether it counts.
    pub standing: Standing,
}

impl Report {
    /// Evidence: what and date.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            what: self.concept.text.clone(),
            how: None,
            period: self.when.map(EvidencePeriod::On),
            source: Source::DiagnosticReports,
            reference: self.reference.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_word_is_positive() {
        for words in ["positief", " Positive ", "POS", "aangetoond", "zwak positief", "+"] {
            assert!(says_positive(words), "{words}");
        }
        for words in
            ["negatief", "niet aangetoond", "not detected", "positief?", "positief, herhalen", "fout-positief", "-", ""]
        {
            assert!(!says_positive(words), "{words}");
        }
    }
}
