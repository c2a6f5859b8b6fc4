//! Times that rules count from a day of the record: until when something holds.

use cellwise_record::{Evidence, Moment};

use crate::numbers::Number;
use crate::questions::therapy::cell_therapy::Cells;

/// A time that a rule counts from a day of the record, such as the days without driving after an infusion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// How long it is: the number says what it is about, too.
    pub number: &'static Number,
    /// The day from which it is counted, as precise as it is recorded.
    pub from: Moment,
    /// The last day, as precise as the first.
    pub until: Moment,
    /// Whether it holds only if something counts of which that is not clear.
    pub is_supposed: bool,
}

/// A cell therapy with a day: what time is counted from.
#[derive(Clone, Debug)]
pub struct DayZero {
    /// What was given.
    pub cells: Cells,
    /// The day of the first infusion of its episode, as precise as it is recorded.
    pub day: Moment,
    /// What shows it.
    pub evidence: Evidence,
}
