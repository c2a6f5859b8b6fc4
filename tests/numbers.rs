//! A number stands once, in `numbers.rs`: what a card says of it changes with it.
//!
//! 1. No text has a number of its own, in figures or in words, but those of the list below, which are no numbers of ours.
//! 2. With every number set to another value, no card of any case, in any language, says the standard one.
//! 3. A row that names a number belongs to a rule whose judgement rests on it.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::thread;

use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::suite::Suite;
use cellwise::texts::Place;
use cellwise_clinic::criteria::Row;
use cellwise_clinic::evaluation::Outcome;
use cellwise_clinic::policy::{LocalNumber, Policy};
use cellwise_clinic::{Arg, Language, Message, Number, numbers, rules};
use cellwise_record::AsOf;
use cellwise_record::terminology::mapping::Mapping;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

static SUITE: LazyLock<Suite> = LazyLock::new(|| Suite::load(&root().join("fixtures"), None).unwrap());

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Figures that are part of a name or a unit.
const NAMES: [&str; 12] =
    ["B12", "CD19", "CD20", "CD34", "CD4", "SpO2", "T2", "G6PD", "IL-6", "COVID-19", "10⁹", "10⁶"];

/// Texts with a number that is none of ours, and what it is.
const NOT_OURS: [(&str, &str, &str); 16] = [
    ("ahsct-regimen-dose", "advice-scheme", "days of the scheme are named by their number"),
    ("ahsct-regimen-dose", "arithmetic-outside", "names of days"),
    ("ahsct-regimen-dose", "arithmetic-day-unknown", "names of days"),
    ("ahsct-regimen-dose", "arithmetic-per-kg-outside", "names of days"),
    ("ahsct-regimen-dose", "arithmetic-per-kg-day-unknown", "names of days"),
    ("ahsct-regimen-dose", "gap-several-a-day", "how often a day"),
    ("discharge-after-car-t", "advice-call", "how often a day"),
    ("lymphodepletion-sequence", "advice-interval", "by how much the sources differ"),
    ("possible-crs", "context-ventilation", "grades of the scale"),
    ("possible-icans", "summary-late-intensive-care", "a grade of the scale"),
    ("possible-icans", "criterion-ice", "the best score of the scale"),
    ("possible-icans", "remark-scored-absent", "a grade of the scale"),
    ("possible-icans", "context-writing-test", "how often a day"),
    ("stem-cell-harvest", "advice-enough", "when the source checks again"),
    ("stem-cell-harvest", "advice-stop", "the same"),
    ("stem-cell-harvest", "gap-running-total", "of one day"),
];

/// Numbers in words, and the spans of time that they may count. "The first days" are no number.
const IN_WORDS: &str =
    "one two three four five six seven eight nine ten twelve twee drie vier vijf zes zeven acht negen tien twaalf";
const OF_ONE: &str = "a an one first half een één eerste half halve";
const SPANS: &str = "hours days weeks months years uur dagen weken maanden jaar";
const ONE_SPAN: &str = "hour day week month year uur dag week maand jaar";

/// A word without what stands around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The numbers that the fixed part of a text has.
fn fixed_numbers(text: &str) -> Vec<String> {
    let text = NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, "x"));
    let words: Vec<&str> = text.split_whitespace().map(bare).collect();
    let is_one_of = |words: &str, word: &str| words.split_whitespace().any(|known| known == word.to_lowercase());
    let in_figures =
        words.iter().filter(|word| word.contains(|c: char| c.is_ascii_digit())).map(|word| (*word).to_owned());
    let in_words = words.windows(2).filter_map(|pair| match pair {
        [number, span] => {
            let is_number = is_one_of(IN_WORDS, number) && is_one_of(SPANS, span)
                || is_one_of(OF_ONE, number) && is_one_of(ONE_SPAN, span);
            is_number.then(|| format!("{number} {span}"))
        }
        _ => None,
    });
    in_figures.chain(in_words).collect()
}

/// The fixed parts of a text. Plural forms of one are the language's, not ours.
fn fixed_parts(pattern: &Pattern<&str>, parts: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => parts.push_str(value),
            PatternElement::Placeable { expression: Expression::Select { variants, .. } } => {
                for variant in variants {
                    let mut part = String::new();
                    fixed_parts(&variant.value, &mut part);
                    if matches!(variant.key, VariantKey::Identifier { name: "one" }) {
                        part = ["1 ", "one ", "één "].iter().fold(part, |part, one| part.replacen(one, "… ", 1));
                    }
                    parts.push_str(" | ");
                    parts.push_str(&part);
                }
                parts.push_str(" | ");
            }
            PatternElement::Placeable { expression: Expression::Inline(InlineExpression::StringLiteral { value }) } => {
                parts.push_str(value);
            }
            // What a variable stands for is no text of the file.
            PatternElement::Placeable { .. } => parts.push('…'),
        }
    }
}

#[test]
fn no_text_has_a_number_of_its_own() {
    let mut problems = Vec::new();
    let mut unneeded: BTreeSet<(&str, &str)> = NOT_OURS.iter().map(|(rule, id, _)| (*rule, *id)).collect();
    for &language in Language::ALL {
        for name in rules::ALL.iter().map(|rule| rule.id).chain(["common"]) {
            let file = format!("cds-hooks/texts/{}/{name}.ftl", language.code());
            let text = fs::read_to_string(root().join(&file)).unwrap();
            let resource = fluent_syntax::parser::parse(text.as_str()).unwrap();
            for entry in &resource.body {
                let Entry::Message(message) = entry else { continue };
                let (id, mut parts) = (message.id.name, String::new());
                message.value.iter().for_each(|value| fixed_parts(value, &mut parts));
                let found = fixed_numbers(&parts);
                if found.is_empty() {
                    continue;
                }
                match NOT_OURS.iter().find(|(rule, of, _)| *rule == name && *of == id) {
                    Some((rule, of, _)) => drop(unneeded.remove(&(*rule, *of))),
                    None => {
                        problems.push(format!("{file}: `{id}` says {}: name the number by its id", found.join(", ")));
                    }
                }
            }
        }
    }
    problems.extend(unneeded.iter().map(|(rule, id)| format!("`{id}` of {rule} has no number: it needs no exception")));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_number_in_a_text_is_found() {
    for (text, expected) in [
        ("within 48 hours", vec!["48"]),
        ("in the first month after", vec!["first month"]),
        ("in de eerste maand", vec!["eerste maand"]),
        ("a week later", vec!["a week"]),
        ("below 38,5 °C", vec!["38,5"]),
        ("CD19, SpO2 and ×10⁹/L", vec![]),
        ("the first line", vec![]),
    ] {
        assert_eq!(fixed_numbers(text), expected, "{text}");
    }
}

/// How the numbers are changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    /// By as little as may be: most cards stay.
    ToTheNext,
    /// As far down as a hospital may go: terms that are very long by the standard end.
    ToTheLeast,
}

/// Values for every number that no number of its unit has as its standard, within its bounds: a standard that is found is one.
fn changed(change: Change) -> Policy {
    let value_of = |number: &Number| {
        let of_unit = || numbers::ALL.iter().filter(|other| other.unit == number.unit);
        let is_standard = |value: f64| of_unit().any(|other| (other.default - value).abs() < 1e-9);
        let step = if number.is_whole() { 1.0 } else { 0.1 };
        let from = |start: f64, step: f64| (0..=50).map(move |n| ((start + step * f64::from(n)) * 10.0).round() / 10.0);
        let first = if change == Change::ToTheNext { number.default } else { number.within.0 };
        let mut allowed = from(first, step)
            .chain(from(number.default, -step))
            .filter(|value| (number.within.0..=number.within.1).contains(value) && !is_standard(*value));
        allowed.next()
    };
    let local = |number: &&'static Number| LocalNumber {
        number,
        value: value_of(number).unwrap_or_else(|| panic!("{} has no other value", number.id)),
        citation: "a test".to_owned(),
    };
    Policy { numbers: numbers::ALL.iter().map(local).collect(), ..Policy::default() }
}

/// How a unit is written after its number; for grades and scores, before it.
fn words_of(unit: &str) -> &'static [&'static str] {
    match unit {
        "h" => &["hours", "hour", "uur"],
        "d" => &["days", "day", "dagen", "dag"],
        "mo" => &["months", "month", "maanden", "maand"],
        "a" => &["years", "year", "jaar"],
        "Cel" => &["C"],
        "%" => &["%"],
        "mg/kg" => &["mg/kg"],
        "g/L" => &["g/L"],
        "L/min" => &["L/min"],
        "10*9/L" => &["×10⁹/L"],
        "10*6/kg" => &["×10⁶", "×10⁶/kg"],
        "/uL" => &["per"],
        "mm[Hg]" => &["mmHg"],
        "1" => &["grade", "graad", "score"],
        other => panic!("how is {other} written?"),
    }
}

/// Whether a text says a value in its unit: the number, and the unit among the words next to it.
fn says(text: &str, value: f64, unit: &str) -> bool {
    let (point, comma) = (value.to_string(), value.to_string().replace('.', ","));
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| word.trim_matches(['(', ')', ';', ':', '.', ',', '|', '≥', '<', '>', '°']))
        .collect();
    let is_unit = |word: &&&str| words_of(unit).contains(*word);
    words.iter().enumerate().any(|(place, word)| {
        let around = words.iter().skip(place.saturating_sub(1)).take(4);
        (*word == point || *word == comma) && around.clone().any(|word| is_unit(&word))
    })
}

/// The message without what comes from the record: a patient may well be as old as a limit.
fn without_record(message: &Message) -> Message {
    let mut message = message.clone();
    for (_, arg) in &mut message.args {
        if !matches!(arg, Arg::Message(_)) {
            *arg = Arg::Text("…".to_owned());
        }
    }
    message
}

/// What a rule's card says, text by text, without what comes from the record.
fn said(engine: &Engine, outcome: &Outcome, language: Language) -> Vec<(String, String)> {
    let (texts, rule) = (&engine.knowledge().texts, outcome.rule.id);
    let Some(finding) = &outcome.finding else { return Vec::new() };
    let Some(card) = &finding.card else { return Vec::new() };
    let rows = finding.criteria.rows();
    let mut said: Vec<(String, String)> = card
        .messages()
        .chain(rows.iter().flat_map(|row| row.messages()))
        .map(|message| {
            let words = texts.say(rule, language, engine.policy(), Place::Summary, &without_record(message));
            (message.id.to_owned(), words)
        })
        .collect();
    for gap in rows.iter().flat_map(|row| row.shown().gaps()) {
        if let Some(id) = &gap.text {
            let record = [("source", "…".to_owned()), ("what", "…".to_owned())];
            said.push((id.to_string(), texts.say_id(rule, language, engine.policy(), id, &record)));
        }
    }
    said
}

/// What was found on the cards of all cases.
#[derive(Default)]
struct Search {
    problems: BTreeSet<String>,
    /// The numbers that some card named.
    named: BTreeSet<&'static str>,
}

impl Search {
    fn look_at(&mut self, engine: &Engine, outcome: &Outcome) {
        let texts = &engine.knowledge().texts;
        let rule = outcome.rule.id;
        for &language in Language::ALL {
            for (id, words) in said(engine, outcome, language) {
                self.named.extend(texts.numbers_in(rule, &id).iter().map(|number| number.id));
                let is_ours = !NOT_OURS.iter().any(|(of, not_ours, _)| *of == rule && *not_ours == id);
                for number in outcome.rule.numbers.iter().chain(texts.numbers_in(rule, &id)) {
                    if is_ours && says(&words, number.default, number.unit) {
                        self.problems.insert(format!("{rule}: `{id}` says the standard {}: {words}", number.id));
                    }
                }
            }
        }
        let rows = outcome.finding.iter().filter(|finding| finding.card.is_some()).flat_map(|of| of.criteria.rows());
        let is_shown = |row: &&Row| !row.is_left_out && row.left_out_while != Some(row.answer.verdict());
        // An answer that is open for lack of a date rests on no number yet, and what a row tells the patient's next doctor is
        // no question.
        let tells = ["ahsct-precautions", "car-t-precautions"].contains(&rule);
        for row in rows.filter(is_shown).filter(|row| !row.answer.is_unknown() && !tells) {
            for number in texts.numbers_in(rule, row.text.id) {
                if !outcome.used.contains(number.id) {
                    self.problems.insert(format!(
                        "{rule}: row `{}` names {}, which it does not rest on",
                        row.text.id, number.id
                    ));
                }
            }
        }
    }
}

fn search(engine: &Engine) -> Search {
    let parts = SUITE.cases.chunks(SUITE.cases.len().div_ceil(thread::available_parallelism().map_or(1, usize::from)));
    thread::scope(|scope| {
        let running: Vec<_> = parts
            .map(|part| {
                scope.spawn(move || {
                    let mut search = Search::default();
                    for case in part {
                        let service = engine.knowledge().service(&case.file.service).unwrap();
                        let request = SUITE.call(case).unwrap().request(&service.prefetch).to_string();
                        let as_of = AsOf::parse(&case.file.as_of).unwrap();
                        let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
                        let Ok(judged) = engine.judge(&service.id, request.as_bytes(), &settings) else { continue };
                        judged.evaluation.outcomes.iter().for_each(|outcome| search.look_at(engine, outcome));
                    }
                    search
                })
            })
            .collect();
        running.into_iter().map(|part| part.join().unwrap()).fold(Search::default(), |mut all, part| {
            all.problems.extend(part.problems);
            all.named.extend(part.named);
            all
        })
    })
}

#[test]
fn a_changed_number_changes_on_every_card() {
    let mut problems = BTreeSet::new();
    let mut named = BTreeSet::new();
    for change in [Change::ToTheNext, Change::ToTheLeast] {
        let engine = Engine::load().unwrap().under(changed(change), &Mapping::default()).unwrap();
        let found = search(&engine);
        problems.extend(found.problems);
        named.extend(found.named);
    }
    // What no card showed was not tried.
    let of_texts = named_by_texts();
    problems.extend(of_texts.difference(&named).map(|id| format!("no card of any case named {id}")));
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// The numbers that some text names.
fn named_by_texts() -> BTreeSet<&'static str> {
    let mut texts = String::new();
    for rule in rules::ALL {
        texts.push_str(&fs::read_to_string(root().join(format!("cds-hooks/texts/en/{}.ftl", rule.id))).unwrap());
    }
    let names = |number: &&&Number| texts.contains(&format!("${} ", number.id));
    numbers::ALL.iter().filter(names).map(|number| number.id).collect()
}

/// A value in Rust, a constant or a figure, would stand on the card whatever the number is.
#[test]
fn no_rule_gives_a_text_a_number_of_its_own() {
    let mut problems = Vec::new();
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in rules::ALL {
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(rule.file)).unwrap();
        for call in source.split(".with(\"").skip(1) {
            *counted.entry(rule.id).or_default() += 1;
            let value = call.split_once(", ").map_or("", |(_, value)| value);
            let is_constant = value.split(')').next().is_some_and(|value| {
                value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "_.".contains(c))
            });
            if is_constant {
                problems.push(format!("{}: {}", rule.file, call.lines().next().unwrap_or_default()));
            }
        }
    }
    assert!(counted.len() > 5, "the values of texts are given in another way");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
