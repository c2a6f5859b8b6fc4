//! Whether another conditioning than cyclophosphamide with antithymocyte globulin is meant.

use crate::questions::Case;
use crate::questions::therapy::open_plan::Planned;
use cellwise_record::facts::dose::dates;
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict};

/// Drugs that belong to another regimen.
const OTHERS: [ValueSet; 2] = [ValueSet::FLUDARABINE, ValueSet::BENDAMUSTINE];

impl Case<'_> {
    /// Whether a drug of another regimen is drafted, or signed for a coming day.
    pub fn drug_of_other_regimen(&self) -> Judgement {
        let today = self.as_of.day();
        let drafted = self.orders.iter().filter(|order| OTHERS.into_iter().any(|set| order.concept.has(set)));
        let mut found: Vec<Evidence> = drafted.map(DraftOrder::evidence).collect();
        let mut gaps: Vec<Gap> = self.sources().gaps_of(Source::MedicationRequests);
        gaps.retain(|gap| gap.kind.is_delivery());
        let signed = OTHERS.into_iter().flat_map(|set| self.medications_of(Source::MedicationRequests, set).items);
        for drug in signed.filter(|drug| drug.progress == Progress::Open) {
            let is_coming = |day: Moment| day.on_or_after(&today) == Verdict::Met;
            if dates(&drug.doses).map(Moment::on).any(is_coming) {
                found.push(drug.evidence());
            } else if dates(&drug.doses).next().is_none() {
                gaps.push(drug.evidence().gap(GapKind::NotRecorded));
            }
        }
        Judgement::found(found, gaps)
    }

    /// Whether words of another regimen (“BEAM”, “melfalan”) stand in the planned transplantation or among the drafts. Words
    /// never settle it: unknown where they do.
    pub fn other_regimen_in_words(&self) -> Judgement {
        let drafts = self.orders.iter().map(|order| (order.evidence(), &order.concept));
        let plans = &self.open_plans(Planned::OwnStemCells).plans;
        let plans = plans.iter().map(|plan| (plan.evidence.clone(), &plan.concept));
        let named = drafts.chain(plans).filter(|(_, concept)| self.mentions("other-conditioning", &concept.text));
        Judgement::found(Vec::new(), named.map(|(shown, _)| shown.gap(GapKind::Uncoded)).collect())
    }
}
