//! What is laid on the workbench: a patient's Bundle with orders, or a whole request, and how it is to be judged.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::call::Problem;
use crate::engine::Engine;
use crate::fixtures::bundle;
use crate::fixtures::request::{Call, current_encounter, has_drafts, resources, type_of};
use crate::hooks::later::leave_out_later;
use crate::hooks::request::{AS_OF_EXTENSION, plain_error};
use crate::knowledge::Service;
use cellwise_clinic::{Hook, Language};
use cellwise_record::AsOf;

/// The id of every call of the workbench: the same patient has the same cards, whenever they are asked for.
const HOOK_INSTANCE: Uuid = Uuid::from_u128(0x9c1d_5f0e_77b2_4a3c_8f4e_2d61_0b7a_93c4);

/// A question as it is sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an object with a question")]
struct Sent {
    /// The Bundle of a patient.
    #[serde(default)]
    patient: Option<Value>,
    /// The drafts.
    #[serde(default)]
    orders: Option<Value>,
    /// A whole CDS Hooks request instead.
    #[serde(default)]
    request: Option<Value>,
    /// The service; empty for every one of the hook.
    #[serde(default)]
    service: String,
    hook: String,
    /// The day or instant to judge at.
    as_of: String,
    #[serde(default)]
    language: Language,
    /// The text of a configuration.
    #[serde(default)]
    config: String,
    /// Whether what is dated later is left out.
    #[serde(default)]
    until_then: bool,
    /// The names of the fixtures that `patient` and `orders` are, unchanged.
    #[serde(default)]
    fixture: Option<String>,
    #[serde(default)]
    fixture_order: Option<String>,
}

/// A question.
pub(super) struct Question {
    sent: Sent,
    pub(super) hook: Hook,
    pub(super) as_of: AsOf,
    pub(super) language: Language,
    pub(super) config: String,
}

/// What is judged.
pub(super) enum Bundle<'q> {
    /// A patient, and drafts.
    Record { patient: Value, orders: Option<Value> },
    /// A request as it is.
    Request(&'q Value),
}

fn problem(pointer: &str, message: impl Into<String>) -> Vec<Problem> {
    vec![Problem { pointer: pointer.to_owned(), message: message.into() }]
}

impl Question {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let mut sent: Sent = serde_json::from_slice(bytes).map_err(|error| problem("", plain_error(&error)))?;
        // A request names its own hook.
        let named = sent.request.as_ref().and_then(|request| request.get("hook")).and_then(Value::as_str);
        let named = named.unwrap_or(&sent.hook);
        let hook = Hook::from_name(named).ok_or_else(|| problem("/hook", "expected the name of a hook"))?;
        let as_of = AsOf::parse(&sent.as_of)
            .ok_or_else(|| problem("/asOf", "expected a day such as `2026-11-02`, or an instant with offset"))?;
        let (language, config) = (sent.language, std::mem::take(&mut sent.config));
        Ok(Self { sent, hook, as_of, language, config })
    }

    /// The name of the fixture that the patient is, if it is one; and that of the orders.
    pub(super) fn fixtures(&self) -> (Option<&str>, Option<&str>) {
        (self.sent.fixture.as_deref(), self.sent.fixture_order.as_deref())
    }

    /// The services to ask.
    pub(super) fn services<'e>(&self, engine: &'e Engine) -> Result<Vec<&'e Service>, Vec<Problem>> {
        let offers = |service: &&Service| service.hooks.contains_key(self.hook.name());
        let is_asked = |service: &&Service| self.sent.service.is_empty() || service.id == self.sent.service;
        let services: Vec<&Service> = engine.knowledge().services.iter().filter(is_asked).filter(offers).collect();
        if services.is_empty() {
            return Err(problem("/service", format!("no such service is offered on `{}`", self.hook.name())));
        }
        Ok(services)
    }

    /// What is to be judged.
    pub(super) fn bundle(&self) -> Result<Bundle<'_>, Vec<Problem>> {
        if let Some(request) = &self.sent.request {
            return Ok(Bundle::Request(request));
        }
        let Some(patient) = &self.sent.patient else {
            return Err(problem("/patient", "expected a FHIR Bundle with a Patient, or a whole request in `request`"));
        };
        let mut patient = bundle_of(patient, "/patient")?;
        if !resources(&patient).any(|resource| type_of(resource) == Some("Patient") && resource.get("id").is_some()) {
            return Err(problem("/patient", "the Bundle holds no Patient with an id"));
        }
        if self.sent.until_then {
            leave_out_later(&mut patient, &self.as_of);
        }
        let orders = self.sent.orders.as_ref().filter(|_| has_drafts(self.hook));
        let orders = orders.map(|orders| bundle_of(orders, "/orders")).transpose()?;
        if orders.is_none() && has_drafts(self.hook) {
            let message = format!("the hook `{}` is about drafts: give some", self.hook.name());
            return Err(problem("/orders", message));
        }
        Ok(Bundle::Record { patient, orders })
    }
}

/// The id of the patient of a question, as far as it can be read: one that is refused is about somebody, too.
pub(super) fn patient(question: &[u8]) -> Option<String> {
    let sent: Value = serde_json::from_slice(question).ok()?;
    let of_request = sent.pointer("/request/context/patientId").and_then(Value::as_str);
    let mut patients = sent.get("patient").into_iter().flat_map(resources);
    let patient = patients.find(|resource| type_of(resource) == Some("Patient"));
    let of_bundle = patient.and_then(|patient| patient.get("id")?.as_str());
    of_request.or(of_bundle).map(str::to_owned)
}

/// A Bundle, or one resource as a Bundle of one.
fn bundle_of(value: &Value, pointer: &str) -> Result<Value, Vec<Problem>> {
    match type_of(value) {
        Some("Bundle") => {
            let mut bundle = value.clone();
            bundle::settle(&mut bundle);
            Ok(bundle)
        }
        Some(_) => Ok(json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": value }] })),
        None => Err(problem(pointer, "expected a FHIR resource: `resourceType` is missing")),
    }
}

impl Bundle<'_> {
    /// The body of the call of a service.
    pub(super) fn request(&self, question: &Question, service: &Service) -> String {
        let as_of = question.as_of.to_rfc3339();
        match self {
            Self::Record { patient, orders } => Call {
                hook: question.hook.name().to_owned(),
                hook_instance: HOOK_INSTANCE,
                as_of: Some(as_of),
                patient: patient.clone(),
                orders: orders.clone(),
                encounter: current_encounter(patient),
                selections: None,
                withhold: Vec::new(),
                literals: BTreeMap::new(),
                fhir: None,
            }
            .request(&service.prefetch)
            .to_string(),
            Self::Request(request) => {
                let mut request = (*request).clone();
                if let Some(members) = request.as_object_mut() {
                    let extension = members.entry("extension").or_insert_with(|| json!({}));
                    if let Some(extension) = extension.as_object_mut() {
                        extension.insert(AS_OF_EXTENSION.to_owned(), json!(as_of));
                    }
                }
                request.to_string()
            }
        }
    }
}
