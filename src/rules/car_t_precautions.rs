//! What a doctor who does not know this patient must know after CAR-T.
//!
//! ## What it flags
//! An encounter starts (encounter-start) of a patient who had CAR-T at any time. One info card: product and date, what is in
//! force today with its last day, from which temperature a fever is urgent, whom to call.
//!
//! ## Why it matters
//! "Belangrijke informatie voor artsen": no donation, no corticosteroids (CART-066, CART-067). Emergency departments and
//! other hospitals do not have the leaflet; the patient may not be able to show the card.
//!
//! ## When it is met
//! Every encounter class, every CAR-T in history, also without a date or from an order marked completed. What is over is
//! left out; what holds today is named with its last day, counted from the first infusion of the latest episode:
//! - driving up to and including day 56;
//! - prophylaxis and no live vaccines up to and including 12 months;
//! - lack of B cells up to 3 years, unless the product is against BCMA (idecabtagene, ciltacabtagene);
//! - corticosteroids and donation without an end.
//!
//! ## When it stays quiet
//! On every other hook; no CAR-T, planned or not done; transplantation only; a deceased patient. A row whose own rule has a
//! card in the same response is left out. No driving row for a child under 12.
//!
//! ## When it asks
//! CAR-T stands in the record in words only: info, without dates. A source that may hold the infusion was not sent: unknown,
//! and the answer names it. Without a date, rows with an end are open, and say how long they hold.
//!
//! ## Where the catalogue is silent
//! - A date known to a year: rows certainly over are left out; a row is open only when its last day may have passed.
//! - A row that is over stays, open, while a source that may hold a later infusion was not sent.
//! - The last day of the lack of B cells counts from the latest infusion that may have been against CD19: an entry without a
//!   product beside one against BCMA is the same infusion.
//! - The first month (side effects can still occur) is 30 days.
//! - Live vaccines: the leaflets are silent (X11); 12 months is from the published recommendations.
//! - The telephone number of the centre is not known here: "the CAR-T centre".
//!
//! ## Sources
//! CART-043, CART-055, CART-056, CART-060, CART-065, CART-066, CART-067, CART-097; conflicts X8, X10, X11; live vaccines
//! after CAR-T: PMC10909447, table 3.

use crate::chart::date::Moment;
use crate::chart::history::{Certainty, TherapyHistory};
use crate::chart::in_words::Mention;
use crate::chart::source::Source;
use crate::rules::{
    CardFacts, Citation, Criterion, Finding, Hook, Indicator, Message, Number, Question, Rule, documents,
};
use crate::verdict::{Evidence, Gap, Judgement, Verdict, add_gaps};

/// Side effects can still occur in the first month.
const FIRST_MONTH_DAYS: Number =
    Number { id: "first-month-days", default: 30.0, within: (28.0, 90.0), unit: "d", citation: "CART-043" };
/// No driving up to and including this day.
const DRIVING_DAYS: Number =
    Number { id: "driving-days", default: 56.0, within: (28.0, 180.0), unit: "d", citation: "CART-055" };
/// Co-trimoxazole and valaciclovir.
const PROPHYLAXIS_MONTHS: Number =
    Number { id: "prophylaxis-months", default: 12.0, within: (6.0, 60.0), unit: "mo", citation: "CART-056" };
/// No live vaccines.
const LIVE_VACCINE_MONTHS: Number = Number {
    id: "live-vaccine-months",
    default: 12.0,
    within: (6.0, 60.0),
    unit: "mo",
    citation: "PMC10909447, table 3 (X11)",
};
/// Lack of B cells is possible.
const B_CELL_MONTHS: Number =
    Number { id: "b-cell-months", default: 36.0, within: (6.0, 120.0), unit: "mo", citation: "CART-097" };
/// Above this temperature fever is urgent.
const FEVER: Number =
    Number { id: "fever-above", default: 38.5, within: (37.5, 40.0), unit: "Cel", citation: "CART-060" };
/// Younger children do not drive.
const DRIVING_AGE: Number =
    Number { id: "driving-from-age", default: 12.0, within: (8.0, 18.0), unit: "a", citation: "inference" };

const LEAFLET: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-043", "CART-055", "CART-056", "CART-060", "CART-065", "CART-066", "CART-067"],
};
const VACCINES: Citation = Citation { document: &documents::VACCINES_AFTER_CAR_T, statements: &[] };
const B_CELLS: Citation = Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-097"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "car-t-precautions",
    topic: "carTPrecautions",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[LEAFLET, B_CELLS, VACCINES],
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
    ],
    observations: &[],
    numbers: &[
        &FIRST_MONTH_DAYS,
        &DRIVING_DAYS,
        &PROPHYLAXIS_MONTHS,
        &LIVE_VACCINE_MONTHS,
        &B_CELL_MONTHS,
        &FEVER,
        &DRIVING_AGE,
    ],
    judge,
};

const OVERRIDES: &[&str] = &["data-outdated", "other"];

fn judge(q: &Question<'_>) -> Finding {
    if q.hook != Hook::EncounterStart || q.chart.patient.deceased {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let hidden = q.chart.sources().gaps_of(Source::Patient);
    let alive = if hidden.is_empty() { Judgement::met(Vec::new()) } else { Judgement::unknown(hidden) };
    let history = q.chart.car_t_history();
    let judgement = alive.and(history.judgement.clone());
    match history.judgement.verdict() {
        Verdict::Met => card(q, &history, None, &judgement),
        Verdict::NotMet => Finding::silent(&judgement),
        Verdict::Unknown => {
            let mentions = q.chart.mentions_in_words(|text| q.terminology.mentions("car-t", text));
            match mentions.first() {
                Some(first) => card(q, &history, Some((first, &mentions)), &judgement),
                None => Finding::silent(&judgement),
            }
        }
    }
}

/// The day that everything counts from, with what shows it.
struct Infusion {
    day: Moment,
    evidence: Evidence,
}

impl Infusion {
    fn first_of_latest_episode(history: &TherapyHistory) -> Option<Self> {
        let day = history.t0()?;
        let event = history.events.iter().find(|event| event.date == Some(day))?;
        Some(Self { day, evidence: event.evidence.clone() })
    }
}

fn card(
    q: &Question<'_>,
    history: &TherapyHistory,
    in_words: Option<(&Mention, &[Mention])>,
    judgement: &Judgement,
) -> Finding {
    let infusion = Infusion::first_of_latest_episode(history);
    let vaccines = term(q, infusion.as_ref(), "criterion-live-vaccines", &LIVE_VACCINE_MONTHS);
    let b_cells = b_cells(q, history);
    let citations: &[Citation] = match (b_cells.is_some(), vaccines.is_some()) {
        (true, true) => RULE.citations,
        (true, false) => &[LEAFLET, B_CELLS],
        (false, true) => &[LEAFLET, VACCINES],
        (false, false) => &[LEAFLET],
    };
    let mut rows = vec![therapy_row(history, infusion.as_ref(), in_words)];
    rows.extend(lasting(q, in_words.is_some()));
    rows.extend(driving(q, infusion.as_ref()));
    rows.extend(vaccines);
    let prophylaxis = term(q, infusion.as_ref(), "criterion-prophylaxis", &PROPHYLAXIS_MONTHS);
    rows.extend(prophylaxis.map(|row| row.owned_by(&["infection-prophylaxis"])));
    rows.extend(b_cells);
    let card = CardFacts {
        indicator: Indicator::Info,
        summary: summary(q, history, infusion.as_ref(), in_words.map(|(first, _)| first)),
        lead: Vec::new(),
        context: std::iter::once(Message::new("context-contact"))
            .chain(infusion.and_then(|infusion| first_month(q, &infusion)))
            .collect(),
        suggestions: Vec::new(),
        override_reasons: OVERRIDES,
        citations,
    };
    Finding::new(judgement, rows, Some(card))
}

fn summary(
    q: &Question<'_>,
    history: &TherapyHistory,
    infusion: Option<&Infusion>,
    in_words: Option<&Mention>,
) -> Message {
    if let Some(mention) = in_words {
        return Message::new("summary-in-words").with("text", mention.evidence.what.clone());
    }
    let named = history.events.iter().rev().find(|event| q.chart.names_car_t_product(event));
    let of_episode = infusion.and_then(|infusion| {
        let since = |day: &Moment| day.on_or_after(&infusion.day) != Verdict::NotMet;
        let mut latest = history.events.iter().filter(|event| event.date.as_ref().is_some_and(since));
        latest.find(|event| q.chart.names_car_t_product(event))
    });
    match (infusion, of_episode, named) {
        (Some(infusion), Some(event), _) => {
            Message::new("summary-product").with("product", event.evidence.what.clone()).with("date", infusion.day)
        }
        (Some(infusion), None, _) => Message::new("summary").with("date", infusion.day),
        (None, _, _) if history.certainty() == Some(Certainty::Recorded) => Message::new("summary-no-day"),
        (None, _, Some(event)) => {
            Message::new("summary-infusion-not-recorded").with("product", event.evidence.what.clone())
        }
        (None, _, None) => Message::new("summary-no-day"),
    }
}

fn therapy_row(
    history: &TherapyHistory,
    infusion: Option<&Infusion>,
    in_words: Option<(&Mention, &[Mention])>,
) -> Criterion {
    let text = Message::new("criterion-car-t");
    if let Some((_, mentions)) = in_words {
        let mut gaps: Vec<Gap> = mentions.iter().map(|mention| mention.gap.clone()).collect();
        add_gaps(&mut gaps, history.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned());
        return Criterion::new(text, Judgement::unknown(gaps));
    }
    let row = Criterion::new(text, history.judgement.clone());
    match history.certainty() {
        Some(Certainty::Probable) => row.remarking(Message::new("remark-infusion-not-recorded")),
        _ if infusion.is_none() => row.remarking(Message::new("remark-no-day")),
        _ => row,
    }
}

/// What holds without an end; where CAR-T stands in words only, if it was given.
fn lasting(q: &Question<'_>, in_words: bool) -> [Criterion; 3] {
    let holds = if in_words { Judgement::unknown(Vec::new()) } else { Judgement::met(Vec::new()) };
    let row = |text, remark| Criterion::new(text, holds.clone()).remarking(Message::new(remark));
    let fever = Message::new("criterion-fever").with("degrees", q.number(&FEVER));
    [
        row(Message::new("criterion-corticosteroid"), "remark-no-end-date").owned_by(&["corticosteroid-after-car-t"]),
        row(Message::new("criterion-donation"), "remark-no-end-date").owned_by(&["donation-after-car-t"]),
        row(fever, "remark-call").owned_by(&["possible-crs", "fever-after-cell-therapy"]),
    ]
}

fn driving(q: &Question<'_>, infusion: Option<&Infusion>) -> Option<Criterion> {
    let old_enough = q.chart.patient.is_at_least(q.whole(&DRIVING_AGE), &q.chart.as_of);
    if old_enough.verdict() == Verdict::NotMet {
        return None;
    }
    term(q, infusion, "criterion-driving", &DRIVING_DAYS).map(|row| row.owned_by(&["driving-after-car-t"]))
}

/// Lack of B cells, counted from the latest infusion that may have been against CD19; none when every one was against BCMA.
fn b_cells(q: &Question<'_>, history: &TherapyHistory) -> Option<Criterion> {
    let against_cd19 = q.chart.against_cd19_or_unknown(history);
    if against_cd19.events.is_empty() && !history.events.is_empty() {
        return None;
    }
    let infusion = Infusion::first_of_latest_episode(&against_cd19);
    term(q, infusion.as_ref(), "criterion-b-cells", &B_CELL_MONTHS)
        .map(|row| row.owned_by(&["immunoglobulin-after-car-t"]))
}

/// A row with its last day; none when it is over. Without a day, only how long it holds.
fn term(q: &Question<'_>, infusion: Option<&Infusion>, text: &'static str, number: &Number) -> Option<Criterion> {
    let (count, is_days) = (q.whole(number), number.unit == "d");
    let Some(infusion) = infusion else {
        let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
        let remark = if is_days { "remark-days" } else { "remark-months" };
        let row = Criterion::new(Message::new(text), Judgement::unknown(vec![gap]));
        return Some(row.remarking(Message::new(remark).with("count", count)));
    };
    let until = if is_days { infusion.day.plus_days(count) } else { infusion.day.plus_months(count) };
    let holds = q.chart.holds_until(&until, &infusion.evidence);
    if holds.verdict() != Verdict::NotMet {
        return Some(Criterion::new(Message::new(text), holds).remarking(last_day(&until)));
    }
    let hidden = q.chart.hidden_infusions();
    let over = Message::new("remark-over").with("until", Moment::on(until.last));
    (!hidden.is_empty()).then(|| Criterion::new(Message::new(text), Judgement::unknown(hidden)).remarking(over))
}

/// The last day; the latest that it can be where the infusion is not dated to the day.
fn last_day(until: &Moment) -> Message {
    let id = if until.exact_day().is_some() { "remark-until" } else { "remark-until-latest" };
    Message::new(id).with("until", Moment::on(until.last))
}

/// The first month after the infusion, while it lasts or may last.
fn first_month(q: &Question<'_>, infusion: &Infusion) -> Option<Message> {
    let until = infusion.day.plus_days(q.whole(&FIRST_MONTH_DAYS));
    let holds = q.chart.holds_until(&until, &infusion.evidence);
    (holds.verdict() != Verdict::NotMet)
        .then(|| Message::new("context-first-month").with("until", Moment::on(until.last)))
}
