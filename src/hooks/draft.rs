//! Turning a proposal into the action of a suggestion: a complete FHIR R4 resource with draft status, or a deletion.
//!
//! A suggestion is an offer: its order has the status `draft` and the intent `proposal`, so that a clinician who accepts the card
//! still signs it. The two kinds of order that are suggested have their elements here, in the order of the specification; the
//! tests hold every one that a case suggests against the strict model of `crates/fhir-model/`.

use std::borrow::Cow;

use serde::Serialize;

use cellwise_clinic::Proposal;
use cellwise_record::{is_id, terminology};

/// The status of every suggested order: not yet actionable (`http://hl7.org/fhir/request-status` and
/// `http://hl7.org/fhir/CodeSystem/medicationrequest-status`).
const STATUS: &str = "draft";

/// The intent of every suggested order: put forward by someone without the authority to order
/// (`http://hl7.org/fhir/request-intent` and `http://hl7.org/fhir/CodeSystem/medicationrequest-intent`).
const INTENT: &str = "proposal";

/// What a suggestion does.
#[derive(Debug)]
pub enum Draft {
    /// Creates an order.
    Create(Order),
    /// Deletes the resource that this relative reference names.
    Delete(String),
}

/// A suggested order.
#[derive(Debug, Serialize)]
#[serde(tag = "resourceType")]
pub enum Order {
    /// A test, a referral, a procedure: <https://hl7.org/fhir/R4/servicerequest.html>.
    ServiceRequest(ServiceRequest),
    /// A drug: <https://hl7.org/fhir/R4/medicationrequest.html>.
    MedicationRequest(MedicationRequest),
}

/// The elements of a suggested ServiceRequest.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceRequest {
    status: &'static str,
    intent: &'static str,
    code: CodeableConcept,
    subject: Reference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reason_reference: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<[Annotation; 1]>,
}

/// The elements of a suggested MedicationRequest. It has no dose: that is the local protocol's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MedicationRequest {
    status: &'static str,
    intent: &'static str,
    medication_codeable_concept: CodeableConcept,
    subject: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<[Annotation; 1]>,
}

#[derive(Debug, Serialize)]
struct CodeableConcept {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coding: Vec<Coding>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Coding {
    system: String,
    code: String,
    display: String,
}

#[derive(Debug, Serialize)]
struct Reference {
    reference: String,
}

#[derive(Debug, Serialize)]
struct Annotation {
    text: String,
}

/// Writes a proposal for `patient` (`Patient/id`). `label` names the draft where no code does; `note` is written into it;
/// `name` is what a code is called in the language of the card. `None` when it can't be written: what has no id can't be deleted
/// by it, and an element without text is no FHIR.
#[must_use]
pub fn write<'n>(
    proposal: &Proposal,
    patient: &str,
    label: &str,
    note: Option<&str>,
    name: impl Fn(&terminology::Coded) -> Option<Cow<'n, str>>,
) -> Option<Draft> {
    let subject = Reference { reference: said(patient)? };
    let note = match note {
        Some(text) => Some([Annotation { text: said(text)? }]),
        None => None,
    };
    match proposal {
        Proposal::Remove { reference } => is_reference(reference).then(|| Draft::Delete(reference.clone())),
        Proposal::Service { code, reasons } => {
            let coding = code.iter().map(coding).collect::<Option<_>>()?;
            let reasons = reasons.iter().filter(|reason| is_reference(reason));
            Some(Draft::Create(Order::ServiceRequest(ServiceRequest {
                status: STATUS,
                intent: INTENT,
                code: CodeableConcept { coding, text: said(label)? },
                subject,
                reason_reference: reasons.map(|reason| Reference { reference: reason.clone() }).collect(),
                note,
            })))
        }
        Proposal::Medication { code } => {
            let text = name(code).unwrap_or(Cow::Borrowed(&code.display));
            Some(Draft::Create(Order::MedicationRequest(MedicationRequest {
                status: STATUS,
                intent: INTENT,
                medication_codeable_concept: CodeableConcept { coding: vec![coding(code)?], text: said(&text)? },
                subject,
                note,
            })))
        }
    }
}

/// Whether a text is a relative reference, `Type/id`. What had no id that is one stands as a place in the request.
fn is_reference(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, id)| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic()) && is_id(id))
}

fn coding(code: &terminology::Coded) -> Option<Coding> {
    Some(Coding { system: said(&code.system)?, code: said(&code.code)?, display: said(&code.display)? })
}

/// A text that says something. FHIR has no empty strings.
fn said(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}
