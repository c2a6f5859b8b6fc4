//! References between resources.

/// The bare id of a reference: `Patient/1`, `https://x/Patient/1/_history/2` and `1` are all `1`.
#[must_use]
pub fn bare_id(reference: &str) -> &str {
    let reference = reference.split("/_history/").next().unwrap_or(reference);
    reference.rsplit('/').next().unwrap_or(reference)
}
