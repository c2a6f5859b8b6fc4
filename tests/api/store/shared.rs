//! What instances share.

use std::num::NonZeroU32;

use cellwise::client::Client;
use cellwise::http::Settings;

use super::database::{Database, until};
use super::state;
use crate::auth::token::{P384, Token, jwks};
use crate::auth::{call_with, client, server_with};
use crate::helpers::{TestServer, cards, refused};

fn instance(database: &Database, per_minute: Option<u32>) -> TestServer {
    let client =
        Client { requests_per_minute: per_minute.and_then(NonZeroU32::new), ..client(&jwks(&[("ec", &P384)])) };
    server_with(vec![client], |settings: &mut Settings| settings.store = Some(database.settings()))
}

/// Waits until the database has answered one call in time: it need not at each, and then an instance goes by its own memory.
fn is_shared(server: &TestServer) {
    until("the database answers in time", || {
        let before = state(server)["decidedLocally"].clone();
        cards(call_with(server, &Token::new().signed(&P384)));
        state(server)["decidedLocally"] == before
    });
}

#[test]
fn a_token_is_good_once_at_two_instances() {
    let Some(database) = Database::postgres("a_token_is_good_once_at_two_instances") else { return };
    let (one, other) = (instance(&database, None), instance(&database, None));
    for _ in 0..50 {
        is_shared(&one);
        is_shared(&other);
        let token = Token::new().signed(&P384);
        let locally = || (state(&one)["decidedLocally"].clone(), state(&other)["decidedLocally"].clone());
        let before = locally();
        let answers = [call_with(&one, &token).status().as_u16(), call_with(&other, &token).status().as_u16()];
        if locally() == before {
            assert_eq!(answers, [200, 401]);
            return;
        }
    }
    panic!("the database never answered in time");
}

#[test]
fn a_token_is_good_once_before_and_after_a_restart() {
    for database in Database::all("a_token_is_good_once_before_and_after_a_restart") {
        let client = || client(&jwks(&[("ec", &P384)]));
        let settings = || Settings {
            store: Some(database.settings()),
            base_url: Some(crate::auth::token::BASE.parse().unwrap()),
            callers: cellwise::client::Callers::Listed(vec![client()]),
            ..Settings::default()
        };
        let (first, stop) = TestServer::stoppable(settings());
        let tokens: Vec<String> = (0..20).map(|_| Token::new().signed(&P384)).collect();
        for token in &tokens {
            cards(call_with(&first, token));
        }
        stop.stop();
        let second = TestServer::start(settings());
        let mut answers = Vec::new();
        for token in &tokens {
            let before = state(&second)["decidedLocally"].clone();
            let status = call_with(&second, token).status().as_u16();
            // Where the database did not answer in time, nothing is known of it.
            if state(&second)["decidedLocally"] == before {
                answers.push(status);
            }
        }
        assert!(!answers.is_empty() && answers.iter().all(|status| *status == 401), "{answers:?}");
    }
}

#[test]
fn a_client_sends_no_more_than_it_may_to_all_instances() {
    for _ in 0..10 {
        let Some(database) = Database::postgres("a_client_sends_no_more_than_it_may_to_all_instances") else { return };
        let (one, other) = (instance(&database, Some(10)), instance(&database, Some(10)));
        // Fewer at each than it may send to one.
        let answers: Vec<_> = (0..18)
            .map(|place| call_with(if place % 2 == 0 { &one } else { &other }, &Token::new().signed(&P384)))
            .collect();
        if [&one, &other].iter().any(|server| state(server)["decidedLocally"] != 0) {
            // The database did not answer each of them in time: an instance has let in more by itself.
            continue;
        }
        let (good, refusals): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status() == 200);
        // One comes back every six seconds.
        assert!(!refusals.is_empty() && good.len() >= 10, "{} good", good.len());
        for answer in refusals {
            assert!(answer.headers().contains_key("retry-after"));
            refused(answer, 429);
        }
        return;
    }
    panic!("the database never answered in time");
}
