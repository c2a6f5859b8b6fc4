//! Writing a resource as JSON.

use fhirbolt::model::r4::Resource;

use crate::{prepare, read::CheckError};

/// Why a resource was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The model cannot express the value as JSON: a required element is missing, or a decimal is not
    /// a number. Holds fhirbolt's own words, which name the element.
    #[error("{0}")]
    Model(String),
    /// The JSON would not be FHIR: an empty array, object or string, a `null` without its extension,
    /// or a resource that contains a resource that contains another.
    #[error("{0}")]
    Shape(#[from] CheckError),
}

/// Writes `resource` as compact FHIR JSON.
///
/// The result never holds an empty array, an empty object, an empty string or fhirbolt's `$invalid`
/// mark for missing elements. It holds `null` only where FHIR asks for it: in an array of primitives
/// whose extensions stand beside it under the same name with an underscore.
///
/// # Errors
///
/// [`WriteError`] when the resource lacks a required element or when one of the above would be
/// written. Source: <https://hl7.org/fhir/R4/json.html>.
pub fn to_json(resource: &Resource) -> Result<String, WriteError> {
    let json = fhirbolt::json::to_string(resource, None).map_err(|error| WriteError::Model(error.to_string()))?;
    prepare::check_shape(&json)?;
    Ok(json)
}
