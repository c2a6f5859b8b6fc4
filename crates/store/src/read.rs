//! Counting what was shown, and what became of it.

use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Executor as _, Row as _};
use tokio::runtime;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::ReportCall;
use crate::address::Address;
use crate::connection::{SCHEMA_VERSION, connect, schema_version};
use crate::failure::{Failure, Unavailable};
use crate::report::{Counted, Line, Outcomes, Period, QUARTER, Reason, Unrecorded};
use crate::state::Counters;

/// How long the counting may take.
const COUNT_WITHIN: Duration = Duration::from_secs(10);

/// Answers reports, one after the other, each by a connection of its own.
pub(crate) async fn answer(address: Address, mut reports: mpsc::Receiver<ReportCall>, counters: Arc<Counters>) {
    while let Some((period, tell)) = reports.recv().await {
        let counted = counted(&address, period).await.map_err(|failure| {
            counters.failed("a report", failure);
            Unavailable
        });
        // Whoever asked may have gone.
        let _ = tell.send(counted);
    }
}

/// Counts without a server: the database is asked directly, and nothing in it is changed.
///
/// # Errors
/// When it can't be asked, or its tables are of an earlier version.
pub fn counts(address: &Address, period: Period) -> Result<Counted, Failure> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(|_error| Failure::Refused)?;
    runtime.block_on(counted(address, period))
}

async fn counted(address: &Address, period: Period) -> Result<Counted, Failure> {
    let count = async {
        let mut connection = connect(address, false).await?;
        if schema_version(&mut connection).await? < SCHEMA_VERSION {
            return Err(Failure::Outdated);
        }
        let counted = count(&mut connection, period).await?;
        let _ = sqlx::Connection::close(connection).await;
        Ok(counted)
    };
    timeout(COUNT_WITHIN, count).await.map_err(|_elapsed| Failure::TimedOut)?
}

/// Of several feedbacks on a card the last one counts, by the clock of the client.
const OUTCOMES: &str = "SELECT rule, client, quarter, outcome, count(*) AS cards, CAST(sum(1 - leads) AS BIGINT) AS joined FROM ( \
       SELECT shown.rule, shown.client, shown.leads, shown.shown_at / $3 AS quarter, \
         (SELECT feedback.outcome FROM feedback WHERE feedback.client = shown.client AND feedback.card = shown.card \
          ORDER BY feedback.outcome_at DESC, feedback.received_at DESC, feedback.id LIMIT 1) AS outcome \
       FROM shown WHERE shown.shown_at >= $1 AND shown.shown_at < $2 \
     ) AS cards GROUP BY rule, client, quarter, outcome";

const REASONS: &str = "SELECT cards.rule, cards.client, cards.quarter, reason.system, reason.code, count(*) AS cards FROM ( \
       SELECT shown.rule, shown.client, shown.shown_at / $3 AS quarter, \
         (SELECT feedback.id FROM feedback WHERE feedback.client = shown.client AND feedback.card = shown.card \
          ORDER BY feedback.outcome_at DESC, feedback.received_at DESC, feedback.id LIMIT 1) AS feedback \
       FROM shown WHERE shown.shown_at >= $1 AND shown.shown_at < $2 \
     ) AS cards JOIN feedback ON feedback.id = cards.feedback AND feedback.outcome = 'overridden' \
     LEFT JOIN feedback_reason AS reason ON reason.feedback = cards.feedback \
     GROUP BY cards.rule, cards.client, cards.quarter, reason.system, reason.code";

const UNRECORDED: &str = "SELECT client, outcome, count(DISTINCT card) AS cards FROM feedback \
     WHERE received_at >= $1 AND received_at < $2 AND NOT EXISTS ( \
       SELECT 1 FROM shown WHERE shown.client = feedback.client AND shown.card = feedback.card \
     ) GROUP BY client, outcome";

async fn count(connection: &mut AnyConnection, period: Period) -> Result<Counted, Failure> {
    let mut counted = Counted::default();
    let outcomes = sqlx::query(OUTCOMES).bind(period.since).bind(period.until).bind(QUARTER);
    for row in connection.fetch_all(outcomes).await? {
        let (outcome, cards, joined) = (row.try_get::<Option<String>, _>(3)?, number(&row, 4)?, number(&row, 5)?);
        let cards_of = |is: bool| if is { cards } else { 0 };
        let outcomes = Outcomes {
            shown: cards,
            joined,
            accepted: cards_of(outcome.as_deref() == Some("accepted")),
            overridden: cards_of(outcome.as_deref() == Some("overridden")),
            ignored: cards_of(outcome.is_none()),
        };
        counted.lines.push(Line { outcomes, ..line(&row)? });
    }
    let reasons = sqlx::query(REASONS).bind(period.since).bind(period.until).bind(QUARTER);
    for row in connection.fetch_all(reasons).await? {
        let (system, code) = (row.try_get::<Option<String>, _>(3)?, row.try_get::<Option<String>, _>(4)?);
        let reason = Reason { system, code, cards: number(&row, 5)? };
        counted.lines.push(Line { reasons: vec![reason], ..line(&row)? });
    }
    let unrecorded = sqlx::query(UNRECORDED).bind(period.since).bind(period.until);
    for row in connection.fetch_all(unrecorded).await? {
        let (client, outcome): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        counted.unrecorded.push(Unrecorded { client, is_accepted: outcome == "accepted", cards: number(&row, 2)? });
    }
    Ok(counted)
}

fn line(row: &AnyRow) -> Result<Line, Failure> {
    Ok(Line {
        rule: row.try_get(0)?,
        client: row.try_get(1)?,
        quarter: row.try_get(2)?,
        outcomes: Outcomes::default(),
        reasons: Vec::new(),
    })
}

fn number(row: &AnyRow, column: usize) -> Result<u64, Failure> {
    let number: i64 = row.try_get(column)?;
    Ok(number.unsigned_abs())
}
