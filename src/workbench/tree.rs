//! Every criterion of every rule, as a tree.

use maud::{Markup, html};

use super::Calls;
use crate::course::Speaker;
use crate::engine::Engine;
use cellwise_clinic::criteria::{Criteria, Row};
use cellwise_clinic::evaluation::Outcome;
use cellwise_clinic::{Finding, Language, Rule};
use cellwise_record::Verdict;

/// The trees of all rules that were asked, each rule once.
pub(super) fn trees(engine: &Engine, calls: &Calls<'_>, language: Language) -> Markup {
    let speaker = Speaker::new(engine, language);
    let mut outcomes: Vec<&Outcome> = Vec::new();
    for outcome in calls.iter().flat_map(|(judged, _)| &judged.evaluation.outcomes) {
        if !outcomes.iter().any(|known| known.rule.id == outcome.rule.id) {
            outcomes.push(outcome);
        }
    }
    // What has something to say first, then what is open.
    outcomes.sort_by_key(|outcome| (!outcome.has_card(), verdict_of(outcome) != Some(Verdict::Unknown)));
    html! {
        @for outcome in outcomes {
            details.rule {
                summary {
                    span.verdict { (mark(verdict_of(outcome))) }
                    " " (speaker.rule(outcome.rule)) " "
                    @if outcome.has_card() { span.small { (speaker.say("bench-has-card")) } }
                }
                p.small { code { (outcome.rule.id) } " " (outcome.rule.version) }
                @if let Some(finding) = &outcome.finding {
                    ul.tree { (part(&speaker, outcome.rule, &finding.criteria)) }
                } @else {
                    p { (speaker.say("bench-rule-failed")) }
                }
            }
        }
    }
}

fn verdict_of(outcome: &Outcome) -> Option<Verdict> {
    outcome.finding.as_ref().map(Finding::verdict)
}

fn mark(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        Some(Verdict::Met) => "✓",
        Some(Verdict::NotMet) => "✗",
        Some(Verdict::Unknown) => "?",
        None => "!",
    }
}

fn part(speaker: &Speaker<'_>, rule: &'static Rule, criteria: &Criteria) -> Markup {
    let group = |text: &'static str, parts: &[Criteria]| {
        html! {
            li {
                span.verdict { (mark(Some(criteria.judgement().verdict()))) } " " em { (speaker.say(text)) }
                ul { @for each in parts { (part(speaker, rule, each)) } }
            }
        }
    };
    match criteria {
        Criteria::All(parts) => group("bench-all", parts),
        Criteria::Any(parts) => group("bench-any", parts),
        Criteria::Unless(inner) => group("bench-unless", std::slice::from_ref(&**inner)),
        Criteria::Must(row) => leaf(speaker, rule, row, false),
        Criteria::Aside(row) => leaf(speaker, rule, row, true),
    }
}

fn leaf(speaker: &Speaker<'_>, rule: &'static Rule, row: &Row, is_aside: bool) -> Markup {
    let shown = row.shown();
    let is_shown_otherwise = shown.verdict() != row.answer.verdict();
    html! {
        li {
            span.verdict { (mark(Some(row.answer.verdict()))) }
            @if is_shown_otherwise { span.small { " (" (speaker.say("bench-shown-as")) " " (mark(Some(shown.verdict()))) ")" } }
            " " (speaker.of_rule(rule, &row.text))
            @if is_aside { span.small { " – " (speaker.say("bench-aside")) } }
            @if !shown.evidence().is_empty() || !shown.gaps().is_empty() {
                ul.small {
                    @for evidence in shown.evidence() {
                        li { (speaker.evidence(evidence)) " " code { (evidence.reference) } }
                    }
                    @for gap in shown.gaps() {
                        li { "? " (speaker.gap(rule, gap)) " " code { (gap.kind.name()) } }
                    }
                }
            }
        }
    }
}
