//! What the access log says of a call: put together where the request, its sender and its answer are known.

use actix_web::{HttpRequest, ResponseError as _};
use cellwise_record::AsOf;

use super::error::ApiError;
use super::log::known;
use super::{Settings, Shared, identity};
use crate::access_log::{Access, AccessLog, Subject, Unwritten};
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
    let Some(subject) = subject else { return Ok(()) };
    let asked = Asked { service, path: request.path(), subject: &subject };
    let shown = outcome.ok();
    let status = outcome.map_or_else(|error| error.status_code().as_u16(), |_| 200);
    write(request, shared, client, &asked, shown, status).await.map_err(|Unwritten| ApiError::NotLogged)
}

/// What was asked.
pub(super) struct Asked<'a> {
    pub(super) service: &'a str,
    /// The path, without what could tell a session or a patient.
    pub(super) path: &'a str,
    pub(super) subject: &'a Subject,
}

/// Writes a line, where an access log is kept.
///
/// # Errors
/// When it can't be written and nothing is answered then.
pub(super) async fn write(
    request: &HttpRequest,
    shared: &Shared,
    client: &Client,
    asked: &Asked<'_>,
    shown: Option<&Shown>,
    status: u16,
) -> Result<(), Unwritten> {
    let Some(log) = &shared.access_log else { return Ok(()) };
    let request_id = identity::of(request).map(|identity| identity.id).unwrap_or_default();
    let access = Access {
        at: AsOf::now().instant,
        client: &client.id,
        issuer: client.trust.as_ref().map(|trust| trust.issuer.as_str()),
        peer: request.peer_addr().map(|peer| peer.ip()),
        request_id: &request_id,
        service: asked.service,
        method: known(request.method()),
        path: asked.path,
        subject: asked.subject,
        rules: shown.map(|shown| shown.rules.clone()).unwrap_or_default(),
        status,
        cards: shown.map_or(0, |shown| shown.cards),
    };
    log.write(&access).await
}
