//! Pregnancy, breastfeeding, fertility.

pub mod fertility_counselling;
pub mod pregnancy;
