//! What was expected, in words. Built from the schema alone: the library's own messages quote the value.

use std::collections::HashMap;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;
use serde_json::Value;

/// The message of one error: "expected …" or "`…` is required".
pub(super) fn expectation(error: &ValidationError<'_>, documents: &HashMap<String, Value>) -> String {
    match error.kind() {
        Kind::Required { property } => required(error, property, documents),
        Kind::Type { kind } => format!("expected {}", types(kind)),
        Kind::Constant { expected_value } => format!("expected {}", quoted(expected_value)),
        Kind::Enum { options } => {
            format!("expected {}", options.as_array().map_or_else(String::new, |all| alternatives(all)))
        }
        Kind::MinLength { limit: 1 } => "expected a string that is not empty".to_owned(),
        Kind::MinLength { limit } => format!("expected at least {limit} characters"),
        Kind::MaxLength { limit } => format!("expected at most {limit} characters"),
        Kind::MinItems { limit } => format!("expected at least {limit} {}", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("expected at most {limit} {}", counted(*limit, "item")),
        Kind::MinProperties { limit } => format!("expected at least {limit} {}", counted(*limit, "member")),
        Kind::MaxProperties { limit } => format!("expected at most {limit} {}", counted(*limit, "member")),
        other => match (title(error, documents), other) {
            (Some(title), _) => format!("expected {title}"),
            (None, Kind::Format { format }) => format!("expected a `{format}`"),
            (
                None,
                Kind::AnyOf { context } | Kind::OneOfNotValid { context } | Kind::OneOfMultipleValid { context },
            ) => branches(context, documents),
            // The keyword is the schema's, never the request's.
            (None, kind) => format!("does not satisfy `{}` of the schema", kind.keyword()),
        },
    }
}

fn required(error: &ValidationError<'_>, property: &Value, documents: &HashMap<String, Value>) -> String {
    let condition = error
        .schema_path()
        .as_str()
        .ends_with("/dependentRequired")
        // The library's location of this keyword has a segment too many: the part is the keyword's own object.
        .then(|| part(error, documents).and_then(Value::as_object))
        .flatten()
        .and_then(|conditions| conditions.iter().find(|(_, needs)| contains(needs, property)));
    let property = quoted(property);
    match condition {
        Some((with, _)) => format!("{property} is required with `{with}`"),
        None => format!("{property} is required"),
    }
}

fn contains(list: &Value, value: &Value) -> bool {
    list.as_array().is_some_and(|list| list.contains(value))
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(one) => with_article(*one).to_owned(),
        TypeKind::Multiple(several) => {
            let mut names: Vec<&str> = several.iter().map(with_article).collect();
            // "or null" reads best at the end.
            names.sort_by_key(|name| *name == "null");
            joined(&names)
        }
    }
}

fn with_article(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    }
}

/// The `title` beside the keyword that was not satisfied.
fn title<'a>(error: &ValidationError<'_>, documents: &'a HashMap<String, Value>) -> Option<&'a str> {
    part(error, documents)?.get("title")?.as_str()
}

/// The part of the schema that the keyword belongs to.
fn part<'a>(error: &ValidationError<'_>, documents: &'a HashMap<String, Value>) -> Option<&'a Value> {
    let location = error.absolute_keyword_location()?.as_str();
    let (id, pointer) = location.split_once('#')?;
    let (part, _keyword) = pointer.rsplit_once('/')?;
    documents.get(id)?.pointer(part)
}

/// What each branch of an `anyOf` or `oneOf` without a title expects.
fn branches(context: &[Vec<ValidationError<'static>>], documents: &HashMap<String, Value>) -> String {
    let mut each: Vec<String> = Vec::new();
    for branch in context.iter().filter_map(|errors| errors.first()) {
        let message = expectation(branch, documents);
        if !each.contains(&message) {
            each.push(message);
        }
    }
    if each.is_empty() {
        return "expected exactly one of the allowed forms".to_owned();
    }
    format!("one of these must hold: {}", each.join("; "))
}

/// A value of the schema in backticks.
fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

fn alternatives(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().map(quoted).collect();
    joined(&values.iter().map(String::as_str).collect::<Vec<_>>())
}

/// `a`, `a or b`, `a, b or c`.
fn joined(names: &[&str]) -> String {
    match names.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn counted(number: u64, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}
