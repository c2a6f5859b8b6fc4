//! Addresses that would lead somewhere else than to the FHIR server of the client: none of them is ever asked.

use std::time::Instant;

use cellwise::client::Client;
use cellwise::gather::{FetchError, FetchSettings, Gatherer};
use wiremock::MockServer;
use wiremock::matchers::any;
use wiremock::{Mock, ResponseTemplate};

use crate::ehr::{Ehr, LONG, access, client, error_of, fhir, needs, patient};

#[actix_web::test]
async fn only_the_listed_server_is_asked() {
    let ehr = Ehr::start().await;
    let evil = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(patient("1"))).mount(&evil).await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_json(patient("1"))).mount(&ehr.server).await;
    let (good, bad) = (ehr.server.address().to_string(), evil.address().to_string());
    let (port, bad_port) = (ehr.server.address().port(), evil.address().port());
    for server in [
        // Another port, host, scheme.
        format!("http://{bad}/fhir"),
        format!("http://127.0.0.1:{bad_port}/fhir"),
        format!("http://localhost:{port}/fhir"),
        format!("http://[::1]:{port}/fhir"),
        format!("http://[::ffff:127.0.0.1]:{port}/fhir"),
        format!("http://127.0.0.2:{port}/fhir"),
        format!("https://{good}/fhir"),
        format!("ftp://{good}/fhir"),
        format!("ws://{good}/fhir"),
        "file:///fhir".to_owned(),
        format!("//{good}/fhir"),
        format!("{good}/fhir"),
        // User names, and what looks like them.
        format!("http://{good}@{bad}/fhir"),
        format!("http://{good}/fhir@{bad}/"),
        format!("http://user@{good}/fhir"),
        format!("http://user:password@{good}/fhir"),
        format!("http://:@{good}/fhir"),
        format!("http://{bad}\\@{good}/fhir"),
        format!("http://{good}\\@{bad}/fhir"),
        format!("http://{bad}#@{good}/fhir"),
        format!("http://{bad}?@{good}/fhir"),
        // Look-alikes.
        format!("http://127.0.0.1.evil.example:{port}/fhir"),
        format!("http://{good}.evil.example/fhir"),
        // Paths that walk up.
        format!("http://{good}"),
        format!("http://{good}/"),
        format!("http://{good}/admin"),
        format!("http://{good}/fhirs"),
        format!("http://{good}/FHIR"),
        format!("http://{good}/fhir/../admin"),
        format!("http://{good}/fhir/.."),
        format!("http://{good}/fhir/%2e%2e/admin"),
        format!("http://{good}/fhir/%2E./admin"),
        format!("http://{good}/fhir/..%2fadmin"),
        format!("http://{good}/fhir/%2e%2e%2Fadmin"),
        format!("http://{good}/fhir/..%5cadmin"),
        format!("http://{good}/fhir/..\\admin"),
        format!("http://{good}/fhir/..;/admin"),
        // More than a base.
        format!("http://{good}/fhir?x=y"),
        format!("http://{good}/fhir?"),
        format!("http://{good}/fhir#x"),
        // Line breaks and the like.
        format!("http://{good}/fh\nir"),
        format!("http://{good}/fhir\r\nHost: evil.example"),
        format!("ht\ttp://{good}/fhir"),
        format!(" http://{good}/fhir"),
        format!("http://{good}/fhir "),
        format!("http://{good}/fhir\0"),
        format!("http://{good}/fhir\u{2028}"),
        format!("http:\\\\{good}\\fhir"),
        // No address.
        String::new(),
        "null".to_owned(),
        "http://".to_owned(),
        "http://[".to_owned(),
        format!("http://127.0.0.1:{}/fhir", 70_000),
        "javascript:alert(1)".to_owned(),
        "data:application/json,{}".to_owned(),
    ] {
        let gathered = ehr.fetch_from(&server).await;
        assert_eq!(gathered.map(|_| "an answer"), Err(FetchError::NotListed), "{server:?}");
    }
    assert!(ehr.requests().await.is_empty());
    assert!(evil.received_requests().await.unwrap().is_empty());
    // The listed one, or a folder of it.
    for server in
        [ehr.base(), format!("{}/", ehr.base()), format!("{}/tenant-1", ehr.base()), format!("HTTP://{good}/fhir")]
    {
        assert!(ehr.fetch_from(&server).await.is_ok(), "{server}");
    }
}

/// What a client with these servers gets of an address that nobody must ask: nothing listens there, so that
/// [`FetchError::Unreachable`] would mean that somebody tried.
async fn outcome(listed: &[&str], server: &str) -> FetchError {
    let client = client(listed);
    let gatherer = Gatherer::new(FetchSettings::default(), std::slice::from_ref(&client)).unwrap();
    error_of(gatherer.gather(&client, &access(server), &needs(&["Patient/1"]), Instant::now() + LONG).await.remove(0))
}

#[actix_web::test]
async fn names_are_compared_whole() {
    let listed = ["https://ehr.example.org/fhir"];
    for server in [
        "https://ehr.example.org.evil.example/fhir",
        "https://ehr.example.org./fhir",
        "https://ehr.example.org:8443/fhir",
        "https://ehr.example.org:80/fhir",
        "https://xehr.example.org/fhir",
        "https://example.org/fhir",
        "https://xn--hr-eja.example.org/fhir",
        "https://\u{435}hr.example.org/fhir",
        "https://ehr.example.org%2eevil.example/fhir",
        "https://ehr.example.org%00.evil.example/fhir",
        "https://ehr.example.org@127.0.0.1:9/fhir",
        "https://ehr.example.org:443@127.0.0.1/fhir",
        "https://127.0.0.1/https://ehr.example.org/fhir",
        "http://ehr.example.org/fhir",
        "http://ehr.example.org:443/fhir",
    ] {
        assert_eq!(outcome(&listed, server).await, FetchError::NotListed, "{server}");
    }
    assert_eq!(outcome(&[], listed[0]).await, FetchError::NotListed);
}

#[actix_web::test]
async fn metadata_addresses_are_never_asked_not_even_when_listed() {
    let spellings = [
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0xa9.0xfe.0xa9.0xfe",
        "0251.0376.0251.0376",
        "169.254.43518",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "0.0.0.0",
        "0",
        "[::]",
    ];
    for host in spellings {
        for scheme in ["http", "https"] {
            let server = format!("{scheme}://{host}/fhir");
            assert_eq!(outcome(&["https://ehr.example.org/fhir"], &server).await, FetchError::NotListed, "{server}");
            assert_eq!(outcome(&[&server], &server).await, FetchError::NotListed, "{server}");
        }
    }
}

#[actix_web::test]
async fn http_is_for_this_machine_only() {
    for server in ["http://ehr.example.org/fhir", "http://10.0.0.1/fhir", "http://localhost.example.org/fhir"] {
        assert_eq!(outcome(&[server], server).await, FetchError::NotListed, "{server}");
    }
    for server in
        ["http://127.0.0.1:9/fhir", "http://localhost:9/fhir", "http://[::1]:9/fhir", "https://127.0.0.1:9/fhir"]
    {
        assert_eq!(outcome(&[server], server).await, FetchError::Unreachable, "{server}");
    }
}

/// A client whose entry says so may have its EHR in plain text elsewhere. That opens nothing that is not listed, and no address of
/// a cloud.
#[actix_web::test]
async fn http_elsewhere_is_for_clients_that_say_so() {
    let outcome = async |listed: &str, server: &str| {
        let mut client = client(&[listed]);
        client.fhir.allows_http = true;
        let gatherer = Gatherer::new(FetchSettings::default(), std::slice::from_ref(&client)).unwrap();
        let needs = needs(&["Patient/1"]);
        error_of(gatherer.gather(&client, &access(server), &needs, Instant::now() + LONG).await.remove(0))
    };
    let listed = "http://ehr.invalid:8080/fhir";
    for server in [listed, "HTTP://EHR.invalid:8080/fhir", "http://ehr.invalid:8080/fhir/tenant"] {
        assert_eq!(outcome(listed, server).await, FetchError::Unreachable, "{server}");
    }
    for server in ["http://other.invalid:8080/fhir", "https://ehr.invalid:8080/fhir", "ftp://ehr.invalid:8080/fhir"] {
        assert_eq!(outcome(listed, server).await, FetchError::NotListed, "{server}");
    }
    for server in ["http://169.254.169.254/fhir", "http://[fe80::1]/fhir"] {
        assert_eq!(outcome(server, server).await, FetchError::NotListed, "{server}");
    }
}

#[actix_web::test]
async fn an_id_stays_within_its_resource() {
    let ehr = Ehr::start().await;
    Mock::given(any()).respond_with(fhir(&patient("1"))).mount(&ehr.server).await;
    for query in [
        "Patient/..",
        "Patient/.",
        "Patient/",
        "Patient/%2e%2e",
        "Patient/..%2F..%2Fadmin",
        "Patient/1/../../admin",
        "Patient/..%5Cadmin",
        "Patient/%252e%252e",
        "Patient/1?x=y",
        "../admin",
        "/admin",
        "//evil.example",
        "https://evil.example/Patient/1",
        "",
        "?patient=1",
    ] {
        assert_eq!(error_of(ehr.fetch(query).await), FetchError::NotListed, "{query}");
    }
    assert!(ehr.requests().await.is_empty());
    // Odd characters are no way out.
    ehr.fetch("Patient/a%3Fb%23c%20d").await.unwrap_err();
    ehr.fetch("Condition?patient=1%26_elements%3Dx%23y").await.unwrap_err();
    let requests = ehr.requests().await;
    assert_eq!(requests[0].url.path(), "/fhir/Patient/a%3Fb%23c%20d");
    assert_eq!(requests[0].url.query(), None);
    let pairs: Vec<(String, String)> = requests[1].url.query_pairs().into_owned().collect();
    assert_eq!(pairs[0], ("patient".to_owned(), "1&_elements=x#y".to_owned()));
}

#[actix_web::test]
async fn a_client_asks_its_own_servers_only() {
    let ehr = Ehr::start().await;
    let other = Client { id: "other".to_owned(), ..client(&["https://other.example.org/fhir"]) };
    let gatherer = Gatherer::new(FetchSettings::default(), &[ehr.client.clone(), other.clone()]).unwrap();
    let gathered =
        gatherer.gather(&other, &access(&ehr.base()), &needs(&["Patient/1"]), Instant::now() + LONG).await.remove(0);
    assert_eq!(error_of(gathered), FetchError::NotListed);
    assert!(ehr.requests().await.is_empty());
}
