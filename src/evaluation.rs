//! Running the rules of a service on a chart, and deciding what the answer is.
//!
//! Pure: no clock, no network, no language. One rule's trouble never hides another's card.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::chart::Chart;
use crate::chart::source::Source;
use crate::indications::Indications;
use crate::policy::Policy;
use crate::rules::{Finding, Hook, Question, Rule};
use crate::terminology::Terminology;
use crate::verdict::{Gap, GapKind, Verdict};

/// What one rule came to.
#[derive(Debug)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// What it found; `None` when the rule itself failed.
    pub finding: Option<Finding>,
    /// The local numbers of other rules that it rests on, as (rule, number).
    pub borrowed: Vec<(&'static str, &'static str)>,
}

impl Outcome {
    /// The gaps of delivery that leave this rule unknown.
    fn undelivered(&self) -> impl Iterator<Item = &Gap> {
        self.finding
            .iter()
            .filter(|finding| finding.verdict == Verdict::Unknown)
            .flat_map(|finding| &finding.gaps)
            .filter(|gap| gap.kind.is_delivery())
    }

    /// Whether the rule has a card.
    #[must_use]
    pub fn has_card(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.card.is_some())
    }
}

/// What all rules of a call came to.
#[derive(Debug)]
pub struct Evaluation {
    /// One outcome per rule, in the order of the service.
    pub outcomes: Vec<Outcome>,
}

/// What the client gets.
#[derive(Debug)]
pub enum Answer {
    /// Cards, perhaps none.
    Cards {
        /// Rules that could not be judged for lack of data, named in a card of their own beside the others.
        unchecked: Vec<(&'static Rule, Vec<Source>)>,
    },
    /// Nothing can be said without this data.
    Unobtainable(Vec<Source>),
}

/// Asks every rule of `rules`.
#[must_use]
pub fn evaluate(
    rules: &[&'static Rule],
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
) -> Evaluation {
    let mut outcomes: Vec<Outcome> = rules
        .iter()
        .map(|rule| {
            let borrowed = RefCell::default();
            let question = Question { rule, chart, hook, asked: rules, policy, terminology, indications, borrowed };
            // A rule that panics is a defect; it must not take the other rules' cards with it.
            let finding = catch_unwind(AssertUnwindSafe(|| (rule.judge)(&question))).ok();
            Outcome { rule, finding, borrowed: question.borrowed.into_inner().into_iter().collect() }
        })
        .collect();
    leave_out_doubles(&mut outcomes);
    Evaluation { outcomes }
}

/// Takes a row out of a card when the rule that owns its fact has a card of its own: nothing is said twice in one response.
fn leave_out_doubles(outcomes: &mut [Outcome]) {
    let shown: Vec<&str> =
        outcomes.iter().filter(|outcome| outcome.has_card()).map(|outcome| outcome.rule.id).collect();
    for outcome in outcomes {
        let own = outcome.rule.id;
        if let Some(finding) = &mut outcome.finding {
            finding.criteria.retain(|row| !row.owners.iter().any(|owner| *owner != own && shown.contains(owner)));
        }
    }
}

impl Evaluation {
    /// Decides between cards and a refusal for lack of data.
    ///
    /// Cards are shown whenever there are any. Without a card, a rule that stays unknown because data was not delivered
    /// makes the call fail with the missing keys: the alternative, an empty answer, would read as "nothing to worry about".
    #[must_use]
    pub fn answer(&self, chart: &Chart, asked: &[Source]) -> Answer {
        let mut missing: Vec<Source> = Vec::new();
        let mut unchecked = Vec::new();
        for outcome in &self.outcomes {
            let mut sources: Vec<Source> = outcome.undelivered().map(|gap| gap.source).collect();
            sources.sort();
            sources.dedup();
            if sources.is_empty() && outcome.finding.is_some() {
                continue;
            }
            missing.extend(&sources);
            if !outcome.has_card() {
                unchecked.push((outcome.rule, sources));
            }
        }
        missing.sort();
        missing.dedup();
        let nothing_came = asked.iter().all(|source| {
            let gaps = chart.sources().gaps_of(*source);
            gaps.iter().any(|gap| matches!(gap.kind, GapKind::NotSupplied | GapKind::Failed))
        });
        let no_card = !self.outcomes.iter().any(Outcome::has_card);
        if !missing.is_empty() && (no_card || nothing_came) {
            return Answer::Unobtainable(if nothing_came { asked.to_vec() } else { missing });
        }
        Answer::Cards { unchecked }
    }
}
