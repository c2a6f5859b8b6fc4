//! By which id a request is known, and the trace that it is part of.

use std::path::PathBuf;

use cellwise::client::{Callers, Client, FhirAccess};
use cellwise::http::Settings;
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::ehr::Ehr;
use crate::helpers::{SERVER, TestServer, cards, request};
use crate::shutdown::Program;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

fn id(response: &Response) -> &str {
    response.headers()["x-request-id"].to_str().unwrap()
}

#[test]
fn an_id_that_is_well_formed_is_taken_and_every_answer_has_one() {
    let with = |path: &str, id: &str| SERVER.request(Method::GET, path).header("x-request-id", id).send().unwrap();
    for (path, status) in [("/cds-services", 200), ("/none", 404), ("/health/live", 200), ("/cds-services/x", 405)] {
        let response = with(path, ID);
        assert_eq!((response.status().as_u16(), id(&response)), (status, ID), "{path}");
    }
    assert_eq!(id(&with("/cds-services", &ID.to_uppercase())), ID);
    for wrong in ["", "kanarie", "1958040312345678", "0f8fad5b-d9cb-469f-a165-70867728950e; x"] {
        let response = with("/cds-services", wrong);
        assert!(id(&response).len() == 36 && id(&response) != ID, "{wrong}");
    }
    let twice = SERVER.request(Method::GET, "/cds-services").header("x-request-id", ID).header("x-request-id", ID);
    assert_ne!(id(&twice.send().unwrap()), ID);
    let (one, other) = (SERVER.get("/cds-services"), SERVER.get("/cds-services"));
    assert_ne!(id(&one), id(&other));
    let large = SERVER.request(Method::GET, "/cds-services").header("x-large", "a".repeat(125_000));
    assert!(!id(&large.header("x-larger", "b".repeat(4_000)).send().unwrap()).is_empty());
}

/// A call for which something is fetched, as part of a trace.
fn body(ehr: &Ehr) -> String {
    let mut body = request("order-sign");
    ehr.holds(&json!({ "conditions": body["prefetch"]["conditions"] }));
    body["prefetch"].as_object_mut().unwrap().remove("conditions");
    body["fhirServer"] = json!(ehr.base());
    body["fhirAuthorization"] = json!({
        "access_token": "t", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read", "subject": "s"
    });
    body.to_string()
}

fn parents(ehr: &Ehr) -> Vec<Option<String>> {
    let of =
        |request: &wiremock::Request| request.headers.get("traceparent").map(|one| one.to_str().unwrap().to_owned());
    ehr.asked().iter().map(of).collect()
}

/// Without traces of its own the server hands on what it was given.
#[test]
fn the_fhir_server_learns_of_the_trace() {
    let ehr = Ehr::start();
    let access = FhirAccess { servers: vec![ehr.base().parse().unwrap()], ..FhirAccess::default() };
    let client = Client { fhir: access, ..Client::anonymous() };
    let server = TestServer::start(Settings { callers: Callers::Anyone(client), ..Settings::default() });
    for (sent, expected) in
        [(Some(PARENT), Some(PARENT)), (None, None), (Some("00-nonsense-01"), None), (Some("kanarie"), None)]
    {
        ehr.forget();
        // Another token each time: nothing comes from the cache.
        let body = body(&ehr).replace("\"t\"", &format!("\"t{}\"", sent.unwrap_or_default()));
        let call = server.request(Method::POST, "/cds-services/ahsct-eligibility").body(body);
        let call = call.header("content-type", "application/json");
        let call = sent.into_iter().fold(call, |call, parent| call.header("traceparent", parent));
        cards(call.send().unwrap());
        assert_eq!(parents(&ehr), [expected.map(str::to_owned)], "{sent:?}");
    }
}

/// With traces of its own the server is a link of the chain: the FHIR server is called by a span of the trace that the call came
/// with, and the receiver gets all of it.
#[test]
fn spans_are_sent_where_the_configuration_says() {
    let wait =
        |future: std::pin::Pin<Box<dyn Future<Output = MockServer>>>| actix_web::rt::System::new().block_on(future);
    let receiver = wait(Box::pin(async {
        let receiver = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&receiver).await;
        receiver
    }));
    let ehr = Ehr::start();
    let config = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("traces.toml");
    std::fs::write(&config, format!("[traces]\nendpoint = \"{}/v1/traces\"\n", receiver.uri())).unwrap();
    let program = Program::start(&[
        "--listen",
        "127.0.0.1:0",
        "--config",
        config.to_str().unwrap(),
        "--fhir-server",
        &ehr.base(),
        // Less in the log is not less in a trace.
        "--log",
        "warn",
    ]);
    let client = reqwest::blocking::Client::new();
    let call = client.post(program.url("/cds-services/ahsct-eligibility")).body(body(&ehr));
    let call = call.header("content-type", "application/json").header("traceparent", PARENT);
    cards(call.header("x-request-id", ID).send().unwrap());
    // Not to be traced, says whoever calls.
    let unsampled = format!("00-{}-00f067aa0ba902b7-00", TRACE.replace("4bf9", "0000"));
    let other = client.get(program.url("/cds-services")).header("traceparent", unsampled).send().unwrap();
    assert_eq!(other.status(), 200);
    let handed_on = parents(&ehr).remove(0).unwrap();
    assert!(handed_on.starts_with(&format!("00-{TRACE}-")) && handed_on != PARENT, "{handed_on}");
    program.signal("TERM");
    let log = program.end();
    assert!(!log.contains("cellwise::trace") && !log.contains("otel"), "{log}");

    let sent = actix_web::rt::System::new().block_on(receiver.received_requests()).unwrap();
    let bytes: Vec<u8> = sent.iter().flat_map(|request| request.body.clone()).collect();
    assert!(sent.iter().all(|request| request.url.path() == "/v1/traces"));
    let text = String::from_utf8_lossy(&bytes);
    for expected in [
        "cellwise",
        "POST /cds-services/{id}",
        "ahsct-eligibility",
        "order-sign",
        "anonymous",
        "conditions",
        "read",
        "fetch",
        "judge",
        ID,
    ] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    let hex = |text: &str| -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    assert!(holds(&hex(TRACE)) && holds(&hex(&handed_on[36..52])), "{handed_on}");
    assert!(!text.contains("GET /cds-services"), "what is not to be traced is sent");
}
