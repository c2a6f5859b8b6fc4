//! How much is answered at the same time in all, how much of one client in a minute, and how large the head of a request
//! may be.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::auth::Sender;
use super::error::ApiError;
use crate::client::Client;
use crate::places::{Place, Places};

/// The largest head of a request, in bytes: that of actix over HTTP/1.1, where it has one.
const LARGEST_HEAD: usize = 128 * 1024;

/// Lets requests pass whose head is of a reasonable size. Over HTTP/2 actix takes 16 MiB of anybody, and keeps them while
/// the body arrives.
///
/// # Errors
/// [`ApiError::HeadTooLarge`].
pub(super) async fn head<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len());
    if headers.sum::<usize>() + request.uri().path().len() > LARGEST_HEAD {
        return Err(ApiError::HeadTooLarge.into());
    }
    next.call(request).await
}

/// Takes one of `most` places among the requests in flight. It is free again when what this returns is dropped.
///
/// # Errors
/// [`ApiError::Busy`] when all are taken. Nobody waits: a clinician is at the other end.
pub(super) fn enter(places: &Places, most: usize) -> Result<Place, ApiError> {
    places.take(most).ok_or(ApiError::Busy)
}

/// What clients have left to send, by id. A client without a limit is not here.
#[derive(Default)]
pub(super) struct Rates(BTreeMap<String, Rate>);

struct Rate {
    most: NonZeroU32,
    limiter: Arc<DefaultDirectRateLimiter>,
}

impl Rates {
    /// Those of some clients. Who had the same limit `before` goes on with what is left of it.
    pub(super) fn after(before: Option<&Self>, clients: &[Client]) -> Self {
        let rate = |client: &Client| {
            let most = client.requests_per_minute?;
            let kept = before.and_then(|before| before.0.get(&client.id)).filter(|rate| rate.most == most);
            let limiter = kept.map_or_else(
                || Arc::new(RateLimiter::direct(Quota::per_minute(most))),
                |rate| Arc::clone(&rate.limiter),
            );
            Some((client.id.clone(), Rate { most, limiter }))
        };
        Self(clients.iter().filter_map(rate).collect())
    }

    /// Counts a request of a client. A whole minute's requests may come at once; then they come back one by one.
    ///
    /// # Errors
    /// [`ApiError::TooMany`] when it sends more than it may, to this instance or to all together.
    pub(super) fn count(&self, sender: Sender<'_>) -> Result<(), ApiError> {
        let Sender { client, retry_after } = sender;
        if let Some(wait) = retry_after {
            return Err(too_many(wait));
        }
        let Some(rate) = self.0.get(&client.id) else {
            return Ok(());
        };
        rate.limiter.check().map_err(|until| too_many(until.wait_time_from(DefaultClock::default().now())))
    }
}

/// In whole seconds, rounded up.
fn too_many(wait: Duration) -> ApiError {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    ApiError::TooMany { retry_after: seconds.max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(id: &str, most: Option<u32>) -> Client {
        let requests_per_minute = most.and_then(NonZeroU32::new);
        Client { id: id.to_owned(), requests_per_minute, ..Client::anonymous() }
    }

    fn sent_by(client: &Client) -> Sender<'_> {
        Sender { client, retry_after: None }
    }

    #[test]
    fn one_client_does_not_use_up_what_another_may_send() {
        let clients = vec![client("a", Some(3)), client("b", Some(3)), client("c", None)];
        let limits = Rates::after(None, &clients);
        for _ in 0..3 {
            limits.count(sent_by(&clients[0])).unwrap();
        }
        let Err(ApiError::TooMany { retry_after }) = limits.count(sent_by(&clients[0])) else {
            panic!("a fourth is too many")
        };
        // Three in a minute: the next in twenty seconds.
        assert!((15..=20).contains(&retry_after), "{retry_after}");
        assert!(limits.count(sent_by(&clients[1])).is_ok());
        // What all instances had of it counts as well.
        let elsewhere = Sender { retry_after: Some(Duration::from_millis(1200)), ..sent_by(&clients[1]) };
        assert!(matches!(limits.count(elsewhere), Err(ApiError::TooMany { retry_after: 2 })));
        for _ in 0..100 {
            limits.count(sent_by(&clients[2])).unwrap();
        }
    }

    #[test]
    fn another_configuration_gives_nobody_their_requests_back() {
        let before = Rates::after(None, &[client("a", Some(2)), client("b", Some(2))]);
        let [a, b] = [client("a", Some(2)), client("b", Some(3))];
        for _ in 0..2 {
            before.count(sent_by(&a)).unwrap();
            before.count(sent_by(&b)).unwrap();
        }
        let after = Rates::after(Some(&before), &[a.clone(), b.clone()]);
        assert!(after.count(sent_by(&a)).is_err());
        // Another limit begins anew.
        assert!(after.count(sent_by(&b)).is_ok());
    }
}
