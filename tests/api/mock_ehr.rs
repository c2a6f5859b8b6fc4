//! The mock EHR against the real server: keys, tokens, prefetch, fetching, cards, feedback; each fault, SMART, transactions.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cellwise::config::Config;
use cellwise::ehr::faults::{Fault, Faults};
use cellwise::ehr::{Algorithm, App, COURSE, Ehr, EhrSettings};
use cellwise::engine::Engine;
use cellwise::fixtures::patients::{CARRIED_AS_OF, Identity, Patients};
use cellwise::http::Settings;
use cellwise_clinic::Language;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode};
use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};

use crate::helpers::{ENGINE, TestServer};

/// A patient about whom several rules have something to say.
const PATIENT: &str = "car-t-icans";
/// A patient in hospital.
const INPATIENT: &str = "car-t-inpatient";

fn settings(service: &str) -> EhrSettings {
    EhrSettings {
        listen: "127.0.0.1:0".parse().unwrap(),
        base_url: None,
        service: service.to_owned(),
        patients: Patients::carried().unwrap(),
        apps: vec![App::parse("app=http://127.0.0.1:9/launch").unwrap()],
        algorithm: Algorithm::Es384,
        faults: Faults::default(),
        as_of: Some(CARRIED_AS_OF.to_owned()),
        language: Language::ENGLISH,
        open: false,
    }
}

/// Pairs as a form, or as the query of an address.
fn pairs<'p>(pairs: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut url = Url::parse("http://form").unwrap();
    url.query_pairs_mut().extend_pairs(pairs);
    url.query().unwrap_or_default().to_owned()
}

/// Posts a form.
fn form(client: &Client, url: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let request = client.post(url).header("content-type", "application/x-www-form-urlencoded");
    request.body(pairs(fields.iter().copied()))
}

/// An EHR and a server that believes it, by the very configuration that it writes.
struct Loop {
    ehr: Ehr,
    client: Client,
    _server: TestServer,
}

impl Loop {
    fn start(algorithm: Algorithm) -> Self {
        // Each must know the address of the other before it starts.
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let apps = vec![App::parse(&format!("{COURSE}=http://{free}/course")).unwrap()];
        let ehr = Ehr::start(EhrSettings { algorithm, apps, ..settings(&format!("http://{free}")) }).unwrap();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ehr-{}.toml", free.port()));
        std::fs::write(&file, ehr.configuration()).unwrap();
        let config = Config::read(&file, ENGINE.knowledge()).unwrap_or_else(|errors| panic!("{errors:?}"));
        let settings: Settings = config.settings(&config.server, &[]).unwrap();
        // Cards link to the address of the server that they come from.
        let engine = Engine::load().unwrap().at(settings.base_url.as_ref().map(Url::as_str));
        let server = TestServer::of_at(Arc::new(engine), settings);
        let client = Client::builder().redirect(Policy::limited(5)).build().unwrap();
        Self { ehr, client, _server: server }
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = form(&self.client, &format!("{}/{path}", self.ehr.chart_url(PATIENT)), fields).send().unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().unwrap()
    }

    fn open(&self) -> Page {
        let answer = self.client.get(format!("{}/open", self.ehr.chart_url(PATIENT))).send().unwrap();
        assert_eq!(answer.status(), 200);
        Page(answer.text().unwrap())
    }

    fn switch(&self, faults: &[Fault], of: Option<&str>) {
        self.ehr.switch(Faults::new(faults.iter().copied(), of.map(str::to_owned)));
    }
}

/// A chart as it is shown.
struct Page(String);

impl Page {
    /// Requests and responses in turn.
    fn wire(&self) -> Vec<Value> {
        let blocks = self.0.split("<pre tabindex=\"0\">").skip(1).map(|rest| rest.split("</pre>").next().unwrap());
        let plain = blocks
            .map(|text| text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"));
        plain.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))).collect()
    }

    /// The one request and the one response of a hook that a single service is offered on… or those of the service named.
    fn answers(&self) -> Vec<Value> {
        self.wire().into_iter().skip(1).step_by(2).collect()
    }

    fn requests(&self) -> Vec<Value> {
        self.wire().into_iter().step_by(2).collect()
    }

    /// The indicators of all cards, by topic.
    fn cards(&self) -> BTreeMap<String, String> {
        let answers = self.answers();
        let cards = answers.iter().flat_map(|answer| answer["cards"].as_array().into_iter().flatten());
        cards
            .map(|card| {
                let topic = card["source"]["topic"]["code"].as_str().unwrap_or_default().to_owned();
                (topic, card["indicator"].as_str().unwrap().to_owned())
            })
            .collect()
    }

    /// Whether the answers say that something could not be checked, and none that had cards has none now.
    fn names_gaps(&self) -> bool {
        let answers = self.answers();
        let is_refusal = |answer: &Value| answer["resourceType"] == "OperationOutcome";
        let says_so = |answer: &Value| is_refusal(answer) || answer.to_string().contains("unchecked");
        // The last service is the one that has cards about this patient.
        answers.iter().any(says_so) && answers.last().is_some_and(says_so)
    }
}

#[test]
fn a_chart_is_opened_and_its_cards_are_shown() {
    for algorithm in [Algorithm::Es384, Algorithm::Rs384] {
        let both = Loop::start(algorithm);
        let prefetched = both.open();
        assert!(!prefetched.cards().is_empty(), "{}", prefetched.0);
        let request = &prefetched.requests()[0];
        assert_eq!(request["context"]["patientId"], PATIENT);
        assert_eq!(request["fhirServer"], both.ehr.fhir_url());
        assert_eq!(request["fhirAuthorization"]["access_token"], "…", "a token is shown");
        assert!(request["fhirAuthorization"]["scope"].as_str().unwrap().contains("patient/Condition.rs"));
        assert_eq!(request["prefetch"]["patient"]["id"], PATIENT);
        assert!(prefetched.0.contains("<article class=\"card "), "{}", prefetched.0);

        // The same from nothing but the FHIR server.
        both.switch(&[Fault::NoPrefetch], None);
        let fetched = both.open();
        assert!(fetched.requests().iter().all(|request| request.get("prefetch").is_none()));
        assert_eq!(fetched.cards(), prefetched.cards());
    }
}

/// What must come of a fault.
enum Expected {
    /// The cards are the same: the service found another way.
    Same,
    /// The service says what it does not know.
    Gaps,
    /// It refuses.
    Refused(u16),
}

#[test]
fn each_fault_comes_to_gaps_or_a_refusal_and_never_to_silence() {
    let both = Loop::start(Algorithm::Es384);
    let good = both.open().cards();
    let alone = |fault| vec![fault];
    let unhelped = |fault| vec![fault, Fault::NoPrefetch];
    let blind = |fault| vec![fault, Fault::NoFhirServer];
    for (faults, expected) in [
        // Data that comes late, not, or not whole: from the FHIR server alone, and in prefetch alone.
        (unhelped(Fault::Slow), Expected::Gaps),
        (unhelped(Fault::Forbidden), Expected::Gaps),
        (blind(Fault::Forbidden), Expected::Gaps),
        (unhelped(Fault::ServerError), Expected::Gaps),
        (blind(Fault::ServerError), Expected::Gaps),
        (unhelped(Fault::InvalidJson), Expected::Gaps),
        (blind(Fault::InvalidJson), Expected::Gaps),
        (unhelped(Fault::Incomplete), Expected::Gaps),
        (blind(Fault::Incomplete), Expected::Gaps),
        (unhelped(Fault::Narrower), Expected::Gaps),
        (blind(Fault::Narrower), Expected::Gaps),
        (unhelped(Fault::CutOff), Expected::Gaps),
        (blind(Fault::CutOff), Expected::Gaps),
        (unhelped(Fault::OutcomeEntry), Expected::Gaps),
        (blind(Fault::OutcomeEntry), Expected::Gaps),
        (unhelped(Fault::ExpiredToken), Expected::Gaps),
        (blind(Fault::MissingKey), Expected::Gaps),
        (blind(Fault::NoPrefetch), Expected::Gaps),
        // Where one way is closed and the other is not, nothing is lost.
        (alone(Fault::MissingKey), Expected::Same),
        (alone(Fault::ExpiredToken), Expected::Same),
        (alone(Fault::NoFhirServer), Expected::Same),
        (alone(Fault::NoSelfLink), Expected::Same),
        (unhelped(Fault::NoSelfLink), Expected::Same),
        // Another release of FHIR is read as well.
        (unhelped(Fault::Stu3), Expected::Same),
        // Tokens that nobody may believe.
        (alone(Fault::UnknownKey), Expected::Refused(401)),
        (alone(Fault::LateClientToken), Expected::Refused(401)),
        (alone(Fault::ReplayedClientToken), Expected::Refused(401)),
    ] {
        let names: Vec<&str> = faults.iter().map(|fault| fault.name()).collect();
        both.switch(&faults, None);
        let page = both.open();
        assert!(page.0.contains("Faults that are on:"));
        match expected {
            Expected::Same => assert_eq!(page.cards(), good, "{names:?}"),
            Expected::Gaps => assert!(page.names_gaps(), "{names:?}: {:?}", page.answers()),
            Expected::Refused(status) => {
                let said = format!("answered {status}");
                assert!(page.0.contains("class=\"problem\"") && page.0.contains(&said), "{names:?}: {}", page.0);
            }
        }
    }
    // Of one type only.
    both.switch(&[Fault::Forbidden, Fault::NoPrefetch], Some("MedicationRequest"));
    assert!(both.open().names_gaps());
    // Another patient's data is nobody's: what it would have said is not known.
    both.switch(&[Fault::OtherPatient, Fault::NoFhirServer], None);
    let other = both.open();
    assert!(other.0.contains("class=\"problem\"") || other.names_gaps(), "{}", other.0);
}

#[test]
fn keys_that_can_not_be_had_refuse_everybody() {
    let both = Loop::start(Algorithm::Es384);
    both.switch(&[Fault::NoKeys], None);
    let page = both.open();
    assert!(page.0.contains("answered 401") && page.cards().is_empty(), "{}", page.0);
}

/// What stands between two texts.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    text.split(before).nth(1).unwrap_or_else(|| panic!("no {before}")).split(after).next().unwrap()
}

#[test]
fn an_order_is_drafted_a_suggestion_taken_and_a_card_overridden() {
    let both = Loop::start(Algorithm::Es384);
    let page = both.post("draft", &[("order", "blood-red-cells")]);
    assert!(page.contains("(order-select)"), "{page}");
    let requests = Page(page.clone()).requests();
    assert_eq!(requests[0]["context"]["selections"].as_array().unwrap().len(), 1);
    assert_eq!(
        requests[0]["context"]["draftOrders"]["entry"][0]["resource"]["subject"]["reference"],
        format!("Patient/{PATIENT}")
    );
    let signed = both.post("hook", &[("hook", "order-sign")]);
    let with_suggestion = signed.split("<article").skip(1).find(|card| card.contains("/accept"));
    let card = with_suggestion.unwrap_or_else(|| panic!("no suggestion: {signed}"));
    let handle = between(card, "name=\"card\" value=\"", "\"");
    let accepted = both.post("accept", &[("card", handle), ("suggestion", "0")]);
    assert!(
        accepted.contains("Accepted: it is among the drafts.") && accepted.contains("200 {&quot;received&quot;:1}"),
        "{accepted}"
    );
    // It counts once.
    let accept = format!("{}/accept", both.ehr.chart_url(PATIENT));
    let again = form(&both.client, &accept, &[("card", handle), ("suggestion", "0")]);
    assert_eq!(again.send().unwrap().status(), 404);

    let opened = both.open().0;
    let handle = between(&opened, "name=\"card\" value=\"", "\"").to_owned();
    let overridden = both.post("override", &[("card", &handle), ("reason", "0"), ("comment", "seen")]);
    assert!(overridden.contains("Overridden:") && overridden.contains(": seen"), "{overridden}");
    assert!(overridden.contains("200 {&quot;received&quot;:1}"), "{overridden}");
}

#[test]
fn no_other_site_can_act_or_look() {
    let ehr = Ehr::start(settings("http://127.0.0.1:9")).unwrap();
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let post = |origin: Option<&str>| {
        let request = form(&client, &format!("{}/faults", ehr.url()), &[("fault", "slow")]);
        origin.into_iter().fold(request, |request, origin| request.header("origin", origin)).send().unwrap().status()
    };
    assert_eq!(post(Some("https://evil.example")), 403);
    assert_eq!(post(Some(ehr.url())), 303);
    assert_eq!(post(None), 303);
    let rebound = client.get(ehr.url()).header("host", "evil.example").send().unwrap();
    assert_eq!(rebound.status(), 403);
    let page = client.get(ehr.url()).send().unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    assert!(page.text().unwrap().contains("nobody answers there"), "a service that is away is named");
}

#[test]
fn a_search_parameter_that_nobody_honours_is_refused() {
    let ehr = Ehr::start(EhrSettings { open: true, ..settings("http://127.0.0.1:9") }).unwrap();
    let client = Client::new();
    let get = |path: &str| client.get(format!("{}/{path}", ehr.fhir_url())).send().unwrap();
    let refused = get(&format!("Observation?patient={PATIENT}&colour=red"));
    assert_eq!(refused.status(), 400);
    let outcome: Value = refused.json().unwrap();
    assert!(outcome["issue"][0]["diagnostics"].as_str().unwrap().contains("`colour`"), "{outcome}");
    // Every parameter of every template of ours is honoured, by GET and by POST.
    for service in &ENGINE.knowledge().services {
        for template in service.prefetch.values() {
            let query = template.replace("{{context.patientId}}", PATIENT);
            let found: Value = get(&query).json().unwrap();
            assert_ne!(found["resourceType"], "OperationOutcome", "{query}: {found}");
            let Some((of, parameters)) = query.split_once('?') else { continue };
            let posted = client.post(format!("{}/{of}/_search", ehr.fhir_url()));
            let posted = posted.header("content-type", "application/x-www-form-urlencoded").body(parameters.to_owned());
            assert_eq!(posted.send().unwrap().json::<Value>().unwrap()["total"], found["total"], "{query}");
            assert_eq!(found["link"][0]["url"], format!("{}/{query}", ehr.fhir_url()));
        }
    }
    let metadata: Value = get("metadata").json().unwrap();
    assert_eq!(cellwise_fhir_model::check(&metadata.to_string()), Ok(()), "{metadata}");
    // Pages lead on to the next.
    let mut url = format!("{}/Condition?_count=7", ehr.fhir_url());
    let (mut seen, total) = (0, get("Condition").json::<Value>().unwrap()["total"].as_u64().unwrap());
    loop {
        let page: Value = client.get(&url).send().unwrap().json().unwrap();
        seen += page["entry"].as_array().unwrap().len() as u64;
        let next = page["link"].as_array().unwrap().iter().find(|link| link["relation"] == "next");
        match next {
            Some(next) => next["url"].as_str().unwrap().clone_into(&mut url),
            None => break,
        }
    }
    assert_eq!(seen, total);
}

#[test]
fn transactions_load_and_are_read_back_as_they_were() {
    let nobody = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nobody");
    std::fs::create_dir_all(&nobody).unwrap();
    std::fs::write(nobody.join("one.json"), json!({ "resourceType": "Patient", "id": "one" }).to_string()).unwrap();
    let carried = Patients::carried().unwrap();
    for identity in [Identity::Id, Identity::Identifier] {
        let patients = Patients::load(&nobody).unwrap();
        let ehr = Ehr::start(EhrSettings { open: true, patients, ..settings("http://127.0.0.1:9") }).unwrap();
        let client = Client::new();
        for id in carried.ids() {
            let transaction = carried.transaction(id, identity).unwrap();
            assert_eq!(cellwise_fhir_model::check(&transaction.to_string()), Ok(()), "{id}");
            let answer = client.post(ehr.fhir_url()).body(transaction.to_string()).send().unwrap();
            let (status, response): (StatusCode, Value) = (answer.status(), answer.json().unwrap());
            assert_eq!(
                (status, &response["type"]),
                (StatusCode::OK, &json!("transaction-response")),
                "{id}: {response}"
            );
            for (entry, answer) in
                transaction["entry"].as_array().unwrap().iter().zip(response["entry"].as_array().unwrap())
            {
                let location = answer["response"]["location"].as_str().unwrap().replace("/_history/1", "");
                let read: Value = client.get(format!("{}/{location}", ehr.fhir_url())).send().unwrap().json().unwrap();
                assert_eq!(cellwise_fhir_model::check(&read.to_string()), Ok(()), "{location}");
                if identity == Identity::Id {
                    assert_eq!(read, entry["resource"]);
                } else {
                    assert_eq!(read["identifier"], entry["resource"]["identifier"]);
                    assert!(!read.to_string().contains("urn:uuid"), "{read}");
                }
            }
        }
    }
    let closed = Ehr::start(settings("http://127.0.0.1:9")).unwrap();
    assert_eq!(Client::new().post(closed.fhir_url()).body("{}").send().unwrap().status(), 403);
}

/// A SMART app: it follows no redirect by itself.
struct SmartApp {
    client: Client,
    fhir: String,
    configuration: Value,
}

const REDIRECT: &str = "http://127.0.0.1:9/back";
// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl SmartApp {
    fn of(ehr: &Ehr) -> Self {
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let address = format!("{}/.well-known/smart-configuration", ehr.fhir_url());
        let configuration = client.get(address).send().unwrap().json().unwrap();
        Self { client, fhir: ehr.fhir_url(), configuration }
    }

    fn authorize(&self, change: &[(&str, Option<&str>)]) -> Response {
        let mut parameters = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", REDIRECT),
            ("scope", "launch openid fhirUser patient/Patient.rs patient/Observation.rs"),
            ("state", "st"),
            ("aud", &self.fhir),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        for (name, value) in change {
            match value {
                Some(value) => parameters.insert(name, value),
                None => parameters.remove(name),
            };
        }
        let endpoint = self.configuration["authorization_endpoint"].as_str().unwrap();
        self.client.get(format!("{endpoint}?{}", pairs(parameters))).send().unwrap()
    }

    fn token(&self, code: &str, verifier: &str) -> (StatusCode, Value) {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", "app"),
            ("code_verifier", verifier),
        ];
        let endpoint = self.configuration["token_endpoint"].as_str().unwrap();
        let answer = form(&self.client, endpoint, &fields).send().unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (answer.status(), answer.json().unwrap())
    }
}

/// The parameters that an app is sent back with.
fn sent_to(answer: &Response) -> BTreeMap<String, String> {
    assert_eq!(answer.status(), 303);
    let url = Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    url.query_pairs().into_owned().collect()
}

#[test]
fn an_app_is_launched_from_a_chart() {
    let ehr = Ehr::start(settings("http://127.0.0.1:9")).unwrap();
    let app = SmartApp::of(&ehr);
    let launched = app.client.get(format!("{}/launch?app=app", ehr.chart_url(INPATIENT))).send().unwrap();
    let context = sent_to(&launched);
    assert_eq!(context["iss"], ehr.fhir_url());
    let back = sent_to(&app.authorize(&[("launch", Some(&context["launch"])), ("nonce", Some("n"))]));
    assert_eq!(back["state"], "st");

    // The verifier must fit, and a code counts once.
    let (status, refused) = app.token(&back["code"], &"x".repeat(43));
    assert_eq!((status.as_u16(), refused["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(app.token(&back["code"], VERIFIER).0, 400);
    let launched = app.client.get(format!("{}/launch?app=app", ehr.chart_url(INPATIENT))).send().unwrap();
    let back = sent_to(&app.authorize(&[("launch", Some(&sent_to(&launched)["launch"])), ("nonce", Some("n"))]));
    let (status, token) = app.token(&back["code"], VERIFIER);
    assert_eq!(status, 200, "{token}");
    assert_eq!((&token["patient"], &token["token_type"]), (&json!(INPATIENT), &json!("Bearer")));
    assert_eq!(token["encounter"], "car-t-inpatient-current");
    assert_eq!(token["scope"], "launch openid fhirUser patient/Patient.rs patient/Observation.rs");

    // Who the user is, is signed.
    let keys: JwkSet = app.client.get(ehr.jwks_url()).send().unwrap().json().unwrap();
    let mut wanted = Validation::new(jsonwebtoken::Algorithm::ES384);
    wanted.set_audience(&["app"]);
    wanted.set_issuer(&[ehr.url()]);
    let id =
        decode::<Value>(token["id_token"].as_str().unwrap(), &DecodingKey::from_jwk(&keys.keys[0]).unwrap(), &wanted);
    let claims = id.unwrap().claims;
    assert_eq!(
        (claims["nonce"].as_str(), claims["fhirUser"].as_str().unwrap()),
        (Some("n"), &*format!("{}/Practitioner/ehr-user", ehr.fhir_url()))
    );

    // It opens what was granted, of this patient, and nothing else.
    let bearer = token["access_token"].as_str().unwrap();
    let get = |path: &str| {
        app.client.get(format!("{}/{path}", ehr.fhir_url())).bearer_auth(bearer).send().unwrap().status().as_u16()
    };
    for (path, status) in [
        ("Patient/car-t-inpatient", 200),
        ("Observation?patient=car-t-inpatient", 200),
        ("Observation", 200),
        ("Patient/woman-ms", 403),
        ("Observation?patient=woman-ms", 403),
        ("Condition?patient=car-t-inpatient", 403),
    ] {
        assert_eq!(get(path), status, "{path}");
    }
    assert_eq!(app.client.get(format!("{}/Patient", ehr.fhir_url())).send().unwrap().status(), 401);
}

#[test]
fn an_app_that_launches_itself_asks_for_a_patient() {
    let ehr = Ehr::start(settings("http://127.0.0.1:9")).unwrap();
    let app = SmartApp::of(&ehr);
    let page = app.authorize(&[("scope", Some("launch/patient patient/*.rs"))]);
    assert_eq!(page.status(), 200);
    let page = page.text().unwrap();
    let link = page
        .split("href=\"")
        .find(|rest| rest.starts_with("/smart/pick") && rest.contains("car-t-inpatient<"))
        .unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let back = sent_to(&app.client.get(format!("{}{link}", ehr.url())).send().unwrap());
    let (status, token) = app.token(&back["code"], VERIFIER);
    assert_eq!((status.as_u16(), token["patient"].as_str(), token.get("id_token")), (200, Some(INPATIENT), None));
    // The picker counts once.
    assert_eq!(app.client.get(format!("{}{link}", ehr.url())).send().unwrap().status(), 404);
}

#[test]
fn what_is_wrong_with_an_authorisation_is_said_to_whom_it_may_concern() {
    let ehr = Ehr::start(settings("http://127.0.0.1:9")).unwrap();
    let app = SmartApp::of(&ehr);
    // Nobody is sent to an address that is not the app's.
    for change in
        [("client_id", Some("stranger")), ("redirect_uri", Some("https://evil.example/")), ("redirect_uri", None)]
    {
        assert_eq!(app.authorize(&[change]).status(), 400, "{change:?}");
    }
    for (change, error) in [
        (("response_type", Some("token")), "unsupported_response_type"),
        (("aud", Some("https://other.example/fhir")), "invalid_request"),
        (("aud", None), "invalid_request"),
        (("code_challenge_method", Some("plain")), "invalid_request"),
        (("code_challenge", None), "invalid_request"),
        (("launch", Some("made-up")), "invalid_request"),
    ] {
        let back = sent_to(&app.authorize(&[change]));
        assert_eq!((&*back["error"], &*back["state"]), (error, "st"), "{change:?}");
    }
    assert_eq!(URL_SAFE_NO_PAD.decode(CHALLENGE).unwrap().len(), 32);
}

/// A card leads to the course: the EHR launches the app of the server, which comes back with a code and reads with the user's token.
#[test]
fn a_card_launches_the_course() {
    let both = Loop::start(Algorithm::Es384);
    let page = both.open().0;
    let link = page.split("href=\"").find(|rest| rest.contains("launch?card=")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let browser = Client::builder().redirect(Policy::none()).build().unwrap();
    let (mut address, mut cookie) = (Url::parse(both.ehr.url()).unwrap().join(&link).unwrap(), String::new());
    let shown = loop {
        let answer = browser.get(address.clone()).header("cookie", &cookie).send().unwrap();
        if let Some(set) = answer.headers().get("set-cookie") {
            set.to_str().unwrap().split(';').next().unwrap().clone_into(&mut cookie);
        }
        let Some(next) = answer.headers().get("location") else { break answer };
        address = address.join(next.to_str().unwrap()).unwrap();
    };
    assert_eq!(shown.status(), 200);
    let course = shown.text().unwrap();
    assert!(course.contains("<svg") && course.contains("brexucabtagene autoleucel"), "{course}");
    assert!(course.contains("id=\"opened\""), "the card that led here is not marked");
    assert!(!address.as_str().contains(PATIENT), "{address}");
}

/// What is sent on was signed before: the EHR has it on record, and names it.
#[test]
fn a_draft_is_signed_and_sent_on() {
    let both = Loop::start(Algorithm::Es384);
    both.post("draft", &[("order", "donation-harvest")]);
    let page = Page(both.post("hook", &[("hook", "order-dispatch")]));
    assert_eq!(page.cards().get("donationAfterCarT").map(String::as_str), Some("critical"));
    let request = &page.requests()[0];
    assert_eq!(request["context"]["dispatchedOrders"], json!(["ServiceRequest/donation"]), "{request}");
    assert_eq!((&request["context"]["userId"], &request["context"]["draftOrders"]), (&Value::Null, &Value::Null));
}
