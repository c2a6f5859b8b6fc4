//! FHIR-server pages → chart: what a server answers to one question is put together and read as prefetch is.
//!
//! Input: `<service>/<key>/<patient>`, then the pages, each after a separator, in the order in which they are asked for.

use std::cell::Cell;
use std::collections::BTreeMap;

use actix_web::web::Bytes;
use cellwise::engine::Judged;
use cellwise::gather::{FetchError, FetchSettings, read_pages};
use cellwise_clinic::{Finding, Language};
use cellwise_record::Verdict;
use futures_util::FutureExt;
use reqwest::Url;
use serde_json::{Map, Value, json};

use super::{ENGINE, parts, settings};

/// The base URL of the FHIR server.
pub const SERVER: &str = "https://ehr.example.org/fhir";

/// A call without prefetch, but for `prefetch`.
fn request(patient: &str, hook: &str, prefetch: &str) -> String {
    let order = json!({
        "resourceType": "MedicationRequest", "id": "order", "status": "draft", "intent": "order",
        "subject": { "reference": format!("Patient/{patient}") },
        "medicationCodeableConcept": { "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB02" }] },
    });
    let drafts = json!({ "resourceType": "Bundle", "entry": [{ "resource": order }] });
    let context = match hook {
        "order-sign" => json!({ "userId": "Practitioner/a", "patientId": patient, "draftOrders": drafts }),
        _ => json!({ "userId": "Practitioner/a", "patientId": patient, "encounterId": "e" }),
    };
    format!(
        r#"{{"hook":"{hook}","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea","fhirServer":"{SERVER}","context":{context},"prefetch":{{{prefetch}}}}}"#
    )
}

/// Reads the pages, compares them with what was made of them, and compares what is fetched with what is prefetched.
pub fn run(data: &[u8]) -> bool {
    let mut parts = parts(data);
    let place = parts.next().and_then(|place| std::str::from_utf8(place).ok()).unwrap_or_default();
    let mut words = place.splitn(3, '/');
    let (Some(service), Some(key), Some(patient)) = (words.next(), words.next(), words.next()) else { return false };
    let hook = ENGINE.knowledge().service(service).and_then(|service| service.hooks.keys().next_back());
    let Some(hook) = hook.filter(|hook| *hook != "appointment-book") else {
        return false;
    };
    let pages: Vec<Bytes> = parts.map(Bytes::copy_from_slice).collect();
    let body = request(patient, hook, "");
    let Ok(mut reading) = ENGINE.read(service, body.as_bytes(), &settings(Language::ENGLISH)) else { return false };
    let Some(need) = reading.needs().into_iter().find(|need| need.key == key) else { return false };

    let server = Url::parse(SERVER).expect("an address");
    let asked = Cell::new(0);
    let page = async |address: &Url| {
        assert!(address.as_str().starts_with(SERVER), "asked for {address}");
        let number = asked.replace(asked.get() + 1);
        pages.get(number).cloned().ok_or(FetchError::Status(404))
    };
    let fetch = FetchSettings::default();
    let data = read_pages(&need, &server, &fetch, page).now_or_never().expect("nothing is waited for");
    assert!(asked.get() <= fetch.most_pages, "more pages than are read");
    let Ok(data) = data else {
        reading.failed(&need);
        verdicts(ENGINE.evaluate(reading).ok().as_ref());
        return true;
    };
    holds_all(&pages, asked.get(), &data);
    reading.supply(&need, &data);
    let fetched = verdicts(ENGINE.evaluate(reading).ok().as_ref());
    let Ok(text) = std::str::from_utf8(&data) else { return true };
    let prefetched = request(patient, hook, &format!("\"{key}\":{text}"));
    // What is wrong in a request is refused; of a FHIR server it is not used.
    if let Ok(judged) = ENGINE.judge(service, prefetched.as_bytes(), &settings(Language::ENGLISH)) {
        assert_eq!(fetched, verdicts(Some(&judged)), "fetched it is not what it is as prefetch");
    }
    true
}

fn verdicts(judged: Option<&Judged<'_>>) -> BTreeMap<&'static str, Verdict> {
    let outcomes = judged.map(|judged| judged.evaluation.outcomes.iter()).into_iter().flatten();
    let verdict = |finding: &Option<Finding>| finding.as_ref().expect("no rule fails").verdict();
    outcomes.map(|outcome| (outcome.rule.id, verdict(&outcome.finding))).collect()
}

/// The Bundle has every entry of the pages that came, in their order, and says whether there is more.
fn holds_all(pages: &[Bytes], asked: usize, data: &Bytes) {
    // A page that came last may not have been used.
    let read = |bytes: &[u8]| serde_json::from_slice::<Map<String, Value>>(bytes);
    let Ok(whole) = read(data) else { return };
    let entries = |page: &Map<String, Value>| page.get("entry").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut expected = Vec::new();
    let mut prefixes = Vec::new();
    for page in pages.iter().take(asked) {
        match read(page) {
            Ok(page) => expected.extend(entries(&page)),
            Err(_) => break,
        }
        prefixes.push(expected.len());
    }
    let found = entries(&whole);
    assert!(expected.starts_with(&found), "entries that no page has, or in another order");
    assert!(prefixes.contains(&found.len()), "a page is cut");
    let is_cut = found.len() < expected.len();
    let is_next =
        |link: &Value| link["relation"].as_str().is_some_and(|relation| relation.eq_ignore_ascii_case("next"));
    let says_so = match whole.get("link") {
        Some(Value::Array(links)) => links.iter().any(is_next),
        Some(link) => !link.is_null(),
        None => false,
    };
    assert!(!is_cut || says_so, "entries are missing, and nothing says that there are more");
}
