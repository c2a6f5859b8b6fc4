//! Running the rules of a service on a chart, and deciding what the answer is.
//!
//! Pure: no clock, no network, no language. One rule's trouble never hides another's card.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cellwise_record::terminology::Terminology;
use cellwise_record::{Chart, Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict};

use crate::hook::Hook;
use crate::policy::Policy;
use crate::products::Indications;
use crate::questions::stay::reader::Reader;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::{Case, Noted};
use crate::rule::{Finding, Rule};
use crate::rules;
use crate::span::Span;
use crate::supposition::{self, Supposition};
use crate::used::Used;

/// What one rule came to.
#[derive(Debug)]
pub struct Outcome {
    /// The rule.
    pub rule: &'static Rule,
    /// What it found; `None` when the rule itself failed.
    pub finding: Option<Finding>,
    /// The ids of the numbers that it rests on.
    pub used: Used,
    /// The times that it counts: until when something holds.
    pub spans: Vec<Span>,
}

impl Outcome {
    /// The gaps of delivery that leave this rule unknown.
    fn undelivered(&self) -> impl Iterator<Item = &Gap> {
        self.finding
            .iter()
            .filter(|finding| finding.verdict() == Verdict::Unknown)
            .flat_map(Finding::gaps)
            .filter(|gap| gap.kind.is_delivery())
    }

    /// Whether the rule has a card of its own, or would have one alone.
    #[must_use]
    pub fn has_card(&self) -> bool {
        let card = self.finding.as_ref().and_then(|finding| finding.card.as_ref());
        card.is_some_and(|card| !card.is_only_beside)
    }
}

/// What all rules of a call came to.
#[derive(Debug)]
pub struct Evaluation {
    /// One outcome per rule, in the order of the service.
    pub outcomes: Vec<Outcome>,
    /// Who reads the cards.
    pub reader: Reader,
}

/// A cell therapy with a day: what time is counted from.
#[derive(Clone, Debug)]
pub struct DayZero {
    /// What was given.
    pub cells: Cells,
    /// The day of the first infusion of its episode, as precise as it is recorded.
    pub day: Moment,
    /// What shows it.
    pub evidence: Evidence,
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

/// How much is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What cards and refusals take: of a rule that can't concern the patient there is a known no, and no tree.
    Cards,
    /// Every rule, with its tree.
    Trees,
}

/// Asks the rules of `rules`.
#[must_use]
pub fn evaluate(
    rules: &[&'static Rule],
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
    extent: Extent,
) -> Evaluation {
    evaluate_some(rules, rules, chart, hook, policy, terminology, indications, extent)
}

/// Asks the rules of `rules` as they are asked in a call of `all`: a rule leaves to another what that one says, if it is asked.
#[must_use]
#[expect(clippy::too_many_arguments, reason = "what a call is about, and for whom")]
pub fn evaluate_some(
    rules: &[&'static Rule],
    all: &[&'static Rule],
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
    extent: Extent,
) -> Evaluation {
    let (asked, suppositions) = (ids(all), Supposition::all(chart));
    Judging::of(&asked, chart, &suppositions, hook, policy, terminology, indications).evaluation(rules, extent)
}

/// Judges what cards take, before one kind of data was looked at: of what there is of it the chart has neither values nor dates. `None`
/// where a rule that can concern the patient needs it. One that can't while they are open, can't whatever they are.
#[must_use]
pub fn evaluate_without(
    unread: Source,
    rules: &[&'static Rule],
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
) -> Option<Evaluation> {
    let (asked, suppositions) = (ids(rules), Supposition::all(chart));
    let judging = Judging::of(&asked, chart, &suppositions, hook, policy, terminology, indications);
    if rules.iter().any(|rule| rule.needs.contains(&unread) && judging.must_ask(rule)) {
        return None;
    }
    Some(judging.evaluation(rules, Extent::Cards))
}

fn ids(rules: &[&'static Rule]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.id).collect()
}

/// What the rules of a call are asked about.
struct Judging<'a> {
    case: Case<'a>,
    /// What may be true of the patient, each with the case that it would be.
    supposed: Vec<(&'a Supposition, Case<'a>)>,
}

impl<'a> Judging<'a> {
    fn of(
        asked: &'a [&'static str],
        chart: &'a Chart,
        suppositions: &'a [Supposition],
        hook: Hook,
        policy: &'a Policy,
        terminology: &'a Terminology,
        indications: &'a Indications,
    ) -> Self {
        let case_of = |chart| Case::new(chart, hook, asked, policy, terminology, indications);
        let supposed = suppositions.iter().map(|supposition| (supposition, case_of(&supposition.chart)));
        Self { case: case_of(chart), supposed: supposed.collect() }
    }

    /// What is supposed and may change what a rule finds.
    fn changing<'s>(
        &'s self,
        rule: &'static Rule,
        verdict: Verdict,
    ) -> impl Iterator<Item = &'s (&'a Supposition, Case<'a>)> {
        let judges_fitness = rules::JUDGING_FITNESS.contains(&rule.id);
        self.supposed.iter().filter(move |(supposition, _)| supposition.may_change(verdict, judges_fitness))
    }

    /// Whether a rule can concern the patient. What is supposed is compared with the tree of what was found.
    fn must_ask(&self, rule: &'static Rule) -> bool {
        self.changing(rule, Verdict::NotMet).next().is_some() || concerns(rule, &self.case)
    }

    fn evaluation(&self, rules: &[&'static Rule], extent: Extent) -> Evaluation {
        let outcomes: Vec<Outcome> = rules.iter().map(|rule| self.outcome(rule, extent)).collect();
        // Most calls have no card, and nobody reads.
        let reader = if outcomes.iter().any(Outcome::has_card) { self.case.reader() } else { Reader::Elsewhere };
        Evaluation { outcomes, reader }
    }

    fn outcome(&self, rule: &'static Rule, extent: Extent) -> Outcome {
        if extent == Extent::Cards && !self.must_ask(rule) {
            let finding = Some(Finding::of_no_concern());
            return Outcome { rule, finding, used: Used::default(), spans: Vec::new() };
        }
        let (finding, mut noted) = find(rule, &self.case);
        let mut others = Vec::new();
        if let Some(found) = &finding {
            for (supposition, case) in self.changing(rule, found.verdict()) {
                let (other, more) = find(rule, case);
                noted.extend(&supposed_in(more, &noted));
                others.extend(other.map(|other| (*supposition, other)));
            }
        }
        Outcome {
            rule,
            finding: finding.map(|found| supposition::asked(found, others)),
            used: noted.numbers,
            spans: noted.spans,
        }
    }
}

/// What was noted of a chart in which something counts of which that is not clear. A time that is counted anyway stays as it is.
fn supposed_in(noted: Noted, known: &Noted) -> Noted {
    let is_new = |span: &Span| !known.spans.contains(span);
    let spans = noted.spans.into_iter().filter(is_new).map(|span| Span { is_supposed: true, ..span });
    Noted { spans: spans.collect(), ..noted }
}

/// The cell therapies with a day, the latest episode of each kind: what a picture of the patient's course counts from.
#[must_use]
pub fn days_zero(
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
) -> Vec<DayZero> {
    let case = Case::new(chart, hook, &[], policy, terminology, indications);
    let known = case.cell_therapies().known.iter();
    known.filter_map(|of| Some(DayZero { cells: of.cells, day: of.date?, evidence: of.evidence.clone() })).collect()
}

/// Whether the patient had a cell therapy at all. What speaks of one in words alone leaves it open.
pub fn has_cell_therapy(
    chart: &Chart,
    hook: Hook,
    policy: &Policy,
    terminology: &Terminology,
    indications: &Indications,
) -> Verdict {
    let case = Case::new(chart, hook, &[], policy, terminology, indications);
    let therapies = case.cell_therapies();
    let any = therapies.any(|_| Judgement::met(Vec::new())).verdict();
    if any == Verdict::NotMet && therapies.in_words { Verdict::Unknown } else { any }
}

/// Whether a rule can concern the patient. A dead patient gets no card; a fault concerns, and shows where the rule is asked.
fn concerns(rule: &Rule, case: &Case<'_>) -> bool {
    !case.alive().is_not_met() && catch_unwind(AssertUnwindSafe(|| (rule.concerns)(case))).unwrap_or(true)
}

/// What a rule finds in a case, and what that rests on.
fn find(rule: &Rule, case: &Case<'_>) -> (Option<Finding>, Noted) {
    case.take_noted();
    // A rule that panics is a defect; it must not take the other rules' cards with it.
    let finding = catch_unwind(AssertUnwindSafe(|| (rule.judge)(case))).ok();
    (finding, case.take_noted())
}

impl Evaluation {
    /// Whether one of `rules`, apart from `own`, has a card: then a row that they own is said there.
    #[must_use]
    pub fn is_said_by(&self, rules: &[&str], own: &str) -> bool {
        self.outcomes.iter().any(|of| of.rule.id != own && rules.contains(&of.rule.id) && of.has_card())
    }

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
