//! Dutch or English, as the client prefers.

use cellwise::http::Settings;
use cellwise_clinic::Language;
use reqwest::Method;
use reqwest::blocking::Response;

use crate::helpers::{SERVER, TestServer, request};

fn answer(server: &TestServer, wish: Option<&str>) -> Response {
    let mut call = server.request(Method::POST, "/cds-services/ahsct-eligibility").json(&request("order-sign"));
    if let Some(wish) = wish {
        call = call.header("accept-language", wish);
    }
    call.send().unwrap()
}

#[track_caller]
fn speaks(server: &TestServer, wish: Option<&str>, language: &str) {
    let response = answer(server, wish);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-language"], language, "{wish:?}");
    let vary = response.headers()["vary"].to_str().unwrap().to_ascii_lowercase();
    assert!(vary.contains("accept-language"), "{vary}");
}

#[test]
fn the_client_chooses_the_language() {
    for (wish, language) in [
        ("nl", "nl"),
        ("nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("nl-BE", "nl"),
        ("en", "en"),
        ("en-GB;q=0.5, nl;q=0.7", "nl"),
        ("fr", "en"),
        ("fr, nl;q=0.1", "nl"),
        ("*", "en"),
        ("nl;q=0, *", "en"),
        ("\u{e9}\u{e9}n", "en"),
        (",,;;q=,", "en"),
    ] {
        speaks(&SERVER, Some(wish), language);
    }
    speaks(&SERVER, None, "en");
}

#[test]
fn the_default_can_be_dutch() {
    let server = TestServer::start(Settings { language: Language::DUTCH, ..Settings::default() });
    speaks(&server, None, "nl");
    speaks(&server, Some("fr"), "nl");
    speaks(&server, Some("*"), "nl");
    speaks(&server, Some("en"), "en");
}

#[test]
fn refusals_are_english() {
    let response = SERVER
        .request(Method::POST, "/cds-services/ahsct-eligibility")
        .header("accept-language", "nl")
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .unwrap();
    assert_eq!(response.headers()["content-language"], "en");
}
