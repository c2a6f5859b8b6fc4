//! Blood counts, immune recovery, stem cells collected, weight, transfusion.

pub mod count;
pub mod count_recovery;
pub mod graft;
pub mod harvest;
pub mod immune_recovery;
pub mod inflammation;
pub mod irradiation;
pub mod mobilisation;
pub mod neutropenia;
pub mod prolonged_cytopenia;
pub mod transfusion;
pub mod weight;
