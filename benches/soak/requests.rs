//! The requests of a run, made once: what is ordinary, what matters, what is fetched, and what means no good.

use std::io::{self, Write};
use std::net::SocketAddr;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::corpus::{self, Body};
use super::fhir::WAYS;
use super::loopback::Handler;

/// Stands for a token of its own in a request that is fetched for.
const TOKEN: &[u8] = b"token-0000000000";
/// What a gzip bomb unpacks to.
const BOMB: usize = 64 * 1024 * 1024;

/// What is sent on a connection of its own, and the statuses that are right. Without any, the server may close it instead.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) right: &'static [u16],
    /// How many answers it gets.
    pub(crate) answers: usize,
}

/// All that is sent.
pub(crate) struct Requests {
    /// Charts of all sizes that get no card.
    pub(crate) ordinary: Vec<Vec<u8>>,
    /// Those that get some.
    pub(crate) relevant: Vec<Vec<u8>>,
    /// Without prefetch, one for each way of the FHIR server.
    fetched: Vec<Vec<u8>>,
    pub(crate) hostile: Vec<Hostile>,
}

impl Requests {
    pub(crate) fn new(fhir: SocketAddr) -> io::Result<Self> {
        let calls = corpus::calls();
        let with = |is_relevant: bool| {
            let calls = calls.iter().filter(move |body| body.rule.is_some() == is_relevant);
            calls.map(|body| Handler::Real.request(body)).collect::<Vec<_>>()
        };
        let first = calls.first().ok_or(io::ErrorKind::NotFound)?;
        let fetched = WAYS.iter().map(|way| fetching(first, &format!("http://{fhir}/{way}")));
        Ok(Self {
            ordinary: with(false),
            relevant: with(true),
            fetched: fetched.collect::<Result<_, _>>()?,
            hostile: hostile(first)?,
        })
    }

    /// A request that is fetched for, with a token that no other has: nothing comes from the cache.
    pub(crate) fn fetched(&self, choice: usize, number: u64) -> Vec<u8> {
        let mut request = self.fetched.get(choice % self.fetched.len().max(1)).cloned().unwrap_or_default();
        let token = format!("token-{number:010}");
        let place = request.windows(TOKEN.len()).position(|window| window == TOKEN);
        if let Some(place) = place.and_then(|place| request.get_mut(place..place + TOKEN.len())) {
            place.copy_from_slice(token.as_bytes());
        }
        request
    }
}

/// The same request without prefetch, with a FHIR server instead.
fn fetching(body: &Body, server: &str) -> serde_json::Result<Vec<u8>> {
    let mut request: Value = serde_json::from_slice(&body.json)?;
    request["prefetch"] = json!({});
    request["fhirServer"] = json!(server);
    request["fhirAuthorization"] = json!({
        "access_token": String::from_utf8_lossy(TOKEN), "token_type": "Bearer", "expires_in": 300,
        "scope": "patient/*.read", "subject": "cellwise",
    });
    Ok(posted(body.service, "", &serde_json::to_vec(&request)?))
}

fn posted(service: &str, header: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /cds-services/{service} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{header}\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn hostile(body: &Body) -> io::Result<Vec<Hostile>> {
    let service = body.service;
    let text = String::from_utf8_lossy(&body.json);
    let of = |name, right, bytes: &[u8]| Hostile { name, right, bytes: posted(service, "", bytes), answers: 1 };
    // In a member that nobody reads, and in place of the entries of a Bundle that rules do.
    let in_unknown = |value: &str| text.replacen('{', &format!("{{\"unknown\":{value},"), 1).into_bytes();
    let in_prefetch = |value: &str| {
        let bundle = format!(
            "\"prefetch\":{{\"medicationRequests\":{{\"resourceType\":\"Bundle\",\"entry\":{value}}},\"more\":"
        );
        text.replacen("\"prefetch\":", &bundle, 1).replacen(",\"extension\":", "},\"extension\":", 1).into_bytes()
    };
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..BOMB / 8_192 {
        packed.write_all(&[b' '; 8_192])?;
    }
    let bomb = posted(service, "Content-Encoding: gzip\r\n", &packed.finish()?);
    let broken = posted(service, "Content-Encoding: gzip\r\n", b"this is no gzip");
    let too_large = format!("POST /cds-services/{service} HTTP/1.1\r\nHost: a\r\nContent-Length: 99000000\r\n\r\n{{");
    let large_head = format!("GET /health/live HTTP/1.1\r\nHost: a\r\nX: {}\r\n\r\n", "x".repeat(200_000));
    let drug = r#"{"resource":{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"text":"x"}}}"#;
    Ok(vec![
        Hostile { name: "gzip bomb", right: &[413], bytes: bomb, answers: 1 },
        Hostile { name: "no gzip", right: &[400], bytes: broken, answers: 1 },
        of("no JSON", &[400], b"{\"hook\":\"patient-view\",]"),
        of("no text", &[400], &[0xff; 4000]),
        of("cut JSON", &[400], body.json.get(..body.json.len() / 2).unwrap_or_default()),
        of("deep nesting", &[400], "[".repeat(300_000).as_bytes()),
        of(
            "deep nesting where nobody looks",
            &[400],
            &in_unknown(&format!("{}{}", "[".repeat(5000), "]".repeat(5000))),
        ),
        of("a huge array where nobody looks", &[200], &in_unknown(&format!("[{}0]", "0,".repeat(200_000)))),
        of("a huge array of nothing", &[200, 412], &in_prefetch(&format!("[{}{{}}]", "{},".repeat(20_000)))),
        of("thousands of drugs", &[200, 412], &in_prefetch(&format!("[{}{drug}]", format!("{drug},").repeat(2000)))),
        of(
            "many numbers of a hundred digits",
            &[200],
            &in_unknown(&format!("[{}0]", format!("{},", "9".repeat(100)).repeat(2000))),
        ),
        Hostile { name: "too large", right: &[413], bytes: too_large.into_bytes(), answers: 1 },
        Hostile { name: "a head too large", right: &[], bytes: large_head.into_bytes(), answers: 1 },
        Hostile {
            name: "no HTTP",
            right: &[],
            bytes: b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 hello\r\n\r\n".to_vec(),
            answers: 1,
        },
        Hostile { name: "pipelined", right: &[200], bytes: posted(service, "", &body.json).repeat(30), answers: 30 },
    ])
}
