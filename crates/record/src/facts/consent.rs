//! Consents about donation, and participation in trials.

use crate::facts::concept::Concept;
use crate::{Evidence, Source, Standing, Verdict};

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
    /// Whether it is in force.
    pub standing: Standing,
}

impl Consent {
    /// Whether it permits and is in force: a known no is one whether or not it still holds.
    pub fn permits_now(&self) -> Verdict {
        match self.standing {
            Standing::Counts => self.permits,
            Standing::Unclear(_) => self.permits.and(Verdict::Unknown),
        }
    }

    /// It as evidence.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence::of(Source::Consents, &self.concept.text, &self.reference)
    }
}
