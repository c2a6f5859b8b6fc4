//! A new malignancy after CAR-T: report it, and have it tested for the transgene.
//!
//! ## What it flags
//! A lymphoma, leukaemia or myeloma that was recorded after CAR-T and is not the disease that CAR-T was given for, at most
//! `{second-malignancy-months}` ago.
//!
//! ## Why it matters
//! Malignancies of T cells came "within weeks and up to several years" after CAR-T, some with the CAR construct in the tumour
//! (SPM-002, SPM-003). "Patients treated with these medicines should be monitored life-long for new malignancies" (SPM-001); who
//! finds one reports it and asks the manufacturer how to collect samples for a test for the transgene (SPM-004, SPM-005). Years
//! later the doctor who makes the diagnosis may know nothing of it.
//!
//! ## When it is met
//! CAR-T in history, and a diagnosis dated after the first infusion (its onset, else the day of recording), at most
//! `{second-malignancy-months}` ago:
//! - of T cells, NK cells or the myeloid line: a CAR-T product is against B cells or plasma cells, so it is never what was treated;
//! - of another family (B-cell lymphoma, myeloma, B-lymphoblastic leukaemia) than the disease that was on record before.
//!
//! A warning.
//!
//! ## When it stays quiet
//! No CAR-T, only planned; a malignancy of before; the treated disease: the same family, the same words, a relapse by its status,
//! or the only one on record; later than `{second-malignancy-months}`; refuted, entered in error, of the family; after death.
//!
//! ## When it asks
//! Info, one card however many entries ask: a diagnosis of T cells or the myeloid line without a date that tells, or with one of
//! that lineage before CAR-T; a code that does not tell which disease (lymphoma not specified, lymphoblastic leukaemia of
//! unknown lineage) dated after CAR-T; another disease than the one before, without a date that tells; a new one while the treated
//! disease is not on record; one in words only that is dated after CAR-T, or names T cells. A diagnosis of T cells or the myeloid
//! line beside CAR-T without a day, known only from an order marked completed, or in words only.
//!
//! ## Where the catalogue is silent
//! - "Asks once" is one card: the service keeps no memory. What was recorded longer ago than `{second-malignancy-months}`
//!   (`inference`) is not shown again: reporting has no end, but a card at every opening for years would be read by nobody.
//! - A relapse of the treated disease is not asked about: the code says which disease it is, and the centre treats it.
//! - Counted from the first CAR-T of all: the risk begins with it.
//! - Myelodysplasia and solid tumours: the regulators speak of new malignancies, the catalogue of lymphoma, leukaemia and T-cell
//!   neoplasms; no codes for others were verified here.
//! - Peripheral T-cell lymphoma and other entities by SNOMED CT: no verified codes; they are recognised by their words, and ask.
//! - The texts of EMA and FDA were read as others report them; the bulletin of the Paul-Ehrlich-Institut only in its summary.
//!   The Dutch centre for adverse drug reactions is named from general knowledge.
//! - The transgene test has no verified code: the suggestion is in words.
//!
//! ## Sources
//! SPM-001…SPM-005.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::lymphoma::second_malignancy::SecondMalignancy;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::{Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "second-malignancy-after-car-t",
    file: file!(),
    topic: "secondMalignancyAfterCarT",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[
        Citation { document: &documents::SECOND_MALIGNANCY_PRAC, statements: &["SPM-001", "SPM-002", "SPM-003"] },
        Citation { document: &documents::SECOND_MALIGNANCY_FDA, statements: &["SPM-004"] },
        Citation { document: &documents::SECOND_MALIGNANCY_PEI, statements: &["SPM-005"] },
    ],
    override_reasons: &["already-treated", "explained-otherwise", "arranged-elsewhere", "data-outdated", "other"],
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
    ],
    observations: &[],
    numbers: &[&numbers::SECOND_MALIGNANCY_MONTHS],
    concerns: after_car_t,
    judge: judge::<SecondMalignancyAfterCarT>,
};

/// The four functions of the rule.
pub struct SecondMalignancyAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    after: &'c AfterCarT,
    malignancy: SecondMalignancy,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Another disease than the treated one.
    New,
    /// It may be one.
    Unclear,
    /// A malignancy that asks or is new, and CAR-T stands in the record in words only.
    CarTInWords,
}

impl Judge for SecondMalignancyAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        Answers { after: case.after_car_t(), malignancy: case.second_malignancy() }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let after = answers.after;
        let remark = after.is_probable().then(|| Message::new("infusion-only-ordered"));
        all([
            must("criterion-car-t", after.history.judgement.clone()).remarking(remark),
            must("criterion-malignancy", answers.malignancy.judgement.clone()),
        ])
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let Answers { after, malignancy } = answers;
        let is_worth_a_card = malignancy.judgement.is_met() || malignancy.asks;
        match (verdict, after.history.judgement.verdict()) {
            (Verdict::NotMet, _) => None,
            _ if !is_worth_a_card => None,
            (Verdict::Met, _) => Some(Reading::New),
            (Verdict::Unknown, Verdict::Met) => Some(Reading::Unclear),
            (Verdict::Unknown, _) => after.is_in_words.then_some(Reading::CarTInWords),
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let name = answers.malignancy.name.clone().unwrap_or_default();
        let about = |id: &'static str| Message::new(id).with("disease", name.clone());
        let test = Suggestion::order_in_words("suggest-transgene");
        match reading {
            Reading::New => card(Warning, about("summary-new")).suggest([test]),
            Reading::Unclear => card(Info, about("summary-unclear")),
            Reading::CarTInWords => card(Info, about("summary-car-t-in-words")),
        }
        .lead([if reading == Reading::New { "advice-report" } else { "advice-if-new" }])
        .context(["context-risk"])
    }
}
