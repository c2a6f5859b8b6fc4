//! What holds for every answer with cards, whatever was asked.

use std::collections::HashSet;

use cellwise_record::is_id;
use serde_json::Value;

use super::ENGINE;

/// Members of FHIR whose value is an id or an address.
const ADDRESSES: [&str; 8] = ["id", "reference", "fullUrl", "url", "uri", "patientId", "encounterId", "selections"];

/// Checks an answer to `request`: valid by our schema, and each card fit to be shown.
pub fn check(answer: &str, request: &Value) {
    let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
    let problems = ENGINE.knowledge().schemas.check_response(&answer);
    assert!(problems.is_empty(), "the answer is not as its schema says: {problems:?}");
    let mut uuids = HashSet::new();
    for card in answer["cards"].as_array().into_iter().flatten() {
        let suggestions = card["suggestions"].as_array().into_iter().flatten();
        for one in std::iter::once(card).chain(suggestions.clone()) {
            assert!(uuids.insert(one["uuid"].to_string()), "two things with one uuid");
        }
        words(card);
        ids(card, request);
        for action in suggestions.filter_map(|suggestion| suggestion["actions"].as_array()).flatten() {
            if action["type"] == "delete" {
                let reference = action["resourceId"].as_str().unwrap_or_default();
                assert!(is_reference(reference), "nothing has the id {reference:?}");
            }
        }
    }
}

/// Summary and detail: short, plain, and with nothing that can't be seen.
fn words(card: &Value) {
    let summary = card["summary"].as_str().expect("a summary");
    let detail = card["detail"].as_str().unwrap_or_default();
    let length = summary.encode_utf16().count();
    assert!(length > 0 && length < 140, "a summary of {length} units: {summary}");
    assert!(!summary.chars().any(is_unseen), "a summary has what can't be seen: {summary:?}");
    let is_odd = |c: char| c != '\n' && is_unseen(c);
    assert!(!detail.chars().any(is_odd), "a detail has what can't be seen: {detail:?}");
    assert!(!detail.contains("<br") && !detail.contains("/entry/"), "a detail is not for people: {detail}");
    // Outside of code nothing of the record can open an element of HTML.
    let plain = detail.split('`').step_by(2);
    let opens = |text: &str| text.match_indices('<').any(|(at, _)| text[at + 1..].starts_with(char::is_alphabetic));
    assert!(!plain.into_iter().any(opens), "a detail has HTML: {detail}");
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// No reference stands in the text of a card, unless the record has it among its words.
fn ids(card: &Value, request: &Value) {
    let text = format!("{} {}", card["summary"], card["detail"]);
    let mut references = Vec::new();
    strings(&card["extension"], "", &mut |key, text| {
        if key == "reference" && text.contains('/') {
            references.push(text.to_owned());
        }
    });
    for reference in references.iter().filter(|reference| text.contains(reference.as_str())) {
        let mut is_word = false;
        strings(request, "", &mut |key, text| is_word |= !ADDRESSES.contains(&key) && text.contains(reference));
        assert!(is_word, "a card shows {reference}: {text}");
    }
}

/// Visits every string with the name of the member that it stands in.
pub fn strings<'v>(value: &'v Value, key: &'v str, visit: &mut dyn FnMut(&'v str, &'v str)) {
    match value {
        Value::String(text) => visit(key, text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, key, visit)),
        Value::Object(members) => members.iter().for_each(|(key, member)| strings(member, key, visit)),
        _ => {}
    }
}

/// `Type/id` as FHIR has them, and as long as some servers make them.
fn is_reference(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, id)| kind.starts_with(char::is_alphabetic) && !kind.contains(' ') && is_id(id))
}
