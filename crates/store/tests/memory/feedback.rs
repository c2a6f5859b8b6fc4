//! What was shown, and what became of it.

use std::time::Duration;

use cellwise_store::{Counted, Feedback, Outcomes, ReasonCode, Settings, Shown, ShownRule, Store, Unavailable};
use uuid::Uuid;

use crate::databases::{ALWAYS, Database, NOW, run, sql, until};

fn rule(card: Uuid, rule: &'static str, leads: bool) -> ShownRule {
    ShownRule { card, rule, version: 2, leads, verdict: "met", indicator: "warning" }
}

fn shown(client: &str, rules: Vec<ShownRule>) -> Shown {
    Shown { client: client.to_owned(), service: "safety".to_owned(), hook: "order-sign", at: NOW, rules }
}

fn overridden(card: Uuid) -> Feedback {
    Feedback {
        client: "ehr".to_owned(),
        service: "safety".to_owned(),
        card,
        is_accepted: false,
        at: NOW,
        received: NOW,
        reasons: Vec::new(),
        comment: None,
    }
}

fn reason(code: &str) -> ReasonCode {
    ReasonCode { system: "https://example.org".to_owned(), code: code.to_owned() }
}

/// Shows cards, and waits until they are written.
fn show(store: &Store, shown: Vec<Shown>) {
    for shown in shown {
        store.shown(shown);
    }
    until("what was shown is written", || store.state().queued == 0);
}

fn outcomes(counted: &Counted, rule: &str) -> Outcomes {
    let mut all = Outcomes::default();
    for line in counted.lines.iter().filter(|line| line.rule == rule) {
        all.shown += line.outcomes.shown;
        all.joined += line.outcomes.joined;
        all.accepted += line.outcomes.accepted;
        all.overridden += line.outcomes.overridden;
        all.ignored += line.outcomes.ignored;
    }
    all
}

fn report(store: &Store) -> Counted {
    run(store.report(ALWAYS)).unwrap()
}

#[test]
fn cards_are_counted_by_what_became_of_them() {
    for database in Database::all("cards_are_counted_by_what_became_of_them") {
        let store = database.open();
        let cards: Vec<Uuid> = (0..5).map(|_| Uuid::new_v4()).collect();
        let mut calls: Vec<Shown> = cards.iter().map(|card| shown("ehr", vec![rule(*card, "a", true)])).collect();
        // The first card has a second rule; the call that showed the second was repeated.
        calls.push(shown("ehr", vec![rule(cards[0], "b", false)]));
        calls.push(shown("ehr", vec![rule(cards[1], "a", true)]));
        show(&store, calls);
        let accepted = Feedback { is_accepted: true, ..overridden(cards[2]) };
        // Changed their mind: the later one counts, whichever came first.
        let changed = [
            Feedback { at: NOW + 5, is_accepted: true, ..overridden(cards[3]) },
            Feedback { reasons: vec![reason("c")], ..overridden(cards[3]) },
        ];
        run(store.feedback(vec![overridden(cards[0]), accepted])).unwrap();
        run(store.feedback(changed.to_vec())).unwrap();
        let counted = report(&store);
        let (a, b) = (outcomes(&counted, "a"), outcomes(&counted, "b"));
        assert_eq!(a, Outcomes { shown: 5, joined: 0, accepted: 2, overridden: 1, ignored: 2 }, "{}", database.url);
        assert_eq!(b, Outcomes { shown: 1, joined: 1, accepted: 0, overridden: 1, ignored: 0 });
        // No reason was given for the one that counts.
        let reasons: Vec<_> = counted.lines.iter().flat_map(|line| &line.reasons).collect();
        assert!(reasons.iter().all(|reason| reason.code.is_none() && reason.cards == 1), "{reasons:?}");
        assert_eq!(reasons.len(), 2);
        assert_eq!(counted.unrecorded, []);
        let state = store.state();
        assert_eq!((state.written, state.dropped, state.feedback_kept, state.is_connected), (7, 0, 4, true));
    }
}

#[test]
fn the_same_feedback_counts_once_and_all_reasons_are_kept() {
    for database in Database::all("the_same_feedback_counts_once_and_all_reasons_are_kept") {
        let store = database.open();
        let card = Uuid::new_v4();
        show(&store, vec![shown("ehr", vec![rule(card, "a", true)])]);
        let first = Feedback { reasons: vec![reason("x")], ..overridden(card) };
        let second = Feedback { reasons: vec![reason("x"), reason("y")], ..overridden(card) };
        run(store.feedback(vec![first.clone(), first.clone()])).unwrap();
        run(store.feedback(vec![first, second])).unwrap();
        let counted = report(&store);
        assert_eq!(outcomes(&counted, "a").overridden, 1);
        let mut reasons: Vec<_> = counted.lines.iter().flat_map(|line| &line.reasons).collect();
        reasons.sort();
        let reasons: Vec<_> = reasons.iter().map(|reason| (reason.code.as_deref().unwrap(), reason.cards)).collect();
        assert_eq!(reasons, [("x", 1), ("y", 1)]);
        let rows = sql(&database.url, "SELECT id FROM feedback");
        assert_eq!(rows.len(), 1);
    }
}

#[test]
fn feedback_on_what_is_not_on_record_is_counted_apart() {
    for database in Database::all("feedback_on_what_is_not_on_record_is_counted_apart") {
        let store = database.open();
        let card = Uuid::new_v4();
        show(&store, vec![shown("other", vec![rule(card, "a", true)])]);
        run(store.feedback(vec![overridden(card), overridden(Uuid::new_v4())])).unwrap();
        let counted = report(&store);
        // It was shown to another client.
        assert_eq!(outcomes(&counted, "a").ignored, 1);
        let [unrecorded] = counted.unrecorded.as_slice() else { panic!("{:?}", counted.unrecorded) };
        assert_eq!((unrecorded.client.as_str(), unrecorded.is_accepted, unrecorded.cards), ("ehr", false, 2));
        // Feedback may be there before the card is.
        show(&store, vec![shown("ehr", vec![rule(card, "a", true)])]);
        let counted = report(&store);
        assert_eq!((outcomes(&counted, "a").overridden, counted.unrecorded[0].cards), (1, 1));
    }
}

#[test]
fn comments_are_kept_by_setting_and_not_for_ever() {
    for database in Database::all("comments_are_kept_by_setting_and_not_for_ever") {
        let comments = || sql(&database.url, "SELECT comment FROM feedback_comment").len();
        let day = 24 * 60 * 60 * 1000;
        let new = || Feedback { comment: Some("new\0".to_owned()), ..overridden(Uuid::new_v4()) };
        let old = Feedback { received: NOW - day - 1, ..new() };
        let store = database.open();
        run(store.feedback(vec![new()])).unwrap();
        assert_eq!(comments(), 0, "off by default");
        run(store.close());
        let longer = Duration::from_hours(48);
        let settings = Settings { comments: true, keep_comments_for: longer, ..database.settings() };
        let store = Store::open(settings, crate::databases::now).unwrap();
        run(store.feedback(vec![new(), old])).unwrap();
        assert_eq!(comments(), 2);
        run(store.close());
        // Whether or not further ones are kept: those that are there have their time.
        let store = database.open();
        until("the old one is deleted", || comments() == 1);
        run(store.close());
    }
}

#[test]
fn what_was_shown_is_written_before_the_end() {
    for database in Database::all("what_was_shown_is_written_before_the_end") {
        let store = database.open();
        let rules = (0..1000).map(|_| rule(Uuid::new_v4(), "a", true)).collect();
        store.shown(shown("ehr", rules));
        run(store.close());
        assert_eq!(sql(&database.url, "SELECT card FROM shown").len(), 1000);
        // Afterwards nobody writes.
        assert_eq!(run(store.feedback(vec![overridden(Uuid::new_v4())])), Err(Unavailable));
    }
}

/// A file that can't be written to any more: what is shown waits, feedback is refused, and it goes on by itself.
#[test]
fn a_store_that_refuses_is_told_of_and_mends() {
    for database in Database::all("a_store_that_refuses_is_told_of_and_mends") {
        let store = database.open();
        sql(&database.url, "ALTER TABLE feedback RENAME TO elsewhere");
        assert_eq!(run(store.feedback(vec![overridden(Uuid::new_v4())])), Err(Unavailable));
        let state = store.state();
        assert!(!state.is_connected && state.failures > 0 && state.last_failure.is_some(), "{state:?}");
        sql(&database.url, "ALTER TABLE elsewhere RENAME TO feedback");
        until("it mends", || store.state().is_connected);
        run(store.feedback(vec![overridden(Uuid::new_v4())])).unwrap();
        assert_eq!(store.state().feedback_refused, 1);
    }
}

/// As much as a body may hold is kept in time.
#[test]
fn thousands_of_items_are_kept_at_once() {
    for database in Database::all("thousands_of_items_are_kept_at_once") {
        let store = database.open();
        let item = || Feedback { reasons: vec![reason("x"), reason("y")], ..overridden(Uuid::new_v4()) };
        let items: Vec<Feedback> = (0..3000).map(|_| item()).collect();
        until("they are kept", || run(store.feedback(items.clone())).is_ok());
        assert_eq!(sql(&database.url, "SELECT id FROM feedback").len(), 3000);
        assert_eq!(sql(&database.url, "SELECT code FROM feedback_reason").len(), 6000);
    }
}
