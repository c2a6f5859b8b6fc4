//! Who qualifies.

pub mod ahsct_eligibility;
pub mod car_t_eligibility;
