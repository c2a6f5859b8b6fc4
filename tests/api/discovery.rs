//! `GET /cds-services`.

use std::collections::BTreeSet;

use cellwise::knowledge::Knowledge;
use reqwest::Method;
use serde_json::Value;

use crate::helpers::{SCHEMAS, SERVER, cards, refused, request};

#[test]
fn the_services_and_their_hooks_are_listed() {
    let response = SERVER.get("/cds-services");
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().unwrap();
    assert_eq!(SCHEMAS.check_discovery(&body), []);

    let offered = SERVER.offered();
    let expected = [
        ("ahsct-eligibility", "patient-view"),
        ("ahsct-eligibility-order-select", "order-select"),
        ("ahsct-eligibility-order-sign", "order-sign"),
        ("car-t-eligibility", "patient-view"),
        ("car-t-eligibility-order-select", "order-select"),
        ("car-t-eligibility-order-sign", "order-sign"),
        ("cell-therapy-order-safety", "order-select"),
        ("cell-therapy-order-safety-order-sign", "order-sign"),
        ("cell-therapy-order-safety-order-dispatch", "order-dispatch"),
        ("cell-therapy-follow-up", "patient-view"),
        ("cell-therapy-follow-up-encounter-start", "encounter-start"),
        ("cell-therapy-discharge", "encounter-discharge"),
        ("cell-therapy-appointments", "appointment-book"),
    ];
    let expected: BTreeSet<_> = expected.iter().map(|(id, hook)| ((*id).to_owned(), (*hook).to_owned())).collect();
    assert_eq!(offered.iter().cloned().collect::<BTreeSet<_>>(), expected);
    // The public sandbox keeps one service for each address.
    let distinct: BTreeSet<_> = offered.iter().map(|(id, _)| id).collect();
    assert_eq!(distinct.len(), offered.len(), "an id is listed twice");
}

#[test]
fn each_hook_answers_under_its_id_and_under_that_of_the_service() {
    let services = Knowledge::load().unwrap().services;
    for (id, hook) in SERVER.offered() {
        let service = services.iter().find(|of| id == of.id || id == format!("{}-{hook}", of.id)).unwrap();
        let own = cards(SERVER.call(&id, &request(&hook)));
        assert_eq!(cards(SERVER.call(&service.id, &request(&hook))), own, "{id}");
        if id == service.id {
            continue;
        }
        for other in service.hooks.keys().filter(|other| **other != hook) {
            let issues = refused(SERVER.call(&id, &request(other)), 400);
            assert_eq!(issues[0].pointer, "/hook", "{id} on {other}");
            assert!(issues[0].message.ends_with(&format!("only on `{hook}`")), "{issues:?}");
        }
    }
    refused(SERVER.call("ahsct-eligibility-encounter-start", &request("encounter-start")), 404);
}

/// Some clients cut addresses at 2,000 characters, some write every escape.
#[test]
fn no_query_is_longer_than_any_client_can_send() {
    let body: Value = SERVER.get("/cds-services").json().unwrap();
    let mut split = 0;
    for service in body["services"].as_array().unwrap() {
        for (key, template) in service["prefetch"].as_object().unwrap() {
            let template = template.as_str().unwrap().replace("{{context.patientId}}", &"e".repeat(100));
            let query = template.split_once('?').map_or("", |(_, query)| query);
            let length: usize = query
                .bytes()
                .map(|byte| if byte.is_ascii_alphanumeric() || b"=&-._~".contains(&byte) { 1 } else { 3 })
                .sum();
            assert!(length < 1_900, "{key} of {} is {length} bytes long", service["id"]);
            split += usize::from(key == "observations2");
        }
    }
    assert!(split > 0, "no kind of data has several queries any more");
}

#[test]
fn prefetch_templates_use_only_what_every_client_understands() {
    let body: Value = SERVER.get("/cds-services").json().unwrap();
    for service in body["services"].as_array().unwrap() {
        let Some(templates) = service["prefetch"].as_object() else { continue };
        for (key, template) in templates {
            let template = template.as_str().unwrap();
            for token in template.split("{{").skip(1) {
                let token = token.split("}}").next().unwrap();
                assert!(
                    ["context.patientId", "context.encounterId", "context.userId"].contains(&token),
                    "{key}: {token}"
                );
            }
            let names: Vec<&str> = template
                .split_once('?')
                .map_or("", |(_, query)| query)
                .split('&')
                .map(|pair| pair.split('=').next().unwrap_or_default())
                .collect();
            let distinct: BTreeSet<_> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{key} repeats a parameter, which the sandbox merges into an `or`");
            assert!(!template.contains("sort:"), "{key} has a spelling from before STU3");
        }
    }
}

#[test]
fn head_answers_without_a_body() {
    let response = SERVER.request(Method::HEAD, "/cds-services").send().unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().unwrap(), "");
}

#[test]
fn other_methods_are_refused_with_those_that_are_allowed() {
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::from_bytes(b"PURGE").unwrap()] {
        let response = SERVER.request(method, "/cds-services").send().unwrap();
        assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
        refused(response, 405);
    }
    let response = SERVER.request(Method::OPTIONS, "/cds-services").send().unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
}

#[test]
fn other_paths_are_not_found() {
    for path in
        ["/", "/cds-services/", "/cds-service", "/cds-services/a/b", "/CDS-services", "/%00", "/..%2f..", "/health"]
    {
        refused(SERVER.get(path), 404);
    }
}
