//! Diagnoses, problems and history codes.

use crate::facts::concept::Concept;
use crate::{Evidence, EvidencePeriod, Moment, Source, Standing, Verdict};

/// `Condition.clinicalStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClinicalStatus {
    /// Active, first time.
    Active,
    /// Active again after it was gone.
    Recurrence,
    /// Active again after remission.
    Relapse,
    /// No longer active.
    Inactive,
    /// In remission.
    Remission,
    /// Gone.
    Resolved,
    /// Not stated: counts as active while no end is recorded.
    NotStated,
    /// Stated in a way that can't be read.
    Unreadable,
}

/// A condition that is not refuted and not entered in error.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `Condition/id`.
    pub reference: String,
    /// What.
    pub concept: Concept,
    /// Clinical status.
    pub clinical_status: ClinicalStatus,
    /// When it began.
    pub onset: Option<Moment>,
    /// When it was written down.
    pub recorded: Option<Moment>,
    /// When it ended.
    pub abatement: Option<Moment>,
    /// Whether it is recorded as ended, with or without a date.
    pub ended: bool,
    /// Whether it counts (an unconfirmed diagnosis does not tell).
    pub standing: Standing,
}

impl Condition {
    /// When it began, else when it was written down.
    #[must_use]
    pub fn date(&self) -> Option<Moment> {
        self.onset.or(self.recorded)
    }

    /// Whether it is active now (active, recurrence, relapse, or not stated and not ended).
    pub fn is_active(&self) -> Verdict {
        match self.clinical_status {
            ClinicalStatus::Active | ClinicalStatus::Recurrence | ClinicalStatus::Relapse => Verdict::Met,
            ClinicalStatus::Inactive | ClinicalStatus::Remission | ClinicalStatus::Resolved => Verdict::NotMet,
            ClinicalStatus::NotStated => {
                if self.ended {
                    Verdict::NotMet
                } else {
                    Verdict::Met
                }
            }
            ClinicalStatus::Unreadable => Verdict::Unknown,
        }
    }

    /// Evidence with the onset and the end, else the onset (or recording) date.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let dates = self.onset.zip(self.abatement).filter(|(from, to)| (from.first, from.last) != (to.first, to.last));
        let course = dates.map(|(from, to)| EvidencePeriod::Course { from, to: Some(to) });
        Evidence {
            what: self.concept.text.clone(),
            how: None,
            period: course.or_else(|| self.date().map(EvidencePeriod::On)),
            source: Source::Conditions,
            reference: self.reference.clone(),
        }
    }
}
