//! The lenses against a second opinion: for every shipped resource they must read what the typed FHIR R4 model reads.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use cellwise_fhir_model::{Resource as Typed, parse_strict, resources, types};
use cellwise_fhir_reader::lens::{Object, Read, Text};
use cellwise_fhir_reader::resource::{CodeOrConcept, Concept, Resource};
use cellwise_record::Moment;
use serde_json::Value;

/// What one resource says, element by element, in a shape that both readings can be brought into.
type Said = Vec<(&'static str, String)>;

fn lens_concept(concept: &Concept<'_>) -> String {
    let codings = concept.coding.items.iter().map(|coding| {
        format!(
            "{}|{}|{}",
            coding.system.as_str().unwrap_or(""),
            coding.code.as_str().unwrap_or(""),
            coding.display.as_str().unwrap_or("")
        )
    });
    format!("{} {}", codings.collect::<Vec<_>>().join(","), concept.text.as_str().unwrap_or(""))
}

fn typed_concept(concept: &types::CodeableConcept) -> String {
    let codings = concept.coding.iter().map(|coding| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        format!(
            "{}|{}|{}",
            coding.system.as_ref().map(|it| text(&it.value)).unwrap_or_default(),
            coding.code.as_ref().map(|it| text(&it.value)).unwrap_or_default(),
            coding.display.as_ref().map(|it| text(&it.value)).unwrap_or_default()
        )
    });
    let text = concept.text.as_ref().and_then(|text| text.value.clone()).unwrap_or_default();
    format!("{} {text}", codings.collect::<Vec<_>>().join(","))
}

fn push(said: &mut Said, what: &'static str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        said.push((what, value));
    }
}

fn text(text: &Text<'_>) -> Option<String> {
    text.as_str().map(str::to_owned)
}

fn object(element: &Read<Object<Concept<'_>>>) -> Option<String> {
    element.value().map(|concept| lens_concept(&concept.0))
}

fn status(element: &Read<CodeOrConcept<'_>>) -> Option<String> {
    element.value().map(|concept| lens_concept(&concept.0))
}

fn when(resource: &Resource<'_>) -> Option<String> {
    let (period, _) = resource.when(&jiff::tz::TimeZone::UTC);
    let show = |moment: Option<Moment>| moment.map(|moment| moment.to_string()).unwrap_or_default();
    period.value().map(|period| format!("{}..{}", show(period.start), show(period.end)))
}

fn by_lens(json: &str) -> Said {
    let read: Read<Object<Resource<'_>>> = serde_json::from_str(json).unwrap();
    let Read::Value(Object(resource)) = read else { panic!("not an object: {json}") };
    let mut said = Said::new();
    push(&mut said, "id", text(&resource.id));
    push(&mut said, "status", text(&resource.status));
    push(&mut said, "intent", text(&resource.intent));
    push(&mut said, "about", resource.about().map(str::to_owned));
    push(&mut said, "code", object(&resource.code));
    push(&mut said, "clinicalStatus", status(&resource.clinical_status));
    push(&mut said, "verificationStatus", status(&resource.verification_status));
    push(&mut said, "onset", text(&resource.onset_date_time));
    push(&mut said, "recordedDate", text(&resource.recorded_date));
    push(&mut said, "authoredOn", text(&resource.authored_on));
    push(&mut said, "medication", object(&resource.medication_codeable_concept));
    let drug = resource
        .medication_reference
        .value()
        .and_then(|reference| text(&reference.0.reference).or_else(|| text(&reference.0.display)));
    push(&mut said, "medicationReference", drug);
    push(&mut said, "when", when(&resource));
    push(&mut said, "birthDate", text(&resource.birth_date));
    push(&mut said, "gender", text(&resource.gender));
    push(&mut said, "value", object(&resource.value_codeable_concept));
    push(&mut said, "valueBoolean", resource.value_boolean.value().map(ToString::to_string));
    push(&mut said, "valueInteger", resource.value_integer.value().map(|number| number.0.to_string()));
    push(
        &mut said,
        "valueQuantity",
        resource.value_quantity.value().and_then(|it| it.value.value().map(|number| number.0.to_string())),
    );
    for reason in &resource.reason_code.items {
        push(&mut said, "reason", Some(lens_concept(reason)));
    }
    for dosage in &resource.dosage_instruction.items {
        push(&mut said, "route", object(&dosage.route));
    }
    for conclusion in &resource.conclusion_code.items {
        push(&mut said, "conclusion", Some(lens_concept(conclusion)));
    }
    said
}

fn day(value: Option<&String>) -> String {
    value.and_then(|text| Moment::parse(text)).map(|moment| moment.to_string()).unwrap_or_default()
}

fn span(period: &types::Period) -> String {
    let end = |it: &Option<types::DateTime>| day(it.as_ref().and_then(|it| it.value.as_ref()));
    format!("{}..{}", end(&period.start), end(&period.end))
}

fn at(moment: &types::DateTime) -> String {
    let day = day(moment.value.as_ref());
    format!("{day}..{day}")
}

fn by_model(kind: &str, json: &str) -> Said {
    macro_rules! value {
        ($element:expr) => {
            $element.as_ref().and_then(|it| it.value.clone())
        };
    }
    let mut said = Said::new();
    let concept = |it: &Option<Box<types::CodeableConcept>>| it.as_ref().map(|it| typed_concept(it));
    let reference = |it: &types::Reference| it.reference.as_ref().and_then(|it| it.value.clone());
    match parse_strict(kind, json).unwrap() {
        Typed::Patient(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "birthDate", value!(it.birth_date));
            push(&mut said, "gender", value!(it.gender));
        }
        Typed::Condition(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "about", reference(&it.subject));
            push(&mut said, "code", concept(&it.code));
            push(&mut said, "clinicalStatus", concept(&it.clinical_status));
            push(&mut said, "verificationStatus", concept(&it.verification_status));
            if let Some(resources::ConditionOnset::DateTime(onset)) = &it.onset {
                push(&mut said, "onset", onset.value.clone());
            }
            push(&mut said, "recordedDate", value!(it.recorded_date));
        }
        Typed::MedicationRequest(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "intent", it.intent.value.clone());
            push(&mut said, "about", reference(&it.subject));
            push(&mut said, "authoredOn", value!(it.authored_on));
            match &it.medication {
                resources::MedicationRequestMedication::CodeableConcept(drug) => {
                    push(&mut said, "medication", Some(typed_concept(drug)));
                }
                resources::MedicationRequestMedication::Reference(drug) => {
                    push(&mut said, "medicationReference", reference(drug).or_else(|| value!(drug.display)));
                }
                resources::MedicationRequestMedication::Invalid => panic!("no drug: {json}"),
            }
            for reason in &it.reason_code {
                push(&mut said, "reason", Some(typed_concept(reason)));
            }
            for dosage in &it.dosage_instruction {
                push(&mut said, "route", concept(&dosage.route));
            }
        }
        Typed::MedicationStatement(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "about", reference(&it.subject));
            match &it.medication {
                resources::MedicationStatementMedication::CodeableConcept(drug) => {
                    push(&mut said, "medication", Some(typed_concept(drug)));
                }
                resources::MedicationStatementMedication::Reference(drug) => {
                    push(&mut said, "medicationReference", reference(drug).or_else(|| value!(drug.display)));
                }
                resources::MedicationStatementMedication::Invalid => panic!("no drug: {json}"),
            }
            match &it.effective {
                Some(resources::MedicationStatementEffective::DateTime(moment)) => {
                    push(&mut said, "when", Some(at(moment)));
                }
                Some(resources::MedicationStatementEffective::Period(period)) => {
                    push(&mut said, "when", Some(span(period)));
                }
                _ => {}
            }
            for reason in &it.reason_code {
                push(&mut said, "reason", Some(typed_concept(reason)));
            }
        }
        Typed::MedicationAdministration(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "about", reference(&it.subject));
            match &it.medication {
                resources::MedicationAdministrationMedication::CodeableConcept(drug) => {
                    push(&mut said, "medication", Some(typed_concept(drug)));
                }
                resources::MedicationAdministrationMedication::Reference(drug) => {
                    push(&mut said, "medicationReference", reference(drug).or_else(|| value!(drug.display)));
                }
                resources::MedicationAdministrationMedication::Invalid => panic!("no drug: {json}"),
            }
            match &it.effective {
                resources::MedicationAdministrationEffective::DateTime(moment) => {
                    push(&mut said, "when", Some(at(moment)));
                }
                resources::MedicationAdministrationEffective::Period(period) => {
                    push(&mut said, "when", Some(span(period)));
                }
                resources::MedicationAdministrationEffective::Invalid => {}
            }
            for reason in &it.reason_code {
                push(&mut said, "reason", Some(typed_concept(reason)));
            }
        }
        Typed::Procedure(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "about", reference(&it.subject));
            push(&mut said, "code", concept(&it.code));
            match &it.performed {
                Some(resources::ProcedurePerformed::DateTime(moment)) => push(&mut said, "when", Some(at(moment))),
                Some(resources::ProcedurePerformed::Period(period)) => push(&mut said, "when", Some(span(period))),
                _ => {}
            }
            for reason in &it.reason_code {
                push(&mut said, "reason", Some(typed_concept(reason)));
            }
        }
        Typed::ServiceRequest(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "intent", it.intent.value.clone());
            push(&mut said, "about", reference(&it.subject));
            push(&mut said, "code", concept(&it.code));
            push(&mut said, "authoredOn", value!(it.authored_on));
            match &it.occurrence {
                Some(resources::ServiceRequestOccurrence::DateTime(moment)) => {
                    push(&mut said, "when", Some(at(moment)));
                }
                Some(resources::ServiceRequestOccurrence::Period(period)) => {
                    push(&mut said, "when", Some(span(period)));
                }
                _ => {}
            }
            for reason in &it.reason_code {
                push(&mut said, "reason", Some(typed_concept(reason)));
            }
        }
        Typed::Observation(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "about", it.subject.as_ref().and_then(|it| reference(it)));
            push(&mut said, "code", Some(typed_concept(&it.code)));
            match &it.effective {
                Some(resources::ObservationEffective::DateTime(moment)) => push(&mut said, "when", Some(at(moment))),
                Some(resources::ObservationEffective::Period(period)) => push(&mut said, "when", Some(span(period))),
                _ => {}
            }
            match &it.value {
                Some(resources::ObservationValue::CodeableConcept(value)) => {
                    push(&mut said, "value", Some(typed_concept(value)));
                }
                Some(resources::ObservationValue::Boolean(value)) => {
                    push(&mut said, "valueBoolean", value.value.map(|it| it.to_string()));
                }
                Some(resources::ObservationValue::Integer(value)) => {
                    push(&mut said, "valueInteger", value.value.map(|it| it.to_string()));
                }
                Some(resources::ObservationValue::Quantity(value)) => {
                    push(&mut said, "valueQuantity", value!(value.value));
                }
                _ => {}
            }
        }
        Typed::DiagnosticReport(it) => {
            push(&mut said, "id", value!(it.id));
            push(&mut said, "status", it.status.value.clone());
            push(&mut said, "about", it.subject.as_ref().and_then(|it| reference(it)));
            push(&mut said, "code", Some(typed_concept(&it.code)));
            match &it.effective {
                Some(resources::DiagnosticReportEffective::DateTime(moment)) => {
                    push(&mut said, "when", Some(at(moment)));
                }
                Some(resources::DiagnosticReportEffective::Period(period)) => {
                    push(&mut said, "when", Some(span(period)));
                }
                _ => {}
            }
            for conclusion in &it.conclusion_code {
                push(&mut said, "conclusion", Some(typed_concept(conclusion)));
            }
        }
        other => panic!("the comparison has no place for {other:?}"),
    }
    said
}

/// Resource types that the comparison covers; the rest of the shipped ones (consents, trials, medications) are checked
/// for strictness only.
const COMPARED: [&str; 9] = [
    "Patient",
    "Condition",
    "MedicationRequest",
    "MedicationStatement",
    "MedicationAdministration",
    "Procedure",
    "ServiceRequest",
    "Observation",
    "DiagnosticReport",
];

#[test]
fn lenses_read_what_the_typed_model_reads() {
    let mut compared = 0;
    for folder in ["fixtures/patients", "fixtures/orders"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let bundle: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            for entry in bundle["entry"].as_array().unwrap() {
                let kind = entry["resource"]["resourceType"].as_str().unwrap();
                if !COMPARED.contains(&kind) {
                    continue;
                }
                let json = entry["resource"].to_string();
                let mut lens = by_lens(&json);
                let mut model = by_model(kind, &json);
                lens.sort();
                model.sort();
                assert_eq!(lens, model, "{}: {kind}", path.display());
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "only {compared} resources were compared");
}
