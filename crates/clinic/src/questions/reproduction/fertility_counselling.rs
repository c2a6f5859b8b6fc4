//! Whether fertility was spoken about before a therapy that harms it.

use crate::questions::Case;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Progress, Source, Verdict};

/// A referral to a fertility clinic, or the counselling itself.
const COUNSELLING: ValueSet = ValueSet::FERTILITY_REFERRAL;

impl Case<'_> {
    /// Whether fertility counselling is on record, whenever it was, or being arranged in the draft orders. A request that is
    /// on hold is none. Entries without a usable code leave it open only when their words speak of fertility: nearly every
    /// list of procedures has some that say nothing.
    pub fn fertility_counselling(&self) -> Judgement {
        let speaks = |text: &str| self.mentions("fertility", text);
        let (requests, procedures) = (self.service_requests(COUNSELLING), self.procedures(COUNSELLING));
        let drafted = self.orders.iter().filter(|order| self.is_for_counselling(order));
        let requested = requests.items.iter().filter(|request| request.progress != Progress::Held);
        let found = drafted
            .map(DraftOrder::evidence)
            .chain(requested.map(|request| request.evidence()))
            .chain(procedures.items.iter().map(|procedure| procedure.evidence()))
            .collect();
        let matters = |gap: &Gap| gap.kind.is_delivery() || gap.what.as_deref().is_some_and(speaks);
        let on_record = requests.gaps.into_iter().chain(procedures.gaps).filter(matters);
        let others = self.orders.iter().filter(|order| !self.is_for_counselling(order));
        let in_words = others.filter(|order| order.kind != OrderKind::Medication).filter_map(|order| {
            let purposes = self.purposes(order).stated;
            let said = purposes.into_iter().find(|of| of.is(COUNSELLING) == Verdict::Unknown && speaks(&of.text))?;
            Some(Gap::at(said.gap_kind(), Source::DraftOrders, &order.reference, &said.text))
        });
        Judgement::found(found, on_record.chain(in_words).collect())
    }

    fn is_for_counselling(&self, order: &DraftOrder) -> bool {
        self.purposes(order).stated.iter().any(|purpose| purpose.has(COUNSELLING))
    }
}
