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
    /// An error in a file. What the problem quotes of the file stays on one line and does nothing to a terminal.
    pub fn file(file: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { file: file.into(), problem: on_one_line(&problem.to_string()) }
    }
}

/// A text with characters of control as they are written in a program: `\n`.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}
