//! What is kept in memory for a while, so many at most, under the digest of a secret.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::Digest;

/// Values, each until its end. When there are as many as may be, the one that would end first makes room.
pub struct Kept<V> {
    most: usize,
    inner: Mutex<Inner<V>>,
}

struct Inner<V> {
    values: HashMap<Digest, (Instant, V)>,
    by_end: BTreeSet<(Instant, Digest)>,
}

impl<V: Clone> Kept<V> {
    /// At most so many.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, inner: Mutex::new(Inner { values: HashMap::new(), by_end: BTreeSet::new() }) }
    }

    /// Keeps a value until an instant.
    pub fn put(&self, key: Digest, until: Instant, value: V) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget_ended(Instant::now());
        inner.remove(&key);
        while inner.values.len() >= self.most {
            let Some((_, first)) = inner.by_end.first().copied() else { break };
            inner.remove(&first);
        }
        inner.values.insert(key, (until, value));
        inner.by_end.insert((until, key));
    }

    /// The value, which stays.
    #[must_use]
    pub fn get(&self, key: &Digest) -> Option<V> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget_ended(Instant::now());
        inner.values.get(key).map(|(_, value)| value.clone())
    }

    /// The value, which is gone from here.
    pub fn take(&self, key: &Digest) -> Option<V> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget_ended(Instant::now());
        inner.remove(key)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.forget_ended(Instant::now());
        inner.values.len()
    }
}

impl<V> Inner<V> {
    fn remove(&mut self, key: &Digest) -> Option<V> {
        let (until, value) = self.values.remove(key)?;
        self.by_end.remove(&(until, *key));
        Some(value)
    }

    fn forget_ended(&mut self, now: Instant) {
        while let Some((_, key)) = self.by_end.first().copied().filter(|(until, _)| *until <= now) {
            self.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_has_ended_is_gone_and_a_value_is_taken_once() {
        let kept = Kept::new(10);
        let now = Instant::now();
        kept.put([1; 32], now, "ended");
        kept.put([2; 32], now + Duration::from_hours(1), "lives");
        assert_eq!(kept.get(&[1; 32]), None);
        assert_eq!(kept.get(&[2; 32]), Some("lives"));
        assert_eq!(kept.take(&[2; 32]), Some("lives"));
        assert_eq!((kept.take(&[2; 32]), kept.count()), (None, 0));
    }

    #[test]
    fn when_it_is_full_the_first_to_end_makes_room() {
        let kept = Kept::new(3);
        let later = |minutes| Instant::now() + Duration::from_mins(minutes);
        for (key, minutes) in [(1, 30), (2, 10), (3, 20), (4, 40)] {
            kept.put([key; 32], later(minutes), key);
        }
        assert_eq!([1, 2, 3, 4].map(|key| kept.get(&[key; 32])), [Some(1), None, Some(3), Some(4)]);
        // The same key again takes no place.
        kept.put([3; 32], later(50), 5);
        assert_eq!((kept.count(), kept.get(&[3; 32])), (3, Some(5)));
        for key in 10..250 {
            kept.put([key; 32], later(60), key);
        }
        let inner = kept.inner.lock().unwrap();
        assert_eq!((inner.values.len(), inner.by_end.len()), (3, 3));
    }
}
