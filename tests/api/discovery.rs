//! `GET /cds-services`.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use crate::helpers::{SCHEMAS, SERVER, refused};

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
        ("ahsct-eligibility", "order-select"),
        ("ahsct-eligibility", "order-sign"),
        ("car-t-eligibility", "patient-view"),
        ("car-t-eligibility", "order-select"),
        ("car-t-eligibility", "order-sign"),
        ("cell-therapy-order-safety", "order-select"),
        ("cell-therapy-order-safety", "order-sign"),
        ("cell-therapy-follow-up", "patient-view"),
    ];
    for (id, hook) in expected {
        assert!(offered.contains(&(id.to_owned(), hook.to_owned())), "{id} on {hook}");
    }
    let distinct: BTreeSet<_> = offered.iter().collect();
    assert_eq!(distinct.len(), offered.len(), "a pair of service and hook is listed twice");
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
