//! Nothing about a patient is logged: the program itself, with words planted in every place of a request, and its whole log
//! searched for them.

#![cfg(test)]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cellwise::engine::Engine;
use cellwise::fixtures::fhir_server::FhirServer;
use cellwise::fixtures::request::FhirEndpoint;
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::rules;
use cellwise_record::{AsOf, Source};
use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

/// What every planted word begins with.
const PLANTED: &str = "kanarie";
/// Of the suite every so many-th case is sent.
const STRIDE: usize = 4;
const ISSUER: &str = "https://ehr.example.org";
const BASE: &str = "https://cds.example.org";
const SERVICE: &str = "/cds-services/cell-therapy-order-safety";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A running `cellwise serve --log debug`, everything it writes, and how much it was asked.
struct Program {
    child: Child,
    address: SocketAddr,
    written: Vec<JoinHandle<String>>,
    client: Client,
    answers: usize,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cellwise"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "debug"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stdout, mut stderr) = (BufReader::new(child.stdout.take().unwrap()), child.stderr.take().unwrap());
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut greeting = String::new();
        stdout.read_line(&mut greeting).unwrap();
        let Some(address) = greeting.split("http://").nth(1).and_then(|rest| rest.split(' ').next()) else {
            panic!("the program does not greet: {greeting}{}", stderr.join().unwrap());
        };
        let address = address.parse().unwrap();
        let stdout = thread::spawn(move || {
            let mut text = greeting;
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, address, written: vec![stdout, stderr], client: Client::new(), answers: 0 }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// Sends a request and waits for its answer, whatever it is.
    fn send(&mut self, request: RequestBuilder) -> u16 {
        let status = request.send().unwrap().status().as_u16();
        assert_ne!(status, 500);
        self.answers += 1;
        status
    }

    fn post(&mut self, path: &str, body: impl Into<Vec<u8>>) -> u16 {
        let request = self.request(Method::POST, path).header("content-type", "application/json");
        self.send(request.body(body.into()))
    }

    /// Sends what is no HTTP.
    fn raw(&self, bytes: &[u8]) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // It may answer, close, or wait for more.
        let _ = stream.read_to_end(&mut answer);
    }

    /// Stops the program; yields all that it wrote.
    fn end(mut self) -> String {
        let stopped = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(stopped.success());
        assert!(self.child.wait().unwrap().success());
        self.written.drain(..).map(|text| text.join().unwrap()).collect()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Words that stand in requests and must not stand in a log.
#[derive(Default)]
struct Words(BTreeSet<String>);

impl Words {
    /// A word for one place.
    fn plant(&mut self, place: &str) -> String {
        let word = format!("{PLANTED}{}{place}", self.0.len());
        self.0.insert(word.to_lowercase());
        word
    }

    /// Takes over what a record says of the patient (names, date of birth, ids, addresses) and its references and
    /// descriptions. Words that the program itself has
    /// (`car-t` is part of the id of a rule) and short ones prove nothing.
    fn take_over(&mut self, value: &Value, of_patient: bool) {
        const TELLING: [&str; 12] = [
            "id",
            "text",
            "display",
            "family",
            "given",
            "birthDate",
            "line",
            "city",
            "postalCode",
            "reference",
            "div",
            "value",
        ];
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.take_over(item, of_patient)),
            Value::Object(members) => {
                let of_patient = of_patient || members.get("resourceType").is_some_and(|kind| kind == "Patient");
                for (key, member) in members {
                    let texts = match member {
                        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
                        _ => member.as_str().into_iter().collect::<Vec<_>>(),
                    };
                    let telling =
                        TELLING.contains(&key.as_str()) && (of_patient || !matches!(key.as_str(), "value" | "id"));
                    let words = texts.into_iter().filter(|_| telling).map(str::to_lowercase);
                    self.0.extend(words.filter(|word| word.len() > 4 && !is_our_own(word)));
                    self.take_over(member, of_patient);
                }
            }
            _ => {}
        }
    }

    /// Those that a text holds.
    fn found_in(&self, text: &str) -> Vec<&str> {
        let text = text.to_lowercase();
        self.0.iter().map(String::as_str).chain([PLANTED]).filter(|word| text.contains(*word)).collect()
    }
}

/// Whether a word is part of what the log says of itself.
fn is_our_own(word: &str) -> bool {
    static OWN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let services = std::fs::read_dir(root().join("cds-hooks/services")).unwrap();
        let services = services.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let rules = rules::ALL.iter().map(|rule| rule.id.to_owned());
        services.chain(rules).chain(Source::PREFETCHED.map(|source| source.key().to_lowercase())).collect()
    });
    // A verdict is a word of the program, too.
    word == "unknown" || OWN.iter().any(|own| own.contains(word))
}

/// A request with a word in every place that a client can fill.
fn planted_request(words: &mut Words, fhir: &str) -> Value {
    let mut word = |place: &str| words.plant(place);
    let id = word("Id");
    let subject = json!({ "reference": format!("Patient/{id}"), "display": word("Display") });
    let bundle =
        |resource: Value| json!({ "resourceType": "Bundle", "type": "searchset", "entry": [{ "resource": resource }] });
    let order = json!({
        "resourceType": "MedicationRequest", "id": word("Order"), "status": "draft", "intent": "order", "subject": subject,
        "medicationCodeableConcept": {
            "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB06", "display": word("Drug") }], "text": word("DrugText") },
        "dosageInstruction": [{ "text": word("Dose"), "doseAndRate": [{ "doseQuantity": { "value": 40, "unit": word("DoseUnit") } }] }],
        "note": [{ "text": word("OrderNote") }],
    });
    let patient = json!({
        "resourceType": "Patient", "id": id, "gender": "female", "birthDate": word("BirthDate"),
        "identifier": [{ "system": format!("urn:oid:{}", word("System")), "value": word("Bsn") }],
        "name": [{ "family": word("Family"), "given": [word("Given")], "text": word("Name") }],
        "telecom": [{ "system": "phone", "value": word("Phone") }, { "system": "email", "value": format!("{}@example.org", word("Mail")) }],
        "address": [{ "line": [word("Street")], "city": word("City"), "postalCode": word("Postcode") }],
        "contact": [{ "name": { "family": word("Contact") } }],
        "text": { "status": "generated", "div": format!("<div>{}</div>", word("Narrative")) },
    });
    let condition = json!({
        "resourceType": "Condition", "id": word("Condition"), "subject": subject, "onsetString": word("Onset"),
        "onsetDateTime": word("Date"), "note": [{ "text": word("Note") }],
        "code": { "coding": [{ "system": word("CodeSystem"), "code": word("Code"), "display": word("Diagnosis") }], "text": word("DiagnosisText") },
    });
    let observation = json!({
        "resourceType": "Observation", "id": word("Observation"), "status": "final", "subject": subject,
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8310-5" }], "text": word("Test") },
        "effectiveDateTime": "2026-11-01", "valueQuantity": { "value": 98765.4321, "unit": word("Unit"), "code": word("UnitCode") },
        "interpretation": [{ "text": word("Interpretation") }], "comment": word("Comment"),
    });
    let procedure = json!({
        "resourceType": "Procedure", "id": word("Procedure"), "status": "completed", "subject": subject,
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008", "display": word("Therapy") }], "text": word("TherapyText") },
        "performedDateTime": "2025-11-12", "performer": [{ "actor": { "display": word("Performer") } }],
    });
    let outcome = json!({ "resourceType": "OperationOutcome", "issue": [{ "severity": "error", "code": "exception", "diagnostics": word("Diagnostics") }] });
    let mut request = json!({
        "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "fhirServer": format!("{fhir}/{}/fhir/{}?patient={}", word("FhirPath"), word("FhirFolder"), word("FhirQuery")),
        "fhirAuthorization": {
            "access_token": word("AccessToken"), "token_type": "Bearer", "expires_in": 300, "scope": word("Scope"),
            "subject": word("Subject"), "patient": id,
        },
        "user": word("User"),
        "context": {
            "userId": format!("Practitioner/{}", word("Practitioner")), "patientId": id, "encounterId": word("Encounter"),
            "draftOrders": bundle(order),
        },
        "prefetch": {
            "patient": patient, "conditions": bundle(condition), "observations": bundle(observation),
            "procedures": bundle(procedure), "serviceRequests": outcome,
        },
        "extension": { "dev.cellwise.asOf": "2026-11-02T09:00:00+01:00" },
    });
    for place in ["/context", "/prefetch", "/extension", "", "/fhirAuthorization"] {
        let (key, value) = (word("Key"), word("Unknown"));
        request.pointer_mut(place).unwrap()[key] = json!({ "resourceType": value });
    }
    request
}

/// The JSON pointers of everything in a value, down to a depth.
fn pointers(value: &Value, depth: usize) -> Vec<String> {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) if depth > 0 => members.iter().map(|(key, member)| (key.clone(), member)).collect(),
        Value::Array(items) if depth > 0 => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    let below = members.into_iter().flat_map(|(key, member)| {
        pointers(member, depth - 1).into_iter().map(move |rest| format!("/{key}{rest}")).collect::<Vec<_>>()
    });
    [String::new()].into_iter().chain(below).collect()
}

/// A body, and the same with something of a wrong type in each place in turn, in two of four forms.
fn spoilt(words: &mut Words, body: &Value) -> Vec<Value> {
    let mut bodies = vec![body.clone()];
    for (position, pointer) in pointers(body, 3).into_iter().enumerate() {
        for form in [position % 2, 2 + position % 2] {
            let (key, text) = (words.plant("WrongKey"), words.plant("Wrong"));
            let wrong = match form {
                0 => json!(text),
                1 => json!({ key: text }),
                2 => json!([text, { key: 7 }]),
                _ => json!({ "resourceType": "Bundle", "entry": [{ key: text }, text] }),
            };
            let mut other = body.clone();
            *other.pointer_mut(&pointer).unwrap() = wrong;
            bodies.push(other);
        }
    }
    bodies
}

/// Bodies that are no JSON, or hardly.
fn unreadable(words: &mut Words, body: &Value) -> Vec<Vec<u8>> {
    let text = body.to_string();
    let (key, name) = (words.plant("Twice"), words.plant("InText"));
    let twice = |place: &str| text.replacen(place, &format!(r#"{place}"{key}":1,"{key}":"{name}","#), 1);
    let mut bodies = vec![
        name.clone(),
        format!("{{'{name}'}}"),
        format!(r#"{{"hook":"{name}\x"}}"#),
        format!(r#"{{"name":"{name}","birthDate":1980-02-03}}"#),
        format!("{}{name}{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("{text}{name}"),
        twice("{"),
        twice(r#""context":{"#),
        twice(r#""prefetch":{"#),
        twice(r#""patient":{"#),
    ];
    bodies.extend((1..20).map(|part| text.chars().take(text.len() * part / 20).collect()));
    let mut bodies: Vec<Vec<u8>> = bodies.into_iter().map(String::into_bytes).collect();
    bodies.push([name.as_bytes(), &[0xff, 0xfe], name.as_bytes()].concat());
    bodies.push(format!(r#"{{"name":"{}"}}"#, name.repeat(1024 * 1024 / name.len())).into_bytes());
    bodies
}

fn planted_feedback(words: &mut Words) -> Value {
    let mut word = |place: &str| words.plant(place);
    json!({ "feedback": [
        { "card": word("Card"), "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00Z",
          "overrideReason": { "reason": { "code": word("Reason"), "system": word("ReasonSystem"), "display": word("ReasonText") }, "userComment": word("UserComment") } },
        { "card": word("Card"), "outcome": "accepted", "outcomeTimestamp": "2026-11-02T09:00:00Z",
          "acceptedSuggestions": [{ "id": word("Suggestion") }], word("FeedbackKey"): word("FeedbackMember") },
    ] })
}

/// A planted request as the parameters of `$apply`, one of them spoilt.
fn as_parameters(request: &Value, lacking: &str) -> String {
    let context = &request["context"];
    let own = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "hook", "valueCode": request["hook"] },
        { "name": "draftOrders", "resource": context["draftOrders"] },
        { "name": "asOf", "valueDateTime": request["extension"]["dev.cellwise.asOf"] },
    ] });
    let mut all = vec![
        json!({ "name": if lacking == "subject" { "subjects" } else { "subject" }, "valueString": context["patientId"] }),
        json!({ "name": "practitioner", "valueString": context["userId"] }),
        json!({ "name": "encounter", "valueString": context["encounterId"] }),
        json!({ "name": "parameters", "resource": own }),
        json!({ "name": "dataEndpoint", "resource": {
            "resourceType": "Endpoint",
            "address": request["fhirServer"],
            "header": [format!("Authorization: Bearer {}", request["fhirAuthorization"]["access_token"].as_str().unwrap())],
        } }),
    ];
    for key in ["patient", "conditions", "observations", "procedures", "serviceRequests"] {
        all.push(json!({ "name": "prefetchData", "part": [
            { "name": "key", "valueString": key }, { "name": "data", "resource": request["prefetch"][key] },
        ] }));
    }
    if lacking == "name" {
        all.push(json!({ "name": request["user"], "valueString": request["user"] }));
    }
    json!({ "resourceType": "Parameters", "parameter": all }).to_string()
}

/// Everything but cases: words in paths, queries, methods, headers and bodies.
fn send_hostile(program: &mut Program, words: &mut Words, fhir: &str) {
    for path in
        ["/PATH", "/cds-services/PATH", "/cds-services/PATH/feedback", "/cds-services?patient=PATH", "/health/PATH"]
    {
        for method in [Method::GET, Method::POST, Method::OPTIONS, Method::DELETE] {
            let path = path.replace("PATH", &words.plant("Path"));
            program.send(program.request(method, &path));
        }
    }
    for path in [format!("{SERVICE}/PATH"), format!("{SERVICE}?name=PATH"), format!("{SERVICE}/../%2e%2e/PATH%0aPATH")]
    {
        program.post(&path.replace("PATH", &words.plant("Path")), "{}");
    }
    for path in [
        "/fhir/PATH",
        "/fhir/ValueSet/PATH",
        "/fhir/ValueSet?PATH=PATH&title=PATH",
        "/fhir/ValueSet/PATH/$expand?filter=PATH",
        "/fhir/ConceptMap/$translate?system=PATH&code=PATH",
        "/fhir/PlanDefinition/PATH/$apply?subject=PATH",
        "/fhir/PlanDefinition/hepatitis-b/$apply?subject=PATH&PATH=PATH",
        "/fhir/PlanDefinition/hepatitis-b/$apply?subject=PATH",
    ] {
        let path = path.replace("PATH", &words.plant("Path"));
        program.send(program.request(Method::GET, &path));
    }
    let planted = planted_request(words, fhir);
    for lacking in ["", "subject", "name"] {
        program.post("/fhir/PlanDefinition/corticosteroid-after-car-t/$apply", as_parameters(&planted, lacking));
    }
    // The workbench takes whole patients, and repeats them to whoever laid them there.
    let request = planted_request(words, fhir);
    let ask = |more: Value| {
        let mut question = json!({ "request": request, "hook": "order-sign", "asOf": "2026-11-02" });
        more.as_object().into_iter().flatten().for_each(|(key, value)| question[key] = value.clone());
        question.to_string()
    };
    assert_eq!(program.post("/workbench/judge", ask(json!({}))), 200);
    for key in ["config", "asOf", "hook", "service", "language", "fixture"] {
        program.post("/workbench/judge", ask(json!({ key: words.plant("Bench") })));
    }
    program.post("/workbench/judge", ask(json!({ "request": null, "patient": request })));
    program.send(program.request(Method::GET, &format!("/workbench?patient={}", words.plant("Bench"))));
    program.send(program.request(Method::GET, &format!("/workbench/fixtures/patients/{}", words.plant("Bench"))));
    let method = Method::from_bytes(words.plant("Method").to_uppercase().as_bytes()).unwrap();
    program.send(program.request(method, SERVICE));
    for header in [
        "user-agent",
        "referer",
        "cookie",
        "forwarded",
        "x-forwarded-for",
        "x-request-id",
        "traceparent",
        "tracestate",
        "baggage",
        "host",
        "accept",
        "accept-language",
        "authorization",
        "content-type",
        "content-encoding",
        "origin",
        "if-none-match",
        "x-patient",
        "proxy-authorization",
    ] {
        for (method, path) in [(Method::GET, "/cds-services"), (Method::POST, SERVICE), (Method::GET, "/none")] {
            let value = words.plant("Header");
            program.send(program.request(method, path).header(header, value).body("{}"));
        }
    }
    let preflight = program
        .request(Method::OPTIONS, SERVICE)
        .header("origin", format!("https://{}.example", words.plant("Origin")));
    let preflight = preflight.header("access-control-request-method", words.plant("Asked").to_uppercase());
    program.send(preflight.header("access-control-request-headers", words.plant("Asked")));
    let odd = HeaderValue::from_bytes(&[words.plant("Bytes").as_bytes(), &[0xe9, 0xff]].concat()).unwrap();
    program.send(
        program.request(Method::GET, "/cds-services").header("user-agent", odd.clone()).header("authorization", odd),
    );
    for start in [
        "GET /WORD HTTP/9.9\r\n\r\n",
        "WORD\r\n\r\n",
        "GET / HTTP/1.1\r\nWORD\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: WORD\r\n\r\n",
    ] {
        program.raw(start.replace("WORD", &words.plant("Raw")).as_bytes());
    }

    let request = planted_request(words, fhir);
    words.0.extend(["98765.4321".to_owned()]);
    assert_eq!(program.post(SERVICE, request.to_string()), 200, "the planted request itself is judged");
    let mut elsewhere = request.clone();
    elsewhere["fhirServer"] = json!(format!("https://{}.example.org/{}", words.plant("Host"), words.plant("Path")));
    program.post(SERVICE, elsewhere.to_string());
    for body in spoilt(words, &request) {
        program.post(SERVICE, body.to_string());
    }
    for body in unreadable(words, &request) {
        program.post(SERVICE, body);
    }
    let feedback = planted_feedback(words);
    let path = format!("{SERVICE}/feedback");
    assert_eq!(program.post(&path, feedback.to_string()), 200, "the planted feedback itself is taken");
    for body in spoilt(words, &feedback) {
        program.post(&path, body.to_string());
    }
    for body in unreadable(words, &feedback) {
        program.post(&path, body);
    }
}

/// A large part of the suite, with prefetch and without in turn.
fn send_cases(program: &mut Program, words: &mut Words, suite: &Suite, fhir: &FhirServer, from: usize) {
    let engine = Engine::load().unwrap();
    for (position, case) in suite.cases.iter().enumerate().skip(from).step_by(STRIDE) {
        let mut call = suite.call(case).unwrap();
        if (position / STRIDE).is_multiple_of(2) {
            call.fhir = fhir.endpoint(case);
        }
        if position % 7 == 0
            && let Some(FhirEndpoint { token, .. }) = &mut call.fhir
        {
            *token = words.plant("WrongToken");
        }
        words.0.extend(call.fhir.iter().map(|fhir| fhir.token.clone()));
        words.take_over(&call.patient, false);
        words.take_over(&call.orders.clone().unwrap_or_default(), false);
        let service = engine.knowledge().service(&case.file.service).unwrap();
        program.post(&format!("/cds-services/{}", service.id), call.request(&service.prefetch).to_string());
    }
}

/// Fails when a log holds a planted word, or lacks the line of a request.
#[track_caller]
fn check(log: &str, words: &Words, answers: usize) {
    let found = words.found_in(log);
    let first = found.first().and_then(|word| log.lines().find(|line| line.to_lowercase().contains(word)));
    assert!(found.is_empty(), "the log holds {found:?}, as in\n{}", first.unwrap_or_default());
    let ids: Vec<&str> = log.lines().filter(|line| line.contains("answered")).map(request_id).collect();
    assert_eq!(ids.len(), answers, "one line per request");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), answers, "each with an id of its own");
}

/// The id in a line, whether text or JSON.
fn request_id(line: &str) -> &str {
    let after = line.split("request_id").nth(1).unwrap_or_else(|| panic!("no request id: {line}"));
    let id = after.trim_start_matches(['=', '"', ':']).split(|c: char| !c.is_ascii_hexdigit() && c != '-').next();
    id.filter(|id| id.len() == 36).unwrap_or_else(|| panic!("no request id: {line}"))
}

fn run(arguments: &[&str], from: usize) -> String {
    run_with(arguments, "", from).0
}

/// The log, and the words that were planted; `more` stands in the configuration, too.
fn run_with(arguments: &[&str], more: &str, from: usize) -> (String, Words) {
    let suite = Suite::load(&root().join("fixtures"), None).unwrap();
    let fhir = FhirServer::start("127.0.0.1:0".parse().unwrap(), &suite).unwrap();
    let url = fhir.url();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("access-log-{from}"));
    let _ = std::fs::remove_dir_all(&folder);
    let config = folder.with_extension("toml");
    let access_log = format!("[access-log]\nfolder = {:?}\n", folder.display().to_string());
    // A store that keeps comments: they are there, and not in the log.
    let store = format!("[store]\nurl = \"sqlite:logs-{from}.db\"\ncomments = true\n");
    std::fs::write(&config, access_log + &store + more).unwrap();
    let with = ["--fhir-server", &url, "--config", config.to_str().unwrap()];
    let mut program = Program::start(&[arguments, &with].concat());
    let mut words = Words::default();
    send_cases(&mut program, &mut words, &suite, &fhir, from);
    assert!(words.0.len() > 200, "{} words", words.0.len());
    send_hostile(&mut program, &mut words, &url);
    let answers = program.answers;
    let log = program.end();
    check(&log, &words, answers);
    check_access_log(&folder, &words);
    (log, words)
}

/// Fails when the access log does not say which patient and which user, or says more of them.
#[track_caller]
fn check_access_log(folder: &Path, words: &Words) {
    let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
    let text: String = files.collect();
    let planted = words.found_in(&text).into_iter().filter(|word| word.starts_with(PLANTED) && *word != PLANTED);
    // Whatever stands in the place of an id is taken for one, and an id belongs to a server.
    let places = ["id", "practitioner", "wrong", "host", "path", "folder"];
    let (ids, more): (Vec<&str>, Vec<&str>) =
        planted.partition(|word| places.iter().any(|place| word.ends_with(place)));
    assert!(more.is_empty(), "the access log holds {more:?}");
    for place in ["id", "practitioner"] {
        assert!(ids.iter().any(|word| word.ends_with(place)), "{place} is not in the access log");
    }
}

#[test]
fn a_log_in_text_holds_nothing_of_a_patient() {
    run(&[], 0);
}

#[test]
fn a_log_in_json_holds_nothing_of_a_patient() {
    let log = run(&["--log-json"], 1);
    let lines = log.lines().filter(|line| line.starts_with('{'));
    let messages: BTreeSet<String> = lines
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"]["message"].as_str().unwrap().to_owned())
        .collect();
    for expected in ["answered", "feedback", "judged"] {
        assert!(messages.contains(expected), "{messages:?}");
    }
}

/// An EHR with the SMART app, each of whose answers holds planted words.
fn planted_ehr(words: &mut Words) -> (wiremock::MockServer, String) {
    let mut word = |place: &str| words.plant(place);
    let runtime = actix_web::rt::System::new();
    let ehr = runtime.block_on(wiremock::MockServer::start());
    let uri = ehr.uri();
    let configuration = json!({
        "authorization_endpoint": format!("{uri}/authorize?{}={}", word("Parameter"), word("Parameter")),
        "token_endpoint": format!("{uri}/token"), "code_challenge_methods_supported": ["S256"], "other": word("Configuration"),
    });
    let patient = word("Id");
    let token = json!({
        "access_token": word("AccessToken"), "token_type": "Bearer", "expires_in": 300, "scope": word("Scope"), "patient": patient,
        "encounter": word("Encounter"), "id_token": word("IdToken"), "refresh_token": word("RefreshToken"),
        "appContext": json!({ "rule": word("Rule") }).to_string(), "need_patient_banner": true,
    });
    let record = json!({
        "resourceType": "Patient", "id": patient, "birthDate": word("BirthDate"),
        "name": [{ "family": word("Family"), "given": [word("Given")] }],
    });
    let condition = json!({
        "resourceType": "Condition", "id": word("Condition"), "subject": { "reference": format!("Patient/{patient}") },
        "code": { "text": word("Diagnosis") },
    });
    let found =
        json!({ "resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [{ "resource": condition }] });
    let diagnostics = json!({ "resourceType": "OperationOutcome", "issue": [{ "diagnostics": word("Diagnostics") }] });
    let answer = move |request: &wiremock::Request| {
        let body = match request.url.path() {
            "/fhir/.well-known/smart-configuration" => &configuration,
            "/token" => &token,
            path if path.starts_with("/fhir/Patient/") => &record,
            "/fhir/Condition" => &found,
            _ => return wiremock::ResponseTemplate::new(403).set_body_json(&diagnostics),
        };
        wiremock::ResponseTemplate::new(200).set_body_json(body)
    };
    runtime.block_on(wiremock::Mock::given(wiremock::matchers::any()).respond_with(answer).mount(&ehr));
    (ehr, uri)
}

/// Launches of the app, right and wrong, leave nothing of the patient, the user or their secrets in the log.
#[test]
fn a_launch_of_the_app_leaves_no_secret_in_the_log() {
    let mut words = Words::default();
    let (_ehr, uri) = planted_ehr(&mut words);
    let config = Path::new(env!("CARGO_TARGET_TMPDIR")).join("smart-logs.toml");
    let text = format!(
        "[server]\nbase-url = \"http://127.0.0.1:8080\"\n[development]\nfhir-servers = [\"{uri}/fhir\"]\n\
         [development.smart]\nclient-id = \"app-of-the-hospital\"\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut program = Program::start(&["--config", config.to_str().unwrap()]);
    program.client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let get = |program: &mut Program, path: &str, cookie: &str| {
        program.answers += 1;
        program.request(Method::GET, path).header("cookie", cookie).send().unwrap()
    };
    for with in ["iss=WORD", "launch=WORD", "iss=https://WORD.example/fhir&launch=WORD", "WORD=WORD&iss=WORD&iss=WORD"]
    {
        let path = format!("/course?{}", with.replace("WORD", &words.plant("Launch")));
        let cookie = format!("__Host-cellwise={}; {}", words.plant("Cookie"), words.plant("Cookie"));
        get(&mut program, &path, &cookie);
    }
    for with in ["code=WORD&state=WORD", "error=WORD&error_description=WORD", "state=WORD&state=WORD", "WORD"] {
        get(&mut program, &format!("/course/callback?{}", with.replace("WORD", &words.plant("Callback"))), "");
    }
    for end in ["code", "error"] {
        let launched = get(&mut program, &format!("/course?iss={uri}/fhir&launch={}", words.plant("Launch")), "");
        assert_eq!(launched.status(), 302);
        let cookie = launched.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let at = reqwest::Url::parse(launched.headers()["location"].to_str().unwrap()).unwrap();
        let of = |name: &str| at.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
        let state = of("state");
        words.0.extend([state.to_lowercase(), of("code_challenge").to_lowercase()]);
        words.0.insert(cookie.split_once('=').unwrap().1.to_lowercase());
        let callback = format!("/course/callback?state={state}&{end}={}", words.plant("Code"));
        let answer = get(&mut program, &callback, &cookie);
        if end == "error" {
            assert_eq!(answer.status(), 403);
            continue;
        }
        assert_eq!(answer.status(), 302, "{}", answer.text().unwrap());
        let page = answer.headers()["location"].to_str().unwrap().split('#').next().unwrap().to_owned();
        words.0.insert(page.trim_start_matches("show/").to_lowercase());
        let shown = get(&mut program, &format!("/course/{page}?as-of={}", words.plant("Day")), &cookie);
        assert_eq!(shown.status(), 200);
        let html = shown.text().unwrap();
        assert!(html.contains("Could not be read"), "{html}");
        get(&mut program, &format!("/course/{page}"), &words.plant("OtherCookie"));
    }
    let answers = program.answers;
    check(&program.end(), &words, answers);
}

/// Takes whatever comes, answers 200, and keeps the bodies.
struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                thread::spawn(move || receive(stream, &kept));
            }
        });
        Self { address, received }
    }
}

fn receive(stream: TcpStream, kept: &Mutex<Vec<u8>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            kept.lock().unwrap().extend(line.as_bytes());
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        kept.lock().unwrap().extend(body);
        reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

/// What is sent to a receiver of traces, to the byte.
#[test]
fn traces_hold_nothing_of_a_patient() {
    let receiver = Receiver::start();
    let traces = format!("[traces]\nendpoint = \"http://{}/v1/traces\"\n", receiver.address);
    let (_, words) = run_with(&[], &traces, 2);
    let sent = receiver.received.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&sent).to_lowercase();
    for expected in ["post /v1/traces", "cell-therapy-order-safety", "judge", "fetch", "order-sign", "conditions"] {
        assert!(text.contains(expected), "no {expected} in {} bytes", sent.len());
    }
    let found = words.found_in(&text);
    assert!(found.is_empty(), "a trace holds {found:?}");
}

/// Tokens of clients: good ones, and those that are refused for each reason.
#[test]
fn a_log_holds_nothing_of_a_token() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(48);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let keys = json!({ "keys": [{
        "kty": "EC", "crv": "P-384", "kid": "ec", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
    }] });
    std::fs::write(folder.join("logs.jwks.json"), keys.to_string()).unwrap();
    let config = folder.join("logs.toml");
    let client =
        format!("[[client]]\nid = \"our-name\"\nissuer = \"{ISSUER}\"\nkeys = \"logs.jwks.json\"\ntenants = [\"t\"]\n");
    std::fs::write(&config, format!("[server]\nbase-url = \"{BASE}\"\n{client}")).unwrap();

    let mut words = Words::default();
    let mut program = Program::start(&["--config", config.to_str().unwrap()]);
    let seconds = AsOf::now().instant.as_second();
    let mut body = planted_request(&mut words, "https://fhir.example.org");
    // Where clients have tokens, a request does not choose its instant.
    body["extension"] = json!({});
    let body = body.to_string();
    let mut statuses = BTreeSet::new();
    let changes: [fn(&mut Value, &mut Value, String); 14] = [
        |_, _, _| {},
        |_, claims, word| claims["sub"] = json!(word),
        |_, claims, word| claims[word.clone()] = json!({ word.clone(): word }),
        |_, claims, word| claims["iss"] = json!(format!("https://{word}.example.org")),
        |_, claims, word| claims["aud"] = json!(word),
        |_, claims, word| claims["tenant"] = json!(word),
        |_, claims, word| claims["exp"] = json!(word),
        |_, claims, word| claims["jti"] = json!([word]),
        |_, claims, _| claims["exp"] = json!(1),
        |_, claims, _| claims["jti"] = json!(null),
        |header, _, word| header["kid"] = json!(word),
        |header, _, word| header["alg"] = json!(word),
        |header, _, word| header["jku"] = json!(format!("https://{word}.example.org/keys")),
        |header, _, word| *header = json!([word]),
    ];
    for change in changes {
        let mut header = json!({ "alg": "ES384", "kid": "ec", "typ": "JWT" });
        let mut claims = json!({
            "iss": ISSUER, "aud": format!("{BASE}{SERVICE}"), "iat": seconds, "exp": seconds + 300,
            "jti": words.plant("Jti"), "tenant": "t",
        });
        change(&mut header, &mut claims, words.plant("Claim"));
        let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        let unsigned = format!("{message}.{}", URL_SAFE_NO_PAD.encode([7; 96]));
        // Sent twice: the second is a repetition.
        for token in [&token, &token, &unsigned] {
            words.0.extend(token.split('.').map(str::to_lowercase).filter(|part| !part.is_empty()));
            let request =
                program.request(Method::POST, SERVICE).header("content-type", "application/json").bearer_auth(token);
            statuses.insert(program.send(request.body(body.clone())));
        }
    }
    for header in ["Bearer WORD", "Bearer WORD.WORD.WORD", "Basic WORD", "WORD", "Bearer WORD WORD"] {
        let header = header.replace("WORD", &words.plant("Header"));
        statuses.insert(program.send(program.request(Method::GET, "/cds-services").header("authorization", header)));
    }
    let query = format!("{SERVICE}?access_token={}", words.plant("Query"));
    statuses.insert(program.post(&query, body));
    assert_eq!(statuses, BTreeSet::from([200, 401]));
    let answers = program.answers;
    check(&program.end(), &words, answers);
}

/// The search can fail.
#[test]
fn a_planted_word_is_found() {
    let mut words = Words::default();
    let (family, _) = (words.plant("Family"), words.plant("Given"));
    let suite = Suite::load(&root().join("fixtures"), Some("met-active-prednisolone")).unwrap();
    words.take_over(&suite.call(&suite.cases[0]).unwrap().patient, false);
    let patient = std::fs::read_to_string(root().join("fixtures/patients/car-t-remission.json")).unwrap();
    let patient: Value = serde_json::from_str(&patient).unwrap();
    let mut remission = Words::default();
    remission.take_over(&patient, false);
    for known in ["voorbeeld", "adriaan", "1968-03-14", "patient/car-t-remission", "car-t-remission"] {
        assert!(remission.0.contains(known), "{known} of {:?}", remission.0);
    }
    assert!(!remission.0.contains("car-t") && !words.0.is_empty());
    let line = format!("INFO answered: {} name={}", "status=200", family.to_uppercase());
    assert_eq!(words.found_in(&line), [family.to_lowercase().as_str(), PLANTED]);
    assert_eq!(words.found_in("INFO answered status=200 microseconds=98"), [""; 0]);
}
