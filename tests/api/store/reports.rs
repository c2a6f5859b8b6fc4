//! `GET /reports`: for whom, and in which forms.

use cellwise::client::Client;
use cellwise::http::Settings;
use cellwise_store::Thresholds;
use reqwest::blocking::Response;
use serde_json::{Value, json};

use super::database::Database;
use super::{card, item, kept, server, written};
use crate::auth::token::{BASE, P384, Token, jwks};
use crate::auth::{client, server_with};
use crate::helpers::{TestServer, refused};

fn get(server: &TestServer, path: &str, accept: &str) -> Response {
    server.request(reqwest::Method::GET, path).header("accept", accept).send().unwrap()
}

#[test]
fn a_report_has_the_form_that_is_asked_for() {
    let database = Database::sqlite();
    let report = Thresholds { overridden_percent: 50, fewest_shown: 2 };
    let server = TestServer::start(Settings { store: Some(database.settings()), report, ..Settings::default() });
    let markup = json!({ "overrideReason": { "reason": { "system": "s", "code": "<b>=1" } } });
    for _ in 0..2 {
        kept(&server, &[item(&card(&server), &markup)]);
    }
    written(&server);
    for (path, accept, kind) in [
        ("/reports", "*/*", "application/json"),
        ("/reports", "text/csv", "text/csv; charset=utf-8"),
        ("/reports", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("/reports?format=html", "application/json", "text/html; charset=utf-8"),
        ("/reports?format=csv", "text/html", "text/csv; charset=utf-8"),
        ("/reports?format=json&since=2020-01-01", "text/html", "application/json"),
    ] {
        let response = get(&server, path, accept);
        assert_eq!((response.status().as_u16(), &response.headers()["content-type"]), (200, &kind.parse().unwrap()));
        let text = response.text().unwrap();
        assert!(text.contains("corticosteroid-after-car-t"), "{text}");
        assert!(kind.starts_with("text/html") != text.contains("<b>"), "{text}");
    }
    let json: Value = server.get("/reports").json().unwrap();
    assert_eq!(json["named"], json!(["corticosteroid-after-car-t"]));
    assert_eq!(json["thresholds"], json!({ "overriddenPercent": 50, "fewestShown": 2 }));
    let csv = get(&server, "/reports?format=csv", "").text().unwrap();
    assert!(csv.contains(",2,0,0,2,0,100,yes,<b>=1 (2)"), "{csv}");
    for (language, word) in [("nl", "Terzijde gelegd"), ("en", "Overridden")] {
        let page = get(&server, &format!("/reports?format=html&lang={language}"), "").text().unwrap();
        assert!(page.contains(word) && page.contains(&format!("<html lang=\"{language}\"")), "{page}");
    }
}

#[test]
fn a_report_covers_the_days_that_are_asked_for() {
    let database = Database::sqlite();
    let server = server(&database);
    card(&server);
    written(&server);
    let rules = |query: &str| {
        let json: Value = server.get(&format!("/reports?{query}")).json().unwrap();
        json["rules"].as_array().unwrap().len()
    };
    assert_eq!((rules(""), rules("until=2020-01-01"), rules("since=2020-01-01")), (1, 0, 1));
    for query in ["since=yesterday", "until=2026-02-30", "since=2026-02-03&until=2026-02-02", "format=xml"] {
        let issues = refused(server.get(&format!("/reports?{query}")), 400);
        assert!(!issues[0].message.is_empty() && !issues[0].message.contains("yesterday"));
    }
}

#[test]
fn reports_are_for_listed_staff() {
    let database = Database::sqlite();
    let keys = jwks(&[("ec", &P384)]);
    let start = |is_staff: bool| {
        let client = Client { is_staff, ..client(&keys) };
        server_with(vec![client], |settings| settings.store = Some(database.settings()))
    };
    let (ehr, staff) = (start(false), start(true));
    let token = || Token::new().claim("aud", &json!(format!("{BASE}/reports"))).signed(&P384);
    let ask = |server: &TestServer, token: &str| {
        server.request(reqwest::Method::GET, "/reports").bearer_auth(token).send().unwrap()
    };
    refused(ehr.get("/reports"), 401);
    refused(staff.get("/reports"), 401);
    refused(ask(&ehr, &token()), 403);
    let good = token();
    assert_eq!(ask(&staff, &good).status(), 200);
    refused(ask(&staff, &good), 401);
    // Who may do nothing does not learn whether there is a store.
    let none = server_with(vec![client(&keys)], |_| {});
    refused(ask(&none, &token()), 403);
}
