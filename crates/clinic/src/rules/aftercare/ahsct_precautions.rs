//! What a doctor who does not know this patient must know after a transplantation of own stem cells for MS.
//!
//! ## What it flags
//! An encounter starts (encounter-start) of a patient who got own stem cells back for multiple sclerosis, while something is
//! still in force. One info card: the day, what holds today with its last day, and from which temperature to call whom.
//!
//! ## Why it matters
//! Patients go home with advice that only they have: fever "boven de 38 graden" (HSCT-040), no live vaccines (HSCT-042),
//! antibiotics and antivirals for months (HSCT-062), no child (HSCT-058). The doctor who sees them first is mostly another.
//!
//! ## When it is met
//! Own stem cells were given back, MS is on record, and one of these is not over, counted from the first day of the latest
//! reinfusion:
//! - fever above `{fever-after-ahsct}`, up to and including `{fever-months-after-ahsct}`;
//! - no live vaccines: at least up to and including `{no-live-vaccine-months}`, after that only with immune recovery;
//! - antibiotic and antiviral medication up to and including `{prophylaxis-months-after-own-cells}`;
//! - no pregnancy, no fathering up to and including `{no-conception-months-after-transplantation}`;
//! - irradiated blood products only, up to and including `{irradiated-blood-months-after-own-cells}`.
//!
//! The card also says from when inactivated vaccines are given (`{no-vaccine-months}`, HSCT-064; the flu injection is safe at any
//! time, HSCT-041), and that injury-prone sports wait while platelets are low (HSCT-036).
//!
//! ## When it stays quiet
//! CAR-T or a donor's cells only; a transplantation that was planned or not done; another disease than MS; all of the above over;
//! an encounter within the admission in which the cells were given back, or in a department or organisation that the hospital has
//! named (`[treating]`): who reads it there treats the patient; a deceased patient. A line whose own rule has a card in the same response is left out. No line on a child below
//! `{childbearing-from-age}`, and for women above `{childbearing-to-age}`.
//!
//! ## When it asks
//! Own or a donor's cells not recorded; the day not recorded, or only an order marked completed; a transplantation in words only;
//! MS that can't be read: info, with the lines open. A source that may hold the reinfusion was not sent: unknown, and the
//! answer names it.
//!
//! ## Where the catalogue is silent
//! - No line holds the card by itself once it is only a habit: live vaccines ask for immune recovery for ever, and the rule on
//!   vaccines says so when one is ordered. So the card ends with the last of the dates.
//! - The leaflet gives fever and live vaccines no end; the ends are those of the rules on fever and on vaccines.
//! - A disease of the blood on record explains a transplantation where it can't be read whether there is MS.
//! - A status code (Z94.84) that was written down before the last of these dates began to run ends them, too.
//! - Irradiated blood products: the period differs between countries; it is that of the rule on orders of blood.
//!
//! ## Sources
//! HSCT-036, HSCT-040…042, HSCT-058, HSCT-062, HSCT-064; conflicts X9, X10, X11; irradiated blood products: the
//! Dutch guideline on transfusion.

use crate::Indicator::Info;
use crate::card::{CardFacts, card};
use crate::concern::after_stem_cells;
use crate::criteria::{Criteria, all, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers::{self, Number};
use crate::questions::Case;
use crate::questions::reproduction::childbearing::Childbearing;
use crate::questions::therapy::history::Dated;
use crate::questions::therapy::own_cells::OwnCells;
use crate::questions::therapy::term::Term;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::search::in_words::only_in_words;
use cellwise_record::{Gap, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-precautions",
    file: file!(),
    topic: "ahsctPrecautions",
    version: 1,
    reviewed: "2026-11-30",
    citations: &[
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &["HSCT-036", "HSCT-040", "HSCT-041", "HSCT-042"],
        },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058", "HSCT-062", "HSCT-064"] },
        Citation { document: &documents::DUTCH_TRANSFUSION, statements: &[] },
    ],
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
        &numbers::FEVER_AFTER_AHSCT,
        &numbers::FEVER_MONTHS_AFTER_AHSCT,
        &numbers::NO_LIVE_VACCINE_MONTHS,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
        &numbers::NO_VACCINE_MONTHS,
        &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS,
        &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
    ],
    concerns: after_stem_cells,
    judge: judge::<AhsctPrecautions>,
};

/// How long anything is in force, whoever the patient is.
const SPANS: [&Number; 4] = [
    &numbers::FEVER_MONTHS_AFTER_AHSCT,
    &numbers::NO_LIVE_VACCINE_MONTHS,
    &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
    &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS,
];
/// The same of a patient who may have a child.
const SPANS_WITH_CHILD: [&Number; 5] = [
    &numbers::FEVER_MONTHS_AFTER_AHSCT,
    &numbers::NO_LIVE_VACCINE_MONTHS,
    &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
    &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS,
    &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
];

/// The four functions of the rule.
pub struct AhsctPrecautions;

/// What the rule rests on.
pub struct Answers<'c> {
    own_cells: OwnCells<'c>,
    for_ms: Judgement,
    /// Something is still in force.
    in_force: Judgement,
    /// The patient is not in the admission in which the cells were given back.
    elsewhere: Judgement,
    /// The first day of the reinfusion.
    first: Option<Dated>,
    fever: Term,
    live_vaccines: Term,
    prophylaxis: Term,
    irradiated: Term,
    /// From when on vaccines are given.
    vaccines_from: Option<Moment>,
    no_child: Term,
    childbearing: Option<Childbearing>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Own cells, on this day.
    Dated(Moment),
    /// No date.
    Undated,
    /// An order marked completed, no reinfusion.
    Ordered,
    /// Whose cells were given is not recorded.
    OwnOrDonor,
    /// In words only.
    InWords,
}

impl Judge for AhsctPrecautions {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let own_cells = case.own_cells();
        let first = own_cells.day_zero();
        let childbearing = case.childbearing();
        let spans: &[&Number] = if childbearing.is_some() { &SPANS_WITH_CHILD } else { &SPANS };
        let term = |span| case.term(first.as_ref(), span);
        let from = |first: &Dated| Moment::on(case.last_day(&first.day, &numbers::NO_VACCINE_MONTHS).last);
        let elsewhere = first.as_ref().map_or_else(
            || Judgement::met(Vec::new()),
            |first| !case.in_the_admission_of(Some(&first.day), &case.as_of.day()),
        );
        Answers {
            for_ms: case.transplanted_for_ms(),
            in_force: case.own_cells_within(spans),
            elsewhere: elsewhere.and(!case.is_in_treating_department()),
            fever: term(&numbers::FEVER_MONTHS_AFTER_AHSCT),
            live_vaccines: term(&numbers::NO_LIVE_VACCINE_MONTHS),
            prophylaxis: term(&numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS),
            irradiated: term(&numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS),
            vaccines_from: first.as_ref().map(from),
            no_child: term(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION),
            childbearing,
            own_cells,
            first,
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        let given = &answers.own_cells.given;
        let remark = match (answers.own_cells.is_only_ordered(), &answers.first) {
            (true, _) => Some("remark-infusion-not-recorded"),
            (false, None) if given.is_met() => Some("remark-no-day"),
            (false, _) => None,
        };
        let decisive = [
            must("criterion-reinfusion", given.clone())
                .showing(only_in_words(given, &answers.own_cells.mentions))
                .remarking(remark.map(Message::new)),
            must("criterion-ms", answers.for_ms.clone()).unless_met(),
            must("criterion-in-force", answers.in_force.clone()).unless_met(),
            must("criterion-elsewhere", answers.elsewhere.clone()).unless_met(),
        ];
        let prophylaxis = answers.prophylaxis.line("criterion-prophylaxis", "remark-prophylaxis-months");
        let lines = [
            fever(answers),
            Some(answers.live_vaccines.no_live_vaccines()),
            prophylaxis.map(|line| line.owned_by(&["infection-prophylaxis"])),
            Some(vaccines(answers)),
            no_child(answers),
            answers.irradiated.line("criterion-irradiated", "remark-irradiated-months"),
        ];
        all(decisive.into_iter().chain(lines.into_iter().flatten()))
    }

    fn reading(answers: &Answers<'_>, verdict: Verdict) -> Option<Reading> {
        let own_cells = &answers.own_cells;
        match (verdict, own_cells.given.verdict(), &answers.first) {
            (Verdict::NotMet, ..) => None,
            // Over by the therapy on record; only one that was not sent could be later.
            _ if answers.is_over() => None,
            (_, Verdict::Met, Some(first)) => Some(Reading::Dated(first.day)),
            (_, Verdict::Met, None) if own_cells.is_only_ordered() => Some(Reading::Ordered),
            (_, Verdict::Met, None) => Some(Reading::Undated),
            (_, Verdict::Unknown, _) if own_cells.therapy.is_some() => Some(Reading::OwnOrDonor),
            (_, Verdict::Unknown, _) if !own_cells.mentions.is_empty() => Some(Reading::InWords),
            (_, Verdict::Unknown | Verdict::NotMet, _) => None,
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let summary = match reading {
            Reading::Dated(day) => Message::new("summary").with("date", day),
            Reading::Undated => Message::new("summary-no-day"),
            Reading::Ordered => Message::new("summary-infusion-not-recorded"),
            Reading::OwnOrDonor => Message::new("summary-own-or-donor"),
            Reading::InWords => {
                let text = answers.own_cells.mentions.first().map(|mention| mention.evidence.what.clone());
                Message::new("summary-in-words").with("text", text.unwrap_or_default())
            }
        };
        card(Info, summary).context(["context-contact", "context-sport"])
    }
}

impl Answers<'_> {
    /// Whether every line is over by the day on record.
    fn is_over(&self) -> bool {
        let child = self.childbearing.map(|_| &self.no_child);
        [Some(&self.fever), Some(&self.live_vaccines), Some(&self.prophylaxis), Some(&self.irradiated), child]
            .into_iter()
            .flatten()
            .all(|term| term.is_past)
    }
}

/// From which temperature to call whom.
fn fever(answers: &Answers<'_>) -> Option<Criteria> {
    let line = answers.fever.line("criterion-fever", "remark-fever-months")?;
    Some(line.owned_by(&["fever-after-cell-therapy"]))
}

/// From when on vaccines that are not live are given.
fn vaccines(answers: &Answers<'_>) -> Criteria {
    let Some(from) = answers.vaccines_from else {
        let gap = Gap::not_recorded(Source::Procedures, "gap-infusion-date");
        let row = aside("criterion-vaccines", Judgement::unknown(vec![gap]));
        return row.remarking(Message::new("remark-vaccines-months"));
    };
    aside("criterion-vaccines", Judgement::met(Vec::new())).remarking(Message::new("remark-from").with("from", from))
}

fn no_child(answers: &Answers<'_>) -> Option<Criteria> {
    let text = match answers.childbearing? {
        Childbearing::Pregnancy => "criterion-no-pregnancy",
        Childbearing::Fathering => "criterion-no-fathering",
        Childbearing::Either => "criterion-no-child",
    };
    let line = answers.no_child.line(text, "remark-no-child-months")?;
    Some(line.owned_by(&["conception-after-cell-therapy"]))
}
