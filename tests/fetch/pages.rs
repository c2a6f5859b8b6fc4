//! Searches with more than one page.

use std::time::Duration;

use cellwise::client::SearchMethod;
use cellwise::gather::FetchSettings;
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::ehr::{Ehr, TOKEN, access, fhir, has_next, ids, json_of, next, page};

/// Answers the page with this number (`?page=2`).
async fn answers_page(ehr: &Ehr, number: &str, answer: ResponseTemplate) {
    let mock = Mock::given(method("GET")).and(query_param("page", number)).respond_with(answer);
    mock.with_priority(2).mount(&ehr.server).await;
}

async fn search(ehr: &Ehr) -> Value {
    json_of(&ehr.fetch("Condition?patient=1").await)
}

#[actix_web::test]
async fn all_pages_become_one_bundle() {
    let ehr = Ehr::start().await;
    let mut first = page(&["a", "b"], &next(&format!("{}?_getpages=x&page=2", ehr.base())));
    first["total"] = json!(4);
    ehr.answers("Condition", fhir(&first)).await;
    // Links are found below the base, relative, and in capitals.
    answers_page(&ehr, "2", fhir(&page(&["c"], &json!([{"relation": "NEXT", "url": "?page=3"}])))).await;
    answers_page(&ehr, "3", fhir(&page(&[], &next("fhir/Condition?page=4")))).await;
    let odd = r#"{"resourceType":"Bundle","entry":[ {"resource":{"resourceType":"Condition","id":"d","x":1.000} } ] }"#;
    answers_page(&ehr, "4", ResponseTemplate::new(200).set_body_string(odd)).await;
    let gathered = ehr.fetch("Condition?patient=1").await;
    let text = String::from_utf8(gathered.clone().unwrap().to_vec()).unwrap();
    assert!(text.contains(r#"{"resource":{"resourceType":"Condition","id":"d","x":1.000} }"#), "{text}");
    let bundle = json_of(&gathered);
    assert_eq!(ids(&bundle), ["a", "b", "c", "d"]);
    assert_eq!(bundle["resourceType"], "Bundle");
    assert_eq!(bundle["total"], json!(4));
    assert!(!has_next(&bundle));
    for request in ehr.requests().await {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}").as_str());
    }
}

/// It says what was searched, which decides whether the answer is believed.
#[actix_web::test]
async fn the_self_link_of_the_first_page_stays() {
    let ehr = Ehr::start().await;
    let own = json!({"relation": "Self", "url": "https://ehr.example.org/fhir/Condition?patient=1"});
    let first = json!([own, {"relation": "next", "url": "?page=2"}, {"relation": "first", "url": "x"}]);
    ehr.answers("Condition", fhir(&page(&["a"], &first))).await;
    answers_page(&ehr, "2", fhir(&page(&["b"], &json!([{"relation": "self", "url": "?page=2"}])))).await;
    let bundle = search(&ehr).await;
    assert_eq!(ids(&bundle), ["a", "b"]);
    assert_eq!(bundle["link"], json!([own]));
}

#[actix_web::test]
async fn pages_of_a_posted_search_are_fetched_by_get() {
    let mut ehr = Ehr::start().await;
    ehr.client.fhir.search = SearchMethod::Post;
    let first = page(&["a"], &next(&format!("{}/Condition?page=2", ehr.base())));
    let posted = Mock::given(method("POST")).and(path("/fhir/Condition/_search")).respond_with(fhir(&first));
    posted.mount(&ehr.server).await;
    answers_page(&ehr, "2", fhir(&page(&["b"], &json!([])))).await;
    assert_eq!(ids(&search(&ehr).await), ["a", "b"]);
}

#[actix_web::test]
async fn a_total_that_is_no_number_is_kept() {
    let ehr = Ehr::start().await;
    let mut first = page(&["a"], &next("?page=2"));
    first["total"] = json!("1}, \"x\": {");
    ehr.answers("Condition", fhir(&first)).await;
    answers_page(&ehr, "2", fhir(&page(&["b"], &json!([])))).await;
    let bundle = search(&ehr).await;
    assert_eq!(ids(&bundle), ["a", "b"]);
    // Without it the Bundle would count as all there is.
    assert_eq!(bundle["total"], first["total"]);
}

#[actix_web::test]
async fn an_endless_search_ends_and_says_so() {
    let ehr = Ehr::with(FetchSettings { most_pages: 5, ..FetchSettings::default() }).await;
    let endless = |request: &Request| {
        let number = request.url.query_pairs().find(|(name, _)| name == "page").map_or(1, |(_, n)| n.parse().unwrap());
        fhir(&page(&[&number.to_string()], &next(&format!("?page={}", number + 1))))
    };
    Mock::given(method("GET")).respond_with(endless).mount(&ehr.server).await;
    let bundle = search(&ehr).await;
    assert_eq!(ids(&bundle), ["1", "2", "3", "4", "5"]);
    assert!(has_next(&bundle));
    assert_eq!(ehr.requests().await.len(), 5);
}

#[actix_web::test]
async fn a_search_in_a_circle_ends_and_says_so() {
    let ehr = Ehr::start().await;
    ehr.answers("Condition", fhir(&page(&["a"], &next("?page=2")))).await;
    answers_page(&ehr, "2", fhir(&page(&["b"], &next("?page=3")))).await;
    answers_page(&ehr, "3", fhir(&page(&["c"], &next("?page=2")))).await;
    let bundle = search(&ehr).await;
    assert_eq!(ids(&bundle), ["a", "b", "c"]);
    assert!(has_next(&bundle));
    assert_eq!(ehr.requests().await.len(), 3);

    let ehr = Ehr::start().await;
    let own = format!("{}/Condition?patient=1&_count=200", ehr.base());
    ehr.answers("Condition", fhir(&page(&["a"], &next(&own)))).await;
    let bundle = search(&ehr).await;
    assert!(ids(&bundle) == ["a"] && has_next(&bundle));
    assert_eq!(ehr.requests().await.len(), 1);
}

#[actix_web::test]
async fn a_link_out_of_the_server_is_not_followed() {
    let evil = MockServer::start().await;
    let ehr = Ehr::start().await;
    let (good, evil_host) = (ehr.server.address(), evil.address());
    for url in [
        format!("{}/fhir/Condition?page=2", evil.uri()),
        format!("//{evil_host}/fhir/Condition?page=2"),
        format!("http://{good}@{evil_host}/fhir/Condition?page=2"),
        format!("http://user:password@{good}/fhir/Condition?page=2"),
        format!("http://user@{good}/fhir/Condition?page=2"),
        format!("https://{good}/fhir/Condition?page=2"),
        format!("http://{good}/admin?page=2"),
        format!("http://{good}/fhirs/Condition?page=2"),
        "/admin?page=2".to_owned(),
        "../../admin?page=2".to_owned(),
        "/fhir/../admin?page=2".to_owned(),
        "/fhir/%2e%2e/admin?page=2".to_owned(),
        "/fhir/..%2fadmin?page=2".to_owned(),
        "\\\\evil.example\\fhir?page=2".to_owned(),
        "http://169.254.169.254/fhir?page=2".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://[".to_owned(),
    ] {
        ehr.server.reset().await;
        let body = page(&["a"], &next(&url));
        ehr.answers("Condition", fhir(&body)).await;
        let gathered = ehr.fetch("Condition?patient=1").await;
        // As it came: the next link tells the engine.
        assert_eq!(json_of(&gathered), body, "{url}");
        assert_eq!(ehr.requests().await.len(), 1, "{url}");
    }
    assert!(evil.received_requests().await.unwrap().is_empty());
}

#[actix_web::test]
async fn a_link_that_leads_nowhere_is_not_followed() {
    let ehr = Ehr::start().await;
    for links in [
        json!([{"relation": "next"}]),
        json!([{"relation": "next", "url": 7}]),
        json!([{"relation": ["next"], "url": "?page=2"}]),
        json!([{"relation": "next", "url": "?page=2"}, {"relation": "next", "url": "?page=3"}]),
        json!(["next"]),
        json!("next"),
    ] {
        ehr.server.reset().await;
        ehr.answers("Condition", fhir(&page(&["a"], &links))).await;
        assert_eq!(search(&ehr).await, page(&["a"], &links));
        // Twice, for what may not be all is not cached either.
        assert_eq!(search(&ehr).await, page(&["a"], &links));
        assert_eq!(ehr.requests().await.len(), 2, "{links}");
    }
    // Other links are no reason to go on.
    for links in [json!(null), json!([]), json!([{"relation": "self", "url": "?page=2"}, {"url": "?page=2"}])] {
        ehr.server.reset().await;
        ehr.answers("Encounter", fhir(&page(&["a"], &links))).await;
        assert_eq!(json_of(&ehr.fetch(&format!("Encounter?patient={}", links.to_string().len())).await)["link"], links);
        assert_eq!(ehr.requests().await.len(), 1, "{links}");
    }
}

#[actix_web::test]
async fn a_page_that_does_not_come_is_a_page_missing() {
    let outcome = json!({"resourceType": "OperationOutcome"});
    for second in [
        ResponseTemplate::new(404),
        ResponseTemplate::new(410),
        ResponseTemplate::new(500),
        ResponseTemplate::new(302).insert_header("location", "?page=3"),
        ResponseTemplate::new(200).set_body_string("{"),
        ResponseTemplate::new(200).set_body_string(r#"{"resourceType":"Bundle","entry":{}}"#),
        ResponseTemplate::new(200).set_body_string(r#"{"resourceType":"Bundle","entry":[],"entry":[]}"#),
        fhir(&outcome),
        fhir(&page(&["b"], &json!([]))).set_delay(Duration::from_mins(1)),
    ] {
        let ehr = Ehr::start().await;
        let first = page(&["a"], &next("?page=2"));
        ehr.answers("Condition", fhir(&first)).await;
        answers_page(&ehr, "2", second.clone()).await;
        let time = Duration::from_millis(800);
        let access = access(&ehr.base());
        let gathered = ehr.gather(&access, &["Condition?patient=1"], time).await.remove(0);
        assert_eq!(json_of(&gathered), first);

        // The same on page three: what came before stays.
        ehr.answers("Procedure", fhir(&page(&["a"], &next("?page=1")))).await;
        answers_page(&ehr, "1", fhir(&page(&["b"], &next("?page=2")))).await;
        let bundle = json_of(&ehr.gather(&access, &["Procedure?patient=1"], time).await.remove(0));
        assert_eq!(ids(&bundle), ["a", "b"]);
        assert!(has_next(&bundle));
    }
}

#[actix_web::test]
async fn a_busy_page_is_asked_for_once_more() {
    let ehr = Ehr::start().await;
    ehr.answers("Condition", fhir(&page(&["a"], &next("?page=2")))).await;
    let busy = Mock::given(method("GET")).and(query_param("page", "2")).respond_with(ResponseTemplate::new(503));
    busy.up_to_n_times(1).with_priority(1).mount(&ehr.server).await;
    answers_page(&ehr, "2", fhir(&page(&["b"], &json!([])))).await;
    assert_eq!(ids(&search(&ehr).await), ["a", "b"]);
}
