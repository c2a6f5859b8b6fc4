//! Immunoglobulin G in the three years after CAR-T: measured, and high enough.
//!
//! ## What it flags
//! Up to and including three years after CAR-T: IgG that was not measured in the last six months, or is below 4 g/L.
//!
//! ## Why it matters
//! Anti-CD19 CAR-T takes the B cells along; their recovery can take up to three years (CART-107, CART-097). Low
//! immunoglobulins raise the risk of opportunistic infections (CART-109): "Het wordt dan ook aangeraden om de IgG-waarden te
//! monitoren en waar nodig te zorgen voor substitutie" (CART-098).
//!
//! ## When it is met
//! - The newest IgG is below 4 g/L: warning, consider substitution. Immunoglobulin in use, or given in the last six weeks:
//!   info.
//! - The newest IgG is older than six calendar months, or there is none, from day 30 after CAR-T on: info, with a suggestion
//!   to order it. A low one that is older says to measure again first.
//!
//! ## When it stays quiet
//! Later than three years; IgG of 4 g/L or more in the last six months, whatever the problem list says; no CAR-T, or only
//! planned; stem cell transplantation alone; after death. An infusion without any date shows nothing: it would at every visit.
//!
//! ## When it asks
//! The newest IgG has another unit, none, a bound that does not settle it (`< 7`) or a coarse date, or the infusion has a
//! coarse date: info. A CAR-T known only from an order marked completed, or in words only, shows nothing.
//!
//! ## Where the catalogue is silent
//! - Three years come from the recovery of B cells after anti-CD19 products; the rule holds for BCMA products, too, which take
//!   plasma cells. The line on B cells is shown for anti-CD19 products only.
//! - 4 g/L and six months come from outside (every 3–6 months; replacement below 4 g/L with serious or recurrent infections);
//!   the sources on which this project rests give neither. Infections are not weighed: the card says "consider".
//! - The same outside sources measure for the first time at day 30: before it nothing is missed. A low IgG is shown at once.
//! - Immunoglobulin is given every three to four weeks: one of the last 42 days (`inference`) is still in effect.
//! - An IgG already requested: the card stays, the suggestion goes.
//!
//! ## Sources
//! CART-097, CART-098, CART-107, CART-109; outside: prevention of infection after CAR-T.

use crate::questions::stay::going_home::imprecise;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::therapy::window::{Place, Window};
use crate::{
    CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents, numbers,
};
use cellwise_record::search::newest::{Level, Measurements};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Progress, Source, Verdict};

/// The unit of the limit.
const UNIT: &str = "g/L";

/// The rule.
pub const RULE: Rule = Rule {
    id: "immunoglobulin-after-car-t",
    file: file!(),
    topic: "immunoglobulinAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::CAR_T_TOXICITY,
            statements: &["CART-097", "CART-098", "CART-107", "CART-109"],
        },
        Citation { document: &documents::INFECTION_AFTER_CAR_T, statements: &[] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[ValueSet::IMMUNOGLOBULIN_G_LEVEL],
    numbers: &[
        &numbers::B_CELL_RECOVERY_YEARS,
        &numbers::IGG_INTERVAL_MONTHS,
        &numbers::FIRST_IGG_DAYS,
        &numbers::LOW_IGG,
        &numbers::IMMUNOGLOBULIN_GIVEN_DAYS,
    ],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["already-treated", "arranged-elsewhere", "not-tolerated", "local-protocol", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let alive = q.alive().clone();
    let history = q.car_t_history();
    let happened = alive.and(history.judgement.clone());
    if happened.verdict() == Verdict::NotMet {
        return Finding::silent(&happened);
    }
    let years = q.whole(&numbers::B_CELL_RECOVERY_YEARS);
    let today = q.as_of.day();
    let window = q.window(&history, &today, |t0| t0.plus_months(12 * years), "gap-infusion-date");
    let measured = q.measurements(ValueSet::IMMUNOGLOBULIN_G_LEVEL);
    let months = q.whole(&numbers::IGG_INTERVAL_MONTHS);
    let recent = measured.recent(|when| when.plus_months(months).on_or_after(&today));
    let level = measured.below(q.value(&numbers::LOW_IGG), UNIT, "gap-bound");
    let due = due(q, &history);
    let concern = level.judgement.clone().or(due.clone().and(!recent.clone()));
    let judgement = happened.and(window.judgement.clone()).and(concern.clone());
    let Some(reading) = read(&window, &concern, &recent, &due, &level, &measured) else {
        return Finding::silent(&judgement);
    };
    let given = q.in_use_or_given(ValueSet::HUMAN_IMMUNOGLOBULIN, q.whole(&numbers::IMMUNOGLOBULIN_GIVEN_DAYS));
    let substituted = given.verdict() == Verdict::Met;
    let mut card = card(q, reading, &level, substituted);
    if reading.is_low() {
        card.context.push(Message::new("context-infections"));
    }
    if q.names_cd19_product(&history) {
        card.context.push(Message::new("context-b-cells"));
    }
    let mut rows = vec![
        Criterion::new(Message::new("criterion-window").with("years", years), window.judgement),
        Criterion::new(
            Message::new("criterion-low").with("limit", q.value(&numbers::LOW_IGG)),
            level.row("gap-not-measured"),
        ),
        Criterion::new(Message::new("criterion-measured").with("months", months), recent),
    ];
    if reading.is_low() {
        rows.push(Criterion::new(Message::new("criterion-substitution"), given));
    }
    Finding::beside(&judgement, rows, Some(card))
}

/// Whether the first measurement after CAR-T is due. An infusion that is hidden may have been earlier.
fn due(q: &Case<'_>, history: &TherapyHistory) -> Judgement {
    let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
    let Some((t0, event)) = first else { return Judgement::met(Vec::new()) };
    match q.as_of.day().on_or_after(&t0.plus_days(q.whole(&numbers::FIRST_IGG_DAYS))) {
        Verdict::Met => Judgement::met(Vec::new()),
        Verdict::NotMet => Judgement::found(Vec::new(), q.hidden_infusions()),
        Verdict::Unknown => Judgement::unknown(vec![imprecise(&event.evidence)]),
    }
}

/// What the card says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Low now.
    Low,
    /// Low, but long ago.
    LowLongAgo,
    /// Not measured lately.
    NotMeasured,
    /// There is a value that can't be judged.
    Unclear,
    /// Whether the three years are over can't be told.
    UnclearWindow,
}

impl Reading {
    fn is_low(self) -> bool {
        matches!(self, Self::Low | Self::LowLongAgo)
    }
}

fn read(
    window: &Window,
    concern: &Judgement,
    recent: &Judgement,
    due: &Judgement,
    level: &Level<'_>,
    measured: &Measurements<'_>,
) -> Option<Reading> {
    let low = level.judgement.verdict() == Verdict::Met;
    match (window.place, concern.verdict()) {
        (Place::Outside | Place::Undated, _) | (_, Verdict::NotMet) => None,
        (Place::Straddles, Verdict::Met) => Some(Reading::UnclearWindow),
        (Place::Inside, Verdict::Met) if low && recent.verdict() == Verdict::NotMet => Some(Reading::LowLongAgo),
        (Place::Inside, Verdict::Met) if low => Some(Reading::Low),
        (Place::Inside, Verdict::Met) => Some(Reading::NotMeasured),
        // A value that is there and does not tell is worth a question; data that was not sent is named elsewhere.
        (_, Verdict::Unknown) if level.is_unclear => Some(Reading::Unclear),
        (_, Verdict::Unknown) if measured.is_undelivered() => None,
        (_, Verdict::Unknown) if recent.gaps().iter().any(|gap| gap.kind == GapKind::ImpreciseDate) => {
            Some(Reading::Unclear)
        }
        // Only entries without a code may be a recent one.
        (Place::Inside, Verdict::Unknown) if recent.verdict() == Verdict::Unknown && due.verdict() == Verdict::Met => {
            Some(Reading::NotMeasured)
        }
        (_, Verdict::Unknown) => None,
    }
}

fn card(q: &Case<'_>, reading: Reading, level: &Level<'_>, substituted: bool) -> CardFacts {
    let months = q.whole(&numbers::IGG_INTERVAL_MONTHS);
    let value = level.value(UNIT).unwrap_or_default();
    let low = |id: &'static str| Message::new(id).with("value", value.clone());
    let (indicator, summary) = match reading {
        Reading::Low if substituted => (Indicator::Info, low("summary-low-substituted")),
        Reading::Low => (Indicator::Warning, low("summary-low")),
        Reading::LowLongAgo => (Indicator::Info, low("summary-low-long-ago").with("months", months)),
        Reading::NotMeasured => (Indicator::Info, Message::new("summary-not-measured").with("months", months)),
        Reading::Unclear => (Indicator::Info, Message::new("summary-unclear")),
        Reading::UnclearWindow => (Indicator::Info, Message::new("summary-unclear-window")),
    };
    CardFacts {
        indicator,
        summary,
        lead: vec![
            Message::new("advice-monitor")
                .with("limit", q.value(&numbers::LOW_IGG))
                .with("months", months)
                .with("first", q.whole(&numbers::FIRST_IGG_DAYS)),
        ],
        context: Vec::new(),
        suggestions: order(q).into_iter().filter(|_| reading != Reading::Low).collect(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: RULE.citations,
    }
}

/// Draft the measurement, unless it is requested already.
fn order(q: &Case<'_>) -> Option<Suggestion> {
    let requests = q.service_requests(ValueSet::IMMUNOGLOBULIN_G_LEVEL);
    let requested = requests.items.iter().any(|request| request.progress != Progress::Done);
    let code = q.terminology.members(ValueSet::IMMUNOGLOBULIN_G_LEVEL).first().filter(|_| !requested)?;
    let proposal = Proposal::Service { code: Some(code.clone()), reasons: Vec::new() };
    Some(Suggestion { label: Message::new("suggest-measure"), proposal, note: None })
}
