//! Batches of whole lines from a file, unpacked. A file always falls into the same batches: a run that goes on knows them by number.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::input::{Input, Packing};

/// Bytes of a batch, unless a line is longer.
pub(super) const BATCH: usize = 1024 * 1024;

/// Whole lines of a file.
#[derive(Debug)]
pub(super) struct Batch {
    /// The number of the file.
    pub(super) file: u32,
    /// Its number in the file.
    pub(super) number: u32,
    /// The number of its first line.
    pub(super) first_line: u32,
    /// The lines.
    pub(super) bytes: Vec<u8>,
    /// Whether a line was too long, and is left out: the first one.
    pub(super) is_too_long: bool,
}

/// Cuts a file into batches.
pub(super) struct Batches {
    from: Box<dyn Read>,
    file: u32,
    number: u32,
    line: u32,
    /// What was read and is not in a batch yet: the beginning of a line.
    rest: Vec<u8>,
    longest: usize,
    is_done: bool,
}

impl Batches {
    /// Opens a file. `read` counts the bytes that were read from the disk; a line may have `longest` bytes.
    pub(super) fn open(input: &Input, file: u32, longest: usize, read: &Arc<AtomicU64>) -> io::Result<Self> {
        let counted = Counted { from: File::open(&input.path)?, read: Arc::clone(read) };
        let from: Box<dyn Read> = match input.packing {
            Packing::Plain => Box::new(counted),
            Packing::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BATCH, counted))),
            Packing::Zstd => Box::new(Frames::new(BufReader::with_capacity(BATCH, counted))),
        };
        Ok(Self { from, file, number: 0, line: 1, rest: Vec::new(), longest, is_done: false })
    }

    /// The next batch.
    pub(super) fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut bytes = std::mem::take(&mut self.rest);
        if bytes.capacity() < BATCH {
            bytes.reserve(BATCH + BATCH / 4 - bytes.len());
        }
        // Up to here there is no end of a line.
        let mut looked = 0;
        loop {
            if self.is_done {
                return Ok((!bytes.is_empty()).then(|| self.batch(bytes, false)));
            }
            let wanted = BATCH.saturating_sub(bytes.len()).max(BATCH / 4);
            let read = (&mut self.from).take(wanted as u64).read_to_end(&mut bytes)?;
            self.is_done = read < wanted;
            if self.is_done || bytes.len() < BATCH {
                continue;
            }
            let fresh = bytes.get(looked..).unwrap_or_default();
            if let Some(end) = fresh.iter().rposition(|byte| *byte == b'\n') {
                self.rest = bytes.split_off(looked + end + 1);
                return Ok(Some(self.batch(bytes, false)));
            }
            looked = bytes.len();
            if bytes.len() > self.longest {
                // The rest of the line is passed over.
                self.pass_line(&mut bytes)?;
                self.rest = bytes;
                return Ok(Some(self.batch(Vec::new(), true)));
            }
        }
    }

    /// Reads up to the end of a line; what was read of the next one is put into `rest`.
    fn pass_line(&mut self, rest: &mut Vec<u8>) -> io::Result<()> {
        loop {
            rest.clear();
            let read = (&mut self.from).take(BATCH as u64).read_to_end(rest)?;
            self.is_done = read < BATCH;
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                *rest = rest.split_off(end + 1);
                return Ok(());
            }
            if self.is_done {
                rest.clear();
                return Ok(());
            }
        }
    }

    fn batch(&mut self, bytes: Vec<u8>, is_too_long: bool) -> Batch {
        let first_line = self.line;
        let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
        self.line =
            first_line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX)).saturating_add(u32::from(is_too_long));
        let number = self.number;
        self.number += 1;
        Batch { file: self.file, number, first_line, bytes, is_too_long }
    }
}

/// Counts what is read from a disk.
struct Counted {
    from: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The frames of a Zstandard file, one after the other: what packs in parallel, or is put together, has several.
struct Frames<R> {
    from: R,
    decoder: FrameDecoder,
    is_in_frame: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(from: R) -> Self {
        Self { from, decoder: FrameDecoder::new(), is_in_frame: false }
    }

    /// Begins the next frame; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.from.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.from) {
                Ok(()) => {
                    self.is_in_frame = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.from).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.is_in_frame && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let decoded = self.decoder.decode_blocks(&mut self.from, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
            }
            let read = self.decoder.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            self.is_in_frame = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(bytes: &[u8], longest: usize) -> Vec<(u32, usize, bool)> {
        let mut batches = Batches {
            from: Box::new(io::Cursor::new(bytes.to_vec())),
            file: 0,
            number: 0,
            line: 1,
            rest: Vec::new(),
            longest,
            is_done: false,
        };
        let mut found = Vec::new();
        while let Some(batch) = batches.next().unwrap() {
            found.push((batch.first_line, batch.bytes.len(), batch.is_too_long));
        }
        found
    }

    #[test]
    fn batches_are_whole_lines_and_know_where_they_began() {
        assert_eq!(lines_of(b"", 10), []);
        assert_eq!(lines_of(b"a\nb", 10), [(1, 3, false)]);
        let line = [vec![b'x'; 299_999], vec![b'\n']].concat();
        let bytes = line.repeat(10);
        let found = lines_of(&bytes, 10 * BATCH);
        assert_eq!(found.iter().map(|(_, length, _)| length).sum::<usize>(), bytes.len());
        assert!(found.len() > 2 && found.iter().all(|(_, length, _)| length % 300_000 == 0), "{found:?}");
        let mut line = 1;
        for (first, length, _) in &found {
            assert_eq!(*first, line);
            line += u32::try_from(length / 300_000).unwrap();
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_left_out_and_the_next_ones_are_not() {
        let bytes = [b"a\n".to_vec(), vec![b'x'; 3 * BATCH], b"\nb\nc\n".to_vec()].concat();
        assert_eq!(lines_of(&bytes, 2 * BATCH), [(1, 2, false), (2, 0, true), (3, 4, false)]);
        assert_eq!(lines_of(&vec![b'x'; 3 * BATCH], 2 * BATCH), [(1, 0, true)]);
    }
}
