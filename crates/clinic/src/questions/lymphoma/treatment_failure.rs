//! Whether the treatment of a cancer failed: relapse, refractory disease, progression; and whether it is in remission now.
//!
//! What counts: the clinical status and the code of the condition, the disease-status observation, the recorded response to
//! a treatment, and what the disease is recorded as refractory to. Intolerance is not failure. Nothing documented is unknown.

mod controls;

use crate::questions::Case;
use crate::questions::lymphoma::treatment_failure::controls::Controls;
use cellwise_record::facts::condition::{ClinicalStatus, Condition};
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Found, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The course of a cancer under treatment.
pub struct TreatmentFailure<'c> {
    /// Conditions in relapse or recurrence.
    relapsed: Vec<&'c Condition>,
    /// Conditions in remission, resolved or inactive.
    controlled: Vec<&'c Condition>,
    /// Whether every condition is in remission, resolved or inactive.
    all_controlled: bool,
    /// Observations that show failure.
    failures: Vec<&'c Observation>,
    /// Observations that show control.
    controls: Vec<&'c Observation>,
    /// When they do.
    controls_in_time: Controls,
    /// Findings of what the disease is refractory to.
    refractory: Vec<&'c Observation>,
    /// Treatments stopped for intolerance.
    intolerant: Vec<&'c Observation>,
    /// Why an observation may have been missed.
    gaps: Vec<Gap>,
    /// Why a condition may have been missed.
    condition_gaps: Vec<Gap>,
}

impl Case<'_> {
    /// Findings of kind `of` whose coded value is in `value`. A value that can't be told becomes a gap.
    #[must_use]
    pub fn findings(&self, of: ValueSet, value: ValueSet) -> Found<'_, Observation> {
        self.observations(of).keep(
            |observation| match &observation.value {
                Value::Concept(concept) => concept.is(value),
                _ => Verdict::Unknown,
            },
            |observation| {
                Gap::at(GapKind::Uncoded, Source::Observations, &observation.reference, &observation.value_text())
            },
        )
    }

    /// What is known of the treatment of the cancer that `conditions` record.
    #[must_use]
    pub fn treatment_failure<'c>(&'c self, conditions: &[&'c Condition]) -> TreatmentFailure<'c> {
        let in_remission = |condition: &Condition| {
            let over =
                condition.is_active() == Verdict::NotMet || condition.concept.has(ValueSet::DISEASE_CODE_IN_REMISSION);
            over && !says_relapse(condition)
        };
        // A code that says remission and a status that says relapse, or the other way round, say neither.
        let relapsed = |condition: &Condition| {
            let on =
                condition.is_active() == Verdict::Met && !condition.concept.has(ValueSet::DISEASE_CODE_IN_REMISSION);
            on && says_relapse(condition)
        };
        let refractory = self.observations(ValueSet::REFRACTORY_TO);
        let failures = self
            .findings(ValueSet::DISEASE_STATUS, ValueSet::DISEASE_STATUS_FAILED)
            .plus(self.findings(ValueSet::TREATMENT_RESPONSE, ValueSet::RESPONSE_FAILED))
            .plus(Found { items: refractory.items.clone(), gaps: refractory.gaps });
        let controls = self
            .findings(ValueSet::DISEASE_STATUS, ValueSet::DISEASE_STATUS_CONTROLLED)
            .plus(self.findings(ValueSet::TREATMENT_RESPONSE, ValueSet::RESPONSE_RESPONDED));
        let controlled: Vec<&Condition> =
            conditions.iter().copied().filter(|condition| in_remission(condition)).collect();
        TreatmentFailure {
            relapsed: conditions.iter().copied().filter(|condition| relapsed(condition)).collect(),
            all_controlled: !conditions.is_empty() && controlled.len() == conditions.len(),
            controlled,
            failures: failures.items,
            controls_in_time: Controls::of(controls.items.iter().map(|control| control.when)),
            controls: controls.items,
            refractory: refractory.items,
            intolerant: self.findings(ValueSet::TREATMENT_RESPONSE, ValueSet::RESPONSE_INTOLERANT).items,
            gaps: failures.gaps,
            condition_gaps: self.sources().gaps_of(Source::Conditions),
        }
    }
}

impl TreatmentFailure<'_> {
    /// Whether treatment failed and the disease is not known to be under control since.
    pub fn failed(&self) -> Judgement {
        let shown = || [statuses(&self.relapsed), evidence(&self.failures)].concat();
        if !self.relapsed.is_empty() {
            return Judgement::met(shown());
        }
        let control = || [statuses(&self.controlled), evidence(&self.controls)].concat();
        if self.failures.is_empty() {
            let hidden: Vec<Gap> = self.gaps.iter().chain(&self.condition_gaps).cloned().collect();
            return if self.all_controlled && hidden.is_empty() {
                Judgement::not_met(control())
            } else {
                let beside = control().into_iter().chain(evidence(&self.intolerant));
                Judgement::unknown(std::iter::once(not_recorded("gap-failure")).chain(hidden).collect())
                    .with_evidence(beside)
            };
        }
        if self.all_controlled {
            return Judgement::unknown(vec![conflicting("gap-failure-but-remission")])
                .with_evidence(shown())
                .with_evidence(control());
        }
        match self.failures.iter().map(|failure| self.stands(failure)).fold(Verdict::NotMet, Verdict::or) {
            Verdict::Met => Judgement::met(shown()),
            Verdict::NotMet => Judgement::unknown(vec![conflicting("gap-controlled-since")])
                .with_evidence(shown())
                .with_evidence(control()),
            Verdict::Unknown => Judgement::unknown(vec![imprecise("gap-order-of-failure-and-response")])
                .with_evidence(shown())
                .with_evidence(control()),
        }
    }

    /// Refractory, relapse after one of `transplants`, or a second relapse: what failed, more closely.
    pub fn refractory_or_later_relapse(&self, transplants: &Found<'_, Act>) -> Judgement {
        let responses = |set| -> Vec<&Observation> {
            self.failures.iter().copied().filter(|failure| value_is(failure, set)).collect()
        };
        let refractory: Vec<&Observation> =
            self.refractory.iter().copied().chain(responses(ValueSet::RESPONSE_REFRACTORY)).collect();
        let standing = self.that_stand(&refractory);
        if !standing.is_empty() {
            return Judgement::met(evidence(&standing));
        }
        let mut relapses = responses(ValueSet::RESPONSE_RELAPSED);
        relapses.extend(responses(ValueSet::DISEASE_STATUS_FAILED));
        let follows = |relapse: &Observation, transplant: &Act| {
            let days = relapse.when.zip(transplant.period.start);
            days.is_some_and(|(relapse, transplant)| relapse.after(&transplant) == Verdict::Met)
        };
        // What follows any of them follows the earliest.
        let dated = transplants.items.iter().filter(|transplant| transplant.period.start.is_some());
        if let Some(earliest) = dated.min_by_key(|transplant| transplant.period.start.map(|start| start.last))
            && let Some(relapse) = relapses.iter().find(|relapse| follows(relapse, earliest))
        {
            let transplant = transplants.items.iter().find(|transplant| follows(relapse, transplant));
            return Judgement::met(vec![transplant.unwrap_or(earliest).evidence(), relapse.evidence()]);
        }
        // If any two relapses have a response between them, the earliest and the latest have.
        let earliest = relapses
            .iter()
            .filter(|relapse| relapse.when.is_some())
            .min_by_key(|relapse| relapse.when.map(|when| when.last));
        let latest = relapses
            .iter()
            .filter(|relapse| relapse.when.is_some())
            .max_by_key(|relapse| relapse.when.map(|when| when.first));
        if let Some((first, second)) =
            earliest.zip(latest).filter(|(first, second)| self.controlled_between(first, second))
        {
            return Judgement::met(vec![first.evidence(), second.evidence()]);
        }
        let mut gaps = vec![not_recorded("gap-which-relapse")];
        gaps.extend(self.gaps.iter().chain(&transplants.gaps).cloned());
        Judgement::unknown(gaps).with_evidence(transplants.items.iter().map(|transplant| transplant.evidence()))
    }

    /// Progression on the therapy given last. A recorded response is about the last therapy unless it says otherwise.
    pub fn progressed_on_last_therapy(&self) -> Judgement {
        let on_last = |observation: &&Observation| {
            [ValueSet::REFRACTORY_TO_LAST_THERAPY, ValueSet::RESPONSE_PROGRESSED, ValueSet::RESPONSE_REFRACTORY]
                .into_iter()
                .any(|set| value_is(observation, set))
        };
        let found: Vec<&Observation> = self.failures.iter().copied().filter(on_last).collect();
        let standing = self.that_stand(&found);
        if standing.is_empty() {
            self.not_documented("gap-progression-on-last-therapy")
        } else {
            Judgement::met(evidence(&standing))
        }
    }

    /// Refractory to the first line, or a relapse no more than `months` calendar months after its end.
    pub fn early(
        &self,
        first_line: Result<(Moment, Moment, Vec<Evidence>), Vec<Gap>>,
        only_line: bool,
        months: i32,
    ) -> Judgement {
        let refractory = |observation: &&Observation| {
            value_is(observation, ValueSet::REFRACTORY_TO_FIRST_LINE)
                || only_line
                    && [ValueSet::RESPONSE_REFRACTORY, ValueSet::REFRACTORY_TO_LAST_THERAPY]
                        .into_iter()
                        .any(|set| value_is(observation, set))
        };
        let primary: Vec<&Observation> = self.failures.iter().copied().filter(refractory).collect();
        if !primary.is_empty() {
            return Judgement::met(evidence(&primary));
        }
        let (start, end, drugs) = match first_line {
            Ok(line) => line,
            Err(gaps) => return Judgement::unknown(gaps).with_evidence(evidence(&self.failures)),
        };
        let limit = end.plus_months(months);
        let (mut soon, mut late, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for failure in self.failures.iter().filter(|failure| !value_is(failure, ValueSet::REFRACTORY_TO_LENALIDOMIDE)) {
            let when =
                failure.when.map_or(Verdict::Unknown, |when| when.on_or_after(&start).and(when.on_or_before(&limit)));
            match when {
                Verdict::Met => soon.push(failure.evidence()),
                Verdict::Unknown => open.push(*failure),
                // Only a relapse shows that the disease responded first.
                Verdict::NotMet if value_is(failure, ValueSet::RESPONSE_RELAPSED) => late.push(failure.evidence()),
                Verdict::NotMet => {}
            }
        }
        if !soon.is_empty() {
            return Judgement::met(soon.into_iter().chain(drugs).collect());
        }
        if let Some(failure) = open.first() {
            let gap = Gap::at(GapKind::ImpreciseDate, Source::Observations, &failure.reference, &failure.concept.text);
            return Judgement::unknown(vec![gap.said_as("gap-relapse-date")])
                .with_evidence(evidence(&open))
                .with_evidence(drugs);
        }
        if !late.is_empty() && self.gaps.is_empty() {
            return Judgement::not_met(late.into_iter().chain(drugs).collect());
        }
        self.not_documented("gap-date-of-relapse").with_evidence(late).with_evidence(drugs)
    }

    /// Whether a treatment was stopped because it was not tolerated: said, never counted.
    #[must_use]
    pub fn has_intolerance(&self) -> bool {
        !self.intolerant.is_empty()
    }

    /// When failure is recorded last; `None` when the present status says it.
    #[must_use]
    pub fn last_failure(&self) -> Option<Moment> {
        if !self.relapsed.is_empty() {
            return None;
        }
        self.failures.iter().filter_map(|failure| failure.when).max_by_key(|when| when.last)
    }

    fn not_documented(&self, text: &'static str) -> Judgement {
        Judgement::unknown(std::iter::once(not_recorded(text)).chain(self.gaps.iter().cloned()).collect())
    }

    /// Whether no control is recorded after this failure.
    fn stands(&self, failure: &Observation) -> Verdict {
        self.controls_in_time.are_not_after(failure.when)
    }

    fn that_stand<'o>(&self, observations: &[&'o Observation]) -> Vec<&'o Observation> {
        observations.iter().copied().filter(|observation| self.stands(observation) == Verdict::Met).collect()
    }

    /// Whether the disease was under control between two failures, so that the second is another relapse.
    fn controlled_between(&self, first: &Observation, second: &Observation) -> bool {
        let Some((first, second)) = first.when.zip(second.when) else { return false };
        self.controls
            .iter()
            .filter_map(|control| control.when)
            .any(|control| control.after(&first).and(control.before(&second)) == Verdict::Met)
    }
}

/// Conditions by their present status. The date of the diagnosis is not the date of its status.
fn statuses(conditions: &[&Condition]) -> Vec<Evidence> {
    let how = |condition: &Condition| match condition.clinical_status {
        ClinicalStatus::Relapse => Some("evidence-relapse"),
        ClinicalStatus::Recurrence => Some("evidence-recurrence"),
        ClinicalStatus::Remission => Some("evidence-remission"),
        ClinicalStatus::Resolved | ClinicalStatus::Inactive => Some("evidence-not-active"),
        _ => None,
    };
    conditions.iter().map(|condition| Evidence { how: how(condition), period: None, ..condition.evidence() }).collect()
}

fn says_relapse(condition: &Condition) -> bool {
    matches!(condition.clinical_status, ClinicalStatus::Relapse | ClinicalStatus::Recurrence)
        || condition.concept.has(ValueSet::DISEASE_CODE_IN_RELAPSE)
}

fn value_is(observation: &Observation, set: ValueSet) -> bool {
    matches!(&observation.value, Value::Concept(concept) if concept.has(set))
}

fn evidence(observations: &[&Observation]) -> Vec<Evidence> {
    observations.iter().map(|observation| observation.evidence()).collect()
}

fn not_recorded(text: &'static str) -> Gap {
    Gap::not_recorded(Source::Observations, text)
}

fn conflicting(text: &'static str) -> Gap {
    Gap { kind: GapKind::Conflicting, ..not_recorded(text) }
}

fn imprecise(text: &'static str) -> Gap {
    Gap { kind: GapKind::ImpreciseDate, ..not_recorded(text) }
}
