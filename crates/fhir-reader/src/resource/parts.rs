//! The lenses of everything inside a resource: codings, quantities, periods, dosages, contained drugs.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::lens;
use crate::lens::{Key, Lens as _, Many, Number, Object, Read, Text, Texts, skip_array, unreadable_scalars};

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
        /// What it is known as elsewhere.
        identifier: Read<Object<Identifier<'a>>> = "identifier",
    }
}

lens! {
    /// `Identifier`.
    pub struct Identifier<'a> {
        /// The identifier itself.
        value: Text<'a> = "value",
    }
}

lens! {
    /// `Meta`.
    pub struct Meta<'a> {
        /// Tags of the server.
        tag: Many<Coding<'a>> = "tag",
    }
}

impl Meta<'_> {
    /// Whether the server says that it left out elements: of a summary, or because of who asks.
    /// Source: <https://hl7.org/fhir/R4/search.html#summary>.
    #[must_use]
    pub fn is_of_part(&self) -> bool {
        self.tag.items.iter().any(|tag| tag.code.as_str() == Some("SUBSETTED"))
    }
}

lens! {
    /// `Annotation`.
    pub struct Annotation<'a> {
        /// The note.
        text: Text<'a> = "text",
    }
}

lens! {
    /// `Period`.
    pub struct PeriodLens<'a> {
        /// Start.
        start: Text<'a> = "start",
        /// End.
        end: Text<'a> = "end",
        /// Extensions: how long it is.
        extension: Many<Extension<'a>> = "extension",
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
        /// Code of the unit, mostly of UCUM.
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
        /// Amount of one administration.
        dose_and_rate: Many<DoseAndRate<'a>> = "doseAndRate",
        /// Amount of one administration (STU3).
        dose_quantity: Read<Box<Quantity<'a>>> = "doseQuantity",
        /// Amount of one administration, as a range (STU3).
        dose_range: Read<Box<Quantity<'a>>> = "doseRange",
    }
}

lens! {
    /// `Dosage.doseAndRate`.
    pub struct DoseAndRate<'a> {
        /// The amount.
        dose_quantity: Read<Box<Quantity<'a>>> = "doseQuantity",
        /// A range of amounts: only that it is there.
        dose_range: Read<Box<Quantity<'a>>> = "doseRange",
    }
}

lens! {
    /// `Timing`.
    pub struct Timing<'a> {
        /// `Timing.repeat`.
        repeat: Read<Box<Repeat<'a>>> = "repeat",
        /// The moments it happens.
        event: Texts<'a> = "event",
    }
}

lens! {
    /// `Timing.repeat`.
    pub struct Repeat<'a> {
        /// First and last day of the course.
        bounds_period: Read<Box<PeriodLens<'a>>> = "boundsPeriod",
        /// How long the course is.
        bounds_duration: Read<Box<Quantity<'a>>> = "boundsDuration",
        /// How many times in all.
        count: Read<Number> = "count",
        /// How many times per period.
        frequency: Read<Number> = "frequency",
        /// The length of that period.
        period: Read<Number> = "period",
        /// Its unit (`h`, `d`, `wk`, …).
        period_unit: Text<'a> = "periodUnit",
    }
}

lens! {
    /// `Encounter.class`: a coding (R4), a list of concepts (R5), a code (STU3 has a coding).
    pub struct ClassLens<'a> {
        /// R4, STU3.
        code: Text<'a> = "code",
        /// R5.
        coding: Many<Coding<'a>> = "coding",
    }
}

lens! {
    /// `Encounter.hospitalization` (R5: `admission`).
    pub struct Hospitalization<'a> {
        /// Where the patient went.
        discharge_disposition: Read<Object<Concept<'a>>> = "dischargeDisposition",
    }
}

lens! {
    /// `Encounter.location`.
    pub struct EncounterLocation<'a> {
        /// The place.
        location: Read<Object<Reference<'a>>> = "location",
    }
}

lens! {
    /// `AllergyIntolerance.reaction`.
    pub struct Reaction<'a> {
        /// What it was a reaction to.
        substance: Read<Object<Concept<'a>>> = "substance",
    }
}

lens! {
    /// `Appointment.participant`.
    pub struct Participant<'a> {
        /// Who takes part, or what is used.
        actor: Read<Object<Reference<'a>>> = "actor",
    }
}

lens! {
    /// `ImmunizationRecommendation.recommendation`.
    pub struct Recommendation<'a> {
        /// The vaccines recommended.
        vaccine_code: Many<Concept<'a>> = "vaccineCode",
        /// What it is to protect from.
        target_disease: Many<Concept<'a>> = "targetDisease",
        /// `due`, `complete`, `contraindicated`, …
        forecast_status: Read<Object<Concept<'a>>> = "forecastStatus",
        /// When: due, earliest, …
        date_criterion: Many<DateCriterion<'a>> = "dateCriterion",
    }
}

lens! {
    /// `ImmunizationRecommendation.recommendation.dateCriterion`.
    pub struct DateCriterion<'a> {
        /// The date.
        value: Text<'a> = "value",
    }
}

lens! {
    /// `Observation.component`.
    pub struct Component<'a> {
        /// What was measured.
        code: Read<Object<Concept<'a>>> = "code",
        /// Its value.
        value_quantity: Read<Box<Quantity<'a>>> = "valueQuantity",
        /// Its value.
        value_integer: Read<Number> = "valueInteger",
        /// Its value.
        value_boolean: Read<bool> = "valueBoolean",
        /// Its value.
        value_string: Text<'a> = "valueString",
        /// Its value.
        value_codeable_concept: Read<Object<Concept<'a>>> = "valueCodeableConcept",
        /// Its value.
        value_date_time: Text<'a> = "valueDateTime",
        /// Its value: only that it is there.
        value_range: Read<Box<Quantity<'a>>> = "valueRange",
        /// Its value: only that it is there.
        value_ratio: Read<Box<Quantity<'a>>> = "valueRatio",
        /// Its value: only that it is there.
        value_period: Read<Box<PeriodLens<'a>>> = "valuePeriod",
        /// High, low, positive, …
        interpretation: Many<Concept<'a>> = "interpretation",
        /// Why there is no value.
        data_absent_reason: Read<Box<Concept<'a>>> = "dataAbsentReason",
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
        /// Coded value.
        value_codeable_concept: Read<Object<Concept<'a>>> = "valueCodeableConcept",
        /// Period.
        value_period: Read<Box<PeriodLens<'a>>> = "valuePeriod",
        /// Identifier.
        value_identifier: Read<Object<Identifier<'a>>> = "valueIdentifier",
        /// Duration.
        value_duration: Read<Box<Quantity<'a>>> = "valueDuration",
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
    /// A contained resource: medications, their ingredients, reasons, and the results of a report are read.
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
        /// Observation: status.
        status: Text<'a> = "status",
        /// Observation: extensions that change what it means.
        modifier_extension: Many<Extension<'a>> = "modifierExtension",
        /// Observation: when.
        effective_date_time: Text<'a> = "effectiveDateTime",
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
    }
}

lens! {
    /// `Medication.ingredient`.
    pub struct Ingredient<'a> {
        /// R4, STU3.
        item_codeable_concept: Read<Object<Concept<'a>>> = "itemCodeableConcept",
        /// Another resource that says what it is (R4, STU3).
        item_reference: Read<Object<Reference<'a>>> = "itemReference",
        /// R5.
        item: Read<Object<Concept<'a>>> = "item",
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
            let tables = ["condition-clinical", "condition-ver-status", "allergyintolerance-"];
            coding.system.as_str().is_some_and(|system| tables.iter().any(|table| system.contains(table)))
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
