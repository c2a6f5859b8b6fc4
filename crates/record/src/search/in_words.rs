//! Cell therapies that stand in the record in words only. Words decide whether to ask, never what happened.

use crate::facts::medication::UseKind;
use crate::{Act, Chart, Evidence, Gap, Judgement, Moment, Source, Verdict, add_gaps};

/// An entry without a usable code whose words speak of something.
#[derive(Clone, Debug)]
pub struct Mention {
    /// When it happened; the date of a problem is the day of writing, and is left out.
    pub date: Option<Moment>,
    /// The entry.
    pub evidence: Evidence,
    /// What is missing.
    pub gap: Gap,
}

/// What a row shows where something stands in the record in words only: those words, and what was not sent. `None` where
/// `answer` is known, or nothing speaks of it.
#[must_use]
pub fn only_in_words(answer: &Judgement, mentions: &[Mention]) -> Option<Judgement> {
    if !answer.is_unknown() || mentions.is_empty() {
        return None;
    }
    let mut gaps: Vec<Gap> = mentions.iter().map(|mention| mention.gap.clone()).collect();
    add_gaps(&mut gaps, answer.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned());
    Some(Judgement::unknown(gaps))
}

impl Chart {
    /// What was done, given or noted, by words that `says` recognises. Requests and prescriptions are plans.
    pub fn mentions_in_words(&self, says: impl Fn(&str) -> bool) -> Vec<Mention> {
        let begun =
            |date: Option<Moment>| date.is_none_or(|date| date.on_or_before(&self.as_of.day()) != Verdict::NotMet);
        let acts = self
            .procedures
            .iter()
            .filter(|act| act.concept.is_in_words() && says(&act.concept.text) && begun(act.period.start))
            .map(|act: &Act| Mention {
                date: act.period.start,
                evidence: act.evidence(),
                gap: Gap::at(act.concept.gap_kind(), Source::Procedures, &act.reference, &act.concept.text),
            });
        let uses = self
            .medications
            .iter()
            .filter(|usage| usage.kind != UseKind::Prescribed && !usage.concept.is_classified())
            .filter(|usage| says(&usage.concept.text) && begun(usage.start))
            .map(|usage| Mention {
                date: usage.start,
                evidence: usage.evidence(),
                gap: Gap::at(usage.concept.gap_kind(), usage.source(), &usage.reference, &usage.concept.text),
            });
        let problems = self
            .conditions
            .iter()
            .filter(|problem| problem.concept.is_in_words() && says(&problem.concept.text))
            .map(|problem| Mention {
                date: None,
                evidence: problem.evidence(),
                gap: Gap::at(problem.concept.gap_kind(), Source::Conditions, &problem.reference, &problem.concept.text),
            });
        acts.chain(uses).chain(problems).collect()
    }
}
