//! Screening: the verdicts of the hook for all cases, whatever the order of the files; what can't be read is a gap; a run that is killed
//! goes on; nothing about a patient is printed.

#![cfg(test)]
#![allow(
    clippy::string_slice,
    clippy::format_push_string,
    clippy::items_after_statements,
    reason = "tests are read from top to bottom, and fail by panicking"
)]

#[path = "screen/cases.rs"]
mod cases;
#[path = "screen/command.rs"]
mod command;
#[path = "screen/export.rs"]
mod export;
#[path = "screen/faults.rs"]
mod faults;
#[path = "screen/files.rs"]
mod files;
