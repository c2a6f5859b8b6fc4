//! The machine-readable part of a card: the same facts as the detail, from the same value.

use serde::Serialize;

use cellwise_clinic::criteria::{Criteria, Row};
use cellwise_clinic::policy::LocalNumber;
use cellwise_clinic::{Finding, Indicator, Rule};
use cellwise_record::{Chart, Evidence, EvidencePeriod, Gap, GapKind, Source, Verdict};

use super::UNCHECKED;
use super::shape::RuleOnCard;
use crate::built::{BUILT, Built};
use crate::knowledge::number_as_json;
use cellwise_record::text::without_format;

/// The machine-readable part of a card.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvaluationRecord {
    rule: &'static str,
    version: u32,
    verdict: Verdict,
    as_of: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    criteria: Option<CriteriaRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    local_policy: Vec<LocalRecord>,
    /// Kinds of data that the rule needs and that this record system is said to have none of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held_nowhere: Vec<&'static str>,
    /// How urgent the card of this rule would be alone; only of a rule that another one leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    indicator: Option<Indicator>,
    /// What judged; not of a rule that another one leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    software: Option<Built>,
    /// The other rules of the card.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    joined: Vec<EvaluationRecord>,
}

/// A tree of criteria: `{"all": […]}`, `{"any": […]}`, `{"unless": …}`, or a leaf.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum CriteriaRecord {
    All { all: Vec<CriteriaRecord> },
    Any { any: Vec<CriteriaRecord> },
    Unless { unless: Box<CriteriaRecord> },
    Leaf(LeafRecord),
}

#[derive(Debug, Serialize)]
struct LeafRecord {
    id: &'static str,
    verdict: Verdict,
    /// What the card shows where that differs: a sign that was not measured counts as absent and is shown as open.
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Verdict>,
    /// It informs and decides nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    aside: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapRecord>,
}

impl CriteriaRecord {
    fn of(criteria: &Criteria) -> Self {
        let parts = |parts: &[Criteria]| parts.iter().map(Self::of).collect();
        match criteria {
            Criteria::All(all) => Self::All { all: parts(all) },
            Criteria::Any(any) => Self::Any { any: parts(any) },
            Criteria::Unless(part) => Self::Unless { unless: Box::new(Self::of(part)) },
            Criteria::Must(row) => Self::Leaf(LeafRecord::of(row, false)),
            Criteria::Aside(row) => Self::Leaf(LeafRecord::of(row, true)),
        }
    }
}

impl LeafRecord {
    fn of(row: &Row, aside: bool) -> Self {
        let shown = row.shown();
        Self {
            id: row.text.id,
            verdict: row.answer.verdict(),
            shown: (shown.verdict() != row.answer.verdict()).then(|| shown.verdict()),
            aside,
            evidence: shown.evidence().iter().map(evidence_record).collect(),
            gaps: shown.gaps().iter().map(gap_record).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct EvidenceRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

#[derive(Debug, Serialize)]
struct GapRecord {
    kind: GapKind,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

#[derive(Debug, Serialize)]
struct LocalRecord {
    number: &'static str,
    value: serde_json::Value,
    #[serde(rename = "default")]
    standard: serde_json::Value,
    citation: String,
}

impl EvaluationRecord {
    /// The rule that it is of.
    pub(super) fn rule(&self) -> &'static str {
        self.rule
    }

    /// The record of a finding, with the numbers it rests on that the hospital changed: which, to what, and why.
    pub(super) fn new<'p>(
        rule: &'static Rule,
        chart: &Chart,
        finding: &Finding,
        local: impl Iterator<Item = &'p LocalNumber>,
    ) -> Self {
        Self {
            rule: rule.id,
            version: rule.version,
            verdict: finding.verdict(),
            as_of: chart.as_of.to_rfc3339(),
            criteria: Some(CriteriaRecord::of(&finding.criteria)),
            gaps: finding.gaps().iter().map(gap_record).collect(),
            local_policy: local
                .map(|local| LocalRecord {
                    number: local.number.id,
                    value: number_as_json(local.value),
                    standard: number_as_json(local.number.default),
                    citation: local.citation.clone(),
                })
                .collect(),
            held_nowhere: rule
                .needs
                .iter()
                .filter(|source| chart.sources().is_held_nowhere(**source))
                .map(|source| source.key())
                .collect(),
            indicator: None,
            software: Some(BUILT),
            joined: Vec::new(),
        }
    }

    /// The record of a card that has these rules, too.
    pub(super) fn joined_by(self, joined: Vec<Self>) -> Self {
        Self { joined, ..self }
    }

    /// The record of a rule on a card that another rule leads.
    pub(super) fn of_card(self, indicator: Indicator) -> Self {
        Self { indicator: Some(indicator), software: None, ..self }
    }

    /// The rules of a card with this indicator.
    pub(super) fn rules(&self, indicator: Indicator) -> impl Iterator<Item = RuleOnCard> {
        let one = move |record: &Self, leads: bool| RuleOnCard {
            rule: if record.criteria.is_some() { record.rule } else { UNCHECKED },
            version: record.version,
            leads,
            verdict: record.verdict,
            indicator: record.indicator.unwrap_or(indicator),
        };
        std::iter::once(one(self, true)).chain(self.joined.iter().map(move |joined| one(joined, false)))
    }

    /// The record of rules that could not be judged: the first names the card, all name what is missing.
    pub(super) fn unchecked(first: &'static Rule, chart: &Chart, missing: impl Iterator<Item = Source>) -> Self {
        Self {
            rule: first.id,
            version: first.version,
            verdict: Verdict::Unknown,
            as_of: chart.as_of.to_rfc3339(),
            criteria: None,
            gaps: missing
                .map(|source| {
                    let gaps = chart.sources().gaps_of(source);
                    let kind = gaps.iter().map(|gap| gap.kind).find(|kind| kind.is_delivery());
                    GapRecord { kind: kind.unwrap_or(GapKind::NotSupplied), source: source.key(), reference: None }
                })
                .collect(),
            local_policy: Vec::new(),
            held_nowhere: Vec::new(),
            indicator: None,
            software: Some(BUILT),
            joined: Vec::new(),
        }
    }
}

fn evidence_record(evidence: &Evidence) -> EvidenceRecord {
    let (start, end) = match evidence.period {
        Some(EvidencePeriod::On(day)) => (Some(day.to_string()), None),
        Some(EvidencePeriod::Course { from, to }) => (Some(from.to_string()), to.map(|to| to.to_string())),
        None => (None, None),
    };
    EvidenceRecord {
        what: Some(without_format(&evidence.what)).filter(|what| !what.is_empty()),
        reference: evidence.reference.clone(),
        start,
        end,
    }
}

fn gap_record(gap: &Gap) -> GapRecord {
    GapRecord { kind: gap.kind, source: gap.source.key(), reference: gap.reference.clone() }
}
