//! References between resources.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Where the entries of a chart stand that are referred to: one search for all references. A copy of a chart may be changed, so
/// it begins anew.
#[derive(Debug, Default)]
pub struct Referenced {
    pub(crate) conditions: OnceLock<HashMap<String, Vec<usize>>>,
    pub(crate) requests: OnceLock<HashMap<String, usize>>,
    pub(crate) treatments: OnceLock<HashMap<String, Vec<Treatment>>>,
}

/// The place of what was done, asked for or used.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Treatment {
    Procedure(usize),
    Request(usize),
    Medication(usize),
}

impl Clone for Referenced {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Whether a text can be the id of a resource. Longer ones than FHIR allows are in use (Epic's have up to a hundred characters),
/// and ones with an underscore.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (1..=256).contains(&text.len()) && text.bytes().all(is_part) && text.bytes().any(|byte| byte != b'.')
}

/// A reference without the version of the resource, if it names one.
#[must_use]
pub fn without_version(reference: &str) -> &str {
    // Hardly any address has this sign, and most calls ask of hundreds of them.
    if !reference.as_bytes().contains(&b'_') {
        return reference;
    }
    reference.split("/_history/").next().unwrap_or(reference)
}

/// The bare id of a reference: `Patient/1`, `https://x/Patient/1/_history/2` and `1` are all `1`.
#[must_use]
pub fn bare_id(reference: &str) -> &str {
    let reference = without_version(reference);
    reference.rsplit('/').next().unwrap_or(reference)
}
