//! The patient: age and administrative gender.

use crate::{AsOf, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// `Patient.gender`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Other, unknown, or not sent.
    NotStated,
}

/// The patient.
#[derive(Clone, Debug)]
pub struct Patient {
    /// Logical id.
    pub id: String,
    /// Date of birth, else why it is not known.
    pub birth_date: Result<Moment, GapKind>,
    /// Administrative gender.
    pub gender: Gender,
    /// Registered as a donor after death (FHIR extension `patient-cadavericDonor`).
    pub cadaveric_donor: Option<bool>,
    /// Whether the patient is recorded as dead. A date of death that can't be read, or lies ahead, does not say so.
    pub deceased: bool,
    /// When the patient died, if a date is recorded.
    pub died: Option<Moment>,
    /// Whether the Patient resource was sent at all.
    pub supplied: bool,
}

impl Patient {
    /// `Patient/id`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("Patient/{}", self.id)
    }

    /// Age in whole years at `as_of`, as the youngest and oldest it can be. `None` without a readable date of birth.
    #[must_use]
    pub fn age(&self, as_of: &AsOf) -> Option<(i32, i32)> {
        let birth = self.birth_date.ok()?;
        let years = |day: jiff::civil::Date| {
            as_of.date.since((jiff::Unit::Year, day)).map_or(0, |span| i32::from(span.get_years()))
        };
        Some((years(birth.last), years(birth.first)))
    }

    /// Whether the patient is at least `years` old.
    pub fn is_at_least(&self, years: i32, as_of: &AsOf) -> Judgement {
        let Some((youngest, oldest)) = self.age(as_of) else {
            let kind = self.birth_date.err().unwrap_or(GapKind::NotRecorded);
            return Judgement::unknown(vec![Gap::of(kind, Source::Patient)]);
        };
        if youngest >= years {
            Judgement::met(Vec::new())
        } else if oldest < years {
            Judgement::not_met(Vec::new())
        } else {
            Judgement::unknown(vec![Gap::of(GapKind::ImpreciseDate, Source::Patient)])
        }
    }

    /// Whether the patient can be pregnant by administrative gender: unknown when it is not stated.
    pub fn is_female(&self) -> Verdict {
        match self.gender {
            Gender::Female => Verdict::Met,
            Gender::Male => Verdict::NotMet,
            Gender::NotStated => Verdict::Unknown,
        }
    }
}
