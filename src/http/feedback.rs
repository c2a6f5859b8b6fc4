//! `POST /cds-services/{id}/feedback`: what the user did with the cards.

use actix_web::http::header::ContentType;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ApiError;
use super::{Shared, body, invoke, memory};

/// Checks the feedback, and keeps it where there is a store: a 200 says that it is there to stay. Sending the same twice changes
/// nothing.
pub(super) async fn receive(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> Result<HttpResponse, ApiError> {
    let sender = shared.gate.admit(&request).await?;
    let id = invoke::service_id(&request, &shared)?;
    let place = shared.limits.enter()?;
    shared.limits.count(sender)?;
    let body = body::read(&request, payload, &shared.settings).await?;
    let items = invoke::guarded(|| shared.engine.feedback(id, &body))??;
    let received = items.len();
    // Whoever waits for the store takes no place from a call.
    drop((place, body));
    if let Some(store) = shared.store.as_ref().filter(|_| received > 0) {
        let service = shared.engine.knowledge().endpoint(id).map_or(id, |endpoint| endpoint.service.id.as_str());
        let kept = store.feedback(memory::kept(sender.client, service, items)).await;
        kept.map_err(|_unavailable| ApiError::StoreUnavailable)?;
    }
    tracing::info!(items = received, "feedback");
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(format!(r#"{{"received":{received}}}"#)))
}
