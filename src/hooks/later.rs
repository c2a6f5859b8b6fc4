//! The record as it was on a day: what is dated later is left out. What has no date stays, and so does what an entry says today.

use std::borrow::Cow;

use serde_json::{Number, Value};

use cellwise_record::{AsOf, Moment, Verdict};

/// The members of a resource that say when it is, the leading one first.
const DATES: [&str; 14] = [
    "/effectiveDateTime",
    "/effectiveInstant",
    "/effectivePeriod/start",
    "/performedDateTime",
    "/performedPeriod/start",
    "/occurrenceDateTime",
    "/authoredOn",
    "/recordedDate",
    "/onsetDateTime",
    "/dateAsserted",
    "/issued",
    "/period/start",
    "/dateTime",
    "/start",
];

/// When a resource is, the leading date first.
pub(crate) fn dates_of(resource: &Value) -> impl Iterator<Item = &str> {
    DATES.iter().filter_map(|pointer| resource.pointer(pointer)?.as_str())
}

/// Takes the entries out of a Bundle that are dated later than an instant. Its `total` stays that of what is left: nothing is
/// missing that was looked for.
pub fn leave_out_later(bundle: &mut Value, as_of: &AsOf) {
    let is_later = |resource: &Value| {
        let date = dates_of(resource).find_map(Moment::parse);
        date.is_some_and(|date| match date.instant {
            Some(instant) => instant > as_of.instant,
            None => date.after(&as_of.day()) == Verdict::Met,
        })
    };
    let Some(entries) = bundle.get_mut("entry").and_then(Value::as_array_mut) else { return };
    let before = entries.len();
    entries.retain(|entry| !entry.get("resource").is_some_and(is_later));
    let gone = before - entries.len();
    let total = bundle.get("total").and_then(Value::as_u64);
    if let (Some(total), Some(members)) = (total.filter(|_| gone > 0), bundle.as_object_mut()) {
        let gone = u64::try_from(gone).unwrap_or(u64::MAX);
        members.insert("total".to_owned(), Value::Number(Number::from(total.saturating_sub(gone))));
    }
}

/// The same of a Bundle as it comes over the wire. What is none, or can't be read, stays as it is.
#[must_use]
pub(super) fn without_later<'d>(data: &'d [u8], as_of: &AsOf) -> Cow<'d, [u8]> {
    match serde_json::from_slice::<Value>(data) {
        Ok(mut bundle) if bundle.get("entry").is_some() => {
            leave_out_later(&mut bundle, as_of);
            Cow::Owned(bundle.to_string().into_bytes())
        }
        _ => Cow::Borrowed(data),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_dated_later_is_gone_and_not_missed() {
        let as_of = AsOf::parse("2026-05-01T12:00:00+02:00").unwrap();
        let entry = |id: &str, more: Value| {
            let mut resource = json!({ "resourceType": "Observation", "id": id });
            json_patch::merge(&mut resource, &more);
            json!({ "resource": resource })
        };
        let bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": 6, "entry": [
            entry("before", json!({ "effectiveDateTime": "2026-04-30" })),
            entry("same-day", json!({ "effectiveDateTime": "2026-05-01" })),
            entry("same-day-later", json!({ "effectiveDateTime": "2026-05-01T12:00:01+02:00" })),
            entry("later", json!({ "effectivePeriod": { "start": "2026-05-02" }, "issued": "2026-04-01T00:00:00Z" })),
            entry("this-month", json!({ "effectiveDateTime": "2026-05" })),
            entry("undated", json!({})),
        ] });
        let text = bundle.to_string();
        let left: Value = serde_json::from_slice(&without_later(text.as_bytes(), &as_of)).unwrap();
        let ids: Vec<&str> =
            left["entry"].as_array().unwrap().iter().map(|of| of["resource"]["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["before", "same-day", "this-month", "undated"]);
        assert_eq!(left["total"], 4);
        for other in [&b"no json"[..], b"[]", br#"{"resourceType":"Patient"}"#] {
            assert_eq!(&*without_later(other, &as_of), other);
        }
    }
}
