//! How far a run is, written down so that one that is killed goes on: which batches of which files are done, and what they came to.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::ScreenError;
use super::input::Input;
use super::spill::Place;
use super::tally::Reading;
use crate::built::{COMMIT, KNOWLEDGE, VERSION};
use crate::files;

/// The file with it.
const FILE: &str = "state.json";

/// What must be the same for a run to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    /// Which cellwise, as the rules may be others.
    software: [String; 3],
    /// The files.
    files: Vec<Input>,
    /// A digest of the hospital's configuration, and what else changes verdicts.
    settings: String,
    /// How many parts the patients are divided into.
    pub(super) parts: usize,
}

impl Identity {
    pub(super) fn new(files: &[Input], settings: String, parts: usize) -> Self {
        let software = [VERSION, COMMIT, KNOWLEDGE].map(str::to_owned);
        Self { software, files: files.to_vec(), settings, parts }
    }
}

/// Up to which batch of a file a generation counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Span {
    generation: u32,
    up_to: u32,
}

/// How far a run is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) identity: Identity,
    /// The instant it judges at: a run that goes on keeps it.
    pub(super) as_of: String,
    /// How often it was begun.
    pub(super) generation: u32,
    /// By file: which batches count.
    spans: Vec<Vec<Span>>,
    /// Whether a file is read to its end.
    pub(super) is_done: Vec<bool>,
    /// What was read came to.
    pub(super) reading: Reading,
}

impl State {
    /// Of a run that begins, or the one that was left in a folder.
    pub(super) fn begin(
        folder: &Path,
        identity: &Identity,
        as_of: &str,
        keeps_instant: bool,
    ) -> Result<Self, ScreenError> {
        let files = identity.files.len();
        let Some(mut left) = Self::left(folder)? else {
            return Ok(Self {
                identity: identity.clone(),
                as_of: as_of.to_owned(),
                generation: 1,
                spans: vec![Vec::new(); files],
                is_done: vec![false; files],
                reading: Reading::default(),
            });
        };
        if left.identity != *identity || !keeps_instant && left.as_of != as_of {
            return Err(ScreenError::new(format!(
                "{}: holds a run of other files, settings or another cellwise that did not end: go on with those, or begin anew with `--fresh`",
                folder.display()
            )));
        }
        left.generation += 1;
        Ok(left)
    }

    /// What a run left that did not end.
    fn left(folder: &Path) -> Result<Option<Self>, ScreenError> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| ScreenError::new(format!("{}: {error}: begin anew with `--fresh`", path.display()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ScreenError::of(&path, "can't be read", &error)),
        }
    }

    /// Whether a record of a generation counts.
    pub(super) fn counts(&self, generation: u32, place: Place) -> bool {
        let spans = usize::try_from(place.file).ok().and_then(|file| self.spans.get(file));
        let mut from = 0;
        for span in spans.into_iter().flatten() {
            if span.generation == generation {
                return (from..span.up_to).contains(&place.batch);
            }
            from = span.up_to;
        }
        false
    }

    /// How many batches of a file are done.
    pub(super) fn done(&self, file: u32) -> u32 {
        let spans = usize::try_from(file).ok().and_then(|file| self.spans.get(file));
        spans.and_then(|spans| spans.last()).map_or(0, |span| span.up_to)
    }

    /// Whether everything is read.
    pub(super) fn is_read(&self) -> bool {
        self.is_done.iter().all(|done| *done)
    }

    /// Writes it down.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        files::replace(&folder.join(FILE), &serde_json::to_vec(self)?)
    }
}

/// Keeps the state while several workers read.
pub(super) struct Ledger {
    inner: Mutex<Inner>,
    folder: PathBuf,
}

struct Inner {
    state: State,
    /// What came of batches before whom others are not done, by file.
    waiting: Vec<BTreeMap<u32, Reading>>,
    /// How many batches a file has, once that is known.
    batches: Vec<Option<u32>>,
}

impl Ledger {
    pub(super) fn new(state: State, folder: &Path) -> Self {
        let files = state.is_done.len();
        let inner = Inner { state, waiting: vec![BTreeMap::new(); files], batches: vec![None; files] };
        Self { inner: Mutex::new(inner), folder: folder.to_owned() }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A batch is written to its files.
    pub(super) fn done(&self, file: u32, batch: u32, reading: Reading) {
        let Ok(index) = usize::try_from(file) else { return };
        self.with(|inner| {
            if let Some(waiting) = inner.waiting.get_mut(index) {
                waiting.insert(batch, reading);
            }
            inner.settle(index);
        });
    }

    /// A file has so many batches.
    pub(super) fn ends(&self, file: u32, batches: u32) {
        let Ok(index) = usize::try_from(file) else { return };
        self.with(|inner| {
            if let Some(known) = inner.batches.get_mut(index) {
                *known = Some(batches);
            }
            inner.settle(index);
        });
    }

    /// Writes down what is done, once `flush` has handed it to the system.
    pub(super) fn write(&self, flush: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let state = self.with(|inner| inner.state.clone());
        flush()?;
        state.write(&self.folder)
    }

    /// The state in the end.
    pub(super) fn into_state(self) -> State {
        self.inner.into_inner().unwrap_or_else(PoisonError::into_inner).state
    }
}

impl Inner {
    /// Counts the batches of a file that follow one another.
    fn settle(&mut self, file: usize) {
        let (Some(waiting), Some(spans)) = (self.waiting.get_mut(file), self.state.spans.get_mut(file)) else { return };
        let generation = self.state.generation;
        let mut next = spans.last().map_or(0, |span| span.up_to);
        while let Some(reading) = waiting.remove(&next) {
            self.state.reading.merge(reading);
            next += 1;
            match spans.last_mut().filter(|span| span.generation == generation) {
                Some(span) => span.up_to = next,
                None => spans.push(Span { generation, up_to: next }),
            }
        }
        if self.batches.get(file).copied().flatten() == Some(next)
            && let Some(is_done) = self.state.is_done.get_mut(file)
        {
            *is_done = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_are_the_batches_that_were_written_down() {
        let identity = Identity::new(&[], String::new(), 1);
        let state = State {
            identity,
            as_of: String::new(),
            generation: 1,
            spans: vec![Vec::new()],
            is_done: vec![false],
            reading: Reading::default(),
        };
        let one = || Reading { faults: 1, ..Reading::default() };
        let place = |batch| Place { file: 0, batch, line: 1 };
        let ledger = Ledger::new(state, Path::new(""));
        ledger.done(0, 0, one());
        // The second one is not done yet.
        ledger.done(0, 2, one());
        let mut state = ledger.into_state();
        assert_eq!((state.done(0), state.reading.faults, state.is_read()), (1, 1, false));
        // The run is killed, and goes on.
        state.generation = 2;
        let ledger = Ledger::new(state, Path::new(""));
        ledger.ends(0, 3);
        ledger.done(0, 2, one());
        ledger.done(0, 1, one());
        let state = ledger.into_state();
        assert_eq!((state.done(0), state.reading.faults, state.is_read()), (3, 3, true));
        let counted: Vec<(u32, u32)> = [1, 2]
            .into_iter()
            .flat_map(|of| (0..4).map(move |batch| (of, batch)))
            .filter(|(of, batch)| state.counts(*of, place(*batch)))
            .collect();
        assert_eq!(counted, [(1, 0), (2, 1), (2, 2)]);
    }
}
