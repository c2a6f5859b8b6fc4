//! An infusion of cells frozen in DMSO for a patient who is hypersensitive to DMSO.
//!
//! ## What it flags
//! CAR-T or a stem cell transplantation that is being ordered or booked, while an allergy to or intolerance of dimethyl
//! sulfoxide (DMSO) is on record.
//!
//! ## Why it matters
//! To CAR-T cells "voegen we het conserveringsmiddel dimethylsulfaatoxide (DMSO) toe" (CART-023; the chemical name is a
//! slip for dimethylsulfoxide). The stem cell graft holds "een zwavelhoudend middel (DMSO)" (HSCT-033).
//!
//! ## When it is met
//! - The infusion itself is ordered, or booked: by the service of the appointment, its reason, or the request it is for.
//! - And an allergy on record names DMSO, by its code or by the substance of a reaction. Unconfirmed, an intolerance, or of
//!   low criticality: it still counts, nobody has ruled it out.
//!
//! Always a warning: the sources say that the product contains DMSO, not that hypersensitivity forbids it.
//!
//! ## When it stays quiet
//! Refuted, in error, inactive, resolved, or of someone else; an allergy to sulfonamides, which is another thing; harvest,
//! lymphodepletion, conditioning, a check-up; a therapy that is only planned, with another order at hand.
//!
//! ## When it asks
//! An allergy or a problem says DMSO in words without a code, or the order says so of the infusion: a warning with the
//! words. An order that can't be read, with an allergy on record: a warning. Allergies that were not sent leave it open.
//!
//! ## Where the catalogue is silent
//! - Donor cells, and cells of an unknown donor, count: they are often frozen, too. The card says that it depends.
//! - Nothing is proposed: not to remove the order, nor premedication, which the source does not name (CART-024).
//! - Most appointments are in words. One whose words say nothing of a cell therapy is none; an order without a usable code
//!   leaves the verdict open, without a card.
//! - A transplant status (ICD-10-CM Z94.84) as the reason of an appointment means a check-up.
//! - The words of an allergy are asked about even when its code is that of something else: no value set lists every code
//!   of an allergy to DMSO.
//!
//! ## Sources
//! CART-023, CART-024, HSCT-033. That the content is a hazard in hypersensitivity is inference.

use cellwise_record::terminology::ValueSet;
use cellwise_record::{Source, Verdict};

use crate::Indicator::Warning;
use crate::card::{CardFacts, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::hook::Hook;
use crate::message::Message;
use crate::questions::Case;
use crate::questions::therapy::hypersensitivity::Hypersensitivity;
use crate::questions::therapy::plan::{Asked, Pathway, PathwayOrder, PathwayOrders};
use crate::rule::{Judge, Rule, judge};

/// CAR-T cells and DMSO.
const CAR_T: Citation = Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-023", "CART-024"] };
/// Stem cells and DMSO.
const AHSCT: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-033"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "dmso-allergy",
    file: file!(),
    topic: "dmsoAllergy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[CAR_T, AHSCT],
    override_reasons: &[
        "arranged-elsewhere",
        "local-protocol",
        "patient-informed-accepts-risk",
        "data-outdated",
        "other",
    ],
    needs: &[Source::Patient, Source::Conditions, Source::ServiceRequests, Source::Allergies],
    observations: &[],
    numbers: &[],
    concerns: everyone,
    judge: judge::<DmsoAllergy>,
};

/// The four functions of the rule.
pub struct DmsoAllergy;

/// What the rule rests on.
pub struct Answers<'c> {
    /// The infusions of cells that are being ordered or booked.
    infusion: PathwayOrders<'c>,
    is_booked: bool,
    allergy: Hypersensitivity,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// An infusion, and hypersensitivity on record.
    Hypersensitive,
    /// An infusion, and words that may mean hypersensitivity.
    AllergyInWords,
    /// Words that may mean an infusion.
    OrderInWords,
    /// An order that can't be read.
    OrderUnreadable,
}

impl Judge for DmsoAllergy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        Answers {
            infusion: case.orders_asked_about(&Asked::INFUSION),
            is_booked: case.hook == Hook::AppointmentBook,
            allergy: case.dmso_hypersensitivity(),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let ordered = if answers.is_booked { "criterion-booked" } else { "criterion-ordered" };
        all([
            must(ordered, answers.infusion.judgement.clone()),
            must("criterion-allergy", answers.allergy.judgement.clone()),
        ])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let (orders, on_record) = (&answers.infusion, answers.allergy.judgement.is_met());
        if !on_record && answers.allergy.in_words.is_none() {
            None
        } else if !orders.known.is_empty() {
            Some(if on_record { Reading::Hypersensitive } else { Reading::AllergyInWords })
        } else if !orders.named.is_empty() {
            Some(Reading::OrderInWords)
        } else {
            (!orders.unreadable.is_empty()).then_some(Reading::OrderUnreadable)
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let orders = &answers.infusion;
        let order = orders.named.first().map(|named| named.purpose.text.clone()).unwrap_or_default();
        let allergy = answers.allergy.in_words.clone().unwrap_or_default();
        let summary = match reading {
            Reading::Hypersensitive if answers.is_booked => Message::new("summary-booked"),
            Reading::Hypersensitive => Message::new("summary-ordered"),
            Reading::AllergyInWords => Message::new("summary-allergy-in-words").with("allergy", allergy),
            Reading::OrderInWords => Message::new("summary-named").with("order", order),
            Reading::OrderUnreadable => Message::new("summary-unreadable"),
        };
        let therapies = orders.pathways();
        let may_be_fresh = orders.known.iter().any(|order| !is_of_own_cells(order));
        card(Warning, summary).lead(["advice-consult"]).context(may_be_fresh.then_some("context-donor-cells")).citing(
            match therapies.as_slice() {
                [Pathway::CarT] => const { &[CAR_T] },
                [Pathway::Transplantation] => const { &[AHSCT] },
                _ => RULE.citations,
            },
        )
    }
}

/// Whether the cells are the patient's own: those are always frozen.
fn is_of_own_cells(order: &PathwayOrder<'_>) -> bool {
    order.pathway == Pathway::CarT || order.purpose.has(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION)
}
