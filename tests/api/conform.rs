//! `cellwise conform`: our own server passes, a bad one fails what it is bad at, and tokens are looked at where they are asked for.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise::client::Callers;
use cellwise::conform::catalogue::Level;
use cellwise::conform::{ConformSettings, Finding, Verdict, run};
use cellwise::fixtures::token::Signer;
use cellwise::http::Settings;
use cellwise::private_key::PrivateKey;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::auth::client;
use crate::auth::token::{ISSUER, encoded};
use crate::helpers::{SERVER, TestServer};

fn settings(url: String) -> ConformSettings {
    ConformSettings { url, signer: None, requests: Vec::new() }
}

fn verdicts(findings: &[Finding]) -> BTreeMap<&'static str, Verdict> {
    findings.iter().map(|finding| (finding.check.id, finding.verdict)).collect()
}

fn not_passed(findings: &[Finding]) -> Vec<(&'static str, Verdict, Vec<String>)> {
    let others = findings.iter().filter(|finding| finding.verdict != Verdict::Passed);
    others.map(|finding| (finding.check.id, finding.verdict, finding.reasons.clone())).collect()
}

#[test]
fn our_own_server_passes_every_check_that_applies() {
    let findings = run(&settings(format!("http://{}", SERVER.address))).unwrap();
    let (failed, others): (Vec<_>, Vec<_>) =
        not_passed(&findings).into_iter().partition(|(_, verdict, _)| *verdict == Verdict::Failed);
    // Drugs that are resources of their own come along with `_include`, which is more than the specification advises to ask for.
    assert_eq!(failed.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), ["prefetch-subset"], "{failed:?}");
    assert!(failed[0].2[0].contains("with `_include`") && !findings.iter().any(Finding::is_breach), "{failed:?}");
    // Those that can't be judged here are few, and known.
    let names: Vec<&str> = others.iter().map(|(id, ..)| *id).filter(|id| !id.starts_with("token-")).collect();
    assert_eq!(
        names,
        ["tls", "recommended-once", "action-resource-id", "link", "link-type", "app-context", "system-actions"]
    );
}

#[test]
fn tokens_are_looked_at_where_they_are_asked_for() {
    let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(48);
    let public = json!({ "keys": [{ "kty": "EC", "crv": "P-384", "kid": "k", "x": encoded(x), "y": encoded(y) }] });
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(pair.to_pkcs8v1().unwrap().as_ref())
    );
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = TestServer::start_at(
        Settings {
            listen: free,
            base_url: Some(format!("http://{free}").parse().unwrap()),
            callers: Callers::Listed(vec![client(&public)]),
            ..Settings::default()
        },
        None,
    );
    let url = format!("http://{}", server.address);
    let signer = Signer {
        key: PrivateKey::parse(pem.as_bytes()).unwrap(),
        kid: "k".to_owned(),
        issuer: ISSUER.to_owned(),
        jku: None,
        tenant: None,
    };
    let findings = run(&ConformSettings { signer: Some(signer), ..settings(url.clone()) }).unwrap();
    let others = not_passed(&findings);
    assert!(others.iter().all(|(id, ..)| !id.starts_with("token-")), "{others:?}");
    assert!(!findings.iter().any(Finding::is_breach), "{others:?}");

    // Without a key there is nothing to see but that it refuses.
    let findings = run(&settings(url)).unwrap();
    assert_eq!(verdicts(&findings)["discovery"], Verdict::Failed);
    assert!(findings.iter().any(|finding| finding.check.id == "discovery" && finding.reasons[0].contains("401")));
}

/// A server that does almost everything wrong.
async fn bad() -> MockServer {
    let server = MockServer::start().await;
    let discovery = json!({ "services": [
        {
            "id": "bad",
            "hook": "patient-view",
            "description": "",
            "prefetch": { "patient": "Patient/{{context.patientId}}", "wrong": "Patient/{{Patient.id}}", "deep": "Encounter/{{context.encounter.id}}" }
        },
        { "id": "bad", "hook": "patient-view", "title": "again", "description": "a", "prefetch": { "patient": "Patient/{{context.patientId}}" } },
        { "id": "not/a/segment", "hook": "patient-view", "title": "t", "description": "a" },
    ] });
    let card = json!({
        "summary": "x".repeat(140),
        "indicator": "hard-stop",
        "detail": null,
        "source": { "url": "relative/path", "topic": { "code": "c" } },
        "uuid": "1",
        "overrideReasons": [{ "code": "a", "system": "b" }],
        "suggestions": [
            { "label": "", "isRecommended": true, "actions": [{ "type": "CREATE" }, { "type": "create", "description": "d", "resource": "text" }] },
            { "label": "b", "isRecommended": true, "actions": [{ "type": "delete", "description": "d", "resource": "ServiceRequest/1" }] },
        ],
        "links": [{ "label": "l", "url": "relative", "type": "absolute", "appContext": "a" }, { "label": "l" }],
        "extension": [{ "url": "a" }],
    });
    let body = json!({ "cards": [card.clone(), card], "systemActions": [{ "type": "update", "resource": {} }] });
    Mock::given(method("GET"))
        .and(path("/cds-services"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(discovery.to_string(), "text/html"))
        .mount(&server)
        .await;
    let call = move |request: &Request| {
        let sent: Option<Value> = serde_json::from_slice(&request.body).ok();
        match sent {
            _ if request.url.path().ends_with("/feedback") => ResponseTemplate::new(200),
            // It stumbles over what it does not know, and over nothing else.
            Some(sent) if sent.get("extension").is_some() => ResponseTemplate::new(500),
            Some(sent) if sent["context"].get("fieldOfALaterVersion").is_some() => ResponseTemplate::new(400),
            Some(sent) if sent.get("prefetch").is_none() => ResponseTemplate::new(500),
            Some(sent) if sent["prefetch"]["patient"].is_null() => ResponseTemplate::new(500),
            Some(sent) if sent["prefetch"]["patient"]["resourceType"] == "OperationOutcome" => {
                ResponseTemplate::new(500)
            }
            _ => ResponseTemplate::new(200).set_body_json(body.clone()),
        }
    };
    Mock::given(method("POST")).respond_with(call).mount(&server).await;
    server
}

#[test]
fn a_bad_server_fails_what_it_is_bad_at() {
    let (url, _server) = {
        let server = actix_web::rt::System::new().block_on(bad());
        (server.uri(), server)
    };
    let findings = run(&settings(url)).unwrap();
    let of = verdicts(&findings);
    for id in [
        "json",
        "nothing-empty",
        "service",
        "service-title",
        "service-id",
        "service-once",
        "prefetch-tokens",
        "prefetch-fields",
        "request-fields",
        "request-json",
        "request-hook",
        "request-context",
        "fhir-server",
        "unknown-service",
        "extension-in-request",
        "new-fields",
        "prefetch-outcome",
        "prefetch-none",
        "precondition-failed",
        "card-uuid",
        "card-summary",
        "card-detail",
        "card-indicator",
        "card-source",
        "card-source-url",
        "card-topic",
        "selection-behavior",
        "override-reasons",
        "suggestion-label",
        "recommended-once",
        "action-type",
        "action-description",
        "action-resource",
        "action-resource-id",
        "link",
        "link-type",
        "app-context",
        "extension-in-response",
        "feedback-invalid",
        "cors-preflight",
        "cors-answer",
    ] {
        assert_eq!(of[id], Verdict::Failed, "{id}");
    }
    for id in ["discovery", "discovery-list", "call", "prefetch", "feedback"] {
        assert_eq!(of[id], Verdict::Passed, "{id}");
    }
    for id in ["tls", "token-accepted", "token-replay"] {
        assert_eq!(of[id], Verdict::NotApplicable, "{id}");
    }
    let summary = findings.iter().find(|finding| finding.check.id == "card-summary").unwrap();
    assert!(summary.is_breach() && summary.reasons[0].contains("140 characters"), "{:?}", summary.reasons);
    let title = findings.iter().find(|finding| finding.check.id == "service-title").unwrap();
    assert!(!title.is_breach() && title.check.level == Level::Recommended);

    let mut xml = Vec::new();
    cellwise::conform::report::junit(&mut xml, &findings).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.contains("name=\"card-summary\"") && xml.contains("&lt;140-character"), "{xml}");
    let mut text = Vec::new();
    cellwise::conform::report::write(&mut text, &findings).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("FAILED          card-summary")
            && text.contains("https://cds-hooks.hl7.org/2.0/#card-attributes"),
        "{text}"
    );
}

#[test]
fn nobody_is_there() {
    let nowhere = run(&settings("http://127.0.0.1:9".to_owned())).unwrap_err();
    assert_eq!(nowhere, "http://127.0.0.1:9/cds-services: nobody answers there");
    assert!(run(&settings("ftp://example.org".to_owned())).unwrap_err().contains("is no address"));
}
