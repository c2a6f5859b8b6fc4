//! `cellwise access-log verify`: whether the lines of an access log are those that were written, and all of them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::terminal::{CRITICAL, GOOD};
use super::{Failure, printed, terminal};
use crate::access_log::{Verified, verify};
use crate::files::reason;

/// What `access-log` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Look for lines that were changed or are missing; nothing of a patient is printed
    Verify {
        /// The folder of the access log, or a copy of it
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
        /// The first files were moved to an archive: that lines are missing before the first one is in order
        #[arg(long)]
        archived: bool,
    },
}

/// Reads the files of an access log.
///
/// # Errors
/// When they can't be read.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let Command::Verify { folder, archived } = &args.command;
    let mut verified = verify(folder)
        .map_err(|error| Failure::unusable(format!("{} can't be read: {}", folder.display(), reason(&error))))?;
    if verified.files == 0 && verified.findings.is_empty() {
        return Err(Failure::unusable(format!("{} has no access log: no `access-….ndjson`", folder.display())));
    }
    if let Some(first) = verified.first.filter(|first| *first > 1 && !archived) {
        let finding = format!("lines 1 to {} are missing: say `--archived` if their files were moved away", first - 1);
        verified.findings.insert(0, finding);
    }
    printed(report(&mut terminal::out(), folder, &verified))?;
    Ok(if verified.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(out: &mut impl Write, folder: &Path, verified: &Verified) -> io::Result<()> {
    let Verified { files, lines, first, last, findings } = verified;
    let (order, style) = if findings.is_empty() { ("in order", GOOD) } else { ("NOT in order", CRITICAL) };
    writeln!(out, "{}: {style}{order}{style:#}, {lines} lines in {files} files", folder.display())?;
    for finding in findings {
        writeln!(out, "  {finding}")?;
    }
    if let (Some(first), Some((number, digest))) = (first, last) {
        writeln!(out, "  lines {first} to {number}; digest of the last one {digest}")?;
    }
    out.flush()
}
