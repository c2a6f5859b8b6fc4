//! What `$apply` is given, as the hook call that it becomes.

use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;
use crate::fhir::parameters;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

fn asked(parameters: &Value, id: Option<&str>) -> Result<Value, Refusal> {
    let text = json!({ "resourceType": "Parameters", "parameter": parameters }).to_string();
    let input = Input::of(&parameters::of_resource(&text, "Parameters")?, false)?;
    let asked = read(&ENGINE, Artifacts::embedded().unwrap(), id, &input)?;
    Ok(serde_json::from_str(&asked.body).unwrap())
}

fn own(parameters: &Value) -> Value {
    json!({ "name": "parameters", "resource": { "resourceType": "Parameters", "parameter": parameters } })
}

fn keys(call: &Value) -> Vec<&str> {
    call["prefetch"].as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_bundle_of_everything_becomes_prefetch_kind_by_kind() {
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": [
        { "resource": { "resourceType": "Patient", "id": "another" } },
        { "resource": { "resourceType": "Patient", "id": "1" } },
        { "fullUrl": "https://x/Condition/c", "resource": { "resourceType": "Condition", "id": "c" } },
        { "resource": { "resourceType": "Medication", "id": "m" } },
        { "resource": { "resourceType": "MedicationStatement", "id": "s" } },
        { "resource": { "resourceType": "Practitioner", "id": "p" } },
    ] });
    let subject = json!({ "name": "subject", "valueString": "https://x/fhir/Patient/1" });
    let given = |bundle: &Value, is_complete: bool| {
        let complete = own(&json!([{ "name": "dataIsComplete", "valueBoolean": is_complete }]));
        asked(&json!([subject, { "name": "data", "resource": bundle }, complete]), Some("hepatitis-b")).unwrap()
    };
    // What did not come is not known to be none.
    let call = given(&bundle, false);
    assert_eq!((&call["hook"], &call["context"]["patientId"]), (&json!("patient-view"), &json!("1")));
    assert_eq!(keys(&call), ["conditions", "medicationStatements", "patient"]);
    assert_eq!(call["prefetch"]["patient"]["id"], "1");
    assert_eq!(call["prefetch"]["conditions"]["entry"][0]["fullUrl"], "https://x/Condition/c");
    let types = call["prefetch"]["medicationStatements"]["entry"].as_array().unwrap();
    let types: Vec<&Value> = types.iter().map(|entry| &entry["resource"]["resourceType"]).collect();
    assert_eq!(types, ["Medication", "MedicationStatement"]);
    // Unless whoever sends it says so.
    let call = given(&bundle, true);
    assert!(keys(&call).len() > 8, "{call}");
    assert_eq!(call["prefetch"]["procedures"]["entry"], json!([]));
    // A first page is not all there is.
    let mut page = bundle.clone();
    page["link"] = json!([{ "relation": "self", "url": "x" }, { "relation": "next", "url": "y" }]);
    let call = given(&page, false);
    assert_eq!(call["prefetch"]["conditions"]["link"], json!([{ "relation": "next", "url": "y" }]));
}

#[test]
fn prefetch_keys_go_through_as_they_are() {
    let keyed = |key: &str, data: Option<Value>| {
        let mut parts = vec![json!({ "name": "key", "valueString": key })];
        parts.extend(data.map(|data| json!({ "name": "data", "resource": data })));
        json!({ "name": "prefetchData", "part": parts })
    };
    let subject = json!({ "name": "subject", "valueString": "1" });
    let bundle = |resource: Value| json!({ "resourceType": "Bundle", "entry": [{ "resource": resource }] });
    let call = asked(
        &json!([
            subject,
            keyed("patient", Some(bundle(json!({ "resourceType": "Patient", "id": "1" })))),
            keyed("conditions", None),
            keyed("procedures", Some(json!({ "resourceType": "OperationOutcome" }))),
        ]),
        Some("hepatitis-b"),
    )
    .unwrap();
    assert_eq!(call["prefetch"]["patient"]["resourceType"], "Patient");
    assert_eq!(call["prefetch"]["conditions"], Value::Null);
    assert_eq!(call["prefetch"]["procedures"]["resourceType"], "OperationOutcome");
    let refusal = asked(&json!([subject, keyed("appointments", None)]), Some("hepatitis-b")).unwrap_err();
    assert_eq!(refusal.issues[0].expression.as_deref(), Some("Parameters.parameter[1]"));
}

#[test]
fn the_hook_follows_from_what_is_given() {
    let subject = json!({ "name": "subject", "valueString": "Patient/1" });
    let orders = json!({ "resourceType": "Bundle", "entry": [
        { "resource": { "resourceType": "MedicationRequest", "id": "a" } },
        { "resource": { "resourceType": "MedicationRequest" } },
    ] });
    let drafts = json!({ "name": "draftOrders", "resource": orders });
    let hook = |parameters: Value, id: &str| asked(&json!([subject, own(&parameters)]), Some(id)).unwrap();
    assert_eq!(hook(json!([drafts]), "hepatitis-b")["hook"], "order-sign");
    let select = hook(json!([drafts, { "name": "hook", "valueCode": "order-select" }]), "hepatitis-b");
    assert_eq!(select["context"]["selections"], json!(["MedicationRequest/a"]));
    let picked = json!([drafts, { "name": "selections", "valueString": "MedicationRequest/a" }]);
    assert_eq!(hook(picked, "hepatitis-b")["hook"], "order-select");
    let booked = json!([{ "name": "appointments", "resource": { "resourceType": "Bundle" } }]);
    assert_eq!(hook(booked, "dmso-allergy")["hook"], "appointment-book");
}

#[test]
fn what_can_not_be_applied_is_refused_with_its_place() {
    let subject = json!({ "name": "subject", "valueString": "Patient/1" });
    let url = "https://cellwise.dev/fhir/PlanDefinition/hepatitis-b";
    for (parameters, id, why, place) in [
        (json!([subject]), Some("no-such-rule"), Why::NotFound, None),
        (json!([subject]), None, Why::Invalid, None),
        (
            json!([subject, { "name": "canonical", "valueCanonical": format!("{url}|9.9.9") }]),
            None,
            Why::NotFound,
            None,
        ),
        (json!([subject, { "name": "url", "valueUri": url }]), Some("hepatitis-b"), Why::Invalid, None),
        (json!([]), Some("hepatitis-b"), Why::Invalid, Some("subject")),
        (json!([subject, subject]), Some("hepatitis-b"), Why::Invalid, Some("Parameters.parameter[1]")),
        (
            json!([{ "name": "subject", "valueString": "Group/1" }]),
            Some("hepatitis-b"),
            Why::Invalid,
            Some("Parameters.parameter[0]"),
        ),
        (json!([{ "name": "nonsense" }]), Some("hepatitis-b"), Why::Invalid, Some("Parameters.parameter[0]")),
        (
            json!([subject, own(&json!([{ "name": "hook", "valueCode": "appointment-book" }]))]),
            Some("hepatitis-b"),
            Why::Invalid,
            Some("Parameters.parameter.where(name = 'parameters').resource.parameter.where(name = 'hook')"),
        ),
        (
            json!([subject]),
            Some("dmso-allergy"),
            Why::Invalid,
            Some("Parameters.parameter.where(name = 'parameters').resource.parameter.where(name = 'draftOrders')"),
        ),
        (
            json!([subject, { "name": "planDefinition", "resource": { "resourceType": "PlanDefinition" } }]),
            None,
            Why::Unprocessable,
            Some("Parameters.parameter[1]"),
        ),
        (
            json!([subject, { "name": "data", "resource": { "resourceType": "Patient" } }]),
            Some("hepatitis-b"),
            Why::Invalid,
            Some("Parameters.parameter.where(name = 'data').resource"),
        ),
    ] {
        let refusal = asked(&parameters, id).unwrap_err();
        let found = (refusal.why, refusal.issues[0].expression.as_deref());
        assert_eq!(found, (why, place), "{parameters}");
    }
    let by_version = json!([subject, { "name": "url", "valueUri": url }, { "name": "version", "valueString": "9" }]);
    assert_eq!(asked(&by_version, None).unwrap_err().why, Why::NotFound);
}

#[test]
fn an_endpoint_becomes_the_fhir_server_of_the_call() {
    let endpoint = json!({
        "resourceType": "Endpoint",
        "address": "https://ehr.example.org/fhir",
        "header": ["X-Other: 1", "authorization: Bearer abc"],
    });
    let parameters = json!([
        { "name": "subject", "valueString": "Patient/1" },
        { "name": "dataEndpoint", "resource": endpoint },
    ]);
    let call = asked(&parameters, Some("hepatitis-b")).unwrap();
    assert_eq!(call["fhirServer"], "https://ehr.example.org/fhir");
    assert_eq!(call["fhirAuthorization"]["access_token"], "abc");
}
