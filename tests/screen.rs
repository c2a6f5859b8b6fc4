//! Screening: the verdicts of the hook for all cases, whatever the order of the files; what can't be read is a gap; a run that is killed
//! goes on; nothing about a patient is printed.

#![cfg(test)]

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
