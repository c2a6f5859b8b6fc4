//! A FHIR server that answers as a test says, and a gatherer that may ask it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::web::Bytes;
use cellwise::client::{AccessToken, Client, FhirAccess, FhirVersion};
use cellwise::gather::{Access, FetchError, FetchSettings, Gathered, Gatherer, Need};
use cellwise_record::Source;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The token that every call shows unless it says otherwise.
pub(crate) const TOKEN: &str = "a-token";

/// Long enough for whatever a busy machine does.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// A wiremock server with a FHIR base at `/fhir`, and a gatherer with one client that may ask it.
pub(crate) struct Ehr {
    pub(crate) server: MockServer,
    pub(crate) gatherer: Gatherer,
    pub(crate) client: Client,
}

impl Ehr {
    pub(crate) async fn start() -> Self {
        Self::with(FetchSettings::default()).await
    }

    pub(crate) async fn with(settings: FetchSettings) -> Self {
        let server = MockServer::start().await;
        let client = client(&[&format!("{}/fhir", server.uri())]);
        let gatherer = Gatherer::new(settings, std::slice::from_ref(&client)).unwrap();
        Self { server, gatherer, client }
    }

    /// The base of its FHIR server.
    pub(crate) fn base(&self) -> String {
        format!("{}/fhir", self.server.uri())
    }

    /// Answers a GET of this path below the base.
    pub(crate) async fn answers(&self, place: &str, answer: ResponseTemplate) {
        Mock::given(method("GET")).and(path(format!("/fhir/{place}"))).respond_with(answer).mount(&self.server).await;
    }

    /// The same, once.
    pub(crate) async fn answers_once(&self, place: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method("GET")).and(path(format!("/fhir/{place}"))).respond_with(answer);
        mock.up_to_n_times(1).with_priority(1).mount(&self.server).await;
    }

    pub(crate) async fn gather(&self, access: &Access, queries: &[&str], time: Duration) -> Vec<Gathered> {
        self.gatherer.gather(&self.client, access, &needs(queries), Instant::now() + time).await
    }

    /// Fetches one thing with the usual token.
    pub(crate) async fn fetch(&self, query: &str) -> Gathered {
        self.fetch_with(&access(&self.base()), query).await
    }

    pub(crate) async fn fetch_with(&self, access: &Access, query: &str) -> Gathered {
        self.gather(access, &[query], LONG).await.pop().unwrap()
    }

    /// Fetches from another address than that of the server.
    pub(crate) async fn fetch_from(&self, server: &str) -> Gathered {
        self.fetch_with(&access(server), "Patient/1").await
    }

    pub(crate) async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.unwrap()
    }
}

pub(crate) fn client(servers: &[&str]) -> Client {
    let servers = servers.iter().map(|server| server.parse().unwrap()).collect();
    let fhir = FhirAccess { servers, version: Some(FhirVersion::R4), ..FhirAccess::default() };
    Client { id: "hospital".to_owned(), fhir, ..Client::anonymous() }
}

pub(crate) fn access(server: &str) -> Access {
    Access { server: server.to_owned(), token: Some(AccessToken::new(TOKEN.to_owned())), patient: None }
}

pub(crate) fn access_with(server: &str, token: &str) -> Access {
    Access { token: Some(AccessToken::new(token.to_owned())), ..access(server) }
}

pub(crate) fn needs(queries: &[&str]) -> Vec<Need> {
    let of = |query: &&str| {
        let source = Source::of_reference(&query.replace('?', "/"));
        Need { source, key: source.key().to_owned(), query: (*query).to_owned() }
    };
    queries.iter().map(of).collect()
}

pub(crate) fn fhir(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body.to_string(), "application/fhir+json")
}

pub(crate) fn patient(id: &str) -> Value {
    json!({"resourceType": "Patient", "id": id})
}

/// A page with these resources of one type, and links.
pub(crate) fn page(ids: &[&str], links: &Value) -> Value {
    let entry: Vec<Value> = ids.iter().map(|id| json!({"resource": {"resourceType": "Condition", "id": id}})).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entry})
}

pub(crate) fn next(url: &str) -> Value {
    json!([{"relation": "self", "url": "https://anything.example"}, {"relation": "next", "url": url}])
}

pub(crate) fn json_of(gathered: &Gathered) -> Value {
    serde_json::from_slice(gathered.as_ref().unwrap()).unwrap()
}

/// The ids of the resources in a Bundle.
pub(crate) fn ids(bundle: &Value) -> Vec<&str> {
    let entries = bundle["entry"].as_array().map(Vec::as_slice).unwrap_or_default();
    entries.iter().map(|entry| entry["resource"]["id"].as_str().unwrap()).collect()
}

/// Whether the engine will see that there is more.
pub(crate) fn has_next(bundle: &Value) -> bool {
    let links = bundle["link"].as_array().map(Vec::as_slice).unwrap_or_default();
    links.iter().any(|link| link["relation"] == "next")
}

pub(crate) fn error_of(gathered: Gathered) -> FetchError {
    gathered.map(|body: Bytes| String::from_utf8_lossy(&body).into_owned()).unwrap_err()
}

/// What a [`Raw`] server does after its answer.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    KeepQuiet,
    /// Sends this until the other side has enough.
    Repeat(&'static [u8]),
}

/// A server without manners: it reads a request, writes these bytes, and that is that.
pub(crate) struct Raw {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<AtomicUsize>,
}

impl Raw {
    pub(crate) fn start(answer: &'static [u8], then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let count = Arc::clone(&count);
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let mut request = [0; 4096];
                    if stream.read(&mut request).is_ok_and(|read| read > 0) {
                        count.fetch_add(1, Ordering::Relaxed);
                        let _ = stream.write_all(answer);
                    }
                    match then {
                        Then::Close => {}
                        // Until the other side goes away.
                        Then::KeepQuiet => while stream.read(&mut request).is_ok_and(|read| read > 0) {},
                        Then::Repeat(bytes) => while stream.write_all(bytes).is_ok() {},
                    }
                });
            }
        });
        Self { address, requests }
    }

    /// A client that may ask it, and where.
    pub(crate) fn client(&self) -> (Client, Access) {
        let base = format!("http://{}/fhir", self.address);
        (client(&[&base]), access(&base))
    }

    /// Fetches a patient from it.
    pub(crate) async fn fetch(&self, settings: FetchSettings, time: Duration) -> Gathered {
        let (client, access) = self.client();
        let gatherer = Gatherer::new(settings, std::slice::from_ref(&client)).unwrap();
        gatherer.gather(&client, &access, &needs(&["Patient/1"]), Instant::now() + time).await.pop().unwrap()
    }
}
