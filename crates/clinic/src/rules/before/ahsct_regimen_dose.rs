//! The regimen of autologous stem cell transplantation in multiple sclerosis: doses of the conditioning, and mobilisation.
//!
//! ## What it flags
//! A drafted dose of cyclophosphamide or rabbit antithymocyte globulin (rATG) that differs from the scheme by more than
//! `{dose-tolerance-percent}`; and growth factor that is drafted for mobilisation without cyclophosphamide.
//!
//! ## Why it matters
//! "Cyclofosfamide 50 mg/kg (per blok)" (HSCT-050). "rATG 0.5 mg/kg op dag −5, 1.0 mg/kg op dag −4, and 1.5 mg/kg op dagen −3,
//! −2 en −1" (HSCT-052). The total of several days ordered as the dose of one is a known and deadly error. "Eerst krijgt u een
//! eenmalig een infuus chemotherapie (cyclofosfamide)" (HSCT-014): "Cyclofosfamide voorafgaand aan mobilisatie voorkomt
//! reactivatie van MS klachten" (HSCT-051).
//!
//! ## When it is met
//! An autologous transplantation is planned, with MS as the reason of the order or on the problem list, the drugs are
//! conditioning (antithymocyte globulin beside them; else no mobilisation, and cyclophosphamide in the last
//! `{conditioning-days}` before the transplantation, or cells that are harvested), and a dose of one administration lies more
//! than `{dose-tolerance-percent}` above or below the scheme → warning. Exactly that much is silent. The scheme:
//! cyclophosphamide `{cyclophosphamide-per-kg}`; rATG `{ratg-day-5-per-kg}`, `{ratg-day-4-per-kg}` and
//! `{ratg-days-3-to-1-per-kg}` on its days. Doses in mg are divided by the newest weight of the last
//! `{weight-at-most-days-old}`; doses in mg/kg need no weight. Day 0 is the day of the planned transplantation. A dose of rATG
//! on a day that is not known, or outside the scheme, is met when it fits no day; the card then shows the doses of all days.
//!
//! Mobilisation: G-CSF is drafted with such a transplantation planned, no cells are harvested yet, and cyclophosphamide
//! is neither drafted, nor in use, nor used in the last `{mobilisation-cyclophosphamide-days}` → warning.
//!
//! ## When it stays quiet
//! Doses of a mobilisation (no source gives them); another regimen (fludarabine or bendamustine, drafted or signed for a
//! coming day); horse ATG; another disease; a donor; lymphodepletion; drafts that are not selected; other drugs.
//!
//! ## When it asks
//! No weight, or none that can be used; no dose, or one in words or in another unit; the animal of the ATG is not stated and
//! the dose does not fit; the disease or the harvest was not sent: info. The transplantation may be done already: the same card
//! as without the doubt. rATG that fits some day of the scheme, while its day is not known or outside the scheme: info, because
//! what is right on day −3 is a multiple of what is right on day −5. A weight without a date or status that may be newer: info.
//! G-CSF without cyclophosphamide, where the disease, the harvest or a cyclophosphamide without a date leaves it open, or where
//! only its words call the drug G-CSF: info. A
//! regimen or a transplantation in words: unknown, without a card. Requests that were not sent: nothing can be said of a dose
//! that is off.
//!
//! ## Where the catalogue is silent
//! - The number of blocks is not known (X29): every administration is judged by itself, the sum is not.
//! - Actual weight counts; the sources name no other. That an adjusted weight is usual in obesity is inference, and the card
//!   says so. `{dose-tolerance-percent}` and `{weight-at-most-days-old}` come from the catalogue.
//! - The order's own reason outweighs the problem list: a coded lymphoma or leukaemia there is another regimen.
//! - A volume or a number of bags beside a mass is the same dose once more. A volume alone is asked about.
//! - Words of another regimen (“BEAM”, “melfalan”) leave the verdict unknown.
//!
//! ## Sources
//! HSCT-014, -015, -025, -028, -050…053; conflict X29.

use std::collections::HashSet;

use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Moment, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::concern::everyone;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::open_plan::Planned;
use crate::questions::therapy::regimen_dose::{Compared, Place, RegimenDoses, Scheme};
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-regimen-dose",
    file: file!(),
    topic: "ahsctRegimenDose",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-050", "HSCT-051", "HSCT-052", "HSCT-053"] },
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &["HSCT-014", "HSCT-015", "HSCT-025", "HSCT-028"],
        },
    ],
    override_reasons: &["local-protocol", "trial-participation", "data-outdated", "other"],
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
    observations: &[ValueSet::BODY_WEIGHT],
    numbers: &[
        &numbers::CYCLOPHOSPHAMIDE_PER_KG,
        &numbers::RATG_DAY_5_PER_KG,
        &numbers::RATG_DAY_4_PER_KG,
        &numbers::RATG_DAYS_3_TO_1_PER_KG,
        &numbers::DOSE_TOLERANCE_PERCENT,
        &numbers::WEIGHT_AT_MOST_DAYS_OLD,
        &numbers::CONDITIONING_DAYS,
        &numbers::MOBILISATION_CYCLOPHOSPHAMIDE_DAYS,
    ],
    concerns: everyone,
    judge: judge::<AhsctRegimenDose>,
};

/// What this card rests on: the statements about mobilisation belong to what it leaves alone.
const CARD_CITATIONS: &[Citation] = &[
    Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-050", "HSCT-052"] },
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-025", "HSCT-028"] },
];
/// What the card about mobilisation rests on.
const MOBILISATION: &[Citation] = &[
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-014"] },
    Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-051"] },
];
/// More lines of arithmetic say nothing more: a scheme has five days.
const MOST_LINES: usize = 12;

/// The four functions of the rule.
pub struct AhsctRegimenDose;

/// What the rule rests on.
pub struct Answers<'c> {
    /// An autologous transplantation is planned.
    plan: Judgement,
    /// A request or draft for it is there; it may be done already.
    is_planned: bool,
    /// It is for MS.
    disease: Judgement,
    /// A drug of another regimen is ordered.
    other_drug: Judgement,
    /// Another regimen is named in words.
    other_in_words: Judgement,
    conditioning: Judgement,
    doses: RegimenDoses<'c>,
    /// A dose differs from the scheme, drafts that may be of one of the drugs included.
    is_off: Judgement,
    has_cyclophosphamide: bool,
    /// Growth factor is being ordered, and nothing of the conditioning.
    mobilisation: Option<Mobilisation>,
}

impl Answers<'_> {
    /// Whether a drug of the scheme is ordered, or may be.
    fn is_dose_drafted(&self) -> bool {
        !self.is_off.is_not_met() || self.doses.first().is_some()
    }

    /// A dose that is not as in the scheme of the conditioning.
    fn dose(&self) -> Criteria {
        let weight = self.doses.uses_weight.then(|| aside("criterion-weight", self.doses.weight.judgement.clone()));
        let other = self.other_drug.clone().or(self.other_in_words.clone());
        let decisive = [
            must("criterion-no-other-regimen", !other).unless_met(),
            must("criterion-conditioning", self.conditioning.clone()).unless_met(),
            must("criterion-dose", self.is_off.clone()),
        ];
        all(decisive.into_iter().chain(weight))
    }
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A dose differs from the scheme.
    Off,
    /// A dose differs from the scheme, if it is conditioning for MS.
    PerhapsOff,
    /// A dose can't be compared.
    Unclear,
    /// A dose fits the scheme, and its day is not known or not in it.
    DayUnclear,
    /// Growth factor is ordered for mobilisation, and no cyclophosphamide before it.
    Mobilisation,
    /// The same, if it is mobilisation for MS and none is hidden.
    MobilisationUnclear,
}

/// Growth factor that is being ordered before cells are harvested.
struct Mobilisation {
    /// The orders.
    ordered: Judgement,
    /// Cells were collected already.
    harvested: Judgement,
    /// Cyclophosphamide before it.
    cyclophosphamide: Judgement,
}

impl Mobilisation {
    fn criteria(&self) -> Criteria {
        all([
            must("criterion-mobiliser", self.ordered.clone()),
            must("criterion-not-harvested", !self.harvested.clone()).unless_met(),
            must("criterion-no-cyclophosphamide", !self.cyclophosphamide.clone()),
        ])
    }
}

impl Judge for AhsctRegimenDose {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let mut drafts = case.drafted_drugs(&[ValueSet::CYCLOPHOSPHAMIDE, ValueSet::ANTI_THYMOCYTE_GLOBULIN]);
        // Globulin of the horse is dosed otherwise.
        drafts.known.retain(|order| !order.concept.has(ValueSet::ANTI_THYMOCYTE_GLOBULIN_FROM_HORSE));
        let plans = case.open_plans(Planned::OwnStemCells);
        let doses = case.regimen_doses(&drafts);
        Answers {
            plan: plans.judgement(),
            is_planned: !plans.plans.is_empty(),
            disease: case.planned_transplantation_is_for_ms(),
            other_drug: case.drug_of_other_regimen(),
            other_in_words: case.other_regimen_in_words(),
            conditioning: case.conditioning().clone(),
            is_off: doses.is_off().or(Judgement::found(Vec::new(), drafts.open)),
            mobilisation: mobilisation(case),
            has_cyclophosphamide: drafts.known.iter().any(|order| order.concept.has(ValueSet::CYCLOPHOSPHAMIDE)),
            doses,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let planned = [
            must("criterion-plan", answers.plan.clone()),
            must("criterion-disease", answers.disease.clone()).unless_met(),
        ];
        let concern = match (&answers.mobilisation, answers.is_dose_drafted()) {
            (None, _) => answers.dose(),
            (Some(mobilisation), false) => mobilisation.criteria(),
            (Some(mobilisation), true) => any([answers.dose(), mobilisation.criteria()]),
        };
        all(planned.into_iter().chain([concern]))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let doses = &answers.doses;
        let mobilisation = answers.mobilisation.as_ref().map(|of| of.criteria().judgement().verdict());
        if verdict == Verdict::NotMet || !answers.is_planned {
            None
        } else if mobilisation.is_some_and(|of| of != Verdict::NotMet) {
            let is_known = verdict == Verdict::Met;
            Some(if is_known { Reading::Mobilisation } else { Reading::MobilisationUnclear })
        } else if !answers.other_in_words.is_not_met() || answers.dose().judgement().is_not_met() {
            None
        } else if doses.is_off().is_met() {
            let is_known = answers.disease.is_met() && answers.conditioning.is_met();
            Some(if is_known { Reading::Off } else { Reading::PerhapsOff })
        } else if doses.is_open() {
            Some(Reading::Unclear)
        } else {
            doses.shown().next().map(|_| Reading::DayUnclear)
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let doses = &answers.doses;
        let drug = doses.first().map(|order| order.concept.text.clone()).unwrap_or_default();
        let naming = |id| Message::new(id).with("drug", drug);
        let on_weight = answers.has_cyclophosphamide && doses.uses_weight;
        let of_mobilisation =
            |indicator, text: &'static str| card(indicator, text).lead(["advice-mobilisation"]).citing(MOBILISATION);
        match reading {
            Reading::Mobilisation => return of_mobilisation(Warning, "summary-mobilisation"),
            Reading::MobilisationUnclear => return of_mobilisation(Info, "summary-mobilisation-unclear"),
            Reading::Off => card(Warning, naming("summary-off")),
            Reading::PerhapsOff => card(Info, naming("summary-perhaps-off")),
            Reading::Unclear => card(Info, naming("summary-unknown")),
            Reading::DayUnclear => card(Info, naming("summary-day")),
        }
        .lead(arithmetic(doses))
        // The arithmetic has it already.
        .lead((reading == Reading::Unclear).then_some("advice-scheme"))
        .context(["context-per-administration"])
        .context(on_weight.then_some("context-weight"))
        .citing(CARD_CITATIONS)
    }
}

/// Growth factor that is ordered for mobilisation, by its code or its words; `None` when none is, or when drugs of the
/// conditioning are ordered with it.
fn mobilisation(case: &Case<'_>) -> Option<Mobilisation> {
    let ordered = case.drafted_drugs(&[ValueSet::G_CSF]);
    let is_named = || case.orders_in_scope().any(|order| order.concept.may_be(ValueSet::G_CSF));
    if ordered.known.is_empty() && !is_named() || case.conditioning().is_met() {
        return None;
    }
    Some(Mobilisation {
        ordered: ordered.judgement(),
        harvested: case.harvest().judgement(),
        cyclophosphamide: case.cyclophosphamide_of_mobilisation(),
    })
}

/// The lines of arithmetic, each once, and how many more there are.
fn arithmetic(doses: &RegimenDoses<'_>) -> Vec<Message> {
    let mut seen = HashSet::new();
    let mut is_new = |of: &Compared<'_>| {
        let in_mg = of.reckoned.map(|(milligrams, _)| milligrams.to_bits());
        seen.insert((of.order.concept.text.clone(), of.per_kg.to_bits(), in_mg, of.place.date()))
    };
    let different: Vec<&Compared<'_>> = doses.shown().filter(|of| is_new(of)).collect();
    let more = i32::try_from(different.len().saturating_sub(MOST_LINES)).unwrap_or(i32::MAX);
    let more = (more > 0).then(|| Message::new("more-evidence").with("count", more));
    different.into_iter().take(MOST_LINES).map(|of| line(of, &doses.scheme)).chain(more).collect()
}

/// A line of arithmetic: the dose for each kilogram, and what the scheme asks for.
fn line(of: &Compared<'_>, scheme: &Scheme) -> Message {
    let in_mg = |per_kg: f64| rounded(of.reckoned.map_or(0.0, |(_, kilograms)| per_kg * kilograms));
    let asks =
        |message: Message, number, per_kg| message.with("scheme", Arg::Message(number)).with("expected", in_mg(per_kg));
    let all_days = |message: Message| {
        message
            .with("day-5-in-mg", in_mg(scheme.day_5))
            .with("day-4-in-mg", in_mg(scheme.day_4))
            .with("days-3-to-1-in-mg", in_mg(scheme.days_3_to_1))
    };
    let id = |reckoned, by_weight| Message::new(if of.reckoned.is_some() { reckoned } else { by_weight });
    let on_day = || id("arithmetic-on-day", "arithmetic-per-kg-on-day");
    let message = match of.place {
        Place::EveryDay => {
            asks(id("arithmetic", "arithmetic-per-kg"), "scheme-cyclophosphamide", scheme.cyclophosphamide)
        }
        Place::Day5(_) => asks(on_day(), "scheme-day-5", scheme.day_5),
        Place::Day4(_) => asks(on_day(), "scheme-day-4", scheme.day_4),
        Place::Days3To1(_) => asks(on_day(), "scheme-days-3-to-1", scheme.days_3_to_1),
        Place::Outside(_) => all_days(id("arithmetic-outside", "arithmetic-per-kg-outside")),
        Place::DayUnknown(_) => all_days(id("arithmetic-day-unknown", "arithmetic-per-kg-day-unknown")),
    };
    let message = message.with("drug", of.order.concept.text.clone()).with("perkg", rounded(of.per_kg));
    let message = match of.reckoned {
        Some((milligrams, kilograms)) => {
            message.with("ordered", rounded(milligrams)).with("weight", rounded(kilograms))
        }
        None => message,
    };
    match of.place.date() {
        Some(date) => message.with("date", Moment::on(date)),
        None => message,
    }
}

/// A number for a card: at most two decimals.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
