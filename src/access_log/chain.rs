//! The chain of lines: each has a number and the digest of the line before it.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::files;

/// The extension of an event that holds its place in the chain.
const EXTENSION: &str = "https://cellwise.dev/fhir/StructureDefinition/access-log-chain";
/// What the first line names as the one before it.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The file that says how far the chain goes: without it nobody could tell that lines at the end are missing.
const HEAD: &str = "head.json";
/// How the names of files with lines begin and end.
const BEGINNING: &str = "access-";
const ENDING: &str = ".ndjson";

/// The last line of a chain.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Head {
    /// Its number; the first line has number 1.
    pub(super) number: u64,
    /// The SHA-256 of its bytes, without the end of the line, in hexadecimal.
    pub(super) digest: String,
}

impl Default for Head {
    /// Before the first line.
    fn default() -> Self {
        Self { number: 0, digest: NOTHING.to_owned() }
    }
}

impl Head {
    /// The line of an event that comes after this one, and the head with it.
    pub(super) fn next(&self, mut event: Map<String, Value>) -> (String, Self) {
        let number = self.number + 1;
        let place = json!([{
            "url": EXTENSION,
            "extension": [
                { "url": "number", "valueString": number.to_string() },
                { "url": "previous", "valueString": self.digest },
            ],
        }]);
        event.insert("extension".to_owned(), place);
        let line = Value::Object(event).to_string();
        let head = Self { number, digest: digest(line.as_bytes()) };
        (line, head)
    }
}

/// The digest of a line.
pub(super) fn digest(line: &[u8]) -> String {
    format!("{:x}", Sha256::digest(line))
}

/// What a line says of its place: its number and the digest of the line before it. `None` when it says nothing, or is none.
pub(super) fn place(line: &[u8]) -> Option<(u64, String)> {
    let event: Value = serde_json::from_slice(line).ok()?;
    let chain = event
        .get("extension")?
        .as_array()?
        .iter()
        .find(|extension| extension.get("url").is_some_and(|url| url == EXTENSION))?;
    let of = |url: &str| {
        let parts = chain.get("extension")?.as_array()?;
        parts.iter().find(|part| part.get("url").is_some_and(|found| found == url))?.get("valueString")?.as_str()
    };
    Some((of("number")?.parse().ok()?, of("previous")?.to_owned()))
}

/// The name of the file whose first line has this number, begun on this day.
pub(super) fn file_name(day: jiff::civil::Date, number: u64) -> String {
    format!("{BEGINNING}{number:012}-{day}{ENDING}")
}

/// The files with lines in a folder, in their order.
///
/// # Errors
/// When the folder can't be read.
pub(super) fn files_of(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(BEGINNING) && name.ends_with(ENDING) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// How far the chain goes, as its folder says; `None` when it says nothing.
///
/// # Errors
/// When the file is there and can't be read, or is damaged.
pub(super) fn read_head(folder: &Path) -> io::Result<Option<Head>> {
    match fs::read(folder.join(HEAD)) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Says how far the chain goes.
///
/// # Errors
/// When it can't be written.
pub(super) fn write_head(folder: &Path, head: &Head) -> io::Result<()> {
    files::replace(&folder.join(HEAD), &serde_json::to_vec(head)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_place() {
        let (first, head) = Head::default().next(Map::new());
        assert_eq!(place(first.as_bytes()), Some((1, NOTHING.to_owned())));
        let (second, after) = head.next(Map::new());
        assert_eq!(place(second.as_bytes()), Some((2, digest(first.as_bytes()))));
        assert_eq!(after, Head { number: 2, digest: digest(second.as_bytes()) });
        assert_eq!(place(b"{}"), None);
        assert_eq!(place(b"no JSON"), None);
    }
}
