//! `cellwise completions` and `cellwise man`: the command line, for shells and for readers of manuals.

use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use super::{Cli, Failure, printed};

/// What `completions` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints what a shell needs to complete commands: `cellwise completions bash > /etc/bash_completion.d/cellwise`.
///
/// # Errors
/// When it can't be printed.
pub fn run(args: &Args) -> Result<(), Failure> {
    let mut text = Vec::new();
    generate(args.shell, &mut Cli::command(), "cellwise", &mut text);
    printed(io::stdout().lock().write_all(&text))
}

/// Prints the manual: one page, with every subcommand after the other.
///
/// # Errors
/// When it can't be printed.
pub fn man() -> Result<(), Failure> {
    let mut text = Vec::new();
    let mut command = Cli::command();
    // Names the subcommands by all of their words.
    command.build();
    let mut write = |command: &clap::Command| Man::new(command.clone()).render(&mut text);
    let mut written = write(&command);
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        written = written.and_then(|()| write(subcommand));
    }
    printed(written.and_then(|()| io::stdout().lock().write_all(&text)))
}
