//! The cards: how urgent, what they say, what can be done with them; and what went over the wire.

use maud::{Markup, html};

use super::Words;
use crate::ehr::card::{Indicator, Reason};
use crate::ehr::desk::{Call, Held, Visit};
use crate::markdown;

/// What the services answered to the last hook.
pub(super) fn answers(words: &Words<'_>, path: &str, visit: &Visit) -> Markup {
    let mut held: Vec<&Held> = visit.calls.iter().flat_map(|call| &call.cards).collect();
    held.sort_by_key(|held| match held.card.indicator {
        Indicator::Critical => 0,
        Indicator::Warning => 1,
        Indicator::Info => 2,
    });
    let problems: Vec<(&Call, &String)> =
        visit.calls.iter().flat_map(|call| call.problems.iter().map(move |problem| (call, problem))).collect();
    html! {
        section #cards aria-labelledby="cards-title" {
            h2 #cards-title {
                (words.say("ehr-cards"))
                @if let Some(hook) = &visit.hook { " (" (hook) ")" }
            }
            @if let Some(problem) = &visit.problem { p.problem role="status" { (problem) } }
            @for (call, problem) in &problems {
                p.problem role="status" { strong { (call.title) } ": " (problem) }
            }
            @if held.is_empty() && visit.problem.is_none() && problems.is_empty() {
                p { (words.say(if visit.hook.is_some() { "ehr-no-cards" } else { "ehr-no-hook" })) }
            }
            @for held in held { (card(words, path, held)) }
        }
        (wire(words, visit))
    }
}

fn card(words: &Words<'_>, path: &str, held: &Held) -> Markup {
    let card = &held.card;
    let (class, said) = match card.indicator {
        Indicator::Critical => ("critical", "ehr-critical"),
        Indicator::Warning => ("warning", "ehr-warning"),
        Indicator::Info => ("info", "ehr-info"),
    };
    let title = format!("title-{}", held.handle);
    html! {
        article.card.(class) aria-labelledby=(title) lang=(words.language.code()) {
            p.indicator { (words.say(said)) }
            h3 id=(title) { (card.summary) }
            @if let Some(detail) = &card.detail { div.detail { (markdown::card(detail)) } }
            p.small {
                (words.say("ehr-source")) " "
                @match card.source.url.as_deref().filter(|url| is_web(url)) {
                    Some(url) => a href=(url) target="_blank" rel="noopener noreferrer" { (card.source.label) },
                    None => (card.source.label),
                }
            }
            (suggestions(words, path, held))
            (links(words, path, held))
            (settled(words, path, held))
        }
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn suggestions(words: &Words<'_>, path: &str, held: &Held) -> Markup {
    html! {
        @if !held.card.suggestions.is_empty() {
            form method="post" action={ (path) "/accept" } {
                input type="hidden" name="card" value=(held.handle);
                p.buttons {
                    @for (place, suggestion) in held.card.suggestions.iter().enumerate() {
                        button type="submit" name="suggestion" value=(place) disabled[!held.is_open(place)] {
                            @if held.taken.contains(&place) { "✓ " }
                            (suggestion.label)
                            @if suggestion.is_recommended { " (" (words.say("ehr-recommended")) ")" }
                        }
                        " "
                    }
                }
            }
        }
    }
}

fn links(words: &Words<'_>, path: &str, held: &Held) -> Markup {
    html! {
        @if !held.card.links.is_empty() {
            ul.links {
                @for (place, link) in held.card.links.iter().enumerate() {
                    li {
                        @if link.kind == "smart" {
                            a href={ (path) "/launch?card=" (held.handle) "&link=" (place) } target="_blank" rel="noopener" { (link.label) }
                            " " span.small { (words.say("ehr-app")) }
                        } @else if is_web(&link.url) {
                            a href=(link.url) target="_blank" rel="noopener noreferrer" { (link.label) }
                        } @else {
                            (link.label) " " code { (link.url) }
                        }
                    }
                }
            }
        }
    }
}

/// What became of a card; as long as nothing did, how it is overridden.
fn settled(words: &Words<'_>, path: &str, held: &Held) -> Markup {
    let is_settled = held.overridden.is_some() || !held.taken.is_empty();
    html! {
        @if let Some(why) = &held.overridden { p.settled role="status" { (words.say("ehr-overridden")) " " (why) } }
        @if !held.taken.is_empty() { p.settled role="status" { (words.say("ehr-accepted")) } }
        @if let Some(feedback) = &held.feedback {
            p.small { (words.say("ehr-feedback")) " " code { (feedback) } }
        }
        @if !is_settled {
            details {
                summary { (words.say("ehr-override")) }
                form method="post" action={ (path) "/override" } {
                    input type="hidden" name="card" value=(held.handle);
                    (reasons(words, held, &held.card.override_reasons))
                    p {
                        label for={ "comment-" (held.handle) } { (words.say("ehr-comment")) }
                        input type="text" id={ "comment-" (held.handle) } name="comment" autocomplete="off";
                    }
                    p { button type="submit" { (words.say("ehr-override-now")) } }
                }
            }
        }
    }
}

fn reasons(words: &Words<'_>, held: &Held, reasons: &[Reason]) -> Markup {
    html! {
        @if !reasons.is_empty() {
            p {
                label for={ "reason-" (held.handle) } { (words.say("ehr-reason")) }
                select id={ "reason-" (held.handle) } name="reason" {
                    @for (place, reason) in reasons.iter().enumerate() {
                        option value=(place) { (reason.display.as_deref().unwrap_or(&reason.code)) }
                    }
                    option value="" { "–" }
                }
            }
        }
    }
}

/// Requests and responses as they are.
fn wire(words: &Words<'_>, visit: &Visit) -> Markup {
    html! {
        @if !visit.calls.is_empty() {
            section aria-labelledby="wire" {
                h2 #wire { (words.say("ehr-wire")) }
                @for call in &visit.calls {
                    details {
                        summary {
                            code { (call.service) }
                            @if let Some(answered) = &call.answered { " " (answered.status) ", " (answered.took.as_millis()) " ms" }
                        }
                        h3 { (words.say("ehr-request")) }
                        pre tabindex="0" { (call.request) }
                        @if let Some(answered) = &call.answered {
                            h3 { (words.say("ehr-response")) }
                            pre tabindex="0" { (answered.text) }
                        }
                    }
                }
            }
        }
    }
}
