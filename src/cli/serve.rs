//! `cellwise serve`: answer CDS Hooks requests.

use std::io::{self, ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use clap::ValueEnum;
use tracing::level_filters::LevelFilter;

use super::Failure;
use super::config::{self, ConfigFile};
use crate::chart::date::AsOf;
use crate::engine::{Engine, Language};
use crate::http::log::{self, Format};
use crate::http::{Server, Settings, asked_to_stop};

/// The request of the printed `curl`, relative to the root of the repository, and the service it is for.
const EXAMPLE: &str = "fixtures/requests/steroid-after-car-t.json";
const EXAMPLE_SERVICE: &str = "cell-therapy-order-safety";

/// What `serve` can be told. Every option can also be an environment variable.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "CELLWISE_LISTEN", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    listen: SocketAddr,

    /// Language of cards when a client names none that we have
    #[arg(long, env = "CELLWISE_LANG", default_value = "en")]
    lang: Lang,

    /// Largest request body, in bytes
    #[arg(long, env = "CELLWISE_MAX_BODY", value_name = "BYTES", default_value_t = 1024 * 1024, value_parser = clap::value_parser!(u32).range(1024..))]
    max_body: u32,

    /// Threads that answer requests [default: one per processor]
    #[arg(long, env = "CELLWISE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    workers: Option<u16>,

    /// Origin whose browsers may call, such as `https://ehr.example.org`; repeatable [default: any]
    #[arg(long = "cors-origin", env = "CELLWISE_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    cors_origins: Vec<String>,

    /// Let a request name its own evaluation instant, for tests (always so on a loopback address)
    #[arg(long, env = "CELLWISE_ACCEPT_AS_OF")]
    accept_as_of: bool,

    /// How much to log to standard error
    #[arg(long, env = "CELLWISE_LOG", value_name = "LEVEL", default_value = "info")]
    log: Level,

    /// Log one JSON object per line
    #[arg(long, env = "CELLWISE_LOG_JSON")]
    log_json: bool,

    #[command(flatten)]
    config: ConfigFile,
}

/// A language of the cards, by its tag.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lang {
    En,
    Nl,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

impl Args {
    fn settings(&self) -> Settings {
        Settings {
            listen: self.listen,
            language: match self.lang {
                Lang::En => Language::English,
                Lang::Nl => Language::Dutch,
            },
            max_body: usize::try_from(self.max_body).unwrap_or(usize::MAX),
            workers: self.workers.map_or(0, usize::from),
            cors_origins: self.cors_origins.clone(),
            accept_as_of: self.accept_as_of || self.listen.ip().is_loopback(),
            ..Settings::default()
        }
    }

    fn level(&self) -> LevelFilter {
        match self.log {
            Level::Off => LevelFilter::OFF,
            Level::Error => LevelFilter::ERROR,
            Level::Warn => LevelFilter::WARN,
            Level::Info => LevelFilter::INFO,
            Level::Debug => LevelFilter::DEBUG,
        }
    }
}

/// Listens and answers until the process is asked to stop.
///
/// # Errors
/// When the knowledge or the configuration does not hold together, or the address can't be had.
pub fn run(args: &Args) -> Result<(), Failure> {
    log::start(args.level(), if args.log_json { Format::Json } else { Format::Text });
    let engine = Engine::load()?;
    let local = args.config.read(&engine)?;
    config::log(&local);
    let engine = Arc::new(engine.under(local)?);
    for (what, since) in engine.knowledge().review_overdue(&AsOf::now().day()) {
        tracing::warn!(what, since = %since, "review overdue");
    }
    let services = engine.knowledge().services.len();
    actix_web::rt::System::new().block_on(async {
        // Before anybody can know that the server is there.
        let stop = asked_to_stop().map_err(|error| Failure::new(format!("can't listen for signals: {error}")))?;
        let server = Server::bind(engine, args.settings()).map_err(|error| not_bound(args.listen, &error))?;
        // The greeting is a courtesy: a closed standard output must not stop the server.
        let _ = greet(&mut io::stdout().lock(), server.address(), services);
        server.run_until(stop).await.map_err(|error| Failure::new(error.to_string()))
    })
}

fn not_bound(listen: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(match error.kind() {
        ErrorKind::AddrInUse => format!("`{listen}` is in use by another program: choose another port with `--listen`"),
        ErrorKind::AddrNotAvailable => format!("`{}` is not an address of this machine", listen.ip()),
        ErrorKind::PermissionDenied => format!("port {} needs more rights than this program has", listen.port()),
        _ => format!("can't listen on `{listen}`: {error}"),
    })
}

fn greet(out: &mut impl Write, address: SocketAddr, services: usize) -> io::Result<()> {
    let base = format!("http://{}", reachable(address));
    writeln!(out, "cellwise {} listens on {base} with {services} services", env!("CARGO_PKG_VERSION"))?;
    if !address.ip().is_loopback() {
        writeln!(out, "It is reachable from other machines: put TLS and authentication in front of it.")?;
    }
    writeln!(out, "\nWhat it offers:\n  curl {base}/cds-services")?;
    writeln!(out, "\nA card (from the root of the repository):")?;
    writeln!(
        out,
        "  curl -H 'Content-Type: application/json' --data @{EXAMPLE} {base}/cds-services/{EXAMPLE_SERVICE}\n"
    )?;
    out.flush()
}

/// An address that a client on this machine can use: `0.0.0.0` is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let resolved = text.to_socket_addrs().ok().and_then(|mut all| all.next());
    resolved.ok_or_else(|| "expected an address and a port, such as `127.0.0.1:8080`".to_owned())
}

/// What a browser sends as `Origin`: scheme, host and port, nothing behind.
fn origin(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '*', ' ']) => Ok(text.to_ascii_lowercase()),
        _ => Err("expected a scheme, a host and maybe a port, such as `https://ehr.example.org`".to_owned()),
    }
}
