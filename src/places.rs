//! How many may be at something at the same time. The limit may change while some are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Places, of which those that are taken are counted. A copy counts the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    taken: Arc<AtomicUsize>,
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    taken: Arc<AtomicUsize>,
}

impl Places {
    /// How many are taken.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Acquire)
    }

    /// Takes a place; `None` when `most` are taken.
    pub(crate) fn take(&self, most: usize) -> Option<Place> {
        let one_more = |taken: usize| (taken < most).then(|| taken + 1);
        self.taken.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).ok()?;
        Some(Place { taken: Arc::clone(&self.taken) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.taken.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_free_again_when_it_is_dropped() {
        let places = Places::default();
        let first = places.take(2).unwrap();
        let _second = places.clone().take(2).unwrap();
        assert!(places.take(2).is_none());
        drop(first);
        assert!(places.take(2).is_some());
    }

    #[test]
    fn a_lower_limit_counts_those_that_are_there() {
        let places = Places::default();
        let taken: Vec<Place> = (0..3).filter_map(|_| places.take(3)).collect();
        assert_eq!(taken.len(), 3);
        assert!(places.take(1).is_none());
        assert!(places.take(4).is_some());
        drop(taken);
        assert!(places.take(1).is_some());
    }
}
