//! Blood products being drafted: whether they hold living cells, and whether they are to be irradiated.

use crate::questions::Case;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Moment, Verdict};

/// How a draft is known to be a blood product with living cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BloodProduct {
    /// By its code.
    Coded,
    /// By its words.
    Named,
    /// No code and no words tell what it is.
    Vague,
}

/// A draft order that is, or may be, a blood product with living cells.
#[derive(Clone, Debug)]
pub struct DraftedBloodProduct<'c> {
    /// The order.
    pub order: &'c DraftOrder,
    /// How it is known.
    pub product: BloodProduct,
    /// When it is planned; else today.
    pub day: Moment,
    /// Whether irradiation is asked for: by a code; in words it may be.
    pub irradiated: Verdict,
}

impl DraftedBloodProduct<'_> {
    /// Whether it is a blood product with living cells.
    pub fn is_with_cells(&self) -> Judgement {
        let shown = self.order.evidence();
        match self.product {
            BloodProduct::Coded => Judgement::met(vec![shown]),
            _ if !self.order.readable => Judgement::unknown(vec![shown.gap(GapKind::Unreadable)]),
            BloodProduct::Named | BloodProduct::Vague => {
                Judgement::unknown(vec![shown.gap(self.order.concept.gap_kind())]).with_evidence([shown])
            }
        }
    }

    /// Whether irradiation is asked for.
    pub fn is_irradiated(&self) -> Judgement {
        let shown = self.order.evidence();
        match self.irradiated {
            Verdict::Met => Judgement::met(vec![shown]),
            Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => {
                Judgement::unknown(vec![shown.gap(GapKind::Uncoded).said_as("gap-irradiated-in-words")])
            }
        }
    }
}

impl Case<'_> {
    /// The draft orders in scope that are, or may be, a blood product with living cells.
    #[must_use]
    pub fn drafted_blood_products(&self) -> Vec<DraftedBloodProduct<'_>> {
        let drafted = self.orders_in_scope().filter_map(|order| {
            let (product, irradiated) = (self.blood_product_of(order)?, self.is_irradiation_asked(order));
            Some(DraftedBloodProduct { order, product, day: self.day_of_order(order), irradiated })
        });
        drafted.collect()
    }

    fn blood_product_of(&self, order: &DraftOrder) -> Option<BloodProduct> {
        let concept = &order.concept;
        if !order.readable {
            return Some(BloodProduct::Vague);
        }
        if [ValueSet::BLOOD_PRODUCT_WITH_CELLS, ValueSet::IRRADIATED_BLOOD_PRODUCT].iter().any(|set| concept.has(*set))
        {
            return Some(BloodProduct::Coded);
        }
        // Appointments are no transfusions, and a code that some value set lists is something else.
        if matches!(order.kind, OrderKind::Appointment | OrderKind::Vaccination) || concept.is_listed() {
            return None;
        }
        if concept.names().any(|name| self.names_blood_cells(name, order.kind)) {
            return Some(BloodProduct::Named);
        }
        let has_words = concept.names().any(|name| name.contains(char::is_alphabetic));
        (concept.coding != Coding::Known && !has_words).then_some(BloodProduct::Vague)
    }

    /// Whether words speak of a blood product with living cells. Decides only whether to ask.
    fn names_blood_cells(&self, name: &str, kind: OrderKind) -> bool {
        let says = |list| self.mentions(list, name);
        // Of a tablet the same letters say that its coat outlasts the stomach.
        let in_short = kind != OrderKind::Medication && says("blood-product-in-short");
        let is_given = says("transfusion") || says("blood-cells") && says("blood-unit");
        let holds_cells = says("blood-cells") || !says("plasma-product");
        says("blood-product") || in_short || is_given && holds_cells && !says("no-transfusion")
    }

    /// Whether an order asks for irradiation. Words say so, or deny it; they never settle it.
    fn is_irradiation_asked(&self, order: &DraftOrder) -> Verdict {
        let parts = || std::iter::once(&order.concept).chain(&order.details);
        if parts().any(|part| part.has(ValueSet::IRRADIATED_BLOOD_PRODUCT)) {
            return Verdict::Met;
        }
        let is_in_words = |name: &str| self.mentions("irradiated", name) && !self.mentions("not-irradiated", name);
        if parts().flat_map(Concept::names).any(is_in_words) { Verdict::Unknown } else { Verdict::NotMet }
    }

    /// The day for which an order is planned, where that is to come; else today.
    fn day_of_order(&self, order: &DraftOrder) -> Moment {
        let today = self.as_of.day();
        let planned = order.planned_for.and_then(|period| period.start).or(order.not_before);
        planned.filter(|day| day.first >= today.first).unwrap_or(today)
    }
}
