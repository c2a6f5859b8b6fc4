//! Possible ICANS: signs of neurotoxicity after CAR-T.
//!
//! ## What it flags
//! A patient after CAR-T with an ICE score below 10, a fallen Glasgow coma score, a seizure, unconsciousness, cerebral
//! oedema, confusion, delirium, aphasia or encephalopathy, or with ICANS on record; with the ASTCT grade as far as the
//! record tells it.
//!
//! ## Why it matters
//! ICANS often begins with confusion and trouble with words, which are easily taken for something else, and can go on to
//! seizures, coma and cerebral oedema (CART-039, -086, -088); there are fatal cases (CART-106). It usually starts 5–17 days
//! after the infusion (CART-038) but is described after more than a year (CART-085), when the patient is seen elsewhere.
//! Loss of consciousness asks for intensive care (CART-041).
//!
//! ## When it is met
//! CAR-T in history, and after t0: an ICE score below 10, or a Glasgow coma score lower than before, in the last
//! `{recent-symptom-hours}`; a sign among the problems, the observations or the reasons of this visit that goes on, or went on within those hours; or
//! ICANS recorded likewise. A score that was worse in these hours counts, as ICANS comes and goes; how severe it is, the latest
//! score of each scale says, and the worst is shown.
//! - Up to `{first-month-after-car-t}` (CART-043; X12): critical at grade `{critical-icans-grade}` or more, seizure, cerebral
//!   oedema or clearly reduced consciousness; else a warning. An infusion without a date may be of this month: the sterner card.
//! - Grade 4 or coma: intensive care is required (CART-041), and the summary says so.
//! - A later infusion may be hidden in data that was not sent: as in the first days, with an unknown row.
//! - Later: a warning that late neurotoxicity is described (CART-085; X12).
//! - The infusion is not recorded, only its order as completed: a warning at most.
//!
//! ## The grade
//! ASTCT, the worst item of the latest scores: ICE 7–9 is grade 1, 3–6 grade 2, 0–2 grade 3; not to be roused is grade 4;
//! a seizure or cerebral oedema at least grade 3. ICE 0 is grade 3 in who is awake, "at least grade 3" when nothing
//! tells. Another sign without a score is at least grade 1. A grade that a clinician recorded stands beside it; the
//! higher decides how urgent the card is.
//!
//! ## When it stays quiet
//! No CAR-T, or only planned; dead; signs that began before the infusion, or are over for more than `{recent-symptom-hours}`; headache or
//! tremor alone (CART-087; tremor is of `urgent-symptoms-after-car-t`); fever (`possible-crs`). A Glasgow coma score that was
//! as low before the infusion.
//!
//! ## When it asks
//! A sign without a date, or dated too coarsely; an unconfirmed diagnosis; a score that can't be; a sign in words only; CAR-T
//! in words only: a warning, verdict unknown. Data that did not come through leaves the verdict unknown.
//!
//! ## Where the catalogue is silent
//! - `{recent-symptom-hours}` for scores and for what is over, to the minute (X12 gives no hours).
//! - A problem that began more than `{active-sign-days}` ago and is still called active is a problem list that nobody cleans,
//!   not news.
//! - Glasgow coma score: `{coma-score}` or less is coma, grade 4; `{reduced-consciousness-score}` or less clearly reduced
//!   consciousness, critical. Below the score before the infusion it has fallen; without an earlier one, below 15. ASTCT itself
//!   does not use this score.
//! - G92 of WHO ICD-10 (toxic encephalopathy) is an encephalopathy, never proof of ICANS.
//! - Grade 0 scored today beside an active diagnosis: a warning that asks which is right.
//! - ICE is for adults and older children: under `{ice-age}` the card says so.
//!
//! ## Sources
//! CART-038, -039, -041…-043, -062, -085…-093, -096, -106; ASTCT consensus; conflicts X12, X31.

use crate::Indicator::{Critical, Warning};
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any_told, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::toxicity::grade::Grade;
use crate::questions::toxicity::icans::Neurotoxicity;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::facts::encounter::EncounterClass;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Progress, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "possible-icans",
    file: file!(),
    topic: "possibleIcans",
    version: 3,
    reviewed: "2026-11-30",
    citations: &[
        Citation {
            document: &documents::CAR_T_TOXICITY,
            statements: &[
                "CART-085", "CART-086", "CART-087", "CART-088", "CART-089", "CART-090", "CART-091", "CART-092",
                "CART-093", "CART-096", "CART-106",
            ],
        },
        Citation {
            document: &documents::ERASMUS_MC_CAR_T,
            statements: &["CART-038", "CART-039", "CART-041", "CART-042", "CART-043", "CART-062"],
        },
        Citation { document: &documents::ASTCT_GRADING, statements: &[] },
    ],
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
    ],
    observations: &[
        ValueSet::ICE_SCORE,
        ValueSet::GLASGOW_COMA_SCORE,
        ValueSet::ICANS_GRADE,
        ValueSet::NEUROTOXICITY_SIGN,
    ],
    numbers: &[
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::CRITICAL_ICANS_GRADE,
        &numbers::RECENT_SYMPTOM_HOURS,
        &numbers::ACTIVE_SIGN_DAYS,
        &numbers::COMA_SCORE,
        &numbers::REDUCED_CONSCIOUSNESS_SCORE,
        &numbers::OLDER_AGE,
        &numbers::ICE_AGE,
    ],
    concerns: after_car_t,
    judge: judge::<PossibleIcans>,
};

/// Not to be roused: intensive care is required.
const INTENSIVE_CARE_GRADE: u8 = 4;

/// The four functions of the rule.
pub struct PossibleIcans;

/// An age at which something else counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AgeGroup {
    /// Too young for ICE.
    Child,
    /// More vulnerable.
    Older,
}

/// What the rule rests on.
pub struct Answers<'c> {
    after: &'c AfterCarT,
    found: &'c Neurotoxicity,
    /// The lowest grade that is critical.
    critical_from: i32,
    age: Option<AgeGroup>,
    is_admitted: bool,
}

impl Answers<'_> {
    /// In the first month, or not surely later.
    fn is_acute(&self) -> bool {
        !self.after.first_month.is_not_met()
    }

    fn needs_intensive_care(&self) -> bool {
        let highest = self.found.highest_grade().map_or(0, |highest| highest.grade);
        highest >= INTENSIVE_CARE_GRADE || self.found.is_coma()
    }
}

/// Every card of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Only an order marked completed shows CAR-T.
    Probable,
    /// Coma or grade 4 after the first month.
    LateIntensiveCare,
    /// Coma or grade 4 in the first month, or not surely later.
    IntensiveCare,
    /// After the first month.
    Late,
    /// Clearly reduced consciousness, without a grade that says so.
    ReducedConsciousness,
    /// A grade that is critical.
    Critical(Grade),
    /// Below it.
    Mild(Grade),
    /// Worse in the last hours, and normal by the latest scores.
    Better,
    /// ICANS on record, without a present grade.
    NotGraded,
    /// A record that may be a sign.
    Unclear,
    /// A sign, and CAR-T stands in the record in words only.
    CarTInWords,
}

impl Judge for PossibleIcans {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let is_at_least = |years| case.patient.is_at_least(case.whole(years), &case.as_of);
        let older = is_at_least(&numbers::OLDER_AGE).is_met().then_some(AgeGroup::Older);
        let child = is_at_least(&numbers::ICE_AGE).is_not_met().then_some(AgeGroup::Child);
        let after = case.after_car_t();
        let stays = case.encounters().0.iter().filter(|stay| stay.class == EncounterClass::Inpatient);
        Answers {
            after,
            found: case.neurotoxicity(),
            critical_from: case.whole(&numbers::CRITICAL_ICANS_GRADE),
            age: older.or(child),
            is_admitted: stays.into_iter().any(|stay| stay.progress == Progress::Running),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let Answers { after, found, .. } = answers;
        let latest = |score: u8| Message::new("remark-latest").with("score", i32::from(score));
        let of_record = if found.recorded_grade == Some(0) && found.recorded.is_met() {
            Some(Message::new("remark-scored-absent"))
        } else {
            found.better_grade.map(latest)
        };
        let signs = [
            must("criterion-ice", found.low_ice.clone()).remarking(found.better_ice.map(latest)),
            must("criterion-gcs", found.fallen_coma_score.clone()).remarking(found.better_coma_score.map(latest)),
            must("criterion-unconscious", found.unconscious.clone()),
            must("criterion-events", found.events.clone()),
            must("criterion-cognitive", found.cognitive.clone()),
            must("criterion-recorded", found.recorded.clone()).remarking(of_record),
            must("criterion-in-words", found.in_words.clone()),
        ];
        let later = after.may_hide_later_infusion().then(|| aside("criterion-acute", after.first_month.clone()));
        let decisive = [
            must("criterion-car-t", after.history.judgement.clone()).remarking(after.remark()),
            any_told(signs, must("criterion-hidden", found.hidden.clone())),
        ];
        all(decisive.into_iter().chain(later))
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let found = answers.found;
        match (answers.after.history.judgement.verdict(), found.any().verdict()) {
            (Verdict::Met, Verdict::Met) => {}
            (Verdict::Met, Verdict::Unknown) if found.asks => return Some(Reading::Unclear),
            (Verdict::Unknown, Verdict::Met) if answers.after.is_in_words => return Some(Reading::CarTInWords),
            _ => return None,
        }
        let highest = found.highest_grade();
        Some(match highest {
            _ if answers.after.is_probable() => Reading::Probable,
            _ if answers.needs_intensive_care() && answers.is_acute() => Reading::IntensiveCare,
            _ if answers.needs_intensive_care() => Reading::LateIntensiveCare,
            _ if !answers.is_acute() => Reading::Late,
            None | Some(Grade { grade: 0..=1, .. }) if found.is_severe() => Reading::ReducedConsciousness,
            Some(highest) if found.is_severe() || i32::from(highest.grade) >= answers.critical_from => {
                Reading::Critical(highest)
            }
            Some(highest) => Reading::Mild(highest),
            None if !found.recorded.is_met() => Reading::Better,
            None => Reading::NotGraded,
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let graded = |exactly, at_least, grade: Grade| {
            Message::new(if grade.at_least { at_least } else { exactly }).with("grade", i32::from(grade.grade))
        };
        match reading {
            Reading::Probable => card(Warning, "summary-probable"),
            Reading::LateIntensiveCare => card(Warning, "summary-late-intensive-care"),
            Reading::IntensiveCare => {
                let highest = answers.found.highest_grade().map_or(0, |highest| highest.grade);
                let grade = i32::from(highest.max(INTENSIVE_CARE_GRADE));
                card(Critical, Message::new("summary-intensive-care").with("grade", grade))
            }
            Reading::Late => match answers.after.days {
                Some(days) => card(Warning, Message::new("summary-late").with("days", days)),
                None => card(Warning, "summary-late-undated"),
            },
            Reading::ReducedConsciousness => card(Critical, "summary-reduced-consciousness"),
            Reading::Critical(grade) => card(Critical, graded("summary-critical", "summary-critical-at-least", grade)),
            Reading::Mild(grade) => card(Warning, graded("summary-warning", "summary-warning-at-least", grade)),
            Reading::Better => card(Warning, "summary-better"),
            Reading::NotGraded => card(Warning, "summary-not-graded"),
            Reading::Unclear => card(Warning, "summary-unclear"),
            Reading::CarTInWords => card(Warning, "summary-history-in-words"),
        }
        .lead(grades(answers.found, reading))
        .context(context(answers, reading))
    }
}

/// The grade that the record comes to, where the summary does not say it; and the one that a clinician recorded, where it is
/// another.
fn grades(found: &Neurotoxicity, reading: Reading) -> Vec<Message> {
    let graded = |id: &'static str, grade: u8| Message::new(id).with("grade", i32::from(grade));
    let computed = found
        .grade
        .map(|computed| graded(if computed.at_least { "lead-grade-at-least" } else { "lead-grade" }, computed.grade));
    let other = found.recorded_grade.filter(|recorded| found.grade.is_some_and(|computed| computed.grade != *recorded));
    let is_in_summary = matches!(reading, Reading::Critical(_) | Reading::Mild(_) | Reading::IntensiveCare);
    let other = other.map(|recorded| graded("lead-grades-differ", recorded));
    computed.filter(|_| !is_in_summary || other.is_some()).into_iter().chain(other).collect()
}

fn context(answers: &Answers<'_>, reading: Reading) -> Vec<Message> {
    let is_in_summary = matches!(reading, Reading::IntensiveCare | Reading::LateIntensiveCare);
    let found = answers.found;
    let line = |applies: bool, id: &'static str| applies.then(|| Message::new(id));
    [
        line(answers.age == Some(AgeGroup::Older), "context-older"),
        line(answers.age == Some(AgeGroup::Child), "context-child"),
        line(found.is_consciousness_reduced() && !is_in_summary, "context-intensive-care"),
        line(true, "context-other-causes"),
        line(answers.is_admitted, "context-writing-test"),
    ]
    .into_iter()
    .flatten()
    .collect()
}
