//! What `to_json` writes and refuses, and what the drafts look like.

#![forbid(unsafe_code)]

use cellwise_fhir_model::{
    Resource, WriteError,
    draft::{self, Coded, Concept},
    parse_strict, resources, to_json, types,
};

const HCG: Concept<'_> = Concept {
    codings: &[Coded {
        system: "http://loinc.org",
        code: "2106-3",
        display: "Choriogonadotropin (pregnancy test) [Presence] in Urine",
    }],
    text: "zwangerschapstest",
};

#[test]
fn a_service_request_is_a_complete_proposal() {
    let order = draft::ServiceRequest {
        subject: "Patient/a",
        encounter: Some("Encounter/b"),
        category: Some(Concept { codings: &[], text: "lab" }),
        code: HCG,
        reason: Some(Concept { codings: &[], text: "before \"lymphodepletion\"" }),
        reason_references: &["Condition/c", "Observation/d"],
        performer: Some("Laboratory"),
        note: Some("First\nsecond"),
    };
    let json = order.to_json().expect("a draft is complete");
    assert_eq!(
        json,
        concat!(
            r#"{"resourceType":"ServiceRequest","status":"draft","intent":"proposal","#,
            r#""category":[{"text":"lab"}],"#,
            r#""code":{"coding":[{"system":"http://loinc.org","code":"2106-3","#,
            r#""display":"Choriogonadotropin (pregnancy test) [Presence] in Urine"}],"#,
            r#""text":"zwangerschapstest"},"#,
            r#""subject":{"reference":"Patient/a"},"encounter":{"reference":"Encounter/b"},"#,
            r#""performer":[{"display":"Laboratory"}],"#,
            r#""reasonCode":[{"text":"before \"lymphodepletion\""}],"#,
            r#""reasonReference":[{"reference":"Condition/c"},{"reference":"Observation/d"}],"#,
            r#""note":[{"text":"First\nsecond"}]}"#
        )
    );
    let draft = draft::service_request(&order);
    assert_eq!(parse_strict("ServiceRequest", &json), Ok(draft));
}

#[test]
fn a_medication_request_is_a_complete_proposal() {
    let draft = draft::medication_request(&draft::MedicationRequest {
        subject: "Patient/a",
        medication: Concept { codings: &[], text: "a drug" },
        route: Some(Concept { codings: &[], text: "intravenous" }),
        dosage: Some("once"),
        ..draft::MedicationRequest::default()
    });
    let json = to_json(&draft).expect("a draft is complete");
    assert_eq!(
        json,
        concat!(
            r#"{"resourceType":"MedicationRequest","status":"draft","intent":"proposal","#,
            r#""medicationCodeableConcept":{"text":"a drug"},"subject":{"reference":"Patient/a"},"#,
            r#""dosageInstruction":[{"text":"once","route":{"text":"intravenous"}}]}"#
        )
    );
    assert_eq!(parse_strict("MedicationRequest", &json), Ok(draft));

    let without_dosage = draft::medication_request(&draft::MedicationRequest {
        subject: "Patient/a",
        medication: HCG,
        ..draft::MedicationRequest::default()
    });
    let json = to_json(&without_dosage).expect("a draft is complete");
    assert!(!json.contains("dosage"), "{json}");
}

#[test]
fn an_empty_text_is_not_written() {
    let draft = draft::service_request(&draft::ServiceRequest { code: HCG, ..Default::default() });
    let error = to_json(&draft).expect_err("a draft without a patient");
    assert_eq!(error.to_string(), "subject.reference: a string may not be empty");
    assert!(matches!(error, WriteError::Shape(_)), "{error:?}");
}

#[test]
fn a_missing_element_is_not_written() {
    let bare = Resource::Observation(Box::default());
    let error = to_json(&bare).expect_err("an Observation without a status");
    assert_eq!(error.to_string(), "missing required field `Observation.status`");

    let without_drug = Resource::MedicationRequest(Box::new(resources::MedicationRequest {
        status: "draft".into(),
        intent: "proposal".into(),
        subject: Box::new(types::Reference { display: Some("a".into()), ..Default::default() }),
        ..Default::default()
    }));
    let error = to_json(&without_drug).expect_err("a MedicationRequest without a drug");
    assert_eq!(error.to_string(), "medication is a required field");
}

#[test]
fn what_fhir_does_not_allow_is_not_written() {
    let patient = |patient| to_json(&Resource::Patient(Box::new(patient))).map_err(|e| e.to_string());
    assert_eq!(
        patient(resources::Patient { name: vec![types::HumanName::default()], ..Default::default() }),
        Err("name[0]: an object may not be empty".to_owned())
    );
    assert_eq!(
        patient(resources::Patient {
            name: vec![types::HumanName { given: vec!["A".into(), Default::default()], ..Default::default() }],
            ..Default::default()
        }),
        Err("name[0].given[1]: `null` is not allowed here".to_owned())
    );
    let nested = resources::Patient {
        contained: vec![Resource::Patient(Box::new(resources::Patient {
            gender: Some("".into()),
            ..Default::default()
        }))],
        ..Default::default()
    };
    assert_eq!(patient(nested), Err("contained[0].gender: a string may not be empty".to_owned()));
    let number = types::Quantity { value: Some("ten".into()), ..Default::default() };
    let observation = resources::Observation {
        status: "final".into(),
        code: Box::new(types::CodeableConcept { text: Some("a".into()), ..Default::default() }),
        value: Some(resources::ObservationValue::Quantity(Box::new(number))),
        ..Default::default()
    };
    assert_eq!(
        to_json(&Resource::Observation(Box::new(observation))),
        Err(WriteError::Model("error serializing decimal".to_owned()))
    );
}
