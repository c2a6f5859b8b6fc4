//! How a question about a patient may be answered: met, not met, or unknown.
//!
//! Three-valued on purpose. There is no conversion to `bool`, no default and no `?`: an early return on the first unknown
//! would hide a later definite no. A known no beats an unknown (Kleene), and **unknown is never no**.

use std::ops::Not;

/// The answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[must_use]
pub enum Verdict {
    /// Known to hold.
    Met,
    /// Known not to hold.
    NotMet,
    /// Can't be told from what is known.
    Unknown,
}

impl Verdict {
    /// How cases, cards and logs write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not-met",
            Self::Unknown => "unknown",
        }
    }

    /// Kleene conjunction: one known no decides.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
            (Self::Met, Self::Met) => Self::Met,
            _ => Self::Unknown,
        }
    }

    /// Kleene disjunction: one known yes decides.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Met, _) | (_, Self::Met) => Self::Met,
            (Self::NotMet, Self::NotMet) => Self::NotMet,
            _ => Self::Unknown,
        }
    }
}

impl Not for Verdict {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}
