//! Stays and visits.

use crate::facts::concept::Concept;
use crate::{Evidence, EvidencePeriod, Period, Progress, Source};

/// Where an encounter takes place (`Encounter.class`, HL7 v3 `ActEncounterCode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncounterClass {
    /// A stay in hospital (`IMP`, `ACUTE`, `NONAC`, `SS`, `OBSENC`).
    Inpatient,
    /// An emergency department (`EMER`).
    Emergency,
    /// A visit, at home or elsewhere (`AMB`, `HH`, `FLD`, `VR`).
    Visit,
    /// Not stated, or in words that are not known.
    NotStated,
}

impl EncounterClass {
    /// Reads a code, in the spellings of R4 and STU3.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "IMP" | "ACUTE" | "NONAC" | "SS" | "OBSENC" | "inpatient" | "daytime" => Self::Inpatient,
            "EMER" | "emergency" => Self::Emergency,
            "AMB" | "HH" | "FLD" | "VR" | "outpatient" | "ambulatory" | "home" | "field" | "virtual" => Self::Visit,
            _ => Self::NotStated,
        }
    }
}

/// A stay or a visit that is not cancelled and not entered in error.
#[derive(Clone, Debug)]
pub struct Encounter {
    /// `Encounter/id`.
    pub reference: String,
    /// Where.
    pub class: EncounterClass,
    /// How far it is.
    pub progress: Progress,
    /// From when to when.
    pub period: Period,
    /// Whether it ended with the death of the patient (discharge disposition `exp`).
    pub ended_by_death: bool,
    /// Why, coded or in words.
    pub reasons: Vec<Concept>,
    /// The department, in every way it is named: codes and words of the service type, names and ids of the locations.
    pub departments: Vec<String>,
    /// The organisation responsible, in every way it is named.
    pub organisations: Vec<String>,
}

impl Encounter {
    /// It as evidence. It has no name of its own: the code of its class stands for it in every language.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let what = match self.class {
            EncounterClass::Inpatient => "IMP",
            EncounterClass::Emergency => "EMER",
            EncounterClass::Visit => "AMB",
            EncounterClass::NotStated => "",
        };
        let period = self.period.start.map(|from| match self.period.end {
            Some(to) if to.exact_day() == from.exact_day() => EvidencePeriod::On(from),
            to => EvidencePeriod::Course { from, to },
        });
        Evidence {
            what: what.to_owned(),
            how: None,
            period,
            source: Source::Encounters,
            reference: self.reference.clone(),
        }
    }
}
