//! How the access log goes: counted as it happens, for readiness and metrics.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How the access log goes, since the start of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Lines that were written.
    pub written: u64,
    /// Lines that could not be written: the disk refused them, or too many waited.
    pub unwritten: u64,
    /// Lines that wait to be written.
    pub waiting: u64,
    /// Whether the last attempt to write failed.
    pub is_failing: bool,
    /// Lines that the hospital's repository took.
    pub sent: u64,
    /// Lines that it refused for good; they stay in the files.
    pub refused: u64,
    /// Bytes that still have to be sent.
    pub to_send: u64,
    /// Whether the last attempt to send failed.
    pub is_stuck: bool,
}

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) written: AtomicU64,
    pub(super) unwritten: AtomicU64,
    pub(super) waiting: AtomicU64,
    pub(super) is_failing: AtomicBool,
    pub(super) sent: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) to_send: AtomicU64,
    pub(super) is_stuck: AtomicBool,
}

impl Counters {
    pub(super) fn state(&self) -> State {
        State {
            written: self.written.load(Ordering::Relaxed),
            unwritten: self.unwritten.load(Ordering::Relaxed),
            waiting: self.waiting.load(Ordering::Relaxed),
            is_failing: self.is_failing.load(Ordering::Relaxed),
            sent: self.sent.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            to_send: self.to_send.load(Ordering::Relaxed),
            is_stuck: self.is_stuck.load(Ordering::Relaxed),
        }
    }
}
