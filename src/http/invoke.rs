//! `POST /cds-services/{id}`: a request comes in, cards go out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::access::Shown;
use super::error::ApiError;
use super::log::Steps;
use super::shared::{Configured, InForce};
use super::{Settings, Shared, access, body, complete, identity, language, limits, log, memory, metrics};
use crate::access_log::Subject;
use crate::client::Client;
use crate::engine::{CallSettings, Judged, Later, Refusal};
use crate::traces::TARGET;
use cellwise_record::AsOf;

/// Reads the body, judges it now, in the language that the client prefers.
pub(super) async fn invoke(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    judge(&request, payload, &shared, &now).await.inspect_err(|error| log::wrong(error, &now))
}

async fn judge(
    request: &HttpRequest,
    payload: web::Payload,
    shared: &Shared,
    now: &InForce,
) -> Result<HttpResponse, ApiError> {
    let sender = now.gate.admit(request).await?;
    let client = sender.client;
    let id = service_id(request, now)?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(sender)?;
    let started = Instant::now();
    let body = body::read(request, payload, &now.settings).await?;
    let subject = shared.access_log.is_some().then(|| Subject::of(&body));
    let answer = answer(request, shared, now, client, id, started, body).await;
    access::log(request, shared, client, id, subject, answer.as_ref().map(|answer| &answer.shown)).await?;
    let Answer { response, remembered, .. } = answer?;
    if let (Some(store), Some(remembered)) = (&shared.store, remembered) {
        store.shown(remembered);
    }
    Ok(response)
}

/// An answer with cards, and what is to be kept of it.
struct Answer {
    response: HttpResponse,
    shown: Shown,
    /// For the store, where there is one.
    remembered: Option<cellwise_store::Shown>,
}

/// Judges a body that was read since `started`.
async fn answer(
    request: &HttpRequest,
    shared: &Shared,
    now: &InForce,
    client: &Client,
    id: &str,
    started: Instant,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let received = Instant::now();
    let settings = CallSettings {
        language: language::preferred(request, now.settings.language),
        as_of: AsOf::now().at(now.engine.zone()),
        accept_as_of: now.settings.accept_as_of,
    };
    let span = || tracing::info_span!(target: TARGET, "read");
    let read = || span().in_scope(|| now.engine.read_sparing(id, &body, &settings));
    let (mut reading, later) = guarded(read)??;
    metrics::called_on(request, reading.hook());
    let later = if reading.needs().is_empty() {
        later
    } else {
        // What rules need of the body is in the chart then: it is not kept while a FHIR server is waited for.
        guarded(|| reading.read_later(later))??;
        drop(body);
        Later::default()
    };
    let read = Instant::now();
    let deadline = received + now.gatherer.deadline();
    let trace = identity::of(request).and_then(|identity| identity.trace);
    let any_page = is_any_page(request, now);
    let completed = complete::complete(&mut reading, client, &now.gatherer, deadline, any_page, trace.as_ref()).await;
    let fetched = Instant::now();
    if reading.has_unsaid() {
        shared.unsaid.note(client);
    }
    let cards = guarded(|| {
        let _span = tracing::info_span!(target: TARGET, "judge").entered();
        let judged = now.engine.evaluate_sparing(reading, later)?;
        let has_app = client.smart.as_ref().is_some_and(|app| app.has_links);
        let response = now.engine.respond_to(&judged, settings.language, has_app);
        let text = response.as_ref().ok().and_then(|response| serde_json::to_string(response).ok());
        let steps =
            Steps { body: received - started, read: read - received, fetch: fetched - read, judge: fetched.elapsed() };
        let cards = response.as_ref().map_or(&[][..], |response| &response.cards);
        log::judged(&judged, cards.len(), steps);
        metrics::judged(&shared.metrics, &judged, cards, steps);
        let shown = Shown { rules: with_card(&judged), cards: cards.len() };
        response.map(|response| {
            let remembered = shared.store.is_some().then(|| memory::shown(client, &judged, &response, settings.as_of));
            // Made of strings and numbers: writing it can't fail.
            (text.unwrap_or_default(), shown, remembered)
        })
    })?;
    let (cards, shown, remembered) = cards.map_err(|refusal| ApiError::refused(refusal, &completed))?;
    let response = HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CONTENT_LANGUAGE, settings.language.code()))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(cards);
    Ok(Answer { response, shown, remembered })
}

/// The rules that speak on a card, with their versions.
pub(super) fn with_card(judged: &Judged<'_>) -> Vec<(&'static str, u32)> {
    let parts = judged.evaluation.cards().into_iter().flatten();
    parts.map(|part| (part.rule().id, part.rule().version)).collect()
}

/// Whether a request comes from a web page and any page may send one, without a token.
pub(super) fn is_any_page(request: &HttpRequest, now: &Configured) -> bool {
    let Settings { callers, cors_origins, .. } = &now.settings;
    request.headers().contains_key(header::ORIGIN) && !callers.are_listed() && cors_origins.is_empty()
}

/// The id in the path, when a service has it. Only then does it reach the log: a path can hold anything.
pub(super) fn service_id<'a>(request: &'a HttpRequest, now: &Configured) -> Result<&'a str, ApiError> {
    let id = request.match_info().get("id").unwrap_or_default();
    if !now.serves(id) {
        return Err(Refusal::UnknownService.into());
    }
    tracing::Span::current().record("service", id);
    metrics::called(request, id);
    Ok(id)
}

/// Runs `judge`; a panic in it costs this answer, not the connection. The panic hook has logged where it happened.
pub(super) fn guarded<T>(judge: impl FnOnce() -> T) -> Result<T, ApiError> {
    // Nothing of an engine changes once it is made, so nothing can be left half-changed.
    catch_unwind(AssertUnwindSafe(judge)).map_err(|_panic| ApiError::Fault)
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    #[test]
    fn a_panic_becomes_a_fault() {
        assert!(matches!(guarded(|| 5), Ok(5)));
        let error = guarded(|| panic!("mevrouw Jansen")).unwrap_err();
        assert!(matches!(error, ApiError::Fault));
        assert_eq!(error.error_response().status(), 500);
        assert!(!format!("{error} {error:?}").contains("Jansen"));
    }
}
