//! `/fhir`: the knowledge as FHIR R4.
//!
//! What is shipped needs no token, as the pages about rules need none: nothing of a patient is in it, nor of the hospital. What is the
//! hospital's, its own codes, and every call about a patient need what a hook needs.

mod apply;
mod codes;
mod resources;

use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Scope, web};
use reqwest::Url;
use serde_json::Value;

use super::error::{ApiError, FHIR_JSON};
use super::shared::Configured;
use super::{READ, SEND, read, resource};
use crate::fhir::{Artifacts, Refusal};

/// Where it all is.
pub(super) const ROOT: &str = "/fhir";
/// The route of `$apply` by the id of a rule.
pub(super) const APPLY: &str = "/PlanDefinition/{id}/$apply";

/// Reads and operations: what may be asked by GET and by POST.
const BOTH: &str = "GET, HEAD, POST, OPTIONS";

/// The routes.
pub(super) fn scope() -> Scope {
    let both = |path: &str| resource(path, BOTH);
    web::scope(ROOT)
        .service(resource("/metadata", READ).route(read().to(resources::metadata)))
        .service(both(APPLY).route(read().to(apply::by_query)).route(web::post().to(apply::by_body)))
        .service(both("/PlanDefinition/$apply").route(read().to(apply::by_query)).route(web::post().to(apply::by_body)))
        .service(operation("/ValueSet/$expand", codes::Operation::Expand))
        .service(operation("/ValueSet/{id}/$expand", codes::Operation::Expand))
        .service(operation("/ValueSet/$validate-code", codes::Operation::ValidateInValueSet))
        .service(operation("/ValueSet/{id}/$validate-code", codes::Operation::ValidateInValueSet))
        .service(operation("/CodeSystem/$lookup", codes::Operation::Lookup))
        .service(operation("/CodeSystem/$validate-code", codes::Operation::ValidateInCodeSystem))
        .service(operation("/CodeSystem/{id}/$validate-code", codes::Operation::ValidateInCodeSystem))
        .service(operation("/ConceptMap/$translate", codes::Operation::Translate))
        .service(operation("/ConceptMap/{id}/$translate", codes::Operation::Translate))
        .service(resource("/{type}", READ).route(read().to(resources::search)))
        .service(resource("/{type}/_search", SEND).route(web::post().to(resources::search_by_form)))
        .service(resource("/{type}/{id}", READ).route(read().to(resources::read)))
}

/// The routes of an operation on codes.
fn operation(path: &str, operation: codes::Operation) -> actix_web::Resource {
    resource(path, BOTH)
        .app_data(web::Data::new(operation))
        .route(read().to(codes::by_query))
        .route(web::post().to(codes::by_body))
}

/// The resources that the binary carries.
fn artifacts() -> Result<&'static Artifacts, ApiError> {
    Artifacts::embedded().map_err(|_broken| ApiError::Fault)
}

/// The names and values of a query, or of a form, without escapes.
fn pairs(query: &str) -> Vec<(String, String)> {
    let Ok(mut url) = Url::parse("http://localhost") else { return Vec::new() };
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    url.query_pairs().into_owned().collect()
}

/// Whether parameters that are not known are ignored (`Prefer: handling=lenient`).
fn is_lenient(headers: &HeaderMap) -> bool {
    let wishes = headers.get_all("prefer").filter_map(|value| value.to_str().ok());
    wishes.flat_map(|value| value.split([',', ';'])).any(|wish| {
        wish.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("handling")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("lenient")
        })
    })
}

/// The media types of JSON, as clients write them. A plus that was not escaped arrives as a space.
const JSON: [&str; 6] = [
    "json",
    "application/json",
    "application/fhir+json",
    "application/fhir json",
    "application/json+fhir",
    "text/json",
];

/// Whether the client takes what is made here: JSON of FHIR 4.0.
fn acceptable(request: &HttpRequest, query: &[(String, String)]) -> Result<(), ApiError> {
    let is_json = |kind: &str| JSON.iter().any(|json| json.eq_ignore_ascii_case(kind));
    if let Some((_, format)) = query.iter().find(|(name, _)| name == "_format") {
        let kind = format.split(';').next().unwrap_or_default().trim();
        return if is_json(kind) { Ok(()) } else { Err(Refusal::not_acceptable().into()) };
    }
    let mut wishes = request.headers().get_all(header::ACCEPT).filter_map(|value| value.to_str().ok()).peekable();
    if wishes.peek().is_none() {
        return Ok(());
    }
    let takes = |wish: &str| {
        let mut parts = wish.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
        let is_wanted = parameters.all(|(name, value)| match name.trim().to_ascii_lowercase().as_str() {
            "fhirversion" => value.trim_matches('"').starts_with("4.0"),
            "q" => value.trim().parse::<f32>().is_ok_and(|quality| quality > 0.0),
            _ => true,
        });
        is_wanted && (is_json(&kind) || matches!(kind.as_str(), "*/*" | "application/*" | ""))
    };
    if wishes.flat_map(|value| value.split(',')).any(takes) { Ok(()) } else { Err(Refusal::not_acceptable().into()) }
}

/// The address of `/fhir` as clients see it.
fn base(request: &HttpRequest, now: &Configured) -> String {
    let address = if let Some(url) = &now.settings.base_url {
        url.as_str().trim_end_matches('/').to_owned()
    } else {
        let connection = request.connection_info();
        format!("{}://{}", connection.scheme(), connection.host())
    };
    format!("{address}{ROOT}")
}

/// The head of an answer.
fn answer() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type(FHIR_JSON).insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
    response
}

/// A resource that was made for this request. `no-store` is for what is about a patient; what is shipped may be kept, and asked for
/// anew.
fn made(resource: &Value) -> HttpResponse {
    answer().insert_header((header::CACHE_CONTROL, "no-cache")).body(Bytes::from(resource.to_string()))
}
