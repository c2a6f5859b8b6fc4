//! What becomes of cards.

use cellwise::http::Settings;
use cellwise_store::Settings as StoreSettings;
use serde_json::{Value, json};

use super::database::{Database, sql};
use super::{SERVICE, call, card, item, kept, line, report, send, server, state, written};
use crate::helpers::{TestServer, cards, refused};

#[test]
fn cards_are_counted_by_what_became_of_them() {
    for database in Database::all("cards_are_counted_by_what_became_of_them") {
        let server = server(&database);
        let ids: Vec<String> = (0..4).map(|_| card(&server)).collect();
        let accepted = json!({ "outcome": "accepted", "acceptedSuggestions": [{ "id": ids[0] }] });
        let because = json!({ "overrideReason": { "reason": { "system": "s", "code": "patient-refuses" } } });
        kept(&server, &[item(&ids[0], &accepted), item(&ids[1], &because), item(&ids[1], &because)]);
        kept(&server, &[item(&ids[1], &because), item(&ids[2].to_uppercase(), &json!({}))]);
        let report = report(&server);
        let line = line(&report);
        let counts = ["shown", "joined", "accepted", "overridden", "ignored", "overriddenPercent"]
            .map(|name| line[name].as_u64().unwrap());
        assert_eq!(counts, [4, 0, 1, 2, 1, 50], "{report}");
        let mut reasons = line["reasons"].as_array().unwrap().clone();
        reasons.sort_by_key(ToString::to_string);
        assert_eq!(reasons, [json!({ "cards": 1 }), json!({ "system": "s", "code": "patient-refuses", "cards": 1 })]);
        assert_eq!(report["notOnRecord"], json!([]));
        let shown = "SELECT card FROM shown WHERE rule = 'corticosteroid-after-car-t' AND version > 0 AND leads = 1 \
                     AND verdict = 'met' AND indicator = 'critical' AND service = 'cell-therapy-order-safety' \
                     AND hook = 'order-sign' AND client = 'anonymous' AND shown_at > 1700000000000";
        assert_eq!(sql(&database.url, shown), 4);
    }
}

#[test]
fn a_call_that_is_repeated_shows_its_cards_once() {
    let database = Database::sqlite();
    let server = server(&database);
    let body = call();
    for _ in 0..3 {
        cards(server.call(SERVICE, &body));
    }
    assert_eq!(line(&report(&server))["shown"], 1);
}

#[test]
fn feedback_on_a_card_that_is_not_on_record_is_counted_apart() {
    for database in Database::all("feedback_on_a_card_that_is_not_on_record_is_counted_apart") {
        let server = server(&database);
        kept(&server, &[item("4e0a3a1e-3283-4575-ab82-028d55fe2719", &json!({})), item("mevrouw Jansen", &json!({}))]);
        let report = report(&server);
        assert_eq!(report["rules"], json!([]));
        assert_eq!(report["notOnRecord"], json!([{ "client": "anonymous", "isAccepted": false, "cards": 2 }]));
        assert_eq!(sql(&database.url, "SELECT card FROM feedback WHERE card LIKE '%Jansen%'"), 0);
    }
}

#[test]
fn feedback_that_is_none_is_refused_whole() {
    let database = Database::sqlite();
    let server = server(&database);
    let wrong = item("4e0a3a1e-3283-4575-ab82-028d55fe2719", &json!({ "outcome": "ignored" }));
    refused(send(&server, &[item("4e0a3a1e-3283-4575-ab82-028d55fe2719", &json!({})), wrong]), 400);
    assert_eq!(sql(&database.url, "SELECT id FROM feedback"), 0);
    kept(&server, &[]);
}

/// Words planted wherever a call and feedback may hold something of a patient or a user; and the whole file searched.
#[test]
fn nothing_of_a_patient_or_a_user_is_in_the_store() {
    let database = Database::sqlite();
    let server = server(&database);
    let body = call().to_string().replace("\"given\"", "\"x\"").replace("\"family\"", "\"y\"");
    let body: Value = serde_json::from_str(&body).unwrap();
    let patient = body["context"]["patientId"].as_str().unwrap().to_owned();
    let mut body: Value = serde_json::from_str(&body.to_string().replace(&patient, "kanarie1")).unwrap();
    body["context"]["userId"] = json!("Practitioner/kanarie2");
    body["prefetch"]["patient"]["name"] = json!([{ "text": "kanarie3" }]);
    let cards = cards(server.call(SERVICE, &body));
    assert!(cards[0].to_string().contains("dev.cellwise.evaluation"));
    let reason = json!({ "overrideReason": {
        "reason": { "system": "s", "code": "other", "display": "kanarie4" }, "userComment": "kanarie5"
    } });
    kept(&server, &[item(cards[0]["uuid"].as_str().unwrap(), &reason), item("kanarie6", &json!({}))]);
    written(&server);
    assert_eq!(line(&report(&server))["overridden"], 1);
    let mut searched = 0;
    for entry in std::fs::read_dir(&database.folder).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        searched += content.len();
        let text = String::from_utf8_lossy(&content);
        assert!(!text.contains("kanarie"));
    }
    assert!(searched > 10_000, "{searched}");
}

#[test]
fn comments_are_kept_when_a_hospital_wants_them() {
    for database in Database::all("comments_are_kept_when_a_hospital_wants_them") {
        let settings = StoreSettings { comments: true, ..database.settings() };
        let server = TestServer::start(Settings { store: Some(settings), ..Settings::default() });
        let comment = json!({ "overrideReasons": [{ "userComment": "not this\u{0} patient" }] });
        kept(&server, &[item(&card(&server), &comment)]);
        assert_eq!(sql(&database.url, "SELECT comment FROM feedback_comment WHERE comment = 'not this patient'"), 1);
        assert_eq!(state(&server)["feedbackKept"], 1);
    }
}

/// What was shown is written when the server ends, and is there when it starts again.
#[test]
fn what_was_shown_survives_a_restart() {
    for database in Database::all("what_was_shown_survives_a_restart") {
        let settings = || Settings { store: Some(database.settings()), ..Settings::default() };
        let (first, stop) = TestServer::stoppable(settings());
        let ids: Vec<String> = (0..3).map(|_| card(&first)).collect();
        stop.stop();
        let second = TestServer::start(settings());
        kept(&second, &[item(&ids[0], &json!({}))]);
        let report = report(&second);
        assert_eq!((&line(&report)["shown"], &line(&report)["overridden"]), (&json!(3), &json!(1)));
    }
}
