//! A card as it goes over the wire: the members of CDS Hooks, and our one extension.

use cellwise_clinic::Indicator;
use cellwise_record::Verdict;
use serde::Serialize;
use uuid::Uuid;

use super::record::EvaluationRecord;
use crate::hooks::draft::Order;

/// A card.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    pub(super) uuid: Uuid,
    pub(super) summary: String,
    pub(super) detail: String,
    pub(super) indicator: Indicator,
    pub(super) source: CardSource,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suggestions: Vec<CardSuggestion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) selection_behavior: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) override_reasons: Vec<Coding>,
    pub(super) extension: CardExtension,
}

/// A rule on a card, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleOnCard {
    /// Its id; `unchecked` for the card that says which rules could not be judged.
    pub rule: &'static str,
    /// Its version.
    pub version: u32,
    /// Whether it leads the card.
    pub leads: bool,
    /// What it came to.
    pub verdict: Verdict,
    /// How urgent it made the card.
    pub indicator: Indicator,
}

impl Card {
    /// Its id, by which feedback names it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.uuid
    }

    /// The rules on it; the first leads.
    pub fn rules(&self) -> impl Iterator<Item = RuleOnCard> {
        self.extension.evaluation.rules(self.indicator)
    }

    /// The rule that leads it.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        self.extension.evaluation.rule()
    }

    /// What, and what to do.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// How urgent it is.
    #[must_use]
    pub fn indicator(&self) -> Indicator {
        self.indicator
    }
}

/// Where a card comes from: its leading document.
#[derive(Debug, Serialize)]
pub(super) struct CardSource {
    pub(super) label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'static str>,
    pub(super) topic: Coding,
}

/// A link to a page of this server, or to its SMART app.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Link {
    pub(super) label: String,
    pub(super) url: String,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    /// What the EHR hands on to the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app_context: Option<String>,
}

/// A code with what it is called.
#[derive(Debug, Serialize)]
pub(super) struct Coding {
    pub(super) system: &'static str,
    pub(super) code: String,
    pub(super) display: String,
    /// Of an override reason: what HL7 calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) extension: Option<CodingExtension>,
}

/// The one extension of an override reason.
#[derive(Debug, Serialize)]
pub(super) struct CodingExtension {
    /// The reason in the CodeSystem of HL7, so that reasons of several services can be counted together.
    #[serde(rename = "dev.cellwise.nonAdherence")]
    pub(super) non_adherence: Reason,
}

/// A reason in another CodeSystem.
#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub(super) system: String,
    pub(super) code: String,
}

/// A suggestion: one button, one action.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CardSuggestion {
    pub(super) label: String,
    pub(super) uuid: Uuid,
    /// Only where several are offered and one is the obvious one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_recommended: bool,
    pub(super) actions: [Action; 1],
}

/// What a suggestion does.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource: Option<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_id: Option<String>,
}

/// The machine-readable part of a card.
#[derive(Debug, Serialize)]
pub(super) struct CardExtension {
    #[serde(rename = "dev.cellwise.evaluation")]
    pub(super) evaluation: EvaluationRecord,
}
