//! CRS, ICANS, symptoms, and what treats them.

pub mod corticosteroid;
pub mod crs_grade;
pub mod finding;
pub mod neurotoxicity;
pub mod tocilizumab;
pub mod toxicity;
