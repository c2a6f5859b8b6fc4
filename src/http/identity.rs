//! By which id a request is known, and to which trace it belongs.

use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::log;
use super::metrics::Called;
use crate::traces::{TARGET, TraceParent};
use cellwise_clinic::Hook;

/// The header that has the id of a request.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header that has its place in a trace.
const TRACE_PARENT: HeaderName = HeaderName::from_static("traceparent");

/// What a request is known by.
#[derive(Clone)]
pub(super) struct Identity {
    /// What it came with, if that is well formed, else a new id.
    pub(super) id: String,
    /// The trace that it is part of.
    pub(super) trace: Option<TraceParent>,
    /// The pattern of its path, [`NO_ROUTE`] where nothing is served: the path itself can hold anything.
    pub(super) route: Rc<str>,
}

/// The route of a request that nothing serves.
const NO_ROUTE: &str = "none";

/// The client that sent a request, for its span.
pub(super) struct SentBy(pub(super) String);

impl Identity {
    fn of(request: &ServiceRequest) -> Self {
        let headers = request.headers();
        let one = |name: &HeaderName| {
            let mut values = headers.get_all(name);
            let first = values.next()?.to_str().ok()?;
            values.next().is_none().then_some(first)
        };
        Self {
            id: one(&REQUEST_ID)
                .filter(|id| is_id(id))
                .map_or_else(|| Uuid::new_v4().to_string(), str::to_ascii_lowercase),
            trace: one(&TRACE_PARENT).and_then(TraceParent::read),
            // Every route is asked for it, so it is found once.
            route: request.match_pattern().map_or_else(|| Rc::from(NO_ROUTE), Rc::from),
        }
    }
}

/// Whether a text may be the id of a request: a UUID, or what proxies make, 16 to 64 hexadecimal digits with or without hyphens. It
/// stands in the log, so nothing else does: no name and no number of a patient is written like that.
fn is_id(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && !text.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte != b'-')
}

/// The pattern of the path of a request.
pub(super) fn route_of(request: &ServiceRequest) -> Rc<str> {
    request.extensions().get::<Identity>().map_or_else(|| Rc::from(NO_ROUTE), |identity| Rc::clone(&identity.route))
}

/// What a request is known by.
pub(super) fn of(request: &HttpRequest) -> Option<Identity> {
    request.extensions().get::<Identity>().cloned()
}

/// Finds out what a request is known by, answers with it, and makes it a span of a trace.
///
/// # Errors
/// Those of the answer.
pub(super) async fn known<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let identity = Identity::of(&request);
    let span = span(&request, &identity);
    let id = HeaderValue::try_from(&identity.id);
    request.extensions_mut().insert(identity);
    let mut outcome = next.call(request).instrument(span.clone()).await;
    if let Ok(response) = &mut outcome {
        if let Ok(id) = id {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        finish(&span, response.request(), response.status().as_u16());
    }
    outcome
}

fn span(request: &ServiceRequest, identity: &Identity) -> Span {
    let route = &*identity.route;
    if route.starts_with("/health/") || route == "/metrics" {
        return Span::none();
    }
    let method = log::known(request.method());
    let span = tracing::info_span!(
        target: TARGET,
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        cellwise.request_id = identity.id,
        cellwise.client = tracing::field::Empty,
        cellwise.service = tracing::field::Empty,
        cellwise.hook = tracing::field::Empty,
    );
    if let Some(trace) = &identity.trace {
        trace.adopt(&span);
    }
    span
}

fn finish(span: &Span, request: &HttpRequest, status: u16) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status);
    let extensions = request.extensions();
    if let Some(SentBy(client)) = extensions.get() {
        span.record("cellwise.client", client.as_str());
    }
    if let Some(called) = extensions.get::<Called>() {
        span.record("cellwise.service", called.service.as_deref());
        span.record("cellwise.hook", called.hook.map(Hook::name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_that_a_program_made() {
        for (text, expected) in [
            ("0f8fad5b-d9cb-469f-a165-70867728950e", true),
            ("0F8FAD5B-D9CB-469F-A165-70867728950E", true),
            ("7d5f1a2b9c3e4f60", true),
            ("4bf92f3577b34da6a3ce929d0e0e4736", true),
            ("7d5f1a2b", false),
            ("1234567890123456", false),
            ("----------------", false),
            ("jansen-1958-04-03", false),
            ("0f8fad5b d9cb469f", false),
            ("", false),
        ] {
            assert_eq!(is_id(text), expected, "{text}");
        }
        assert!(!is_id(&"a".repeat(65)));
    }
}
