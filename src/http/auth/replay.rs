//! Tokens that were accepted: none is, twice.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Clock;
use super::reason::Reason;

/// Live tokens of one client that are remembered: 140 in each second of an hour. With the last of them memory stays below
/// 100 MB. Then further ones are refused until some expire; forgetting a live one would let it in again.
const MOST: usize = 500_000;

/// The `jti` of a client's accepted tokens, until they expire.
#[derive(Default)]
pub(super) struct Seen {
    live: Mutex<Live>,
}

/// A digest of a `jti`: all are equally long.
type Id = [u8; 16];

#[derive(Default)]
struct Live {
    ids: HashSet<Id>,
    by_end: BTreeSet<(Duration, Id)>,
}

impl Seen {
    /// Remembers `jti` until `until`, the time from which on its token is refused as expired.
    pub(super) fn first_time(&self, jti: &str, until: Duration, clock: Clock) -> Result<(), Reason> {
        self.remember(id(jti), until, clock, MOST)
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
        live.by_end.insert((until, id));
        Ok(())
    }
}

fn id(jti: &str) -> Id {
    let mut id = Id::default();
    // 128 bits of it: two that are alike are not to be found by accident, and a client could only harm itself.
    id.iter_mut().zip(Sha256::digest(jti)).for_each(|(to, from)| *to = from);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> impl Fn() -> Duration {
        move || Duration::from_secs(seconds)
    }

    #[test]
    fn a_jti_is_refused_until_its_token_expires() {
        let seen = Seen::default();
        let until = Duration::from_secs(100);
        assert_eq!(seen.remember(id("a"), until, at(50), 10), Ok(()));
        assert_eq!(seen.remember(id("b"), until, at(50), 10), Ok(()));
        for now in [50, 51, 99] {
            assert_eq!(seen.remember(id("a"), until, at(now), 10), Err(Reason::Replayed));
            // With a later end, too.
            assert_eq!(seen.remember(id("a"), Duration::from_secs(500), at(now), 10), Err(Reason::Replayed));
        }
        assert_eq!(seen.remember(id("a"), until, at(100), 10), Err(Reason::Expired));
        // Another token may use it again then.
        assert_eq!(seen.remember(id("a"), Duration::from_secs(200), at(100), 10), Ok(()));
    }

    #[test]
    fn when_memory_is_full_nothing_is_forgotten_early() {
        let seen = Seen::default();
        for name in ["a", "b", "c"] {
            assert_eq!(seen.remember(id(name), Duration::from_secs(100), at(1), 3), Ok(()));
        }
        assert_eq!(seen.remember(id("d"), Duration::from_secs(100), at(1), 3), Err(Reason::TooMany));
        assert_eq!(seen.remember(id("a"), Duration::from_secs(100), at(1), 3), Err(Reason::Replayed));
        assert_eq!(seen.remember(id("d"), Duration::from_secs(200), at(100), 3), Ok(()));
        let live = seen.live.lock().unwrap();
        assert_eq!((live.ids.len(), live.by_end.len()), (1, 1));
    }
}
