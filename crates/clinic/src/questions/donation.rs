//! Donation of blood, organs, tissues or cells by the patient.

pub mod orders;
pub mod registration;
