//! Whether the patient is registered, or has consented, as a donor of organs, tissues or cells.

use crate::questions::Case;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::consent::Consent;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Verdict};

impl Case<'_> {
    /// Any registration that stands: on the Patient, on the problem list, the newest observation, an active consent.
    pub fn donor_registration(&self) -> Judgement {
        let problems = self
            .conditions(ValueSet::DONOR_REGISTRATION)
            .keep(Condition::is_active, |condition| condition.evidence().gap(GapKind::Unreadable));
        self.registered_after_death()
            .or(problems.exists(Condition::evidence))
            .or(self.newest_registration())
            .or(self.consent_to_donation())
    }

    fn registered_after_death(&self) -> Judgement {
        match self.patient.cadaveric_donor {
            Some(true) => {
                Judgement::met(vec![Evidence::of(Source::Patient, "cadavericDonor", &self.patient.reference())])
            }
            Some(false) => Judgement::not_met(Vec::new()),
            None => Judgement::found(Vec::new(), self.sources().gaps_of(Source::Patient)),
        }
    }

    /// The newest answer decides; when it can't be told which is the newest, all that may be must agree.
    fn newest_registration(&self) -> Judgement {
        let found = self.observations(ValueSet::DONOR_REGISTRATION);
        let latest = found.items.iter().filter_map(|answer| answer.when).map(|when| when.first).max();
        let may_be_newest =
            |answer: &&&Observation| answer.when.is_none_or(|when| latest.is_none_or(|latest| when.last >= latest));
        let newest: Vec<&&Observation> = found.items.iter().filter(may_be_newest).collect();
        let judgements: Vec<Judgement> = newest.iter().map(|answer| registered(answer)).collect();
        let gaps = Judgement::found(Vec::new(), found.gaps.clone());
        let agree = |verdict: Verdict| judgements.iter().all(|judgement| judgement.verdict() == verdict);
        if judgements.is_empty() || agree(Verdict::Met) || agree(Verdict::NotMet) {
            return judgements.into_iter().fold(gaps, Judgement::or);
        }
        let doubts = newest.iter().map(|answer| answer.evidence().gap(GapKind::Conflicting));
        let unclear = judgements.iter().flat_map(Judgement::gaps).cloned();
        let all: Vec<Gap> = if agree(Verdict::Unknown) { unclear.collect() } else { unclear.chain(doubts).collect() };
        Judgement::unknown(all).with_evidence(newest.iter().map(|answer| answer.evidence()))
    }

    fn consent_to_donation(&self) -> Judgement {
        let mut registrations = self.consents(ValueSet::DONOR_REGISTRATION);
        registrations.items.retain(|consent| !consent.concept.has(ValueSet::DONATION));
        let stands = self
            .consents(ValueSet::DONATION)
            .plus(registrations)
            .keep(Consent::permits_now, |consent| consent.evidence().gap(GapKind::NotRecorded));
        stands.exists(Consent::evidence)
    }
}

/// Whether an answer is a yes.
fn registered(answer: &Observation) -> Judgement {
    let gap = |kind| Judgement::unknown(vec![answer.evidence().gap(kind)]);
    match (answer.answer(), &answer.value) {
        (_, Value::Concept(concept)) if concept.has(ValueSet::DONOR_REGISTRATION) => {
            Judgement::met(vec![answer.evidence()])
        }
        // What was asked says enough: a bare `true` says nothing to a reader.
        (Some(true), _) => Judgement::met(vec![Evidence { what: answer.concept.text.clone(), ..answer.evidence() }]),
        (Some(false), _) => Judgement::not_met(vec![answer.evidence()]),
        (None, Value::None) => gap(GapKind::NotRecorded),
        (None, Value::Unreadable | Value::Absent) => gap(GapKind::Unreadable),
        (None, _) => gap(GapKind::Uncoded),
    }
}
