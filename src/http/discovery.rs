//! `GET /cds-services`: what is offered.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse, web};

use super::Shared;
use super::error::ApiError;

/// The discovery document, serialised once at start-up.
pub(super) async fn list(request: HttpRequest, shared: web::Data<Shared>) -> Result<HttpResponse, ApiError> {
    if !shared.settings.open_discovery {
        shared.gate.admit(&request).await?;
    }
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(shared.discovery.clone()))
}
