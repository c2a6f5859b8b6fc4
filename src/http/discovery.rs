//! `GET /cds-services`: what is offered.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse};

use super::error::ApiError;
use super::shared::InForce;

/// The discovery document, serialised once for each configuration.
pub(super) async fn list(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    if !now.settings.open_discovery {
        now.gate.admit(&request).await?;
    }
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(now.discovery.clone()))
}
