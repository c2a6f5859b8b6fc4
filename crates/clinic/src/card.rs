//! The facts of a card. Words are added later, per language.

use cellwise_record::Judgement;

use crate::criteria::{Criteria, must};
use crate::documents::Citation;
use crate::message::Message;

/// How urgent a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Indicator {
    /// Harm is near: may interrupt.
    Critical,
    /// Something is wrong or missing.
    Warning,
    /// Good to know.
    Info,
}

/// One row of a card's table.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// What is asked. The message's id names the criterion in the machine-readable part, too.
    pub text: Message,
    /// The answer.
    pub judgement: Judgement,
    /// A remark shown with the evidence (`prescribed, not recorded as given`), in the rule's words.
    pub remark: Option<Message>,
    /// The rules whose own card shows this fact: while one of them has a card in the same response, the row is left out.
    pub owners: &'static [&'static str],
}

impl Criterion {
    /// A row without a remark.
    #[must_use]
    pub fn new(text: Message, judgement: Judgement) -> Self {
        Self { text, judgement, remark: None, owners: &[] }
    }

    /// Adds a remark.
    #[must_use]
    pub fn remarking(mut self, remark: Message) -> Self {
        self.remark = Some(remark);
        self
    }

    /// Leaves the row out while one of these rules has a card in the same response.
    #[must_use]
    pub fn owned_by(mut self, owners: &'static [&'static str]) -> Self {
        self.owners = owners;
        self
    }
}

impl From<Criterion> for Criteria {
    fn from(row: Criterion) -> Self {
        must(row.text, row.judgement).remarking(row.remark).owned_by(row.owners)
    }
}

/// What a suggestion proposes to do.
#[derive(Clone, Debug)]
pub enum Proposal {
    /// Draft a ServiceRequest for something with this code; without a code, the label is the text.
    Service {
        /// Code, if a value set has one.
        code: Option<cellwise_record::terminology::Coded>,
        /// Why: references of the patient's conditions.
        reasons: Vec<String>,
    },
    /// Draft a MedicationRequest without a dose.
    Medication {
        /// The drug.
        code: cellwise_record::terminology::Coded,
    },
    /// Take a draft order out.
    Remove {
        /// `Type/id` of the draft order.
        reference: String,
    },
}

/// A suggestion: one action, as Epic accepts it.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// What the button says; also the description of the action.
    pub label: Message,
    /// What it does.
    pub proposal: Proposal,
    /// A note written into the drafted resource (`dose per local protocol`), if any.
    pub note: Option<Message>,
}

/// The facts of a card. Words are added later, per language.
#[derive(Clone, Debug)]
pub struct CardFacts {
    /// How urgent.
    pub indicator: Indicator,
    /// At most 139 characters in every language: what, and what to do.
    pub summary: Message,
    /// Paragraphs before the table.
    pub lead: Vec<Message>,
    /// Lines after the table: context, never criteria.
    pub context: Vec<Message>,
    /// Suggestions.
    pub suggestions: Vec<Suggestion>,
    /// Override reasons: codes of the project CodeSystem.
    pub override_reasons: &'static [&'static str],
    /// What this card rests on, the leading source first: the rule's citations, or those of them that apply.
    pub citations: &'static [Citation],
}
