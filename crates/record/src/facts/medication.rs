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

/// A drug, by one of its codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substance {
    /// `system|code`.
    pub code: String,
    /// What it is called by the value sets, in small letters; empty where they have no name for it.
    pub name: String,
    /// The part of the body by ATC, its first letter: dexamethasone is a tablet under H, an eye drop under S.
    pub part: Option<char>,
}

impl Substance {
    /// Whether the code is of a system that names drugs.
    fn is_known(&self) -> bool {
        !self.name.is_empty() || self.part.is_some()
    }

    fn is(&self, other: &Self) -> bool {
        let same_part = || self.part.is_none() || other.part.is_none() || self.part == other.part;
        self.code == other.code || !self.name.is_empty() && self.name == other.name && same_part()
    }
}

/// By what two records of a drug are known to be of the same treatment.
#[derive(Clone, Debug, Default)]
pub struct Treatment {
    /// The number that the Dutch medication process gives a treatment.
    pub number: Option<String>,
    /// The drug, by each of its codes.
    pub drug: Vec<Substance>,
}

impl Treatment {
    /// Whether two have the same number; none where one of them has no number.
    #[must_use]
    pub fn has_number_of(&self, other: &Self) -> Option<bool> {
        Some(self.number.as_ref()? == other.number.as_ref()?)
    }

    /// Whether two are with the same drug, whichever code of it each has. A local code, which may be that of the form or the
    /// order, decides only where one of them has no other.
    #[must_use]
    pub fn is_with_drug_of(&self, other: &Self) -> bool {
        let is_known = |of: &Self| of.drug.iter().any(Substance::is_known);
        let only_known = is_known(self) && is_known(other);
        let counts = |code: &Substance| !only_known || code.is_known();
        self.drug.iter().any(|one| counts(one) && other.drug.iter().any(|another| counts(another) && one.is(another)))
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
    /// Of which treatment it is.
    pub treatment: Treatment,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn substance(code: &str, name: &str, part: Option<char>) -> Substance {
        Substance { code: code.to_owned(), name: name.to_owned(), part }
    }

    fn treatment(number: Option<&str>, drug: Substance) -> Treatment {
        Treatment { number: number.map(str::to_owned), drug: vec![drug] }
    }

    fn tablet() -> Substance {
        substance("atc|H02AB02", "dexamethasone", Some('H'))
    }

    #[test]
    fn a_drug_is_the_same_in_another_code_but_not_elsewhere_in_the_body() {
        for (other, same) in [
            (tablet(), true),
            (substance("atc|S01BA01", "dexamethasone", Some('S')), false),
            (substance("sct|372584003", "dexamethasone", None), true),
            (substance("local|1", "", None), false),
            (substance("atc|H02AB06", "prednisolone", Some('H')), false),
        ] {
            let (one, another) = (treatment(None, tablet()), treatment(None, other.clone()));
            assert_eq!(one.is_with_drug_of(&another), same, "{other:?}");
        }
        let nameless = || treatment(None, substance("local|1", "", None));
        assert!(nameless().is_with_drug_of(&nameless()));
        assert!(!nameless().is_with_drug_of(&treatment(None, substance("local|2", "", None))));
        let behind = |drug: Substance| Treatment { number: None, drug: vec![substance("local|1", "", None), drug] };
        let prednisolone = substance("atc|H02AB06", "prednisolone", Some('H'));
        assert!(behind(tablet()).is_with_drug_of(&behind(tablet())));
        assert!(!behind(tablet()).is_with_drug_of(&behind(prednisolone)), "one local code for two drugs");
        assert!(behind(tablet()).is_with_drug_of(&nameless()));
    }

    #[test]
    fn numbers_compare_only_where_both_have_one() {
        let drug = || substance("atc|J05AB11", "valaciclovir", Some('J'));
        for (one, another, same) in [
            (Some("1"), Some("1"), Some(true)),
            (Some("1"), Some("2"), Some(false)),
            (Some("1"), None, None),
            (None, None, None),
        ] {
            assert_eq!(treatment(one, drug()).has_number_of(&treatment(another, drug())), same);
        }
    }
}
