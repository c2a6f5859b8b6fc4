//! Low blood counts after CAR-T or stem cell transplantation, and counts that nobody took.
//!
//! ## What it flags
//! A newest neutrophil count below 0.5 ×10⁹/L, or platelets below 50 ×10⁹/L, in a patient who had a cell therapy; and, in the
//! first 30 days, no neutrophil or no platelet count in the last seven days.
//!
//! ## Why it matters
//! "Ernstige neutropenie kan worden ondersteund met groeifactoren en profylactische antimicrobiële middelen" (CART-099);
//! neutrophils can fall again after some weeks and are then treated with G-CSF (CART-058). While platelets are low, bleeding
//! (CART-032) and injury-prone sports (HSCT-036) are a danger. Counts are taken daily on the ward (CART-027), regularly in the
//! year after CAR-T (CART-057), and three times a week in the dip after transplantation (HSCT-034).
//!
//! ## When it is met
//! - Neutrophils below 0.5 (the newest count, of the last seven days): warning, consider G-CSF and antimicrobial prophylaxis.
//!   G-CSF in use or given in the last seven days: info. CAR-T known only from an order marked completed: info.
//! - Platelets below 50: info, advice on bleeding and injury. Beside low neutrophils: one card.
//! - A low newest count that is older than seven days: info, count again.
//! - The first 30 days (day 30 counts) after the latest episode, without a count of the last seven days: info, with a
//!   suggestion to order it.
//!
//! ## When it stays quiet
//! Counts at or above the limits; an older low count before a better one; neutropenia on the problem list beside a good
//! count; no count later than day 30; no cell therapy, or only planned; after death.
//!
//! ## When it asks
//! CAR-T or a transplantation on record whose status leaves open whether it was done (missing, unknown, stopped), beside a low
//! count of the last seven days: info, check both. The newest count has another unit (a share in %), none, a bound that does not settle it (`< 1.0`), or a date that leaves
//! open which of two is the newest: info. So does an infusion with a coarse date and no recent count. An infusion without any
//! date leaves the 30 days unknown, and shows nothing for them: it would at every visit. A low count needs no window. A cell
//! therapy that stands in the record in words only leaves the verdict unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - Below 0.5 comes from outside (therapeutic G-CSF after CAR-T); the sources call neutropenia severe without a number.
//! - Platelets: no source gives a limit; 50 (`inference`) is where sports with injuries and procedures become a matter. It is
//!   advice, so info, however low: transfusion has its own rules in every hospital.
//! - Both counts must be recent: platelets alone say nothing about neutropenia.
//! - Any stem cell transplantation counts, also from a donor: the danger is the same. The sources on it speak of own stem
//!   cells in MS, and give no advice on G-CSF: the card leaves that to the local protocol.
//! - After both therapies the later one gives the words and the sources; without dates CAR-T does.
//! - A dip right after transplantation is expected, and still shown: it is the time to check prophylaxis.
//! - HSCT-035 speaks of discharge, and gives a line only.
//!
//! ## Sources
//! CART-027, -028, -032, -033, -057, -058, -099, -100, -108; HSCT-027, -034, -035, -036; outside: supportive care around
//! CAR-T.

use crate::questions::therapy::history::TherapyHistory;
use crate::questions::therapy::window::{Place, Window};
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Number, Proposal, Rule, Suggestion,
    documents, numbers,
};
use cellwise_record::search::newest::{Level, Measurements};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Progress, Source, Verdict};

/// The unit of both limits.
const UNIT: &str = "10*9/L";

/// The rule.
pub const RULE: Rule = Rule {
    id: "cytopenia-after-cell-therapy",
    file: file!(),
    topic: "cytopeniaAfterCellTherapy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::ERASMUS_MC_CAR_T,
            statements: &["CART-027", "CART-028", "CART-032", "CART-033", "CART-057", "CART-058"],
        },
        Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-099", "CART-100", "CART-108"] },
        Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] },
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &["HSCT-027", "HSCT-034", "HSCT-035", "HSCT-036"],
        },
    ],
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
    observations: &[ValueSet::NEUTROPHIL_COUNT, ValueSet::PLATELET_COUNT],
    numbers: &[
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::LOW_PLATELETS,
        &numbers::FREQUENT_COUNT_DAYS,
        &numbers::RECENT_COUNT_DAYS,
        &numbers::G_CSF_GIVEN_DAYS,
    ],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["already-treated", "explained-otherwise", "arranged-elsewhere", "local-protocol", "data-outdated", "other"];

/// The therapy that a card speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Therapy {
    CarT,
    Transplantation,
}

/// One kind of count.
struct Count<'c> {
    set: ValueSet,
    all: Measurements<'c>,
    level: Level<'c>,
    recent: Judgement,
}

impl<'c> Count<'c> {
    fn new(q: &'c Case<'_>, set: ValueSet, limit: &'static Number) -> Self {
        let all = q.measurements(set);
        let days = q.whole(&numbers::RECENT_COUNT_DAYS);
        let recent = all.recent(|when| q.within_days(when, days));
        let level = all.below(q.value(limit), UNIT, "gap-bound");
        Self { set, all, level, recent }
    }

    fn is_low(&self) -> bool {
        self.level.judgement.verdict() == Verdict::Met
    }

    /// Low, and not certainly long ago.
    fn is_low_now(&self) -> bool {
        self.is_low() && self.recent.verdict() != Verdict::NotMet
    }

    fn is_undated(&self) -> bool {
        self.recent.gaps().iter().any(|gap| gap.kind == GapKind::ImpreciseDate)
    }
}

/// What the card says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Neutropenia,
    Platelets,
    /// Low at the last count, long ago.
    LowLongAgo,
    /// A count that can't be judged.
    Unclear,
    /// No count in the first days.
    NotCounted,
    /// No count, and perhaps in the first days.
    UnclearWindow,
    /// Low, and a therapy on record that may not have been given.
    UnclearTherapy,
}

fn judge(q: &Case<'_>) -> Finding {
    let car_t = q.car_t_history();
    let transplantation = q.transplantation_in_past();
    let history = car_t.judgement.clone().or(transplantation.judgement.clone());
    let happened = q.alive().clone().and(history.clone());
    if happened.verdict() == Verdict::NotMet {
        return Finding::silent(&happened);
    }
    let of_car_t = window(q, &car_t);
    let of_transplantation = window(q, &transplantation);
    let first_days = of_car_t.judgement.or(of_transplantation.judgement);
    let neutrophils = Count::new(q, ValueSet::NEUTROPHIL_COUNT, &numbers::SEVERE_NEUTROPENIA);
    let platelets = Count::new(q, ValueSet::PLATELET_COUNT, &numbers::LOW_PLATELETS);
    let counted = neutrophils.recent.clone().and(platelets.recent.clone());
    let low = neutrophils.level.judgement.clone().or(platelets.level.judgement.clone());
    let concern = low.or(first_days.clone().and(!counted.clone()));
    let judgement = happened.and(concern);
    let places = [of_car_t.place, of_transplantation.place];
    let unclear = unclear_therapy(q);
    let reading = match history.verdict() {
        Verdict::Met => read(places, &counted, &neutrophils, &platelets),
        // A coded entry asks; words and data that was not sent do not.
        Verdict::Unknown if unclear.is_some() && (neutrophils.is_low_now() || platelets.is_low_now()) => {
            Some(Reading::UnclearTherapy)
        }
        Verdict::Unknown | Verdict::NotMet => None,
    };
    let Some(reading) = reading.filter(|_| judgement.verdict() != Verdict::NotMet) else {
        return Finding::silent(&judgement);
    };
    let therapy = match (reading, unclear) {
        (Reading::UnclearTherapy, Some(unclear)) => unclear,
        _ => therapy(&car_t, &transplantation),
    };
    let g_csf = q.in_use_or_given(ValueSet::G_CSF, q.whole(&numbers::G_CSF_GIVEN_DAYS));
    let is_only_ordered = therapy == Therapy::CarT && q.is_only_ordered(&car_t);
    let card = CardFacts {
        indicator: match reading {
            Reading::Neutropenia if g_csf.verdict() != Verdict::Met && !is_only_ordered => Indicator::Warning,
            _ => Indicator::Info,
        },
        summary: summary(q, reading, therapy, &neutrophils, &platelets, &g_csf),
        lead: lead(q, reading, therapy, &platelets),
        context: context(reading, therapy, &platelets, q.names_cd19_product(&car_t)),
        suggestions: orders(q, reading, [&neutrophils, &platelets]),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: sources(therapy),
    };
    let row = Criterion::new(Message::new("criterion-therapy"), history);
    let row = if is_only_ordered { row.remarking(Message::new("remark-infusion-not-recorded")) } else { row };
    let limit = |id, number| Message::new(id).with("limit", q.value(number));
    let mut rows = vec![
        row,
        Criterion::new(
            limit("criterion-neutrophils", &numbers::SEVERE_NEUTROPENIA),
            neutrophils.level.row("gap-not-counted"),
        ),
        Criterion::new(limit("criterion-platelets", &numbers::LOW_PLATELETS), platelets.level.row("gap-not-counted")),
    ];
    if reading == Reading::Neutropenia {
        rows.push(Criterion::new(Message::new("criterion-g-csf"), g_csf));
    } else {
        let days = Message::new("criterion-first-days").with("days", q.whole(&numbers::FREQUENT_COUNT_DAYS));
        rows.push(Criterion::new(days, first_days));
        rows.push(Criterion::new(
            Message::new("criterion-counted").with("days", q.whole(&numbers::RECENT_COUNT_DAYS)),
            counted,
        ));
    }
    Finding::beside(&judgement, rows, Some(card))
}

/// A therapy on record with a status that leaves open whether it was given.
fn unclear_therapy(q: &Case<'_>) -> Option<Therapy> {
    let is_there = |sets: &[ValueSet]| !q.unclear_entries(sets).is_empty();
    if is_there(&[ValueSet::CAR_T, ValueSet::CAR_T_HISTORY]) {
        Some(Therapy::CarT)
    } else {
        is_there(&[ValueSet::STEM_CELL_TRANSPLANTATION]).then_some(Therapy::Transplantation)
    }
}

fn window(q: &Case<'_>, history: &TherapyHistory) -> Window {
    let days = q.whole(&numbers::FREQUENT_COUNT_DAYS);
    q.window(history, &q.as_of.day(), |t0| t0.plus_days(days), "gap-infusion-date")
}

fn read(places: [Place; 2], counted: &Judgement, neutrophils: &Count<'_>, platelets: &Count<'_>) -> Option<Reading> {
    let counts = [neutrophils, platelets];
    let in_first_days = places.contains(&Place::Inside);
    let undated = counts.iter().any(|count| count.is_undated());
    // Data that was not sent is named elsewhere.
    let undelivered = counts.iter().any(|count| count.all.is_undelivered());
    let missing = counted.verdict() != Verdict::Met && !undelivered;
    if neutrophils.is_low_now() {
        Some(Reading::Neutropenia)
    } else if platelets.is_low_now() {
        Some(Reading::Platelets)
    } else if counts.iter().any(|count| count.is_low()) {
        Some(Reading::LowLongAgo)
    } else if counts.iter().any(|count| count.level.is_unclear) || in_first_days && missing && undated {
        Some(Reading::Unclear)
    } else if in_first_days && missing {
        Some(Reading::NotCounted)
    } else if places.contains(&Place::Straddles) && missing {
        Some(Reading::UnclearWindow)
    } else {
        None
    }
}

/// The later therapy; CAR-T, where dates do not tell.
fn therapy(car_t: &TherapyHistory, transplantation: &TherapyHistory) -> Therapy {
    let is_later = match (car_t.t0(), transplantation.t0()) {
        (Some(infusion), Some(reinfusion)) => reinfusion.after(&infusion) == Verdict::Met,
        _ => false,
    };
    if is_later || car_t.judgement.verdict() != Verdict::Met { Therapy::Transplantation } else { Therapy::CarT }
}

fn summary(
    q: &Case<'_>,
    reading: Reading,
    therapy: Therapy,
    neutrophils: &Count<'_>,
    platelets: &Count<'_>,
    g_csf: &Judgement,
) -> Message {
    let of_platelets = match reading {
        Reading::Platelets => true,
        Reading::LowLongAgo => !neutrophils.is_low(),
        Reading::UnclearTherapy => !neutrophils.is_low_now(),
        _ => false,
    };
    let count = if of_platelets { platelets } else { neutrophils };
    let id = match (reading, therapy) {
        (Reading::Neutropenia, _) if platelets.is_low_now() && g_csf.verdict() == Verdict::Met => {
            "summary-both-on-g-csf"
        }
        (Reading::Neutropenia, Therapy::CarT) if platelets.is_low_now() => "summary-both-car-t",
        (Reading::Neutropenia, Therapy::Transplantation) if platelets.is_low_now() => "summary-both-transplantation",
        (Reading::Neutropenia, _) if g_csf.verdict() == Verdict::Met => "summary-neutropenia-on-g-csf",
        (Reading::Neutropenia, Therapy::CarT) => "summary-neutropenia-car-t",
        (Reading::Neutropenia, Therapy::Transplantation) => "summary-neutropenia-transplantation",
        (Reading::Platelets, Therapy::CarT) => "summary-platelets-car-t",
        (Reading::Platelets, Therapy::Transplantation) => "summary-platelets-transplantation",
        (Reading::LowLongAgo, _) if of_platelets => "summary-platelets-long-ago",
        (Reading::LowLongAgo, _) => "summary-neutrophils-long-ago",
        (Reading::Unclear, _) => "summary-unclear",
        (Reading::NotCounted, _) => "summary-not-counted",
        (Reading::UnclearWindow, _) => "summary-unclear-window",
        (Reading::UnclearTherapy, _) if of_platelets => "summary-platelets-therapy-unclear",
        (Reading::UnclearTherapy, _) => "summary-neutrophils-therapy-unclear",
    };
    let name = match therapy {
        Therapy::CarT => "therapy-car-t",
        Therapy::Transplantation => "therapy-transplantation",
    };
    let message = Message::new(id)
        .with("therapy", Arg::Message(name))
        .with("days", q.whole(&numbers::RECENT_COUNT_DAYS))
        .with("value", count.level.value(UNIT).unwrap_or_default())
        .with("platelets", platelets.level.value(UNIT).unwrap_or_default());
    match count.level.when() {
        Some(date) => message.with("date", date),
        None => message.with("date", "?"),
    }
}

fn lead(q: &Case<'_>, reading: Reading, therapy: Therapy, platelets: &Count<'_>) -> Vec<Message> {
    let neutropenia = match therapy {
        Therapy::CarT => "advice-neutropenia-car-t",
        Therapy::Transplantation => "advice-neutropenia-transplantation",
    };
    let bleeding = match therapy {
        Therapy::CarT => "advice-platelets-car-t",
        Therapy::Transplantation => "advice-platelets-transplantation",
    };
    match reading {
        Reading::Neutropenia if platelets.is_low_now() => vec![Message::new(neutropenia), Message::new(bleeding)],
        Reading::Neutropenia => vec![Message::new(neutropenia)],
        Reading::Platelets => vec![Message::new(bleeding)],
        Reading::UnclearTherapy => vec![Message::new("advice-check-therapy")],
        Reading::LowLongAgo | Reading::Unclear => vec![Message::new("advice-count-again")],
        Reading::NotCounted | Reading::UnclearWindow => {
            let days = Message::new("advice-count").with("days", q.whole(&numbers::RECENT_COUNT_DAYS));
            vec![days.with("first", q.whole(&numbers::FREQUENT_COUNT_DAYS))]
        }
    }
}

fn context(reading: Reading, therapy: Therapy, platelets: &Count<'_>, is_cd19: bool) -> Vec<Message> {
    let mut lines: Vec<&'static str> = match (reading, therapy) {
        (Reading::Neutropenia, Therapy::CarT) => vec!["context-infection", "context-late"],
        (Reading::Neutropenia, Therapy::Transplantation) => vec!["context-discharge"],
        (Reading::NotCounted | Reading::UnclearWindow, Therapy::CarT) => vec!["context-daily", "context-regularly"],
        (Reading::NotCounted | Reading::UnclearWindow, Therapy::Transplantation) => vec!["context-dip"],
        _ => Vec::new(),
    };
    if reading == Reading::Neutropenia && therapy == Therapy::CarT && is_cd19 {
        lines.push("context-b-cells");
    }
    if matches!(reading, Reading::Neutropenia | Reading::Platelets) && platelets.is_low_now() {
        lines.push("context-transfusion");
    }
    lines.into_iter().map(Message::new).collect()
}

/// Draft the counts that are missing, unless they are requested already.
fn orders(q: &Case<'_>, reading: Reading, counts: [&Count<'_>; 2]) -> Vec<Suggestion> {
    if matches!(reading, Reading::Neutropenia | Reading::Platelets | Reading::UnclearTherapy) {
        return Vec::new();
    }
    let due = counts.into_iter().filter(|count| count.recent.verdict() != Verdict::Met || count.level.is_unclear);
    due.filter_map(|count| {
        let requests = q.service_requests(count.set);
        let requested = requests.items.iter().any(|request| request.progress != Progress::Done);
        let code = q.terminology.members(count.set).first().filter(|_| !requested)?;
        let label = if count.set == ValueSet::PLATELET_COUNT { "suggest-platelets" } else { "suggest-neutrophils" };
        let proposal = Proposal::Service { code: Some(code.clone()), reasons: Vec::new() };
        Some(Suggestion { label: Message::new(label), proposal, note: None })
    })
    .collect()
}

fn sources(therapy: Therapy) -> &'static [Citation] {
    match therapy {
        Therapy::CarT => RULE.citations.get(..3),
        Therapy::Transplantation => RULE.citations.get(3..),
    }
    .unwrap_or(RULE.citations)
}
