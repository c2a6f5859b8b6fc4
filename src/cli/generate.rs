//! `cellwise generate`: write the files that are made from the rules.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, printed};
use crate::engine::Engine;
use crate::generate;

/// What `generate` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The root of the repository
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    root: PathBuf,
}

/// Writes every generated file, and deletes those that are made no longer.
///
/// # Errors
/// When a file can't be read or written.
pub fn run(args: &Args) -> Result<(), Failure> {
    let engine = Engine::load().map_err(|error| Failure::new(error.to_string()))?;
    let files = generate::files(&args.root, &engine).map_err(|error| Failure::new(error.to_string()))?;
    let failed = |path: &str, error: io::Error| Failure::new(format!("{path}: {error}"));
    for folder in generate::OWNED {
        fs::create_dir_all(args.root.join(folder)).map_err(|error| failed(folder, error))?;
        for entry in fs::read_dir(args.root.join(folder)).map_err(|error| failed(folder, error))? {
            let path = entry.map_err(|error| failed(folder, error))?.path();
            let name = format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy());
            if !files.contains_key(&name) {
                fs::remove_file(&path).map_err(|error| failed(&name, error))?;
            }
        }
    }
    for (path, text) in &files {
        fs::write(args.root.join(path), text).map_err(|error| failed(path, error))?;
    }
    printed(writeln!(io::stdout().lock(), "{} files written", files.len()))
}
