//! `cellwise fixtures`: run the fixture suite.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Deserialize;

use super::{Failure, printed, terminal};
use crate::engine::Engine;
use crate::files::{self, reason};
use crate::fixtures::coverage::Coverage;
use crate::fixtures::fhir_server::FhirServer;
use crate::fixtures::local::Local;
use crate::fixtures::matching::{By, Matching, Services};
use crate::fixtures::remote::{Asking, Remote};
use crate::fixtures::run::{self, Options, Outcome};
use crate::fixtures::suite::Suite;
use crate::fixtures::target::Target;
use crate::fixtures::token::Signer;
use crate::fixtures::{FixtureError, html, junit, report};
use crate::private_key::PrivateKey;
use cellwise_clinic::Language;

/// A run that takes longer than this shows its progress.
const PATIENCE: Duration = Duration::from_secs(1);

const EXAMPLES: &str = "\
Examples:
  The cases of one rule:
    cellwise fixtures --only hepatitis-b/
  A page for doctors, with what no case covers:
    cellwise fixtures --html cases.html --lang nl
  What a hospital's decisions make of the cases:
    cellwise fixtures --config hospital.toml
  A server that wants tokens:
    cellwise fixtures --url https://cds.example.org \\
      --key tester.pem --kid tester --client https://ehr.example.org
  A server that is no cellwise:
    cellwise fixtures --url https://cds.example.org \\
      --match text --known-by words.toml --move-dates

docs/cases.md says how cases are written, and how other servers are asked.";

/// What `fixtures` can be told.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Folder with `patients`, `orders` and `cases`
    #[arg(value_name = "DIR", default_value = "fixtures")]
    dir: PathBuf,

    /// Run only the cases whose `<rule>/<name>` contains this
    #[arg(long, value_name = "SUBSTRING")]
    only: Option<String>,

    /// Run the cases under this hospital's configuration, too, and tell which come to something else by it; with --url it is the
    /// configuration that the server has
    #[arg(long, value_name = "FILE", conflicts_with = "bless")]
    config: Option<PathBuf>,

    // No doc comment: the linter wants backticks around the name, and a terminal does not.
    #[arg(long, value_name = "FILE", help = "Write the outcome as JUnit XML")]
    junit: Option<PathBuf>,

    /// Write a page with every case, its card beside what is expected, and what no case covers
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Language of that page
    #[arg(long, value_name = "LANG", default_value = "en", requires = "html", value_parser = super::language())]
    lang: Language,

    /// Write the full answers of the cases that are otherwise as expected, and remove those without a case
    #[arg(long)]
    bless: bool,

    /// Cases that run at the same time [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    server: ServerArgs,
}

/// Which server is asked, and how.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Another server")]
struct ServerArgs {
    /// Ask this CDS Hooks server instead of judging in this process; a case that brings a configuration is left out
    #[arg(long, value_name = "URL", conflicts_with = "bless")]
    url: Option<String>,

    /// Sign a token for each call with this private key: PEM or JWK, P-384 (ES384) or RSA (RS384)
    #[arg(long, value_name = "FILE", requires_all = ["url", "client"])]
    key: Option<PathBuf>,

    /// Whose tokens they are: the issuer (`iss`), or the id of a client of --config
    #[arg(long, value_name = "ID", requires = "key")]
    client: Option<String>,

    /// By which name the server knows the key [default: the `kid` of a JWK]
    #[arg(long, value_name = "KID", requires = "key")]
    kid: Option<String>,

    /// Where the public key is, for the header of tokens
    #[arg(long, value_name = "URL", requires = "key")]
    jku: Option<String>,

    /// The tenant of the issuer (`tenant`), if the server asks for it
    #[arg(long, value_name = "TENANT", requires = "key")]
    tenant: Option<String>,

    /// The address that tokens are for (`aud`), before `/cds-services`, where the server believes to be elsewhere [default: --url]
    #[arg(long, value_name = "URL", requires = "key")]
    audience: Option<String>,

    /// Trust these certificates (PEM), too
    #[arg(long, value_name = "FILE", requires = "url")]
    authorities: Option<PathBuf>,

    /// By what the card of a rule is known. All but `evaluation` are for servers that are no cellwise: every service of the hook is
    /// asked, and compared is only whether there is a card, and how urgent it is
    #[arg(long = "match", value_name = "BY", value_enum, default_value = "evaluation", requires = "url")]
    by: By,

    /// Topics (--match topic) or words (--match text) of each rule's card: TOML, such as `dmso-allergy = ["dmso"]`
    #[arg(long, value_name = "FILE", requires = "url")]
    known_by: Option<PathBuf>,

    /// Ask this service on this hook, instead of all; may be given more than once
    #[arg(long = "service", value_name = "HOOK=ID", requires = "url", value_parser = service)]
    services: Vec<(String, String)>,

    /// Move the dates of each case so that its day is today: for a server that judges by its own clock
    #[arg(long, requires = "url")]
    move_dates: bool,

    /// Send no prefetch: let the server of --url fetch it, from a FHIR server with the fixtures that listens here (a
    /// loopback address). That server must be started with `--fhir-server http://ADDRESS:PORT`
    #[arg(long, value_name = "ADDRESS:PORT", requires = "url", conflicts_with = "move_dates", value_parser = loopback)]
    serve_fhir: Option<SocketAddr>,
}

fn service(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((hook, id)) if !hook.is_empty() && !id.is_empty() => Ok((hook.to_owned(), id.to_owned())),
        _ => Err("expected a hook and a service, such as `patient-view=car-t-advice`".to_owned()),
    }
}

/// Runs the suite and says what came of it; fails when a case does.
///
/// # Errors
/// When the fixtures, the server or the report file can't be used.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let suite = Suite::load(&args.dir, args.only.as_deref()).map_err(|errors| unusable(&args.dir, &errors))?;
    // The cases are promises about the numbers of the sources: a configuration comes beside them.
    let engine = Engine::load()?;
    let local = args.config.as_deref().map(Local::read).transpose();
    let local = local.map_err(|problems| Failure::several(&problems))?;
    let target = match &args.server.url {
        Some(url) => Target::Remote(Box::new(args.server.discover(url, args.config.as_deref())?)),
        None => Target::Engine(&engine),
    };
    let fhir = args.server.serve_fhir.map(|listen| FhirServer::start(listen, &suite)).transpose();
    let fhir = fhir.map_err(Failure::unusable)?;
    let jobs = args.jobs.unwrap_or(Options::default().jobs);
    let options = Options { jobs, bless: args.bless, fhir: fhir.as_ref(), local: local.as_ref() };
    let progress = Progress::new(suite.cases.len());
    let outcomes = run::run(&suite, &target, &engine.knowledge().schemas, options, &|done| progress.update(done));
    progress.bar.finish_and_clear();
    let unwritable = |path: &Path, error: &io::Error| {
        Failure::unusable(format!("{}: can't be written: {}", path.display(), reason(error)))
    };
    if let Some(path) = &args.junit {
        write_junit(path, &outcomes).map_err(|error| unwritable(path, &error))?;
    }
    if let Some(path) = &args.html {
        let engine = local.as_ref().map_or(&engine, Local::engine);
        let coverage = Coverage::of(&suite, engine, jobs).map_err(|error| Failure::unusable(error.to_string()))?;
        let config = args.config.as_ref().map(|path| path.display().to_string());
        let run = html::Run {
            suite: &suite,
            outcomes: &outcomes,
            coverage: &coverage,
            engine,
            server: args.server.url.as_deref(),
            config: config.as_deref(),
            language: args.lang,
        };
        fs::write(path, html::document(&run)).map_err(|error| unwritable(path, &error))?;
    }
    let mut out = terminal::out();
    printed(report::write(&mut out, &outcomes, terminal::is_coloured()))?;
    if let Some(fhir) = &fhir {
        let asked = outcomes.iter().filter(|outcome| outcome.left_out.is_none()).count();
        printed(writeln!(out, "{}", fetched(asked, fhir)).and_then(|()| out.flush()))?;
    }
    Ok(if outcomes.iter().any(Outcome::failed) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

impl ServerArgs {
    /// The server, with everything that was said about it.
    fn discover(&self, url: &str, config: Option<&Path>) -> Result<Remote, Failure> {
        let matching = match &self.known_by {
            Some(_) if matches!(self.by, By::Evaluation | By::Indicator) => {
                return Err(Failure::unusable("`--known-by` goes with `--match topic` or `--match text`"));
            }
            Some(path) => Matching::read(self.by, path).map_err(|error| Failure::unusable(error.to_string()))?,
            None if self.by == By::Text => {
                return Err(Failure::unusable("`--match text` needs the words of each rule's card: `--known-by FILE`"));
            }
            None => Matching::new(self.by, BTreeMap::new()),
        };
        let authorities = self.authorities.as_deref().map(files::read).transpose();
        let authorities = authorities.map_err(|error| {
            Failure::unusable(format!("the file of `--authorities` can't be read: {}", reason(&error)))
        })?;
        let base = |url: &String| url.trim_end_matches('/').trim_end_matches("/cds-services").to_owned();
        let asking = Asking {
            signer: self.signer(config)?,
            audience: self.audience.as_ref().map(base),
            authorities: authorities.unwrap_or_default(),
            matching,
            services: Services::new(self.services.iter().cloned()),
            moves_dates: self.move_dates,
        };
        Remote::discover_as(url, asking).map_err(Failure::unusable)
    }

    fn signer(&self, config: Option<&Path>) -> Result<Option<Signer>, Failure> {
        let (Some(path), Some(client)) = (&self.key, &self.client) else { return Ok(None) };
        let key = PrivateKey::read(path).map_err(Failure::unusable)?;
        let kid = self.kid.clone().or_else(|| key.kid().map(str::to_owned));
        let kid = kid.ok_or_else(|| {
            Failure::unusable(format!("{}: the key has no name of its own: give it with `--kid`", path.display()))
        })?;
        let known = config.and_then(|path| known_client(path, client)).unwrap_or_default();
        Ok(Some(Signer {
            key,
            kid,
            issuer: known.issuer.unwrap_or_else(|| client.clone()),
            jku: self.jku.clone().or(known.jku),
            tenant: self.tenant.clone().or_else(|| known.tenants.into_iter().next()),
        }))
    }
}

/// What a configuration says of a client, as far as its tokens say it. The configuration was checked before; that of a server may name
/// files that are not here.
#[derive(Debug, Default, Deserialize)]
struct KnownClient {
    #[serde(default)]
    id: String,
    issuer: Option<String>,
    jku: Option<String>,
    #[serde(default)]
    tenants: Vec<String>,
}

fn known_client(config: &Path, id: &str) -> Option<KnownClient> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default, rename = "client")]
        clients: Vec<KnownClient>,
    }
    let file: File = toml::from_str(&fs::read_to_string(config).ok()?).ok()?;
    file.clients.into_iter().find(|client| client.id == id)
}

/// How the cases were sent, and whether anything was fetched at all.
fn fetched(all: usize, fhir: &FhirServer) -> String {
    let held = fhir.cases();
    let mut line = format!("{all} cases: {held} fetched, {} as they are, because they withhold data", all - held);
    match fhir.answered() {
        0 if held > 0 => {
            let url = fhir.url();
            let _ = write!(line, "\nnobody asked the FHIR server: start the other with `--fhir-server {url}`");
        }
        requests => {
            let _ = write!(line, "; {requests} requests to the FHIR server");
        }
    }
    line
}

/// A FHIR server without TLS is believed only on this machine.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: Option<SocketAddr> = text.parse().ok();
    let expected = || "expected a loopback address and a port, such as `127.0.0.1:8099`".to_owned();
    address.filter(|address| address.ip().is_loopback()).ok_or_else(expected)
}

fn write_junit(path: &Path, outcomes: &[Outcome]) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    junit::write(&mut file, outcomes)?;
    file.flush()
}

fn unusable(dir: &Path, errors: &[FixtureError]) -> Failure {
    if !dir.is_dir() {
        return Failure::unusable(format!(
            "there is no folder `{}`: run from the root of the project, or name the folder",
            dir.display()
        ));
    }
    let lines: Vec<String> = errors.iter().map(FixtureError::to_string).collect();
    Failure::unusable(lines.join("\nerror: "))
}

/// A bar on standard error that shows itself only when the run takes long.
struct Progress {
    bar: ProgressBar,
    start: Instant,
    shown: std::sync::Once,
}

impl Progress {
    fn new(cases: usize) -> Self {
        let bar = ProgressBar::with_draw_target(u64::try_from(cases).ok(), ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{bar:40} {pos}/{len} cases").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        Self { bar, start: Instant::now(), shown: std::sync::Once::new() }
    }

    fn update(&self, done: usize) {
        if self.start.elapsed() > PATIENCE && io::stderr().is_terminal() {
            self.shown.call_once(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
        self.bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    }
}
