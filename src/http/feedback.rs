//! `POST /cds-services/{id}/feedback`: what the user did with the cards.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::{Shared, body, invoke};

/// Checks the feedback and counts it. Sending the same twice changes nothing.
pub(super) async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, ApiError> {
    let client = shared.gate.admit(&request).await?;
    let id = invoke::service_id(&request, &shared)?;
    let _permit = shared.limits.enter()?;
    shared.limits.count(client)?;
    let body = body::read(&request, payload, &shared.settings).await?;
    let items = invoke::guarded(|| shared.engine.feedback(id, &body))??;
    tracing::info!(items, "feedback");
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(format!(r#"{{"received":{items}}}"#)))
}
