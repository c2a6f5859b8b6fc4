//! Tokens that were accepted: none is, twice, whatever the configuration becomes.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Clock;
use super::jwks::Thumbprint;
use super::reason::Reason;

/// Live tokens of one issuer that are remembered: 140 in each second of an hour. With the last of them memory stays below
/// 100 MB. Then further ones are refused until some expire; forgetting a live one would let it in again.
const MOST: usize = 500_000;

/// How much longer a token is remembered than it is accepted. Another configuration may allow for clocks that are further apart:
/// by so much at most, the bound of `clock-skew`.
const LONGER: Duration = Duration::from_mins(5);

/// The accepted tokens of all issuers. By issuer and not by client: a client that gets another id, or is taken out and put in
/// again, is the same issuer to those who would use a token twice.
#[derive(Default)]
pub(in crate::http) struct Used {
    issuers: Mutex<BTreeMap<String, Arc<Seen>>>,
}

impl Used {
    /// Those of one issuer.
    pub(super) fn of(&self, issuer: &str) -> Arc<Seen> {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(issuers.entry(issuer.to_owned()).or_default())
    }

    /// Forgets the issuers that nobody uses any more and whose tokens have all expired.
    pub(in crate::http) fn forget_expired(&self, clock: Clock) {
        let mut issuers = self.issuers.lock().unwrap_or_else(PoisonError::into_inner);
        issuers.retain(|_, seen| Arc::strong_count(seen) > 1 || seen.is_needed(clock()));
    }
}

/// The accepted tokens of an issuer, until they have expired for any configuration.
#[derive(Default)]
pub(super) struct Seen {
    live: Mutex<Live>,
}

/// A digest of the key and the `jti` of a token: all are equally long.
type Id = [u8; 16];

#[derive(Default)]
struct Live {
    ids: HashSet<Id>,
    by_end: BTreeSet<(Duration, Id)>,
}

impl Seen {
    /// Remembers a token by the key that signed it and its `jti`. It is refused as expired from `until` on.
    pub(super) fn first_time(&self, key: &Thumbprint, jti: &str, until: Duration, clock: Clock) -> Result<(), Reason> {
        self.remember(id(key, jti), until, clock, MOST)
    }

    fn is_needed(&self, now: Duration) -> bool {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.by_end.last().is_some_and(|(end, _)| *end > now)
    }

    fn remember(&self, id: Id, until: Duration, clock: impl Fn() -> Duration, most: usize) -> Result<(), Reason> {
        // Nothing panics while it is held.
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock, and compared again: fetching keys takes time, and what has expired is forgotten here.
        let now = clock();
        if until <= now {
            return Err(Reason::Expired);
        }
        while let Some((end, id)) = live.by_end.first().copied().filter(|(end, _)| *end <= now) {
            live.by_end.remove(&(end, id));
            live.ids.remove(&id);
        }
        if live.ids.contains(&id) {
            return Err(Reason::Replayed);
        }
        if live.ids.len() >= most {
            return Err(Reason::TooMany);
        }
        live.ids.insert(id);
        live.by_end.insert((until.saturating_add(LONGER), id));
        Ok(())
    }
}

fn id(key: &Thumbprint, jti: &str) -> Id {
    let mut id = Id::default();
    // 128 bits of it: two that are alike are not to be found by accident, and a client could only harm itself.
    id.iter_mut().zip(Sha256::new().chain_update(key).chain_update(jti).finalize()).for_each(|(to, from)| *to = from);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(jti: &str) -> Id {
        id(&Thumbprint::default(), jti)
    }

    fn at(seconds: u64) -> impl Fn() -> Duration {
        move || Duration::from_secs(seconds)
    }

    #[test]
    fn a_jti_is_refused_until_its_token_expires() {
        let seen = Seen::default();
        let until = Duration::from_secs(100);
        assert_eq!(seen.remember(named("a"), until, at(50), 10), Ok(()));
        assert_eq!(seen.remember(named("b"), until, at(50), 10), Ok(()));
        for now in [50, 51, 99] {
            assert_eq!(seen.remember(named("a"), until, at(now), 10), Err(Reason::Replayed));
            // With a later end, too.
            assert_eq!(seen.remember(named("a"), Duration::from_secs(500), at(now), 10), Err(Reason::Replayed));
        }
        assert_eq!(seen.remember(named("a"), until, at(100), 10), Err(Reason::Expired));
        // A configuration that allows for slower clocks accepts it no second time either.
        assert_eq!(seen.remember(named("a"), Duration::from_secs(400), at(399), 10), Err(Reason::Replayed));
        // Another token may use it again then.
        assert_eq!(seen.remember(named("a"), Duration::from_secs(500), at(400), 10), Ok(()));
    }

    #[test]
    fn when_memory_is_full_nothing_is_forgotten_early() {
        let seen = Seen::default();
        for name in ["a", "b", "c"] {
            assert_eq!(seen.remember(named(name), Duration::from_secs(100), at(1), 3), Ok(()));
        }
        assert_eq!(seen.remember(named("d"), Duration::from_secs(100), at(1), 3), Err(Reason::TooMany));
        assert_eq!(seen.remember(named("a"), Duration::from_secs(100), at(1), 3), Err(Reason::Replayed));
        assert_eq!(seen.remember(named("d"), Duration::from_secs(500), at(400), 3), Ok(()));
        let live = seen.live.lock().unwrap();
        assert_eq!((live.ids.len(), live.by_end.len()), (1, 1));
    }

    #[test]
    fn an_issuer_is_remembered_while_a_token_lives() {
        let used = Used::default();
        let seen = used.of("issuer");
        assert_eq!(seen.remember(named("a"), Duration::from_secs(100), at(50), 10), Ok(()));
        drop(seen);
        used.forget_expired(|| Duration::from_secs(399));
        assert_eq!(
            used.of("issuer").remember(named("a"), Duration::from_secs(400), at(399), 10),
            Err(Reason::Replayed)
        );
        used.forget_expired(|| Duration::from_secs(400));
        assert!(used.issuers.lock().unwrap().is_empty());
    }
}
