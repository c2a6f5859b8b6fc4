//! Measurements, findings and reports.

use crate::facts::concept::Concept;
use crate::facts::quantity::{Bound, Quantity};
use crate::{Evidence, EvidencePeriod, Moment, Period, Source, Standing};

/// The value of an observation.
#[derive(Clone, Debug)]
pub enum Value {
    /// A number with its unit.
    Quantity(Quantity),
    /// Yes or no.
    Boolean(bool),
    /// A coded answer.
    Concept(Concept),
    /// Free text. Evidence, never proof.
    Text(String),
    /// No value (some findings need none).
    None,
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
    /// Interpretation codes (`POS`, `NEG`, `H`, `N`, …).
    pub interpretation: Vec<String>,
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
            Value::Quantity(quantity) => quantity.text(),
            Value::Boolean(value) => value.to_string(),
            Value::Concept(concept) => concept.text.clone(),
            Value::Text(text) => text.clone(),
            Value::None | Value::Unreadable => String::new(),
        }
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
