//! The command line: one file per subcommand.

pub mod access_log;
pub mod case;
pub mod completions;
pub mod config;
pub mod conform;
pub mod course;
pub mod ehr;
pub mod evaluate;
pub mod fixtures;
pub mod generate;
pub mod health;
pub mod package;
pub mod patients;
pub mod report;
pub mod rules;
pub mod screen;
pub mod serve;
pub mod services;
mod terminal;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use crate::built;
use cellwise_clinic::Language;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand};

/// Clinical decision support for cell therapies, served over HL7 CDS Hooks.
#[derive(Debug, Parser)]
#[command(name = "cellwise", version = built::LONG)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer CDS Hooks requests over HTTP
    Serve(serve::Args),
    /// Judge one patient from files and print the cards
    Evaluate(evaluate::Args),
    /// Judge all patients of a bulk export: who qualifies, who lacks what, and what can't be told
    Screen(screen::Args),
    /// Run the fixture suite, in this process or against a server
    Fixtures(fixtures::Args),
    /// Write a case of the suite from a patient and a change
    Case(case::Args),
    /// Show whole courses of patients as tables: what happens, and the cards at each opening of the chart
    Course(course::Args),
    /// Start a mock EHR: a FHIR server with patients, SMART App Launch, and a page that asks CDS services and shows their cards
    Ehr(ehr::Args),
    /// List patients, and write them as FHIR transactions for a test server
    Patients(patients::Args),
    /// Hold any CDS Hooks server against the specification, sentence by sentence
    Conform(conform::Args),
    /// List the rules with their sources and numbers
    Rules(rules::Args),
    /// List the services as they are typed into an EHR: addresses, hooks, prefetch queries, scopes
    Services(services::Args),
    /// Write the documents and FHIR resources that are made from the rules
    Generate(generate::Args),
    /// Write the knowledge as a FHIR package (`.tgz`), for FHIR tools
    Package(package::Args),
    /// Count what became of the cards: shown, accepted, overridden, ignored, by rule, reason, client and week
    Report(report::Args),
    /// Check a hospital's configuration, or compare two: clients, server, numbers, codes, what is switched off
    Config(config::Args),
    /// Look whether an access log is whole
    AccessLog(access_log::Args),
    /// Ask a running server whether it is ready, or lives
    Health(health::Args),
    /// Print what a shell needs to complete commands
    Completions(completions::Args),
    /// Print the manual (roff, for `man`)
    Man,
}

/// A command that could not do what was asked: one line for the user.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    message: String,
    status: u8,
}

/// Between the messages of one failure, as they are printed.
const SEPARATOR: &str = "\nerror: ";

impl Failure {
    /// A failure with its message: lower-case, no full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), status: 1 }
    }

    /// Several things that are wrong, each a message of its own.
    fn several(messages: &[String]) -> Self {
        Self::new(messages.join(SEPARATOR))
    }

    /// Each of its messages.
    fn messages(&self) -> impl Iterator<Item = &str> {
        self.message.split(SEPARATOR)
    }

    /// What was given can't be used at all, as opposed to an answer that is no: exit status 2.
    pub fn unusable(message: impl Into<String>) -> Self {
        Self { message: message.into(), status: 2 }
    }
}

/// How a language of the cards is given: by its code.
fn language() -> impl TypedValueParser<Value = Language> {
    let codes = Language::ALL.iter().map(|language| language.code());
    PossibleValuesParser::new(codes).map(|code| Language::from_code(&code).unwrap_or_default())
}

/// What came of printing. A reader that has gone (`| head`) has seen what it wanted.
fn printed(result: std::io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("can't write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Runs the program with these arguments (the first is its name).
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Also `--help` and `--version`. When the terminal is gone there is nobody to tell.
            let _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let outcome = match cli.command {
        Command::Serve(args) => serve::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Evaluate(args) => evaluate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Screen(args) => screen::run(&args),
        Command::Fixtures(args) => fixtures::run(&args),
        Command::Case(args) => case::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Course(args) => course::run(&args),
        Command::Ehr(args) => ehr::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Patients(args) => patients::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Conform(args) => conform::run(&args),
        Command::Rules(args) => rules::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Services(args) => services::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Generate(args) => generate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Package(args) => package::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Report(args) => report::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Config(args) => config::run(&args).map(|()| ExitCode::SUCCESS),
        Command::AccessLog(args) => access_log::run(&args),
        Command::Health(args) => health::run(&args),
        Command::Completions(args) => completions::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Man => completions::man().map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(status) => status,
        Err(failure) => {
            let style = terminal::CRITICAL;
            let _ = writeln!(anstream::stderr(), "{style}error:{style:#} {failure}");
            ExitCode::from(failure.status)
        }
    }
}
