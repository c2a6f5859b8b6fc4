//! `POST /cds-services/{id}/feedback`: what the user did with the cards.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::shared::InForce;
use super::{Shared, body, invoke, limits, log, memory};

/// Checks the feedback, and keeps it where there is a store: a 200 says that it is there to stay. Sending the same twice changes
/// nothing.
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
    let sender = now.gate.admit(request).await?;
    let id = invoke::service_id(request, now)?;
    let place = limits::enter(&shared.places, now.settings.most_requests)?;
    now.rates.count(sender)?;
    let body = body::read(request, payload, &now.settings).await?;
    let items = invoke::guarded(|| now.engine.feedback(id, &body))??;
    let received = items.len();
    // Whoever waits for the store takes no place from a call.
    drop((place, body));
    if let Some(store) = shared.store.as_ref().filter(|_| received > 0) {
        let service = now.engine.knowledge().endpoint(id).map_or(id, |endpoint| endpoint.service.id.as_str());
        let kept = store.feedback(memory::kept(sender.client, service, items)).await;
        kept.map_err(|_unavailable| ApiError::StoreUnavailable)?;
    }
    tracing::info!(items = received, "feedback");
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(format!(r#"{{"received":{received}}}"#)))
}
