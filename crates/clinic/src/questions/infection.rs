//! Infection and its prevention: prophylaxis, allergies that speak against it, vaccines.

pub mod prophylaxis;
pub mod prophylaxis_drugs;
pub mod prophylaxis_period;
pub mod sulfonamide_allergy;
pub mod vaccination;
