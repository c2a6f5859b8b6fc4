//! `cellwise package`: write the FHIR package of the knowledge.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Failure, printed};
use crate::fhir::{Artifacts, package};
use crate::files;

/// What `package` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write, such as `cellwise-0.1.0.tgz`
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Writes the package. The same program always writes the same bytes.
///
/// # Errors
/// When the file can't be written.
pub fn run(args: &Args) -> Result<(), Failure> {
    let artifacts = Artifacts::embedded().map_err(|error| Failure::new(error.to_string()))?;
    let mut bytes = Vec::new();
    package::write(artifacts, &mut bytes).map_err(|error| Failure::new(error.to_string()))?;
    files::replace(&args.out, &bytes)
        .map_err(|error| Failure::new(format!("{}: {}", args.out.display(), files::reason(&error))))?;
    let count = artifacts.all().count();
    printed(writeln!(io::stdout().lock(), "{}: {count} resources, {} bytes", args.out.display(), bytes.len()))
}
