//! Pregnancy, breastfeeding, conception, fertility.

pub mod childbearing;
pub mod conception;
pub mod fertility_counselling;
pub mod pregnancy;
