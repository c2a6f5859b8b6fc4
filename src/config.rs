//! The hospital's own file: local numbers, what is switched off, and what its own codes mean.
//!
//! TOML (`file`), checked against everything the server knows (`check`): every problem is found at once, each with its
//! line and what to do, and a file with a problem stops the start. See `docs/configuration.md`.

mod check;
mod file;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::Path;

use crate::knowledge::{Knowledge, StartupError};
use crate::policy::Policy;
use crate::terminology::mapping::Mapping;

/// A configuration that holds together.
#[derive(Debug, Default)]
pub struct Config {
    /// Local numbers, and what is switched off.
    pub policy: Policy,
    /// What the hospital's own codes mean.
    pub mapping: Mapping,
    /// What is allowed, and has no effect.
    pub warnings: Vec<StartupError>,
}

impl Config {
    /// Reads and checks a file, and the files that it names (their paths are relative to it).
    ///
    /// # Errors
    /// Everything that is wrong, each with its file, its line where it has one, and what to do.
    pub fn read(path: &Path, knowledge: &Knowledge) -> Result<Self, Vec<StartupError>> {
        let shown = path.display().to_string();
        let text = text_of(&shown, &bytes_of(path).map_err(|problem| vec![StartupError::file(&shown, problem)])?)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&shown, &text, &|name| bytes_of(&folder.join(name)), knowledge)
    }

    /// The same from a text; `open` reads the files that it names.
    fn parse(
        shown: &str,
        text: &str,
        open: &dyn Fn(&str) -> Result<Vec<u8>, String>,
        knowledge: &Knowledge,
    ) -> Result<Self, Vec<StartupError>> {
        let file = file::File::read(shown, text).map_err(|problem| vec![problem])?;
        let mut checked = check::policy(shown, text, &file, knowledge);
        let files = check::terminology(shown, text, &file, open, &mut checked.problems);
        let mapping = Mapping::read(&files, &knowledge.terminology).unwrap_or_else(|problems| {
            checked.problems.extend(problems);
            Mapping::default()
        });
        if checked.problems.is_empty() {
            Ok(Self { policy: checked.policy, mapping, warnings: checked.warnings })
        } else {
            Err(checked.problems)
        }
    }

    /// Everything that is left out or has no effect.
    pub fn warnings(&self) -> impl Iterator<Item = &StartupError> {
        self.warnings.iter().chain(&self.mapping.warnings)
    }
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("can't be read: {}", crate::fixtures::reason(&error)))
}

fn text_of(shown: &str, bytes: &[u8]) -> Result<String, Vec<StartupError>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes);
    text.map(str::to_owned).map_err(|_| vec![StartupError::file(shown, "is not UTF-8: save the file as UTF-8")])
}
