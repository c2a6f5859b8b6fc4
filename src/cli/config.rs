//! `cellwise config`: check a hospital's own file before a server meets it; and how every command reads one.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Failure, printed};
use crate::config::Config;
use crate::engine::Engine;
use crate::knowledge::StartupError;
use crate::rules::Number;

/// Problems, or warnings, shown at most: a file of thousands of rows may have the same one on each.
const MOST_SHOWN: usize = 20;

/// What `config` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Check a file and the files it names, and say what they change
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// The file that several commands take.
#[derive(Debug, clap::Args)]
pub struct ConfigFile {
    /// The hospital's own numbers, codes, and what it has switched off (TOML)
    #[arg(long = "config", env = "CELLWISE_CONFIG", value_name = "FILE")]
    path: Option<PathBuf>,
}

impl ConfigFile {
    /// What the file says; nothing when none is named.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(&self, engine: &Engine) -> Result<Config, Failure> {
        self.path.as_deref().map_or_else(|| Ok(Config::default()), |path| read(path, engine))
    }

    /// The engine under the file.
    ///
    /// # Errors
    /// When the knowledge does not hold together, or something is wrong with the file.
    pub(super) fn engine(&self) -> Result<Engine, Failure> {
        let engine = Engine::load()?;
        let config = self.read(&engine)?;
        Ok(engine.under(config)?)
    }
}

impl From<StartupError> for Failure {
    fn from(error: StartupError) -> Self {
        Self::new(error.to_string())
    }
}

fn read(path: &Path, engine: &Engine) -> Result<Config, Failure> {
    Config::read(path, engine.knowledge()).map_err(|problems| Failure::new(listed(&problems, "\nerror: ")))
}

/// The first of them, and how many more.
fn listed<'p>(problems: impl IntoIterator<Item = &'p StartupError>, separator: &str) -> String {
    let mut lines: Vec<String> = problems.into_iter().map(ToString::to_string).collect();
    let more = lines.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        lines.truncate(MOST_SHOWN);
        lines.push(format!("and {more} more"));
    }
    lines.join(separator)
}

/// Checks a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Command::Check { file } = &args.command;
    let config = read(file, &Engine::load()?)?;
    printed(report(&mut BufWriter::new(io::stdout().lock()), file, &config))
}

fn report(out: &mut impl Write, file: &Path, config: &Config) -> io::Result<()> {
    writeln!(out, "{}: in order", file.display())?;
    for local in &config.policy.numbers {
        let (rule, number, value) = (local.rule.id, local.number.id, Number::json(local.value));
        let standard = Number::json(local.number.default);
        writeln!(out, "  number       {rule}: {number} = {value} (standard {standard}; {})", local.citation)?;
    }
    for off in &config.policy.rules_off {
        writeln!(out, "  switched off rule {}: {}", off.id, off.reason)?;
    }
    for off in &config.policy.services_off {
        writeln!(out, "  switched off service {}: {}", off.id, off.reason)?;
    }
    for file in &config.mapping.files {
        writeln!(
            out,
            "  codes        {}: {}, {} of them of no interest to any rule",
            file.file, file.codes, file.irrelevant
        )?;
    }
    let warnings = listed(config.warnings(), "\nwarning: ");
    if !warnings.is_empty() {
        writeln!(out, "warning: {warnings}")?;
    }
    out.flush()
}

/// Logs what is local at this start: whoever reads the log later must be able to tell which numbers were in use.
pub(super) fn log(config: &Config) {
    for local in &config.policy.numbers {
        tracing::info!(
            rule = local.rule.id,
            number = local.number.id,
            value = local.value,
            standard = local.number.default,
            citation = local.citation,
            "local number"
        );
    }
    for off in &config.policy.rules_off {
        tracing::info!(rule = off.id, reason = off.reason, "rule switched off");
    }
    for off in &config.policy.services_off {
        tracing::info!(service = off.id, reason = off.reason, "service switched off");
    }
    for file in &config.mapping.files {
        tracing::info!(file = file.file, codes = file.codes, irrelevant = file.irrelevant, "local codes");
    }
    let warnings: Vec<&StartupError> = config.warnings().collect();
    for warning in warnings.iter().take(MOST_SHOWN) {
        tracing::warn!(at = warning.file, "{}", warning.problem);
    }
    if warnings.len() > MOST_SHOWN {
        tracing::warn!("and {} more: see `cellwise config check`", warnings.len() - MOST_SHOWN);
    }
}
