//! `cellwise ehr`: the mock EHR.

use std::fs;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use reqwest::Url;

use super::patients::{day, read};
use super::{Failure, printed};
use crate::config::address;
use crate::ehr::faults::{Fault, Faults};
use crate::ehr::{Algorithm, App, COURSE, Ehr, EhrSettings};
use crate::files::reason;
use crate::fixtures::patients::CARRIED_AS_OF;
use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// What `ehr` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090", value_parser = address::listen)]
    listen: SocketAddr,

    /// Listen beyond this machine: nobody logs in, so whoever reaches the port sees the patients
    #[arg(long)]
    unauthenticated: bool,

    /// By which address others reach it, when that is another one
    #[arg(long, value_name = "URL", value_parser = address::server_or_http)]
    base_url: Option<Url>,

    /// The server whose CDS services are asked
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = address::server_or_http)]
    service: Url,

    /// Folder with patients: FHIR Bundles and single resources, in folders of any depth [default: the invented patients]
    #[arg(long, value_name = "DIR")]
    patients: Option<PathBuf>,

    /// Move every date so that what was on record on 2 November 2026, the day the invented patients are made for, is on
    /// record on this day; with `today`, they can be judged now
    #[arg(long, value_name = "DATE", value_parser = day)]
    moved_to: Option<Date>,

    /// SMART app that may be launched, as `client-id=launch-url`; it may ask to be sent back anywhere on that server.
    /// Repeatable
    #[arg(long = "app", value_name = "ID=URL", value_parser = App::parse)]
    apps: Vec<App>,

    /// How tokens are signed
    #[arg(long, value_name = "ALGORITHM", value_enum, default_value_t)]
    algorithm: Algorithm,

    /// What goes wrong; repeatable, or with commas. Can also be switched on the page
    #[arg(long, value_name = "FAULT", value_delimiter = ',', value_parser = fault())]
    faults: Vec<Fault>,

    /// The one type of resources whose data the faults concern, such as `Observation` [default: every type]
    #[arg(long, value_name = "TYPE", requires = "faults")]
    faults_of: Option<String>,

    /// The day on which services are asked to judge, or `now` [default: the day the invented patients are made for; with
    /// --patients or --moved-to, now]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<Day>,

    /// Language of the page and of the cards
    #[arg(long, default_value = "en", value_parser = super::language())]
    lang: Language,

    /// Open the FHIR server to whoever reaches it, for transactions, too
    #[arg(long)]
    open: bool,

    /// Write a configuration of cellwise that believes this EHR, for `cellwise serve --config FILE`
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
}

/// A day, or the present.
#[derive(Clone, Debug)]
enum Day {
    Now,
    At(String),
}

fn date(text: &str) -> Result<Day, String> {
    if text == "now" {
        return Ok(Day::Now);
    }
    let as_of = AsOf::parse(text).ok_or("expected a day such as `2026-11-02`, an instant with offset, or `now`")?;
    Ok(Day::At(if text.contains('T') { text.to_owned() } else { format!("{}T09:00:00+01:00", as_of.date) }))
}

/// The faults by name, each with what it does.
fn fault() -> impl TypedValueParser<Value = Fault> {
    let values = Fault::ALL.map(|fault| PossibleValue::new(fault.name()).help(fault.describe()));
    PossibleValuesParser::new(values).try_map(|name| Fault::from_name(&name).ok_or("no such fault"))
}

/// Starts the EHR and says where it is.
///
/// # Errors
/// When the patients can't be read, the address can't be had, or the file can't be written.
pub fn run(args: &Args) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() && !args.unauthenticated {
        return Err(Failure::unusable(format!(
            "`{}` can be reached from other machines, and nobody logs in here: add --unauthenticated if that is meant",
            args.listen
        )));
    }
    let patients = read(args.patients.as_deref(), args.moved_to)?;
    let carried = (args.patients.is_none() && args.moved_to.is_none()).then(|| CARRIED_AS_OF.to_owned());
    let as_of = match &args.date {
        Some(Day::At(at)) => Some(at.clone()),
        Some(Day::Now) => None,
        None => carried,
    };
    let count = patients.ids().count();
    let service = args.service.as_str().trim_end_matches('/').to_owned();
    let mut apps = args.apps.clone();
    // A server that is configured here has its own app.
    if args.write_config.is_some() && apps.iter().all(|app| app.id != COURSE) {
        apps.push(App::parse(&format!("{COURSE}={service}/course")).map_err(Failure::new)?);
    }
    let ehr = Ehr::start(EhrSettings {
        listen: args.listen,
        base_url: args.base_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
        service,
        patients,
        apps,
        algorithm: args.algorithm,
        faults: Faults::new(args.faults.iter().copied(), args.faults_of.clone()),
        as_of,
        language: args.lang,
        open: args.open,
    })
    .map_err(Failure::new)?;
    if let Some(path) = &args.write_config {
        fs::write(path, ehr.configuration())
            .map_err(|error| Failure::new(format!("{}: can't be written: {}", path.display(), reason(&error))))?;
    }
    printed(greet(&mut io::stdout().lock(), &ehr, args, count))?;
    ehr.wait().map_err(Failure::new)
}

fn greet(out: &mut impl Write, ehr: &Ehr, args: &Args, patients: usize) -> io::Result<()> {
    writeln!(out, "Mock EHR with {patients} patients: {}", ehr.url())?;
    writeln!(out, "  FHIR R4 (SMART iss): {}", ehr.fhir_url())?;
    writeln!(out, "  Public keys (jku):   {}", ehr.jwks_url())?;
    writeln!(out, "  It asks:             {}/cds-services", args.service.as_str().trim_end_matches('/'))?;
    if !args.listen.ip().is_loopback() {
        writeln!(out, "\nNOBODY LOGS IN HERE. Whoever reaches this address sees the patients.")?;
    }
    if args.open {
        writeln!(out, "\nTHE FHIR SERVER IS OPEN: reading and transactions need no token.")?;
    }
    if !args.faults.is_empty() {
        let names: Vec<&str> = args.faults.iter().map(|fault| fault.name()).collect();
        writeln!(out, "\nFaults that are on: {}", names.join(", "))?;
    }
    match &args.write_config {
        Some(path) => writeln!(out, "\nNow, in another terminal:\n  cellwise serve --config {}", path.display())?,
        None => writeln!(
            out,
            "\ncellwise believes it with this in its configuration (or let `--write-config FILE` write a whole one):\n\n{}",
            ehr.client_block()
        )?,
    }
    out.flush()
}
