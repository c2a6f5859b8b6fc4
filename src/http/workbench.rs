//! `/workbench`: the bench for testers and engineers: for staff, and in development for this machine. What it is given is judged,
//! shown and forgotten.

use std::fmt;
use std::sync::Arc;

use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, mime};

use super::auth::Sender;
use super::error::ApiError;
use super::invoke::guarded;
use super::rules::language_of;
use super::shared::InForce;
use super::{Shared, access, body, limits, page};
use crate::access_log::Subject;
use crate::call::{Problem, Refusal};
use crate::engine::Engine;
use cellwise_clinic::Language;

/// What stands on the bench. It is made elsewhere: it knows of configurations and fixtures, which know of this shell.
pub trait Bench: fmt::Debug + Send + Sync {
    /// The page on which a patient is laid.
    fn page(&self, engine: &Engine, language: Language) -> String;

    /// What becomes of a patient by the engine that is in force, as a part of a page: the question is JSON.
    ///
    /// # Errors
    /// What is wrong with the question, without quoting it.
    fn judge(&self, engine: &Arc<Engine>, question: &[u8]) -> Result<String, Vec<Problem>>;

    /// The id of the patient whom a question is about, as far as it can be read.
    fn patient(&self, question: &[u8]) -> Option<String>;

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

/// The bench, for whoever may use it: staff, with the token of a client that is; in development, whoever reaches a server that
/// only this machine reaches. Without a bench nothing is served here, and nobody learns that there could be.
async fn bench<'n>(
    request: &HttpRequest,
    shared: &Shared,
    now: &'n InForce,
) -> Result<(Arc<dyn Bench>, Sender<'n>), ApiError> {
    let settings = &now.settings;
    let is_open = settings.callers.are_listed() || settings.listen.ip().is_loopback();
    let bench = shared.workbench.as_ref().filter(|_| is_open).ok_or(ApiError::NoSuchPath)?;
    let sender = now.gate.admit(request).await?;
    if settings.callers.are_listed() && !sender.client.is_staff {
        return Err(ApiError::NotForClient);
    }
    Ok((Arc::clone(bench), sender))
}

/// `GET /workbench`.
pub(super) async fn page(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let (bench, _) = bench(&request, &shared, &now).await?;
    let language = language_of(&request, &now);
    Ok(html().insert_header((header::CONTENT_LANGUAGE, language.code())).body(bench.page(&now.engine, language)))
}

/// `POST /workbench/judge`: a part of a page, or what is wrong with the question. Who lays a patient there looks at one: the
/// access log says so.
pub(super) async fn judge(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let (bench, sender) = bench(&request, &shared, &now).await?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(sender)?;
    let question = body::read(&request, payload, &now.settings).await?;
    let patient = || Subject { patient: bench.patient(&question), ..Subject::default() };
    let subject = shared.access_log.is_some().then(patient);
    let judged = judged(bench, Arc::clone(&now.engine), question).await;
    let shown = access::Shown::default();
    access::log(&request, &shared, sender.client, "workbench", subject, judged.as_ref().map(|_| &shown)).await?;
    Ok(html().body(judged?))
}

async fn judged(bench: Arc<dyn Bench>, engine: Arc<Engine>, question: Bytes) -> Result<String, ApiError> {
    // A configuration of its own is read from its text, which takes longer than a call.
    let judged =
        web::block(move || guarded(|| bench.judge(&engine, &question))).await.map_err(|_stopped| ApiError::Fault)?;
    judged?.map_err(|problems| Refusal::Invalid { problems }.into())
}

/// The head of a page of the bench.
fn html() -> HttpResponseBuilder {
    let mut response = page::head(HttpResponse::Ok(), POLICY);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response
}

/// `GET /workbench/fixtures/{folder}/{name}`: an invented patient, or an order.
pub(super) async fn fixture(
    request: HttpRequest,
    path: web::Path<String>,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let (bench, _) = bench(&request, &shared, &now).await?;
    let bundle = bench.fixture(&path).ok_or(ApiError::NoSuchPath)?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(bundle))
}

/// `GET /workbench/script.js`.
pub(super) async fn script(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let (bench, _) = bench(&request, &shared, &now).await?;
    Ok(file(mime::TEXT_JAVASCRIPT, bench.script()))
}

/// `GET /workbench/style.css`.
pub(super) async fn style(
    request: HttpRequest,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    let (bench, _) = bench(&request, &shared, &now).await?;
    Ok(file(mime::TEXT_CSS_UTF_8, bench.style()))
}

fn file(kind: mime::Mime, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}
