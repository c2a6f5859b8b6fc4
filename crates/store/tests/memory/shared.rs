//! What instances share: tokens and rates.

use std::io::Read as _;
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::time::Duration;

use cellwise_store::{Address, Admission, Call, Failure, Settings, Store};

use crate::databases::{Database, now, run, sql, until};

fn call(jti: &str) -> Call<'_> {
    Call {
        client: "ehr",
        signer: "https://ehr",
        jti,
        until: Duration::from_secs(200),
        now: Duration::from_secs(100),
        per_minute: None,
    }
}

/// Asks until the database answers in time: it need not, and then nothing is known.
fn admitted(store: &Store, jti: &str, change: impl Fn(&mut Call<'_>)) -> Admission {
    for attempt in 0..1000 {
        let jti = if attempt == 0 { jti.to_owned() } else { format!("{jti}-{attempt}") };
        let mut call = call(&jti);
        change(&mut call);
        if let Some(admission) = run(store.admit(call)) {
            return admission;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("it never answers in time");
}

#[test]
fn a_token_is_used_once_by_all_instances_and_restarts() {
    for database in Database::all("a_token_is_used_once_by_all_instances_and_restarts") {
        let (one, other) = (database.open(), database.open());
        assert!(admitted(&one, "a", |_| {}).is_first);
        // Waits until it is told, however long that takes here.
        until("the other knows it", || run(other.admit(call("a"))).is_some_and(|said| !said.is_first));
        run(one.close());
        run(other.close());
        let again = database.open();
        until("it is known after a restart", || run(again.admit(call("a"))).is_some_and(|said| !said.is_first));
        let other = Call { signer: "https://other", ..call("a") };
        assert!(run(again.admit(other)).is_none_or(|said| said.is_first), "signed by another it is new");
        // What has expired may be used again.
        let later = Call { now: Duration::from_secs(200), until: Duration::from_secs(301), ..call("a") };
        assert!(run(again.admit(later)).is_none_or(|said| said.is_first));
    }
}

#[test]
fn a_rate_holds_over_all_instances() {
    let Some(database) = Database::postgres("a_rate_holds_over_all_instances") else { return };
    let (one, other) = (database.open(), database.open());
    let limited = |call: &mut Call<'_>| call.per_minute = NonZeroU32::new(3);
    // When the database does not answer in time nothing is known of a call, and it counts all the same: another client tries.
    let answered = (0..100).find_map(|trial| {
        let client = format!("ehr-{trial}");
        let ask = |place: usize| {
            let store = if place.is_multiple_of(2) { &one } else { &other };
            let jti = format!("{trial}-{place}");
            run(store.admit(Call { client: &client, per_minute: NonZeroU32::new(3), ..call(&jti) }))
        };
        until("calls wait for the database", || one.state().answers_in_time && other.state().answers_in_time);
        (0..6).map(ask).collect::<Option<Vec<_>>>()
    });
    let answered = answered.expect("it never answers in time");
    assert!(answered.iter().all(|said| said.is_first));
    let waits: Vec<Duration> = answered.iter().filter_map(|said| said.retry_after).collect();
    // Three in a minute: the next in twenty seconds at the latest.
    assert!(waits.len() == 3 && waits.iter().all(|wait| *wait <= Duration::from_secs(20)), "{waits:?}");
    // A token that was used before does not count: who copies it must not use up what its client may send.
    admitted(&one, "t", limited);
    let next = || sql(&database.url, "SELECT next_at FROM request_rate WHERE client = 'ehr'");
    let before: i64 = sqlx::Row::get(&next()[0], 0);
    for _ in 0..3 {
        let mut again = call("t");
        limited(&mut again);
        assert!(run(one.admit(again)).is_none_or(|said| !said.is_first));
    }
    assert_eq!(before, sqlx::Row::get::<i64, _>(&next()[0], 0));
    // Another client has its own.
    let other_client = |call: &mut Call<'_>| {
        limited(call);
        call.client = "other";
    };
    assert_eq!(admitted(&one, "u", other_client).retry_after, None);
    // A time that can't be is that of a clock that was set back.
    sql(&database.url, "UPDATE request_rate SET next_at = next_at + 3600000000");
    assert_eq!(admitted(&one, "v", limited).retry_after, None);
}

#[test]
fn what_has_expired_is_forgotten() {
    for database in Database::all("what_has_expired_is_forgotten") {
        let store = database.open();
        admitted(&store, "expired", |_| {});
        admitted(&store, "live", |call| call.until = Duration::from_hours(600_000));
        run(store.close());
        let _store = database.open();
        let tokens = |which: &str| sql(&database.url, &format!("SELECT id FROM used_token WHERE {which}")).len();
        until("what has expired is gone", || tokens(&format!("id <> 'probe' AND valid_until <= {}", now())) == 0);
        assert!(tokens("id <> 'probe'") > 0);
    }
}

/// A server that takes connections and says nothing.
#[test]
fn a_store_that_hangs_is_gone_on_without() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("postgres://a@{}/b?sslmode=disable", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 64]);
            held.push(stream);
        }
    });
    let address = Address::parse(&address, "".as_ref()).unwrap();
    let settings = Settings { address, comments: false, keep_comments_for: Duration::from_secs(1) };
    let store = Store::open(settings, now).unwrap();
    for attempt in 0..10 {
        assert_eq!(run(store.admit(call(&attempt.to_string()))), None);
    }
    let state = store.state();
    assert!(!state.is_connected && !state.answers_in_time, "{state:?}");
    // Nobody waits after the third.
    assert_eq!((state.asked, state.decided_locally, state.cut_short), (10, 10, 3));
    assert!(run(store.feedback(Vec::new())).is_err());
    run(store.close());
}

/// What nobody answers at may come back, what is wrong does not.
#[test]
fn only_what_waiting_does_not_mend_stops_the_start() {
    let open = |url: &str| {
        let address = Address::parse(url, "".as_ref()).unwrap();
        Store::open(Settings { address, comments: false, keep_comments_for: Duration::from_secs(1) }, now)
    };
    assert!(open("postgres://a@127.0.0.1:1/b").is_ok());
    assert_eq!(open("sqlite:/no/such/folder/cellwise.db").err(), Some(Failure::Missing));
    let database = Database::sqlite();
    let file = database.url.strip_prefix("sqlite:").unwrap();
    std::fs::write(file, "no database, but long enough to be looked at as one".repeat(100)).unwrap();
    assert_eq!(open(&database.url).err(), Some(Failure::OtherTables));
    for database in Database::all("only_what_waiting_does_not_mend_stops_the_start") {
        sql(&database.url, "CREATE TABLE shown (something TEXT)");
        assert_eq!(open(&database.url).err(), Some(Failure::OtherTables));
    }
    let Some(database) = Database::postgres("only_what_waiting_does_not_mend_stops_the_start") else { return };
    assert_eq!(open(&format!("{}_not", database.url)).err(), Some(Failure::Missing));
}
