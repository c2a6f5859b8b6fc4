//! The fixture suite once more, without prefetch: the server fetches everything itself, page by page, and must come to the
//! same cards.

#![cfg(test)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use cellwise::client::{Callers, Client, FhirAccess, SearchMethod};
use cellwise::engine::Engine;
use cellwise::fixtures::fhir_server::FhirServer;
use cellwise::fixtures::remote::Remote;
use cellwise::fixtures::report;
use cellwise::fixtures::run::{self, Options, Outcome};
use cellwise::fixtures::suite::Suite;
use cellwise::fixtures::target::Target;
use cellwise::gather::FetchSettings;
use cellwise::http::{Server, Settings};
use reqwest::Url;

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A server that may fetch, and waits for it as long as a busy machine needs.
fn serve(engine: Arc<Engine>, fhir: FhirAccess) -> SocketAddr {
    let settings = Settings {
        listen: ANY_PORT,
        workers: 2,
        accept_as_of: true,
        callers: Callers::Anyone(Client { fhir, ..Client::anonymous() }),
        // The longest record of the suite takes fourteen pages.
        fetch: FetchSettings { deadline: Duration::from_secs(5), most_pages: 20, ..FetchSettings::default() },
        ..Settings::default()
    };
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = Server::bind(engine, settings).unwrap();
            send.send(server.address()).unwrap();
            server.run().await.unwrap();
        });
    });
    receive.recv().unwrap()
}

/// Runs the cases whose name contains `only` (all without) against a server that searches by `search`.
#[track_caller]
fn run_fetched(only: Option<&str>, search: SearchMethod) {
    let suite = Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), only).unwrap();
    let fhir = FhirServer::start(ANY_PORT, &suite).unwrap();
    let engine = Arc::new(Engine::load().unwrap());
    let servers = vec![Url::parse(&fhir.url()).unwrap()];
    let address = serve(Arc::clone(&engine), FhirAccess { servers, search, ..FhirAccess::default() });
    let target = Target::Remote(Box::new(Remote::discover(&format!("http://{address}")).unwrap()));
    let options = Options { fhir: Some(&fhir), ..Options::default() };
    let outcomes = run::run(&suite, &target, &engine.knowledge().schemas, options, &|_| ());
    let failed: Vec<Outcome> = outcomes.into_iter().filter(Outcome::failed).collect();
    let mut text = Vec::new();
    report::write(&mut text, &failed, false).unwrap();
    assert!(failed.is_empty(), "\n{}", String::from_utf8_lossy(&text));

    // Nearly all cases, and each of them asks for the patient and more.
    assert!(fhir.cases() > suite.cases.len() * 8 / 10, "{} of {}", fhir.cases(), suite.cases.len());
    assert!(fhir.answered() > 2 * fhir.cases(), "{} requests for {} cases", fhir.answered(), fhir.cases());
}

#[test]
fn what_is_fetched_comes_to_the_same_cards() {
    run_fetched(None, SearchMethod::Get);
}

#[test]
fn searches_that_are_sent_as_forms_find_the_same() {
    run_fetched(Some("possible-crs/"), SearchMethod::Post);
}

fn fixtures(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("fixtures").args(arguments).output().unwrap()
}

/// The command says how many cases were fetched, and what to do when none was.
#[test]
fn a_server_that_may_not_fetch_is_told_how_to() {
    let address = serve(Arc::new(Engine::load().unwrap()), FhirAccess::default());
    let url = format!("http://{address}");
    let output = fixtures(&["--only", "dmso-allergy/met", "--url", &url, "--serve-fhir", "127.0.0.1:0"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(" fetched, ") && text.contains("start the other with `--fhir-server http://127.0.0.1:"),
        "{text}"
    );
}

#[test]
fn fetching_needs_a_server_and_a_loopback_address() {
    for (arguments, expected) in [
        (&["--serve-fhir", "127.0.0.1:0"][..], "--url"),
        (&["--url", "http://127.0.0.1:1", "--serve-fhir", "0.0.0.0:8099"], "expected a loopback address"),
    ] {
        let output = fixtures(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
}
