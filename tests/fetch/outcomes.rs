//! Every answer a FHIR server may give to one question.

use std::time::{Duration, Instant};

use cellwise::client::SearchMethod;
use cellwise::gather::{Access, FetchError, FetchSettings, Gatherer};
use serde_json::json;
use wiremock::matchers::{body_string_contains, method, path, query_param_contains};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::ehr::{
    Ehr, LONG, Raw, TOKEN, Then, access, access_with, client, error_of, fhir, json_of, needs, page, patient,
};

#[actix_web::test]
async fn an_answer_comes_byte_for_byte() {
    let ehr = Ehr::start().await;
    let odd = "{ \"id\":\"1\",\n\"resourceType\" : \"Patient\", \"multipleBirthInteger\":1.0000000000000000001 }\n";
    ehr.answers("Patient/1", ResponseTemplate::new(200).set_body_string(odd)).await;
    assert_eq!(ehr.fetch("Patient/1").await.unwrap(), odd.as_bytes());

    let empty = json!({"resourceType": "Bundle", "type": "searchset", "total": 0});
    ehr.answers("Condition", fhir(&empty)).await;
    assert_eq!(ehr.fetch("Condition?patient=1").await.unwrap(), empty.to_string().as_bytes());
}

#[actix_web::test]
async fn a_request_says_what_it_is() {
    let ehr = Ehr::start().await;
    ehr.answers("Observation", fhir(&page(&[], &json!([])))).await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    let query = "Observation?patient=1&code=http://loinc.org|24590-2,http://a.example/x%5C,y|a%20b%26c&_include=a:b";
    let gathered = ehr.gather(&access(&format!("{}/", ehr.base())), &[query, "Patient/1"], LONG).await;
    assert!(gathered.iter().all(Result::is_ok), "{gathered:?}");

    let requests = ehr.requests().await;
    for request in &requests {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
        assert_eq!(request.headers["accept"], "application/fhir+json");
    }
    let search = requests.iter().find(|request| request.url.path() == "/fhir/Observation").unwrap();
    let pairs: Vec<(String, String)> = search.url.query_pairs().into_owned().collect();
    let expected = [
        ("patient", "1"),
        ("code", "http://loinc.org|24590-2,http://a.example/x\\,y|a b&c"),
        ("_include", "a:b"),
        ("_count", "200"),
    ];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!search.url.query().unwrap().contains(['|', '\\', ' ']), "{}", search.url);
    let read = requests.iter().find(|request| request.url.path() == "/fhir/Patient/1").unwrap();
    assert_eq!(read.url.query(), None);
}

#[actix_web::test]
async fn a_count_in_the_template_stands() {
    let ehr = Ehr::start().await;
    ehr.answers("Condition", fhir(&page(&[], &json!([])))).await;
    ehr.fetch("Condition?patient=1&_count=7").await.unwrap();
    assert_eq!(ehr.requests().await[0].url.query(), Some("patient=1&_count=7"));
}

#[actix_web::test]
async fn a_posted_search_keeps_the_patient_out_of_the_address() {
    let mut ehr = Ehr::start().await;
    ehr.client.fhir.search = SearchMethod::Post;
    let posted = Mock::given(method("POST"))
        .and(path("/fhir/Condition/_search"))
        .and(body_string_contains("patient=pat-7"))
        .respond_with(fhir(&page(&["a"], &json!([]))));
    posted.mount(&ehr.server).await;
    ehr.answers("Patient/pat-7", fhir(&patient("pat-7"))).await;
    let query = "Condition?patient=pat-7&code=http://loinc.org|1,http://loinc.org|2";
    let gathered = ehr.gather(&access(&ehr.base()), &[query, "Patient/pat-7"], LONG).await;
    assert!(gathered.iter().all(Result::is_ok), "{gathered:?}");

    let requests = ehr.requests().await;
    let search = requests.iter().find(|request| request.method.as_str() == "POST").unwrap();
    assert!(!search.url.as_str().contains("pat-7"));
    assert_eq!(search.url.query(), None);
    assert_eq!(search.headers["content-type"], "application/x-www-form-urlencoded");
    let form = format!("http://form?{}", String::from_utf8(search.body.clone()).unwrap());
    let form: Vec<(String, String)> = reqwest::Url::parse(&form).unwrap().query_pairs().into_owned().collect();
    let expected = [("patient", "pat-7"), ("code", "http://loinc.org|1,http://loinc.org|2"), ("_count", "200")];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[actix_web::test]
async fn a_status_is_an_error() {
    for status in [201, 400, 401, 403, 404, 410, 412, 429, 500, 501, 502, 503, 504] {
        let ehr = Ehr::start().await;
        // What an error says is not looked at, not even when it looks like data.
        ehr.answers("Patient/1", ResponseTemplate::new(status).set_body_json(patient("1"))).await;
        let gathered = ehr.fetch("Patient/1").await;
        if status == 201 {
            assert!(gathered.is_ok());
            continue;
        }
        assert_eq!(error_of(gathered), FetchError::Status(status));
        let tries = if matches!(status, 429 | 502 | 503 | 504) { 2 } else { 1 };
        assert_eq!(ehr.requests().await.len(), tries, "{status}");
    }
}

#[actix_web::test]
async fn a_busy_server_is_asked_once_more() {
    for status in [429, 502, 503, 504] {
        let ehr = Ehr::start().await;
        ehr.answers_once("Patient/1", ResponseTemplate::new(status)).await;
        ehr.answers("Patient/1", fhir(&patient("1"))).await;
        let started = Instant::now();
        assert!(ehr.fetch("Patient/1").await.is_ok(), "{status}");
        assert!(started.elapsed() >= Duration::from_millis(50), "{status}");
    }
}

#[actix_web::test]
async fn retry_after_is_kept_when_there_is_time() {
    let ehr = Ehr::start().await;
    ehr.answers_once("Patient/1", ResponseTemplate::new(429).insert_header("retry-after", "1")).await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    let started = Instant::now();
    assert!(ehr.fetch("Patient/1").await.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));

    for never in ["3600", "18446744073709551615"] {
        let ehr = Ehr::start().await;
        ehr.answers("Patient/1", ResponseTemplate::new(503).insert_header("retry-after", never)).await;
        assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::Status(503));
        assert_eq!(ehr.requests().await.len(), 1);
    }
    for unreadable in ["Wed, 21 Oct 2015 07:28:00 GMT", "-1", "soon", ""] {
        let ehr = Ehr::start().await;
        ehr.answers_once("Patient/1", ResponseTemplate::new(503).insert_header("retry-after", unreadable)).await;
        ehr.answers("Patient/1", fhir(&patient("1"))).await;
        assert!(ehr.fetch("Patient/1").await.is_ok(), "{unreadable}");
    }
}

#[actix_web::test]
async fn a_retry_that_does_not_fit_is_not_made() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", ResponseTemplate::new(503).insert_header("retry-after", "1")).await;
    let gathered = ehr.gather(&access(&ehr.base()), &["Patient/1"], Duration::from_millis(900)).await.remove(0);
    assert_eq!(error_of(gathered), FetchError::Status(503));
    assert_eq!(ehr.requests().await.len(), 1);
}

#[actix_web::test]
async fn what_is_no_resource_is_an_error() {
    for body in [
        "",
        "null",
        "[]",
        "\"Patient\"",
        "{}",
        "<Patient/>",
        r#"{"resourceType":"Patient""#,
        r#"{"resourceType":"Patient"} {"#,
        r#"{"resourceType":null}"#,
        r#"{"resourceType":""}"#,
        r#"{"resourceType":7}"#,
        r#"{"resourceType":"Patient","resourceType":"Patient"}"#,
        r#"{"resourceType":"Bundle","entry":[],"entry":[]}"#,
        r#"{"resourceType":"Bundle","link":[],"link":[]}"#,
        r#"{"resourceType":"Patient","id":"1","id":"2"}"#,
    ] {
        let ehr = Ehr::start().await;
        ehr.answers("Patient/1", ResponseTemplate::new(200).set_body_string(body)).await;
        assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::NotFhir, "{body}");
    }
    let ehr = Ehr::start().await;
    let latin = b"{\"resourceType\":\"Patient\",\"id\":\"1\",\"x\":\"\xe9\"}";
    ehr.answers("Patient/1", ResponseTemplate::new(200).set_body_bytes(&latin[..])).await;
    ehr.answers("Patient/2", ResponseTemplate::new(204)).await;
    assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::NotFhir);
    assert_eq!(error_of(ehr.fetch("Patient/2").await), FetchError::NotFhir);
}

#[actix_web::test]
async fn a_byte_order_mark_is_no_part_of_the_answer() {
    let ehr = Ehr::start().await;
    let body = patient("1").to_string();
    ehr.answers("Patient/1", ResponseTemplate::new(200).set_body_string(format!("\u{feff}{body}"))).await;
    assert_eq!(ehr.fetch("Patient/1").await.unwrap(), body.as_bytes());
}

#[actix_web::test]
async fn another_type_goes_on_to_the_engine() {
    let ehr = Ehr::start().await;
    let outcome = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]});
    ehr.answers("Condition", fhir(&outcome)).await;
    ehr.answers("Patient/1", fhir(&json!({"resourceType": "Practitioner", "id": "2"}))).await;
    assert_eq!(json_of(&ehr.fetch("Condition?patient=1").await), outcome);
    assert_eq!(json_of(&ehr.fetch("Patient/1").await)["resourceType"], "Practitioner");
}

#[actix_web::test]
async fn another_patient_is_an_error() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("2"))).await;
    assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::OtherPatient);
    // A Medication with another id is nobody else's data.
    ehr.answers("Medication/1", fhir(&json!({"resourceType": "Medication", "id": "2"}))).await;
    assert!(ehr.fetch("Medication/1").await.is_ok());
}

#[actix_web::test]
async fn a_token_for_another_patient_is_not_used() {
    let ehr = Ehr::start().await;
    for place in ["Patient/1", "Condition", "Medication/5"] {
        let (kind, id) = (place.split('/').next(), place.split('/').nth(1));
        let kind = if id.is_some() { kind } else { Some("Bundle") };
        ehr.answers(place, fhir(&json!({"resourceType": kind, "id": id}))).await;
    }
    let queries =
        ["Patient/1", "Condition?patient=1", "Condition?patient=Patient/1", "Condition?subject=1", "Medication/5"];
    let access = |patient: &str| Access { patient: Some(patient.to_owned()), ..access(&ehr.base()) };
    let gathered = ehr.gather(&access("1"), &queries, LONG).await;
    assert!(gathered.iter().all(Result::is_ok), "{gathered:?}");
    let before = ehr.requests().await.len();
    let mut gathered = ehr.gather(&access("2"), &queries, LONG).await;
    assert!(gathered.pop().unwrap().is_ok());
    for gathered in gathered {
        assert_eq!(error_of(gathered), FetchError::OtherToken);
    }
    // The Medication was cached.
    assert_eq!(ehr.requests().await.len(), before);
}

#[actix_web::test]
async fn without_a_token_nothing_is_asked() {
    let ehr = Ehr::start().await;
    let base = ehr.base();
    let none = Access { token: None, ..access(&base) };
    assert_eq!(error_of(ehr.fetch_with(&none, "Patient/1").await), FetchError::NoToken);
    for access in [access_with(&base, ""), access_with(&base, "a\r\nHost: evil"), access_with(&base, "a\0")] {
        assert_eq!(error_of(ehr.fetch_with(&access, "Patient/1").await), FetchError::UnusableToken);
    }
    assert!(ehr.requests().await.is_empty());
}

/// A server must not pass over what it does not know. One that refuses is asked once more without what can be done without.
#[actix_web::test]
async fn searches_are_strict_and_plainer_once_they_are_refused() {
    let ehr = Ehr::start().await;
    let refuses = |name: &'static str| Mock::given(method("GET")).and(query_param_contains(name, ""));
    refuses("_include").respond_with(ResponseTemplate::new(400)).with_priority(1).mount(&ehr.server).await;
    refuses("date").respond_with(ResponseTemplate::new(400)).with_priority(1).mount(&ehr.server).await;
    refuses("status").respond_with(ResponseTemplate::new(400)).with_priority(1).mount(&ehr.server).await;
    for kind in ["Condition", "MedicationRequest", "Observation"] {
        ehr.answers(kind, fhir(&page(&["a"], &json!([])))).await;
    }
    let asked = async |query: &str| {
        let came = ehr.fetch(query).await.map(|_| ());
        let requests = ehr.requests().await;
        let last = requests.last().unwrap();
        assert_eq!(last.headers["prefer"], "handling=strict");
        (came, requests.len(), last.url.query().unwrap().to_owned())
    };
    assert_eq!(asked("Condition?patient=1").await, (Ok(()), 1, "patient=1&_count=200".to_owned()));
    let drugs = "MedicationRequest?patient=1&_include=MedicationRequest:medication";
    assert_eq!(asked(drugs).await, (Ok(()), 3, "patient=1&_count=200".to_owned()));
    let recent = "Observation?patient=1&code=a&date=ge2026-11-01";
    assert_eq!(asked(recent).await, (Ok(()), 5, "patient=1&code=a&_count=200".to_owned()));
    let (came, count, _) = asked("Condition?patient=1&status=active").await;
    assert_eq!((came, count), (Err(FetchError::Status(400)), 6), "a filter is never left out");
}

#[actix_web::test]
async fn nobody_there_is_unreachable() {
    let base = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/fhir", listener.local_addr().unwrap())
    };
    let client = client(&[&base]);
    let gatherer = Gatherer::new(FetchSettings::default(), std::slice::from_ref(&client)).unwrap();
    let gathered =
        gatherer.gather(&client, &access(&base), &needs(&["Patient/1"]), Instant::now() + LONG).await.remove(0);
    assert_eq!(error_of(gathered), FetchError::Unreachable);
}

#[actix_web::test]
async fn a_broken_answer_is_unreachable() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"resourceType\":\"Patient\",\"id\":\"1\"}"[..],
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n23\r\n{\"resourceType\":\"Patient\",\"id\":\"1\"}\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 35\r\n\r\n{\"resourceType\":\"Patient\",\"id\":\"1\"}\n",
        b"HTTP/1.1 200 OK\r\nconten",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ] {
        let gathered = Raw::start(answer, Then::Close).fetch(FetchSettings::default(), LONG).await;
        assert_eq!(error_of(gathered), FetchError::Unreachable, "{}", String::from_utf8_lossy(answer));
    }
}

#[actix_web::test]
async fn headers_without_end_are_unreachable() {
    let raw = Raw::start(b"HTTP/1.1 200 OK\r\n", Then::Repeat(b"x-more: and more and more and more\r\n"));
    assert_eq!(error_of(raw.fetch(FetchSettings::default(), LONG).await), FetchError::Unreachable);
    let raw = Raw::start(b"HTTP/1.1 200 OK\r\nx-long: ", Then::Repeat(&[b'x'; 4096]));
    assert_eq!(error_of(raw.fetch(FetchSettings::default(), LONG).await), FetchError::Unreachable);
}

#[actix_web::test]
async fn a_body_without_end_is_too_large() {
    let raw = Raw::start(b"HTTP/1.1 200 OK\r\n\r\n{\"resourceType\":\"Patient\",\"x\":\"", Then::Repeat(&[b'x'; 4096]));
    assert_eq!(error_of(raw.fetch(FetchSettings::default(), LONG).await), FetchError::TooLarge);
}

#[actix_web::test]
async fn a_large_body_is_refused_packed_or_not() {
    let settings = || FetchSettings { most_bytes: 1024 * 1024, ..FetchSettings::default() };
    let ehr = Ehr::with(settings()).await;
    let large = json!({"resourceType": "Patient", "id": "1", "x": "x".repeat(1024 * 1024)});
    ehr.answers("Patient/1", fhir(&large)).await;
    assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::TooLarge);
    // Two kilobytes that unpack to two megabytes.
    let packed = include_bytes!("../api/two-megabytes-of-spaces.json.gz");
    assert!(packed.len() < 10_000);
    let bomb = ResponseTemplate::new(200).set_body_bytes(&packed[..]).insert_header("content-encoding", "gzip");
    ehr.answers("Patient/2", bomb).await;
    assert_eq!(error_of(ehr.fetch("Patient/2").await), FetchError::TooLarge);
    // The same in pieces of many searches: the pages of one search count together.
    let ehr = Ehr::with(settings()).await;
    let mut body = page(&["a"], &crate::ehr::next("?page=1"));
    body["x"] = "x".repeat(900 * 1024).into();
    ehr.answers_once("Condition", fhir(&body)).await;
    body["link"][1]["url"] = "?page=2".into();
    ehr.answers_once("Condition", fhir(&body)).await;
    body["link"][1]["url"] = "?page=3".into();
    ehr.answers("Condition", fhir(&body)).await;
    let bundle = json_of(&ehr.fetch("Condition?patient=1").await);
    assert_eq!(crate::ehr::ids(&bundle), ["a", "a"]);
    assert!(crate::ehr::has_next(&bundle));
}

#[actix_web::test]
async fn a_redirect_is_not_followed() {
    let evil = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        let ehr = Ehr::start().await;
        for target in
            [format!("{}/fhir/Patient/1", evil.uri()), format!("{}/Patient/2", ehr.base()), "Patient/2".into()]
        {
            ehr.server.reset().await;
            ehr.answers("Patient/1", ResponseTemplate::new(status).insert_header("location", target)).await;
            assert_eq!(error_of(ehr.fetch("Patient/1").await), FetchError::Status(status));
            assert_eq!(ehr.requests().await.len(), 1);
        }
    }
    assert!(evil.received_requests().await.unwrap().is_empty());
}

#[actix_web::test]
async fn one_failure_leaves_the_others_alone() {
    let ehr = Ehr::start().await;
    ehr.answers("Patient/1", fhir(&patient("1"))).await;
    ehr.answers("Condition", ResponseTemplate::new(403)).await;
    ehr.answers("Procedure", ResponseTemplate::new(200).set_body_string("oops")).await;
    ehr.answers("Encounter", fhir(&page(&[], &json!([]))).set_delay(Duration::from_mins(1))).await;
    let queries = ["Condition?patient=1", "Patient/1", "Encounter?patient=1", "Procedure?patient=1"];
    let gathered = ehr.gather(&access(&ehr.base()), &queries, Duration::from_secs(2)).await;
    assert_eq!(gathered[0].as_ref().unwrap_err(), &FetchError::Status(403));
    assert!(gathered[1].is_ok());
    assert_eq!(gathered[2].as_ref().unwrap_err(), &FetchError::TooLate);
    assert_eq!(gathered[3].as_ref().unwrap_err(), &FetchError::NotFhir);
}
