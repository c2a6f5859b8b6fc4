//! What is counted, for Prometheus.
//!
//! Every label has few values, which are our own or those of the configuration: names of services, hooks, rules and clients,
//! statuses, kinds. Nothing of a request, a token or a patient is ever one.

mod asked;

use std::sync::Arc;
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

use self::asked::Asked;
pub use self::asked::Kind;

/// The media type of the text.
pub const TEXT: &str = prometheus::TEXT_FORMAT;

/// Bounds of the histograms, in seconds: from the fastest answer to one that waited for a slow FHIR server.
const BOUNDS: [f64; 13] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// A step of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Waiting for the body.
    Body,
    /// Reading it into a chart.
    Read,
    /// Waiting for FHIR servers.
    Fetch,
    /// Judging the chart and writing cards.
    Judge,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Read => "read",
            Self::Fetch => "fetch",
            Self::Judge => "judge",
        }
    }
}

/// The counters of a process.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    calls: IntCounterVec,
    durations: HistogramVec,
    steps: HistogramVec,
    verdicts: IntCounterVec,
    unknown: IntCounterVec,
    cards: IntCounterVec,
    fetches: IntCounterVec,
    shared: IntCounterVec,
    refused: IntCounterVec,
}

impl Metrics {
    /// Counters that are all zero.
    ///
    /// # Errors
    /// When two of them have the same name: one line that says which.
    pub fn new() -> Result<Self, String> {
        let registry = Registry::new();
        let counter =
            |name, help, labels: &[&str]| registered(&registry, IntCounterVec::new(Opts::new(name, help), labels));
        let histogram = |name, help, labels: &[&str]| {
            let options = HistogramOpts::new(name, help).buckets(BOUNDS.to_vec());
            registered(&registry, HistogramVec::new(options, labels))
        };
        Ok(Self {
            requests: counter(
                "cellwise_http_requests_total",
                "Requests that were answered, by route of the route table, method and status.",
                &["route", "method", "status"],
            )?,
            calls: counter(
                "cellwise_calls_total",
                "Calls of services that were answered, by service, hook and status; `none` where it was not known yet.",
                &["service", "hook", "status"],
            )?,
            durations: histogram(
                "cellwise_call_duration_seconds",
                "From the head of a call to its answer.",
                &["service"],
            )?,
            steps: histogram(
                "cellwise_call_step_duration_seconds",
                "Steps of a call that was judged: waiting for its body, reading it, waiting for FHIR servers, judging.",
                &["step"],
            )?,
            verdicts: counter(
                "cellwise_verdicts_total",
                "What rules came to: met, not-met, unknown, or failed when the rule itself did.",
                &["rule", "verdict"],
            )?,
            unknown: counter(
                "cellwise_unknown_total",
                "Rules that came to unknown, by kind of gap; a rule with gaps of two kinds counts for both.",
                &["kind"],
            )?,
            cards: counter(
                "cellwise_cards_total",
                "Cards that were shown, by the rule that leads and the indicator.",
                &["rule", "indicator"],
            )?,
            fetches: counter(
                "cellwise_fetches_total",
                "Queries to FHIR servers, by client and outcome.",
                &["client", "outcome"],
            )?,
            shared: counter(
                "cellwise_fetch_cache_hits_total",
                "Queries that were answered by what another query of the same token brought.",
                &["client"],
            )?,
            refused: counter(
                "cellwise_tokens_refused_total",
                "Requests without a token that is believed, by reason and the client that it claims to be from; `none`: no \
                 listed one.",
                &["client", "reason"],
            )?,
            registry,
        })
    }

    /// Adds a value that is asked for whenever somebody looks: the length of a queue, what something else counts.
    ///
    /// # Errors
    /// When there is one of this name: one line that says which.
    pub fn ask(
        &self,
        kind: Kind,
        name: &str,
        help: &str,
        ask: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Result<(), String> {
        let asked = Asked::new(kind, name, help, Box::new(ask)).map_err(|error| error.to_string())?;
        self.registry.register(Box::new(asked)).map_err(|error| format!("metric `{name}`: {error}"))
    }

    /// Says which program this is, for ever 1.
    ///
    /// # Errors
    /// When that was said already.
    pub fn describe(&self, labels: &[(&str, &str)]) -> Result<(), String> {
        let options = Opts::new("cellwise_build_info", "Which program this is; always 1.");
        let options = labels.iter().fold(options, |options, (name, value)| options.const_label(*name, *value));
        let asked = Asked::of(Kind::Gauge, options, Box::new(|| 1.0)).map_err(|error| error.to_string())?;
        self.registry.register(Box::new(asked)).map_err(|error| error.to_string())
    }

    /// Everything in the text format of Prometheus.
    ///
    /// # Errors
    /// When it can't be written: why.
    pub fn text(&self) -> Result<String, String> {
        TextEncoder::new().encode_to_string(&self.registry.gather()).map_err(|error| error.to_string())
    }

    /// Counts a request.
    pub fn request(&self, route: &str, method: &str, status: u16) {
        self.requests.with_label_values(&[route, method, &status.to_string()]).inc();
    }

    /// Counts a call, and how long it took.
    pub fn call(&self, service: Option<&str>, hook: Option<&str>, status: u16, duration: Duration) {
        let service = service.unwrap_or(NONE);
        self.calls.with_label_values(&[service, hook.unwrap_or(NONE), &status.to_string()]).inc();
        self.durations.with_label_values(&[service]).observe(duration.as_secs_f64());
    }

    /// Notes how long a step took.
    pub fn step(&self, step: Step, duration: Duration) {
        self.steps.with_label_values(&[step.name()]).observe(duration.as_secs_f64());
    }

    /// Counts what a rule came to.
    pub fn verdict(&self, rule: &str, verdict: &str) {
        self.verdicts.with_label_values(&[rule, verdict]).inc();
    }

    /// Counts a rule that is unknown for a gap of this kind.
    pub fn unknown(&self, kind: &str) {
        self.unknown.with_label_values(&[kind]).inc();
    }

    /// Counts a card.
    pub fn card(&self, rule: &str, indicator: &str) {
        self.cards.with_label_values(&[rule, indicator]).inc();
    }

    /// Counts what came of a query to a FHIR server.
    pub fn fetch(&self, client: &str, outcome: &str) {
        self.fetches.with_label_values(&[client, outcome]).inc();
    }

    /// Counts a query that another one answered.
    pub fn cache_hit(&self, client: &str) {
        self.shared.with_label_values(&[client]).inc();
    }

    /// Counts a request that is not authenticated.
    pub fn refused(&self, client: Option<&str>, reason: &str) {
        self.refused.with_label_values(&[client.unwrap_or(NONE), reason]).inc();
    }
}

/// A label that has nothing to say.
const NONE: &str = "none";

fn registered<C: Collector + Clone + 'static>(registry: &Registry, made: prometheus::Result<C>) -> Result<C, String> {
    let made = made.map_err(|error| error.to_string())?;
    registry.register(Box::new(made.clone())).map_err(|error| error.to_string())?;
    Ok(made)
}

/// Counters for whoever counts for nobody.
///
/// # Errors
/// As for [`Metrics::new`].
pub(crate) fn of_nobody() -> Result<Arc<Metrics>, String> {
    Metrics::new().map(Arc::new)
}

/// A count as Prometheus has numbers.
#[must_use]
pub(crate) fn whole(count: usize) -> f64 {
    long(u64::try_from(count).unwrap_or(u64::MAX))
}

/// The same.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 nobody misses one")]
pub(crate) fn long(count: u64) -> f64 {
    count as f64
}
