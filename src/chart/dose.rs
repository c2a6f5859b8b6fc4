//! How much of a drug an order asks for, and on which days.

use crate::chart::date::{Moment, Period};
use crate::chart::quantity::Quantity;

/// One dosage instruction.
#[derive(Clone, Debug, Default)]
pub struct Dose {
    /// The amount of one administration, as written. Empty when none is stated or none can be read.
    pub amounts: Vec<Quantity>,
    /// Whether an amount is there that can't be read (a range, a number without digits).
    pub unreadable: bool,
    /// The days it is given on, where the instruction names them.
    pub days: Vec<Moment>,
    /// The course, where the instruction names one.
    pub course: Option<Period>,
    /// How many times per period (`timing.repeat.frequency`).
    pub frequency: Option<f64>,
    /// The period of that frequency (`timing.repeat.period` with its unit).
    pub every: Option<Quantity>,
    /// How many times in all (`timing.repeat.count`).
    pub count: Option<f64>,
    /// The instruction in words. Never used to compute.
    pub text: String,
}
