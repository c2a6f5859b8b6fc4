//! Ids that are none, characters that can't be seen, orders in a Bundle of their own, clients that repeat themselves.

use serde_json::{Value, json};

use crate::fetch::{SERVICE, complete};
use crate::helpers::{SERVER, cards};

/// An order for dexamethasone after CAR-T.
fn ordered(change: impl Fn(&mut Value)) -> Vec<Value> {
    let mut request = complete();
    change(&mut request["context"]["draftOrders"]["entry"][0]["resource"]);
    cards(SERVER.call(SERVICE, &request))
}

fn deletions(cards: &[Value]) -> Vec<&Value> {
    let suggestions = cards.iter().filter_map(|card| card["suggestions"].as_array()).flatten();
    let actions = suggestions.filter_map(|suggestion| suggestion["actions"].as_array()).flatten();
    actions.filter(|action| action["type"] == "delete").map(|action| &action["resourceId"]).collect()
}

#[test]
fn only_an_order_with_an_id_can_be_removed_by_it() {
    let usual = ordered(|_| ());
    let id = complete()["context"]["draftOrders"]["entry"][0]["resource"]["id"].as_str().unwrap().to_owned();
    assert_eq!(deletions(&usual), [&json!(format!("MedicationRequest/{id}"))]);
    for odd in
        [json!("a b"), json!("<script>"), json!("x/../../Patient/1"), json!("."), json!("é"), json!("x".repeat(300))]
    {
        let found = ordered(|order| order["id"] = odd.clone());
        assert_eq!(found.len(), usual.len());
        assert_eq!(deletions(&found), [""; 0], "{odd}");
        assert!(!json!(found).to_string().contains(odd.as_str().unwrap()) || odd == ".", "{odd} is repeated");
    }
    let without = ordered(|order| drop(order.as_object_mut().unwrap().remove("id")));
    assert_eq!(without[0]["indicator"], "critical");
    assert_eq!(deletions(&without), [""; 0]);
    assert!(without.iter().all(|card| card.get("suggestions").is_none() == card.get("selectionBehavior").is_none()));
}

/// JavaScript counts units of UTF-16, and so do clients that cut a summary.
#[test]
fn a_summary_fits_in_units_of_utf_16() {
    let drug = format!("dexamethason {} {}", "\u{1d4b3}".repeat(30), "\u{1f600}".repeat(60));
    for card in ordered(|order| order["medicationCodeableConcept"]["text"] = json!(drug)) {
        let summary = card["summary"].as_str().unwrap();
        assert!(summary.encode_utf16().count() < 140, "{summary}");
        assert!(summary.contains("dexamethason"), "{summary}");
    }
}

#[test]
fn what_can_not_be_seen_leaves_the_card() {
    let unseen = ["\u{202e}", "\u{200b}", "\u{2066}", "\u{feff}", "\u{ad}", "\u{e0041}"];
    let drug = format!("dexa{}methason", unseen.concat());
    let found = ordered(|order| {
        order["medicationCodeableConcept"]["text"] = json!(drug);
        order["dosageInstruction"] = json!([{ "text": drug, "route": { "text": "oral" } }]);
    });
    let text = json!(found).to_string();
    assert!(text.contains("dexamethason"), "{text}");
    assert!(unseen.iter().all(|character| !text.contains(character)), "{text}");
}

/// Words of the record make no links: each word that looks like an address stands as code.
#[test]
fn words_of_the_record_make_no_links() {
    let found = ordered(|order| {
        order["medicationCodeableConcept"]["text"] =
            json!("dexamethason https://evil.example/x www.evil.example a@evil.example");
    });
    let detail = found[0]["detail"].as_str().unwrap();
    for address in ["https://evil.example/x", "www.evil.example", "a@evil.example"] {
        assert_eq!(detail.matches(address).count(), detail.matches(&format!("`{address}`")).count(), "{detail}");
        assert!(detail.contains(address), "{detail}");
    }
    assert!(!detail.contains("<br"), "{detail}");
}

/// What belongs together may stand in a Bundle of its own among the drafts.
#[test]
fn orders_in_an_inner_bundle_are_read() {
    let expected = ordered(|_| ());
    let mut request = complete();
    let order = request["context"]["draftOrders"]["entry"][0].clone();
    let inner = |entries: Value| json!({ "resource": { "resourceType": "Bundle", "id": "set", "type": "collection", "entry": entries } });
    request["context"]["draftOrders"]["entry"] = json!([inner(json!([order]))]);
    assert_eq!(cards(SERVER.call(SERVICE, &request)), expected);
    // The type may come last, and a selection may be of an order within.
    let mut last = request.clone();
    let bundle = last["context"]["draftOrders"]["entry"][0]["resource"].as_object_mut().unwrap();
    let kind = bundle.remove("resourceType").unwrap();
    bundle.insert("resourceType".to_owned(), kind);
    assert_eq!(cards(SERVER.call(SERVICE, &last)), expected);
    request["hook"] = json!("order-select");
    let id = order["resource"]["id"].as_str().unwrap();
    let selected = |request: &Value, selections: Value| {
        let mut request = request.clone();
        request["context"]["selections"] = selections;
        cards(SERVER.call(SERVICE, &request)).len()
    };
    assert_eq!(selected(&request, json!([format!("MedicationRequest/{id}")])), expected.len());
    let mut two = request.clone();
    let other = json!({ "resource": { "resourceType": "ServiceRequest", "id": "other", "status": "draft", "intent": "order", "code": { "text": "x-ray" } } });
    two["context"]["draftOrders"]["entry"] = json!([inner(json!([order, other]))]);
    assert_eq!(selected(&two, json!(["ServiceRequest/other"])), 0);
    // Deeper than that nobody looks, and the card says that something can't be read.
    request["hook"] = json!("order-sign");
    request["context"]["draftOrders"]["entry"] = json!([inner(json!([inner(json!([order]))]))]);
    let deep = cards(SERVER.call(SERVICE, &request));
    assert!(!deep.is_empty() && json!(deep).to_string().contains("unreadable"), "{deep:?}");
}

/// A draft in which nothing is chosen yet is no order; one that names something unreadable is asked about.
#[test]
fn an_order_with_nothing_chosen_is_silent() {
    let drug = |value: Option<Value>| {
        ordered(|order| {
            let members = order.as_object_mut().unwrap();
            members.remove("medicationCodeableConcept");
            if let Some(Value::Object(value)) = value.clone() {
                members.extend(value);
            }
        })
    };
    for nothing in [
        None,
        Some(json!({ "medicationCodeableConcept": {} })),
        Some(json!({ "medicationCodeableConcept": { "coding": [] } })),
        Some(json!({ "medicationCodeableConcept": { "coding": [{}] } })),
        Some(
            json!({ "medicationCodeableConcept": { "coding": [{ "system": "http://www.whocc.no/atc" }], "text": " " } }),
        ),
        Some(json!({ "medicationCodeableConcept": null })),
        Some(json!({ "medicationReference": {} })),
        Some(
            json!({ "medicationReference": { "reference": "#new" }, "contained": [{ "resourceType": "Medication", "id": "new", "code": { "coding": [{}] } }] }),
        ),
    ] {
        assert_eq!(drug(nothing.clone()), [""; 0], "{nothing:?}");
    }
    for something in [
        json!({ "medicationCodeableConcept": 7 }),
        json!({ "medicationCodeableConcept": { "coding": [7] } }),
        json!({ "medicationCodeableConcept": { "coding": [{ "code": 7 }] } }),
        json!({ "medicationReference": { "reference": "Medication/gone" } }),
        json!({ "medicationReference": { "reference": "#gone" } }),
        json!({ "medicationReference": { "identifier": { "value": "123" } } }),
    ] {
        let found = drug(Some(something.clone()));
        assert!(json!(found).to_string().contains("unreadable"), "{something}: {found:?}");
    }
}

/// Some clients repeat `hookInstance`: a card of one patient must not pass for that of another.
#[test]
fn card_ids_are_of_the_call_and_of_the_patient() {
    let uuids = |patient: &str, call: &str| {
        let text = complete().to_string().replace("car-t-remission", patient);
        let mut request: Value = serde_json::from_str(&text).unwrap();
        request["hookInstance"] = json!(call);
        let found = cards(SERVER.call(SERVICE, &request));
        let of_suggestions = found.iter().filter_map(|card| card["suggestions"].as_array()).flatten();
        let all = found.iter().chain(of_suggestions).map(|one| one["uuid"].as_str().unwrap().to_owned());
        all.collect::<Vec<_>>()
    };
    let (call, other) = ("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "d1577c69-dfbe-44ad-ba6d-3e05e953b2eb");
    let own = uuids("car-t-remission", call);
    assert_eq!(uuids("car-t-remission", call), own);
    for theirs in [uuids("someone-else", call), uuids("car-t-remission", other)] {
        assert_eq!(theirs.len(), own.len());
        assert!(theirs.iter().all(|uuid| !own.contains(uuid)), "{theirs:?}");
    }
}
