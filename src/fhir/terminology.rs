//! The operations on value sets and code systems: `$expand`, `$validate-code`, `$lookup`.
//!
//! They answer by what is shipped: a hospital's own codes are not in them, and need no guard here. The rules know more about a code than
//! a value set lists (products of RxNorm by what is in them); `$validate-code` says so where it matters.

mod arguments;
mod code_systems;
mod value_sets;

use std::sync::LazyLock;

use cellwise_record::StartupError;
use cellwise_record::terminology::{Aliases, Definitions, ValueSetFile};
use serde_json::{Value, json};

use super::outcome::Refusal;
use crate::embedded::{FHIR_PROFILES, files};

pub use arguments::Arguments;
pub use code_systems::{LOOKUP, VALIDATE as VALIDATE_IN_CODE_SYSTEM, lookup, validate as validate_in_code_system};
pub use value_sets::{EXPAND, VALIDATE as VALIDATE_IN_VALUE_SET, expand, validate as validate_in_value_set};

/// The definitions of the value sets. Read when somebody asks for the first time.
static DEFINITIONS: LazyLock<Result<Definitions, StartupError>> = LazyLock::new(definitions);

fn definitions() -> Result<Definitions, StartupError> {
    let parsed = |path: &str, text: &str| -> Result<ValueSetFile, StartupError> {
        serde_json::from_str(text).map_err(|error| StartupError::file(path, error))
    };
    let mut sets = Vec::new();
    for (name, text) in files(&FHIR_PROFILES, "valuesets", "json")? {
        let file = parsed(&format!("fhir-profiles/valuesets/{name}.json"), text)?;
        sets.push((name, file));
    }
    let path = "code-system-aliases.json";
    let aliases = FHIR_PROFILES.get_file(path).and_then(|file| file.contents_utf8()).unwrap_or_default();
    let aliases: Aliases = serde_json::from_str(aliases).map_err(|error| StartupError::file(path, error))?;
    Definitions::of(sets, aliases)
}

/// The definitions, which the tests hold together.
pub(super) fn defined() -> Result<&'static Definitions, Refusal> {
    DEFINITIONS.as_ref().map_err(|_broken| Refusal::fault())
}

/// A `Parameters` resource with these parameters.
pub(super) fn parameters(all: impl IntoIterator<Item = Value>) -> Value {
    let all: Vec<Value> = all.into_iter().collect();
    json!({ "resourceType": "Parameters", "parameter": all })
}

pub(super) fn parameter(name: &str, kind: &str, value: impl Into<Value>) -> Value {
    let mut parameter = serde_json::Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert(format!("value{kind}"), value.into());
    Value::Object(parameter)
}
