//! `cellwise config`: check a hospital's own file before a server meets it; and how every command reads one.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use reqwest::Url;

use super::terminal::{GOOD, WARNING};
use super::{Failure, printed, terminal};
use crate::client::Callers;
use crate::config::{Config, ServerConfig, clinical_changes, described, differences, server_changes};
use crate::engine::Engine;
use crate::http::{Settings, TlsFiles};
use crate::knowledge::number_as_json;
use cellwise_record::{AsOf, Moment, StartupError};

/// Problems, or warnings, shown at most: a file of thousands of rows may have the same one on each.
const MOST_SHOWN: usize = 20;
/// How many days before a certificate ends it is spoken of.
const ENDS_SOON: i32 = 30;

/// What `config` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check a file and the files it names, and say what they change
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Say what changes from one file to another: for patients, for those who call, for the server
    Diff {
        /// The file that is in force
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The file that is to take its place
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
}

/// The file that several commands take.
#[derive(Clone, Debug, clap::Args)]
pub struct ConfigFile {
    /// The hospital's own configuration: clients, server, numbers, codes, what is switched off (TOML)
    #[arg(long = "config", env = "CELLWISE_CONFIG", value_name = "FILE")]
    path: Option<PathBuf>,
}

impl ConfigFile {
    /// Where the file is, if one is given.
    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What the file and the environment say; nothing when there is neither.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(&self, engine: &Engine) -> Result<Config, Failure> {
        let environment = || Config::of_environment(engine.knowledge()).map_err(|problems| failure(&problems));
        self.path.as_deref().map_or_else(environment, |path| read(path, engine))
    }

    /// What the file says about judging patients. What it says about the server is not looked at: the files that it names
    /// there may be for the server's eyes only.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read_for_judging(&self, engine: &Engine) -> Result<Config, Failure> {
        let Some(path) = &self.path else {
            return Ok(Config::default());
        };
        Config::read_for_judging(path, engine.knowledge()).map_err(|problems| failure(&problems))
    }

    /// The engine under the file.
    ///
    /// # Errors
    /// When the knowledge does not hold together, or something is wrong with the file.
    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        let engine = Engine::load()?;
        let config = self.read_for_judging(&engine)?;
        Ok(engine.under(config.policy, &config.mapping)?)
    }
}

impl From<StartupError> for Failure {
    fn from(error: StartupError) -> Self {
        Self::new(error.to_string())
    }
}

fn read(path: &Path, engine: &Engine) -> Result<Config, Failure> {
    Config::read(path, engine.knowledge()).map_err(|problems| failure(&problems))
}

fn failure(problems: &[StartupError]) -> Failure {
    Failure::several(&listed(problems))
}

/// The first of them, and how many more.
fn listed<'p>(problems: impl IntoIterator<Item = &'p StartupError>) -> Vec<String> {
    let mut lines: Vec<String> = problems.into_iter().map(ToString::to_string).collect();
    let more = lines.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        lines.truncate(MOST_SHOWN);
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Checks a file, or compares two.
///
/// # Errors
/// Everything that is wrong with it, or with one of them.
pub fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Check { file } => check(file),
        Command::Diff { old, new } => diff(old, new),
    }
}

fn diff(old: &Path, new: &Path) -> Result<(), Failure> {
    let engine = Engine::load()?;
    let (old, new) = (read(old, &engine)?, read(new, &engine)?);
    // Whether a server would start is for `check` to say.
    let settings = |config: &Config| {
        let anywhere = ServerConfig { unauthenticated: Some(true), ..config.server.clone() };
        config.settings(&anywhere, &[]).map_err(Failure::new)
    };
    let mut lines = clinical_changes(&old, &new, engine.knowledge());
    lines.extend(server_changes(&settings(&old)?, &settings(&new)?));
    let text = if lines.is_empty() { "nothing changes".to_owned() } else { lines.join("\n") };
    printed(writeln!(terminal::out(), "{text}"))
}

fn check(file: &Path) -> Result<(), Failure> {
    let config = read(file, &Engine::load()?)?;
    let ends = config.server.tls.as_ref().map_or(Ok(None), |tls| ends_soon(tls, &AsOf::now()))?;
    printed(report(&mut terminal::out(), file, &config, ends.as_deref()))
}

/// What to say of a certificate that ends soon.
///
/// # Errors
/// When it has ended.
pub(super) fn ends_soon(tls: &TlsFiles, now: &AsOf) -> Result<Option<String>, Failure> {
    let Some(last) = tls.last_day() else {
        return Ok(None);
    };
    let left = now.day().days_until(&Moment::on(last));
    let certificate = tls.certificate.display();
    if left < 0 {
        return Err(Failure::new(format!("{certificate} has ended on {last}: no client would accept it")));
    }
    Ok((left < ENDS_SOON).then(|| format!("{certificate} ends on {last}")))
}

fn report(out: &mut impl Write, file: &Path, config: &Config, ends: Option<&str>) -> io::Result<()> {
    writeln!(out, "{}: {GOOD}in order{GOOD:#}", file.display())?;
    let mut line = |name: &str, text: &str| terminal::entry(out, name, 13, text);
    let refused = match config.settings(&config.server, &[]) {
        Ok(settings) => {
            for (name, value) in differences(&settings) {
                line("setting", &format!("{name} = {value}"))?;
            }
            None
        }
        Err(problem) => Some(problem),
    };
    for client in &config.clients {
        line("client", &format!("{}: {}", client.id, described(client)))?;
    }
    if config.clients.is_empty() && !config.development.servers.is_empty() {
        let servers: Vec<&str> = config.development.servers.iter().map(Url::as_str).collect();
        line("development", &format!("FHIR servers {}", servers.join(" ")))?;
    }
    for local in &config.policy.numbers {
        let (number, value) = (local.number.id, number_as_json(local.value));
        let standard = number_as_json(local.number.default);
        line("number", &format!("{number} = {value} (standard {standard}; {})", local.citation))?;
    }
    for off in &config.policy.rules_off {
        line("switched off", &format!("rule {}: {}", off.id, off.reason))?;
    }
    for off in &config.policy.services_off {
        line("switched off", &format!("service {}: {}", off.id, off.reason))?;
    }
    for name in config.policy.treating.names() {
        line("treating", name)?;
    }
    for file in &config.mapping.files {
        let (name, codes, irrelevant) = (&file.file, file.codes, file.irrelevant);
        line("codes", &format!("{name}: {codes}, {irrelevant} of them of no interest to any rule"))?;
    }
    let refused = refused.map(|refused| format!("`serve` would not start: {refused}"));
    for warning in listed(config.warnings()).into_iter().chain(ends.map(str::to_owned)).chain(refused) {
        writeln!(out, "{WARNING}warning:{WARNING:#} {warning}")?;
    }
    out.flush()
}

/// Logs how the server behaves and who may call. Nothing of it is a secret.
pub(super) fn log_server(settings: &Settings) {
    for (name, value) in differences(settings) {
        tracing::info!(name, value, "setting");
    }
    if settings.time_zone.is_none() {
        if let Some(time_zone) = TimeZone::system().iana_name() {
            tracing::info!(time_zone, "today is that of the machine's time zone");
        } else {
            tracing::warn!("the machine does not say its time zone: set `time-zone` in `[server]`");
        }
    }
    match &settings.callers {
        Callers::Listed(clients) => {
            if let Some(base) = &settings.base_url {
                tracing::info!(audience = audience(base), "tokens must be meant for the address that is called");
            }
            for client in clients {
                tracing::info!(client = client.id, "client: {}", described(client));
            }
        }
        Callers::Anyone(client) => {
            tracing::warn!(
                listen = %settings.listen,
                "development mode: nobody is authenticated, {}; list clients in the configuration for anything else",
                described(client)
            );
        }
    }
}

/// What tokens must be meant for, one for each path.
pub(super) fn audience(base: &Url) -> String {
    let base = base.as_str().trim_end_matches('/');
    ["", "/{id}", "/{id}/feedback"].map(|path| format!("{base}/cds-services{path}")).join(" ")
}

/// Logs what is local at this start: whoever reads the log later must be able to tell which numbers were in use.
pub(super) fn log(config: &Config) {
    for local in &config.policy.numbers {
        tracing::info!(
            number = local.number.id,
            value = local.value,
            standard = local.number.default,
            citation = local.citation,
            "local number"
        );
    }
    for off in &config.policy.rules_off {
        tracing::info!(rule = off.id, reason = off.reason, "rule switched off");
    }
    for off in &config.policy.services_off {
        tracing::info!(service = off.id, reason = off.reason, "service switched off");
    }
    for name in config.policy.treating.names() {
        tracing::info!(name, "treats with cells");
    }
    for file in &config.mapping.files {
        tracing::info!(file = file.file, codes = file.codes, irrelevant = file.irrelevant, "local codes");
    }
    let warnings: Vec<&StartupError> = config.warnings().collect();
    for warning in warnings.iter().take(MOST_SHOWN) {
        tracing::warn!(at = warning.file, "{}", warning.problem);
    }
    if warnings.len() > MOST_SHOWN {
        tracing::warn!("and {} more: see `cellwise config check`", warnings.len() - MOST_SHOWN);
    }
}
