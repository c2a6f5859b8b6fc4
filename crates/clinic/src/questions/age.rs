//! How old the patient is, by the ages that the numbers name.

use crate::numbers::Number;
use crate::questions::Case;
use cellwise_record::Judgement;

impl Case<'_> {
    /// Whether the patient has reached an age.
    pub fn has_reached(&self, age: &'static Number) -> Judgement {
        self.patient.is_at_least(self.whole(age), &self.as_of)
    }
}
