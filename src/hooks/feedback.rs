//! Feedback: what users did with cards (CDS Hooks 2.0.1, "Feedback"), in the shapes that real clients send.

use jiff::Timestamp;
use serde_json::Value;

use crate::call::Problem;

/// The longest code system or code of an override reason, in bytes: a longer one is none.
const LONGEST_CODE: usize = 200;
/// The longest comment that is looked at, in characters.
const LONGEST_COMMENT: usize = 2000;

/// What a user did with a card.
#[derive(Clone, PartialEq, Eq)]
pub struct Feedback {
    /// The card, as the client names it.
    pub card: String,
    /// Accepted, rather than overridden.
    pub is_accepted: bool,
    /// When.
    pub at: Timestamp,
    /// Why it was overridden: code system and code.
    pub reasons: Vec<(String, String)>,
    /// What the user wrote.
    pub comment: Option<String>,
}

/// Reads a body that follows the schema.
///
/// # Errors
/// An instant that is none, although it looks like one.
pub(crate) fn read(body: &Value) -> Result<Vec<Feedback>, Vec<Problem>> {
    let items = body.get("feedback").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut problems = Vec::new();
    let mut read = Vec::new();
    for (place, item) in items.iter().enumerate() {
        match one(item) {
            Some(feedback) => read.push(feedback),
            None => problems.push(Problem {
                pointer: format!("/feedback/{place}/outcomeTimestamp"),
                message: "expected an RFC 3339 date and time with an offset".to_owned(),
            }),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(problems) }
}

fn one(item: &Value) -> Option<Feedback> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let at: Timestamp = text("outcomeTimestamp").parse().ok()?;
    // Epic names them in the plural, and sends one or a list.
    let given = ["overrideReason", "overrideReasons"].into_iter().filter_map(|name| item.get(name));
    let given: Vec<&Value> =
        given.flat_map(|given| given.as_array().map_or(std::slice::from_ref(given), Vec::as_slice)).collect();
    let comments: Vec<&str> =
        given.iter().filter_map(|reason| reason.get("userComment")?.as_str()).filter(|text| !text.is_empty()).collect();
    Some(Feedback {
        card: text("card").to_owned(),
        is_accepted: text("outcome") == "accepted",
        at,
        reasons: given.iter().filter_map(|reason| coding(reason.get("reason")?)).collect(),
        comment: (!comments.is_empty()).then(|| comments.join("\n").chars().take(LONGEST_COMMENT).collect()),
    })
}

/// Code system and code. What is too long for either, or has characters that neither has, is not a code but text.
fn coding(reason: &Value) -> Option<(String, String)> {
    let part = |name: &str| reason.get(name).and_then(Value::as_str).unwrap_or_default();
    let (system, code) = (part("system"), part("code"));
    let is_short = |text: &str| text.len() <= LONGEST_CODE && !text.chars().any(char::is_control);
    (!code.is_empty() && is_short(system) && is_short(code)).then(|| (system.to_owned(), code.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reasons_and_comments_are_read_in_each_shape() {
        let item = |more: Value| {
            let mut item =
                json!({ "card": "c", "outcome": "overridden", "outcomeTimestamp": "2026-11-02T09:00:00+01:00" });
            item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(&json!({ "feedback": [item] })).unwrap_or_default().remove(0)
        };
        let reason = |code: &str| json!({ "reason": { "system": "s", "code": code }, "userComment": code });
        for (more, codes, comment) in [
            (json!({}), vec![], None),
            (json!({ "overrideReason": reason("a") }), vec!["a"], Some("a")),
            (json!({ "overrideReasons": reason("a") }), vec!["a"], Some("a")),
            (json!({ "overrideReasons": [reason("a"), reason("b")] }), vec!["a", "b"], Some("a\nb")),
            (json!({ "overrideReason": { "userComment": "" } }), vec![], None),
            (json!({ "overrideReason": { "reason": { "code": "a\u{0}" } } }), vec![], None),
            (json!({ "overrideReason": { "reason": { "code": "a".repeat(201) } } }), vec![], None),
        ] {
            let read = item(more.clone());
            let found: Vec<&str> = read.reasons.iter().map(|(_, code)| code.as_str()).collect();
            assert_eq!((found, read.comment.as_deref()), (codes, comment), "{more}");
            assert_eq!((read.is_accepted, read.at.to_string().as_str()), (false, "2026-11-02T08:00:00Z"));
        }
    }

    #[test]
    fn an_instant_that_is_none_is_told_with_its_place() {
        let item = |at: &str| json!({ "card": "c", "outcome": "overridden", "outcomeTimestamp": at });
        let body = json!({ "feedback": [item("2026-11-02T09:00:00Z"), item("2026-02-30T09:00:00Z")] });
        let Err(problems) = read(&body) else { panic!("there is no 30 February") };
        assert_eq!(
            problems.iter().map(|problem| problem.pointer.as_str()).collect::<Vec<_>>(),
            ["/feedback/1/outcomeTimestamp"]
        );
    }
}
