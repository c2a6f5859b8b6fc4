//! Low counts that go on after CAR-T (ICAHT): how severe, and what to look for.
//!
//! ## What it flags
//! Neutrophils or platelets that, by the series of counts since CAR-T, make haematotoxicity of grade 3 or more, and are still low.
//!
//! ## Why it matters
//! Haematotoxicity that lasts has causes that can be treated; most experienced centres look for infection by viruses, lack of
//! substrates and haemophagocytosis, and examine the bone marrow (ICAHT-008). Severe neutropenia is treated with G-CSF
//! (ICAHT-007; CART-058, CART-099). A single count does not show how long it has lasted.
//!
//! ## When it is met
//! CAR-T at most `{icaht-late-days}` ago, and one of these, while the newest count, of the last `{recent-count-days}`, is below
//! `{severe-neutropenia}` (neutrophils) or `{low-platelets}` (platelets). A warning, with the grade and the days, at least.
//! - Neutrophils, early (up to and including `{icaht-early-days}`, ICAHT-001): at or below `{icaht-neutrophils}` for
//!   `{icaht-low-days}` in a row, or at or below `{icaht-very-low-neutrophils}` for `{icaht-very-low-days}`: grade 3;
//!   the latter for `{icaht-highest-days}`: grade 4.
//! - Neutrophils, late (ICAHT-003): two counts at or below `{icaht-neutrophils}`: grade 3; at or below
//!   `{icaht-very-low-neutrophils}`: grade 4.
//! - Platelets (ICAHT-005): below `{icaht-platelets}`, early for `{icaht-very-low-days}` in all, late in two counts: grade 3;
//!   for `{icaht-highest-days}` in all: grade 4.
//!
//! Days between two low counts are low when none was counted and they are no more than `{icaht-bridged-days}` (ICAHT-004), or
//! when a recovery lasted less than `{icaht-recovery-days}` (ICAHT-002, ICAHT-006). Of several counts on a day the lowest decides.
//!
//! ## When it stays quiet
//! Lower grades; counts that have recovered; later than `{icaht-late-days}`; no CAR-T, only planned; after death.
//! `cytopenia-after-cell-therapy` speaks of a single low count, and of one that nobody has repeated; while this rule has a card
//! it is silent: G-CSF, prophylaxis and bleeding stand here.
//!
//! ## When it asks
//! The infusion has no day, or one too coarse: a warning, when the counts alone last long enough in any phase; info when CAR-T is
//! known only from an order marked completed. Counts that can't be compared or dated, or were not sent, leave the verdict
//! unknown; the newest one is asked about by `cytopenia-after-cell-therapy`.
//!
//! ## Where the catalogue is silent
//! - The table of the consensus (Blood 142:865) could not be read; its limits are taken from the published code of clinicians who
//!   grade by it (ICAHT-001…ICAHT-004), those of platelets from the table itself (ICAHT-005).
//! - One day of platelets below `{icaht-platelets}` in the first month is grade 3 by the scale, and the expected nadir:
//!   the card waits for `{icaht-very-low-days}` (`inference`).
//! - One late count is no course: two are asked for, though the code grades a single one, too.
//! - Neutrophils that never rise above `{icaht-neutrophils}` in the first month are grade 4 by the scale. Here they are "at least
//!   grade 3": what is done is the same.
//! - The scale ends at progression and at the next therapy. Neither is read: the card names the days, the reader knows the course.
//! - Transfused platelets count as they were measured.
//! - IEC-HS: its numbers could not be read. Ferritin that its laboratory calls high, with a temperature of `{crs-fever}` or more
//!   in the last `{fever-hours}`, makes the card say so; else it is one line.
//! - Causes are advice, not orders: no verified codes for vitamin B12, folate and viral loads.
//!
//! ## Sources
//! ICAHT-001…ICAHT-008; CART-032, CART-058, CART-099.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::prolonged_cytopenia::{Course, PROLONGED_CYTOPENIA_RULE, ProlongedCytopenia};
use crate::questions::therapy::window::Place;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Source, Verdict};

const OF_NEUTROPHILS: Citation =
    Citation { document: &documents::ICAHT_GRADING, statements: &["ICAHT-001", "ICAHT-002", "ICAHT-003", "ICAHT-004"] };
const OF_PLATELETS: Citation =
    Citation { document: &documents::T_ICAHT_GRADING, statements: &["ICAHT-005", "ICAHT-006"] };
const MANAGEMENT: Citation = Citation { document: &documents::ICAHT_MANAGEMENT, statements: &["ICAHT-007"] };
const WORK_UP: Citation = Citation { document: &documents::ICAHT_SURVEY, statements: &["ICAHT-008"] };
const LEAFLET: Citation = Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-032", "CART-058"] };
const TOXICITY: Citation = Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-099"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: PROLONGED_CYTOPENIA_RULE,
    file: file!(),
    topic: "prolongedCytopeniaAfterCarT",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[OF_NEUTROPHILS, OF_PLATELETS, MANAGEMENT, WORK_UP, LEAFLET, TOXICITY],
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
    observations: &[
        ValueSet::NEUTROPHIL_COUNT,
        ValueSet::PLATELET_COUNT,
        ValueSet::FERRITIN,
        ValueSet::BODY_TEMPERATURE,
    ],
    numbers: &[
        &numbers::ICAHT_NEUTROPHILS,
        &numbers::ICAHT_VERY_LOW_NEUTROPHILS,
        &numbers::ICAHT_PLATELETS,
        &numbers::ICAHT_LOW_DAYS,
        &numbers::ICAHT_VERY_LOW_DAYS,
        &numbers::ICAHT_HIGHEST_DAYS,
        &numbers::ICAHT_EARLY_DAYS,
        &numbers::ICAHT_LATE_DAYS,
        &numbers::ICAHT_BRIDGED_DAYS,
        &numbers::ICAHT_RECOVERY_DAYS,
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::LOW_PLATELETS,
        &numbers::RECENT_COUNT_DAYS,
        &numbers::G_CSF_GIVEN_DAYS,
        &numbers::CRS_FEVER,
        &numbers::FEVER_HOURS,
        &numbers::FIRST_MONTH_AFTER_CAR_T,
    ],
    concerns: after_car_t,
    judge: judge::<ProlongedCytopeniaAfterCarT>,
};

/// The four functions of the rule.
pub struct ProlongedCytopeniaAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    cytopenia: &'c ProlongedCytopenia,
    is_only_ordered: bool,
    g_csf: Judgement,
    /// The newest neutrophils and platelets, in 10⁹/L.
    newest: [String; 2],
    /// Ferritin that its laboratory calls high, in a patient with fever.
    ferritin: Option<String>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Severe by the scale, on a day after CAR-T that is known.
    Severe,
    /// As long as that, and the day of CAR-T is not known.
    DateUnclear,
}

impl Judge for ProlongedCytopeniaAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        Answers {
            cytopenia: case.prolonged_cytopenia(),
            is_only_ordered: case.is_only_ordered(case.car_t_history()),
            g_csf: case.in_use_or_given(ValueSet::G_CSF, case.whole(&numbers::G_CSF_GIVEN_DAYS)),
            newest: [case.neutrophils().value(), case.platelets().value()],
            ferritin: case.high_ferritin_with_fever(),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let ProlongedCytopenia { window, neutrophils, platelets, .. } = answers.cytopenia;
        let remark = answers.is_only_ordered.then(|| Message::new("infusion-only-ordered"));
        let row = |text, course: &Course| {
            let days = course.severe.filter(|_| course.judgement.is_met());
            must(text, course.judgement.clone())
                .unless_not_met()
                .remarking(days.map(|severe| Message::new("remark-days").with("days", severe.days)))
        };
        let g_csf = answers.has_neutropenia().then(|| aside("criterion-g-csf", answers.g_csf.clone()));
        let decisive = [
            must("criterion-window", window.clone()).remarking(remark),
            any([row("criterion-neutrophils", neutrophils), row("criterion-platelets", platelets)]),
        ];
        all(decisive.into_iter().chain(g_csf))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        match (verdict, answers.cytopenia.place) {
            (Verdict::NotMet, _) => None,
            _ if !answers.cytopenia.is_shown => None,
            (_, Place::Inside) => Some(Reading::Severe),
            (_, Place::Straddles | Place::Undated | Place::Outside) => Some(Reading::DateUnclear),
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let on_g_csf = answers.g_csf.is_met();
        let text = match (reading, answers.has_neutropenia(), answers.has_thrombocytopenia()) {
            (Reading::DateUnclear, true, _) => "summary-date-unclear-neutrophils",
            (Reading::DateUnclear, false, _) => "summary-date-unclear-platelets",
            (Reading::Severe, true, true) => "summary-both",
            (Reading::Severe, true, false) if on_g_csf => "summary-neutrophils-on-g-csf",
            (Reading::Severe, true, false) => "summary-neutrophils",
            (Reading::Severe, false, _) => "summary-platelets",
        };
        let [neutrophils, platelets] = answers.newest.clone();
        let summary = Message::new(text)
            .with("neutrophils", neutrophils)
            .with("platelets", platelets)
            .with("days", answers.days())
            .with("grade", answers.grade());
        let g_csf = match (answers.has_neutropenia(), on_g_csf) {
            (false, _) => None,
            (true, true) => Some("advice-on-g-csf"),
            (true, false) => Some("advice-g-csf"),
        };
        let iec_hs = answers.ferritin.clone().map(|value| Message::new("advice-iec-hs").with("ferritin", value));
        let static_line = iec_hs.is_none().then_some("context-iec-hs");
        card(if answers.is_only_ordered { Info } else { Warning }, summary)
            .lead(iec_hs)
            .lead(["advice-work-up"])
            .lead(g_csf)
            .lead(answers.has_thrombocytopenia().then_some("advice-bleeding"))
            .context(static_line)
            .citing(match (answers.has_neutropenia(), answers.has_thrombocytopenia()) {
                (true, false) => const { &[OF_NEUTROPHILS, MANAGEMENT, WORK_UP, TOXICITY] },
                (false, _) => const { &[OF_PLATELETS, WORK_UP, LEAFLET] },
                (true, true) => RULE.citations,
            })
    }
}

impl Answers<'_> {
    fn has_neutropenia(&self) -> bool {
        self.cytopenia.neutrophils.judgement.is_met()
    }

    fn has_thrombocytopenia(&self) -> bool {
        self.cytopenia.platelets.judgement.is_met()
    }

    /// The courses that are severe and not over.
    fn courses(&self) -> impl Iterator<Item = &Course> {
        [&self.cytopenia.neutrophils, &self.cytopenia.platelets].into_iter().filter(|of| of.judgement.is_met())
    }

    /// The grade, at least: that of the cells that have the higher one.
    fn grade(&self) -> i32 {
        self.courses().filter_map(|of| of.severe).map(|severe| severe.grade).max().unwrap_or_default()
    }

    /// The days of the cells that the summary begins with.
    fn days(&self) -> i32 {
        self.courses().find_map(|of| of.severe).map(|severe| severe.days).unwrap_or_default()
    }
}
