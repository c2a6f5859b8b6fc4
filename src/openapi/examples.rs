//! A request for each hook, about a patient of whom nothing is known, that the server answers with 200; and what else the
//! document shows. Everybody in it is made up.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// An answer with a card.
pub(super) static EXAMPLE_CARD: LazyLock<Value> = LazyLock::new(|| {
    json!({ "cards": [{
        "uuid": "5e1c37a4-6b0f-4d29-9a83-c2d17e64b0f5",
        "summary": "Corticosteroid after CAR-T: discuss with the CAR-T centre first",
        "indicator": "warning",
        "source": { "label": "cellwise" },
    }] })
});

/// A request on a hook that has each prefetch key of its service.
pub(super) fn request<'a>(hook: &str, keys: impl Iterator<Item = &'a String>) -> Value {
    let mut prefetch: Map<String, Value> =
        keys.map(|key| (key.clone(), json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 }))).collect();
    prefetch.insert(
        "patient".to_owned(),
        json!({ "resourceType": "Patient", "id": "example", "birthDate": "1980-02-03", "gender": "female" }),
    );
    if hook == "order-dispatch" {
        let order = order("signed", "active");
        prefetch.insert(
            "serviceRequests".to_owned(),
            json!({ "resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{ "resource": order }] }),
        );
    }
    json!({
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context(hook),
        "prefetch": prefetch,
    })
}

fn order(id: &str, status: &str) -> Value {
    json!({
        "resourceType": "ServiceRequest",
        "id": id,
        "status": status,
        "intent": "order",
        "subject": { "reference": "Patient/example" },
        "code": { "text": "blood count" },
    })
}

fn context(hook: &str) -> Value {
    let mut context = json!({ "userId": "Practitioner/example", "patientId": "example" });
    let order = order("draft", "draft");
    let bundle = |resource: &Value| json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": resource }] });
    let added = match hook {
        "order-sign" => vec![("draftOrders", bundle(&order))],
        "order-select" => {
            vec![("draftOrders", bundle(&order)), ("selections", json!(["ServiceRequest/draft"]))]
        }
        "order-dispatch" => {
            vec![("dispatchedOrders", json!(["ServiceRequest/signed"])), ("performer", json!("Organization/example"))]
        }
        "encounter-start" | "encounter-discharge" => vec![("encounterId", json!("example"))],
        "appointment-book" => vec![("appointments", json!({ "resourceType": "Bundle", "type": "collection" }))],
        _ => Vec::new(),
    };
    if let Some(members) = context.as_object_mut() {
        members.extend(added.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    context
}

/// A card that was overridden.
pub(super) fn feedback() -> Value {
    json!({ "feedback": [{
        "card": "5e1c37a4-6b0f-4d29-9a83-c2d17e64b0f5",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-02T09:00:00Z",
        "overrideReason": { "reason": {
            "system": "https://cellwise.dev/fhir/CodeSystem/cell-therapy",
            "code": "other",
            "display": "Other reason",
        } },
    }] })
}
