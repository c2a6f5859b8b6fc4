//! Triggering a hook: every service that is offered on it is asked, and its cards come onto the desk.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use super::card::cards;
use super::cds::{self, FhirAccess, Occasion, Offer};
use super::data::Data;
use super::desk::{Call, Held};
use super::faults::{Fault, Faults};
use super::grants::SERVICE_TOKEN;
use super::scope::Scopes;
use super::{State, user};
use crate::fixtures::request::{current_encounter, dispatched, reference_of, requests, resources, sign, type_of};
use cellwise_clinic::{Hook, Language};
use cellwise_record::AsOf;

/// How long an answer takes while [`Fault::Slow`] is on.
pub(super) const SLOW: Duration = Duration::from_secs(3);

/// What the user did.
#[derive(Clone, Debug, Default)]
pub(super) struct Deed {
    pub(super) hook: String,
    /// The encounter that it is about; the one that goes on when it is not said.
    pub(super) encounter: Option<String>,
    /// The drafts that were picked; every one when it is not said.
    pub(super) selections: Vec<String>,
}

/// What became of a card, as the user says.
#[derive(Clone, Debug)]
pub(super) enum Said {
    /// A suggestion was taken: by place.
    Accepted(usize),
    /// The card was overridden, with a reason (by place among those of the card) or a comment.
    Overridden(Option<usize>, String),
}

impl State {
    /// The encounters of a patient, by id, the one that goes on first.
    pub(super) fn encounters(&self, patient: &str) -> Vec<String> {
        let patients = self.patients.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let Some(record) = patients.record(patient) else { return Vec::new() };
        let current = current_encounter(record);
        let all = resources(record).filter(|resource| type_of(resource) == Some("Encounter"));
        let ids = all.filter_map(|encounter| Some(encounter.get("id")?.as_str()?.to_owned()));
        let mut ids: Vec<String> = ids.collect();
        ids.sort_by_key(|id| Some(id) != current.as_ref());
        ids
    }

    /// What the services offer now.
    pub(super) async fn offers(&self) -> Result<Vec<Offer>, String> {
        self.cds.discover(&self.faults()).await
    }

    /// Asks every service of a hook.
    pub(super) async fn trigger(&self, patient: &str, deed: &Deed) {
        let faults = self.faults();
        let offers = self.cds.discover(&faults).await;
        let (language, as_of, drafts) = {
            let mut desk = self.desk();
            let (language, as_of) = (desk.language, desk.as_of.clone());
            let visit = desk.visit(patient);
            visit.hook = Some(deed.hook.clone());
            visit.calls.clear();
            visit.problem = offers.as_ref().err().cloned();
            let is_booked = Hook::from_name(&deed.hook) == Some(Hook::AppointmentBook);
            (language, as_of, visit.bundle(is_booked))
        };
        let context = self.context(patient, deed, &drafts);
        let offers: Vec<Offer> =
            offers.unwrap_or_default().into_iter().filter(|offer| offer.hook == deed.hook).collect();
        if Hook::from_name(&deed.hook) == Some(Hook::OrderDispatch) {
            self.sign(&drafts);
        }
        let occasion = Occasion { hook: &deed.hook, context, as_of: as_of.as_deref(), language };
        let calls = join_all(offers.iter().map(|offer| self.ask(offer, patient, &occasion, &faults))).await;
        let mut desk = self.desk();
        let visit = desk.visit(patient);
        if visit.problem.is_none() && calls.is_empty() {
            visit.problem = Some(format!("no service is offered on {}", deed.hook));
        }
        visit.calls = calls;
    }

    /// Puts drafts on record as orders that are signed: only such are sent on.
    fn sign(&self, drafts: &Value) {
        let mut patients = self.patients.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        for order in requests(drafts) {
            let mut order = order.clone();
            sign(&mut order);
            patients.put(order);
        }
    }

    fn context(&self, patient: &str, deed: &Deed, drafts: &Value) -> Map<String, Value> {
        let mut context = Map::new();
        context.insert("patientId".to_owned(), json!(patient));
        let hook = Hook::from_name(&deed.hook);
        if hook == Some(Hook::OrderDispatch) {
            context.extend(dispatched(drafts));
            return context;
        }
        context.insert("userId".to_owned(), json!(user()));
        let encounter = deed.encounter.clone().or_else(|| self.encounters(patient).into_iter().next());
        context.extend(encounter.map(|id| ("encounterId".to_owned(), json!(id))));
        match hook {
            Some(Hook::AppointmentBook) => drop(context.insert("appointments".to_owned(), drafts.clone())),
            Some(hook) if hook.is_order() => {
                if hook == Hook::OrderSelect {
                    let every = || {
                        let orders = resources(drafts).filter(|draft| type_of(draft) != Some("Medication"));
                        orders.filter_map(reference_of).collect()
                    };
                    let picked = if deed.selections.is_empty() { every() } else { deed.selections.clone() };
                    context.insert("selections".to_owned(), json!(picked));
                }
                context.insert("draftOrders".to_owned(), drafts.clone());
            }
            _ => {}
        }
        context
    }

    async fn ask(&self, offer: &Offer, patient: &str, occasion: &Occasion<'_>, faults: &Faults) -> Call {
        let is_prefetched = !faults.has(Fault::NoPrefetch);
        if is_prefetched && faults.has(Fault::Slow) {
            tokio::time::sleep(SLOW).await;
        }
        let body = cds::request(
            occasion,
            is_prefetched.then(|| self.prefetched(offer, patient, occasion, faults)),
            (!faults.has(Fault::NoFhirServer)).then(|| self.access(offer, patient, faults)),
        );
        let mut call = Call {
            service: offer.id.clone(),
            title: offer.title.clone().unwrap_or_else(|| offer.id.clone()),
            request: readable(&body),
            answered: None,
            problems: Vec::new(),
            cards: Vec::new(),
        };
        match self.cds.call(offer, body.to_string(), occasion.language, faults).await {
            Err(problem) => call.problems.push(problem),
            Ok(mut answered) => {
                let body: Option<Value> = serde_json::from_str(&answered.text).ok();
                match (answered.status, &body) {
                    (200, Some(body)) => {
                        let (read, problems) = cards(body);
                        call.cards = read.into_iter().map(Held::new).collect();
                        call.problems = problems;
                    }
                    (200, None) => call.problems.push("the answer is no JSON".to_owned()),
                    (status, body) => call.problems.extend(refusal(status, body.as_ref())),
                }
                if let Some(body) = &body {
                    answered.text = readable(body);
                }
                call.answered = Some(answered);
            }
        }
        call
    }

    fn prefetched(&self, offer: &Offer, patient: &str, occasion: &Occasion<'_>, faults: &Faults) -> Map<String, Value> {
        let patients = self.patients.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let base = self.fhir_base();
        let data = Data { patients: &patients, faults, base: &base, patient: Some(patient), page: usize::MAX };
        cds::prefetch(offer, &occasion.context, &data)
    }

    /// A token that opens what the service asks for, of this patient, for five minutes.
    fn access(&self, offer: &Offer, patient: &str, faults: &Faults) -> FhirAccess {
        let scopes: Vec<String> = cds::types(offer).iter().map(|of| format!("patient/{of}.rs")).collect();
        // Drugs come along with what refers to them.
        let scopes = Scopes::granting(&format!("{} patient/Medication.rs", scopes.join(" ")));
        let lasts = if faults.has(Fault::ExpiredToken) { Duration::ZERO } else { SERVICE_TOKEN };
        let scope = scopes.text();
        let token = self.grants().token(scopes, Some(patient.to_owned()), lasts);
        FhirAccess { base: self.fhir_base(), token, scope, expires_in: SERVICE_TOKEN.as_secs() }
    }

    /// Notes what became of a card and tells the service. `None` when there is no such card, or it is settled.
    pub(super) async fn answer(&self, patient: &str, handle: &str, said: &Said) -> Option<()> {
        let (service, item) = {
            let mut desk = self.desk();
            let visit = desk.visit(patient);
            let (service, held) = visit.card(handle)?;
            let (item, suggestion) = settle(held, said)?;
            if let Some(suggestion) = suggestion {
                visit.apply(&suggestion);
            }
            (service, item)
        };
        let heard = match item {
            None => "not sent: the card has no uuid".to_owned(),
            Some(item) => match self.cds.feedback(&service, item, &self.faults()).await {
                Ok(answered) => format!("{} {}", answered.status, answered.text),
                Err(problem) => problem,
            },
        };
        if let Some((_, held)) = self.desk().visit(patient).card(handle) {
            held.feedback = Some(heard);
        }
        Some(())
    }

    /// The language of the page.
    pub(super) fn language(&self) -> Language {
        self.desk().language
    }
}

/// Notes what became of a card: the feedback on it, and the suggestion that was taken.
fn settle(held: &mut Held, said: &Said) -> Option<(Option<Value>, Option<super::card::Suggestion>)> {
    let at = AsOf::now().instant.to_string();
    let card = held.card.uuid.clone();
    match said {
        Said::Accepted(place) => {
            let suggestion = held.card.suggestions.get(*place).cloned()?;
            if !held.is_open(*place) {
                return None;
            }
            held.taken.push(*place);
            let item = card.zip(suggestion.uuid.clone()).map(|(card, id)| {
                json!({ "card": card, "outcome": "accepted", "acceptedSuggestions": [{ "id": id }], "outcomeTimestamp": at })
            });
            Some((item, Some(suggestion)))
        }
        Said::Overridden(reason, comment) => {
            if held.overridden.is_some() || !held.taken.is_empty() {
                return None;
            }
            let reason = reason.and_then(|place| held.card.override_reasons.get(place)).cloned();
            let comment = comment.trim();
            let shown = reason.as_ref().map(|reason| reason.display.clone().unwrap_or_else(|| reason.code.clone()));
            held.overridden = Some(
                shown
                    .into_iter()
                    .chain([comment.to_owned()])
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(": "),
            );
            let mut why = Map::new();
            why.extend(reason.map(|reason| ("reason".to_owned(), json!(reason))));
            if !comment.is_empty() {
                why.insert("userComment".to_owned(), json!(comment));
            }
            let item = card.map(|card| {
                let mut item = json!({ "card": card, "outcome": "overridden", "outcomeTimestamp": at });
                if let (false, Some(members)) = (why.is_empty(), item.as_object_mut()) {
                    members.insert("overrideReason".to_owned(), Value::Object(why));
                }
                item
            });
            Some((item, None))
        }
    }
}

/// Why a service gave no cards, as it says itself.
fn refusal(status: u16, body: Option<&Value>) -> Vec<String> {
    let issues = body.and_then(|body| body.get("issue")).and_then(Value::as_array).into_iter().flatten();
    let said: Vec<String> = issues
        .filter_map(|issue| issue.get("diagnostics").and_then(Value::as_str))
        .map(|said| format!("{status}: {said}"))
        .collect();
    if said.is_empty() { vec![format!("answered {status}")] } else { said }
}

/// JSON as people read it. Tokens in it open invented data, for five minutes; yet what is shown is copied into reports.
fn readable(body: &Value) -> String {
    let mut shown = body.clone();
    if let Some(token) = shown.pointer_mut("/fhirAuthorization/access_token") {
        *token = json!("…");
    }
    serde_json::to_string_pretty(&shown).unwrap_or_default()
}
