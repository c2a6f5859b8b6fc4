//! Lymphoma, leukaemia and myeloma: diagnosis, lines of therapy, their failure, labels, what came after CAR-T.

pub mod diagnosis;
pub mod label_fit;
pub mod lines;
pub mod second_malignancy;
pub mod treatment_failure;
