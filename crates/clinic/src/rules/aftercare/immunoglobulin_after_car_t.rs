//! Immunoglobulin G in the years after CAR-T: measured, and high enough.
//!
//! ## What it flags
//! Up to and including `{b-cell-recovery-years}` after CAR-T: IgG that was not measured in the last `{igg-interval-months}`, or is
//! below `{low-igg}`.
//!
//! ## Why it matters
//! Anti-CD19 CAR-T takes the B cells along; their recovery can take up to three years (CART-107, CART-097). Low
//! immunoglobulins raise the risk of opportunistic infections (CART-109): "Het wordt dan ook aangeraden om de IgG-waarden te
//! monitoren en waar nodig te zorgen voor substitutie" (CART-098).
//!
//! ## When it is met
//! - The newest IgG is below `{low-igg}`: warning, consider substitution. Immunoglobulin in use, or given in the last
//!   `{immunoglobulin-given-days}`: info.
//! - The newest IgG is older than `{igg-interval-months}`, or there is none, from `{first-igg-days}` after CAR-T on: info, with a
//!   suggestion to order it. A low one that is older says to measure again first.
//!
//! ## When it stays quiet
//! Later than `{b-cell-recovery-years}`; IgG of `{low-igg}` or more in the last `{igg-interval-months}`, whatever the problem list says; no CAR-T, or only
//! planned; stem cell transplantation alone; after death. An infusion without any date shows nothing: it would at every visit.
//!
//! ## When it asks
//! The newest IgG has another unit, none, a bound that does not settle it (`< 7`) or a coarse date, or the infusion has a
//! coarse date: info. A CAR-T known only from an order marked completed, or in words only, shows nothing.
//!
//! ## Where the catalogue is silent
//! - `{b-cell-recovery-years}` come from the recovery of B cells after anti-CD19 products; the rule holds for BCMA products, too, which take
//!   plasma cells. The line on B cells is shown for anti-CD19 products only.
//! - `{low-igg}` and `{igg-interval-months}` come from outside (every three to six months; replacement with serious or recurrent infections);
//!   the sources on which this project rests give neither. Infections are not weighed: the card says "consider".
//! - The same outside sources measure for the first time at `{first-igg-days}`: before it nothing is missed. A low IgG is shown at once.
//! - Immunoglobulin is given every three to four weeks: one of the last `{immunoglobulin-given-days}` (`inference`) is still in effect.
//! - An IgG already requested: the card stays, the suggestion goes.
//!
//! ## Sources
//! CART-097, CART-098, CART-107, CART-109; outside: prevention of infection after CAR-T.

use cellwise_record::search::newest::Level;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{GapKind, Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any, aside, must, unless};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::window::{Place, Window};
use crate::rule::{Judge, Rule, judge};

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
    override_reasons: &[
        "already-treated",
        "arranged-elsewhere",
        "not-tolerated",
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
    concerns: after_car_t,
    judge: judge::<ImmunoglobulinAfterCarT>,
};

/// The four functions of the rule.
pub struct ImmunoglobulinAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    window: Window,
    low: Level<'c>,
    /// Measured lately.
    recent: Judgement,
    /// Whether the observations did not come through.
    is_undelivered: bool,
    /// The first measurement after CAR-T is due.
    due: Judgement,
    /// Immunoglobulin is in use, or was given so lately that it still works.
    substituted: Judgement,
    /// The test to order, unless it is requested already.
    to_order: Option<Coded>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Low now.
    Low,
    /// Low, but long ago.
    LowLongAgo,
    /// Not measured lately.
    NotMeasured,
    /// There is a value that can't be judged.
    Unclear,
    /// Whether the window is over can't be told.
    UnclearWindow,
}

impl Judge for ImmunoglobulinAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let history = case.car_t_history();
        let today = case.as_of.day();
        let months = case.whole(&numbers::IGG_INTERVAL_MONTHS);
        let given_days = case.whole(&numbers::IMMUNOGLOBULIN_GIVEN_DAYS);
        let measured = case.measurements(ValueSet::IMMUNOGLOBULIN_G_LEVEL);
        Answers {
            window: case.window(history, &today, &numbers::B_CELL_RECOVERY_YEARS, "gap-infusion-date"),
            low: measured.below(case.value(&numbers::LOW_IGG), UNIT, "gap-bound"),
            recent: measured.recent(|when| when.plus_months(months).on_or_after(&today)),
            is_undelivered: measured.is_undelivered(),
            due: case.days_passed(history, case.whole(&numbers::FIRST_IGG_DAYS)),
            substituted: case.in_use_or_given(ValueSet::HUMAN_IMMUNOGLOBULIN, given_days),
            to_order: case.code_to_order(ValueSet::IMMUNOGLOBULIN_G_LEVEL),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let low = answers.low.judgement.clone();
        let substituted = low.is_met().then(|| aside("criterion-substitution", answers.substituted.clone()));
        let concern = any([
            must("criterion-low", low).showing(answers.low.if_not_measured("gap-not-measured")),
            all([
                must("criterion-due", answers.due.clone()).unless_met(),
                unless(must("criterion-measured", answers.recent.clone())),
            ]),
        ]);
        all([must("criterion-window", answers.window.judgement.clone()), concern].into_iter().chain(substituted))
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let low = &answers.low;
        let not_measured = answers.due.clone().and(!answers.recent.clone());
        let concern = low.judgement.clone().or(not_measured).verdict();
        match (answers.window.place, concern) {
            (Place::Outside | Place::Undated, _) | (_, Verdict::NotMet) => None,
            (Place::Straddles, Verdict::Met) => Some(Reading::UnclearWindow),
            (Place::Inside, Verdict::Met) if low.judgement.is_met() && answers.recent.is_not_met() => {
                Some(Reading::LowLongAgo)
            }
            (Place::Inside, Verdict::Met) if low.judgement.is_met() => Some(Reading::Low),
            (Place::Inside, Verdict::Met) => Some(Reading::NotMeasured),
            // A value that is there and does not tell is worth a question; data that was not sent is named elsewhere.
            (_, Verdict::Unknown) if low.is_unclear => Some(Reading::Unclear),
            (_, Verdict::Unknown) if answers.is_undelivered => None,
            (_, Verdict::Unknown) if answers.recent.has_gap(GapKind::ImpreciseDate) => Some(Reading::Unclear),
            // Only entries without a code may be a recent one.
            (Place::Inside, Verdict::Unknown) if answers.recent.is_unknown() && answers.due.is_met() => {
                Some(Reading::NotMeasured)
            }
            (_, Verdict::Unknown) => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let value = answers.low.value(UNIT).unwrap_or_default();
        let low = |id: &'static str| Message::new(id).with("value", value.clone());
        let order = (reading != Reading::Low).then_some(answers.to_order.clone()).flatten();
        match reading {
            Reading::Low if answers.substituted.is_met() => card(Info, low("summary-low-substituted")),
            Reading::Low => card(Warning, low("summary-low")),
            Reading::LowLongAgo => card(Info, low("summary-low-long-ago")),
            Reading::NotMeasured => card(Info, "summary-not-measured"),
            Reading::Unclear => card(Info, "summary-unclear"),
            Reading::UnclearWindow => card(Info, "summary-unclear-window"),
        }
        .lead(["advice-monitor"])
        .suggest(order.map(|code| Suggestion::order("suggest-measure", code)))
    }
}
