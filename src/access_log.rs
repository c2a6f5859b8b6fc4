//! The access log: who asked for advice about which patient, when, on which hook, and what came of it.
//!
//! A FHIR `AuditEvent` per call (IHE BALP, NEN 7513), as one line of NDJSON. Each line names the one before it by its digest
//! (`chain`), so that a changed or missing line shows. It is apart from the log of the program, which never has a patient.
//! Off unless a hospital names a folder.
//!
//! One thread writes; calls wait for their line, or don't, as the hospital wants it ([`WhenUnwritable`]). What is written can be
//! sent on to the hospital's own audit repository (`delivery`): the files themselves are its queue.

mod chain;
mod delivery;
mod event;
mod state;
mod verify;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tokio::time::timeout;

pub use event::{Access, Subject, USER_NOT_SAID};
pub use state::State;
pub use verify::{Verified, verify};

use self::event::AuditSource;
use self::state::Counters;
use self::writer::Writer;

/// How long a call waits for its line at most. A disk that takes longer can't be written, for whoever waits.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// What becomes of a call whose line can't be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenUnwritable {
    /// It is refused: no advice without a trace.
    #[default]
    Refuse,
    /// It is answered; what is not written is counted, and the log and readiness say so.
    GoOn,
}

/// Where the access log is, and how it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessLogSettings {
    /// The folder of its files.
    pub folder: PathBuf,
    /// What becomes of a call whose line can't be written.
    pub when_unwritable: WhenUnwritable,
    /// How large a file grows before the next one is begun, in bytes. A new day begins one, too.
    pub rotate_at: u64,
    /// Where its lines are sent, besides.
    pub repository: Option<Repository>,
}

/// The hospital's audit repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// The base of the FHIR server, to which `/AuditEvent` is added.
    pub base: Url,
    /// The file with the token that it wants, read again for each attempt; none: it wants none.
    pub token: Option<PathBuf>,
    /// Certificates (PEM) that are trusted besides those of the machine.
    pub authorities: Vec<u8>,
}

/// The access log of a running server.
#[derive(Debug)]
pub struct AccessLog {
    writer: Writer,
    when_unwritable: WhenUnwritable,
    counters: Arc<Counters>,
    source: AuditSource,
}

/// A line that could not be written, and without which no call may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwritten;

impl AccessLog {
    /// Opens the files in the folder, or begins them, and starts to write. `address` is how clients call the server.
    ///
    /// # Errors
    /// When the folder can't be written, or another program writes there: one line that says so.
    pub fn open(settings: &AccessLogSettings, address: &str) -> Result<Self, String> {
        let counters = Arc::new(Counters::default());
        let writer = Writer::start(&settings.folder, settings.rotate_at, Arc::clone(&counters))?;
        Ok(Self { writer, when_unwritable: settings.when_unwritable, counters, source: AuditSource::new(address) })
    }

    /// Sends what is written to the hospital's repository, for as long as it is polled. Without a repository it ends at once.
    ///
    /// # Errors
    /// When connections to it can't be prepared, or it is not known how far it was sent: one line that says why.
    pub fn deliver(&self, settings: &AccessLogSettings) -> Result<impl Future<Output = ()> + use<>, String> {
        let delivery = settings
            .repository
            .as_ref()
            .map(|repository| delivery::Delivery::new(&settings.folder, repository, Arc::clone(&self.counters)));
        let delivery = delivery.transpose()?;
        Ok(async move {
            if let Some(delivery) = delivery {
                delivery.run().await;
            }
        })
    }

    /// Writes a line.
    ///
    /// # Errors
    /// [`Unwritten`] when it can't be written in time, and calls are refused then.
    pub async fn write(&self, access: &Access<'_>) -> Result<(), Unwritten> {
        let written = self.writer.write(self.source.event(access));
        if self.when_unwritable == WhenUnwritable::GoOn {
            return Ok(());
        }
        match timeout(LONGEST_WAIT, written).await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Unwritten),
        }
    }

    /// Whether calls are refused because their lines can't be written.
    #[must_use]
    pub fn is_refusing(&self) -> bool {
        self.when_unwritable == WhenUnwritable::Refuse && self.state().is_failing
    }

    /// How it goes.
    #[must_use]
    pub fn state(&self) -> State {
        self.counters.state()
    }
}
