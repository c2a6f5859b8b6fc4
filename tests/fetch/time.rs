//! No call waits longer than it may, and no client takes all the places.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cellwise::client::Client;
use cellwise::gather::{FetchError, FetchSettings, Gatherer};
use futures_util::future::{join, join_all};
use serde_json::json;

use crate::ehr::{Ehr, LONG, Raw, Then, access, client, error_of, fhir, needs, page, patient};

const DEADLINE: Duration = Duration::from_millis(300);

/// The shortest of five tries: a busy machine makes calls longer, never shorter.
async fn best_of_five(call: impl AsyncFn()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        call().await;
        best = best.min(started.elapsed());
    }
    best
}

fn is_at_the_deadline(elapsed: Duration) -> bool {
    (DEADLINE..=DEADLINE + Duration::from_millis(50)).contains(&elapsed)
}

#[actix_web::test]
async fn a_server_that_never_answers_costs_the_deadline_and_no_more() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"resourceType\":"]
    {
        let raw = Raw::start(answer, Then::KeepQuiet);
        let (client, access) = raw.client();
        let gatherer = Gatherer::new(FetchSettings::default(), std::slice::from_ref(&client)).unwrap();
        let queries = ["Patient/1", "Condition?patient=1", "Procedure?patient=1", "ServiceRequest?patient=1"];
        let best = best_of_five(async || {
            let gathered = gatherer.gather(&client, &access, &needs(&queries), Instant::now() + DEADLINE).await;
            for gathered in gathered {
                assert_eq!(error_of(gathered), FetchError::TooLate);
            }
        })
        .await;
        assert!(is_at_the_deadline(best), "{best:?}");
        assert!(raw.requests.load(Ordering::Relaxed) >= 20);
    }
}

#[actix_web::test]
async fn a_server_that_drips_costs_the_deadline_and_no_more() {
    // Endless, and never as large as the limit.
    let raw = Raw::start(b"HTTP/1.1 200 OK\r\n\r\n{\"resourceType\":\"Patient\",\"x\":\"", Then::Repeat(b"x"));
    let settings = || FetchSettings { most_bytes: usize::MAX, ..FetchSettings::default() };
    let best = best_of_five(async || {
        assert_eq!(error_of(raw.fetch(settings(), DEADLINE).await), FetchError::TooLate);
    })
    .await;
    // A new gatherer for each try takes a moment, too.
    assert!(best >= DEADLINE && best < DEADLINE * 3, "{best:?}");
}

#[actix_web::test]
async fn an_answer_just_in_time_counts_and_one_just_too_late_does_not() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_millis(150))).await;
    ehr.answers("Patient/2", fhir(&patient("2")).set_delay(Duration::from_millis(1300))).await;
    let deadline = Duration::from_millis(1200);
    let gathered = ehr.gather(&access(&ehr.base()), &["Patient/1", "Patient/2"], deadline).await;
    assert!(gathered[0].is_ok());
    assert_eq!(gathered[1].as_ref().unwrap_err(), &FetchError::TooLate);
}

#[actix_web::test]
async fn a_deadline_that_has_passed_is_too_late() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_millis(100))).await;
    let gathered = ehr.gather(&access(&ehr.base()), &["Patient/1"], Duration::ZERO).await.remove(0);
    assert_eq!(error_of(gathered), FetchError::TooLate);
}

#[actix_web::test]
async fn ten_needs_take_the_time_of_one() {
    let ehr = Ehr::with(FetchSettings { cache_for: Duration::ZERO, ..FetchSettings::default() }).await;
    ehr.answers("Condition", fhir(&page(&["a"], &json!([]))).set_delay(Duration::from_millis(100))).await;
    let queries: Vec<String> = (0..10).map(|number| format!("Condition?patient={number}")).collect();
    let queries: Vec<&str> = queries.iter().map(String::as_str).collect();
    let best = best_of_five(async || {
        assert!(ehr.gather(&access(&ehr.base()), &queries, LONG).await.iter().all(Result::is_ok));
    })
    .await;
    assert!(best < Duration::from_millis(400), "{best:?}");
}

#[actix_web::test]
async fn a_client_with_too_many_calls_gets_no_more_at_once() {
    let quiet = Raw::start(b"", Then::KeepQuiet);
    let (slow, slow_access) = quiet.client();
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    let quick = Client { id: "quick".to_owned(), ..client(&[&ehr.base()]) };
    let settings = FetchSettings { concurrent_calls: 2, ..FetchSettings::default() };
    let gatherer = Gatherer::new(settings, &[slow.clone(), quick.clone()]).unwrap();
    let queries = needs(&["Patient/1", "Condition?patient=1"]);

    let deadline = Instant::now() + Duration::from_secs(2);
    let waiting = join_all((0..2).map(|_| gatherer.gather(&slow, &slow_access, &queries, deadline)));
    let others = async {
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
        let started = Instant::now();
        for gathered in gatherer.gather(&slow, &slow_access, &queries, deadline).await {
            assert_eq!(error_of(gathered), FetchError::Busy);
        }
        let gathered = gatherer.gather(&quick, &access(&ehr.base()), &needs(&["Patient/1"]), deadline).await;
        assert!(gathered[0].is_ok());
        started.elapsed()
    };
    let (waited, elapsed) = join(waiting, others).await;
    assert!(waited.into_iter().flatten().all(|gathered| error_of(gathered) == FetchError::TooLate));
    assert!(elapsed < Duration::from_secs(1), "{elapsed:?}");
    // The places are free again.
    let deadline = Instant::now() + Duration::from_millis(100);
    let gathered = gatherer.gather(&slow, &slow_access, &queries, deadline).await;
    assert_eq!(gathered[0].as_ref().unwrap_err(), &FetchError::TooLate);
}
