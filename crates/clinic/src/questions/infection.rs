//! Infection and its prevention: hepatitis B, prophylaxis, allergies that speak against it, vaccines.

pub mod hepatitis_b;
pub mod prophylaxis;
pub mod prophylaxis_drugs;
pub mod prophylaxis_period;
pub mod sulfonamide_allergy;
pub mod vaccination;
