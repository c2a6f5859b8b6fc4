//! Times that rules count from a day of the record: until when something holds.

use cellwise_record::Moment;

use crate::numbers::Number;

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
