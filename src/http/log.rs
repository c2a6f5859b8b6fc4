//! What is logged: one line per request, with nothing of its query, headers or body. Those can be about a patient.

mod judged;

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::rt::time::sleep;
use actix_web::{Error, HttpMessage};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};
use tracing_actix_web::RootSpanBuilder;
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::error::ApiError;
use super::identity::{self, Identity};
use super::shared::InForce;
use crate::traces::{TARGET, TraceParent, Traces};

pub(super) use judged::{Steps, gaps, judged};

/// The shape of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// Lines that wait to be written. When nobody reads them, what comes after these is dropped: an answer never waits for the log.
const MOST_WAITING: usize = 4096;
/// How often to look whether lines were dropped.
const TELL_EVERY: Duration = Duration::from_secs(5);

/// The log of this program. Writes what still waits when it is dropped, for as long as somebody reads it.
pub struct Log {
    dropped: ErrorCounter,
    _writer: WorkerGuard,
}

impl Log {
    /// How many lines were dropped so far.
    pub fn dropped(&self) -> impl Fn() -> usize + Send + Sync + 'static {
        let dropped = self.dropped.clone();
        move || dropped.dropped_lines()
    }

    /// Says how many lines were dropped, for as long as the program runs. A line that says so may be dropped itself; then the
    /// next one counts for both.
    pub fn tell_of_dropped(&self) -> impl Future<Output = ()> + 'static {
        let dropped = self.dropped.clone();
        async move {
            let mut told = 0;
            loop {
                sleep(TELL_EVERY).await;
                let lines = dropped.dropped_lines();
                if lines == told {
                    continue;
                }
                tracing::warn!(lines = lines - told, "lines of the log were dropped: nobody reads them in time");
                if dropped.dropped_lines() == lines {
                    told = lines;
                }
            }
        }
    }
}

/// A writer that never waits, and what becomes of its lines.
fn writer(to: impl Write + Send + 'static) -> (NonBlocking, Log) {
    let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(MOST_WAITING);
    let (writer, guard) = builder.thread_name("log").finish(to);
    let dropped = writer.error_counter();
    (writer, Log { dropped, _writer: guard })
}

/// Starts logging to standard error. The level is for our own lines: libraries log requests in full at their lower
/// levels, so they get no further than warnings.
#[must_use]
pub fn start(level: LevelFilter, format: Format) -> Log {
    start_with(level, format, None)
}

/// The same with traces, which are sent elsewhere.
#[must_use]
pub(crate) fn start_with(level: LevelFilter, format: Format, traces: Option<&Traces>) -> Log {
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("cellwise", level)
        // Repeats every refusal as a warning of its own.
        .with_target("tracing_actix_web", LevelFilter::OFF)
        .with_target(TARGET, if traces.is_some() { LevelFilter::INFO } else { LevelFilter::OFF });
    let registry = tracing_subscriber::registry().with(targets);
    // Fails only when logging runs already, as it may in a test.
    let (writer, log) = writer(std::io::stderr());
    let layer = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match format {
        Format::Text => layer.with_ansi(std::io::stderr().is_terminal()).boxed(),
        Format::Json => layer.json().boxed(),
    };
    // Two filters for each line are for those who want traces.
    let _ = match traces {
        None => registry.with(lines).try_init(),
        Some(traces) => {
            let lines = lines.with_filter(filter_fn(|metadata| metadata.target() != TARGET));
            registry.with(lines).with(traces.layer()).try_init()
        }
    };
    // The message of a panic can quote data: only the place is logged.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(tracing::field::display);
        tracing::error!(place, "panic");
    }));
    log
}

/// The span around each request.
pub struct RequestSpan;

struct Started(Instant);

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        request.extensions_mut().insert(Started(Instant::now()));
        let identity = request.extensions().get::<Identity>().cloned();
        let request_id = identity.as_ref().map(|identity| tracing::field::display(&identity.id));
        let trace_id = identity.as_ref().and_then(|identity| identity.trace.as_ref()).map(TraceParent::trace_id);
        let trace_id = trace_id.map(tracing::field::display);
        let route = &*identity::route_of(request);
        let method = known(request.method());
        if route.starts_with("/health/") {
            tracing::debug_span!("request", method, route, request_id)
        } else {
            tracing::info_span!(
                "request",
                method,
                route,
                service = tracing::field::Empty,
                client = tracing::field::Empty,
                request_id,
                trace_id
            )
        }
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let (status, started) = match outcome {
            Ok(response) => {
                let started = response.request().extensions().get::<Started>().map(|started| started.0);
                (response.status(), started)
            }
            Err(error) => (error.as_response_error().status_code(), None),
        };
        let microseconds = started.map(|started| microseconds(started.elapsed()));
        let status = status.as_u16();
        // Probes call every few seconds and say nothing. Their span is disabled at the usual level.
        if span.metadata().is_none_or(|metadata| *metadata.level() == Level::DEBUG) {
            tracing::debug!(parent: &span, status, microseconds, "answered");
        } else {
            tracing::info!(parent: &span, status, microseconds, "answered");
        }
    }
}

/// Logs why a request is wrong: its client is told the same, but nobody looks there.
pub(super) fn wrong(error: &ApiError, now: &InForce) {
    if let Some(reason) = error.wrong(&now.engine.knowledge().schemas) {
        tracing::warn!(reason, "wrong request");
    }
}

/// A duration as the log has it.
fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A method can be any word a client makes up.
pub(super) fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::OPTIONS | Method::PUT | Method::PATCH | Method::DELETE => {
            method.as_str()
        }
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    /// Somewhere to write that takes nothing until it is told to.
    struct Full(Receiver<()>);

    impl Write for Full {
        fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
            // Ends, too, when nobody is left who could tell.
            let _ = self.0.recv();
            Ok(line.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_nobody_reads_is_dropped_and_counted() {
        let (release, full) = channel();
        let (mut writer, log) = writer(Full(full));
        for _ in 0..MOST_WAITING + 100 {
            writer.write_all(b"a line\n").unwrap();
        }
        // One may be with whoever writes.
        assert!((99..=100).contains(&log.dropped.dropped_lines()), "{}", log.dropped.dropped_lines());
        drop(release);
    }
}
