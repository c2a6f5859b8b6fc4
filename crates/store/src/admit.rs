//! What instances share of each call: a token is used once, and a client sends no more than it may.
//!
//! One statement per call tells the database, and answers for all instances. Who waits for it waits briefly; what is in the
//! queue is told all the same, so that a database that was away learns which tokens were used meanwhile.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use sqlx::AnyConnection;
use sqlx::{Executor as _, Row as _};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;

use crate::address::Address;
use crate::connection::{connect, within};
use crate::failure::Failure;
use crate::state::Counters;
use crate::{Clock, LONGEST_WAIT};

/// How long to wait before a connection is tried again.
pub(crate) const TRY_AGAIN: Duration = Duration::from_secs(1);
/// The window of a rate: a whole minute's requests may come at once.
const MINUTE: i64 = 60_000_000;

/// A token that is used, and who sends it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The client, for its rate.
    pub client: &'a str,
    /// Who signed the token, and by which key: a `jti` is unique for them alone.
    pub signer: &'a str,
    /// The `jti` of its token.
    pub jti: &'a str,
    /// When the token expires, since 1970.
    pub until: Duration,
    /// What time it is, since 1970.
    pub now: Duration,
    /// How many requests its client may send in a minute.
    pub per_minute: Option<NonZeroU32>,
}

/// What all instances know of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Whether the token is used for the first time.
    pub is_first: bool,
    /// When the client may send again, if it sends too much.
    pub retry_after: Option<Duration>,
}

/// A call on its way to the database.
pub(crate) struct Asked {
    id: String,
    client: String,
    until: i64,
    now: i64,
    /// Microseconds between two requests of the client.
    step: Option<i64>,
    tell: Option<oneshot::Sender<Option<Admission>>>,
}

impl Asked {
    pub(crate) fn new(call: &Call<'_>, tell: Option<oneshot::Sender<Option<Admission>>>) -> Self {
        Self {
            id: digest(&[call.signer, call.jti]),
            client: call.client.to_owned(),
            until: milliseconds(call.until),
            now: milliseconds(call.now),
            step: call.per_minute.map(|most| MINUTE / i64::from(most.get())),
            tell,
        }
    }

    /// One that shows whether the database answers. It is forgotten at once.
    fn probe(now: i64, tell: oneshot::Sender<Option<Admission>>) -> Self {
        Self { id: "probe".to_owned(), client: String::new(), until: now, now, step: None, tell: Some(tell) }
    }
}

/// 128 bits of a digest: two that are alike are not to be found by accident.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        // Each part with its length: what one ends with can't be what the next begins with.
        digest.update(part.len().to_le_bytes());
        digest.update(part);
    }
    let mut id = [0; 16];
    id.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    format!("{:032x}", u128::from_be_bytes(id))
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Answers what is asked, one after the other. Several of these share the queue.
pub(crate) async fn answer(address: Address, asked: Arc<Mutex<mpsc::Receiver<Asked>>>, counters: Arc<Counters>) {
    let mut connection: Option<AnyConnection> = None;
    loop {
        let Some(next) = asked.lock().await.recv().await else { return };
        let said = match &mut connection {
            Some(open) => ask(open, &address, &next).await,
            None => match connect(&address, false).await {
                Ok(open) => ask(connection.insert(open), &address, &next).await,
                Err(failure) => Err(failure),
            },
        };
        let has_failed = said.is_err();
        if let Err(failure) = &said {
            counters.failed("tokens and rates", *failure);
            connection = None;
        }
        if let Some(tell) = next.tell {
            // Whoever waited may have gone.
            let _ = tell.send(said.ok());
        }
        if has_failed {
            sleep(TRY_AGAIN).await;
        }
    }
}

/// Looks from time to time whether the database answers in time: often while nobody waits for it.
pub(crate) async fn probe(sender: mpsc::WeakSender<Asked>, counters: Arc<Counters>, clock: Clock) {
    const IDLE: u32 = 10;
    let mut passed = 0;
    loop {
        sleep(TRY_AGAIN).await;
        passed += 1;
        if counters.answers_in_time() && passed < IDLE {
            continue;
        }
        passed = 0;
        let Some(sender) = sender.upgrade() else { return };
        let (tell, told) = oneshot::channel();
        let has_answered = sender.try_send(Asked::probe(clock(), tell)).is_ok()
            && tokio::time::timeout(LONGEST_WAIT, told).await.is_ok_and(|told| told.ok().flatten().is_some());
        counters.waited(has_answered);
    }
}

/// Uses a token. One that has expired may be used again: it is another one.
const USE_TOKEN: &str = "INSERT INTO used_token (id, valid_until) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE \
     SET valid_until = excluded.valid_until WHERE used_token.valid_until <= $3";

/// Uses a token, and counts the request when it was the first time: the generic cell rate algorithm, by the clock of the
/// database. A time that lies further ahead than it can is that of a clock that was set back.
const USE_TOKEN_AND_COUNT: &str = "WITH token AS ( \
       INSERT INTO used_token AS used (id, valid_until) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE \
       SET valid_until = excluded.valid_until WHERE used.valid_until <= $3 RETURNING 1 \
     ), moment AS MATERIALIZED ( \
       SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now \
     ), counted AS ( \
       INSERT INTO request_rate AS rate (client, next_at) SELECT $4, moment.now + $5 FROM token, moment \
       ON CONFLICT (client) DO UPDATE SET next_at = $5 + CASE \
         WHEN rate.next_at BETWEEN excluded.next_at - $5 AND excluded.next_at - $5 + 2 * $6 THEN rate.next_at \
         ELSE excluded.next_at - $5 END \
       WHERE rate.next_at NOT BETWEEN excluded.next_at - 2 * $5 + $6 + 1 AND excluded.next_at - $5 + 2 * $6 \
       RETURNING next_at \
     ) \
     SELECT (SELECT count(*) FROM token), (SELECT count(*) FROM counted), \
       (SELECT next_at FROM request_rate WHERE client = $4), (SELECT now FROM moment)";

async fn ask(connection: &mut AnyConnection, address: &Address, asked: &Asked) -> Result<Admission, Failure> {
    let Some(step) = asked.step.filter(|_| address.is_shared()) else {
        let used = sqlx::query(USE_TOKEN).bind(&*asked.id).bind(asked.until).bind(asked.now);
        let used = within(connection.execute(used)).await?;
        return Ok(Admission { is_first: used.rows_affected() > 0, retry_after: None });
    };
    let used = sqlx::query(USE_TOKEN_AND_COUNT).bind(&*asked.id).bind(asked.until).bind(asked.now);
    let used = used.bind(&*asked.client).bind(step).bind(MINUTE);
    let row = within(connection.fetch_one(used)).await?;
    let (first, counted): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    let (next, now): (Option<i64>, i64) = (row.try_get(2)?, row.try_get(3)?);
    let too_many = first > 0 && counted == 0;
    let wait = next.map_or(step, |next| next.saturating_add(step).saturating_sub(MINUTE).saturating_sub(now)).max(1);
    let retry_after = too_many.then(|| Duration::from_micros(wait.unsigned_abs().min(MINUTE.unsigned_abs())));
    Ok(Admission { is_first: first > 0, retry_after })
}

/// Forgets tokens that have expired, and clients that sent nothing for a while.
pub(crate) async fn forget(connection: &mut AnyConnection, now: i64) -> Result<(), Failure> {
    within(connection.execute(sqlx::query("DELETE FROM used_token WHERE valid_until <= $1").bind(now))).await?;
    // By another clock than that of the database: an hour is long enough for any difference.
    let long_ago = now.saturating_mul(1000).saturating_sub(60 * MINUTE);
    within(connection.execute(sqlx::query("DELETE FROM request_rate WHERE next_at <= $1").bind(long_ago))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_signer_and_its_id() {
        let of = |signer: &str, jti: &str| digest(&[signer, jti]);
        assert_eq!(of("a", "b").len(), 32);
        assert_eq!(of("a", "b"), of("a", "b"));
        assert_ne!(of("a", "bc"), of("ab", "c"));
        assert_ne!(of("a", "b"), of("b", "a"));
    }
}
