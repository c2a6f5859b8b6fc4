//! Whether a patient may become pregnant or father a child, by administrative gender and age.

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::patient::Gender;

/// What a patient may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Childbearing {
    /// Become pregnant.
    Pregnancy,
    /// Father a child.
    Fathering,
    /// One or the other: the gender is not stated.
    Either,
}

impl Case<'_> {
    /// Whether the patient may become pregnant or father a child. `None` for children, and for women who are past it.
    #[must_use]
    pub fn childbearing(&self) -> Option<Childbearing> {
        if self.has_reached(&numbers::CHILDBEARING_FROM_AGE).is_not_met() {
            return None;
        }
        let past = || self.patient.is_at_least(self.whole(&numbers::CHILDBEARING_TO_AGE) + 1, &self.as_of).is_met();
        match self.patient.gender {
            Gender::Female if past() => None,
            Gender::Female => Some(Childbearing::Pregnancy),
            Gender::Male => Some(Childbearing::Fathering),
            Gender::NotStated => Some(Childbearing::Either),
        }
    }
}
