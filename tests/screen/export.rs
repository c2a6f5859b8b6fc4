//! An export from a FHIR server: asked for, waited for, fetched, deleted; with a token that the client's own key gets.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path, query_param_contains};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::files::{folder, rows};

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p","birthDate":"1980-01-01"}"#;

struct Ehr {
    server: MockServer,
    out: PathBuf,
}

impl Ehr {
    async fn start(name: &str) -> Self {
        Self { server: MockServer::start().await, out: folder(name) }
    }

    fn at(&self, place: &str) -> String {
        format!("{}/{place}", self.server.uri())
    }

    async fn mock(&self, verb: &str, place: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(format!("/{place}"))).respond_with(answer).mount(&self.server).await;
    }

    async fn once(&self, place: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method("GET")).and(path(format!("/{place}"))).respond_with(answer);
        mock.up_to_n_times(1).with_priority(1).mount(&self.server).await;
    }

    /// Takes an export on, is busy once, then has these files.
    async fn exports(&self, output: &[(&str, &str)]) {
        Mock::given(method("GET"))
            .and(path("/fhir/$export"))
            .and(header("prefer", "respond-async"))
            .and(query_param_contains("_type", "Condition"))
            .respond_with(ResponseTemplate::new(202).insert_header("content-location", self.at("status/1")))
            .mount(&self.server)
            .await;
        self.once(
            "status/1",
            ResponseTemplate::new(202).insert_header("retry-after", "0").insert_header("x-progress", "half"),
        )
        .await;
        let output: Vec<Value> =
            output.iter().map(|(kind, place)| json!({ "type": kind, "url": self.at(place) })).collect();
        let manifest = json!({
            "transactionTime": "2026-11-01T00:00:00Z", "requiresAccessToken": true, "output": output, "error": [],
            "request": self.at("fhir/$export?_type=Patient,Condition,Procedure,MedicationRequest,MedicationStatement,MedicationAdministration"),
        });
        self.mock("GET", "status/1", ResponseTemplate::new(200).set_body_json(manifest)).await;
        self.mock("DELETE", "status/1", ResponseTemplate::new(202)).await;
    }

    async fn screen(&self, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
        command.arg("screen").args([
            "--export",
            &self.at("fhir/$export"),
            "--format",
            "ndjson",
            "--as-of",
            "2026-11-02",
            "--out",
        ]);
        command.arg(&self.out).args(more);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    async fn asked(&self, verb: &str, place: &str) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().filter(|one| one.method.as_str() == verb && one.url.path() == format!("/{place}")).count()
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn file(text: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(text.to_owned(), "application/fhir+ndjson")
}

#[actix_web::test]
async fn an_export_is_fetched_screened_and_deleted() {
    let ehr = Ehr::start("export").await;
    ehr.exports(&[("Patient", "files/1")]).await;
    ehr.mock("GET", "files/1", file(PATIENT)).await;
    let output = ehr.screen(&[]).await;
    assert!(output.status.success(), "{}", told(&output));
    let rows = rows(&ehr.out);
    // Procedures and prescriptions were asked for, and there are none.
    assert_eq!(rows[&("p".to_owned(), "corticosteroid-after-car-t".to_owned())]["verdict"], "not-met");
    assert_eq!(ehr.asked("DELETE", "status/1").await, 1);
    assert!(ehr.out.join("export/manifest.json").is_file());
    // It is there: nothing is asked again.
    let output = ehr.screen(&[]).await;
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!((ehr.asked("GET", "fhir/$export").await, ehr.asked("GET", "files/1").await), (1, 1));
    let output = ehr.screen(&["--fresh"]).await;
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(ehr.asked("GET", "fhir/$export").await, 2);
}

#[actix_web::test]
async fn what_fails_is_tried_again_and_what_is_there_is_not_fetched_again() {
    let ehr = Ehr::start("export-again").await;
    ehr.exports(&[("Patient", "files/1"), ("Condition", "files/2")]).await;
    ehr.once("files/1", ResponseTemplate::new(503).insert_header("retry-after", "0")).await;
    ehr.mock("GET", "files/1", file(PATIENT)).await;
    ehr.once("files/2", ResponseTemplate::new(403)).await;
    let output = ehr.screen(&[]).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("the server refuses Condition.0001.ndjson: HTTP 403"), "{}", told(&output));
    assert!(!ehr.out.join("rows.ndjson").exists(), "half an export is not screened");
    ehr.mock("GET", "files/2", file("")).await;
    let output = ehr.screen(&[]).await;
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!((ehr.asked("GET", "fhir/$export").await, ehr.asked("GET", "files/1").await), (1, 2));
}

#[actix_web::test]
async fn a_server_that_refuses_is_told_of() {
    let ehr = Ehr::start("export-refused").await;
    ehr.mock("GET", "fhir/$export", ResponseTemplate::new(400)).await;
    let output = ehr.screen(&[]).await;
    assert!(
        !output.status.success() && told(&output).contains("the server refuses an export: HTTP 400"),
        "{}",
        told(&output)
    );
    let elsewhere = Ehr::start("export-elsewhere").await;
    let answer = ResponseTemplate::new(202).insert_header("content-location", "https://ehr.example.org/status");
    elsewhere.mock("GET", "fhir/$export", answer).await;
    let output = elsewhere.screen(&[]).await;
    assert!(told(&output).contains("names an address of another server"), "{}", told(&output));
    let plain = Command::new(env!("CARGO_BIN_EXE_cellwise"))
        .args(["screen", "--export", "http://ehr.example.org/$export", "--out"])
        .arg(&ehr.out)
        .output()
        .unwrap();
    assert!(told(&plain).contains("by https only"), "{}", told(&plain));
}

/// Writes a private key.
fn key(folder: &Path, algorithm: &str) -> PathBuf {
    let path = folder.join("key.pem");
    let pem = if algorithm == "es384" {
        rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem()
    } else {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = key.as_der().unwrap();
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()))
    };
    fs::write(&path, pem).unwrap();
    path
}

#[actix_web::test]
async fn a_client_gets_a_token_by_its_key_and_shows_it_where_it_belongs() {
    for name in ["es384", "rs384"] {
        let ehr = Ehr::start(&format!("export-{name}")).await;
        let other = MockServer::start().await;
        let said = json!({ "token_endpoint": ehr.at("token") });
        ehr.mock("GET", "fhir/.well-known/smart-configuration", ResponseTemplate::new(200).set_body_json(said)).await;
        let token = json!({ "access_token": "a-token", "token_type": "bearer", "expires_in": 300 });
        ehr.mock("POST", "token", ResponseTemplate::new(200).set_body_json(token)).await;
        ehr.exports(&[("Patient", "files/1")]).await;
        ehr.mock("GET", "files/1", file(PATIENT)).await;
        // A file that lies with somebody else.
        let manifest = json!({
            "transactionTime": "2026-11-01T00:00:00Z", "request": ehr.at("fhir/$export"), "error": [],
            "output": [{ "type": "Patient", "url": ehr.at("files/1") }, { "type": "Condition", "url": format!("{}/files/2", other.uri()) }],
        });
        let mock = Mock::given(method("GET"))
            .and(path("/status/1"))
            .respond_with(ResponseTemplate::new(200).set_body_json(manifest));
        mock.with_priority(2).mount(&ehr.server).await;
        Mock::given(method("GET")).and(path("/files/2")).respond_with(file("")).mount(&other).await;
        let key = key(&ehr.out, name);
        let output = ehr
            .screen(&["--client-id", "cellwise", "--client-key", key.to_str().unwrap(), "--client-key-id", "k1"])
            .await;
        assert!(output.status.success(), "{}", told(&output));
        let requests = ehr.server.received_requests().await.unwrap();
        for request in
            requests.iter().filter(|one| !one.url.path().contains("well-known") && one.url.path() != "/token")
        {
            assert_eq!(request.headers.get("authorization").unwrap(), "Bearer a-token", "{}", request.url);
        }
        let asked = requests.iter().find(|one| one.url.path() == "/token").unwrap();
        let form = String::from_utf8(asked.body.clone()).unwrap();
        assert!(form.contains("grant_type=client_credentials") && form.contains("client_assertion=ey"), "{form}");
        let of_others = other.received_requests().await.unwrap();
        assert!(of_others.iter().all(|one| !one.headers.contains_key("authorization")) && of_others.len() == 1);
    }
}
