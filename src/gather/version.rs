//! Which version of FHIR a server speaks, as far as it changes what is asked.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::fetch::FHIR_JSON;
use crate::outbound::Outbound;

/// How long an answer counts.
const KNOWN_FOR: Duration = Duration::from_hours(1);
/// How long a server is not asked again that did not answer.
const UNKNOWN_FOR: Duration = Duration::from_mins(1);
/// How long a server may take to answer. No call waits that long: it is for those that follow.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest statement that is read, in bytes: some servers send all of it, whatever they are asked.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Servers that are remembered at most.
const MOST_SERVERS: u64 = 10_000;
/// Servers that are asked at the same time at most: none of them holds up a call, but each holds a connection.
const MOST_AT_ONCE: usize = 16;

/// What a server said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Stu3,
    Later,
    Nothing,
}

/// What servers said about their version.
#[derive(Clone)]
pub(super) struct Versions {
    said: Cache<String, Said>,
    /// How many servers may still be asked at the same time.
    free: Arc<Semaphore>,
}

struct Lifetime;

impl Expiry<String, Said> for Lifetime {
    fn expire_after_create(&self, _server: &String, said: &Said, _now: Instant) -> Option<Duration> {
        Some(if *said == Said::Nothing { UNKNOWN_FOR } else { KNOWN_FOR })
    }
}

impl Versions {
    pub(super) fn new() -> Self {
        Self {
            said: Cache::builder().max_capacity(MOST_SERVERS).expire_after(Lifetime).build(),
            free: Arc::new(Semaphore::new(MOST_AT_ONCE)),
        }
    }

    /// Whether a server speaks STU3. A server that does not say in half of the time that is left is taken for a later one.
    pub(super) async fn is_stu3(
        &self,
        outbound: &Outbound,
        server: &Url,
        token: &HeaderValue,
        deadline: Instant,
    ) -> bool {
        if let Some(said) = self.said.get(server.as_str()).await {
            return said == Said::Stu3;
        }
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else { return false };
        let (cache, outbound, server, token) = (self.said.clone(), outbound.clone(), server.clone(), token.clone());
        // On its own, so that a slow answer still serves the calls that follow.
        let asking = tokio::spawn(async move {
            let _place = place;
            let key = server.to_string();
            cache.get_with(key, async move { ask(&outbound, &server, &token).await }).await
        });
        let wait = deadline.saturating_duration_since(Instant::now()) / 2;
        matches!(tokio::time::timeout(wait, asking).await, Ok(Ok(Said::Stu3)))
    }
}

async fn ask(outbound: &Outbound, server: &Url, token: &HeaderValue) -> Said {
    let mut address = server.clone();
    address.set_path(&format!("{}/metadata", server.path().trim_end_matches('/')));
    address.set_query(Some("_elements=fhirVersion"));
    let deadline = Instant::now() + PATIENCE;
    let request = || outbound.client().get(address.clone()).header(ACCEPT, FHIR_JSON);
    // The statement is open to everybody, nearly everywhere.
    let mut answer = Outbound::send(request(), MOST_BYTES, deadline).await;
    if answer.as_ref().is_ok_and(|answer| matches!(answer.status, 401 | 403)) {
        answer = Outbound::send(request().header(AUTHORIZATION, token), MOST_BYTES, deadline).await;
    }
    answer.map_or(Said::Nothing, |answer| version_of(&answer.body))
}

/// What a `CapabilityStatement` says.
fn version_of(body: &[u8]) -> Said {
    #[derive(Deserialize)]
    struct Statement<'a> {
        #[serde(rename = "fhirVersion", borrow)]
        version: Cow<'a, str>,
    }
    match serde_json::from_slice::<Statement<'_>>(body) {
        Ok(statement) if statement.version.starts_with("3.") => Said::Stu3,
        Ok(_) => Said::Later,
        Err(_) => Said::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_stands_in_the_statement() {
        let statement = |version: &str| {
            format!(r#"{{"resourceType":"CapabilityStatement","fhirVersion":{version},"rest":[{{}}]}}"#)
        };
        for (version, said) in [
            (r#""3.0.2""#, Said::Stu3),
            (r#""3.0.1""#, Said::Stu3),
            (r#""4.0.1""#, Said::Later),
            (r#""4.3.0""#, Said::Later),
            (r#""5.0.0""#, Said::Later),
            ("3", Said::Nothing),
            ("null", Said::Nothing),
        ] {
            assert_eq!(version_of(statement(version).as_bytes()), said, "{version}");
        }
        assert_eq!(version_of(br#"{"resourceType":"OperationOutcome"}"#), Said::Nothing);
        assert_eq!(version_of(b"<CapabilityStatement/>"), Said::Nothing);
    }
}
