//! Pregnancy and breastfeeding.

pub mod childbearing;
pub mod pregnancy;
