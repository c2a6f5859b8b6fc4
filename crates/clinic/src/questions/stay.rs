//! Stays in hospital, visits, going home.

pub mod admission;
pub mod car_t_departure;
pub mod going_home;
pub mod visits;
