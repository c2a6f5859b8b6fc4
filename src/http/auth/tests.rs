use actix_web::test::TestRequest;
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;

/// The public key printed in CDS Hooks 1.0 and 2.0.1.
fn printed_key() -> KeySource {
    let key = json!({
        "kty": "EC",
        "use": "sig",
        "crv": "P-384",
        "kid": "example-kid",
        "x": "46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
        "y": "XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI",
        "alg": "ES384"
    });
    KeySource::Static(serde_json::from_value(json!({ "keys": [key] })).unwrap())
}

/// The tokens printed there, both made with it.
const PRINTED: [&str; 2] = [
    concat!(
        "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLmNvbS9q",
        "d2tfdXJpIn0.eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsInN1YiI6ImNsaWVudF9pZCIsImF1ZCI6Imh0dHBzOi8vY2Rz",
        "LmV4YW1wbGUub3JnL2Nkcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUy",
        "MmIwMjEtZTFiNy00NjExLWJhNWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0.",
        "CUFPkplnWd6YGIvzoHolWCQBDsCL8QtTWKGg_QFpS169WrqDGzktRi-_we6-6rVzbjerU27ZKww_SW0-b9RTz-dPJNcqsueMio8r6EqXUXhbLm_c",
        "h3XFSbDlGHDl_tqo",
    ),
    concat!(
        "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLmNvbS9q",
        "d2tfdXJpIn0.eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2Nkcy1z",
        "ZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjExLWJh",
        "NWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0.d1WfLjGRKlcWB94l9do4cM8R",
        "EXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vXWEIYTdjooZdooCSDf2L8-i4awdoUwiEb",
    ),
];

fn client(id: &str, change: impl FnOnce(&mut Trust)) -> Client {
    let mut trust = Trust {
        issuer: "https://fhir-ehr.example.com/".to_owned(),
        tenants: vec!["2ddd6c3a-8e9a-44c6-a305-52111ad302a2".to_owned()],
        audiences: Vec::new(),
        algorithms: vec![Algorithm::ES384, Algorithm::RS384],
        keys: printed_key(),
    };
    change(&mut trust);
    Client { id: id.to_owned(), trust: Some(trust), ..Client::anonymous() }
}

fn settings(clients: Vec<Client>) -> Settings {
    Settings {
        base_url: Some(Url::parse("https://cds.example.org").unwrap()),
        callers: Callers::Listed(clients),
        tokens: TokenSettings { longest: Duration::from_secs(200_000_000), ..TokenSettings::default() },
        ..Settings::default()
    }
}

async fn outcome(gate: &Gate, path: &str, token: &str) -> Result<String, &'static str> {
    let request = TestRequest::with_uri(path).insert_header(("Authorization", format!("Bearer {token}")));
    match gate.sender(&request.to_http_request()).await {
        Ok(sender) => Ok(sender.client.id.clone()),
        Err(refused) => Err(refused.reason.name()),
    }
}

#[actix_web::test]
async fn the_printed_tokens_are_believed_in_their_time_and_only_then() {
    const SERVICE: &str = "/cds-services/some-service";
    for token in PRINTED {
        let gate = gate_of(&settings(vec![client("ehr", |_| {})])).unwrap();
        assert_eq!(outcome(&gate, SERVICE, token).await, Err("expired"));

        let gate = Gate { clock: || Duration::from_secs(1_422_568_859), ..gate };
        assert_eq!(outcome(&gate, "/cds-services/other-service", token).await, Err("wrong-audience"));
        assert_eq!(outcome(&gate, SERVICE, token).await, Ok("ehr".to_owned()));
        assert_eq!(outcome(&gate, SERVICE, token).await, Err("replayed"));

        let gate = Gate { clock: || Duration::from_secs(1_311_280_900), ..gate };
        assert_eq!(outcome(&gate, SERVICE, token).await, Err("not-yet"));

        let short = Settings { tokens: TokenSettings::default(), ..settings(vec![client("ehr", |_| {})]) };
        let gate = Gate { clock: || Duration::from_secs(1_422_568_859), ..gate_of(&short).unwrap() };
        assert_eq!(outcome(&gate, SERVICE, token).await, Err("long-lived"));
    }
}

#[actix_web::test]
async fn in_development_anybody_is_the_one_client() {
    let gate = gate_of(&Settings::default()).unwrap();
    assert_eq!(outcome(&gate, "/cds-services", "nonsense").await, Ok("anonymous".to_owned()));
}

fn refusal(settings: &Settings) -> String {
    gate_of(settings).err().unwrap()
}

fn gate_of(settings: &Settings) -> Result<Gate, String> {
    Gate::after(
        None,
        settings,
        &Outbound::new(&[]).unwrap(),
        &Used::default(),
        &crate::metrics::of_nobody().unwrap(),
        None,
    )
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let no_base = Settings { base_url: None, ..settings(vec![client("a", |_| {})]) };
    assert!(refusal(&no_base).contains("base URL"));

    let no_trust = Client { trust: None, ..client("a", |_| {}) };
    assert_eq!(refusal(&settings(vec![no_trust])), "client `a`: nothing says how its tokens are recognised");

    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512, Algorithm::PS384, Algorithm::EdDSA] {
        let other = client("a", |trust| trust.algorithms.push(algorithm));
        assert!(refusal(&settings(vec![other])).contains("is not accepted"), "{algorithm:?}");
    }
    let none = client("a", |trust| trust.algorithms.clear());
    assert!(refusal(&settings(vec![none])).contains("no signature algorithm"));
    let unfit = client("a", |trust| trust.algorithms = vec![Algorithm::RS384]);
    assert!(refusal(&settings(vec![unfit])).contains("none of its keys fits"));

    let jku = |url: &str| client("a", |trust| trust.keys = KeySource::Jku(Url::parse(url).unwrap()));
    for url in ["http://ehr.example.org/jwks", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/", "http://[::2]/"] {
        assert!(refusal(&settings(vec![jku(url)])).contains("https"), "{url}");
    }
    for url in ["https://ehr.example.org/jwks", "http://127.0.0.1:8000/jwks", "http://[::1]/", "http://localhost/"] {
        assert!(gate_of(&settings(vec![jku(url)])).is_ok(), "{url}");
    }
}

#[test]
fn clients_with_one_issuer_need_tenants_of_their_own() {
    let tenants = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let pair = |one: &[&str], other: &[&str]| {
        let (one, other) = (tenants(one), tenants(other));
        gate_of(&settings(vec![client("a", |trust| trust.tenants = one), client("b", |trust| trust.tenants = other)]))
    };
    assert!(pair(&["x", "y"], &["z"]).is_ok());
    for (one, other) in [(&["x", "y"][..], &["y"][..]), (&["x"], &[]), (&[], &[])] {
        assert!(pair(one, other).is_err_and(|error| error.starts_with("clients `a` and `b`")));
    }
}

#[test]
fn an_endpoint_is_the_base_url_and_the_path() {
    for (base, expected) in [
        ("https://cds.example.org", "https://cds.example.org/cds-services/x"),
        ("https://cds.example.org/", "https://cds.example.org/cds-services/x"),
        ("https://cds.example.org/cellwise", "https://cds.example.org/cellwise/cds-services/x"),
        ("https://cds.example.org:8443/a/b/?c#d", "https://cds.example.org:8443/a/b/cds-services/x"),
    ] {
        assert_eq!(endpoint(&Url::parse(base).unwrap(), "/cds-services/x").as_str(), expected);
    }
}
