//! Reading a CDS Hooks request in one pass: the envelope for the schema check, every resource straight into the chart.

use std::collections::HashSet;
use std::fmt;

use jiff::tz::TimeZone;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::call::{CallSettings, Problem, Refusal};
use crate::client::{Access, AccessToken};
use crate::hooks::dispatched::Dispatched;
use crate::hooks::reading::{Reading, another_patient};
use crate::hooks::searches::{About, Searches};
use crate::knowledge::{DRAFTED_MEDICATIONS, Endpoint};
use crate::schema::Schemas;
use cellwise_clinic::Hook;
use cellwise_fhir_reader::builder::ChartBuilder;
use cellwise_fhir_reader::lens::Key;
use cellwise_fhir_reader::prefetch::{Delivery, DraftsSeed, ValueSeed};
use cellwise_record::terminology::Terminology;
use cellwise_record::{AsOf, Chart, bare_id};

/// How deep a request may nest. FHIR resources stay far below; the JSON reader itself stops at 128.
const DEEPEST: i64 = 100;

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

/// The request without its data: what the schema checks.
struct Envelope<'de> {
    /// The small members as they are, `prefetch` reduced to the shape of each value.
    skeleton: Map<String, Value>,
    context: Option<&'de RawValue>,
}

/// Reads and checks a request for a service, on one of its hooks or on any. An instant is of the day that it is in `zone`.
///
/// # Errors
/// A [`Refusal`] that says what is wrong and where.
pub fn read<'e>(
    body: &[u8],
    endpoint: Endpoint<'e>,
    terminology: &'e Terminology,
    schemas: &Schemas,
    zone: &'e TimeZone,
    settings: &CallSettings,
) -> Result<Reading<'e>, Refusal> {
    let text = check_json(body)?;
    let Endpoint { service, hook: only } = endpoint;
    let mut builder = ChartBuilder::new(terminology, settings.language.code(), zone, &service.sources);
    let mut searches = Searches::new(service);
    let mut json = serde_json::Deserializer::from_str(text);
    let envelope = EnvelopeSeed { builder: &mut builder, searches: &mut searches }
        .deserialize(&mut json)
        .and_then(|envelope| json.end().map(|()| envelope))
        .map_err(|error| not_readable(&error, text, schemas))?;
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
    ContextSeed { builder: &mut builder }
        .deserialize(&mut serde_json::Deserializer::from_str(raw.get()))
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
    Ok(Reading {
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
    })
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
    if error.is_data()
        && let Ok(value) = serde_json::from_str::<Value>(text)
    {
        let problems = schemas.check_request(&value);
        if !problems.is_empty() {
            return Refusal::Invalid { problems };
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

/// Whether the body nests deeper than [`DEEPEST`]. Looks at the brackets alone first, which a compiler can do many bytes at
/// a time; only when they look too deep are the strings told apart. Brackets inside strings can hide depth from this first
/// look; what they hide is skipped without recursion, and what is decoded has the reader's own limit of 128.
fn is_too_deep(body: &[u8]) -> bool {
    let mut depth = 0i64;
    for chunk in body.chunks(64) {
        let mut opening = 0u8;
        let mut closing = 0u8;
        for byte in chunk {
            // `{` and `[` (as `}` and `]`) differ in one bit only.
            // At most 64 each: without the check for overflow they are counted many at a time.
            opening = opening.wrapping_add(u8::from(byte | 0x20 == b'{'));
            closing = closing.wrapping_add(u8::from(byte | 0x20 == b'}'));
        }
        if depth + i64::from(opening) > DEEPEST {
            return is_really_too_deep(body);
        }
        depth = (depth + i64::from(opening) - i64::from(closing)).max(0);
    }
    false
}

fn is_really_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0i64, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
            }
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    false
}

/// Reads the top level.
struct EnvelopeSeed<'b, 't, 'e> {
    builder: &'b mut ChartBuilder<'t>,
    searches: &'b mut Searches<'e>,
}

impl<'de> DeserializeSeed<'de> for EnvelopeSeed<'_, '_, '_> {
    type Value = Envelope<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Envelope<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EnvelopeSeed<'_, '_, '_> {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CDS Hooks request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let mut skeleton = Map::new();
        let mut context = None;
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let known = matches!(
                &*key,
                "hook" | "hookInstance" | "fhirServer" | "fhirAuthorization" | "context" | "prefetch" | "extension"
            );
            if !known {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if skeleton.contains_key(&*key) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            let value = match &*key {
                "context" => {
                    let raw: &'de RawValue = map.next_value()?;
                    context = Some(raw);
                    serde_json::from_str(raw.get()).map_err(A::Error::custom)?
                }
                "prefetch" => {
                    map.next_value_seed(PrefetchSeed { builder: &mut *self.builder, searches: &mut *self.searches })?
                }
                _ => map.next_value()?,
            };
            skeleton.insert(key.into_owned(), value);
        }
        Ok(Envelope { skeleton, context })
    }
}

/// Reads `prefetch`; yields the shape of each value for the schema.
struct PrefetchSeed<'b, 't, 'e> {
    builder: &'b mut ChartBuilder<'t>,
    searches: &'b mut Searches<'e>,
}

impl<'de> DeserializeSeed<'de> for PrefetchSeed<'_, '_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PrefetchSeed<'_, '_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of prefetched data")
    }

    /// `null` for the whole of prefetch: nothing was sent.
    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(Value::Object(Map::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut shapes = Map::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let Some(source) = self.searches.source(&key) else {
                if *key == *DRAFTED_MEDICATIONS {
                    // Drugs that drafts refer to. What does not come so is fetched.
                    map.next_value_seed(ValueSeed { collect: &mut *self.builder, key: &key })?;
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
                continue;
            };
            if shapes.contains_key(&*key) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            let delivered = map.next_value_seed(ValueSeed { collect: &mut *self.builder, key: &key })?;
            let shape = match delivered.delivery {
                Delivery::None => Value::Null,
                // Whatever it was, the schema says what should have been there.
                Delivery::NotAnObject => Value::Array(Vec::new()),
                Delivery::Data | Delivery::Failed | Delivery::Incomplete | Delivery::Unreadable => {
                    Value::Object(Map::new())
                }
            };
            let gaps = self.builder.take_gaps(source);
            self.searches.prefetched(&key, &delivered, &gaps);
            shapes.insert(key.into_owned(), shape);
        }
        Ok(Value::Object(shapes))
    }
}

/// Reads the draft orders or appointments of `context`.
struct ContextSeed<'b, 't> {
    builder: &'b mut ChartBuilder<'t>,
}

impl<'de> DeserializeSeed<'de> for ContextSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContextSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the context of the hook")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("duplicate key `{key}`")));
            }
            if matches!(&*key, "draftOrders" | "appointments") {
                map.next_value_seed(DraftsSeed { collect: &mut *self.builder, key: &key })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_too_deep;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(!is_too_deep(&nested(100)));
        assert!(is_too_deep(&nested(101)));
        assert!(is_too_deep(&nested(10_000)));
        let in_a_string = format!("{{\"text\":\"{}\\\"{}\"}}", "[".repeat(5_000), "{".repeat(5_000));
        assert!(!is_too_deep(in_a_string.as_bytes()));
        let wide = format!("[{}[]]", "[],".repeat(5_000));
        assert!(!is_too_deep(wide.as_bytes()));
    }
}
