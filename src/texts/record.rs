//! What the record shows, in words: an entry with its date, a gap with its reason.

use super::{Place, Texts};
use crate::words::{line, markdown, plain};
use cellwise_clinic::Language;
use cellwise_clinic::policy::Policy;
use cellwise_record::{Evidence, EvidencePeriod, Gap};

/// Words of the record as they may stand there.
fn quoted(place: Place, words: &str) -> String {
    match place {
        Place::Detail => markdown(words),
        Place::Page => line(words),
        Place::Summary => plain(words),
    }
}

impl Texts {
    /// An entry of the record: what, how it is known, when.
    #[must_use]
    pub fn evidence(&self, language: Language, policy: &Policy, place: Place, evidence: &Evidence) -> String {
        let mut text = quoted(place, &self.measured(language, &evidence.what));
        if let Some(how) = evidence.how {
            text = format!("{text}, {}", self.say_id("common", language, policy, how, &[]));
        }
        match evidence.period {
            Some(period) => format!("{text}, {}", self.period(language, policy, period)),
            None => text,
        }
    }

    /// When an entry applies: a date, from one to another, or since one.
    #[must_use]
    pub fn period(&self, language: Language, policy: &Policy, period: EvidencePeriod) -> String {
        match period {
            EvidencePeriod::On(day) => self.date(language, &day),
            EvidencePeriod::Course { from, to: Some(to) } => {
                format!("{} – {}", self.date(language, &from), self.date(language, &to))
            }
            EvidencePeriod::Course { from, to: None } => {
                self.say_id("common", language, policy, "period-since", &[("from", self.date(language, &from))])
            }
        }
    }

    /// Why something is not known, in the words of the rule that asks where it has some.
    #[must_use]
    pub fn gap(&self, rule: &'static str, language: Language, policy: &Policy, place: Place, gap: &Gap) -> String {
        let source = self.say_id("common", language, policy, &format!("source-{}", gap.source.key()), &[]);
        let what = gap.what.as_deref().map(|what| quoted(place, what)).unwrap_or_default();
        let id = match &gap.text {
            Some(text) => text.to_string(),
            None if what.is_empty() => format!("gap-{}", gap.kind.name()),
            None => format!("gap-{}-of", gap.kind.name()),
        };
        self.say_id(rule, language, policy, &id, &[("source", source), ("what", what)])
    }
}
