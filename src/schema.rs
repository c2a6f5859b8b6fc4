//! The JSON Schemas of `cds-hooks/schemas/`, compiled once at start-up.
//!
//! A check says where the problem is (JSON pointer) and what was expected there. It never repeats what was sent: a value
//! in a request can be about a patient, and messages end up in answers and tickets.

mod message;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use include_dir::{Dir, include_dir};
use jsonschema::{Draft, Registry, ValidationError, Validator};
use serde_json::Value;

use crate::call::Problem;
use cellwise_record::Source;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/cds-hooks/schemas");

/// More problems than this help nobody, and an answer must stay small.
const MOST_PROBLEMS: usize = 20;

/// Of a value with more parts than this, only the first problem is named.
const LARGE: usize = 10_000;

/// A longer pointer is cut back to an enclosing value: its segments come from the request.
const LONGEST_POINTER: usize = 256;

/// A schema that the binary carries and that can't be used. The server must not start.
#[derive(Debug, thiserror::Error)]
#[error("`{file}`: {reason}")]
pub struct SchemaError {
    file: String,
    reason: String,
}

impl SchemaError {
    fn new(file: &str, reason: &dyn Display) -> Self {
        Self { file: file.to_owned(), reason: reason.to_string() }
    }
}

/// The compiled schemas.
#[derive(Debug)]
pub struct Schemas {
    request: Validator,
    response: Validator,
    feedback: Validator,
    discovery: Validator,
    /// By hook; a file `context-<hook>.schema.json` is all it takes to add one.
    contexts: HashMap<String, Validator>,
    /// By `$id`, to look up the `title` of the part that was not satisfied.
    documents: HashMap<String, Value>,
    /// The names of members that the schemas know.
    names: HashSet<String>,
}

impl Schemas {
    /// Compiles the schemas that the binary carries.
    ///
    /// # Errors
    /// Names the file that is missing, is no JSON, or is no valid schema.
    pub fn load() -> Result<Self, SchemaError> {
        let files = read_files()?;
        let mut registry = Registry::new();
        for (name, (id, document)) in &files {
            registry = registry
                .add(id, Draft::Draft202012.create_resource(document.clone()))
                .map_err(|error| SchemaError::new(name, &error))?;
        }
        let registry = registry.prepare().map_err(|error| SchemaError::new("", &error))?;
        let compile = |name: &str| {
            let (_, document) = files.get(name).ok_or_else(|| SchemaError::new(name, &"is missing"))?;
            jsonschema::draft202012::options()
                .should_validate_formats(true)
                .with_registry(&registry)
                .build(document)
                .map_err(|error| SchemaError::new(name, &error))
        };

        let mut contexts = HashMap::new();
        for name in files.keys() {
            if let Some(hook) = name.strip_prefix("context-").and_then(|rest| rest.strip_suffix(".schema.json")) {
                contexts.insert(hook.to_owned(), compile(name)?);
            }
        }
        let schemas = Self {
            request: compile("request.schema.json")?,
            response: compile("response.schema.json")?,
            feedback: compile("feedback.schema.json")?,
            discovery: compile("discovery.schema.json")?,
            contexts,
            documents: HashMap::new(),
            names: HashSet::new(),
        };
        drop(registry);
        let documents: HashMap<String, Value> = files.into_values().collect();
        let mut names = HashSet::new();
        for document in documents.values() {
            add_names(document, &mut names);
        }
        Ok(Self { documents, names, ..schemas })
    }

    /// The schemas themselves.
    pub fn documents(&self) -> impl Iterator<Item = &Value> {
        self.documents.values()
    }

    /// A JSON pointer of which the log may have every part: places in lists, the names of members that the schemas know, prefetch
    /// keys of ours. For any other name, which may be anything, an asterisk stands.
    #[must_use]
    pub fn legible(&self, pointer: &str) -> String {
        let is_ours = |part: &str| {
            let is_place = part.len() < 4 && part.bytes().all(|byte| byte.is_ascii_digit());
            let key = part.trim_end_matches(|c: char| c.is_ascii_digit());
            is_place || self.names.contains(part) || Source::from_key(key).is_some() && part.len() < key.len() + 3
        };
        let parts = pointer.split('/').skip(1).map(|part| if is_ours(part) { part } else { "*" });
        parts.flat_map(|part| ["/", part]).collect()
    }

    /// The hooks whose context has a schema.
    pub fn hooks(&self) -> impl Iterator<Item = &str> {
        self.contexts.keys().map(String::as_str)
    }

    /// Checks a whole request, its `context` only for being an object: [`Schemas::check_context`] does the rest. What is
    /// inside the prefetched resources is not looked at, so they may be replaced by `{}` before.
    #[must_use]
    pub fn check_request(&self, request: &Value) -> Vec<Problem> {
        self.check(&self.request, request, "")
    }

    /// Checks the `context` of a request; pointers start with `/context`. A hook without a schema has no rules.
    #[must_use]
    pub fn check_context(&self, hook: &str, context: &Value) -> Vec<Problem> {
        match self.contexts.get(hook) {
            Some(validator) => self.check(validator, context, "/context"),
            None => Vec::new(),
        }
    }

    /// Checks the body of a feedback call.
    #[must_use]
    pub fn check_feedback(&self, feedback: &Value) -> Vec<Problem> {
        self.check(&self.feedback, feedback, "")
    }

    /// Checks a response, ours in tests and any server's in `cellwise fixtures --url`.
    #[must_use]
    pub fn check_response(&self, response: &Value) -> Vec<Problem> {
        self.check(&self.response, response, "")
    }

    /// Checks a discovery document.
    #[must_use]
    pub fn check_discovery(&self, discovery: &Value) -> Vec<Problem> {
        self.check(&self.discovery, discovery, "")
    }

    fn check(&self, validator: &Validator, value: &Value, prefix: &str) -> Vec<Problem> {
        // The common case first: it allocates nothing.
        if validator.is_valid(value) {
            return Vec::new();
        }
        let described = |error: &ValidationError<'_>| Problem {
            pointer: format!("{prefix}{}", shortened(error.instance_path().as_str())),
            message: message::expectation(error, &self.documents),
        };
        // All errors are collected before the first is seen: in a large value that can be hundreds of thousands.
        if is_larger_than(value, &mut { LARGE }) {
            return validator.validate(value).err().iter().map(described).collect();
        }
        let mut problems: Vec<Problem> = Vec::new();
        for error in validator.iter_errors(value) {
            let problem = described(&error);
            // The same part of a schema can be reached along two ways.
            if !problems.contains(&problem) {
                problems.push(problem);
            }
            if problems.len() == MOST_PROBLEMS {
                break;
            }
        }
        problems
    }
}

/// Whether a value has more parts than `budget`, which is used up on the way.
fn is_larger_than(value: &Value, budget: &mut usize) -> bool {
    let Some(rest) = budget.checked_sub(1) else {
        return true;
    };
    *budget = rest;
    match value {
        Value::Array(items) => items.iter().any(|item| is_larger_than(item, budget)),
        Value::Object(members) => members.values().any(|member| is_larger_than(member, budget)),
        _ => false,
    }
}

/// Collects the names of members.
fn add_names(schema: &Value, names: &mut HashSet<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| add_names(item, names)),
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            names.extend(properties.into_iter().flat_map(|properties| properties.keys().cloned()));
            members.values().for_each(|member| add_names(member, names));
        }
        _ => {}
    }
}

/// File name to (`$id`, document).
fn read_files() -> Result<HashMap<String, (String, Value)>, SchemaError> {
    let mut files = HashMap::new();
    for file in FILES.files() {
        let name = file.path().to_string_lossy().into_owned();
        let document: Value =
            serde_json::from_slice(file.contents()).map_err(|error| SchemaError::new(&name, &error))?;
        let id = document.get("$id").and_then(Value::as_str).map(str::to_owned);
        let id = id.ok_or_else(|| SchemaError::new(&name, &"has no `$id`"))?;
        files.insert(name, (id, document));
    }
    Ok(files)
}

/// The pointer itself, or the longest allowed pointer to a value around it.
fn shortened(pointer: &str) -> &str {
    let mut rest = pointer;
    while rest.len() > LONGEST_POINTER {
        rest = rest.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
    rest
}
