//! Reading and checking a CDS Hooks request.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::call::{CallSettings, Problem, Refusal};
use crate::client::{Access, AccessToken};
use crate::hooks::dispatched::Dispatched;
use crate::hooks::reading::{Reading, another_patient};
use crate::hooks::searches::{About, Searches};
use crate::knowledge::Endpoint;
use crate::schema::Schemas;
use cellwise_clinic::Hook;
use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::call;
use cellwise_fhir_reader::depth::{DEEPEST, is_too_deep};
use cellwise_fhir_reader::later::Later;
use cellwise_record::terminology::Terminology;
use cellwise_record::{AsOf, Chart, bare_id};

/// The extension by which a test names the instant of evaluation.
pub const AS_OF_EXTENSION: &str = "dev.cellwise.asOf";

/// A request that is valid, and the chart it brings.
#[derive(Debug)]
pub struct Request {
    /// The hook it was called on.
    pub hook: Hook,
    /// The client's id of this call.
    pub hook_instance: String,
    /// The patient.
    pub chart: Chart,
}

/// Reads and checks a request for a service, on one of its hooks or on any. An instant is of the day that it is in `zone`. What may
/// not be needed is put off.
///
/// # Errors
/// A [`Refusal`] that says what is wrong and where.
pub fn read<'e, 'b>(
    body: &'b [u8],
    endpoint: Endpoint<'e>,
    terminology: &'e Terminology,
    schemas: &Schemas,
    zone: &'e TimeZone,
    settings: &CallSettings,
) -> Result<(Reading<'e>, Later<'b>), Refusal> {
    let text = check_json(body)?;
    let Endpoint { service, hook: only } = endpoint;
    let mut builder = ChartBuilder::new(terminology, settings.language.code(), zone, &service.sources);
    let mut searches = Searches::new(service);
    let (envelope, later) =
        Later::after(text, &mut builder, &mut searches).map_err(|error| not_readable(&error, text, schemas))?;
    let mut skeleton = Value::Object(envelope.skeleton);
    let mut problems = schemas.check_request(&skeleton);
    let hook_name = skeleton.get("hook").and_then(Value::as_str).unwrap_or_default().to_owned();
    let served: Vec<&String> = service.hooks.keys().filter(|hook| only.is_none_or(|only| only == *hook)).collect();
    if problems.is_empty() && !served.contains(&&hook_name) {
        return Err(Refusal::HookNotServed { served: served.into_iter().cloned().collect() });
    }
    let context = skeleton.get_mut("context").map(Value::take).unwrap_or_default();
    if Hook::from_name(&hook_name).is_some() {
        problems.extend(schemas.check_context(&hook_name, &context));
    }
    let (Some(raw), Some(hook)) = (envelope.context, Hook::from_name(&hook_name)) else {
        return Err(Refusal::Invalid { problems });
    };
    let as_of = match as_of(&skeleton, zone, settings) {
        Ok(as_of) => as_of,
        Err(problem) => {
            problems.push(problem);
            settings.as_of
        }
    };
    if !problems.is_empty() {
        return Err(Refusal::Invalid { problems });
    }
    call::read_context(raw, &mut builder)
        .map_err(|error| Refusal::NotJson { message: format!("in `context`: {}", plain_error(&error)) })?;
    let text_of = |key: &str| context.get(key).and_then(Value::as_str).unwrap_or_default();
    let patient_id = bare_id(text_of("patientId"));
    let selections = if hook == Hook::OrderSelect { selections(&context) } else { None };
    let mut dispatched = if hook == Hook::OrderDispatch { Dispatched::named(&context) } else { Dispatched::default() };
    dispatched.look_in(text, &mut builder);
    builder.encounter(bare_id(text_of("encounterId")));
    if builder.is_about_another(patient_id) {
        return Err(another_patient());
    }
    let about = About { patient_id: patient_id.to_owned(), as_of };
    searches.compare(&about);
    let hook_instance = skeleton.get_mut("hookInstance").map(Value::take);
    let reading = Reading {
        service,
        hook,
        hook_instance: hook_instance.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned(),
        about,
        selections,
        access: access(&mut skeleton),
        builder,
        searches,
        not_here: Vec::new(),
        dispatched,
        is_of_the_past: false,
    };
    Ok((reading, later))
}

/// The drafts that are picked; `None` is all of them. So it is, too, when none of what is picked is among the drafts: to look
/// at an order too early is better than never.
fn selections(context: &Value) -> Option<Vec<String>> {
    let picked: Vec<String> =
        context.get("selections")?.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let drafts: Vec<&Value> = entries(context.get("draftOrders")).collect();
    let inner = drafts.iter().flat_map(|draft| entries(draft.get("resource")));
    let resources: Vec<&Value> = drafts.iter().copied().chain(inner).collect();
    let texts = |pointer| resources.iter().filter_map(move |draft| draft.pointer(pointer).and_then(Value::as_str));
    let (ids, addresses): (HashSet<&str>, HashSet<&str>) =
        (texts("/resource/id").collect(), texts("/fullUrl").collect());
    let is_draft = |selection: &str| addresses.contains(selection) || ids.contains(bare_id(selection));
    let is_known = picked.is_empty() || picked.iter().any(|selection| is_draft(selection));
    is_known.then_some(picked)
}

/// The entries of a Bundle.
fn entries(bundle: Option<&Value>) -> impl Iterator<Item = &Value> {
    bundle.and_then(|bundle| bundle.get("entry")?.as_array()).into_iter().flatten()
}

/// Where more data could be had, if the request says so.
fn access(skeleton: &mut Value) -> Option<Access> {
    let server = skeleton.get("fhirServer")?.as_str()?.to_owned();
    let mut authorization = skeleton.get_mut("fhirAuthorization").map(Value::take).unwrap_or_default();
    let is_authorized = authorization.is_object();
    let token = match authorization.get_mut("access_token").map(Value::take) {
        Some(Value::String(token)) => Some(AccessToken::new(token.trim().to_owned())),
        _ => is_authorized.then(|| AccessToken::new(String::new())),
    };
    let patient = authorization.get("patient").and_then(Value::as_str).filter(|patient| !patient.is_empty());
    Some(Access { server, token, patient: patient.map(|patient| bare_id(patient).to_owned()) })
}

/// What is checked before a body is read at all: UTF-8, and how deep it nests.
///
/// # Errors
/// [`Refusal::NotJson`].
pub fn check_json(body: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(body).map_err(|error| Refusal::NotJson {
        message: format!("the body is not UTF-8: byte {} can't be read", error.valid_up_to()),
    })?;
    if is_too_deep(body) {
        return Err(Refusal::NotJson { message: format!("the body nests deeper than {DEEPEST} levels") });
    }
    Ok(text)
}

fn as_of(skeleton: &Value, zone: &TimeZone, settings: &CallSettings) -> Result<AsOf, Problem> {
    let Some(asked) = skeleton.get("extension").and_then(|extension| extension.get(AS_OF_EXTENSION)) else {
        return Ok(settings.as_of);
    };
    let problem =
        |message: &str| Problem { pointer: format!("/extension/{AS_OF_EXTENSION}"), message: message.to_owned() };
    if !settings.accept_as_of {
        return Err(problem(
            "this server does not let a request choose its instant (see `cellwise serve --accept-as-of`)",
        ));
    }
    asked
        .as_str()
        .and_then(|text| AsOf::parse_at(text, zone))
        .ok_or_else(|| problem("expected a date or an instant with offset"))
}

/// What is wrong with a body that can't be read: a problem of JSON with line and column, else of shape with its pointer.
fn not_readable(error: &serde_json::Error, text: &str, schemas: &Schemas) -> Refusal {
    if error.is_data() {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => {
                let problems = schemas.check_request(&value);
                if !problems.is_empty() {
                    return Refusal::Invalid { problems };
                }
            }
            // What was kept as text first, and turned out not to be JSON: where, only who reads all of it can say.
            Err(error) => return Refusal::NotJson { message: plain_error(&error) },
        }
    }
    Refusal::NotJson { message: plain_error(error) }
}

/// The reader's message without the values it quotes.
#[must_use]
pub fn plain_error(error: &serde_json::Error) -> String {
    let place = format!("at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    if message.contains("duplicate key `") {
        message
    } else if error.is_eof() {
        format!("the JSON ends too early {place}")
    } else if message.contains("recursion limit") {
        format!("the body nests deeper than {DEEPEST} levels {place}")
    } else if error.is_syntax() {
        format!("not valid JSON {place}")
    } else {
        format!("not what was expected {place}")
    }
}
