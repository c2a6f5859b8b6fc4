//! What the access log says of a call: put together where the request, its sender and its answer are known.

use actix_web::{HttpRequest, ResponseError as _};
use cellwise_record::AsOf;

use super::error::ApiError;
use super::{Settings, Shared, identity};
use crate::access_log::{Access, AccessLog, Subject};
use crate::client::Client;

/// What a call was answered with, as far as the access log wants it.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The rules that have a card, with their versions.
    pub(super) rules: Vec<(&'static str, u32)>,
    /// How many cards there are.
    pub(super) cards: usize,
}

/// Opens the access log that the settings want.
///
/// # Errors
/// When it can't be written.
pub(super) fn open(settings: &Settings) -> Result<Option<AccessLog>, String> {
    let Some(wanted) = &settings.access_log else { return Ok(None) };
    let address = settings.base_url.as_ref().map_or_else(|| format!("http://{}", settings.listen), ToString::to_string);
    AccessLog::open(wanted, address.trim_end_matches('/')).map(Some)
}

/// Writes the line of a call of `service` that was read, whatever came of it.
///
/// # Errors
/// [`ApiError::NotLogged`] when it can't be written and no call is answered then.
pub(super) async fn log(
    request: &HttpRequest,
    shared: &Shared,
    client: &Client,
    service: &str,
    subject: Option<Subject>,
    outcome: Result<&Shown, &ApiError>,
) -> Result<(), ApiError> {
    let (Some(log), Some(subject)) = (&shared.access_log, subject) else { return Ok(()) };
    let request_id = identity::of(request).map(|identity| identity.id).unwrap_or_default();
    let access = Access {
        at: AsOf::now().instant,
        client: &client.id,
        issuer: client.trust.as_ref().map(|trust| trust.issuer.as_str()),
        peer: request.peer_addr().map(|peer| peer.ip()),
        request_id: &request_id,
        service,
        method: request.method().as_str(),
        path: request.path(),
        subject: &subject,
        rules: outcome.map(|shown| shown.rules.clone()).unwrap_or_default(),
        status: outcome.map_or_else(|error| error.status_code().as_u16(), |_| 200),
        cards: outcome.map_or(0, |shown| shown.cards),
    };
    log.write(&access).await.map_err(|_unwritten| ApiError::NotLogged)
}
