//! Telling a service what became of its cards.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Tally;
use super::calls::Called;
use super::catalogue::{FEEDBACK, FEEDBACK_INVALID};
use super::discovery::preflight;
use super::probe::{Pass, Probe, look_at_headers};
use cellwise_record::AsOf;

/// Sends feedback on a card of each service.
pub(super) fn check(probe: &Probe<'_>, called: &[Called], tally: &mut Tally) {
    let mut asked = BTreeSet::new();
    let known = |value: &Value| value.get("uuid").and_then(Value::as_str).map(str::to_owned);
    if !called.iter().any(|called| known(&called.card).is_some()) {
        tally.skip(&FEEDBACK, "no card has a `uuid`: nothing can be said about it");
    }
    for called in called {
        let Some(card) = known(&called.card) else { continue };
        let suggestion = called.card.pointer("/suggestions/0").and_then(known);
        // Once for each service and kind of feedback.
        if !asked.insert((called.service.as_str(), suggestion.is_some())) {
            continue;
        }
        let at = AsOf::now().instant.to_string();
        let mut items = vec![json!({
            "card": card,
            "outcome": "overridden",
            "overrideReason": { "userComment": "A comment of a conformance test." },
            "outcomeTimestamp": at,
        })];
        if let Some(id) = suggestion {
            items.push(json!({ "card": card, "outcome": "accepted", "acceptedSuggestions": [{ "id": id }], "outcomeTimestamp": at }));
        }
        let path = format!("/{}/feedback", called.service);
        for item in items {
            let outcome = item.get("outcome").cloned().unwrap_or_default();
            let Ok(answer) = probe.post(&path, &json!({ "feedback": [item] }), &Pass::Own) else { continue };
            if [404, 405, 501].contains(&answer.status) {
                tally.skip(&FEEDBACK, format!("{}: takes no feedback, which it need not", called.service));
                return;
            }
            if !answer.text.is_empty() {
                look_at_headers(&format!("feedback of {}", called.service), &answer, tally);
            }
            tally.judge(&FEEDBACK, answer.is_success(), || {
                format!("{}: answered {} to a card that was {outcome}", called.service, answer.status)
            });
        }
        preflight(probe, &path, "POST", tally);
        for wrong in [json!({ "feedback": "all fine" }), json!({ "feedback": [{ "card": card }] })] {
            if let Ok(answer) = probe.post(&path, &wrong, &Pass::Own) {
                tally.judge(&FEEDBACK_INVALID, answer.is_refusal(), || {
                    format!("{}: answered {} to {wrong}", called.service, answer.status)
                });
            }
        }
    }
}
