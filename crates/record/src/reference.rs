//! References between resources.

/// Whether a text can be the id of a resource. Longer ones than FHIR allows are in use (Epic's have up to a hundred characters),
/// and ones with an underscore.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    (1..=256).contains(&text.len()) && text.chars().all(is_part) && !text.chars().all(|c| c == '.')
}

/// The bare id of a reference: `Patient/1`, `https://x/Patient/1/_history/2` and `1` are all `1`.
#[must_use]
pub fn bare_id(reference: &str) -> &str {
    let reference = reference.split("/_history/").next().unwrap_or(reference);
    reference.rsplit('/').next().unwrap_or(reference)
}
