//! The program itself: what it prints, what it logs, how it stops.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::helpers::request;

const PATH: &str = "/cds-services/ahsct-eligibility";

/// A running `cellwise serve` and what it printed.
pub(crate) struct Program {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) greeting: String,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(command(arguments))
    }

    pub(crate) fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut greeting = lines.next().expect("the program ended without a word").unwrap();
        let address = greeting.split("http://").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        // The rest comes at once, up to the line of the second `curl`.
        while greeting.matches("curl").count() < 2 {
            greeting.push('\n');
            greeting.push_str(&lines.next().unwrap().unwrap());
        }
        Self { child, address, greeting }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and returns the log. Fails when it takes longer than a graceful stop may, or ends badly.
    pub(crate) fn end(mut self) -> String {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(started.elapsed() < Duration::from_secs(12), "the program does not stop");
            thread::sleep(Duration::from_millis(20));
        };
        assert!(status.success(), "{status}");
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Program {
    /// A test that fails leaves nothing running.
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cellwise"));
    command.arg("serve").args(arguments);
    command
}

/// Opens a connection with a request of which half is sent, and the other half.
pub(crate) fn half_a_request(address: SocketAddr) -> (TcpStream, String) {
    let body = request("order-sign").to_string();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (sent, rest) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(format!("{head}{sent}").as_bytes()).unwrap();
    (stream, rest.to_owned())
}

#[test]
fn it_says_where_it_listens_and_what_to_try() {
    let program = Program::start(&["--listen", "127.0.0.1:0"]);
    assert_ne!(program.address.port(), 0);
    assert!(program.greeting.contains(&format!("curl {}", program.url("/cds-services"))), "{}", program.greeting);
    assert!(program.greeting.contains("--data @fixtures/requests/steroid-after-car-t.json"), "{}", program.greeting);
    assert!(!program.greeting.contains("TLS"));
    assert!(program.greeting.contains("NOBODY IS AUTHENTICATED"), "{}", program.greeting);
    assert_eq!(reqwest::blocking::get(program.url("/health/ready")).unwrap().status(), 200);
    program.signal("INT");
    let log = program.end();
    assert!(log.contains("stopping") && !log.contains("answered"), "probes fill the log: {log}");

    let program = Program::start(&["--listen", "0.0.0.0:0", "--unauthenticated", "--log", "off"]);
    assert!(program.greeting.contains("put TLS in front of it"), "{}", program.greeting);
    assert!(program.greeting.contains("NOBODY IS AUTHENTICATED"), "{}", program.greeting);
    assert!(program.address.ip().is_loopback(), "a client can't call 0.0.0.0");
    program.signal("TERM");
    program.end();
}

#[test]
fn requests_in_flight_finish_before_it_stops() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log", "off"]);
    // An idle connection must not hold the stop up.
    let client = reqwest::blocking::Client::new();
    assert_eq!(client.get(program.url("/cds-services")).send().unwrap().status(), 200);
    let (mut stream, rest) = half_a_request(program.address);
    thread::sleep(Duration::from_millis(200));

    let stopped = Instant::now();
    program.signal("TERM");
    thread::sleep(Duration::from_millis(500));
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(TcpStream::connect(program.address).is_err(), "it still takes new connections");

    program.end();
    assert!(stopped.elapsed() < Duration::from_secs(8), "took {:?}", stopped.elapsed());
}

/// The next answer on a connection: its head and its body.
fn answer(reader: &mut impl BufRead) -> String {
    let (mut answer, mut length) = (String::new(), 0);
    loop {
        let start = answer.len();
        if reader.read_line(&mut answer).unwrap() == 0 {
            return answer;
        }
        let line = answer[start..].trim_end().to_ascii_lowercase();
        if let Some(size) = line.strip_prefix("content-length: ") {
            length = size.parse().unwrap();
        }
        if line.is_empty() {
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            return answer + &String::from_utf8(body).unwrap();
        }
    }
}

#[test]
fn a_busy_connection_is_told_which_answer_is_its_last() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log", "off"]);
    let address = program.address;
    let clients: Vec<thread::JoinHandle<String>> = (0..8)
        .map(|_| {
            thread::spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                loop {
                    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
                    let answer = answer(&mut reader);
                    if !answer.starts_with("HTTP/1.1 200") || answer.to_ascii_lowercase().contains("connection: close")
                    {
                        return answer;
                    }
                }
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(200));
    program.signal("TERM");
    for client in clients {
        let last = client.join().unwrap();
        assert!(last.starts_with("HTTP/1.1 200"), "a request got no answer: {last:?}");
    }
    program.end();
}

#[test]
fn a_log_that_nobody_reads_stops_no_answer() {
    // A line for each of them: more than the pipe and whatever waits can hold.
    const CALLS: usize = 8_000;
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log", "info"]);
    let mut stream = TcpStream::connect(program.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for _ in 0..CALLS / 10 {
        stream.write_all(b"GET /nowhere HTTP/1.1\r\nhost: a\r\n\r\n".repeat(10).as_slice()).unwrap();
        for _ in 0..10 {
            assert!(answer(&mut reader).starts_with("HTTP/1.1 404"));
        }
    }
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    assert!(answer(&mut reader).starts_with("HTTP/1.1 200"));
    // Somebody reads again: what was dropped is said, soon.
    let mut program = program;
    let mut log = BufReader::new(program.child.stderr.take().unwrap()).lines();
    let dropped = log.find(|line| line.as_ref().unwrap().contains("lines of the log were dropped"));
    assert!(dropped.is_some(), "the log does not say that it lost lines");
    program.signal("TERM");
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn too_few_descriptors_are_an_error() {
    let limited = format!("ulimit -n 12; exec {} serve --listen 127.0.0.1:0", env!("CARGO_BIN_EXE_cellwise"));
    let output = Command::new("sh").args(["-c", &limited]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("error: can't open the") && message.contains("ulimit -n"), "{message}");
}

#[test]
fn a_request_that_never_ends_does_not_keep_it_alive() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log", "off"]);
    let (_stream, _rest) = half_a_request(program.address);
    thread::sleep(Duration::from_millis(200));
    program.signal("TERM");
    program.end();
}

#[test]
fn the_log_tells_nothing_about_a_patient() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--log", "debug"]);
    let client = reqwest::blocking::Client::new();
    let mut body = request("order-sign");
    body["prefetch"]["Secret1"] = "Secret2".into();
    body["context"]["patientId"] = "Secret3".into();
    body["hook"] = "order-sign".into();
    let sent = client
        .post(program.url(&format!("{PATH}?name=Secret4")))
        .header("authorization", "Bearer Secret5")
        .header("x-anything", "Secret6")
        .json(&body)
        .send()
        .unwrap();
    assert_eq!(sent.status(), 400);
    for path in ["/Secret7", "/cds-services/Secret8/feedback", &format!("{PATH}/feedback")] {
        client.post(program.url(path)).body("{\"Secret9\":").send().unwrap();
    }
    client.request(reqwest::Method::from_bytes(b"SECRETMETHOD").unwrap(), program.url("/cds-services")).send().unwrap();
    program.signal("TERM");
    let log = program.end();

    assert!(!log.to_ascii_lowercase().contains("secret"), "{log}");
    for expected in [
        "method=\"POST\"",
        "route=\"/cds-services/{id}\"",
        "status=400",
        "status=404",
        "microseconds=",
        "request_id=",
        "service=\"ahsct-eligibility\"",
        "wrong request reason=\"invalid /prefetch/patient/id: the prefetched Patient is not",
        "wrong request reason=\"not-json at line 1 column 11\"",
    ] {
        assert!(log.contains(expected), "no {expected} in {log}");
    }
}

#[test]
fn the_log_says_what_is_local() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/cellwise.example.toml");
    let program = Program::start(&["--listen", "127.0.0.1:0", "--config", config]);
    program.signal("TERM");
    let log = program.end();
    for expected in [
        "local number number=\"childbearing-to-age\" value=50.0 standard=55.0",
        "rule switched off rule=\"donation-after-car-t\" reason=\"Example",
        "service switched off service=\"ahsct-eligibility\" reason=\"Example",
        "setting name=\"server.language\" value=\"nl\"",
        "tokens must be meant for the address that is called audience=\"https://cds.hospital.example/cds-services https",
        "client: issuer https://epic.hospital.example/api/FHIR/R4; keys at https://epic.hospital.example/keys/jwks.json",
        "client=\"ehr-of-the-partner\"",
        "FHIR servers https://epic.hospital.example/api/FHIR/R4; FHIR R4; medicationStatements held as medicationRequests; ",
        "FHIR servers https://ehr.partner.example/fhir; searches by POST; ",
        "local codes file=\"fixtures/config/gpk-to-atc.csv\" codes=3 irrelevant=1",
    ] {
        assert!(log.contains(expected), "no {expected} in {log}");
    }
}

#[test]
fn development_mode_is_in_the_log() {
    let program = Program::start(&["--listen", "127.0.0.1:0", "--fhir-server", "http://127.0.0.1:9/fhir"]);
    program.signal("TERM");
    let log = program.end();
    let line = log.lines().find(|line| line.contains("nobody is authenticated")).unwrap_or_default();
    assert!(line.contains("WARN") && line.contains("FHIR servers http://127.0.0.1:9/fhir"), "{log}");
    // Nothing differs from the defaults but the port.
    assert_eq!(log.matches(" setting name=").count(), 1, "{log}");
}

#[test]
fn with_clients_the_greeting_counts_them() {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/cellwise.example.toml");
    let program = Program::start(&["--listen", "0.0.0.0:0", "--config", config, "--log", "off"]);
    assert!(program.greeting.contains("each with its own tokens: 2"), "{}", program.greeting);
    let audience =
        "Tokens must be meant (aud) for the address that is called: https://cds.hospital.example/cds-services ";
    assert!(program.greeting.contains(audience), "{}", program.greeting);
    assert!(!program.greeting.contains("AUTHENTICATED") && program.greeting.contains("Bearer $TOKEN"));
    program.signal("TERM");
    program.end();
}

/// The command line, then the environment, then the file.
#[test]
fn what_is_said_twice_is_taken_from_the_command_line() {
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("precedence.toml");
    std::fs::write(
        &config,
        "[server]\nlisten = \"127.0.0.1:0\"\nlanguage = \"nl\"\nworkers = 1\nlog-format = \"json\"\n",
    )
    .unwrap();
    let config = config.to_str().unwrap();
    for (arguments, environment, language, json) in [
        (&[][..], &[][..], "\"nl\"", true),
        (&[], &[("CELLWISE_LANG", "en"), ("CELLWISE_LOG_JSON", "false")], "", false),
        (&["--lang", "nl", "--log-json"], &[("CELLWISE_LANG", "en"), ("CELLWISE_LOG_JSON", "false")], "\"nl\"", true),
    ] {
        let mut command = command(&[&["--config", config], arguments].concat());
        command.envs(environment.iter().copied());
        let program = Program::of(command);
        program.signal("TERM");
        let log = program.end();
        assert_eq!(log.starts_with('{'), json, "{log}");
        let setting = log.lines().find(|line| line.contains("server.language")).unwrap_or_default();
        assert_eq!(setting.contains(language) && !setting.is_empty(), !language.is_empty(), "{log}");
        assert!(log.contains("server.workers"), "{log}");
    }
}

#[test]
fn it_does_not_let_anybody_in_unasked() {
    let refused = |arguments: &[&str]| {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let message = refused(&["--listen", "0.0.0.0:0"]);
    assert!(message.starts_with("error: `0.0.0.0:0` can be reached from other machines"), "{message}");
    assert!(message.contains("`[[client]]`") && message.contains("`--unauthenticated`"), "{message}");
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/cellwise.example.toml");
    let message = refused(&["--listen", "127.0.0.1:0", "--config", config, "--fhir-server", "https://a.example"]);
    assert!(message.starts_with("error: `--fhir-server` is for development"), "{message}");
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = command(&["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains(&format!("error: `{address}` is in use")), "{message}");
}

#[test]
fn wrong_arguments_are_named() {
    for (arguments, word) in [
        (["--listen", "here"], "127.0.0.1:8080"),
        (["--lang", "fr"], "nl"),
        (["--max-body", "5"], "1024"),
        (["--fhir-server", "http://ehr.example"], "https://"),
        (["--cors-origin", "example.org/path"], "https://ehr.example.org"),
    ] {
        let output = command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(word), "{message}");
    }
}
