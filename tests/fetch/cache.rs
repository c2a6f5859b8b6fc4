//! What may be used again, and by whom.

use std::time::{Duration, Instant};

use cellwise::client::Client;
use cellwise::gather::{FetchError, FetchSettings, Gatherer};
use futures_util::future::{join, join_all};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::ehr::{Ehr, LONG, access, access_with, error_of, fhir, json_of, needs, next, page, patient};

#[actix_web::test]
async fn the_same_token_asks_once() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    ehr.answers("Condition", fhir(&page(&["a"], &json!([])))).await;
    for _ in 0..3 {
        let gathered = ehr.gather(&access(&ehr.base()), &["Patient/1", "Condition?patient=1"], LONG).await;
        assert_eq!(json_of(&gathered[0]), patient("1"));
        assert_eq!(json_of(&gathered[1]), page(&["a"], &json!([])));
    }
    // The slash at the end is no other server.
    ehr.fetch_from(&format!("{}/", ehr.base())).await.unwrap();
    assert_eq!(ehr.requests().await.len(), 2);
}

#[actix_web::test]
async fn whatever_differs_asks_again() {
    let ehr = Ehr::start().await;
    for place in ["Patient/1", "Patient/2"] {
        ehr.answers(place, fhir(&patient(place.trim_start_matches("Patient/")))).await;
    }
    ehr.answers("Condition", fhir(&page(&["a"], &json!([])))).await;
    ehr.answers("tenant/Condition", fhir(&page(&["b"], &json!([])))).await;
    let base = ehr.base();
    let tenant = format!("{base}/tenant");
    let calls = [
        (access(&base), "Patient/1"),
        (access(&base), "Patient/2"),
        (access_with(&base, "another-token"), "Patient/1"),
        (access_with(&base, "a-toke"), "Patient/1"),
        (access(&base), "Condition?patient=1"),
        (access(&base), "Condition?patient=2"),
        (access(&base), "Condition?patient=1&code=1"),
        (access(&tenant), "Condition?patient=1"),
    ];
    for _ in 0..2 {
        for (access, query) in &calls {
            ehr.fetch_with(access, query).await.unwrap();
        }
    }
    assert_eq!(ehr.requests().await.len(), calls.len());
    assert_eq!(crate::ehr::ids(&json_of(&ehr.fetch_with(&access(&tenant), "Condition?patient=1").await)), ["b"]);
}

#[actix_web::test]
async fn a_token_never_reads_what_another_fetched() {
    let ehr = Ehr::start().await;
    ehr.answers_once("Patient/1", fhir(&patient("1"))).await;
    ehr.answers("Patient/1", ResponseTemplate::new(403)).await;
    ehr.fetch("Patient/1").await.unwrap();
    let other = access_with(&ehr.base(), "without-rights");
    assert_eq!(error_of(ehr.fetch_with(&other, "Patient/1").await), FetchError::Status(403));
    ehr.fetch("Patient/1").await.unwrap();
}

#[actix_web::test]
async fn a_client_never_reads_what_another_fetched() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    let other = Client { id: "other".to_owned(), ..ehr.client.clone() };
    let gatherer = Gatherer::new(FetchSettings::default(), &[ehr.client.clone(), other.clone()]).unwrap();
    for client in [&ehr.client, &other, &ehr.client, &other] {
        let access = access(&ehr.base());
        gatherer.gather(client, &access, &needs(&["Patient/1"]), Instant::now() + LONG).await.remove(0).unwrap();
    }
    assert_eq!(ehr.requests().await.len(), 2);
}

#[actix_web::test]
async fn only_what_came_whole_is_kept() {
    let outcome = json!({"resourceType": "OperationOutcome"});
    let with_outcome = json!({"resourceType": "Bundle", "entry": [{"resource": outcome}]});
    for answer in [
        ResponseTemplate::new(401),
        ResponseTemplate::new(404),
        ResponseTemplate::new(500),
        ResponseTemplate::new(200).set_body_string("{"),
        fhir(&outcome),
        fhir(&with_outcome),
        fhir(&patient("1")),
        fhir(&page(&["a"], &next("https://elsewhere.example/?page=2"))),
        fhir(&page(&["a"], &json!([{"relation": "next"}]))),
    ] {
        let ehr = Ehr::start().await;
        ehr.answers("Condition", answer).await;
        let _ = ehr.fetch("Condition?patient=1").await;
        ehr.server.reset().await;
        ehr.answers("Condition", fhir(&page(&["b"], &json!([])))).await;
        assert_eq!(json_of(&ehr.fetch("Condition?patient=1").await), page(&["b"], &json!([])));
    }
}

#[actix_web::test]
async fn twenty_at_a_time_ask_once() {
    let ehr = Ehr::start().await;
    ehr.answers("Condition", fhir(&page(&["a"], &json!([]))).set_delay(Duration::from_millis(100))).await;
    let calls = join_all((0..20).map(|_| ehr.fetch("Condition?patient=1"))).await;
    assert!(calls.iter().all(|gathered| json_of(gathered) == page(&["a"], &json!([]))));
    assert_eq!(ehr.requests().await.len(), 1);
}

#[actix_web::test]
async fn twenty_tokens_at_a_time_ask_twenty_times() {
    let ehr = Ehr::start().await;
    ehr.answers("Condition", fhir(&page(&["a"], &json!([]))).set_delay(Duration::from_millis(100))).await;
    let tokens: Vec<_> = (0..20).map(|number| access_with(&ehr.base(), &format!("token-{number}"))).collect();
    let calls = join_all(tokens.iter().map(|access| ehr.fetch_with(access, "Condition?patient=1"))).await;
    assert!(calls.iter().all(Result::is_ok));
    let sent: std::collections::BTreeSet<_> =
        ehr.requests().await.iter().map(|request| request.headers["authorization"].as_bytes().to_vec()).collect();
    assert_eq!(sent.len(), 20);
}

#[actix_web::test]
async fn off_by_setting_every_call_asks() {
    for settings in [
        FetchSettings { cache_for: Duration::ZERO, ..FetchSettings::default() },
        FetchSettings { cache_bytes: 0, ..FetchSettings::default() },
    ] {
        let ehr = Ehr::with(settings).await;
        ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_millis(50))).await;
        join(ehr.fetch("Patient/1"), ehr.fetch("Patient/1")).await.0.unwrap();
        ehr.fetch("Patient/1").await.unwrap();
        assert_eq!(ehr.requests().await.len(), 3);
    }
}

#[actix_web::test]
async fn what_is_kept_expires() {
    let ehr = Ehr::with(FetchSettings { cache_for: Duration::from_millis(100), ..FetchSettings::default() }).await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    ehr.fetch("Patient/1").await.unwrap();
    actix_web::rt::time::sleep(Duration::from_millis(150)).await;
    ehr.fetch("Patient/1").await.unwrap();
    assert_eq!(ehr.requests().await.len(), 2);
}

#[actix_web::test]
async fn the_cache_does_not_grow_past_its_size() {
    let ehr = Ehr::with(FetchSettings { cache_bytes: 10_000, ..FetchSettings::default() }).await;
    let large = json!({"resourceType": "Medication", "id": "1", "x": "x".repeat(20_000)});
    ehr.answers("Medication/1", fhir(&large)).await;
    for _ in 0..3 {
        ehr.fetch("Medication/1").await.unwrap();
        // Entries leave in the background.
        actix_web::rt::time::sleep(Duration::from_millis(400)).await;
        ehr.fetch("Patient/1").await.unwrap_err();
    }
    let asked = ehr.requests().await.iter().filter(|request| request.url.path() == "/fhir/Medication/1").count();
    assert!(asked > 1, "{asked}");
}

#[actix_web::test]
async fn a_call_out_of_time_does_not_fail_one_with_time_left() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_millis(400))).await;
    let access = access(&ehr.base());
    let short = ehr.gather(&access, &["Patient/1"], Duration::from_millis(200));
    let long = ehr.gather(&access, &["Patient/1"], LONG);
    let (mut short, mut long) = join(short, long).await;
    assert_eq!(error_of(short.remove(0)), FetchError::TooLate);
    assert!(long.remove(0).is_ok());
}

#[actix_web::test]
async fn a_call_that_goes_away_does_not_fail_the_others() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_millis(300))).await;
    let gone = actix_web::rt::time::timeout(Duration::from_millis(100), ehr.fetch("Patient/1"));
    let (gone, stayed) = join(gone, ehr.fetch("Patient/1")).await;
    assert!(gone.is_err());
    assert!(stayed.is_ok());
}

#[actix_web::test]
async fn who_waits_for_another_call_keeps_the_own_deadline() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1")).set_delay(Duration::from_secs(2))).await;
    let access = access(&ehr.base());
    let started = Instant::now();
    let short = async {
        let gathered = ehr.gather(&access, &["Patient/1"], Duration::from_millis(200)).await.remove(0);
        (gathered, started.elapsed())
    };
    let (long, (short, elapsed)) = join(ehr.gather(&access, &["Patient/1"], LONG), short).await;
    assert!(long[0].is_ok());
    assert_eq!(error_of(short), FetchError::TooLate);
    assert!(elapsed < Duration::from_millis(1500), "{elapsed:?}");
    assert_eq!(ehr.requests().await.len(), 1);
}
