//! Lymphoma, leukaemia and myeloma: diagnosis, lines of therapy, their failure, labels.

pub mod diagnosis;
pub mod label_fit;
pub mod lines;
pub mod treatment_failure;
