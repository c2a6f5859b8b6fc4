//! The Library of a rule: what it takes, what it gives, which data and value sets it reads, and the numbers it rests on.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CANONICAL, data_requirements, hooks, pascal, profile_id, topics, version};
use crate::engine::Engine;
use crate::generate::title;
use cellwise_clinic::{Hook, Language, Rule};

pub(super) fn library(engine: &Engine, rule: &'static Rule) -> Value {
    let title = title(engine, rule);
    json!({
        "resourceType": "Library",
        "id": rule.id,
        "url": format!("{CANONICAL}/Library/{}", rule.id),
        "version": version(rule),
        "name": format!("{}Logic", pascal(rule.id)),
        "title": format!("{title}: what it takes and gives"),
        "status": "active",
        "experimental": false,
        "type": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/library-type",
            "code": "logic-library",
            "display": "Logic Library",
        }] },
        "date": rule.reviewed,
        "publisher": "cellwise",
        "description": description(engine, rule),
        "approvalDate": rule.reviewed,
        "lastReviewDate": rule.reviewed,
        "topic": topics(rule),
        "relatedArtifact": depends_on(rule),
        "parameter": parameters(&hooks(engine, rule)),
        "dataRequirement": data_requirements(rule),
    })
}

/// The numbers with their standard values. What a hospital decided instead stands in each evaluation.
fn description(engine: &Engine, rule: &Rule) -> String {
    let mut text = "The logic is compiled into cellwise: `PlanDefinition/$apply` of a server runs it.".to_owned();
    if !rule.numbers.is_empty() {
        text.push_str(" It rests on these numbers, which a hospital may change:\n\n");
    }
    for number in rule.numbers {
        let value = engine.knowledge().texts.measure(Language::ENGLISH, number.default, number.unit);
        let _ = writeln!(text, "- `{}`: {value} ({})", number.id, number.citation);
    }
    text.trim_end().to_owned()
}

fn depends_on(rule: &Rule) -> Vec<Value> {
    let mut types: Vec<&str> = rule.needs.iter().map(|source| source.resource_type()).collect();
    types.dedup();
    let profiles = types.into_iter().map(|kind| format!("{CANONICAL}/StructureDefinition/{}", profile_id(kind)));
    let sets = rule.observations.iter().map(|set| format!("{CANONICAL}/ValueSet/{}", set.name()));
    profiles.chain(sets).map(|url| json!({ "type": "depends-on", "resource": url })).collect()
}

/// What `$apply` takes as `parameters`, and what its answer has.
fn parameters(hooks: &[String]) -> Vec<Value> {
    let given = |name: &str, most: &str, kind: &str, what: &str| json!({ "name": name, "use": "in", "min": 0, "max": most, "type": kind, "documentation": what });
    let is_on = |fits: fn(Hook) -> bool| hooks.iter().filter_map(|hook| Hook::from_name(hook)).any(fits);
    let mut all = vec![given("hook", "1", "code", &format!("The hook on which it is asked: {}.", hooks.join(", ")))];
    if is_on(|hook| matches!(hook, Hook::OrderSelect | Hook::OrderSign)) {
        all.push(given("draftOrders", "1", "Bundle", "The draft orders, on a hook of orders."));
        all.push(given("selections", "*", "string", "The drafts that are picked, on order-select: `Type/id`."));
    }
    if is_on(|hook| hook == Hook::OrderDispatch) {
        let orders = "The orders that are sent on, on order-dispatch: `Type/id`. They are looked for in the data.";
        all.push(given("dispatchedOrders", "*", "string", orders));
        all.push(given("performer", "1", "string", "Whom they are sent to, on order-dispatch: `Type/id`."));
    }
    if is_on(|hook| hook == Hook::AppointmentBook) {
        all.push(given("appointments", "1", "Bundle", "The appointments, on appointment-book."));
    }
    all.push(given(
        "dataIsComplete",
        "1",
        "boolean",
        "Whether `data` is all there is of the record. Else what it has none of counts as not sent.",
    ));
    all.push(given("asOf", "1", "dateTime", "The instant to judge at, where the server lets a call name one."));
    all.push(json!({
        "name": "verdict", "use": "out", "min": 1, "max": "1", "type": "code",
        "documentation": "met, not-met or unknown. Unknown is never no.",
    }));
    all
}
