//! What the targets begin with: the fixtures, as inputs.

use std::fs;
use std::path::Path;

use cellwise::fixtures::case::Case;
use cellwise::fixtures::request::entries;
use serde_json::{Value, json};

use super::{ENGINE, SEPARATOR, SUITE, pages, request, root, token};

/// The targets.
pub const TARGETS: [&str; 5] = ["request", "chart", "token", "pages", "config"];

/// Resources on each page of a seed.
const PAGE: usize = 4;

/// Writes the seeds of a target into the folder that its command line names, when that is empty.
pub fn write(target: &str) {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-') && Path::new(argument).is_dir());
    let Some(folder) = folder else { return };
    if fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_none()) {
        for (number, seed) in of(target).into_iter().enumerate() {
            let _ = fs::write(Path::new(&folder).join(format!("seed-{number:04}")), seed);
        }
    }
}

/// The seeds of a target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "request" => SUITE.cases.iter().filter_map(request_of).collect(),
        "chart" => SUITE.cases.iter().filter_map(chart_of).collect(),
        "token" => tokens(),
        "pages" => SUITE.cases.iter().flat_map(pages_of).collect(),
        "config" => configs(),
        _ => Vec::new(),
    }
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(&SEPARATOR)
}

fn body_of(case: &Case) -> Option<Value> {
    let service = ENGINE.knowledge().service(&case.file.service)?;
    let mut body = SUITE.call(case).ok()?.request(&service.prefetch);
    if let Some(patient) = body.pointer_mut("/prefetch/patient").and_then(Value::as_object_mut) {
        patient.insert("name".to_owned(), json!([{ "family": request::NAME }]));
    }
    Some(body)
}

fn request_of(case: &Case) -> Option<Vec<u8>> {
    let service = ENGINE.service_ids().position(|id| id == case.file.service)?;
    let choice = [u8::try_from(service).ok()?];
    Some(joined(&[&choice, body_of(case)?.to_string().as_bytes()]))
}

fn chart_of(case: &Case) -> Option<Vec<u8>> {
    let call = SUITE.call(case).ok()?;
    let input = json!({
        "service": case.file.service,
        "hook": case.file.hook,
        "asOf": case.file.as_of,
        "language": case.file.language.code(),
        "encounter": case.file.encounter,
        "selections": case.file.selections,
        "bundle": call.patient,
        "orders": call.orders,
    });
    Some(input.to_string().into_bytes())
}

/// Every search of a case with so many results that they need several pages, and one read.
fn pages_of(case: &Case) -> Vec<Vec<u8>> {
    let Some(body) = body_of(case).filter(|_| case.file.hook != "appointment-book") else { return Vec::new() };
    let patient = body.pointer("/context/patientId").and_then(Value::as_str).unwrap_or_default();
    let mut seeds = Vec::new();
    for (key, value) in body["prefetch"].as_object().into_iter().flatten() {
        let all: Vec<&Value> = entries(value).collect();
        if all.len() <= PAGE && key != "patient" {
            continue;
        }
        let place = format!("{}/{key}/{patient}", case.file.service);
        let mut parts: Vec<Vec<u8>> = vec![place.into_bytes()];
        if all.is_empty() {
            parts.push(value.to_string().into_bytes());
        }
        let last = all.chunks(PAGE).count().saturating_sub(1);
        for (number, page) in all.chunks(PAGE).enumerate() {
            let mut bundle =
                json!({ "resourceType": "Bundle", "type": "searchset", "total": all.len(), "entry": page });
            if number < last {
                let next = format!("{}/Observation?page={}", pages::SERVER, number + 1);
                bundle["link"] = json!([{ "relation": "next", "url": next }]);
            }
            parts.push(bundle.to_string().into_bytes());
        }
        seeds.push(joined(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    }
    seeds
}

fn tokens() -> Vec<Vec<u8>> {
    let header = json!({ "alg": "ES384", "typ": "JWT", "kid": token::KID }).to_string();
    let aud = format!("{}{}", token::BASE, token::PATH);
    let claims = |more: &str| {
        let (iss, aud) = (json!(token::ISSUER), json!(aud));
        format!(r#"{{"iss":{iss},"aud":{aud},"iat":@0,"exp":@300,"jti":"t#"{more}}}"#)
    };
    let signed = |header: &str, claims: &str| joined(&[b"signed", header.as_bytes(), claims.as_bytes()]);
    let raw = |value: &str| joined(&[b"raw", value.as_bytes()]);
    vec![
        signed(&header, &claims("")),
        signed(&header, &claims(r#","nbf":@-300,"sub":"client","tenant":"north""#)),
        signed(&header, &claims(r#","crit":["x"]"#)),
        signed(
            &header,
            &claims("").replace(&json!(aud).to_string(), &json!(["https://x.example", format!("{aud}/")]).to_string()),
        ),
        signed(&header, &claims("").replace("@300", "@-300")),
        signed(&header, &claims("").replace("@0", "@300.5")),
        signed(&header.replace("ES384", "RS384"), &claims("")),
        signed(&header.replace("ES384", "none"), &claims("")),
        signed(&header.replace("JWT", "jwt"), &claims("")),
        signed(
            &header.replace('}', r#","jku":"https://ehr.example.org/keys","jwk":{"kty":"oct","k":"AA"}}"#),
            &claims(""),
        ),
        raw("Bearer eyJhbGciOiJFUzM4NCIsImtpZCI6ImsifQ.eyJpc3MiOiJodHRwczovL2Voci5leGFtcGxlLm9yZyJ9.AAAA"),
        raw("Bearer "),
        raw("Basic dTpw"),
        raw("bearer a.b.c"),
    ]
}

/// Configurations of the fixtures, the example with its comments taken off, and what the documentation shows.
fn configs() -> Vec<Vec<u8>> {
    let read = |name: &str| fs::read_to_string(root().join(name)).unwrap_or_default();
    let example = read("cellwise.example.toml");
    let bare = |line: &str| {
        line.strip_prefix("# ")
            .filter(|rest| rest.contains('=') || rest.starts_with('['))
            .map_or(line.to_owned(), str::to_owned)
    };
    let mut seeds = vec![example.lines().map(bare).collect::<Vec<_>>().join("\n"), example];
    let documents = [read("docs/configuration.md"), read("docs/integration.md")];
    let blocks = documents.iter().flat_map(|text| text.split("```toml\n").skip(1));
    seeds.extend(blocks.filter_map(|rest| rest.split("```").next()).map(str::to_owned));
    let folder = fs::read_dir(root().join("fixtures/config")).into_iter().flatten().flatten();
    let files = folder.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "toml"));
    seeds.extend(files.filter_map(|path| fs::read_to_string(path).ok()));
    seeds.push("[[client]]\nid = \"a\"\nissuer = \"https://a.example\"\nkeys = \"private.json\"\n".to_owned());
    seeds.into_iter().map(String::into_bytes).collect()
}
