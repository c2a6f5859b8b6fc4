//! How a clinical question is answered, once for all rules.

pub mod age;
mod answers;
pub mod blood;
mod case;
pub mod donation;
pub mod infection;
pub mod lymphoma;
pub mod ms;
pub mod reproduction;
pub mod stay;
pub mod test_result;
pub mod therapy;
pub mod toxicity;

pub use case::Case;
pub(crate) use case::Noted;
