//! The pages of the app: the course of a patient, why there is none, and which EHR to choose.

mod banner;
mod refused;

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use self::banner::{Banner, banner};
pub use self::refused::{Refused, refusal};
use crate::course::{self, Course, Speaker};
use crate::engine::Engine;
use crate::gather::FetchError;
use cellwise_clinic::{Language, Message, Rule};
use cellwise_record::{Moment, Source};

/// A page with a course, and what stands beside the picture.
pub struct Shown<'a> {
    /// The course.
    pub course: &'a Course,
    /// Whose it is, when the EHR does not show that itself.
    pub banner: Option<&'a Banner>,
    /// What could not be read, or not all of it.
    pub not_read: &'a [NotRead],
    /// The rule whose card led here.
    pub opened: Option<&'static Rule>,
    /// When it was read.
    pub seen: Seen<'a>,
}

/// When a page was made, and of which day it is.
pub struct Seen<'a> {
    /// Today, at the place of care.
    pub today: Moment,
    /// The time of day, at the place of care.
    pub clock: &'a str,
    /// Whether the course is that of a day that is over.
    pub is_past: bool,
}

/// A kind of data that did not come, or not all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotRead {
    /// Which.
    pub source: Source,
    /// Why, if it was asked for and did not come; `None`: only a part of it came.
    pub why: Option<FetchError>,
}

/// An EHR that can be chosen.
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Where it is chosen.
    pub href: String,
}

/// How the pages look.
#[must_use]
pub fn style() -> &'static str {
    static STYLE: LazyLock<String> = LazyLock::new(|| format!("{}\n{}", course::STYLE, include_str!("style.css")));
    &STYLE
}

/// The script of the pages. They can be read without it.
#[must_use]
pub fn script() -> &'static str {
    include_str!("script.js")
}

/// The course of a patient.
#[must_use]
pub fn shown(engine: &Engine, language: Language, shown: &Shown<'_>) -> String {
    let speaker = Speaker::new(engine, language);
    let Shown { course, banner, not_read, opened, seen } = shown;
    let body = html! {
        @if let Some(banner) = banner { (banner.markup(&speaker)) }
        div.bar {
            h1 { (speaker.say("course-title")) }
            (controls(&speaker, course, seen))
        }
        p.small {
            (speaker.say(Message::new("app-read-at").with("time", seen.clock.to_owned())))
            " " (speaker.say("app-stays"))
        }
        @if seen.is_past {
            p.notice { (speaker.say(Message::new("app-past").with("date", Moment::on(course.as_of.date)))) }
        }
        (lacking(&speaker, not_read))
        @if let Some(rule) = opened.filter(|_| !course.flags.iter().any(|flag| flag.is_opened)) {
            p #opened.notice {
                (speaker.say(Message::new("app-opened-none").with("rule", speaker.rule(rule))))
                " " a href={ "../../rules/" (rule.id) "?lang=" (language.code()) } { (speaker.say("app-rule")) }
            }
        }
        (PreEscaped(course::fragment(engine, course, language)))
    };
    page(&speaker, "../", &speaker.say("course-title"), &body)
}

/// The date, the print button, the other languages.
fn controls(speaker: &Speaker<'_>, course: &Course, seen: &Seen<'_>) -> Markup {
    let language = speaker.language();
    let day = if seen.is_past { format!("&as-of={}", course.as_of.date) } else { String::new() };
    let others = Language::ALL.iter().filter(|other| **other != language);
    html! {
        form.controls method="get" {
            input type="hidden" name="lang" value=(language.code());
            label for="as-of" { (speaker.say("app-as-of")) }
            input #as-of type="date" name="as-of" required min="1990-01-01" max=(seen.today.first)
                value=(course.as_of.date);
            button type="submit" { (speaker.say("app-show")) }
            @if seen.is_past {
                a href={ "?lang=" (language.code()) } { (speaker.say("app-today")) }
            }
            button #print type="button" hidden { (speaker.say("app-print")) }
            @for other in others {
                @let code = other.code();
                a href={ "?lang=" (code) (day) } hreflang=(code) lang=(code) { (speaker.in_language(*other).say("app-language")) }
            }
        }
    }
}

/// What could not be read: named before the picture, so that nobody takes what is not there for what is not so.
fn lacking(speaker: &Speaker<'_>, not_read: &[NotRead]) -> Markup {
    html! {
        @if !not_read.is_empty() {
            section.notice.lacking aria-label=(speaker.say("app-not-read")) {
                p { strong { (speaker.say("app-not-read")) } }
                ul { @for of in not_read { li { (speaker.source(of.source)) ": " (speaker.say(why(of.why))) } } }
                p.small { (speaker.say("app-not-read-means")) }
            }
        }
    }
}

/// Why data did not come, for people who do not know servers.
fn why(why: Option<FetchError>) -> &'static str {
    match why {
        None | Some(FetchError::Narrower | FetchError::TooLarge) => "app-why-part",
        Some(FetchError::Status(401 | 403)) => "app-why-denied",
        Some(FetchError::Status(404 | 405 | 501)) => "app-why-unknown-kind",
        Some(FetchError::TooLate | FetchError::Busy) => "app-why-slow",
        Some(FetchError::Unreachable) => "app-why-unreachable",
        Some(_) => "app-why-other",
    }
}

/// Which EHR to start from.
#[must_use]
pub fn choice(engine: &Engine, language: Language, choices: &[Choice]) -> String {
    let speaker = Speaker::new(engine, language);
    let body = html! {
        h1 { (speaker.say("course-title")) }
        p { (speaker.say("app-choose")) }
        ul { @for of in choices { li { a href=(of.href) { (of.name) } } } }
    };
    page(&speaker, "course/", &speaker.say("course-title"), &body)
}

/// The frame of every page; `root` leads to where its style is. Titles stand in histories: nothing of the patient.
fn page(speaker: &Speaker<'_>, root: &str, title: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang=(speaker.language().code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) " – cellwise" }
                link rel="stylesheet" href={ (root) "style.css" };
                script src={ (root) "script.js" } defer {}
            }
            body.app { main { (body) } }
        }
    }
    .into_string()
}
