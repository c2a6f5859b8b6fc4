//! Doses of the conditioning for autologous stem cell transplantation in multiple sclerosis.
//!
//! ## What it flags
//! A drafted dose of cyclophosphamide or rabbit antithymocyte globulin (rATG) that differs from the scheme by more than 10 %.
//!
//! ## Why it matters
//! "Cyclofosfamide 50 mg/kg (per blok)" (HSCT-050). "rATG 0.5 mg/kg op dag −5, 1.0 mg/kg op dag −4, and 1.5 mg/kg op dagen −3,
//! −2 en −1" (HSCT-052). The total of several days ordered as the dose of one is a known and deadly error.
//!
//! ## When it is met
//! An autologous transplantation is planned, with MS as the reason of the order or on the problem list, the drugs are
//! conditioning (`chart::harvest`), and a dose of one administration lies more than 10 % above or below the scheme → warning.
//! Exactly 10 % is silent. Doses in mg are divided by the newest weight of at most 30 days; doses in mg/kg need no weight.
//! Day 0 is the day of the planned transplantation. A dose of rATG on a day that is not known, or outside the scheme, is met
//! when it fits no day; the card then shows the doses of all days.
//!
//! ## When it stays quiet
//! Mobilisation (no source gives its dose); another regimen (fludarabine or bendamustine,
//! drafted or signed for a coming day); horse ATG; another disease; a donor; lymphodepletion; drafts that are not selected; other drugs.
//!
//! ## When it asks
//! No weight, or none that can be used; no dose, or one in words or in another unit; the animal of the ATG is not stated and
//! the dose does not fit; the disease or the harvest was not sent: info. The transplantation may be done already: the same card
//! as without the doubt. rATG that fits some day of the scheme, while its day is not known or outside the scheme: info, because
//! 1.5 mg/kg meant for day −5 is three times the dose. A weight without a date or status that may be newer: info. A regimen or
//! a transplantation in words: unknown, without a card. Requests that were not sent: nothing can be said of a dose that is off.
//!
//! ## Where the catalogue is silent
//! - The number of blocks is not known (X29): every administration is judged by itself, the sum is not.
//! - Actual weight counts; the sources name no other. That an adjusted weight is usual in obesity is inference, and the card
//!   says so. 10 % and 30 days come from the catalogue.
//! - The order's own reason outweighs the problem list: a coded lymphoma or leukaemia there is another regimen.
//! - Words of another regimen (“BEAM”, “melfalan”) leave the verdict unknown.
//!
//! ## Sources
//! HSCT-014, -015, -025, -028, -050…053; conflict X29.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::questions::blood::weight::Weight;
use crate::questions::therapy::open_plan::{OpenPlans, Planned};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::dose::Dose;
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-regimen-dose",
    file: file!(),
    topic: "ahsctRegimenDose",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-050", "HSCT-051", "HSCT-052", "HSCT-053"] },
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &["HSCT-014", "HSCT-015", "HSCT-025", "HSCT-028"],
        },
    ],
    override_reasons: OVERRIDES,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
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
    ],
    judge,
};

/// What this card rests on: the statements about mobilisation belong to what it leaves alone.
const CARD_CITATIONS: &[Citation] = &[
    Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-050", "HSCT-052"] },
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-025", "HSCT-028"] },
];
const OVERRIDES: &[&str] = &["local-protocol", "trial-participation", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let nothing = Judgement::not_met(Vec::new());
    let drugs = Drugs::of(q);
    let other = other_drug(q);
    if q.patient.deceased || drugs.is_empty() || other.verdict() == Verdict::Met {
        return Finding::silent(&nothing);
    }
    let plans = q.open_plans(Planned::OwnStemCells);
    let plan = plans.judgement();
    let disease = multiple_sclerosis(q, &plans);
    let weight = q.weight(q.whole(&numbers::WEIGHT_AT_MOST_DAYS_OLD));
    let conditioning = q.conditioning().clone();
    let mut doses = Doses::default();
    for drug in &drugs.known {
        doses.judge(q, drug, &plans, &weight);
    }
    let off = conditioning.clone().and(doses.judgement().or(Judgement::found(Vec::new(), drugs.open.clone())));
    let words = other_regimen_in_words(q, &plans);
    let judgement = plan.clone().and(disease.clone()).and(off).and(!words.clone()).and(!other);
    let judgement = judgement.and(q.alive().clone());
    let has_card = doses.is_off || !doses.open.is_empty() || !doses.open_days.is_empty();
    if judgement.verdict() == Verdict::NotMet
        || plans.plans.is_empty()
        || words.verdict() != Verdict::NotMet
        || !has_card
    {
        return Finding::silent(&judgement);
    }
    let is_known = disease.verdict() == Verdict::Met && conditioning.verdict() == Verdict::Met;
    let (indicator, summary) = match (doses.is_off, is_known) {
        (true, true) => (Indicator::Warning, "summary-off"),
        (true, false) => (Indicator::Info, "summary-perhaps-off"),
        (false, _) if doses.open.is_empty() => (Indicator::Info, "summary-day"),
        (false, _) => (Indicator::Info, "summary-unknown"),
    };
    let scheme = Message::new("advice-scheme")
        .with("cyclophosphamide", q.value(&numbers::CYCLOPHOSPHAMIDE_PER_KG))
        .with("dayfive", q.value(&numbers::RATG_DAY_5_PER_KG))
        .with("dayfour", q.value(&numbers::RATG_DAY_4_PER_KG))
        .with("lastdays", q.value(&numbers::RATG_DAYS_3_TO_1_PER_KG));
    let mut context = vec![Message::new("context-per-administration"), Message::new("context-days")];
    if drugs.known.iter().any(|order| order.concept.has(ValueSet::CYCLOPHOSPHAMIDE)) {
        if doses.uses_weight {
            context.push(Message::new("context-weight"));
        }
        context.push(Message::new("context-water"));
    }
    let card = CardFacts {
        indicator,
        summary: Message::new(summary).with("drug", doses.drug().to_owned()),
        lead: doses.arithmetic().chain([scheme]).collect(),
        context,
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: CARD_CITATIONS,
    };
    let of_weight = match weight.kilograms {
        Some(_) => Judgement::met(weight.evidence.clone()),
        None => Judgement::unknown(weight.gaps.clone()).with_evidence(weight.evidence.clone()),
    };
    let mut rows = vec![
        Criterion::new(Message::new("criterion-plan"), plan),
        Criterion::new(Message::new("criterion-disease"), disease),
        Criterion::new(Message::new("criterion-conditioning"), conditioning),
        Criterion::new(Message::new("criterion-dose"), !doses.judgement()),
    ];
    if doses.uses_weight {
        rows.push(Criterion::new(Message::new("criterion-weight"), of_weight));
    }
    Finding::beside(&judgement, rows, Some(card))
}

/// The draft orders in scope that this rule judges.
struct Drugs<'c> {
    known: Vec<&'c DraftOrder>,
    /// Why there may be more.
    open: Vec<Gap>,
}

impl<'c> Drugs<'c> {
    fn of(chart: &'c Case<'_>) -> Self {
        const DRUGS: [ValueSet; 2] = [ValueSet::CYCLOPHOSPHAMIDE, ValueSet::ANTI_THYMOCYTE_GLOBULIN];
        let (mut known, mut open) = (Vec::new(), Vec::new());
        for order in chart.orders_in_scope() {
            let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
            if !order.readable {
                open.push(gap(GapKind::Unreadable));
            } else if DRUGS.into_iter().any(|set| order.concept.has(set)) {
                if !order.concept.has(ValueSet::ANTI_THYMOCYTE_GLOBULIN_FROM_HORSE) {
                    known.push(order);
                }
            } else if order.kind == OrderKind::Medication
                && DRUGS.into_iter().any(|set| order.concept.is_drug(set) == Verdict::Unknown)
            {
                open.push(gap(order.concept.gap_kind()));
            }
        }
        Self { known, open }
    }

    fn is_empty(&self) -> bool {
        self.known.is_empty() && self.open.is_empty()
    }
}

/// Whether a drug of another regimen is drafted, or signed for a coming day.
fn other_drug(chart: &Case<'_>) -> Judgement {
    const OTHERS: [ValueSet; 2] = [ValueSet::FLUDARABINE, ValueSet::BENDAMUSTINE];
    let today = chart.as_of.day();
    let drafted = chart.orders.iter().filter(|order| OTHERS.into_iter().any(|set| order.concept.has(set)));
    let mut found: Vec<Evidence> = drafted.map(DraftOrder::evidence).collect();
    let mut gaps: Vec<Gap> = chart.sources().gaps_of(Source::MedicationRequests);
    gaps.retain(|gap| gap.kind.is_delivery());
    for drug in OTHERS.into_iter().flat_map(|set| chart.medications_of(Source::MedicationRequests, set).items) {
        let dates: Vec<Date> = drug.doses.iter().filter_map(|dose| dose.dates().ok()).flatten().collect();
        let coming = dates.iter().any(|date| Moment::on(*date).on_or_after(&today) == Verdict::Met);
        if drug.progress == Progress::Open && coming {
            found.push(drug.evidence());
        } else if drug.progress == Progress::Open && dates.is_empty() {
            let what = &drug.concept.text;
            gaps.push(Gap::at(GapKind::NotRecorded, Source::MedicationRequests, &drug.reference, what));
        }
    }
    Judgement::found(found, gaps)
}

/// Whether words of another regimen stand in the plan or beside it: met never, unknown where they do.
fn other_regimen_in_words(q: &Case<'_>, plans: &OpenPlans) -> Judgement {
    let speaks = |text: &str| q.terminology.mentions("other-conditioning", text);
    let named = q.orders.iter().filter(|order| speaks(&order.concept.text));
    let named = named.map(|order| (&order.reference, &order.concept));
    let plans = plans.plans.iter().filter(|plan| speaks(&plan.concept.text));
    let gaps = named
        .chain(plans.map(|plan| (&plan.evidence.reference, &plan.concept)))
        .map(|(reference, concept)| Gap::at(GapKind::Uncoded, Source::DraftOrders, reference, &concept.text));
    Judgement::found(Vec::new(), gaps.collect())
}

/// Whether the transplantation is for MS: by the reason of its order, else by the problem list.
fn multiple_sclerosis(chart: &Case<'_>, plans: &OpenPlans) -> Judgement {
    const MS: ValueSet = ValueSet::MULTIPLE_SCLEROSIS;
    let has =
        |set| plans.plans.iter().filter(move |plan| chart.has_reason(&plan.reasons, &plan.reason_references, set));
    let for_ms: Vec<_> = has(MS).map(|plan| plan.evidence.clone()).collect();
    let for_other = has(ValueSet::LYMPHOMA_OR_LEUKAEMIA).next();
    let refers = plans.plans.iter().any(|plan| !plan.reason_references.is_empty());
    match for_other {
        _ if !for_ms.is_empty() => Judgement::met(for_ms),
        Some(plan) => Judgement::not_met(vec![plan.evidence.clone()]),
        None if refers && chart.sources().is_undelivered(Source::Conditions) => {
            Judgement::unknown(chart.sources().gaps_of(Source::Conditions))
        }
        None => chart.conditions(MS).exists(cellwise_record::facts::condition::Condition::evidence),
    }
}

/// More lines of arithmetic say nothing more: a scheme has five days.
const MOST_LINES: usize = 12;

/// A line of arithmetic: the drug, its dose per kilogram and in milligrams (as bits), and the day.
type Computed = (String, u64, Option<u64>, Option<Date>);

/// The day of the scheme that a dose of rATG is for.
#[derive(Clone, Copy)]
enum SchemeDay {
    /// A day with a dose of its own, per kilogram.
    Of(f64, Date),
    /// A day for which the scheme has no dose.
    Outside(Date),
    NotKnown(GapKind),
}

/// What the doses of the drafts come to.
#[derive(Default)]
struct Doses {
    is_off: bool,
    /// Why a dose can't be compared.
    open: Vec<Gap>,
    /// Why it is not known which day of the scheme a dose is for, though it fits one.
    open_days: Vec<Gap>,
    /// Why the animal of an ATG is not known whose doses fit.
    animals: Vec<Gap>,
    arithmetic: Vec<Message>,
    /// What `arithmetic` says already, and would say.
    computed: HashSet<Computed>,
    /// The drug that the summary names: the first that is off, else the first that can't be compared, else the first whose day
    /// is not known.
    first: String,
    first_of_open_day: String,
    /// Whether a dose is in mg, not in mg/kg.
    uses_weight: bool,
    evidence: Vec<Evidence>,
}

impl Doses {
    fn judgement(&self) -> Judgement {
        if self.is_off {
            return Judgement::met(self.evidence.clone());
        }
        let mut gaps = self.open.clone();
        add_gaps(&mut gaps, self.open_days.iter().cloned());
        add_gaps(&mut gaps, self.animals.iter().cloned());
        Judgement::found(Vec::new(), gaps)
    }

    fn judge(&mut self, q: &Case<'_>, order: &DraftOrder, plans: &OpenPlans, weight: &Weight) {
        let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
        if order.doses.is_empty() {
            return self.open(order, [gap(GapKind::NotRecorded)]);
        }
        for dose in &order.doses {
            if dose.is_several_a_day() {
                self.open(order, [gap(GapKind::NotRecorded).said_as("gap-several-a-day")]);
                continue;
            }
            if dose.unreadable {
                self.open(order, [gap(GapKind::Unreadable)]);
            } else if dose.amounts.is_empty() {
                self.open(order, [gap(GapKind::NotRecorded)]);
            }
            for amount in &dose.amounts {
                self.uses_weight |= amount.in_unit("mg").is_some();
                match per_kilogram(amount, weight) {
                    Ok(per_kg) => self.compare(q, order, dose, plans, (amount, per_kg, weight)),
                    Err(None) => self.open(order, weight.gaps.iter().cloned()),
                    Err(Some(kind)) => self.open(order, [gap(kind)]),
                }
            }
        }
    }

    fn open(&mut self, order: &DraftOrder, gaps: impl IntoIterator<Item = Gap>) {
        add_gaps(&mut self.open, gaps);
        if self.first.is_empty() {
            self.first.clone_from(&order.concept.text);
        }
    }

    fn compare(
        &mut self,
        q: &Case<'_>,
        order: &DraftOrder,
        dose: &Dose,
        plans: &OpenPlans,
        (amount, per_kg, weight): (&Quantity, f64, &Weight),
    ) {
        let tolerance = q.value(&numbers::DOSE_TOLERANCE_PERCENT) / 100.0;
        let is_off = |scheme: f64| (per_kg - scheme).abs() > scheme * (tolerance + 1e-9);
        let of_days = [
            q.value(&numbers::RATG_DAY_5_PER_KG),
            q.value(&numbers::RATG_DAY_4_PER_KG),
            q.value(&numbers::RATG_DAYS_3_TO_1_PER_KG),
        ];
        let in_mg = amount.in_unit("mg").zip(weight.kilograms);
        let arithmetic = |day: Option<SchemeDay>, scheme: f64| {
            let id = match (day, in_mg.is_some()) {
                (None, true) => "arithmetic",
                (None, false) => "arithmetic-per-kg",
                (Some(SchemeDay::Of(..)), true) => "arithmetic-on-day",
                (Some(SchemeDay::Of(..)), false) => "arithmetic-per-kg-on-day",
                (Some(SchemeDay::Outside(_)), true) => "arithmetic-outside",
                (Some(SchemeDay::Outside(_)), false) => "arithmetic-per-kg-outside",
                (Some(SchemeDay::NotKnown(_)), true) => "arithmetic-day-unknown",
                (Some(SchemeDay::NotKnown(_)), false) => "arithmetic-per-kg-day-unknown",
            };
            let drug = order.concept.text.clone();
            let mut message = Message::new(id).with("drug", drug.clone()).with("perkg", rounded(per_kg));
            if let Some((milligrams, kilograms)) = in_mg {
                message = message.with("ordered", rounded(milligrams)).with("weight", rounded(kilograms));
            }
            let expected = |scheme: f64| rounded(scheme * in_mg.map_or(0.0, |(_, kilograms)| kilograms));
            let date = match day {
                Some(SchemeDay::Of(_, date) | SchemeDay::Outside(date)) => Some(date),
                _ => None,
            };
            if let Some(date) = date {
                message = message.with("date", Moment::on(date));
            }
            message = if let Some(SchemeDay::Outside(_) | SchemeDay::NotKnown(_)) = day {
                const NAMES: [(&str, &str); 3] = [("dayfive", "mgfive"), ("dayfour", "mgfour"), ("lastdays", "mglast")];
                NAMES.into_iter().zip(of_days).fold(message, |message, ((per_kg, in_all), of_day)| {
                    message.with(per_kg, of_day).with(in_all, expected(of_day))
                })
            } else {
                message.with("scheme", scheme).with("expected", expected(scheme))
            };
            ((drug, per_kg.to_bits(), in_mg.map(|(milligrams, _)| milligrams.to_bits()), date), message)
        };
        if order.concept.has(ValueSet::CYCLOPHOSPHAMIDE) {
            let scheme = q.value(&numbers::CYCLOPHOSPHAMIDE_PER_KG);
            if is_off(scheme) {
                self.found_off(order, arithmetic(None, scheme));
            }
            return;
        }
        let days = days_of_scheme(dose, plans.day(), of_days);
        let is_off_on = |day: &SchemeDay| match day {
            SchemeDay::Of(scheme, _) => is_off(*scheme),
            // Every dose of the scheme is another one.
            SchemeDay::Outside(_) | SchemeDay::NotKnown(_) => of_days.into_iter().all(is_off),
        };
        let (off, rest): (Vec<SchemeDay>, Vec<SchemeDay>) = days.into_iter().partition(is_off_on);
        let gap = |kind| Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
        for day in rest {
            let open = match day {
                SchemeDay::Of(..) => continue,
                SchemeDay::Outside(_) => gap(GapKind::NotRecorded).said_as("gap-day-outside"),
                SchemeDay::NotKnown(kind) => gap(kind).said_as("gap-day"),
            };
            add_gaps(&mut self.open_days, [open]);
            if self.first_of_open_day.is_empty() {
                self.first_of_open_day.clone_from(&order.concept.text);
            }
            self.compute(arithmetic(Some(day), 0.0));
        }
        if !order.concept.has(ValueSet::ANTI_THYMOCYTE_GLOBULIN_FROM_RABBIT) {
            let animal = gap(GapKind::NotRecorded).said_as("gap-animal");
            return if off.is_empty() { add_gaps(&mut self.animals, [animal]) } else { self.open(order, [animal]) };
        }
        for day in off {
            let scheme = if let SchemeDay::Of(scheme, _) = day { scheme } else { 0.0 };
            self.found_off(order, arithmetic(Some(day), scheme));
        }
    }

    fn found_off(&mut self, order: &DraftOrder, computed: (Computed, Message)) {
        if !self.is_off {
            self.first.clone_from(&order.concept.text);
        }
        self.is_off = true;
        // The doses of one order come one after another.
        if self.evidence.last().is_none_or(|last| last.reference != order.reference) {
            self.evidence.push(order.evidence());
        }
        self.compute(computed);
    }

    fn compute(&mut self, (key, message): (Computed, Message)) {
        if self.computed.insert(key) && self.arithmetic.len() < MOST_LINES {
            self.arithmetic.push(message);
        }
    }

    /// The lines of arithmetic, and how many more there are.
    fn arithmetic(&self) -> impl Iterator<Item = Message> {
        let more = i32::try_from(self.computed.len() - self.arithmetic.len()).unwrap_or(i32::MAX);
        let more = (more > 0).then(|| Message::new("more-evidence").with("count", more));
        self.arithmetic.iter().cloned().chain(more)
    }

    /// The drug that the summary names.
    fn drug(&self) -> &str {
        if self.first.is_empty() { &self.first_of_open_day } else { &self.first }
    }
}

/// The days of the scheme that a dose is for, by the day of the transplantation.
fn days_of_scheme(dose: &Dose, day_zero: Option<Moment>, [five, four, last]: [f64; 3]) -> Vec<SchemeDay> {
    let dates = match dose.dates() {
        Ok(dates) => dates,
        Err(kind) => return vec![SchemeDay::NotKnown(kind)],
    };
    let Some(zero) = day_zero else { return vec![SchemeDay::NotKnown(GapKind::NotRecorded)] };
    if zero.exact_day().is_none() {
        return vec![SchemeDay::NotKnown(GapKind::ImpreciseDate)];
    }
    let of_date = |date: Date| match Moment::on(date).days_until(&zero) {
        5 => SchemeDay::Of(five, date),
        4 => SchemeDay::Of(four, date),
        1..=3 => SchemeDay::Of(last, date),
        _ => SchemeDay::Outside(date),
    };
    dates.into_iter().map(of_date).collect()
}

/// The dose of one administration per kilogram. `Err(None)`: only the weight is missing.
fn per_kilogram(amount: &Quantity, weight: &Weight) -> Result<f64, Option<GapKind>> {
    if amount.bound != Bound::Exactly {
        return Err(Some(GapKind::Unreadable));
    }
    // Without a slash, a number without dimension would pass for a mass per mass.
    if let Some(per_kg) = amount.in_unit("mg/kg").filter(|_| amount.unit.contains('/')) {
        return Ok(per_kg);
    }
    let milligrams = amount.in_unit("mg").ok_or(Some(GapKind::WrongUnit))?;
    Ok(milligrams / weight.kilograms.ok_or(None)?)
}

/// A number for a card: at most two decimals.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
