//! The release of a CAR-T product by the laboratory.

use crate::questions::Case;
use jiff::Timestamp;

use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

impl Case<'_> {
    /// Whether the CAR-T product to come is released: the newest answer, unless it is older than the leukapheresis.
    pub fn product_released(&self) -> Judgement {
        let collected = self.car_t_collection().day;
        let found = self.observations(ValueSet::PRODUCT_RELEASED);
        let today = self.as_of.day();
        let is_older = |when: Option<Moment>| match (when, collected) {
            (Some(when), Some(collected)) => when.before(&collected),
            (None, Some(_)) => Verdict::Unknown,
            (_, None) => Verdict::NotMet,
        };
        let counts = |answer: &&&Observation| {
            is_older(answer.when) != Verdict::Met
                && answer.when.is_none_or(|when| when.on_or_before(&today) != Verdict::NotMet)
        };
        let answers: Vec<&Observation> = found.items.iter().filter(counts).copied().collect();
        let hidden: Vec<Gap> = found.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        // The first and last instant an answer can be of: those that no other is certainly later than are the newest.
        let span = |answer: &Observation| {
            answer.when.map_or((Timestamp::MIN, Timestamp::MAX), |when| self.as_of.span_of(&when))
        };
        let since = answers.iter().map(|answer| span(answer).0).max().unwrap_or(Timestamp::MIN);
        let newest: Vec<&Observation> = answers.into_iter().filter(|answer| span(answer).1 >= since).collect();
        if newest.is_empty() {
            return Judgement::found(Vec::new(), found.gaps);
        }
        let evidence: Vec<Evidence> = newest.iter().map(|answer| answer.evidence()).collect();
        let says = |yes: bool| newest.iter().any(|answer| matches!(answer.value, Value::Boolean(said) if said == yes));
        let gap = |kind| {
            newest
                .iter()
                .map(move |answer| Gap::at(kind, Source::Observations, &answer.reference, &answer.concept.text))
        };
        let unknown = |gaps: Vec<Gap>| Judgement::unknown(gaps).with_evidence(evidence.clone());
        // An answer without a status may be withdrawn, or be the newest one.
        let mut doubts = Vec::new();
        for answer in self.observations.iter().filter(|answer| answer.concept.has(ValueSet::PRODUCT_RELEASED)) {
            let says_same = matches!(answer.value, Value::Boolean(said) if !says(!said));
            if let Standing::Unclear(kind) = answer.standing
                && !says_same
                && counts(&&answer)
                && span(answer).1 >= since
            {
                add_gaps(&mut doubts, [Gap::at(kind, Source::Observations, &answer.reference, &answer.concept.text)]);
            }
        }
        if !hidden.is_empty() {
            unknown(hidden)
        } else if !doubts.is_empty() {
            unknown(doubts)
        } else if newest.iter().any(|answer| !matches!(answer.value, Value::Boolean(_))) {
            unknown(gap(GapKind::NotRecorded).collect())
        } else if says(true) && says(false) {
            unknown(gap(GapKind::Conflicting).collect())
        } else if says(false) {
            Judgement::not_met(evidence)
        } else if newest.iter().any(|answer| is_older(answer.when) == Verdict::Unknown) {
            unknown(gap(GapKind::ImpreciseDate).collect())
        } else {
            Judgement::met(evidence)
        }
    }
}
