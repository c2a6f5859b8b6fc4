//! Urgent symptoms after CAR-T: what stands on the patient's call card.
//!
//! ## What it flags
//! A patient after CAR-T with a symptom of the call card that began in the last `{recent-symptom-hours}`: chills, shaking of arms or legs,
//! shortness of breath, vomiting, diarrhoea, an irregular heartbeat, bruises without a blow, fever without a temperature.
//!
//! ## Why it matters
//! Patients are told to call the centre at once for these (CART-060…-064): they may be the start of CRS, neurotoxicity, an
//! infection or a bleeding. Who sees the patient instead of the centre does not have that card.
//!
//! ## When it is met
//! CAR-T in history, at most `{call-card-months}` ago, and a coded symptom after t0 that began in the last
//! `{recent-symptom-hours}`: among the problems (also one that is over: a rigor lasts minutes), the observations, or the
//! reasons of this visit. A warning. Shortness of breath is critical up to `{first-month-after-car-t}` (CART-043, -063),
//! and when the infusion has no date. Once that month is surely over, the card speaks of infection, bleeding and late
//! neurotoxicity, no longer of CRS.
//!
//! ## When it stays quiet
//! No CAR-T, only planned, or longer ago than `{call-card-months}`; dead; older symptoms, however recently written down
//! again; symptoms from before the infusion; denied, refuted or of somebody else. Confusion and trouble with words or
//! understanding (CART-062) are of `possible-icans`, low saturation and blood pressure of `possible-crs`. A coded fever,
//! when `possible-crs` or `fever-after-cell-therapy` shows a measured one. Of a rule that is not asked, this one shows
//! confusion and fever itself; what is measured must be above `{fever-after-car-t}`.
//!
//! ## When it asks
//! A symptom without a date, or dated too coarsely; not confirmed; in words only; a coded fever when temperatures were not
//! sent; CAR-T in words only: a warning, verdict unknown. Data that did not come through leaves the verdict unknown.
//!
//! ## Where the catalogue is silent
//! - The call card has no end date. `{call-card-months}` end it, unless the date leaves it open or a later infusion may
//!   be hidden: years later a patient with diarrhoea has what everyone has. Late neurotoxicity (`possible-icans`) has no
//!   end.
//! - These hours run to the minute, and from the onset: the day of recording counts only where no onset is recorded.
//! - A date without a time counts when the whole day lies within them.
//! - "Plotseling" (CART-063): any shortness of breath that is new.
//! - Tremor counts here though it does not count in the ICANS grade: shaking is on the card (CART-061).
//! - The infusion is not recorded, only its order as completed: a warning at most.
//! - What `possible-crs` and `fever-after-cell-therapy` show of a measured fever is asked as they ask it themselves. One that was
//!   measured in the admission of the infusion after the days of `possible-crs` is shown by no other card: a coded one is shown
//!   here.
//! - A later infusion may be hidden in data that was not sent: shortness of breath is critical, with an unknown row.
//! - A normal temperature beside a coded fever silences nothing: fever comes and goes.
//!
//! ## Sources
//! CART-043, -060…-064.

use crate::Indicator::{Critical, Warning};
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, any_told, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::toxicity::call_card::CallCardSymptoms;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "urgent-symptoms-after-car-t",
    file: file!(),
    topic: "urgentSymptomsAfterCarT",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &["CART-043", "CART-060", "CART-061", "CART-062", "CART-063", "CART-064"],
    }],
    override_reasons: &["already-treated", "explained-otherwise", "arranged-elsewhere", "data-outdated", "other"],
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
    observations: &[ValueSet::CALL_CARD_SYMPTOM, ValueSet::BODY_TEMPERATURE],
    numbers: &[
        &numbers::RECENT_SYMPTOM_HOURS,
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::CALL_CARD_MONTHS,
        &numbers::CRS_HOURS,
        &numbers::CRS_FEVER,
        &numbers::FEVER_HOURS,
        &numbers::FEVER_AFTER_CAR_T,
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::RECENT_COUNT_DAYS,
    ],
    concerns: after_car_t,
    judge: judge::<UrgentSymptomsAfterCarT>,
};

/// The four functions of the rule.
pub struct UrgentSymptomsAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    after: &'c AfterCarT,
    /// The time in which symptoms are taken for consequences of CAR-T still lasts.
    lasts: Judgement,
    symptoms: CallCardSymptoms,
    latest_temperature: Option<String>,
}

/// Every card of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Shortness of breath in the first month, or not surely later.
    Dyspnoea,
    /// A symptom of the call card.
    Symptom,
    /// A record that may be a new symptom.
    Unclear,
    /// A symptom, and CAR-T stands in the record in words only.
    CarTInWords,
}

impl Judge for UrgentSymptomsAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        Answers {
            after: case.after_car_t(),
            lasts: case.call_card_lasts(),
            symptoms: case.call_card_symptoms(),
            latest_temperature: case.latest_temperature(),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let Answers { after, symptoms, .. } = answers;
        let temperature = match &answers.latest_temperature {
            Some(value) => Message::new("remark-temperature").with("value", value.as_str()),
            None => Message::new("remark-no-temperature"),
        };
        let rows = [
            must("criterion-dyspnoea", symptoms.dyspnoea.judgement.clone()),
            must("criterion-symptom", symptoms.others.judgement.clone()),
            must("criterion-fever", symptoms.fever.judgement.clone()).remarking(temperature),
            must("criterion-in-words", symptoms.in_words.judgement.clone()),
        ];
        let later = after
            .may_hide_later_infusion()
            .then(|| aside("criterion-acute", after.first_month.clone()).owned_by(&["possible-crs"]));
        let decisive = [
            must("criterion-car-t", after.history.judgement.clone())
                .remarking(after.remark())
                .owned_by(&["possible-crs"]),
            must("criterion-lasts", answers.lasts.clone()).unless_met(),
            any_told(rows, must("criterion-hidden", symptoms.hidden.clone())),
        ];
        all(decisive.into_iter().chain(later))
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let Answers { after, symptoms, .. } = answers;
        if answers.lasts.is_not_met() {
            return None;
        }
        let is_acute = !after.first_month.is_not_met() && !after.is_probable();
        match (after.history.judgement.verdict(), symptoms.any().verdict()) {
            (Verdict::Met, Verdict::Met) if symptoms.dyspnoea.judgement.is_met() && is_acute => Some(Reading::Dyspnoea),
            (Verdict::Met, Verdict::Met) => Some(Reading::Symptom),
            (Verdict::Met, Verdict::Unknown) if symptoms.all().iter().any(|one| one.asks) => Some(Reading::Unclear),
            (Verdict::Unknown, Verdict::Met) if after.is_in_words => Some(Reading::CarTInWords),
            _ => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let symptoms = &answers.symptoms;
        let line = |applies: bool, id: &'static str| applies.then_some(id);
        // What was surely given earlier has no acute toxicity any more; one that is hidden may.
        let may_be_acute = !answers.after.first_month.is_not_met();
        match reading {
            Reading::Dyspnoea => card(Critical, "summary-dyspnoea"),
            Reading::Symptom => card(Warning, named(symptoms, "summary-symptom", "summary-symptoms")),
            Reading::Unclear => card(Warning, named(symptoms, "summary-unclear", "summary-unclear-more")),
            Reading::CarTInWords => {
                card(Warning, named(symptoms, "summary-history-in-words", "summary-history-in-words"))
            }
        }
        .lead([if may_be_acute { "advice-call" } else { "advice-call-later" }])
        .context(line(!symptoms.dyspnoea.judgement.is_not_met() && may_be_acute, "context-dyspnoea"))
        .context(line(symptoms.has_headache_or_tremor, "context-tremor"))
    }
}

/// A summary that names the first symptom, and how many more there are.
fn named(symptoms: &CallCardSymptoms, one: &'static str, several: &'static str) -> Message {
    let names = symptoms.names();
    let more = i32::try_from(names.len()).unwrap_or(i32::MAX).saturating_sub(1);
    let first = names.first().copied().unwrap_or_default();
    Message::new(if more > 0 { several } else { one }).with("symptom", first).with("count", more)
}
