//! What cellwise remembers: the cards that were shown, what users did with them, the tokens that were used, and how much each
//! client sent. In SQLite, or in PostgreSQL where several instances share it.
//!
//! Nothing here may delay or change a card. A thread of its own does all that touches the database; whoever answers a request
//! hands something over and goes on ([`Store::shown`]), or waits for a bounded time and goes on without ([`Store::admit`]). Only
//! feedback waits until it is kept ([`Store::feedback`]): who was told so may forget it.
//!
//! Nothing of a patient is in it: a card is an id, a rule and what the rule came to. What users wrote may be kept, by setting.

mod address;
mod admit;
mod connection;
mod failure;
mod read;
mod report;
mod state;
mod task;
mod write;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use uuid::Uuid;

pub use address::{Address, Protection};
pub use admit::{Admission, Call};
pub use connection::SCHEMA_VERSION;
pub use failure::{Failure, Unavailable};
pub use read::counts;
pub use report::{Counted, Line, Outcomes, Period, Reason, Report, RuleLine, Thresholds, Unrecorded};
pub use state::State;

use admit::Asked;
use state::Counters;
use task::Task;

/// How long a call waits for what other instances know of its token and its client, before its own memory decides.
pub const LONGEST_WAIT: Duration = Duration::from_millis(20);
/// How long feedback may take until it is kept; then its sender is told to come again.
const FEEDBACK_WITHIN: Duration = Duration::from_secs(2);
/// How long a report may take.
const REPORT_WITHIN: Duration = Duration::from_secs(15);
/// How long the start waits for the database. It goes on without: cards matter more.
const START_WITHIN: Duration = Duration::from_secs(10);
/// How long the end waits for what is still queued.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);
/// Calls whose cards wait to be written at most; those of a further one are dropped, and counted.
const MOST_SHOWN: usize = 4096;
/// Feedback calls that wait to be kept at most; a further one is told to come again.
const MOST_FEEDBACK: usize = 256;
/// Tokens that wait to be shared at most: when the database is back, other instances learn of them.
const MOST_ASKED: usize = 8192;

/// The time since 1970 in milliseconds, by the clock of this machine.
pub type Clock = fn() -> i64;

/// How the store is to behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which database.
    pub address: Address,
    /// Whether what users wrote is kept. It may hold data of patients.
    pub comments: bool,
    /// For how long it is.
    pub keep_comments_for: Duration,
}

/// The cards of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who called.
    pub client: String,
    /// What was called.
    pub service: String,
    /// On which hook.
    pub hook: &'static str,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What stood on the cards.
    pub rules: Vec<ShownRule>,
}

/// A rule on a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRule {
    /// The card.
    pub card: Uuid,
    /// The rule.
    pub rule: &'static str,
    /// Its version.
    pub version: u32,
    /// Whether it leads the card, rather than that it joined the card of another.
    pub leads: bool,
    /// What it came to.
    pub verdict: &'static str,
    /// How urgent it made the card.
    pub indicator: &'static str,
}

/// What a user did with a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Who sends it.
    pub client: String,
    /// To which service.
    pub service: String,
    /// About which card.
    pub card: Uuid,
    /// Accepted, rather than overridden.
    pub is_accepted: bool,
    /// When the user did it, in milliseconds since 1970.
    pub at: i64,
    /// When it was received.
    pub received: i64,
    /// Why it was overridden.
    pub reasons: Vec<ReasonCode>,
    /// What the user wrote.
    pub comment: Option<String>,
}

/// Why a card was overridden, as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCode {
    /// The code system.
    pub system: String,
    /// The code in it.
    pub code: String,
}

/// Who is told what came of something.
type Told<T> = oneshot::Sender<Result<T, Unavailable>>;
type FeedbackCall = (Vec<Feedback>, Told<()>);
type ReportCall = (Period, Told<Counted>);

/// The memory of a server. Clones share it.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    kind: &'static str,
    counters: Arc<Counters>,
    shown: mpsc::Sender<Shown>,
    feedback: mpsc::Sender<FeedbackCall>,
    asked: mpsc::Sender<Asked>,
    reports: mpsc::Sender<ReportCall>,
    close: mpsc::Sender<oneshot::Sender<()>>,
}

impl Store {
    /// Opens the store: connects and brings its tables up to date, on a thread of its own. When the database can't be reached
    /// this goes on, and tries again until it can.
    ///
    /// # Errors
    /// What no waiting mends: a wrong password, a file that can't be opened, tables of something else.
    pub fn open(settings: Settings, clock: Clock) -> Result<Self, Failure> {
        let counters = Arc::new(Counters::default());
        let kind = settings.address.kind();
        let (shown, shown_receiver) = mpsc::channel(MOST_SHOWN);
        let (feedback, feedback_receiver) = mpsc::channel(MOST_FEEDBACK);
        let (asked, asked_receiver) = mpsc::channel(MOST_ASKED);
        let (reports, reports_receiver) = mpsc::channel(4);
        let (close, close_receiver) = mpsc::channel(1);
        let task = Task {
            settings,
            clock,
            counters: Arc::clone(&counters),
            shown: shown_receiver,
            feedback: feedback_receiver,
            asked: asked_receiver,
            ask: asked.downgrade(),
            reports: reports_receiver,
            close: close_receiver,
        };
        task.start(START_WITHIN)?;
        let shared = Shared { kind, counters, shown, feedback, asked, reports, close };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Hands over what was shown. Never waits: when too much is queued it is dropped, and counted.
    pub fn shown(&self, shown: Shown) {
        let rules = shown.rules.len();
        if rules == 0 {
            return;
        }
        let counters = &self.shared.counters;
        counters.queued(rules);
        if self.shared.shown.try_send(shown).is_err() {
            counters.dropped(rules);
        }
    }

    /// Keeps feedback. When this returns, it is on the disk of the database.
    ///
    /// # Errors
    /// When that can't be done now. What was sent may come again: the same feedback is kept once.
    pub async fn feedback(&self, feedback: Vec<Feedback>) -> Result<(), Unavailable> {
        let counters = &self.shared.counters;
        let items = feedback.len();
        let kept = async {
            if !counters.is_connected() {
                return Err(Unavailable);
            }
            let (tell, told) = oneshot::channel();
            self.shared.feedback.try_send((feedback, tell)).map_err(|_full| Unavailable)?;
            timeout(FEEDBACK_WITHIN, told).await.map_err(|_elapsed| Unavailable)?.map_err(|_gone| Unavailable)?
        };
        let kept = kept.await;
        counters.feedback(items, kept.is_ok());
        kept
    }

    /// Asks whether a token is used for the first time, and whether its client may send more, for all instances. `None`: the
    /// database did not answer in time, or it has no time at the moment; what this instance remembers decides. It is told all
    /// the same, as soon as it can be.
    pub async fn admit(&self, call: Call<'_>) -> Option<Admission> {
        self.ask(call, LONGEST_WAIT).await
    }

    async fn ask(&self, call: Call<'_>, longest: Duration) -> Option<Admission> {
        let Shared { counters, asked, .. } = &*self.shared;
        let (tell, told) = oneshot::channel();
        let is_waited_for = counters.answers_in_time();
        let is_queued = asked.try_send(Asked::new(&call, is_waited_for.then_some(tell))).is_ok();
        let answer = if is_queued && is_waited_for { timeout(longest, told).await } else { Ok(Ok(None)) };
        if answer.is_err() {
            counters.cut_short();
        }
        let answer = answer.ok().and_then(Result::ok).flatten();
        counters.asked(answer.is_some(), is_waited_for, is_queued);
        answer
    }

    /// Counts what was shown and what became of it.
    ///
    /// # Errors
    /// When the database can't be asked now.
    pub async fn report(&self, period: Period) -> Result<Counted, Unavailable> {
        let (tell, told) = oneshot::channel();
        self.shared.reports.try_send((period, tell)).map_err(|_full| Unavailable)?;
        timeout(REPORT_WITHIN, told).await.map_err(|_elapsed| Unavailable)?.map_err(|_gone| Unavailable)?
    }

    /// How the store does.
    #[must_use]
    pub fn state(&self) -> State {
        self.shared.counters.state(self.shared.kind)
    }

    /// Writes what is still queued, as far as that can be done soon.
    pub async fn close(&self) {
        let (tell, told) = oneshot::channel();
        if self.shared.close.try_send(tell).is_ok() {
            // When the time is over, what was not written is lost: it was never promised.
            let _ = timeout(CLOSE_WITHIN, told).await;
        }
    }
}
