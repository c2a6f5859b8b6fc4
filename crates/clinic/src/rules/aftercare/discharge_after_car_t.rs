//! Going home after CAR-T: too early, and what the patient takes home.
//!
//! ## What it flags
//! A patient goes home (encounter-discharge) after CAR-T. One card: what to hand over, what holds until which day, when to
//! call and whom.
//!
//! ## Why it matters
//! "Na teruggave van de CAR T-cellen ligt u minimaal 10 dagen opgenomen" (CART-026). At home the SOS card and the
//! thermometer are what is left of the ward (CART-044, CART-045), and the letter to the GP may take weeks (CART-046).
//!
//! ## When it is met
//! - The first infusion lies in the stay that ends; an outpatient visit counts only when the infusion lies in it.
//! - Or another stay, or a visit to the emergency department, ends at most 56 days after it.
//!
//! Info; warning when the last infusion is fewer than 10 days ago. All other dates count from the first (X20): driving 56
//! days, contraception 6 months, prophylaxis 12 months. Donation and corticosteroids have no end. What is over is left out.
//!
//! ## When it stays quiet
//! CAR-T planned or not done; stem cell transplantation only; a deceased patient, or a stay that ends with death; any stay
//! that starts more than 56 days after the infusion; more than 12 months after it, when no advice with a date is in force.
//! Prophylaxis is left to its own rule when that has a card. No contraception for a child under 12, no driving under 16.
//!
//! ## When it asks
//! - It can't be told whether the infusion belongs to this stay (stays not sent; a coarse date): the same card at the same
//!   severity while any stay counts; later on it stays unknown without a card.
//! - An order marked completed in this stay without an infusion, or CAR-T in words only: info, without dates.
//! - CAR-T without a date: unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - 56 days for another stay: the longest of the bans that change daily life (inference).
//! - Days in another hospital do not show: fewer than 10 days after the infusion warns whichever stay ends.
//! - Infusions that may be hidden (a source was not sent) leave the ten days open: the row says so.
//! - Driving: CART-055 asks a warning at discharge. It is the first row here, in bold, on a card of info: advice that every
//!   patient gets is no warning, and a second card above "reconsider going home" would hide what is wrong. The rule on driving
//!   stays silent at discharge while this card is shown.
//! - A row that is over stays, open, while a source that may hold a later infusion was not sent.
//! - The numbers stand in the rules on driving, conception, prophylaxis and fever.
//! - Words count only beside no coded CAR-T: "CAR-T controle" is no second infusion.
//! - A stay without a class may be a visit: unknown.
//!
//! ## Sources
//! CART-014, CART-026, CART-044…046, CART-053, CART-055, CART-056, CART-060…067, CART-074, CART-110; conflicts X9, X15, X20.

use crate::questions::stay::car_t_departure::{Basis, CarTDeparture, Spans};
use crate::questions::stay::going_home::{imprecise, newest};
use crate::questions::therapy::history::TherapyHistory;
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

const CITATIONS: &[Citation] = &[
    Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &[
            "CART-014", "CART-026", "CART-044", "CART-045", "CART-046", "CART-053", "CART-055", "CART-056", "CART-060",
            "CART-061", "CART-062", "CART-063", "CART-064", "CART-065", "CART-066", "CART-067", "CART-110",
        ],
    },
    Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-074"] },
];

/// The rule.
pub const RULE: Rule = Rule {
    id: "discharge-after-car-t",
    file: file!(),
    topic: "dischargeAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: CITATIONS,
    override_reasons: OVERRIDES,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Encounters,
    ],
    observations: &[],
    numbers: &[&numbers::MINIMUM_STAY_DAYS, &numbers::OTHER_STAY_DAYS],
    judge,
};

const OVERRIDES: &[&str] = &["arranged-elsewhere", "local-protocol", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let alive = q.goes_home_alive();
    if alive.verdict() == Verdict::NotMet {
        return Finding::silent(&alive);
    }
    let history = q.car_t_history();
    match q.leaves_after_car_t(&history, spans(q), q.terminology) {
        Ok(leaving) => {
            let certain = if leaving.doubts.is_empty() {
                Judgement::met(Vec::new())
            } else {
                Judgement::unknown(leaving.doubts.clone())
            };
            let judgement = alive.and(certain).and(leaving.home.judgement.clone());
            card(q, &leaving, &history, &judgement)
        }
        Err(judgement) => Finding::silent(&alive.and(judgement)),
    }
}

/// How long after CAR-T this rule has advice.
pub(crate) fn spans(q: &Case<'_>) -> Spans {
    Spans {
        other_stay_days: q.whole(&numbers::OTHER_STAY_DAYS),
        advice_months: prophylaxis_months(q).max(contraception_months(q)),
    }
}

fn prophylaxis_months(q: &Case<'_>) -> i32 {
    q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T)
}

fn contraception_months(q: &Case<'_>) -> i32 {
    q.whole(&numbers::CONDOM_MONTHS_AFTER_CAR_T)
}

fn card(q: &Case<'_>, leaving: &CarTDeparture, history: &TherapyHistory, judgement: &Judgement) -> Finding {
    let long_enough = (leaving.basis == Basis::Recorded).then(|| long_enough(q, history));
    let early = long_enough.as_ref().is_some_and(|judgement| judgement.verdict() == Verdict::NotMet);
    let mut rows = vec![infusion_row(leaving, history)];
    if leaving.home.judgement.verdict() == Verdict::Unknown {
        rows.push(Criterion::new(Message::new("criterion-stay"), leaving.home.judgement.clone()));
    }
    let days = q.whole(&numbers::MINIMUM_STAY_DAYS);
    rows.extend(
        long_enough.map(|judgement| Criterion::new(Message::new("criterion-stay-days").with("days", days), judgement)),
    );
    rows.extend(precautions(q, leaving));
    let mut context = vec![Message::new("context-contact"), Message::new("context-gp")];
    if early {
        context.push(Message::new("context-length-of-stay"));
    }
    let card = CardFacts {
        indicator: if early { Indicator::Warning } else { Indicator::Info },
        summary: summary(leaving, history, early, days),
        lead: vec![
            Message::new("advice-hand-over"),
            Message::new("advice-call").with("degrees", q.value(&numbers::FEVER_AFTER_CAR_T)),
        ],
        context,
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: if early { CITATIONS } else { CITATIONS.get(..1).unwrap_or(CITATIONS) },
    };
    Finding::beside(judgement, rows, Some(card))
}

fn summary(leaving: &CarTDeparture, history: &TherapyHistory, early: bool, days: i32) -> Message {
    let dated = |id| Message::new(id).with("date", leaving.day);
    match leaving.basis {
        Basis::Ordered => dated("summary-infusion-not-recorded"),
        Basis::Words => Message::new("summary-in-words").with("text", leaving.evidence.what.clone()),
        Basis::Recorded if early => {
            let last = newest(&history.events).map_or(leaving.day, |(day, _)| day);
            Message::new("summary-early").with("date", last).with("days", days)
        }
        Basis::Recorded if leaving.home.judgement.verdict() == Verdict::Unknown => dated("summary-stay-unclear"),
        Basis::Recorded => dated("summary-home"),
    }
}

fn infusion_row(leaving: &CarTDeparture, history: &TherapyHistory) -> Criterion {
    let text = Message::new("criterion-car-t");
    match leaving.basis {
        Basis::Recorded => Criterion::new(text, Judgement::met(history.judgement.evidence().to_vec())),
        Basis::Ordered => {
            let evidence = [leaving.evidence.clone()];
            Criterion::new(text, Judgement::unknown(leaving.doubts.clone()).with_evidence(evidence))
        }
        Basis::Words => Criterion::new(text, Judgement::unknown(leaving.doubts.clone())),
    }
}

/// Whether the patient has stayed long enough since the last infusion. One that is hidden could be later.
fn long_enough(q: &Case<'_>, history: &TherapyHistory) -> Judgement {
    let Some((last, event)) = newest(&history.events) else { return Judgement::unknown(Vec::new()) };
    let evidence = [event.evidence.clone()];
    let hidden = q.hidden_infusions();
    match q.as_of.day().on_or_after(&last.plus_days(q.whole(&numbers::MINIMUM_STAY_DAYS))) {
        Verdict::Met if hidden.is_empty() => Judgement::met(evidence.to_vec()),
        Verdict::Met => Judgement::unknown(hidden).with_evidence(evidence),
        Verdict::NotMet => Judgement::not_met(evidence.to_vec()),
        Verdict::Unknown => Judgement::unknown(vec![imprecise(&event.evidence)]).with_evidence(evidence),
    }
}

/// What holds, and until when. Driving comes first: it is what goes wrong on the day itself.
fn precautions(q: &Case<'_>, leaving: &CarTDeparture) -> Vec<Criterion> {
    let is_at_least = |age| q.patient.is_at_least(age, &q.as_of).verdict() != Verdict::NotMet;
    let mut rows = Vec::new();
    if is_at_least(q.whole(&numbers::DRIVING_FROM_AGE)) {
        let days = q.whole(&numbers::NO_DRIVING_DAYS);
        rows.extend(term(q, leaving, Message::new("criterion-driving"), Span::Days(days)));
    }
    if is_at_least(q.whole(&numbers::CHILDBEARING_FROM_AGE)) {
        let span = Span::Months(contraception_months(q));
        let contraception = term(q, leaving, Message::new("criterion-contraception"), span);
        rows.extend(contraception.map(|row| row.owned_by(&["conception-after-cell-therapy"])));
    }
    let span = Span::Months(prophylaxis_months(q));
    let prophylaxis = term(q, leaving, Message::new("criterion-prophylaxis"), span);
    rows.extend(prophylaxis.map(|row| row.owned_by(&["infection-prophylaxis"])));
    let given = leaving.basis == Basis::Recorded;
    let holds = if given { Judgement::met(Vec::new()) } else { Judgement::unknown(Vec::new()) };
    let endless = |id| Criterion::new(Message::new(id), holds.clone()).remarking(Message::new("remark-no-end-date"));
    rows.push(endless("criterion-corticosteroid").owned_by(&["corticosteroid-after-car-t"]));
    rows.push(endless("criterion-donation").owned_by(&["donation-after-car-t"]));
    rows
}

/// How long something holds.
#[derive(Clone, Copy)]
enum Span {
    Days(i32),
    Months(i32),
}

/// A row with its last day; none when it is over, unless a later infusion may be hidden. Where the infusion is not sure, only
/// how long.
fn term(q: &Case<'_>, leaving: &CarTDeparture, text: Message, span: Span) -> Option<Criterion> {
    let (in_words, count, until) = match span {
        Span::Days(days) => ("remark-days", days, leaving.day.plus_days(days)),
        Span::Months(months) => ("remark-months", months, leaving.day.plus_months(months)),
    };
    if leaving.basis != Basis::Recorded {
        let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
        let row = Criterion::new(text, Judgement::unknown(vec![gap]));
        return Some(row.remarking(Message::new(in_words).with("count", count)));
    }
    let holds = q.holds_until(&until, &leaving.evidence);
    if holds.verdict() != Verdict::NotMet {
        return Some(Criterion::new(text, holds).remarking(last_day(&until)));
    }
    let hidden = q.hidden_infusions();
    let over = Message::new("remark-over").with("until", Moment::on(until.last));
    (!hidden.is_empty()).then(|| Criterion::new(text, Judgement::unknown(hidden)).remarking(over))
}

/// The last day; the latest that it can be where the infusion is not dated to the day.
fn last_day(until: &Moment) -> Message {
    let id = if until.exact_day().is_some() { "remark-until" } else { "remark-until-latest" };
    Message::new(id).with("until", Moment::on(until.last))
}
