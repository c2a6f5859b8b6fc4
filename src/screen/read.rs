//! Reading every file once: what rules may look at goes to the file of its patient's part, the rest is counted and forgotten.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::asked::Asked;
use super::desk::Desk;
use super::input::{Holds, Input};
use super::line::Scout;
use super::spill::{Filled, Spill};
use super::state::Ledger;
use super::tally::Reading;
use super::unpack::{Batch, Batches};
use super::{ScreenError, Watch};

/// How often it is written down how far a run is.
const EVERY: Duration = Duration::from_secs(1);
/// Files that are unpacked at the same time.
const MOST_READERS: usize = 4;

/// What reading takes.
pub(super) struct Reader<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) files: &'a [Input],
    pub(super) spill: &'a Spill,
    pub(super) ledger: &'a Ledger,
    /// How many batches of each file are done already.
    pub(super) done: &'a [u32],
    /// Which files are read to their end.
    pub(super) is_done: &'a [bool],
    pub(super) parts: usize,
    pub(super) jobs: usize,
    /// The longest line in bytes.
    pub(super) longest: usize,
    pub(super) watch: &'a Watch<'a>,
}

/// What goes wrong for the whole run, once.
#[derive(Default)]
struct Trouble {
    is_there: AtomicBool,
    first: Mutex<Option<ScreenError>>,
}

impl Trouble {
    fn is_there(&self) -> bool {
        self.is_there.load(Ordering::Relaxed)
    }

    fn note(&self, error: ScreenError) {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        self.is_there.store(true, Ordering::Relaxed);
    }
}

/// What a reader hands to a worker.
enum Handed {
    Lines(Batch),
    /// A file breaks off here.
    Broken {
        file: u32,
        number: u32,
        line: u32,
        message: String,
    },
}

impl Reader<'_> {
    /// Reads all files.
    pub(super) fn run(&self) -> Result<(), ScreenError> {
        let trouble = Trouble::default();
        let next = AtomicUsize::new(0);
        let last_written = Mutex::new(Instant::now());
        let readers = self.jobs.div_ceil(2).clamp(1, MOST_READERS).min(self.files.len());
        let (sender, receiver) = mpsc::sync_channel(self.jobs * 2);
        let receiver = Mutex::new(receiver);
        thread::scope(|scope| {
            for _ in 0..readers {
                let (sender, next, trouble) = (sender.clone(), &next, &trouble);
                scope.spawn(move || self.unpack(next, &sender, trouble));
            }
            drop(sender);
            for _ in 0..self.jobs {
                scope.spawn(|| self.work(&receiver, &last_written, &trouble));
            }
        });
        if let Some(error) = trouble.first.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        self.write_down().map_err(|error| unwritable(&error))
    }

    fn write_down(&self) -> io::Result<()> {
        self.ledger.write(|| self.spill.flush())
    }

    /// Unpacks one file after the other.
    fn unpack(&self, next: &AtomicUsize, to: &SyncSender<Handed>, trouble: &Trouble) {
        while !trouble.is_there() {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(input) = self.files.get(index) else { return };
            if self.is_done.get(index) == Some(&true) {
                self.watch.read.fetch_add(input.size, Ordering::Relaxed);
                continue;
            }
            let file = u32::try_from(index).unwrap_or(u32::MAX);
            let done = self.done.get(index).copied().unwrap_or_default();
            if self.unpack_file(input, file, done, to, trouble).is_none() {
                // Nobody listens any more.
                return;
            }
        }
    }

    fn unpack_file(
        &self,
        input: &Input,
        file: u32,
        done: u32,
        to: &SyncSender<Handed>,
        trouble: &Trouble,
    ) -> Option<()> {
        let (mut number, mut line) = (done, 1);
        let broken = |number, line, error: &io::Error| Handed::Broken {
            file,
            number,
            line,
            message: format!("the file can't be read from here on: {}", crate::files::reason(error)),
        };
        let mut batches = match Batches::open(input, file, self.longest, &self.watch.read) {
            Ok(batches) => batches,
            Err(error) => return to.send(broken(number, line, &error)).ok(),
        };
        while !trouble.is_there() {
            match batches.next() {
                Ok(Some(batch)) => {
                    number = done.max(batch.number + 1);
                    line = batch.first_line;
                    if batch.number >= done {
                        to.send(Handed::Lines(batch)).ok()?;
                    }
                }
                Ok(None) => {
                    self.ledger.ends(file, number);
                    return Some(());
                }
                // What ends here is told as the last batch of the file.
                Err(error) => return to.send(broken(number, line, &error)).ok(),
            }
        }
        Some(())
    }

    fn work(&self, from: &Mutex<Receiver<Handed>>, last_written: &Mutex<Instant>, trouble: &Trouble) {
        let mut scout = Scout::new(self.asked);
        let mut filled = Filled::new(self.parts);
        loop {
            let handed = from.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(handed) = handed else { return };
            if trouble.is_there() {
                // What is handed over is taken, or whoever hands it over would wait for ever.
                continue;
            }
            let of = match &handed {
                Handed::Lines(batch) => batch.file,
                Handed::Broken { file, .. } => *file,
            };
            let input = usize::try_from(of).ok().and_then(|file| self.files.get(file));
            let mut desk = Desk {
                asked: self.asked,
                holds: input.map_or(&Holds::Anything, |input| &input.holds),
                longest: self.longest,
                scout: &mut scout,
                tray: &mut filled,
                reading: Reading::default(),
            };
            let (file, number, ends) = match handed {
                Handed::Lines(batch) => {
                    desk.batch(&batch);
                    (batch.file, batch.number, false)
                }
                Handed::Broken { file, number, line, message } => {
                    desk.broken(file, number, line, &message);
                    (file, number, true)
                }
            };
            let reading = desk.reading;
            if let Err(error) = self.spill.take(&mut filled) {
                trouble.note(unwritable(&error));
                continue;
            }
            self.ledger.done(file, number, reading);
            if ends {
                self.ledger.ends(file, number + 1);
            }
            self.write_down_sometimes(last_written, trouble);
        }
    }

    fn write_down_sometimes(&self, last_written: &Mutex<Instant>, trouble: &Trouble) {
        let Ok(mut last) = last_written.try_lock() else { return };
        if last.elapsed() >= EVERY {
            if let Err(error) = self.write_down() {
                trouble.note(unwritable(&error));
            }
            *last = Instant::now();
        }
    }
}

fn unwritable(error: &io::Error) -> ScreenError {
    ScreenError::new(format!("what is read can't be put aside: {}", crate::files::reason(error)))
}
