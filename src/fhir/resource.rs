//! The lens of a resource: every element that some rule reads, of every resource type, in every spelling.
//!
//! One lens for all types, because an element means the same wherever it stands (`status`, `code`, `effectivePeriod`), and
//! because JSON does not promise that `resourceType` comes first. Spellings that differ between FHIR versions stand beside
//! each other; the accessors below choose.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::chart::date::{Moment, Period};
use crate::fhir::lens::{Key, Lens as _, Many, Number, Object, Read, Text, skip_array, unreadable_scalars};
use crate::lens;

lens! {
    /// `Coding`.
    pub struct Coding<'a> {
        /// Code system URI.
        system: Text<'a> = "system",
        /// Code.
        code: Text<'a> = "code",
        /// Display.
        display: Text<'a> = "display",
    }
}

lens! {
    /// `CodeableConcept`; also R5 `CodeableReference`, whose parts are `concept` and `reference`.
    pub struct Concept<'a> {
        /// Codings.
        coding: Many<Coding<'a>> = "coding",
        /// Text.
        text: Text<'a> = "text",
        /// R5: the concept of a `CodeableReference`.
        concept: Read<Box<Concept<'a>>> = "concept",
        /// R5: the reference of a `CodeableReference`.
        reference: Read<Box<Reference<'a>>> = "reference",
    }
}

lens! {
    /// `Reference`.
    pub struct Reference<'a> {
        /// `Type/id`, `#contained`, or an absolute URL.
        reference: Text<'a> = "reference",
        /// What it is called. All that some EHRs send of a drug.
        display: Text<'a> = "display",
    }
}

lens! {
    /// `Period`.
    pub struct PeriodLens<'a> {
        /// Start.
        start: Text<'a> = "start",
        /// End.
        end: Text<'a> = "end",
    }
}

lens! {
    /// `Quantity`.
    pub struct Quantity<'a> {
        /// Number, as written.
        value: Read<Number> = "value",
        /// `<`, `<=`, `>=`, `>`: the value is only a bound.
        comparator: Text<'a> = "comparator",
        /// Unit for people.
        unit: Text<'a> = "unit",
        /// UCUM unit.
        code: Text<'a> = "code",
    }
}

lens! {
    /// `Dosage`.
    pub struct Dosage<'a> {
        /// Route of administration.
        route: Read<Object<Concept<'a>>> = "route",
        /// Free text instruction.
        text: Text<'a> = "text",
        /// Timing.
        timing: Read<Box<Timing<'a>>> = "timing",
    }
}

lens! {
    /// `Timing`.
    pub struct Timing<'a> {
        /// `Timing.repeat`.
        repeat: Read<Box<Repeat<'a>>> = "repeat",
    }
}

lens! {
    /// `Timing.repeat`.
    pub struct Repeat<'a> {
        /// First and last day of the course.
        bounds_period: Read<Box<PeriodLens<'a>>> = "boundsPeriod",
    }
}

lens! {
    /// `MedicationRequest.dispenseRequest`.
    pub struct DispenseRequest<'a> {
        /// Time in which the prescription can be dispensed.
        validity_period: Read<Box<PeriodLens<'a>>> = "validityPeriod",
    }
}

lens! {
    /// `Extension`.
    pub struct Extension<'a> {
        /// Which extension.
        url: Text<'a> = "url",
        /// Boolean value.
        value_boolean: Read<bool> = "valueBoolean",
    }
}

lens! {
    /// `Observation.referenceRange`.
    pub struct ReferenceRange<'a> {
        /// Upper limit of normal.
        high: Read<Box<Quantity<'a>>> = "high",
    }
}

lens! {
    /// `Consent.provision` (R4: object; R5: array).
    pub struct Provision<'a> {
        /// R4: `permit` or `deny`.
        kind: Text<'a> = "type",
        /// What may be done.
        action: Many<Concept<'a>> = "action",
        /// About what.
        code: Many<Concept<'a>> = "code",
    }
}

lens! {
    /// `ResearchSubject.progress` (R5).
    pub struct Progress<'a> {
        /// State of the subject in the study.
        subject_state: Read<Object<Concept<'a>>> = "subjectState",
    }
}

lens! {
    /// A contained resource: only medications are read.
    pub struct Contained<'a> {
        /// Resource type.
        resource_type: Text<'a> = "resourceType",
        /// Id, the target of `#id`.
        id: Text<'a> = "id",
        /// What it is.
        code: Read<Object<Concept<'a>>> = "code",
        /// Dose form (R4).
        form: Read<Object<Concept<'a>>> = "form",
        /// Dose form (R5).
        dose_form: Read<Object<Concept<'a>>> = "doseForm",
        /// Ingredients.
        ingredient: Many<Ingredient<'a>> = "ingredient",
    }
}

lens! {
    /// `Medication.ingredient`.
    pub struct Ingredient<'a> {
        /// R4, STU3.
        item_codeable_concept: Read<Object<Concept<'a>>> = "itemCodeableConcept",
        /// R5.
        item: Read<Object<Concept<'a>>> = "item",
    }
}

lens! {
    /// Any resource. The comment at each spelling names the FHIR version where it is not R4.
    pub struct Resource<'a> {
        /// Logical id.
        id: Text<'a> = "id",
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
        /// Category.
        category: Many<Concept<'a>> = "category",

        /// Patient: date of birth.
        birth_date: Text<'a> = "birthDate",
        /// Patient: administrative gender.
        gender: Text<'a> = "gender",

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
        /// Order not to do it.
        do_not_perform: Read<bool> = "doNotPerform",
        /// When it was ordered.
        authored_on: Text<'a> = "authoredOn",
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
        /// Observation: high, low, positive, …
        interpretation: Many<Concept<'a>> = "interpretation",
        /// Observation: why there is no value.
        data_absent_reason: Read<Box<Concept<'a>>> = "dataAbsentReason",
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

/// A status that is a code in STU3 and a `CodeableConcept` since R4.
#[derive(Clone, Debug, Default)]
pub struct CodeOrConcept<'a>(pub Concept<'a>);

impl CodeOrConcept<'_> {
    /// The code of FHIR's own table of statuses, wherever it stands among the codings; else the first code. A local coding
    /// may stand beside it.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let codings = &self.0.coding.items;
        let of_fhir = codings.iter().find(|coding| {
            coding
                .system
                .as_str()
                .is_some_and(|system| system.contains("condition-clinical") || system.contains("condition-ver-status"))
        });
        of_fhir.into_iter().chain(codings).find_map(|coding| coding.code.as_str())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Read<CodeOrConcept<'a>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct StatusVisitor;
        fn of(code: Cow<'_, str>) -> Read<CodeOrConcept<'_>> {
            let coding = Coding { code: Read::Value(code), ..Coding::default() };
            Read::Value(CodeOrConcept(Concept {
                coding: Many { items: vec![coding], unreadable: 0 },
                ..Concept::default()
            }))
        }
        impl<'de> Visitor<'de> for StatusVisitor {
            type Value = Read<CodeOrConcept<'de>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(of(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(of(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Read::Absent)
            }
            unreadable_scalars!('de, Read::Unreadable; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                skip_array(&mut seq)?;
                Ok(Read::Unreadable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let first = map.next_key::<Key<'de>>()?;
                if first.as_ref().is_some_and(Key::is_number) {
                    map.next_value::<IgnoredAny>()?;
                    return Ok(Read::Unreadable);
                }
                Concept::read_object(first, &mut map).map(|concept| Read::Value(CodeOrConcept(concept)))
            }
        }
        deserializer.deserialize_any(StatusVisitor)
    }
}

/// A date element: the moment, or that it can't be read.
#[must_use]
pub fn moment(text: &Text<'_>) -> Read<Moment> {
    match text {
        Read::Absent => Read::Absent,
        Read::Value(text) => Moment::parse(text).map_or(Read::Unreadable, Read::Value),
        Read::Unreadable => Read::Unreadable,
    }
}

/// A period element. Unreadable when either end is there and can't be read.
#[must_use]
pub fn period(lens: &Read<Box<PeriodLens<'_>>>) -> Read<Period> {
    match lens {
        Read::Absent => Read::Absent,
        Read::Unreadable => Read::Unreadable,
        Read::Value(lens) => match (moment(&lens.start), moment(&lens.end)) {
            (Read::Unreadable, _) | (_, Read::Unreadable) => Read::Unreadable,
            (start, end) => Read::Value(Period { start: start.value().copied(), end: end.value().copied() }),
        },
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

impl Resource<'_> {
    /// When it was used, given, done or observed: `effective[x]`, `performed[x]`, `occurrence[x]`. A dateTime is a period
    /// of one moment; the second value says whether it was written as a period.
    #[must_use]
    pub fn when(&self) -> (Read<Period>, bool) {
        let periods = first_there([
            period(&self.effective_period),
            period(&self.performed_period),
            period(&self.occurence_period),
            period(&self.occurrence_period),
        ]);
        if !periods.is_absent() {
            return (periods, true);
        }
        let points = first_there([
            moment(&self.effective_date_time),
            moment(&self.effective_instant),
            moment(&self.performed_date_time),
            moment(&self.occurence_date_time),
            moment(&self.occurrence_date_time),
        ]);
        (point(&points), false)
    }

    /// The reference to the person it is about, whatever the element is called.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        [&self.subject, &self.patient, &self.individual]
            .into_iter()
            .find_map(|reference| reference.value().and_then(|object| object.0.reference.as_str()))
    }
}
