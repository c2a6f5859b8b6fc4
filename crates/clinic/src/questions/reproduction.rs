//! Pregnancy, breastfeeding, conception.

pub mod conception;
pub mod pregnancy;
