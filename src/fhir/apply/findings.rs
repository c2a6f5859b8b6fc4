//! What a rule came to, as the parameters of a `Parameters` resource: the evaluation of a card in other words.

use serde_json::{Map, Value, json};

use crate::fhir::artifacts::text_of;
use crate::fhir::terminology::parameter;

/// The parameters of an evaluation: its verdict, the tree of its criteria with evidence and gaps, what is local, what judged.
pub(super) fn parameters(evaluation: &Value, hook: &str, indicator: Option<&str>) -> Vec<Value> {
    let mut all = vec![
        parameter("verdict", "Code", text_of(evaluation, "verdict")),
        parameter("asOf", "DateTime", text_of(evaluation, "asOf")),
        parameter("hook", "Code", hook),
    ];
    all.extend(indicator.map(|indicator| parameter("indicator", "Code", indicator)));
    all.extend(evaluation.get("criteria").and_then(criteria));
    all.extend(list(evaluation, "gaps").iter().map(gap));
    all.extend(list(evaluation, "localPolicy").iter().map(local));
    let nowhere = list(evaluation, "heldNowhere").iter().filter_map(Value::as_str);
    all.extend(nowhere.map(|source| parameter("heldNowhere", "Code", source)));
    if let Some(software) = evaluation.get("software").and_then(Value::as_object) {
        let parts = software.iter().filter_map(|(name, text)| Some(parameter(name, "String", text.as_str()?)));
        all.push(json!({ "name": "software", "part": parts.collect::<Vec<_>>() }));
    }
    all
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A part of the tree: `all`, `any` or `unless` with their parts, or a `criterion`. One without parts says nothing.
fn criteria(tree: &Value) -> Option<Value> {
    for name in ["all", "any"] {
        if tree.get(name).is_some() {
            let parts: Vec<Value> = list(tree, name).iter().filter_map(criteria).collect();
            return (!parts.is_empty()).then(|| json!({ "name": name, "part": parts }));
        }
    }
    if let Some(part) = tree.get("unless") {
        return criteria(part).map(|part| json!({ "name": "unless", "part": [part] }));
    }
    let mut parts =
        vec![parameter("id", "Code", text_of(tree, "id")), parameter("verdict", "Code", text_of(tree, "verdict"))];
    let shown = text_of(tree, "shown");
    parts.extend((!shown.is_empty()).then(|| parameter("shown", "Code", shown)));
    parts.extend((tree.get("aside") == Some(&json!(true))).then(|| parameter("aside", "Boolean", true)));
    parts.extend(list(tree, "evidence").iter().map(evidence));
    parts.extend(list(tree, "gaps").iter().map(gap));
    Some(json!({ "name": "criterion", "part": parts }))
}

fn evidence(of: &Value) -> Value {
    let mut parts = Vec::new();
    let what = text_of(of, "what");
    parts.extend(
        reference(text_of(of, "reference"), what).map(|to| json!({ "name": "reference", "valueReference": to })),
    );
    parts.extend((!what.is_empty()).then(|| parameter("what", "String", what)));
    let mut period = Map::new();
    for name in ["start", "end"] {
        period.extend(of.get(name).map(|day| (name.to_owned(), day.clone())));
    }
    if !period.is_empty() {
        parts.push(json!({ "name": "period", "valuePeriod": period }));
    }
    json!({ "name": "evidence", "part": parts })
}

fn gap(of: &Value) -> Value {
    let mut parts =
        vec![parameter("kind", "Code", text_of(of, "kind")), parameter("source", "Code", text_of(of, "source"))];
    let to = reference(text_of(of, "reference"), "");
    parts.extend(to.map(|to| json!({ "name": "reference", "valueReference": to })));
    json!({ "name": "gap", "part": parts })
}

fn local(of: &Value) -> Value {
    let number = |name: &str| of.get(name).cloned().unwrap_or_default();
    json!({ "name": "localPolicy", "part": [
        parameter("number", "Code", text_of(of, "number")),
        parameter("value", "Decimal", number("value")),
        parameter("default", "Decimal", number("default")),
        parameter("citation", "String", text_of(of, "citation")),
    ] })
}

/// A reference; `None` when it is none: what has no id stands as a place in the request.
pub(super) fn reference(text: &str, display: &str) -> Option<Value> {
    let (kind, id) = text.rsplit_once('/')?;
    let is_kind = kind.rsplit('/').next().is_some_and(|kind| {
        kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphabetic())
    });
    if !is_kind || !cellwise_record::is_id(id) {
        return None;
    }
    Some(if display.is_empty() {
        json!({ "reference": text })
    } else {
        json!({ "reference": text, "display": display })
    })
}

/// Every reference that is evidence somewhere in the tree, each once, in its order.
pub(super) fn references(tree: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    walk(tree, &mut found);
    found
}

fn walk(tree: &Value, found: &mut Vec<Value>) {
    for of in list(tree, "evidence") {
        if let Some(to) = reference(text_of(of, "reference"), text_of(of, "what"))
            && !found.iter().any(|known: &Value| known.get("reference") == to.get("reference"))
        {
            found.push(to);
        }
    }
    for name in ["all", "any"] {
        for part in list(tree, name) {
            walk(part, found);
        }
    }
    if let Some(part) = tree.get("unless") {
        walk(part, found);
    }
}
