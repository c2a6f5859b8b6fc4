//! The facts of a chart, one kind per file.

pub mod act;
pub mod allergy;
pub mod concept;
pub mod condition;
pub mod consent;
pub mod dose;
pub mod encounter;
pub mod medication;
pub mod observation;
pub mod order;
pub mod patient;
pub mod plausible;
pub mod progress;
pub mod quantity;
mod units;
