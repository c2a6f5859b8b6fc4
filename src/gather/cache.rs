//! Responses that may be used again, each only with the token that fetched it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use moka::future::Cache;
use reqwest::Url;
use sha2::{Digest as _, Sha256};

use super::fetch::{Fetched, State};
use super::{FetchError, FetchSettings};
use crate::client::AccessToken;

/// With less time left than this it is no use to begin again what another call did not finish.
const WORTH_A_TRY: Duration = Duration::from_millis(20);

/// Who fetched what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    client: String,
    /// Server, patient and query.
    address: String,
    token: [u8; 32],
}

impl Key {
    pub(super) fn new(client: &str, address: &Url, token: &AccessToken) -> Self {
        let token = Sha256::digest(token.reveal().as_bytes()).into();
        Self { client: client.to_owned(), address: address.to_string(), token }
    }

    /// Its bytes, and those of what it stands for.
    fn weight(&self, fetched: &Fetched) -> u32 {
        let body = fetched.data.as_ref().map_or(0, Bytes::len);
        u32::try_from(body + self.client.len() + self.address.len() + size_of::<(Self, Fetched)>()).unwrap_or(u32::MAX)
    }
}

/// Responses that came whole. The same query of the same token is sent once at a time.
#[derive(Clone)]
pub(super) struct Responses {
    /// `None`: nothing is kept and nothing shared.
    kept: Option<Cache<Key, Fetched>>,
}

impl Responses {
    pub(super) fn new(settings: &FetchSettings) -> Self {
        let is_on = !settings.cache_for.is_zero() && settings.cache_bytes > 0;
        let cache = || {
            let builder = Cache::builder().max_capacity(settings.cache_bytes).weigher(Key::weight);
            builder.time_to_live(settings.cache_for).build()
        };
        Self { kept: is_on.then(cache) }
    }

    /// What `fetch` brings, or brought before; and whether it is what another call brought. Ready at the deadline, whoever is
    /// waited for.
    pub(super) async fn get(&self, key: Key, deadline: Instant, fetch: impl AsyncFn() -> Fetched) -> (Fetched, bool) {
        let Some(kept) = &self.kept else { return (fetch().await, false) };
        let sharing = async {
            loop {
                let is_own = AtomicBool::new(false);
                // Only what came whole is kept: the rest is an "error", which everybody who waits for it gets once.
                let outcome = kept
                    .try_get_with_by_ref(&key, async {
                        is_own.store(true, Ordering::Relaxed);
                        let fetched = fetch().await;
                        if fetched.state == State::Whole { Ok(fetched) } else { Err(fetched) }
                    })
                    .await;
                let is_own = is_own.into_inner();
                let fetched = outcome.unwrap_or_else(|part| (*part).clone());
                let time_left = deadline.saturating_duration_since(Instant::now());
                // The other call had less time than this one has.
                if is_own || !fetched.was_late || time_left < WORTH_A_TRY {
                    return (fetched, !is_own);
                }
            }
        };
        // The own fetch keeps the deadline itself, and then brings what it has.
        let late = |_elapsed| (Fetched::failed(FetchError::TooLate), false);
        tokio::time::timeout_at(deadline.into(), sharing).await.unwrap_or_else(late)
    }
}
