//! What the schemas accept and refuse, and in which words.

use serde_json::json;

use super::*;

fn request() -> Value {
    json!({
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/a",
            "patientId": "p",
            "draftOrders": { "resourceType": "Bundle", "entry": [{ "resource": { "resourceType": "ServiceRequest" } }] }
        }
    })
}

fn found(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.pointer.as_str(), problem.message.as_str())).collect()
}

#[test]
fn a_valid_request_has_no_problems() {
    let schemas = Schemas::load().unwrap();
    assert_eq!(found(&schemas.check_request(&request())), []);
    assert_eq!(found(&schemas.check_context("order-sign", &request()["context"])), []);
}

#[test]
fn every_problem_of_a_request_is_named() {
    let schemas = Schemas::load().unwrap();
    let secret = "Jansen 1980-02-03";
    let broken = json!({
        "hook": 5,
        "hookInstance": secret,
        "fhirServer": format!("file:///{secret}"),
        "fhirAuthorization": { "access_token": [secret], "token_type": secret, "expires_in": secret, "scope": "" },
        "context": [secret],
        "prefetch": { "patient": secret },
        "extension": secret
    });
    let problems = schemas.check_request(&broken);
    let mut found = found(&problems);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("/context", "expected an object"),
            ("/extension", "expected an object or null"),
            ("/fhirAuthorization", "`subject` is required"),
            ("/fhirAuthorization/access_token", "expected a string or null"),
            ("/fhirAuthorization/expires_in", "expected an integer"),
            ("/fhirAuthorization/token_type", "expected `Bearer`"),
            ("/fhirServer", "expected an https or http URL"),
            ("/hook", "expected a string"),
            ("/hookInstance", "expected a UUID"),
            ("/prefetch/patient", "expected an object or null"),
        ]
    );
    assert!(!format!("{problems:?}").contains("Jansen"));
}

#[test]
fn a_token_needs_a_server() {
    let schemas = Schemas::load().unwrap();
    let mut body = request();
    body["fhirAuthorization"] = json!({
        "access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cds"
    });
    assert_eq!(found(&schemas.check_request(&body)), [("", "`fhirServer` is required with `fhirAuthorization`")]);
    body["fhirServer"] = Value::Null;
    assert_eq!(found(&schemas.check_request(&body)), [("/fhirServer", "expected a string")]);
    body["fhirServer"] = json!("https://ehr.example.org/fhir");
    assert_eq!(found(&schemas.check_request(&body)), []);
    // What may be fetched from is not decided here: prefetch is judged whatever stands beside it.
    for server in
        ["http://localhost:8080/fhir", "http://[::1]:80/", "http://ehr.example.org", "HTTPS://EHR.example.org"]
    {
        body["fhirServer"] = json!(server);
        assert_eq!(found(&schemas.check_request(&body)), [], "{server}");
    }
    for other in ["https://", "ftp://localhost/", "file:///etc/passwd", "ehr.example.org", ""] {
        body["fhirServer"] = json!(other);
        assert_eq!(schemas.check_request(&body).len(), 1, "{other}");
    }
    body["fhirServer"] = json!("https://ehr.example.org/fhir");
    for token in [json!(""), Value::Null] {
        body["fhirAuthorization"]["access_token"] = token;
        assert_eq!(found(&schemas.check_request(&body)), []);
    }
    body["fhirAuthorization"].as_object_mut().unwrap().remove("access_token");
    assert_eq!(found(&schemas.check_request(&body)), []);
}

#[test]
fn a_context_is_checked_by_hook() {
    let schemas = Schemas::load().unwrap();
    let mut hooks: Vec<&str> = schemas.hooks().collect();
    hooks.sort_unstable();
    assert_eq!(
        hooks,
        [
            "appointment-book",
            "encounter-discharge",
            "encounter-start",
            "order-dispatch",
            "order-select",
            "order-sign",
            "patient-view"
        ]
    );
    let problems = schemas.check_context(
        "order-select",
        &json!({
            "userId": "somebody", "patientId": "Patient/p/q", "selections": ["x"], "draftOrders": { "entry": [1] }
        }),
    );
    let mut found = found(&problems);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            ("/context/draftOrders", "`resourceType` is required"),
            ("/context/draftOrders/entry/0", "expected an object"),
            ("/context/patientId", "expected the id of a Patient"),
            (
                "/context/selections/0",
                "expected a reference `Type/id`, or the address that the draft has in its Bundle"
            ),
            (
                "/context/userId",
                "expected a reference `Practitioner/id`, `PractitionerRole/id`, `Patient/id` or `RelatedPerson/id`"
            ),
        ]
    );
}

#[test]
fn answers_stay_small() {
    let schemas = Schemas::load().unwrap();
    let key = "k".repeat(10_000);
    let body = json!({ "prefetch": { key: 1 } });
    assert!(schemas.check_request(&body).iter().all(|problem| problem.pointer.len() <= LONGEST_POINTER));
    let many = json!({ "userId": "Practitioner/a", "patientId": "p", "draftOrders": { "resourceType": "Bundle", "entry": vec![1; 1000] } });
    assert_eq!(schemas.check_context("order-sign", &many).len(), MOST_PROBLEMS);
    // Of a large value only the first problem is named.
    let mut very_many = request();
    let keys = (0..LARGE).map(|number| (number.to_string(), Value::from(1)));
    very_many["prefetch"] = Value::Object(keys.collect());
    assert_eq!(found(&schemas.check_request(&very_many)), [("/prefetch/0", "expected an object or null")]);
}

#[test]
fn feedback_may_have_the_shapes_that_clients_send() {
    let schemas = Schemas::load().unwrap();
    let item = |more: Value| {
        let mut item = json!({ "card": "c", "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00Z" });
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "feedback": [item] })
    };
    let reason = json!({ "reason": { "code": "c", "system": "s" } });
    for accepted in [
        json!({ "overrideReason": reason }),
        json!({ "overrideReason": { "userComment": "no" } }),
        json!({ "overrideReasons": reason }),
        json!({ "overrideReasons": [reason] }),
        json!({ "overrideReasons": { "reason": { "code": "c" }, "extension": { "com.epic": {} } } }),
        json!({ "outcome": "accepted", "acceptedSuggestions": [{ "id": "s" }] }),
        json!({}),
    ] {
        assert_eq!(found(&schemas.check_feedback(&item(accepted))), []);
    }
    let refused = [
        (
            json!({ "overrideReason": {} }),
            "/feedback/0/overrideReason",
            "expected an override reason with `reason`, `userComment` or both",
        ),
        (json!({ "overrideReasons": [5] }), "/feedback/0/overrideReasons/0", "expected an object"),
        (json!({ "outcome": "accepted" }), "/feedback/0", "`acceptedSuggestions` is required"),
        (json!({ "outcome": "ignored" }), "/feedback/0/outcome", "expected `accepted` or `overridden`"),
        (
            json!({ "outcomeTimestamp": "today" }),
            "/feedback/0/outcomeTimestamp",
            "expected an RFC 3339 date and time with an offset",
        ),
    ];
    for (more, pointer, message) in refused {
        assert_eq!(found(&schemas.check_feedback(&item(more))), [(pointer, message)]);
    }
}

#[test]
fn a_response_follows_the_specification() {
    let schemas = Schemas::load().unwrap();
    assert_eq!(found(&schemas.check_response(&json!({ "cards": [] }))), []);
    let card = |more: Value| {
        let mut card = json!({ "summary": "s", "indicator": "info", "source": { "label": "l" } });
        card.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "cards": [card] })
    };
    let resource = json!({ "resourceType": "ServiceRequest", "_given": [null, { "id": "x" }] });
    for accepted in [
        json!({}),
        json!({ "summary": "s".repeat(139) }),
        json!({ "selectionBehavior": "any", "suggestions": [{ "label": "l", "actions": [{ "type": "create", "description": "d", "resource": resource }] }] }),
        json!({ "selectionBehavior": "any", "suggestions": [{ "label": "l", "actions": [{ "type": "delete", "description": "d", "resourceId": "ServiceRequest/a" }] }] }),
        json!({ "overrideReasons": [{ "code": "c", "system": "s", "display": "d" }] }),
        json!({ "links": [{ "label": "l", "url": "https://example.org", "type": "absolute" }] }),
    ] {
        assert_eq!(found(&schemas.check_response(&card(accepted))), []);
    }
    for (more, pointer, message) in [
        (json!({ "summary": "s".repeat(140) }), "/cards/0/summary", "expected at most 139 characters"),
        (json!({ "summary": "" }), "/cards/0/summary", "expected a string that is not empty"),
        (json!({ "detail": null }), "/cards/0/detail", "expected a string"),
        (json!({ "indicator": "hard-stop" }), "/cards/0/indicator", "expected `info`, `warning` or `critical`"),
        (
            json!({ "suggestions": [{ "label": "l" }] }),
            "/cards/0",
            "`selectionBehavior` is required with `suggestions`",
        ),
        (json!({ "links": [] }), "/cards/0/links", "expected at least 1 item"),
        (
            json!({ "extension": { "a": { "b": null } } }),
            "/cards/0/extension/a/b",
            "expected a boolean, a number, a string, an array or an object",
        ),
        (
            json!({ "links": [{ "label": "l", "url": "https://example.org", "type": "absolute", "appContext": "a" }] }),
            "/cards/0/links/0/appContext",
            "expected no `appContext` with an absolute link",
        ),
        (
            json!({ "selectionBehavior": "at-most-one", "suggestions": [{ "label": "a", "isRecommended": true }, { "label": "b", "isRecommended": true }] }),
            "/cards/0/suggestions",
            "expected at most one suggestion with `isRecommended`",
        ),
    ] {
        let problems = schemas.check_response(&card(more));
        assert!(found(&problems).contains(&(pointer, message)), "{problems:?}");
    }
}

#[test]
fn a_pointer_for_the_log_has_no_word_of_the_request() {
    let schemas = Schemas::load().unwrap();
    for (pointer, expected) in [
        ("", ""),
        ("/context/draftOrders/entry/0/resource", "/context/draftOrders/entry/0/resource"),
        ("/prefetch/patient/id", "/prefetch/patient/id"),
        ("/prefetch/observations2", "/prefetch/observations2"),
        ("/prefetch/observations1958", "/prefetch/*"),
        ("/prefetch/Jansen", "/prefetch/*"),
        ("/extension/jansen~1x/123456782", "/extension/*/*"),
        ("/feedback/17/card", "/feedback/17/card"),
    ] {
        assert_eq!(schemas.legible(pointer), expected, "{pointer}");
    }
}
