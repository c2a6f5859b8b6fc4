//! What each rule needs, and what it got.

use maud::{Markup, html};

use super::Calls;
use crate::course::Speaker;
use crate::engine::Engine;
use cellwise_clinic::evaluation::Outcome;
use cellwise_clinic::{Language, Rule};
use cellwise_record::facts::medication::UseKind;
use cellwise_record::{Chart, Gap, Source};

/// The kinds of data that the rules need, with what came of each.
pub(super) fn table(engine: &Engine, calls: &Calls<'_>, language: Language) -> Markup {
    let speaker = Speaker::new(engine, language);
    // A rule that two services ask got what the first of them brought.
    let mut asked: Vec<(&'static Rule, &Chart)> = Vec::new();
    for (judged, _) in calls {
        for Outcome { rule, .. } in &judged.evaluation.outcomes {
            if !asked.iter().any(|(known, _)| known.id == rule.id) {
                asked.push((*rule, &judged.request.chart));
            }
        }
    }
    html! {
        table {
            thead { tr {
                th scope="col" { (speaker.say("course-rule")) }
                th scope="col" { (speaker.say("bench-got")) }
            } }
            tbody {
                @for (rule, chart) in asked {
                    tr {
                        th scope="row" { (speaker.rule(rule)) br; code.small { (rule.id) } }
                        td { ul.uses {
                            @for source in rule.needs { li { (speaker.source(*source)) ": " (state(&speaker, rule, chart, *source)) } }
                        } }
                    }
                }
            }
        }
    }
}

/// How many entries of a kind that matter came, else that there are none; and what is wrong with the rest.
fn state(speaker: &Speaker<'_>, rule: &'static Rule, chart: &Chart, source: Source) -> Markup {
    let gaps: Vec<Gap> = chart.sources().gaps_of(source);
    let entries = entries(chart, source);
    let is_missing = chart.sources().is_undelivered(source);
    html! {
        @if entries > 0 { (entries) }
        @if entries == 0 && !is_missing { (speaker.say("bench-none")) }
        @if chart.sources().is_held_nowhere(source) { " " (speaker.say("bench-held-nowhere")) }
        @for gap in &gaps { " " strong { (speaker.gap(rule, gap)) } }
    }
}

/// How many entries of a kind are in the chart: those that rules may ask about.
fn entries(chart: &Chart, source: Source) -> usize {
    let uses = |kind| chart.medications.iter().filter(|of| of.kind == kind).count();
    match source {
        Source::Patient => usize::from(chart.patient.supplied),
        Source::Conditions => chart.conditions.len(),
        Source::MedicationRequests => uses(UseKind::Prescribed),
        Source::MedicationStatements => uses(UseKind::Stated),
        Source::MedicationAdministrations => uses(UseKind::Given),
        Source::Procedures => chart.procedures.len(),
        Source::ServiceRequests => chart.service_requests.len(),
        Source::Observations => chart.observations.len(),
        Source::DiagnosticReports => chart.reports.len(),
        Source::ResearchSubjects => chart.trials.len(),
        Source::Consents => chart.consents.len(),
        Source::Allergies => chart.allergies.len(),
        Source::Encounters => chart.encounters.len(),
        Source::DraftOrders => chart.orders.len(),
    }
}
