//! What must be right before treatment.

pub mod ahsct_regimen_dose;
pub mod dmso_allergy;
pub mod fertility_preservation;
pub mod hepatitis_b;
pub mod irradiated_blood_products;
pub mod live_vaccine_before_cell_therapy;
pub mod lymphodepletion_sequence;
pub mod pregnancy_with_cell_therapy;
pub mod stem_cell_harvest;
