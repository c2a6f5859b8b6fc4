//! Stem cell transplantation without a word on fertility.
//!
//! ## What it flags
//! A stem cell transplantation, or the chemotherapy and antithymocyte globulin that prepare for it, is being ordered or
//! booked for a patient of reproductive age, and no referral to a fertility clinic is on record.
//!
//! ## Why it matters
//! Before the treatment come "mogelijke maatregelen om de vruchtbaarheid te behouden (invriezen van eicellen of sperma)"
//! (HSCT-012, HSCT-039). "Onvruchtbaarheid/infertiliteit of verminderde vruchtbaarheid/subfertiliteit of vervroegde
//! overgang" is a frequent side effect (HSCT-029) and stands among the long-term ones (HSCT-059).
//!
//! ## When it is met
//! - The order or appointment is a transplantation (own cells, donor cells, or not stated), or a conditioning drug while a
//!   transplantation is planned on record or drafted beside it.
//! - And the patient is at least `{reproductive-from-age}` and not yet `{reproductive-below-age}`, whatever the gender: both
//!   lose fertility, both can preserve it.
//! - And no fertility counselling is on record: no request (active or completed), no procedure, no referral or visit in the
//!   same draft.
//!
//! Always info, with the referral as a suggestion.
//!
//! ## When it stays quiet
//! CAR-T and its lymphodepletion: the sources speak of transplantation. Cyclophosphamide without a transplantation in sight.
//! A referral, also one that is only proposed. Younger than `{reproductive-from-age}`; `{reproductive-below-age}` and older.
//!
//! ## When it asks
//! The age is not known or straddles a limit; a referral stands there in words only; requests or procedures were not sent;
//! the order speaks of a transplantation in words only: the same info, and it says what is missing. When the patient was
//! not sent at all, age is anything: no card, the call says so, unless a referral settles it.
//!
//! ## Where the catalogue is silent
//! - The ages are inference.
//! - A referral that is withdrawn, in error, of someone else, or on hold is none. Its date does not matter: who was
//!   counselled once has been.
//! - G-CSF and plerixafor alone don't count: they do not harm fertility, and the transplantation has an order of its own.
//! - Entries without a usable code count as a question only when their words speak of fertility; nearly every list of
//!   procedures has some that say nothing.
//! - An appointment in words is asked about only when no transplantation is in history: else it is a check-up.
//!
//! ## Sources
//! HSCT-012, HSCT-029, HSCT-039, HSCT-059.

use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Source, Verdict};

use crate::Indicator::Info;
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::hook::Hook;
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::history::Certainty;
use crate::questions::therapy::plan::{Asked, PathwayOrders};
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "fertility-preservation",
    file: file!(),
    topic: "fertilityPreservation",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-012", "HSCT-029", "HSCT-039"] },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-059"] },
    ],
    override_reasons: &[
        "arranged-elsewhere",
        "patient-informed-accepts-risk",
        "life-threatening-emergency",
        "data-outdated",
        "other",
    ],
    needs: &[Source::Patient, Source::Procedures, Source::ServiceRequests],
    observations: &[],
    numbers: &[&numbers::REPRODUCTIVE_FROM_AGE, &numbers::REPRODUCTIVE_BELOW_AGE],
    concerns: everyone,
    judge: judge::<FertilityPreservation>,
};

/// The four functions of the rule.
pub struct FertilityPreservation;

/// What the rule rests on.
pub struct Answers<'c> {
    /// The orders or appointments for a transplantation or its conditioning.
    orders: PathwayOrders<'c>,
    is_booked: bool,
    /// Old enough, and young enough.
    age: Judgement,
    /// The age in years: the youngest and the oldest it can be.
    years: Option<(i32, i32)>,
    counselled: Judgement,
    /// A transplantation is on record as done.
    is_transplanted: bool,
    referral: Option<Coded>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// No counselling on record.
    NotCounselled,
    /// Whether there was counselling can't be told.
    Unclear,
    /// Words that may mean a transplantation.
    OrderInWords,
}

impl Judge for FertilityPreservation {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let is_at_least = |number| case.patient.is_at_least(case.whole(number), &case.as_of);
        let history = case.transplantation_in_past();
        Answers {
            orders: case.orders_asked_about(&Asked::TRANSPLANTATION),
            is_booked: case.hook == Hook::AppointmentBook,
            age: is_at_least(&numbers::REPRODUCTIVE_FROM_AGE).and(!is_at_least(&numbers::REPRODUCTIVE_BELOW_AGE)),
            years: case.patient.age(&case.as_of),
            counselled: case.fertility_counselling(),
            is_transplanted: history.certainty() == Some(Certainty::Recorded),
            referral: case.code_of(ValueSet::FERTILITY_REFERRAL),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let ordered = if answers.is_booked { "criterion-booked" } else { "criterion-ordered" };
        let years = answers.years.map(|(youngest, oldest)| {
            if youngest == oldest {
                Message::new("remark-age").with("age", youngest)
            } else {
                Message::new("remark-age-between").with("youngest", youngest).with("oldest", oldest)
            }
        });
        all([
            must(ordered, answers.orders.judgement.clone()).owned_by(&["pregnancy-with-cell-therapy"]),
            must("criterion-age", answers.age.clone()).remarking(years).unless_met(),
            must("criterion-no-counselling", !answers.counselled.clone()).unless_met(),
        ])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let (orders, counselled) = (&answers.orders, &answers.counselled);
        let is_check_up = answers.is_booked && answers.is_transplanted;
        // Without the patient, the age may be anything: an advice for everyone would be noise.
        if answers.age.is_not_met() || answers.age.has_delivery_gap() || counselled.is_met() {
            None
        } else if !orders.known.is_empty() {
            Some(if counselled.is_unknown() { Reading::Unclear } else { Reading::NotCounselled })
        } else {
            (!orders.named.is_empty() && !is_check_up).then_some(Reading::OrderInWords)
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let order = answers.orders.named.first().map(|named| named.purpose.text.clone()).unwrap_or_default();
        let summary = match (reading, answers.is_booked) {
            (Reading::NotCounselled, false) => Message::new("summary-ordered"),
            (Reading::NotCounselled, true) => Message::new("summary-booked"),
            (Reading::Unclear, false) => Message::new("summary-ordered-check"),
            (Reading::Unclear, true) => Message::new("summary-booked-check"),
            (Reading::OrderInWords, _) => Message::new("summary-named").with("order", order),
        };
        card(Info, summary)
            .lead(["advice-preserve"])
            .suggest(answers.referral.clone().map(|code| Suggestion::order("suggest-referral", code)))
    }
}
