//! A card is read between two patients: every case is asked in every language, and the words on its cards are counted.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use serde_json::Value;

/// The most words that a card may have.
const MOST_WORDS: usize = 180;
/// The most words that half of the cards may have.
const MEDIAN_WORDS: usize = 90;
/// How many of the longest cards a failure names.
const NAMED: usize = 20;

/// The words of a card as people see them: its summary and detail, without what draws the table and the list.
fn words(card: &Value) -> usize {
    let text = format!("{}\n{}", card["summary"].as_str().unwrap(), card["detail"].as_str().unwrap_or_default());
    let lines = text.lines().filter(|line| !line.starts_with("|---"));
    lines.flat_map(|line| line.split(['|', ' '])).filter(|word| !matches!(*word, "" | "-" | "–")).count()
}

#[test]
fn cards_are_short() {
    let engine = Engine::load().unwrap();
    let suite = Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap();
    let mut counted: Vec<(usize, String)> = Vec::new();
    for case in &suite.cases {
        let service = engine.knowledge().service(&case.file.service).unwrap();
        let body = suite.call(case).unwrap().request(&service.prefetch).to_string();
        let as_of = AsOf::parse(&case.file.as_of).unwrap();
        for &language in Language::ALL {
            let settings = CallSettings { language, as_of, accept_as_of: true };
            let Ok(answer) = engine.call(&service.id, body.as_bytes(), &settings) else { continue };
            let answer: Value = serde_json::from_str(&answer).unwrap();
            for card in answer["cards"].as_array().unwrap() {
                let topic = card["source"]["topic"]["code"].as_str().unwrap();
                counted.push((words(card), format!("{} ({}): {topic}", case.id(), language.code())));
            }
        }
    }
    counted.sort_unstable_by(|left, right| right.cmp(left));
    let longest: Vec<String> =
        counted.iter().take(NAMED).map(|(words, card)| format!("{words} words: {card}")).collect();
    let (most, _) = counted.first().expect("no case has a card");
    let (median, _) = counted[counted.len() / 2];
    assert!(
        *most <= MOST_WORDS && median <= MEDIAN_WORDS,
        "half of {} cards have more than {median} words (at most {MEDIAN_WORDS}), the longest has {most} (at most \
         {MOST_WORDS}):\n{}",
        counted.len(),
        longest.join("\n")
    );
}
