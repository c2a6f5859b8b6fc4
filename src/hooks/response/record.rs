//! The machine-readable part of a card: the same facts as the detail, from the same value.

use serde::Serialize;

use crate::chart::Chart;
use crate::chart::source::Source;
use crate::evaluation::Outcome;
use crate::policy::Policy;
use crate::rules::{Finding, Number, Rule};
use crate::verdict::{Evidence, EvidencePeriod, Gap, GapKind, Verdict};

/// The machine-readable part of a card.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EvaluationRecord {
    rule: &'static str,
    version: u32,
    verdict: Verdict,
    as_of: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    criteria: Vec<CriterionRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    local_policy: Vec<LocalRecord>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CriterionRecord {
    id: &'static str,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<EvidenceRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<GapRecord>,
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
    /// The record of a finding, with the numbers it rests on that the hospital changed: which, to what, and why.
    pub(super) fn new(outcome: &Outcome, chart: &Chart, finding: &Finding, policy: &Policy) -> Self {
        let rule = outcome.rule;
        Self {
            rule: rule.id,
            version: rule.version,
            verdict: finding.verdict,
            as_of: chart.as_of.to_rfc3339(),
            criteria: finding
                .criteria
                .iter()
                .map(|criterion| CriterionRecord {
                    id: criterion.text.id,
                    verdict: criterion.judgement.verdict(),
                    evidence: criterion.judgement.evidence().iter().map(evidence_record).collect(),
                    gaps: criterion.judgement.gaps().iter().map(gap_record).collect(),
                })
                .collect(),
            gaps: finding.gaps.iter().map(gap_record).collect(),
            local_policy: policy
                .behind(rule.id, &outcome.borrowed)
                .map(|local| LocalRecord {
                    number: local.number.id,
                    value: Number::json(local.value),
                    standard: Number::json(local.number.default),
                    citation: local.citation.clone(),
                })
                .collect(),
        }
    }

    /// The record of rules that could not be judged: the first names the card, all name what is missing.
    pub(super) fn unchecked(first: &'static Rule, chart: &Chart, missing: impl Iterator<Item = Source>) -> Self {
        Self {
            rule: first.id,
            version: first.version,
            verdict: Verdict::Unknown,
            as_of: chart.as_of.to_rfc3339(),
            criteria: Vec::new(),
            gaps: missing
                .map(|source| {
                    let gaps = chart.sources().gaps_of(source);
                    let kind = gaps.iter().map(|gap| gap.kind).find(|kind| kind.is_delivery());
                    GapRecord { kind: kind.unwrap_or(GapKind::NotSupplied), source: source.key(), reference: None }
                })
                .collect(),
            local_policy: Vec::new(),
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
        what: (!evidence.what.is_empty()).then(|| evidence.what.clone()),
        reference: evidence.reference.clone(),
        start,
        end,
    }
}

fn gap_record(gap: &Gap) -> GapRecord {
    GapRecord { kind: gap.kind, source: gap.source.key(), reference: gap.reference.clone() }
}
