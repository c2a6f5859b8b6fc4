//! The shapes of the marks. What differs in meaning differs in shape or pattern, never in colour alone.

use maud::{Markup, html};

use super::Mark;
use cellwise_clinic::Indicator;
use cellwise_record::Source;

/// What an entry is, as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Given,
    Stated,
    Prescribed,
    Procedure,
    Request,
    Diagnosis,
    Finding,
    Draft,
    Other,
}

impl Kind {
    /// Every kind, with the text that names it.
    pub(super) const ALL: [(Self, &'static str); 9] = [
        (Self::Given, "course-legend-given"),
        (Self::Stated, "course-legend-stated"),
        (Self::Prescribed, "course-legend-prescribed"),
        (Self::Procedure, "course-legend-procedure"),
        (Self::Request, "course-legend-request"),
        (Self::Diagnosis, "course-legend-diagnosis"),
        (Self::Finding, "course-legend-finding"),
        (Self::Draft, "course-legend-draft"),
        (Self::Other, "course-legend-other"),
    ];

    pub(super) fn of(mark: &Mark) -> Self {
        match mark.evidence.source {
            Source::MedicationAdministrations => Self::Given,
            Source::MedicationStatements => Self::Stated,
            Source::MedicationRequests => Self::Prescribed,
            Source::Procedures => Self::Procedure,
            Source::ServiceRequests => Self::Request,
            Source::Conditions => Self::Diagnosis,
            Source::Observations | Source::DiagnosticReports => Self::Finding,
            Source::DraftOrders => Self::Draft,
            Source::Patient | Source::ResearchSubjects | Source::Consents | Source::Allergies | Source::Encounters => {
                Self::Other
            }
        }
    }

    /// The class that the style sheet knows it by.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Stated => "stated",
            Self::Prescribed => "prescribed",
            Self::Procedure => "procedure",
            Self::Request => "request",
            Self::Diagnosis => "diagnosis",
            Self::Finding => "finding",
            Self::Draft => "draft",
            Self::Other => "other",
        }
    }

    /// Its shape around the origin, twelve units wide.
    pub(super) fn shape(self) -> Markup {
        let class = self.class();
        html! {
            @match self {
                Self::Given | Self::Finding => circle class=(class) r="5.5" {},
                Self::Stated => path class=(class) d="M-5.5 -5.5h11v11h-11z" {},
                Self::Prescribed => circle class=(class) r="5" {},
                Self::Procedure => path class=(class) d="M0 -6.5L6.5 5.5h-13z" {},
                Self::Request => path class=(class) d="M0 -6L6 5h-12z" {},
                Self::Diagnosis => path class=(class) d="M0 -7L7 0L0 7L-7 0z" {},
                Self::Draft => path class=(class) d="M-6 -2h4v-4h4v4h4v4h-4v4h-4v-4h-4z" {},
                Self::Other => path class=(class) d="M-5 -5h10v10h-10z" {},
            }
        }
    }
}

/// The flag of a card: its urgency by shape.
pub(super) fn flag(indicator: Indicator) -> Markup {
    let (class, outline, _) = flag_of(indicator);
    html! { g class={ "flag " (class) } { path d=(outline) {} } }
}

/// What is written on a flag, and its number beside it. It lies on the flag: a link is called by its words, not by these.
pub(super) fn flag_letters(indicator: Indicator, number: usize) -> Markup {
    let (class, _, letter) = flag_of(indicator);
    html! {
        g class={ "flag " (class) } aria-hidden="true" {
            text y="5" text-anchor="middle" { (letter) }
            text.number x="15" y="5" { (number) }
        }
    }
}

fn flag_of(indicator: Indicator) -> (&'static str, &'static str, &'static str) {
    match indicator {
        Indicator::Critical => ("critical", "M-5 -11h10l6 6v10l-6 6h-10l-6 -6v-10z", "!!"),
        Indicator::Warning => ("warning", "M0 -12L12 10h-24z", "!"),
        Indicator::Info => ("info", "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0 -22 0z", "i"),
    }
}

/// What a thing that is not known is drawn as, where it has a place.
pub(super) fn hole() -> Markup {
    html! {
        g.hole {
            circle r="7" {}
            path d="M-2.5 -1.5a2.5 2.5 0 1 1 3.6 2.2l-1.1 .9v.8M0 4.6v.2" {}
        }
    }
}

/// The patterns that the style sheet fills shapes with.
pub(super) fn patterns() -> Markup {
    html! {
        svg.patterns width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern id="course-hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch-ground width="7" height="7" {}
                    rect.hatch-line width="2" height="7" {}
                }
                pattern id="course-stripe" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)" {
                    rect.stripe-ground width="5" height="5" {}
                    rect.stripe-line width="2.5" height="5" {}
                }
                pattern id="course-dots" width="6" height="6" patternUnits="userSpaceOnUse" {
                    rect.dots-ground width="6" height="6" {}
                    circle.dots-dot cx="3" cy="3" r="1.3" {}
                }
            }
        }
    }
}
