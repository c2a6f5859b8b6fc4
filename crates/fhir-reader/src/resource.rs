//! The lens of a resource: every element that some rule reads, of every resource type, in every spelling.
//!
//! One lens for all types, because an element means the same wherever it stands (`status`, `code`, `effectivePeriod`), and
//! because JSON does not promise that `resourceType` comes first. Spellings that differ between FHIR versions stand beside
//! each other; the accessors below choose.

mod parts;
#[cfg(test)]
mod tests;

use crate::lens;
use crate::lens::{Many, Number, Object, Read, Text};
use cellwise_record::facts::quantity::{Bound, Quantity as Amount};
use cellwise_record::{Moment, Period};
use jiff::tz::TimeZone;

pub use parts::*;

lens! {
    /// Any resource. The comment at each spelling names the FHIR version where it is not R4.
    pub struct Resource<'a> {
        /// Logical id.
        id: Text<'a> = "id",
        /// What the server says of it.
        meta: Read<Box<Meta<'a>>> = "meta",
        /// Status.
        status: Text<'a> = "status",
        /// What it is.
        code: Read<Object<Concept<'a>>> = "code",
        /// Who it is about.
        subject: Read<Object<Reference<'a>>> = "subject",
        /// Who it is about (Consent; STU3 elsewhere).
        patient: Read<Object<Reference<'a>>> = "patient",
        /// Who it is about (ResearchSubject).
        individual: Read<Object<Reference<'a>>> = "individual",
        /// Whom or what the observation really is about, when not the subject.
        focus: Many<Reference<'a>> = "focus",
        /// Contained resources.
        contained: Many<Contained<'a>> = "contained",
        /// Extensions.
        extension: Many<Extension<'a>> = "extension",
        /// Extensions that change what it means.
        modifier_extension: Many<Extension<'a>> = "modifierExtension",
        /// Category.
        category: Many<Concept<'a>> = "category",

        /// Patient: date of birth.
        birth_date: Text<'a> = "birthDate",
        /// Patient: administrative gender.
        gender: Text<'a> = "gender",
        /// Patient: whether the patient has died.
        deceased_boolean: Read<bool> = "deceasedBoolean",
        /// Patient: when the patient died.
        deceased_date_time: Text<'a> = "deceasedDateTime",

        /// Encounter: where it takes place.
        class: Many<ClassLens<'a>> = "class",
        /// Encounter: from when to when.
        period: Read<Box<PeriodLens<'a>>> = "period",
        /// Encounter: from when to when (R5).
        actual_period: Read<Box<PeriodLens<'a>>> = "actualPeriod",
        /// Encounter: how the stay ended.
        hospitalization: Read<Box<Hospitalization<'a>>> = "hospitalization",
        /// Encounter: how the stay ended (R5).
        admission: Read<Box<Hospitalization<'a>>> = "admission",
        /// Encounter: the organisation responsible.
        service_provider: Read<Object<Reference<'a>>> = "serviceProvider",
        /// Encounter: where in the hospital.
        location: Many<EncounterLocation<'a>> = "location",
        /// `AllergyIntolerance`: reactions.
        reaction: Many<Reaction<'a>> = "reaction",
        /// Immunization, `ImmunizationRecommendation` (STU3): which vaccine.
        vaccine_code: Read<Object<Concept<'a>>> = "vaccineCode",
        /// `ImmunizationRecommendation`: what is recommended.
        recommendation: Many<Recommendation<'a>> = "recommendation",
        /// Appointment: for what. Encounter: the department.
        service_type: Many<Concept<'a>> = "serviceType",
        /// Appointment: when.
        start: Text<'a> = "start",
        /// Appointment: who takes part.
        participant: Many<Participant<'a>> = "participant",
        /// Appointment: the requests it is booked for.
        based_on: Many<Reference<'a>> = "basedOn",

        /// Condition: `active`, `relapse`, `remission`, … (STU3: a code).
        clinical_status: Read<CodeOrConcept<'a>> = "clinicalStatus",
        /// Condition: `confirmed`, `refuted`, … (STU3: a code).
        verification_status: Read<CodeOrConcept<'a>> = "verificationStatus",
        /// Condition: when it began.
        onset_date_time: Text<'a> = "onsetDateTime",
        /// Condition: when it began.
        onset_period: Read<Box<PeriodLens<'a>>> = "onsetPeriod",
        /// Condition: when it ended.
        abatement_date_time: Text<'a> = "abatementDateTime",
        /// Condition: when it ended.
        abatement_period: Read<Box<PeriodLens<'a>>> = "abatementPeriod",
        /// Condition: that it ended (STU3).
        abatement_boolean: Read<bool> = "abatementBoolean",
        /// Condition: when it was written down.
        recorded_date: Text<'a> = "recordedDate",
        /// Condition: when it was written down (STU3).
        asserted_date: Text<'a> = "assertedDate",

        /// Drug, as a code.
        medication_codeable_concept: Read<Object<Concept<'a>>> = "medicationCodeableConcept",
        /// Drug, as a reference.
        medication_reference: Read<Object<Reference<'a>>> = "medicationReference",
        /// Drug (R5).
        medication: Read<Object<Concept<'a>>> = "medication",
        /// `order`, `plan`, `proposal`, …
        intent: Text<'a> = "intent",
        /// Request: the prescription that it follows.
        prior_prescription: Read<Object<Reference<'a>>> = "priorPrescription",
        /// Order not to do it.
        do_not_perform: Read<bool> = "doNotPerform",
        /// Request: that somebody told of it.
        reported_boolean: Read<bool> = "reportedBoolean",
        /// Request: who told of it.
        reported_reference: Read<Object<Reference<'a>>> = "reportedReference",
        /// Request: that somebody told of it (R5).
        reported: Read<bool> = "reported",
        /// When it was ordered.
        authored_on: Text<'a> = "authoredOn",
        /// Request: its details, as codes.
        order_detail: Many<Concept<'a>> = "orderDetail",
        /// Request: notes.
        note: Many<Annotation<'a>> = "note",
        /// Request: what the patient is told.
        patient_instruction: Text<'a> = "patientInstruction",
        /// Dosage (requests).
        dosage_instruction: Many<Dosage<'a>> = "dosageInstruction",
        /// Dosage (statements; administrations: one object).
        dosage: Many<Dosage<'a>> = "dosage",
        /// Dispensing.
        dispense_request: Read<Box<DispenseRequest<'a>>> = "dispenseRequest",
        /// When it was used, given, observed.
        effective_date_time: Text<'a> = "effectiveDateTime",
        /// When it was observed.
        effective_instant: Text<'a> = "effectiveInstant",
        /// When it was used, given, observed.
        effective_period: Read<Box<PeriodLens<'a>>> = "effectivePeriod",
        /// Administration (R5; the standard spells it with one r).
        occurence_date_time: Text<'a> = "occurenceDateTime",
        /// Administration (R5).
        occurence_period: Read<Box<PeriodLens<'a>>> = "occurencePeriod",
        /// Procedure (R5), ServiceRequest.
        occurrence_date_time: Text<'a> = "occurrenceDateTime",
        /// Procedure (R5), ServiceRequest.
        occurrence_period: Read<Box<PeriodLens<'a>>> = "occurrencePeriod",
        /// ServiceRequest: when.
        occurrence_timing: Read<Box<Timing<'a>>> = "occurrenceTiming",
        /// Observation: when.
        effective_timing: Read<Box<Timing<'a>>> = "effectiveTiming",
        /// Procedure: when.
        performed_date_time: Text<'a> = "performedDateTime",
        /// Procedure: when.
        performed_period: Read<Box<PeriodLens<'a>>> = "performedPeriod",
        /// Why, coded.
        reason_code: Many<Concept<'a>> = "reasonCode",
        /// Why, referenced.
        reason_reference: Many<Reference<'a>> = "reasonReference",
        /// Why (R5).
        reason: Many<Concept<'a>> = "reason",
        /// MedicationStatement: `n` means not taken (STU3).
        taken: Text<'a> = "taken",
        /// MedicationAdministration: was not given (STU3).
        not_given: Read<bool> = "notGiven",
        /// Procedure: was not done (STU3).
        not_done: Read<bool> = "notDone",
        /// Medication: dose form.
        form: Read<Object<Concept<'a>>> = "form",
        /// Medication: dose form (R5).
        dose_form: Read<Object<Concept<'a>>> = "doseForm",
        /// Medication: ingredients.
        ingredient: Many<Ingredient<'a>> = "ingredient",

        /// Observation, DiagnosticReport: when it became available.
        issued: Text<'a> = "issued",
        /// Observation value.
        value_quantity: Read<Box<Quantity<'a>>> = "valueQuantity",
        /// Observation value.
        value_integer: Read<Number> = "valueInteger",
        /// Observation value.
        value_boolean: Read<bool> = "valueBoolean",
        /// Observation value.
        value_string: Text<'a> = "valueString",
        /// Observation value.
        value_codeable_concept: Read<Object<Concept<'a>>> = "valueCodeableConcept",
        /// Observation value.
        value_date_time: Text<'a> = "valueDateTime",
        /// Observation value: only that it is there.
        value_range: Read<Box<Quantity<'a>>> = "valueRange",
        /// Observation value: only that it is there.
        value_ratio: Read<Box<Quantity<'a>>> = "valueRatio",
        /// Observation value: only that it is there.
        value_period: Read<Box<PeriodLens<'a>>> = "valuePeriod",
        /// Observation: high, low, positive, …
        interpretation: Many<Concept<'a>> = "interpretation",
        /// Observation: why there is no value.
        data_absent_reason: Read<Box<Concept<'a>>> = "dataAbsentReason",
        /// Observation: the parts of a panel (systolic and diastolic pressure).
        component: Many<Component<'a>> = "component",
        /// Observation: limits of normal.
        reference_range: Many<ReferenceRange<'a>> = "referenceRange",

        /// DiagnosticReport: coded conclusions.
        conclusion_code: Many<Concept<'a>> = "conclusionCode",
        /// DiagnosticReport: coded conclusions (STU3).
        coded_diagnosis: Many<Concept<'a>> = "codedDiagnosis",

        /// Consent: rules.
        provision: Many<Provision<'a>> = "provision",
        /// Consent: `permit` or `deny` (R5).
        decision: Text<'a> = "decision",
        /// ResearchSubject: progress (R5).
        progress: Many<Progress<'a>> = "progress",
    }
}

/// A date element: the moment, on the day that it is in the zone of the place of care, or that it can't be read.
#[must_use]
pub fn moment(text: &Text<'_>, zone: &TimeZone) -> Read<Moment> {
    match text {
        Read::Absent => Read::Absent,
        Read::Value(text) => Moment::parse_at(text, zone).map_or(Read::Unreadable, Read::Value),
        Read::Unreadable => Read::Unreadable,
    }
}

/// A period element. Unreadable when either end is there and can't be read.
#[must_use]
pub fn period(lens: &Read<Box<PeriodLens<'_>>>, zone: &TimeZone) -> Read<Period> {
    match lens {
        Read::Absent => Read::Absent,
        Read::Unreadable => Read::Unreadable,
        Read::Value(lens) => match (moment(&lens.start, zone), moment(&lens.end, zone)) {
            (Read::Unreadable, _) | (_, Read::Unreadable) => Read::Unreadable,
            (start, end) => {
                let stated = Period { start: start.value().copied(), end: end.value().copied() };
                length_of(&lens.extension).map_or(Read::Value(stated), |length| lasting(stated, length))
            }
        },
    }
}

/// A quantity; `None` when its number can't be read.
#[must_use]
pub fn quantity(lens: &Quantity<'_>) -> Option<Amount> {
    let number = lens.value.value().and_then(decimal)?;
    let unit = Amount::unit_of(lens.code.as_str(), lens.unit.as_str()).to_owned();
    let bound = match (&lens.comparator, lens.comparator.as_str()) {
        (Read::Absent, _) => Bound::Exactly,
        (_, Some("<" | "<=")) => Bound::Below,
        (_, Some(">" | ">=")) => Bound::Above,
        _ => Bound::Unclear,
    };
    Some(Amount { number, unit, bound })
}

/// A number, if it is one.
#[must_use]
pub fn decimal(number: &Number) -> Option<f64> {
    number.0.parse().ok().filter(|number: &f64| number.is_finite())
}

/// How many days a duration is, rounded up; `None` for what can't be read, or is longer than any course.
#[must_use]
pub fn days_of(length: &Quantity<'_>) -> Option<i32> {
    const MOST: i32 = 3_660;
    let days = quantity(length).filter(|length| length.bound == Bound::Exactly)?.in_unit("d")?;
    (0..=MOST).find(|whole| f64::from(*whole) >= days)
}

/// How the Dutch medication process says how long a drug is used (R4, STU3): beside the period, or within it.
const LENGTH_OF_USE: [&str; 2] = [
    "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Duration",
    "http://nictiz.nl/fhir/StructureDefinition/zib-MedicationUse-Duration",
];

/// The extension that says how long.
fn length_of<'r, 'a>(extensions: &'r Many<Extension<'a>>) -> Option<&'r Read<Box<Quantity<'a>>>> {
    let is_length = |of: &&Extension<'_>| of.url.as_str().is_some_and(|url| LENGTH_OF_USE.contains(&url));
    extensions.items.iter().find(is_length).map(|of| &of.value_duration)
}

/// A period with one end stated, and its length. A length that can't be read leaves no course without an end.
fn lasting(stated: Period, length: &Read<Box<Quantity<'_>>>) -> Read<Period> {
    let days = length.value().and_then(|length| days_of(length));
    match (stated.start, stated.end, days) {
        (Some(start), None, Some(days)) => Read::Value(Period { end: Some(start.plus_days(days)), ..stated }),
        (None, Some(end), Some(days)) => Read::Value(Period { start: Some(end.plus_days(-days)), ..stated }),
        (Some(_), None, None) => Read::Unreadable,
        _ => Read::Value(stated),
    }
}

/// How the Dutch medication process says from when to when a drug is used (R4, a misspelling of it, STU3).
const PERIOD_OF_USE: [&str; 3] = [
    "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval.Period",
    "http://nictiz.nl/fhir/StructureDefinition/ext-TimeInterval-Period",
    "http://nictiz.nl/fhir/StructureDefinition/zib-Medication-PeriodOfUse",
];

/// A timing as the period from its first moment to its last: its bounds, else its events.
fn timing(lens: &Read<Box<Timing<'_>>>, zone: &TimeZone) -> Read<Period> {
    let Read::Value(timing) = lens else {
        return if lens.is_unreadable() { Read::Unreadable } else { Read::Absent };
    };
    let bounds = timing.repeat.value().map_or(Read::Absent, |repeat| period(&repeat.bounds_period, zone));
    if !bounds.is_absent() {
        return bounds;
    }
    let mut events: Vec<Moment> = timing.event.items.iter().filter_map(|event| Moment::parse_at(event, zone)).collect();
    if timing.event.unreadable > 0 || events.len() < timing.event.items.len() {
        return Read::Unreadable;
    }
    events.sort_by_key(|event| (event.first, event.instant));
    match (events.first(), events.last()) {
        (Some(first), Some(last)) => Read::Value(Period { start: Some(*first), end: Some(*last) }),
        _ => Read::Absent,
    }
}

/// The first of several spellings that is there.
fn first_there<T>(spellings: impl IntoIterator<Item = Read<T>>) -> Read<T> {
    spellings.into_iter().find(|read| !read.is_absent()).unwrap_or_default()
}

/// A dateTime as a period of that moment.
fn point(read: &Read<Moment>) -> Read<Period> {
    match read {
        Read::Absent => Read::Absent,
        Read::Unreadable => Read::Unreadable,
        Read::Value(moment) => Read::Value(Period { start: Some(*moment), end: Some(*moment) }),
    }
}

impl<'a> Contained<'a> {
    /// A contained Observation as a resource. Its date is that of the report which it stands in, unless it has one.
    #[must_use]
    pub fn result_of(&self, report: &Resource<'a>) -> Resource<'a> {
        let mut result = Resource {
            status: self.status.clone(),
            code: self.code.clone(),
            modifier_extension: self.modifier_extension.clone(),
            effective_date_time: self.effective_date_time.clone(),
            value_quantity: self.value_quantity.clone(),
            value_integer: self.value_integer.clone(),
            value_boolean: self.value_boolean.clone(),
            value_string: self.value_string.clone(),
            value_codeable_concept: self.value_codeable_concept.clone(),
            ..Resource::default()
        };
        if result.effective_date_time.is_absent() {
            result.effective_date_time = report.effective_date_time.clone();
            result.effective_period = report.effective_period.clone();
            result.issued = report.issued.clone();
        }
        result
    }
}

impl Resource<'_> {
    /// When it was used, given, done or observed: `effective[x]`, `performed[x]`, `occurrence[x]`. A dateTime is a period
    /// of one moment; the second value says whether it was written as a period.
    #[must_use]
    pub fn when(&self, zone: &TimeZone) -> (Read<Period>, bool) {
        let periods = first_there([
            period(&self.effective_period, zone),
            period(&self.performed_period, zone),
            period(&self.occurence_period, zone),
            period(&self.occurrence_period, zone),
        ]);
        if !periods.is_absent() {
            return (periods, true);
        }
        let points = first_there([
            moment(&self.effective_date_time, zone),
            moment(&self.effective_instant, zone),
            moment(&self.performed_date_time, zone),
            moment(&self.occurence_date_time, zone),
            moment(&self.occurrence_date_time, zone),
        ]);
        if !points.is_absent() {
            return (point(&points), false);
        }
        (first_there([timing(&self.effective_timing, zone), timing(&self.occurrence_timing, zone)]), true)
    }

    /// From when to when a drug is used, where an extension says so. One that only says how long counts from the day on which
    /// it was written.
    #[must_use]
    pub fn period_of_use(&self, zone: &TimeZone) -> Read<Period> {
        let is_of_use = |of: &&Extension<'_>| of.url.as_str().is_some_and(|url| PERIOD_OF_USE.contains(&url));
        let stated = self.extension.items.iter().find(is_of_use).map(|of| period(&of.value_period, zone));
        match (stated, moment(&self.authored_on, zone)) {
            (Some(Read::Value(stated)), _) => self.lasting(stated),
            (None, Read::Value(start)) if length_of(&self.extension).is_some() => {
                self.lasting(Period { start: Some(start), end: None })
            }
            (stated, _) => stated.unwrap_or_default(),
        }
    }

    /// A period of use, as long as an extension of the resource says.
    #[must_use]
    pub fn lasting(&self, stated: Period) -> Read<Period> {
        length_of(&self.extension).map_or(Read::Value(stated), |length| lasting(stated, length))
    }

    /// The reference to the person it is about, whatever the element is called.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        [&self.subject, &self.patient, &self.individual]
            .into_iter()
            .find_map(|reference| reference.value().and_then(|object| object.0.reference.as_str()))
    }
}
