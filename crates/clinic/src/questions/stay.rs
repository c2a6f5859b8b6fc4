//! Stays in hospital, going home, registrations.

pub mod admission;
pub mod departure;
pub mod going_home;
pub mod registration;
pub mod visits;
