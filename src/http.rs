//! The HTTP shell: the route table, and how bytes become a call of the engine.
//!
//! Handlers run on the worker that read the request: reading and judging a chart takes less time than handing it to
//! another thread would. Status codes are in [`error`] alone.

pub mod error;
pub mod log;

mod access;
pub(crate) mod auth;
mod body;
pub(crate) mod certificate;
mod complete;
mod cors;
mod discovery;
mod feedback;
mod fhir;
mod health;
mod identity;
mod invoke;
pub(crate) mod language;
mod limits;
mod memory;
mod metrics;
mod openapi;
mod page;
mod reports;
mod rules;
mod server;
mod shared;
mod smart;
mod tls;
mod unsaid;
mod workbench;

use std::future::ready;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web;
use actix_web::{App, Error, Resource, Route, guard};
use jiff::tz::TimeZone;
use reqwest::Url;
use tracing_actix_web::TracingLogger;

use crate::access_log::AccessLogSettings;
use crate::client::Callers;
use crate::gather::FetchSettings;
use cellwise_clinic::Language;
use cellwise_store::{Settings as StoreSettings, Thresholds};
pub use server::{Server, asked_to_stop};
pub use shared::Shared;
pub use workbench::Bench;

/// How the server is to behave, by the command line and the configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The language of cards when a client does not name one that we have.
    pub language: Language,
    /// The largest request body, in bytes.
    pub max_body: usize,
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
    /// How long a client may take to send the head of a request.
    pub head_timeout: Duration,
    /// Threads that answer requests; 0 is one per processor.
    pub workers: usize,
    /// The origins whose browsers may call; none is any.
    pub cors_origins: Vec<String>,
    /// Whether a request may name its own evaluation instant.
    pub accept_as_of: bool,
    /// The address by which clients call, without `/cds-services`: what their tokens must be meant for.
    pub base_url: Option<Url>,
    /// Who may call.
    pub callers: Callers,
    /// Whether discovery needs no token.
    pub open_discovery: bool,
    /// How tokens are checked.
    pub tokens: TokenSettings,
    /// How data is fetched.
    pub fetch: FetchSettings,
    /// Requests that are answered at the same time at most; a further one gets a 503.
    pub most_requests: usize,
    /// The certificate of the server; without one it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// The access log; none is kept without it.
    pub access_log: Option<AccessLogSettings>,
    /// What is remembered, and where; nothing without it.
    pub store: Option<StoreSettings>,
    /// When a report names a rule.
    pub report: Thresholds,
    /// How often to look whether the configuration has changed; `None`: only when the process is asked to.
    pub check_every: Option<Duration>,
    /// Who may read what is counted.
    pub metrics: MetricsSettings,
    /// Where traces are sent (OTLP over HTTP); none are made without.
    pub traces: Option<Url>,
    /// The time zone of the hospital; `None`: that of the machine.
    pub time_zone: Option<TimeZone>,
}

/// Who may read what is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MetricsSettings {
    /// An address of their own, for whoever reaches it.
    pub listen: Option<SocketAddr>,
    /// Whether they are at the address of the services, too, for anybody.
    pub open: bool,
}

/// How the tokens of clients are checked.
#[derive(Clone, Copy, Debug)]
pub struct TokenSettings {
    /// How far the clocks of client and server may be apart.
    pub clock_skew: Duration,
    /// How long a token may be valid in all, from `iat` to `exp`.
    pub longest: Duration,
    /// How long fetched keys are used before they are fetched again.
    pub keys_for: Duration,
}

impl Default for TokenSettings {
    fn default() -> Self {
        Self {
            clock_skew: Duration::from_secs(30),
            longest: Duration::from_hours(1),
            keys_for: Duration::from_mins(10),
        }
    }
}

/// The files of the server's certificate, both PEM. They are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that lead to its authority.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// How often to look whether they have changed.
    pub check_every: Duration,
}

impl TlsFiles {
    /// These files, looked at every half minute.
    #[must_use]
    pub fn new(certificate: PathBuf, key: PathBuf) -> Self {
        Self { certificate, key, check_every: Duration::from_secs(30) }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            language: Language::ENGLISH,
            max_body: 8 * 1024 * 1024,
            body_timeout: Duration::from_secs(10),
            head_timeout: Duration::from_secs(10),
            workers: 0,
            cors_origins: Vec::new(),
            accept_as_of: false,
            base_url: None,
            callers: Callers::default(),
            open_discovery: false,
            tokens: TokenSettings::default(),
            fetch: FetchSettings::default(),
            most_requests: 256,
            tls: None,
            access_log: None,
            store: None,
            report: Thresholds::default(),
            check_every: None,
            metrics: MetricsSettings::default(),
            traces: None,
            time_zone: None,
        }
    }
}

const READ: &str = "GET, HEAD, OPTIONS";
/// Of what is good once: a HEAD would use it up.
const GET: &str = "GET, OPTIONS";
const SEND: &str = "POST, OPTIONS";

/// The application: every route, then what wraps them all (the last one is the outermost).
pub fn app(
    shared: web::Data<Shared>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    // The one part of a configuration that is made once for each worker.
    let configured = shared.configured();
    let cors = cors::policy(&configured.settings.cors_origins, configured.settings.base_url.as_ref());
    drop(configured);
    App::new()
        .app_data(shared)
        .service(resource("/cds-services", READ).route(read().to(discovery::list)))
        .service(resource(metrics::CALL, SEND).route(web::post().to(invoke::invoke)))
        .service(resource("/cds-services/{id}/feedback", SEND).route(web::post().to(feedback::receive)))
        .service(resource("/rules", READ).route(read().to(rules::list)))
        .service(resource("/rules/style.css", READ).route(read().to(rules::style)))
        .service(resource("/rules/{id}", READ).route(read().to(rules::one)))
        .service(resource("/reports", READ).route(read().to(reports::report)))
        .service(fhir::scope())
        .service(resource("/course", GET).route(web::get().to(smart::launch)))
        .service(resource("/course/callback", GET).route(web::get().to(smart::callback)))
        .service(resource("/course/style.css", READ).route(read().to(smart::style)))
        .service(resource("/course/script.js", READ).route(read().to(smart::script)))
        .service(resource(smart::SHOW, GET).route(web::get().to(smart::show)))
        .service(resource("/workbench", READ).route(read().to(workbench::page)))
        .service(resource("/workbench/judge", SEND).route(web::post().to(workbench::judge)))
        .service(resource("/workbench/script.js", READ).route(read().to(workbench::script)))
        .service(resource("/workbench/style.css", READ).route(read().to(workbench::style)))
        .service(resource("/workbench/fixtures/{path:.*}", READ).route(read().to(workbench::fixture)))
        .service(resource("/health/live", READ).route(read().to(health::live)))
        .service(resource("/health/ready", READ).route(read().to(health::ready)))
        .service(resource("/openapi.json", READ).route(read().to(openapi::document)))
        .service(resource("/metrics", READ).route(read().to(metrics::beside_services)))
        .default_service(web::to(error::no_such_path))
        .wrap(from_fn(limits::head))
        .wrap(cors)
        .wrap(error::outcomes())
        .wrap(from_fn(server::last_answer))
        .wrap(from_fn(metrics::count))
        .wrap(TracingLogger::<log::RequestSpan>::new())
        .wrap(from_fn(identity::known))
}

/// What listens on the address of the metrics: nothing else is there.
fn metrics_app(
    shared: web::Data<Shared>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(shared)
        .service(resource("/metrics", READ).route(read().to(metrics::alone)))
        .default_service(web::to(error::no_such_path))
        .wrap(from_fn(limits::head))
}

/// A path that answers OPTIONS and refuses methods that it does not have.
fn resource(path: &str, allow: &'static str) -> Resource {
    web::resource(path)
        .route(web::method(Method::OPTIONS).to(move || ready(cors::options(allow))))
        .default_service(web::to(move || ready(error::wrong_method(allow))))
}

fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
