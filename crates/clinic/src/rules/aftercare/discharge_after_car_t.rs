//! Going home after CAR-T: too early, and what the patient takes home.
//!
//! ## What it flags
//! A patient goes home (encounter-discharge) after CAR-T. One card: what to hand over, what holds until which day, when to
//! call and whom.
//!
//! ## Why it matters
//! "Na teruggave van de CAR T-cellen ligt u minimaal 10 dagen opgenomen" (CART-026). At home the SOS card and the
//! thermometer are what is left of the ward (CART-044, CART-045), and the letter to the GP may take weeks (CART-046).
//!
//! ## When it is met
//! - The first infusion lies in the stay that ends; an outpatient visit counts only when the infusion lies in it.
//! - Or another stay, or a visit to the emergency department, ends at most `{other-stay-days}` after it.
//!
//! Info; warning when the last infusion is fewer than `{minimum-stay-days}` ago. All other dates count from the first (X20):
//! driving `{no-driving-days}`, contraception `{condom-months-after-car-t}`, prophylaxis `{prophylaxis-months-after-car-t}`.
//! Donation and corticosteroids have no end. What is over is left out.
//!
//! ## When it stays quiet
//! CAR-T planned or not done; stem cell transplantation only; a deceased patient, or a stay that ends with death; any stay
//! that starts more than `{other-stay-days}` after the infusion; later than the last of the dates above.
//! Prophylaxis is left to its own rule when that has a card. No contraception below `{childbearing-from-age}`, no driving below
//! `{driving-from-age}`.
//!
//! ## When it asks
//! - It can't be told whether the infusion belongs to this stay (stays not sent; a coarse date): the same card at the same
//!   severity while any stay counts; later on it stays unknown without a card.
//! - An order marked completed in this stay without an infusion, or CAR-T in words only: info, without dates.
//! - CAR-T without a date: unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - `{other-stay-days}` for another stay: the longest of the bans that change daily life (inference).
//! - The infusion and the stay decide; how long the patient has stayed and what holds at home inform, and stand below the table.
//! - Days in another hospital do not show: fewer than `{minimum-stay-days}` after the infusion warns whichever stay ends.
//! - Infusions that may be hidden (a source was not sent) leave the length of the stay open: the line says so.
//! - Driving: CART-055 asks a warning at discharge. It is the first line of advice here, in bold, on a card of info: advice that
//!   every patient gets is no warning, and a second card above "reconsider going home" would hide what is wrong. The rule on
//!   driving stays silent at discharge while this card is shown.
//! - A line that is over stays, open, while a source that may hold a later infusion was not sent.
//! - A ✓ at a line of advice says that it holds, not that it is arranged.
//! - Words count only beside no coded CAR-T: "CAR-T controle" is no second infusion.
//! - A stay without a class may be a visit: unknown.
//!
//! ## Sources
//! CART-014, CART-026, CART-044…046, CART-053, CART-055, CART-056, CART-060…067, CART-074, CART-110; conflicts X9, X15, X20.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::concern::after_car_t;
use crate::criteria::{Criteria, all, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::stay::departure::{Basis, Departure, LengthOfStay};
use crate::questions::therapy::term::Term;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::{Judgement, Moment, Source, Verdict};

const LEAFLET: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &[
        "CART-014", "CART-026", "CART-044", "CART-045", "CART-046", "CART-053", "CART-055", "CART-056", "CART-060",
        "CART-061", "CART-062", "CART-063", "CART-064", "CART-065", "CART-066", "CART-067", "CART-110",
    ],
};

/// The rule.
pub const RULE: Rule = Rule {
    id: "discharge-after-car-t",
    file: file!(),
    topic: "dischargeAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[LEAFLET, Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-074"] }],
    override_reasons: &["arranged-elsewhere", "local-protocol", "data-outdated", "other"],
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
        &numbers::MINIMUM_STAY_DAYS,
        &numbers::OTHER_STAY_DAYS,
        &numbers::NO_DRIVING_DAYS,
        &numbers::DRIVING_FROM_AGE,
        &numbers::CONDOM_MONTHS_AFTER_CAR_T,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T,
        &numbers::FEVER_AFTER_CAR_T,
    ],
    concerns: after_car_t,
    judge: judge::<DischargeAfterCarT>,
};

/// The four functions of the rule.
pub struct DischargeAfterCarT;

/// What the rule rests on.
pub struct Answers<'c> {
    departure: &'c Departure,
    /// Since the last infusion; none when no infusion is recorded.
    stay: Option<LengthOfStay>,
    /// No driving; none for a child.
    driving: Option<Term>,
    /// Contraception; none for a child.
    contraception: Option<Term>,
    prophylaxis: Term,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Going home so soon after the last infusion, which was on this day.
    Early(Moment),
    /// Going home after an infusion of this day.
    Home(Moment),
    /// Whether the infusion of this day belongs to this stay can't be told.
    StayUnclear(Moment),
    /// An order of this day marked completed, no infusion.
    Ordered(Moment),
    /// In words only.
    InWords,
}

impl Judge for DischargeAfterCarT {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let departure = case.departure_after_car_t();
        let day_zero = departure.leaving.as_ref().and_then(|leaving| leaving.day_zero());
        let term = |span| case.term(day_zero, span);
        let from = |age, span| (!case.has_reached(age).is_not_met()).then(|| term(span));
        Answers {
            departure,
            stay: case.stay_since_last_car_t(),
            driving: from(&numbers::DRIVING_FROM_AGE, &numbers::NO_DRIVING_DAYS),
            contraception: from(&numbers::CHILDBEARING_FROM_AGE, &numbers::CONDOM_MONTHS_AFTER_CAR_T),
            prophylaxis: term(&numbers::PROPHYLAXIS_MONTHS_AFTER_CAR_T),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let Some(leaving) = &answers.departure.leaving else {
            return must("criterion-stay", answers.departure.judgement.clone());
        };
        // Where the infusion is not sure, what has no end holds only if it was given.
        let given = match leaving.basis {
            Basis::Recorded => Judgement::met(Vec::new()),
            Basis::Ordered | Basis::Words => Judgement::unknown(Vec::new()),
        };
        let endless = |text| aside(text, given.clone()).remarking(Message::new("remark-no-end-date"));
        let line = |term: Option<&Term>, text, undated| term.and_then(|term| term.line(text, undated));
        let driving = line(answers.driving.as_ref(), "criterion-driving", "remark-driving");
        let contraception = line(answers.contraception.as_ref(), "criterion-contraception", "remark-contraception");
        let prophylaxis = line(Some(&answers.prophylaxis), "criterion-prophylaxis", "remark-prophylaxis");
        let stay = answers.stay.as_ref().map(|stay| aside("criterion-stay-days", stay.is_enough.clone()).unless_met());
        let lines = [
            stay,
            driving,
            contraception.map(|line| line.owned_by(&["conception-after-cell-therapy"])),
            prophylaxis.map(|line| line.owned_by(&["infection-prophylaxis"])),
            Some(endless("criterion-corticosteroid").owned_by(&["corticosteroid-after-car-t"])),
            Some(endless("criterion-donation").owned_by(&["donation-after-car-t"])),
        ];
        let decides = [
            must("criterion-car-t", leaving.given.clone()),
            must("criterion-stay", leaving.home.judgement.clone()).unless_met(),
        ];
        all(decides.into_iter().chain(lines.into_iter().flatten()))
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        let leaving = answers.departure.leaving.as_ref()?;
        let early = answers.stay.as_ref().filter(|stay| stay.is_enough.is_not_met());
        let day = leaving.therapy.day;
        Some(match (leaving.basis, early) {
            (Basis::Recorded, Some(stay)) => Reading::Early(stay.last.day),
            (Basis::Recorded, None) if leaving.home.judgement.is_unknown() => Reading::StayUnclear(day),
            (Basis::Recorded, None) => Reading::Home(day),
            (Basis::Ordered, _) => Reading::Ordered(day),
            (Basis::Words, _) => Reading::InWords,
        })
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let dated = |id: &'static str, day: Moment| Message::new(id).with("date", day);
        let is_early = matches!(reading, Reading::Early(_));
        match reading {
            Reading::Early(last) => card(Warning, dated("summary-early", last)),
            Reading::Home(day) => card(Info, dated("summary-home", day)),
            Reading::StayUnclear(day) => card(Info, dated("summary-stay-unclear", day)),
            Reading::Ordered(day) => card(Info, dated("summary-infusion-not-recorded", day)),
            Reading::InWords => {
                let leaving = answers.departure.leaving.as_ref();
                let text = leaving.map_or("", |leaving| &leaving.therapy.evidence.what);
                card(Info, Message::new("summary-in-words").with("text", text))
            }
        }
        .lead(["advice-call"])
        .context(["context-contact", "context-gp"])
        .citing(if is_early { RULE.citations } else { &[LEAFLET] })
    }
}
