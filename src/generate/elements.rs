//! The elements of each FHIR R4 resource that the server reads; a test holds them against the lens (`src/fhir/resource.rs`).

/// Resource type → elements. `[x]` stands for the types that are read.
pub const ELEMENTS: &[(&str, &[&str])] = &[
    ("Patient", &["birthDate", "gender", "deceased[x]", "extension"]),
    (
        "Condition",
        &["clinicalStatus", "verificationStatus", "code", "subject", "onset[x]", "abatement[x]", "recordedDate"],
    ),
    (
        "MedicationRequest",
        &[
            "status",
            "intent",
            "doNotPerform",
            "medication[x]",
            "subject",
            "authoredOn",
            "reasonCode",
            "reasonReference",
            "dosageInstruction",
            "dispenseRequest.validityPeriod",
            "contained",
        ],
    ),
    (
        "MedicationStatement",
        &["status", "medication[x]", "subject", "effective[x]", "reasonCode", "reasonReference", "dosage", "contained"],
    ),
    (
        "MedicationAdministration",
        &["status", "medication[x]", "subject", "effective[x]", "reasonCode", "reasonReference", "dosage", "contained"],
    ),
    ("Medication", &["code", "form", "ingredient"]),
    ("Procedure", &["status", "code", "subject", "performed[x]", "reasonCode", "reasonReference"]),
    (
        "ServiceRequest",
        &[
            "status",
            "intent",
            "doNotPerform",
            "code",
            "subject",
            "occurrence[x]",
            "authoredOn",
            "reasonCode",
            "reasonReference",
        ],
    ),
    (
        "Observation",
        &[
            "status",
            "code",
            "subject",
            "focus",
            "effective[x]",
            "issued",
            "value[x]",
            "dataAbsentReason",
            "interpretation",
            "referenceRange",
            "component",
        ],
    ),
    ("DiagnosticReport", &["status", "code", "subject", "effective[x]", "issued", "conclusionCode"]),
    ("ResearchSubject", &["status", "individual"]),
    ("Consent", &["status", "category", "patient", "provision"]),
    (
        "AllergyIntolerance",
        &["clinicalStatus", "verificationStatus", "code", "patient", "onset[x]", "recordedDate", "reaction"],
    ),
    ("Encounter", &["status", "class", "subject", "period", "reasonCode", "hospitalization"]),
    ("Appointment", &["status", "serviceType", "reasonCode", "reasonReference", "start", "basedOn", "participant"]),
    ("Immunization", &["status", "vaccineCode", "patient", "occurrence[x]"]),
    ("ImmunizationRecommendation", &["patient", "recommendation"]),
];

/// Keys of the lens that are spellings of another FHIR version (STU3, R5).
pub const OTHER_VERSIONS: &[&str] = &[
    "abatementBoolean",
    "assertedDate",
    "medication",
    "occurenceDateTime",
    "occurencePeriod",
    "reason",
    "taken",
    "notGiven",
    "notDone",
    "doseForm",
    "codedDiagnosis",
    "decision",
    "progress",
    "actualPeriod",
    "admission",
];
