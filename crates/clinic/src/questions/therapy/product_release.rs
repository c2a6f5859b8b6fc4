//! The release of a CAR-T product by the laboratory.

use jiff::Timestamp;

use crate::questions::Case;
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Standing, Verdict, add_gaps};

impl Case<'_> {
    /// Whether the CAR-T product to come is released: the newest answer, unless it is older than the leukapheresis.
    pub fn product_released(&self) -> Judgement {
        let found = self.observations(ValueSet::PRODUCT_RELEASED);
        let answers: Vec<&Observation> =
            found.items.iter().copied().filter(|answer| self.may_answer_count(answer)).collect();
        // Those that no other is certainly later than are the newest.
        let since = answers.iter().map(|answer| self.span_of_answer(answer).0).max().unwrap_or(Timestamp::MIN);
        let newest: Vec<&Observation> =
            answers.into_iter().filter(|answer| self.span_of_answer(answer).1 >= since).collect();
        if newest.is_empty() {
            return Judgement::found(Vec::new(), found.gaps);
        }
        let says = |yes: bool| newest.iter().any(|answer| answer.answer() == Some(yes));
        let all = |kind| newest.iter().map(|answer| gap(kind, answer)).collect();
        let hidden: Vec<Gap> = found.gaps.into_iter().filter(|gap| gap.kind.is_delivery()).collect();
        let doubts = self.unclear_answers(since, (says(true), says(false)));
        let open: Vec<Gap> = if !hidden.is_empty() {
            hidden
        } else if !doubts.is_empty() {
            doubts
        } else if newest.iter().any(|answer| answer.answer().is_none()) {
            all(GapKind::NotRecorded)
        } else if says(true) && says(false) {
            all(GapKind::Conflicting)
        } else if says(true) && newest.iter().any(|answer| self.is_before_collection(answer) == Verdict::Unknown) {
            all(GapKind::ImpreciseDate)
        } else {
            Vec::new()
        };
        let evidence: Vec<Evidence> = newest.iter().map(|answer| answer.evidence()).collect();
        match says(true) {
            _ if !open.is_empty() => Judgement::unknown(open).with_evidence(evidence),
            true => Judgement::met(evidence),
            false => Judgement::not_met(evidence),
        }
    }

    /// Whether an answer is about an earlier product: older than the leukapheresis.
    fn is_before_collection(&self, answer: &Observation) -> Verdict {
        match (answer.when, self.car_t_collection().day) {
            (Some(when), Some(collected)) => when.before(&collected),
            (None, Some(_)) => Verdict::Unknown,
            (_, None) => Verdict::NotMet,
        }
    }

    fn may_answer_count(&self, answer: &Observation) -> bool {
        let today = self.as_of.day();
        self.is_before_collection(answer) != Verdict::Met
            && answer.when.is_none_or(|when| when.on_or_before(&today) != Verdict::NotMet)
    }

    /// The first and the last instant that an answer can be of.
    fn span_of_answer(&self, answer: &Observation) -> (Timestamp, Timestamp) {
        answer.when.map_or((Timestamp::MIN, Timestamp::MAX), |when| self.as_of.span_of(&when))
    }

    /// Answers without a status, which may be withdrawn, or be the newest one. What the newest `(yes, no)` say already, they
    /// may say, too.
    fn unclear_answers(&self, since: Timestamp, (yes, no): (bool, bool)) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for answer in self.observations.iter().filter(|answer| answer.concept.has(ValueSet::PRODUCT_RELEASED)) {
            let says_same = answer.answer().is_some_and(|said| if said { !no } else { !yes });
            if let Standing::Unclear(kind) = answer.standing
                && !says_same
                && self.may_answer_count(answer)
                && self.span_of_answer(answer).1 >= since
            {
                add_gaps(&mut gaps, [gap(kind, answer)]);
            }
        }
        gaps
    }
}

fn gap(kind: GapKind, answer: &Observation) -> Gap {
    Gap::at(kind, Source::Observations, &answer.reference, &answer.concept.text)
}
