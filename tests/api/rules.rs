//! `GET /rules` and `GET /rules/{id}`: the pages about rules.

use std::fs;
use std::path::PathBuf;

use cellwise::config::Config;
use cellwise::engine::{CallSettings, Engine};
use cellwise::knowledge::Knowledge;
use cellwise_clinic::{Language, rules};
use cellwise_record::AsOf;
use reqwest::Method;
use reqwest::blocking::Response;
use serde_json::Value;

use crate::auth::closed;
use crate::helpers::{SERVER, TestServer, refused};

/// The text of a page, and that it is one: strict, without scripts, in this language.
#[track_caller]
fn page(response: Response, language: &str) -> String {
    assert_eq!(response.status(), 200);
    let headers = response.headers().clone();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["content-language"], language);
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let html = response.text().unwrap();
    assert!(html.contains(&format!("<html lang=\"{language}\">")), "{html}");
    assert!(!html.contains("<script") && !html.contains(" style=") && !html.contains(" onclick="), "{html}");
    html
}

#[test]
fn every_rule_has_a_page_in_every_language() {
    let list = page(SERVER.get("/rules"), "en");
    for rule in rules::ALL {
        assert!(list.contains(&format!("href=\"rules/{}?lang=en\"", rule.id)), "{}", rule.id);
        for language in ["en", "nl"] {
            let html = page(SERVER.get(&format!("/rules/{}?lang={language}", rule.id)), language);
            let heading = if language == "nl" { "Wat de regel signaleert" } else { "What it flags" };
            assert!(html.contains(&format!("<h3 lang=\"{language}\">{heading}</h3>")), "{}: {html}", rule.id);
            assert!(html.contains(rule.reviewed), "{}: no review date", rule.id);
            for number in rule.numbers {
                assert!(html.contains(&format!("<code>{}</code>", number.id)), "{}: {}", rule.id, number.id);
            }
            for citation in rule.citations {
                let title = citation.document.title.replace('&', "&amp;");
                assert!(html.contains(&title), "{}: {title}", rule.id);
                for id in citation.statements {
                    assert!(html.contains(&format!("<blockquote id=\"{id}\">")), "{}: {id}", rule.id);
                }
            }
            // What is asked for and not there shows its id.
            assert!(!html.contains(">page-") && !html.contains(" page-") && !html.contains("source-"), "{}", rule.id);
            assert!(!html.contains("{ $") && !html.contains("`{"), "{}: a value is missing", rule.id);
        }
    }
}

#[test]
fn the_address_decides_the_language_then_the_browser() {
    let get =
        |path: &str, accept: &str| SERVER.request(Method::GET, path).header("accept-language", accept).send().unwrap();
    let dutch = page(get("/rules/immunoglobulin-after-car-t", "nl-NL"), "nl");
    assert!(dutch.contains("<h1>Immunoglobuline na CAR-T</h1>"), "{dutch}");
    assert!(dutch.contains("<li>IgG &lt; 4 g/L</li>"), "{dutch}");
    assert!(dutch.contains("href=\"?lang=en\""), "{dutch}");
    let flags = "Tot en met 3 jaar (<code>b-cell-recovery-years</code>) na CAR-T: IgG dat de laatste 6 maanden";
    assert!(dutch.contains(&format!("<div lang=\"nl\"><p>{flags}")), "{dutch}");
    page(get("/rules/immunoglobulin-after-car-t?lang=en", "nl-NL"), "en");
    page(get("/rules/immunoglobulin-after-car-t?lang=xx", "nl-NL"), "nl");
    page(get("/rules?a=b&lang=nl", "en"), "nl");
    let vary = get("/rules", "nl").headers()["vary"].to_str().unwrap().to_lowercase();
    assert!(vary.contains("accept-language"), "{vary}");
}

/// Quotations, cases and numbers come out as they stand in their files, escaped.
#[test]
fn a_page_has_the_words_of_the_sources() {
    let html = page(SERVER.get("/rules/corticosteroid-after-car-t?lang=en"), "en");
    for expected in [
        "Daarnaast mogen mensen geen corticosteroïden krijgen",
        "Erasmus MC, patiëntenfolder CAR T-celtherapie",
        "cell-therapy-order-safety on order-select, order-sign",
        "1200 months",
    ] {
        assert!(html.contains(expected), "`{expected}` is not in\n{html}");
    }
    let crs = page(SERVER.get("/rules/possible-crs?lang=en"), "en");
    assert!(crs.contains("systolic &lt; 90 mmHg"), "{crs}");
}

#[test]
fn a_hospital_sees_its_own_values_and_what_it_switched_off() {
    let config = "\
        [[number]]\nnumber = \"low-igg\"\nvalue = 5\ncitation = \"Protocol <haematology> 2026-03\"\n\
        [[switch-off]]\nrule = \"driving-after-car-t\"\nreason = \"our own leaflet says it\"\n";
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rule-pages.toml");
    fs::write(&path, config).unwrap();
    let config = Config::read(&path, &Knowledge::load().unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let server = TestServer::under(config);
    let html = page(server.get("/rules/immunoglobulin-after-car-t?lang=nl"), "nl");
    assert!(html.contains("Protocol &lt;haematology&gt; 2026-03"), "{html}");
    assert!(html.contains("IgG &lt; 5 g/L") && html.contains("De standaard is 4 g/L"), "{html}");
    let off = page(server.get("/rules/driving-after-car-t?lang=en"), "en");
    assert!(off.contains("Switched off in this hospital: our own leaflet says it"), "{off}");
    let list = page(server.get("/rules?lang=en"), "en");
    assert!(list.contains("our own leaflet says it"), "{list}");
}

/// Clinicians have no token, and the pages hold nothing that needs one.
#[test]
fn no_token_is_asked_for() {
    let server = closed();
    assert_eq!(server.get("/cds-services").status(), 401);
    page(server.get("/rules/possible-crs"), "en");
}

#[test]
fn what_is_not_there_is_refused_in_the_usual_form() {
    let issues = refused(SERVER.get("/rules/nobody"), 404);
    assert_eq!(issues[0].message, "no rule has this id: the rules are at `/rules`");
    for path in ["/rules/", "/rules/possible-crs/x", "/rules/..%2fcds-services", "/rules/POSSIBLE-CRS"] {
        refused(SERVER.get(path), 404);
    }
    let response = SERVER.request(Method::POST, "/rules/possible-crs").send().unwrap();
    assert_eq!(response.headers()["allow"], "GET, HEAD, OPTIONS");
    refused(response, 405);
    let style = SERVER.get("/rules/style.css");
    assert_eq!(style.headers()["content-type"], "text/css; charset=utf-8");
}

/// A card of a server that knows its own address links to the page of its rule there; of another server it has no link.
#[test]
fn a_card_links_to_the_page_of_its_rule() {
    let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/requests/steroid-after-car-t.json");
    let body = fs::read(example).unwrap();
    let as_of = AsOf::parse("2026-11-02").unwrap();
    let settings = CallSettings { language: Language::DUTCH, as_of, accept_as_of: true };
    let card = |engine: &Engine| -> Value {
        let answer = engine.call("cell-therapy-order-safety", &body, &settings).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["cards"][0].clone()
    };
    let base = "https://cds.hospital.example/cellwise";
    let engine = Engine::load().unwrap();
    assert_eq!(card(&engine).get("links"), None);
    let linked = card(&engine.at(Some(&format!("{base}/"))));
    let links = linked["links"].as_array().unwrap();
    assert_eq!(links.len(), 1, "{links:?}");
    assert_eq!(links[0]["type"], "absolute");
    let path = links[0]["url"].as_str().unwrap().strip_prefix(base).unwrap();
    assert!(page(SERVER.get(path), "nl").contains("<code>corticosteroid-after-car-t</code>"));
}
