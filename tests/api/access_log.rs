//! The access log: a line per call that brought data, whole, and nothing answered without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise::access_log::{AccessLogSettings, Repository, WhenUnwritable, verify};
use cellwise::engine::Engine;
use cellwise::http::{Server, Settings};
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::helpers::{ALL_KEYS, TestServer, cards, refused, request};

const SERVICE: &str = "cell-therapy-order-safety";

/// A folder of its own, gone at the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("cellwise-access-log-{}", Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    fn files(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|ending| ending == "ndjson")).collect();
        files.retain(|file| file.file_name().unwrap().to_str().unwrap().starts_with("access-"));
        files.sort();
        files
    }

    pub(crate) fn lines(&self) -> Vec<Value> {
        let text: String = self.files().iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// A copy of its files, to be spoilt.
    fn copy(&self) -> Self {
        let copy = Self::new();
        for file in fs::read_dir(&self.0).unwrap() {
            let file = file.unwrap().path();
            fs::copy(&file, copy.0.join(file.file_name().unwrap())).unwrap();
        }
        copy
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn settings(folder: &Path, when_unwritable: WhenUnwritable) -> AccessLogSettings {
    AccessLogSettings { folder: folder.to_owned(), when_unwritable, rotate_at: 64 << 20, repository: None }
}

fn start(access_log: AccessLogSettings) -> TestServer {
    TestServer::start(Settings { access_log: Some(access_log), ..Settings::default() })
}

/// A call that gets a card: a steroid for a patient after CAR-T.
fn with_a_card() -> Value {
    let text = fs::read_to_string("fixtures/requests/steroid-after-car-t.json").unwrap();
    let mut request: Value = serde_json::from_str(&text).unwrap();
    request["fhirServer"] = json!("https://ehr.example.org/fhir");
    request
}

/// The one of a list that has this value at a pointer.
#[track_caller]
fn one<'v>(list: &'v Value, pointer: &str, value: &str) -> &'v Value {
    let found: Vec<&Value> =
        list.as_array().unwrap().iter().filter(|item| item.pointer(pointer) == Some(&json!(value))).collect();
    assert_eq!(found.len(), 1, "{pointer} {value} in {list}");
    found[0]
}

/// Checks what BALP requires of a query, about a patient or not.
#[track_caller]
fn conforms(event: &Value, has_patient: bool) {
    cellwise_fhir_model::check(&event.to_string()).unwrap();
    let profile = if has_patient { "PatientQuery" } else { "Query" };
    assert_eq!(
        event["meta"]["profile"],
        json!([format!("https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.{profile}")])
    );
    assert_eq!(event["type"]["code"], "rest");
    one(&event["subtype"], "/code", "search");
    assert_eq!(event["action"], "E");
    assert!(event["recorded"].as_str().unwrap().ends_with('Z'));
    for role in ["110153", "110152"] {
        let agent = one(&event["agent"], "/type/coding/0/code", role);
        assert!(agent["who"].is_object() && agent["network"]["address"].is_string());
        assert!(agent["requestor"].is_boolean() && agent.get("media").is_none());
    }
    let query = one(&event["entity"], "/type/code", "2");
    assert_eq!(query["role"]["code"], "24");
    for absent in ["what", "lifecycle", "detail", "name"] {
        assert!(query.get(absent).is_none(), "{absent}");
    }
    assert!(STANDARD.decode(query["query"].as_str().unwrap()).unwrap().starts_with(b"POST /cds-services/"));
    assert!(one(&event["entity"], "/type/code", "XrequestId")["what"]["identifier"]["value"].is_string());
    for entity in event["entity"].as_array().unwrap() {
        assert!(entity.get("name").is_none() || entity.get("query").is_none(), "sev-1 of AuditEvent");
    }
    if has_patient {
        let patient = one(&event["entity"], "/type/code", "1");
        assert_eq!(patient["role"]["code"], "1");
        assert!(patient["what"].is_object());
    }
}

#[test]
fn a_call_leaves_who_about_whom_when_what_and_why() {
    let folder = Folder::new();
    let server = start(settings(&folder.0, WhenUnwritable::Refuse));
    let request = with_a_card();
    let shown = cards(server.call(SERVICE, &request));
    assert!(!shown.is_empty());
    let lines = folder.lines();
    assert_eq!(lines.len(), 1);
    let event = &lines[0];
    conforms(event, true);
    assert_eq!(event["outcome"], "0");
    assert_eq!(event["purposeOfEvent"][0]["text"], "order-sign");
    let user = one(&event["agent"], "/type/coding/0/code", "IRCP");
    let user_id = request["context"]["userId"].as_str().unwrap();
    assert_eq!(user["who"]["reference"], format!("https://ehr.example.org/fhir/{user_id}"));
    assert_eq!(user["requestor"], true);
    let patient = request["context"]["patientId"].as_str().unwrap();
    assert_eq!(
        one(&event["entity"], "/type/code", "1")["what"]["reference"],
        format!("https://ehr.example.org/fhir/Patient/{patient}")
    );
    let advice = one(&event["entity"], "/type/code", "4");
    assert_eq!(advice["name"], SERVICE);
    assert!(advice["detail"][0]["valueString"].as_str().unwrap().starts_with("corticosteroid-after-car-t "));
    // Nothing clinical, and no name.
    let text = event.to_string();
    for word in ["birthDate", "dexamethasone", "H02AB", "family"] {
        assert!(!text.contains(word), "{word}");
    }
}

#[test]
fn a_refused_call_leaves_a_line_once_data_came() {
    let folder = Folder::new();
    let server = start(settings(&folder.0, WhenUnwritable::Refuse));
    let mut unobtainable = request("patient-view");
    for key in ALL_KEYS {
        unobtainable["prefetch"].as_object_mut().unwrap().remove(key);
    }
    refused(server.call("ahsct-eligibility", &unobtainable), 412);
    let mut invalid = request("patient-view");
    invalid["hookInstance"] = json!(7);
    refused(server.call("ahsct-eligibility", &invalid), 400);
    refused(server.post("/cds-services/ahsct-eligibility", "{\"context\":{\"patientId\":"), 400);
    // Of these nothing was read.
    refused(server.call("nothing", &request("patient-view")), 404);
    let post = server.request(reqwest::Method::POST, "/cds-services/ahsct-eligibility");
    refused(post.header("content-type", "text/plain").body("{}").send().unwrap(), 415);
    let lines = folder.lines();
    let outcomes: Vec<&str> = lines.iter().map(|line| line["outcomeDesc"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["HTTP 412, 0 cards", "HTTP 400, 0 cards", "HTTP 400, 0 cards"]);
    assert!(lines.iter().all(|line| line["outcome"] == "4"));
    conforms(&lines[0], true);
    conforms(&lines[1], true);
    conforms(&lines[2], false);
}

#[test]
fn what_a_client_writes_as_an_id_stays_an_event() {
    let folder = Folder::new();
    let server = start(settings(&folder.0, WhenUnwritable::Refuse));
    for id in ["Patient/p", "p\u{7}\n\"x\"", &"p".repeat(3000), "é 1"] {
        let mut odd = request("patient-view");
        odd["context"]["patientId"] = json!(id);
        odd["context"]["userId"] = json!(id);
        odd["hookInstance"] = json!(id);
        let _ = server.call("ahsct-eligibility", &odd);
    }
    let lines = folder.lines();
    assert_eq!(lines.len(), 4);
    for line in &lines {
        conforms(line, true);
    }
    assert!(folder.files().iter().all(|file| fs::metadata(file).unwrap().len() < 16 * 1024));
}

#[test]
fn what_was_changed_or_taken_away_is_found() {
    let folder = Folder::new();
    let server = start(AccessLogSettings { rotate_at: 6_000, ..settings(&folder.0, WhenUnwritable::Refuse) });
    for _ in 0..9 {
        cards(server.call(SERVICE, &with_a_card()));
    }
    waits_for(|| head_of(&folder) == 9);
    assert!(folder.files().len() > 2);
    let found = |spoil: &dyn Fn(&Folder)| {
        let copy = folder.copy();
        spoil(&copy);
        let output = command(&["access-log", "verify", copy.0.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let edit = |file: &Path, change: &dyn Fn(&mut Vec<String>)| {
        let mut lines: Vec<String> = fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect();
        change(&mut lines);
        fs::write(file, lines.join("\n") + "\n").unwrap();
    };
    let whole = command(&["access-log", "verify", folder.0.to_str().unwrap()]);
    assert!(whole.status.success(), "{whole:?}");
    assert!(String::from_utf8(whole.stdout).unwrap().contains("in order, 9 lines"));
    let changed = |lines: &mut Vec<String>| lines[0] = lines[0].replace("\"outcome\":\"0\"", "\"outcome\":\"4\"");
    assert!(found(&|copy| edit(&copy.files()[0], &changed)).contains("does not fit the line before it"));
    assert!(
        found(&|copy| edit(copy.files().last().unwrap(), &|lines| {
            let last = lines.len() - 1;
            lines[last] = lines[last].replace("\"outcome\":\"0\"", "\"outcome\":\"4\"");
        }))
        .contains("was changed")
    );
    assert!(found(&|copy| edit(&copy.files()[0], &|lines| drop(lines.remove(1)))).contains("missing"));
    assert!(found(&|copy| fs::remove_file(&copy.files()[1]).unwrap()).contains("missing"));
    assert!(found(&|copy| fs::remove_file(copy.files().last().unwrap()).unwrap()).contains("missing"));
    assert!(found(&|copy| fs::remove_file(copy.0.join("head.json")).unwrap()).contains("head.json is missing"));
    assert!(found(&|copy| fs::remove_file(&copy.files()[0]).unwrap()).contains("--archived"));
    assert!(found(&|copy| edit(&copy.files()[1], &|lines| lines.swap(0, 1))).contains("comes after line"));
    let archived = folder.copy();
    fs::remove_file(&archived.files()[0]).unwrap();
    assert!(command(&["access-log", "verify", "--archived", archived.0.to_str().unwrap()]).status.success());
}

#[test]
fn a_new_start_goes_on_in_the_chain() {
    let folder = Folder::new();
    let run = |calls: usize| {
        let access_log = Some(settings(&folder.0, WhenUnwritable::Refuse));
        let (server, stop) = TestServer::stoppable(Settings { access_log, ..Settings::default() });
        for _ in 0..calls {
            cards(server.call(SERVICE, &with_a_card()));
        }
        // What the test holds of it would keep its files open.
        drop(server);
        stop.stop();
        waits_for(|| fs::File::open(folder.0.join("lock")).unwrap().try_lock().is_ok());
    };
    run(2);
    // The program ended in the middle of a line.
    let file = folder.files().remove(0);
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("{\"resourceType\":\"Audit");
    fs::write(&file, text).unwrap();
    run(1);
    let verified = verify(&folder.0).unwrap();
    assert_eq!((verified.lines, verified.findings), (3, Vec::new()));
    // Somebody takes the last line away between two runs: what comes after does not hide it.
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&file, format!("{}\n{}\n", lines[0], lines[1])).unwrap();
    run(1);
    let findings = verify(&folder.0).unwrap().findings;
    assert!(findings.len() == 1 && findings[0].contains("lines 3 to 3 are missing"), "{findings:?}");
}

#[test]
fn two_servers_never_write_in_one_folder() {
    let folder = Folder::new();
    let _first = start(settings(&folder.0, WhenUnwritable::Refuse));
    let listen = "127.0.0.1:0".parse().unwrap();
    let access_log = Some(settings(&folder.0, WhenUnwritable::Refuse));
    let second = actix_web::rt::System::new().block_on(async {
        Server::bind(
            std::sync::Arc::new(Engine::load().unwrap()),
            Settings { listen, access_log, ..Settings::default() },
        )
        .err()
    });
    assert!(second.unwrap().to_string().contains("another server writes there"));
}

#[test]
fn a_call_whose_line_cant_be_written_is_refused_or_counted() {
    for (when_unwritable, status, readiness) in [(WhenUnwritable::Refuse, 503, 503), (WhenUnwritable::GoOn, 200, 200)] {
        let folder = Folder::new();
        // Each line begins a file, and there is no folder for it any more.
        let server = start(AccessLogSettings { rotate_at: 1, ..settings(&folder.0, when_unwritable) });
        cards(server.call(SERVICE, &with_a_card()));
        waits_for(|| folder.lines().len() == 1);
        let moved = folder.0.with_extension("moved");
        fs::rename(&folder.0, &moved).unwrap();
        let answer = server.call(SERVICE, &with_a_card());
        assert_eq!(answer.status(), status);
        if status == 503 {
            assert!(answer.headers().contains_key("retry-after"));
            assert!(refused(answer, 503)[0].message.contains("access log"));
        }
        waits_for(|| ready(&server)["accessLog"]["unwritten"] == 1);
        assert_eq!(server.get("/health/ready").status(), readiness);
        assert_eq!(ready(&server)["accessLog"]["isFailing"], true);
        // It is written again as soon as it can be, and nobody has to call for it.
        fs::rename(&moved, &folder.0).unwrap();
        waits_for(|| server.get("/health/ready").status() == 200 && ready(&server)["accessLog"]["isFailing"] == false);
        cards(server.call(SERVICE, &with_a_card()));
        waits_for(|| folder.lines().len() == 2);
        waits_for(|| head_of(&folder) == 2);
        assert_eq!(verify(&folder.0).unwrap().findings, Vec::<String>::new());
    }
}

#[test]
fn the_hospitals_repository_gets_every_event_in_order() {
    let folder = Folder::new();
    fs::write(folder.0.join("token"), "geheim\n").unwrap();
    let runtime = actix_web::rt::System::new();
    let repository = runtime.block_on(async {
        let repository = MockServer::start().await;
        let answer = |status: u16, times: u64| {
            let post = Mock::given(method("POST")).and(path("/fhir/AuditEvent"));
            post.respond_with(ResponseTemplate::new(status)).up_to_n_times(times)
        };
        // Away at first; later it refuses one event for good.
        answer(503, 1).mount(&repository).await;
        answer(201, 2).mount(&repository).await;
        answer(422, 1).mount(&repository).await;
        answer(201, 100).mount(&repository).await;
        repository
    });
    let base = format!("{}/fhir", repository.uri()).parse().unwrap();
    let token = Some(folder.0.join("token"));
    let server = start(AccessLogSettings {
        repository: Some(Repository { base, token, authorities: Vec::new() }),
        ..settings(&folder.0, WhenUnwritable::Refuse)
    });
    for _ in 0..4 {
        cards(server.call(SERVICE, &with_a_card()));
    }
    waits_for(|| {
        let state = &ready(&server)["accessLog"]["repository"];
        state["sent"] == 3 && state["refused"] == 1 && state["bytesToSend"] == 0
    });
    let received = runtime.block_on(repository.received_requests()).unwrap();
    assert!(received.iter().all(|request| request.headers["authorization"] == "Bearer geheim"));
    let bodies: Vec<Value> = received.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
    let lines = folder.lines();
    // The first is sent again after the 503.
    assert_eq!(bodies, [&lines[0], &lines[0], &lines[1], &lines[2], &lines[3]].map(Clone::clone));
    let kept = fs::read_to_string(folder.0.join("refused.ndjson")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(kept.trim()).unwrap(), lines[2]);
}

fn ready(server: &TestServer) -> Value {
    server.get("/health/ready").json().unwrap()
}

/// The number of the last line that the folder knows of.
fn head_of(folder: &Folder) -> u64 {
    let head: Value = serde_json::from_slice(&fs::read(folder.0.join("head.json")).unwrap()).unwrap();
    head["number"].as_u64().unwrap()
}

#[track_caller]
fn waits_for(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(20), "it does not come");
        thread::sleep(Duration::from_millis(20));
    }
}

fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cellwise")).args(arguments).output().unwrap()
}
