//! Binding, running, and stopping without cutting anybody off.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServerHandle, ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::rt::time::sleep;
use actix_web::{Error, HttpServer, web};
use tokio::signal::unix::{SignalKind, signal};

use super::{Bench, Settings, Shared, app, memory, metrics, metrics_app, tls};
use crate::engine::Engine;
use crate::files;

/// How long an idle connection stays open: longer than load balancers keep theirs, so that it is them who close it.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long to keep reading what a refused client still sends, so that it gets to see the refusal.
const LINGER: Duration = Duration::from_secs(5);
/// How long answers say that they are the last of their connection, before the server stops: clients that send one request after
/// the other learn of it then, and lose none.
const LAST_ANSWERS: Duration = Duration::from_millis(300);
/// How many seconds requests in flight get to finish when the server stops.
const STOP_WITHIN: u64 = 10;

/// A server that listens, and answers once it runs.
pub struct Server {
    address: SocketAddr,
    running: actix_web::dev::Server,
    shared: web::Data<Shared>,
    metrics: Option<Beside>,
}

/// What listens for those who read the metrics.
struct Beside {
    address: SocketAddr,
    running: actix_web::dev::Server,
}

impl Server {
    /// Takes the port. Must be called within an actix runtime.
    ///
    /// # Errors
    /// When the address can't be had, or the settings can't be used.
    pub fn bind(engine: Arc<Engine>, settings: Settings) -> io::Result<Self> {
        Self::bind_with(engine, settings, None)
    }

    /// The same with a workbench.
    ///
    /// # Errors
    /// As for [`Server::bind`].
    pub fn bind_with(engine: Arc<Engine>, settings: Settings, workbench: Option<Arc<dyn Bench>>) -> io::Result<Self> {
        let listen = settings.listen;
        let workers = settings.workers;
        let metrics_at = settings.metrics.listen;
        let head_timeout = settings.head_timeout;
        let tls = settings.tls.as_ref().map(tls::config).transpose()?;
        let mut shared =
            Shared::new(engine, settings).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        shared.deliver_access_log().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        shared.workbench = workbench;
        let shared = web::Data::new(shared);
        metrics::watch(&shared).map_err(io::Error::other)?;
        let of_workers = shared.clone();
        let mut http = HttpServer::new(move || app(of_workers.clone()))
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(head_timeout)
            .client_disconnect_timeout(LINGER)
            .shutdown_timeout(STOP_WITHIN)
            .disable_signals();
        if workers > 0 {
            http = http.workers(workers);
        }
        let http = match tls {
            Some(tls) => http.bind_rustls_0_23(listen, tls)?,
            None => http.bind(listen)?,
        };
        let address = http.addrs().first().copied().unwrap_or(listen);
        let metrics = metrics_at.map(|listen| Beside::bind(listen, shared.clone())).transpose()?;
        Ok(Self { address, running: http.run(), shared, metrics })
    }

    /// Where the metrics are, when they have an address of their own.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|metrics| metrics.address)
    }

    /// Where it listens, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its requests share: to put another configuration in force.
    #[must_use]
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// To stop it from elsewhere.
    #[must_use]
    pub fn handle(&self) -> ServerHandle {
        self.running.handle()
    }

    /// Answers until it is stopped through its [`Server::handle`].
    ///
    /// # Errors
    /// When the server can't go on.
    pub async fn run(self) -> io::Result<()> {
        let shared = self.shared;
        let metrics = self.metrics.map(Beside::spawn);
        let ended = self.running.await;
        memory::close(&shared).await;
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        ended
    }

    /// Answers until `stop` is ready. From then on each answer is the last of its connection; a moment later no connection is
    /// taken any more, and requests in flight may finish.
    ///
    /// # Errors
    /// When the server can't go on.
    pub async fn run_until(self, stop: impl Future<Output = ()> + 'static) -> io::Result<()> {
        let handle = self.handle();
        let shared = Arc::clone(&self.shared);
        actix_web::rt::spawn(async move {
            stop.await;
            tracing::info!("stopping");
            shared.stopping.store(true, Ordering::Relaxed);
            sleep(LAST_ANSWERS).await;
            handle.stop(true).await;
        });
        self.run().await
    }
}

impl Beside {
    fn bind(listen: SocketAddr, shared: web::Data<Shared>) -> io::Result<Self> {
        let http = HttpServer::new(move || metrics_app(shared.clone())).workers(1).disable_signals();
        let http = http.bind(listen).map_err(|error| {
            // A text of its own: not about the address of the services.
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("can't listen on `{listen}` for metrics: {}", files::reason(&error)),
            )
        })?;
        let address = http.addrs().first().copied().unwrap_or(listen);
        Ok(Self { address, running: http.run() })
    }

    /// Answers beside the server, and until the end: who watches sees it stop.
    fn spawn(self) -> ServerHandle {
        let handle = self.running.handle();
        actix_web::rt::spawn(self.running);
        handle
    }
}

/// Says with an answer that it is the last of its connection, once the server is to stop.
///
/// # Errors
/// Those of the answer.
pub(super) async fn last_answer<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let mut response = next.call(request).await?;
    let shared = response.request().app_data::<web::Data<Shared>>();
    if shared.is_some_and(|shared| shared.stopping.load(Ordering::Relaxed)) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}

/// Ready when the process is asked to stop (SIGTERM, SIGINT). From this call on, not from the first poll, those signals no
/// longer end the process by themselves.
///
/// # Errors
/// When signals can't be listened for.
pub fn asked_to_stop() -> io::Result<impl Future<Output = ()> + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
