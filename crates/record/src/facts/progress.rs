//! How far something is, by its status.

/// How far a request, an act, a use of a drug or a stay is. Read once, from every spelling of its status; nothing else looks at
/// a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Meant to come, not asked for yet: a draft, a planned stay.
    Planned,
    /// Asked for, and neither done nor withdrawn.
    Open,
    /// Interrupted, to be taken up again.
    Held,
    /// Going on.
    Running,
    /// Done.
    Done,
    /// Begun and broken off.
    Partly,
    /// Ended before its time: a prescription that was stopped.
    Ended,
    /// The status is missing, can't be read, or says nothing.
    Unclear,
}
