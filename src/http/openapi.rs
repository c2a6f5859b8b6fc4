//! `GET /openapi.json`: what is offered, for programs that make clients.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse};

use super::error::ApiError;
use super::shared::InForce;

/// The document, serialised once for each configuration. It names the services, so it needs what discovery needs.
pub(super) async fn document(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    if !now.settings.open_discovery {
        now.gate.admit(&request).await?;
    }
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(now.openapi.clone()))
}
