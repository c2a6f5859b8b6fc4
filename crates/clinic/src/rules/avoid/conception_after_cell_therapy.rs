//! A pregnancy, or a wish to have a child, too soon after a cell therapy.
//!
//! ## What it flags
//! A pregnancy on record, or a referral to a fertility clinic, within `{no-conception-months-after-transplantation}` after stem cell
//! transplantation or within `{condom-months-after-car-t}` after CAR-T.
//!
//! ## Why it matters
//! After stem cell transplantation: "12 maanden niet zwanger worden/ geen kinderen verwekken" (HSCT-058). After CAR-T: "moet
//! u tot 6 maanden na de CAR T-celtherapie een condoom gebruiken" (CART-053); the leaflet gives no reason (X9).
//!
//! ## When it is met
//! - A cell therapy in history opens a window, in calendar months from the first infusion of the latest episode; the last
//!   day counts. Each therapy has its own, and any open one decides.
//! - patient-view, encounter-start: a current pregnancy (as in `pregnancy-with-cell-therapy`) that began in the window or
//!   before it: by its onset, else by the day it was recorded. It counts until it ends, also after the window.
//! - patient-view, encounter-start: an active referral to a fertility clinic, dated after the infusion, in an open window.
//! - Order hooks: such a referral is being ordered in an open window. Women and men alike.
//!
//! Warning. A therapy known only from an order marked completed: info, and the card says that the infusion is not recorded.
//!
//! ## When it stays quiet
//! A referral from before the infusion, which is for preservation; withdrawn or completed referrals; a pregnancy that is
//! refuted, ended, denied later, in error or of someone else; a window that is over; a therapy that is only planned. A
//! pregnancy on record is not repeated at every order.
//!
//! ## When it asks
//! The therapy has no date, or the dates are too coarse; a pregnancy is possible, or in words only; a referral is in words
//! only; with a pregnancy on record, the therapy is in words only: a warning that says so. Data that was not sent may hold a
//! later denial: the verdict is unknown then, the card as urgent as before. It may also hold a later therapy: a window that is
//! over is unknown then, without a card.
//!
//! ## Where the catalogue is silent
//! - Donor cells: `{no-conception-months-after-transplantation}` as well; the source speaks of own cells.
//! - A pregnancy without a date began on some day of the last `{pregnancy-record-months}`; one on record for longer without an
//!   update no longer counts here (X9).
//! - An undated history code proves that the therapy is no later than the day of coding: a window is over when it would be
//!   over from that day.
//! - A completed order without an infusion: its date stands for the infusion.
//! - No record of a pregnancy is no question here: whether to test is for the moment of treatment.
//! - Transplant status codes on the problem list (Z94.84) carry no date of the therapy and open no window.
//!
//! ## Sources
//! HSCT-058, CART-053, CART-054; conflict X9.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_cells;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::conception::ConceptionWindow;
use crate::questions::reproduction::pregnancy::{Outlook, Status};
use crate::questions::therapy::plan::Pathway;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Source, Verdict};

const SLIDES: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058"] };
const LEAFLET: Citation = Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053", "CART-054"] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "conception-after-cell-therapy",
    file: file!(),
    topic: "conceptionAfterCellTherapy",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[SLIDES, LEAFLET],
    override_reasons: &[
        "not-pregnant-confirmed",
        "patient-informed-accepts-risk",
        "arranged-elsewhere",
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
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::PREGNANCY_DUE_DATE,
        ValueSet::PREGNANCY_DURATION,
        ValueSet::HCG_PREGNANCY_TEST,
        ValueSet::HCG_LEVEL,
    ],
    numbers: &[
        &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
        &numbers::CONDOM_MONTHS_AFTER_CAR_T,
        &numbers::PREGNANCY_TEST_DAYS,
        &numbers::NOT_PREGNANT_DAYS,
        &numbers::PREGNANCY_RECORD_MONTHS,
        &numbers::DAYS_PAST_DUE_DATE,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
    ],
    concerns: after_cells,
    judge: judge::<ConceptionAfterCellTherapy>,
};

/// Why a card on a referral may be overridden.
const REFERRAL_OVERRIDES: &[&str] = &["patient-informed-accepts-risk", "arranged-elsewhere", "data-outdated", "other"];

/// The four functions of the rule.
pub struct ConceptionAfterCellTherapy;

/// What the rule rests on.
pub struct Answers<'c> {
    /// The months after each therapy.
    windows: [ConceptionWindow<'c>; 2],
    /// The pregnancy on record, and whether it lies in each window; not asked of orders.
    pregnancy: Option<(&'c Status, [Concern; 2])>,
    /// A referral to a fertility clinic, and whether today lies in each window.
    referrals: [Concern; 2],
    /// Cells of a donor were transplanted.
    has_donor_cells: bool,
    /// The pregnancy test to order.
    test: Option<Coded>,
}

/// What lies in a window, or may.
#[derive(Clone, Debug)]
pub struct Concern {
    /// What: the pregnancy, the referral.
    what: Judgement,
    /// Whether it lies in it.
    within: Judgement,
    /// Whether an unknown is worth a card.
    asks: bool,
}

/// Every card of the rule, each for the window that it speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Pregnant in the window.
    Pregnant(Pathway),
    /// Pregnant; the dates don't tell whether in the window.
    PregnantUnclear(Pathway),
    /// Pregnant, and the therapy is known only from an order marked completed.
    PregnantProbable(Pathway),
    /// Pregnant, and the therapy stands in the record in words only.
    TherapyInWords(Pathway),
    /// Perhaps pregnant in the window.
    PerhapsPregnant(Pathway),
    /// Perhaps pregnant, perhaps in the window.
    PerhapsPregnantUnclear(Pathway),
    /// A referral in the window.
    Referral(Pathway),
    /// A referral; the dates, or its words, don't tell.
    ReferralUnclear(Pathway),
    /// A referral, and the therapy is known only from an order marked completed.
    ReferralProbable(Pathway),
}

impl Judge for ConceptionAfterCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let windows = [Pathway::Transplantation, Pathway::CarT].map(|pathway| case.conception_window(pathway));
        let pregnancy = (!case.hook.is_order()).then(|| {
            let (status, began) = (case.recorded_pregnancy(), case.pregnancy_began());
            let concerns = windows.each_ref().map(|window| Concern {
                what: status.judgement.clone(),
                within: window.holds(&began),
                asks: match status.outlook {
                    Outlook::OnRecord => window.is_in_history() || case.is_in_words(window.pathway.hint()),
                    Outlook::Open | Outlook::Doubtful => window.is_in_history(),
                    Outlook::Clear => false,
                },
            });
            (status, concerns)
        });
        let referrals = windows.each_ref().map(|window| {
            let since = case.fertility_referrals_since(window);
            let asks = since.asks && window.is_in_history();
            Concern { what: since.judgement, within: window.holds(&[case.as_of.day()]), asks }
        });
        let donor_cells = case.procedures(ValueSet::ALLOGENEIC_STEM_CELL_TRANSPLANTATION);
        Answers {
            windows,
            pregnancy,
            referrals,
            has_donor_cells: !donor_cells.items.is_empty(),
            test: case.code_of(ValueSet::HCG_PREGNANCY_TEST),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let speaks_of_pregnancy = answers.foremost_pregnancy().is_some();
        let referral = |what| must("criterion-referral", what).left_out_if(speaks_of_pregnancy);
        let referred = answers.lies_in_a_window(&answers.referrals, referral, TODAY_IN, speaks_of_pregnancy);
        let Some((status, concerns)) = &answers.pregnancy else { return referred };
        let pregnancy = |what| {
            must("criterion-pregnant", what)
                .showing(Some(status.shown.clone()))
                .remarking(is_unseen(status).then(|| Message::new("remark-unseen")))
                .left_out_if(!speaks_of_pregnancy)
        };
        any([answers.lies_in_a_window(concerns, pregnancy, PREGNANT_IN, !speaks_of_pregnancy), referred])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        if let Some((status, window, within)) = answers.foremost_pregnancy() {
            let is_on_record = status.outlook == Outlook::OnRecord;
            let reading = match within.verdict() {
                _ if !window.is_in_history() => Reading::TherapyInWords,
                _ if is_on_record && window.history.is_probable() => Reading::PregnantProbable,
                Verdict::Met if is_on_record => Reading::Pregnant,
                _ if is_on_record => Reading::PregnantUnclear,
                Verdict::Met => Reading::PerhapsPregnant,
                _ => Reading::PerhapsPregnantUnclear,
            };
            return Some(reading(window.pathway));
        }
        let (window, referral) = answers.foremost(&answers.referrals)?;
        let reading = match referral.within.clone().and(referral.what.clone()).verdict() {
            _ if window.history.is_probable() => Reading::ReferralProbable,
            Verdict::Met => Reading::Referral,
            _ => Reading::ReferralUnclear,
        };
        Some(reading(window.pathway))
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let (summary, pathway) = reading.summary();
        let window = answers.window(pathway);
        let indicator = if window.history.is_probable() { Info } else { Warning };
        let is_transplantation = pathway == Pathway::Transplantation;
        let card = card(indicator, say(summary, window))
            .lead((!is_transplantation).then_some("advice-car-t"))
            .context((is_transplantation && answers.has_donor_cells).then_some("context-donor"));
        if reading.is_of_referral() {
            return card
                .context((!is_transplantation).then_some("context-infertility"))
                .context(["context-other-reason"])
                .overridden_for(REFERRAL_OVERRIDES)
                .citing(if is_transplantation { &[SLIDES] } else { &[LEAFLET] });
        }
        let is_open = answers
            .pregnancy
            .as_ref()
            .is_some_and(|(status, _)| matches!(status.outlook, Outlook::Open | Outlook::Doubtful));
        let test = answers.test.clone().filter(|_| is_open);
        card.context(["context-no-advice"]).suggest(test.map(|code| Suggestion::order("suggest-test", code))).citing(
            if is_transplantation {
                &[SLIDES]
            } else {
                &[Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053"] }]
            },
        )
    }
}

impl Reading {
    /// The summary, and the therapy whose window it speaks of.
    fn summary(self) -> (&'static str, Pathway) {
        match self {
            Self::Pregnant(pathway) => ("summary-pregnant", pathway),
            Self::PregnantUnclear(pathway) => ("summary-pregnant-unclear", pathway),
            Self::PregnantProbable(pathway) => ("summary-pregnant-probable", pathway),
            Self::TherapyInWords(pathway) => ("summary-therapy-in-words", pathway),
            Self::PerhapsPregnant(pathway) => ("summary-possible", pathway),
            Self::PerhapsPregnantUnclear(pathway) => ("summary-possible-unclear", pathway),
            Self::Referral(pathway) => ("summary-referral", pathway),
            Self::ReferralUnclear(pathway) => ("summary-referral-unclear", pathway),
            Self::ReferralProbable(pathway) => ("summary-referral-probable", pathway),
        }
    }

    fn is_of_referral(self) -> bool {
        matches!(self, Self::Referral(_) | Self::ReferralUnclear(_) | Self::ReferralProbable(_))
    }
}

impl<'c> Answers<'c> {
    fn window(&self, pathway: Pathway) -> &ConceptionWindow<'c> {
        let [transplantation, car_t] = &self.windows;
        if pathway == Pathway::Transplantation { transplantation } else { car_t }
    }

    /// The pregnancy that a card is about, with its window and whether it lies in it.
    fn foremost_pregnancy(&self) -> Option<(&Status, &ConceptionWindow<'c>, &Judgement)> {
        let (status, concerns) = self.pregnancy.as_ref()?;
        let (window, concern) = self.foremost(concerns)?;
        Some((status, window, &concern.within))
    }

    /// The window to speak of, with its concern: one that surely holds it, else one that may; of two, the one that is open
    /// longest.
    fn foremost<'a>(&'a self, concerns: &'a [Concern; 2]) -> Option<(&'a ConceptionWindow<'c>, &'a Concern)> {
        let asked = self.windows.iter().zip(concerns).filter(|(window, concern)| {
            let within = &concern.within;
            // A window that is over as far as is known: the client is told to send the rest.
            let is_over =
                window.is_in_history() && within.is_unknown() && within.gaps().iter().all(|gap| gap.kind.is_delivery());
            concern.asks && !is_over && !within.is_not_met() && !concern.what.is_not_met()
        });
        asked.max_by_key(|(window, concern)| {
            (concern.within.is_met(), !window.history.is_probable(), window.end.map(|end| end.last))
        })
    }

    /// What lies in a window: in one of those whose therapy is, or may be, in history. A card shows those that it may speak of.
    fn lies_in_a_window(
        &self,
        concerns: &[Concern; 2],
        row: impl Fn(Judgement) -> Criteria,
        ids: WindowRow,
        is_left_out: bool,
    ) -> Criteria {
        let window = |(window, concern): &(&ConceptionWindow<'_>, &Concern)| {
            let may_speak = window.is_in_history() || concern.asks;
            within(ids, window, &concern.within).left_out_if(is_left_out || !may_speak)
        };
        let all_windows = self.windows.iter().zip(concerns);
        let possible: Vec<_> = all_windows.filter(|(window, _)| !window.history.judgement.is_not_met()).collect();
        let [first, second] = concerns;
        if first.what == second.what {
            return all([row(first.what.clone()), any(possible.iter().map(window))]);
        }
        any(possible.iter().map(|pair| all([row(pair.1.what.clone()), window(pair)])))
    }
}

/// Whether the pregnancy is on record, and data that was not sent may hold its end.
fn is_unseen(status: &Status) -> bool {
    status.outlook == Outlook::OnRecord && status.shown.is_unknown()
}

/// The ids of the row of a window, with its last day and without.
type WindowRow = [&'static str; 2];
/// The pregnancy began in it.
const PREGNANT_IN: WindowRow = ["criterion-window-until", "criterion-window"];
/// Today lies in it.
const TODAY_IN: WindowRow = ["criterion-today-until", "criterion-today"];

/// The row of a window.
fn within([until, open]: WindowRow, window: &ConceptionWindow<'_>, judgement: &Judgement) -> Criteria {
    let id = if window.end.is_some() { until } else { open };
    let is_probable = window.history.is_probable();
    must(say(id, window), judgement.clone())
        .remarking(is_probable.then(|| Message::new("remark-infusion-not-recorded")))
}

/// A message about a window.
fn say(id: &'static str, window: &ConceptionWindow<'_>) -> Message {
    let (therapy, months) = match window.pathway {
        Pathway::Transplantation => ("therapy-transplantation", "months-transplantation"),
        Pathway::CarT => ("therapy-car-t", "months-car-t"),
    };
    let message = Message::new(id).with("therapy", Arg::Message(therapy)).with("months", Arg::Message(months));
    match window.end {
        Some(end) => message.with("until", end),
        None => message,
    }
}
