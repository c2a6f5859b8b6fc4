//! Drugs: what was given, is stated to be used, or was prescribed, and for how long.

use crate::facts::concept::Concept;
use crate::facts::dose::Dose;
use crate::{Evidence, EvidencePeriod, Moment, Progress, Source, Standing, Verdict};

/// How a use of a drug is known. The stronger kind comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// MedicationAdministration: it was given.
    Given,
    /// MedicationStatement: the record states it is or was used.
    Stated,
    /// MedicationRequest: it was prescribed; whether it was taken is not recorded.
    Prescribed,
}

/// When a course ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseEnd {
    /// On a day.
    On(Moment),
    /// It goes on.
    Ongoing,
    /// It ended, or may have, but no date is recorded.
    NotRecorded,
}

/// Where a drug goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Oral, intravenous, intramuscular, subcutaneous: the whole body.
    Systemic,
    /// Skin, airways, nose, eye, ear, mouth, rectum: one place.
    Local,
    /// Stated, and neither: into a joint, a lesion, the skin, the spinal fluid, beside the spine, in the cheek. Some of it is
    /// absorbed, or the product decides.
    Ambiguous,
    /// Not stated, or not in codes or words that are known.
    NotStated,
}

impl Route {
    /// This route, or another where it is not stated.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self == Self::NotStated { other } else { self }
    }
}

/// One use of a drug.
#[derive(Clone, Debug)]
pub struct MedicationUse {
    /// `Type/id`.
    pub reference: String,
    /// Which drug.
    pub concept: Concept,
    /// How it is known.
    pub kind: UseKind,
    /// How far it is.
    pub progress: Progress,
    /// First day.
    pub start: Option<Moment>,
    /// Last day.
    pub end: CourseEnd,
    /// When a prescription was written.
    pub authored: Option<Moment>,
    /// How much a prescription asks for, and on which days.
    pub doses: Vec<Dose>,
    /// Why, coded.
    pub reasons: Vec<Concept>,
    /// Why, as references.
    pub reason_references: Vec<String>,
    /// Where it goes.
    pub route: Route,
    /// Whether it counts.
    pub standing: Standing,
    /// The Medications that say which drug it is, or what is in it, where it does not say so itself.
    pub medication_references: Vec<String>,
}

impl MedicationUse {
    /// Which source it came from.
    #[must_use]
    pub fn source(&self) -> Source {
        match self.kind {
            UseKind::Given => Source::MedicationAdministrations,
            UseKind::Stated => Source::MedicationStatements,
            UseKind::Prescribed => Source::MedicationRequests,
        }
    }

    /// Whether the drug is in use on the as-of day: status active or in progress, started, and not ended before it.
    pub fn is_in_use(&self, today: &Moment) -> Verdict {
        let running = match self.progress {
            Progress::Open | Progress::Running => Verdict::Met,
            Progress::Done | Progress::Partly | Progress::Ended | Progress::Held => Verdict::NotMet,
            Progress::Planned | Progress::Unclear => Verdict::Unknown,
        };
        let started = self.start.map_or(Verdict::Met, |start| start.on_or_before(today));
        let not_ended = match self.end {
            CourseEnd::On(end) => end.on_or_after(today),
            CourseEnd::Ongoing => Verdict::Met,
            CourseEnd::NotRecorded => running,
        };
        running.and(started).and(not_ended)
    }

    /// Evidence with the course.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let period = self.start.map(|from| match self.end {
            CourseEnd::On(to) if to == from => EvidencePeriod::On(from),
            CourseEnd::On(to) => EvidencePeriod::Course { from, to: Some(to) },
            CourseEnd::Ongoing => EvidencePeriod::Course { from, to: None },
            CourseEnd::NotRecorded => EvidencePeriod::On(from),
        });
        let how = match self.kind {
            UseKind::Given => "evidence-given",
            UseKind::Stated => "evidence-stated",
            UseKind::Prescribed => "evidence-prescribed",
        };
        Evidence { how: Some(how), period, ..Evidence::of(self.source(), &self.concept.text, &self.reference) }
    }
}
