//! Stub.
use crate::rules::Proposal;
/// Stub.
pub fn write(_: &Proposal, _: &str, _: &str, _: Option<&str>) -> (&'static str, Option<serde_json::Value>, Option<String>) { ("create", None, None) }
