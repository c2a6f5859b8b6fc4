//! Whether a disease is on record, when some codes are too general to say so.

use std::collections::HashSet;

use crate::products::{AgeLimits, Missing, TooGeneral};
use crate::questions::Case;
use cellwise_record::facts::condition::Condition;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Found, Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

impl Case<'_> {
    /// Whether any of `diseases` is on record, and the conditions that show it. A general code that may hide one of them
    /// makes the answer unknown, unless another diagnosis explains it.
    pub fn diagnosis_of(&self, diseases: &[ValueSet], too_general: &[TooGeneral]) -> (Judgement, Vec<&Condition>) {
        let nothing = Found { items: Vec::new(), gaps: Vec::new() };
        let found = diseases.iter().fold(nothing, |found, set| found.plus(self.conditions(*set)));
        let mut known = HashSet::new();
        let mut conditions = found.items;
        conditions.retain(|condition| known.insert(condition.reference.as_str()));
        if !conditions.is_empty() {
            return (Judgement::met(conditions.iter().map(|condition| condition.evidence()).collect()), conditions);
        }
        let (mut gaps, mut said) = (found.gaps, HashSet::new());
        for general in
            too_general.iter().filter(|general| general.may_be.iter().any(|disease| diseases.contains(disease)))
        {
            if general.unless.iter().any(|set| !self.conditions(*set).items.is_empty()) {
                continue;
            }
            let text = match general.missing {
                Missing::Type => "gap-diagnosis-type",
                Missing::Grade => "gap-diagnosis-grade",
                Missing::Lineage => "gap-diagnosis-lineage",
            };
            add_gaps(&mut gaps, self.unclear_entries(&[general.set]));
            for condition in self.conditions(general.set).items {
                if said.insert((condition.reference.as_str(), text)) {
                    let (reference, words) = (&condition.reference, &condition.concept.text);
                    gaps.push(Gap::at(GapKind::NotRecorded, Source::Conditions, reference, words).said_as(text));
                    conditions.push(condition);
                }
            }
        }
        let judgement = Judgement::found(Vec::new(), gaps);
        if judgement.verdict() == Verdict::NotMet {
            let others = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).items;
            return (Judgement::not_met(others.iter().map(|condition| condition.evidence()).collect()), conditions);
        }
        (judgement, conditions)
    }

    /// When the first blood cancer on record began, as far as it is dated.
    #[must_use]
    pub fn onset_of_blood_cancer(&self) -> Option<Moment> {
        let conditions = self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).items;
        conditions.iter().filter_map(|condition| condition.onset).min_by_key(|onset| onset.first)
    }

    /// Whether the age lies within the limits.
    pub fn age_within(&self, limits: AgeLimits) -> Judgement {
        let at_least = |years| self.patient.is_at_least(years, &self.as_of);
        let old_enough = limits.minimum.map_or_else(|| Judgement::met(Vec::new()), at_least);
        let young_enough = limits.maximum.map_or_else(|| Judgement::met(Vec::new()), |years| !at_least(years + 1));
        old_enough.and(young_enough)
    }
}
