//! Why something was ordered or is used.

use crate::facts::concept::Concept;
use crate::facts::condition::Condition;
use crate::terminology::ValueSet;
use crate::{Chart, bare_id};

impl Chart {
    /// Whether any reason of an order or use is in `set`, directly or through a referenced condition.
    #[must_use]
    pub fn has_reason(&self, reasons: &[Concept], references: &[String], set: ValueSet) -> bool {
        reasons.iter().any(|reason| reason.has(set))
            || references.iter().any(|reference| {
                let is_it = |condition: &&Condition| is_same(&condition.reference, reference);
                self.conditions.iter().filter(is_it).any(|condition| condition.concept.has(set))
            })
    }
}

/// Whether two references mean the same resource. One without an id is called by its place.
fn is_same(one: &str, other: &str) -> bool {
    one == other || !one.starts_with('/') && !other.starts_with('/') && bare_id(one) == bare_id(other)
}
