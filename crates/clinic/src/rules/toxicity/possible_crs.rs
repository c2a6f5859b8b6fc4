//! Signs of cytokine release syndrome (CRS) in the first weeks after CAR-T.
//!
//! ## What it flags
//! Fever, a low blood pressure, a low saturation, oxygen or a vasopressor of the last `{crs-hours}`, at most
//! `{first-month-after-car-t}` after the infusion, with the ASTCT grade that follows from what is known.
//!
//! ## Why it matters
//! CRS shows as "in ernst variërende mate van koorts, hypotensie en hypoxie" (CART-075, CART-035); it mostly begins 2 to 7
//! days after the infusion (CART-034), and side effects may still come in the first month (CART-043). From grade
//! `{tocilizumab-grade}` it is treated with tocilizumab (CART-083); a pressure that does not rise with fluids needs a
//! vasopressor and intensive care (CART-037). Any fever asks for a search for infection (CART-031).
//!
//! ## When it is met
//! CAR-T in history, t0 at most `{first-month-after-car-t}` (calendar days) ago, and in the last `{crs-hours}` (by the clock,
//! the boundary counted), not before the infusion: temperature ≥ `{crs-fever}` (ASTCT), systolic < `{crs-systolic-pressure}`,
//! saturation < `{crs-oxygen-saturation}`, oxygen flow > 0, more oxygen inhaled than air has, extra or other oxygen therapy or
//! hypoxia recorded, or a vasopressor given. The worst value of these hours counts.
//! Grade ≥ `{tocilizumab-grade}`, computed, or recorded in the last `{recorded-crs-grade-hours}` → critical; below it → warning,
//! but critical
//! - above the limit of the call card (> `{fever-after-car-t}`, CART-060) unless in the admission of the infusion: call the
//!   centre now, as rule `fever-after-cell-therapy` says of an older fever (X3);
//! - with fever and neutrophils known to be below `{severe-neutropenia}`, by a count of the last `{recent-count-days}`: febrile
//!   neutropenia can't be told from CRS (inference, standard care: cultures and antibiotics at once).
//!
//! ## When it stays quiet
//! Normal or no measurements; later than `{first-month-after-car-t}`, after aHSCT, or fever of more than `{crs-hours}` ago (rule
//! `fever-after-cell-therapy`); fever as a finding without a temperature (rule `urgent-symptoms-after-car-t`); confusion
//! (rule `possible-icans`); CRS on record without a sign of today; a vasopressor that is only ordered or was stopped
//! earlier; oxygen off (0 L/min); CAR-T only planned; a patient who died.
//!
//! ## When it asks
//! A warning when there is a sign and the date of the infusion is unknown, too coarse, or only that of an order; when a
//! value that may be a sign has no usable unit, a date too coarse, is no number, or is one that no patient has; when hypoxia,
//! oxygen or a vasopressor on record has no date that tells; when there is a sign and CAR-T stands in the record
//! in words only. Data that was not sent leaves it unknown without a card of its own.
//!
//! ## Where the catalogue is silent
//! - A recorded grade of more than `{recorded-crs-grade-hours}` ago is shown and does not decide: CRS changes within hours.
//! - The infusion is recent, and an earlier one of the same episode may be hidden in data that was not sent: the same card,
//!   verdict unknown.
//! - Under `{adult-age}` the limit of the systolic pressure is not applied: it is one for adults, and a lower pressure can be
//!   normal. The row is unknown, and no sign by itself.
//! - Exact grade only when systolic pressure, saturation and administrations came through and the oxygen flow is known in
//!   hypoxia; else "at least". A drug given in these hours without a usable code may be a vasopressor: "at least".
//! - Norepinephrine, epinephrine, phenylephrine and dopamine each count as one; another drug beside them (dobutamine,
//!   ephedrine) leaves "at least grade 3".
//! - A sign without fever: the card shows the grade only when there was fever since the infusion, CRS is on record, or a
//!   drug was given that takes fever away (tocilizumab and the like, a corticosteroid). Without any of these it is
//!   critical as well, but says that another cause is possible and offers no tocilizumab.
//! - Oxygen or a vasopressor that began before the infusion is not counted as a sign. A fraction of oxygen, or "extra
//!   oxygen: yes", tells no flow: "at least grade 2".
//! - A value that no patient has decides nothing and is named. A zero beside a measurement of its kind is a probe that came off.
//! - Tocilizumab is not offered when it is prescribed already, when the administrations were not sent, when one is on
//!   record whose date or completion does not tell, or that stands there in words; nor while an allergy speaks against it, or
//!   can't be understood.
//! - Mean pressure alone does not tell hypotension: the limit is systolic. Positive pressure and masks have no verified
//!   codes; the card says that they can't be seen.
//! - Cultures and X-ray have no verified codes: they are offered in words, unless a request of the last `{crs-hours}` names
//!   them in words.
//!
//! ## Sources
//! CART-031, CART-034, CART-035, CART-037, CART-043, CART-060, CART-075 to CART-079, CART-081 to CART-084; ASTCT (Lee 2019);
//! conflicts X3, X12, X13, X14.

use crate::Indicator::{Critical, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::neutropenia::Neutropenia;
use crate::questions::blood::prolonged_cytopenia::PROLONGED_CYTOPENIA_RULE;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::therapy::allergy::Prescribable;
use crate::questions::toxicity::crs::Crs;
use crate::questions::toxicity::crs_signs::{CrsSigns, Sign};
use crate::questions::toxicity::grade::Grade;
use crate::questions::toxicity::on_record::Episode;
use crate::questions::toxicity::tocilizumab::{Tocilizumab, TocilizumabInEpisode};
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "possible-crs",
    file: file!(),
    topic: "possibleCrs",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[TOXICITY, ERASMUS_WITH_CALL_CARD, ASTCT],
    override_reasons: &["already-treated", "explained-otherwise", "local-protocol", "data-outdated", "other"],
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
        Source::Allergies,
    ],
    observations: &[
        ValueSet::NEUTROPHIL_COUNT,
        ValueSet::BODY_TEMPERATURE,
        ValueSet::BLOOD_PRESSURE,
        ValueSet::SYSTOLIC_BLOOD_PRESSURE,
        ValueSet::OXYGEN_SATURATION,
        ValueSet::OXYGEN_FLOW,
        ValueSet::INHALED_OXYGEN_FRACTION,
        ValueSet::EXTRA_OXYGEN,
        ValueSet::CRS_GRADE,
        ValueSet::FERRITIN,
        ValueSet::C_REACTIVE_PROTEIN,
        ValueSet::INTERLEUKIN_6,
    ],
    numbers: &[
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::CRS_HOURS,
        &numbers::CRS_FEVER,
        &numbers::CRS_SYSTOLIC_PRESSURE,
        &numbers::CRS_OXYGEN_SATURATION,
        &numbers::LOW_OXYGEN_FLOW,
        &numbers::RECORDED_CRS_GRADE_HOURS,
        &numbers::ADULT_AGE,
        &numbers::TOCILIZUMAB_GRADE,
        &numbers::FEVER_AFTER_CAR_T,
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::RECENT_COUNT_DAYS,
    ],
    concerns: after_car_t,
    judge: judge::<PossibleCrs>,
};

const TOXICITY: Citation = Citation {
    document: &documents::CAR_T_TOXICITY,
    statements: &[
        "CART-075", "CART-076", "CART-077", "CART-078", "CART-079", "CART-081", "CART-082", "CART-083", "CART-084",
    ],
};
const ERASMUS: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-031", "CART-034", "CART-035", "CART-037", "CART-043"],
};
/// With the limit of the call card, where that decides.
const ERASMUS_WITH_CALL_CARD: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-031", "CART-034", "CART-035", "CART-037", "CART-043", "CART-060"],
};
const ASTCT: Citation = Citation { document: &documents::ASTCT_GRADING, statements: &[] };
const WITHOUT_CALL_CARD: &[Citation] = &[TOXICITY, ERASMUS, ASTCT];

/// The rules on blood counts: while one of them has a card, the row on the neutrophils stands there.
const CYTOPENIA_RULES: &[&str] = &["cytopenia-after-cell-therapy", PROLONGED_CYTOPENIA_RULE];

/// The search for infection: what is offered, and the words by which a request for it is recognised.
const WORK_UP: [(&str, &str); 3] = [
    ("suggest-blood-culture", "blood-culture"),
    ("suggest-urine-culture", "urine-culture"),
    ("suggest-chest-x-ray", "chest-x-ray"),
];

/// The four functions of the rule.
pub struct PossibleCrs;

/// What the rule rests on.
pub struct Answers<'c> {
    after: &'c AfterCarT,
    signs: &'c CrsSigns,
    crs: &'c Crs,
    tocilizumab: &'c TocilizumabInEpisode,
    neutropenia: &'c Neutropenia,
    /// Hotter than the call card allows, and not known to be in the admission of the infusion.
    away: Option<Judgement>,
    /// The lowest grade that is treated with tocilizumab.
    treated_from: i32,
    to_prescribe: Prescribable,
    /// The parts of the search for infection that nobody has asked for.
    work_up: Vec<&'static str>,
    markers: Option<String>,
}

impl Answers<'_> {
    /// Signs in the first month after a known infusion. An earlier infusion of the same episode may be hidden: the card is
    /// the same.
    fn is_concern(&self) -> bool {
        self.after.is_recent() && self.signs.any().is_met()
    }

    /// Whether tocilizumab is due, and known not to be given or prescribed.
    fn is_tocilizumab_due(&self, reading: Reading) -> bool {
        matches!(reading, Reading::Severe(_)) && self.tocilizumab.is_known_not_given()
    }

    fn is_febrile(&self) -> bool {
        self.signs.fever.answer.is_met()
    }

    fn is_febrile_and_neutropenic(&self) -> bool {
        self.is_febrile() && self.neutropenia.is_met()
    }

    fn is_treated(&self, grade: Grade) -> bool {
        i32::from(grade.grade) >= self.treated_from
    }
}

/// Every card of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Of a grade that is treated with tocilizumab.
    Severe(Grade),
    /// Signs, but no fever since the infusion: CRS or something else.
    WithoutFever,
    /// Below that grade, with fever and few neutrophils.
    Neutropenic,
    /// Below that grade, away from the ward, and hotter than the call card allows.
    CallCard(Grade),
    /// Below that grade.
    Mild(Grade),
    /// Fever and few neutrophils, and whether the infusion was in the first month can't be told.
    NeutropenicUnclear,
    /// A sign, and whether the infusion was in the first month can't be told.
    DateUnclear,
    /// A measurement that may be a sign.
    ValueUnclear,
    /// A sign, and CAR-T stands in the record in words only.
    CarTInWords,
}

impl Reading {
    /// Whether not all is known that the card would need to give a grade.
    fn asks(self) -> bool {
        matches!(self, Self::NeutropenicUnclear | Self::DateUnclear | Self::ValueUnclear | Self::CarTInWords)
    }
}

impl Judge for PossibleCrs {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let missing = WORK_UP.into_iter().filter(|(_, hint)| !case.is_requested_in_words(hint));
        Answers {
            after: case.after_car_t(),
            signs: case.crs_signs(),
            crs: case.crs(),
            tocilizumab: case.tocilizumab(),
            neutropenia: case.neutropenia(),
            away: case.hot_and_away(),
            treated_from: case.whole(&numbers::TOCILIZUMAB_GRADE),
            to_prescribe: case.prescribable(ValueSet::TOCILIZUMAB),
            work_up: missing.map(|(label, _)| label).collect(),
            markers: case.inflammation_markers(),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let Answers { after, signs, crs, .. } = answers;
        let sign = |text: &'static str, sign: &Sign| must(text, sign.answer.clone()).showing(sign.if_not_measured());
        let needs_no_fever = answers.is_concern() && !answers.is_febrile() && crs.was_febrile;
        let day = after.remark().filter(|_| after.t0.is_some() || after.is_probable());
        let of_record = match &crs.episode {
            Episode { resolved: Some(_), .. } => Some("remark-resolved"),
            Episode { is_past: true, .. } => Some("remark-not-this-episode"),
            _ => crs.is_recorded_earlier.then_some("remark-recorded-earlier"),
        };
        // That there is none matters where treatment is due.
        let is_treated = crs.grade.is_some_and(|grade| answers.is_treated(grade));
        let goes_unsaid = |of: &Judgement| !is_treated && of.is_not_met() && of.evidence().is_empty();
        let (recorded, given) = (&crs.episode.judgement, &answers.tocilizumab.given);
        let of_episode = [
            aside("criterion-recorded", recorded.clone())
                .remarking(of_record.map(Message::new))
                .left_out_if(goes_unsaid(recorded)),
            aside("criterion-tocilizumab", given.clone()).left_out_if(goes_unsaid(given)),
        ];
        let away = answers.away.clone().map(|away| aside("criterion-away", away));
        let low = &answers.neutropenia.judgement;
        let is_told = answers.is_febrile() && answers.neutropenia.is_counted;
        let neutrophils = is_told.then(|| aside("criterion-neutrophils", low.clone()).owned_by(CYTOPENIA_RULES));
        let decisive = [
            must("criterion-car-t", after.first_month.clone()).remarking(day),
            any([
                sign("criterion-fever", &signs.fever)
                    .remarking(needs_no_fever.then(|| Message::new("remark-fever-earlier"))),
                sign("criterion-hypotension", &signs.hypotension),
                sign("criterion-hypoxia", &signs.hypoxia),
                sign("criterion-vasopressor", &signs.vasopressor),
            ]),
        ];
        let shown = of_episode.into_iter().chain(away).filter(|_| answers.is_concern()).chain(neutrophils);
        all(decisive.into_iter().chain(shown))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let Answers { after, signs, .. } = answers;
        let sign = signs.any();
        if answers.is_concern() {
            return Some(match answers.crs.grade {
                None => Reading::WithoutFever,
                Some(grade) if answers.is_treated(grade) => Reading::Severe(grade),
                Some(_) if answers.is_febrile_and_neutropenic() => Reading::Neutropenic,
                Some(grade) if answers.away.is_some() => Reading::CallCard(grade),
                Some(grade) => Reading::Mild(grade),
            });
        }
        match (verdict, after.history.judgement.verdict()) {
            // What is surely older is no CRS, unless the record has a later infusion that may have been given.
            (Verdict::Unknown, Verdict::Met) if after.is_older() && !after.may_be_repeated() => None,
            (Verdict::Unknown, Verdict::Met) if answers.is_febrile_and_neutropenic() => {
                Some(Reading::NeutropenicUnclear)
            }
            (Verdict::Unknown, Verdict::Met) if sign.is_met() => Some(Reading::DateUnclear),
            (Verdict::Unknown, Verdict::Met) if signs.are_open() => Some(Reading::ValueUnclear),
            (Verdict::Unknown, Verdict::Unknown) if sign.is_met() && after.is_in_words => Some(Reading::CarTInWords),
            _ => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let about = |id: &'static str| {
            let about = Message::new(id).with("findings", answers.signs.findings.join(", "));
            match answers.after.t0 {
                Some(t0) => about.with("date", t0),
                None => about,
            }
        };
        let graded = |exactly, at_least, grade: Grade| {
            about(if grade.at_least { at_least } else { exactly }).with("grade", i32::from(grade.grade))
        };
        let is_given = answers.tocilizumab.known == Tocilizumab::Given;
        match reading {
            Reading::Severe(grade) if is_given => {
                card(Critical, graded("summary-treated", "summary-treated-at-least", grade))
            }
            Reading::Severe(grade) if answers.tocilizumab.known == Tocilizumab::Unclear => {
                card(Critical, graded("summary-tocilizumab-unclear", "summary-tocilizumab-unclear-at-least", grade))
            }
            Reading::Severe(grade) => card(Critical, graded("summary-severe", "summary-severe-at-least", grade)),
            Reading::WithoutFever => card(Critical, about("summary-without-fever")),
            Reading::Neutropenic | Reading::NeutropenicUnclear => {
                let count = answers.neutropenia.count.clone().unwrap_or_default();
                card(Critical, about("summary-neutropenia").with("count", count))
            }
            Reading::CallCard(grade) => card(Critical, graded("summary-call-card", "summary-call-card", grade)),
            Reading::Mild(grade) => card(Warning, graded("summary-mild", "summary-mild-at-least", grade)),
            Reading::DateUnclear => card(Warning, about("summary-date-unclear")),
            Reading::ValueUnclear => card(Warning, "summary-value-unclear"),
            Reading::CarTInWords => card(Warning, about("summary-car-t-in-words")),
        }
        .lead(advice(answers, reading))
        .context(context(answers, reading))
        .suggest(suggestions(answers, reading))
        .citing(if matches!(reading, Reading::CallCard(_)) { RULE.citations } else { WITHOUT_CALL_CARD })
    }
}

/// What to do, the most pressing first.
fn advice(answers: &Answers<'_>, reading: Reading) -> Vec<Message> {
    let infection = answers.is_febrile().then(|| Message::new("advice-infection"));
    if reading.asks() {
        return infection.into_iter().collect();
    }
    let by_grade = match (reading, answers.crs.grade) {
        (Reading::Severe(_), _) => Some(match answers.tocilizumab.known {
            Tocilizumab::NotSent => "advice-tocilizumab-unknown",
            Tocilizumab::Unclear => "advice-tocilizumab-check",
            Tocilizumab::Given => "advice-after-tocilizumab",
            Tocilizumab::Prescribed | Tocilizumab::No => "advice-tocilizumab",
        }),
        (_, None) => Some("advice-without-fever"),
        (_, Some(Grade { at_least: true, .. })) => Some("advice-complete"),
        (_, Some(Grade { grade: 1, .. })) => Some("advice-grade-1"),
        (_, Some(_)) => None,
    };
    let is_pressure_low = answers.signs.is_pressure_low();
    [
        answers.is_febrile_and_neutropenic().then(|| Message::new("advice-neutropenia")),
        both_grades(answers),
        infection.filter(|_| !answers.is_febrile_and_neutropenic()),
        by_grade.map(Message::new),
        answers.to_prescribe.caution().filter(|_| answers.is_tocilizumab_due(reading)),
        is_pressure_low.then(|| Message::new("advice-vasopressor")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The grade that was recorded and the one that the data give, when they differ.
fn both_grades(answers: &Answers<'_>) -> Option<Message> {
    let (computed, recorded) = (answers.crs.computed?, answers.crs.recorded?);
    let id = if computed.at_least { "advice-recorded-at-least" } else { "advice-recorded" };
    (computed.grade != recorded)
        .then(|| Message::new(id).with("recorded", i32::from(recorded)).with("computed", i32::from(computed.grade)))
}

fn context(answers: &Answers<'_>, reading: Reading) -> Vec<Message> {
    if reading.asks() {
        return Vec::new();
    }
    [
        answers.signs.hypoxia.answer.is_met().then(|| Message::new("context-ventilation")),
        answers.markers.clone().map(|values| Message::new("context-markers").with("values", values)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Tocilizumab, where it is due and nothing is known of it; the search for infection in fever.
fn suggestions(answers: &Answers<'_>, reading: Reading) -> Vec<Suggestion> {
    let is_due = answers.is_tocilizumab_due(reading);
    let tocilizumab = answers.to_prescribe.code.clone().filter(|_| is_due);
    let tocilizumab = tocilizumab.map(|code| Suggestion::prescribe("suggest-tocilizumab", code).noting("note-dose"));
    let is_searched = answers.is_febrile() && !reading.asks();
    let work_up = answers.work_up.iter().filter(|_| is_searched);
    let work_up = work_up.map(|label| Suggestion::order_in_words(*label).noting("note-fever"));
    tocilizumab.into_iter().chain(work_up).collect()
}
