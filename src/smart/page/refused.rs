//! Why there is no course, for whoever wanted to see one: what happened, what to do, and a word for the helpdesk.

use maud::html;

use super::page;
use crate::course::Speaker;
use crate::engine::Engine;
use cellwise_clinic::Language;

/// Every way in which a launch or a page can fail. Closed on purpose: a new way needs words here, and a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The launch does not say from which FHIR server it comes, or says it twice.
    NotALaunch,
    /// The FHIR server of the launch is of no client that has the app.
    UnknownServer,
    /// The configuration of the EHR's authorization server can't be had, or can't be used: why.
    NoConfiguration(&'static str),
    /// The authorization server can not do PKCE with S256.
    NoPkce,
    /// The authorization server refused: its code.
    Denied(&'static str),
    /// Nobody waits for this answer: it came before, too late, or to no launch of this server.
    LaunchOver,
    /// The answer came to another browser than the launch, or the browser keeps no cookie here.
    OtherBrowser,
    /// No token came for the code: why.
    NoToken(&'static str),
    /// The EHR did not say which patient.
    NoPatient,
    /// Who the user is was said in a way that can't be believed: why.
    UserNotProven(&'static str),
    /// The token is no longer good, or nobody knows this page.
    SessionOver,
    /// As many requests are being answered as may be.
    Busy,
    /// The access log can't be written.
    NotLogged,
    /// The server is at fault.
    Fault,
}

impl Refused {
    /// A short name for the log and the helpdesk.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotALaunch => "not-a-launch",
            Self::UnknownServer => "unknown-server",
            Self::NoConfiguration(_) => "no-configuration",
            Self::NoPkce => "no-pkce",
            Self::Denied(_) => "denied",
            Self::LaunchOver => "launch-over",
            Self::OtherBrowser => "other-browser",
            Self::NoToken(_) => "no-token",
            Self::NoPatient => "no-patient",
            Self::UserNotProven(_) => "user-not-proven",
            Self::SessionOver => "session-over",
            Self::Busy => "busy",
            Self::NotLogged => "not-logged",
            Self::Fault => "fault",
        }
    }

    /// More of it, where there is more.
    #[must_use]
    pub fn detail(self) -> Option<&'static str> {
        match self {
            Self::NoConfiguration(why) | Self::Denied(why) | Self::NoToken(why) | Self::UserNotProven(why) => Some(why),
            _ => None,
        }
    }

    /// What happened, and what to do.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotALaunch => ("app-refused-not-a-launch", "app-do-open-from-ehr"),
            Self::UnknownServer => ("app-refused-unknown-server", "app-do-tell-helpdesk"),
            Self::NoConfiguration(_) => ("app-refused-no-configuration", "app-do-try-later"),
            Self::NoPkce => ("app-refused-no-pkce", "app-do-tell-helpdesk"),
            Self::Denied(_) => ("app-refused-denied", "app-do-ask-access"),
            Self::LaunchOver => ("app-refused-launch-over", "app-do-open-again"),
            Self::OtherBrowser => ("app-refused-other-browser", "app-do-cookies"),
            Self::NoToken(_) => ("app-refused-no-token", "app-do-open-again"),
            Self::NoPatient => ("app-refused-no-patient", "app-do-open-record"),
            Self::UserNotProven(_) => ("app-refused-user-not-proven", "app-do-tell-helpdesk"),
            Self::SessionOver => ("app-refused-session-over", "app-do-open-again"),
            Self::Busy => ("app-refused-busy", "app-do-try-later"),
            Self::NotLogged => ("app-refused-not-logged", "app-do-try-later"),
            Self::Fault => ("app-refused-fault", "app-do-tell-helpdesk"),
        }
    }
}

/// The page that says so; `root` leads to where its style is.
#[must_use]
pub fn refusal(engine: &Engine, language: Language, refused: Refused, root: &str) -> String {
    let speaker = Speaker::new(engine, language);
    let (what, what_to_do) = refused.words();
    let title = speaker.say("app-no-course");
    let body = html! {
        h1 { (title) }
        p role="alert" { (speaker.say(what)) }
        p { (speaker.say(what_to_do)) }
        p { (speaker.say("app-says-nothing")) }
        p.small {
            (speaker.say("app-for-helpdesk")) " " code { (refused.name()) @if let Some(detail) = refused.detail() { " " (detail) } }
        }
    };
    page(&speaker, root, &title, &body)
}
