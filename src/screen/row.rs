//! A row of the result: what one rule says of one patient. The same in every format, and from the wheel for Python.

use cellwise_clinic::Rule;
use cellwise_clinic::evaluation::Outcome;
use cellwise_record::{Evidence, Gap, GapKind, Verdict};
use serde::Serialize;

/// The names of the columns, in their order.
pub const COLUMNS: [&str; 9] =
    ["patient", "rule", "version", "verdict", "indicator", "criteria", "gaps", "evidence", "as_of"];

/// The verdict of a rule that failed itself: a defect, never a no.
const FAILED: &str = "unknown";

/// What a rule says of a patient. The lists are JSON, so that a row is flat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The bare id of the patient.
    pub patient: &'a str,
    /// The rule.
    pub rule: &'static str,
    /// Its version.
    pub version: u32,
    /// `met`, `not-met` or `unknown`.
    pub verdict: &'static str,
    /// How urgent its card would be; none without a card.
    pub indicator: Option<&'static str>,
    /// Each criterion with its verdict, in the order it is asked. Empty for a rule that can't concern the patient.
    pub criteria: String,
    /// Why the verdict is unknown: kind of gap, kind of data, and the entry.
    pub gaps: String,
    /// The entries that the verdict rests on, as `Type/id`.
    pub evidence: String,
    /// The instant it was judged at.
    pub as_of: &'a str,
}

#[derive(Serialize)]
struct Criterion {
    id: &'static str,
    verdict: Verdict,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    aside: bool,
}

#[derive(Serialize)]
struct GapOf<'g> {
    kind: GapKind,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'g str>,
}

/// Criteria of a rule whose own code failed.
const NO_CRITERIA: &str = "[]";
/// Why such a rule is unknown.
const RULE_FAILED: &str = r#"[{"kind":"rule-failed"}]"#;

impl<'a> Row<'a> {
    /// What an outcome says.
    #[must_use]
    pub fn of(patient: &'a str, outcome: &Outcome, as_of: &'a str) -> Self {
        let Rule { id, version, .. } = *outcome.rule;
        let Some(finding) = &outcome.finding else {
            return Self {
                patient,
                rule: id,
                version,
                verdict: FAILED,
                indicator: None,
                criteria: NO_CRITERIA.to_owned(),
                gaps: RULE_FAILED.to_owned(),
                evidence: NO_CRITERIA.to_owned(),
                as_of,
            };
        };
        let mut criteria = Vec::new();
        leaves(&finding.criteria, &mut criteria);
        Self {
            patient,
            rule: id,
            version,
            verdict: finding.verdict().name(),
            indicator: finding.card.as_ref().filter(|_| outcome.has_card()).map(|card| card.indicator.name()),
            criteria: json(&criteria),
            gaps: gaps(finding.gaps()),
            evidence: references(finding.judgement.evidence()),
            as_of,
        }
    }

    /// The columns as text; an indicator that is none is empty.
    #[must_use]
    pub fn fields(&self) -> [String; 9] {
        [
            self.patient.to_owned(),
            self.rule.to_owned(),
            self.version.to_string(),
            self.verdict.to_owned(),
            self.indicator.unwrap_or_default().to_owned(),
            self.criteria.clone(),
            self.gaps.clone(),
            self.evidence.clone(),
            self.as_of.to_owned(),
        ]
    }
}

fn leaves(criteria: &cellwise_clinic::criteria::Criteria, into: &mut Vec<Criterion>) {
    use cellwise_clinic::criteria::Criteria;
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => parts.iter().for_each(|part| leaves(part, into)),
        Criteria::Unless(part) => leaves(part, into),
        Criteria::Must(row) => into.push(Criterion { id: row.text.id, verdict: row.answer.verdict(), aside: false }),
        Criteria::Aside(row) => into.push(Criterion { id: row.text.id, verdict: row.answer.verdict(), aside: true }),
    }
}

fn gaps(gaps: &[Gap]) -> String {
    let of = |gap: &'_ Gap| -> String {
        json(&GapOf { kind: gap.kind, source: gap.source.key(), reference: gap.reference.as_deref() })
    };
    format!("[{}]", gaps.iter().map(of).collect::<Vec<_>>().join(","))
}

fn references(evidence: &[Evidence]) -> String {
    let mut references: Vec<&str> = Vec::new();
    for one in evidence {
        if !references.contains(&one.reference.as_str()) {
            references.push(&one.reference);
        }
    }
    json(&references)
}

fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Strings and words only: writing them can't fail.
    serde_json::to_string(value).unwrap_or_default()
}
