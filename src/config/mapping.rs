//! Reading a site's own codes from its files: CSV (`table`) or a FHIR `ConceptMap` (`concept_map`). What they may say is
//! checked in [`cellwise_record::terminology::mapping`].

mod concept_map;
mod table;
#[cfg(test)]
mod tests;

use cellwise_record::StartupError;
use cellwise_record::terminology::Terminology;
use cellwise_record::terminology::mapping::{Mapping, Rows};

/// The GPK of the G-Standaard, as an example of a code system.
const EXAMPLE_SYSTEM: &str = "urn:oid:2.16.840.1.113883.2.4.4.1";

/// Whether a text may be the url of a code system.
fn is_url(text: &str) -> bool {
    text.contains(':') && !text.contains(|c: char| c.is_whitespace() || c == '|')
}

/// How a file is written, by the end of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `.csv`.
    Csv,
    /// `.json`.
    ConceptMap,
}

impl Format {
    /// The format of a file; `None` for any other end.
    #[must_use]
    pub(super) fn of(file: &str) -> Option<Self> {
        let (_, end) = file.rsplit_once('.')?;
        match end.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::ConceptMap),
            _ => None,
        }
    }
}

/// Reads and checks files, as (name, content).
///
/// # Errors
/// Everything that is wrong, each with its file and line.
pub(super) fn read(files: &[(String, Vec<u8>)], terminology: &Terminology) -> Result<Mapping, Vec<StartupError>> {
    let rows = files.iter().map(|(file, content)| (file.clone(), rows(file, content))).collect();
    Mapping::check(rows, terminology)
}

fn rows(file: &str, content: &[u8]) -> Rows {
    let content = content.strip_prefix("\u{feff}".as_bytes()).unwrap_or(content);
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let before = content.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.split(|byte| *byte == b'\n').count();
            let problem = StartupError::file(format!("{file}:{line}"), "is not UTF-8: save the file as UTF-8");
            return Rows { problems: vec![problem], ..Rows::default() };
        }
    };
    match Format::of(file) {
        Some(Format::ConceptMap) => concept_map::read(file, text),
        Some(Format::Csv) | None => table::read(file, text),
    }
}
