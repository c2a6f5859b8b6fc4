//! `POST /cds-services/{id}/feedback`: what the user did with the cards.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::shared::InForce;
use super::{Shared, body, invoke, limits, log};

/// Checks the feedback and counts it. Sending the same twice changes nothing.
pub(super) async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    now: InForce,
) -> Result<HttpResponse, ApiError> {
    take(&request, payload, &shared, &now).await.inspect_err(|error| log::wrong(error, &now))
}

async fn take(
    request: &HttpRequest,
    payload: web::Payload,
    shared: &Shared,
    now: &InForce,
) -> Result<HttpResponse, ApiError> {
    let client = now.gate.admit(request).await?;
    let id = invoke::service_id(request, now)?;
    let _place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(client)?;
    let body = body::read(request, payload, &now.settings).await?;
    let items = invoke::guarded(|| now.engine.feedback(id, &body))??;
    tracing::info!(items, "feedback");
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(format!(r#"{{"received":{items}}}"#)))
}
