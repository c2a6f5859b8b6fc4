//! Whether a planned transplantation is for MS.

use crate::questions::Case;
use crate::questions::therapy::open_plan::{OpenPlans, Planned};
use cellwise_record::facts::condition::Condition;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Source};

const MS: ValueSet = ValueSet::MULTIPLE_SCLEROSIS;

impl Case<'_> {
    /// Whether the planned transplantation of own stem cells is for MS: by the reason of its order, which outweighs the
    /// problem list when it is MS, a lymphoma or a leukaemia; else by the problem list. An order that did not come may say MS.
    pub fn planned_transplantation_is_for_ms(&self) -> Judgement {
        let OpenPlans { plans, hidden } = self.open_plans(Planned::OwnStemCells);
        let with = |reason| {
            let has_it =
                plans.iter().filter(move |plan| self.has_reason(&plan.reasons, &plan.reason_references, reason));
            has_it.map(|plan| plan.evidence.clone()).collect::<Vec<_>>()
        };
        let (for_ms, for_other) = (with(MS), with(ValueSet::LYMPHOMA_OR_LEUKAEMIA));
        let refers = plans.iter().any(|plan| !plan.reason_references.is_empty());
        let known = if !for_ms.is_empty() {
            Judgement::met(for_ms)
        } else if !for_other.is_empty() {
            Judgement::not_met(for_other)
        } else if refers && self.sources().is_undelivered(Source::Conditions) {
            Judgement::unknown(self.sources().gaps_of(Source::Conditions))
        } else {
            self.conditions(MS).exists(Condition::evidence)
        };
        let undelivered: Vec<Gap> = hidden.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        if known.is_not_met() && !undelivered.is_empty() { Judgement::unknown(undelivered) } else { known }
    }
}
