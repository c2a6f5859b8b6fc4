//! Who looked: what the EHR says of its user, believed only when it is signed, and written down.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise::access_log::{AccessLogSettings, WhenUnwritable};
use cellwise::http::Settings;
use serde_json::{Value, json};

use super::ehr::{SmartEhr, parameters};
use super::patients::after_car_t;
use super::{Browser, hospital, server};
use crate::access_log::{Folder, settings};
use crate::auth::token::{OTHER_P384, P384, Token, now};
use crate::helpers::TestServer;

#[test]
fn a_statement_about_the_user_is_believed_when_it_is_signed_for_this_app() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let server = server(&ehr);
    let good = || ehr.id_token("Practitioner/1");
    let claim = |name: &str, value: Value| good().claim(name, &value);
    let cases: Vec<(Token, &str)> = vec![
        (claim("iss", json!("https://evil.example")), "unknown-issuer"),
        (claim("aud", json!("another-app")), "wrong-audience"),
        (claim("aud", json!(["another-app"])), "wrong-audience"),
        (claim("azp", json!("another-app")), "wrong-audience"),
        (claim("exp", json!(now() - 600)), "expired"),
        (claim("iat", json!(now() + 600)), "not-yet"),
        (good().without_claim("exp"), "missing-exp"),
        (good().head("alg", &json!("HS256")), "other-algorithm"),
        (good().head("kid", &json!("other")), "unknown-key"),
        (good().without_head("kid"), "missing-kid"),
    ];
    let refused = |id_token: &str, why: &str| {
        let mut browser = Browser::new(&server);
        let at = browser.launch(&ehr);
        let code = ehr.sign_in(&at, "anna", &json!({ "id_token": id_token }));
        let response = browser.comes_back(&at, &code);
        let status = response.status();
        let html = response.text().unwrap();
        assert_eq!(status, 424, "{why}: {html}");
        assert!(html.contains(&format!("<code>user-not-proven {why}</code>")), "{why}: {html}");
    };
    for (token, why) in cases {
        refused(&token.signed(&P384), why);
    }
    refused(&good().signed(&OTHER_P384), "bad-signature");
    refused("no.token", "malformed");
    let unsigned = good().head("alg", &json!("none"));
    refused(&format!("{}.", unsigned.message()), "malformed");
    let mut browser = Browser::new(&server);
    for good in [good(), claim("aud", json!(["other", "cellwise-course"])), good().without_claim("fhirUser")] {
        let path = browser.opens(&ehr, "anna", &json!({ "id_token": good.signed(&P384) }));
        browser.course(&path);
    }
}

#[test]
fn the_access_log_says_who_looked() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let log = Folder::new();
    let server = TestServer::start(Settings {
        access_log: Some(settings(&log.0, WhenUnwritable::Refuse)),
        ..hospital(&[&ehr], |_| {})
    });
    let mut browser = Browser::new(&server);
    let absolute = ehr.id_token(&format!("{}/Practitioner/dr-jansen", ehr.base())).signed(&P384);
    let mut paths = Vec::new();
    for change in [json!({}), json!({ "id_token": absolute }), json!({ "id_token": null })] {
        paths.push(browser.opens(&ehr, "anna", &change));
        // Until the page is opened, nothing of the patient was read.
        assert_eq!(log.lines().len(), paths.len() - 1);
        browser.course(paths.last().unwrap());
    }
    let lines = log.lines();
    for (event, user) in lines.iter().zip([Some("dr-jansen"), Some("dr-jansen"), None]) {
        cellwise_fhir_model::check(&event.to_string()).unwrap();
        let agents = event["agent"].as_array().unwrap();
        let who = agents.iter().find(|agent| agent["type"]["coding"][0]["code"] == "IRCP").unwrap();
        match user {
            Some(user) => assert_eq!(who["who"]["reference"], format!("{}/Practitioner/{user}", ehr.base())),
            None => assert_eq!(who["who"], json!({ "display": "user not said" })),
        }
        assert_eq!((&who["requestor"], &event["outcome"]), (&json!(true), &json!("0")));
        let text = event.to_string();
        assert!(text.contains(&format!("{}/Patient/anna", ehr.base())), "{text}");
        let entities = event["entity"].as_array().unwrap();
        let query = entities.iter().find_map(|entity| entity["query"].as_str()).unwrap();
        let query = String::from_utf8(STANDARD.decode(query).unwrap()).unwrap();
        assert_eq!(query, "GET /course/show/{session}\nhook=patient-view\nhookInstance=");
        assert!(entities.iter().any(|entity| entity["name"] == "course" && entity["detail"].is_array()), "{text}");
        for word in ["Zwart", "token-", "birthDate", paths[0].rsplit('/').next().unwrap()] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    assert_eq!(lines.len(), 3);
}

#[test]
fn without_its_line_no_course_is_shown() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    let log = Folder::new();
    // Each line begins a file, and there is no folder for it any more.
    let access_log = Some(AccessLogSettings { rotate_at: 1, ..settings(&log.0, WhenUnwritable::Refuse) });
    let server = TestServer::start(Settings { access_log, ..hospital(&[&ehr], |_| {}) });
    let mut browser = Browser::new(&server);
    let path = browser.opens(&ehr, "anna", &json!({}));
    browser.course(&path);
    let moved = log.0.with_extension("moved");
    fs::rename(&log.0, &moved).unwrap();
    browser.refused(&path, 503, "not-logged");
    fs::rename(&moved, &log.0).unwrap();
}

#[test]
fn an_ehr_that_does_not_say_who_its_users_are_is_not_asked() {
    let ehr = SmartEhr::start([after_car_t("anna", "Zwart")]);
    ehr.configure(json!({ "jwks_uri": null }));
    let server = server(&ehr);
    let mut browser = Browser::new(&server);
    let at = browser.launch(&ehr);
    let scope = parameters(&at)["scope"].clone();
    assert!(
        scope.starts_with("launch patient/") && !scope.contains("openid") && !scope.contains("fhirUser"),
        "{scope}"
    );
    // What is said unasked, and can't be checked, counts for nothing.
    let code = ehr.sign_in(&at, "anna", &json!({ "id_token": "whatever" }));
    let path = Browser::path(&browser.comes_back(&at, &code));
    browser.course(&path);
}
