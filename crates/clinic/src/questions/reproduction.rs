//! Pregnancy, breastfeeding, fertility.

pub mod childbearing;
pub mod fertility_counselling;
pub mod pregnancy;
