//! Bringing together what belongs to a patient: the lines of each patient go to the same file of many, so that every file fits into
//! memory. No sorting on disk is needed, and it does not matter in which order lines come.
//!
//! A run that is killed goes on where it was: each file of a run is of one *generation*, and of an earlier one only those records
//! count whose batch was written down as done (`state.rs`). What was torn off at the end of a file is none.

use std::fs::{File, OpenOptions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cellwise_record::Source;

use super::desk::Tray;

/// Bytes of a file that wait to be written.
const BUFFER: usize = 64 * 1024;
/// Bytes before patient and text.
const HEAD: usize = 20;

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tag {
    /// A resource of a kind of data, or, without a text, something of it that could not be read.
    Of(Source),
    /// Something of any kind that could not be read.
    Anything,
    /// A Medication.
    Drug,
    /// A line that could not be read: the text says why.
    Fault,
}

impl Tag {
    fn byte(self) -> u8 {
        match self {
            Self::Of(source) => {
                let place = Source::PREFETCHED.iter().position(|of| *of == source).unwrap_or_default();
                u8::try_from(place).unwrap_or_default()
            }
            Self::Anything => 100,
            Self::Drug => 101,
            Self::Fault => 102,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            100 => Some(Self::Anything),
            101 => Some(Self::Drug),
            102 => Some(Self::Fault),
            place => Source::PREFETCHED.get(usize::from(place)).copied().map(Self::Of),
        }
    }
}

/// Where a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The number of the input file.
    pub(super) file: u32,
    /// The number of the batch of lines in it.
    pub(super) batch: u32,
    /// The number of the line in the file; entries of a Bundle have one line.
    pub(super) line: u32,
}

/// Writes a record.
pub(super) fn write(to: &mut Vec<u8>, tag: Tag, place: Place, patient: &str, text: &str) {
    let patient = patient.get(..patient.len().min(1024)).unwrap_or_default();
    to.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend(u16::try_from(patient.len()).unwrap_or_default().to_le_bytes());
    to.extend([tag.byte(), 0]);
    to.extend(place.file.to_le_bytes());
    to.extend(place.batch.to_le_bytes());
    to.extend(place.line.to_le_bytes());
    to.extend(patient.as_bytes());
    to.extend(text.as_bytes());
}

/// A record that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'b> {
    pub(super) tag: Tag,
    pub(super) place: Place,
    pub(super) patient: &'b str,
    pub(super) text: &'b str,
    /// Where the text begins.
    pub(super) at: usize,
}

/// The records of a file that was read, up to one that was torn off.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let (record, next) = record_at(bytes, at)?;
        at = next;
        Some(record)
    })
}

/// The record at a place, and where the next one is.
pub(super) fn record_at(bytes: &[u8], at: usize) -> Option<(Record<'_>, usize)> {
    let head: &[u8; HEAD] = bytes.get(at..)?.first_chunk()?;
    let number = |from: usize| {
        let four = head.get(from..from + 4).and_then(|four| four.first_chunk()).copied().unwrap_or_default();
        u32::from_le_bytes(four)
    };
    let text_length = usize::try_from(number(0)).ok()?;
    let patient_length = usize::from(u16::from_le_bytes([head[4], head[5]]));
    let tag = Tag::from_byte(head[6])?;
    let place = Place { file: number(8), batch: number(12), line: number(16) };
    let patient_at = at + HEAD;
    let text_at = patient_at + patient_length;
    let next = text_at + text_length;
    let patient = std::str::from_utf8(bytes.get(patient_at..text_at)?).ok()?;
    let text = std::str::from_utf8(bytes.get(text_at..next)?).ok()?;
    Some((Record { tag, place, patient, text, at: text_at }, next))
}

/// Where in so many parts a patient goes. `level` tells divisions of one part from one another.
pub(super) fn part_of(patient: &str, parts: usize, level: u8) -> usize {
    let mut hasher = DefaultHasher::new();
    (level, patient).hash(&mut hasher);
    usize::try_from(hasher.finish() % u64::try_from(parts.max(1)).unwrap_or(1)).unwrap_or_default()
}

/// The files of one generation.
pub(super) struct Spill {
    parts: Vec<Mutex<BufWriter<File>>>,
    drugs: Mutex<BufWriter<File>>,
    faults: Mutex<BufWriter<File>>,
}

/// What a batch of lines brings to each file.
pub(super) struct Filled {
    parts: Vec<Vec<u8>>,
    drugs: Vec<u8>,
    faults: Vec<u8>,
}

impl Filled {
    pub(super) fn new(parts: usize) -> Self {
        Self { parts: vec![Vec::new(); parts], drugs: Vec::new(), faults: Vec::new() }
    }
}

impl Tray for Filled {
    fn of_patient(&mut self, tag: Tag, place: Place, patient: &str, text: &str) {
        let part = part_of(patient, self.parts.len(), 0);
        if let Some(part) = self.parts.get_mut(part) {
            write(part, tag, place, patient, text);
        }
    }

    fn drug(&mut self, place: Place, id: &str, text: &str) {
        write(&mut self.drugs, Tag::Drug, place, id, text);
    }

    fn fault(&mut self, place: Place, message: &str) {
        write(&mut self.faults, Tag::Fault, place, "", message);
    }
}

fn name(generation: u32, part: usize) -> String {
    format!("{generation:04}-{part:05}.part")
}

/// The file of the Medications of a generation.
pub(super) fn drugs_of(folder: &Path, generation: u32) -> PathBuf {
    folder.join(format!("{generation:04}-drugs.part"))
}

/// The file of the lines of a generation that could not be read.
pub(super) fn faults_of(folder: &Path, generation: u32) -> PathBuf {
    folder.join(format!("{generation:04}-faults.part"))
}

/// The file of a part of a generation.
pub(super) fn file_of(folder: &Path, generation: u32, part: usize) -> PathBuf {
    folder.join(name(generation, part))
}

impl Spill {
    /// Begins the files of a generation.
    pub(super) fn create(folder: &Path, generation: u32, parts: usize) -> io::Result<Self> {
        let parts = (0..parts).map(|part| writer(&file_of(folder, generation, part)).map(Mutex::new));
        Ok(Self {
            parts: parts.collect::<io::Result<_>>()?,
            drugs: Mutex::new(writer(&drugs_of(folder, generation))?),
            faults: Mutex::new(writer(&faults_of(folder, generation))?),
        })
    }

    /// Writes what a batch brought, and empties it.
    pub(super) fn take(&self, filled: &mut Filled) -> io::Result<()> {
        let of_parts = self.parts.iter().zip(&mut filled.parts);
        let others = [(&self.drugs, &mut filled.drugs), (&self.faults, &mut filled.faults)];
        for (file, bytes) in of_parts.chain(others) {
            if !bytes.is_empty() {
                file.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)?;
                bytes.clear();
            }
        }
        Ok(())
    }

    /// Hands everything to the system: from here on it survives the end of this process.
    pub(super) fn flush(&self) -> io::Result<()> {
        for file in self.parts.iter().chain([&self.drugs, &self.faults]) {
            file.lock().unwrap_or_else(PoisonError::into_inner).flush()?;
        }
        Ok(())
    }
}

fn writer(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(BUFFER, File::create(path)?))
}

/// Divides a part that is too large by other digits of the hash: files of the same records, in the same order.
pub(super) fn divide(file: &Path, into: usize, level: u8) -> io::Result<Vec<PathBuf>> {
    let paths: Vec<PathBuf> = (0..into).map(|part| file.with_added_extension(format!("{level}-{part:04}"))).collect();
    let mut files = paths.iter().map(|path| writer(path)).collect::<io::Result<Vec<_>>>()?;
    let mut from = Records::open(file)?;
    while let Some((_, record)) = from.next()? {
        let part = part_of(record.patient, into, level);
        if let Some(file) = files.get_mut(part) {
            file.write_all(from.as_written())?;
        }
    }
    files.iter_mut().try_for_each(BufWriter::flush)?;
    Ok(paths)
}

/// The records of a file that is not read as a whole.
pub(super) struct Records {
    from: io::BufReader<File>,
    at: u64,
    bytes: Vec<u8>,
}

impl Records {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { from: io::BufReader::with_capacity(BUFFER * 16, File::open(path)?), at: 0, bytes: Vec::new() })
    }

    /// The next record, and where it begins; its text begins `at` behind that.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Record<'_>)>> {
        let begin = self.at;
        self.bytes.clear();
        self.from.by_ref().take(HEAD as u64).read_to_end(&mut self.bytes)?;
        let text = self.bytes.first_chunk::<4>().copied();
        let patient = self.bytes.get(4..).and_then(|rest| rest.first_chunk::<2>()).copied();
        let (Some(text), Some(patient)) = (text, patient) else { return Ok(None) };
        let rest = u64::from(u32::from_le_bytes(text)) + u64::from(u16::from_le_bytes(patient));
        self.from.by_ref().take(rest).read_to_end(&mut self.bytes)?;
        self.at += self.bytes.len() as u64;
        Ok(record_at(&self.bytes, 0).map(|(record, _)| (begin, record)))
    }

    /// The last record, as it is written.
    fn as_written(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads a part of a file.
pub(super) fn read_at(file: &Mutex<File>, at: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file to read from it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_as_they_were_written_up_to_one_that_is_torn() {
        let place = |line| Place { file: 1, batch: 2, line };
        let mut bytes = Vec::new();
        write(&mut bytes, Tag::Of(Source::Encounters), place(1), "p", "{\"a\":1}");
        write(&mut bytes, Tag::Anything, place(2), "a longer id", "");
        let whole = bytes.len();
        write(&mut bytes, Tag::Fault, place(3), "", "is torn");
        let read: Vec<Record<'_>> = records(&bytes).collect();
        assert_eq!(read.iter().map(|one| one.place.line).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!((read[0].tag, read[0].patient, read[0].text), (Tag::Of(Source::Encounters), "p", "{\"a\":1}"));
        assert_eq!((read[1].tag, read[1].patient, read[1].text), (Tag::Anything, "a longer id", ""));
        for end in whole..bytes.len() {
            assert_eq!(records(&bytes[..end]).count(), 2, "{end}");
        }
    }

    #[test]
    fn a_part_is_divided_by_patients() {
        let folder = std::env::temp_dir().join(format!("cellwise-divide-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("part");
        let mut bytes = Vec::new();
        for line in 0..1000u32 {
            let patient = format!("p{}", line % 100);
            write(&mut bytes, Tag::Of(Source::Conditions), Place { file: 0, batch: 0, line }, &patient, "text");
        }
        std::fs::write(&file, &bytes).unwrap();
        let parts = divide(&file, 3, 1).unwrap();
        let mut all = 0;
        let mut seen = std::collections::BTreeMap::new();
        for (number, part) in parts.iter().enumerate() {
            let bytes = std::fs::read(part).unwrap();
            let mut last = None;
            for record in records(&bytes) {
                assert_eq!(*seen.entry(record.patient.to_owned()).or_insert(number), number);
                assert!(last < Some(record.place), "the order stays");
                last = Some(record.place);
                all += 1;
            }
            assert!(!bytes.is_empty());
        }
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(all, 1000);
    }
}
