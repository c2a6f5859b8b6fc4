//! The page: a picture, the cards, and the tables with everything in words.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::draw::Drawing;
use super::shapes::{self, Kind};
use super::words::Words;
use super::{Course, tables};
use crate::engine::Engine;
use cellwise_clinic::{Language, Message};
use cellwise_record::{Moment, Verdict};

/// How the picture looks.
pub const STYLE: &str = include_str!("style.css");

/// What a page may do that carries all it needs: nothing but its own styles, and no network at all.
pub(crate) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The picture with its tables, to stand in a page that has [`STYLE`].
#[must_use]
pub fn fragment(engine: &Engine, course: &Course, language: Language) -> String {
    body(engine, course, language).into_string()
}

/// A page of its own, complete in one file.
#[must_use]
pub fn document(engine: &Engine, course: &Course, language: Language) -> String {
    let words = Words::new(engine, language, course);
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                // Titles stand in histories and lists of windows: nothing of the patient.
                title { (words.say("course-title")) " – cellwise" }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (words.say("course-title")) } (body(engine, course, language)) } }
        }
    }
    .into_string()
}

fn body(engine: &Engine, course: &Course, language: Language) -> Markup {
    let words = Words::new(engine, language, course);
    let drawing = Drawing::new(course, &words);
    html! {
        div.course lang=(language.code()) {
            (head(course, &words))
            // Before any shape that is filled with them.
            (shapes::patterns())
            section.picture {
                h2 { (words.say("course-picture")) }
                p.small { (words.say("course-picture-lead")) }
                (legend(course, &words))
                (drawing.picture())
            }
            (tables::cards(course, &words))
            (tables::bands(course, &words, &drawing))
            (tables::holes(course, &words))
            (tables::entries(course, &words))
            p.small { (words.say("course-printed")) }
        }
    }
}

/// Whose course it is, when, and what day 0 is.
fn head(course: &Course, words: &Words<'_>) -> Markup {
    let born = course.patient.birth_date.ok();
    html! {
        header {
            p.who {
                strong { (words.patient(course)) }
                @if let Some(born) = born {
                    ", " (words.say(Message::new("course-born").with("date", born)))
                }
                ", " (words.say(Message::new("course-record").with("id", course.patient.id.clone())))
            }
            p {
                (words.say(Message::new("course-as-of").with("date", Moment::on(course.as_of.date))))
                @match course.days_zero.first() {
                    Some(zero) => {
                        ", " strong { (words.told_from_anchor(course.as_of.date)) } ". "
                        (words.day_zero(zero)) "."
                    }
                    None => { ". " strong { (words.say(match course.had_cell_therapy {
                        Verdict::Met => "course-zero-undated",
                        Verdict::NotMet => "course-zero-none",
                        Verdict::Unknown => "course-zero-not-known",
                    })) } " " (words.say("course-from-today")) }
                }
            }
            @for other in course.days_zero.iter().skip(1) {
                p { (words.say("course-other-zero")) ": " (other.evidence.what) ", " (words.date(&other.day)) "." }
            }
            p.small { (words.say("course-lead")) }
        }
    }
}

/// What the marks mean: only those that the picture has.
fn legend(course: &Course, words: &Words<'_>) -> Markup {
    let has = |kind: Kind| course.marks().any(|mark| Kind::of(mark) == kind);
    let swatch = |class: &str| {
        html! { svg.key width="28" height="16" aria-hidden="true" { rect class=(class) x="2" y="3" width="24" height="10" {} } }
    };
    let line = |class: &str| {
        html! { svg.key width="28" height="16" aria-hidden="true" { g.ground { line class=(class) x1="14" x2="14" y1="0" y2="16" {} } } }
    };
    html! {
        ul.legend aria-label=(words.say("course-legend")) {
            @for (kind, text) in Kind::ALL {
                @if has(kind) {
                    li {
                        svg.key width="28" height="16" aria-hidden="true" { svg x="14" y="8" { (kind.shape()) } }
                        (words.say(text))
                    }
                }
            }
            @if !course.bands.is_empty() { li { (swatch("band")) (words.say("course-legend-band")) } }
            @if course.bands.iter().any(|band| band.span.is_supposed) {
                li { (swatch("band supposed")) (words.say("course-legend-band-supposed")) }
            }
            @if course.all_holes().next().is_some() {
                li { (swatch("unknown")) (words.say("course-legend-not-known")) }
            }
            @if course.marks().any(is_imprecise) {
                li { (swatch("bar imprecise")) (words.say("course-legend-imprecise")) }
            }
            @if !course.days_zero.is_empty() { li { (line("zero")) (words.say("course-legend-zero")) } }
            li { (line("present")) (words.say("course-legend-present")) }
        }
    }
}

fn is_imprecise(mark: &super::Mark) -> bool {
    use cellwise_record::EvidencePeriod;
    matches!(mark.evidence.period, Some(EvidencePeriod::On(day)) if day.exact_day().is_none())
}
