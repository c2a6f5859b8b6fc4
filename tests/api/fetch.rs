//! What prefetch lacks is fetched; whatever fails to come counts as prefetch that failed, never as "none".

use std::sync::LazyLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cellwise::client::{Callers, Client, FhirAccess};
use cellwise::gather::FetchSettings;
use cellwise::http::Settings;
use cellwise_record::Source;
use reqwest::Url;
use reqwest::blocking::Response;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::ehr::{Ehr, RawServer, bundle};
use crate::helpers::{SERVER, TestServer, cards, refused};

pub(crate) const SERVICE: &str = "cell-therapy-order-safety";
const TOKEN: &str = "an-access-token";
/// Long enough for a busy machine, where a test is not about time.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) fn settings(bases: &[&str], deadline: Duration) -> Settings {
    let servers = bases.iter().map(|base| Url::parse(base).unwrap()).collect();
    let fhir = FhirAccess { servers, ..FhirAccess::default() };
    Settings {
        callers: Callers::Anyone(Client { fhir, ..Client::anonymous() }),
        // What one call fetched must not help the next.
        fetch: FetchSettings { deadline, cache_for: Duration::ZERO, ..FetchSettings::default() },
        ..Settings::default()
    }
}

pub(crate) fn server(bases: &[&str]) -> TestServer {
    TestServer::start(settings(bases, PATIENCE))
}

/// An order for dexamethasone after CAR-T, with every key of the service in prefetch.
pub(crate) fn complete() -> Value {
    static REQUEST: LazyLock<Value> = LazyLock::new(|| {
        let mut request: Value =
            serde_json::from_str(include_str!("../../fixtures/requests/steroid-after-car-t.json")).unwrap();
        let discovery: Value = SERVER.get("/cds-services").json().unwrap();
        let services = discovery["services"].as_array().unwrap();
        let service = services.iter().find(|service| service["id"] == SERVICE).unwrap();
        let asked = service["prefetch"].as_object().unwrap();
        // A kind that is asked for in several queries comes in as many.
        request["prefetch"].as_object_mut().unwrap().retain(|key, _| asked.contains_key(key));
        for key in asked.keys() {
            let value = &mut request["prefetch"][key];
            if value.is_null() {
                *value = bundle(&[]);
            }
        }
        request
    });
    REQUEST.clone()
}

/// The same with a FHIR server.
pub(crate) fn with_access(mut request: Value, base: &str) -> Value {
    request["fhirServer"] = json!(base);
    request["fhirAuthorization"] = json!({ "access_token": TOKEN, "token_type": "Bearer", "expires_in": 300, "scope": "patient/*.read", "subject": "cellwise" });
    request
}

/// The same with another value of a prefetch key; `None` leaves it out.
pub(crate) fn with_key(mut request: Value, key: &str, value: Option<Value>) -> Value {
    let prefetch = request["prefetch"].as_object_mut().unwrap();
    match value {
        Some(value) => prefetch.insert(key.to_owned(), value),
        None => prefetch.remove(key),
    };
    request
}

/// Status and body, without the reasons why data could not be fetched: prefetch alone has others.
pub(crate) fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let mut body: Value = response.json().unwrap();
    for issue in body["issue"].as_array_mut().into_iter().flatten() {
        issue["diagnostics"] = Value::Null;
    }
    // Two calls may fall into two seconds.
    for card in body["cards"].as_array_mut().into_iter().flatten() {
        if let Some(instant) = card.pointer_mut("/extension/dev.cellwise.evaluation/asOf") {
            *instant = Value::Null;
        }
    }
    (status, body)
}

pub(crate) fn outcome(severity: &str, code: &str) -> Value {
    json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": severity, "code": code }] })
}

pub(crate) fn fhir(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_string(), "application/fhir+json")
}

pub(crate) fn procedures() -> Value {
    complete()["prefetch"]["procedures"].clone()
}

fn incomplete() -> Value {
    let mut page = procedures();
    page["link"] = json!([{ "relation": "next", "url": "https://ehr.example.org/fhir/page/2" }]);
    page
}

/// What the FHIR server does, and the prefetch value that it must be worth.
fn outcomes() -> Vec<(&'static str, ResponseTemplate, Value)> {
    let failed = outcome("error", "exception");
    let status = |status: u16| ResponseTemplate::new(status).set_body_json(outcome("error", "exception"));
    let text = |body: &str| ResponseTemplate::new(200).set_body_raw(body, "application/fhir+json");
    let mut far = procedures();
    far["link"] = json!([{ "relation": "next", "url": "https://elsewhere.example.org/fhir/page/2" }]);
    let mut commented = bundle(&[]);
    commented["entry"] = json!([{ "resource": outcome("warning", "not-found"), "search": { "mode": "outcome" } }]);
    let mut partly = procedures();
    partly["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "resource": outcome("error", "timeout"), "search": { "mode": "outcome" } }));
    vec![
        ("ok", fhir(&procedures()), procedures()),
        ("empty", fhir(&bundle(&[])), bundle(&[])),
        ("empty with a comment", fhir(&commented), commented),
        ("part of it failed", fhir(&partly), partly),
        ("an OperationOutcome", fhir(&failed), failed.clone()),
        ("a lone resource", fhir(&procedures()["entry"][0]["resource"]), failed.clone()),
        (
            "a Bundle of something else",
            fhir(&json!({ "resourceType": "Bundle", "type": "history", "total": 0 })),
            failed.clone(),
        ),
        ("another type", fhir(&json!({ "resourceType": "Patient", "id": "car-t-remission" })), failed.clone()),
        (
            "a search for something else",
            fhir(&bundle(&[json!({ "resourceType": "Observation", "id": "o", "code": { "text": "huisarts" } })])),
            failed.clone(),
        ),
        ("400", status(400), failed.clone()),
        ("401", status(401), failed.clone()),
        ("403", status(403), failed.clone()),
        ("404", status(404), failed.clone()),
        ("410", status(410), failed.clone()),
        ("429", status(429), failed.clone()),
        ("500", status(500), failed.clone()),
        ("502", status(502), failed.clone()),
        ("503", status(503), failed.clone()),
        ("504", status(504), failed.clone()),
        ("no JSON", text("<html>"), failed.clone()),
        ("an empty body", text(""), failed.clone()),
        ("JSON that ends too early", text(r#"{"resourceType":"Bundle","entry":[{"#), failed.clone()),
        ("no resource", text("[]"), failed.clone()),
        ("a repeated key", text(r#"{"resourceType":"Bundle","total":0,"total":0}"#), failed.clone()),
        (
            "too deep",
            text(&format!(r#"{{"resourceType":"Bundle","x":{}{}}}"#, "[".repeat(200), "]".repeat(200))),
            failed.clone(),
        ),
        ("huge", text(&format!(r#"{{"resourceType":"Bundle","x":"{}"}}"#, "x".repeat(5_000_000))), failed.clone()),
        ("a next page elsewhere", fhir(&far), incomplete()),
        ("a redirect", ResponseTemplate::new(302).insert_header("location", "/fhir/elsewhere"), failed.clone()),
    ]
}

#[test]
fn what_comes_back_counts_as_if_it_had_been_prefetched() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let failed = outcome("error", "exception");
    // Not satisfied: fetched. When that fails, a key that brought a part keeps it.
    let open = [
        ("absent", None, false),
        ("an OperationOutcome", Some(failed.clone()), false),
        ("another type", Some(json!({ "resourceType": "Patient", "id": "car-t-remission" })), false),
        ("incomplete", Some(incomplete()), true),
    ];
    for (name, template, worth) in outcomes() {
        for (state, value, is_part) in &open {
            ehr.forget();
            ehr.answers("Procedure", template.clone());
            let request = with_key(complete(), "procedures", value.clone());
            // What the part says stays known, whatever comes.
            let is_whole = worth["resourceType"] == "Bundle"
                && worth.get("link").is_none()
                && !worth.to_string().contains("timeout");
            let worth = match (*is_part, is_whole) {
                (true, true) => procedures(),
                (true, false) => incomplete(),
                (false, _) => worth.clone(),
            };
            let expected = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(worth))));
            let found = answer(server.call(SERVICE, &with_access(request, &ehr.base())));
            assert_eq!(found, expected, "prefetch {state}, FHIR server: {name}");
            assert!(ehr.paths().iter().all(|path| path == "Procedure"), "{name}: {:?}", ehr.paths());
            assert!(!ehr.paths().is_empty(), "{name}");
        }
    }
}

#[test]
fn what_was_prefetched_is_not_fetched() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    ehr.answers("Procedure", fhir(&procedures()));
    for value in [Value::Null, bundle(&[]), procedures()] {
        let request = with_key(complete(), "procedures", Some(value));
        let expected = answer(SERVER.call(SERVICE, &request));
        assert_eq!(answer(server.call(SERVICE, &with_access(request, &ehr.base()))), expected);
    }
    assert_eq!(ehr.paths(), [""; 0]);
}

#[test]
fn all_of_it_can_be_fetched_and_nothing_else_is() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    ehr.holds(&complete()["prefetch"]);
    let mut request = with_access(complete(), &ehr.base());
    request.as_object_mut().unwrap().remove("prefetch");
    let expected = answer(SERVER.call(SERVICE, &complete()));
    assert_eq!(expected.1["cards"][0]["indicator"], "critical");
    assert_eq!(answer(server.call(SERVICE, &request)), expected);
    let mut asked = ehr.paths();
    asked.sort();
    let mut wanted: Vec<String> =
        complete()["prefetch"].as_object().unwrap().keys().map(|key| crate::ehr::type_of(key)).collect();
    wanted.retain(|kind| kind != "Patient");
    wanted.push("Patient/car-t-remission".to_owned());
    wanted.sort();
    assert_eq!(asked, wanted);
    for request in ehr.asked() {
        assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
        let query: Vec<(String, String)> = request.url.query_pairs().into_owned().collect();
        let is_read = request.url.path().ends_with("/car-t-remission");
        assert!(is_read || query.contains(&("patient".to_owned(), "car-t-remission".to_owned())), "{}", request.url);
    }
}

#[test]
fn without_access_nothing_is_fetched_and_the_answer_says_why() {
    let ehr = Ehr::start();
    ehr.holds(&complete()["prefetch"]);
    let server = server(&[&ehr.base()]);
    let mut bare = complete();
    bare.as_object_mut().unwrap().remove("prefetch");
    let reason = |request: &Value| {
        let issues = refused(server.call(SERVICE, request), 412);
        assert!(issues.iter().any(|issue| issue.pointer == "/prefetch/procedures"), "{issues:?}");
        issues[0].message.clone()
    };
    assert!(reason(&bare).ends_with("the request has no `fhirServer`"));
    let mut no_token = with_access(bare.clone(), &ehr.base());
    no_token.as_object_mut().unwrap().remove("fhirAuthorization");
    assert!(reason(&no_token).ends_with("the request has no `fhirAuthorization`"));
    for token in [json!(""), json!("  "), Value::Null] {
        let mut empty = with_access(bare.clone(), &ehr.base());
        empty["fhirAuthorization"]["access_token"] = token;
        assert!(reason(&empty).ends_with("`fhirAuthorization` has no `access_token` that can be used"));
        let mut missing = empty.clone();
        missing["fhirAuthorization"].as_object_mut().unwrap().remove("access_token");
        assert_eq!(reason(&missing), reason(&empty));
        // What prefetch brought is judged.
        let mut judged = complete();
        for member in ["fhirServer", "fhirAuthorization"] {
            judged[member] = missing[member].clone();
        }
        assert_eq!(answer(server.call(SERVICE, &judged)), answer(SERVER.call(SERVICE, &complete())));
    }
    assert!(
        reason(&with_access(bare.clone(), "http://ehr.example.org/fhir")).ends_with("not on the list of this client")
    );
    let mut other = with_access(bare.clone(), &ehr.base());
    other["fhirAuthorization"]["patient"] = json!("someone-else");
    assert!(reason(&other).ends_with("`fhirAuthorization` is for another patient"));
    let elsewhere = Ehr::start();
    assert!(reason(&with_access(bare.clone(), &elsewhere.base())).ends_with("not on the list of this client"));
    assert!(ehr.asked().is_empty() && elsewhere.asked().is_empty());
    // The token of this very patient, however it is written.
    for patient in ["car-t-remission", "Patient/car-t-remission"] {
        let mut own = with_access(bare.clone(), &ehr.base());
        own["fhirAuthorization"]["patient"] = json!(patient);
        cards(server.call(SERVICE, &own));
    }
}

#[test]
fn a_refusal_names_what_the_server_answered() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let mut bare = complete();
    bare.as_object_mut().unwrap().remove("prefetch");
    ehr.answers("Procedure", ResponseTemplate::new(403));
    ehr.answers(
        "Patient/car-t-remission",
        fhir(&json!({ "resourceType": "Patient", "id": "someone-else", "gender": "male" })),
    );
    let issues = refused(server.call(SERVICE, &with_access(bare, &ehr.base())), 412);
    let of = |key: &str| {
        let pointer = format!("/prefetch/{key}");
        issues.iter().find(|issue| issue.pointer == pointer).map(|issue| issue.message.clone()).unwrap_or_default()
    };
    assert!(of("procedures").ends_with("the FHIR server answered with status 403"), "{issues:?}");
    assert!(of("conditions").ends_with("the FHIR server answered with status 404"), "{issues:?}");
    assert!(of("patient").ends_with("the FHIR server sent another patient"), "{issues:?}");
}

/// The request is right: what is wrong is the answer, however it is packed.
#[test]
fn another_patient_in_a_bundle_is_not_used() {
    let ehr = Ehr::start();
    let other =
        json!({ "resourceType": "Patient", "id": "someone-else", "gender": "female", "birthDate": "1990-01-01" });
    ehr.answers("Patient/car-t-remission", fhir(&bundle(&[other])));
    let request = with_key(complete(), "patient", None);
    let failed = with_key(complete(), "patient", Some(outcome("error", "exception")));
    let response = server(&[&ehr.base()]).call(SERVICE, &with_access(request, &ehr.base()));
    assert_eq!(answer(response), answer(SERVER.call(SERVICE, &failed)));
}

/// What is held as another kind is not asked for itself: the reason is that of the kind that holds it.
#[test]
fn a_refusal_names_why_the_kind_that_holds_another_did_not_come() {
    let ehr = Ehr::start();
    let mut settings = settings(&[&ehr.base()], PATIENCE);
    if let Callers::Anyone(client) = &mut settings.callers {
        client.fhir.held_elsewhere = vec![(Source::MedicationStatements, Source::MedicationRequests)];
    }
    let server = TestServer::start(settings);
    ehr.answers("MedicationRequest", ResponseTemplate::new(403));
    let mut bare = complete();
    bare.as_object_mut().unwrap().remove("prefetch");
    let issues = refused(server.call(SERVICE, &with_access(bare, &ehr.base())), 412);
    let issue = issues.iter().find(|issue| issue.pointer == "/prefetch/medicationStatements").unwrap();
    assert!(issue.message.ends_with("the FHIR server answered with status 403"), "{issues:?}");
    assert!(ehr.paths().iter().all(|path| path != "MedicationStatement"));
}

/// A server that ignores the parameter `patient` sends other people's data.
#[test]
fn a_search_that_answers_about_someone_else_is_not_believed() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let mut foreign = procedures();
    foreign["entry"][0]["resource"]["subject"]["reference"] = json!("Patient/someone-else");
    ehr.answers("Procedure", fhir(&foreign));
    let request = with_access(with_key(complete(), "procedures", None), &ehr.base());
    let mut part = bundle(&[]);
    part["link"] = json!([{ "relation": "next" }]);
    let expected = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(part))));
    assert_eq!(answer(server.call(SERVICE, &request)), expected);
}

#[test]
fn pages_are_put_together() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let mut first = bundle(&[]);
    first["total"] = json!(1);
    first["link"] = json!([{ "relation": "next", "url": format!("{}/more?page=2", ehr.base()) }]);
    ehr.answers("Procedure", fhir(&first));
    ehr.answers("more", fhir(&procedures()));
    let request = with_access(with_key(complete(), "procedures", None), &ehr.base());
    assert_eq!(answer(server.call(SERVICE, &request)), answer(SERVER.call(SERVICE, &complete())));
}

/// In development any page may call; it must not have internal servers read.
#[test]
fn nothing_is_fetched_for_a_web_page_that_nobody_listed() {
    let ehr = Ehr::start();
    ehr.holds(&complete()["prefetch"]);
    let body = with_access(with_key(complete(), "procedures", None), &ehr.base()).to_string();
    let from = |server: &TestServer, origin: &str| {
        let call = server.request(reqwest::Method::POST, &format!("/cds-services/{SERVICE}"));
        call.header("origin", origin).header("content-type", "application/json").body(body.clone()).send().unwrap()
    };
    let open = server(&[&ehr.base()]);
    let expected = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", None)));
    assert_eq!(answer(from(&open, "https://page.example.org")), expected);
    assert_eq!(ehr.paths(), [""; 0]);
    let origin = "https://ehr.example.org";
    let settings = Settings { cors_origins: vec![origin.to_owned()], ..settings(&[&ehr.base()], PATIENCE) };
    let expected = answer(SERVER.call(SERVICE, &complete()));
    assert_eq!(answer(from(&TestServer::start(settings), origin)), expected);
    assert_eq!(ehr.paths(), ["Procedure"]);
}

/// Epic sends references to Medications, and no Medications.
#[test]
fn a_drug_that_is_only_referenced_is_read() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let mut request = with_access(complete(), &ehr.base());
    let order = &mut request["context"]["draftOrders"]["entry"][0]["resource"];
    let drug = order.as_object_mut().unwrap().remove("medicationCodeableConcept").unwrap();
    let medication = json!({ "resourceType": "Medication", "id": "a.b", "code": drug });
    ehr.answers("Medication/a.b", fhir(&medication));
    let summary = |request: &Value| cards(server.call(SERVICE, request))[0]["summary"].clone();
    let expected = cards(SERVER.call(SERVICE, &complete()))[0]["summary"].clone();
    for reference in
        ["Medication/a.b".to_owned(), format!("{}/Medication/a.b", ehr.base()), "Medication/a.b/_history/2".to_owned()]
    {
        let order = &mut request["context"]["draftOrders"]["entry"][0]["resource"];
        order["medicationReference"] = json!({ "reference": reference });
        assert_eq!(summary(&request), expected, "{reference}");
    }
    let asked = ehr.asked().len();
    assert_eq!(asked, 3);
    // The same id elsewhere is another drug, and not every text is an id.
    for reference in [
        "https://elsewhere.example.org/fhir/Medication/a.b",
        "Medication/../Patient",
        "Medication/a?b",
        "Medication/..",
    ] {
        let order = &mut request["context"]["draftOrders"]["entry"][0]["resource"];
        order["medicationReference"] = json!({ "reference": reference });
        assert_ne!(summary(&request), expected, "{reference}");
    }
    assert_eq!(ehr.asked().len(), asked);
}

/// What comes in place of a drug is no data of the patient.
#[test]
fn a_drug_that_turns_out_to_be_something_else_is_not_read() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let mut request = with_access(complete(), &ehr.base());
    request["prefetch"]["procedures"] = bundle(&[]);
    let order = &mut request["context"]["draftOrders"]["entry"][0]["resource"];
    order.as_object_mut().unwrap().remove("medicationCodeableConcept");
    order["medicationReference"] = json!({ "reference": "Medication/x" });
    let without = answer(server.call(SERVICE, &request));
    let procedure = procedures()["entry"][0]["resource"].clone();
    assert_eq!(procedure["resourceType"], "Procedure");
    ehr.answers("Medication/x", fhir(&procedure));
    assert_eq!(answer(server.call(SERVICE, &request)), without);
}

#[test]
fn what_an_ehr_holds_elsewhere_is_not_missed() {
    let ehr = Ehr::start();
    let mut settings = settings(&[&ehr.base()], PATIENCE);
    if let Callers::Anyone(client) = &mut settings.callers {
        client.fhir.held_elsewhere = vec![(Source::MedicationStatements, Source::MedicationRequests)];
    }
    let server = TestServer::start(settings);
    let statements = "medicationStatements";
    let without = with_key(complete(), statements, None);
    // Without access: it has come as the requests have.
    assert_eq!(answer(server.call(SERVICE, &without)), answer(SERVER.call(SERVICE, &complete())));
    // With access: it is not asked for.
    cards(server.call(SERVICE, &with_access(without.clone(), &ehr.base())));
    assert_eq!(ehr.paths(), [""; 0]);
    // What is missing with the requests is missing with the statements.
    let failed = outcome("error", "exception");
    let neither = with_key(without, "medicationRequests", Some(failed.clone()));
    let both = with_key(with_key(complete(), statements, Some(failed.clone())), "medicationRequests", Some(failed));
    assert_eq!(answer(server.call(SERVICE, &neither)), answer(SERVER.call(SERVICE, &both)));
}

/// Of several tries the best: a busy machine may delay any one.
fn quickest(tries: usize, mut call: impl FnMut()) -> Duration {
    let tries = (0..tries).map(|_| {
        let start = Instant::now();
        call();
        start.elapsed()
    });
    tries.min().unwrap()
}

#[test]
fn a_server_that_never_answers_costs_no_more_than_the_deadline() {
    let deadline = Duration::from_millis(300);
    for (bytes, hangs_up) in [
        (&b""[..], false),
        (
            b"HTTP/1.1 200 OK\r\ncontent-type: application/fhir+json\r\ncontent-length: 900\r\n\r\n{\"resourceType\"",
            false,
        ),
    ] {
        let ehr = RawServer::start(bytes, hangs_up);
        let server = TestServer::start(settings(&[&ehr.base], deadline));
        let request = with_access(with_key(complete(), "procedures", None), &ehr.base);
        let expected =
            answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(outcome("error", "timeout")))));
        let took = quickest(5, || assert_eq!(answer(server.call(SERVICE, &request)), expected));
        assert!(took >= deadline, "{took:?}");
        assert!(took < deadline + Duration::from_millis(50), "{took:?}");
        assert!(ehr.connections.load(Ordering::SeqCst) > 0);
    }
}

#[test]
fn an_answer_that_breaks_off_is_a_gap() {
    let expected =
        answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(outcome("error", "exception")))));
    for bytes in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-type: application/fhir+json\r\ncontent-length: 900\r\n\r\n{\"resourceType\":\"Bundle\",\"total\":0}",
        b"nonsense\r\n\r\n",
    ] {
        let ehr = RawServer::start(bytes, true);
        let server = server(&[&ehr.base]);
        let request = with_access(with_key(complete(), "procedures", None), &ehr.base);
        assert_eq!(answer(server.call(SERVICE, &request)), expected);
    }
    // Nobody listens.
    let nobody = "http://127.0.0.1:9/fhir";
    let server = server(&[nobody]);
    let request = with_access(with_key(complete(), "procedures", None), nobody);
    assert_eq!(answer(server.call(SERVICE, &request)), expected);
}

/// Addresses that are not the listed one, however they are written, get neither a request nor the token.
#[test]
fn only_listed_servers_are_asked() {
    let ehr = Ehr::start();
    let listed = Ehr::start();
    let server = server(&[&listed.base()]);
    let port = Url::parse(&ehr.base()).unwrap().port().unwrap();
    let bare = with_key(complete(), "procedures", None);
    let expected = answer(SERVER.call(SERVICE, &bare));
    for address in [
        ehr.base(),
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}/fhir"),
        format!("http://[::1]:{port}/fhir"),
        format!("{}/../admin", listed.base()),
        format!("{}/%2e%2e/admin", listed.base()),
        format!("{}x", listed.base()),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::ffff:169.254.169.254]/".to_owned(),
        "https://2852039166/".to_owned(),
        "https://ehr.example.org".to_owned(),
    ] {
        let found = answer(server.call(SERVICE, &with_access(bare.clone(), &address)));
        assert_eq!(found, expected, "{address}");
    }
    // Nor do addresses in plain text beyond this machine, which nobody allowed.
    for address in ["http://ehr.example.org/fhir", "http://2130706433/", "HTTP://10.1.2.3:8080/fhir"] {
        let found = answer(server.call(SERVICE, &with_access(bare.clone(), address)));
        assert_eq!(found, expected, "{address}");
    }
    // What is no address that a FHIR server can have is not a valid request.
    for address in ["file:///etc/passwd", "ftp://127.0.0.1/", "ehr.example.org", ""] {
        let issues = refused(server.call(SERVICE, &with_access(bare.clone(), address)), 400);
        assert_eq!(issues[0].pointer, "/fhirServer", "{address}");
    }
    assert!(ehr.asked().is_empty() && listed.asked().is_empty());
}
