//! `POST /cds-services/{id}`: a request comes in, cards go out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::log::Steps;
use super::shared::{Configured, InForce};
use super::{Settings, Shared, body, complete, identity, language, limits, log, metrics};
use crate::engine::{CallSettings, Refusal};
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
    let client = now.gate.admit(request).await?;
    let id = service_id(request, now)?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(client)?;
    let started = Instant::now();
    let body = body::read(request, payload, &now.settings).await?;
    let received = Instant::now();
    let settings = CallSettings {
        language: language::preferred(request, now.settings.language),
        as_of: AsOf::now().at(now.engine.zone()),
        accept_as_of: now.settings.accept_as_of,
    };
    let span = || tracing::info_span!(target: TARGET, "read");
    let mut reading = guarded(|| span().in_scope(|| now.engine.read(id, &body, &settings)))??;
    metrics::called_on(request, reading.hook());
    // What rules need of it is in the chart by now.
    drop(body);
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
        let judged = now.engine.evaluate(reading)?;
        let response = now.engine.respond(&judged, settings.language);
        let text = response.as_ref().ok().and_then(|response| serde_json::to_string(response).ok());
        let steps =
            Steps { body: received - started, read: read - received, fetch: fetched - read, judge: fetched.elapsed() };
        let shown = response.as_ref().map_or(&[][..], |response| &response.cards);
        log::judged(&judged, shown.len(), steps);
        metrics::judged(&shared.metrics, &judged, shown, steps);
        // Made of strings and numbers: writing it can't fail.
        response.map(|_cards| text.unwrap_or_default())
    })?;
    let cards = cards.map_err(|refusal| ApiError::refused(refusal, &completed))?;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CONTENT_LANGUAGE, settings.language.code()))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(cards))
}

/// Whether a request comes from a web page and any page may send one, without a token.
fn is_any_page(request: &HttpRequest, now: &Configured) -> bool {
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
