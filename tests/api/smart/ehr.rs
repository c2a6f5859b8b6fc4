//! An EHR with an authorization server (SMART App Launch 2.2) and a FHIR server that gives each token its own patient.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cellwise::fixtures::query::Query;
use reqwest::Url;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::auth::token::{P384, Token, encoded, jwks, now};

pub(super) const CLIENT_ID: &str = "cellwise-course";

fn wait<F: Future>(future: F) -> F::Output {
    actix_web::rt::System::new().block_on(future)
}

/// The parameters of an address.
pub(super) fn parameters(url: &Url) -> BTreeMap<String, String> {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let all: BTreeMap<String, String> = pairs.iter().cloned().collect();
    assert_eq!(all.len(), pairs.len(), "a parameter is there twice: {url}");
    all
}

/// What a code stands for.
struct Code {
    challenge: String,
    redirect_uri: String,
    answer: Value,
}

#[derive(Default)]
struct Known {
    records: BTreeMap<String, Value>,
    codes: BTreeMap<String, Code>,
    /// The patient of each token.
    tokens: BTreeMap<String, String>,
    /// Members of the smart-configuration that are otherwise; null takes them out.
    configuration: Value,
    /// Resource types that are answered otherwise.
    otherwise: BTreeMap<String, ResponseTemplate>,
    issued: usize,
    /// The form of each request for a token.
    forms: Vec<BTreeMap<String, String>>,
    /// Types that were read, with the token.
    read: BTreeSet<(String, String)>,
}

pub(super) struct SmartEhr {
    server: MockServer,
    known: Arc<Mutex<Known>>,
}

impl SmartEhr {
    /// One that holds these patients, by id.
    pub(super) fn start(records: impl IntoIterator<Item = Value>) -> Self {
        let server = wait(MockServer::start());
        let records = records.into_iter().map(|record| {
            let patient = record["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
            let patient = patient.into_iter().find(|resource| resource["resourceType"] == "Patient").unwrap();
            (patient["id"].as_str().unwrap().to_owned(), record.clone())
        });
        let known = Known { records: records.collect(), configuration: json!({}), ..Known::default() };
        let ehr = Self { server, known: Arc::new(Mutex::new(known)) };
        let (known, uri) = (Arc::clone(&ehr.known), ehr.server.uri());
        let answer =
            Mock::given(any()).respond_with(move |request: &Request| known.lock().unwrap().answer(request, &uri));
        wait(ehr.server.register(answer));
        ehr
    }

    pub(super) fn base(&self) -> String {
        format!("{}/fhir", self.server.uri())
    }

    pub(super) fn issuer(&self) -> String {
        self.server.uri()
    }

    /// Has a member of its smart-configuration be otherwise.
    pub(super) fn configure(&self, change: Value) {
        self.known.lock().unwrap().configuration = change;
    }

    /// Has a type of resources be answered otherwise.
    pub(super) fn answer_otherwise(&self, kind: &str, answer: ResponseTemplate) {
        self.known.lock().unwrap().otherwise.insert(kind.to_owned(), answer);
    }

    /// Signs a user in who came with an address: a code for a token of a patient. `change` is merged into the answer of the token
    /// endpoint.
    pub(super) fn sign_in(&self, at: &Url, patient: &str, change: &Value) -> String {
        assert!(at.as_str().starts_with(&format!("{}/authorize?", self.server.uri())), "{at}");
        let asked = parameters(at);
        let mut known = self.known.lock().unwrap();
        known.issued += 1;
        let (code, token) = (format!("code-{}", known.issued), format!("token-{}-of-{patient}", known.issued));
        let mut answer = json!({
            "access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": asked["scope"], "patient": patient,
            "need_patient_banner": false, "id_token": self.id_token("Practitioner/dr-jansen").signed(&P384),
        });
        json_patch::merge(&mut answer, change);
        known.tokens.insert(token, patient.to_owned());
        let (challenge, redirect_uri) = (asked["code_challenge"].clone(), asked["redirect_uri"].clone());
        known.codes.insert(code.clone(), Code { challenge, redirect_uri, answer });
        code
    }

    /// A statement about a user, not signed yet.
    pub(super) fn id_token(&self, user: &str) -> Token {
        let claims = json!({
            "iss": self.server.uri(), "aud": CLIENT_ID, "sub": "jansen", "iat": now(), "exp": now() + 300, "fhirUser": user,
        });
        Token { claims, ..Token::new() }
    }

    /// The forms that were sent for tokens.
    pub(super) fn forms(&self) -> Vec<BTreeMap<String, String>> {
        self.known.lock().unwrap().forms.clone()
    }

    /// The types that were read with a token that begins so.
    pub(super) fn read_with(&self, token: &str) -> BTreeSet<String> {
        let known = self.known.lock().unwrap();
        known.read.iter().filter(|(of, _)| of.starts_with(token)).map(|(_, kind)| kind.clone()).collect()
    }

    /// Every address that was asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        wait(self.server.received_requests()).unwrap().into_iter().map(|request| request.url.to_string()).collect()
    }
}

impl Known {
    fn answer(&mut self, request: &Request, uri: &str) -> ResponseTemplate {
        let path = request.url.path();
        match path {
            "/fhir/.well-known/smart-configuration" => {
                let mut configuration = json!({
                    "issuer": uri, "jwks_uri": format!("{uri}/keys"), "authorization_endpoint": format!("{uri}/authorize"),
                    "token_endpoint": format!("{uri}/token"), "code_challenge_methods_supported": ["S256"],
                    "capabilities": ["launch-ehr", "launch-standalone", "client-public", "sso-openid-connect"],
                });
                json_patch::merge(&mut configuration, &self.configuration);
                ResponseTemplate::new(200).set_body_json(configuration)
            }
            "/keys" => ResponseTemplate::new(200).set_body_json(jwks(&[("ec", &P384)])),
            "/token" => self.token(request),
            _ => match path.strip_prefix("/fhir/") {
                Some(what) => self.fhir(request, what),
                None => ResponseTemplate::new(404),
            },
        }
    }

    fn token(&mut self, request: &Request) -> ResponseTemplate {
        let url = Url::parse(&format!("http://form/?{}", str::from_utf8(&request.body).unwrap())).unwrap();
        let form = parameters(&url);
        self.forms.push(form.clone());
        // Each code is good once, and only with what was promised.
        let code = self.codes.remove(&form["code"]);
        let is_right = code.as_ref().is_some_and(|code| {
            form["grant_type"] == "authorization_code"
                && form["client_id"] == CLIENT_ID
                && form["redirect_uri"] == code.redirect_uri
                && encoded(Sha256::digest(&form["code_verifier"])) == code.challenge
        });
        match code.filter(|_| is_right) {
            Some(code) => ResponseTemplate::new(200).set_body_json(code.answer),
            None => ResponseTemplate::new(400).set_body_json(json!({ "error": "invalid_grant" })),
        }
    }

    fn fhir(&mut self, request: &Request, what: &str) -> ResponseTemplate {
        let kind = what.split('/').next().unwrap().to_owned();
        if kind == "metadata" {
            return ResponseTemplate::new(200)
                .set_body_json(json!({ "resourceType": "CapabilityStatement", "fhirVersion": "4.0.1" }));
        }
        let token = request.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let Some((token, patient)) = token.and_then(|token| Some((token, self.tokens.get(token)?))) else {
            return ResponseTemplate::new(401);
        };
        self.read.insert((token.to_owned(), kind.clone()));
        if let Some(answer) = self.otherwise.get(&kind) {
            return answer.clone();
        }
        let record = &self.records[patient];
        let query = request.url.query().map_or_else(|| what.to_owned(), |query| format!("{what}?{query}"));
        let query = Query::parse(&query).unwrap();
        if let Some(id) = query.id() {
            let answer = query.read(record).filter(|_| kind != "Patient" || id == patient);
            return answer
                .map_or(ResponseTemplate::new(404), |resource| ResponseTemplate::new(200).set_body_json(resource));
        }
        // A token of one patient never finds another's.
        assert_eq!(query.parameter("patient"), Some(patient.as_str()), "{query:?}");
        ResponseTemplate::new(200).set_body_json(query.search(record, 0, usize::MAX).0)
    }
}

/// A slow answer.
pub(super) fn late() -> ResponseTemplate {
    ResponseTemplate::new(200).set_delay(Duration::from_mins(1))
}
