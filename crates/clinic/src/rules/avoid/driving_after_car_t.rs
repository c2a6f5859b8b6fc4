//! Driving in the first eight weeks after CAR-T.
//!
//! ## What it flags
//! A patient who goes home, comes for the first visit after going home, or is booked for an appointment in which the patient
//! drives, within 56 days after CAR-T.
//!
//! ## Why it matters
//! "In de eerste 8 weken na CAR T-celtherapie mag u geen autorijden" (CART-055).
//!
//! ## When it is met
//! Day 56 is the last day; days are calendar days, day 0 is the day of the first infusion of the latest episode.
//! - encounter-discharge: the day of discharge is within the 56 days, and the patient goes home alive from the stay of the
//!   infusion, or from another stay or the emergency department → warning, with the last day. Only when the rule
//!   `discharge-after-car-t`, whose card has driving as its first row, is not asked or has no card: two cards at one discharge
//!   would put this advice above "reconsider going home".
//! - patient-view: the first visit after discharge, within the 56 days → info.
//! - appointment-book: the appointment is about driving by its code or its coded reason, and its own day is within the 56
//!   days → info.
//! - encounter-start: only when the rule `car-t-precautions`, which has the line on driving, is not asked → info.
//!
//! ## When it stays quiet
//! From day 57 on; on the ward; second and later visits, and charts that are opened without a visit; other appointments; no
//! CAR-T, or only planned; the end of an outpatient visit, unless the infusion lies in it; a stay that ends by death; stem cell transplantation alone; children below the age at which one drives; after death.
//!
//! ## When it asks
//! At discharge and booking, an infusion without a usable date, or known only from an order marked completed: info, check the
//! date. On patient-view and encounter-start an infusion without any date shows nothing: it would do so at every visit. An
//! appointment without a code, whose words speak of driving: info. An appointment without a day is judged by today. CAR-T in
//! words only leaves the verdict unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - The FDA took back its own warning on driving in 2025; the rule of the Dutch centre stands, and is a setting.
//! - After day 56 the source says to ask the doctor, and names sedating medicines and anaemia (CART-103): a line on the card,
//!   no check, because it gives no limit and no list of drugs.
//! - What counts as the first visit: outpatient care, or a stay of one day, after the end of the last stay. Visits on the same
//!   day are one. An emergency is neither. Without a stay on record, visits are counted from the infusion.
//! - A child does not drive: below 16 years (`inference`) nothing is shown. Without a date of birth the card is shown.
//!
//! ## Sources
//! CART-055, CART-103.

use crate::questions::stay::going_home::Departure;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::therapy::window::{Place, Window};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Hook, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::encounter::EncounterClass;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "driving-after-car-t",
    file: file!(),
    topic: "drivingAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-055", "CART-103"] }],
    override_reasons: OVERRIDE_REASONS,
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
    numbers: &[&numbers::NO_DRIVING_DAYS, &numbers::DRIVING_FROM_AGE],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["patient-informed-accepts-risk", "arranged-elsewhere", "local-protocol", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    // Dead, or a child: nobody drives.
    let of_age = q.patient.is_at_least(q.whole(&numbers::DRIVING_FROM_AGE), &q.as_of);
    let driver = of_age.and(q.alive().clone());
    if driver.verdict() == Verdict::NotMet {
        return Finding::silent(&driver);
    }
    match q.hook {
        Hook::EncounterDischarge => at_discharge(q, &driver),
        Hook::PatientView => at_first_visit(q, &driver),
        Hook::AppointmentBook => at_booking(q, &driver),
        Hook::EncounterStart if !q.also_asks("car-t-precautions") => at_start(q, &driver),
        Hook::EncounterStart | Hook::OrderSelect | Hook::OrderSign => Finding::silent(&Judgement::not_met(Vec::new())),
    }
}

fn window(q: &Case<'_>, history: &TherapyHistory, day: &Moment) -> Window {
    let days = q.whole(&numbers::NO_DRIVING_DAYS);
    q.window(history, day, |t0| t0.plus_days(days), "gap-infusion-date")
}

/// Whether the rule with the advice on going home has a card: driving is a row of it.
fn is_said_at_discharge(q: &Case<'_>) -> bool {
    q.also_asks("discharge-after-car-t") && q.departure_after_car_t().leaving.is_some()
}

/// Whether the patient goes home from a stay after the infusion; else the judgement of a rule that stays silent.
fn going_home(q: &Case<'_>, history: &TherapyHistory) -> Result<Judgement, Judgement> {
    let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
    let Some((day, event)) = first else {
        let is_visit = q.current_encounter().is_some_and(|stay| stay.class == EncounterClass::Visit);
        let gap = Gap::not_recorded(Source::Procedures, "gap-infusion-date");
        return if is_visit { Err(Judgement::unknown(vec![gap])) } else { Ok(Judgement::met(Vec::new())) };
    };
    let until = day.plus_days(q.whole(&numbers::NO_DRIVING_DAYS));
    let departure = Departure { day, evidence: &event.evidence, other_stay_until: until, advice_until: until };
    departure.leave(q).map(|home| home.judgement)
}

fn at_discharge(q: &Case<'_>, driver: &Judgement) -> Finding {
    let alive = q.goes_home_alive();
    if alive.verdict() == Verdict::NotMet || is_said_at_discharge(q) {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let history = q.car_t_history();
    let window = window(q, &history, &q.as_of.day());
    let judgement = driver.clone().and(history.judgement.clone()).and(window.judgement.clone());
    let home = match going_home(q, &history) {
        Ok(home) => home,
        Err(quiet) => return Finding::silent(&judgement.and(quiet)),
    };
    let judgement = judgement.and(home.clone());
    let card = match window.place {
        Place::Inside => card(q, &history, Indicator::Warning, "summary-discharge", None),
        Place::Straddles => card(q, &history, Indicator::Info, "summary-discharge-undated", None),
        Place::Undated if history.judgement.verdict() == Verdict::Met => {
            card(q, &history, Indicator::Info, undated(q, &history), None)
        }
        Place::Undated | Place::Outside => return Finding::silent(&judgement),
    };
    let mut rows = rows(driver, &history.judgement, window);
    if home.verdict() == Verdict::Unknown {
        rows.push(Criterion::new(Message::new("criterion-going-home"), home));
    }
    Finding::beside(&judgement, rows, Some(card))
}

fn undated(q: &Case<'_>, history: &TherapyHistory) -> &'static str {
    if q.is_only_ordered(history) { "summary-discharge-probable" } else { "summary-discharge-undated" }
}

fn at_start(q: &Case<'_>, driver: &Judgement) -> Finding {
    let history = q.car_t_history();
    let window = window(q, &history, &q.as_of.day());
    let judgement = driver.clone().and(history.judgement.clone()).and(window.judgement.clone());
    let summary = match window.place {
        Place::Inside => "summary-visit",
        Place::Straddles => "summary-visit-undated",
        Place::Undated | Place::Outside => return Finding::silent(&judgement),
    };
    let card = card(q, &history, Indicator::Info, summary, None);
    Finding::beside(&judgement, rows(driver, &history.judgement, window), Some(card))
}

fn at_first_visit(q: &Case<'_>, driver: &Judgement) -> Finding {
    let history = q.car_t_history();
    let window = window(q, &history, &q.as_of.day());
    let judgement = driver.clone().and(history.judgement.clone()).and(window.judgement.clone());
    let Some(t0) = history.t0().filter(|_| judgement.verdict() != Verdict::NotMet) else {
        return Finding::silent(&judgement);
    };
    let first = q.first_visit_since(&t0);
    let judgement = judgement.and(first.judgement.clone());
    let summary = match window.place {
        _ if !first.is_visit || first.judgement.verdict() == Verdict::NotMet => return Finding::silent(&judgement),
        Place::Inside => "summary-visit",
        Place::Straddles => "summary-visit-undated",
        Place::Undated | Place::Outside => return Finding::silent(&judgement),
    };
    let card = card(q, &history, Indicator::Info, summary, None);
    let mut rows = rows(driver, &history.judgement, window);
    rows.push(Criterion::new(Message::new("criterion-first-visit"), first.judgement));
    Finding::beside(&judgement, rows, Some(card))
}

/// Whether an appointment is one in which the patient drives.
fn is_driving(order: &DraftOrder) -> Judgement {
    let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
    let drives = order.concept.has(ValueSet::DRIVING) || order.reasons.iter().any(|why| why.has(ValueSet::DRIVING));
    match (order.readable, order.kind) {
        (false, _) => Judgement::unknown(vec![gap(GapKind::Unreadable)]),
        (true, OrderKind::Appointment) if drives => Judgement::met(vec![order.evidence()]),
        (true, OrderKind::Appointment) if order.concept.is(ValueSet::DRIVING) == Verdict::Unknown => {
            Judgement::unknown(vec![gap(order.concept.gap_kind())])
        }
        (true, _) => Judgement::not_met(Vec::new()),
    }
}

fn at_booking(q: &Case<'_>, driver: &Judgement) -> Finding {
    let mentions = |text: &str| q.terminology.mentions("driving", text);
    // An appointment without a code matters only when its words speak of driving.
    let mut others = Judgement::not_met(Vec::new());
    let mut any: Option<Judgement> = None;
    let mut shown: Option<(Vec<Criterion>, CardFacts)> = None;
    let whole_history = q.car_t_history();
    // One event stands for all: a long history is not read again for each of many appointments.
    let history = whole_history.representative();
    for order in q.orders_in_scope() {
        let driving = is_driving(order);
        let named = mentions(&order.concept.text) || order.reasons.iter().any(|why| mentions(&why.text));
        if driving.verdict() == Verdict::NotMet || driving.verdict() == Verdict::Unknown && !named {
            others = others.or(driving);
            continue;
        }
        let booked = order.planned_for.and_then(|period| period.start);
        let day = booked.unwrap_or(q.as_of.day());
        let mut window = window(q, &history, &day);
        if booked.is_none() && window.judgement.verdict() == Verdict::Met {
            let gap = Gap::not_recorded(Source::DraftOrders, "gap-appointment-day");
            window.judgement = Judgement::unknown(vec![gap]);
        }
        let judgement =
            driver.clone().and(history.judgement.clone()).and(driving.clone()).and(window.judgement.clone());
        let summary = match (driving.verdict(), window.place) {
            (Verdict::Met, Place::Inside) if booked.is_some() => Some("summary-appointment"),
            (Verdict::Met, Place::Inside | Place::Straddles) => Some("summary-appointment-undated"),
            (Verdict::Met, Place::Undated) if history.judgement.verdict() == Verdict::Met => {
                Some("summary-appointment-undated")
            }
            (Verdict::Unknown, Place::Inside | Place::Straddles) => Some("summary-appointment-named"),
            _ => None,
        };
        // Of several appointments the first with a card is shown; all of them decide.
        if let Some(summary) = summary.filter(|_| shown.is_none()) {
            let mut rows = rows(driver, &whole_history.judgement, window);
            rows.insert(0, Criterion::new(Message::new("criterion-appointment"), driving));
            shown = Some((rows, card(q, &history, Indicator::Info, summary, Some(order))));
        }
        any = Some(match any {
            None => judgement,
            Some(before) => before.or(judgement),
        });
    }
    let Some(judgement) = any else { return Finding::silent(&others) };
    match shown {
        None => Finding::silent(&judgement.or(others)),
        Some((rows, card)) => Finding::beside(&judgement.or(others), rows, Some(card)),
    }
}

fn rows(driver: &Judgement, history: &Judgement, window: Window) -> Vec<Criterion> {
    let mut rows = vec![
        Criterion::new(Message::new("criterion-car-t"), history.clone()),
        Criterion::new(Message::new("criterion-window"), window.judgement),
    ];
    if driver.verdict() == Verdict::Unknown {
        rows.push(Criterion::new(Message::new("criterion-driver"), driver.clone()));
    }
    rows
}

fn card(
    q: &Case<'_>,
    history: &TherapyHistory,
    indicator: Indicator,
    summary: &'static str,
    order: Option<&DraftOrder>,
) -> CardFacts {
    let days = q.whole(&numbers::NO_DRIVING_DAYS);
    let mut message = Message::new(summary).with("days", days);
    if let Some(t0) = history.t0() {
        // Of an infusion dated by month, the last day that it can mean.
        message = message.with("until", Moment::on(t0.plus_days(days).last));
    }
    if let Some(order) = order {
        message = message.with("order", order.concept.text.clone());
    }
    CardFacts {
        indicator,
        summary: message,
        lead: vec![Message::new("advice-no-driving").with("days", days)],
        context: vec![Message::new("context-after-that")],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: RULE.citations,
    }
}
