//! The CDS client: it asks a service for its cards, and tells it what became of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::data::Data;
use super::faults::{Fault, Faults};
use super::keys::Key;
use crate::fixtures::query::filled;
use crate::fixtures::token::Signer;
use crate::hooks::request::AS_OF_EXTENSION;
use cellwise_clinic::Language;

/// How long a service may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long ago a token of the fault [`Fault::LateClientToken`] expired, in seconds.
const LATE: i64 = 900;

/// A service on a hook, as discovery describes it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Offer {
    pub(super) id: String,
    pub(super) hook: String,
    #[serde(default)]
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) prefetch: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Discovery {
    services: Vec<Offer>,
}

/// Calls the services of one server.
pub(super) struct CdsClient {
    http: reqwest::Client,
    /// Its base URL, without `/cds-services`.
    pub(super) service: String,
    key: Key,
    stray: Key,
    /// The last token for each address.
    last: Mutex<HashMap<String, String>>,
}

/// What a service answered.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) text: String,
    pub(super) took: Duration,
}

/// What a call is about.
pub(super) struct Occasion<'o> {
    pub(super) hook: &'o str,
    /// The context of the hook.
    pub(super) context: Map<String, Value>,
    pub(super) as_of: Option<&'o str>,
    pub(super) language: Language,
}

impl CdsClient {
    /// A client with its key, and one that nobody knows.
    pub(super) fn new(service: &str, key: Key, stray: Key) -> Result<Self, String> {
        let http = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build();
        let http = http.map_err(|error| format!("connections can't be set up: {error}"))?;
        let service = service.trim_end_matches('/').trim_end_matches("/cds-services").to_owned();
        Ok(Self { http, service, key, stray, last: Mutex::default() })
    }

    /// The published half of its key.
    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    /// What the server offers.
    pub(super) async fn discover(&self, faults: &Faults) -> Result<Vec<Offer>, String> {
        let address = format!("{}/cds-services", self.service);
        let answer = self.send(self.http.get(&address), &address, faults).await?;
        if answer.status != 200 {
            return Err(format!("{address}: answered {} to discovery", answer.status));
        }
        let read: Result<Discovery, _> = serde_json::from_str(&answer.text);
        read.map(|discovery| discovery.services)
            .map_err(|error| format!("{address}: what came is no discovery document: {error}"))
    }

    /// Calls a service.
    pub(super) async fn call(
        &self,
        offer: &Offer,
        body: String,
        language: Language,
        faults: &Faults,
    ) -> Result<Answered, String> {
        let address = format!("{}/cds-services/{}", self.service, offer.id);
        let request = self.http.post(&address).header(CONTENT_TYPE, "application/json");
        self.send(request.header(ACCEPT_LANGUAGE, language.code()).body(body), &address, faults).await
    }

    /// Tells a service what became of a card.
    pub(super) async fn feedback(&self, service: &str, item: Value, faults: &Faults) -> Result<Answered, String> {
        let address = format!("{}/cds-services/{service}/feedback", self.service);
        let body = json!({ "feedback": [item] }).to_string();
        let request = self.http.post(&address).header(CONTENT_TYPE, "application/json").body(body);
        self.send(request, &address, faults).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, address: &str, faults: &Faults) -> Result<Answered, String> {
        let request = request.header(AUTHORIZATION, format!("Bearer {}", self.token(address, faults)?));
        let start = Instant::now();
        let answer = request.send().await.map_err(|error| unanswered(address, &error))?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(|error| unanswered(address, &error))?;
        Ok(Answered { status, text, took: start.elapsed() })
    }

    /// A token for an address, or what the faults make of it.
    fn token(&self, address: &str, faults: &Faults) -> Result<String, String> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.has(Fault::ReplayedClientToken)
            && let Some(known) = last.get(address)
        {
            return Ok(known.clone());
        }
        let signer: &Signer = if faults.has(Fault::UnknownKey) { &self.stray.signer } else { &self.key.signer };
        let mut claims = signer.claims(address);
        if faults.has(Fault::LateClientToken)
            && let Some(members) = claims.as_object_mut()
        {
            for name in ["iat", "exp"] {
                let now = members.get(name).and_then(Value::as_i64).unwrap_or_default();
                let before = if name == "iat" { LATE * 2 } else { LATE + 300 };
                members.insert(name.to_owned(), json!(now - before));
            }
        }
        let token = signer.key.sign(&signer.header(), &claims)?;
        last.insert(address.to_owned(), token.clone());
        Ok(token)
    }
}

/// What went wrong with a call, without the wrapping of the HTTP library.
fn unanswered(address: &str, error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("{address}: no answer within {} seconds", PATIENCE.as_secs());
    }
    let verb = if error.is_connect() { "nobody answers there" } else { "the call failed" };
    format!("{address}: {verb}")
}

/// The types of resources that a service asks for.
pub(super) fn types(offer: &Offer) -> Vec<&str> {
    let mut types: Vec<&str> = offer
        .prefetch
        .values()
        .filter_map(|template| template.split(['?', '/']).next())
        .filter(|of| !of.contains('{'))
        .collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// What is sent of the data that a service asks for.
pub(super) fn prefetch(offer: &Offer, context: &Map<String, Value>, data: &Data<'_>) -> Map<String, Value> {
    let mut sent = Map::new();
    for (key, template) in &offer.prefetch {
        let Some(query) = filled(template, context) else { continue };
        let of = query.split(['?', '/']).next().unwrap_or_default();
        if data.faults.concerns(Fault::MissingKey, of) {
            continue;
        }
        let reply = match (query.split_once('?'), query.split_once('/')) {
            (Some((of, parameters)), _) => data.search(of, parameters, ""),
            (None, Some((of, id))) => data.read(of, id),
            (None, None) => data.search(&query, "", ""),
        };
        if let Some(value) = reply.prefetched() {
            sent.insert(key.clone(), value);
        }
    }
    sent
}

/// How a service gets at the FHIR server.
pub(super) struct FhirAccess {
    pub(super) base: String,
    pub(super) token: String,
    pub(super) scope: String,
    pub(super) expires_in: u64,
}

/// The body of a call.
pub(super) fn request(
    occasion: &Occasion<'_>,
    prefetch: Option<Map<String, Value>>,
    fhir: Option<FhirAccess>,
) -> Value {
    let mut body = Map::new();
    body.insert("hook".to_owned(), json!(occasion.hook));
    body.insert("hookInstance".to_owned(), json!(Uuid::new_v4()));
    if let Some(fhir) = fhir {
        body.insert("fhirServer".to_owned(), json!(fhir.base));
        body.insert(
            "fhirAuthorization".to_owned(),
            json!({
                "access_token": fhir.token,
                "token_type": "Bearer",
                "expires_in": fhir.expires_in,
                "scope": fhir.scope,
                "subject": "cds-service",
                "patient": occasion.context.get("patientId"),
            }),
        );
    }
    body.insert("context".to_owned(), Value::Object(occasion.context.clone()));
    // Nothing empty is sent.
    if let Some(prefetch) = prefetch.filter(|prefetch| !prefetch.is_empty()) {
        body.insert("prefetch".to_owned(), Value::Object(prefetch));
    }
    if let Some(as_of) = occasion.as_of {
        body.insert("extension".to_owned(), json!({ AS_OF_EXTENSION: as_of }));
    }
    Value::Object(body)
}
