//! Going home after a transplantation of own stem cells: whether the counts have recovered, and what the patient takes home.
//!
//! ## What it flags
//! A patient goes home (encounter-discharge) after own stem cells were given back. One card: the neutrophils, what holds
//! until which day, when to call and whom.
//!
//! ## Why it matters
//! Going home waits for enough "leukocyten en granulocyten" (HSCT-035). At home fever above `{fever-after-ahsct}` asks for a call
//! (HSCT-040), and the months that follow have dates that nobody remembers (HSCT-058, HSCT-062, HSCT-064).
//!
//! ## When it is met
//! - The (first) reinfusion lies in the stay that ends; an outpatient visit counts only when it lies in it.
//! - Or another stay, or a visit to the emergency department, ends at most `{other-stay-months}` after it.
//!
//! Info; warning when the newest neutrophil count after the reinfusion is below `{neutrophils-recovered}`. Recovered is a count
//! of at least that, at most `{discharge-count-days}` old. Dates count from the first day of the reinfusion: prophylaxis
//! `{prophylaxis-months-after-own-cells}`, inactivated vaccines from `{no-vaccine-months}` on, no pregnancy or fathering
//! `{no-conception-months-after-transplantation}`; live vaccines are discouraged without a date.
//!
//! ## When it stays quiet
//! Cells of a donor; mobilisation and plans; a reinfusion not done; CAR-T only; a deceased patient, or a stay that ends with
//! death; a stay that starts more than `{other-stay-months}` after the reinfusion; later than the last of the dates above.
//! Prophylaxis is left to its own rule when that has a card. Nothing about pregnancy below `{childbearing-from-age}`, and for
//! women above `{childbearing-to-age}`.
//!
//! ## When it asks
//! - No count since the reinfusion, one without a date or with a status that leaves open whether it counts, one that is too
//!   old or can't be compared, or observations not sent: info, with the dates.
//! - Whether the reinfusion belongs to this stay can't be told: the same card while any stay counts; later without a card.
//! - Own or donor cells not recorded: info, every line open, with both dates where a donor's cells ask for a later one
//!   (prophylaxis `{prophylaxis-months-after-donor-cells}`, vaccines from `{no-vaccine-months-after-donor-cells}` on: HSCT-062,
//!   HSCT-064). An order marked completed in this stay; a transplantation in words: info.
//! - A transplantation without a date, or a status code (Z94.84): unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - The sources give no numbers for "enough": `{neutrophils-recovered}` and `{discharge-count-days}` are inference. No code of
//!   leukocytes is known here: the card names them among what is needed.
//! - The reinfusion, the stay and a count that tells decide, be it high or low; what holds at home informs, and stands below the
//!   table. A ✓ there says that it holds, not that it is arranged.
//! - HSCT-064 speaks of inactivated vaccines; the flu injection is safe at any time (HSCT-041), so the line does not name it.
//! - A line that is over stays, open, while a source that may hold a later reinfusion was not sent.
//! - In another stay counts are not asked for; a fresh low one still warns.
//! - The last known count of this stay is low but old: still a warning; the verdict is unknown.
//! - Two counts that may each be the newest and disagree: the low one warns.
//! - A status code says nothing new beside any transplantation on record.
//! - The leaflets are about MS; the advice is given after every transplantation of own cells. Only with MS on record does
//!   the card name the MS nurse.
//!
//! ## Sources
//! HSCT-035, HSCT-036, HSCT-040…043, HSCT-058, HSCT-062, HSCT-064; conflicts X9, X10, X11, X20, X30.

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::criteria::{Criteria, all, aside, must};
use crate::documents::{self, Citation};
use crate::message::Message;
use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::count_recovery::Recovery;
use crate::questions::reproduction::childbearing::Childbearing;
use crate::questions::stay::departure::{Basis, Departure, Leaving};
use crate::questions::therapy::term::Term;
use crate::rule::{Judge, Rule, judge};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "discharge-after-ahsct",
    file: file!(),
    topic: "dischargeAfterAhsct",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &["HSCT-035", "HSCT-036", "HSCT-040", "HSCT-041", "HSCT-042", "HSCT-043"],
        },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058", "HSCT-062", "HSCT-064"] },
    ],
    override_reasons: &["explained-otherwise", "arranged-elsewhere", "local-protocol", "data-outdated", "other"],
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
    observations: &[ValueSet::NEUTROPHIL_COUNT],
    numbers: &[
        &numbers::NEUTROPHILS_RECOVERED,
        &numbers::DISCHARGE_COUNT_DAYS,
        &numbers::OTHER_STAY_MONTHS,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS,
        &numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS,
        &numbers::NO_VACCINE_MONTHS,
        &numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
        &numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
        &numbers::FEVER_AFTER_AHSCT,
    ],
    concerns: is_leaving,
    judge: judge::<DischargeAfterAhsct>,
};

/// Whom it can concern: who leaves after own stem cells, or may.
fn is_leaving(case: &Case<'_>) -> bool {
    let departure = case.departure_after_own_cells();
    departure.leaving.is_some() || !departure.judgement.is_not_met()
}

/// The four functions of the rule.
pub struct DischargeAfterAhsct;

/// What the rule rests on.
pub struct Answers {
    departure: Departure,
    /// The counts, where they matter.
    counts: Option<Recovery>,
    /// How long prophylaxis is given: after own cells, after a donor's.
    prophylaxis: (Term, Term),
    /// From when on vaccines are given: after own cells, after a donor's. None without a day to count from.
    vaccines: Option<(Moment, Moment)>,
    /// No child.
    no_child: Term,
    childbearing: Option<Childbearing>,
    has_ms: bool,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The counts are low, after stem cells of this day.
    Low(Moment),
    /// Going home after a reinfusion of this day.
    Home(Moment),
    /// Whether the counts have recovered is not known.
    CountsOpen(Moment),
    /// Whether the reinfusion of this day belongs to this stay can't be told.
    StayUnclear(Moment),
    /// Whose cells were given on this day is not recorded.
    OwnOrDonor(Moment),
    /// An order of this day marked completed, no reinfusion.
    Ordered(Moment),
    /// In words only.
    InWords,
}

impl Judge for DischargeAfterAhsct {
    type Answers<'c> = Answers;
    type Reading = Reading;

    fn ask(case: &Case<'_>) -> Answers {
        let departure = case.departure_after_own_cells();
        let day_zero = departure.leaving.as_ref().and_then(Leaving::day_zero);
        let term = |span| case.term(day_zero, span);
        // The time after a donor's cells counts only where it is open whose they were.
        let may_be_donor = departure.leaving.as_ref().is_some_and(is_own_or_donor);
        let from = |span| day_zero.map(|zero| Moment::on(case.last_day(&zero.day, span).last));
        let from_donor = |span| day_zero.map(|zero| Moment::on(case.later(&zero.day, span).last));
        Answers {
            counts: departure.leaving.as_ref().and_then(|leaving| counts(case, leaving)),
            prophylaxis: (
                term(&numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS),
                case.term(day_zero.filter(|_| may_be_donor), &numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS),
            ),
            vaccines: from(&numbers::NO_VACCINE_MONTHS).zip(from_donor(&numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS)),
            no_child: term(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION),
            childbearing: case.childbearing(),
            has_ms: !case.conditions(ValueSet::MULTIPLE_SCLEROSIS).items.is_empty(),
            departure,
        }
    }

    fn criteria(answers: &Answers) -> Criteria {
        let Some(leaving) = &answers.departure.leaving else {
            return must("criterion-stay", answers.departure.judgement.clone());
        };
        let decides = [
            must("criterion-reinfusion", leaving.given.clone()).showing(if_dated_coarsely(leaving)),
            must("criterion-stay", leaving.home.judgement.clone()).unless_met(),
        ];
        let counts = answers.counts.as_ref().map(|counts| {
            // Known to be low is as good an answer as known to have recovered.
            match counts.judgement.verdict() {
                Verdict::NotMet => must("criterion-low", !counts.judgement.clone()),
                Verdict::Met | Verdict::Unknown => must("criterion-neutrophils", counts.judgement.clone()),
            }
        });
        all(decides.into_iter().chain(counts).chain(advice(answers, leaving)))
    }

    fn reading(answers: &Answers, _verdict: Verdict) -> Option<Reading> {
        let leaving = answers.departure.leaving.as_ref()?;
        let day = leaving.therapy.day;
        let counts = answers.counts.as_ref();
        Some(match leaving.basis {
            _ if counts.is_some_and(|counts| counts.is_low) => Reading::Low(day),
            _ if is_own_or_donor(leaving) => Reading::OwnOrDonor(day),
            Basis::Recorded if leaving.home.judgement.is_unknown() => Reading::StayUnclear(day),
            Basis::Recorded if counts.is_some_and(|counts| counts.judgement.is_unknown()) => Reading::CountsOpen(day),
            Basis::Recorded => Reading::Home(day),
            Basis::Ordered => Reading::Ordered(day),
            Basis::Words => Reading::InWords,
        })
    }

    fn words(answers: &Answers, reading: Reading) -> CardFacts {
        let dated = |id: &'static str, day: Moment| Message::new(id).with("date", day);
        match reading {
            Reading::Low(day) => card(Warning, dated("summary-low", day)),
            Reading::Home(day) => card(Info, dated("summary-home", day)),
            Reading::CountsOpen(day) => card(Info, dated("summary-counts-open", day)),
            Reading::StayUnclear(day) => card(Info, dated("summary-stay-unclear", day)),
            Reading::OwnOrDonor(day) => card(Info, dated("summary-own-or-donor", day)),
            Reading::Ordered(day) => card(Info, dated("summary-reinfusion-not-recorded", day)),
            Reading::InWords => {
                let leaving = answers.departure.leaving.as_ref();
                let text = leaving.map_or("", |leaving| &leaving.therapy.evidence.what);
                card(Info, Message::new("summary-in-words").with("text", text))
            }
        }
        .lead(["advice-ready", "advice-call"])
        .context([if answers.has_ms { "context-contact-ms" } else { "context-contact" }, "context-sport"])
    }
}

/// The counts, where they matter: in the stay of the reinfusion; in another stay only what is low, or was not sent.
fn counts(case: &Case<'_>, leaving: &Leaving) -> Option<Recovery> {
    let counts = case.neutrophil_recovery(&leaving.therapy.day);
    let of_same_stay = leaving.home.same_stay != Verdict::NotMet;
    let matter = of_same_stay || counts.judgement.is_not_met() || counts.judgement.has_delivery_gap();
    matter.then_some(counts)
}

/// What the table shows where the day of the reinfusion is not known to the day: neither are the dates that follow from it.
fn if_dated_coarsely(leaving: &Leaving) -> Option<Judgement> {
    let therapy = &leaving.therapy;
    let gap = therapy.day.exact_day().is_none().then(|| therapy.evidence.gap(GapKind::ImpreciseDate))?;
    let gaps = leaving.given.gaps().iter().cloned().chain([gap]).collect();
    Some(Judgement::unknown(gaps).with_evidence(leaving.given.evidence().to_vec()))
}

/// What holds at home, and from or until when. Where it is not recorded whose cells were given, every line is open.
fn advice(answers: &Answers, leaving: &Leaving) -> impl Iterator<Item = Criteria> {
    let live = match leaving.basis {
        Basis::Recorded => if_own(leaving, Judgement::met(Vec::new())),
        // It has no end, and holds only if the cells were given.
        Basis::Ordered | Basis::Words => Judgement::unknown(Vec::new()),
    };
    let lines = [
        prophylaxis(answers, leaving).map(|line| line.owned_by(&["infection-prophylaxis"])),
        Some(vaccines(answers, leaving)),
        Some(aside("criterion-live-vaccines", live).remarking(Message::new("remark-no-date"))),
        no_child(answers, leaving).map(|line| line.owned_by(&["conception-after-cell-therapy"])),
    ];
    // Why they are open stands in the row of the reinfusion.
    let shown = is_own_or_donor(leaving).then(|| Judgement::unknown(Vec::new()));
    lines.into_iter().flatten().map(move |line| line.showing(shown.clone()))
}

/// Whether it is not recorded whose cells were given.
fn is_own_or_donor(leaving: &Leaving) -> bool {
    leaving.basis == Basis::Recorded && leaving.given.is_unknown()
}

/// What holds after own cells; open while the cells may be a donor's.
fn if_own(leaving: &Leaving, holds: Judgement) -> Judgement {
    if is_own_or_donor(leaving) && !holds.is_not_met() {
        return Judgement::unknown(leaving.given.gaps().to_vec());
    }
    holds
}

fn prophylaxis(answers: &Answers, leaving: &Leaving) -> Option<Criteria> {
    let (own, donor) = &answers.prophylaxis;
    match own.last_day().zip(donor.last_day()).filter(|_| is_own_or_donor(leaving)) {
        Some((own_until, donor_until)) => {
            let holds = if_own(leaving, own.holds.clone().or(donor.holds.clone()));
            let remark = Message::new("remark-until-own-or-donor").with("own", own_until).with("donor", donor_until);
            (!holds.is_not_met()).then(|| aside("criterion-prophylaxis", holds).remarking(remark))
        }
        None => own.line("criterion-prophylaxis", "remark-prophylaxis-months"),
    }
}

fn vaccines(answers: &Answers, leaving: &Leaving) -> Criteria {
    let Some((own, donor)) = answers.vaccines else {
        let gap = Gap::not_recorded(Source::Procedures, "gap-infusion-date");
        let row = aside("criterion-vaccines", Judgement::unknown(vec![gap]));
        return row.remarking(Message::new("remark-vaccines-months"));
    };
    let remark = if is_own_or_donor(leaving) {
        Message::new("remark-from-own-or-donor").with("own", own).with("donor", donor)
    } else {
        Message::new("remark-from").with("from", own)
    };
    aside("criterion-vaccines", if_own(leaving, Judgement::met(Vec::new()))).remarking(remark)
}

fn no_child(answers: &Answers, leaving: &Leaving) -> Option<Criteria> {
    let text = match answers.childbearing? {
        Childbearing::Pregnancy => "criterion-no-pregnancy",
        Childbearing::Fathering => "criterion-no-fathering",
        Childbearing::Either => "criterion-no-child",
    };
    let term = &answers.no_child;
    Term { holds: if_own(leaving, term.holds.clone()), ..term.clone() }.line(text, "remark-no-child-months")
}
