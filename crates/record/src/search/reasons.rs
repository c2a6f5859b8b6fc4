//! Why something was ordered or is used.

use crate::facts::concept::Concept;
use crate::terminology::ValueSet;
use crate::{Chart, bare_id};

impl Chart {
    /// Whether any reason of an order or use is in `set`, directly or through a referenced condition.
    #[must_use]
    pub fn has_reason(&self, reasons: &[Concept], references: &[String], set: ValueSet) -> bool {
        reasons.iter().any(|reason| reason.has(set))
            || references.iter().any(|reference| {
                self.conditions
                    .iter()
                    .any(|condition| condition.concept.has(set) && bare_id(&condition.reference) == bare_id(reference))
            })
    }
}
