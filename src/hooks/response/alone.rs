//! What one rule of a call came to, by itself: for whoever asks for a single rule.

use serde::Serialize;
use serde_json::Value;

use super::CardWriter;
use super::record::EvaluationRecord;
use cellwise_clinic::evaluation::Evaluation;
use cellwise_clinic::situations::Part;
use cellwise_clinic::{Finding, Rule};

/// What one rule came to, as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Alone {
    /// The rule.
    pub rule: &'static Rule,
    /// Its evaluation, as a card has it; `None` when the rule itself failed.
    pub evaluation: Option<Value>,
    /// Its card, if it has something to say in this response.
    pub card: Option<Value>,
}

impl CardWriter<'_> {
    /// What a rule came to; `None` when it was not asked.
    #[must_use]
    pub fn alone(&self, evaluation: &Evaluation, rule: &str) -> Option<Alone> {
        let outcome = evaluation.outcomes.iter().find(|outcome| outcome.rule.id == rule)?;
        let cards = evaluation.cards();
        let part = cards.iter().flatten().find(|part| part.rule().id == rule);
        let numbers = part.map_or_else(|| outcome.used.ids().collect(), |part: &Part<'_>| self.numbers_behind(*part));
        let record = |finding: &Finding| {
            as_json(&EvaluationRecord::new(outcome.rule, self.chart(), finding, self.policy.behind(&numbers)))
        };
        Some(Alone {
            rule: outcome.rule,
            evaluation: outcome.finding.as_ref().map(record),
            card: part.and_then(|part| self.card(evaluation, &[*part])).map(|card| as_json(&card)),
        })
    }
}

/// Made of strings and numbers: it can't fail.
fn as_json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
