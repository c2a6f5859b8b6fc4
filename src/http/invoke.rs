//! `POST /cds-services/{id}`: a request comes in, cards go out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};

use super::access::Shown;
use super::error::ApiError;
use super::log::Steps;
use super::{Settings, Shared, access, body, complete, language, log, memory};
use crate::access_log::Subject;
use crate::client::Client;
use crate::engine::{CallSettings, Judged, Refusal};
use cellwise_record::AsOf;

/// Reads the body, judges it now, in the language that the client prefers.
pub(super) async fn invoke(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, ApiError> {
    let sender = shared.gate.admit(&request).await?;
    let client = sender.client;
    let id = service_id(&request, &shared)?;
    let _permit = shared.limits.enter()?;
    shared.limits.count(sender)?;
    let started = Instant::now();
    let body = body::read(&request, payload, &shared.settings).await?;
    let subject = shared.access_log.is_some().then(|| Subject::of(&body));
    let answer = answer(&request, &shared, client, id, started, body).await;
    access::log(&request, &shared, client, subject, answer.as_ref().map(|answer| &answer.shown)).await?;
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
    client: &Client,
    id: &str,
    started: Instant,
    body: Bytes,
) -> Result<Answer, ApiError> {
    let received = Instant::now();
    let settings = CallSettings {
        language: language::preferred(request, shared.settings.language),
        as_of: AsOf::now(),
        accept_as_of: shared.settings.accept_as_of,
    };
    let mut reading = guarded(|| shared.engine.read(id, &body, &settings))??;
    // What rules need of it is in the chart by now.
    drop(body);
    let read = Instant::now();
    let deadline = received + shared.gatherer.deadline();
    let completed =
        complete::complete(&mut reading, client, &shared.gatherer, deadline, is_any_page(request, shared)).await;
    let fetched = Instant::now();
    if reading.has_unsaid() {
        shared.unsaid.note(client);
    }
    let cards = guarded(|| {
        let judged = shared.engine.evaluate(reading)?;
        let response = shared.engine.respond(&judged, settings.language);
        let wanted = response.as_ref().ok().filter(|_| shared.store.is_some());
        let remembered = wanted.map(|response| memory::shown(client, &judged, response, settings.as_of));
        let cards = response.map(|response| (response.cards.len(), serde_json::to_string(&response)));
        let shown = |cards| Shown { rules: with_card(&judged), cards };
        let steps =
            Steps { body: received - started, fetch: fetched - read, judge: (read - received) + fetched.elapsed() };
        log::judged(&judged, cards.as_ref().map_or(0, |(count, _)| *count), steps);
        cards.map(|(count, cards)| (cards.unwrap_or_default(), shown(count), remembered))
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
fn with_card(judged: &Judged<'_>) -> Vec<(&'static str, u32)> {
    let parts = judged.evaluation.cards().into_iter().flatten();
    parts.map(|part| (part.rule().id, part.rule().version)).collect()
}

/// Whether a request comes from a web page and any page may send one, without a token.
fn is_any_page(request: &HttpRequest, shared: &Shared) -> bool {
    let Settings { callers, cors_origins, .. } = &shared.settings;
    request.headers().contains_key(header::ORIGIN) && !callers.are_listed() && cors_origins.is_empty()
}

/// The id in the path, when a service has it. Only then does it reach the log: a path can hold anything.
pub(super) fn service_id<'a>(request: &'a HttpRequest, shared: &Shared) -> Result<&'a str, ApiError> {
    let id = request.match_info().get("id").unwrap_or_default();
    if !shared.serves(id) {
        return Err(Refusal::UnknownService.into());
    }
    tracing::Span::current().record("service", id);
    Ok(id)
}

/// Runs `judge`; a panic in it costs this answer, not the connection. The panic hook has logged where it happened.
pub(super) fn guarded<T>(judge: impl FnOnce() -> T) -> Result<T, ApiError> {
    // Nothing of the engine changes after start-up, so nothing can be left half-changed.
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
