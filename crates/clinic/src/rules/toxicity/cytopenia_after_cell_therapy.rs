//! Low blood counts after CAR-T or stem cell transplantation, and counts that nobody took.
//!
//! ## What it flags
//! A newest neutrophil count below `{severe-neutropenia}`, or platelets below `{low-platelets}`, in a patient who had a cell
//! therapy at most `{count-months}` ago; and, in the first `{frequent-count-days}`, no neutrophil or no platelet count in
//! the last `{recent-count-days}`.
//!
//! ## Why it matters
//! "Ernstige neutropenie kan worden ondersteund met groeifactoren en profylactische antimicrobiële middelen" (CART-099);
//! neutrophils can fall again after some weeks and are then treated with G-CSF (CART-058). While platelets are low, bleeding
//! (CART-032) and injury-prone sports (HSCT-036) are a danger. Counts are taken daily on the ward (CART-027), regularly in
//! the year after CAR-T (CART-057), and three times a week in the dip after transplantation (HSCT-034).
//!
//! ## When it is met
//! - The newest neutrophil count, of the last `{recent-count-days}`, is below `{severe-neutropenia}`: warning, consider
//!   G-CSF and antimicrobial prophylaxis. G-CSF in use or given in the last `{g-csf-given-days}`: info. CAR-T known only
//!   from an order marked completed: info. An antibacterial in use from day `{expected-nadir-from-day}` to
//!   `{expected-nadir-to-day}` after an infusion, where few neutrophils are expected: no card of its own, but part of one on
//!   fever or symptoms.
//! - Platelets below `{low-platelets}`: info, advice on bleeding and injury. Beside low neutrophils: one card.
//! - Info is told once: not again when the count before, of the same kind and at most `{recent-count-days}` older, was low,
//!   too. A warning stays.
//! - A low newest count that is older than `{recent-count-days}`: info, count again.
//! - The first `{frequent-count-days}` (the last day counts) after the latest episode, without a count of the last
//!   `{recent-count-days}`: info, with a suggestion to order it.
//!
//! ## When it stays quiet
//! Counts at or above the limits; an older low count before a better one; neutropenia on the problem list beside a good
//! count; no count later than `{frequent-count-days}`; no cell therapy, only planned, or longer ago than `{count-months}`; after
//! death. Counts that have been low for long after CAR-T are of `prolonged-cytopenia-after-car-t`, where that is asked: it says
//! what stands here, and more.
//!
//! ## When it asks
//! CAR-T or a transplantation on record whose status leaves open whether it was done (missing, unknown, stopped), beside a
//! low count of the last `{recent-count-days}`: info, check both. The newest count has another unit (a share in %), none, a
//! bound that does not settle it (`< 1.0`), or a date that leaves open which of two is the newest: info. So does an infusion
//! with a coarse date and no recent count. An infusion without any date leaves the first days unknown, and shows nothing for
//! them: it would at every visit. A low count needs no window. A cell therapy that stands in the record in words only leaves
//! the verdict unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - `{severe-neutropenia}` comes from outside (therapeutic G-CSF after CAR-T); the sources call neutropenia severe without
//!   a number.
//! - Platelets: no source gives a limit; `{low-platelets}` (`inference`) is where sports with injuries and procedures become
//!   a matter. It is advice, so info, however low: transfusion has its own rules in every hospital.
//! - No source gives an end; `{count-months}` is one, unless the date leaves it open or a later therapy may be hidden.
//! - Both counts must be recent: platelets alone say nothing about neutropenia.
//! - Any stem cell transplantation counts, also from a donor: the danger is the same. The sources on it speak of own stem
//!   cells in MS, and give no advice on G-CSF: the card leaves that to the local protocol.
//! - After both therapies the later one gives the words and the sources; without dates CAR-T does.
//! - A dip right after an infusion is expected; under an antibacterial there is nothing to do about it alone. The days are
//!   those in which the courses of the sources have it.
//! - HSCT-035 speaks of discharge, and gives a line only.
//!
//! ## Sources
//! CART-027, -028, -032, -033, -057, -058, -099, -100, -108; HSCT-027, -034, -035, -036; outside: supportive care around
//! CAR-T.

use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_cells;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::count::Count;
use crate::questions::therapy::cell_therapy::Cells;
use crate::questions::therapy::history::TherapyHistory;
use crate::questions::therapy::window::Place;
use crate::rule::{Judge, Rule, judge};

const CAR_T_LEAFLET: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-027", "CART-028", "CART-032", "CART-033", "CART-057", "CART-058"],
};
const TOXICITY: Citation =
    Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-099", "CART-100", "CART-108"] };
const SUPPORTIVE_CARE: Citation = Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] };
const AHSCT_LEAFLET: Citation = Citation {
    document: &documents::AMSTERDAM_UMC_AHSCT,
    statements: &["HSCT-027", "HSCT-034", "HSCT-035", "HSCT-036"],
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "cytopenia-after-cell-therapy",
    file: file!(),
    topic: "cytopeniaAfterCellTherapy",
    version: 3,
    reviewed: "2026-11-30",
    citations: &[CAR_T_LEAFLET, TOXICITY, SUPPORTIVE_CARE, AHSCT_LEAFLET],
    override_reasons: &[
        "already-treated",
        "explained-otherwise",
        "arranged-elsewhere",
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
    observations: &[ValueSet::NEUTROPHIL_COUNT, ValueSet::PLATELET_COUNT],
    numbers: &[
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::LOW_PLATELETS,
        &numbers::FREQUENT_COUNT_DAYS,
        &numbers::RECENT_COUNT_DAYS,
        &numbers::COUNT_MONTHS,
        &numbers::EXPECTED_NADIR_FROM_DAY,
        &numbers::EXPECTED_NADIR_TO_DAY,
        &numbers::G_CSF_GIVEN_DAYS,
    ],
    concerns: after_cells,
    judge: judge::<CytopeniaAfterCellTherapy>,
};

/// The rules whose rows show the CAR-T that the counts are after.
const OWNERS_OF_CAR_T: &[&str] = &["possible-crs", "fever-after-cell-therapy", "urgent-symptoms-after-car-t"];

/// The four functions of the rule.
pub struct CytopeniaAfterCellTherapy;

/// The therapy that a card speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Therapy {
    CarT,
    Transplantation,
}

/// Who shows the counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Teller {
    /// This rule.
    Own,
    /// The rule on counts that have been low for long.
    ProlongedCytopenia,
}

/// What the rule rests on.
pub struct Answers<'c> {
    /// Whether there was a cell therapy.
    history: Judgement,
    /// Whether there was one so lately that counts are taken for its consequence.
    lately: Judgement,
    /// Whether one that is known was, or may have been.
    is_known_lately: bool,
    /// The therapy to speak of.
    therapy: Therapy,
    /// A coded therapy on record with a status that leaves open whether it was given.
    unclear: Option<Therapy>,
    /// CAR-T is the therapy to speak of, and only its order is recorded.
    is_only_ordered: bool,
    /// Where today lies in the first days after each therapy.
    places: [Place; 2],
    /// Whether it lies in the first days after one of them.
    first_days: Judgement,
    neutrophils: Count<'c>,
    platelets: Count<'c>,
    /// Both were counted lately.
    counted: Judgement,
    g_csf: Judgement,
    /// Whether few neutrophils are expected these days, and an antibacterial is in use.
    expected: Judgement,
    /// The rule that shows the counts.
    teller: Teller,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Low neutrophils.
    Neutropenia,
    /// Low platelets only.
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

impl Judge for CytopeniaAfterCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let (car_t, transplantation) = (case.car_t_history(), case.transplantation_in_past());
        let history = car_t.judgement.clone().or(transplantation.judgement.clone());
        let span = &numbers::FREQUENT_COUNT_DAYS;
        let [of_car_t, of_transplantation] =
            [car_t, transplantation].map(|history| case.window(history, &case.as_of.day(), span, "gap-infusion-date"));
        let lasts = |of, is_car_t| {
            let is_of = move |cells| (cells == Cells::CarT) == is_car_t;
            (of, case.lasts(of, is_of, &numbers::COUNT_MONTHS))
        };
        let lasting = [lasts(car_t, true), lasts(transplantation, false)];
        let is_known_lately = lasting.iter().any(|(of, lasts)| of.judgement.is_met() && !lasts.is_not_met());
        let [car_t_lately, transplantation_lately] = lasting.map(|(of, lasts)| of.judgement.clone().and(lasts));
        let unclear = unclear_therapy(case);
        let therapy = unclear.filter(|_| history.is_unknown()).unwrap_or_else(|| later(car_t, transplantation));
        let (neutrophils, platelets) = (case.neutrophils(), case.platelets());
        Answers {
            history,
            lately: car_t_lately.or(transplantation_lately),
            is_known_lately,
            therapy,
            unclear,
            is_only_ordered: therapy == Therapy::CarT && case.is_only_ordered(car_t),
            places: [of_car_t.place, of_transplantation.place],
            first_days: of_car_t.judgement.or(of_transplantation.judgement),
            counted: neutrophils.recent.clone().and(platelets.recent.clone()),
            neutrophils,
            platelets,
            g_csf: case.in_use_or_given(ValueSet::G_CSF, case.whole(&numbers::G_CSF_GIVEN_DAYS)),
            expected: expected_nadir(case, [car_t, transplantation]),
            teller: if case.leaves_counts_to_prolonged_cytopenia() { Teller::ProlongedCytopenia } else { Teller::Own },
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let remark = answers.is_only_ordered.then(|| Message::new("remark-infusion-not-recorded"));
        let owners: &[_] = if answers.therapy == Therapy::CarT { OWNERS_OF_CAR_T } else { &[] };
        let therapy = must("criterion-therapy", answers.history.clone()).remarking(remark).owned_by(owners);
        // Whether there was one is said once.
        let lately = must("criterion-lately", answers.lately.clone());
        let lately = if answers.history.is_met() { lately.unless_met() } else { lately.left_out_if(true) };
        let low = |text, count: &Count<'_>| {
            // Where the card asks for a count, an old one that was not low, or none, stands in that row.
            let is_asked_for =
                !answers.is_neutropenia() && answers.counted.is_not_met() && !count.is_low() && !count.level.is_unclear;
            must(text, count.level.judgement.clone())
                .showing(count.level.if_not_measured("gap-not-counted"))
                .left_out_if(is_asked_for)
        };
        let low_neutrophils = low("criterion-neutrophils", &answers.neutrophils);
        let low_platelets = low("criterion-platelets", &answers.platelets);
        // Beside low neutrophils it decides nothing, and the card speaks of something else.
        if answers.is_neutropenia() {
            let g_csf = aside("criterion-g-csf", answers.g_csf.clone());
            return all([therapy, lately, any([low_neutrophils, low_platelets]), g_csf]);
        }
        let not_counted = all([
            must("criterion-first-days", answers.first_days.clone()).unless_met(),
            must("criterion-not-counted", !answers.counted.clone()),
        ]);
        all([therapy, lately, any([low_neutrophils, low_platelets, not_counted])])
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let counts = [&answers.neutrophils, &answers.platelets];
        // Data that was not sent is named elsewhere.
        let is_missing = !answers.counted.is_met() && !counts.iter().any(|count| count.is_undelivered);
        let is_low_now = counts.iter().any(|count| count.is_low_now());
        let is_undated = counts.iter().any(|count| count.is_undated());
        let in_first_days = answers.places.contains(&Place::Inside);
        Some(match answers.history.verdict() {
            _ if verdict == Verdict::NotMet || answers.teller == Teller::ProlongedCytopenia => return None,
            Verdict::Met if !answers.is_known_lately => return None,
            // A coded entry asks; words and data that was not sent do not.
            Verdict::Unknown if answers.unclear.is_some() && is_low_now => Reading::UnclearTherapy,
            Verdict::Met if answers.is_neutropenia() && answers.is_news() => Reading::Neutropenia,
            Verdict::Met if answers.is_neutropenia() => return None,
            Verdict::Met if is_low_now && answers.platelets.was_low => return None,
            Verdict::Met if is_low_now => Reading::Platelets,
            Verdict::Met if counts.iter().any(|count| count.is_low()) => Reading::LowLongAgo,
            Verdict::Met if counts.iter().any(|count| count.level.is_unclear) => Reading::Unclear,
            Verdict::Met if in_first_days && is_missing && is_undated => Reading::Unclear,
            Verdict::Met if in_first_days && is_missing => Reading::NotCounted,
            Verdict::Met if answers.places.contains(&Place::Straddles) && is_missing => Reading::UnclearWindow,
            Verdict::Met | Verdict::Unknown | Verdict::NotMet => return None,
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        use Therapy::{CarT, Transplantation};
        let therapy = answers.therapy;
        let (are_both_low, on_g_csf) = (answers.platelets.is_low_now(), answers.g_csf.is_met());
        let is_expected = answers.expected.is_met();
        let of_platelets = answers.speaks_of_platelets(reading);
        let text = match (reading, therapy) {
            (Reading::Neutropenia, _) if are_both_low && on_g_csf => "summary-both-on-g-csf",
            (Reading::Neutropenia, CarT) if are_both_low => "summary-both-car-t",
            (Reading::Neutropenia, Transplantation) if are_both_low => "summary-both-transplantation",
            (Reading::Neutropenia, _) if on_g_csf => "summary-neutropenia-on-g-csf",
            (Reading::Neutropenia, _) if is_expected => "summary-neutropenia-expected",
            (Reading::Neutropenia, CarT) => "summary-neutropenia-car-t",
            (Reading::Neutropenia, Transplantation) => "summary-neutropenia-transplantation",
            (Reading::Platelets, CarT) => "summary-platelets-car-t",
            (Reading::Platelets, Transplantation) => "summary-platelets-transplantation",
            (Reading::LowLongAgo, _) if of_platelets => "summary-platelets-long-ago",
            (Reading::LowLongAgo, _) => "summary-neutrophils-long-ago",
            (Reading::Unclear, _) => "summary-unclear",
            (Reading::NotCounted, _) => "summary-not-counted",
            (Reading::UnclearWindow, _) => "summary-unclear-window",
            (Reading::UnclearTherapy, _) if of_platelets => "summary-platelets-therapy-unclear",
            (Reading::UnclearTherapy, _) => "summary-neutrophils-therapy-unclear",
        };
        let is_urgent = reading == Reading::Neutropenia && !answers.is_seen_to();
        card(if is_urgent { Warning } else { Info }, answers.about(text, of_platelets))
            .lead(answers.advice(reading))
            .context(answers.may_need_transfusion(reading).then_some("context-transfusion"))
            .suggest(answers.orders(reading))
            .only_beside(reading == Reading::Neutropenia && answers.is_only_expected())
            .citing(match therapy {
                CarT => const { &[CAR_T_LEAFLET, TOXICITY, SUPPORTIVE_CARE] },
                Transplantation => const { &[AHSCT_LEAFLET] },
            })
    }
}

/// Whether today is a day on which few neutrophils are expected after an infusion, and an antibacterial is in use.
fn expected_nadir(case: &Case<'_>, histories: [&TherapyHistory; 2]) -> Judgement {
    let (from, to) = (case.whole(&numbers::EXPECTED_NADIR_FROM_DAY), case.whole(&numbers::EXPECTED_NADIR_TO_DAY));
    let days = histories.into_iter().filter_map(TherapyHistory::newest).map(|infusion| {
        let today = case.as_of.day();
        let begun = today.on_or_after(&infusion.day.plus_days(from));
        let evidence = infusion.evidence;
        match begun.and(today.on_or_before(&infusion.day.plus_days(to))) {
            Verdict::Met => Judgement::met(vec![evidence]),
            Verdict::NotMet => Judgement::not_met(vec![evidence]),
            Verdict::Unknown => Judgement::unknown(vec![evidence.gap(GapKind::ImpreciseDate)]),
        }
    });
    let in_days = days.fold(Judgement::not_met(Vec::new()), Judgement::or);
    in_days.and(case.antibacterial_in_neutropenia())
}

/// A therapy on record with a status that leaves open whether it was given.
fn unclear_therapy(case: &Case<'_>) -> Option<Therapy> {
    let is_there = |sets: &[ValueSet]| !case.unclear_entries(sets).is_empty();
    if is_there(&[ValueSet::CAR_T, ValueSet::CAR_T_HISTORY]) {
        Some(Therapy::CarT)
    } else {
        is_there(&[ValueSet::STEM_CELL_TRANSPLANTATION]).then_some(Therapy::Transplantation)
    }
}

/// The later therapy; CAR-T, where dates do not tell.
fn later(car_t: &TherapyHistory, transplantation: &TherapyHistory) -> Therapy {
    let is_later = match (car_t.t0(), transplantation.t0()) {
        (Some(infusion), Some(reinfusion)) => reinfusion.after(&infusion) == Verdict::Met,
        _ => false,
    };
    if is_later || !car_t.judgement.is_met() { Therapy::Transplantation } else { Therapy::CarT }
}

impl Answers<'_> {
    /// Neutrophils are low now, after a therapy that is known to have been given.
    fn is_neutropenia(&self) -> bool {
        self.history.is_met() && self.neutrophils.is_low_now()
    }

    fn speaks_of_platelets(&self, reading: Reading) -> bool {
        match reading {
            Reading::Platelets => true,
            Reading::LowLongAgo => !self.neutrophils.is_low(),
            Reading::UnclearTherapy => !self.neutrophils.is_low_now(),
            Reading::Neutropenia | Reading::Unclear | Reading::NotCounted | Reading::UnclearWindow => false,
        }
    }

    /// Whether something is done about few neutrophils already, or it is not known that it is necessary.
    fn is_seen_to(&self) -> bool {
        self.g_csf.is_met() || self.expected.is_met() || self.is_only_ordered
    }

    /// Whether platelets are low that were not at the count before.
    fn are_platelets_new(&self) -> bool {
        self.platelets.is_low_now() && !self.platelets.was_low
    }

    /// Whether few neutrophils are worth a card: a warning is, and what was not there at the count before.
    fn is_news(&self) -> bool {
        !self.is_seen_to() || self.expected.is_met() || !self.neutrophils.was_low || self.are_platelets_new()
    }

    /// Whether there is nothing to do about few neutrophils alone.
    fn is_only_expected(&self) -> bool {
        self.expected.is_met() && !self.are_platelets_new()
    }

    /// A summary, with everything that it may name.
    fn about(&self, text: &'static str, of_platelets: bool) -> Message {
        let count = if of_platelets { &self.platelets } else { &self.neutrophils };
        let therapy = match self.therapy {
            Therapy::CarT => "therapy-car-t",
            Therapy::Transplantation => "therapy-transplantation",
        };
        Message::new(text)
            .with("therapy", Arg::Message(therapy))
            .with("value", count.value())
            .with("platelets", self.platelets.value())
            .with("date", count.level.when().map_or_else(|| Arg::from("?"), Arg::from))
    }

    fn advice(&self, reading: Reading) -> Vec<&'static str> {
        let is_low = self.platelets.is_low_now();
        match (reading, self.therapy) {
            (Reading::Neutropenia, Therapy::CarT) if is_low => {
                vec!["advice-neutropenia-car-t", "advice-platelets-car-t"]
            }
            (Reading::Neutropenia, Therapy::CarT) => vec!["advice-neutropenia-car-t"],
            (Reading::Neutropenia, Therapy::Transplantation) if is_low => vec!["advice-platelets-transplantation"],
            (Reading::Platelets, Therapy::Transplantation) => vec!["advice-platelets-transplantation"],
            (Reading::UnclearTherapy, _) => vec!["advice-check-therapy"],
            (Reading::LowLongAgo | Reading::Unclear, _) => vec!["advice-count-again"],
            // The summary says it all.
            (Reading::Neutropenia | Reading::Platelets | Reading::NotCounted | Reading::UnclearWindow, _) => Vec::new(),
        }
    }

    fn may_need_transfusion(&self, reading: Reading) -> bool {
        matches!(reading, Reading::Neutropenia | Reading::Platelets) && self.platelets.is_low_now()
    }

    /// Draft the counts that are missing, unless they are requested already.
    fn orders(&self, reading: Reading) -> Vec<Suggestion> {
        if matches!(reading, Reading::Neutropenia | Reading::Platelets | Reading::UnclearTherapy) {
            return Vec::new();
        }
        let order = |label: &'static str, count: &Count<'_>| {
            let is_due = !count.recent.is_met() || count.level.is_unclear;
            count.to_order.clone().filter(|_| is_due).map(|code| Suggestion::order(label, code))
        };
        let counts = [("suggest-neutrophils", &self.neutrophils), ("suggest-platelets", &self.platelets)];
        counts.into_iter().filter_map(|(label, count)| order(label, count)).collect()
    }
}
