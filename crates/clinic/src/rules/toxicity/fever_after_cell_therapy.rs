//! Fever at home after a cell therapy, or while stem cells are mobilised.
//!
//! ## What it flags
//! A temperature of the last `{fever-hours}` above the limit of the context the patient is in.
//!
//! ## Why it matters
//! "koorts (temperatuur boven de 38,5)" stands first on the call card of patients after CAR-T (CART-060). During
//! mobilisation patients call the haematology ward above `{fever-in-mobilisation}` (HSCT-016); at home after aHSCT "koorts boven de 38 graden
//! is het verstandig om contact met uw hematoloog of neuroloog op te nemen" (HSCT-040). Fever with few neutrophils is an
//! emergency: antibiotics "within 1 hour of triage" (FN-001), after a blood count (FN-002) and cultures (FN-003).
//!
//! ## When it is met
//! One context each with its own limit, strictly above (X3); °F is converted:
//! - CAR-T in history, at most `{call-card-months}` ago, at home: > `{fever-after-car-t}`. At most `{first-month-after-car-t}`
//!   ago (CART-043), or a date that does not exclude it → critical; later → warning.
//! - Mobilisation: a mobilising drug in use (or used in the last `{mobilisation-days}`) beside an open request for a
//!   transplantation of own cells: > `{fever-in-mobilisation}` → warning (X26: fever from G-CSF is common, so nothing below).
//! - aHSCT in history, at most `{fever-months-after-ahsct}` ago, at home: > `{fever-after-ahsct}` → warning.
//! - Neutrophils below `{severe-neutropenia}` by the newest count, of the last `{recent-count-days}` → critical, also in the
//!   admission in which the cells were given, and however long ago that was: neutropenic fever is an emergency wherever the
//!   patient is. Antibacterial therapy by the local protocol, within `{antibiotics-within-hours}`.
//! - Of a temperature that is sure, blood cultures are suggested, and a count where there is none of the last
//!   `{recent-count-days}`, unless they were asked for already. Without a recent count the card says what to do if it is low.
//!
//! ## When it stays quiet
//! - A temperature that rule `possible-crs` has: ≥ `{crs-fever}` within `{crs-hours}`, CAR-T at most
//!   `{first-month-after-car-t}` ago. Nothing is said twice. When that rule is not asked, this one shows it above its own limit.
//! - A temperature of before the infusion, of more than `{fever-hours}` ago, or of the admission in which the cells were given
//!   (unless the neutrophils are low).
//! - Fever as a finding without a temperature (rule `urgent-symptoms-after-car-t`); G-CSF without a transplantation;
//!   allogeneic transplantation; CAR-T only planned; no cell therapy; a patient who died.
//!
//! ## When it asks
//! A warning when a value that may be above the limit has no usable unit, or a date too coarse for these hours; when it
//! is not known whether the patient was at home (encounters not sent, or unclear), or whether a count on record shows
//! neutropenia, as urgent as it would be; when a drug of mobilisation may still be in use; when a later
//! CAR-T infusion may be hidden in data that was not sent; when the donor of a transplantation is not stated. A reading
//! that `possible-crs` asks about (date of CAR-T unknown) leaves this rule unknown without a card.
//!
//! ## Where the catalogue is silent
//! - The leaflets name no end. Years after the cells a common cold has nothing to do with them: `{call-card-months}` and
//!   `{fever-months-after-ahsct}` end it, unless the date leaves it open or a later infusion may be hidden.
//! - `{fever-hours}`, by the clock with the boundary counted: an older fever is not what care turns on today.
//! - A later admission elsewhere does not make it quiet: the centre must still hear of it.
//! - Critical with neutropenia in every context, not only after aHSCT: febrile neutropenia is an emergency in all of them.
//! - In a patient with two therapies the most urgent context speaks.
//! - A completed order without a recorded infusion counts as CAR-T without a date.
//! - Which antibiotic, and whether a patient of low risk may go home with it, is for the local protocol: no drug is drafted. The
//!   catalogue names no source for the hour; the guideline that was found is on patients treated for cancer, and counts in
//!   every context here.
//! - Of a temperature that is asked about nothing is suggested: it is measured again first.
//!
//! ## Sources
//! CART-043, CART-060, HSCT-016, HSCT-040; FN-001…FN-003; conflicts X3, X26.

use crate::Indicator::{Critical, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_cells;
use crate::criteria::{Criteria, all, any, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::neutropenia::Neutropenia;
use crate::questions::blood::prolonged_cytopenia::PROLONGED_CYTOPENIA_RULE;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::questions::toxicity::fever::Fever;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "fever-after-cell-therapy",
    file: file!(),
    topic: "feverAfterCellTherapy",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[CAR_T_SOURCE, AHSCT_SOURCE, NEUTROPENIC_FEVER],
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
    observations: &[ValueSet::BODY_TEMPERATURE, ValueSet::NEUTROPHIL_COUNT],
    numbers: &[
        &numbers::FEVER_HOURS,
        &numbers::FEVER_AFTER_CAR_T,
        &numbers::FEVER_IN_MOBILISATION,
        &numbers::FEVER_AFTER_AHSCT,
        &numbers::CALL_CARD_MONTHS,
        &numbers::FEVER_MONTHS_AFTER_AHSCT,
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::MOBILISATION_DAYS,
        &numbers::CRS_HOURS,
        &numbers::CRS_FEVER,
        &numbers::SEVERE_NEUTROPENIA,
        &numbers::RECENT_COUNT_DAYS,
        &numbers::ANTIBIOTICS_WITHIN_HOURS,
    ],
    concerns: is_measured,
    judge: judge::<FeverAfterCellTherapy>,
};

/// Whom it can concern: a temperature was taken lately, or may have been, of somebody who is in one of its contexts, or may be.
fn is_measured(case: &Case<'_>) -> bool {
    let readings = case.readings(ValueSet::BODY_TEMPERATURE, case.whole(&numbers::FEVER_HOURS), None);
    let may_be_measured = !readings.items.is_empty() || !readings.gaps.is_empty();
    may_be_measured && (after_cells(case) || !case.mobilisation().is_not_met())
}

const CAR_T_SOURCE: Citation =
    Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-060", "CART-043"] };
const AHSCT_SOURCE: Citation =
    Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-040", "HSCT-016"] };
const NEUTROPENIC_FEVER: Citation =
    Citation { document: &documents::FEVER_AND_NEUTROPENIA, statements: &["FN-001", "FN-002", "FN-003"] };
const OF_CAR_T: &[Citation] = &[CAR_T_SOURCE, NEUTROPENIC_FEVER];
const OF_AHSCT: &[Citation] = &[AHSCT_SOURCE, NEUTROPENIC_FEVER];

/// The rules whose cards have the row on the neutrophils.
const OWNERS_OF_NEUTROPHILS: &[&str] = &["cytopenia-after-cell-therapy", PROLONGED_CYTOPENIA_RULE, "possible-crs"];

/// The four functions of the rule.
pub struct FeverAfterCellTherapy;

/// What the rule rests on.
pub struct Answers<'c> {
    after: &'c AfterCarT,
    after_car_t: &'c Fever,
    transplantation: TherapyHistory,
    after_ahsct: Fever,
    in_mobilisation: Fever,
    neutropenia: &'c Neutropenia,
    /// The count to order, unless it is requested already.
    count: Option<Coded>,
    /// The cultures to order, unless they were requested lately.
    cultures: Option<Coded>,
}

/// Where a fever has a limit of its own, the one that speaks first when they are equally urgent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// After CAR-T.
    CarT,
    /// After a transplantation of own cells.
    Ahsct,
    /// While stem cells are mobilised.
    Mobilisation,
}

const CONTEXTS: [Context; 3] = [Context::CarT, Context::Ahsct, Context::Mobilisation];

impl Answers<'_> {
    fn fever(&self, context: Context) -> &Fever {
        match context {
            Context::CarT => self.after_car_t,
            Context::Ahsct => &self.after_ahsct,
            Context::Mobilisation => &self.in_mobilisation,
        }
    }

    /// The contexts with something to show. A transplantation of which the donor is not stated is worth a question, and so
    /// is one of which it can't be told whether it is long ago.
    fn shown(&self) -> Vec<Context> {
        CONTEXTS.into_iter().filter(|of| self.fever(*of).is_shown()).collect()
    }

    /// Whether a temperature is surely above the limit of its context.
    fn is_certain(&self, context: Context) -> bool {
        self.fever(context).hottest.as_ref().is_some_and(|hottest| hottest.is_certain)
    }

    /// The context that speaks: the more urgent, then what is certain.
    fn speaker(&self) -> Option<Context> {
        let is_urgent = |of: Context| of == Context::CarT && !self.after.is_older();
        let rank = |of: &Context| (!(is_urgent(*of) && self.is_certain(*of)), !self.is_certain(*of));
        self.shown().into_iter().min_by_key(rank)
    }

    /// Whether a recent count shows how many neutrophils there are.
    fn is_counted(&self) -> bool {
        self.neutropenia.is_counted && !self.neutropenia.judgement.is_unknown()
    }

    /// What the neutrophils ask for; without a recent count, what they would.
    fn of_neutrophils(&self) -> Option<&'static str> {
        if self.neutropenia.is_met() {
            Some("advice-neutropenia")
        } else {
            (!self.is_counted()).then_some("advice-not-counted")
        }
    }

    /// The search for infection.
    fn orders(&self) -> impl Iterator<Item = Suggestion> {
        let order = |label, code: &Option<Coded>| code.clone().map(|code| Suggestion::order(label, code));
        let count = order("suggest-count", &self.count).filter(|_| !self.is_counted());
        count.into_iter().chain(order("suggest-blood-cultures", &self.cultures))
    }

    /// The day of the cells.
    fn date(&self, context: Context) -> Option<Moment> {
        match context {
            Context::CarT => self.after.t0,
            Context::Ahsct => self.transplantation.t0(),
            Context::Mobilisation => None,
        }
    }

    fn remark(&self, context: Context) -> Option<Message> {
        let is_probable = || self.transplantation.certainty() == Some(Certainty::Probable);
        match context {
            Context::CarT => self.after.remark(),
            Context::Ahsct => is_probable().then(|| Message::new("infusion-only-ordered")),
            Context::Mobilisation => None,
        }
    }

    /// The rows of one context.
    fn rows(&self, context: Context) -> Criteria {
        let Fever { context: belongs, lasts, judgement, hottest, .. } = self.fever(context);
        let (of_context, of_fever) = match context {
            Context::CarT => ("criterion-car-t", "criterion-fever-car-t"),
            Context::Ahsct => ("criterion-ahsct", "criterion-fever-ahsct"),
            Context::Mobilisation => ("criterion-mobilisation", "criterion-fever-mobilisation"),
        };
        let of_time = match context {
            Context::CarT => Some("criterion-lasts-car-t"),
            Context::Ahsct => Some("criterion-lasts-ahsct"),
            Context::Mobilisation => None,
        };
        // What is asked about is shown.
        let asked = hottest.as_ref().filter(|_| judgement.is_unknown()).map(|hottest| hottest.evidence.clone());
        let of_context = must(of_context, belongs.clone()).remarking(self.remark(context));
        let of_time = of_time.map(|text| must(text, lasts.clone()).unless_met());
        let of_fever = must(of_fever, judgement.clone().with_evidence(asked));
        all([Some(of_context), of_time, Some(of_fever)].into_iter().flatten())
    }
}

/// Every card of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A value or a time that does not tell.
    Unclear(Context),
    /// With few neutrophils, wherever the patient is.
    Neutropenic(Context),
    /// In the first month after CAR-T, or not surely later.
    FirstMonth,
    /// Later after CAR-T.
    Later,
    /// After a transplantation of own cells, or while they are mobilised.
    StemCells(Context),
}

impl Reading {
    fn context(self) -> Context {
        match self {
            Self::FirstMonth | Self::Later => Context::CarT,
            Self::Unclear(context) | Self::Neutropenic(context) | Self::StemCells(context) => context,
        }
    }
}

impl Judge for FeverAfterCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let (after_ahsct, transplantation) = case.fever_after_ahsct();
        Answers {
            after: case.after_car_t(),
            after_car_t: case.fever_after_car_t(),
            transplantation,
            after_ahsct,
            in_mobilisation: case.fever_in_mobilisation(),
            neutropenia: case.neutropenia(),
            count: case.code_to_order(ValueSet::NEUTROPHIL_COUNT),
            cultures: case.code_of(ValueSet::BLOOD_CULTURE).filter(|_| !case.is_requested_in_words("blood-culture")),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let shown = answers.shown();
        // The contexts without anything to show are no reason for the card, and leave it as it is.
        let contexts = if shown.is_empty() { CONTEXTS.to_vec() } else { shown };
        let neutrophils = aside("criterion-neutrophils", answers.neutropenia.judgement.clone())
            .showing(answers.neutropenia.if_not_counted())
            .owned_by(OWNERS_OF_NEUTROPHILS);
        match contexts.as_slice() {
            [one] => all([answers.rows(*one), neutrophils]),
            several => all([any(several.iter().map(|context| answers.rows(*context))), neutrophils]),
        }
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let speaker = answers.speaker()?;
        Some(match speaker {
            _ if !answers.is_certain(speaker) => Reading::Unclear(speaker),
            _ if answers.neutropenia.is_met() => Reading::Neutropenic(speaker),
            Context::CarT if answers.after.is_older() => Reading::Later,
            Context::CarT => Reading::FirstMonth,
            Context::Ahsct | Context::Mobilisation => Reading::StemCells(speaker),
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let context = reading.context();
        let hottest = answers.fever(context).hottest.as_ref();
        let temperature = hottest.map(|hottest| hottest.text.clone()).unwrap_or_default();
        let about = |id: &'static str| Message::new(id).with("temperature", temperature.clone());
        let dated = |id: &'static str, undated: &'static str| match answers.date(context) {
            Some(date) => about(id).with("date", date),
            None => about(undated),
        };
        let shown = answers.shown();
        let is_of_car_t = shown.contains(&Context::CarT);
        let is_of_stem_cells = shown.iter().any(|of| *of != Context::CarT);
        let is_sure = !matches!(reading, Reading::Unclear(_));
        match reading {
            Reading::Unclear(_) => card(Warning, about("summary-unclear")),
            Reading::Neutropenic(_) => {
                let count = answers.neutropenia.count.clone().unwrap_or_default();
                card(Critical, about("summary-neutropenia").with("count", count))
            }
            Reading::FirstMonth => card(Critical, dated("summary-car-t-first-month", "summary-car-t-undated")),
            Reading::Later => card(Warning, dated("summary-car-t", "summary-car-t-undated")),
            Reading::StemCells(Context::Mobilisation) => card(Warning, about("summary-mobilisation")),
            Reading::StemCells(_) => card(Warning, dated("summary-ahsct", "summary-ahsct-undated")),
        }
        .lead(answers.of_neutrophils().filter(|_| is_sure))
        .suggest(answers.orders().filter(|_| is_sure))
        .citing(match (is_of_car_t, is_of_stem_cells) {
            (true, true) => RULE.citations,
            (true, false) => OF_CAR_T,
            (false, _) => OF_AHSCT,
        })
    }
}
