//! The resources of a Bundle that stands on one line.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::fixtures::bundle::settle;
use crate::hooks::request::plain_error;

/// What a Bundle holds.
#[derive(Debug, Default)]
pub(super) struct Parts<'l> {
    /// The JSON of each resource.
    pub(super) resources: Vec<Cow<'l, str>>,
    /// Whether there is a next page.
    pub(super) is_part: bool,
    /// The entries that should hold a resource and do not.
    pub(super) without_resource: Vec<usize>,
}

#[derive(Deserialize)]
struct Bundle<'l> {
    #[serde(default, borrow)]
    entry: Vec<Entry<'l>>,
    #[serde(default)]
    link: Vec<Link>,
}

#[derive(Deserialize)]
struct Entry<'l> {
    #[serde(default, borrow)]
    resource: Option<&'l RawValue>,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    relation: Option<String>,
}

/// Addresses that only their own Bundle knows.
const OF_THE_BUNDLE: &str = "urn:uuid:";

/// Takes a Bundle apart.
pub(super) fn parts(line: &[u8]) -> Result<Parts<'_>, String> {
    if std::str::from_utf8(line).is_ok_and(|line| line.contains(OF_THE_BUNDLE)) {
        return settled(line);
    }
    let bundle: Bundle<'_> = serde_json::from_slice(line).map_err(|error| told(&error))?;
    let mut parts = Parts { is_part: bundle.link.iter().any(Link::leads_on), ..Parts::default() };
    for (index, entry) in bundle.entry.iter().enumerate() {
        match entry.resource {
            Some(resource) => parts.resources.push(Cow::Borrowed(resource.get())),
            None => parts.without_resource.push(index),
        }
    }
    Ok(parts)
}

/// The same when references are to addresses of the Bundle.
fn settled(line: &[u8]) -> Result<Parts<'static>, String> {
    let mut bundle: Value = serde_json::from_slice(line).map_err(|error| told(&error))?;
    settle(&mut bundle);
    let is_next = |link: &Value| link.get("relation").and_then(Value::as_str) == Some("next");
    let is_part = bundle.get("link").and_then(Value::as_array).is_some_and(|links| links.iter().any(is_next));
    let mut parts = Parts { is_part, ..Parts::default() };
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut);
    for (index, entry) in entries.into_iter().flatten().enumerate() {
        match entry.get_mut("resource").map(Value::take) {
            Some(resource) => parts.resources.push(Cow::Owned(resource.to_string())),
            None => parts.without_resource.push(index),
        }
    }
    Ok(parts)
}

impl Link {
    fn leads_on(&self) -> bool {
        self.relation.as_deref() == Some("next")
    }
}

fn told(error: &serde_json::Error) -> String {
    format!("is no Bundle that can be read: {}", plain_error(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_falls_into_its_resources() {
        let line = br#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"}},{"fullUrl":"x"}],"link":[{"relation":"next"}]}"#;
        let parts = parts(line).unwrap();
        assert_eq!(parts.resources, [r#"{"resourceType":"Patient","id":"1"}"#]);
        assert_eq!((parts.is_part, parts.without_resource), (true, vec![1]));
        let line = br#"{"resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:7","resource":{"resourceType":"Patient"}},{"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:7"}}}]}"#;
        let parts = super::parts(line).unwrap();
        assert_eq!(parts.resources[0], r#"{"resourceType":"Patient","id":"7"}"#);
        assert!(parts.resources[1].contains("Patient/7"), "{:?}", parts.resources);
        assert!(super::parts(b"{\"entry\":7}").is_err());
    }
}
