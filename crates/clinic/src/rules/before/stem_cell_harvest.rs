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
//! - Less than 2 × 10⁶ CD34+ cells/kg → warning; 2 to less than 3 → info (X18).
//! - patient-view, encounter-start: with an open request for autologous transplantation, or with a leukapheresis of at most
//!   56 days ago and neither CAR-T nor a transplantation from a donor planned.
//! - Order hooks: conditioning for an open autologous transplantation is drafted. No harvest and no CD34 value: warning, too.
//!
//! Conditioning or mobilisation is told by `chart::harvest`: antithymocyte globulin, then growth factor or plerixafor, then
//! cyclophosphamide 1–10 days before the transplantation, then whether cells are harvested. The yields of days at most 7 days
//! apart add up. Cells that were given back count no more.
//!
//! ## When it stays quiet
//! 3 × 10⁶/kg or more; mobilisation; only the transplantation is ordered; a donor; CAR-T; no transplantation and no recent
//! harvest; conditioning is not among the selected drafts.
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
//! - 56 days (8 weeks), because conditioning follows about 3 to 8 weeks after the harvest (HSCT-024); 7 days between the days
//!   of one collection; 1–10 days of conditioning: inference.
//! - A transplantation that does not say whose cells may be autologous: unknown, with the same card.
//! - Percentages of CD34+ cells say nothing about the graft and are not read.
//!
//! ## Sources
//! HSCT-022, -023, -024, -048, -049; conflict X18.

use crate::questions::blood::harvest::{Basis, Graft};
use crate::questions::therapy::open_plan::Planned;
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "stem-cell-harvest",
    file: file!(),
    topic: "stemCellHarvest",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-048", "HSCT-049"] },
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-022", "HSCT-023", "HSCT-024"] },
    ],
    override_reasons: OVERRIDES,
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
    ],
    judge,
};

/// The size of a graft.
const GRAFT_CITATIONS: &[Citation] =
    &[Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-048", "HSCT-049"] }];
/// What the card about a harvest rests on.
const HARVEST_CITATIONS: &[Citation] = &[
    Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-048", "HSCT-049"] },
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-022", "HSCT-023"] },
];
/// What the card about conditioning after a harvest rests on.
const CONDITIONING_CITATIONS: &[Citation] = &[
    Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-048", "HSCT-049"] },
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-024"] },
];

const OVERRIDES: &[&str] = &["arranged-elsewhere", "local-protocol", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    if q.patient.deceased {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    if q.hook.is_order() { judge_orders(q) } else { judge_harvest(q) }
}

/// Whether the graft is below the target.
fn is_too_small(q: &Case<'_>, graft: &Graft) -> Judgement {
    match graft.cells.is_below(q.value(&numbers::TARGET_CELLS_PER_KG)) {
        Verdict::Met => Judgement::met(graft.evidence.clone()),
        Verdict::NotMet => Judgement::not_met(graft.evidence.clone()),
        Verdict::Unknown => Judgement::unknown(graft.gaps.clone()).with_evidence(graft.evidence.clone()),
    }
}

fn judge_orders(q: &Case<'_>) -> Finding {
    let (drugs, open) = conditioning_drugs(q);
    if drugs.is_empty() && open.is_empty() {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let plans = q.open_plans(Planned::OwnStemCells);
    let harvest = q.harvest();
    let plan = plans.judgement();
    let ordered = if drugs.is_empty() {
        Judgement::unknown(open)
    } else {
        Judgement::met(drugs.iter().map(|drug| drug.evidence()).collect())
    };
    let phase = q.is_conditioning(&plans, &harvest);
    // What shows that it is conditioning are the drugs themselves, or the harvest below.
    let phase = if phase.verdict() == Verdict::Met { Judgement::met(Vec::new()) } else { phase };
    let conditioning = ordered.and(phase);
    let graft = harvest.graft(q.whole(&numbers::ONE_COLLECTION_DAYS), true);
    let too_small = is_too_small(q, &graft);
    let judgement = plan.clone().and(conditioning.clone()).and(too_small.clone()).and(q.alive().clone());
    if judgement.verdict() == Verdict::NotMet || plans.plans.is_empty() || drugs.is_empty() {
        return Finding::silent(&judgement);
    }
    let is_low = graft.cells.least < q.value(&numbers::LEAST_CELLS_PER_KG);
    let summary = match graft.basis {
        Basis::Nothing | Basis::BeforeHarvest => "summary-conditioning-no-harvest",
        Basis::NoValue | Basis::OtherUnit => "summary-conditioning-unknown",
        Basis::Values | Basis::ResultAwaited => match (too_small.verdict(), is_low) {
            (Verdict::Met, true) if graft.cells.is_below(q.value(&numbers::LEAST_CELLS_PER_KG)) == Verdict::Met => {
                "summary-conditioning-low"
            }
            (Verdict::Met, false) => "summary-conditioning-below-target",
            _ => "summary-conditioning-unknown",
        },
    };
    let mut lead = vec![graft_needed(q)];
    if is_low {
        lead.push(Message::new("advice-conditioning"));
    }
    let (mut context, mut citations) = (Vec::new(), GRAFT_CITATIONS);
    if let Some(day) = harvest.collected.iter().rev().find(|collected| collected.is_completed).and_then(|last| last.day)
    {
        context.push(Message::new("context-admission").with("when", day));
        citations = CONDITIONING_CITATIONS;
    }
    let card = CardFacts {
        indicator: if is_low { Indicator::Warning } else { Indicator::Info },
        summary: Message::new(summary).with("value", shown(&graft)),
        lead,
        context,
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations,
    };
    let rows = vec![
        Criterion::new(Message::new("criterion-plan"), plan),
        Criterion::new(Message::new("criterion-conditioning"), conditioning),
        graft_row(too_small, &graft),
    ];
    Finding::beside(&judgement, rows, Some(card))
}

/// The draft orders in scope that may be conditioning, and why there may be more.
fn conditioning_drugs<'c>(q: &'c Case<'_>) -> (Vec<&'c DraftOrder>, Vec<Gap>) {
    const DRUGS: [ValueSet; 2] = [ValueSet::ANTI_THYMOCYTE_GLOBULIN, ValueSet::CYCLOPHOSPHAMIDE];
    let (mut drugs, mut open) = (Vec::new(), Vec::new());
    for order in q.orders_in_scope() {
        let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
        if !order.readable {
            open.push(gap(GapKind::Unreadable));
        } else if DRUGS.into_iter().any(|set| order.concept.has(set)) {
            drugs.push(order);
        } else if order.kind == OrderKind::Medication
            && DRUGS.into_iter().any(|set| order.concept.is_drug(set) == Verdict::Unknown)
        {
            open.push(gap(order.concept.gap_kind()));
        }
    }
    (drugs, open)
}

fn judge_harvest(q: &Case<'_>) -> Finding {
    let plans = q.open_plans(Planned::OwnStemCells);
    let harvest = q.harvest();
    let recent = harvest.judgement_of(|day| q.within_days(day, q.whole(&numbers::RECENT_HARVEST_DAYS)));
    let other = q.open_plans(Planned::CarT).judgement().or(q.open_plans(Planned::DonorStemCells).judgement());
    let is_recent = recent.verdict() == Verdict::Met;
    let applies = plans.judgement().or(recent.and(!other));
    let graft = harvest.graft(q.whole(&numbers::ONE_COLLECTION_DAYS), false);
    let too_small = match graft.basis {
        // Nothing to judge yet. A count in blood before the harvest is no harvest: its result is still to come.
        Basis::Nothing => Judgement::not_met(Vec::new()),
        Basis::BeforeHarvest => Judgement::unknown(vec![Gap::not_recorded(Source::Observations, "gap-no-result")]),
        _ => is_too_small(q, &graft),
    };
    let too_small = match harvest.doubt() {
        // Cells that were given back are no longer this rule's concern.
        Some(doubt) => too_small.and(doubt),
        None => too_small,
    };
    let judgement = applies.clone().and(too_small.clone()).and(q.alive().clone());
    let has_card = match graft.basis {
        Basis::Values | Basis::ResultAwaited | Basis::OtherUnit => {
            judgement.verdict() != Verdict::NotMet && (is_recent || !plans.plans.is_empty())
        }
        Basis::NoValue | Basis::BeforeHarvest | Basis::Nothing => false,
    };
    if !has_card {
        return Finding::silent(&judgement);
    }
    let is_low = graft.basis == Basis::Values && graft.cells.least < q.value(&numbers::LEAST_CELLS_PER_KG);
    let summary = match (graft.basis, too_small.verdict()) {
        (Basis::OtherUnit, _) => "summary-other-unit",
        (Basis::ResultAwaited, _) => "summary-result-awaited",
        (_, Verdict::Met) if is_low && graft.cells.is_below(q.value(&numbers::LEAST_CELLS_PER_KG)) == Verdict::Met => {
            "summary-low"
        }
        (_, Verdict::Met) if !is_low => "summary-below-target",
        _ => "summary-unclear",
    };
    let enough = if summary == "summary-low" { "advice-repeat" } else { "advice-enough" };
    let card = CardFacts {
        indicator: if is_low { Indicator::Warning } else { Indicator::Info },
        summary: Message::new(summary).with("value", shown(&graft)),
        lead: vec![graft_needed(q)],
        context: vec![Message::new(enough)],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: HARVEST_CITATIONS,
    };
    let rows = vec![Criterion::new(Message::new("criterion-applies"), applies), graft_row(too_small, &graft)];
    Finding::beside(&judgement, rows, Some(card))
}

/// The row of the graft: met is enough.
fn graft_row(too_small: Judgement, graft: &Graft) -> Criterion {
    let row = Criterion::new(Message::new("criterion-graft"), !too_small);
    if matches!(graft.basis, Basis::Values | Basis::ResultAwaited) && graft.evidence.len() > 1 {
        row.remarking(Message::new("remark-cells").with("value", shown(graft)))
    } else {
        row
    }
}

fn graft_needed(q: &Case<'_>) -> Message {
    Message::new("advice-graft")
        .with("least", q.value(&numbers::LEAST_CELLS_PER_KG))
        .with("target", q.value(&numbers::TARGET_CELLS_PER_KG))
}

/// The number of cells as a clinician writes it: `1.99`, `1.8–3.3`, `< 1`, `≥ 1.4`.
fn shown(graft: &Graft) -> String {
    let cells = graft.cells;
    if cells.most.is_infinite() {
        format!("≥ {}", cells.least)
    } else if cells.below && cells.least == 0.0 {
        format!("< {}", cells.most)
    } else if (cells.most - cells.least).abs() < f64::EPSILON {
        cells.least.to_string()
    } else {
        format!("{}–{}", cells.least, cells.most)
    }
}
