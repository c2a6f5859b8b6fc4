//! How the store does: counted as it happens, read by readiness and metrics.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::failure::Failure;

/// After so many waits in a row that brought nothing, nobody waits any more until the database answers again.
const MOST_IN_VAIN: u32 = 3;

/// How the store does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// `sqlite` or `postgres`.
    pub kind: &'static str,
    /// Whether what is shown and feedback can be written at the moment, as far as is known.
    pub is_connected: bool,
    /// Whether calls wait for what other instances know. If not, each instance goes by its own memory.
    pub answers_in_time: bool,
    /// Rules on cards that wait to be written.
    pub queued: usize,
    /// Rules on cards that were written.
    pub written: u64,
    /// Rules on cards that were not, since too many waited.
    pub dropped: u64,
    /// Items of feedback that were kept.
    pub feedback_kept: u64,
    /// Items of feedback whose sender was told to come again.
    pub feedback_refused: u64,
    /// Tokens that other instances were asked about.
    pub asked: u64,
    /// Of them those that this instance decided by its own memory.
    pub decided_locally: u64,
    /// Waits that were cut short.
    pub cut_short: u64,
    /// Tokens that other instances will never hear of: too many waited.
    pub unshared: u64,
    /// What went wrong, how often.
    pub failures: u64,
    /// What went wrong last.
    pub last_failure: Option<Failure>,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    connected: AtomicBool,
    in_vain: AtomicU32,
    queued: AtomicUsize,
    written: AtomicU64,
    dropped: AtomicU64,
    feedback_kept: AtomicU64,
    feedback_refused: AtomicU64,
    asked: AtomicU64,
    locally: AtomicU64,
    cut_short: AtomicU64,
    unshared: AtomicU64,
    failures: AtomicU64,
    last_failure: AtomicU8,
}

fn many(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Counters {
    /// Remembers what went wrong; says so once each time that it begins.
    pub(crate) fn failed(&self, what: &'static str, failure: Failure) {
        self.failures.fetch_add(1, Relaxed);
        let before = self.last_failure.swap(failure.index(), Relaxed);
        if before != failure.index() {
            tracing::warn!(what, failure = failure.name(), "the store failed");
        }
    }

    /// Whether the one who writes has a connection that works.
    pub(crate) fn connected(&self, is_connected: bool) {
        if self.connected.swap(is_connected, Relaxed) != is_connected {
            if is_connected {
                // What comes after it is news again.
                self.last_failure.store(0, Relaxed);
                tracing::info!("the store answers");
            } else {
                tracing::warn!("the store does not answer: what is shown waits, feedback is refused");
            }
        }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connected.load(Relaxed)
    }

    pub(crate) fn answers_in_time(&self) -> bool {
        self.in_vain.load(Relaxed) < MOST_IN_VAIN
    }

    /// The database answered in time, or did not, while somebody waited for it.
    pub(crate) fn waited(&self, has_answered: bool) {
        let before = if has_answered { self.in_vain.swap(0, Relaxed) } else { self.in_vain.fetch_add(1, Relaxed) };
        if has_answered && before >= MOST_IN_VAIN {
            tracing::info!("calls wait for the store again");
        } else if !has_answered && before + 1 == MOST_IN_VAIN {
            tracing::warn!("calls no longer wait for the store: each instance goes by its own memory");
        }
    }

    /// Somebody asked about a token.
    pub(crate) fn asked(&self, has_answered: bool, has_waited: bool, is_queued: bool) {
        self.asked.fetch_add(1, Relaxed);
        if !has_answered {
            self.locally.fetch_add(1, Relaxed);
        }
        if !is_queued {
            self.unshared.fetch_add(1, Relaxed);
        }
        if has_waited {
            self.waited(has_answered);
        }
    }

    pub(crate) fn cut_short(&self) {
        self.cut_short.fetch_add(1, Relaxed);
    }

    pub(crate) fn queued(&self, rules: usize) {
        self.queued.fetch_add(rules, Relaxed);
    }

    pub(crate) fn dropped(&self, rules: usize) {
        self.queued.fetch_sub(rules, Relaxed);
        let before = self.dropped.fetch_add(many(rules), Relaxed);
        // Once for the first, then for each thousand.
        if before == 0 || (before / 1000) != (before + many(rules)) / 1000 {
            tracing::warn!(dropped = before + many(rules), "too much waits for the store: what was shown is dropped");
        }
    }

    pub(crate) fn written(&self, rules: usize) {
        self.queued.fetch_sub(rules, Relaxed);
        self.written.fetch_add(many(rules), Relaxed);
    }

    pub(crate) fn feedback(&self, items: usize, is_kept: bool) {
        let counter = if is_kept { &self.feedback_kept } else { &self.feedback_refused };
        counter.fetch_add(many(items), Relaxed);
    }

    pub(crate) fn state(&self, kind: &'static str) -> State {
        State {
            kind,
            is_connected: self.is_connected(),
            answers_in_time: self.answers_in_time(),
            queued: self.queued.load(Relaxed),
            written: self.written.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            feedback_kept: self.feedback_kept.load(Relaxed),
            feedback_refused: self.feedback_refused.load(Relaxed),
            asked: self.asked.load(Relaxed),
            decided_locally: self.locally.load(Relaxed),
            cut_short: self.cut_short.load(Relaxed),
            unshared: self.unshared.load(Relaxed),
            failures: self.failures.load(Relaxed),
            last_failure: Failure::from_index(self.last_failure.load(Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_three_waits_in_vain_nobody_waits_until_it_answers() {
        let counters = Counters::default();
        for _ in 0..2 {
            counters.asked(false, true, true);
        }
        assert!(counters.answers_in_time());
        // One that was answered begins anew.
        counters.asked(true, true, true);
        for _ in 0..3 {
            assert!(counters.answers_in_time());
            counters.asked(false, true, true);
        }
        assert!(!counters.answers_in_time());
        // Who does not wait can't tell.
        counters.asked(false, false, false);
        assert!(!counters.answers_in_time());
        counters.waited(true);
        assert!(counters.answers_in_time());
        let state = counters.state("sqlite");
        assert_eq!((state.asked, state.decided_locally, state.unshared), (7, 6, 1));
    }

    #[test]
    fn what_waits_is_written_or_dropped() {
        let counters = Counters::default();
        counters.queued(5);
        counters.queued(2);
        counters.written(5);
        counters.dropped(2);
        let state = counters.state("sqlite");
        assert_eq!((state.queued, state.written, state.dropped), (0, 5, 2));
    }

    #[test]
    fn a_failure_is_known_by_its_name() {
        let counters = Counters::default();
        assert_eq!(counters.state("sqlite").last_failure, None);
        for index in 1..=9 {
            let failure = Failure::from_index(index).unwrap();
            counters.failed("test", failure);
            assert_eq!(counters.state("sqlite").last_failure, Some(failure));
        }
        assert_eq!(Failure::from_index(10), None);
    }
}
