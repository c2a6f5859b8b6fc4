//! Writing what was shown, in batches, and feedback, durably.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Executor as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval, sleep, sleep_until};

use crate::address::Address;
use crate::admit::{TRY_AGAIN, digest, forget};
use crate::connection::{begin_durable, commit_durable, connect, within};
use crate::failure::{Failure, Unavailable};
use crate::state::Counters;
use crate::{Clock, Feedback, FeedbackCall, Settings, Shown, ShownRule};

/// How long what is shown is gathered before it is written.
const GATHER: Duration = Duration::from_millis(200);
/// How often what has had its time is deleted.
const FORGET: Duration = Duration::from_mins(1);
/// Calls whose cards are written at once.
const MOST_CALLS: usize = 512;
/// Feedback calls that are kept by one commit.
const MOST_FEEDBACK: usize = 64;
/// Rows of one statement.
const MOST_ROWS: usize = 100;

/// The one who writes.
pub(crate) struct Writer {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) counters: Arc<Counters>,
    pub(crate) shown: mpsc::Receiver<Shown>,
    pub(crate) feedback: mpsc::Receiver<FeedbackCall>,
    pub(crate) close: mpsc::Receiver<oneshot::Sender<()>>,
    pub(crate) connection: Option<AnyConnection>,
}

impl Writer {
    /// Writes until it is asked to end, then what is left.
    pub(crate) async fn run(mut self) {
        let mut waiting: Vec<Shown> = Vec::new();
        let mut asked: Vec<FeedbackCall> = Vec::new();
        let mut gathered = Instant::now();
        let mut forgets = interval(FORGET);
        let mut is_down = false;
        loop {
            // What is in `waiting` could not be written before.
            let may_take = waiting.is_empty() && Instant::now() >= gathered;
            let mut to_forget = false;
            tokio::select! {
                biased;
                closing = self.close.recv() => {
                    self.end(waiting).await;
                    if let Some(tell) = closing {
                        let _ = tell.send(());
                    }
                    return;
                }
                _ = self.feedback.recv_many(&mut asked, MOST_FEEDBACK) => {}
                _ = self.shown.recv_many(&mut waiting, MOST_CALLS), if may_take => {}
                () = sleep_until(gathered), if !may_take || is_down => {}
                _ = forgets.tick() => to_forget = true,
            }
            let rules = waiting.iter().map(|shown| shown.rules.len()).sum();
            let done = self.write(&mut asked, &mut waiting, to_forget).await;
            is_down = done.is_err();
            self.counters.connected(!is_down);
            match done {
                Ok(()) if rules > 0 => gathered = Instant::now() + GATHER,
                Ok(()) => {}
                Err(failure) => {
                    self.counters.failed("writing", failure);
                    for (_, tell) in asked.drain(..) {
                        let _ = tell.send(Err(Unavailable));
                    }
                    self.connection = None;
                    if failure == Failure::Refused && !waiting.is_empty() {
                        // It would be refused for ever, and all that comes after it.
                        waiting.clear();
                        self.counters.dropped(rules);
                    }
                    sleep(TRY_AGAIN).await;
                    gathered = Instant::now();
                }
            }
        }
    }

    async fn write(
        &mut self,
        asked: &mut Vec<FeedbackCall>,
        waiting: &mut Vec<Shown>,
        to_forget: bool,
    ) -> Result<(), Failure> {
        let Self { settings, counters, clock, .. } = self;
        let address = &settings.address;
        let connection = match &mut self.connection {
            Some(open) => open,
            None => self.connection.insert(connect(address, false).await?),
        };
        // Whoever has gone will send it again.
        asked.retain(|(_, tell)| !tell.is_closed());
        if !asked.is_empty() {
            let items: Vec<&Feedback> = asked.iter().flat_map(|(items, _)| items).collect();
            keep(connection, address, settings.comments, &items).await?;
            for (_, tell) in asked.drain(..) {
                let _ = tell.send(Ok(()));
            }
        }
        if !waiting.is_empty() {
            let rules: Vec<(&Shown, &ShownRule)> =
                waiting.iter().flat_map(|shown| shown.rules.iter().map(move |rule| (shown, rule))).collect();
            write_shown(connection, &rules).await?;
            counters.written(rules.len());
            waiting.clear();
        }
        if to_forget {
            let now = clock();
            forget(connection, now).await?;
            let kept_for = i64::try_from(settings.keep_comments_for.as_millis()).unwrap_or(i64::MAX);
            let old = sqlx::query("DELETE FROM feedback_comment WHERE received_at <= $1");
            within(connection.execute(old.bind(now.saturating_sub(kept_for)))).await?;
        }
        Ok(())
    }

    /// Writes what is queued. What can't be written now is lost; feedback was not acknowledged.
    async fn end(&mut self, mut waiting: Vec<Shown>) {
        let mut asked = Vec::new();
        while let Ok(one) = self.feedback.try_recv() {
            asked.push(one);
        }
        while let Ok(one) = self.shown.try_recv() {
            waiting.push(one);
        }
        if let Err(failure) = self.write(&mut asked, &mut waiting, false).await {
            self.counters.failed("writing at the end", failure);
        }
        if let Some(connection) = self.connection.take() {
            let _ = within(sqlx::Connection::close(connection)).await;
        }
    }
}

/// Keeps feedback. When this returns it is on the disk.
///
/// The same feedback comes more than once: a client that got no answer sends it again, and one may send all that it has each time. It
/// is the same when the client, the card, the outcome and the instant are.
async fn keep(
    connection: &mut AnyConnection,
    address: &Address,
    comments: bool,
    items: &[&Feedback],
) -> Result<(), Failure> {
    let (mut feedback, mut reasons, mut written) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        let (card, outcome) = (item.card.to_string(), if item.is_accepted { "accepted" } else { "overridden" });
        let id = digest(&[&item.client, &card, outcome, &item.at.to_string()]);
        for reason in &item.reasons {
            reasons.push([text(&id), text(&reason.system), text(&reason.code)]);
        }
        if let Some(comment) = item.comment.as_ref().filter(|_| comments) {
            // PostgreSQL takes no such character in a text.
            written.push([text(&id), Cell::Text(comment.replace('\0', "")), Cell::Number(item.received)]);
        }
        feedback.push([
            Cell::Text(id),
            text(&item.client),
            Cell::Text(card),
            text(&item.service),
            text(outcome),
            Cell::Number(item.at),
            Cell::Number(item.received),
        ]);
    }
    begin_durable(connection, address).await?;
    insert(connection, "feedback (id, client, card, service, outcome, outcome_at, received_at)", feedback).await?;
    insert(connection, "feedback_reason (feedback, system, code)", reasons).await?;
    insert(connection, "feedback_comment (feedback, comment, received_at)", written).await?;
    commit_durable(connection, address).await
}

/// Writes what was shown. A call that is repeated has the same cards: they count once.
async fn write_shown(connection: &mut AnyConnection, rules: &[(&Shown, &ShownRule)]) -> Result<(), Failure> {
    let row = |(shown, rule): &(&Shown, &ShownRule)| {
        [
            text(&shown.client),
            Cell::Text(rule.card.to_string()),
            text(rule.rule),
            Cell::Number(i64::from(rule.version)),
            Cell::Number(i64::from(rule.leads)),
            text(rule.verdict),
            text(rule.indicator),
            text(&shown.service),
            text(shown.hook),
            Cell::Number(shown.at),
        ]
    };
    let table = "shown (client, card, rule, version, leads, verdict, indicator, service, hook, shown_at)";
    insert(connection, table, rules.iter().map(row).collect()).await
}

/// What stands in a row.
enum Cell {
    Text(String),
    Number(i64),
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// Inserts rows, as many as a statement may have at a time. Those that are there already stay as they are.
async fn insert<const COLUMNS: usize>(
    connection: &mut AnyConnection,
    table: &'static str,
    mut rows: Vec<[Cell; COLUMNS]>,
) -> Result<(), Failure> {
    while !rows.is_empty() {
        let some: Vec<[Cell; COLUMNS]> = rows.drain(..rows.len().min(MOST_ROWS)).collect();
        let mut sql = format!("INSERT INTO {table} VALUES ");
        for place in 0..some.len() * COLUMNS {
            let (row, column) = (place / COLUMNS, place % COLUMNS);
            let before = if column > 0 {
                ", "
            } else if row > 0 {
                "), ("
            } else {
                "("
            };
            // Writing to a String can't fail.
            let _ = write!(sql, "{before}${}", place + 1);
        }
        sql.push_str(") ON CONFLICT DO NOTHING");
        // Made of our own words and numbers alone. One row is what is written most.
        let mut insert: Query<'_, Any, AnyArguments> = sqlx::query(AssertSqlSafe(sql)).persistent(some.len() == 1);
        for cell in some.into_iter().flatten() {
            insert = match cell {
                Cell::Text(text) => insert.bind(text),
                Cell::Number(number) => insert.bind(number),
            };
        }
        within(connection.execute(insert)).await?;
    }
    Ok(())
}
