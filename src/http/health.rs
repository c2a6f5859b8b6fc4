//! Is the process alive, and is it ready to judge.

use actix_web::http::header::ContentType;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Shared;
use crate::engine::Engine;
use crate::rules;

/// The body of the readiness answer. A server that runs is ready: knowledge is checked before it listens.
pub(super) fn readiness(engine: &Engine) -> Bytes {
    let body = json!({
        "status": "ready",
        "version": env!("CARGO_PKG_VERSION"),
        "services": engine.knowledge().services.len(),
        "rules": rules::ALL.len(),
    });
    Bytes::from(body.to_string())
}

/// `GET /health/live`.
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(r#"{"status":"live"}"#)
}

/// `GET /health/ready`.
pub(super) async fn ready(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(shared.readiness.clone())
}
