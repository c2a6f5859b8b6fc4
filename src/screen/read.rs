//! Reading every file once: what rules may look at goes to the file of its patient's part, the rest is counted and forgotten.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cellwise_record::Source;

use super::asked::Asked;
use super::bundle;
use super::input::{Holds, Input};
use super::line::{Came, Fault, Line, MEDICATION, Scout};
use super::spill::{Filled, Place, Spill, Tag};
use super::state::Ledger;
use super::tally::{Reading, add};
use super::unpack::{Batch, Batches};
use super::whom::{self, Whom};
use super::{ScreenError, Watch};

/// How often it is written down how far a run is.
const EVERY: Duration = Duration::from_secs(1);
/// Files that are unpacked at the same time.
const MOST_READERS: usize = 4;
/// The longest id of a patient.
const LONGEST_ID: usize = 256;

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
    Broken { file: u32, number: u32, line: u32, message: String },
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

    fn unpack_file(&self, input: &Input, file: u32, done: u32, to: &SyncSender<Handed>, trouble: &Trouble) -> Option<()> {
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
            let mut desk = Desk { reader: self, scout: &mut scout, filled: &mut filled, reading: Reading::default() };
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

/// Reads the lines of a batch.
struct Desk<'d, 'a> {
    reader: &'d Reader<'a>,
    scout: &'d mut Scout<'a>,
    filled: &'d mut Filled,
    reading: Reading,
}

impl Desk<'_, '_> {
    fn batch(&mut self, batch: &Batch) {
        let place = |line| Place { file: batch.file, batch: batch.number, line };
        self.reading.bytes += batch.bytes.len() as u64;
        let mut line_number = batch.first_line;
        if batch.is_too_long {
            let longest = self.reader.longest / 1024 / 1024;
            let fault = Fault::new(format!("is longer than {longest} MiB, and was left out: see `--memory`"));
            self.fault(place(line_number), b"", fault);
            return;
        }
        for line in batch.bytes.split(|byte| *byte == b'\n') {
            let mut line = line;
            if line_number == 1 {
                line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
            }
            // A record separator begins each line of a JSON text sequence.
            let line = line.strip_prefix(b"\x1e").unwrap_or(line).trim_ascii();
            if !line.is_empty() {
                self.line(place(line_number), line);
            }
            line_number = line_number.saturating_add(1);
        }
    }

    fn line(&mut self, place: Place, bytes: &[u8]) {
        let line = self.scout.read(bytes);
        match &line.came {
            Came::Bundle => match bundle::parts(bytes) {
                Ok(parts) => self.bundle(place, bytes, &parts),
                Err(message) => self.fault(place, bytes, Fault::new(message)),
            },
            Came::Fault(fault) => self.fault(place, bytes, fault.clone()),
            // The scout has read it as text.
            _ => self.take(place, line, std::str::from_utf8(bytes).unwrap_or_default(), None),
        }
    }

    /// Takes a resource. Where it does not tell whose it is, `only` is the one patient of its Bundle.
    fn take(&mut self, place: Place, line: Line, text: &str, only: Option<&str>) {
        let Line { kind, came, unknown, in_words } = line;
        add(&mut self.reading.resources, &kind, 1);
        if let Some(source) = Source::PREFETCHED.into_iter().find(|source| source.holds(&kind)) {
            self.reading.came.insert(source.key().to_owned());
        }
        if let Some(code) = unknown {
            self.reading.count_code(code);
        }
        if in_words {
            add(&mut self.reading.in_words, &kind, 1);
        }
        let whom = match &came {
            Came::Kept { whom: Whom::Patient(id), .. } if id.len() > LONGEST_ID => &Whom::Untold,
            Came::Kept { whom, .. } => whom,
            Came::OfNobody => &Whom::Nobody,
            Came::Drug { id } => {
                self.filled.drug(place, id, text);
                return;
            }
            Came::Remark { is_failure } => {
                self.remark(place, *is_failure);
                return;
            }
            Came::Passed | Came::Bundle | Came::Fault(_) => return,
        };
        let source = self.reader.asked.source(&kind).unwrap_or(Source::Patient);
        match (whom, only) {
            (Whom::Patient(id), _) => self.keep(source, &kind, place, id, text),
            (Whom::Nobody | Whom::Untold, Some(only)) => self.keep(source, &kind, place, only, text),
            (Whom::Nobody, None) => add(&mut self.reading.of_nobody, &kind, 1),
            (Whom::Untold | Whom::SomethingElse, _) => {
                let message = format!("is a {kind} that does not say which patient it is about");
                self.reading.faults += 1;
                self.filled.fault(place, &message);
                self.reading.lose(Some(source));
            }
        }
    }

    fn keep(&mut self, source: Source, kind: &str, place: Place, patient: &str, text: &str) {
        add(&mut self.reading.kept, kind, 1);
        self.filled.of_patient(Tag::Of(source), place, patient, text);
    }

    /// What an export says of itself.
    fn remark(&mut self, place: Place, is_failure: bool) {
        if is_failure {
            self.reading.remarks += 1;
            self.filled.fault(place, "is an OperationOutcome: something of the export failed, and what is not known");
            self.reading.lose(None);
        }
    }

    /// Reads the entries of a Bundle. What has no subject is the patient's, if there is one.
    fn bundle(&mut self, place: Place, bytes: &[u8], parts: &bundle::Parts<'_>) {
        let mut read = Vec::with_capacity(parts.resources.len());
        let mut patients: Vec<String> = Vec::new();
        let mut faults: Vec<(usize, Fault)> = Vec::new();
        for (index, text) in parts.resources.iter().enumerate() {
            let line = self.scout.read(text.as_bytes());
            match &line.came {
                Came::Kept { source: Source::Patient, whom: Whom::Patient(id) } => patients.push(id.clone()),
                Came::Fault(fault) => faults.push((index, fault.clone())),
                _ => {}
            }
            read.push((line, text));
        }
        let only = if let [only] = patients.as_slice() { Some(only.as_str()) } else { None };
        for (line, text) in read {
            match line.came {
                Came::Fault(_) => {}
                Came::Remark { is_failure: true } => faults.push((0, Fault::new("holds an OperationOutcome that says that something failed"))),
                _ => self.take(place, line, text, only),
            }
        }
        if parts.is_part {
            faults.push((0, Fault::new("is a Bundle with a next page: there is more than was sent")));
        }
        for index in &parts.without_resource {
            faults.push((*index, Fault::new("holds no resource")));
        }
        for (index, fault) in faults {
            let told = only.map_or_else(|| whom::remains(bytes, 0, false).patient, |only| Some(only.to_owned()));
            let message = format!("`/entry/{index}`: {}", fault.message);
            self.lost(place, None, told.as_deref(), &message);
        }
    }

    /// A line that can't be read: its patient has a gap, or everybody has.
    fn fault(&mut self, place: Place, bytes: &[u8], fault: Fault) {
        let remains = whom::remains(bytes, fault.at, fault.is_cut);
        let by_name = usize::try_from(place.file).ok().and_then(|file| self.reader.files.get(file)).map(|file| file.holds.clone());
        let holds = match remains.kind.as_deref() {
            // Everything that a patient has may be in it.
            Some("Bundle") => Holds::Anything,
            Some(kind) => match Holds::of_type(kind) {
                Holds::Anything => by_name.unwrap_or(Holds::Anything),
                holds => holds,
            },
            None => by_name.unwrap_or(Holds::Anything),
        };
        // A drug that does not come is open wherever it is referred to.
        if matches!(holds, Holds::Nothing | Holds::Drugs) {
            self.reading.faults += 1;
            let kind = remains.kind.as_deref().unwrap_or(MEDICATION);
            self.filled.fault(place, &format!("{} ({kind})", fault.message));
            return;
        }
        let patient = remains.patient.filter(|id| id.len() <= LONGEST_ID);
        self.lost(place, holds.source(), patient.as_deref(), &fault.message);
    }

    fn lost(&mut self, place: Place, source: Option<Source>, patient: Option<&str>, message: &str) {
        self.reading.faults += 1;
        self.filled.fault(place, message);
        match patient {
            Some(patient) => {
                self.reading.faults_of_a_patient += 1;
                self.filled.of_patient(source.map_or(Tag::Anything, Tag::Of), place, patient, "");
            }
            None => self.reading.lose(source),
        }
    }

    /// A file that breaks off: nobody knows whose data follows.
    fn broken(&mut self, file: u32, batch: u32, line: u32, message: &str) {
        let holds = usize::try_from(file).ok().and_then(|file| self.reader.files.get(file)).map(|file| &file.holds);
        self.reading.faults += 1;
        self.filled.fault(Place { file, batch, line }, message);
        match holds {
            Some(Holds::Nothing | Holds::Drugs) => {}
            holds => self.reading.lose(holds.and_then(Holds::source)),
        }
    }
}
