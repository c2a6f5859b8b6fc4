//! What the picture shows, in words: the tables that a screen reader reads, and that a mark leads to.

use maud::{Markup, html};
use serde_json::Value;

use super::draw::{Drawing, id_of, id_of_hole};
use super::shapes;
use super::speaker::Speaker;
use super::words::{Words, start};
use super::{Course, Mark, Use};
use crate::markdown;

/// The cards in full.
pub(super) fn cards(course: &Course, words: &Words<'_>) -> Markup {
    html! {
        section.cards {
            h2 { (words.say("course-cards")) }
            @if course.flags.is_empty() { p { (words.say("course-no-cards")) } }
            @for (place, flag) in course.flags.iter().enumerate() {
                // The place that a link from a card leads to, whichever card it was.
                @if flag.is_opened { p #opened.small { (words.say("course-opened")) } }
                article id={ "c" (place + 1) } {
                    h3 {
                        svg.icon width="44" height="28" aria-hidden="true" {
                            svg x="14" y="14" { (shapes::flag(flag.indicator)) (shapes::flag_letters(flag.indicator, place + 1)) }
                        }
                        span.indicator { (words.indicator(flag.indicator)) ": " }
                        (flag.summary)
                    }
                    (markdown::card(text(&flag.card, "/detail")))
                    (offers(&flag.card, words))
                    p.small { (text(&flag.card, "/source/label")) }
                }
            }
        }
    }
}

/// The times that rules count.
pub(super) fn bands(course: &Course, words: &Words<'_>, drawing: &Drawing<'_>) -> Markup {
    html! {
        section.bands {
            h2 { (words.say("course-bands")) }
            @if course.bands.is_empty() {
                p { (words.say("course-no-bands")) }
            } @else {
                table {
                    thead { tr {
                        th scope="col" { (words.say("course-what")) }
                        th scope="col" { (words.say("course-from")) }
                        th scope="col" { (words.say("course-until")) }
                        th scope="col" { (words.say("course-rule")) }
                    } }
                    tbody {
                        @for (place, band) in course.bands.iter().enumerate() {
                            tr id={ "w" (place + 1) } {
                                th scope="row" { (words.span(band.span.number)) }
                                td.when { (words.date(&band.span.from)) }
                                td { (drawing.until(band)) " (" (words.number(band.span.number)) ")" }
                                td { (words.rules(band.rules.iter().copied())) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Every entry, in the order of time; last, those without a date.
pub(super) fn entries(course: &Course, words: &Words<'_>) -> Markup {
    let mut marks: Vec<&Mark> = course.marks().collect();
    marks.sort_by_key(|mark| mark.evidence.period.map(|period| start(&period).first));
    let line = |id: Option<String>, mark: &Mark| {
        html! {
            tr id=[id] {
                td.when {
                    @match mark.evidence.period {
                        Some(period) => {
                            (words.period(period))
                            @if let Some(clock) = words.clock(&period) { ", " (clock) }
                            br; span.small { (words.told_from_anchor(start(&period).first)) }
                        }
                        None => { (words.say("course-undated")) }
                    }
                }
                th scope="row" { (words.what(&mark.evidence)) br; span.small { (words.source(mark.evidence.source)) } }
                td { (uses(&mark.uses, words)) }
            }
        }
    };
    html! {
        section.entries {
            h2 { (words.say("course-entries")) }
            @if marks.is_empty() && course.undated.is_empty() {
                p { (words.say("course-nothing")) }
            } @else {
                p.small { (words.say("course-entries-lead")) }
                table {
                    thead { tr {
                        th scope="col" { (words.say("course-when")) }
                        th scope="col" { (words.say("course-what")) }
                        th scope="col" { (words.say("course-asked-by")) }
                    } }
                    tbody {
                        @for mark in marks { (line(Some(id_of(course, mark)), mark)) }
                        @for mark in &course.undated { (line(None, mark)) }
                    }
                }
            }
        }
    }
}

/// Everything that is not known.
pub(super) fn holes(course: &Course, words: &Words<'_>) -> Markup {
    html! {
        section.holes {
            h2 { (words.say("course-not-known")) }
            @if course.all_holes().next().is_none() {
                p { (words.say("course-all-known")) }
            } @else {
                table {
                    thead { tr {
                        th scope="col" { (words.say("course-why")) }
                        th scope="col" { (words.say("course-data")) }
                        th scope="col" { (words.say("course-asked-by")) }
                    } }
                    tbody {
                        @for hole in course.all_holes() {
                            tr id=(id_of_hole(course, hole)) {
                                th scope="row" { (words.gap(hole)) }
                                td {
                                    (words.source(hole.gap.source))
                                    @if let Some(period) = hole.period { br; (words.period(period)) }
                                }
                                td { (uses(&hole.uses, words)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The criteria that rest on something, by rule.
fn uses(uses: &[Use], words: &Words<'_>) -> Markup {
    let mut rules: Vec<(&str, Vec<&Use>)> = Vec::new();
    for by in uses {
        match rules.iter_mut().find(|(id, _)| *id == by.rule.id) {
            Some((_, of)) => of.push(by),
            None => rules.push((by.rule.id, vec![by])),
        }
    }
    html! {
        ul.uses {
            @for (_, of) in &rules {
                @if let Some(first) = of.first() {
                    li {
                        span.small { (words.rule(first.rule)) ": " }
                        @for (place, by) in of.iter().enumerate() {
                            @if place > 0 { "; " }
                            (words.criterion(by))
                        }
                    }
                }
            }
        }
    }
}

/// What a card suggests, and why it may be overridden, as an EHR offers it.
pub(crate) fn offers(card: &Value, words: &Speaker<'_>) -> Markup {
    let list = |key: &str| card.get(key).and_then(Value::as_array).into_iter().flatten();
    let suggestions: Vec<&str> = list("suggestions").map(|of| text(of, "/label")).collect();
    let reasons: Vec<&str> = list("overrideReasons").map(|of| text(of, "/display")).collect();
    html! {
        @if !suggestions.is_empty() {
            p.small { (words.say("course-suggestions")) }
            ul.offers { @for label in suggestions { li { (label) } } }
        }
        @if !reasons.is_empty() { p.small { (words.say("course-reasons")) " " (reasons.join("; ")) "." } }
    }
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
