//! What an EHR may do wrong, each by its name. Everything here has been seen in some EHR; a service must answer each with what it
//! does not know, never with silence.

use std::collections::BTreeSet;
use std::fmt;

/// A fault that can be switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Answers take seconds.
    Slow,
    /// Searches and reads are refused.
    Forbidden,
    /// The server fails.
    ServerError,
    /// The answer breaks off.
    InvalidJson,
    /// A total that is higher than what comes.
    Incomplete,
    /// A filter that nobody asked for.
    Narrower,
    /// Only the first page can be had.
    CutOff,
    /// No self link.
    NoSelfLink,
    /// An error among what was found.
    OutcomeEntry,
    /// Drugs stay behind.
    NotIncluded,
    /// Somebody else's resources.
    OtherPatient,
    /// The access token has expired.
    ExpiredToken,
    /// No prefetch at all.
    NoPrefetch,
    /// Single prefetch keys are lacking.
    MissingKey,
    /// No FHIR server is named.
    NoFhirServer,
    /// Another release of FHIR.
    Stu3,
    /// The client token is signed with a key that nobody knows.
    UnknownKey,
    /// The client token has expired.
    LateClientToken,
    /// The client token is the one of the call before.
    ReplayedClientToken,
    /// The public keys can't be had.
    NoKeys,
}

impl Fault {
    /// Every fault, in the order in which it is explained.
    pub const ALL: [Self; 20] = [
        Self::Slow,
        Self::Forbidden,
        Self::ServerError,
        Self::InvalidJson,
        Self::Incomplete,
        Self::Narrower,
        Self::CutOff,
        Self::NoSelfLink,
        Self::OutcomeEntry,
        Self::NotIncluded,
        Self::OtherPatient,
        Self::MissingKey,
        Self::NoPrefetch,
        Self::NoFhirServer,
        Self::ExpiredToken,
        Self::Stu3,
        Self::UnknownKey,
        Self::LateClientToken,
        Self::ReplayedClientToken,
        Self::NoKeys,
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Forbidden => "forbidden",
            Self::ServerError => "server-error",
            Self::InvalidJson => "invalid-json",
            Self::Incomplete => "incomplete",
            Self::Narrower => "narrower",
            Self::CutOff => "cut-off",
            Self::NoSelfLink => "no-self-link",
            Self::OutcomeEntry => "outcome-entry",
            Self::NotIncluded => "not-included",
            Self::OtherPatient => "other-patient",
            Self::ExpiredToken => "expired-token",
            Self::NoPrefetch => "no-prefetch",
            Self::MissingKey => "missing-key",
            Self::NoFhirServer => "no-fhir-server",
            Self::Stu3 => "stu3",
            Self::UnknownKey => "unknown-key",
            Self::LateClientToken => "late-client-token",
            Self::ReplayedClientToken => "replayed-client-token",
            Self::NoKeys => "no-keys",
        }
    }

    /// What it does, in a line.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Slow => "each answer of the FHIR server takes three seconds",
            Self::Forbidden => "the FHIR server answers 403",
            Self::ServerError => "the FHIR server answers 500",
            Self::InvalidJson => "the JSON of the FHIR server breaks off",
            Self::Incomplete => "searches say a total of one more than they bring, and no next link",
            Self::Narrower => "searches find nothing, and their self link has a filter that nobody asked for",
            Self::CutOff => "searches come in pages, and the second one answers 410",
            Self::NoSelfLink => "searches have no self link",
            Self::OutcomeEntry => "searches bring nothing but an OperationOutcome: not everything could be searched",
            Self::NotIncluded => "the drugs that were to be included are left out",
            Self::OtherPatient => "the resources are about another patient",
            Self::MissingKey => "prefetch keys are left out",
            Self::NoPrefetch => "no prefetch is sent",
            Self::NoFhirServer => "no FHIR server and no access token are sent",
            Self::ExpiredToken => "the access token for the FHIR server has expired",
            Self::Stu3 => "the FHIR server says that it speaks FHIR 3.0.2",
            Self::UnknownKey => "the client token is signed with a key that is not published",
            Self::LateClientToken => "the client token expired a quarter of an hour ago",
            Self::ReplayedClientToken => "the client token is that of the call before",
            Self::NoKeys => "the address of the public keys answers 503",
        }
    }

    /// The fault with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// What is switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    on: BTreeSet<Fault>,
    /// The one type of resources whose data they concern; every type when it is not said.
    of: Option<String>,
}

impl Faults {
    /// These faults; `of` is the one type of resources whose data they concern.
    #[must_use]
    pub fn new(on: impl IntoIterator<Item = Fault>, of: Option<String>) -> Self {
        Self { on: on.into_iter().collect(), of }
    }

    /// Whether a fault is switched on.
    #[must_use]
    pub fn has(&self, fault: Fault) -> bool {
        self.on.contains(&fault)
    }

    /// Whether a fault concerns the data of a type of resources.
    #[must_use]
    pub(super) fn concerns(&self, fault: Fault, resource_type: &str) -> bool {
        self.has(fault) && self.of.as_deref().is_none_or(|of| of == resource_type)
    }

    /// The type of resources whose data they concern.
    #[must_use]
    pub(super) fn of(&self) -> Option<&str> {
        self.of.as_deref()
    }

    /// Those that are switched on.
    pub(super) fn on(&self) -> impl Iterator<Item = Fault> {
        self.on.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_of_its_own_and_is_listed() {
        let names: BTreeSet<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        assert_eq!(names.len(), Fault::ALL.len());
        assert!(Fault::ALL.iter().all(|fault| Fault::from_name(fault.name()) == Some(*fault)));
    }

    #[test]
    fn a_fault_may_concern_one_type_only() {
        let faults = Faults::new([Fault::Forbidden], Some("Observation".to_owned()));
        assert!(faults.concerns(Fault::Forbidden, "Observation") && !faults.concerns(Fault::Forbidden, "Condition"));
        assert!(!faults.concerns(Fault::Slow, "Observation"));
    }
}
