//! The server behind its own certificate, which is replaced while it runs.

use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cellwise::http::{Settings, TlsFiles};
use rcgen::{CertificateParams, KeyPair};
use reqwest::blocking::{Client, ClientBuilder, Response};
use reqwest::{Certificate, Version};

use crate::helpers::{TestServer, cards, refused, request};

/// A certificate for 127.0.0.1 and its key.
struct Made {
    certificate: String,
    key: String,
}

impl Made {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().self_signed(&key).unwrap();
        Self { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// Of a client that trusts this certificate alone, and opens a connection for every request.
    fn client(&self) -> ClientBuilder {
        let root = Certificate::from_pem(self.certificate.as_bytes()).unwrap();
        Client::builder().tls_certs_only([root]).pool_max_idle_per_host(0)
    }
}

struct Tls {
    files: TlsFiles,
    server: TestServer,
}

impl Tls {
    fn start(first: &Made) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = |kind: &str| format!("tls-{}-{kind}.pem", COUNT.load(Ordering::Relaxed));
        COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let mut files = TlsFiles::new(folder.join(name("certificate")), folder.join(name("key")));
        files.check_every = Duration::from_millis(50);
        fs::write(&files.certificate, &first.certificate).unwrap();
        fs::write(&files.key, &first.key).unwrap();
        let server = TestServer::start(Settings { tls: Some(files.clone()), ..Settings::default() });
        Self { files, server }
    }

    fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.server.address)
    }

    fn replace(&self, made: &Made) {
        fs::write(&self.files.certificate, &made.certificate).unwrap();
        fs::write(&self.files.key, &made.key).unwrap();
    }

    fn get(&self, made: &Made) -> reqwest::Result<Response> {
        made.client().build().unwrap().get(self.url("/health/live")).send()
    }

    #[track_caller]
    fn wait_until_it_shows(&self, made: &Made) {
        let started = Instant::now();
        while self.get(made).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "the new certificate is not taken");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn calls_come_over_https() {
    let made = Made::new();
    let tls = Tls::start(&made);
    for (client, version) in [(made.client(), Version::HTTP_2), (made.client().http1_only(), Version::HTTP_11)] {
        let answer = client
            .build()
            .unwrap()
            .post(tls.url("/cds-services/ahsct-eligibility"))
            .header("content-type", "application/json")
            .body(request("order-sign").to_string())
            .send()
            .unwrap();
        assert_eq!(answer.version(), version);
        cards(answer);
    }
    // Neither without TLS nor with the certificate of somebody else.
    assert!(reqwest::blocking::get(format!("http://{}/health/live", tls.server.address)).is_err());
    assert!(tls.get(&Made::new()).is_err());
}

#[test]
fn a_new_certificate_is_taken_and_a_broken_one_is_not() {
    let (first, second, third) = (Made::new(), Made::new(), Made::new());
    let tls = Tls::start(&first);
    assert!(tls.get(&first).is_ok() && tls.get(&second).is_err());
    tls.replace(&second);
    tls.wait_until_it_shows(&second);
    assert!(tls.get(&first).is_err());

    let keeps_the_second = |what: &str| {
        // Several looks at the files.
        thread::sleep(Duration::from_millis(400));
        assert!(tls.get(&second).is_ok(), "{what}");
    };
    fs::write(&tls.files.key, &third.key).unwrap();
    keeps_the_second("a key of another certificate");
    fs::write(&tls.files.certificate, &third.certificate.as_bytes()[..300]).unwrap();
    keeps_the_second("half a certificate");
    fs::write(&tls.files.certificate, "").unwrap();
    keeps_the_second("nothing");
    fs::remove_file(&tls.files.certificate).unwrap();
    keeps_the_second("no file");

    tls.replace(&third);
    tls.wait_until_it_shows(&third);
}

/// Over HTTP/2 actix would take 16 MiB of head.
#[test]
fn a_head_that_is_too_large_is_refused_over_http_2() {
    let made = Made::new();
    let tls = Tls::start(&made);
    let client = made.client().build().unwrap();
    let send = |size: usize| client.get(tls.url("/health/live")).header("x-long", "a".repeat(size)).send();
    assert_eq!(send(100_000).unwrap().status(), 200);
    refused(send(200_000).unwrap(), 431);
    refused(send(1_000_000).unwrap(), 431);
    assert!(tls.get(&made).is_ok());
}

/// A connection that never begins to speak TLS.
#[test]
fn a_silent_connection_is_closed() {
    let tls = Tls::start(&Made::new());
    let mut silent = TcpStream::connect(tls.server.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(silent.read(&mut [0; 10]).unwrap(), 0);
}
