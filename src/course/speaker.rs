//! The words that need no course: those of the workbench, too.

use crate::engine::Engine;
use crate::texts::{COURSE, Place, Texts};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Indicator, Language, Message, Rule};
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
