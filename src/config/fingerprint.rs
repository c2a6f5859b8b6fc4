//! The file and those that it names: whether anything in them has changed.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::file::File;
use super::{bytes_of, text_of};

/// What the files held when they were looked at. Two are equal when nothing has changed in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Looks at a file and at those that it names, as far as they can be read. The server's certificate is not among them: it is
    /// looked at by itself.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let mut digest = Sha256::new();
        let shown = path.display().to_string();
        let content = bytes_of(path);
        add(&mut digest, &content);
        // A file that can't be understood names no others.
        let file = content.ok().and_then(|content| File::read(&shown, &text_of(&shown, &content).ok()?).ok());
        let folder = path.parent().unwrap_or(Path::new(""));
        for name in file.iter().flat_map(named) {
            add(&mut digest, &bytes_of(&folder.join(name)));
        }
        Self(digest.finalize().into())
    }
}

fn named(file: &File) -> impl Iterator<Item = PathBuf> {
    let keys = file.client.iter().filter_map(|client| client.as_ref().keys.as_ref());
    let names = file.terminology.iter().chain(keys).chain(&file.fetch.authorities);
    names.map(|name| PathBuf::from(name.as_ref()))
}

/// The length tells one file from two.
fn add(digest: &mut Sha256, content: &Result<Vec<u8>, String>) {
    match content {
        Ok(content) => {
            digest.update(content.len().to_le_bytes());
            digest.update(content);
        }
        Err(problem) => digest.update(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_any_of_the_files_is_seen() {
        let folder = std::env::temp_dir().join(format!("cellwise-fingerprint-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        let path = folder.join("local.toml");
        let look = || Fingerprint::of(&path);
        let mut seen = vec![look()];
        let mut changed = || {
            let now = look();
            assert_eq!(now, look());
            assert!(!seen.contains(&now));
            seen.push(now);
        };
        write("local.toml", "terminology = [\"codes.csv\"]\n[[client]]\nkeys = \"keys.json\"\n");
        changed();
        for name in ["codes.csv", "keys.json"] {
            write(name, "");
            changed();
            write(name, "something");
            changed();
        }
        write("local.toml", "[fetch]\nauthorities = \"ca.pem\"\n");
        changed();
        write("ca.pem", "certificates");
        changed();
        write("local.toml", "no = [toml");
        changed();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
