//! `POST /cds-services/{id}`: a request comes in, cards go out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::{Shared, body, language};
use crate::chart::date::AsOf;
use crate::engine::{CallSettings, Refusal};

/// Reads the body, judges it now, in the language that the client prefers.
pub(super) async fn invoke(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, ApiError> {
    let id = service_id(&request, &shared)?;
    let body = body::read(&request, payload, &shared.settings).await?;
    let settings = CallSettings {
        language: language::preferred(&request, shared.settings.language),
        as_of: AsOf::now(),
        accept_as_of: shared.settings.accept_as_of,
    };
    let cards = guarded(|| shared.engine.call(id, &body, &settings))??;
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((header::CONTENT_LANGUAGE, language::tag(settings.language)))
        .insert_header((header::VARY, "Accept-Language"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(cards))
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
