//! What became of a patient, as a part of the page.

use maud::{Markup, html};
use serde_json::Value;

use super::question::Question;
use super::{Asked, Calls, case, data, tree};
use crate::call::Refusal;
use crate::course::{self, Course, Speaker};
use crate::engine::Engine;
use cellwise_record::Moment;

/// From how many days before day 0 to how many after it the slider goes; and around the present, where there is no day 0.
const AROUND_DAY_ZERO: (i32, i32) = (-90, 760);
const AROUND_TODAY: (i32, i32) = (-365, 365);

/// The whole result.
pub(super) fn fragment(
    engine: &Engine,
    question: &Question,
    course: Option<&Course>,
    calls: &Calls<'_>,
    asked: &[Asked<'_>],
) -> String {
    let speaker = Speaker::new(engine, question.language);
    let case = case::case(question, course, calls, asked);
    let case = serde_json::to_string_pretty(&case).unwrap_or_default();
    let (first, last) = range(question, course);
    html! {
        div.result data-first=(first.first) data-last=(last.first) data-today=(question.as_of.date) {
            ul.answers { @for one in asked { (answer(&speaker, one, calls)) } }
            ul.topics hidden {
                @for flag in course.iter().flat_map(|course| &course.flags) {
                    li data-id=(flag.id) data-indicator=(speaker.indicator(flag.indicator)) { (flag.summary) }
                }
            }
            @if let Some(course) = course { (maud::PreEscaped(course::fragment(engine, course, question.language))) }
            section.course {
                h2 { (speaker.say("bench-criteria")) }
                (tree::trees(engine, calls, question.language))
            }
            section.course {
                h2 { (speaker.say("bench-data")) }
                (data::table(engine, calls, question.language))
            }
            section.course {
                h2 { (speaker.say("bench-raw")) }
                @for one in asked { (raw(&speaker, one, calls)) }
            }
            pre.case hidden { (case) "\n" }
        }
    }
    .into_string()
}

/// The days between which the slider goes.
fn range(question: &Question, course: Option<&Course>) -> (Moment, Moment) {
    let zero = course.and_then(|course| course.days_zero.first());
    let (anchor, (before, after)) = match zero {
        Some(zero) => (Moment::on(zero.day.first), AROUND_DAY_ZERO),
        None => (question.as_of.day(), AROUND_TODAY),
    };
    (anchor.plus_days(before), anchor.plus_days(after))
}

/// What a service said, in one line.
fn answer(speaker: &Speaker<'_>, asked: &Asked<'_>, calls: &Calls<'_>) -> Markup {
    let cards = response(asked, calls).and_then(|response| response.get("cards")?.as_array().map(Vec::len));
    html! {
        li {
            code { (asked.service.id) } ": "
            @match &asked.refusal {
                None => { (speaker.count("bench-cards", cards.unwrap_or_default())) }
                Some(refusal) => { strong { (refused(speaker, refusal)) } }
            }
        }
    }
}

/// Why a service has no cards.
fn refused(speaker: &Speaker<'_>, refusal: &Refusal) -> Markup {
    html! {
        @match refusal {
            Refusal::Unobtainable { keys } => { (speaker.say("bench-unobtainable")) " " (keys.join(", ")) }
            Refusal::Invalid { problems } => {
                (speaker.say("bench-invalid"))
                @for problem in problems { " " code { (problem.pointer) } " " (problem.message) "; " }
            }
            Refusal::NotJson { message } => { (speaker.say("bench-invalid")) " " (message) }
            Refusal::HookNotServed { served } => { (speaker.say("bench-not-served")) " " (served.join(", ")) }
            Refusal::UnknownService => { (speaker.say("bench-invalid")) }
        }
    }
}

/// The answer of a service as it goes over the wire.
fn response(asked: &Asked<'_>, calls: &Calls<'_>) -> Option<Value> {
    let (_, answer) = calls.iter().find(|(judged, _)| judged.service.id == asked.service.id)?;
    serde_json::to_value(answer.as_ref()?).ok()
}

fn raw(speaker: &Speaker<'_>, asked: &Asked<'_>, calls: &Calls<'_>) -> Markup {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let request = serde_json::from_str::<Value>(&asked.request).map(|value| pretty(&value)).unwrap_or_default();
    html! {
        details {
            summary { (speaker.say("bench-request")) " " code { (asked.service.id) } }
            pre tabindex="0" { (request) }
        }
        @if let Some(response) = response(asked, calls) {
            details {
                summary { (speaker.say("bench-response")) " " code { (asked.service.id) } }
                pre tabindex="0" { (pretty(&response)) }
            }
        }
    }
}
