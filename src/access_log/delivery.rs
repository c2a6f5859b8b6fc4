//! Sends what is written to the hospital's audit repository. The files are the queue: what is sent is remembered as a place in
//! them, so that neither a restart nor a repository that is away loses a line. A line may arrive twice, when the program ends
//! between the answer and the note of it; its number in the chain tells.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Repository;
use super::chain;
use super::state::Counters;
use crate::files::{self, reason};
use crate::outbound::{Outbound, SendError};

/// The file that says how far was sent.
const SENT: &str = "sent.json";
/// The file with the lines that the repository will never take.
const REFUSED: &str = "refused.ndjson";
/// How long the repository may take for one event.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often to look for new lines.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long to wait after a failure: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// What is read of an answer at most: it says nothing that is needed.
const MOST_OF_ANSWER: usize = 1 << 20;

/// How far was sent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
struct Place {
    /// The name of the file.
    file: String,
    /// Bytes of it that were sent.
    bytes: u64,
}

/// How many bytes wait, and the next whole line with the place after it.
type Waiting = (u64, Option<(Vec<u8>, Place)>);

/// What a repository says to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// It has it.
    Taken,
    /// It will never take it.
    Refused(u16),
    /// Later, perhaps.
    Later(&'static str, u16),
}

/// Sends lines.
pub(super) struct Delivery {
    folder: PathBuf,
    address: Url,
    token: Option<PathBuf>,
    outbound: Outbound,
    counters: Arc<Counters>,
    place: Place,
}

impl Delivery {
    pub(super) fn new(folder: &Path, repository: &Repository, counters: Arc<Counters>) -> Result<Self, String> {
        let outbound = Outbound::new(&repository.authorities)?;
        let address = Url::parse(&format!("{}/AuditEvent", repository.base.as_str().trim_end_matches('/')));
        let address = address.map_err(|error| format!("the audit repository's address can't be used: {error}"))?;
        let place = match fs::read(folder.join(SENT)) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                format!("`{SENT}` in `{}` is damaged: how far the access log was sent is not known", folder.display())
            })?,
            Err(error) if error.kind() == ErrorKind::NotFound => Place::default(),
            Err(error) => return Err(format!("`{SENT}` in `{}` can't be read: {}", folder.display(), reason(&error))),
        };
        Ok(Self { folder: folder.to_owned(), address, token: repository.token.clone(), outbound, counters, place })
    }

    /// Sends line after line, for ever.
    pub(super) async fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.send_all().await {
                Ok(()) => {
                    if self.counters.is_stuck.swap(false, Ordering::Relaxed) {
                        tracing::info!("the audit repository takes events again");
                    }
                    pause = FIRST_PAUSE;
                    sleep(LOOK_EVERY).await;
                }
                Err(why) => {
                    if !self.counters.is_stuck.swap(true, Ordering::Relaxed) {
                        tracing::warn!(why, "the audit repository takes no events; they wait in the files");
                    }
                    sleep(pause).await;
                    pause = LONGEST_PAUSE.min(pause * 2);
                }
            }
        }
    }

    /// Sends what there is.
    async fn send_all(&mut self) -> Result<(), String> {
        loop {
            let (waiting, next) =
                self.next().map_err(|error| format!("the files can't be read: {}", reason(&error)))?;
            self.counters.to_send.store(waiting, Ordering::Relaxed);
            let Some((line, after)) = next else { return Ok(()) };
            match self.send(line.clone()).await {
                Answer::Taken => {
                    self.counters.sent.fetch_add(1, Ordering::Relaxed);
                }
                Answer::Refused(status) => {
                    self.keep(&line).map_err(|error| format!("`{REFUSED}` can't be written: {}", reason(&error)))?;
                    self.counters.refused.fetch_add(1, Ordering::Relaxed);
                    tracing::error!(status, "the audit repository refuses an event for good; it is in refused.ndjson");
                }
                Answer::Later(why, status) => return Err(format!("{why} {status}")),
            }
            self.place = after;
            self.note().map_err(|error| format!("`{SENT}` can't be written: {}", reason(&error)))?;
        }
    }

    /// How many bytes wait, and the next whole line with the place after it.
    fn next(&self) -> io::Result<Waiting> {
        let (mut waiting, mut next) = (0, None);
        for path in chain::files_of(&self.folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name < self.place.file {
                continue;
            }
            let begun = if name == self.place.file { self.place.bytes } else { 0 };
            let length = fs::metadata(&path)?.len();
            waiting += length.saturating_sub(begun);
            if next.is_none() && length > begun {
                let mut file = BufReader::new(File::open(&path)?);
                file.seek(SeekFrom::Start(begun))?;
                let mut line = Vec::new();
                file.read_until(b'\n', &mut line)?;
                let bytes = begun + line.len() as u64;
                if line.pop() == Some(b'\n') {
                    next = Some((line, Place { file: name, bytes }));
                }
            }
        }
        Ok((waiting, next))
    }

    async fn send(&self, line: Vec<u8>) -> Answer {
        let mut request = self.outbound.client().post(self.address.clone());
        request = request.header("Content-Type", "application/fhir+json").header("Prefer", "return=minimal").body(line);
        if let Some(token) = &self.token {
            let Ok(token) = fs::read_to_string(token) else { return Answer::Later("its token can't be read:", 0) };
            request = request.bearer_auth(token.trim());
        }
        match Outbound::send(request, MOST_OF_ANSWER, Instant::now() + PATIENCE).await {
            Ok(answer) => meant(answer.status),
            // It answered with success, and said too much.
            Err(SendError::TooLarge) => Answer::Taken,
            Err(error) => Answer::Later(error.name(), 0),
        }
    }

    fn keep(&self, line: &[u8]) -> io::Result<()> {
        let mut file = super::writer::private().create(true).append(true).open(self.folder.join(REFUSED))?;
        file.write_all(&[line, b"\n"].concat())
    }

    fn note(&self) -> io::Result<()> {
        files::replace(&self.folder.join(SENT), &serde_json::to_vec(&self.place)?)
    }
}

/// What a status means for a line. What is wrong with the line itself will not change; who we are, where the repository is and
/// how busy it is may.
fn meant(status: u16) -> Answer {
    match status {
        200..300 => Answer::Taken,
        400 | 406 | 409..=413 | 415 | 422 => Answer::Refused(status),
        _ => Answer::Later("it answers", status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_wrong_with_a_line_is_for_good() {
        for status in [200, 201, 204] {
            assert_eq!(meant(status), Answer::Taken);
        }
        for status in [400, 413, 422] {
            assert_eq!(meant(status), Answer::Refused(status));
        }
        for status in [301, 401, 403, 404, 429, 500, 503] {
            assert!(matches!(meant(status), Answer::Later(_, _)), "{status}");
        }
    }
}
