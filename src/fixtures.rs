//! The fixture suite: cases that say, in a clinician's words and in JSON, what the server must answer.
//!
//! A case names a patient (a FHIR Bundle), perhaps an order (another), what to change in them, and what is expected. The
//! suite builds the CDS Hooks request that an EHR would send ([`request`], [`query`]), puts it to a server in this process
//! or over HTTP ([`target`], [`remote`]), and compares ([`check`]). `cellwise fixtures` and `cargo test` run the same code.

pub mod answer;
pub mod bundle;
pub mod case;
pub mod check;
pub mod course;
pub mod coverage;
pub mod expected;
pub mod fhir_server;
pub mod html;
pub mod junit;
pub mod local;
pub mod matching;
mod moved;
pub mod parameters;
pub mod patients;
pub mod query;
pub mod remote;
pub mod report;
pub mod request;
pub mod run;
pub mod suite;
pub mod target;
pub mod token;

use crate::files::reason;
use std::fmt;
use std::path::Path;

use serde::de::DeserializeOwned;

/// A fixture that can't be used: a file and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct FixtureError {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

impl FixtureError {
    /// An error in a file.
    pub fn new(file: &Path, problem: impl fmt::Display) -> Self {
        Self { file: file.display().to_string(), problem: problem.to_string() }
    }
}

/// Reads a JSON file.
///
/// # Errors
/// When it can't be read, is no JSON, or has another shape.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, FixtureError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| FixtureError::new(path, format!("can't be read: {}", reason(&error))))?;
    serde_json::from_str(&text).map_err(|error| FixtureError::new(path, error))
}
