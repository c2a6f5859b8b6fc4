//! The order of the steps before CAR-T: cells collected, product released, lymphodepletion, infusion.
//!
//! ## What it flags
//! Lymphodepletion that is being ordered while no leukapheresis is completed or the product is not released, and an infusion
//! that is not planned `{shortest-lymphodepletion-interval-days}` to `{longest-lymphodepletion-interval-days}` after the last
//! lymphodepletion day, or either of them in a patient with fever.
//!
//! ## Why it matters
//! "Voordat de infusie plaatsvindt, nemen we een deel van de T-cellen bij u af" (CART-004). "Als het laboratorium de cellen
//! goedkeurt, worden ze teruggestuurd" (CART-013); "Once the product has been approved for use, a limited dose chemotherapy
//! is needed in preparation" (CART-073). "Infusie met CAR T-cellen 2 dagen na de chemotherapie" (CART-018). Lymphodepletion
//! without a product harms and gives nothing.
//!
//! ## When it is met
//! - Fludarabine, cyclophosphamide or bendamustine is drafted beside an open CAR-T plan, and there is no completed
//!   leukapheresis or no release of the product (either is enough) → warning.
//! - Lymphodepletion or CAR-T is drafted, and the first infusion is planned less than
//!   `{shortest-lymphodepletion-interval-days}`, or more than `{longest-lymphodepletion-interval-days}` and at most
//!   `{bridging-after-days}`, after the last lymphodepletion day (given or planned; calendar days) → info. The sources count
//!   days after it, or days of rest between: both are accepted (X16).
//! - Lymphodepletion or CAR-T is drafted, and a temperature of the last `{fever-before-car-t-hours}` is
//!   `{fever-before-car-t}` or more → warning: postpone? (CART-007).
//!
//! A plan is open when CAR-T is drafted, or requested on record with no infusion on or after the day of the request. Billing
//! codes of the collection count as leukapheresis. The newest answer about the release decides, by the clock where it has one.
//! A release older than the leukapheresis, and anything before an earlier CAR-T, belongs to another product.
//!
//! ## When it stays quiet
//! No open plan; CAR-T alone is ordered and no lymphodepletion is known; the drug is for multiple sclerosis by its coded
//! reason, and the CAR-T is not; cells of a donor; conditioning for transplantation; the drug ends more than
//! `{bridging-after-days}` before the infusion: bridging.
//!
//! ## When it asks
//! Leukapheresis or release were not sent, stand there in words, without an answer, without a status or with a date that leaves
//! it open, or the CAR-T may be given already (an infusion without a status, too): a warning. An infusion without a day leaves
//! the interval unknown, without a card. A temperature without a usable unit or date that may be a fever: info, without
//! another reason for a card. Requests that were not sent: nothing can be said.
//!
//! ## Where the catalogue is silent
//! - CART-007 gives no number: `{fever-before-car-t}` in `{fever-before-car-t-hours}` (inference). An infection on the
//!   problem list is not read: no vocabulary at hand tells an acute one from a carrier.
//! - More than `{bridging-after-days}` between chemotherapy and infusion is bridging (inference).
//! - Only an order that can't be read, or a drug without a usable code, is drafted: it may be lymphodepletion or CAR-T, so
//!   everything stays unknown. An interval that is off is shown all the same.
//! - A coded reason other than MS does not silence: such a code may name the treatment, or a lymphoma that no set lists.
//! - A history code of CAR-T stands for an infusion before the day it was recorded.
//! - Signed prescriptions count with their coming days; what is past counts only when it was given.
//!
//! ## Sources
//! CART-003…005, -007, -008, -012, -013, -017…019, -071…073; supportive care around CAR-T (PMC10867419, table 6); X16.

use cellwise_record::search::vital_sign::Limit;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::car_t_collection::CarTCollection;
use crate::questions::therapy::lymphodepletion::Interval;
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "lymphodepletion-sequence",
    file: file!(),
    topic: "lymphodepletionSequence",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[
        Citation {
            document: &documents::ERASMUS_MC_CAR_T,
            statements: &[
                "CART-003", "CART-004", "CART-005", "CART-007", "CART-008", "CART-012", "CART-013", "CART-017",
                "CART-018", "CART-019",
            ],
        },
        Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-071", "CART-072", "CART-073"] },
        Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] },
    ],
    override_reasons: &["arranged-elsewhere", "trial-participation", "local-protocol", "data-outdated", "other"],
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
    observations: &[ValueSet::PRODUCT_RELEASED, ValueSet::BODY_TEMPERATURE],
    numbers: &[
        &numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS,
        &numbers::LONGEST_LYMPHODEPLETION_INTERVAL_DAYS,
        &numbers::BRIDGING_AFTER_DAYS,
        &numbers::FEVER_BEFORE_CAR_T,
        &numbers::FEVER_BEFORE_CAR_T_HOURS,
    ],
    concerns: everyone,
    judge: judge::<LymphodepletionSequence>,
};

/// What the card about the sequence rests on.
const SEQUENCE_CITATIONS: &[Citation] = &[
    Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &["CART-003", "CART-004", "CART-005", "CART-007", "CART-008", "CART-012", "CART-013", "CART-017"],
    },
    Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-071", "CART-072", "CART-073"] },
    Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] },
];
/// What the card about the interval rests on.
const INTERVAL_CITATIONS: &[Citation] = &[Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-003", "CART-007", "CART-017", "CART-018", "CART-019"],
}];

/// What the card about fever rests on.
const CONDITION_CITATIONS: &[Citation] =
    &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-003", "CART-007"] }];

/// The four functions of the rule.
pub struct LymphodepletionSequence;

/// What the rule rests on.
pub struct Answers<'c> {
    /// Lymphodepletion or CAR-T is being ordered.
    ordered: Judgement,
    /// CAR-T of the patient's own cells is planned.
    plan: Judgement,
    /// A request or draft for it is there; it may be done already.
    is_planned: bool,
    /// Lymphodepletion is being ordered.
    drug: Judgement,
    /// One of its drugs is.
    is_drug_drafted: bool,
    collection: &'c CarTCollection,
    released: Judgement,
    interval: Interval,
    /// Fever in the last hours.
    fever: Judgement,
    /// A temperature that can't be judged may be one of fever.
    is_fever_open: bool,
    /// The highest temperature beyond the limit, as it is written.
    temperature: Option<String>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// No cells were collected.
    NoCollection,
    /// Nothing says that the product is released.
    NoRelease,
    /// The product is not released.
    NotReleased,
    /// Whether cells were collected can't be told.
    CollectionUnclear,
    /// Whether the product is released can't be told.
    ReleaseUnclear,
    /// The CAR-T may be given already.
    PerhapsGiven,
    /// The days between lymphodepletion and infusion are not the usual ones.
    Interval,
    /// The infusion is planned before the last lymphodepletion.
    InfusionFirst,
    /// Fever: it is perhaps to be postponed.
    Fever,
    /// A temperature that can't be judged.
    FeverUnclear,
}

impl Judge for LymphodepletionSequence {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        const DRUGS: ValueSet = ValueSet::LYMPHODEPLETION_CHEMOTHERAPY;
        let drafts = case.drafted_drugs(&[DRUGS, ValueSet::CAR_T]);
        let car_t = case.car_t_to_come();
        let hours = case.whole(&numbers::FEVER_BEFORE_CAR_T_HOURS);
        let limit = Limit::AtLeast(case.value(&numbers::FEVER_BEFORE_CAR_T), "Cel");
        let temperatures = case.readings(ValueSet::BODY_TEMPERATURE, hours, None);
        Answers {
            fever: temperatures.exceed(limit),
            is_fever_open: temperatures.leave_open(limit),
            temperature: temperatures.worst(limit),
            ordered: drafts.judgement(),
            plan: car_t.plans.judgement(),
            is_planned: !car_t.plans.plans.is_empty(),
            drug: case.lymphodepletion(&drafts, &car_t),
            is_drug_drafted: drafts.known.iter().any(|draft| draft.concept.has(DRUGS)),
            collection: case.car_t_collection(),
            released: case.product_released(),
            interval: case.lymphodepletion_interval(&car_t),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let remark = answers.interval.between.zip(answers.interval.days()).map(|((last, first), days)| {
            Message::new("remark-interval").with("from", last).with("date", first).with("days", days)
        });
        let drug = must("criterion-drug", answers.drug.clone()).unless_met();
        let missing_step = any([
            must("criterion-no-collection", !answers.collection.judgement.clone()),
            must("criterion-not-released", !answers.released.clone()),
        ]);
        let interval = must("criterion-interval", answers.interval.is_off.clone()).remarking(remark).unless_not_met();
        // Where it is clear whether lymphodepletion is ordered, no branch is needed for it.
        let concern = match answers.drug.verdict() {
            Verdict::Met => all([drug, any([missing_step, interval])]),
            Verdict::NotMet => interval,
            Verdict::Unknown => any([all([drug, missing_step]), interval]),
        };
        // Temperatures that were not sent are no row of a card about something else.
        let fever = must("criterion-fever", answers.fever.clone()).left_out_if(answers.fever.has_delivery_gap());
        let concern = if answers.fever.is_not_met() { concern } else { any([concern, fever]) };
        all([
            must("criterion-ordered", answers.ordered.clone()).unless_met(),
            must("criterion-plan", answers.plan.clone()),
            concern,
        ])
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let is_ready = answers.collection.judgement.clone().and(answers.released.clone());
        let too_early = answers.plan.clone().and(answers.drug.clone()).and(!is_ready);
        if verdict == Verdict::NotMet || !answers.is_planned {
            None
        } else if answers.is_drug_drafted && !too_early.is_not_met() {
            Some(missing_step(answers))
        } else if answers.fever.is_met() {
            Some(Reading::Fever)
        } else {
            let days = answers.interval.days().filter(|_| answers.interval.is_off.is_met());
            match days {
                Some(..0) => Some(Reading::InfusionFirst),
                Some(_) => Some(Reading::Interval),
                None => answers.is_fever_open.then_some(Reading::FeverUnclear),
            }
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let dated = |id| match answers.interval.between {
            Some((last, first)) => Message::new(id).with("from", last).with("date", first),
            None => Message::new(id),
        };
        let words = match reading {
            Reading::NoCollection => card(Warning, "summary-no-collection"),
            Reading::NoRelease => card(Warning, "summary-no-release"),
            Reading::NotReleased => card(Warning, "summary-not-released"),
            Reading::CollectionUnclear => card(Warning, "summary-collection-unknown"),
            Reading::ReleaseUnclear => card(Warning, "summary-release-unknown"),
            Reading::PerhapsGiven => card(Warning, "summary-perhaps-given"),
            Reading::Interval => card(Info, dated("summary-interval")),
            Reading::InfusionFirst => card(Info, dated("summary-infusion-first")),
            Reading::Fever => {
                let temperature = answers.temperature.clone().unwrap_or_default();
                let text = if answers.is_drug_drafted { "summary-fever" } else { "summary-fever-infusion" };
                card(Warning, Message::new(text).with("temperature", temperature))
            }
            Reading::FeverUnclear => card(Info, "summary-fever-unclear"),
        }
        .lead((answers.fever.is_met() || reading == Reading::FeverUnclear).then_some("advice-fever"));
        if matches!(reading, Reading::Fever | Reading::FeverUnclear) {
            words.citing(CONDITION_CITATIONS)
        } else if matches!(reading, Reading::Interval | Reading::InfusionFirst) {
            words.lead(["advice-interval"]).citing(INTERVAL_CITATIONS)
        } else {
            let is_off = answers.interval.is_off.is_met();
            let is_awaited = !answers.released.is_met();
            words.lead(["advice-release"]).context(is_awaited.then_some("context-bridging")).citing(if is_off {
                RULE.citations
            } else {
                SEQUENCE_CITATIONS
            })
        }
    }
}

/// The step that is missing before lymphodepletion, or may be.
fn missing_step(answers: &Answers<'_>) -> Reading {
    let (plan, released) = (&answers.plan, &answers.released);
    // An infusion on record leaves the plan open, and with it whose cells were collected.
    let perhaps_given = plan.is_unknown() && !plan.has_delivery_gap();
    match (answers.collection.judgement.verdict(), released.verdict()) {
        (Verdict::NotMet, _) => Reading::NoCollection,
        (_, Verdict::NotMet) if released.evidence().is_empty() => Reading::NoRelease,
        (_, Verdict::NotMet) => Reading::NotReleased,
        (Verdict::Unknown, Verdict::Met) if perhaps_given => Reading::PerhapsGiven,
        (Verdict::Unknown, _) => Reading::CollectionUnclear,
        (Verdict::Met, Verdict::Unknown) => Reading::ReleaseUnclear,
        (Verdict::Met, Verdict::Met) => Reading::PerhapsGiven,
    }
}
