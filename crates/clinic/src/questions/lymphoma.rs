//! Lymphoma, leukaemia and myeloma: diagnosis, lines of therapy, their failure, labels.

pub mod diagnosis;
pub mod label_fit;
pub mod lines;
pub mod product_release;
pub mod treatment_failure;
