//! Whether an allergy rules co-trimoxazole out.

use crate::questions::Case;
use cellwise_record::facts::condition::Condition;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement};

impl Case<'_> {
    /// Whether there is an allergy to sulfonamides or to co-trimoxazole itself, on the list of allergies or of problems.
    pub fn sulfonamide_allergy(&self) -> Judgement {
        let set = ValueSet::SULFONAMIDE_ALLERGY;
        let mut problems =
            self.conditions(set).keep(Condition::is_active, |problem| problem.evidence().gap(GapKind::NotRecorded));
        // Nearly every problem list has entries without a usable code; those that speak of it are asked about already.
        problems.gaps.retain(|gap| gap.kind != GapKind::Uncoded);
        let allergies = self.allergy_to(&[set, ValueSet::PNEUMOCYSTIS_PROPHYLAXIS]);
        allergies.or(problems.exists(Condition::evidence))
    }
}
