//! Keys that a client publishes: fetched from the address of the configuration, kept, and fetched again when they rotate.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::header::ACCEPT;
use jsonwebtoken::Algorithm;
use reqwest::Url;

use super::jwks::Jwks;
use super::reason::Reason;
use crate::outbound::{Outbound, SendError};

/// How large a JWK set may be, in bytes.
const LARGEST: usize = 64 * 1024;

/// When keys are fetched.
#[derive(Clone, Copy)]
struct Pace {
    /// How long keys count as new.
    fresh_for: Duration,
    /// How much longer they are used while new ones can't be had.
    stale_for: Duration,
    /// At least between two fetches because of an unknown `kid`: anybody can send one.
    between: Duration,
    /// At least after a fetch that failed.
    after_failure: Duration,
    /// How long a fetch may take.
    fetch: Duration,
    /// How long a request waits for new keys when the old ones would do.
    patience: Duration,
}

impl Pace {
    fn new(fresh_for: Duration) -> Self {
        Self {
            fresh_for,
            stale_for: Duration::from_hours(1),
            between: Duration::from_secs(30),
            after_failure: Duration::from_secs(5),
            fetch: Duration::from_secs(2),
            patience: Duration::from_millis(250),
        }
    }
}

/// Where a client publishes its keys, and those that were there.
pub(super) struct Jku {
    client: String,
    url: Url,
    outbound: Outbound,
    pace: Pace,
    known: Mutex<Option<Known>>,
    /// Held while fetching: requests that wait for it share the fetch.
    attempts: tokio::sync::Mutex<Attempts>,
}

#[derive(Clone)]
struct Known {
    keys: Arc<Jwks>,
    since: Instant,
}

#[derive(Default)]
struct Attempts {
    failed: Option<Instant>,
    for_kid: Option<Instant>,
}

impl Jku {
    /// Nothing is fetched before the first token comes. `client` is for the log.
    pub(super) fn new(client: String, url: Url, outbound: Outbound, fresh_for: Duration) -> Self {
        let pace = Pace::new(fresh_for);
        Self { client, url, outbound, pace, known: Mutex::default(), attempts: tokio::sync::Mutex::default() }
    }

    /// Whether its keys are at this address, and trusted to be by the same authorities.
    pub(super) fn is_at(&self, url: &Url, outbound: &Outbound) -> bool {
        self.url == *url && self.outbound.trusts_as(outbound)
    }

    /// The same with keys that count as new for another time. Those that were fetched are kept.
    pub(super) fn paced(self: &Arc<Self>, fresh_for: Duration) -> Arc<Self> {
        if self.pace.fresh_for == fresh_for {
            return Arc::clone(self);
        }
        let jku = Self::new(self.client.clone(), self.url.clone(), self.outbound.clone(), fresh_for);
        Arc::new(Self { known: Mutex::new(self.known()), ..jku })
    }

    /// The keys of the client, fetched when there are none, when they are old, or when none of them is the one asked for.
    /// It may be missing all the same.
    pub(super) async fn keys(self: &Arc<Self>, kid: &str, algorithm: Algorithm) -> Result<Arc<Jwks>, Reason> {
        let old = self.known();
        if let Some(known) = old.as_ref().filter(|known| self.is_fresh(known) && known.keys.have(kid, algorithm)) {
            return Ok(Arc::clone(&known.keys));
        }
        // On a task of its own: it goes on when this request is given up, and others profit.
        let fetch = tokio::spawn(Arc::clone(self).refresh(kid.to_owned(), algorithm));
        let patience = match old {
            Some(known) if self.is_usable(&known) && known.keys.have(kid, algorithm) => self.pace.patience,
            // A fetch has a limit of its own, and may have to wait for another one.
            _ => self.pace.fetch.saturating_mul(2),
        };
        let _ = tokio::time::timeout(patience, fetch).await;
        self.known().filter(|known| self.is_usable(known)).map(|known| known.keys).ok_or(Reason::NoKeys)
    }

    fn known(&self) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn is_fresh(&self, known: &Known) -> bool {
        known.since.elapsed() < self.pace.fresh_for
    }

    fn is_usable(&self, known: &Known) -> bool {
        known.since.elapsed() < self.pace.fresh_for.saturating_add(self.pace.stale_for)
    }

    /// Fetches the keys, unless somebody else just did or it is too early to try again.
    async fn refresh(self: Arc<Self>, kid: String, algorithm: Algorithm) {
        let mut attempts = self.attempts.lock().await;
        let is_within = |time: Option<Instant>, pause: Duration| time.is_some_and(|time| time.elapsed() < pause);
        if is_within(attempts.failed, self.pace.after_failure) {
            return;
        }
        if let Some(known) = self.known().filter(|known| self.is_fresh(known)) {
            if known.keys.have(&kid, algorithm) || is_within(attempts.for_kid, self.pace.between) {
                return;
            }
            attempts.for_kid = Some(Instant::now());
        }
        let since = Instant::now();
        match self.fetch(since + self.pace.fetch).await {
            Ok(keys) => {
                let known = Known { keys: Arc::new(keys), since };
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
                attempts.failed = None;
                tracing::debug!(client = self.client, "fetched the keys of a client");
            }
            Err(reason) => {
                attempts.failed = Some(Instant::now());
                tracing::warn!(client = self.client, reason, "the keys of a client can't be fetched");
            }
        }
    }

    async fn fetch(&self, deadline: Instant) -> Result<Jwks, &'static str> {
        let request = self.outbound.client().get(self.url.clone()).header(ACCEPT.as_str(), "application/json");
        let answer = Outbound::send(request, LARGEST, deadline).await.map_err(SendError::name)?;
        if answer.status != 200 {
            return Err("status");
        }
        Jwks::read(&answer.body).ok_or("no-jwks")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;

    const ES384: Algorithm = Algorithm::ES384;

    fn published(kids: &[&str]) -> ResponseTemplate {
        let (x, y) = ("_".repeat(64), "_".repeat(64));
        let key = |kid: &&str| json!({ "kty": "EC", "crv": "P-384", "kid": kid, "x": x, "y": y });
        ResponseTemplate::new(200).set_body_json(json!({ "keys": kids.iter().map(key).collect::<Vec<_>>() }))
    }

    async fn publish(host: &MockServer, answer: ResponseTemplate) {
        host.reset().await;
        Mock::given(any()).respond_with(answer).mount(host).await;
    }

    async fn at(host: &MockServer, pace: Pace) -> Arc<Jku> {
        publish(host, published(&["a"])).await;
        let url = Url::parse(&host.uri()).unwrap();
        let jku = Jku::new("ehr".to_owned(), url, Outbound::new(&[]).unwrap(), pace.fresh_for);
        Arc::new(Jku { pace, ..jku })
    }

    /// The same at another pace, as if time had passed.
    fn with(jku: Arc<Jku>, pace: Pace) -> Arc<Jku> {
        Arc::new(Jku { pace, ..Arc::into_inner(jku).unwrap() })
    }

    async fn has(jku: &Arc<Jku>, kid: &str) -> bool {
        jku.keys(kid, ES384).await.is_ok_and(|keys| keys.have(kid, ES384))
    }

    async fn fetches(host: &MockServer) -> usize {
        host.received_requests().await.unwrap().len()
    }

    fn hours() -> Pace {
        let hour = Duration::from_hours(1);
        Pace { between: hour, after_failure: hour, patience: hour, ..Pace::new(hour) }
    }

    #[actix_web::test]
    async fn keys_are_fetched_once_and_kept() {
        let host = MockServer::start().await;
        let jku = at(&host, hours()).await;
        let all = futures_util::future::join_all((0..20).map(|_| has(&jku, "a"))).await;
        assert_eq!(all, [true; 20]);
        assert!(has(&jku, "a").await);
        assert_eq!(fetches(&host).await, 1);
    }

    #[actix_web::test]
    async fn an_unknown_kid_fetches_again_and_not_too_often() {
        let host = MockServer::start().await;
        let jku = at(&host, hours()).await;
        assert!(has(&jku, "a").await);
        publish(&host, published(&["b"])).await;
        assert!(has(&jku, "b").await);
        assert!(!has(&jku, "a").await);
        publish(&host, published(&["c"])).await;
        assert!(!has(&jku, "c").await, "it is too early");
        assert!(has(&jku, "b").await);
        assert_eq!(fetches(&host).await, 0);

        let jku = with(jku, Pace { between: Duration::ZERO, ..hours() });
        assert!(has(&jku, "c").await);
        assert_eq!(fetches(&host).await, 1);
    }

    #[actix_web::test]
    async fn old_keys_are_used_while_new_ones_cannot_be_had_and_no_longer() {
        let host = MockServer::start().await;
        let pace = Pace { fresh_for: Duration::ZERO, after_failure: Duration::ZERO, ..hours() };
        let jku = at(&host, pace).await;
        assert!(has(&jku, "a").await);
        publish(&host, ResponseTemplate::new(500)).await;
        assert!(has(&jku, "a").await);
        let jku = with(jku, Pace { stale_for: Duration::ZERO, ..pace });
        assert_eq!(jku.keys("a", ES384).await.err(), Some(Reason::NoKeys));
        let jku = with(jku, pace);
        publish(&host, published(&["a"])).await;
        assert!(has(&jku, "a").await);
    }

    #[actix_web::test]
    async fn a_slow_host_holds_nobody_up_who_has_the_key() {
        let host = MockServer::start().await;
        let pace = Pace { fresh_for: Duration::ZERO, patience: Duration::from_millis(20), ..hours() };
        let jku = at(&host, pace).await;
        assert!(has(&jku, "a").await);
        publish(&host, published(&["a"]).set_delay(Duration::from_mins(1))).await;
        let start = Instant::now();
        assert!(has(&jku, "a").await);
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[actix_web::test]
    async fn after_a_failure_the_host_is_left_alone_for_a_while() {
        let host = MockServer::start().await;
        let jku = at(&host, hours()).await;
        publish(&host, ResponseTemplate::new(503)).await;
        for _ in 0..5 {
            assert!(!has(&jku, "a").await);
        }
        assert_eq!(fetches(&host).await, 1);
    }
}
