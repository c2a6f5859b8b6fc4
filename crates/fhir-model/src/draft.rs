//! The orders that cards suggest, as complete and valid FHIR R4 resources.
//!
//! A suggestion is an offer: its order has the status `draft` and the intent `proposal`, so that a
//! clinician who accepts the card still signs it. The builders take plain texts and codes; none of
//! fhirbolt's types is needed to call them. An empty text is caught when the order is written.
//!
//! ```
//! use cellwise_fhir_model::draft::{Concept, ServiceRequest};
//!
//! let order = ServiceRequest {
//!     subject: "Patient/example",
//!     code: Concept { codings: &[], text: "Pregnancy test" },
//!     ..ServiceRequest::default()
//! };
//! assert_eq!(
//!     order.to_json()?,
//!     r#"{"resourceType":"ServiceRequest","status":"draft","intent":"proposal","#.to_owned()
//!         + r#""code":{"text":"Pregnancy test"},"subject":{"reference":"Patient/example"}}"#
//! );
//! # Ok::<(), cellwise_fhir_model::WriteError>(())
//! ```

use fhirbolt::model::r4::{Resource, resources, types};

use crate::{WriteError, to_json};

/// The status of every suggested order: not yet actionable (`http://hl7.org/fhir/request-status` and
/// `http://hl7.org/fhir/CodeSystem/medicationrequest-status`).
pub const STATUS: &str = "draft";

/// The intent of every suggested order: put forward by someone without the authority to order
/// (`http://hl7.org/fhir/request-intent` and
/// `http://hl7.org/fhir/CodeSystem/medicationrequest-intent`).
pub const INTENT: &str = "proposal";

/// A code of a terminology, with the words that belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coded<'a> {
    /// The canonical of the code system, such as `http://snomed.info/sct`.
    pub system: &'a str,
    /// The code.
    pub code: &'a str,
    /// What the code system itself calls it.
    pub display: &'a str,
}

/// Something said in words, and in as many terminologies as it has codes in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Concept<'a> {
    /// The codes, the preferred one first; may be none.
    pub codings: &'a [Coded<'a>],
    /// The words for the reader, in the language of the card.
    pub text: &'a str,
}

/// What to put into a suggested `ServiceRequest`. References have the form `Patient/123`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceRequest<'a> {
    /// The patient it is for (reference).
    pub subject: &'a str,
    /// The encounter it is made in (reference).
    pub encounter: Option<&'a str>,
    /// The kind of service, for the worklists of the receiver.
    pub category: Option<Concept<'a>>,
    /// The service itself.
    pub code: Concept<'a>,
    /// Why, in words or codes.
    pub reason: Option<Concept<'a>>,
    /// The `Condition`s or `Observation`s that give the reason (references).
    pub reason_references: &'a [&'a str],
    /// Who should do it, in words.
    pub performer: Option<&'a str>,
    /// What the one who signs or performs it should know (Markdown).
    pub note: Option<&'a str>,
}

/// What to put into a suggested `MedicationRequest`. References have the form `Patient/123`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MedicationRequest<'a> {
    /// The patient it is for (reference).
    pub subject: &'a str,
    /// The encounter it is made in (reference).
    pub encounter: Option<&'a str>,
    /// The drug.
    pub medication: Concept<'a>,
    /// Why, in words or codes.
    pub reason: Option<Concept<'a>>,
    /// The `Condition`s or `Observation`s that give the reason (references).
    pub reason_references: &'a [&'a str],
    /// How it enters the body.
    pub route: Option<Concept<'a>>,
    /// The dosage in words.
    pub dosage: Option<&'a str>,
    /// What the one who signs or dispenses it should know (Markdown).
    pub note: Option<&'a str>,
}

impl ServiceRequest<'_> {
    /// Builds and writes the resource at once, so that the caller never owns a
    /// [`Resource`], whose destructor takes long to compile.
    ///
    /// # Errors
    ///
    /// [`WriteError`] when a text or a reference is empty.
    pub fn to_json(&self) -> Result<String, WriteError> {
        to_json(&service_request(self))
    }
}

impl MedicationRequest<'_> {
    /// Builds and writes the resource at once, as [`ServiceRequest::to_json`] does.
    ///
    /// # Errors
    ///
    /// [`WriteError`] when a text or a reference is empty.
    pub fn to_json(&self) -> Result<String, WriteError> {
        to_json(&medication_request(self))
    }
}

/// Builds a [ServiceRequest](https://hl7.org/fhir/R4/servicerequest.html) to suggest.
#[must_use]
pub fn service_request(order: &ServiceRequest<'_>) -> Resource {
    Resource::ServiceRequest(Box::new(resources::ServiceRequest {
        status: STATUS.into(),
        intent: INTENT.into(),
        category: order.category.iter().map(concept).collect(),
        code: Some(Box::new(concept(&order.code))),
        subject: Box::new(reference(order.subject)),
        encounter: order.encounter.map(reference).map(Box::new),
        performer: order.performer.map(named).into_iter().collect(),
        reason_code: order.reason.iter().map(concept).collect(),
        reason_reference: references(order.reason_references),
        note: order.note.map(annotation).into_iter().collect(),
        ..resources::ServiceRequest::default()
    }))
}

/// Builds a [MedicationRequest](https://hl7.org/fhir/R4/medicationrequest.html) to suggest.
#[must_use]
pub fn medication_request(order: &MedicationRequest<'_>) -> Resource {
    let medication = Box::new(concept(&order.medication));
    Resource::MedicationRequest(Box::new(resources::MedicationRequest {
        status: STATUS.into(),
        intent: INTENT.into(),
        medication: resources::MedicationRequestMedication::CodeableConcept(medication),
        subject: Box::new(reference(order.subject)),
        encounter: order.encounter.map(reference).map(Box::new),
        reason_code: order.reason.iter().map(concept).collect(),
        reason_reference: references(order.reason_references),
        note: order.note.map(annotation).into_iter().collect(),
        dosage_instruction: dosage(order).into_iter().collect(),
        ..resources::MedicationRequest::default()
    }))
}

fn dosage(order: &MedicationRequest<'_>) -> Option<types::Dosage> {
    (order.route.is_some() || order.dosage.is_some()).then(|| types::Dosage {
        text: order.dosage.map(Into::into),
        route: order.route.as_ref().map(concept).map(Box::new),
        ..types::Dosage::default()
    })
}

fn concept(concept: &Concept<'_>) -> types::CodeableConcept {
    types::CodeableConcept {
        coding: concept.codings.iter().map(coding).collect(),
        text: Some(concept.text.into()),
        ..types::CodeableConcept::default()
    }
}

fn coding(coded: &Coded<'_>) -> types::Coding {
    types::Coding {
        system: Some(coded.system.into()),
        code: Some(coded.code.into()),
        display: Some(coded.display.into()),
        ..types::Coding::default()
    }
}

fn references(to: &[&str]) -> Vec<types::Reference> {
    to.iter().map(|to| reference(to)).collect()
}

fn reference(to: &str) -> types::Reference {
    types::Reference { reference: Some(to.into()), ..types::Reference::default() }
}

fn named(name: &str) -> types::Reference {
    types::Reference { display: Some(name.into()), ..types::Reference::default() }
}

fn annotation(text: &str) -> types::Annotation {
    types::Annotation { text: text.into(), ..types::Annotation::default() }
}
