//! Tells the program which commit it is built from, and the digest of the knowledge in it.

#![allow(clippy::disallowed_methods, reason = "what cargo tells a build script comes in the environment")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// Everything that decides what a card says.
const KNOWLEDGE: [&str; 6] =
    ["cds-hooks", "fhir-profiles", "sources", "crates/clinic/src", "crates/fhir-reader/src", "crates/record/src"];
/// Digits of a digest: enough to tell all builds there will ever be apart.
const DIGITS: usize = 12;

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    println!("cargo::rerun-if-env-changed=CELLWISE_COMMIT");
    println!("cargo::rustc-env=CELLWISE_COMMIT={}", commit(&root));
    match knowledge(&root) {
        Ok(digest) => println!("cargo::rustc-env=CELLWISE_KNOWLEDGE={digest}"),
        Err(error) => println!("cargo::error=the knowledge can't be read: {error}"),
    }
}

/// The commit: what the environment says, else what git says. While developing it would build everything anew with each commit.
fn commit(root: &Path) -> String {
    if let Some(given) = env::var("CELLWISE_COMMIT").ok().filter(|given| !given.trim().is_empty()) {
        return given.trim().chars().take(DIGITS).collect();
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return "development".to_owned();
    }
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]) {
            println!("cargo::rerun-if-changed={}", root.join(path).display());
        }
    }
    git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned())
}

fn knowledge(root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    for folder in KNOWLEDGE {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let content = fs::read(&file)?;
        digest.update(name.to_string_lossy().as_bytes());
        digest.update((content.len() as u64).to_be_bytes());
        digest.update(content);
    }
    Ok(format!("{:x}", digest.finalize()).chars().take(DIGITS).collect())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
