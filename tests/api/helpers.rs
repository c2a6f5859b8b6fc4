//! A server of our own on a free port, requests that are right, and what every refusal must look like.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, LazyLock};
use std::thread;

use actix_web::dev::ServerHandle;
use cellwise::config::Config;
use cellwise::engine::Engine;
use cellwise::http::{Bench, Server, Settings, Shared};
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

pub(crate) static ENGINE: LazyLock<Arc<Engine>> =
    LazyLock::new(|| Arc::new(Engine::load().unwrap_or_else(|error| panic!("{error}"))));

/// The server that most tests share: default settings, any port.
pub(crate) static SERVER: LazyLock<TestServer> = LazyLock::new(|| TestServer::start(Settings::default()));

pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    pub(crate) client: Client,
    /// To put another configuration in force.
    pub(crate) shared: Arc<Shared>,
}

/// The settings, at any free port of this machine.
fn anywhere(settings: Settings) -> Settings {
    Settings { listen: "127.0.0.1:0".parse().unwrap(), ..settings }
}

impl TestServer {
    /// Starts a server on a thread of its own. It ends with the tests.
    pub(crate) fn start(settings: Settings) -> Self {
        Self::of(Arc::clone(&ENGINE), settings)
    }

    /// Starts a server that can be stopped.
    pub(crate) fn stoppable(settings: Settings) -> (Self, Stop) {
        let (handle, ended) = (mpsc::channel(), mpsc::channel());
        let server = Self::run(Arc::clone(&ENGINE), anywhere(settings), None, Some((handle.0, ended.0)));
        (server, Stop { handle: handle.1.recv().unwrap(), ended: ended.1 })
    }

    /// Starts a server under a hospital's own configuration.
    pub(crate) fn under(config: Config) -> Self {
        let engine = Engine::load().and_then(|engine| engine.under(config.policy, &config.mapping));
        Self::of(Arc::new(engine.unwrap_or_else(|error| panic!("{error}"))), Settings::default())
    }

    pub(crate) fn of(engine: Arc<Engine>, settings: Settings) -> Self {
        Self::run(engine, anywhere(settings), None, None)
    }

    /// The same at the address of the settings.
    pub(crate) fn of_at(engine: Arc<Engine>, settings: Settings) -> Self {
        Self::run(engine, settings, None, None)
    }

    /// Starts a server with a workbench.
    pub(crate) fn start_with(settings: Settings, workbench: Option<Arc<dyn Bench>>) -> Self {
        Self::start_at(anywhere(settings), workbench)
    }

    /// The same at the address of the settings.
    pub(crate) fn start_at(settings: Settings, workbench: Option<Arc<dyn Bench>>) -> Self {
        Self::run(Arc::clone(&ENGINE), settings, workbench, None)
    }

    fn run(
        engine: Arc<Engine>,
        settings: Settings,
        workbench: Option<Arc<dyn Bench>>,
        stop: Option<(Sender<ServerHandle>, Sender<()>)>,
    ) -> Self {
        let settings = Settings { workers: 2, ..settings };
        let (send, receive) = mpsc::channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let server = Server::bind_with(engine, settings, workbench).unwrap();
                send.send((server.address(), server.shared())).unwrap();
                if let Some((handle, _)) = &stop {
                    handle.send(server.handle()).unwrap();
                }
                server.run().await.unwrap();
            });
            if let Some((_, ended)) = stop {
                ended.send(()).unwrap();
            }
        });
        let (address, shared) = receive.recv().unwrap();
        Self { address, client: Client::new(), shared }
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

/// Ends a server as the process would, with all that it still writes.
pub(crate) struct Stop {
    handle: ServerHandle,
    ended: Receiver<()>,
}

impl Stop {
    pub(crate) fn stop(self) {
        drop(self.handle.stop(true));
        self.ended.recv().unwrap();
    }
}

/// A valid request on a hook, about a patient of whom nothing but a name is known.
pub(crate) fn request(hook: &str) -> Value {
    let mut context = json!({ "userId": "Practitioner/a", "patientId": "p" });
    let mut order = json!({
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
        "order-dispatch" => {
            context = json!({ "patientId": "p", "dispatchedOrders": ["ServiceRequest/order"], "performer": "Organization/o" });
        }
        "encounter-start" | "encounter-discharge" => context["encounterId"] = json!("e"),
        "appointment-book" => context["appointments"] = json!({ "resourceType": "Bundle", "entry": [] }),
        _ => {}
    }
    let mut prefetch = json!({ "patient": { "resourceType": "Patient", "id": "p", "birthDate": "1980-02-03" } });
    for key in ALL_KEYS {
        prefetch[key] = json!({ "resourceType": "Bundle", "type": "searchset", "total": 0 });
    }
    if hook == "order-dispatch" {
        order["status"] = json!("active");
        prefetch["serviceRequests"] =
            json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": order }] });
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
                pointer: issue["extension"][0]["valueString"]
                    .as_str()
                    .or(issue["expression"][0].as_str())
                    .unwrap_or_default()
                    .to_owned(),
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
