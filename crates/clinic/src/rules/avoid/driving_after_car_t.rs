//! Driving in the first weeks after CAR-T.
//!
//! ## What it flags
//! A patient who goes home, comes for the first visit after going home, or is booked for an appointment in which the patient
//! drives, within `{no-driving-days}` after CAR-T.
//!
//! ## Why it matters
//! "In de eerste 8 weken na CAR T-celtherapie mag u geen autorijden" (CART-055).
//!
//! ## When it is met
//! The last day is `{no-driving-days}` after the infusion; days are calendar days, day 0 is the day of the first infusion of the
//! latest episode.
//! - encounter-discharge: the day of discharge is within these days, and the patient goes home alive from the stay of the
//!   infusion, or from another stay or the emergency department → warning, with the last day. Only when the rule
//!   `discharge-after-car-t`, whose card has driving as its first line of advice, is not asked or has no card: two cards at one
//!   discharge would put this advice above "reconsider going home".
//! - patient-view: the first visit after discharge, within these days → info.
//! - appointment-book: the appointment is about driving by its code, its coded reason or the request it is booked for, and its
//!   own day is within these days → info.
//! - encounter-start: only when the rule `car-t-precautions`, which has the line on driving, is not asked → info.
//!
//! ## When it stays quiet
//! After the last day; on the ward; second and later visits, and charts that are opened without a visit; other appointments; no
//! CAR-T, or only planned; the end of an outpatient visit, unless the infusion lies in it; a stay that ends by death; stem cell
//! transplantation alone; below `{driving-from-age}`; after death.
//!
//! ## When it asks
//! At discharge and booking, an infusion without a usable date, or known only from an order marked completed: info, check the
//! date. On patient-view and encounter-start an infusion without any date shows nothing: it would do so at every visit. A visit
//! without a day leaves the verdict unknown, without a card. An
//! appointment without a code, whose words speak of driving: info. An appointment without a day is judged by today. CAR-T in
//! words only leaves the verdict unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - The FDA took back its own warning on driving in 2025; the rule of the Dutch centre stands, and is a setting.
//! - After the last day the source says to ask the doctor, and names sedating medicines and anaemia (CART-103): a line on the card,
//!   no check, because it gives no limit and no list of drugs.
//! - What counts as the first visit: outpatient care, or a stay of one day, after the end of the last stay. Visits on the same
//!   day are one. An emergency is neither. Without a stay on record, visits are counted from the infusion.
//! - A child does not drive: below `{driving-from-age}` (`inference`) nothing is shown. Without a date of birth the card is shown.
//!
//! ## Sources
//! CART-055, CART-103.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::hook::Hook;
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::stay::going_home::{GoingHome, Reach};
use crate::questions::stay::visits::FirstVisit;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::therapy::window::{Place, Window};
use crate::rule::{Judge, Rule, judge};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "driving-after-car-t",
    file: file!(),
    topic: "drivingAfterCarT",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-055", "CART-103"] }],
    override_reasons: &[
        "patient-informed-accepts-risk",
        "arranged-elsewhere",
        "local-protocol",
        "data-outdated",
        "other",
    ],
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
    numbers: &[
        &numbers::NO_DRIVING_DAYS,
        &numbers::DRIVING_FROM_AGE,
        &numbers::OTHER_STAY_DAYS,
        &numbers::CONDOM_MONTHS_AFTER_CAR_T,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
    ],
    concerns: after_car_t,
    judge: judge::<DrivingAfterCarT>,
};

/// The card at discharge that has driving as its first line of advice.
const DISCHARGE_RULE: &str = "discharge-after-car-t";
/// The card at the start of an encounter that has a line on driving.
const PRECAUTIONS_RULE: &str = "car-t-precautions";

/// Somebody goes home after CAR-T, here, as long as driving is not allowed.
const WHILE_NOT_DRIVING: Reach = Reach { other_stay: &numbers::NO_DRIVING_DAYS, advice: &[&numbers::NO_DRIVING_DAYS] };

/// The four functions of the rule.
pub struct DrivingAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    old_enough: Judgement,
    history: &'c TherapyHistory,
    /// Whether only an order shows it.
    is_only_ordered: bool,
    /// The last day without driving, if the infusion is dated; the last that it can be.
    until: Option<Moment>,
    /// Where today lies, or the day of the appointment.
    window: Window,
    occasion: Occasion<'c>,
}

/// When the rule speaks.
pub enum Occasion<'c> {
    /// A patient leaves the hospital.
    Departure {
        /// Whether to go home after CAR-T.
        home: GoingHome,
        /// Whether the card on discharge does not say it.
        unsaid: Judgement,
    },
    /// A chart is opened; without a date of CAR-T, no visit is the first one after it.
    Visit(Option<FirstVisit>),
    /// An encounter starts: whether no other card says it.
    Start(Judgement),
    /// Appointments are booked.
    Booking {
        /// The first one that a card could be about.
        appointment: Option<Appointment<'c>>,
        /// Whether there is, or may be, another one.
        others: Judgement,
    },
    /// No occasion.
    None,
}

/// An appointment in which the patient drives, or may.
pub struct Appointment<'c> {
    order: &'c DraftOrder,
    drives: Judgement,
    window: Window,
    is_dated: bool,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Going home.
    Discharge,
    /// Going home; when CAR-T was is not exactly known.
    DischargeUndated,
    /// Going home; CAR-T is known from an order only.
    DischargeProbable,
    /// At the first visit.
    Visit,
    /// At a visit; when CAR-T was is not exactly known.
    VisitUndated,
    /// An encounter starts.
    Start,
    /// An appointment too early.
    Appointment,
    /// An appointment; its day or that of CAR-T is not exactly known.
    AppointmentUndated,
    /// An appointment whose words speak of driving.
    AppointmentNamed,
}

impl Judge for DrivingAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let history = case.car_t_history();
        let first = history.day_zero();
        let met = |holds| if holds { Judgement::met(Vec::new()) } else { Judgement::not_met(Vec::new()) };
        let occasion = match case.hook {
            Hook::EncounterDischarge => Occasion::Departure {
                home: case.goes_home_after(first.as_ref(), &WHILE_NOT_DRIVING),
                unsaid: met(!case.also_asks(DISCHARGE_RULE) || case.departure_after_car_t().leaving.is_none()),
            },
            Hook::PatientView => Occasion::Visit(first.as_ref().map(|first| case.first_visit_since(&first.day))),
            Hook::EncounterStart => Occasion::Start(met(!case.also_asks(PRECAUTIONS_RULE))),
            Hook::AppointmentBook => booking(case, history),
            Hook::OrderSelect | Hook::OrderSign | Hook::OrderDispatch => Occasion::None,
        };
        Answers {
            old_enough: case.has_reached(&numbers::DRIVING_FROM_AGE),
            history,
            is_only_ordered: case.is_only_ordered(history),
            until: first.map(|first| Moment::on(case.later(&first.day, &numbers::NO_DRIVING_DAYS).last)),
            window: window(case, history, &case.as_of.day()),
            occasion,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let window = must("criterion-window", answers.window.judgement.clone()).unless_met();
        let unsaid = |unsaid: &Judgement| must("criterion-unsaid", unsaid.clone()).unless_met();
        let occasion = match &answers.occasion {
            Occasion::Departure { home, unsaid: of } => {
                all([window, must("criterion-going-home", home.judgement.clone()).unless_met(), unsaid(of)])
            }
            Occasion::Visit(first) => {
                let first = first.as_ref().map(|first| must("criterion-first-visit", first.judgement.clone()));
                all([window].into_iter().chain(first))
            }
            Occasion::Start(of) => all([window, unsaid(of)]),
            Occasion::Booking { appointment, others } => booked(appointment.as_ref(), others),
            Occasion::None => must("criterion-occasion", Judgement::not_met(Vec::new())),
        };
        let old_enough = must("criterion-driver", answers.old_enough.clone()).unless_met();
        all([must("criterion-car-t", answers.history.judgement.clone()), occasion, old_enough])
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let had_car_t = answers.history.judgement.is_met();
        let is_child = answers.old_enough.is_not_met();
        match (&answers.occasion, answers.window.place) {
            (Occasion::Booking { appointment, .. }, _) => {
                appointment.as_ref().filter(|_| !is_child).and_then(|appointment| appointment.reading(had_car_t))
            }
            _ if verdict == Verdict::NotMet => None,
            (Occasion::Departure { home, .. }, _) if !home.is_worth_a_card() => None,
            (Occasion::Visit(first), _) if !first.as_ref().is_some_and(|first| first.is_visit) => None,
            (Occasion::Departure { .. }, Place::Inside) => Some(Reading::Discharge),
            (Occasion::Departure { .. }, Place::Straddles) => Some(Reading::DischargeUndated),
            (Occasion::Departure { .. }, Place::Undated) if answers.is_only_ordered => Some(Reading::DischargeProbable),
            (Occasion::Departure { .. }, Place::Undated) if had_car_t => Some(Reading::DischargeUndated),
            (Occasion::Visit(_), Place::Inside) => Some(Reading::Visit),
            (Occasion::Start(_), Place::Inside) => Some(Reading::Start),
            (Occasion::Visit(_) | Occasion::Start(_), Place::Straddles) => Some(Reading::VisitUndated),
            (Occasion::Departure { .. } | Occasion::Visit(_) | Occasion::Start(_) | Occasion::None, _) => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let until = |id: &'static str| match answers.until {
            Some(until) => Message::new(id).with("until", until),
            None => Message::new(id),
        };
        match reading {
            Reading::Discharge => card(Warning, until("summary-discharge")),
            Reading::DischargeUndated => card(Info, "summary-discharge-undated"),
            Reading::DischargeProbable => card(Info, "summary-discharge-probable"),
            Reading::Visit => card(Info, until("summary-visit")),
            Reading::VisitUndated => card(Info, "summary-visit-undated"),
            Reading::Start => card(Info, until("summary-start")),
            Reading::Appointment => card(Info, until("summary-appointment")),
            Reading::AppointmentUndated => card(Info, "summary-appointment-undated"),
            Reading::AppointmentNamed => {
                let order = match &answers.occasion {
                    Occasion::Booking { appointment: Some(appointment), .. } => &appointment.order.concept.text,
                    _ => "",
                };
                card(Info, Message::new("summary-appointment-named").with("order", order))
            }
        }
        .context(["context-after-that"])
    }
}

/// Where a day lies in the days without driving.
fn window(case: &Case<'_>, history: &TherapyHistory, day: &Moment) -> Window {
    case.window(history, day, &numbers::NO_DRIVING_DAYS, "gap-infusion-date")
}

/// The appointments that are booked. One without a code matters only when its words speak of driving.
fn booking<'c>(case: &'c Case<'_>, history: &TherapyHistory) -> Occasion<'c> {
    let had_car_t = history.judgement.is_met();
    // One event stands for all: a long history is not read again for each of many appointments.
    let history = history.representative();
    let mut shown: Option<Appointment<'c>> = None;
    let mut others = Judgement::not_met(Vec::new());
    for order in case.orders_in_scope() {
        let drives = case.is_appointment_for(order, ValueSet::DRIVING);
        let speaks = || case.purposes(order).stated.iter().any(|purpose| case.mentions("driving", &purpose.text));
        if drives.is_not_met() || drives.is_unknown() && !speaks() {
            others = others.or(drives);
            continue;
        }
        let appointment = Appointment::of(case, &history, order, drives);
        // Of several appointments the first with a card is shown; all of them decide.
        if shown.is_none() && appointment.reading(had_car_t).is_some() {
            shown = Some(appointment);
        } else {
            others = others.or(appointment.drives.and(appointment.window.judgement));
        }
    }
    Occasion::Booking { appointment: shown, others }
}

/// What must hold of the appointments.
fn booked(appointment: Option<&Appointment<'_>>, others: &Judgement) -> Criteria {
    let other = must("criterion-other-appointment", others.clone());
    let Some(appointment) = appointment else { return other };
    let shown = all([
        must("criterion-appointment", appointment.drives.clone()),
        must("criterion-window", appointment.window.judgement.clone()),
    ]);
    if others.is_not_met() { shown } else { any([shown, other]) }
}

impl<'c> Appointment<'c> {
    fn of(case: &Case<'_>, history: &TherapyHistory, order: &'c DraftOrder, drives: Judgement) -> Self {
        let booked = order.planned_for.and_then(|period| period.start);
        let mut window = window(case, history, &booked.unwrap_or(case.as_of.day()));
        if booked.is_none() && window.judgement.is_met() {
            let gap = Gap::not_recorded(Source::DraftOrders, "gap-appointment-day");
            window.judgement = Judgement::unknown(vec![gap]);
        }
        Self { order, drives, window, is_dated: booked.is_some() }
    }

    /// The card about it, if there is one.
    fn reading(&self, had_car_t: bool) -> Option<Reading> {
        match (self.drives.verdict(), self.window.place) {
            (Verdict::Met, Place::Inside) if self.is_dated => Some(Reading::Appointment),
            (Verdict::Met, Place::Inside | Place::Straddles) => Some(Reading::AppointmentUndated),
            (Verdict::Met, Place::Undated) if had_car_t => Some(Reading::AppointmentUndated),
            (Verdict::Unknown, Place::Inside | Place::Straddles) => Some(Reading::AppointmentNamed),
            _ => None,
        }
    }
}
