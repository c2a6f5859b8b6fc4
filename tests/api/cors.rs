//! Calls from a browser, as the public sandbox makes them.

use cellwise::http::Settings;
use reqwest::Method;
use reqwest::blocking::Response;

use crate::helpers::{SERVER, TestServer, refused, request};

const ORIGIN: &str = "https://sandbox.example.org";
const CALL: &str = "/cds-services/ahsct-eligibility";

fn preflight(server: &TestServer, path: &str, origin: &str, method: &str, headers: &str) -> Response {
    server
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers)
        .send()
        .unwrap()
}

fn list(response: &Response, header: &str) -> Vec<String> {
    let value = response.headers()[header].to_str().unwrap();
    let mut items: Vec<String> = value.split(',').map(|item| item.trim().to_ascii_lowercase()).collect();
    items.sort();
    items
}

#[test]
fn a_preflight_needs_no_authorization() {
    let feedback = format!("{CALL}/feedback");
    for (path, method, headers) in [
        ("/cds-services", "GET", "authorization"),
        ("/cds-services", "HEAD", "authorization"),
        (CALL, "POST", "authorization,content-type"),
        (feedback.as_str(), "POST", "content-type"),
    ] {
        let response = preflight(&SERVER, path, ORIGIN, method, headers);
        assert!(response.status().is_success());
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        assert_eq!(list(&response, "access-control-allow-methods"), ["get", "head", "options", "post"]);
        let allowed = list(&response, "access-control-allow-headers");
        assert!(headers.split(',').all(|header| allowed.iter().any(|item| item == header)), "{allowed:?}");
        assert!(response.headers()["access-control-max-age"].to_str().unwrap().parse::<u32>().unwrap() > 0);
    }
}

#[test]
fn a_preflight_for_what_is_not_allowed_is_refused() {
    refused(preflight(&SERVER, CALL, ORIGIN, "DELETE", "content-type"), 400);
    // Tracing headers and the like do no harm.
    assert!(preflight(&SERVER, CALL, ORIGIN, "POST", "content-type,traceparent").status().is_success());
}

#[test]
fn every_answer_can_be_read_across_origins() {
    let json = "application/json";
    let post = |body: Vec<u8>, kind: &str| {
        SERVER
            .request(Method::POST, CALL)
            .header("origin", ORIGIN)
            .header("content-type", kind)
            .body(body)
            .send()
            .unwrap()
    };
    let get = |path: &str| SERVER.request(Method::GET, path).header("origin", ORIGIN).send().unwrap();
    let valid = request("order-sign").to_string().into_bytes();
    for (response, status) in [
        (get("/cds-services"), 200),
        (get("/health/ready"), 200),
        (post(valid.clone(), json), 200),
        (post(b"{}".to_vec(), json), 400),
        (get("/nothing"), 404),
        (get(CALL), 405),
        (post(vec![b' '; 9_000_000], json), 413),
        (post(valid, "text/plain"), 415),
    ] {
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "status {status}");
        assert!(!response.headers().contains_key("access-control-allow-credentials"));
    }
}

#[test]
fn a_listed_origin_may_call_and_others_may_not() {
    let other = "https://elsewhere.example.org";
    let server = TestServer::start(Settings {
        cors_origins: vec![ORIGIN.to_owned(), "http://localhost:3000".to_owned()],
        ..Settings::default()
    });
    for origin in [ORIGIN, "http://localhost:3000"] {
        let response = preflight(&server, CALL, origin, "POST", "content-type");
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
        assert!(list(&response, "vary").contains(&"origin".to_owned()));
        let response = server.request(Method::GET, "/cds-services").header("origin", origin).send().unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], origin);
        assert!(list(&response, "vary").contains(&"origin".to_owned()));
    }
    refused(preflight(&server, CALL, other, "POST", "content-type"), 400);
    let response = server.request(Method::GET, "/cds-services").header("origin", other).send().unwrap();
    assert!(!response.headers().contains_key("access-control-allow-origin"));
    refused(response, 400);
    // A page can send this without a preflight: it must not have been judged.
    let call = server.request(Method::POST, CALL).header("origin", other).body(request("order-sign").to_string());
    refused(call.send().unwrap(), 400);
    // Programs outside a browser send no origin.
    assert_eq!(server.get("/cds-services").status(), 200);
}

/// The workbench is a page of the server itself: a list of other origins does not shut it out.
#[test]
fn a_list_of_origins_has_that_of_the_server() {
    let settings = Settings {
        base_url: Some("https://cds.example.org/cellwise".parse().unwrap()),
        cors_origins: vec![ORIGIN.to_owned()],
        ..Settings::default()
    };
    let server = TestServer::start(settings);
    let call = |origin: &str| {
        let body = request("patient-view").to_string();
        let call = server.request(Method::POST, CALL).header("content-type", "application/json").body(body);
        call.header("origin", origin).send().unwrap().status()
    };
    assert_eq!([call(ORIGIN), call("https://cds.example.org")], [200, 200]);
    assert_eq!(call("https://elsewhere.example.org"), 400);
}
