//! Too few stem cells harvested for autologous transplantation.
//!
//! ## What it flags
//! A harvest below the number of CD34+ cells per kilogram that a graft needs, and conditioning that is ordered without a
//! sufficient graft.
//!
//! ## Why it matters
//! "Normale omvang: 2 x 10e6 CD34+ cellen/ kg" (HSCT-048); between 3 and 5 × 10⁶/kg are harvested (HSCT-049). "Als er niet
//! voldoende stamcellen geoogst zijn, gaat u verder met injecteren van de G-CSF en zal de leukaferese worden herhaald"
//! (HSCT-023). Conditioning destroys the bone marrow: without a graft it does not come back.
//!
//! ## When it is met
//! - Less than `{least-cells-per-kg}` CD34+ cells → warning; from there to less than `{target-cells-per-kg}` → info (X18).
//! - patient-view, encounter-start: with an open request for autologous transplantation, or with a leukapheresis of the last
//!   `{recent-harvest-days}` and neither CAR-T nor a transplantation from a donor planned.
//! - `{target-cells-per-kg}` or more from a leukapheresis of the last `{recent-harvest-days}`, and growth factor or plerixafor is
//!   still in use, or being ordered again → info: it can stop (HSCT-022).
//! - Order hooks: conditioning for an open autologous transplantation is drafted. No harvest and no CD34 value: warning, too.
//!
//! Conditioning or mobilisation is told by antithymocyte globulin, then growth factor or plerixafor, then cyclophosphamide in
//! the last `{conditioning-days}` before the transplantation, then whether cells are harvested. The yields of days at most
//! `{one-collection-days}` apart add up. Cells that were given back count no more.
//!
//! ## When it stays quiet
//! `{target-cells-per-kg}` or more, and no growth factor; mobilisation before a harvest; only the transplantation is
//! ordered; a donor; CAR-T; no transplantation and no recent harvest; conditioning is not among the selected drafts.
//!
//! ## When it asks
//! - Values rise from day to day: yields, or a running total? Two values on one day, or an earlier collection that may still be
//!   in store: the lowest reading decides how urgent, and where both readings agree they decide.
//! - Order hooks: a harvest without a value per kilogram, data that were not sent, a reinfusion that may be of this graft:
//!   warning.
//! - patient-view, encounter-start: another unit after a harvest, or a later leukapheresis without a result: info. No result
//!   yet, or a blood count before the harvest: unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - `{recent-harvest-days}`, because conditioning follows about 3 to 8 weeks after the harvest (HSCT-024);
//!   `{one-collection-days}` between the days of one collection; `{conditioning-days}`: inference.
//! - A transplantation that does not say whose cells may be autologous: unknown, with the same card.
//! - Percentages of CD34+ cells say nothing about the graft and are not read.
//!
//! ## Sources
//! HSCT-022, -023, -024, -048, -049; conflict X18.

use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::graft::{Basis, Graft, Size};
use crate::questions::therapy::open_plan::Planned;
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "stem-cell-harvest",
    file: file!(),
    topic: "stemCellHarvest",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[
        GRAFT,
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-022", "HSCT-023", "HSCT-024"] },
    ],
    override_reasons: &["arranged-elsewhere", "local-protocol", "data-outdated", "other"],
    needs: &[
        Source::Patient,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[ValueSet::CD34_CELL_COUNT],
    numbers: &[
        &numbers::LEAST_CELLS_PER_KG,
        &numbers::TARGET_CELLS_PER_KG,
        &numbers::RECENT_HARVEST_DAYS,
        &numbers::ONE_COLLECTION_DAYS,
        &numbers::CONDITIONING_DAYS,
    ],
    concerns: is_ordered_or_harvested,
    judge: judge::<StemCellHarvest>,
};

/// Whom it can concern: whoever gets orders; else who has stem cells that were collected or counted, or may have, where they were
/// collected lately or a transplantation is planned, or may be.
fn is_ordered_or_harvested(case: &Case<'_>) -> bool {
    let matters =
        || !case.recently_harvested().is_not_met() || !case.open_plans(Planned::OwnStemCells).judgement().is_not_met();
    case.hook.is_order() || case.harvest().may_be_any() && matters()
}

/// The size of a graft.
const GRAFT: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-048", "HSCT-049"] };
/// What follows from a harvest.
const HARVEST: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-022", "HSCT-023"] };
/// When conditioning follows.
const CONDITIONING: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-024"] };

/// The four functions of the rule.
pub struct StemCellHarvest;

/// What the rule rests on.
pub struct Answers {
    /// A transplantation of own cells is planned.
    plan: Judgement,
    /// A request or draft for one is there; it may be done already.
    is_planned: bool,
    graft: Graft,
    /// Cells were collected lately.
    recent: Judgement,
    /// The cells were not given back.
    is_kept: Judgement,
    /// Growth factor or plerixafor is in use, or being ordered.
    mobiliser: Judgement,
    asked: Asked,
}

/// What it is asked at.
enum Asked {
    /// Orders are written.
    Ordering {
        /// Conditioning is among them.
        conditioning: Judgement,
        /// A drug of conditioning is among them.
        is_drafted: bool,
        /// A leukapheresis was completed on a known day.
        is_collected: bool,
    },
    /// The record is opened.
    Opening {
        /// CAR-T, or cells of a donor, are planned: the harvest may be for that, or be needed no more.
        other_therapy: Judgement,
        /// There is a harvest to judge.
        harvested: Judgement,
    },
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Conditioning, and no harvest on record.
    ConditioningWithoutHarvest,
    /// Conditioning, and too small a graft.
    ConditioningLow,
    /// Conditioning, and a graft below the target.
    ConditioningBelowTarget,
    /// Conditioning, and a graft of a size that can't be told.
    ConditioningUnclear,
    /// Too few cells.
    Low,
    /// Fewer cells than the target.
    BelowTarget,
    /// Perhaps too few cells.
    Unclear,
    /// A later leukapheresis has no result yet.
    ResultAwaited,
    /// The result is not per kilogram.
    OtherUnit,
    /// As many cells as the target, and growth factor goes on.
    Enough,
}

impl Answers {
    /// Whether a fresh graft is as large as its target, and growth factor goes on or is being ordered.
    fn may_stop(&self) -> bool {
        self.mobiliser.is_met() && self.graft.basis == Basis::Values && self.graft.size == Size::Enough
    }

    /// What is asked while growth factor is no matter: whether the graft is too small.
    fn usual(&self) -> Criteria {
        let too_few = must("criterion-graft", self.graft.too_few.clone()).remarking(self.sum());
        let plan = must("criterion-plan", self.plan.clone());
        match &self.asked {
            Asked::Ordering { conditioning, .. } => {
                all([plan, must("criterion-conditioning", conditioning.clone()), too_few])
            }
            Asked::Opening { other_therapy, harvested } => {
                let no_other = must("criterion-no-other-therapy", !other_therapy.clone()).unless_met();
                let recent = must("criterion-recent-harvest", self.recent.clone());
                let harvested = must("criterion-harvested", harvested.clone()).unless_met();
                let is_kept = must("criterion-kept", self.is_kept.clone()).unless_met();
                all([any([plan, all([recent, no_other])]), harvested, too_few, is_kept])
            }
        }
    }

    /// Whether the question is if growth factor can stop: where it can, and where that can't be told and nothing else is asked.
    fn is_asked_of_enough(&self) -> bool {
        if matches!(self.asked, Asked::Ordering { is_drafted: true, .. }) {
            return false;
        }
        self.may_stop() || self.usual().judgement().is_not_met() && self.enough().judgement().is_unknown()
    }

    /// Enough cells, and growth factor that can stop.
    fn enough(&self) -> Criteria {
        all([
            must("criterion-recent-harvest", self.recent.clone()),
            must("criterion-enough", !self.graft.too_few.clone()).remarking(self.sum()),
            must("criterion-kept", self.is_kept.clone()).unless_met(),
            must("criterion-mobiliser", self.mobiliser.clone()),
        ])
    }

    /// How many cells several collections come to.
    fn sum(&self) -> Option<Message> {
        self.graft.is_summed().then(|| Message::new("remark-cells").with("value", self.graft.cells()))
    }
}

impl Judge for StemCellHarvest {
    type Answers<'c> = Answers;
    type Reading = Reading;

    fn ask(case: &Case<'_>) -> Answers {
        let (plans, is_order) = (case.open_plans(Planned::OwnStemCells), case.hook.is_order());
        let graft = case.graft(is_order);
        Answers {
            plan: plans.judgement(),
            is_planned: !plans.plans.is_empty(),
            mobiliser: mobiliser(case),
            recent: case.recently_harvested(),
            is_kept: case.harvest().is_kept(),
            asked: if is_order { ordering(case) } else { opening(case, &graft) },
            graft,
        }
    }

    fn criteria(answers: &Answers) -> Criteria {
        if answers.is_asked_of_enough() { answers.enough() } else { answers.usual() }
    }

    fn reading(answers: &Answers, verdict: Verdict) -> Option<Reading> {
        let Graft { basis, size, .. } = &answers.graft;
        match &answers.asked {
            _ if verdict == Verdict::NotMet => None,
            // Perhaps enough, and perhaps growth factor: too little to speak of.
            _ if answers.is_asked_of_enough() => answers.may_stop().then_some(Reading::Enough),
            Asked::Ordering { is_drafted, .. } => (answers.is_planned && *is_drafted).then_some(match (basis, size) {
                (Basis::Nothing | Basis::BeforeHarvest, _) => Reading::ConditioningWithoutHarvest,
                (Basis::Values | Basis::ResultAwaited, Size::Low) => Reading::ConditioningLow,
                (Basis::Values | Basis::ResultAwaited, Size::BelowTarget) => Reading::ConditioningBelowTarget,
                _ => Reading::ConditioningUnclear,
            }),
            Asked::Opening { .. } if !answers.is_planned && !answers.recent.is_met() => None,
            Asked::Opening { .. } => match (basis, size) {
                (Basis::NoValue | Basis::BeforeHarvest | Basis::Nothing, _) => None,
                (Basis::OtherUnit, _) => Some(Reading::OtherUnit),
                (Basis::ResultAwaited, _) => Some(Reading::ResultAwaited),
                (Basis::Values, Size::Low) if answers.is_kept.is_met() => Some(Reading::Low),
                (Basis::Values, Size::BelowTarget) if answers.is_kept.is_met() => Some(Reading::BelowTarget),
                (Basis::Values, _) => Some(Reading::Unclear),
            },
        }
    }

    fn words(answers: &Answers, reading: Reading) -> CardFacts {
        let graft = &answers.graft;
        let with_cells = |id| Message::new(id).with("value", graft.cells());
        let as_urgent = if graft.may_be_low { Warning } else { Info };
        let words = match reading {
            Reading::ConditioningWithoutHarvest => card(Warning, "summary-conditioning-no-harvest"),
            Reading::ConditioningLow => card(Warning, with_cells("summary-conditioning-low")),
            Reading::ConditioningBelowTarget => card(Info, with_cells("summary-conditioning-below-target")),
            Reading::ConditioningUnclear => card(as_urgent, "summary-conditioning-unknown"),
            Reading::Low => card(Warning, with_cells("summary-low")),
            Reading::BelowTarget => card(Info, with_cells("summary-below-target")),
            Reading::Unclear => card(as_urgent, with_cells("summary-unclear")),
            Reading::ResultAwaited => card(Info, with_cells("summary-result-awaited")),
            Reading::OtherUnit => card(Info, "summary-other-unit"),
            Reading::Enough => {
                return card(Info, with_cells("summary-enough"))
                    .lead(["advice-stop"])
                    .citing(const { &[GRAFT, HARVEST] });
            }
        }
        .lead(["advice-graft"]);
        match &answers.asked {
            Asked::Ordering { is_collected, .. } => words
                .lead(graft.may_be_low.then_some("advice-conditioning"))
                .citing(if *is_collected { const { &[GRAFT, CONDITIONING] } } else { const { &[GRAFT] } }),
            Asked::Opening { .. } => {
                words.context((reading != Reading::Low).then_some("advice-enough")).citing(const { &[GRAFT, HARVEST] })
            }
        }
    }
}

/// Growth factor or plerixafor: among the drafts, on an order hook; else in use.
fn mobiliser(case: &Case<'_>) -> Judgement {
    if case.hook.is_order() {
        case.drafted_drugs(&[ValueSet::STEM_CELL_MOBILISER]).judgement()
    } else {
        case.in_use_or_given(ValueSet::STEM_CELL_MOBILISER, 0)
    }
}

fn ordering(case: &Case<'_>) -> Asked {
    let drugs = case.drafted_drugs(&[ValueSet::ANTI_THYMOCYTE_GLOBULIN, ValueSet::CYCLOPHOSPHAMIDE]);
    // What shows that it is conditioning are the drugs themselves, or the harvest: that has a row of its own.
    let phase = if case.conditioning().is_met() { Judgement::met(Vec::new()) } else { case.conditioning().clone() };
    Asked::Ordering {
        conditioning: drugs.judgement().and(phase),
        is_drafted: !drugs.known.is_empty(),
        is_collected: case.harvest().completed().next_back().and_then(|last| last.day).is_some(),
    }
}

fn opening(case: &Case<'_>, graft: &Graft) -> Asked {
    let is_planned = |therapy| case.open_plans(therapy).judgement();
    Asked::Opening {
        other_therapy: is_planned(Planned::CarT).or(is_planned(Planned::DonorStemCells)),
        harvested: match graft.basis {
            Basis::Nothing => Judgement::not_met(Vec::new()),
            // A count in blood before the harvest is no harvest: its result is still to come.
            Basis::BeforeHarvest => Judgement::unknown(vec![Gap::not_recorded(Source::Observations, "gap-no-result")]),
            Basis::Values | Basis::ResultAwaited | Basis::OtherUnit | Basis::NoValue => Judgement::met(Vec::new()),
        },
    }
}
