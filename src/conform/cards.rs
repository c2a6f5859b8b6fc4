//! The shape of an answer: cards, suggestions, actions, links.

use std::collections::BTreeSet;

use reqwest::Url;
use serde_json::Value;

use super::Tally;
use super::catalogue::{
    ACTION_DESCRIPTION, ACTION_RESOURCE, ACTION_RESOURCE_ID, ACTION_TYPE, APP_CONTEXT, CARD_DETAIL, CARD_INDICATOR,
    CARD_SOURCE, CARD_SOURCE_URL, CARD_SUMMARY, CARD_TOPIC, CARD_UUID, EXTENSION_RESPONSE, LINK, LINK_TYPE,
    NOTHING_EMPTY, OVERRIDE_REASONS, RECOMMENDED_ONE, SELECTION_BEHAVIOR, SELECTION_VALUE, SUGGESTION_LABEL,
    SUGGESTION_UUID, SYSTEM_ACTIONS,
};
use crate::hooks::response::LONGEST_SUMMARY;

/// Looks at the body of a 200.
pub(super) fn check(what: &str, body: &Value, tally: &mut Tally) {
    nothing_empty(what, body, &["/cards"], tally);
    extensions(what, body, "", tally);
    let mut ids = BTreeSet::new();
    for (place, card) in list(body, "cards").enumerate() {
        let at = format!("{what}: `/cards/{place}`");
        card_itself(&at, card, tally);
        if let Some(id) = card.get("uuid") {
            let is_new = id.as_str().is_some_and(|id| !id.is_empty() && ids.insert(id.to_owned()));
            tally.judge(&CARD_UUID, is_new, || format!("{at}: `uuid` is no text, or that of another card"));
        }
        suggestions(&at, card, tally);
        for link in list(card, "links") {
            link_itself(&at, link, tally);
        }
    }
    if let Some(actions) = body.get("systemActions") {
        tally.judge(&SYSTEM_ACTIONS, actions.is_array(), || format!("{what}: `/systemActions` is no array"));
        for action in actions.as_array().into_iter().flatten() {
            action_itself(&format!("{what}: `/systemActions`"), action, tally);
        }
    }
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn is_absolute(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Url::parse(text).is_ok_and(|url| url.has_host()))
}

fn card_itself(at: &str, card: &Value, tally: &mut Tally) {
    let summary = text(card, "summary").map(|summary| summary.chars().count());
    tally.judge(&CARD_SUMMARY, summary.is_some_and(|length| length <= LONGEST_SUMMARY), || match summary {
        Some(length) => format!("{at}: `summary` has {length} characters"),
        None => format!("{at}: has no `summary`"),
    });
    if let Some(detail) = card.get("detail") {
        tally.judge(&CARD_DETAIL, detail.is_string(), || format!("{at}: `detail` is no text"));
    }
    let indicator = card.get("indicator");
    let is_known =
        indicator.and_then(Value::as_str).is_some_and(|word| ["info", "warning", "critical"].contains(&word));
    tally.judge(&CARD_INDICATOR, is_known, || match indicator {
        Some(other) => format!("{at}: `indicator` is {other}"),
        None => format!("{at}: has no `indicator`"),
    });
    let source = card.get("source").unwrap_or(&Value::Null);
    tally.judge(&CARD_SOURCE, text(source, "label").is_some(), || format!("{at}: has no `source.label`"));
    for name in ["url", "icon"] {
        if let Some(url) = source.get(name) {
            tally.judge(&CARD_SOURCE_URL, is_absolute(url), || format!("{at}: `source.{name}` is {url}"));
        }
    }
    if let Some(topic) = source.get("topic") {
        let is_coding = text(topic, "code").is_some() && text(topic, "system").is_some();
        tally.judge(&CARD_TOPIC, is_coding, || format!("{at}: `source.topic` lacks `code` or `system`"));
    }
    for reason in list(card, "overrideReasons") {
        let lacking = ["code", "system", "display"].into_iter().find(|name| text(reason, name).is_none());
        tally.judge(&OVERRIDE_REASONS, lacking.is_none(), || {
            format!("{at}: a reason of `overrideReasons` has no `{}`", lacking.unwrap_or_default())
        });
    }
}

fn suggestions(at: &str, card: &Value, tally: &mut Tally) {
    let behavior = card.get("selectionBehavior");
    if list(card, "suggestions").next().is_some() {
        tally.judge(&SELECTION_BEHAVIOR, behavior.is_some(), || {
            format!("{at}: has suggestions, but no `selectionBehavior`")
        });
    }
    if let Some(behavior) = behavior {
        let is_known = behavior.as_str().is_some_and(|word| ["at-most-one", "any"].contains(&word));
        tally.judge(&SELECTION_VALUE, is_known, || format!("{at}: `selectionBehavior` is {behavior}"));
    }
    let is_recommended = |suggestion: &&Value| suggestion.get("isRecommended") == Some(&Value::Bool(true));
    let recommended = list(card, "suggestions").filter(is_recommended).count();
    if recommended > 0 {
        let is_any = behavior.and_then(Value::as_str) == Some("any");
        tally.judge(&RECOMMENDED_ONE, recommended == 1 || is_any, || {
            format!("{at}: {recommended} suggestions are recommended, and at most one may be taken")
        });
    }
    let mut ids = BTreeSet::new();
    for suggestion in list(card, "suggestions") {
        tally.judge(&SUGGESTION_LABEL, text(suggestion, "label").is_some(), || {
            format!("{at}: a suggestion has no `label`")
        });
        if let Some(id) = suggestion.get("uuid") {
            let is_new = id.as_str().is_some_and(|id| !id.is_empty() && ids.insert(id.to_owned()));
            tally.judge(&SUGGESTION_UUID, is_new, || {
                format!("{at}: the `uuid` of a suggestion is no text, or that of another")
            });
        }
        for action in list(suggestion, "actions") {
            action_itself(at, action, tally);
        }
    }
}

fn action_itself(at: &str, action: &Value, tally: &mut Tally) {
    let kind = text(action, "type");
    let is_known = kind.is_some_and(|kind| ["create", "update", "delete"].contains(&kind));
    tally.judge(&ACTION_TYPE, is_known, || format!("{at}: an action is of type {}", kind.unwrap_or("none")));
    tally.judge(&ACTION_DESCRIPTION, text(action, "description").is_some(), || {
        format!("{at}: an action has no `description`")
    });
    let resource = action.get("resource");
    match kind {
        Some("delete") => {
            let is_relative = text(action, "resourceId")
                .is_some_and(|id| id.split_once('/').is_some_and(|(of, id)| !of.is_empty() && !id.is_empty()));
            tally.judge(&ACTION_RESOURCE_ID, is_relative, || {
                format!("{at}: a `delete` has no `resourceId` such as `ServiceRequest/a`")
            });
        }
        Some("create" | "update") => {
            let is_resource = resource.and_then(|resource| text(resource, "resourceType")).is_some();
            let has_id = resource.and_then(|resource| text(resource, "id")).is_some();
            let is_whole = is_resource && (has_id || kind == Some("create"));
            tally.judge(&ACTION_RESOURCE, is_whole, || {
                format!("{at}: a `{}` has no whole FHIR resource as `resource`", kind.unwrap_or_default())
            });
        }
        _ => {}
    }
}

fn link_itself(at: &str, link: &Value, tally: &mut Tally) {
    let lacking = ["label", "url", "type"].into_iter().find(|name| text(link, name).is_none());
    tally.judge(&LINK, lacking.is_none(), || format!("{at}: a link has no `{}`", lacking.unwrap_or_default()));
    let kind = text(link, "type").unwrap_or_default();
    let is_right = match kind {
        "absolute" | "smart" => link.get("url").is_some_and(is_absolute),
        _ => false,
    };
    tally.judge(&LINK_TYPE, is_right, || {
        format!("{at}: a link is of type `{kind}` with the address {}", link.get("url").unwrap_or(&Value::Null))
    });
    if let Some(context) = link.get("appContext") {
        tally.judge(&APP_CONTEXT, kind == "smart" && context.is_string(), || {
            format!("{at}: a link of type `{kind}` has an `appContext`")
        });
    }
}

/// Whether nothing in a document is null or empty, but what may be. Each document is one look.
pub(super) fn nothing_empty(what: &str, document: &Value, allowed: &[&str], tally: &mut Tally) {
    let mut empty = Vec::new();
    find_empty(document, String::new(), allowed, &mut empty);
    tally.judge(&NOTHING_EMPTY, empty.is_empty(), || format!("{what}: `{}` is null or empty", empty.join("`, `")));
}

fn find_empty(value: &Value, at: String, allowed: &[&str], found: &mut Vec<String>) {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    if is_empty && !allowed.contains(&at.as_str()) {
        found.push(at);
        return;
    }
    match value {
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                find_empty(item, format!("{at}/{place}"), allowed, found);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                // FHIR has null where a list of primitives has nothing but an extension.
                if !name.starts_with('_') {
                    find_empty(member, format!("{at}/{name}"), allowed, found);
                }
            }
        }
        _ => {}
    }
}

/// Every `extension` outside of FHIR resources, where they are lists.
fn extensions(what: &str, value: &Value, at: &str, tally: &mut Tally) {
    match value {
        Value::Object(members) if !members.contains_key("resourceType") => {
            for (name, member) in members {
                if name == "extension" {
                    tally.judge(&EXTENSION_RESPONSE, member.is_object(), || {
                        format!("{what}: `{at}/extension` is no object")
                    });
                } else {
                    extensions(what, member, &format!("{at}/{name}"), tally);
                }
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                extensions(what, item, &format!("{at}/{place}"), tally);
            }
        }
        _ => {}
    }
}
