//! One situation, one card: what several rules say in it comes together, and nothing that a rule says alone is lost.

#![cfg(test)]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::suite::Suite;
use cellwise::texts::Place;
use cellwise_clinic::situations::{self, Part};
use cellwise_clinic::{Language, Message, rules};
use cellwise_record::AsOf;
use serde_json::Value;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> =
    LazyLock::new(|| Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap());

fn judged(case: &Case) -> Option<Judged<'static>> {
    let service = ENGINE.knowledge().service(&case.file.service)?;
    let body = SUITE.call(case).unwrap().request(&service.prefetch).to_string();
    let as_of = AsOf::parse(&case.file.as_of).unwrap();
    let settings = CallSettings { language: case.file.language, as_of, accept_as_of: true };
    ENGINE.judge(&service.id, body.as_bytes(), &settings).ok()
}

/// A text without what only lays it out, so that a row reads the same in a table and in a line.
fn bare(text: &str) -> String {
    let words = text.replace(['|', '–', '*', ':'], " ");
    words.split_whitespace().filter(|word| *word != "-").collect::<Vec<_>>().join(" ")
}

/// What must stand on the joined card for a line of the card that a rule would have alone.
fn pieces(line: &str, language: Language) -> Vec<String> {
    let said = |id: &str| {
        let policy = ENGINE.policy();
        ENGINE.knowledge().texts.say_id("common", language, policy, id, &[("rows", String::new())])
    };
    let [head, source, absent] = ["column-criterion", "source-line", "not-on-record"].map(said);
    if line.starts_with("|---") || line.starts_with(&format!("| {head} |")) {
        return Vec::new();
    }
    if let Some(sources) = line.strip_prefix(&format!("{source}: ")) {
        // Of several rules each has its leading source there.
        return sources.split("; ").take(1).map(|first| bare(first.split(". ").next().unwrap_or(first))).collect();
    }
    if let Some(list) = line.strip_prefix(&format!("- {absent}")) {
        return list.split("; ").map(bare).collect();
    }
    match line.split(" | ").collect::<Vec<_>>()[..] {
        // The same entry of the record is shown once, whatever each rule asks of it.
        [_, "✓" | "?", evidence] => vec![bare(evidence)],
        _ => vec![bare(line)],
    }
}

#[test]
fn nothing_that_a_rule_says_alone_is_lost() {
    let mut problems = Vec::new();
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for case in &SUITE.cases {
        let Some(judged) = judged(case) else { continue };
        let language = case.file.language;
        let joined: Vec<Vec<Part<'_>>> =
            judged.evaluation.cards().into_iter().filter(|parts| parts.len() > 1).collect();
        if joined.is_empty() {
            continue;
        }
        let Ok(response) = ENGINE.respond(&judged, language) else { continue };
        let response = serde_json::to_value(&response).unwrap();
        let writer = ENGINE.writer(&judged, language);
        for parts in joined {
            let leader = parts[0].rule();
            let card = response["cards"]
                .as_array()
                .unwrap()
                .iter()
                .find(|card| card["source"]["topic"]["code"] == leader.topic);
            let card = card.unwrap_or_else(|| panic!("{}: no card of {}", case.id(), leader.id));
            let text = bare(&format!("{}\n{}", card["summary"].as_str().unwrap(), card["detail"].as_str().unwrap()));
            for part in &parts {
                let rule = part.rule().id;
                seen.insert((leader.id, rule));
                let summary = writer.headline(part.rule(), part.facts);
                let detail = writer.detail_alone(&judged.evaluation, *part);
                let mut wanted: Vec<String> = detail.lines().flat_map(|line| pieces(line, language)).collect();
                if rule != leader.id {
                    wanted.push(bare(&summary));
                }
                let lost = wanted.iter().filter(|piece| !text.contains(piece.as_str()));
                problems.extend(lost.map(|piece| format!("{}: {rule} alone says: {piece}", case.id())));
                problems
                    .extend(lost_buttons(card, part, language).map(|lost| format!("{}: {rule}: {lost}", case.id())));
            }
            let evaluation = &card["extension"]["dev.cellwise.evaluation"];
            let others = evaluation["joined"].as_array().unwrap();
            let named: Vec<&str> =
                std::iter::once(evaluation).chain(others).filter_map(|of| of["rule"].as_str()).collect();
            assert_eq!(named, parts.iter().map(|part| part.rule().id).collect::<Vec<_>>(), "{}", case.id());
            assert_eq!(card["indicator"], serde_json::to_value(parts[0].facts.indicator).unwrap(), "{}", case.id());
            assert!(parts.iter().all(|part| parts[0].facts.indicator <= part.facts.indicator), "{}", case.id());
        }
    }
    assert!(seen.len() > 10, "only these were seen together: {seen:?}");
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// The suggestions and override reasons of a rule that its joined card has not.
fn lost_buttons(card: &Value, part: &Part<'_>, language: Language) -> impl Iterator<Item = String> {
    let texts = &ENGINE.knowledge().texts;
    let rule = part.rule();
    let say = |message: &Message| texts.say(rule.id, language, ENGINE.policy(), Place::Summary, message);
    let proposed: Vec<String> = part.facts.suggestions.iter().map(|of| say(&of.label)).collect();
    let reasons = part.facts.override_reasons.unwrap_or(rule.override_reasons);
    let codes: BTreeSet<&str> =
        card["overrideReasons"].as_array().into_iter().flatten().filter_map(|of| of["code"].as_str()).collect();
    let missing: Vec<String> =
        reasons.iter().filter(|reason| !codes.contains(**reason)).map(|of| (*of).to_owned()).collect();
    let has_some = card["suggestions"].as_array().is_some_and(|some| !some.is_empty());
    let without = (!proposed.is_empty() && !has_some).then(|| format!("none of {proposed:?} is suggested"));
    missing.into_iter().map(|reason| format!("can't be overridden for {reason}")).chain(without)
}

#[test]
fn a_rule_stands_in_one_situation_at_most() {
    let mut seen = BTreeSet::new();
    for situation in situations::ALL {
        assert!(situation.rules.len() > 1, "{}: nothing to join", situation.id);
        for rule in situation.rules {
            assert!(rules::ALL.iter().any(|known| known.id == rule.id), "{}", rule.id);
            assert!(seen.insert(rule.id), "{} stands in two situations", rule.id);
            let together = ENGINE.knowledge().services.iter().flat_map(|service| service.hooks.values()).any(|asked| {
                let others = situation.rules.iter().filter(|other| other.id != rule.id);
                asked.iter().any(|of| of.id == rule.id)
                    && others.into_iter().any(|other| asked.iter().any(|of| of.id == other.id))
            });
            assert!(together, "{} is never asked together with another rule of {}", rule.id, situation.id);
        }
    }
}
