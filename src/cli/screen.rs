//! `cellwise screen`: judge all patients of a bulk export.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::Url;

use super::config::ConfigFile;
use super::{Failure, printed};
use crate::config::Fingerprint;
use crate::engine::Engine;
use crate::files;
use crate::screen::export::{self, Export, ExportClient};
use crate::screen::report::Report;
use crate::screen::{self, Format, LEAST_MEMORY, Options, ScreenError, Step, Summary, Watch};
use cellwise_clinic::Language;
use cellwise_record::{AsOf, Verdict};

/// The status of a run that ended, of which something was not read.
const PARTIAL: u8 = 3;

/// What `screen` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders, or files, of FHIR resources or Bundles, one to a line (NDJSON; also `.gz` or `.zst`)
    #[arg(value_name = "PATH", required_unless_present = "export")]
    input: Vec<PathBuf>,

    /// Fetch an export from a FHIR server first, into the folder `export` of the result: the address of its operation, such as
    /// `https://ehr.example.org/fhir/Group/1/$export`
    #[arg(long, value_name = "URL", conflicts_with = "input")]
    export: Option<Url>,

    /// The id of the client that exports
    #[arg(long, value_name = "ID", requires_all = ["export", "client_key"])]
    client_id: Option<String>,

    /// The private key of that client (PEM): RSA signs RS384, P-384 signs ES384
    #[arg(long, value_name = "FILE", requires = "client_id")]
    client_key: Option<PathBuf>,

    /// The id of that key, as the server knows it
    #[arg(long, value_name = "KID", requires = "client_key")]
    client_key_id: Option<String>,

    /// Where tokens are had [default: what the server says of itself]
    #[arg(long, value_name = "URL", requires = "client_key")]
    token_url: Option<Url>,

    /// Certificates (PEM) of authorities that are trusted besides those of the machine
    #[arg(long, value_name = "FILE", requires = "export")]
    authorities: Option<PathBuf>,

    /// The folder for the result: rows, summary, report, what was not read. It is about patients: keep it accordingly
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,

    /// How the rows are written
    #[arg(long, value_enum, default_value = "parquet")]
    format: Format,

    /// Write the rows of these rules only
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    only: Vec<String>,

    /// Write rows with these verdicts only; everybody is counted all the same
    #[arg(long, value_name = "VERDICT,…", value_delimiter = ',', value_parser = verdict)]
    verdict: Vec<Verdict>,

    /// The day or instant to judge at, such as `2026-11-02` [default: now; that of a run that goes on]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// The files are everything there is: of a type without a file there is none. Else such a type was not sent
    #[arg(long)]
    complete: bool,

    /// Memory to use at most; what does not fit is put aside in the folder of the result
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = bytes)]
    memory: u64,

    /// Patients that are judged at the same time [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// Begin anew, whatever a run left that did not end
    #[arg(long)]
    fresh: bool,

    /// Language of the report
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = super::language())]
    lang: Language,

    #[command(flatten)]
    config: ConfigFile,
}

impl From<ScreenError> for Failure {
    fn from(error: ScreenError) -> Self {
        Self::new(error.to_string())
    }
}

/// Screens, and says what came of it.
///
/// # Errors
/// When nothing can be read or written at all.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let engine = engine(args)?;
    let options = options(args, &engine)?;
    if let Some(url) = &args.export {
        fetch(args, &engine, url)?;
    }
    let bar = Bar::new();
    let progress = |step, done, all| bar.show(step, done, all);
    let summary = screen::run(&engine, &options, &Watch::new(&progress))?;
    bar.clear();
    write_report(&engine, &summary, &options, args.lang)?;
    let mut out = BufWriter::new(io::stdout().lock());
    printed(print(&mut out, &engine, &summary, &options, args.lang))?;
    Ok(if summary.is_partial() { ExitCode::from(PARTIAL) } else { ExitCode::SUCCESS })
}

/// The engine of the hospital, in its time zone: today is the same day as at the hook.
fn engine(args: &Args) -> Result<Engine, Failure> {
    let engine = Engine::load()?;
    let config = args.config.read_for_judging(&engine)?;
    let engine = engine.under(config.policy, &config.mapping)?;
    Ok(match config.server.time_zone {
        Some(zone) => engine.in_zone(zone),
        None => engine,
    })
}

/// The folder that an export is fetched into.
fn export_folder(args: &Args) -> PathBuf {
    args.out.join("export")
}

fn fetch(args: &Args, engine: &Engine, url: &Url) -> Result<(), Failure> {
    let folder = export_folder(args);
    let problem = |path: &Path, error: &io::Error| {
        Failure::new(format!("{}: can't be used: {}", path.display(), files::reason(error)))
    };
    if args.fresh && folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(|error| problem(&folder, &error))?;
    }
    let client = args.client_id.clone().zip(args.client_key.clone()).map(|(id, key)| ExportClient {
        id,
        key,
        key_id: args.client_key_id.clone(),
        token_url: args.token_url.clone(),
    });
    let read = |path: &PathBuf| files::read(path).map_err(|error| problem(path, &error));
    let authorities = args.authorities.as_ref().map(read).transpose()?.unwrap_or_default();
    let export = Export { url: url.clone(), client, authorities };
    let spinner = ProgressBar::new_spinner();
    spinner.set_draw_target(if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    });
    spinner.enable_steady_tick(Duration::from_millis(200));
    let result = export::fetch(engine, &export, &folder, &|words| spinner.set_message(words.to_owned()));
    spinner.finish_and_clear();
    Ok(result?)
}

fn options(args: &Args, engine: &Engine) -> Result<Options, Failure> {
    let known = screen::rules(engine);
    let rule = |id: &String| {
        known.iter().map(|rule| rule.id).find(|known| known == id).ok_or_else(|| {
            let ids: Vec<&str> = known.iter().map(|rule| rule.id).collect();
            Failure::unusable(format!("no rule `{id}` is asked without an order, only {}", ids.join(", ")))
        })
    };
    let as_of = |text: &String| {
        AsOf::parse_at(text, engine.zone())
            .ok_or_else(|| Failure::unusable("expected a day such as `2026-11-02`, or an instant with offset"))
    };
    Ok(Options {
        input: if args.export.is_some() { vec![export_folder(args)] } else { args.input.clone() },
        out: args.out.clone(),
        format: args.format,
        only: args.only.iter().map(rule).collect::<Result<_, _>>()?,
        verdicts: args.verdict.clone(),
        as_of: args.as_of.as_ref().map(as_of).transpose()?,
        is_complete: args.complete,
        memory: args.memory,
        jobs: args.jobs.or(thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get),
        is_fresh: args.fresh,
        settings: args.config.path().map(|path| format!("{:?}", Fingerprint::of(path))).unwrap_or_default(),
    })
}

fn write_report(engine: &Engine, summary: &Summary, options: &Options, language: Language) -> Result<(), Failure> {
    let report = Report::new(engine, summary, language);
    let files = [
        ("report.md", report.markdown()),
        ("report.html", report.html()),
        ("mapping-template.csv", report.mapping_template()),
    ];
    for (name, text) in files {
        let path = options.out.join(name);
        files::replace(&path, text.as_bytes()).map_err(|error| {
            Failure::new(format!("{}: can't be written: {}", path.display(), files::reason(&error)))
        })?;
    }
    Ok(())
}

/// What came of it, in numbers: nothing of a patient.
fn print(
    out: &mut impl Write,
    engine: &Engine,
    summary: &Summary,
    options: &Options,
    language: Language,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["rule", "met", "unknown", "not met", "not concerned", "critical", "warning", "info"]);
    for rule in summary.rules.iter().filter_map(|id| Some((id, summary.verdicts.rules.get(*id)?))) {
        let (id, of) = rule;
        let cards = |indicator| of.cards.get(indicator).copied().unwrap_or_default().to_string();
        let fell_out = of.not_met - of.not_concerned;
        let numbers = [of.met, of.unknown, fell_out, of.not_concerned].map(|number| number.to_string());
        let cards = ["critical", "warning", "info"].map(cards);
        table.add_row([&[(*id).to_owned()][..], &numbers, &cards].concat());
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{table}")?;
    let report = Report::new(engine, summary, language);
    for line in report.remarks() {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{} rows: {}", summary.verdicts.rows, options.format.result(&options.out).display())?;
    writeln!(out, "report: {}", options.out.join("report.html").display())?;
    out.flush()
}

fn verdict(text: &str) -> Result<Verdict, String> {
    match text {
        "met" => Ok(Verdict::Met),
        "not-met" => Ok(Verdict::NotMet),
        "unknown" => Ok(Verdict::Unknown),
        _ => Err("expected `met`, `not-met` or `unknown`".to_owned()),
    }
}

/// A size in bytes, such as `512MiB` or `2GiB`.
fn bytes(text: &str) -> Result<u64, String> {
    let expected = || format!("expected a size of at least {} MiB, such as `512MiB` or `2GiB`", LEAST_MEMORY >> 20);
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "k" | "kib" | "kb" => 1 << 10,
        "m" | "mib" | "mb" => 1 << 20,
        "g" | "gib" | "gb" => 1 << 30,
        "" | "b" => 1,
        _ => return Err(expected()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.filter(|bytes| *bytes >= LEAST_MEMORY).ok_or_else(expected)
}

/// A bar on standard error, where that is a terminal: how much is done, and when it will be all.
struct Bar {
    bar: ProgressBar,
    step: Mutex<Option<Step>>,
}

impl Bar {
    fn new() -> Self {
        let shown =
            if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { bar: ProgressBar::with_draw_target(None, shown), step: Mutex::new(None) }
    }

    fn show(&self, step: Step, done: u64, all: u64) {
        let mut last = self.step.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != Some(step) {
            *last = Some(step);
            let template = match step {
                Step::Reading => "reading {bar:40} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left)",
                Step::Judging => "judging {bar:40} {percent} % ({eta} left)",
            };
            self.bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar.reset();
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_with_a_unit() {
        for (text, expected) in [("1GiB", 1 << 30), ("512 MiB", 512 << 20), ("2g", 2 << 30), ("134217728", 128 << 20)] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for text in ["", "GiB", "1", "63MiB", "1TiB?", "99999999999999999999g"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
