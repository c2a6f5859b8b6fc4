//! Whether the lines of an access log are those that were written, and all of them.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use super::chain::{self, Head};

/// The longest line that is read: no event is that long.
const LONGEST_LINE: u64 = 1 << 20;

/// What the files of a folder say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files there are.
    pub files: usize,
    /// How many lines they have.
    pub lines: u64,
    /// The number of the first line that is here: more than 1 when earlier files were moved away.
    pub first: Option<u64>,
    /// The number of the last line, and its digest: to be compared with what the log of the program said.
    pub last: Option<(u64, String)>,
    /// What is wrong, each with its file and line.
    pub findings: Vec<String>,
}

/// Reads all lines in a folder, in their order.
///
/// # Errors
/// When a file can't be read.
pub fn verify(folder: &Path) -> io::Result<Verified> {
    let mut verified = Verified::default();
    let promised = chain::read_head(folder)?;
    let mut before: Option<Head> = None;
    let mut has_promised = promised.as_ref().is_none_or(|head| head.number == 0);
    for path in chain::files_of(folder)? {
        verified.files += 1;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut lines = BufReader::new(File::open(&path)?);
        let mut at = 0;
        while let Some((line, is_whole)) = next_line(&mut lines)? {
            at += 1;
            verified.lines += 1;
            let place = format!("{name}:{at}");
            let Some((number, previous)) = chain::place(&line) else {
                let what = if is_whole { "is no line of an access log" } else { "is cut off" };
                verified.findings.push(format!("{place} {what}"));
                continue;
            };
            if let Some(finding) = compared(before.as_ref(), number, &previous) {
                verified.findings.push(format!("{place} {finding}"));
            }
            verified.first.get_or_insert(number);
            let head = Head { number, digest: chain::digest(&line) };
            if promised.as_ref().is_some_and(|promised| promised.number == number) {
                has_promised = promised.as_ref() == Some(&head);
                if !has_promised {
                    verified.findings.push(format!("{place} was changed: head.json has another digest of it"));
                    has_promised = true;
                }
            }
            before = Some(head);
        }
    }
    let last = before.as_ref().map_or(0, |head| head.number);
    match &promised {
        // Lines that are missing before others were found with those.
        Some(promised) if !has_promised && promised.number > last => {
            verified.findings.push(format!(
                "lines {} to {} are missing: head.json knows of them",
                last + 1,
                promised.number
            ));
        }
        None if verified.files > 0 => {
            verified.findings.push("head.json is missing: nobody can tell whether lines at the end are".to_owned());
        }
        _ => {}
    }
    verified.last = before.map(|head| (head.number, head.digest));
    Ok(verified)
}

/// What is wrong with the place of a line after the one before it.
fn compared(before: Option<&Head>, number: u64, previous: &str) -> Option<String> {
    let Some(before) = before else {
        let is_first = number == 1 && previous != Head::default().digest;
        return is_first.then(|| "was changed: nothing comes before the first line".to_owned());
    };
    if number != before.number + 1 {
        return Some(if number > before.number + 1 {
            format!("comes after line {}: lines {} to {} are missing", before.number, before.number + 1, number - 1)
        } else {
            format!("has number {number} and comes after line {}", before.number)
        });
    }
    (previous != before.digest)
        .then(|| format!("does not fit the line before it: line {} or this one was changed", before.number))
}

/// The next line without its end, and whether it has one; `None` at the end of the file.
fn next_line(lines: &mut BufReader<File>) -> io::Result<Option<(Vec<u8>, bool)>> {
    let mut line = Vec::new();
    io::Read::take(&mut *lines, LONGEST_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    let is_whole = line.last() == Some(&b'\n');
    if is_whole {
        line.pop();
    }
    Ok(Some((line, is_whole)))
}
