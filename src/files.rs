//! Reading files on disk, and what is said about them.

use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// The largest file that is read, in bytes: as large as a body may be at most. Some files never end, `/dev/zero` for one.
pub const LARGEST: u64 = 256 * 1024 * 1024;

/// Reads a whole file.
///
/// # Errors
/// What the operating system says; [`ErrorKind::FileTooLarge`] when there are more than [`LARGEST`] bytes in it.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    read_all(File::open(path)?, LARGEST)
}

/// Reads all there is, up to `largest` bytes.
///
/// # Errors
/// As [`read`].
pub fn read_all(from: impl Read, largest: u64) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    from.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {largest} bytes")));
    }
    Ok(bytes)
}

/// Writes a whole file. The old one stays whole until the new one is.
///
/// # Errors
/// What the operating system says.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Error> {
    let new = path.with_added_extension("new");
    fs::write(&new, content)?;
    fs::rename(new, path)
}

/// What the operating system says about a file, as part of a sentence.
#[must_use]
pub fn reason(error: &Error) -> String {
    let said = error.to_string().to_lowercase();
    said.split_once(" (os error").map_or(said.clone(), |(said, _)| said.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_an_error() {
        assert_eq!(read_all(std::io::repeat(b' '), 4096).unwrap_err().to_string(), "it has more than 4096 bytes");
        assert_eq!(read_all(&b"all of it"[..], 9).unwrap(), b"all of it");
        assert!(read_all(&b"all of it"[..], 8).is_err());
    }
}
