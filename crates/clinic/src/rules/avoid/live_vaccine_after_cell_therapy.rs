//! A vaccine ordered after a cell therapy: a live one, or one that comes too early.
//!
//! ## What it flags
//! A draft vaccination (prescription, request, immunization, recommendation) for a patient who had CAR-T cells or stem cells.
//!
//! ## Why it matters
//! "Het gebruik van levende verzwakte vaccins wordt afgeraden" (HSCT-042): the immune system has not recovered, and a live
//! vaccine can cause the disease. Other vaccines do not work yet: vaccination starts 3 months after own stem cells, 6
//! months after those of a donor (HSCT-064). After CAR-T only outside sources speak of vaccines (X11, PMC10909447).
//!
//! ## When it is met
//! - Live vaccine less than 12 months after the therapy → critical, whatever the blood counts say.
//! - Live vaccine later, no sign of immune recovery → warning. A sign of recovery: the newest CD4 count after the therapy is at
//!   least 200/µL, no active problem says immunocompromised, no immunosuppressant or systemic corticosteroid is in use, and
//!   no human immunoglobulin was given in the last 8 months (PMC10909447). What can't be seen is no sign of recovery.
//! - Other vaccine less than 3 months after CAR-T or own stem cells, less than 6 months after donor cells → warning.
//! - Only an order of the therapy is marked completed, its infusion is not recorded: one level lower.
//!
//! ## When it stays quiet
//! Influenza injection at any time (HSCT-041). On the day the interval ends, and later. No cell therapy, or only planned.
//! BCG for the bladder. An order not to vaccinate, a vaccination recorded as not done, or given before the therapy.
//!
//! ## When it asks
//! - Live vaccine: the date does not tell whether 12 months have passed, or signs of recovery are missing from the data: a
//!   warning. So is a record that names a cell therapy in words only, or a transplantation without saying of what.
//! - Other vaccine: own or donor cells not recorded between 3 and 6 months, or a coarse date: a warning; no date: info.
//! - The product decides whether it is live (influenza without a form, dengue, …), or the order has no usable code and its
//!   words speak of a vaccine: info. Other orders without a usable code stay unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - "Sign of immune recovery" has no definition: CD4 of 200/µL is an inference, a number that a hospital can change.
//! - An immunosuppressant (ATC L04; systemic corticosteroids) counts while in use and for 28 days after it was given. What
//!   PMC10909447 asks after CAR-T, no immunosuppression and 8 months since immunoglobulin, is asked after stem cells, too.
//!   A drug in use without a usable code may be one: recovery is not known then.
//! - A CAR-T procedure or transplantation whose status is missing or stopped may have been given: the interval is open.
//! - An order is judged on the day for which it is planned, an immunization on the day it was given.
//! - R4 has no draft Immunization: a completed one among the draft orders counts as being ordered.
//! - Nasal influenza vaccine is live. A code that is in a live and in another set counts as live.
//! - Non-replicating vector vaccines are not live; the American name of one says "live".
//! - A history code without a date: the therapy had happened by the day it was written down. An undated record beside a dated
//!   one of the same kind is taken for the same therapy.
//! - After CAR-T the outside sources wait 3 to 6 months with inactivated vaccines other than influenza and COVID-19; the rule
//!   warns before 3 months and the card names both.
//! - Vaccines that are in no value set (the set of inactivated ones is not complete) are not judged.
//!
//! ## Sources
//! HSCT-041, HSCT-042, HSCT-061, HSCT-064; PMC10909447; conflict X11.

use crate::questions::blood::immune_recovery::RecoveryLimits;
use crate::questions::therapy::cell_therapy::{CellTherapies, CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Number, Proposal, Rule, Suggestion,
    documents, numbers,
};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

const LEAFLET: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-041", "HSCT-042"] };
const SLIDES: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-061", "HSCT-064"] };
const OUTSIDE: Citation = Citation { document: &documents::VACCINES_AFTER_CAR_T, statements: &[] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "live-vaccine-after-cell-therapy",
    file: file!(),
    topic: "liveVaccineAfterCellTherapy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[LEAFLET, SLIDES, OUTSIDE],
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
    ],
    observations: &[ValueSet::CD4_CELL_COUNT],
    numbers: &[
        &numbers::NO_LIVE_VACCINE_MONTHS,
        &numbers::NO_VACCINE_MONTHS,
        &numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
        &numbers::RECOVERED_CD4_COUNT,
        &numbers::IMMUNOSUPPRESSANT_GIVEN_DAYS,
        &numbers::NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN,
    ],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["criteria-met-elsewhere", "local-protocol", "patient-informed-accepts-risk", "data-outdated", "other"];

/// What an order is. The first of several orders is the most urgent to speak about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A live vaccine.
    Live,
    /// A vaccine that is not live, other than an influenza injection.
    NotLive,
    /// A vaccine of which the product decides.
    ProductDecides,
    /// No usable code, but words of a vaccine.
    Named,
    /// It may be anything.
    Vague,
    /// No vaccine, or an influenza injection.
    Other,
}

/// One order, judged.
struct Drafted<'c> {
    order: &'c DraftOrder,
    kind: Kind,
    /// Whether the vaccine comes too soon.
    soon: Judgement,
    /// Whether the card's concern holds.
    concern: Judgement,
    indicator: Indicator,
    /// The therapy that decides, or may.
    therapy: Option<&'c CellTherapy>,
    summary: Message,
}

fn judge(q: &Case<'_>) -> Finding {
    let none = Judgement::not_met(Vec::new());
    let orders: Vec<(&DraftOrder, Kind)> = q
        .chart
        .orders_in_scope()
        .map(|order| (order, kind_of(q, order)))
        .filter(|(_, kind)| *kind != Kind::Other)
        .collect();
    if orders.is_empty() || q.patient.deceased {
        return Finding::silent(&none);
    }
    let therapies = q.cell_therapies().clone();
    let every: Vec<Moment> = therapies.known.iter().map(|therapy| therapy.when).collect();
    let limits = RecoveryLimits {
        cd4: q.value(&numbers::RECOVERED_CD4_COUNT),
        unit: numbers::RECOVERED_CD4_COUNT.unit,
        suppressed_days: q.whole(&numbers::IMMUNOSUPPRESSANT_GIVEN_DAYS),
        globulin_months: q.whole(&numbers::NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN),
    };
    let recovery = q.immune_recovery(&every, &limits, q.terminology);
    let mut cases: Vec<Drafted<'_>> =
        orders.into_iter().map(|(order, kind)| assess(q, order, kind, &therapies, &recovery)).collect();
    cases.sort_by_key(|case| (case.concern.verdict() == Verdict::NotMet, case.kind, case.indicator));
    let all = cases.iter().fold(none, |all, case| all.or(case.concern.clone()));
    let history = therapies.judgement();
    let in_history = history.verdict();
    let judgement = all.and(history).and(q.alive().clone());
    let speaks = |case: &&Drafted<'_>| {
        let kept = match in_history {
            Verdict::Met => case.kind == Kind::Live || case.kind != Kind::Vague && !is_delivery_only(&case.concern),
            Verdict::Unknown => case.kind == Kind::Live && therapies.in_words,
            Verdict::NotMet => false,
        };
        kept && case.concern.verdict() != Verdict::NotMet
    };
    let spoken: Vec<&Drafted<'_>> = cases.iter().filter(speaks).collect();
    match spoken.first() {
        Some(first) => card(q, first, &spoken, &therapies, &recovery, &judgement),
        None => Finding::silent(&judgement),
    }
}

/// Whether nothing but missing data leaves it open: the client is told to send the data.
fn is_delivery_only(concern: &Judgement) -> bool {
    concern.verdict() == Verdict::Unknown
        && concern.evidence().is_empty()
        && concern.gaps().iter().all(|gap| gap.kind.is_delivery())
}

fn kind_of(q: &Case<'_>, order: &DraftOrder) -> Kind {
    let concept = &order.concept;
    if matches!(order.kind, OrderKind::Other | OrderKind::Appointment) {
        return if order.readable { Kind::Other } else { Kind::Vague };
    }
    if concept.has(ValueSet::LIVE_ATTENUATED_VACCINE) {
        return Kind::Live;
    }
    if concept.has(ValueSet::INACTIVATED_INFLUENZA_VACCINE) {
        return Kind::Other;
    }
    if concept.has(ValueSet::INACTIVATED_VACCINE) || concept.has(ValueSet::NON_REPLICATING_VACCINE) {
        return Kind::NotLive;
    }
    if concept.has(ValueSet::VACCINE_LIVE_OR_INACTIVATED) {
        return Kind::ProductDecides;
    }
    let verdict = if order.kind == OrderKind::Medication {
        concept.is_drug(ValueSet::LIVE_ATTENUATED_VACCINE)
    } else {
        concept.is(ValueSet::LIVE_ATTENUATED_VACCINE)
    };
    match verdict {
        Verdict::Unknown if q.terminology.mentions("vaccine", &concept.text) => Kind::Named,
        // What is written as a vaccination is one.
        Verdict::Unknown if order.kind == OrderKind::Vaccination => Kind::Named,
        Verdict::Unknown => Kind::Vague,
        Verdict::Met | Verdict::NotMet => Kind::Other,
    }
}

/// The day of the vaccination: when it was given, or is planned; else today.
fn day_of(q: &Case<'_>, order: &DraftOrder) -> Moment {
    let today = q.as_of.day();
    let planned = order.planned_for.and_then(|period| period.start);
    let planned =
        planned.or_else(|| order.doses.iter().flat_map(|dose| &dose.days).min_by_key(|day| day.first).copied());
    match planned {
        Some(day) if order.kind == OrderKind::Vaccination || day.first >= today.first => day,
        _ => today,
    }
}

fn assess<'c>(
    q: &Case<'_>,
    order: &'c DraftOrder,
    kind: Kind,
    therapies: &'c CellTherapies,
    recovery: &Judgement,
) -> Drafted<'c> {
    let day = day_of(q, order);
    let months = q.whole(&numbers::NO_LIVE_VACCINE_MONTHS);
    let live_soon = || therapies.any(|therapy| therapy.is_before_months(months, &day));
    let live_later = || -> Judgement {
        // Given before every therapy: nothing to recover from.
        let after = therapies.any(|therapy| therapy.is_on_or_before(&day));
        after.and(!recovery.clone())
    };
    let early = || therapies.any(|therapy| too_early(q, therapy, &day));
    let (soon, concern) = match kind {
        Kind::Live => {
            let soon = live_soon();
            (soon.clone(), soon.or(live_later()))
        }
        Kind::NotLive => (early(), early()),
        Kind::ProductDecides | Kind::Named | Kind::Vague | Kind::Other => {
            let soon = live_soon();
            let gap = Gap::at(order.concept.gap_kind(), Source::DraftOrders, &order.reference, &order.concept.text);
            let gap = if kind == Kind::ProductDecides { gap.said_as("gap-product") } else { gap };
            let concern = soon.clone().or(live_later()).or(early());
            (soon, concern.and(Judgement::unknown(vec![gap])))
        }
    };
    let therapy = deciding(q, kind, therapies, &day, &soon);
    let (indicator, summary) = headline(q, order, kind, therapies, therapy, &soon, recovery);
    Drafted { order, kind, soon, concern, indicator, therapy, summary }
}

/// Whether a vaccine that is not live comes too early after a therapy.
fn too_early(q: &Case<'_>, therapy: &CellTherapy, day: &Moment) -> Judgement {
    let own = therapy.is_before_months(q.whole(&numbers::NO_VACCINE_MONTHS), day);
    let donor = || therapy.is_before_months(q.whole(&numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS), day);
    match therapy.cells {
        Cells::CarT | Cells::OwnStemCells => own,
        Cells::DonorStemCells => donor(),
        Cells::StemCells if own.verdict() != Verdict::NotMet => own,
        Cells::StemCells => {
            let whose = Gap::not_recorded(Source::Procedures, "gap-cells");
            donor().and(Judgement::unknown(vec![whose]).with_evidence([therapy.evidence.clone()]))
        }
    }
}

/// The therapy to speak about: the latest of those that come as near to deciding as the whole does.
fn deciding<'c>(
    q: &Case<'_>,
    kind: Kind,
    therapies: &'c CellTherapies,
    day: &Moment,
    soon: &Judgement,
) -> Option<&'c CellTherapy> {
    let of = |therapy: &CellTherapy| match kind {
        Kind::NotLive => too_early(q, therapy, day).verdict(),
        _ => therapy.is_before_months(q.whole(&numbers::NO_LIVE_VACCINE_MONTHS), day).verdict(),
    };
    let same = therapies.known.iter().filter(|therapy| of(therapy) == soon.verdict());
    let latest = |therapy: &&CellTherapy| (therapy.certainty == Certainty::Recorded, therapy.when.last);
    same.max_by_key(latest).or_else(|| therapies.known.iter().max_by_key(latest))
}

/// How urgent, and the first words.
fn headline(
    q: &Case<'_>,
    order: &DraftOrder,
    kind: Kind,
    therapies: &CellTherapies,
    therapy: Option<&CellTherapy>,
    soon: &Judgement,
    recovery: &Judgement,
) -> (Indicator, Message) {
    let name = order.concept.text.clone();
    let Some(therapy) = therapy else {
        return (Indicator::Warning, Message::new("summary-history-in-words").with("vaccine", name));
    };
    let message = |id: &'static str| {
        Message::new(id).with("vaccine", name.clone()).with("therapy", Arg::Message(therapy_words(therapy)))
    };
    let months = q.whole(if kind == Kind::NotLive { early_months(therapy) } else { &numbers::NO_LIVE_VACCINE_MONTHS });
    let dated = |id: &'static str, date: Moment| message(id).with("date", date);
    let (indicator, summary) = match (kind, soon.verdict(), therapy.date) {
        (Kind::ProductDecides, ..) => return (Indicator::Info, message("summary-product")),
        (Kind::Named | Kind::Vague | Kind::Other, ..) => return (Indicator::Info, message("summary-named")),
        (Kind::Live, Verdict::Met, Some(date)) => {
            (Indicator::Critical, dated("summary-live", date).with("until", therapy.plus_months(months)))
        }
        (Kind::Live, Verdict::Met, None) => (Indicator::Critical, message("summary-live-undated")),
        (Kind::Live, Verdict::Unknown, Some(date)) if recovery.verdict() == Verdict::Met => {
            let id = if date.exact_day().is_some() { "summary-live-incomplete" } else { "summary-live-date" };
            (Indicator::Warning, dated(id, date).with("months", months))
        }
        (Kind::Live, _, Some(date)) => (Indicator::Warning, dated("summary-live-later", date)),
        (Kind::Live, _, None) => (Indicator::Warning, message("summary-live-undated")),
        (Kind::NotLive, Verdict::Met, Some(date)) => {
            (Indicator::Warning, dated("summary-early", date).with("until", therapy.plus_months(months)))
        }
        (Kind::NotLive, _, Some(date)) if therapy.cells == Cells::StemCells && date.exact_day().is_some() => {
            (Indicator::Warning, dated("summary-early-cells", date))
        }
        (Kind::NotLive, _, Some(date)) => {
            (Indicator::Warning, dated("summary-early-date", date).with("months", months))
        }
        (Kind::NotLive, _, None) => (Indicator::Info, message("summary-early-undated").with("months", months)),
    };
    // Where data is missing, the infusion may well be recorded: nothing is lowered.
    if therapy.certainty == Certainty::Recorded || kind == Kind::Live && !therapies.hidden.is_empty() {
        return (indicator, summary);
    }
    // Where a recorded therapy raises the same concern at a lower level, that level stands.
    let recorded = therapies.known.iter().any(|known| known.certainty == Certainty::Recorded);
    let floor = if recorded && kind == Kind::Live { Indicator::Warning } else { Indicator::Info };
    let id = if kind == Kind::Live { "summary-live-probable" } else { "summary-early-probable" };
    let lower = if indicator == Indicator::Critical { Indicator::Warning } else { Indicator::Info };
    (lower.min(floor), message(id))
}

fn therapy_words(therapy: &CellTherapy) -> &'static str {
    if therapy.cells == Cells::CarT { "therapy-car-t" } else { "therapy-stem-cells" }
}

fn early_months(therapy: &CellTherapy) -> &'static Number {
    match therapy.cells {
        Cells::CarT | Cells::OwnStemCells => &numbers::NO_VACCINE_MONTHS,
        Cells::DonorStemCells | Cells::StemCells => &numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
    }
}

fn card(
    q: &Case<'_>,
    first: &Drafted<'_>,
    spoken: &[&Drafted<'_>],
    therapies: &CellTherapies,
    recovery: &Judgement,
    judgement: &Judgement,
) -> Finding {
    let is_car_t = |therapy: &&CellTherapy| therapy.cells == Cells::CarT;
    let car_t = first.therapy.as_ref().is_some_and(is_car_t);
    // What is known to come too soon after one therapy needs no word about the others.
    let open = first.therapy.is_none() || first.soon.verdict() != Verdict::Met;
    let has = |of_car_t: bool| open && therapies.known.iter().any(|known| is_car_t(&known) == of_car_t);
    let nowhere = therapies.known.is_empty();
    let (car_t, stem_cells) = (nowhere || car_t || has(true), nowhere || !car_t || has(false));
    let mut rows = Vec::new();
    for (kind, id) in [
        (Kind::Live, "criterion-live"),
        (Kind::NotLive, "criterion-not-live"),
        (Kind::ProductDecides, "criterion-perhaps-live"),
        (Kind::Named, "criterion-perhaps-live"),
    ] {
        let ordered: Vec<_> =
            spoken.iter().filter(|case| case.kind == kind).map(|case| case.order.evidence()).collect();
        if ordered.is_empty() {
            continue;
        }
        let row = if kind == Kind::ProductDecides || kind == Kind::Named {
            let gap = if kind == Kind::Named { "gap-no-code" } else { "gap-product" };
            Judgement::unknown(vec![Gap::not_recorded(Source::DraftOrders, gap)]).with_evidence(ordered)
        } else {
            Judgement::met(ordered)
        };
        rows.push(Criterion::new(Message::new(id), row));
    }
    for (id, history, of_car_t) in
        [("criterion-car-t", &therapies.car_t, true), ("criterion-stem-cells", &therapies.transplantation, false)]
    {
        let probable =
            therapies.known.iter().any(|known| is_car_t(&known) == of_car_t && known.certainty == Certainty::Probable);
        if history.verdict() != Verdict::Met && therapies.judgement().verdict() == Verdict::Met {
            continue;
        }
        let row = Criterion::new(Message::new(id), history.clone());
        rows.push(if probable { row.remarking(Message::new("remark-infusion-not-recorded")) } else { row });
    }
    let live = first.kind != Kind::NotLive;
    let within = if live {
        Message::new("criterion-within").with("months", q.whole(&numbers::NO_LIVE_VACCINE_MONTHS))
    } else {
        let months = first.therapy.map_or(&numbers::NO_VACCINE_MONTHS, early_months);
        Message::new("criterion-within").with("months", q.whole(months))
    };
    rows.push(Criterion::new(within, first.soon.clone()));
    if live && first.soon.verdict() != Verdict::Met {
        rows.push(Criterion::new(Message::new("criterion-recovery"), recovery.clone()));
    }
    let intervals = |id| {
        let early = Message::new(id).with("months", q.whole(&numbers::NO_VACCINE_MONTHS));
        early.with("donor_months", q.whole(&numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS))
    };
    let mut lead = Vec::new();
    let mut context = Vec::new();
    if stem_cells {
        lead.push(Message::new("advice-live-stem-cells"));
        lead.push(intervals("advice-interval-stem-cells"));
        context.push(Message::new("context-reduced-immunity"));
    }
    if car_t {
        lead.push(Message::new("advice-car-t").with("months", q.whole(&numbers::NO_LIVE_VACCINE_MONTHS)));
        context.push(Message::new("context-outside"));
    }
    if live && first.soon.verdict() != Verdict::Met {
        let recovered = Message::new("context-recovery").with("limit", q.value(&numbers::RECOVERED_CD4_COUNT));
        context.push(recovered.with("months", q.whole(&numbers::NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN)));
    }
    let facts = CardFacts {
        indicator: first.indicator,
        summary: first.summary.clone(),
        lead,
        context,
        suggestions: suggestions(q, spoken, recovery),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: match (stem_cells, car_t) {
            (true, false) => const { &[LEAFLET, SLIDES] },
            (false, _) => const { &[OUTSIDE] },
            (true, true) => RULE.citations,
        },
    };
    Finding::beside(judgement, rows, Some(facts))
}

/// Take out a live vaccine that comes too soon; count CD4 cells where nothing is known of recovery.
fn suggestions(q: &Case<'_>, spoken: &[&Drafted<'_>], recovery: &Judgement) -> Vec<Suggestion> {
    let too_soon = |case: &&&Drafted<'_>| {
        case.kind == Kind::Live && case.soon.verdict() == Verdict::Met && !case.order.reference.starts_with('/')
    };
    let mut suggestions: Vec<Suggestion> = spoken
        .iter()
        .filter(too_soon)
        .map(|case| Suggestion {
            label: Message::new("suggest-remove").with("vaccine", case.order.concept.text.clone()),
            proposal: Proposal::Remove { reference: case.order.reference.clone() },
            note: None,
        })
        .collect();
    let later = |case: &&Drafted<'_>| case.kind == Kind::Live && case.soon.verdict() != Verdict::Met;
    if spoken.iter().any(later) && recovery.verdict() == Verdict::NotMet && recovery.evidence().is_empty() {
        suggestions.push(Suggestion {
            label: Message::new("suggest-cd4"),
            proposal: Proposal::Service {
                code: q.terminology.members(ValueSet::CD4_CELL_COUNT).first().cloned(),
                reasons: Vec::new(),
            },
            note: None,
        });
    }
    suggestions
}
