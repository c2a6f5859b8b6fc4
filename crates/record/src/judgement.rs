//! A verdict with what it rests on: the evidence for or against, and the gaps that leave it open.

use std::borrow::Cow;
use std::ops::Not;

use crate::shared_list::SharedList;
use crate::{Moment, Source, Verdict};

/// Something found in the record that speaks for or against a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What was found, in the record's own words (drug name, diagnosis, value with unit).
    pub what: String,
    /// How it was recorded, as a text id of `common.ftl` (`evidence-given`, `evidence-prescribed`, …), if that matters.
    pub how: Option<&'static str>,
    /// When.
    pub period: Option<EvidencePeriod>,
    /// The data it comes from.
    pub source: Source,
    /// The resource, `Type/id`.
    pub reference: String,
}

impl Evidence {
    /// Evidence of one entry, without a date.
    #[must_use]
    pub fn of(source: Source, what: &str, reference: &str) -> Self {
        Self { what: what.to_owned(), how: None, period: None, source, reference: reference.to_owned() }
    }

    /// What this entry does not tell.
    #[must_use]
    pub fn gap(&self, kind: GapKind) -> Gap {
        Gap::at(kind, self.source, &self.reference, &self.what)
    }
}

/// When a piece of evidence applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidencePeriod {
    /// On a day, or in a month or year.
    On(Moment),
    /// From a start to an end; no end means still going on.
    Course {
        /// First day.
        from: Moment,
        /// Last day, `None` while it goes on.
        to: Option<Moment>,
    },
}

/// Why something is not known. Each kind has its words in `common.ftl` (`gap-<kind>`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// The EHR did not send this kind of data.
    NotSupplied,
    /// The EHR tried and answered with an error, or too late.
    Failed,
    /// Only a first page was sent.
    Incomplete,
    /// Something was sent that can't be read.
    Unreadable,
    /// A value has a unit that can't be compared.
    WrongUnit,
    /// A value that no living patient has: a slip.
    Impossible,
    /// A date is too coarse for the comparison.
    ImpreciseDate,
    /// An entry has no code, or none that the value sets know.
    Uncoded,
    /// The data is there but does not say.
    NotRecorded,
    /// Two records contradict each other.
    Conflicting,
}

impl GapKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::NotSupplied,
        Self::Failed,
        Self::Incomplete,
        Self::Unreadable,
        Self::WrongUnit,
        Self::Impossible,
        Self::ImpreciseDate,
        Self::Uncoded,
        Self::NotRecorded,
        Self::Conflicting,
    ];

    /// Whether the gap comes from the delivery of the data, not from its content. Only these can lead to a 412.
    #[must_use]
    pub fn is_delivery(self) -> bool {
        matches!(self, Self::NotSupplied | Self::Failed | Self::Incomplete)
    }

    /// The name used in cards' machine-readable part, cases and text ids.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSupplied => "not-supplied",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
            Self::Unreadable => "unreadable",
            Self::WrongUnit => "wrong-unit",
            Self::Impossible => "impossible",
            Self::ImpreciseDate => "imprecise-date",
            Self::Uncoded => "uncoded",
            Self::NotRecorded => "not-recorded",
            Self::Conflicting => "conflicting",
        }
    }
}

/// One reason why something is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What kind of gap.
    pub kind: GapKind,
    /// Which data has it.
    pub source: Source,
    /// The entry concerned, in the record's own words, if one is.
    pub what: Option<String>,
    /// The resource, `Type/id` or a JSON pointer, if one is.
    pub reference: Option<String>,
    /// A text id of the rule that says it better than the kind does (`gap-no-mri-since-month-six`).
    pub text: Option<Cow<'static, str>>,
}

impl Gap {
    /// A gap of a whole kind of data.
    #[must_use]
    pub fn of(kind: GapKind, source: Source) -> Self {
        Self { kind, source, what: None, reference: None, text: None }
    }

    /// A gap at one resource.
    #[must_use]
    pub fn at(kind: GapKind, source: Source, reference: &str, what: &str) -> Self {
        let what = (!what.is_empty()).then(|| what.to_owned());
        Self { kind, source, what, reference: Some(reference.to_owned()), text: None }
    }

    /// Data that is there but does not say, in the rule's own words.
    #[must_use]
    pub fn not_recorded(source: Source, text: &'static str) -> Self {
        Self { kind: GapKind::NotRecorded, source, what: None, reference: None, text: Some(Cow::Borrowed(text)) }
    }

    /// The same gap in the rule's own words.
    #[must_use]
    pub fn said_as(mut self, text: &'static str) -> Self {
        self.text = Some(Cow::Borrowed(text));
        self
    }
}

/// A verdict with what it rests on: the evidence for or against, and the gaps that leave it open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Judgement {
    verdict: Verdict,
    evidence: SharedList<Evidence>,
    gaps: SharedList<Gap>,
}

impl Judgement {
    /// Known to hold.
    pub fn met(mut evidence: Vec<Evidence>) -> Self {
        evidence.truncate(MOST_EVIDENCE_KEPT);
        Self { verdict: Verdict::Met, evidence: evidence.into(), gaps: SharedList::default() }
    }

    /// Known not to hold; `evidence` is what speaks against it (may be empty: nothing on record).
    pub fn not_met(mut evidence: Vec<Evidence>) -> Self {
        evidence.truncate(MOST_EVIDENCE_KEPT);
        Self { verdict: Verdict::NotMet, evidence: evidence.into(), gaps: SharedList::default() }
    }

    /// Can't be told, because of `gaps`.
    pub fn unknown(mut gaps: Vec<Gap>) -> Self {
        let mut others = 0;
        gaps.retain(|gap| {
            others += usize::from(!gap.kind.is_delivery());
            gap.kind.is_delivery() || others <= MOST_GAPS
        });
        Self { verdict: Verdict::Unknown, evidence: SharedList::default(), gaps: gaps.into() }
    }

    /// Something was searched: found means met; nothing found means not met only when the search had no gaps.
    pub fn found(evidence: Vec<Evidence>, gaps: Vec<Gap>) -> Self {
        match (evidence.is_empty(), gaps.is_empty()) {
            (false, _) => Self::met(evidence),
            (true, true) => Self::not_met(Vec::new()),
            (true, false) => Self::unknown(gaps),
        }
    }

    /// Adds evidence that a card should show beside the verdict.
    pub fn with_evidence(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        let room = MOST_EVIDENCE_KEPT.saturating_sub(self.evidence.len());
        let mut more = evidence.into_iter().take(room).peekable();
        if more.peek().is_some() {
            self.evidence.change().extend(more);
        }
        self
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Whether it is known to hold.
    #[must_use]
    pub fn is_met(&self) -> bool {
        self.verdict == Verdict::Met
    }

    /// Whether it is known not to hold.
    #[must_use]
    pub fn is_not_met(&self) -> bool {
        self.verdict == Verdict::NotMet
    }

    /// Whether it can't be told.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.verdict == Verdict::Unknown
    }

    /// Whether a gap of this kind leaves it open.
    #[must_use]
    pub fn has_gap(&self, kind: GapKind) -> bool {
        self.gaps.iter().any(|gap| gap.kind == kind)
    }

    /// Whether data that did not come through leaves it open.
    #[must_use]
    pub fn has_delivery_gap(&self) -> bool {
        self.gaps.iter().any(|gap| gap.kind.is_delivery())
    }

    /// What was found: the first [`MOST_EVIDENCE_KEPT`] entries.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What is missing; empty unless the verdict is unknown.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Kleene conjunction; keeps the evidence that decides and the gaps that leave it open.
    pub fn and(self, other: Self) -> Self {
        let verdict = self.verdict.and(other.verdict);
        self.join(other, verdict)
    }

    /// Kleene disjunction; keeps the evidence that decides and the gaps that leave it open.
    pub fn or(self, other: Self) -> Self {
        let verdict = self.verdict.or(other.verdict);
        self.join(other, verdict)
    }

    fn join(mut self, other: Self, verdict: Verdict) -> Self {
        if self.verdict != verdict {
            self.evidence = SharedList::default();
            self.gaps = SharedList::default();
        }
        if other.verdict == verdict {
            if !other.gaps.is_empty() {
                add_gaps(self.gaps.change(), other.gaps.iter().cloned());
            }
            if self.evidence.is_empty() {
                self.evidence = other.evidence;
            } else {
                self = self.with_evidence(other.evidence.iter().cloned());
            }
        }
        self.verdict = verdict;
        self
    }
}

/// More gaps than this say nothing more: one is enough for an unknown, and a card shows a few. The limit keeps a body with
/// a hundred thousand unreadable entries from costing more than reading it.
pub const MOST_GAPS: usize = 64;

/// A judgement keeps this many pieces of evidence: a card shows a few, and one is enough for the verdict. The limit keeps a
/// body with thousands of infusions from growing with every step of a judgement.
pub const MOST_EVIDENCE_KEPT: usize = 64;

/// Adds gaps that are not there yet, up to [`MOST_GAPS`]. Of two that say the same of one entry the one that says more stays.
pub fn add_gaps(gaps: &mut Vec<Gap>, more: impl IntoIterator<Item = Gap>) {
    for gap in more {
        let is_same = |known: &&mut Gap| {
            known.reference.is_some()
                && (known.kind, known.source, &known.reference, &known.text)
                    == (gap.kind, gap.source, &gap.reference, &gap.text)
        };
        if let Some(known) = gaps.iter_mut().find(is_same) {
            let says_more = |what: &Option<String>| what.as_ref().map_or(0, String::len);
            if says_more(&gap.what) > says_more(&known.what) {
                known.what = gap.what;
            }
            continue;
        }
        // What was not delivered decides about a 412: it is never crowded out.
        if gaps.len() >= MOST_GAPS && !gap.kind.is_delivery() {
            continue;
        }
        if !gaps.contains(&gap) {
            gaps.push(gap);
        }
    }
}

impl Not for Judgement {
    type Output = Self;

    fn not(self) -> Self {
        Self { verdict: !self.verdict, evidence: self.evidence, gaps: self.gaps }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict::{self, Met, NotMet, Unknown};
    use super::*;

    const ALL: [Verdict; 3] = [Met, NotMet, Unknown];

    #[test]
    fn and_is_kleene() {
        let table = [
            (Met, Met, Met),
            (Met, NotMet, NotMet),
            (Met, Unknown, Unknown),
            (NotMet, Met, NotMet),
            (NotMet, NotMet, NotMet),
            (NotMet, Unknown, NotMet),
            (Unknown, Met, Unknown),
            (Unknown, NotMet, NotMet),
            (Unknown, Unknown, Unknown),
        ];
        for (left, right, expected) in table {
            assert_eq!(left.and(right), expected, "{left:?} and {right:?}");
        }
    }

    #[test]
    fn or_is_the_mirror_of_and() {
        for left in ALL {
            for right in ALL {
                assert_eq!(left.or(right), !((!left).and(!right)), "{left:?} or {right:?}");
            }
        }
    }

    #[test]
    fn nothing_found_is_no_only_without_gaps() {
        assert_eq!(Judgement::found(vec![], vec![]).verdict(), NotMet);
        let gap = Gap::of(GapKind::NotSupplied, Source::Conditions);
        assert_eq!(Judgement::found(vec![], vec![gap.clone()]).verdict(), Unknown);
        let evidence = Evidence::of(Source::Conditions, "MS", "Condition/ms");
        assert_eq!(Judgement::found(vec![evidence], vec![gap]).verdict(), Met);
    }

    #[test]
    fn a_judgement_keeps_a_limited_number_of_evidence() {
        let evidence = |id: usize| Evidence::of(Source::Conditions, "MS", &format!("Condition/{id}"));
        let one = |id| Judgement::met(vec![evidence(id)]);
        let joined = (1..200).fold(one(0), |all, id| all.or(one(id)));
        let added = Judgement::unknown(Vec::new()).with_evidence((0..200).map(evidence));
        let found = Judgement::found((0..200).map(evidence).collect(), Vec::new());
        for judgement in [&joined, &added, &found] {
            assert_eq!(judgement.evidence().len(), MOST_EVIDENCE_KEPT);
            assert_eq!(judgement.evidence().first(), Some(&evidence(0)), "the first are kept");
        }
        assert_eq!((joined.verdict(), added.verdict(), found.verdict()), (Met, Unknown, Met));
    }

    #[test]
    fn joining_keeps_only_what_decides() {
        let gap = Gap::of(GapKind::NotSupplied, Source::Conditions);
        let unknown = Judgement::unknown(vec![gap.clone()]);
        let no = Judgement::not_met(vec![]);
        assert!(unknown.clone().and(no.clone()).gaps().is_empty(), "a known no beats an unknown");
        assert_eq!(unknown.clone().or(no).gaps(), std::slice::from_ref(&gap));
        assert_eq!(unknown.clone().and(unknown).gaps(), [gap], "the same gap is said once");
    }
}
