//! Whether the drugs being drafted for a transplantation of own stem cells are its conditioning.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::open_plan::Planned;
use cellwise_record::facts::dose::dates;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Verdict, add_gaps};

impl Case<'_> {
    /// Whether the drugs being drafted for a transplantation of own stem cells are its conditioning, not the mobilisation
    /// before the harvest. Antithymocyte globulin is given in conditioning only, growth factor or plerixafor in mobilisation
    /// only; else cyclophosphamide just before the transplantation is conditioning; else all is, once the cells are harvested.
    pub fn conditioning(&self) -> &Judgement {
        self.once(&self.answers.conditioning, || {
            if let Some(globulin) = self.all_drafted(ValueSet::ANTI_THYMOCYTE_GLOBULIN).next() {
                return Judgement::met(vec![globulin.evidence()]);
            }
            if let Some(mobiliser) = self.all_drafted(ValueSet::STEM_CELL_MOBILISER).next() {
                return Judgement::not_met(vec![mobiliser.evidence()]);
            }
            let just_before = self.just_before_transplantation();
            if just_before.is_met() { just_before } else { self.harvest().judgement().or(just_before) }
        })
    }

    /// The draft orders of a drug, selected or not.
    fn all_drafted(&self, set: ValueSet) -> impl Iterator<Item = &DraftOrder> {
        self.orders.iter().filter(move |order| order.concept.has(set))
    }

    /// Whether cyclophosphamide is drafted for one of the last days before the transplantation.
    fn just_before_transplantation(&self) -> Judgement {
        let plans = self.open_plans(Planned::OwnStemCells);
        let (transplantation, most) = (plans.day(), self.whole(&numbers::CONDITIONING_DAYS));
        let just_before = |date: Moment| match &transplantation {
            Some(day) => day.after(&date).and(day.on_or_before(&date.plus_days(most))),
            None => Verdict::NotMet,
        };
        let mut is_dated = false;
        let mut gaps = Vec::new();
        for order in self.all_drafted(ValueSet::CYCLOPHOSPHAMIDE) {
            let days = dates(&order.doses).inspect(|_| is_dated = true).map(Moment::on);
            match days.map(just_before).fold(Verdict::NotMet, Verdict::or) {
                Verdict::Met => return Judgement::met(vec![order.evidence()]),
                Verdict::Unknown => {
                    let of_plans = plans.plans.iter().map(|plan| plan.evidence.gap(GapKind::ImpreciseDate));
                    add_gaps(&mut gaps, of_plans);
                }
                Verdict::NotMet => {}
            }
        }
        if is_dated {
            // The day of the transplantation may stand in requests that were not sent.
            let delivery = |gap: &&Gap| gap.kind.is_delivery();
            add_gaps(&mut gaps, plans.hidden.iter().filter(delivery).cloned());
        }
        Judgement::found(Vec::new(), gaps)
    }
}
