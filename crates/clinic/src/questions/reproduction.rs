//! Pregnancy and breastfeeding.

pub mod pregnancy;
