//! Why the server can't start.

use std::fmt;

/// Why the server can't start: a file and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct StartupError {
    /// The file, seen from the project.
    pub file: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl StartupError {
    /// An error in a file.
    pub fn file(file: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { file: file.into(), problem: problem.to_string() }
    }
}
