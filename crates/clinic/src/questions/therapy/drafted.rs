//! Draft orders of certain drugs, and drafts that may be of one.

use crate::questions::Case;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Verdict, add_gaps};

/// The draft orders that this hook asks about and that are of certain drugs.
#[derive(Clone, Debug)]
pub struct Drafted<'c> {
    /// Those that are, by their code.
    pub known: Vec<&'c DraftOrder>,
    /// Why there may be more: a draft that can't be read, a drug without a usable code.
    pub open: Vec<Gap>,
}

impl Drafted<'_> {
    /// Whether one of the drugs is being ordered.
    pub fn judgement(&self) -> Judgement {
        Judgement::found(self.known.iter().map(|order| order.evidence()).collect(), self.open.clone())
    }
}

impl Case<'_> {
    /// The draft orders in scope with a code of one of these sets.
    #[must_use]
    pub fn drafted_drugs(&self, sets: &[ValueSet]) -> Drafted<'_> {
        let mut drafted = Drafted { known: Vec::new(), open: Vec::new() };
        for order in self.orders_in_scope() {
            let may_be = |set: &ValueSet| order.concept.is_drug(*set) == Verdict::Unknown;
            if !order.readable {
                add_gaps(&mut drafted.open, [order.evidence().gap(GapKind::Unreadable)]);
            } else if sets.iter().any(|set| order.concept.has(*set)) {
                drafted.known.push(order);
            } else if order.kind == OrderKind::Medication && sets.iter().any(may_be) {
                add_gaps(&mut drafted.open, [order.evidence().gap(order.concept.gap_kind())]);
            }
        }
        drafted
    }
}
