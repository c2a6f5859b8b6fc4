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
//! - prophylaxis up to and including 12 months;
//! - no live vaccines: at least up to and including 12 months, after that only with immune recovery: the row stays;
//! - lack of B cells up to 3 years, unless the product is against BCMA (idecabtagene, ciltacabtagene);
//! - corticosteroids and donation without an end.
//!
//! ## When it stays quiet
//! On every other hook; no CAR-T, planned or not done; transplantation only; a deceased patient. A row whose own rule has a
//! card in the same response is left out. No driving row for a child under 16.
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
//! - A ✓ says that a row is in force; prophylaxis is worded as advice: nobody has looked whether it is taken.
//! - Every number stands in the rule that owns it: driving, prophylaxis, vaccines, immunoglobulin, fever.
//! - Live vaccines: the leaflets are silent (X11); 12 months is from the published recommendations.
//! - The telephone number of the centre is not known here: "the CAR-T centre".
//!
//! ## Sources
//! CART-043, CART-055, CART-056, CART-060, CART-065, CART-066, CART-067, CART-097; conflicts X8, X10, X11; live vaccines
//! after CAR-T: PMC10909447, table 3.

use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Rule, documents, numbers};
use cellwise_record::search::in_words::Mention;
use cellwise_record::{Evidence, Gap, Judgement, Moment, Source, Verdict, add_gaps};

const LEAFLET: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-043", "CART-055", "CART-056", "CART-060", "CART-065", "CART-066", "CART-067"],
};
const VACCINES: Citation = Citation { document: &documents::VACCINES_AFTER_CAR_T, statements: &[] };
const B_CELLS: Citation = Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-097"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "car-t-precautions",
    file: file!(),
    topic: "carTPrecautions",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[LEAFLET, B_CELLS, VACCINES],
    override_reasons: OVERRIDES,
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
    numbers: &[],
    judge,
};

const OVERRIDES: &[&str] = &["data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    if q.hook != Hook::EncounterStart || q.patient.deceased {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let hidden = q.sources().gaps_of(Source::Patient);
    let alive = if hidden.is_empty() { Judgement::met(Vec::new()) } else { Judgement::unknown(hidden) };
    let history = q.car_t_history();
    let judgement = alive.and(history.judgement.clone());
    match history.judgement.verdict() {
        Verdict::Met => card(q, &history, None, &judgement),
        Verdict::NotMet => Finding::silent(&judgement),
        Verdict::Unknown => {
            let mentions = q.mentions_in_words(|text| q.terminology.mentions("car-t", text));
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
    q: &Case<'_>,
    history: &TherapyHistory,
    in_words: Option<(&Mention, &[Mention])>,
    judgement: &Judgement,
) -> Finding {
    let infusion = Infusion::first_of_latest_episode(history);
    let b_cells = b_cells(q, history);
    let citations: &[Citation] = if b_cells.is_some() { RULE.citations } else { &[LEAFLET, VACCINES] };
    let mut rows = vec![therapy_row(history, infusion.as_ref(), in_words)];
    rows.extend(lasting(q, in_words.is_some()));
    rows.extend(driving(q, infusion.as_ref()));
    rows.push(live_vaccines(q, infusion.as_ref()));
    let months = q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T);
    let prophylaxis = term(q, infusion.as_ref(), "criterion-prophylaxis", Span::Months(months));
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
        override_reasons: Some(OVERRIDES),
        citations,
    };
    Finding::beside(judgement, rows, Some(card))
}

fn summary(q: &Case<'_>, history: &TherapyHistory, infusion: Option<&Infusion>, in_words: Option<&Mention>) -> Message {
    if let Some(mention) = in_words {
        return Message::new("summary-in-words").with("text", mention.evidence.what.clone());
    }
    let named = history.events.iter().rev().find(|event| q.names_car_t_product(event));
    let of_episode = infusion.and_then(|infusion| {
        let since = |day: &Moment| day.on_or_after(&infusion.day) != Verdict::NotMet;
        let mut latest = history.events.iter().filter(|event| event.date.as_ref().is_some_and(since));
        latest.find(|event| q.names_car_t_product(event))
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
fn lasting(q: &Case<'_>, in_words: bool) -> [Criterion; 3] {
    let holds = if in_words { Judgement::unknown(Vec::new()) } else { Judgement::met(Vec::new()) };
    let row = |text, remark| Criterion::new(text, holds.clone()).remarking(Message::new(remark));
    let fever = Message::new("criterion-fever").with("degrees", q.value(&numbers::FEVER_AFTER_CAR_T));
    [
        row(Message::new("criterion-corticosteroid"), "remark-no-end-date").owned_by(&["corticosteroid-after-car-t"]),
        row(Message::new("criterion-donation"), "remark-no-end-date").owned_by(&["donation-after-car-t"]),
        row(fever, "remark-call").owned_by(&["possible-crs", "fever-after-cell-therapy"]),
    ]
}

fn driving(q: &Case<'_>, infusion: Option<&Infusion>) -> Option<Criterion> {
    let old_enough = q.patient.is_at_least(q.whole(&numbers::DRIVING_FROM_AGE), &q.as_of);
    if old_enough.verdict() == Verdict::NotMet {
        return None;
    }
    let days = q.whole(&numbers::NO_DRIVING_DAYS);
    term(q, infusion, "criterion-driving", Span::Days(days)).map(|row| row.owned_by(&["driving-after-car-t"]))
}

/// Lack of B cells, counted from the latest infusion that may have been against CD19; none when every one was against BCMA.
fn b_cells(q: &Case<'_>, history: &TherapyHistory) -> Option<Criterion> {
    let against_cd19 = q.against_cd19_or_unknown(history);
    if against_cd19.events.is_empty() && !history.events.is_empty() {
        return None;
    }
    let infusion = Infusion::first_of_latest_episode(&against_cd19);
    let years = q.whole(&numbers::B_CELL_RECOVERY_YEARS);
    term(q, infusion.as_ref(), "criterion-b-cells", Span::Months(12 * years))
        .map(|row| row.owned_by(&["immunoglobulin-after-car-t"]))
}

/// Live vaccines: none for the first months, afterwards only with immune recovery. The row has no end.
fn live_vaccines(q: &Case<'_>, infusion: Option<&Infusion>) -> Criterion {
    let months = q.whole(&numbers::NO_LIVE_VACCINE_MONTHS);
    let text = || Message::new("criterion-live-vaccines");
    let Some(infusion) = infusion else {
        let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
        let remark = Message::new("remark-live-vaccines-months").with("count", months);
        return Criterion::new(text(), Judgement::unknown(vec![gap])).remarking(remark);
    };
    let until = infusion.day.plus_months(months);
    let remark = |id| Message::new(id).with("until", Moment::on(until.last));
    let holds = q.holds_until(&until, &infusion.evidence);
    match holds.verdict() {
        Verdict::Met => Criterion::new(text(), holds).remarking(remark("remark-live-vaccines-until")),
        Verdict::Unknown => Criterion::new(text(), holds).remarking(remark("remark-live-vaccines-until-latest")),
        Verdict::NotMet => {
            let recovery = Message::new("criterion-live-vaccines-recovery");
            Criterion::new(recovery, Judgement::met(Vec::new())).remarking(remark("remark-live-vaccines-over"))
        }
    }
}

/// How long something holds.
#[derive(Clone, Copy)]
enum Span {
    Days(i32),
    Months(i32),
}

/// A row with its last day; none when it is over. Without a day, only how long it holds.
fn term(q: &Case<'_>, infusion: Option<&Infusion>, text: &'static str, span: Span) -> Option<Criterion> {
    let Some(infusion) = infusion else {
        let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
        let remark = match span {
            Span::Days(days) => Message::new("remark-days").with("count", days),
            Span::Months(months) => Message::new("remark-months").with("count", months),
        };
        return Some(Criterion::new(Message::new(text), Judgement::unknown(vec![gap])).remarking(remark));
    };
    let until = match span {
        Span::Days(days) => infusion.day.plus_days(days),
        Span::Months(months) => infusion.day.plus_months(months),
    };
    let holds = q.holds_until(&until, &infusion.evidence);
    if holds.verdict() != Verdict::NotMet {
        return Some(Criterion::new(Message::new(text), holds).remarking(last_day(&until)));
    }
    let hidden = q.hidden_infusions();
    let over = Message::new("remark-over").with("until", Moment::on(until.last));
    (!hidden.is_empty()).then(|| Criterion::new(Message::new(text), Judgement::unknown(hidden)).remarking(over))
}

/// The last day; the latest that it can be where the infusion is not dated to the day.
fn last_day(until: &Moment) -> Message {
    let id = if until.exact_day().is_some() { "remark-until" } else { "remark-until-latest" };
    Message::new(id).with("until", Moment::on(until.last))
}

/// The first month after the infusion, while it lasts or may last.
fn first_month(q: &Case<'_>, infusion: &Infusion) -> Option<Message> {
    let until = infusion.day.plus_days(q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
    let holds = q.holds_until(&until, &infusion.evidence);
    (holds.verdict() != Verdict::NotMet)
        .then(|| Message::new("context-first-month").with("until", Moment::on(until.last)))
}
