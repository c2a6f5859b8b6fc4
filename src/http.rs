//! The HTTP shell: the route table, and how bytes become a call of the engine.
//!
//! Handlers run on the worker that read the request: reading and judging a chart takes less time than handing it to
//! another thread would. Status codes are in [`error`] alone.

pub mod error;
pub mod log;

pub(crate) mod auth;
mod body;
pub(crate) mod certificate;
mod complete;
mod cors;
mod discovery;
mod feedback;
mod health;
mod invoke;
pub(crate) mod language;
mod limits;
mod rules;
mod server;
mod tls;
mod unsaid;
mod workbench;

use std::future::ready;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Bytes, PayloadConfig};
use actix_web::{App, Error, Resource, Route, guard};
use reqwest::Url;
use tracing_actix_web::TracingLogger;

use self::auth::Gate;
use crate::client::Callers;
use crate::engine::Engine;
use crate::gather::{FetchSettings, Gatherer};
use crate::pages::Pages;
use cellwise_clinic::Language;
use limits::Limits;
pub use server::{Server, asked_to_stop};
use unsaid::Unsaid;
pub use workbench::Bench;

/// How the server is to behave. Set once, by the command line and the configuration.
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
        }
    }
}

/// What all workers share. What is known is read-only; only the cache, the counters and what was noticed of clients change.
pub struct Shared {
    engine: Arc<Engine>,
    settings: Settings,
    gatherer: Gatherer,
    gate: Gate,
    limits: Limits,
    unsaid: Unsaid,
    discovery: Bytes,
    pages: Pages,
    /// The bench for testers and engineers. It is served in development only, to this machine.
    workbench: Option<Arc<dyn Bench>>,
    stopping: AtomicBool,
}

impl Shared {
    /// Prepares what all requests share.
    ///
    /// # Errors
    /// When the settings can't be used: one line that says why.
    pub fn new(engine: Arc<Engine>, settings: Settings) -> Result<Self, String> {
        let discovery = Bytes::from(engine.discovery().to_owned());
        let gatherer = Gatherer::new(settings.fetch.clone(), settings.callers.all())?;
        let gate = Gate::new(&settings, gatherer.outbound())?;
        let limits = Limits::new(&settings);
        let pages = Pages::load().map_err(|error| error.to_string())?;
        Ok(Self {
            engine,
            settings,
            gatherer,
            gate,
            limits,
            unsaid: Unsaid::default(),
            discovery,
            pages,
            workbench: None,
            stopping: AtomicBool::new(false),
        })
    }

    fn serves(&self, id: &str) -> bool {
        self.engine.knowledge().endpoint(id).is_some()
    }
}

const READ: &str = "GET, HEAD, OPTIONS";
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
    let cors = cors::policy(&shared.settings.cors_origins);
    App::new()
        .app_data(PayloadConfig::new(shared.settings.max_body))
        .app_data(shared)
        .service(resource("/cds-services", READ).route(read().to(discovery::list)))
        .service(resource("/cds-services/{id}", SEND).route(web::post().to(invoke::invoke)))
        .service(resource("/cds-services/{id}/feedback", SEND).route(web::post().to(feedback::receive)))
        .service(resource("/rules", READ).route(read().to(rules::list)))
        .service(resource("/rules/style.css", READ).route(read().to(rules::style)))
        .service(resource("/rules/{id}", READ).route(read().to(rules::one)))
        .service(resource("/workbench", READ).route(read().to(workbench::page)))
        .service(resource("/workbench/judge", SEND).route(web::post().to(workbench::judge)))
        .service(resource("/workbench/script.js", READ).route(read().to(workbench::script)))
        .service(resource("/workbench/style.css", READ).route(read().to(workbench::style)))
        .service(resource("/workbench/fixtures/{path:.*}", READ).route(read().to(workbench::fixture)))
        .service(resource("/health/live", READ).route(read().to(health::live)))
        .service(resource("/health/ready", READ).route(read().to(health::ready)))
        .default_service(web::to(error::no_such_path))
        .wrap(from_fn(limits::head))
        .wrap(cors)
        .wrap(error::outcomes())
        .wrap(from_fn(server::last_answer))
        .wrap(TracingLogger::<log::RequestSpan>::new())
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
