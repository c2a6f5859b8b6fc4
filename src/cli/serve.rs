//! `cellwise serve`: answer CDS Hooks requests.

mod reload;

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::available_parallelism;

use clap::ValueEnum;
use clap::builder::BoolishValueParser;
use jiff::tz::TimeZone;
use reqwest::Url;
use tracing::level_filters::LevelFilter;

use self::reload::Reload;
use super::Failure;
use super::config::{self, ConfigFile};
use crate::client::Callers;
use crate::config::{Config, Fingerprint, ServerConfig, address};
use crate::engine::Engine;
use crate::files::reason;
use crate::http::log::{self, Format};
use crate::http::{Bench, Server, Settings, asked_to_stop};
use crate::metrics::{Kind, whole};
use crate::outbound::reachable;
use crate::traces::Traces;
use crate::workbench::Workbench;
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// The request of the printed `curl`, relative to the root of the repository, and the service it is for.
const EXAMPLE: &str = "fixtures/requests/steroid-after-car-t.json";
const EXAMPLE_SERVICE: &str = "cell-therapy-order-safety";

/// What `serve` can be told. Every option can also be an environment variable; what neither says is taken from the
/// configuration, then from the defaults.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "CELLWISE_LISTEN", value_name = "ADDRESS:PORT", value_parser = address::listen)]
    listen: Option<SocketAddr>,

    /// Language of cards when a client names none that we have [default: en]
    #[arg(long, env = "CELLWISE_LANG", value_parser = super::language())]
    lang: Option<Language>,

    /// Largest request body, in bytes [default: 8388608]
    #[arg(long, env = "CELLWISE_MAX_BODY", value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1024..))]
    max_body: Option<u32>,

    /// Threads that answer requests [default: one per processor]
    #[arg(long, env = "CELLWISE_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,

    /// Origin whose browsers may call, such as `https://ehr.example.org`; repeatable [default: any]
    #[arg(long = "cors-origin", env = "CELLWISE_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = address::origin)]
    cors_origins: Vec<String>,

    /// Let a request name its own evaluation instant, for tests [default: on a loopback address without clients]
    #[arg(long, env = "CELLWISE_ACCEPT_AS_OF", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_parser = BoolishValueParser::new())]
    accept_as_of: Option<bool>,

    /// Listen beyond this machine although no client is listed: whoever reaches the port gets answers
    #[arg(long, env = "CELLWISE_UNAUTHENTICATED", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_parser = BoolishValueParser::new())]
    unauthenticated: Option<bool>,

    /// FHIR server that may be fetched from in development, such as `http://127.0.0.1:8090/fhir`; repeatable
    #[arg(long = "fhir-server", env = "CELLWISE_FHIR_SERVER", value_name = "URL", value_delimiter = ',')]
    // Read later: the parser of the command line would repeat what is wrong, a password in it as well.
    fhir_servers: Vec<String>,

    /// How much to log to standard error [default: info]
    #[arg(long, env = "CELLWISE_LOG", value_name = "LEVEL")]
    log: Option<Level>,

    /// Log one JSON object per line
    #[arg(long, env = "CELLWISE_LOG_JSON", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_parser = BoolishValueParser::new())]
    log_json: Option<bool>,

    #[command(flatten)]
    config: ConfigFile,
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
    /// What the command line and the environment say.
    fn given(&self) -> ServerConfig {
        ServerConfig {
            listen: self.listen,
            language: self.lang,
            max_body: self.max_body.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX)),
            workers: self.workers.map(usize::from),
            cors_origins: (!self.cors_origins.is_empty()).then(|| self.cors_origins.clone()),
            accept_as_of: self.accept_as_of,
            unauthenticated: self.unauthenticated,
            log: self.log.map(|level| match level {
                Level::Off => LevelFilter::OFF,
                Level::Error => LevelFilter::ERROR,
                Level::Warn => LevelFilter::WARN,
                Level::Info => LevelFilter::INFO,
                Level::Debug => LevelFilter::DEBUG,
            }),
            log_format: self.log_json.map(|json| if json { Format::Json } else { Format::Text }),
            ..ServerConfig::default()
        }
    }
}

/// What the command line, the environment and the file come to.
struct Loaded {
    config: Config,
    server: ServerConfig,
    settings: Settings,
    engine: Engine,
}

impl Args {
    /// Reads everything. For a server that runs, what can't change is as it is there.
    ///
    /// # Errors
    /// When the knowledge or the configuration does not hold together.
    fn load(&self, running: Option<&ServerConfig>) -> Result<(Loaded, Vec<&'static str>), Failure> {
        let engine = Engine::load()?;
        let config = self.config.read(&engine)?;
        let server = self.given().or(config.server.clone());
        let (server, fixed) = match running {
            Some(running) => server.in_running(running),
            None => (server, Vec::new()),
        };
        let allowed = config.development.allows_http;
        let read = |text: &String| if allowed { address::server_or_http(text) } else { address::fhir_server(text) };
        let fhir_servers: Result<Vec<Url>, String> = self.fhir_servers.iter().map(read).collect();
        let fhir_servers = fhir_servers.map_err(|problem| Failure::unusable(format!("`--fhir-server` {problem}")))?;
        let settings = config.settings(&server, &fhir_servers).map_err(Failure::new)?;
        let address = settings.base_url.as_ref().map(Url::as_str);
        let zone = settings.time_zone.clone().unwrap_or_else(TimeZone::system);
        let engine = engine.under(config.policy.clone(), &config.mapping)?.at(address).in_zone(zone);
        Ok((Loaded { config, server, settings, engine }, fixed))
    }
}

/// Listens and answers until the process is asked to stop.
///
/// # Errors
/// When the knowledge or the configuration does not hold together, or the address can't be had.
pub fn run(args: &Args) -> Result<(), Failure> {
    let read = args.config.path().map(Fingerprint::of);
    let (Loaded { config: local, server, settings, engine }, _) = args.load(None)?;
    // Ends after the log does.
    let traces = settings.traces.as_ref().map(Traces::to).transpose();
    let traces = traces.map_err(|problem| Failure::new(format!("traces can't be sent: {problem}")))?;
    let (level, format) = (server.log.unwrap_or(LevelFilter::INFO), server.log_format.unwrap_or(Format::Text));
    let log = log::start_with(level, format, traces.as_ref());
    config::log(&local);
    config::log_server(&settings);
    if let Some(ends) = settings.tls.as_ref().map_or(Ok(None), |tls| config::ends_soon(tls, &AsOf::now()))? {
        tracing::warn!("{ends}");
    }
    for (what, since) in engine.knowledge().review_overdue(&AsOf::now().at(engine.zone()).day()) {
        tracing::warn!(what, since = %since, "review overdue");
    }
    let services = engine.knowledge().services.len();
    enough_descriptors(&settings)?;
    actix_web::rt::System::new().block_on(async {
        actix_web::rt::spawn(log.tell_of_dropped());
        // Before anybody can know that the server is there.
        let no_signals = |error: io::Error| Failure::new(format!("can't listen for signals: {error}"));
        let stop = asked_to_stop().map_err(no_signals)?;
        let asked = reload::asked().map_err(no_signals)?;
        let engine = Arc::new(engine);
        let workbench: Arc<dyn Bench> = Arc::new(Workbench::default());
        let serving = Server::bind_with(engine, settings.clone(), Some(workbench))
            .map_err(|error| not_bound(settings.listen, &error))?;
        // The greeting is a courtesy: a closed standard output must not stop the server.
        let _ = greet(&mut io::stdout().lock(), &serving, &settings, services);
        let dropped = log.dropped();
        let counted = serving.shared().metrics().ask(
            Kind::Counter,
            "cellwise_log_lines_dropped_total",
            "Lines of the log that were dropped: nobody read them in time.",
            move || whole(dropped()),
        );
        counted.map_err(Failure::new)?;
        let reload = Reload::new(args.clone(), serving.shared(), local, server, settings, read);
        actix_web::rt::spawn(reload.follow(asked));
        serving.run_until(stop).await.map_err(|error| Failure::new(error.to_string()))
    })
}

/// Whether as many files may be open as it takes to start: the runtime panics when it can't have one.
fn enough_descriptors(settings: &Settings) -> Result<(), Failure> {
    const SHARED: usize = 24;
    const PER_WORKER: usize = 8;
    let workers = if settings.workers > 0 { Ok(settings.workers) } else { available_parallelism().map(usize::from) };
    let needed = SHARED + PER_WORKER * workers.unwrap_or(1);
    let open: Result<Vec<File>, io::Error> = (0..needed).map(|_| File::open("/dev/null")).collect();
    match open {
        Ok(_closed_again) => Ok(()),
        Err(error) => Err(Failure::new(format!(
            "can't open the {needed} files that it takes to start, and each connection takes one more: {}; raise the limit, \
             for instance with `ulimit -n 4096`",
            reason(&error)
        ))),
    }
}

fn not_bound(listen: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(match error.kind() {
        ErrorKind::AddrInUse => format!("`{listen}` is in use by another program: choose another port with `--listen`"),
        ErrorKind::AddrNotAvailable => format!("`{}` is not an address of this machine", listen.ip()),
        ErrorKind::PermissionDenied => format!("port {} needs more rights than this program has", listen.port()),
        // The settings themselves, not the address.
        ErrorKind::InvalidInput => error.to_string(),
        _ => format!("can't listen on `{listen}`: {error}"),
    })
}

fn greet(out: &mut impl Write, server: &Server, settings: &Settings, services: usize) -> io::Result<()> {
    let address = server.address();
    let scheme = if settings.tls.is_some() { "https" } else { "http" };
    let base = format!("{scheme}://{}", reachable(address));
    writeln!(out, "cellwise {} listens on {base} with {services} services", env!("CARGO_PKG_VERSION"))?;
    match &settings.callers {
        Callers::Listed(clients) => {
            writeln!(out, "Clients that may call, each with its own tokens: {}", clients.len())?;
            if let Some(base) = &settings.base_url {
                writeln!(out, "Tokens must be meant (aud) for the address that is called: {}", config::audience(base))?;
            }
        }
        Callers::Anyone(_) => writeln!(
            out,
            "\nDEVELOPMENT MODE: NOBODY IS AUTHENTICATED. Whoever reaches this address gets answers.\n\
             List clients in the configuration before it meets a hospital."
        )?,
    }
    if !address.ip().is_loopback() && settings.tls.is_none() {
        writeln!(out, "It is reachable from other machines, unencrypted: put TLS in front of it, or configure it.")?;
    }
    let token = |needed: bool| if needed { "-H \"Authorization: Bearer $TOKEN\" " } else { "" };
    let listed = settings.callers.are_listed();
    if listed {
        writeln!(out, "Each call needs a token of its own ($TOKEN), for the very address that is called.")?;
    }
    if let Some(metrics) = server.metrics_address() {
        writeln!(out, "Metrics for Prometheus: http://{}/metrics", reachable(metrics))?;
    }
    writeln!(out, "\nWhat it offers:\n  curl {}{base}/cds-services", token(listed && !settings.open_discovery))?;
    if !listed && address.ip().is_loopback() {
        writeln!(out, "\nThe workbench, for testers and engineers:\n  {base}/workbench")?;
    }
    writeln!(out, "\nA card (from the root of the repository):")?;
    writeln!(
        out,
        "  curl {}-H 'Content-Type: application/json' --data @{EXAMPLE} {base}/cds-services/{EXAMPLE_SERVICE}\n",
        token(listed)
    )?;
    out.flush()
}
