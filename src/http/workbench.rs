//! `/workbench`: the bench for testers and engineers. Only in development, on this machine; what it is given is judged, shown and
//! forgotten.

use std::fmt;
use std::sync::Arc;

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, mime, web};

use super::error::ApiError;
use super::invoke::guarded;
use super::rules::language_of;
use super::shared::InForce;
use super::{Shared, body, limits};
use crate::call::Problem;
use cellwise_clinic::Language;

/// What stands on the bench. It is made elsewhere: it knows of configurations and fixtures, which know of this shell.
pub trait Bench: fmt::Debug + Send + Sync {
    /// The page on which a patient is laid.
    fn page(&self, language: Language) -> String;

    /// What becomes of a patient, as a part of a page: the question is JSON.
    ///
    /// # Errors
    /// What is wrong with the question, without quoting it.
    fn judge(&self, question: &[u8]) -> Result<String, Vec<Problem>>;

    /// A patient (`patients/<name>`) or an order (`orders/<name>`) of the fixtures.
    fn fixture(&self, path: &str) -> Option<&'static str>;

    /// The script of the page.
    fn script(&self) -> &'static str;

    /// The style sheet of the page.
    fn style(&self) -> &'static str;
}

/// The page may run its own script and call its own server, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The bench, where there is one for whoever asks: in development, on a server that only this machine reaches. Elsewhere nothing
/// is served here, and nobody learns that there could be.
fn bench(shared: &Shared) -> Result<&Arc<dyn Bench>, ApiError> {
    let now = shared.configured();
    let settings = &now.settings;
    let is_open = !settings.callers.are_listed() && settings.listen.ip().is_loopback();
    shared.workbench.as_ref().filter(|_| is_open).ok_or(ApiError::NoSuchPath)
}

/// `GET /workbench`.
pub(super) async fn page(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let language = language_of(&request, &now);
    let html = bench(&shared)?.page(language);
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((header::CONTENT_LANGUAGE, language.code()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .body(html))
}

/// `POST /workbench/judge`: a part of a page, or what is wrong with the question.
pub(super) async fn judge(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let bench = Arc::clone(bench(&shared)?);
    let sender = now.gate.admit(&request).await?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(sender)?;
    let question = body::read(&request, payload, &now.settings).await?;
    // A configuration of its own is read from its text, which takes longer than a call.
    let judged = web::block(move || guarded(|| bench.judge(&question))).await.map_err(|_stopped| ApiError::Fault)?;
    let html = judged?.map_err(|problems| crate::call::Refusal::Invalid { problems })?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(html))
}

/// `GET /workbench/fixtures/{folder}/{name}`: an invented patient, or an order.
pub(super) async fn fixture(path: web::Path<String>, shared: web::Data<Shared>) -> Result<HttpResponse, ApiError> {
    let bundle = bench(&shared)?.fixture(&path).ok_or(ApiError::NoSuchPath)?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bundle))
}

/// `GET /workbench/script.js`.
pub(super) async fn script(shared: web::Data<Shared>) -> Result<HttpResponse, ApiError> {
    Ok(file(mime::TEXT_JAVASCRIPT, bench(&shared)?.script()))
}

/// `GET /workbench/style.css`.
pub(super) async fn style(shared: web::Data<Shared>) -> Result<HttpResponse, ApiError> {
    Ok(file(mime::TEXT_CSS_UTF_8, bench(&shared)?.style()))
}

fn file(kind: mime::Mime, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}
