//! One thread that writes lines, many at once when many wait.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use cellwise_record::AsOf;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use tokio::sync::oneshot;

use super::chain::{self, Head};
use super::state::Counters;
use crate::files::reason;

/// Lines that wait at most. When there are more, the disk is too slow for these calls.
const MOST_WAITING: usize = 4096;
/// Lines written at once at most.
const MOST_AT_ONCE: usize = 256;
/// How often the operating system is made to put on disk what was written. A power cut costs no more; the end of the program
/// alone costs nothing.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// How often the log says that lines can't be written.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// An event, and who waits for its line.
type Job = (Map<String, Value>, oneshot::Sender<bool>);

/// Where events are handed over.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<SyncSender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
    counters: Arc<Counters>,
}

impl Writer {
    /// Opens the folder and starts to write.
    pub(super) fn start(folder: &Path, rotate_at: u64, counters: Arc<Counters>) -> Result<Self, String> {
        let lines = Lines::open(folder, rotate_at).map_err(|error| {
            format!("the access log can't be written to `{}`: {}", folder.display(), reason(&error))
        })?;
        let (jobs, waiting) = sync_channel(MOST_WAITING);
        let counted = Arc::clone(&counters);
        let thread = thread::Builder::new().name("access-log".to_owned()).spawn(move || run(lines, &waiting, &counted));
        let thread = thread.map_err(|error| format!("no thread for the access log: {error}"))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), counters })
    }

    /// Hands over an event. What this returns is ready when its line is written: whether it is.
    pub(super) fn write(&self, event: Map<String, Value>) -> impl Future<Output = bool> + use<> {
        let (done, written) = oneshot::channel();
        self.counters.waiting.fetch_add(1, Ordering::Relaxed);
        let is_taken = self.jobs.as_ref().is_some_and(|jobs| jobs.try_send((event, done)).is_ok());
        if !is_taken {
            self.counters.waiting.fetch_sub(1, Ordering::Relaxed);
            self.counters.unwritten.fetch_add(1, Ordering::Relaxed);
        }
        async move { written.await.unwrap_or(false) }
    }
}

impl Drop for Writer {
    /// Waits until what was handed over is written.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut lines: Lines, waiting: &Receiver<Job>, counters: &Counters) {
    let mut told: Option<Instant> = None;
    loop {
        let first = match waiting.recv_timeout(SYNC_EVERY) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        let jobs: Vec<Job> = first.into_iter().chain(waiting.try_iter()).take(MOST_AT_ONCE).collect();
        let (events, waiters): (Vec<_>, Vec<_>) = jobs.into_iter().unzip();
        let count = waiters.len() as u64;
        let written = match (events.is_empty(), counters.is_failing.load(Ordering::Relaxed)) {
            (false, _) => lines.append(events),
            // Nobody may call while nothing can be written: whether it can be again is found out here.
            (true, true) => lines.check(),
            (true, false) => Ok(()),
        };
        let written = written.and_then(|()| lines.sync(SYNC_EVERY));
        counters.waiting.fetch_sub(count, Ordering::Relaxed);
        let was_failing = counters.is_failing.swap(written.is_err(), Ordering::Relaxed);
        match &written {
            Ok(()) => {
                counters.written.fetch_add(count, Ordering::Relaxed);
                if was_failing {
                    tracing::info!("the access log is written again");
                }
            }
            Err(error) => {
                counters.unwritten.fetch_add(count, Ordering::Relaxed);
                if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
                    told = Some(Instant::now());
                    tracing::error!(reason = reason(error), "the access log can't be written");
                }
            }
        }
        for waiter in waiters {
            // Who does not wait does not listen.
            let _ = waiter.send(written.is_ok());
        }
    }
    if let Err(error) = lines.sync(Duration::ZERO) {
        tracing::error!(reason = reason(&error), "the access log can't be put on disk");
    }
    lines.tell();
}

/// The files of a folder, and the end of the last one.
struct Lines {
    folder: PathBuf,
    rotate_at: u64,
    /// Held for as long as this program writes there: two writers would break the chain.
    _lock: File,
    file: Option<File>,
    day: jiff::civil::Date,
    length: u64,
    head: Head,
    /// Since when something is written that may not be on disk.
    unsynced: Option<Instant>,
}

impl Lines {
    fn open(folder: &Path, rotate_at: u64) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let lock = private().create(true).append(true).open(folder.join("lock"))?;
        lock.try_lock().map_err(|_held| io::Error::other("another server writes there"))?;
        let mut lines = Self {
            folder: folder.to_owned(),
            rotate_at,
            _lock: lock,
            file: None,
            day: today(),
            length: 0,
            head: chain::read_head(folder)?.unwrap_or_default(),
            unsynced: None,
        };
        if let Some(last) = chain::files_of(folder)?.last() {
            lines.go_on(last)?;
        }
        // A folder that takes no files is known now, not at the first call.
        chain::write_head(folder, &lines.head)?;
        Ok(lines)
    }

    /// Goes on at the end of a file. A line that was cut off by the end of the last program was never answered for.
    fn go_on(&mut self, path: &Path) -> io::Result<()> {
        let mut file = private().read(true).append(true).open(path)?;
        let (whole, last) = last_line(&mut file)?;
        file.set_len(whole)?;
        // Where the head is further than the file, lines are missing: going on after the head keeps that visible.
        if let Some((number, _)) = last.as_deref().and_then(chain::place)
            && number >= self.head.number
        {
            self.head = Head { number, digest: chain::digest(last.as_deref().unwrap_or_default()) };
        }
        self.length = whole;
        self.file = Some(file);
        Ok(())
    }

    /// Writes events, all of them or none.
    fn append(&mut self, events: Vec<Map<String, Value>>) -> io::Result<()> {
        self.rotate()?;
        let mut head = self.head.clone();
        let mut text = String::new();
        for event in events {
            let (line, next) = head.next(event);
            text.push_str(&line);
            text.push('\n');
            head = next;
        }
        let Some(file) = &mut self.file else { return Err(io::Error::other("no file is open")) };
        if let Err(error) = file.write_all(text.as_bytes()) {
            // Half a line must not stay; where not even that can be done, the next attempt begins a new file.
            if file.set_len(self.length).is_err() {
                self.file = None;
            }
            return Err(error);
        }
        self.length += text.len() as u64;
        self.head = head;
        self.unsynced.get_or_insert_with(Instant::now);
        Ok(())
    }

    /// Begins a new file when there is none, when it is full, and on a new day.
    fn rotate(&mut self) -> io::Result<()> {
        let today = today();
        if self.file.is_some() && self.length < self.rotate_at && self.day == today {
            return Ok(());
        }
        if self.file.is_some() {
            self.sync(Duration::ZERO)?;
            self.tell();
        }
        let path = self.folder.join(chain::file_name(today, self.head.number + 1));
        self.file = Some(private().create_new(true).append(true).open(path)?);
        (self.day, self.length) = (today, 0);
        Ok(())
    }

    /// Whether the folder takes anything.
    fn check(&self) -> io::Result<()> {
        chain::write_head(&self.folder, &self.head)
    }

    /// Has on disk what was written longer ago than `age`, and the head after it.
    fn sync(&mut self, age: Duration) -> io::Result<()> {
        if self.unsynced.is_some_and(|since| since.elapsed() >= age) {
            if let Some(file) = &self.file {
                file.sync_data()?;
            }
            chain::write_head(&self.folder, &self.head)?;
            self.unsynced = None;
        }
        Ok(())
    }

    /// Says in the log of the program how far the chain goes: whoever changes the files can't change that as well.
    fn tell(&self) {
        tracing::info!(number = self.head.number, digest = self.head.digest, "last line of the access log");
    }
}

/// How files are opened: nobody but the user of the server reads them.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// The day by which files are named, in UTC: lines say their own instant.
fn today() -> jiff::civil::Date {
    AsOf::now().instant.to_zoned(TimeZone::UTC).date()
}

/// How many bytes of a file are whole lines, and the last of them, without its end.
fn last_line(file: &mut File) -> io::Result<(u64, Option<Vec<u8>>)> {
    const BLOCK: u64 = 64 * 1024;
    let length = file.metadata()?.len();
    let mut tail: Vec<u8> = Vec::new();
    let mut start = length;
    loop {
        let ends: Vec<usize> = tail.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
        if let [.., before, end] = ends[..] {
            let line = tail.get(before + 1..end).unwrap_or_default().to_vec();
            return Ok((start + end as u64 + 1, Some(line)));
        }
        if start == 0 {
            let end = ends.first().copied();
            let line = end.map(|end| tail.get(..end).unwrap_or_default().to_vec());
            return Ok((end.map_or(0, |end| end as u64 + 1), line));
        }
        let from = start.saturating_sub(BLOCK);
        let mut block = vec![0; usize::try_from(start - from).unwrap_or_default()];
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(&mut block)?;
        block.append(&mut tail);
        (tail, start) = (block, from);
    }
}
