//! The kinds of data a rule may need, one per prefetch key.

/// A kind of data: a FHIR resource type and the prefetch key that brings it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The patient.
    Patient,
    /// Problems, diagnoses, history codes.
    Conditions,
    /// Prescriptions.
    MedicationRequests,
    /// What the patient is stated to use.
    MedicationStatements,
    /// What was given.
    MedicationAdministrations,
    /// What was done.
    Procedures,
    /// What was asked for.
    ServiceRequests,
    /// Measurements and findings.
    Observations,
    /// Reports (imaging).
    DiagnosticReports,
    /// Trial participation.
    ResearchSubjects,
    /// Consents and donor declarations.
    Consents,
    /// Allergies and intolerances.
    Allergies,
    /// Stays and visits.
    Encounters,
    /// The draft orders of the hook itself (context, not prefetch).
    DraftOrders,
}

impl Source {
    /// Every source that a prefetch key can bring.
    pub const PREFETCHED: [Self; 13] = [
        Self::Patient,
        Self::Conditions,
        Self::MedicationRequests,
        Self::MedicationStatements,
        Self::MedicationAdministrations,
        Self::Procedures,
        Self::ServiceRequests,
        Self::Observations,
        Self::DiagnosticReports,
        Self::ResearchSubjects,
        Self::Consents,
        Self::Allergies,
        Self::Encounters,
    ];

    /// The prefetch key, the same in every service; also the text id `source-<key>` in `common.ftl`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Conditions => "conditions",
            Self::MedicationRequests => "medicationRequests",
            Self::MedicationStatements => "medicationStatements",
            Self::MedicationAdministrations => "medicationAdministrations",
            Self::Procedures => "procedures",
            Self::ServiceRequests => "serviceRequests",
            Self::Observations => "observations",
            Self::DiagnosticReports => "diagnosticReports",
            Self::ResearchSubjects => "researchSubjects",
            Self::Consents => "consents",
            Self::Allergies => "allergies",
            Self::Encounters => "encounters",
            Self::DraftOrders => "draftOrders",
        }
    }

    /// The FHIR resource type it holds.
    #[must_use]
    pub fn resource_type(self) -> &'static str {
        match self {
            Self::Patient => "Patient",
            Self::Conditions => "Condition",
            Self::MedicationRequests => "MedicationRequest",
            Self::MedicationStatements => "MedicationStatement",
            Self::MedicationAdministrations => "MedicationAdministration",
            Self::Procedures => "Procedure",
            Self::ServiceRequests => "ServiceRequest",
            Self::Observations => "Observation",
            Self::DiagnosticReports => "DiagnosticReport",
            Self::ResearchSubjects => "ResearchSubject",
            Self::Consents => "Consent",
            Self::Allergies => "AllergyIntolerance",
            Self::Encounters => "Encounter",
            Self::DraftOrders => "Bundle",
        }
    }

    /// Whether a resource of this type belongs to it. STU3 calls a service request a procedure request.
    #[must_use]
    pub fn holds(self, resource_type: &str) -> bool {
        resource_type == self.resource_type() || self == Self::ServiceRequests && resource_type == "ProcedureRequest"
    }

    /// The source of an entry, by the type in its reference (`Procedure/car-t`); an entry without a known type stands where
    /// therapies do.
    #[must_use]
    pub fn of_reference(reference: &str) -> Self {
        let resource_type = reference.split('/').next().unwrap_or_default();
        Self::PREFETCHED.into_iter().find(|source| source.holds(resource_type)).unwrap_or(Self::Procedures)
    }

    /// The source with this prefetch key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::PREFETCHED.into_iter().find(|source| source.key() == key)
    }

    /// The source of a key that may be numbered: a kind that needs several queries has the keys `observations1`,
    /// `observations2`, …
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::from_key(key.trim_end_matches(|c: char| c.is_ascii_digit()))
    }
}

/// One thing to ask a FHIR server for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The kind of data.
    pub source: Source,
    /// The prefetch key that it would have come under.
    pub key: String,
    /// The prefetch template, filled in: `Patient/1` or `Condition?patient=1`.
    pub query: String,
}
