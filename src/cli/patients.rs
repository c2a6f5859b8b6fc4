//! `cellwise patients`: list patients, and write them as transactions for a FHIR server.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{Failure, printed};
use crate::files::{reason, replace};
use crate::fixtures::patients::{CARRIED_AS_OF, Identity, Patients};
use crate::fixtures::request::resources;
use cellwise_record::AsOf;

/// What `patients` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder with patients: FHIR Bundles and single resources, in folders of any depth [default: the invented patients]
    #[arg(long, value_name = "DIR")]
    patients: Option<PathBuf>,

    /// Only the patient with this id; repeatable
    #[arg(long = "only", value_name = "ID")]
    only: Vec<String>,

    /// Write each patient as a FHIR transaction into this folder: `curl -H 'Content-Type: application/fhir+json' --data
    /// @DIR/car-t-crs.json https://fhir.example.org/r4`
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,

    /// Let the server give the ids, and find what is there by an identifier: for servers that take none from clients
    #[arg(long, requires = "write")]
    by_identifier: bool,

    /// Move every date so that what was on record on 2 November 2026, the day the invented patients are made for, is on
    /// record on this day; `today` is one, too
    #[arg(long, value_name = "DATE", value_parser = day)]
    moved_to: Option<Date>,
}

/// A day, or today.
pub(super) fn day(text: &str) -> Result<Date, String> {
    if text == "today" {
        return Ok(AsOf::now().date);
    }
    text.parse().map_err(|_error| "expected a day such as `2026-11-02`, or `today`".to_owned())
}

/// The patients of a folder, or those that the binary carries; moved so that the day they are made for is this one.
pub(super) fn read(folder: Option<&Path>, moved_to: Option<Date>) -> Result<Patients, Failure> {
    let read = folder.map_or_else(Patients::carried, Patients::load);
    let patients = read.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::unusable(lines.join(super::SEPARATOR))
    })?;
    let days = AsOf::parse(CARRIED_AS_OF).zip(moved_to).and_then(|(from, to)| from.date.until(to).ok());
    Ok(match days {
        Some(days) => patients.moved(days.get_days()),
        None => patients,
    })
}

/// Lists the patients, or writes them.
///
/// # Errors
/// When they can't be read or written.
pub fn run(args: &Args) -> Result<(), Failure> {
    let patients = read(args.patients.as_deref(), args.moved_to)?;
    if let Some(unknown) = args.only.iter().find(|id| patients.record(id).is_none()) {
        return Err(Failure::unusable(format!("there is no patient `{unknown}`")));
    }
    let ids: Vec<&str> =
        patients.ids().filter(|id| args.only.is_empty() || args.only.iter().any(|only| only == id)).collect();
    let Some(folder) = &args.write else {
        let lines = ids.iter().map(|id| {
            let count = patients.record(id).into_iter().flat_map(resources).count();
            format!("{id}  {count} resources\n")
        });
        return printed(io::stdout().lock().write_all(lines.collect::<String>().as_bytes()));
    };
    let identity = if args.by_identifier { Identity::Identifier } else { Identity::Id };
    let failed = |path: &Path, error: &io::Error| {
        Failure::new(format!("{}: can't be written: {}", path.display(), reason(error)))
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for id in &ids {
        let path = folder.join(format!("{id}.json"));
        let Some(bundle) = patients.transaction(id, identity) else { continue };
        let text = serde_json::to_string_pretty(&bundle).unwrap_or_default();
        replace(&path, format!("{text}\n").as_bytes()).map_err(|error| failed(&path, &error))?;
    }
    printed(writeln!(io::stdout().lock(), "{} transactions in {}", ids.len(), folder.display()))
}
