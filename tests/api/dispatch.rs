//! `order-dispatch`: the context names orders that are signed already, and what they say is somewhere else.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::ehr::{Ehr, bundle};
use crate::fetch::{complete, fhir, server, with_access, with_key};
use crate::helpers::{SERVER, cards, refused};

const SERVICE: &str = "cell-therapy-order-safety";

/// An order of blood, for somebody else, of a patient who had CAR-T.
fn donation(id: &str) -> Value {
    json!({
        "resourceType": "ServiceRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "subject": { "reference": format!("Patient/{}", complete()["context"]["patientId"].as_str().unwrap()) },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "53958007", "display": "Harvesting of donor material" }], "text": "Bone marrow donation for brother" },
    })
}

/// A call that sends `orders` on, and brings `sent` among the requests of the patient.
fn dispatched(orders: &[&str], sent: &[Value]) -> Value {
    let mut request = with_key(complete(), "serviceRequests", Some(bundle(sent)));
    request["hook"] = json!("order-dispatch");
    request["context"] = json!({
        "patientId": request["context"]["patientId"],
        "dispatchedOrders": orders,
        "performer": "Organization/blood-bank",
    });
    request
}

fn topics(cards: &[Value]) -> Vec<&str> {
    cards.iter().map(|card| card["source"]["topic"]["code"].as_str().unwrap()).collect()
}

#[test]
fn an_order_is_found_in_prefetch() {
    let found = cards(SERVER.call(SERVICE, &dispatched(&["ServiceRequest/a"], &[donation("a")])));
    assert_eq!(topics(&found), ["donationAfterCarT"]);
    assert_eq!(found[0]["suggestions"], Value::Null, "what is signed can't be taken out of a draft");
    let evidence = found[0]["extension"].to_string();
    assert!(evidence.contains("ServiceRequest/a"), "{evidence}");
    // Other orders on record are not what is sent on.
    let other = json!({ "resourceType": "ServiceRequest", "id": "b", "status": "active", "intent": "order", "code": { "text": "blood count" } });
    assert_eq!(
        topics(&cards(SERVER.call(SERVICE, &dispatched(&["ServiceRequest/b"], &[donation("a"), other])))),
        [""; 0]
    );
}

#[test]
fn an_order_by_the_name_of_version_1_0_counts() {
    let mut request = dispatched(&[], &[donation("a")]);
    request["context"].as_object_mut().unwrap().remove("dispatchedOrders");
    request["context"]["order"] = json!("ServiceRequest/a");
    assert_eq!(topics(&cards(SERVER.call(SERVICE, &request))), ["donationAfterCarT"]);
}

#[test]
fn an_order_that_did_not_come_is_fetched() {
    let ehr = Ehr::start();
    ehr.answers("ServiceRequest/a", fhir(&donation("a")));
    let request = with_access(dispatched(&["ServiceRequest/a"], &[]), &ehr.base());
    assert_eq!(topics(&cards(server(&[&ehr.base()]).call(SERVICE, &request))), ["donationAfterCarT"]);
    assert_eq!(ehr.paths(), ["ServiceRequest/a"]);
}

#[test]
fn an_order_that_nobody_has_is_no_silence() {
    let issues = refused(SERVER.call(SERVICE, &dispatched(&["ServiceRequest/a"], &[])), 412);
    assert_eq!(issues[0].pointer, "/prefetch/serviceRequests");

    let ehr = Ehr::start();
    for answer in
        [ResponseTemplate::new(404), fhir(&donation("another")), fhir(&json!({ "resourceType": "Patient", "id": "a" }))]
    {
        ehr.forget();
        ehr.answers("ServiceRequest/a", answer);
        let request = with_access(dispatched(&["ServiceRequest/a"], &[]), &ehr.base());
        refused(server(&[&ehr.base()]).call(SERVICE, &request), 412);
    }
}

#[test]
fn of_two_orders_the_one_that_came_is_judged() {
    let request = dispatched(&["ServiceRequest/a", "ServiceRequest/b"], &[donation("a")]);
    assert_eq!(topics(&cards(SERVER.call(SERVICE, &request)))[0], "donationAfterCarT");
}

#[test]
fn orders_of_a_kind_that_no_rule_reads_are_let_pass() {
    assert_eq!(topics(&cards(SERVER.call(SERVICE, &dispatched(&["DeviceRequest/walker"], &[])))), [""; 0]);
}

#[test]
fn a_context_without_orders_is_refused() {
    let mut request = dispatched(&[], &[]);
    let issues = refused(SERVER.call(SERVICE, &request), 400);
    assert_eq!(issues[0].pointer, "/context/dispatchedOrders", "{issues:?}");
    request["context"].as_object_mut().unwrap().remove("dispatchedOrders");
    assert_eq!(refused(SERVER.call(SERVICE, &request), 400)[0].pointer, "/context");
    let mut request = dispatched(&["ServiceRequest/a"], &[donation("a")]);
    request["context"].as_object_mut().unwrap().remove("performer");
    assert_eq!(refused(SERVER.call(SERVICE, &request), 400)[0].pointer, "/context");
}
