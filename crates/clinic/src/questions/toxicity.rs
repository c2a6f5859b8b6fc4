//! CRS, ICANS, symptoms, and what treats them.

pub mod call_card;
pub mod corticosteroid;
pub mod crs;
pub mod crs_signs;
pub mod fever;
pub mod finding;
pub mod grade;
pub mod icans;
pub mod neurotoxicity;
pub mod on_record;
pub mod tocilizumab;
pub mod undiagnosed;
