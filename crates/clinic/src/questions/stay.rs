//! Stays in hospital, visits, going home.

pub mod admission;
pub mod departure;
pub mod going_home;
pub mod reader;
pub mod visits;
