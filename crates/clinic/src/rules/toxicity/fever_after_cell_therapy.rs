//! Fever at home after a cell therapy, or while stem cells are mobilised.
//!
//! ## What it flags
//! A temperature of the last 48 hours above the limit of the context the patient is in.
//!
//! ## Why it matters
//! "koorts (temperatuur boven de 38,5)" stands first on the call card of patients after CAR-T (CART-060). During
//! mobilisation patients call the haematology ward above 38.5 °C (HSCT-016); at home after aHSCT "koorts boven de 38 graden
//! is het verstandig om contact met uw hematoloog of neuroloog op te nemen" (HSCT-040).
//!
//! ## When it is met
//! One context each with its own limit, strictly above (X3); °F is converted:
//! - CAR-T in history, at home: > 38.5 °C. At most 30 days ago (CART-043), or a date that does not exclude it → critical;
//!   later → warning, without an end date.
//! - Mobilisation: a mobilising drug in use (or used in the last 7 days) beside an open request for a transplantation of
//!   own cells: > 38.5 °C → warning (X26: fever from G-CSF is common, so nothing below).
//! - aHSCT in history, at home: > 38.0 °C → warning.
//! - Neutrophils below the limit of rule `cytopenia-after-cell-therapy` (its newest recent count) → critical, also in the
//!   admission in which the cells were given: neutropenic fever is an emergency wherever the patient is.
//!
//! ## When it stays quiet
//! - A temperature that rule `possible-crs` has: ≥ 38.0 °C within 24 hours, CAR-T at most 30 days ago. Nothing is said
//!   twice. When that rule is not asked, this one shows it above its own limit.
//! - A temperature of before the infusion, of more than 48 hours ago, or of the admission in which the cells were given
//!   (unless the neutrophils are low).
//! - Fever as a finding without a temperature (rule `urgent-symptoms-after-car-t`); G-CSF without a transplantation;
//!   allogeneic transplantation; CAR-T only planned; no cell therapy; a patient who died.
//!
//! ## When it asks
//! A warning when a value that may be above the limit has no usable unit, or a date too coarse for the 48 hours; when it
//! is not known whether the patient was at home (encounters not sent, or unclear), as urgent as it would be; when a later
//! CAR-T infusion may be hidden in data that was not sent; when the donor of a transplantation is not stated. A reading
//! that `possible-crs` asks about (date of CAR-T unknown) leaves this rule unknown without a card.
//!
//! ## Where the catalogue is silent
//! - 48 hours, by the clock with the boundary counted: an older fever is not what care turns on today.
//! - A later admission elsewhere does not make it quiet: the centre must still hear of it.
//! - Critical with neutropenia in every context, not only after aHSCT: febrile neutropenia is an emergency in all of them.
//! - In a patient with two therapies the most urgent context speaks.
//! - The limits and windows by which `possible-crs` takes a reading, and the limit of neutropenia, are those that the hospital
//!   set for the rules that own them.
//! - A completed order without a recorded infusion counts as CAR-T without a date.
//!
//! ## Sources
//! CART-043, CART-060, HSCT-016, HSCT-040; conflicts X3, X26.

use crate::questions::blood::neutropenia::Neutropenia;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::quantity::Quantity;
use cellwise_record::search::vital_sign::{Limit, Reading, Readings, not_measured};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "fever-after-cell-therapy",
    file: file!(),
    topic: "feverAfterCellTherapy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[CAR_T_SOURCE, AHSCT_SOURCE],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Observations,
        Source::Encounters,
    ],
    observations: &[ValueSet::BODY_TEMPERATURE, ValueSet::NEUTROPHIL_COUNT],
    numbers: &[
        &numbers::FEVER_HOURS,
        &numbers::FEVER_AFTER_CAR_T,
        &numbers::FEVER_IN_MOBILISATION,
        &numbers::FEVER_AFTER_AHSCT,
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::MOBILISATION_DAYS,
    ],
    judge,
};

const CAR_T_SOURCE: Citation =
    Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-060", "CART-043"] };
const AHSCT_SOURCE: Citation =
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-040", "HSCT-016"] };
const OF_CAR_T: &[Citation] = &[CAR_T_SOURCE];
const OF_AHSCT: &[Citation] = &[AHSCT_SOURCE];

const OVERRIDE_REASONS: &[&str] =
    &["already-treated", "explained-otherwise", "arranged-elsewhere", "data-outdated", "other"];

/// The rule that has the readings of the first weeks after CAR-T, and the one that has the neutrophils: their numbers count.
const CRS_RULE: &str = "possible-crs";
const CYTOPENIA_RULE: &str = "cytopenia-after-cell-therapy";

/// The contexts, the one that speaks first when they are equally urgent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    CarT,
    Ahsct,
    Mobilisation,
}

/// One context: whether the patient is in it, and the temperatures against its limit.
struct Context<'c> {
    kind: Kind,
    limit: f64,
    belongs: Judgement,
    date: Option<Moment>,
    fever: Judgement,
    /// The hottest reading that counts, or that is asked about.
    reading: Option<Reading<'c>>,
    /// Whether that reading's value and time are certain.
    certain: bool,
    urgent: bool,
    remark: Option<Message>,
}

impl Context<'_> {
    fn judgement(&self) -> Judgement {
        self.belongs.clone().and(self.fever.clone())
    }

    /// Whether it has something to show.
    fn shows(&self) -> bool {
        self.reading.is_some() && self.belongs.verdict() == Verdict::Met
            || self.reading.is_some() && self.kind == Kind::Ahsct && self.belongs.verdict() == Verdict::Unknown
    }
}

fn judge(q: &Case<'_>) -> Finding {
    if q.patient.deceased {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let scope = Scope::of(q);
    let contexts = [after_car_t(q, &scope), after_ahsct(q, &scope), mobilisation(q, &scope)];
    let judgement = contexts.iter().map(Context::judgement).fold(Judgement::not_met(Vec::new()), Judgement::or);
    let shown: Vec<&Context<'_>> = contexts.iter().filter(|context| context.shows()).collect();
    // Equally urgent: the context that is certain, then in their order.
    let speaks = shown.iter().min_by_key(|context| (!(context.urgent && context.certain), !context.certain));
    match speaks {
        Some(speaks) => card(q, &scope, &shown, speaks, &judgement),
        None => Finding::silent(&judgement),
    }
}

/// CAR-T, and what rule `possible-crs` makes of its date; found once, not for every reading.
struct Scope {
    car_t: AfterCarT,
    in_words: bool,
    crs_hours: i32,
    crs_fever: f64,
    /// Whether the infusion lies in the window of that rule.
    in_window: Verdict,
    /// Whether only an infusion that was not sent could lie in it.
    older: bool,
    /// Then fever counts in the admission of the infusion as well.
    neutropenia: Neutropenia,
}

impl Scope {
    fn of(q: &Case<'_>) -> Self {
        let car_t = q.after_car_t();
        let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
        Self {
            in_words: car_t.history.judgement.verdict() == Verdict::Unknown
                && q.says_in_words(|text| q.terminology.mentions("car-t", text)),
            crs_hours: q.whole(&numbers::CRS_HOURS),
            crs_fever: q.value(&numbers::CRS_FEVER),
            // An earlier infusion may be hidden: that rule has the card all the same.
            in_window: if car_t.is_known_to_be_recent(q, days) {
                Verdict::Met
            } else {
                car_t.within(q, days).verdict()
            },
            older: car_t.is_known_to_be_older(q, days),
            neutropenia: neutropenia(q),
            car_t: car_t.clone(),
        }
    }
}

impl Scope {
    /// Whether the patient was not in the admission of the cells given at `t0`; with neutropenia that makes no difference.
    fn away(&self, q: &Case<'_>, t0: Option<&Moment>, when: &Moment) -> Judgement {
        if self.neutropenia.is_met() { Judgement::met(Vec::new()) } else { !q.in_the_admission_of(t0, when) }
    }
}

/// Who shows a reading.
enum Owner {
    Ours,
    /// Rule `possible-crs` shows it.
    Theirs,
    /// Rule `possible-crs` asks about it.
    TheyAsk,
    /// Ours, unless an infusion that was not sent makes it theirs.
    OursUnlessHidden,
}

fn owner(q: &Case<'_>, scope: &Scope, reading: &Reading<'_>) -> Owner {
    if !q.also_asks(CRS_RULE) {
        return Owner::Ours;
    }
    let Some(when) = reading.observation.when else { return Owner::Ours };
    let since = q.not_before(&when, scope.car_t.t0.as_ref());
    let fever = Limit::AtLeast(scope.crs_fever, "Cel");
    let theirs = q.happened_within_hours(&when, scope.crs_hours).and(since).and(reading.exceeds(fever).verdict());
    if theirs == Verdict::NotMet || !reading.may_exceed(fever) {
        return Owner::Ours;
    }
    match (scope.car_t.history.judgement.verdict(), scope.in_window, theirs) {
        (Verdict::NotMet, _, _) | (_, Verdict::NotMet, _) => Owner::Ours,
        (Verdict::Unknown, _, Verdict::Met) if scope.in_words => Owner::TheyAsk,
        (Verdict::Unknown, _, _) => Owner::Ours,
        (Verdict::Met, Verdict::Met, Verdict::Met) => Owner::Theirs,
        (Verdict::Met, Verdict::Unknown, _) if scope.older => Owner::OursUnlessHidden,
        _ => Owner::TheyAsk,
    }
}

/// The temperatures against a limit: those that count, and whether one must be asked about.
struct Fever<'c> {
    judgement: Judgement,
    reading: Option<Reading<'c>>,
    certain: bool,
}

/// `away` is whether a reading was taken outside the admission in which the cells were given.
fn fever<'c>(
    q: &'c Case<'_>,
    scope: &Scope,
    readings: &Readings<'c>,
    limit: f64,
    away: impl Fn(&Moment) -> Judgement,
) -> Fever<'c> {
    let limit = Limit::Above(limit, "Cel");
    let nothing = Judgement::found(Vec::new(), readings.gaps.clone());
    let mut found = Fever { judgement: nothing, reading: None, certain: false };
    let degrees = |reading: &Reading<'_>| reading.observation.quantity().and_then(|value| value.in_unit("Cel"));
    for reading in &readings.items {
        let value = reading.exceeds(limit).and(reading.is_timely());
        if value.verdict() == Verdict::NotMet {
            found.judgement = found.judgement.or(value);
            continue;
        }
        let (own, shown) = match owner(q, scope, reading) {
            Owner::Ours => (Judgement::met(Vec::new()), true),
            Owner::Theirs => (Judgement::not_met(Vec::new()), false),
            Owner::TheyAsk => {
                let mut gaps = scope.car_t.within(q, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)).gaps().to_vec();
                gaps.extend(reading.is_timely().gaps().iter().cloned());
                if gaps.is_empty() {
                    gaps.push(reading.gap(GapKind::ImpreciseDate));
                }
                (Judgement::unknown(gaps), false)
            }
            Owner::OursUnlessHidden => (Judgement::unknown(scope.car_t.hidden.clone()), true),
        };
        let place = reading.observation.when.map_or(Judgement::met(Vec::new()), |when| away(&when));
        let judged = value.clone().and(own).and(place);
        let open = judged.verdict() == Verdict::Unknown && reading.may_exceed(limit);
        if shown && (judged.verdict() == Verdict::Met || open) {
            let certain = value.verdict() == Verdict::Met;
            let hotter = found.reading.is_none_or(|so_far| degrees(reading) > degrees(&so_far));
            if (certain, hotter) > (found.certain, false) || certain && !found.certain {
                found.reading = Some(*reading);
                found.certain = certain;
            }
        }
        found.judgement = found.judgement.or(judged);
    }
    found
}

fn after_car_t<'c>(q: &'c Case<'_>, scope: &Scope) -> Context<'c> {
    let car_t = &scope.car_t;
    let limit = q.value(&numbers::FEVER_AFTER_CAR_T);
    let readings = q.readings(ValueSet::BODY_TEMPERATURE, q.whole(&numbers::FEVER_HOURS), car_t.t0.as_ref());
    let away = |when: &Moment| scope.away(q, car_t.t0.as_ref(), when);
    let mut found = fever(q, scope, &readings, limit, away);
    // An infusion without a date, while a later one may be hidden: any reading may be of before it.
    if car_t.t0.is_none() && !car_t.hidden.is_empty() {
        found.judgement = found.judgement.and(Judgement::unknown(car_t.hidden.clone()));
    }
    let month = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let later = car_t.is_known_to_be_older(q, month);
    let remark = match (car_t.history.certainty(), car_t.days(q)) {
        (Some(Certainty::Probable), _) => Some(Message::new("remark-infusion-not-recorded")),
        (_, Some(day)) => Some(Message::new("remark-day").with("day", day)),
        _ => None,
    };
    Context {
        kind: Kind::CarT,
        limit,
        belongs: car_t.history.judgement.clone(),
        date: car_t.t0,
        fever: found.judgement,
        reading: found.reading,
        certain: found.certain,
        urgent: !later,
        remark,
    }
}

/// Transplantation of own cells; of cells whose donor is not stated, it can't be told.
fn transplantation(chart: &Case<'_>) -> (TherapyHistory, Judgement) {
    let own = chart.transplantation_history(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION);
    if own.judgement.verdict() == Verdict::Met {
        let judgement = own.judgement.clone();
        return (own, judgement);
    }
    let unspecified = chart.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
    if unspecified.events.is_empty() {
        let judgement = own.judgement.clone();
        return (own, judgement);
    }
    let gap = Gap::not_recorded(Source::Procedures, "gap-donor");
    let judgement = Judgement::unknown(vec![gap]).with_evidence(unspecified.judgement.evidence().to_vec());
    (unspecified, judgement)
}

fn after_ahsct<'c>(q: &'c Case<'_>, scope: &Scope) -> Context<'c> {
    let limit = q.value(&numbers::FEVER_AFTER_AHSCT);
    let (history, belongs) = transplantation(q);
    let t0 = history.t0();
    let readings = q.readings(ValueSet::BODY_TEMPERATURE, q.whole(&numbers::FEVER_HOURS), t0.as_ref());
    let away = |when: &Moment| scope.away(q, t0.as_ref(), when);
    let found = fever(q, scope, &readings, limit, away);
    let probable = history.certainty() == Some(Certainty::Probable);
    // Without a single record of one there is nothing to ask about.
    let reading = found.reading.filter(|_| !history.events.is_empty());
    Context {
        kind: Kind::Ahsct,
        limit,
        belongs,
        date: t0,
        fever: found.judgement,
        reading,
        certain: found.certain,
        urgent: false,
        remark: probable.then(|| Message::new("remark-infusion-not-recorded")),
    }
}

fn mobilisation<'c>(q: &'c Case<'_>, scope: &Scope) -> Context<'c> {
    let limit = q.value(&numbers::FEVER_IN_MOBILISATION);
    let readings = q.readings(ValueSet::BODY_TEMPERATURE, q.whole(&numbers::FEVER_HOURS), None);
    let found = fever(q, scope, &readings, limit, |_| Judgement::met(Vec::new()));
    // After a reinfusion the lower limit of that context counts.
    let (own, _) = transplantation(q);
    let undelivered = own.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
    let reinfused = match own.judgement.verdict() {
        Verdict::Met => own.judgement.clone(),
        _ => Judgement::found(Vec::new(), undelivered),
    };
    Context {
        kind: Kind::Mobilisation,
        limit,
        belongs: q.mobilisation(q.whole(&numbers::MOBILISATION_DAYS)).and(!reinfused),
        date: None,
        fever: found.judgement,
        reading: found.reading,
        certain: found.certain,
        urgent: false,
        remark: None,
    }
}

/// The neutrophils, by the numbers of the rule on them.
fn neutropenia(q: &Case<'_>) -> Neutropenia {
    q.neutropenia().clone()
}

fn card(q: &Case<'_>, scope: &Scope, shown: &[&Context<'_>], speaks: &Context<'_>, judgement: &Judgement) -> Finding {
    let Neutropenia { judgement: low, count, is_counted } = scope.neutropenia.clone();
    let temperature = speaks.reading.and_then(|reading| reading.observation.quantity().map(Quantity::text));
    let temperature = temperature.unwrap_or_default();
    let summary = match (speaks.certain, count, speaks.kind, speaks.date) {
        (false, _, _, _) => Message::new("summary-unclear").with("limit", speaks.limit),
        (true, Some(count), _, _) => Message::new("summary-neutropenia").with("count", count),
        (true, None, Kind::CarT, Some(date)) if speaks.urgent => {
            Message::new("summary-car-t-first-month").with("date", date)
        }
        (true, None, Kind::CarT, Some(date)) => Message::new("summary-car-t").with("date", date),
        (true, None, Kind::CarT, None) => Message::new("summary-car-t-undated"),
        (true, None, Kind::Ahsct, Some(date)) => Message::new("summary-ahsct").with("date", date),
        (true, None, Kind::Ahsct, None) => Message::new("summary-ahsct-undated"),
        (true, None, Kind::Mobilisation, _) => Message::new("summary-mobilisation"),
    }
    .with("temperature", temperature);
    let neutropenic = low.verdict() == Verdict::Met;
    let urgent = speaks.certain && (speaks.urgent || neutropenic);
    let mut rows = Vec::new();
    for context in shown {
        let (fever, belongs) = match context.kind {
            Kind::CarT => ("criterion-fever-car-t", "criterion-car-t"),
            Kind::Ahsct => ("criterion-fever-ahsct", "criterion-ahsct"),
            Kind::Mobilisation => ("criterion-fever-mobilisation", "criterion-mobilisation"),
        };
        let value = context.reading.map(|reading| reading.observation.evidence());
        let fever_row = match context.fever.verdict() {
            Verdict::Unknown => context.fever.clone().with_evidence(value),
            _ => context.fever.clone(),
        };
        rows.push(Criterion::new(Message::new(fever).with("limit", context.limit), fever_row));
        let row = Criterion::new(Message::new(belongs), context.belongs.clone());
        rows.push(match &context.remark {
            Some(remark) => row.remarking(remark.clone()),
            None => row,
        });
    }
    let measured = is_counted || low.verdict() == Verdict::Unknown;
    let neutrophils = if measured { low } else { Judgement::unknown(vec![not_measured()]) };
    let text = Message::new("criterion-neutrophils").with("limit", q.value(&numbers::SEVERE_NEUTROPENIA));
    rows.push(Criterion::new(text, neutrophils).owned_by(&[CYTOPENIA_RULE, CRS_RULE]));
    let car_t = shown.iter().any(|context| context.kind == Kind::CarT);
    let ahsct = shown.iter().any(|context| context.kind != Kind::CarT);
    let lead = [
        car_t.then(|| Message::new("advice-car-t").with("limit", q.value(&numbers::FEVER_AFTER_CAR_T))),
        ahsct.then(|| Message::new("advice-ahsct")),
        neutropenic.then(|| Message::new("advice-neutropenia")),
    ];
    let card = CardFacts {
        indicator: if urgent { Indicator::Critical } else { Indicator::Warning },
        summary,
        lead: lead.into_iter().flatten().collect(),
        context: vec![Message::new("context-limits")],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: match (car_t, ahsct) {
            (true, false) => OF_CAR_T,
            (false, _) => OF_AHSCT,
            (true, true) => RULE.citations,
        },
    };
    Finding::beside(&judgement.clone().and(q.alive().clone()), rows, Some(card))
}
