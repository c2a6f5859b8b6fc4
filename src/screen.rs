//! Screening: all patients of an export, judged by the rules of the hook, without one.
//!
//! An export is files of FHIR resources by type, in any order. They are read once (`screen/read.rs`, `screen/line.rs`): what no rule
//! could look at is dropped at once, the rest is put aside by patient (`screen/spill.rs`), so that all there is of one is together
//! without sorting. Then each patient is judged (`screen/judge.rs`) by the engine that answers the hook, on the chart that the queries of
//! each service would have brought. What could not be read is a gap of its patient, or of everybody. A run that is killed goes on
//! (`screen/state.rs`).

mod asked;
mod bundle;
mod by_hand;
mod desk;
mod drugs;
pub mod export;
mod input;
mod judge;
mod line;
mod part;
mod read;
pub mod report;
mod row;
mod spill;
mod state;
mod tally;
mod unpack;
mod whom;
mod write;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use cellwise_clinic::Rule;
use cellwise_record::{AsOf, Source, Verdict};
use serde::Serialize;

use crate::built::{BUILT, Built};
use crate::engine::Engine;
use crate::files;
use asked::Asked;
pub use by_hand::{ByHand, Sorted};
use drugs::Index;
use input::Inputs;
use judge::{Judge, State as Delivered};
use part::Parts;
use read::Reader;
pub use row::{COLUMNS, Row};
use spill::{Spill, faults_of, records};
use state::{Identity, Ledger, State};
pub use tally::{CodeCount, CodeKey, OfRule, Reading, Verdicts};
pub use write::Format;

/// What is wrong with a whole run, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ScreenError(String);

impl ScreenError {
    /// An error with its message: lower-case, no full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// What is to be screened, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files, or folders of them.
    pub input: Vec<PathBuf>,
    /// The folder that gets the result.
    pub out: PathBuf,
    /// How the rows are written.
    pub format: Format,
    /// The rules whose rows are written; all when there are none.
    pub only: Vec<&'static str>,
    /// The verdicts whose rows are written; all when there are none.
    pub verdicts: Vec<Verdict>,
    /// The instant to judge at; `None` is now, or that of a run that goes on.
    pub as_of: Option<AsOf>,
    /// Whether the files are everything that there is: a type without a file is known to have none.
    pub is_complete: bool,
    /// Memory to be used at most, in bytes.
    pub memory: u64,
    /// Patients that are judged at the same time.
    pub jobs: usize,
    /// Whether what a run left that did not end is thrown away.
    pub is_fresh: bool,
    /// A digest of what else changes verdicts: the hospital's configuration.
    pub settings: String,
}

/// What the user is shown while it runs.
pub struct Watch<'w> {
    /// Bytes that were read from disk.
    pub(crate) read: Arc<AtomicU64>,
    /// Is told what is done of how much, and of what.
    pub(crate) progress: &'w (dyn Fn(Step, u64, u64) + Sync),
}

/// What a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading files, in bytes.
    Reading,
    /// Judging, in parts of the patients.
    Judging,
}

impl<'w> Watch<'w> {
    /// Tells `progress`.
    #[must_use]
    pub fn new(progress: &'w (dyn Fn(Step, u64, u64) + Sync)) -> Self {
        Self { read: Arc::new(AtomicU64::new(0)), progress }
    }
}

/// What a run came to. Nothing of a patient is in it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The instant that was judged at.
    pub as_of: String,
    /// Which cellwise judged.
    pub software: Built,
    /// The rules that were asked, in their order.
    pub rules: Vec<&'static str>,
    /// The files that were read.
    pub files: Vec<String>,
    /// Files that were left alone: they are none of an export.
    pub left_alone: Vec<String>,
    /// Kinds of data that did not come at all, by prefetch key.
    pub not_sent: Vec<&'static str>,
    /// What is wrong with the files as a whole.
    pub problems: Vec<String>,
    /// What reading came to.
    pub reading: Reading,
    /// What the patients came to.
    pub verdicts: Verdicts,
}

impl Summary {
    /// Whether something was not read, or a rule failed: then the result is not the whole truth.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.reading.faults > 0
            || !self.reading.lost.is_empty()
            || !self.problems.is_empty()
            || self.verdicts.rules.values().any(|rule| rule.failed > 0)
    }
}

/// The rules that are asked of every patient, in the order of their rows.
#[must_use]
pub fn rules(engine: &Engine) -> Vec<&'static Rule> {
    Asked::new(engine).rules().collect()
}

/// The folder of a run that has not ended.
const WORK: &str = ".screening";
/// The machine-readable summary.
const SUMMARY: &str = "summary.json";
/// The lines that could not be read.
pub const FAULTS: &str = "not-read.csv";
/// Parts at most: as many files are open at once.
const MOST_PARTS: u64 = 512;
/// The least memory that is of use.
pub const LEAST_MEMORY: u64 = 64 * 1024 * 1024;
/// How many times larger a packed file may be when it is unpacked.
const PACKED: u64 = 10;

/// Screens the patients of an export.
///
/// # Errors
/// When nothing can be read or written at all. What is wrong with a line is counted.
pub fn run(engine: &Engine, options: &Options, watch: &Watch<'_>) -> Result<Summary, ScreenError> {
    let asked = Asked::new(engine);
    let inputs = Inputs::find(&options.input)?;
    let work = options.out.join(WORK);
    if options.is_fresh && work.is_dir() {
        fs::remove_dir_all(&work).map_err(|error| ScreenError::of(&work, "can't be removed", &error))?;
    }
    make_private(&work)?;
    let share = options.memory.max(LEAST_MEMORY) / (options.jobs.max(1) as u64 * 3);
    let identity = Identity::new(&inputs.files, settings_of(options), parts_for(&inputs, share));
    let now = options.as_of.unwrap_or_else(|| AsOf::now().at(engine.zone()));
    let state = State::begin(&work, &identity, &now.to_rfc3339(), options.as_of.is_none())?;
    state.write(&work).map_err(|error| ScreenError::of(&work, "can't be written", &error))?;
    let as_of = AsOf::parse_at(&state.as_of, engine.zone()).unwrap_or(now);
    let state = read_files(&asked, &inputs, state, &work, options, watch)?;
    let delivered = delivered(&asked, &inputs, &state, options.is_complete);
    let judge = Judge { asked: &asked, as_of, state: delivered };
    let verdicts = judge_all(&judge, &state, &work, options, share, watch)?;
    let problem = |error| ScreenError::of(&options.out, "can't be written", &error);
    options.format.join(&work, identity.parts, &options.out).map_err(problem)?;
    write_faults(&work, &state, &inputs, &options.out.join(FAULTS)).map_err(problem)?;
    let summary = summary(&judge, inputs, state, verdicts);
    files::replace(&options.out.join(SUMMARY), &serde_json::to_vec_pretty(&summary).unwrap_or_default())
        .map_err(problem)?;
    fs::remove_dir_all(&work).map_err(|error| ScreenError::of(&work, "can't be removed", &error))?;
    Ok(summary)
}

/// What changes the rows, beside the files.
fn settings_of(options: &Options) -> String {
    let Options { format, only, verdicts, is_complete, settings, memory, .. } = options;
    format!("{format:?} {only:?} {verdicts:?} {is_complete} {memory} {settings}")
}

/// Into how many parts patients are divided, so that `jobs` of them fit into memory, had every line to be kept.
fn parts_for(inputs: &Inputs, share: u64) -> usize {
    let unpacked = |file: &input::Input| file.size * if file.packing == input::Packing::Plain { 1 } else { PACKED };
    let bytes: u64 = inputs.files.iter().map(unpacked).sum();
    usize::try_from((bytes / share.max(1) + 1).min(MOST_PARTS)).unwrap_or(1)
}

/// Makes a folder that nobody else may look into: it holds patients' data.
fn make_private(folder: &Path) -> Result<(), ScreenError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(|error| ScreenError::of(folder, "can't be made", &error))
}

fn read_files(
    asked: &Asked<'_>,
    inputs: &Inputs,
    state: State,
    work: &Path,
    options: &Options,
    watch: &Watch<'_>,
) -> Result<State, ScreenError> {
    if state.is_read() {
        return Ok(state);
    }
    let parts = state.identity.parts;
    let spill = Spill::create(work, state.generation, parts)
        .map_err(|error| ScreenError::of(work, "can't be written", &error))?;
    let files = u32::try_from(inputs.files.len()).unwrap_or(u32::MAX);
    let done: Vec<u32> = (0..files).map(|file| state.done(file)).collect();
    let is_done = state.is_done.clone();
    let ledger = Ledger::new(state, work);
    let all: u64 = inputs.files.iter().map(|file| file.size).sum();
    let ended = AtomicUsize::new(0);
    let reader = Reader {
        asked,
        files: &inputs.files,
        spill: &spill,
        ledger: &ledger,
        done: &done,
        is_done: &is_done,
        parts,
        jobs: options.jobs.max(1),
        longest: usize::try_from(options.memory.max(LEAST_MEMORY) / 8).unwrap_or(usize::MAX),
        watch,
    };
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            while ended.load(Ordering::Relaxed) == 0 {
                (watch.progress)(Step::Reading, watch.read.load(Ordering::Relaxed).min(all), all);
                thread::sleep(std::time::Duration::from_millis(100));
            }
        });
        let result = reader.run();
        ended.store(1, Ordering::Relaxed);
        result
    });
    result?;
    let state = ledger.into_state();
    if state.is_read() {
        Ok(state)
    } else {
        Err(ScreenError::new("not all files were read to their end: run it again"))
    }
}

/// How the kinds of data came through.
fn delivered(asked: &Asked<'_>, inputs: &Inputs, state: &State, is_complete: bool) -> Delivered {
    let came = |source: &Source| state.reading.came.contains(source.key());
    let supplied = |source: &&Source| is_complete || inputs.exported.contains(source) || came(source);
    let lost = |source: &&Source| inputs.missing.contains(source) || state.reading.lost.contains(source.key());
    Delivered {
        supplied: asked.sources.iter().filter(supplied).copied().collect(),
        lost: asked.sources.iter().filter(lost).copied().collect(),
    }
}

fn judge_all(
    judge: &Judge<'_>,
    state: &State,
    work: &Path,
    options: &Options,
    share: u64,
    watch: &Watch<'_>,
) -> Result<Verdicts, ScreenError> {
    let problem = |error: std::io::Error| ScreenError::of(work, "patients can't be judged", &error);
    let drugs = Index::of(work, state).map_err(problem)?;
    let parts = Parts {
        judge,
        drugs: &drugs,
        state,
        folder: work,
        format: options.format,
        only: &options.only,
        verdicts: &options.verdicts,
        most_bytes: share,
        as_of: judge.as_of.to_rfc3339(),
    };
    let (next, done) = (AtomicUsize::new(0), AtomicU64::new(0));
    let all = Mutex::new((Verdicts::default(), None));
    let count = state.identity.parts;
    thread::scope(|scope| {
        for _ in 0..options.jobs.max(1).min(count) {
            scope.spawn(|| {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= count || all.lock().unwrap_or_else(PoisonError::into_inner).1.is_some() {
                        return;
                    }
                    let came = parts.run(part);
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    match came {
                        Ok(verdicts) => all.0.merge(&verdicts),
                        Err(error) => drop(all.1.get_or_insert(error)),
                    }
                    drop(all);
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    (watch.progress)(Step::Judging, done, count as u64);
                }
            });
        }
    });
    match all.into_inner().unwrap_or_else(PoisonError::into_inner) {
        (verdicts, None) => Ok(verdicts),
        (_, Some(error)) => Err(problem(error)),
    }
}

/// Writes every line that could not be read: file, line, and what is wrong with it.
fn write_faults(work: &Path, state: &State, inputs: &Inputs, path: &Path) -> std::io::Result<()> {
    let mut faults = Vec::new();
    for generation in 1..=state.generation {
        let path = faults_of(work, generation);
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(path)?;
        let counted = records(&bytes).filter(|record| state.counts(generation, record.place));
        faults.extend(counted.map(|record| (record.place, record.text.to_owned())));
    }
    faults.sort();
    if faults.is_empty() {
        return match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let mut writer = csv::Writer::from_path(path).map_err(std::io::Error::other)?;
    writer.write_record(["file", "line", "problem"]).map_err(std::io::Error::other)?;
    for (place, message) in faults {
        let name =
            usize::try_from(place.file).ok().and_then(|file| inputs.files.get(file)).map(|file| file.name.as_str());
        let fields = [name.unwrap_or_default(), &place.line.to_string(), &message];
        writer.write_record(fields).map_err(std::io::Error::other)?;
    }
    writer.flush()
}

fn summary(judge: &Judge<'_>, inputs: Inputs, state: State, verdicts: Verdicts) -> Summary {
    let not_sent = judge.asked.sources.iter().filter(|source| !judge.state.supplied.contains(source));
    Summary {
        as_of: state.as_of,
        software: BUILT,
        rules: judge.asked.rules().map(|rule| rule.id).collect(),
        files: inputs.files.into_iter().map(|file| file.name).collect(),
        left_alone: inputs.left_alone,
        not_sent: not_sent.map(|source| source.key()).collect(),
        problems: inputs.problems,
        reading: state.reading,
        verdicts,
    }
}
