//! Sorting the lines of a file: what a rule may look at goes to its patient, what can't be read becomes a gap of whose it is, the rest
//! is counted and forgotten.

use cellwise_record::Source;

use super::asked::Asked;
use super::bundle;
use super::input::Holds;
use super::line::{Came, Fault, Line, MEDICATION, Scout};
use super::spill::{Place, Tag};
use super::tally::{Reading, add};
use super::unpack::Batch;
use super::whom::{self, Whom};

/// The longest id of a patient.
const LONGEST_ID: usize = 256;

/// Takes what lines came to.
pub(super) trait Tray {
    /// A resource of a patient; without a text, something of it that could not be read.
    fn of_patient(&mut self, tag: Tag, place: Place, patient: &str, text: &str);
    /// A Medication.
    fn drug(&mut self, place: Place, id: &str, text: &str);
    /// A line that could not be read.
    fn fault(&mut self, place: Place, message: &str);
}

/// Sorts lines.
pub(super) struct Desk<'d, 'a, T> {
    pub(super) asked: &'d Asked<'a>,
    /// What the file holds, by its name.
    pub(super) holds: &'d Holds,
    /// The longest line in bytes.
    pub(super) longest: usize,
    pub(super) scout: &'d mut Scout<'a>,
    pub(super) tray: &'d mut T,
    pub(super) reading: Reading,
}

impl<T: Tray> Desk<'_, '_, T> {
    /// Reads whole lines.
    pub(super) fn batch(&mut self, batch: &Batch) {
        let place = |line| Place { file: batch.file, batch: batch.number, line };
        self.reading.bytes += batch.bytes.len() as u64;
        let mut line_number = batch.first_line;
        if batch.is_too_long {
            let longest = self.longest / 1024 / 1024;
            let fault = Fault::new(format!("is longer than {longest} MiB, and was left out: see `--memory`"));
            self.fault(place(line_number), b"", &fault);
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
                Err(message) => self.fault(place, bytes, &Fault::new(message)),
            },
            Came::Fault(fault) => self.fault(place, bytes, fault),
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
                self.tray.drug(place, id, text);
                return;
            }
            Came::Remark { is_failure } => {
                self.remark(place, *is_failure);
                return;
            }
            Came::Passed | Came::Bundle | Came::Fault(_) => return,
        };
        let source = self.asked.source(&kind).unwrap_or(Source::Patient);
        match (whom, only) {
            (Whom::Patient(id), _) => self.keep(source, &kind, place, id, text),
            (Whom::Nobody | Whom::Untold, Some(only)) => self.keep(source, &kind, place, only, text),
            (Whom::Nobody, None) => add(&mut self.reading.of_nobody, &kind, 1),
            (Whom::Untold | Whom::SomethingElse, _) => {
                let message = format!("is a {kind} that does not say which patient it is about");
                self.reading.faults += 1;
                self.tray.fault(place, &message);
                self.reading.lose(Some(source));
            }
        }
    }

    fn keep(&mut self, source: Source, kind: &str, place: Place, patient: &str, text: &str) {
        add(&mut self.reading.kept, kind, 1);
        self.tray.of_patient(Tag::Of(source), place, patient, text);
    }

    /// What an export says of itself.
    fn remark(&mut self, place: Place, is_failure: bool) {
        if is_failure {
            self.reading.remarks += 1;
            self.tray.fault(place, "is an OperationOutcome: something of the export failed, and what is not known");
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
                Came::Remark { is_failure: true } => {
                    faults.push((0, Fault::new("holds an OperationOutcome that says that something failed")));
                }
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
    fn fault(&mut self, place: Place, bytes: &[u8], fault: &Fault) {
        let remains = whom::remains(bytes, fault.at, fault.is_cut);
        let by_name = || self.holds.clone();
        let holds = match remains.kind.as_deref() {
            // Everything that a patient has may be in it.
            Some("Bundle") => Holds::Anything,
            Some(kind) => match Holds::of_type(kind) {
                Holds::Anything => by_name(),
                holds => holds,
            },
            None => by_name(),
        };
        // A drug that does not come is open wherever it is referred to.
        if matches!(holds, Holds::Nothing | Holds::Drugs) {
            self.reading.faults += 1;
            let kind = remains.kind.as_deref().unwrap_or(MEDICATION);
            self.tray.fault(place, &format!("{} ({kind})", fault.message));
            return;
        }
        let patient = remains.patient.filter(|id| id.len() <= LONGEST_ID);
        self.lost(place, holds.source(), patient.as_deref(), &fault.message);
    }

    fn lost(&mut self, place: Place, source: Option<Source>, patient: Option<&str>, message: &str) {
        self.reading.faults += 1;
        self.tray.fault(place, message);
        match patient {
            Some(patient) => {
                self.reading.faults_of_a_patient += 1;
                self.tray.of_patient(source.map_or(Tag::Anything, Tag::Of), place, patient, "");
            }
            None => self.reading.lose(source),
        }
    }

    /// A file that breaks off: nobody knows whose data follows.
    pub(super) fn broken(&mut self, file: u32, batch: u32, line: u32, message: &str) {
        self.reading.faults += 1;
        self.tray.fault(Place { file, batch, line }, message);
        if !matches!(self.holds, Holds::Nothing | Holds::Drugs) {
            self.reading.lose(self.holds.source());
        }
    }
}
