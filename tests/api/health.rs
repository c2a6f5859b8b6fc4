//! The endpoints for whoever keeps the server running.

use cellwise::knowledge::Knowledge;
use cellwise_clinic::rules;
use reqwest::Method;
use serde_json::Value;

use crate::helpers::{SERVER, refused};

#[test]
fn a_server_that_runs_is_alive_and_ready() {
    let live: Value = SERVER.get("/health/live").json().unwrap();
    assert_eq!(live["status"], "live");
    let ready: Value = SERVER.get("/health/ready").json().unwrap();
    assert_eq!(ready["status"], "ready");
    assert_eq!(ready["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(ready["services"], Knowledge::load().unwrap().services.len());
    assert_eq!(ready["rules"], rules::ALL.len());
    assert_eq!(ready["local"]["numbers"], 0);
    assert!(ready["reviewOverdue"].is_array());
}

#[test]
fn health_is_read_only() {
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(SERVER.request(Method::HEAD, path).send().unwrap().status(), 200);
        let response = SERVER.request(Method::POST, path).send().unwrap();
        assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
        refused(response, 405);
    }
}
