//! `GET /cds-services`: what is offered.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};

use super::Shared;

/// The discovery document, serialised once at start-up.
pub(super) async fn list(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(shared.discovery.clone())
}
