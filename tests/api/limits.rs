//! Too large, too slow, too odd: refused, and the next call is answered.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use cellwise::client::{Callers, Client};
use cellwise::http::Settings;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use reqwest::Method;
use reqwest::blocking::{Body, Response};
use serde_json::{Value, json};

use crate::helpers::{SERVER, TestServer, cards, refused, request};

const PATH: &str = "/cds-services/ahsct-eligibility";
const JSON: (&str, &str) = ("content-type", "application/json");

fn post_as(kind: &str, body: impl Into<Body>) -> Response {
    SERVER.request(Method::POST, PATH).header("content-type", kind).body(body).send().unwrap()
}

#[test]
fn a_body_above_the_limit_is_refused() {
    const LIMIT: usize = 8 * 1024 * 1024;
    for size in [LIMIT + 1, 20_000_000] {
        let issues = refused(SERVER.post(PATH, vec![b' '; size]), 413);
        assert!(issues[0].message.contains("8388608"), "{issues:?}");
        // Without a length up front.
        let chunked = Body::new(std::io::repeat(b' ').take(size as u64));
        refused(SERVER.request(Method::POST, PATH).header(JSON.0, JSON.1).body(chunked).send().unwrap(), 413);
    }
    // Exactly the limit is read, and found to be no JSON.
    refused(SERVER.post(PATH, vec![b' '; LIMIT]), 400);
    refused(SERVER.post(&format!("{PATH}/feedback"), vec![b' '; 20_000_000]), 413);
}

/// Three weeks on a ward, as an EHR writes it: 2.4 kB for each measurement.
#[test]
fn three_thousand_vital_signs_get_an_answer() {
    let (loinc, words) = ("http://loinc.org", "x".repeat(1_000));
    let observation = |number: usize| {
        let (code, value, unit) =
            [("8310-5", 36.8, "Cel"), ("59408-5", 97.0, "%"), ("8480-6", 121.0, "mm[Hg]")][number % 3];
        let (day, hour) = (10 + number / 150, number % 24);
        json!({
            "fullUrl": format!("https://ehr.hospital.example/interconnect/api/FHIR/R4/Observation/e{number:0>60}"),
            "search": { "mode": "match" },
            "resource": {
                "resourceType": "Observation", "id": format!("e{number:0>60}"), "status": "final",
                "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs", "display": "Vital Signs" }], "text": "Vital Signs" }],
                "code": { "coding": [{ "system": loinc, "code": code }, { "system": "urn:oid:1.2.840.114350.1.13.0.1.7.2.707679", "code": words }], "text": "vital sign" },
                "subject": { "reference": "Patient/p", "display": "Vital, Signs" },
                "encounter": { "reference": "Encounter/e", "identifier": { "use": "usual", "system": "urn:oid:1.2.3", "value": words[..500] } },
                "effectiveDateTime": format!("2026-10-{day:02}T{hour:02}:00:00Z"), "issued": format!("2026-10-{day:02}T{hour:02}:00:00Z"),
                "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit },
            },
        })
    };
    let mut request = request("patient-view");
    let entries: Vec<Value> = (0..3_000).map(observation).collect();
    request["prefetch"]["observations"] =
        json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len(), "entry": entries });
    let body = request.to_string();
    assert!(body.len() > 6_000_000, "{}", body.len());
    cards(SERVER.post("/cds-services/cell-therapy-follow-up", body));
}

#[test]
fn the_limit_can_be_set() {
    let server = TestServer::start(Settings { max_body: 3_000_000, ..Settings::default() });
    let mut body = request("order-sign").to_string();
    body.insert_str(1, &" ".repeat(2_500_000));
    cards(server.post(PATH, body));
    refused(server.post(PATH, vec![b' '; 3_000_001]), 413);
}

#[test]
fn a_body_that_grows_when_unpacked_is_refused() {
    let packed: &[u8] = include_bytes!("two-megabytes-of-spaces.json.gz");
    assert!(packed.len() < 10_000);
    let server = TestServer::start(Settings { max_body: 1024 * 1024, ..Settings::default() });
    let call = server.request(Method::POST, PATH).header(JSON.0, JSON.1).header("content-encoding", "gzip");
    refused(call.body(packed).send().unwrap(), 413);
}

/// A gigabyte of blanks: unpacked whole it would take ten seconds of a test build, and all of its memory.
#[test]
fn a_bomb_is_unpacked_to_the_limit_and_no_further() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..1024 {
        packed.write_all(&blanks).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1_100_000, "{}", packed.len());
    let server = TestServer::start(Settings { max_body: 2_000_000, ..Settings::default() });
    let call = server.request(Method::POST, PATH).header(JSON.0, JSON.1).header("content-encoding", "gzip");
    let issues = refused(call.body(packed).send().unwrap(), 413);
    assert!(issues[0].message.contains("2000000"), "{issues:?}");
}

#[test]
fn compressed_bodies_are_read() {
    let send = |encoding: &str, body: Vec<u8>| {
        let call = SERVER.request(Method::POST, PATH).header(JSON.0, JSON.1).header("content-encoding", encoding);
        call.body(body).send().unwrap()
    };
    let plain = request("order-sign").to_string().into_bytes();
    cards(send("gzip", gzip(&plain)));
    cards(send(" GZIP", gzip(&plain)));
    // A gzip file may be several in a row.
    let (first, second) = plain.split_at(plain.len() / 2);
    cards(send("gzip", [gzip(first), gzip(second)].concat()));
    cards(send("identity", plain.clone()));
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&plain).unwrap();
    cards(send("deflate", zlib.finish().unwrap()));
    let mut half = gzip(&plain);
    half.truncate(half.len() / 2);
    refused(send("gzip", half), 400);
    let twice =
        SERVER.request(Method::POST, PATH).header("content-encoding", "gzip").header("content-encoding", "gzip");
    refused(twice.header(JSON.0, JSON.1).body(gzip(&gzip(&plain))).send().unwrap(), 415);
    refused(send("gzip", plain.clone()), 400);
    refused(send("br", plain.clone()), 415);
    refused(send("gzip, br", plain), 415);
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

#[test]
fn only_json_is_read() {
    let body = request("order-sign").to_string();
    for kind in [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/fhir+json",
        "application/cds-hooks+json;version=2.0",
    ] {
        cards(post_as(kind, body.clone()));
    }
    cards(SERVER.request(Method::POST, PATH).body(body.clone()).send().unwrap());
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "text/json",
        "application/jsonx",
        "",
        "é",
    ] {
        refused(post_as(kind, body.clone()), 415);
    }
}

/// Sends raw bytes and reads until the server closes or goes quiet.
fn raw(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes).unwrap();
    answer(&mut stream)
}

#[test]
fn a_body_that_does_not_arrive_is_given_up() {
    let server = TestServer::start(Settings { body_timeout: Duration::from_millis(300), ..Settings::default() });
    let started = Instant::now();
    let answer = raw(
        &server,
        b"POST /cds-services/ahsct-eligibility HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"hook\":",
    );
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("OperationOutcome"), "{answer}");
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(server.get("/health/live").status(), 200);
}

#[test]
fn what_is_not_http_does_no_harm() {
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /cds-services/ahsct-eligibility HTTP/1.1\r\nhost: a\r\ncontent-length: -5\r\n\r\n",
        b"POST /cds-services/ahsct-eligibility HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /cds-services/ahsct-eligibility HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ] {
        let answer = raw(&SERVER, bytes);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(SERVER.get("/health/live").status(), 200);
}

/// What is not read back is not answered for ever: a connection whose answers nobody takes is soon no longer read from.
#[test]
fn requests_whose_answers_nobody_reads_are_left_waiting() {
    let server = TestServer::start(Settings::default());
    let requests = b"GET /cds-services HTTP/1.1\r\nhost: a\r\n\r\n".repeat(1_000);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    // More than both ends and the kernel hold for one connection.
    let sent = (0..2_000).take_while(|_| stream.write_all(&requests).is_ok()).count();
    assert!(sent < 2_000, "{sent} thousand requests were taken without anybody reading an answer");
    assert_eq!(server.get("/health/live").status(), 200);
}

/// A valid request with as many copies of `item` in the array at `pointer` as the body may hold.
fn crowded(hook: &str, pointer: &str, item: &Value) -> String {
    let mut body = request(hook);
    let room = 1024 * 1024 - body.to_string().len() - 100;
    let (parent, member) = pointer.rsplit_once('/').unwrap();
    let size = item.to_string().len() + 1;
    // Every copy gets an id of its own, so that nothing can be merged.
    let copies: Vec<Value> = (0..room / (size + 8))
        .map(|number| {
            let mut copy = item.clone();
            if let Some(resource) = copy.get_mut("resource") {
                resource["id"] = json!(number.to_string());
            }
            copy
        })
        .collect();
    body.pointer_mut(parent).unwrap()[member] = Value::Array(copies);
    body.to_string()
}

#[test]
fn work_grows_no_faster_than_the_body() {
    let text = |kind: &str| json!({ "resource": { "resourceType": kind, "id": "", "subject": { "reference": "Patient/p" }, "code": { "text": "?" } } });
    let coded = |kind: &str, system: &str, code: &str| {
        json!({ "resource": {
        "resourceType": kind, "id": "", "status": "completed", "subject": { "reference": "Patient/p" }, "code": { "coding": [{ "system": system, "code": code }] }
    } })
    };
    let drug = json!({ "resource": {
        "resourceType": "MedicationRequest", "id": "", "status": "active", "intent": "order", "subject": { "reference": "Patient/p" },
        "medicationReference": { "reference": "Medication/x" }
    } });
    let orders = "/context/draftOrders/entry";
    let cases = [
        ("cell-therapy-order-safety", crowded("order-sign", orders, &json!({}))),
        ("cell-therapy-order-safety", crowded("order-sign", orders, &json!(0))),
        ("ahsct-eligibility", crowded("order-sign", orders, &text("ServiceRequest"))),
        ("cell-therapy-order-safety", crowded("order-sign", orders, &drug)),
        ("cell-therapy-follow-up", crowded("patient-view", "/prefetch/medicationRequests/entry", &drug)),
        ("cell-therapy-follow-up", crowded("patient-view", "/prefetch/procedures/entry", &text("Procedure"))),
        ("car-t-eligibility", crowded("patient-view", "/prefetch/conditions/entry", &text("Condition"))),
        (
            "ahsct-eligibility",
            crowded(
                "patient-view",
                "/prefetch/conditions/entry",
                &coded("Condition", "http://snomed.info/sct", "24700007"),
            ),
        ),
        ("ahsct-eligibility", crowded("patient-view", "/prefetch/observations/entry", &text("Observation"))),
        ("cell-therapy-order-safety", crowded("order-select", "/context/selections", &json!("ServiceRequest/none"))),
    ];
    // A server of its own: should it get stuck, the other tests go on.
    let server = TestServer::start(Settings::default());
    let client = reqwest::blocking::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    for (place, (service, body)) in cases.into_iter().enumerate() {
        let call = client.post(format!("http://{}/cds-services/{service}", server.address)).header(JSON.0, JSON.1);
        let answer = call.body(body).send();
        assert!(answer.is_ok(), "case {place} takes too long");
        assert!([200, 400, 412].contains(&answer.unwrap().status().as_u16()), "case {place}");
    }
    // As many selections and draft orders as are accepted.
    for (hook, service) in [("order-select", "ahsct-eligibility"), ("order-sign", "cell-therapy-order-safety")] {
        let mut body: Value = serde_json::from_str(&crowded(hook, orders, &text("ServiceRequest"))).unwrap();
        body["context"]["draftOrders"]["entry"].as_array_mut().unwrap().truncate(1000);
        let selections = (0..1000).map(|number| Value::from(format!("ServiceRequest/{number}"))).collect();
        body["context"]["selections"] = Value::Array(selections);
        let call = client.post(format!("http://{}/cds-services/{service}", server.address)).header(JSON.0, JSON.1);
        assert!(call.body(body.to_string()).send().is_ok_and(|answer| answer.status() == 200), "orders take too long");
    }
    // Members that nobody reads, each with its own name.
    for member in ["context", "prefetch", "extension"] {
        let mut body = request("order-sign");
        if member == "extension" {
            body[member] = json!({});
        }
        let members = body[member].as_object_mut().unwrap();
        members.extend((0..60_000).map(|number| (number.to_string(), Value::Null)));
        let call =
            client.post(format!("http://{}/cds-services/ahsct-eligibility", server.address)).header(JSON.0, JSON.1);
        let answer = call.body(body.to_string()).send();
        assert!(answer.is_ok_and(|answer| answer.status() == 200), "many members of {member} take too long");
    }
}

#[test]
fn more_draft_orders_than_anybody_writes_are_refused() {
    let mut body = request("order-sign");
    let order = body["context"]["draftOrders"]["entry"][0].clone();
    body["context"]["draftOrders"]["entry"] = Value::Array(vec![order; 1001]);
    let issues = refused(SERVER.post("/cds-services/ahsct-eligibility", body.to_string()), 400);
    assert_eq!(issues[0].pointer, "/context/draftOrders/entry");
    assert_eq!(issues[0].message, "expected at most 1000 items");
}

#[test]
fn many_at_once_are_all_answered() {
    let body = request("order-sign").to_string();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    cards(SERVER.post(PATH, body.clone()));
                    refused(SERVER.post(PATH, "{"), 400);
                }
            });
        }
    });
}

/// Opens a call whose body is not all sent yet.
fn half_a_call(server: &TestServer) -> (TcpStream, String) {
    let body = request("order-sign").to_string();
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (sent, rest) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(format!("{head}{sent}").as_bytes()).unwrap();
    (stream, rest.to_owned())
}

#[test]
fn more_at_once_than_the_server_can_are_told_to_come_back() {
    let server = TestServer::start(Settings { most_requests: 2, ..Settings::default() });
    let body = request("order-sign").to_string();
    let mut open: Vec<_> = (0..2).map(|_| half_a_call(&server)).collect();
    // A call that asks too early would itself take the place of one of them.
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    let busy = loop {
        let answer = server.post(PATH, body.clone());
        if answer.status() == 503 || started.elapsed() > Duration::from_secs(5) {
            break answer;
        }
    };
    assert_eq!(busy.headers()["retry-after"], "1");
    refused(busy, 503);
    refused(server.post(&format!("{PATH}/feedback"), "{}"), 503);
    // What costs nothing is answered all the same.
    assert_eq!(server.get("/health/live").status(), 200);
    assert_eq!(server.get("/cds-services").status(), 200);
    let (mut stream, rest) = open.pop().unwrap();
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    cards(server.post(PATH, body.clone()));
    // Somebody who hangs up leaves a place, too.
    drop(half_a_call(&server));
    drop(open);
    let started = Instant::now();
    while server.post(PATH, body.clone()).status() != 200 {
        assert!(started.elapsed() < Duration::from_secs(5), "a place stays taken");
    }
}

#[test]
fn a_client_that_sends_too_much_is_told_when_to_come_back() {
    let client = Client { requests_per_minute: NonZeroU32::new(3), ..Client::anonymous() };
    let server = TestServer::start(Settings { callers: Callers::Anyone(client), ..Settings::default() });
    let body = request("order-sign").to_string();
    for _ in 0..2 {
        cards(server.post(PATH, body.clone()));
    }
    refused(server.post(&format!("{PATH}/feedback"), "{}"), 400);
    let answer = server.post(PATH, body);
    let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
    refused(answer, 429);
    refused(server.post(&format!("{PATH}/feedback"), "{}"), 429);
    assert_eq!(server.get("/cds-services").status(), 200);
}

/// What actix does by itself: at most 96 headers, at most 128 KiB of head.
#[test]
fn a_head_that_is_too_large_is_refused() {
    let head = |headers: &str| format!("GET /health/live HTTP/1.1\r\nhost: a\r\n{headers}\r\n");
    let many = |count: usize| "x-many: a\r\n".repeat(count);
    let long = |size: usize| format!("x-long: {}\r\n", "a".repeat(size));
    let path = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(200_000));
    for head in [head(&many(90)), head(&long(100_000))] {
        let answer = raw_or_cut(&SERVER, head.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 200"), "{} bytes: {answer}", head.len());
    }
    for head in [head(&many(200)), head(&long(200_000)), head(&long(5_000_000)), path] {
        let answer = raw_or_cut(&SERVER, head.as_bytes());
        // A server that hangs up while the client still sends may not get its answer through.
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{} bytes: {answer}", head.len());
    }
    assert_eq!(SERVER.get("/health/live").status(), 200);
}

/// As [`raw`], of a server that may hang up while we still send.
fn raw_or_cut(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let _ = stream.write_all(bytes);
    answer(&mut stream)
}

/// Reads until the server closes, goes quiet, or has sent a JSON object.
fn answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut part = [0; 4096];
    while let Ok(read) = stream.read(&mut part) {
        answer.extend(&part[..read]);
        if read == 0 || answer.ends_with(b"}") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// One byte every now and then (slowloris): the clock runs from the first byte, not from the last. actix has that clock for
/// the first request of a connection; on one that has had an answer a dribble keeps the connection, and nothing else, busy.
#[test]
fn a_head_that_dribbles_is_cut() {
    let server = TestServer::start(Settings { head_timeout: Duration::from_millis(600), ..Settings::default() });
    let mut stream = TcpStream::connect(server.address).unwrap();
    let started = Instant::now();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: a\r\nx-slow: ").unwrap();
    while stream.write_all(b"a").is_ok() && started.elapsed() < Duration::from_secs(6) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(started.elapsed() < Duration::from_secs(6), "the connection is still open");
    // A connection that says nothing at all.
    let mut silent = TcpStream::connect(server.address).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    assert!(answer(&mut silent).starts_with("HTTP/1.1 408"));
    assert_eq!(server.get("/health/live").status(), 200);
}
