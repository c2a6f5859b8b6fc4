//! What a doctor who does not know this patient must know after CAR-T.
//!
//! ## What it flags
//! An encounter starts (encounter-start) of a patient who had CAR-T at any time. One info card: product and date, what is in
//! force today with its last day, from which temperature a fever is urgent, whom to call.
//!
//! ## Why it matters
//! "Belangrijke informatie voor artsen": no donation, no corticosteroids (CART-066, CART-067). Emergency departments and
//! other hospitals do not have the leaflet; the patient may not be able to show the card.
//!
//! ## When it is met
//! Every encounter class, every CAR-T in history, also without a date or from an order marked completed. What is over is
//! left out; what holds today is named with its last day, counted from the first infusion of the latest episode:
//! - no driving up to and including `{no-driving-days}`;
//! - prophylaxis up to and including `{prophylaxis-months-after-car-t}`;
//! - no live vaccines: at least up to and including `{no-live-vaccine-months}`, after that only with immune recovery: the line
//!   stays;
//! - lack of B cells up to `{b-cell-recovery-years}`, unless the product is against BCMA (idecabtagene, ciltacabtagene);
//! - corticosteroids and donation without an end; watch for a second malignancy, as long as the patient lives (SPM-001).
//!
//! ## When it stays quiet
//! No CAR-T, planned or not done; transplantation only; a deceased patient. The patient is with those who treat: in the
//! admission of the infusion, or in a department or organisation that the hospital has named (`[treating]`). A line whose own
//! rule has a card in the same response is left out. No line on driving below `{driving-from-age}`.
//!
//! ## When it asks
//! CAR-T stands in the record in words only: info, without dates. A source that may hold the infusion was not sent: unknown,
//! and the answer names it. Without a date, lines with an end are open, and say how long they hold.
//!
//! ## Where the catalogue is silent
//! - Only CAR-T decides; what holds after it informs, and stands below the table.
//! - A date known to a year: lines certainly over are left out; a line is open only when its last day may have passed.
//! - A line that is over stays, open, while a source that may hold a later infusion was not sent.
//! - The last day of the lack of B cells counts from the latest infusion that may have been against CD19: an entry without a
//!   product beside one against BCMA is the same infusion.
//! - The first month, in which side effects can still occur, is `{first-month-after-car-t}`.
//! - A ✓ says that a line is in force; prophylaxis is worded as advised: nobody has looked whether it is taken.
//! - Live vaccines: the leaflets are silent (X11); `{no-live-vaccine-months}` are from the published recommendations.
//! - The telephone number of the centre is not known here: "the CAR-T centre".
//!
//! ## Sources
//! CART-043, CART-055, CART-056, CART-060, CART-065, CART-066, CART-067, CART-097; SPM-001; conflicts X8, X10, X11; live
//! vaccines after CAR-T: PMC10909447, table 3.

use crate::Indicator::Info;
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, aside, must, unless};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::history::{Certainty, Dated, TherapyHistory};
use crate::questions::therapy::term::Term;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::search::in_words::{Mention, only_in_words};
use cellwise_record::{Judgement, Moment, Source, Verdict};

const LEAFLET: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-043", "CART-055", "CART-056", "CART-060", "CART-065", "CART-066", "CART-067"],
};
const VACCINES: Citation = Citation { document: &documents::VACCINES_AFTER_CAR_T, statements: &[] };
const SECOND_MALIGNANCY: Citation = Citation { document: &documents::SECOND_MALIGNANCY_PRAC, statements: &["SPM-001"] };
const B_CELLS: Citation = Citation { document: &documents::CAR_T_TOXICITY, statements: &["CART-097"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "car-t-precautions",
    file: file!(),
    topic: "carTPrecautions",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[LEAFLET, B_CELLS, VACCINES, SECOND_MALIGNANCY],
    override_reasons: &["data-outdated", "other"],
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::ServiceRequests,
        Source::Encounters,
    ],
    observations: &[],
    numbers: &[
        &numbers::FEVER_AFTER_CAR_T,
        &numbers::DRIVING_FROM_AGE,
        &numbers::NO_DRIVING_DAYS,
        &numbers::NO_LIVE_VACCINE_MONTHS,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
        &numbers::B_CELL_RECOVERY_YEARS,
        &numbers::FIRST_MONTH_AFTER_CAR_T,
    ],
    concerns: after_car_t,
    judge: judge::<CarTPrecautions>,
};

/// The four functions of the rule.
pub struct CarTPrecautions;

/// What the rule rests on.
pub struct Answers<'c> {
    history: &'c TherapyHistory,
    /// The first infusion of the latest episode, if it is dated.
    first: Option<Dated>,
    /// Entries without a usable code that speak of CAR-T.
    mentions: Vec<Mention>,
    product: Option<&'c str>,
    /// No driving; none for a child.
    driving: Option<Term>,
    live_vaccines: Term,
    prophylaxis: Term,
    /// None when every infusion was against BCMA.
    b_cells: Option<Term>,
    first_month: Term,
    /// Whether the patient is with those who treat with the cells.
    treating: Judgement,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The product is named, and the day is known.
    Product(Moment),
    /// The day is known, the product is not named.
    Dated(Moment),
    /// No date.
    Undated,
    /// An order marked completed, no infusion.
    Ordered,
    /// In words only.
    InWords,
}

impl Judge for CarTPrecautions {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let history = case.car_t_history();
        let first = history.day_zero();
        let term = |span| case.term(first.as_ref(), span);
        let may_drive = case.has_reached(&numbers::DRIVING_FROM_AGE);
        Answers {
            history,
            mentions: case.mentions_in_words(|text| case.mentions("car-t", text)),
            product: case.car_t_product(),
            driving: (!may_drive.is_not_met()).then(|| term(&numbers::NO_DRIVING_DAYS)),
            live_vaccines: term(&numbers::NO_LIVE_VACCINE_MONTHS),
            prophylaxis: term(&numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T),
            b_cells: case.lack_of_b_cells(),
            first_month: term(&numbers::FIRST_MONTH_AFTER_CAR_T),
            treating: case.is_with_those_who_treat(),
            first,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let history = answers.history;
        let remark = match history.certainty() {
            Some(Certainty::Probable) => Some("remark-infusion-not-recorded"),
            Some(Certainty::Recorded) if answers.first.is_none() => Some("remark-no-day"),
            Some(Certainty::Recorded) | None => None,
        };
        let car_t = must("criterion-car-t", history.judgement.clone())
            .showing(only_in_words(&history.judgement, &answers.mentions));
        // Where CAR-T is not sure, what has no end holds only if it was given.
        let given = match history.judgement.verdict() {
            Verdict::Met => Judgement::met(Vec::new()),
            Verdict::NotMet | Verdict::Unknown => Judgement::unknown(Vec::new()),
        };
        let lasting = |text, remark| aside(text, given.clone()).remarking(Message::new(remark));
        let line = |term: Option<&Term>, text, undated| term.and_then(|term| term.line(text, undated));
        let driving = line(answers.driving.as_ref(), "criterion-driving", "remark-driving-days");
        let prophylaxis = line(Some(&answers.prophylaxis), "criterion-prophylaxis", "remark-prophylaxis-months");
        let b_cells = line(answers.b_cells.as_ref(), "criterion-b-cells", "remark-b-cells-years");
        let lines = [
            Some(lasting("criterion-corticosteroid", "remark-no-end-date").owned_by(&["corticosteroid-after-car-t"])),
            Some(lasting("criterion-donation", "remark-no-end-date").owned_by(&["donation-after-car-t"])),
            Some(
                lasting("criterion-second-malignancy", "remark-lifelong").owned_by(&["second-malignancy-after-car-t"]),
            ),
            Some(lasting("criterion-fever", "remark-call").owned_by(&["possible-crs", "fever-after-cell-therapy"])),
            driving.map(|line| line.owned_by(&["driving-after-car-t"])),
            Some(answers.live_vaccines.no_live_vaccines()),
            prophylaxis.map(|line| line.owned_by(&["infection-prophylaxis"])),
            b_cells.map(|line| line.owned_by(&["immunoglobulin-after-car-t"])),
        ];
        // Where it is not known who reads, the card is shown.
        let treating = unless(must("criterion-treating", answers.treating.clone()).unless_not_met());
        let car_t = car_t.remarking(remark.map(Message::new));
        all([car_t, treating].into_iter().chain(lines.into_iter().flatten()))
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let is_ordered = answers.history.certainty() == Some(Certainty::Probable);
        match (answers.history.judgement.verdict(), &answers.first, answers.product) {
            _ if answers.treating.is_met() => None,
            (Verdict::NotMet, ..) => None,
            (Verdict::Unknown, ..) => (!answers.mentions.is_empty()).then_some(Reading::InWords),
            (Verdict::Met, Some(first), Some(_)) => Some(Reading::Product(first.day)),
            (Verdict::Met, Some(first), None) => Some(Reading::Dated(first.day)),
            (Verdict::Met, None, Some(_)) if is_ordered => Some(Reading::Ordered),
            (Verdict::Met, None, _) => Some(Reading::Undated),
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let product = answers.product.unwrap_or_default();
        let summary = match reading {
            Reading::Product(day) => Message::new("summary-product").with("product", product).with("date", day),
            Reading::Dated(day) => Message::new("summary").with("date", day),
            Reading::Undated => Message::new("summary-no-day"),
            Reading::Ordered => Message::new("summary-infusion-not-recorded").with("product", product),
            Reading::InWords => {
                let text = answers.mentions.first().map(|mention| mention.evidence.what.clone());
                Message::new("summary-in-words").with("text", text.unwrap_or_default())
            }
        };
        let b_cells = answers.b_cells.as_ref().is_some_and(|term| !term.holds.is_not_met());
        let first_month = answers.first_month.last_day().filter(|_| !answers.first_month.is_past);
        card(Info, summary)
            .context(["context-contact"])
            .context(first_month.map(|until| Message::new("context-first-month").with("until", until)))
            .citing(if b_cells { RULE.citations } else { &[LEAFLET, VACCINES, SECOND_MALIGNANCY] })
    }
}
