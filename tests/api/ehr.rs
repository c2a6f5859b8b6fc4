//! An EHR's FHIR server that does as it is told.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A FHIR server at `/fhir`. What it was not told to answer is a 404.
pub(crate) struct Ehr {
    server: MockServer,
}

fn wait<F: Future>(future: F) -> F::Output {
    actix_web::rt::System::new().block_on(future)
}

impl Ehr {
    pub(crate) fn start() -> Self {
        Self { server: wait(MockServer::start()) }
    }

    /// Its base URL.
    pub(crate) fn base(&self) -> String {
        format!("{}/fhir", self.server.uri())
    }

    /// Answers GET of a path under the base.
    pub(crate) fn answers(&self, what: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method("GET")).and(path(format!("/fhir/{what}"))).respond_with(answer);
        wait(self.server.register(mock));
    }

    /// Answers every prefetch key of a request with its value, as a search or a read would.
    pub(crate) fn holds(&self, prefetch: &Value) {
        for (key, value) in prefetch.as_object().unwrap() {
            let answer = ResponseTemplate::new(200).set_body_raw(value.to_string(), "application/fhir+json");
            let what = match value["id"].as_str() {
                Some(id) => format!("{}/{id}", value["resourceType"].as_str().unwrap()),
                None => type_of(key),
            };
            self.answers(&what, answer);
        }
    }

    /// What it was asked, without questions about itself.
    pub(crate) fn asked(&self) -> Vec<Request> {
        let all = wait(self.server.received_requests()).unwrap();
        all.into_iter().filter(|request| !request.url.path().ends_with("/metadata")).collect()
    }

    /// The paths that it was asked for, under the base.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().iter().map(|request| request.url.path().trim_start_matches("/fhir/").to_owned()).collect()
    }

    /// Forgets what it was told and asked.
    pub(crate) fn forget(&self) {
        wait(self.server.reset());
    }
}

/// The resource type of a prefetch key: `medicationRequests` is `MedicationRequest`.
pub(crate) fn type_of(key: &str) -> String {
    let name = match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "allergies" => return "AllergyIntolerance".to_owned(),
        "patient" => "patient",
        key => key.trim_end_matches('s'),
    };
    name[..1].to_uppercase() + &name[1..]
}

/// A search result with these resources.
pub(crate) fn bundle(resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len() });
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    bundle
}

/// A server that takes connections and writes these bytes, if any; then it keeps quiet, or hangs up.
pub(crate) struct RawServer {
    pub(crate) base: String,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl RawServer {
    pub(crate) fn start(bytes: &'static [u8], hangs_up: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/fhir", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            let mut kept = Vec::new();
            for mut stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                // An answer before the question is none.
                let _ = stream.read(&mut [0; 8192]);
                let _ = stream.write_all(bytes);
                if !hangs_up {
                    kept.push(stream);
                }
            }
        });
        Self { base, connections }
    }
}
