//! What differs between two configurations, in words: a line for each change, what judges patients first.

use std::collections::{BTreeMap, BTreeSet};

use super::Config;
use super::settings::{described, shown};
use crate::client::{Callers, Client, KeySource};
use crate::http::Settings;
use crate::knowledge::Knowledge;
use crate::texts::Place;
use cellwise_clinic::policy::{LocalNumber, Policy, SwitchedOff};
use cellwise_clinic::{Language, Message, Number, numbers, rules};
use cellwise_record::terminology::mapping::Row;

/// Codes that are named of each idea; the rest is counted.
const MOST_CODES: usize = 5;

/// What changes for patients.
#[must_use]
pub fn clinical_changes(old: &Config, new: &Config, knowledge: &Knowledge) -> Vec<String> {
    let mut lines = numbers_changed(&old.policy, &new.policy, knowledge);
    let title = |id: &str| format!("rule `{id}` ({})", title(id, knowledge));
    lines.extend(switched(&old.policy.rules_off, &new.policy.rules_off, title));
    lines.extend(switched(&old.policy.services_off, &new.policy.services_off, |id| format!("service `{id}`")));
    let (before, now) = (&old.policy.treating, &new.policy.treating);
    lines.extend(names("department", &before.departments, &now.departments));
    lines.extend(names("organisation", &before.organisations, &now.organisations));
    lines.extend(codes_changed(old, new, knowledge));
    lines
}

/// What changes for those who call, and for the server itself.
#[must_use]
pub fn server_changes(old: &Settings, new: &Settings) -> Vec<String> {
    let mut lines = Vec::new();
    let (before, now) = (by_id(&old.callers), by_id(&new.callers));
    for (id, client) in &before {
        match now.get(id) {
            None => lines.push(format!("client `{id}` may no longer call")),
            Some(other) => lines.extend(client_changed(client, other)),
        }
    }
    for (id, client) in now.iter().filter(|(id, _)| !before.contains_key(*id)) {
        lines.push(format!("client `{id}` may call: {}", described(client)));
    }
    match (old.callers.are_listed(), new.callers.are_listed()) {
        (true, false) => lines.push("nobody is authenticated any more: anybody may call".to_owned()),
        (false, true) => lines.push("only listed clients may call, each with its own tokens".to_owned()),
        _ => {}
    }
    let before: BTreeMap<&str, String> = shown(old).into_iter().collect();
    let now: BTreeMap<&str, String> = shown(new).into_iter().collect();
    let all: BTreeSet<&&str> = before.keys().chain(now.keys()).collect();
    for name in all {
        let of = |side: &BTreeMap<&str, String>| match side.get(*name).map(String::as_str) {
            None | Some("") => "not set".to_owned(),
            Some(value) => value.to_owned(),
        };
        let (before, now) = (of(&before), of(&now));
        if before != now {
            lines.push(format!("setting {name}: {before} → {now}"));
        } else if *name == "fetch.authorities" && old.fetch.authorities != new.fetch.authorities {
            lines.push(format!("setting {name}: other certificates"));
        }
    }
    lines
}

fn by_id(callers: &Callers) -> BTreeMap<&str, &Client> {
    callers.all().iter().map(|client| (client.id.as_str(), client)).collect()
}

fn client_changed(old: &Client, new: &Client) -> Option<String> {
    let (before, now) = (described(old), described(new));
    let parts = |text: &str| text.split("; ").map(str::to_owned).collect::<Vec<_>>();
    let (before, now) = (parts(&before), parts(&now));
    let of_one = |one: &[String], other: &[String]| {
        one.iter().filter(|part| !other.contains(part)).cloned().collect::<Vec<_>>().join("; ")
    };
    let (gone, come) = (of_one(&before, &now), of_one(&now, &before));
    let mut told = Vec::new();
    if !gone.is_empty() {
        told.push(format!("no longer {gone}"));
    }
    if !come.is_empty() {
        told.push(format!("now {come}"));
    }
    if let (Some(KeySource::Static(before)), Some(KeySource::Static(now))) = (keys(old), keys(new))
        && before != now
    {
        told.push("other public keys in its file".to_owned());
    }
    (!told.is_empty()).then(|| format!("client `{}`: {}", new.id, told.join("; ")))
}

fn keys(client: &Client) -> Option<&KeySource> {
    client.trust.as_ref().map(|trust| &trust.keys)
}

fn numbers_changed(old: &Policy, new: &Policy, knowledge: &Knowledge) -> Vec<String> {
    let value = |policy: &Policy, number: &Number| {
        knowledge.texts.measure(Language::ENGLISH, policy.value(number), number.unit)
    };
    let line = |number: &&'static Number| {
        let (before, now) = (value(old, number), value(new, number));
        let (was, is) = (old.of(number), new.of(number));
        let why = |local: Option<&LocalNumber>| match local {
            Some(local) => format!("local policy: {}", local.citation),
            None => format!("the standard: {}", number.citation),
        };
        let what = if before != now {
            format!("{before} → {now} ({})", why(is))
        } else if why(was) != why(is) {
            format!("stays {now} ({}; before, {})", why(is), why(was))
        } else {
            return None;
        };
        let resting = rules::ALL.iter().filter(|rule| rule.numbers.contains(number) && new.rule_off(rule.id).is_none());
        let resting: Vec<&str> = resting.map(|rule| rule.id).collect();
        let resting = if resting.is_empty() { "no rule that is on".to_owned() } else { resting.join(", ") };
        Some(format!("number `{}`: {what}; for {resting}", number.id))
    };
    numbers::ALL.iter().filter_map(line).collect()
}

/// What a rule is called.
fn title(id: &str, knowledge: &Knowledge) -> String {
    let say =
        |id| knowledge.texts.say(id, Language::ENGLISH, &Policy::default(), Place::Summary, &Message::new("title"));
    rules::ALL.iter().find(|rule| rule.id == id).map(|rule| say(rule.id)).unwrap_or_default()
}

fn switched(old: &[SwitchedOff], new: &[SwitchedOff], named: impl Fn(&str) -> String) -> Vec<String> {
    let reason = |all: &[SwitchedOff], id: &str| all.iter().find(|off| off.id == id).map(|off| off.reason.clone());
    let ids: BTreeSet<&str> = old.iter().chain(new).map(|off| off.id.as_str()).collect();
    let line = |id: &str| match (reason(old, id), reason(new, id)) {
        (None, Some(reason)) => Some(format!("{} is switched off: {reason}", named(id))),
        (Some(reason), None) => Some(format!("{} is switched on again; it was off: {reason}", named(id))),
        (Some(before), Some(now)) if before != now => {
            Some(format!("{} stays switched off: {now}; before: {before}", named(id)))
        }
        _ => None,
    };
    ids.into_iter().filter_map(line).collect()
}

fn names(kind: &str, old: &[String], new: &[String]) -> Vec<String> {
    let come = new.iter().filter(|name| !old.contains(name)).map(|name| format!("{kind} `{name}` treats with cells"));
    let gone = old.iter().filter(|name| !new.contains(name)).map(|name| format!("{kind} `{name}` no longer does"));
    come.chain(gone).collect()
}

/// The hospital's codes that count.
fn rows(config: &Config) -> BTreeMap<(&str, &str), &Row> {
    config.mapping.rows().map(|row| ((row.source.system.as_str(), row.source.code.as_str()), row)).collect()
}

fn codes_changed(old: &Config, new: &Config, knowledge: &Knowledge) -> Vec<String> {
    let (before, now) = (rows(old), rows(new));
    let mut changes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note = |change: &str, row: &Row| {
        let ideas = knowledge.terminology.ideas(&row.target);
        let ideas = if ideas.is_empty() { "what no rule asks about".to_owned() } else { ideas.join(", ") };
        let words = if row.display.is_empty() { String::new() } else { format!(" {}", row.display) };
        changes
            .entry(format!("{change} {ideas}"))
            .or_default()
            .push(format!("{}{words}, as {}", row.source, row.target));
    };
    for (code, row) in &now {
        match before.get(code) {
            None => note("codes added to", row),
            Some(other) if other.target.to_string() != row.target.to_string() => note("codes that are now of", row),
            Some(_) => {}
        }
    }
    for row in before.iter().filter(|(code, _)| !now.contains_key(*code)).map(|(_, row)| row) {
        note("codes taken out of", row);
    }
    let line = |(change, codes): (String, Vec<String>)| {
        let more = codes.len().saturating_sub(MOST_CODES);
        let shown: Vec<String> = codes.into_iter().take(MOST_CODES).collect();
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        format!("{change}: {}{more}", shown.join("; "))
    };
    changes.into_iter().map(line).collect()
}
