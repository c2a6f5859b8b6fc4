//! Launches and sessions: each for one browser, one use, one patient, a while; and so many at most.

use std::sync::Arc;

use cellwise::client::Callers;
use cellwise::http::Settings;
use serde_json::json;

use super::ehr::{SmartEhr, parameters};
use super::patients::{after_car_t, patient};
use super::{Browser, hospital, server};
use crate::helpers::{ENGINE, TestServer};

#[test]
fn a_launch_comes_back_once_and_to_its_own_browser() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    // A state of nobody, no state, and one that is no secret.
    for path in [
        format!("/course/callback?code=a&state={}", "x".repeat(43)),
        "/course/callback?code=a&state=short".to_owned(),
        "/course/callback?code=a".to_owned(),
        "/course/callback".to_owned(),
    ] {
        browser.refused(&path, 410, "launch-over");
    }
    // A code that is sent again.
    let at = browser.launch(&ehr);
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let callback = format!("/course/callback?code={code}&state={}", parameters(&at)["state"]);
    Browser::path(&browser.get(&callback));
    browser.refused(&callback, 410, "launch-over");
    // Somebody else's launch, brought to this browser: whose session that would be.
    let mut attacker = Browser::new(&server);
    let at = attacker.launch(&ehr);
    let code = ehr.sign_in(&at, "anna", &json!({}));
    let response = browser.comes_back(&at, &code);
    assert_eq!(response.status(), 403);
    assert!(response.text().unwrap().contains("<code>other-browser</code>"));
    // It is used up all the same, and no token was fetched.
    assert_eq!(ehr.forms().len(), 1);
    let response = attacker.comes_back(&at, &code);
    assert_eq!(response.status(), 410);
}

#[test]
fn a_session_shows_its_own_patient_to_its_own_browser() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart"), after_car_t("bea", "Wit")]);
    let server = server(&ehr);
    let (mut one, mut other) = (Browser::new(&server), Browser::new(&server));
    let of_anna = one.opens(&ehr, "anna", &json!({}));
    let of_bea = other.opens(&ehr, "bea", &json!({}));
    assert!(one.course(&of_anna).contains("CAR-T of Zwart"));
    assert!(other.course(&of_bea).contains("CAR-T of Wit"));
    one.refused(&of_bea, 410, "session-over");
    other.refused(&of_anna, 410, "session-over");
    Browser::new(&server).refused(&of_anna, 410, "session-over");
    // Two patients in one browser stay apart, each at its own address.
    let second = one.opens(&ehr, "bea", &json!({}));
    let (first, second) = (one.course(&of_anna), one.course(&second));
    assert!(first.contains("CAR-T of Zwart") && !first.contains("of Wit"), "{first}");
    assert!(second.contains("CAR-T of Wit") && !second.contains("of Zwart"), "{second}");
    for path in ["/course/show/", "/course/show/x", &format!("/course/show/{}", "x".repeat(43))] {
        if path != "/course/show/" {
            one.refused(path, 410, "session-over");
        }
    }
}

#[test]
fn a_session_ends_with_its_token() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let path = browser.opens(&ehr, "anna", &json!({ "expires_in": 0 }));
    browser.refused(&path, 410, "session-over");
    // The EHR no longer takes the token: the session is over, too.
    let path = browser.opens(&ehr, "anna", &json!({ "access_token": "a-token-that-was-revoked" }));
    browser.refused(&path, 410, "session-over");
    assert_eq!(gauge(&server, "cellwise_course_sessions"), 0);
}

fn gauge(server: &TestServer, name: &str) -> usize {
    let text = server.get("/metrics").text().unwrap();
    let line = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap_or_else(|| panic!("{text}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn another_configuration_ends_what_it_no_longer_allows() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let path = browser.opens(&ehr, "anna", &json!({}));
    let waiting = browser.launch(&ehr);
    server.shared.replace(Arc::clone(&ENGINE), hospital(&[&ehr], |_| {})).unwrap();
    browser.course(&path);
    // The FHIR server is another, or the app is gone.
    let elsewhere = SmartEhr::start([patient("anna", "Zwart")]);
    server.shared.replace(Arc::clone(&ENGINE), hospital(&[&elsewhere], |_| {})).unwrap();
    browser.refused(&path, 410, "session-over");
    let mut settings = hospital(&[&ehr], |_| {});
    let mut clients = settings.callers.all().to_vec();
    clients[0].smart = None;
    settings.callers = Callers::Listed(clients);
    server.shared.replace(Arc::clone(&ENGINE), settings).unwrap();
    crate::helpers::refused(server.get(&path), 404);
    server.shared.replace(Arc::clone(&ENGINE), hospital(&[&ehr], |_| {})).unwrap();
    let code = ehr.sign_in(&waiting, "anna", &json!({}));
    Browser::path(&browser.comes_back(&waiting, &code));
}

#[test]
fn two_hundred_launches_are_two_hundred_places_and_no_more() {
    let ehr = SmartEhr::start([patient("anna", "Zwart")]);
    let server = TestServer::start(Settings { workers: 2, ..hospital(&[&ehr], |_| {}) });
    let mut browser = Browser::new(&server);
    let mut pages = Vec::new();
    for launch in 0..200 {
        let at = browser.launch(&ehr);
        if launch % 2 == 0 {
            let code = ehr.sign_in(&at, "anna", &json!({}));
            pages.push(Browser::path(&browser.comes_back(&at, &code)));
        }
    }
    assert_eq!((gauge(&server, "cellwise_course_launches"), gauge(&server, "cellwise_course_sessions")), (100, 100));
    // The first is still there: nobody was pushed out.
    browser.course(&pages[0]);
    // The configuration of the EHR was not asked for each time.
    let read = ehr.asked().iter().filter(|url| url.ends_with("/smart-configuration")).count();
    assert_eq!(read, 1);
}
