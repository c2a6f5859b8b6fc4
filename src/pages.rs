//! The pages about rules, for the people who read their cards: what a rule looks at, its numbers and the hospital's own, the
//! statements that it rests on, its cases.
//!
//! HTML without scripts, made at the time of the request from what the binary carries: the rules themselves, the words of
//! their cards, and the data from which `docs/rules.md` is made. Nothing of a patient is in them.

mod report;

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, html};

use crate::embedded::{CDS_HOOKS, files};
use crate::engine::Engine;
use crate::generate::{self, About, CaseLine, Statement};
use crate::knowledge::Service;
use crate::markdown;
use crate::texts::{PAGE, Place, Texts};
use cellwise_clinic::documents::Citation;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Language, Message, Number, Rule, rules};
use cellwise_record::{Moment, StartupError, Verdict};

/// How the pages look.
pub const STYLE: &str = include_str!("pages/style.css");

/// What the pages are made of, read once.
pub struct Pages {
    about: Vec<About>,
    statements: Vec<Statement>,
    translations: BTreeMap<&'static str, Translations>,
}

/// Prose in another language, by what it says in English, whatever its line breaks. What the English no longer says is never
/// shown: a rule that changed is read in English until somebody translates it again.
type Translations = BTreeMap<String, String>;

impl Pages {
    /// Reads what the binary carries.
    ///
    /// # Errors
    /// A file that is not what it should be.
    pub fn load() -> Result<Self, StartupError> {
        let mut translations = BTreeMap::new();
        for language in Language::ALL {
            let folder = format!("texts/{}", language.code());
            for (name, text) in files(&CDS_HOOKS, &folder, "json")? {
                let path = format!("cds-hooks/{folder}/{name}.json");
                let prose = serde_json::from_str(text).map_err(|error| StartupError::file(&path, error))?;
                translations.insert(language.code(), prose);
            }
        }
        Ok(Self { about: generate::embedded()?, statements: generate::embedded_statements()?, translations })
    }

    /// The list of all rules.
    #[must_use]
    pub fn list(&self, engine: &Engine, language: Language) -> String {
        let words = Words::of(engine, language);
        let body = html! {
            (navigation(&words, true))
            h1 { (words.say("page-rules", &[])) }
            p { (words.say("page-rules-lead", &[])) }
            ul {
                @for rule in rules::ALL {
                    li {
                        a href={ "rules/" (rule.id) "?lang=" (language.code()) } { (words.title(rule)) }
                        @if let Some(reason) = engine.policy().rule_off(rule.id) {
                            " " span.off { (words.say("page-off", &[("reason", reason)])) }
                        }
                    }
                }
            }
        };
        page(&words.say("page-rules", &[]), language, "rules/style.css", &body)
    }

    /// The page of a rule; `None` when there is no such rule. `today` tells whether its review is overdue.
    #[must_use]
    pub fn rule(&self, engine: &Engine, id: &str, language: Language, today: &Moment) -> Option<String> {
        let rule = *rules::ALL.iter().find(|rule| rule.id == id)?;
        let words = Words::of(engine, language);
        let about = self.about.iter().find(|about| about.id == id);
        let rows = words.texts.rows(rule.id, language, words.policy);
        let body = html! {
            (navigation(&words, false))
            h1 { (words.title(rule)) }
            (words.state(rule, today))
            @if !rows.is_empty() {
                h2 { (words.say("page-rows", &[])) }
                p.small { (words.say("page-rows-lead", &[])) }
                ul { @for row in rows { li { (row) } } }
            }
            @if let Some(about) = about { (words.prose(about, self.translations.get(language.code()))) }
            @if !rule.numbers.is_empty() {
                h2 { (words.say("page-numbers", &[])) }
                ul { @for number in rule.numbers { li { (words.number(number)) } } }
            }
            h2 { (words.say("page-sources", &[])) }
            p.small { (words.say("page-sources-lead", &[])) }
            @for citation in rule.citations { (words.citation(citation, &self.statements)) }
            h2 { (words.say("page-asked-by", &[])) }
            (words.asked_by(rule, &engine.knowledge().services))
            @if let Some(about) = about { (words.cases(&about.cases)) }
        };
        Some(page(&words.title(rule), language, "style.css", &body))
    }
}

/// A text without its line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The frame of every page.
fn page(title: &str, language: Language, style: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – cellwise" }
                link rel="stylesheet" href=(style);
            }
            body { (body) }
        }
    }
    .into_string()
}

/// The way back to the list, unless this is the list, and the same page in the other languages.
fn navigation(words: &Words<'_>, is_list: bool) -> Markup {
    let others = Language::ALL.iter().filter(|other| **other != words.language);
    html! {
        nav {
            @if !is_list {
                a href={ "../rules?lang=" (words.language.code()) } { (words.say("page-all-rules", &[])) }
            }
            @for other in others.map(|language| Words { language: *language, ..*words }) {
                @let code = other.language.code();
                a href={ "?lang=" (code) } hreflang=(code) lang=(code) { (other.say("page-language", &[])) }
            }
        }
    }
}

/// The words of a page: language, and what the hospital made of the numbers.
struct Words<'e> {
    texts: &'e Texts,
    policy: &'e Policy,
    language: Language,
}

impl<'e> Words<'e> {
    fn of(engine: &'e Engine, language: Language) -> Self {
        Self { texts: &engine.knowledge().texts, policy: engine.policy(), language }
    }

    fn say(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        let args: Vec<(&'static str, String)> = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.texts.say_id(PAGE, self.language, self.policy, id, &args)
    }

    fn title(&self, rule: &'static Rule) -> String {
        self.texts.say(rule.id, self.language, self.policy, Place::Summary, &Message::new("title"))
    }

    fn measure(&self, value: f64, number: &Number) -> String {
        self.texts.measure(self.language, value, number.unit)
    }

    /// Version, review, and whether the hospital has switched it off.
    fn state(&self, rule: &Rule, today: &Moment) -> Markup {
        let again = rule.review_by();
        let is_overdue = again.is_some_and(|again| today.on_or_after(&again) == Verdict::Met);
        let again = again.map(|again| again.to_string()).unwrap_or_default();
        let version = rule.version.to_string();
        html! {
            p.small {
                code { (rule.id) } ". "
                (self.say("page-version", &[("version", &version), ("reviewed", rule.reviewed), ("again", &again)]))
                @if is_overdue { " " strong { (self.say("page-overdue", &[])) } }
            }
            @if let Some(reason) = self.policy.rule_off(rule.id) {
                p.off { (self.say("page-off", &[("reason", reason)])) }
            }
        }
    }

    /// The prose of a rule, with the numbers as they are in this hospital. What nobody has translated is in English.
    fn prose(&self, about: &About, translations: Option<&Translations>) -> Markup {
        let sections = about.prose.iter().filter(|section| !matches!(section.heading.as_str(), "" | "Sources"));
        let translated = |english: &str| translations?.get(&one_line(english));
        let shown = |english: &str| match translated(english) {
            Some(text) => (self.language, text.clone()),
            None => (Language::ENGLISH, english.to_owned()),
        };
        let is_whole = sections.clone().all(|section| shown(&section.text).0 == self.language);
        let text = |language: Language, text: &str| {
            // A number that the prose names wrongly is shown as it stands there; `cellwise generate` refuses it.
            let text =
                generate::with_values(self.texts, language, self.policy, text).unwrap_or_else(|_| text.to_owned());
            markdown::prose(&text)
        };
        html! {
            h2 { (self.say("page-in-full", &[])) }
            @if !is_whole { p.small { (self.say("page-in-english", &[])) } }
            @for section in sections {
                @let (of_heading, heading) = shown(&section.heading);
                @let (of_text, body) = shown(&section.text);
                h3 lang=(of_heading.code()) { (heading) }
                div lang=(of_text.code()) { (text(of_text, &body)) }
            }
        }
    }

    fn number(&self, number: &Number) -> Markup {
        let (least, most) = number.within;
        let (least, most) = (self.measure(least, number), self.measure(most, number));
        let standard = self.measure(number.default, number);
        html! {
            code { (number.id) } ": "
            @match self.policy.of(number) {
                Some(local) => {
                    span.own {
                        (self.say("page-own-value", &[
                            ("value", &self.measure(local.value, number)),
                            ("citation", &local.citation),
                            ("standard", &standard),
                        ]))
                    }
                }
                None => { strong { (standard) } "." }
            }
            " " (self.say("page-within", &[("least", &least), ("most", &most)]))
            " " (self.say("page-number-source", &[("citation", number.citation)]))
        }
    }

    fn citation(&self, citation: &Citation, statements: &[Statement]) -> Markup {
        let document = citation.document;
        let undated = || self.say("source-undated", &[]);
        let date = document.date.map_or_else(undated, str::to_owned);
        let quoted = citation.statements.iter().filter_map(|id| statements.iter().find(|one| one.id == **id));
        html! {
            h3 {
                @match document.url {
                    Some(url) => a href=(url) rel="noreferrer" { (document.title) },
                    None => { (document.title) }
                }
                " (" (date) ")"
            }
            @if citation.statements.is_empty() { p.small { (self.say("page-no-statement", &[])) } }
            @for statement in quoted {
                blockquote id=(statement.id) {
                    (statement.quote)
                    @if self.language == Language::ENGLISH && statement.english != statement.quote {
                        br; em { (statement.english) }
                    }
                    br; span.small { (statement.id) }
                }
            }
        }
    }

    fn asked_by(&self, rule: &Rule, services: &[Service]) -> Markup {
        let hooks_of = |service: &Service| {
            let hooks = service.hooks.iter().filter(|(_, of)| of.iter().any(|of| of.id == rule.id));
            hooks.map(|(hook, _)| hook.as_str()).collect::<Vec<_>>().join(", ")
        };
        let sources = rule.needs.iter().map(|source| self.say(&format!("source-{}", source.key()), &[]));
        let sources = sources.collect::<Vec<_>>().join(", ");
        html! {
            ul {
                @for (service, hooks) in services.iter().map(|service| (service, hooks_of(service))) {
                    @if !hooks.is_empty() {
                        li { (self.say("page-on", &[("service", &service.id), ("hooks", &hooks)])) }
                    }
                }
            }
            p { (self.say("page-reads", &[("sources", &sources)])) }
        }
    }

    fn cases(&self, cases: &[CaseLine]) -> Markup {
        let kinds = [
            ("met-", "page-met"),
            ("not-met-", "page-not-met"),
            ("unknown-", "page-unknown"),
            ("silent-", "page-silent"),
        ];
        html! {
            h2 { (self.say("page-cases", &[])) }
            p.small { (self.say("page-cases-lead", &[])) }
            @for (prefix, heading) in kinds {
                @let of_kind: Vec<&CaseLine> = cases.iter().filter(|case| case.name.starts_with(prefix)).collect();
                @if !of_kind.is_empty() {
                    h3 { (self.say(heading, &[("count", &of_kind.len().to_string())])) }
                    ul { @for case in of_kind { li { (case.describe) } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A translation of what no rule says any more is never shown; it is to be made anew, or taken out.
    #[test]
    fn what_is_translated_is_what_the_rules_say() {
        let pages = Pages::load().unwrap();
        let sections = || pages.about.iter().flat_map(|about| &about.prose);
        for (language, prose) in &pages.translations {
            for english in prose.keys() {
                let says = sections().any(|of| of.heading == *english || one_line(&of.text) == *english);
                assert!(says, "cds-hooks/texts/{language}: no rule says any more: {english}");
            }
        }
        assert!(pages.translations.contains_key(Language::DUTCH.code()));
    }
}
