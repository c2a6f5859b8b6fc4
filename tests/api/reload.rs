//! Another configuration while the server runs: no request is lost, no token works twice, and a wrong one changes nothing.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::{Duration, Instant};

use cellwise::client::{Callers, Client};
use cellwise::engine::Engine;
use cellwise::http::{Settings, TokenSettings};
use cellwise_clinic::policy::{Policy, SwitchedOff};
use cellwise_record::terminology::mapping::Mapping;
use serde_json::{Value, json};

use crate::auth::token::{BASE, ISSUER, P384, Token, jwks};
use crate::auth::{call_with, client};
use crate::helpers::{ENGINE, TestServer, cards, refused, request};
use crate::shutdown::{Program, half_a_request};

const PATH: &str = "/cds-services/ahsct-eligibility";

/// An engine without one service.
static WITHOUT: LazyLock<Arc<Engine>> = LazyLock::new(|| {
    let off = SwitchedOff { id: "ahsct-eligibility".to_owned(), reason: "not here".to_owned() };
    let policy = Policy { services_off: vec![off], ..Policy::default() };
    Arc::new(Engine::load().and_then(|engine| engine.under(policy, &Mapping::default())).unwrap())
});

fn listed(client: Client) -> Settings {
    Settings { base_url: Some(BASE.parse().unwrap()), callers: Callers::Listed(vec![client]), ..Settings::default() }
}

/// Four clients that call without a pause, each with tokens of its own that are sent twice, while configurations come and go in
/// which the client has another name, clocks may be further apart, keys are new for another time, and caches are others.
#[test]
fn no_request_is_lost_and_no_token_works_twice() {
    let known = client(&jwks(&[("ec", &P384)]));
    let server = TestServer::start(listed(known.clone()));
    let other = Settings {
        tokens: TokenSettings { clock_skew: Duration::from_mins(4), ..TokenSettings::default() },
        most_requests: 99,
        ..listed(Client { id: "renamed".to_owned(), ..known.clone() })
    };
    let (running, answered) = (AtomicUsize::new(4), AtomicUsize::new(0));
    let replaced = thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let token = Token::new().signed(&P384);
                    let first = call_with(&server, &token).status();
                    let second = call_with(&server, &token).status();
                    assert_eq!((first.as_u16(), second.as_u16()), (200, 401));
                    answered.fetch_add(1, Ordering::SeqCst);
                }
                running.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let mut replaced = 0;
        while replaced < 100 || running.load(Ordering::SeqCst) > 0 {
            let settings = if replaced % 2 == 0 { &other } else { &listed(known.clone()) };
            server.shared.replace(Arc::clone(&ENGINE), settings.clone()).unwrap();
            replaced += 1;
            // So that many calls meet one, and many another.
            thread::sleep(Duration::from_millis(2));
        }
        replaced
    });
    assert_eq!(answered.into_inner(), 200);
    assert!(replaced >= 100, "{replaced}");
}

#[test]
fn a_client_that_is_taken_out_and_put_in_again_can_not_use_a_token_twice() {
    let known = client(&jwks(&[("ec", &P384)]));
    let server = TestServer::start(listed(known.clone()));
    let token = Token::new().signed(&P384);
    cards(call_with(&server, &token));
    let mut stranger = known.clone();
    stranger.trust.as_mut().unwrap().issuer = "https://other.example.org".to_owned();
    server.shared.replace(Arc::clone(&ENGINE), listed(stranger)).unwrap();
    refused(call_with(&server, &Token::new().signed(&P384)), 401);
    server.shared.replace(Arc::clone(&ENGINE), listed(known)).unwrap();
    refused(call_with(&server, &token), 401);
    cards(call_with(&server, &Token::new().signed(&P384)));
}

/// A request is answered by the configuration that it met when it came.
#[test]
fn what_has_begun_ends_as_it_began() {
    let server = TestServer::start(Settings::default());
    let (mut stream, rest) = half_a_request(server.address);
    thread::sleep(Duration::from_millis(300));
    server.shared.replace(Arc::clone(&WITHOUT), Settings::default()).unwrap();
    refused(server.call("ahsct-eligibility", &request("order-sign")), 404);
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = [0; 15];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    server.shared.replace(Arc::clone(&ENGINE), Settings::default()).unwrap();
    cards(server.call("ahsct-eligibility", &request("order-sign")));
}

#[test]
fn limits_change_and_what_is_used_up_stays_used_up() {
    let limited = |most| {
        let client = Client { requests_per_minute: NonZeroU32::new(most), ..Client::anonymous() };
        Settings { callers: Callers::Anyone(client), max_body: 1 << 20, ..Settings::default() }
    };
    let server = TestServer::start(limited(2));
    let call = || server.call("ahsct-eligibility", &request("order-sign"));
    cards(call());
    server.shared.replace(Arc::clone(&ENGINE), limited(2)).unwrap();
    cards(call());
    server.shared.replace(Arc::clone(&ENGINE), limited(2)).unwrap();
    refused(call(), 429);
    server.shared.replace(Arc::clone(&ENGINE), Settings { max_body: 1024, ..limited(100) }).unwrap();
    refused(call(), 413);
    let settings = Settings { max_body: 1 << 20, most_requests: 1, ..limited(100) };
    server.shared.replace(Arc::clone(&ENGINE), settings).unwrap();
    let held = half_a_request(server.address);
    thread::sleep(Duration::from_millis(300));
    refused(call(), 503);
    drop(held);
}

#[test]
fn settings_that_can_not_be_used_leave_the_old_ones_in_force() {
    let known = client(&jwks(&[("ec", &P384)]));
    let server = TestServer::start(listed(known.clone()));
    let settings = Settings { base_url: None, ..listed(known) };
    assert!(server.shared.replace(Arc::clone(&WITHOUT), settings).unwrap_err().contains("base URL"));
    cards(call_with(&server, &Token::new().signed(&P384)));
}

/// A folder for one test with the keys of a client in it.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("keys.json"), jwks(&[("ec", &P384)]).to_string()).unwrap();
    folder
}

fn file_of(folder: &Path, server: &str, rest: &str) -> PathBuf {
    let path = folder.join("local.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nbase-url = \"{BASE}\"\n{server}\n[[client]]\nid = \"hospital\"\n\
         issuer = \"{ISSUER}\"\nkeys = \"keys.json\"\nfhir-servers = [\"https://ehr.example.org/fhir\"]\n{rest}"
    );
    std::fs::write(&path, text).unwrap();
    path
}

const OFF: &str = "[[switch-off]]\nservice = \"ahsct-eligibility\"\nreason = \"not here\"\n";

/// Waits until the server says so of itself.
fn wait_for(program: &Program, what: &str, is: impl Fn(&Value) -> bool) {
    let started = Instant::now();
    loop {
        let ready: Value = reqwest::blocking::get(program.url("/health/ready")).unwrap().json().unwrap();
        if is(&ready) {
            return;
        }
        assert!(started.elapsed() < Duration::from_mins(1), "{what}: {ready}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn services_off(most: u64) -> impl Fn(&Value) -> bool {
    move |ready| ready["local"]["servicesSwitchedOff"] == json!(most)
}

fn call(program: &Program, token: &str) -> u16 {
    let client = reqwest::blocking::Client::new();
    let call = client.post(program.url(PATH)).bearer_auth(token).json(&request("order-sign"));
    call.send().unwrap().status().as_u16()
}

fn read_again(taken: u64, refused: u64) -> impl Fn(&Value) -> bool {
    move |ready| ready["configurationReadAgain"] == json!({ "taken": taken, "refused": refused })
}

#[test]
fn a_program_that_is_asked_to_reads_its_configuration_again() {
    let folder = folder("reload-asked");
    let path = file_of(&folder, "", "");
    let program = Program::start(&["--config", path.to_str().unwrap(), "--log", "debug"]);
    let used = Token::new().signed(&P384);
    assert_eq!(call(&program, &used), 200);

    file_of(&folder, "workers = 7\nhead-timeout = \"2s\"\nlanguage = \"nl\"", OFF);
    program.signal("HUP");
    wait_for(&program, "a service off", services_off(1));
    assert_eq!(call(&program, &used), 401);
    assert_eq!(call(&program, &Token::new().signed(&P384)), 404);

    // Wrong in three places: everything stays, and the log says what `config check` says.
    file_of(&folder, "language = \"de\"", "requests-per-minute = 0\n[[switch-off]]\nrule = \"x\"\nreason = \"y\"\n");
    let checked = Command::new(env!("CARGO_BIN_EXE_cellwise")).args(["config", "check"]).arg(&path).output().unwrap();
    let told = String::from_utf8(checked.stderr).unwrap();
    let told: Vec<&str> = told.lines().map(|line| line.strip_prefix("error: ").unwrap()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    program.signal("HUP");
    wait_for(&program, "refused", read_again(1, 1));
    wait_for(&program, "nothing", services_off(1));

    // Whoever empties the file does not open the server.
    std::fs::write(&path, "").unwrap();
    program.signal("HUP");
    wait_for(&program, "refused again", read_again(1, 2));
    assert_eq!(call(&program, "nonsense"), 401);

    file_of(&folder, "", "");
    program.signal("HUP");
    wait_for(&program, "all services", services_off(0));
    wait_for(&program, "taken", read_again(2, 2));
    assert_eq!(call(&program, &used), 401);
    assert_eq!(call(&program, &Token::new().signed(&P384)), 200);
    program.signal("TERM");
    let log = program.end();
    for line in told {
        assert!(log.contains(line), "no {line} in {log}");
    }
    for expected in [
        "changed: service `ahsct-eligibility` is switched off: not here",
        "changed: service `ahsct-eligibility` is switched on again; it was off: not here",
        "changed: setting server.language: en → nl",
        "it stays until the next start name=\"server.workers\"",
        "it stays until the next start name=\"server.head-timeout\"",
        "the configuration stays as it was",
        "no client is listed any more",
    ] {
        assert!(log.contains(expected), "no {expected} in {log}");
    }
    assert_eq!(log.matches("until the next start").count(), 2, "{log}");
}

#[test]
fn a_file_that_changes_is_read_again_when_that_is_wanted() {
    let folder = folder("reload-changed");
    let path = file_of(&folder, "check-every = \"100ms\"", "");
    let program = Program::start(&["--config", path.to_str().unwrap()]);
    assert_eq!(call(&program, &Token::new().signed(&P384)), 200);
    file_of(&folder, "check-every = \"100ms\"", OFF);
    wait_for(&program, "a service off", services_off(1));
    file_of(&folder, "check-every = \"100ms\"", "");
    wait_for(&program, "all services", services_off(0));
    // A file that it names.
    std::fs::write(folder.join("keys.json"), jwks(&[("other", &P384)]).to_string()).unwrap();
    let started = Instant::now();
    while call(&program, &Token::new().signed(&P384)) != 401 {
        assert!(started.elapsed() < Duration::from_mins(1), "the old keys are still believed");
        thread::sleep(Duration::from_millis(50));
    }
    program.signal("TERM");
    let log = program.end();
    assert!(log.contains("changed: client `hospital`: other public keys in its file"), "{log}");
}
