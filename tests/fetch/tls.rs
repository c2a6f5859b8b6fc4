//! A FHIR server with a certificate of its own hospital.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use cellwise::gather::{FetchError, FetchSettings, Gathered, Gatherer};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::ehr::{LONG, access, client, error_of, needs, patient};

/// An https server that sends one patient to whoever trusts it; gives its certificate and its port.
fn start() -> (String, u16) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![own.cert.der().clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            if stream.read(&mut request).is_ok_and(|read| read > 0) {
                let body = patient("1").to_string();
                let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    (own.cert.pem(), port)
}

async fn fetch(server: &str, authorities: &str) -> Gathered {
    let client = client(&[server]);
    let settings = FetchSettings { authorities: authorities.as_bytes().to_vec(), ..FetchSettings::default() };
    let gatherer = Gatherer::new(settings, std::slice::from_ref(&client)).unwrap();
    gatherer.gather(&client, &access(server), &needs(&["Patient/1"]), Instant::now() + LONG).await.remove(0)
}

#[actix_web::test]
async fn a_certificate_counts_when_its_authority_is_trusted() {
    let (certificate, port) = start();
    let server = format!("https://localhost:{port}/fhir");
    assert!(fetch(&server, &certificate).await.is_ok());
    // Nobody trusts it; somebody else is trusted; it is for another name.
    assert_eq!(error_of(fetch(&server, "").await), FetchError::Unreachable);
    assert_eq!(error_of(fetch(&server, &start().0).await), FetchError::Unreachable);
    assert_eq!(error_of(fetch(&format!("https://127.0.0.1:{port}/fhir"), &certificate).await), FetchError::Unreachable);
}

#[test]
fn authorities_are_certificates() {
    for authorities in ["not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let settings = FetchSettings { authorities: authorities.as_bytes().to_vec(), ..FetchSettings::default() };
        assert!(Gatherer::new(settings, &[]).is_err(), "{authorities}");
    }
}
