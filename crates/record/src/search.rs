//! Searching a chart: each answers with what was found and what could not be seen.

mod allergies;
mod encounters;
pub mod in_words;
pub mod newest;
mod reasons;
mod recent_use;
pub mod vital_sign;
