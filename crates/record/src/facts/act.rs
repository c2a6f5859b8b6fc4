//! What was done, or asked for.

use crate::facts::concept::Concept;
use crate::{Evidence, EvidencePeriod, GapKind, Moment, Period, Progress, Source};

/// Whether a record counts, or whether it can't be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// Whether it counts can't be told (status missing, unreadable or unknown).
    Unclear(GapKind),
}

/// A procedure that was done or is being done, or a request for a service.
#[derive(Clone, Debug)]
pub struct Act {
    /// The data it comes from: procedures, or requests.
    pub source: Source,
    /// `Type/id`.
    pub reference: String,
    /// What.
    pub concept: Concept,
    /// When: the first and last day.
    pub period: Period,
    /// When a request was written.
    pub authored: Option<Moment>,
    /// When a request is to be done, where it says so.
    pub planned_for: Option<Period>,
    /// How far it is.
    pub progress: Progress,
    /// Why.
    pub reasons: Vec<Concept>,
    /// References to reasons.
    pub reason_references: Vec<String>,
    /// Whether it counts.
    pub standing: Standing,
}

impl Act {
    /// Evidence: what, and when it began.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            what: self.concept.text.clone(),
            how: None,
            period: self.period.start.map(EvidencePeriod::On),
            source: self.source,
            reference: self.reference.clone(),
        }
    }
}
