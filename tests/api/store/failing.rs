//! A store that hangs, is gone or comes back: cards are as they were, and nothing is acknowledged that is not kept.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use cellwise::http::Settings;
use serde_json::{Value, json};

use super::database::{Database, settings, until};
use super::{SERVICE, call, card, item, kept, line, report, send, server, state};
use crate::auth::token::{P384, Token, jwks};
use crate::auth::{call_with, client, server_with};
use crate::helpers::{SERVER, TestServer, cards, refused};

/// Stands before a database, and can be told to cut or to hold what passes.
struct Passage {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    is_held: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Passage {
    fn to(target: &str) -> Self {
        let target = target.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let passage = Self {
            address: listener.local_addr().unwrap(),
            is_cut: Arc::default(),
            is_held: Arc::default(),
            open: Arc::default(),
        };
        let (is_cut, is_held, open) =
            (Arc::clone(&passage.is_cut), Arc::clone(&passage.is_held), Arc::clone(&passage.open));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let near = stream.unwrap();
                if is_cut.load(Ordering::Relaxed) {
                    continue;
                }
                let far = TcpStream::connect(&target).unwrap();
                open.lock().unwrap().push(near.try_clone().unwrap());
                for (from, to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                    let is_held = Arc::clone(&is_held);
                    thread::spawn(move || pass(from, to, &is_held));
                }
            }
        });
        passage
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, is_held: &AtomicBool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        while is_held.load(Ordering::Relaxed) {
            thread::sleep(std::time::Duration::from_millis(5));
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Accepts connections and never says anything.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    format!("postgres://cellwise@{address}/cellwise?sslmode=disable")
}

/// The same call at a server without a store.
#[track_caller]
fn as_without(server: &TestServer, body: &Value) {
    let expected = cards(SERVER.call(SERVICE, body));
    let strip = |mut cards: Vec<Value>| {
        for card in &mut cards {
            card["extension"]["dev.cellwise.evaluation"]["asOf"] = Value::Null;
        }
        cards
    };
    assert_eq!(strip(cards(server.call(SERVICE, body))), strip(expected));
}

#[test]
fn a_store_that_hangs_changes_no_card() {
    let store = Some(settings(&silent()));
    let server = TestServer::start(Settings { store: store.clone(), ..Settings::default() });
    for _ in 0..5 {
        as_without(&server, &call());
    }
    let response = send(&server, &[item(&card(&server), &json!({}))]);
    assert_eq!(response.headers()["retry-after"], "5");
    refused(response, 503);
    refused(server.get("/reports"), 503);
    let state = state(&server);
    assert_eq!((&state["status"], &state["queued"]), (&json!("unavailable"), &json!(6)), "{state}");
    // With tokens, too: this instance goes by its own memory.
    let closed = server_with(vec![client(&jwks(&[("ec", &P384)]))], |settings| settings.store = store);
    for _ in 0..10 {
        let token = Token::new().signed(&P384);
        cards(call_with(&closed, &token));
        refused(call_with(&closed, &token), 401);
    }
    let state = super::state(&closed);
    assert_eq!((&state["decidedLocally"], &state["waitsCutShort"]), (&json!(10), &json!(3)), "{state}");
}

#[test]
fn a_store_that_is_gone_may_come_back() {
    let Some(database) = Database::postgres("a_store_that_is_gone_may_come_back") else { return };
    let place = database.url.split(['@', '/']).find(|part| part.contains("127.0.0.1:")).unwrap().to_owned();
    for hold in [false, true] {
        let passage = Passage::to(&place);
        let url = database.url.replace(&place, &passage.address.to_string());
        let keys = jwks(&[("ec", &P384)]);
        let server = TestServer::start(Settings { store: Some(settings(&url)), ..Settings::default() });
        let closed = server_with(vec![client(&keys)], |of| of.store = Some(settings(&url)));
        let known = card(&server);
        kept(&server, &[item(&known, &json!({}))]);
        if hold {
            passage.is_held.store(true, Ordering::Relaxed);
        } else {
            passage.cut();
        }
        let mut acknowledged = 0;
        for _ in 0..10 {
            as_without(&server, &call());
            cards(call_with(&closed, &Token::new().signed(&P384)));
            acknowledged += usize::from(send(&server, &[item(&card(&server), &json!({}))]).status() == 200);
        }
        assert_eq!(acknowledged, 0, "nothing is kept by a store that is away");
        passage.is_held.store(false, Ordering::Relaxed);
        passage.is_cut.store(false, Ordering::Relaxed);
        until("it is back", || state(&server)["status"] == "ready");
        kept(&server, &[item(&known, &json!({ "outcomeTimestamp": "2026-11-03T09:00:00Z" }))]);
        // What was shown meanwhile has waited.
        let report = report(&server);
        let state = state(&server);
        assert_eq!(state["dropped"], 0, "{state}");
        assert!(line(&report)["shown"].as_u64().unwrap() >= 21, "{report}");
        until("tokens are shared again", || {
            cards(call_with(&closed, &Token::new().signed(&P384)));
            super::state(&closed)["status"] == "ready"
        });
    }
}

/// Feedback that waits takes no place from a call.
#[test]
fn feedback_that_waits_for_the_store_holds_up_no_card() {
    let Some(database) = Database::postgres("feedback_that_waits_for_the_store_holds_up_no_card") else { return };
    let place = database.url.split(['@', '/']).find(|part| part.contains("127.0.0.1:")).unwrap().to_owned();
    let passage = Passage::to(&place);
    let url = database.url.replace(&place, &passage.address.to_string());
    let store = Some(settings(&url));
    let server = TestServer::start(Settings { store, most_requests: 1, ..Settings::default() });
    let id = card(&server);
    until("it is written", || state(&server)["queued"] == 0);
    passage.is_held.store(true, Ordering::Relaxed);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| send(&server, &[item(&id, &json!({}))]).status().as_u16());
        until("calls are answered", || server.call(SERVICE, &call()).status() == 200);
        assert_eq!(waiting.join().unwrap(), 503);
    });
    // What was not acknowledged may have been kept all the same, and is kept once.
    passage.is_held.store(false, Ordering::Relaxed);
    until("it is kept in the end", || send(&server, &[item(&id, &json!({}))]).status() == 200);
    assert_eq!(line(&report(&server))["overridden"], 1);
}

/// A store that refuses what it is given, as one does that somebody changed.
#[test]
fn a_store_that_refuses_changes_no_card() {
    let database = Database::sqlite();
    let server = server(&database);
    card(&server);
    until("it is written", || state(&server)["queued"] == 0);
    super::database::sql(&database.url, "ALTER TABLE shown RENAME TO away; ALTER TABLE feedback RENAME TO elsewhere");
    as_without(&server, &call());
    refused(send(&server, &[item(&card(&server), &json!({}))]), 503);
    until("it is noticed", || state(&server)["status"] == "unavailable" && state(&server)["failures"] != 0);
    until("what can't be written is dropped, and counted", || state(&server)["dropped"].as_u64().unwrap() >= 1);
    as_without(&server, &call());
}
