//! Who may call: tokens of CDS Hooks clients, good and forged. Keys are made anew by every run.

mod attacks;
mod key_host;
mod keys;
mod times;
pub(crate) mod token;

use std::sync::Barrier;
use std::thread;

use cellwise::client::{Callers, Client, KeySource, Trust};
use cellwise::http::Settings;
use jsonwebtoken::Algorithm;
use reqwest::Method;
use reqwest::blocking::{RequestBuilder, Response};
use serde_json::{Value, json};

use self::token::{BASE, ISSUER, P384, Token, jwks};
use crate::helpers::{TestServer, cards, refused, request};

const SERVICE: &str = "/cds-services/ahsct-eligibility";
const FEEDBACK: &str = "/cds-services/ahsct-eligibility/feedback";

/// A client that trusts ES384 and RS384, with its keys in a file.
pub(crate) fn client(keys: &Value) -> Client {
    trusting(KeySource::Static(serde_json::from_value(keys.clone()).unwrap()), |_| {})
}

fn trusting(keys: KeySource, change: impl FnOnce(&mut Trust)) -> Client {
    let mut trust = Trust {
        issuer: ISSUER.to_owned(),
        tenants: Vec::new(),
        audiences: Vec::new(),
        algorithms: vec![Algorithm::ES384, Algorithm::RS384],
        keys,
    };
    change(&mut trust);
    Client { id: "hospital".to_owned(), trust: Some(trust), ..Client::anonymous() }
}

/// A server at [`BASE`] for these clients.
fn server(clients: Vec<Client>) -> TestServer {
    server_with(clients, |_| {})
}

pub(crate) fn server_with(clients: Vec<Client>, change: impl FnOnce(&mut Settings)) -> TestServer {
    let mut settings =
        Settings { base_url: Some(BASE.parse().unwrap()), callers: Callers::Listed(clients), ..Settings::default() };
    change(&mut settings);
    TestServer::start(settings)
}

/// One client, and nobody else.
pub(crate) fn listed() -> Settings {
    let callers = Callers::Listed(vec![client(&jwks(&[("ec", &P384)]))]);
    Settings { base_url: Some(BASE.parse().unwrap()), callers, ..Settings::default() }
}

/// A server that knows one client, and lets nobody else in.
pub(crate) fn closed() -> TestServer {
    server(vec![client(&jwks(&[("ec", &P384)]))])
}

/// A call of the service, before it has a token.
fn call(server: &TestServer) -> RequestBuilder {
    let body = request("patient-view").to_string();
    server.request(Method::POST, SERVICE).header("content-type", "application/json").body(body)
}

pub(crate) fn call_with(server: &TestServer, token: &str) -> Response {
    call(server).bearer_auth(token).send().unwrap()
}

/// All of an answer that depends on the request. `connection` tells whether the body had come when the answer went.
fn whole(response: Response) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<(String, String)> = response
        .headers()
        .iter()
        // The CORS library puts what it exposes in any order.
        .filter(|(name, _)| {
            let other = ["date", "connection", "content-length", "x-request-id", "access-control-expose-headers"];
            !other.contains(&name.as_str())
        })
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    // The address that a token must be meant for is that of the path, whatever the token says.
    let pattern = match response.url().path() {
        path if path.ends_with("/feedback") => "/cds-services/{id}/feedback",
        "/cds-services" => "/cds-services",
        _ => "/cds-services/{id}",
    };
    let status = response.status().as_u16();
    let text = response.text().unwrap();
    assert!(status != 401 || text.contains(&format!("{pattern}`")), "{text}");
    (status, headers, text.replace(&format!("{pattern}`"), "PATH`"))
}

/// Checks that an answer is the one that a request without a token gets, to the byte.
#[track_caller]
fn bare(server: &TestServer, response: Response, what: &str) {
    assert_eq!(whole(response), whole(call(server).send().unwrap()), "{what}");
}

/// Checks that a token is refused, with an answer that says nothing.
#[track_caller]
fn refuses(server: &TestServer, token: &str, what: &str) {
    bare(server, call_with(server, token), what);
}

#[track_caller]
fn admits(server: &TestServer, token: &str, what: &str) {
    let response = call_with(server, token);
    let status = response.status();
    assert_eq!(status, 200, "{what}: {}", response.text().unwrap());
}

#[test]
fn without_a_token_the_answer_is_a_bare_401() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    let response = call(&server).send().unwrap();
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let issues = refused(response, 401);
    assert_eq!(issues.len(), 1);
    let told = format!(
        "the request is not authenticated: it needs a token that is meant (`aud`) for `{BASE}/cds-services/{{id}}`"
    );
    assert_eq!((issues[0].pointer.as_str(), issues[0].message.as_str()), ("", told.as_str()));

    cards(call_with(&server, &Token::new().signed(&P384)));
}

/// A stranger does not learn which services there are, and nothing of what he sends is read.
#[test]
fn who_calls_is_asked_first() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        server.request(Method::POST, path).header("content-type", kind).body(body)
    };
    for (path, kind, body) in [
        ("/cds-services/nothing", "application/json", b"{}".to_vec()),
        ("/cds-services/nothing/feedback", "application/json", b"{}".to_vec()),
        (SERVICE, "application/json", b"{".to_vec()),
        (SERVICE, "text/plain", b"{}".to_vec()),
        (SERVICE, "application/json", vec![b' '; 3_000_000]),
        (FEEDBACK, "application/json", b"{".to_vec()),
    ] {
        bare(&server, post(path, kind, body).send().unwrap(), path);
    }
    let token = Token::new().claim("aud", &json!(format!("{BASE}/cds-services/nothing"))).signed(&P384);
    let unknown = post("/cds-services/nothing", "application/json", b"{}".to_vec());
    refused(unknown.bearer_auth(token).send().unwrap(), 404);
    refused(post(SERVICE, "text/plain", b"{}".to_vec()).bearer_auth(Token::new().signed(&P384)).send().unwrap(), 415);
    // What is no endpoint has nothing to hide.
    refused(server.get("/nothing"), 404);
    refused(server.get(SERVICE), 405);
}

#[test]
fn each_endpoint_is_an_audience_of_its_own() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    let feedback = json!({ "feedback": [{
        "card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-02T09:00:00Z"
    }] });
    let send = |path: &str, token: String| {
        let request = match path {
            "/cds-services" => server.request(Method::GET, path),
            SERVICE => call(&server),
            _ => {
                server.request(Method::POST, path).header("content-type", "application/json").body(feedback.to_string())
            }
        };
        request.bearer_auth(token).send().unwrap()
    };
    let paths = ["/cds-services", SERVICE, FEEDBACK];
    for path in paths {
        for audience in paths {
            let token = Token::new().claim("aud", &json!(format!("{BASE}{audience}"))).signed(&P384);
            let response = send(path, token);
            if path == audience {
                assert_eq!(response.status(), 200, "{path}");
            } else {
                bare(&server, response, &format!("{audience} used at {path}"));
            }
        }
    }
}

#[test]
fn discovery_can_be_open() {
    let keys = jwks(&[("ec", &P384)]);
    let closed = server(vec![client(&keys)]);
    let open = server_with(vec![client(&keys)], |settings| settings.open_discovery = true);
    for method in [Method::GET, Method::HEAD] {
        for (server, expected) in [(&closed, 401), (&open, 200)] {
            assert_eq!(server.request(method.clone(), "/cds-services").send().unwrap().status(), expected);
        }
    }
    // It opens nothing else.
    refuses(&open, "nonsense", "with open discovery");
    assert_eq!(call(&open).send().unwrap().status(), 401);
    admits(&open, &Token::new().signed(&P384), "with open discovery");
}

#[test]
fn probes_and_preflights_need_no_token() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(server.get(path).status(), 200);
    }
    for (path, method) in [("/cds-services", "GET"), (SERVICE, "POST"), (FEEDBACK, "POST")] {
        let preflight = server
            .request(Method::OPTIONS, path)
            .header("origin", "https://ehr.example.org")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", "authorization,content-type");
        let response = preflight.send().unwrap();
        assert!(response.status().is_success());
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
    }
    // A browser may read the refusal.
    let response = call(&server).header("origin", "https://ehr.example.org").send().unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["access-control-allow-origin"]),
        (401, &"*".parse().unwrap())
    );
}

#[test]
fn in_development_no_token_is_looked_at() {
    let server = TestServer::start(Settings::default());
    for token in ["nonsense".to_owned(), Token::new().signed(&P384)] {
        admits(&server, &token, "anybody may call");
    }
}

#[test]
fn audiences_are_compared_as_addresses() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    let url = format!("{BASE}{SERVICE}");
    for good in [
        json!(url),
        json!(format!("{url}/")),
        json!([url]),
        json!(["https://elsewhere.example.org", url, "not an address"]),
        json!(url.replace("cds.example.org", "CDS.Example.ORG:443")),
    ] {
        admits(&server, &Token::new().claim("aud", &good).signed(&P384), &good.to_string());
    }
    for wrong in [
        json!(BASE),
        json!(format!("{BASE}/cds-services")),
        json!(format!("{BASE}/cds-services/car-t-eligibility")),
        json!(format!("{url}//")),
        json!(format!("{url}-2")),
        json!(format!("{url}?x=y")),
        json!(format!("{url}#x")),
        json!(url.to_uppercase()),
        json!(url.replace("https:", "http:")),
        json!(url.replace("cds.example.org", "cds.example.org.evil.example")),
        json!(url.replace("cds.example.org", "cds.example.org@evil.example")),
        json!(url.replace("cds.example.org", "user@cds.example.org")),
        json!(url.replace("cds.example.org", "cds.example.org:8443")),
        json!(url.replace(BASE, &format!("http://{}", server.address))),
        json!(SERVICE),
        json!(""),
        json!("*"),
        json!([]),
        json!([[url]]),
        json!({ "url": url }),
        json!(7),
        Value::Null,
    ] {
        refuses(&server, &Token::new().claim("aud", &wrong).signed(&P384), &wrong.to_string());
    }
    refuses(&server, &Token::new().without_claim("aud").signed(&P384), "no audience");
    admits(&server, &Token::new().signed(&P384), "after all that");
}

#[test]
fn the_base_url_may_have_a_path_and_a_client_an_audience_of_its_own() {
    let keys = serde_json::from_value(jwks(&[("ec", &P384)])).unwrap();
    let own = trusting(KeySource::Static(keys), |trust| trust.audiences.push("urn:hospital:cds".parse().unwrap()));
    let server =
        server_with(vec![own], |settings| settings.base_url = Some(format!("{BASE}/cellwise/").parse().unwrap()));
    for good in
        [format!("{BASE}/cellwise{SERVICE}"), format!("{BASE}/cellwise{SERVICE}/"), "urn:hospital:cds".to_owned()]
    {
        admits(&server, &Token::new().claim("aud", &json!(good)).signed(&P384), &good);
    }
    for wrong in [format!("{BASE}{SERVICE}"), format!("{BASE}/cellwise"), "urn:hospital:other".to_owned()] {
        refuses(&server, &Token::new().claim("aud", &json!(wrong)).signed(&P384), &wrong);
    }
}

#[test]
fn a_token_is_good_once() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    let token = Token::new().signed(&P384);
    admits(&server, &token, "the first time");
    refuses(&server, &token, "the second time");
    // It is the `jti` that counts, not the signature, which ECDSA makes anew each time.
    let jti = json!("the-same");
    admits(&server, &Token::new().claim("jti", &jti).signed(&P384), "the first time");
    refuses(&server, &Token::new().claim("jti", &jti).signed(&P384), "the second time");
    // A forged token does not use up the `jti` of a good one.
    let good = Token::new();
    refuses(&server, &format!("{}A", good.signed(&P384)), "forged");
    admits(&server, &good.signed(&P384), "the real one");
}

#[test]
fn of_copies_sent_at_the_same_moment_one_is_admitted() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    for _ in 0..5 {
        let token = Token::new().signed(&P384);
        let start = Barrier::new(8);
        let admitted: usize = thread::scope(|scope| {
            let send = || {
                start.wait();
                usize::from(call_with(&server, &token).status() == 200)
            };
            let calls: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
            calls.into_iter().map(|call| call.join().unwrap()).sum()
        });
        assert_eq!(admitted, 1);
    }
}

#[test]
fn issuers_are_compared_as_they_are() {
    let server = server(vec![client(&jwks(&[("ec", &P384)]))]);
    for wrong in [
        json!(format!("{ISSUER}/")),
        json!(ISSUER.to_uppercase()),
        json!(ISSUER.replace("https", "http")),
        json!(format!(" {ISSUER}")),
        json!(""),
        json!([ISSUER]),
        json!(7),
        Value::Null,
    ] {
        refuses(&server, &Token::new().claim("iss", &wrong).signed(&P384), &wrong.to_string());
    }
    refuses(&server, &Token::new().without_claim("iss").signed(&P384), "no issuer");
    admits(&server, &Token::new().signed(&P384), "after all that");
}

/// A client whose configuration says that it fills in FHIRPath is asked for more, and known by its token.
#[test]
fn a_client_that_takes_fhirpath_gets_templates_of_its_own() {
    let keys = jwks(&[("ec", &P384)]);
    let ask = |takes_fhirpath: bool, is_open: bool, has_token: bool| -> Value {
        let client = Client { takes_fhirpath, ..client(&keys) };
        let server = server_with(vec![client], |settings| settings.open_discovery = is_open);
        let request = server.request(Method::GET, "/cds-services");
        let token = Token::new().claim("aud", &json!(format!("{BASE}/cds-services"))).signed(&P384);
        let request = if has_token { request.bearer_auth(token) } else { request };
        request.send().unwrap().json().unwrap()
    };
    let plain = ask(false, false, true);
    assert!(!plain.to_string().contains("today()"));
    let more = ask(true, false, true);
    let prefetch = |body: &Value, hook: &str| {
        let services = body["services"].as_array().unwrap().iter();
        let mut of_hook = services
            .filter(|service| service["hook"] == hook && service["id"].as_str().unwrap().starts_with("cell-therapy-"));
        of_hook.next().unwrap()["prefetch"].clone()
    };
    assert!(prefetch(&more, "patient-view").to_string().contains("&date=ge{{today() - "));
    assert!(prefetch(&more, "order-select")["draftedMedications"].as_str().unwrap().starts_with("Medication?_id={{"));
    assert!(prefetch(&more, "order-dispatch")["dispatchedServiceRequests"].is_string());
    // Where discovery is open, it is the same for whoever does not say who they are.
    assert_eq!(ask(true, true, false), plain);
    assert_eq!(ask(true, true, true), more);
}
