//! The words that need no course: those of the workbench, too.

use crate::engine::Engine;
use crate::texts::{COMMANDS, COURSE, Place, Texts};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Indicator, Language, Message, Number, Rule};
use cellwise_record::{Evidence, Gap, Source};

/// Says what rules, entries and gaps are called, in one language and with a hospital's own numbers.
#[derive(Clone, Copy)]
pub struct Speaker<'e> {
    pub(super) texts: &'e Texts,
    pub(super) policy: &'e Policy,
    pub(super) language: Language,
}

impl<'e> Speaker<'e> {
    /// The words of an engine.
    #[must_use]
    pub fn new(engine: &'e Engine, language: Language) -> Self {
        Self { texts: &engine.knowledge().texts, policy: engine.policy(), language }
    }

    /// The language that is spoken.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The same in another language.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// A message of `course.ftl`.
    #[must_use]
    pub fn say(&self, message: impl Into<Message>) -> String {
        self.of(COURSE, &message.into())
    }

    /// A message of `commands.ftl`.
    #[must_use]
    pub fn command(&self, message: impl Into<Message>) -> String {
        self.of(COMMANDS, &message.into())
    }

    /// A message of `commands.ftl` about so many things.
    #[must_use]
    pub fn count_of_command(&self, id: &'static str, count: usize) -> String {
        self.command(Message::new(id).with("count", i32::try_from(count).unwrap_or(i32::MAX)))
    }

    /// The value of a number, with its unit.
    #[must_use]
    pub fn measured(&self, number: &Number) -> String {
        self.texts.measure(self.language, self.policy.value(number), number.unit)
    }

    /// A message about so many things.
    #[must_use]
    pub fn count(&self, id: &'static str, count: usize) -> String {
        self.say(Message::new(id).with("count", i32::try_from(count).unwrap_or(i32::MAX)))
    }

    fn of(&self, file: &'static str, message: &Message) -> String {
        self.texts.say(file, self.language, self.policy, Place::Page, message)
    }

    /// What a rule is called.
    #[must_use]
    pub fn rule(&self, rule: &'static Rule) -> String {
        self.of(rule.id, &Message::new("title"))
    }

    /// A message of a rule.
    #[must_use]
    pub fn of_rule(&self, rule: &'static Rule, message: &Message) -> String {
        self.of(rule.id, message)
    }

    /// A message of a rule where no patient gives it its values: an ellipsis stands for each.
    #[must_use]
    pub fn in_general(&self, rule: &'static Rule, id: &str) -> String {
        // What Fluent writes for a value that it was not given.
        let said = self.texts.say_id(rule.id, self.language, self.policy, id, &[]);
        let (first, rest) = said.split_once("{$").map_or((said.as_str(), None), |(first, rest)| (first, Some(rest)));
        let rest = rest.into_iter().flat_map(|rest| rest.split("{$"));
        rest.fold(first.to_owned(), |text, part| text + "…" + part.split_once('}').map_or("", |(_, after)| after))
    }

    /// A kind of data.
    #[must_use]
    pub fn source(&self, source: Source) -> String {
        self.texts.say_id("common", self.language, self.policy, &format!("source-{}", source.key()), &[])
    }

    /// How urgent a card is.
    #[must_use]
    pub fn indicator(&self, indicator: Indicator) -> String {
        self.say(match indicator {
            Indicator::Critical => "course-critical",
            Indicator::Warning => "course-warning",
            Indicator::Info => "course-info",
        })
    }

    /// How urgent a card is, by the word of its `indicator`.
    #[must_use]
    pub fn indicator_named(&self, name: &str) -> String {
        let known = [Indicator::Critical, Indicator::Warning, Indicator::Info].into_iter().find(|of| of.name() == name);
        known.map_or_else(|| name.to_owned(), |indicator| self.indicator(indicator))
    }

    /// An entry: what, how it is known, when.
    #[must_use]
    pub fn evidence(&self, evidence: &Evidence) -> String {
        let evidence = &Evidence { what: self.named(evidence.source, &evidence.what), ..evidence.clone() };
        self.texts.evidence(self.language, self.policy, Place::Page, evidence)
    }

    /// What an entry is called: a stay has the code of its class for a name.
    pub(super) fn named(&self, source: Source, what: &str) -> String {
        match (source, what) {
            (Source::Encounters, "IMP") => self.say("course-stay"),
            (Source::Encounters, "EMER") => self.say("course-emergency"),
            (Source::Encounters, "AMB") => self.say("course-visit"),
            (source, "") => self.source(source),
            (_, what) => what.to_owned(),
        }
    }

    /// Why something is not known.
    #[must_use]
    pub fn gap(&self, rule: &'static Rule, gap: &Gap) -> String {
        self.texts.gap(rule.id, self.language, self.policy, Place::Page, gap)
    }
}
