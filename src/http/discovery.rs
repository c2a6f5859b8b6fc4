//! `GET /cds-services`: what is offered.

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse};

use super::error::ApiError;
use super::shared::InForce;

/// The discovery document, serialised once for each configuration. A client whose configuration says that it fills in FHIRPath gets
/// the templates for that: it is known by its token, which counts where discovery is open, too, if it holds.
pub(super) async fn list(request: HttpRequest, now: InForce) -> Result<HttpResponse, ApiError> {
    let is_open = now.settings.open_discovery;
    let has_token = request.headers().contains_key(header::AUTHORIZATION);
    let sender = if is_open && !has_token { None } else { Some(now.gate.admit(&request).await) };
    let takes_fhirpath = match sender {
        Some(Ok(sender)) => sender.client.takes_fhirpath,
        Some(Err(error)) if !is_open => return Err(error),
        Some(Err(_)) | None => false,
    };
    let document = if takes_fhirpath { &now.discovery_in_fhirpath } else { &now.discovery };
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(document.clone()))
}
