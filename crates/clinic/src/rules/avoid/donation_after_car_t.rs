//! Donation of blood, organs, tissues or cells by a patient who had CAR-T cells.
//!
//! ## What it flags
//! A donation that is being ordered (order hooks) or booked (appointment-book), or a registration or consent as a donor
//! (patient-view, encounter-start), after CAR-T.
//!
//! ## Why it matters
//! "Na een CAR T-celtherapie mogen mensen geen bloed, organen, weefsels en cellen doneren voor transplantatie" (CART-066).
//!
//! ## When it is met
//! - Order hooks, appointment-book: the order or appointment is a donation by its code (harvesting of donor material,
//!   evaluation of a donor), by its reason (ICD-10 Z52…), or by the request it is booked for; and CAR-T is in history →
//!   critical.
//! - patient-view, encounter-start: willing to donate (organ donor, advance directive, problem list, post-mortem donor on the Patient), or
//!   an active consent that permits donation, and CAR-T is in history → warning.
//! - A CAR-T order marked completed without a recorded infusion: one level lower.
//!
//! ## When it stays quiet
//! The patient's own cells, blood or skin: an autologous reason, or a collection of stem cells without the reason of a
//! donor (X8). Donations of the past, samples for diagnosis, a no that is newer than the yes, a consent that denies or is
//! no longer active. No CAR-T, or only planned; stem cell transplantation alone: the sources state no ban after it.
//!
//! ## When it asks
//! The order has no usable code, and its words speak of a donation; or CAR-T stands in the record in words only: a
//! warning. A consent without a status: one level lower. A registration in words only stays unknown, without a card. An
//! order that can't be read leaves the verdict unknown; rule `corticosteroid-after-car-t` shows it.
//!
//! ## Where the catalogue is silent
//! - No end date (X8): the ban holds for life. "Voor transplantatie" is read to go with all four nouns.
//! - The reason of a donor outweighs everything else in an order; an own reason outweighs its code.
//! - Registrations: the newest observation decides. Patient, problem list and consents each stand for themselves.
//! - Consents and observations are asked for on patient-view and encounter-start only: orders and appointments need none.
//! - An appointment gets no suggestion to remove it: it is only proposed, nothing of it is on a server yet.
//! - A request that came through and is not the one an appointment names is for something else.
//!
//! ## Sources
//! CART-066, CART-071; conflict X8.

use crate::Indicator::{Critical, Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::hook::Hook;
use crate::message::Message;
use crate::questions::Case;
use crate::questions::donation::orders::DonationOrders;
use crate::questions::therapy::history::TherapyHistory;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::{Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "donation-after-car-t",
    file: file!(),
    topic: "donationAfterCarT",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-066"] }],
    override_reasons: &["own-cells-collection", "not-a-donation", "data-outdated", "other"],
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
    concerns: after_car_t,
    judge: judge::<DonationAfterCarT>,
};

/// Why a card on a registration may be overridden.
const REGISTRATION_OVERRIDES: &[&str] = &["data-outdated", "other"];

/// The four functions of the rule.
pub struct DonationAfterCarT;

/// What the hook is about.
enum Subject<'c> {
    Orders(DonationOrders<'c>),
    Appointments(DonationOrders<'c>),
    /// Whether the patient is registered as a donor, and whether the patient data say so.
    Registration {
        registered: Judgement,
        is_post_mortem: bool,
    },
}

/// What the rule rests on.
pub struct Answers<'c> {
    subject: Subject<'c>,
    history: &'c TherapyHistory,
    /// An entry without a usable code speaks of CAR-T.
    is_in_words: bool,
}

/// Every card of the rule.
#[derive(Clone, Copy)]
pub enum Reading {
    /// A donation is ordered or booked.
    Donation,
    /// The same, and CAR-T stands in the record in words only.
    CarTInWords,
    /// Only its words call the order a donation.
    OrderInWords,
    /// Registered as a donor.
    Registered,
}

impl Judge for DonationAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let subject = match case.hook {
            Hook::AppointmentBook => Subject::Appointments(case.donation_orders()),
            hook if hook.is_order() => Subject::Orders(case.donation_orders()),
            _ => Subject::Registration {
                registered: case.donor_registration(),
                is_post_mortem: case.patient.cadaveric_donor == Some(true),
            },
        };
        Answers { subject, history: case.car_t_history(), is_in_words: case.is_in_words("car-t") }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let donation = match &answers.subject {
            Subject::Orders(orders) => must("criterion-donation", orders.judgement.clone()),
            Subject::Appointments(orders) => must("criterion-booking", orders.judgement.clone()),
            Subject::Registration { registered, is_post_mortem } => must("criterion-registered", registered.clone())
                .remarking(is_post_mortem.then(|| Message::new("remark-post-mortem-donor"))),
        };
        let history = answers.history;
        let is_undated = history.judgement.is_met() && history.t0().is_none();
        let remark = match (history.is_probable(), is_undated) {
            (true, _) => Some(Message::new("remark-infusion-not-recorded")),
            (false, true) => Some(Message::new("remark-date-not-recorded")),
            (false, false) => None,
        };
        all([donation, must("criterion-car-t", history.judgement.clone()).remarking(remark)])
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let (Subject::Orders(orders) | Subject::Appointments(orders)) = &answers.subject else {
            return (verdict == Verdict::Met).then_some(Reading::Registered);
        };
        let is_known = !orders.known.is_empty();
        match answers.history.judgement.verdict() {
            Verdict::Met if is_known => Some(Reading::Donation),
            Verdict::Met => orders.named.as_ref().map(|_| Reading::OrderInWords),
            Verdict::Unknown if is_known && answers.is_in_words => Some(Reading::CarTInWords),
            Verdict::Unknown | Verdict::NotMet => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let is_probable = answers.history.is_probable();
        let of = |order, booking| if answers.is_booking() { booking } else { order };
        let card = match reading {
            Reading::Donation if is_probable => card(Warning, of("summary-order-probable", "summary-booking-probable")),
            Reading::Donation => card(Critical, of("summary-order", "summary-booking")),
            Reading::CarTInWords => {
                card(Warning, of("summary-order-history-in-words", "summary-booking-history-in-words"))
            }
            Reading::OrderInWords if is_probable => card(Info, answers.order_in_words()),
            Reading::OrderInWords => card(Warning, answers.order_in_words()),
            Reading::Registered if is_probable => card(Info, "summary-registered-probable"),
            Reading::Registered => card(Warning, "summary-registered"),
        }
        .context(["context-no-end-date"]);
        match reading {
            Reading::Registered => card.context(["context-registration"]).overridden_for(REGISTRATION_OVERRIDES),
            _ => card.context([of("context-own-cells", "context-own-cells-booking")]).suggest(answers.removals()),
        }
    }
}

impl Answers<'_> {
    fn is_booking(&self) -> bool {
        matches!(self.subject, Subject::Appointments(_))
    }

    fn order_in_words(&self) -> Message {
        let name = match &self.subject {
            Subject::Orders(orders) | Subject::Appointments(orders) => orders.named.clone(),
            Subject::Registration { .. } => None,
        };
        Message::new("summary-order-named").with("order", name.unwrap_or_default())
    }

    /// Take the donations out of the draft. An appointment that is only proposed is not on a server yet: there is nothing to
    /// take out.
    fn removals(&self) -> Vec<Suggestion> {
        let Subject::Orders(orders) = &self.subject else { return Vec::new() };
        let remove = orders.known.iter().filter_map(|order| {
            let label = Message::new("suggest-remove").with("order", order.concept.text.clone());
            Some(Suggestion::remove(label, order.address()?).obvious())
        });
        remove.collect()
    }
}
