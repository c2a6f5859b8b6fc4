//! The HTTP shell: the route table, and how bytes become a call of the engine.
//!
//! Handlers run on the worker that read the request: reading and judging a chart takes less time than handing it to
//! another thread would. Status codes are in [`error`] alone.

pub mod error;
pub mod log;

mod body;
mod cors;
mod discovery;
mod feedback;
mod health;
mod invoke;
mod language;
mod server;

use std::future::ready;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::{self, Bytes, PayloadConfig};
use actix_web::{App, Error, Resource, Route, guard};
use tracing_actix_web::TracingLogger;

use crate::engine::{Engine, Language};
pub use server::{Server, asked_to_stop};

/// How the server is to behave. Set once, by the command line.
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
    /// Threads that answer requests; 0 is one per processor.
    pub workers: usize,
    /// The origins whose browsers may call; none is any.
    pub cors_origins: Vec<String>,
    /// Whether a request may name its own evaluation instant.
    pub accept_as_of: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            language: Language::English,
            max_body: 1024 * 1024,
            body_timeout: Duration::from_secs(10),
            workers: 0,
            cors_origins: Vec::new(),
            accept_as_of: false,
        }
    }
}

/// What all workers share. Read-only.
pub struct Shared {
    engine: Arc<Engine>,
    settings: Settings,
    discovery: Bytes,
}

impl Shared {
    /// Prepares what never changes while the server runs.
    #[must_use]
    pub fn new(engine: Arc<Engine>, settings: Settings) -> Self {
        let discovery = Bytes::from(engine.discovery().to_owned());
        Self { engine, settings, discovery }
    }

    fn serves(&self, id: &str) -> bool {
        self.engine.knowledge().service(id).is_some()
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
        .service(resource("/health/live", READ).route(read().to(health::live)))
        .service(resource("/health/ready", READ).route(read().to(health::ready)))
        .default_service(web::to(error::no_such_path))
        .wrap(cors)
        .wrap(error::outcomes())
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
