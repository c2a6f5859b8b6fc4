//! Reading a request body: only JSON, only so large, only for so long.

use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};

use super::Settings;
use super::error::ApiError;

/// The whole body, decompressed when it came compressed. The limit counts what comes out.
pub(super) async fn read(request: &HttpRequest, payload: Payload, settings: &Settings) -> Result<Bytes, ApiError> {
    if !is_json(request) {
        return Err(ApiError::NotJsonContent);
    }
    if !is_known_encoding(request) {
        return Err(ApiError::UnknownEncoding);
    }
    let mut payload = payload.into_inner();
    match timeout(settings.body_timeout, Bytes::from_request(request, &mut payload)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(match error.as_error::<PayloadError>() {
            Some(PayloadError::Overflow) => ApiError::TooLarge { limit: settings.max_body },
            _ => ApiError::Unreadable,
        }),
        Err(_elapsed) => Err(ApiError::TooSlow),
    }
}

/// `application/json`, `application/<anything>+json`, or nothing said.
fn is_json(request: &HttpRequest) -> bool {
    let Some(value) = request.headers().get(header::CONTENT_TYPE) else {
        return true;
    };
    let Ok(value) = value.to_str() else {
        return false;
    };
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn is_known_encoding(request: &HttpRequest) -> bool {
    let known = ["identity", "gzip", "deflate"];
    request
        .headers()
        .get_all(header::CONTENT_ENCODING)
        .all(|value| value.to_str().is_ok_and(|value| known.iter().any(|name| value.trim().eq_ignore_ascii_case(name))))
}
