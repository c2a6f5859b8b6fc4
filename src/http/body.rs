//! Reading a request body: only JSON, only so large, only for so long.

use std::io::{self, Read};

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::web::{Bytes, Payload};
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::Settings;
use super::error::ApiError;

/// The largest form, in bytes.
const LARGEST_FORM: usize = 64 * 1024;

/// The whole body, unpacked when it came packed. The limit counts what is sent, and what comes out. It is unpacked when all of
/// it is there: a connection that waits holds no more than it sent.
pub(super) async fn read(request: &HttpRequest, payload: Payload, settings: &Settings) -> Result<Bytes, ApiError> {
    if !is_json(request) {
        return Err(ApiError::NotJsonContent);
    }
    let packing = packing(request)?;
    let limit = settings.max_body;
    // What is said to be too large is not waited for.
    if length(request).is_some_and(|length| length > limit) {
        return Err(ApiError::TooLarge { limit });
    }
    let body = match timeout(settings.body_timeout, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(bytes))) => bytes,
        Ok(Ok(Err(_broken))) => return Err(ApiError::Unreadable),
        Ok(Err(_exceeded)) => return Err(ApiError::TooLarge { limit }),
        Err(_elapsed) => return Err(ApiError::TooSlow),
    };
    let unpacked = match packing {
        Packing::None => return Ok(body),
        Packing::Gzip => unpacked(MultiGzDecoder::new(&*body), limit),
        Packing::Deflate => unpacked(ZlibDecoder::new(&*body), limit),
    };
    match unpacked {
        Ok(Some(bytes)) => Ok(bytes.into()),
        Ok(None) => Err(ApiError::TooLarge { limit }),
        Err(_broken) => Err(ApiError::Unreadable),
    }
}

/// A form of a search. It is short.
pub(super) async fn form(request: &HttpRequest, payload: Payload, settings: &Settings) -> Result<Bytes, ApiError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(ApiError::NotFormContent);
    }
    match timeout(settings.body_timeout, payload.to_bytes_limited(LARGEST_FORM)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes),
        Ok(Ok(Err(_broken))) => Err(ApiError::Unreadable),
        Ok(Err(_exceeded)) => Err(ApiError::TooLarge { limit: LARGEST_FORM }),
        Err(_elapsed) => Err(ApiError::TooSlow),
    }
}

/// How long the body is, as the head of the request has it.
fn length(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// What comes out of a packed body; `None` when that is more than `limit` bytes. Nothing beyond it is unpacked.
fn unpacked(packed: impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    packed.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() <= limit).then_some(bytes))
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

/// How a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Deflate,
}

/// What `Content-Encoding` says, once: nobody packs twice.
fn packing(request: &HttpRequest) -> Result<Packing, ApiError> {
    let mut packing = Packing::None;
    for value in request.headers().get_all(header::CONTENT_ENCODING) {
        let one = match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "identity" => continue,
            "gzip" => Packing::Gzip,
            "deflate" => Packing::Deflate,
            _ => return Err(ApiError::UnknownEncoding),
        };
        if packing != Packing::None {
            return Err(ApiError::UnknownEncoding);
        }
        packing = one;
    }
    Ok(packing)
}
