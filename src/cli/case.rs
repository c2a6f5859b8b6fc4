//! `cellwise case new`: write a case from a patient and a change.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::{Failure, printed};
use crate::engine::Engine;
use crate::files::reason;
use crate::fixtures::check::{cards, indicator_of, is_card_of};
use crate::fixtures::suite::Suite;
use crate::fixtures::target::{Answer, Target};
use cellwise_clinic::Hook;
use cellwise_record::{AsOf, Verdict};

/// What `case` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write a case with what the rules come to now: read it, and decide whether that is right
    New(New),
}

#[derive(Debug, clap::Args)]
struct New {
    /// The rule and the name of the case: `driving-after-car-t/met-first-visit`
    #[arg(value_name = "RULE/NAME", value_parser = name)]
    case: (String, String),

    /// The service that is called
    #[arg(long, value_name = "ID")]
    service: String,

    /// The hook it is called on
    #[arg(long, value_name = "HOOK")]
    hook: String,

    /// The patient: a file of `patients/`, by its name
    #[arg(long, value_name = "NAME")]
    patient: String,

    /// The draft orders or appointments: a file of `orders/`, by its name
    #[arg(long, value_name = "NAME")]
    order: Option<String>,

    /// A merge patch of a resource, or `null`; may be given more than once
    #[arg(long = "change", value_name = "TYPE/ID=JSON", value_parser = patch)]
    changes: Vec<(String, Value)>,

    /// A prefetch key that is not sent; may be given more than once
    #[arg(long = "withhold", value_name = "KEY")]
    withheld: Vec<String>,

    /// The instant of evaluation
    #[arg(long, value_name = "INSTANT", default_value = "2026-11-02T09:00:00+01:00")]
    as_of: String,

    /// One sentence that a clinician understands
    #[arg(long, value_name = "SENTENCE", default_value = "Say here what the case shows.")]
    describe: String,

    /// Folder with `patients`, `orders` and `cases`
    #[arg(long, value_name = "DIR", default_value = "fixtures")]
    dir: PathBuf,
}

fn name(text: &str) -> Result<(String, String), String> {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match text.split_once('/') {
        Some((rule, name)) if is_word(rule) && is_word(name) => Ok((rule.to_owned(), name.to_owned())),
        _ => {
            Err("expected the rule and a name of letters, digits and hyphens, such as `dmso-allergy/met-rash`"
                .to_owned())
        }
    }
}

fn patch(text: &str) -> Result<(String, Value), String> {
    let (reference, patch) = text.split_once('=').ok_or("expected `Type/id={…}` or `Type/id=null`")?;
    let patch =
        serde_json::from_str(patch).map_err(|error| format!("what stands behind the `=` is no JSON: {error}"))?;
    Ok((reference.to_owned(), patch))
}

/// Writes the case.
///
/// # Errors
/// When it is there already, or can't be run.
pub fn run(args: &Args) -> Result<(), Failure> {
    let Command::New(new) = &args.command;
    let (rule, name) = &new.case;
    let path = new.dir.join("cases").join(rule).join(format!("{name}.json"));
    if path.exists() {
        return Err(Failure::unusable(format!("{} is there already", path.display())));
    }
    Hook::from_name(&new.hook).ok_or_else(|| Failure::unusable(format!("there is no hook `{}`", new.hook)))?;
    AsOf::parse(&new.as_of).ok_or_else(|| Failure::unusable("`--as-of`: expected an instant with its offset"))?;
    let failed =
        |error: &io::Error| Failure::unusable(format!("{}: can't be written: {}", path.display(), reason(error)));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    fs::write(&path, written(new, json!({ "rule": rule }))).map_err(|error| failed(&error))?;
    let expected = expectation(new, rule, name).inspect_err(|_| drop(fs::remove_file(&path)))?;
    fs::write(&path, written(new, expected)).map_err(|error| failed(&error))?;
    printed(writeln!(
        io::stdout().lock(),
        "{}: read it; then `cellwise fixtures --only {rule}/{name} --bless`",
        path.display()
    ))
}

/// The text of the file.
fn written(new: &New, expect: Value) -> String {
    let mut case = Map::new();
    let mut put = |key: &str, value: Value| drop(case.insert(key.to_owned(), value));
    put("describe", json!(new.describe));
    put("service", json!(new.service));
    put("hook", json!(new.hook));
    put("asOf", json!(new.as_of));
    put("patient", json!(new.patient));
    if let Some(order) = &new.order {
        put("order", json!(order));
    }
    if !new.changes.is_empty() {
        let changes: BTreeMap<&str, &Value> = new.changes.iter().map(|(key, patch)| (key.as_str(), patch)).collect();
        put("change", json!(changes));
    }
    if !new.withheld.is_empty() {
        put("withhold", json!(new.withheld));
    }
    put("expect", expect);
    serde_json::to_string_pretty(&Value::Object(case)).unwrap_or_default() + "\n"
}

/// What the rules come to now.
fn expectation(new: &New, rule: &str, name: &str) -> Result<Value, Failure> {
    let id = format!("{rule}/{name}");
    let suite = Suite::load(&new.dir, Some(&id)).map_err(|errors| {
        Failure::unusable(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\nerror: "))
    })?;
    let case =
        suite.cases.iter().find(|case| case.id() == id).ok_or_else(|| Failure::new(format!("{id} was not found")))?;
    let call = suite.call(case).map_err(|error| Failure::unusable(error.to_string()))?;
    let engine = Engine::load()?;
    let reply = Target::Engine(&engine).ask(case, &call).map_err(Failure::unusable)?;
    let mut expect = Map::new();
    let mut put = |key: &str, value: Value| drop(expect.insert(key.to_owned(), value));
    put("rule", json!(rule));
    match &reply.answer {
        Answer::Refused { status, missing, messages } => {
            if *status != 412 {
                return Err(Failure::unusable(format!(
                    "the request is refused with {status}: {}",
                    messages.join("; ")
                )));
            }
            put("status", json!(status));
            put("missing", json!(missing));
        }
        Answer::Cards(body) => {
            let found = reply.found.get(rule).ok_or_else(|| {
                Failure::unusable(format!(
                    "service `{}` does not ask rule `{rule}` on the hook `{}`",
                    new.service, new.hook
                ))
            })?;
            put("verdict", json!(found.verdict.map(Verdict::name)));
            let card = cards(body).find(|card| is_card_of(card, rule));
            put("indicator", json!(card.map_or("none", |card| indicator_of(card, rule))));
            if !found.gaps.is_empty() {
                put("gaps", json!(found.gaps.iter().map(|kind| kind.name()).collect::<Vec<_>>()));
            }
        }
    }
    Ok(Value::Object(expect))
}
