//! Traces for OpenTelemetry: spans of their own, which the log does not show, sent over OTLP when a setting says where to.
//!
//! They hold routes, statuses, ids of services, hooks, clients and kinds of data: words of our own. Nothing of a patient, and of a
//! request only the id that it is known by (`tests/logs.rs` reads what is sent). Sending never holds anybody up: what waits is
//! bounded, and the rest is dropped.

use std::time::Duration;

use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use reqwest::Url;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// The target of every span that is part of a trace.
pub(crate) const TARGET: &str = "cellwise::trace";
/// How long the receiver may take, and how long the end of the program waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Sends traces. What still waits is sent when it is dropped.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Prepares to send traces to an address. Not within a runtime: the client that sends them has threads of its own.
    ///
    /// # Errors
    /// When that can't be prepared: why.
    pub(crate) fn to(address: &Url) -> Result<Self, String> {
        let client = reqwest::blocking::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .user_agent(concat!("cellwise/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.to_string())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(address.as_str())
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        // Of the machine and its environment nothing is told.
        let resource = Resource::builder_empty()
            .with_service_name("cellwise")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
        Ok(Self { provider })
    }

    /// What hands spans over: those of a trace, and no events.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("cellwise"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        // Who no longer listens gets nothing.
        let _ = self.provider.shutdown_with_timeout(PATIENCE);
    }
}

/// A place in a trace, as it stands in the header `traceparent` (W3C Trace Context).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraceParent {
    text: String,
    context: SpanContext,
}

impl TraceParent {
    /// Reads the header. `None` when it is not well formed.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_hex = |part: &str, length| {
            part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        };
        let mut parts = text.split('-');
        let [version, trace, parent, flags] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
        // A later version may have more behind what is known of it.
        let is_whole = if version == "00" { parts.next().is_none() } else { version != "ff" };
        if !(is_whole && is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2)) {
            return None;
        }
        let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
        let (trace_id, parent_id) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(parent).ok()?);
        let context = SpanContext::new(trace_id, parent_id, flags, true, TraceState::default());
        context.is_valid().then(|| Self { text: written(&context), context })
    }

    /// The id of the trace.
    pub(crate) fn trace_id(&self) -> TraceId {
        self.context.trace_id()
    }

    /// Makes it the parent of a span.
    pub(crate) fn adopt(&self, span: &Span) {
        // Fails only where nothing is traced.
        let _ = span.set_parent(Context::new().with_remote_span_context(self.context.clone()));
    }
}

fn written(context: &SpanContext) -> String {
    format!("00-{}-{}-{:02x}", context.trace_id(), context.span_id(), context.trace_flags().to_u8())
}

/// What another server is to be told: the span that calls it, where traces are made, else what came with the request.
pub(crate) fn onward(came: Option<&TraceParent>) -> Option<HeaderValue> {
    let context = Span::current().context();
    let here = context.span().span_context().clone();
    let text = if here.is_valid() { written(&here) } else { came?.text.clone() };
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_parent_is_well_formed_or_none() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        for (text, expected) in [
            (format!("00-{trace}-{span}-01"), Some("01")),
            (format!("00-{trace}-{span}-00"), Some("00")),
            (format!("00-{trace}-{span}-ff"), Some("01")),
            (format!("cc-{trace}-{span}-01-what-the-future-holds"), Some("01")),
            (format!("00-{trace}-{span}-01-more"), None),
            (format!("ff-{trace}-{span}-01"), None),
            (format!("00-{}-{span}-01", "0".repeat(32)), None),
            (format!("00-{trace}-{}-01", "0".repeat(16)), None),
            (format!("00-{}-{span}-01", trace.to_uppercase()), None),
            (format!("00-{trace}-{span}"), None),
            (format!("00-{}-{span}-01", "bf92f3577b34da6a3ce929d0e0e4736"), None),
            (format!("00-{trace}-{span}-1é"), None),
            (String::new(), None),
        ] {
            let read = TraceParent::read(&text);
            let expected = expected.map(|flags| format!("00-{trace}-{span}-{flags}"));
            assert_eq!(read.as_ref().map(|read| read.text.clone()), expected, "{text}");
            // Nothing is traced here: it goes on as it came.
            let onward = onward(read.as_ref()).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(onward, expected, "{text}");
        }
    }
}
