//! Reading and searching.

use actix_web::http::header::{self, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::{acceptable, answer, artifacts, base, is_lenient, made, pairs};
use crate::fhir::search::{Search, read_subset};
use crate::fhir::subset::Subset;
use crate::fhir::{Artifact, OF_HOSPITAL, Refusal, TYPES, capability, concept_map};
use crate::http::body;
use crate::http::error::{self, ApiError};
use crate::http::shared::InForce;

/// `GET /fhir/metadata`.
pub(super) async fn metadata(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    acceptable(&request, &pairs(request.query_string()))?;
    let needs_token = now.settings.callers.are_listed();
    Ok(made(&capability::statement(artifacts()?, &base(&request, &now), needs_token)))
}

/// `GET /fhir/{type}`.
pub(super) async fn search(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    let query = pairs(request.query_string());
    found(&request, &now, &query).await
}

/// `POST /fhir/{type}/_search`: the same with the parameters in a form.
pub(super) async fn search_by_form(
    request: HttpRequest,
    payload: Payload,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let mut query = pairs(request.query_string());
    let form = body::form(&request, payload, &now.settings).await?;
    query.extend(pairs(&String::from_utf8_lossy(&form)));
    found(&request, &now, &query).await
}

async fn found(request: &HttpRequest, now: &InForce, query: &[(String, String)]) -> Result<HttpResponse, ApiError> {
    let kind = kind(request)?;
    if kind == OF_HOSPITAL {
        admitted(request, now).await?;
    }
    acceptable(request, query)?;
    let search = Search::read(query, is_lenient(request.headers()))?;
    let base = base(request, now);
    let map = hospitals(now, &base, kind);
    Ok(made(&search.page(&base, kind, artifacts()?.of_type(kind).chain(&map))))
}

/// `GET /fhir/{type}/{id}`.
pub(super) async fn read(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    let kind = kind(&request)?;
    let id = request.match_info().get("id").unwrap_or_default();
    if kind == OF_HOSPITAL && id == concept_map::ID {
        admitted(&request, &now).await?;
    }
    let query = pairs(request.query_string());
    acceptable(&request, &query)?;
    let subset = read_subset(&query, is_lenient(request.headers()))?;
    let map = hospitals(&now, &base(&request, &now), kind);
    let found = artifacts()?.find(kind, id).or(map.as_ref().filter(|map| map.id() == id));
    let found = found.ok_or_else(|| Refusal::not_found(format!("there is no such {kind} here")))?;
    let text = if subset == Subset::Whole { found.text.clone() } else { subset.of(&found.resource).to_string() };
    // A part is not the whole: it has a tag of its own.
    let tag = if subset == Subset::Whole { found.tag.clone() } else { Artifact::of(subset.of(&found.resource)).tag };
    let tag = EntityTag::new_weak(tag);
    if is_known(&request, &tag) {
        return Ok(error::not_modified().insert_header(ETag(tag)).finish());
    }
    Ok(answer().insert_header(ETag(tag)).insert_header((header::CACHE_CONTROL, "no-cache")).body(text))
}

/// Whether the client has it already.
fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => request.headers().contains_key(header::IF_NONE_MATCH),
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|one| one.weak_eq(tag)),
        Err(_unreadable) => false,
    }
}

/// The type of the path, when it is one that is served.
fn kind(request: &HttpRequest) -> Result<&'static str, ApiError> {
    let asked = request.match_info().get("type").unwrap_or_default();
    let kind = TYPES.into_iter().find(|kind| *kind == asked);
    kind.ok_or_else(|| {
        Refusal::not_found(format!("this type is not served here: there are {}", TYPES.join(", "))).into()
    })
}

/// What is the hospital's own is for its clients.
async fn admitted(request: &HttpRequest, now: &InForce) -> Result<(), ApiError> {
    let sender = now.gate.admit(request).await?;
    now.rates.count(sender)
}

fn hospitals(now: &InForce, base: &str, kind: &str) -> Option<Artifact> {
    (kind == OF_HOSPITAL).then(|| concept_map::of(now.engine.knowledge(), base)).flatten()
}
