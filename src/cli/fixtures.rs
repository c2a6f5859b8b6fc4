//! `cellwise fixtures`: run the fixture suite.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, printed};
use crate::engine::Engine;
use crate::files::reason;
use crate::fixtures::fhir_server::FhirServer;
use crate::fixtures::remote::Remote;
use crate::fixtures::run::{self, Options, Outcome};
use crate::fixtures::suite::Suite;
use crate::fixtures::target::Target;
use crate::fixtures::{FixtureError, junit, report};

/// A run that takes longer than this shows its progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// What `fixtures` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with `patients`, `orders` and `cases`
    #[arg(value_name = "DIR", default_value = "fixtures")]
    dir: PathBuf,

    /// Run only the cases whose `<rule>/<name>` contains this
    #[arg(long, value_name = "SUBSTRING")]
    only: Option<String>,

    /// Ask this CDS Hooks server instead of judging in this process; it has its own configuration, so a case that brings
    /// one is left out
    #[arg(long, value_name = "URL", conflicts_with = "bless")]
    url: Option<String>,

    /// Send no prefetch: let the server of --url fetch it, from a FHIR server with the fixtures that listens here (a
    /// loopback address). That server must be started with `--fhir-server http://ADDRESS:PORT`
    #[arg(long, value_name = "ADDRESS:PORT", requires = "url", value_parser = loopback)]
    serve_fhir: Option<SocketAddr>,

    // No doc comment: the linter wants backticks around the name, and a terminal does not.
    #[arg(long, value_name = "FILE", help = "Write the outcome as JUnit XML")]
    junit: Option<PathBuf>,

    /// Write the full answers of the cases that are otherwise as expected, and remove those without a case
    #[arg(long)]
    bless: bool,

    /// Cases that run at the same time [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

/// Runs the suite and says what came of it; fails when a case does.
///
/// # Errors
/// When the fixtures, the server or the report file can't be used.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let suite = Suite::load(&args.dir, args.only.as_deref()).map_err(|errors| unusable(&args.dir, &errors))?;
    // The cases are promises about the numbers of the sources: no configuration.
    let engine = Engine::load()?;
    let target = match &args.url {
        Some(url) => Target::Remote(Remote::discover(url).map_err(Failure::unusable)?),
        None => Target::Engine(&engine),
    };
    let fhir = args.serve_fhir.map(|listen| FhirServer::start(listen, &suite)).transpose();
    let fhir = fhir.map_err(Failure::unusable)?;
    let jobs = args.jobs.unwrap_or(Options::default().jobs);
    let options = Options { jobs, bless: args.bless, fhir: fhir.as_ref() };
    let asked = suite.cases.iter().filter(|case| target.takes(case)).count();
    let progress = Progress::new(asked);
    let outcomes = run::run(&suite, &target, &engine.knowledge().schemas, options, &|done| progress.update(done));
    progress.bar.finish_and_clear();
    if let Some(path) = &args.junit {
        write_junit(path, &outcomes)
            .map_err(|error| Failure::unusable(format!("{}: can't be written: {}", path.display(), reason(&error))))?;
    }
    let stdout = io::stdout();
    let colour = stdout.is_terminal();
    let mut out = BufWriter::new(stdout.lock());
    printed(report::write(&mut out, &outcomes, colour))?;
    if let Some(fhir) = &fhir {
        printed(writeln!(out, "{}", fetched(asked, fhir)).and_then(|()| out.flush()))?;
    }
    Ok(if outcomes.iter().all(Outcome::passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
