//! Consents about donation, and participation in trials.

use crate::Verdict;
use crate::facts::concept::Concept;

/// Participation in a trial.
#[derive(Clone, Debug)]
pub struct TrialParticipation {
    /// `ResearchSubject/id`.
    pub reference: String,
    /// Whether the patient is on study now.
    pub on_study: Verdict,
}

/// A consent or declaration about donation.
#[derive(Clone, Debug)]
pub struct Consent {
    /// `Consent/id`.
    pub reference: String,
    /// What it is about: category, actions and codes together.
    pub concept: Concept,
    /// Whether it permits.
    pub permits: Verdict,
}
