//! Which rules speak of one situation: what a clinician handles in one go comes as one card.
//!
//! The rules stay apart: each is judged alone, and the evaluation of a joined card has an entry for each of them. Only what
//! several of them have to say in one response is put together.

use crate::card::CardFacts;
use crate::evaluation::{Evaluation, Outcome};
use crate::rule::{Finding, Rule};
use crate::rules::aftercare::{discharge_after_ahsct, discharge_after_car_t, infection_prophylaxis};
use crate::rules::avoid::driving_after_car_t;
use crate::rules::before::{fertility_preservation, hepatitis_b, pregnancy_with_cell_therapy};
use crate::rules::toxicity::{
    cytopenia_after_cell_therapy, fever_after_cell_therapy, possible_crs, prolonged_cytopenia_after_car_t,
    urgent_symptoms_after_car_t,
};

/// A situation: the rules whose cards are one card in it.
#[derive(Debug)]
pub struct Situation {
    /// Stable id.
    pub id: &'static str,
    /// The rules that may join, whoever leads first: the most urgent one leads, among equals the first of these. The card has
    /// the summary, the topic and the first source of the one that leads.
    pub rules: &'static [&'static Rule],
}

/// Every situation. A rule stands in one at most.
pub const ALL: &[Situation] = &[
    // Fever, what comes with it, and the counts that say how dangerous it is: one patient to be examined, once.
    Situation {
        id: "ill-after-cell-therapy",
        rules: &[
            &possible_crs::RULE,
            &fever_after_cell_therapy::RULE,
            &urgent_symptoms_after_car_t::RULE,
            &cytopenia_after_cell_therapy::RULE,
            &prolonged_cytopenia_after_car_t::RULE,
        ],
    },
    // Tests, a conversation and a referral, all of them before the first dose.
    Situation {
        id: "before-treatment",
        rules: &[&pregnancy_with_cell_therapy::RULE, &fertility_preservation::RULE, &hepatitis_b::RULE],
    },
    // What must be prescribed and said before the door closes.
    Situation {
        id: "going-home",
        rules: &[
            &discharge_after_car_t::RULE,
            &discharge_after_ahsct::RULE,
            &infection_prophylaxis::RULE,
            &driving_after_car_t::RULE,
        ],
    },
];

/// What one rule adds to a card.
#[derive(Clone, Copy, Debug)]
pub struct Part<'e> {
    /// What the rule came to.
    pub outcome: &'e Outcome,
    /// What it found.
    pub finding: &'e Finding,
    /// The card that it would have alone.
    pub facts: &'e CardFacts,
}

impl<'e> Part<'e> {
    fn of(outcome: &'e Outcome) -> Option<Self> {
        let finding = outcome.finding.as_ref()?;
        Some(Self { outcome, finding, facts: finding.card.as_ref()? })
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.outcome.rule
    }
}

/// The situation that a rule speaks of, and its place there.
fn place(rule: &Rule) -> Option<(&'static str, usize)> {
    ALL.iter().find_map(|situation| {
        let place = situation.rules.iter().position(|member| member.id == rule.id)?;
        Some((situation.id, place))
    })
}

impl Evaluation {
    /// The cards of a response, most urgent first, then in the order of the rules; of each card the parts, the one that leads
    /// first.
    #[must_use]
    pub fn cards(&self) -> Vec<Vec<Part<'_>>> {
        let mut cards: Vec<(Option<&str>, Vec<Part<'_>>)> = Vec::new();
        for part in self.outcomes.iter().filter_map(Part::of) {
            let situation = place(part.rule()).map(|(situation, _)| situation);
            match cards.iter_mut().find(|(of, _)| situation.is_some() && *of == situation) {
                Some((_, parts)) => parts.push(part),
                None => cards.push((situation, vec![part])),
            }
        }
        let mut cards: Vec<Vec<Part<'_>>> = cards.into_iter().map(|(_, parts)| parts).collect();
        cards.retain(|parts| parts.iter().any(|part| !part.facts.is_only_beside));
        for parts in &mut cards {
            parts.sort_by_key(|part| (part.facts.is_only_beside, part.facts.indicator, place(part.rule())));
        }
        cards.sort_by_key(|parts| parts.first().map(|leader| leader.facts.indicator));
        cards
    }
}
