//! `cellwise evaluate`: judge one patient from files and print the cards.

mod print;
mod why;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ArgGroup;
use serde_json::{Value, json};
use uuid::Uuid;

use self::print::Printer;
use super::config::ConfigFile;
use super::{Failure, printed, terminal};
use crate::course::{self, Course, Speaker};
use crate::engine::{CallSettings, Engine, Judged, Problem, Refusal, ZONE_OF_CASES, time_zone};
use crate::files::{self, reason};
use crate::fixtures::bundle;
use crate::fixtures::request::{Call, has_drafts, resources, type_of};
use crate::hooks::response::Response;
use cellwise_clinic::{Hook, Language};
use cellwise_record::AsOf;

/// What became of the rules, in the response that is printed as JSON; a server does not say it.
const RULES_EXTENSION: &str = "dev.cellwise.rules";

/// Resources that are orders or appointments, of FHIR R4 and the versions before.
const ORDERS: [&str; 10] = [
    "Appointment",
    "DeviceRequest",
    "Immunization",
    "ImmunizationRecommendation",
    "MedicationOrder",
    "MedicationRequest",
    "NutritionOrder",
    "ProcedureRequest",
    "ServiceRequest",
    "VisionPrescription",
];

const EXAMPLES: &str = "\
Examples:
  An invented patient, with the reason for each card and each silence:
    cellwise evaluate --service cell-therapy-follow-up --hook patient-view \\
      --patient fixtures/patients/car-t-crs.json -v
  A draft order, in Dutch:
    cellwise evaluate --service cell-therapy-order-safety --hook order-sign \\
      --patient record.json --order order.json --lang nl
  A recorded request, with the patient's course as a page:
    cellwise evaluate --service cell-therapy-follow-up --request call.json \\
      --html course.html";

/// What `evaluate` can be told.
#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("input").required(true).args(["request", "patient"]), after_help = EXAMPLES)]
pub struct Args {
    /// The service to ask; `cellwise services` lists them
    #[arg(long, value_name = "ID")]
    service: String,

    /// The hook to ask it on, such as `patient-view`; a request names its own
    #[arg(long, value_name = "HOOK", required_unless_present = "request")]
    hook: Option<String>,

    /// A complete CDS Hooks request; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with = "order")]
    request: Option<PathBuf>,

    /// A FHIR R4 Bundle with the Patient and what is on record; `-` reads standard input
    #[arg(long, value_name = "BUNDLE")]
    patient: Option<PathBuf>,

    /// A draft order, or a Bundle of them; `-` reads standard input
    #[arg(long, value_name = "FILE", requires = "patient")]
    order: Option<PathBuf>,

    /// The day or instant to judge at, such as `2026-11-02`, unless the request names one [default: now]
    #[arg(long, value_name = "DATE", value_parser = as_of)]
    as_of: Option<AsOf>,

    /// Language of the cards, and of what is printed around them
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = super::language())]
    lang: Language,

    /// Also write the patient's course, as the rules see it, as a page of its own. It is about a patient: keep it accordingly
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Print the response as JSON, with what became of every rule in `extension`
    #[arg(long)]
    json: bool,

    /// Say of every rule why it has a card, or none
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    config: ConfigFile,
}

/// Judges and prints.
///
/// # Errors
/// When a file can't be used, or the engine refuses the request: then every problem with its JSON pointer.
pub fn run(args: &Args) -> Result<(), Failure> {
    let engine = args.config.engine()?;
    let service = engine.knowledge().service(&args.service).ok_or_else(|| {
        let known: Vec<String> = engine.service_ids().map(|id| format!("`{id}`")).collect();
        Failure::new(format!("there is no service `{}`, only {}", args.service, known.join(", ")))
    })?;
    let body = match (&args.request, &args.patient) {
        (Some(path), _) => request_body(path, args.hook.as_deref())?,
        (None, Some(path)) => call(args, path)?.request(&service.prefetch).to_string().into_bytes(),
        (None, None) => return Err(Failure::new("expected `--request` or `--patient`")),
    };
    let settings = CallSettings {
        language: args.lang,
        as_of: args.as_of.unwrap_or_else(|| AsOf::now().at(engine.zone())),
        accept_as_of: true,
    };
    let judged = engine.judge(&service.id, &body, &settings).map_err(|refusal| refused(&refusal))?;
    let answer = engine.respond(&judged, args.lang);
    let response = answer.as_ref().ok().map(serde_json::to_value).transpose();
    let mut response = response.map_err(|error| Failure::new(error.to_string()))?.unwrap_or_default();
    // As a server does it: which rules can't concern the patient.
    let concerned = engine.read(&service.id, &body, &settings).and_then(|reading| engine.evaluate(reading));
    let concerned = concerned.map_err(|refusal| refused(&refusal))?;
    let words = Speaker::new(&engine, args.lang);
    let fates = why::fates(&engine, &judged, &concerned, &response, &words);
    let printer = Printer { words: &words, width: terminal::prose_width(), says_why: args.verbose };
    let (answer, refusal) = match answer {
        Ok(answer) => (Some(answer), None),
        Err(refusal) => (None, Some(refusal)),
    };
    // What is missing is to be seen, too, when nothing can be said for lack of it.
    if let Some(path) = &args.html {
        write_page(&engine, judged, answer, args.lang, path)?;
    }
    let mut out = terminal::out();
    if let Some(refusal) = refusal {
        if args.verbose && !args.json {
            printed(printer.rules(&mut out, &fates).and_then(|()| out.flush()))?;
        }
        return Err(refused(&refusal));
    }
    printed(if args.json {
        if let Some(response) = response.as_object_mut() {
            response.insert("extension".to_owned(), json!({ RULES_EXTENSION: why::as_json(&fates) }));
        }
        serde_json::to_writer_pretty(&mut out, &response)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
            .and_then(|()| out.flush())
    } else {
        printer.response(&mut out, &response, &fates)
    })
}

/// Writes the page with the course of the patient.
fn write_page(
    engine: &Engine,
    judged: Judged<'_>,
    answer: Option<Response>,
    language: Language,
    path: &Path,
) -> Result<(), Failure> {
    let course = Course::of(engine, &[(judged, answer)]);
    let page = course.map(|course| course::document(engine, &course, language)).unwrap_or_default();
    fs::write(path, page)
        .map_err(|error| Failure::new(format!("{}: can't be written: {}", path.display(), reason(&error))))
}

/// The request as it is. It keeps its bytes, so that the engine sees what a server would.
fn request_body(path: &Path, hook: Option<&str>) -> Result<Vec<u8>, Failure> {
    let body = read(path)?;
    let named = serde_json::from_slice::<Value>(&body).ok();
    let named = named.as_ref().and_then(|request| request.get("hook")).and_then(Value::as_str);
    match (hook, named) {
        (Some(hook), Some(named)) if hook != named => {
            Err(Failure::new(format!("{}: the request is for the hook `{named}`, not `{hook}`", path.display())))
        }
        _ => Ok(body),
    }
}

fn call(args: &Args, path: &Path) -> Result<Call, Failure> {
    let name = args.hook.as_deref().unwrap_or_default();
    let hook = Hook::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Hook::ALL.iter().map(|hook| hook.name()).collect();
        Failure::new(format!("there is no hook `{name}`, only {}", known.join(", ")))
    })?;
    match (&args.order, has_drafts(hook)) {
        (None, true) => {
            return Err(Failure::new(format!("the hook `{name}` is about orders: name a file with `--order`")));
        }
        (Some(_), false) => {
            return Err(Failure::new(format!("the hook `{name}` is not about orders: leave `--order` out")));
        }
        _ => {}
    }
    if args.order.as_deref() == Some(path) && is_standard_input(path) {
        return Err(Failure::new("standard input can be read once only: `--patient` and `--order` can't both be `-`"));
    }
    let patient = bundle_of(path)?;
    let orders = args.order.as_deref().map(bundle_of).transpose()?;
    if let (Some(path), Some(orders)) = (&args.order, &orders)
        && !has_order(orders)
    {
        let mut kinds: Vec<&str> = resources(orders).filter_map(type_of).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let kinds = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
        let (path, known) = (path.display(), ORDERS.join(", "));
        return Err(Failure::new(format!("{path}: holds no order, but {kinds}: expected one of {known}")));
    }
    let call = Call {
        hook: name.to_owned(),
        hook_instance: Uuid::new_v4(),
        as_of: None,
        patient,
        orders,
        encounter: None,
        selections: None,
        withhold: Vec::new(),
        literals: BTreeMap::new(),
        fhir: None,
    };
    match call.patient_id() {
        Some(_) => Ok(call),
        None => Err(Failure::new(format!("{}: holds no Patient with an id", path.display()))),
    }
}

/// Whether something is ordered or booked in a Bundle, or in one within it.
fn has_order(bundle: &Value) -> bool {
    resources(bundle).any(|resource| match type_of(resource) {
        Some("Bundle") => has_order(resource),
        kind => kind.is_some_and(|kind| ORDERS.contains(&kind)),
    })
}

/// A Bundle, or one resource as a Bundle of one.
fn bundle_of(path: &Path) -> Result<Value, Failure> {
    let mut value: Value =
        serde_json::from_slice(&read(path)?).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    match type_of(&value) {
        Some("Bundle") => {
            bundle::settle(&mut value);
            Ok(value)
        }
        Some(_) => Ok(json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": value }] })),
        None => Err(Failure::new(format!("{}: is no FHIR resource: `resourceType` is missing", path.display()))),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read =
        if is_standard_input(path) { files::read_all(io::stdin().lock(), files::LARGEST) } else { files::read(path) };
    read.map_err(|error| Failure::new(format!("{}: can't be read: {}", path.display(), reason(&error))))
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// What the engine says, every problem on a line of its own.
fn refused(refusal: &Refusal) -> Failure {
    Failure::new(match refusal {
        Refusal::NotJson { message } => format!("the request can't be read as JSON: {message}"),
        Refusal::Invalid { problems } => {
            let line = |problem: &Problem| match problem.pointer.as_str() {
                "" => format!("\n  {}", problem.message),
                pointer => format!("\n  `{pointer}`: {}", problem.message),
            };
            let lines: Vec<String> = problems.iter().map(line).collect();
            format!("the request is not valid:{}", lines.concat())
        }
        Refusal::UnknownService => "there is no such service".to_owned(),
        Refusal::HookNotServed { served } => {
            let served: Vec<String> = served.iter().map(|hook| format!("`{hook}`")).collect();
            format!("`/hook`: the service is offered only on {}", served.join(", "))
        }
        Refusal::Unobtainable { keys } => {
            let lines: Vec<String> = keys.iter().map(|key| format!("\n  `/prefetch/{key}`")).collect();
            format!("nothing can be said without data that was not sent, failed or was incomplete:{}", lines.concat())
        }
    })
}

fn as_of(text: &str) -> Result<AsOf, String> {
    let zone = time_zone(ZONE_OF_CASES).map_err(|error| error.to_string())?;
    AsOf::parse_at(text, &zone)
        .ok_or_else(|| "expected a day such as `2026-11-02`, or an instant with offset".to_owned())
}
