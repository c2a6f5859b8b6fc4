//! The orders of `order-dispatch`: the context only names them. What each of them says came as prefetch, or is still to be read from
//! the FHIR server.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::hooks::request::check_json;
use cellwise_fhir_reader::builder::{self, ChartBuilder};
use cellwise_fhir_reader::prefetch;
use cellwise_record::{Need, Source};

/// The member of the context that names them, by its name since version 1.1 of the hook.
const KEY: &str = "dispatchedOrders";
/// By its name in version 1.0: a single one.
const FIRST_KEY: &str = "order";

/// The orders that are sent on, as far as rules read their kind.
#[derive(Debug, Default)]
pub(super) struct Dispatched {
    /// `Type/id` of those that did not come.
    missing: Vec<String>,
    /// Whether one came.
    has_any: bool,
}

impl Dispatched {
    /// Those that a context names. None has come yet.
    pub(super) fn named(context: &Value) -> Self {
        let all = context.get(KEY).and_then(Value::as_array).into_iter().flatten().chain(context.get(FIRST_KEY));
        let mut missing: Vec<String> = Vec::new();
        for reference in all.filter_map(Value::as_str) {
            let is_read = reference.split_once('/').is_some_and(|(kind, _)| is_request(kind));
            if is_read && !missing.iter().any(|known| known == reference) {
                missing.push(reference.to_owned());
            }
        }
        Self { missing, has_any: false }
    }

    /// Takes those that stand in a body, in whatever prefetch key: what is on record becomes what is ordered, too.
    pub(super) fn look_in(&mut self, body: &str, builder: &mut ChartBuilder<'_>) {
        if self.missing.is_empty() {
            return;
        }
        let Ok(Body { prefetch: Some(prefetch) }) = serde_json::from_str::<Body<'_>>(body) else { return };
        for value in prefetch.values() {
            self.look_in_value(value.get(), builder);
        }
    }

    /// Takes those that stand in what a search brought.
    pub(super) fn look_in_answer(&mut self, answer: &[u8], builder: &mut ChartBuilder<'_>) {
        if self.missing.is_empty() {
            return;
        }
        if let Ok(answer) = check_json(answer) {
            self.look_in_value(answer, builder);
        }
    }

    fn look_in_value(&mut self, answer: &str, builder: &mut ChartBuilder<'_>) {
        let bundle = serde_json::from_str::<Bundle<'_>>(answer).ok();
        let entries = bundle.iter().flat_map(|bundle| bundle.entry.iter().flatten());
        let resources = entries.filter_map(|entry| serde_json::from_str::<Entry<'_>>(entry.get()).ok()?.resource);
        for resource in resources.map(RawValue::get).chain([answer]) {
            self.take(resource, builder);
        }
    }

    /// Takes a resource as what is ordered, when it is one of those that did not come yet.
    pub(super) fn take(&mut self, resource: &str, builder: &mut ChartBuilder<'_>) -> bool {
        let Ok(named) = serde_json::from_str::<Named<'_>>(resource) else { return false };
        let reference = format!("{}/{}", named.resource_type, named.id);
        let Some(position) = self.missing.iter().position(|missing| *missing == reference) else { return false };
        let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{resource}}}]}}"#);
        let is_read = prefetch::read_drafts(builder, KEY, &bundle).is_ok();
        if is_read {
            self.missing.swap_remove(position);
            self.has_any = true;
        }
        is_read
    }

    /// What to read from the FHIR server.
    pub(super) fn needs(&self) -> Vec<Need> {
        let need = |reference: &String| {
            let source = source_of(reference);
            Need { source, key: source.key().to_owned(), query: reference.clone() }
        };
        self.missing.iter().map(need).collect()
    }

    /// Ends the search: what did not come is an order of which nobody knows what it says. When nothing came at all, there is nothing
    /// to judge: the prefetch keys that would have had it.
    pub(super) fn settle(&self, builder: &mut ChartBuilder<'_>) -> Result<(), Vec<String>> {
        if !self.has_any && !self.missing.is_empty() {
            let mut keys: Vec<String> = self.needs().into_iter().map(|need| need.key).collect();
            keys.sort_unstable();
            keys.dedup();
            return Err(keys);
        }
        for reference in &self.missing {
            builder.order_not_seen(reference);
        }
        Ok(())
    }
}

/// Whether something of this type can be sent to whoever carries it out, and is read by some rule: a vaccination that was drafted as
/// such is no request.
pub(crate) fn is_request(resource_type: &str) -> bool {
    builder::is_order(resource_type) && !resource_type.starts_with("Immunization")
}

/// The kind of data that holds an order, once it is signed.
fn source_of(reference: &str) -> Source {
    if reference.starts_with("Medication") { Source::MedicationRequests } else { Source::ServiceRequests }
}

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    prefetch: Option<HashMap<Cow<'a, str>, &'a RawValue>>,
}

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow)]
    entry: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Named<'a> {
    #[serde(rename = "resourceType", borrow)]
    resource_type: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Dispatched;

    #[test]
    fn both_versions_of_the_hook_name_orders() {
        let missing = |context| Dispatched::named(&context).missing;
        let both = ["ServiceRequest/a", "MedicationRequest/b"];
        assert_eq!(missing(json!({ "dispatchedOrders": both })), both);
        assert_eq!(missing(json!({ "order": "ServiceRequest/a" })), ["ServiceRequest/a"]);
        assert_eq!(missing(json!({ "order": "ServiceRequest/a", "dispatchedOrders": both })), both);
        assert!(
            missing(json!({ "dispatchedOrders": ["DeviceRequest/walker"] })).is_empty(),
            "of a kind that no rule reads"
        );
    }
}
