//! A server of our own on a free port, requests that are right, and what every refusal must look like.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::sync::{Arc, LazyLock};
use std::thread;

use cellwise::config::Config;
use cellwise::engine::Engine;
use cellwise::http::{Bench, Server, Settings};
use cellwise::schema::Schemas;
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) const ALL_KEYS: [&str; 12] = [
    "conditions",
    "medicationRequests",
    "medicationStatements",
    "medicationAdministrations",
    "procedures",
    "serviceRequests",
    "observations",
    "diagnosticReports",
    "researchSubjects",
    "consents",
    "allergies",
    "encounters",
];

pub(crate) static SCHEMAS: LazyLock<Schemas> = LazyLock::new(|| Schemas::load().unwrap());

static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Arc::new(Engine::load().unwrap_or_else(|error| panic!("{error}"))));

/// The server that most tests share: default settings, any port.
pub(crate) static SERVER: LazyLock<TestServer> = LazyLock::new(|| TestServer::start(Settings::default()));

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
}

impl TestServer {
    /// Starts a server on a thread of its own. It ends with the tests.
    pub(crate) fn start(settings: Settings) -> Self {
        Self::of(Arc::clone(&ENGINE), settings)
    }

    /// Starts a server under a hospital's own configuration.
    pub(crate) fn under(config: Config) -> Self {
        let engine = Engine::load().and_then(|engine| engine.under(config.policy, &config.mapping));
        Self::of(Arc::new(engine.unwrap_or_else(|error| panic!("{error}"))), Settings::default())
    }

    fn of(engine: Arc<Engine>, settings: Settings) -> Self {
        Self::run(engine, Settings { listen: "127.0.0.1:0".parse().unwrap(), ..settings }, None)
    }

    /// Starts a server with a workbench.
    pub(crate) fn start_with(settings: Settings, workbench: Option<Arc<dyn Bench>>) -> Self {
        Self::start_at(Settings { listen: "127.0.0.1:0".parse().unwrap(), ..settings }, workbench)
    }

    /// The same at the address of the settings.
    pub(crate) fn start_at(settings: Settings, workbench: Option<Arc<dyn Bench>>) -> Self {
        Self::run(Arc::clone(&ENGINE), settings, workbench)
    }

    fn run(engine: Arc<Engine>, settings: Settings, workbench: Option<Arc<dyn Bench>>) -> Self {
        let settings = Settings { workers: 2, ..settings };
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = Server::bind_with(engine, settings, workbench).unwrap();
                send.send(server.address()).unwrap();
                server.run().await.unwrap();
            });
        });
        Self { address: receive.recv().unwrap(), client: Client::new() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().unwrap()
    }

    /// Posts bytes as JSON.
    pub(crate) fn post(&self, path: &str, body: impl Into<reqwest::blocking::Body>) -> Response {
        self.request(Method::POST, path).header("content-type", "application/json").body(body).send().unwrap()
    }

    /// Calls a service with a JSON body.
    pub(crate) fn call(&self, service: &str, body: &Value) -> Response {
        self.post(&format!("/cds-services/{service}"), body.to_string())
    }

    /// Every (service, hook) of the discovery document.
    pub(crate) fn offered(&self) -> Vec<(String, String)> {
        let discovery: Value = self.get("/cds-services").json().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        discovery["services"]
            .as_array()
            .unwrap()
            .iter()
            .map(|service| (text(&service["id"]), text(&service["hook"])))
            .collect()
    }
}

/// A valid request on a hook, about a patient of whom nothing but a name is known.
pub(crate) fn request(hook: &str) -> Value {
    let mut context = json!({ "userId": "Practitioner/a", "patientId": "p" });
    let order = json!({
        "resourceType": "ServiceRequest",
        "id": "order",
        "status": "draft",
        "intent": "order",
        "subject": { "reference": "Patient/p" },
        "code": { "coding": [{ "system": "https://ehr.example.org/orders", "code": "blood-count" }], "text": "blood count" }
    });
    let orders = json!({ "resourceType": "Bundle", "type": "collection", "entry": [{ "resource": order }] });
    match hook {
        "order-sign" => context["draftOrders"] = orders,
        "order-select" => {
            context["draftOrders"] = orders;
            context["selections"] = json!(["ServiceRequest/order"]);
        }
        "encounter-start" | "encounter-discharge" => context["encounterId"] = json!("e"),
        "appointment-book" => context["appointments"] = json!({ "resourceType": "Bundle", "entry": [] }),
        _ => {}
    }
    let mut prefetch = json!({ "patient": { "resourceType": "Patient", "id": "p", "birthDate": "1980-02-03" } });
    for key in ALL_KEYS {
        prefetch[key] = json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 });
    }
    json!({
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": prefetch
    })
}

/// One issue of a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) pointer: String,
    pub(crate) message: String,
}

/// Checks that a response is a refusal with this status and a proper `OperationOutcome`, and lists its issues.
#[track_caller]
pub(crate) fn refused(response: Response, status: u16) -> Vec<Issue> {
    let headers = response.headers().clone();
    let found = response.status();
    let text = response.text().unwrap();
    assert_eq!(found, status, "{text}");
    assert_eq!(headers["content-type"], "application/fhir+json");
    assert_eq!(headers["content-language"], "en");
    let outcome: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(outcome["resourceType"], "OperationOutcome", "{text}");
    let issues = outcome["issue"].as_array().unwrap();
    assert!(!issues.is_empty());
    issues
        .iter()
        .map(|issue| {
            assert_eq!(issue["severity"], "error", "{text}");
            assert!(!issue["code"].as_str().unwrap().is_empty());
            Issue {
                pointer: issue["expression"][0].as_str().unwrap_or_default().to_owned(),
                message: issue["diagnostics"].as_str().unwrap().to_owned(),
            }
        })
        .collect()
}

/// Checks that a response holds cards in the shape of the specification.
#[track_caller]
pub(crate) fn cards(response: Response) -> Vec<Value> {
    let headers = response.headers().clone();
    let status = response.status();
    let text = response.text().unwrap();
    assert_eq!(status, 200, "{text}");
    assert_eq!(headers["content-type"], "application/json");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(SCHEMAS.check_response(&body), []);
    body["cards"].as_array().unwrap().clone()
}
