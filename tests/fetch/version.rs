//! What a server is asked depends on its version of FHIR, as little as possible.

use std::time::Duration;

use cellwise::client::FhirVersion;
use serde_json::json;
use wiremock::matchers::{header_exists, method, path};
use wiremock::{Mock, ResponseTemplate};

use crate::ehr::{Ehr, LONG, TOKEN, access, fhir, page};

const SEARCH: &str = "ServiceRequest?patient=1&status=active,completed";

/// An EHR of a version that is not configured, and answers both spellings.
async fn ehr() -> Ehr {
    let mut ehr = Ehr::start().await;
    ehr.client.fhir.version = None;
    for place in ["ServiceRequest", "ProcedureRequest", "Condition"] {
        ehr.answers(place, fhir(&page(&[place], &json!([])))).await;
    }
    ehr
}

fn statement(version: &str) -> ResponseTemplate {
    fhir(&json!({"resourceType": "CapabilityStatement", "fhirVersion": version}))
}

/// Paths below the base, in the order they were asked for.
async fn asked(ehr: &Ehr) -> Vec<String> {
    let requests = ehr.requests().await;
    requests.iter().map(|request| request.url.path().trim_start_matches("/fhir/").to_owned()).collect()
}

#[actix_web::test]
async fn stu3_calls_a_service_request_a_procedure_request() {
    let ehr = ehr().await;
    ehr.answers("metadata", statement("3.0.2")).await;
    ehr.fetch(SEARCH).await.unwrap();
    ehr.fetch("ServiceRequest?patient=2&status=active,completed").await.unwrap();
    assert_eq!(asked(&ehr).await, ["metadata", "ProcedureRequest", "ProcedureRequest"]);
    let requests = ehr.requests().await;
    // The statement is public: no token for it.
    assert!(!requests[0].headers.contains_key("authorization"));
    assert_eq!(requests[0].url.query(), Some("_elements=fhirVersion"));
    assert_eq!(requests[1].url.query(), Some("patient=1&status=active,completed&_count=200"));
}

#[actix_web::test]
async fn other_versions_do_not() {
    for version in ["4.0.1", "4.3.0", "5.0.0"] {
        let ehr = ehr().await;
        ehr.answers("metadata", statement(version)).await;
        ehr.fetch(SEARCH).await.unwrap();
        assert_eq!(asked(&ehr).await, ["metadata", "ServiceRequest"], "{version}");
    }
}

#[actix_web::test]
async fn a_version_of_the_configuration_is_believed() {
    for (version, place) in [
        (FhirVersion::Stu3, "ProcedureRequest"),
        (FhirVersion::R4, "ServiceRequest"),
        (FhirVersion::R4b, "ServiceRequest"),
        (FhirVersion::R5, "ServiceRequest"),
    ] {
        let mut ehr = ehr().await;
        ehr.client.fhir.version = Some(version);
        ehr.fetch(SEARCH).await.unwrap();
        assert_eq!(asked(&ehr).await, [place]);
    }
}

#[actix_web::test]
async fn only_one_search_depends_on_it() {
    let ehr = ehr().await;
    ehr.fetch("Condition?patient=1").await.unwrap();
    assert_eq!(asked(&ehr).await, ["Condition"]);
}

#[actix_web::test]
async fn a_closed_statement_is_asked_for_with_the_token() {
    for status in [401, 403] {
        let ehr = ehr().await;
        let open = Mock::given(method("GET")).and(path("/fhir/metadata")).and(header_exists("authorization"));
        open.respond_with(statement("3.0.1")).with_priority(1).mount(&ehr.server).await;
        ehr.answers("metadata", ResponseTemplate::new(status)).await;
        ehr.fetch(SEARCH).await.unwrap();
        assert_eq!(asked(&ehr).await, ["metadata", "metadata", "ProcedureRequest"]);
        assert_eq!(ehr.requests().await[1].headers["authorization"], format!("Bearer {TOKEN}").as_str());
    }
}

#[actix_web::test]
async fn a_server_that_does_not_say_is_taken_for_r4_and_left_alone_for_a_while() {
    for answer in [
        ResponseTemplate::new(404),
        ResponseTemplate::new(500),
        ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:9/"),
        ResponseTemplate::new(200).set_body_string("<CapabilityStatement/>"),
        fhir(&json!({"resourceType": "OperationOutcome"})),
    ] {
        let ehr = ehr().await;
        ehr.answers("metadata", answer).await;
        ehr.fetch(SEARCH).await.unwrap();
        ehr.fetch("ServiceRequest?patient=2").await.unwrap();
        assert_eq!(asked(&ehr).await, ["metadata", "ServiceRequest", "ServiceRequest"]);
    }
}

#[actix_web::test]
async fn a_slow_statement_delays_nothing_else_and_serves_the_next_call() {
    let ehr = ehr().await;
    ehr.answers("metadata", statement("3.0.2").set_delay(Duration::from_millis(1500))).await;
    let access = access(&ehr.base());
    let gathered = ehr.gather(&access, &[SEARCH, "Condition?patient=1"], Duration::from_secs(1)).await;
    assert!(gathered.iter().all(Result::is_ok), "{gathered:?}");
    assert_eq!(asked(&ehr).await.last().unwrap(), "ServiceRequest");
    actix_web::rt::time::sleep(Duration::from_millis(1500)).await;
    ehr.gather(&access, &["ServiceRequest?patient=2"], LONG).await.remove(0).unwrap();
    assert_eq!(asked(&ehr).await.last().unwrap(), "ProcedureRequest");
    assert_eq!(asked(&ehr).await.iter().filter(|path| *path == "metadata").count(), 1);
}

#[actix_web::test]
async fn many_calls_ask_for_the_statement_once() {
    let ehr = ehr().await;
    ehr.answers("metadata", statement("3.0.2").set_delay(Duration::from_millis(100))).await;
    let queries: Vec<String> = (0..10).map(|number| format!("ServiceRequest?patient={number}")).collect();
    let calls = futures_util::future::join_all(queries.iter().map(|query| ehr.fetch(query))).await;
    assert!(calls.iter().all(Result::is_ok));
    let asked = asked(&ehr).await;
    assert_eq!(asked.iter().filter(|path| *path == "metadata").count(), 1);
    assert_eq!(asked.iter().filter(|path| *path == "ProcedureRequest").count(), 10);
}
