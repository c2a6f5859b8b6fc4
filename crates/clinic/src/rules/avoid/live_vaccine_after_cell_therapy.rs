//! A vaccine ordered after a cell therapy: a live one, or one that comes too early.
//!
//! ## What it flags
//! A draft vaccination (prescription, request, immunization, recommendation) for a patient who had CAR-T cells or stem
//! cells.
//!
//! ## Why it matters
//! "Het gebruik van levende verzwakte vaccins wordt afgeraden" (HSCT-042): the immune system has not recovered, and a live
//! vaccine can cause the disease. Other vaccines do not work yet: vaccination starts 3 months after own stem cells, 6 months
//! after those of a donor (HSCT-064). After CAR-T only outside sources speak of vaccines (X11, PMC10909447).
//!
//! ## When it is met
//! - Live vaccine less than `{no-live-vaccine-months}` after the therapy: critical, whatever the blood counts say.
//! - Live vaccine later, no sign of immune recovery: warning. A sign of recovery: the newest CD4 count after the therapy is
//!   at least `{recovered-cd4-count}`, no active problem says immunocompromised, no immunosuppressant or systemic
//!   corticosteroid is in use, and no human immunoglobulin was given in the last
//!   `{no-live-vaccine-months-after-immunoglobulin}` (PMC10909447). What can't be seen is no sign of recovery.
//! - Other vaccine less than `{no-vaccine-months}` after CAR-T or own stem cells, less than
//!   `{no-vaccine-months-after-donor-cells}` after donor cells: warning.
//! - Only an order of the therapy is marked completed, its infusion is not recorded: one level lower.
//!
//! ## When it stays quiet
//! Influenza injection at any time (HSCT-041). On the day the interval ends, and later. No cell therapy, or only planned.
//! BCG for the bladder. An order not to vaccinate, a vaccination recorded as not done, or given before the therapy. A
//! recommendation that says contraindicated, complete or immune.
//!
//! ## When it asks
//! - Live vaccine: the date does not tell whether `{no-live-vaccine-months}` have passed, or signs of recovery are missing
//!   from the data: a warning. So is a record that names a cell therapy in words only, or a transplantation without saying
//!   of what.
//! - Other vaccine: own or donor cells not recorded in the months that only donor cells ask for, or a coarse date: a
//!   warning; no date: info.
//! - The product decides whether it is live (influenza without a form, dengue, …), or the order has no usable code and its
//!   words speak of a vaccine, or of the disease that a live one is called after, or a recommendation names only the disease:
//!   info. Other orders without a usable code stay unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - "Sign of immune recovery" has no definition: `{recovered-cd4-count}` is an inference, a number that a hospital can
//!   change.
//! - An immunosuppressant (ATC L04; systemic corticosteroids) counts while in use and for `{immunosuppressant-given-days}`
//!   after it was given. What PMC10909447 asks after CAR-T, no immunosuppression and a time without immunoglobulin, is asked
//!   after stem cells, too. A drug in use without a usable code may be one: recovery is not known then.
//! - A CAR-T procedure or transplantation whose status is missing or stopped may have been given: the interval is open.
//! - An order is judged on the day for which it is planned, else the first of its doses or its course, else the first on which it
//!   is valid or recommended, if that is to come; an immunization on the day it was given.
//! - R4 has no draft Immunization: a completed one among the draft orders counts as being ordered.
//! - Nasal influenza vaccine is live. A code that is in a live and in another set counts as live.
//! - Non-replicating vector vaccines are not live; the American name of one says "live".
//! - A history code without a date: the therapy had happened by the day it was written down. An undated record beside a
//!   dated one of the same kind is taken for the same therapy.
//! - After CAR-T the outside sources wait 3 to 6 months with inactivated vaccines other than influenza and COVID-19; the
//!   rule warns before `{no-vaccine-months}` and the card names both.
//! - Vaccines that are in no value set (the set of inactivated ones is not complete) are not judged.
//!
//! ## Sources
//! HSCT-041, HSCT-042, HSCT-061, HSCT-064; PMC10909447; conflict X11.

use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Judgement, Source, Verdict};

use crate::Indicator::{self, Critical, Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::concern::after_cells;
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::infection::vaccination::{Vaccination, Vaccine};
use crate::questions::therapy::cell_therapy::{CellTherapies, CellTherapy, Cells};
use crate::questions::therapy::history::Certainty;
use crate::rule::{Judge, Rule, judge};

const LEAFLET: Citation = Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-041", "HSCT-042"] };
const SLIDES: Citation = Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-061", "HSCT-064"] };
const OUTSIDE: Citation = Citation { document: &documents::VACCINES_AFTER_CAR_T, statements: &[] };

/// The rule.
pub const RULE: Rule = Rule {
    id: "live-vaccine-after-cell-therapy",
    file: file!(),
    topic: "liveVaccineAfterCellTherapy",
    version: 2,
    reviewed: "2026-11-30",
    citations: &[LEAFLET, SLIDES, OUTSIDE],
    override_reasons: &[
        "criteria-met-elsewhere",
        "local-protocol",
        "patient-informed-accepts-risk",
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
    observations: &[ValueSet::CD4_CELL_COUNT],
    numbers: &[
        &numbers::NO_LIVE_VACCINE_MONTHS,
        &numbers::NO_VACCINE_MONTHS,
        &numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS,
        &numbers::RECOVERED_CD4_COUNT,
        &numbers::IMMUNOSUPPRESSANT_GIVEN_DAYS,
        &numbers::NO_LIVE_VACCINE_MONTHS_AFTER_IMMUNOGLOBULIN,
    ],
    concerns: after_cells,
    judge: judge::<LiveVaccineAfterCellTherapy>,
};

/// The four functions of the rule.
pub struct LiveVaccineAfterCellTherapy;

/// What the rule rests on.
pub struct Answers<'c> {
    /// The vaccinations to speak of, the most urgent first.
    spoken: Vec<Vaccination<'c>>,
    /// Those to say nothing about.
    others: Vec<Vaccination<'c>>,
    therapies: &'c CellTherapies,
    /// Signs of immune recovery.
    recovery: Judgement,
    /// The CD4 count to order.
    cd4: Option<Coded>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// A live vaccine, too soon.
    Live,
    /// A live vaccine after a therapy without a date.
    LiveUndated,
    /// A live vaccine later, with recovery not shown.
    LiveLater,
    /// A live vaccine after a recovery, and the date does not tell.
    LiveDate,
    /// A live vaccine after a recovery, and a later therapy may be hidden.
    LiveIncomplete,
    /// A live vaccine after a therapy that was probably given.
    LiveProbable,
    /// A live vaccine, and a cell therapy in words only.
    InWords,
    /// Another vaccine, too early.
    Early,
    /// Another vaccine, too early after the cells of a donor: whose they were is not recorded.
    EarlyCells,
    /// Another vaccine, and the date does not tell.
    EarlyDate,
    /// Another vaccine after a therapy without a date.
    EarlyUndated,
    /// Another vaccine after a therapy that was probably given.
    EarlyProbable,
    /// The product decides whether it is live.
    Product,
    /// A vaccine by its words only.
    Named,
}

impl Judge for LiveVaccineAfterCellTherapy {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        let vaccinations = case.drafted_vaccinations();
        let recovery = if vaccinations.is_empty() { Judgement::not_met(Vec::new()) } else { case.immune_recovery() };
        let cd4 = case.code_of(ValueSet::CD4_CELL_COUNT);
        let answers =
            Answers { spoken: Vec::new(), others: Vec::new(), therapies: case.cell_therapies(), recovery, cd4 };
        let (mut spoken, others): (Vec<_>, Vec<_>) = vaccinations.into_iter().partition(|of| answers.speaks_of(of));
        spoken.sort_by_key(|of| (of.vaccine, answers.urgency(of)));
        Answers { spoken, others, ..answers }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        // Beside the vaccinations that the card speaks of, the others decide nothing.
        let shown = if answers.spoken.is_empty() { &answers.others } else { &answers.spoken };
        // Vaccinations of one kind, on one day, come to the same.
        let alike = |a: &Vaccination<'_>, b: &Vaccination<'_>| (a.vaccine, a.day) == (b.vaccine, b.day);
        all([answers.history(), any(shown.chunk_by(alike).map(|group| answers.concern(group)))])
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        answers.spoken.first().map(|first| answers.read(first))
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        let first = answers.spoken.first();
        let is_open = !first.is_some_and(|first| first.too_soon.is_met());
        let is_live = first.is_none_or(|first| first.vaccine != Vaccine::NotLive);
        let [car_t, stem_cells] = answers.kinds_to_speak_of();
        let text = match reading {
            Reading::Live => "summary-live",
            Reading::LiveUndated => "summary-live-undated",
            Reading::LiveLater => "summary-live-later",
            Reading::LiveDate => "summary-live-date",
            Reading::LiveIncomplete => "summary-live-incomplete",
            Reading::LiveProbable => "summary-live-probable",
            Reading::InWords => "summary-history-in-words",
            Reading::Early => "summary-early",
            Reading::EarlyCells => "summary-early-cells",
            Reading::EarlyDate => "summary-early-date",
            Reading::EarlyUndated => "summary-early-undated",
            Reading::EarlyProbable => "summary-early-probable",
            Reading::Product => "summary-product",
            Reading::Named => "summary-named",
        };
        let may_not_be_live = first.is_none_or(|first| first.vaccine != Vaccine::Live);
        let advice = [
            ("advice-live-stem-cells", stem_cells && is_live),
            ("advice-interval-stem-cells", stem_cells && may_not_be_live),
            ("advice-live-car-t", car_t && is_live),
            ("advice-interval-car-t", car_t && may_not_be_live),
        ];
        card(first.map_or(Info, |first| answers.urgency(first)), answers.about(text))
            .lead(advice.into_iter().filter(|(_, applies)| *applies).map(|(text, _)| text))
            .context((is_live && is_open).then_some("context-recovery"))
            .suggest(answers.suggestions())
            .citing(match (stem_cells, car_t) {
                (true, false) => const { &[LEAFLET, SLIDES] },
                (false, _) => const { &[OUTSIDE] },
                (true, true) => RULE.citations,
            })
    }
}

impl Answers<'_> {
    /// Whether the card speaks of a vaccination.
    fn speaks_of(&self, of: &Vaccination<'_>) -> bool {
        let concern = self.concern(std::slice::from_ref(of)).judgement();
        match self.therapies.judgement().verdict() {
            Verdict::NotMet => false,
            _ if concern.is_not_met() => false,
            Verdict::Met => of.vaccine == Vaccine::Live || of.vaccine != Vaccine::Vague && !is_undelivered(&concern),
            Verdict::Unknown => of.vaccine == Vaccine::Live && self.therapies.in_words,
        }
    }

    /// Which cell therapies are in history.
    fn history(&self) -> Criteria {
        let is_any_known = self.therapies.judgement().is_met();
        let row = |text, history: &Judgement, is_of: fn(Cells) -> bool| {
            let is_probable = |known: &CellTherapy| is_of(known.cells) && known.certainty == Certainty::Probable;
            let remark = self.therapies.known.iter().any(is_probable).then_some("remark-infusion-not-recorded");
            (history.is_met() || !is_any_known).then(|| must(text, history.clone()).remarking(remark.map(Message::new)))
        };
        let car_t = row("criterion-car-t", &self.therapies.car_t, |cells| cells == Cells::CarT);
        let stem_cells = row("criterion-stem-cells", &self.therapies.transplantation, |cells| cells != Cells::CarT);
        any(car_t.into_iter().chain(stem_cells))
    }

    /// Whether vaccinations of one kind, on one day, come too soon.
    fn concern(&self, alike: &[Vaccination<'_>]) -> Criteria {
        let Some(first) = alike.first() else { return any([]) };
        let within = |interval, judgement: &Judgement| {
            must(Message::new("criterion-within").with("interval", Arg::Message(interval)), judgement.clone())
        };
        let too_soon = within(interval(first), &first.too_soon);
        let ordered = ordered(alike);
        if first.vaccine == Vaccine::NotLive || first.too_soon.is_met() {
            return all([ordered, too_soon]);
        }
        // Given before every therapy, there is nothing to recover from.
        let later = all([
            must("criterion-after-therapy", first.after_therapy.clone()).unless_met(),
            must("criterion-not-recovered", !self.recovery.clone()),
        ]);
        // What may not be live may come too early for those.
        let may_be_early = first.vaccine != Vaccine::Live && !first.too_early.is_not_met();
        let too_early = may_be_early.then(|| within(interval_of_others(first), &first.too_early));
        all([ordered, any([too_soon, later].into_iter().chain(too_early))])
    }

    /// The card that one vaccination makes.
    fn read(&self, of: &Vaccination<'_>) -> Reading {
        let Some(therapy) = of.therapy else { return Reading::InWords };
        // Where data is missing, the infusion may well be recorded: nothing is lowered.
        let is_probable = therapy.certainty == Certainty::Probable;
        let is_exact = therapy.date.is_some_and(|date| date.exact_day().is_some());
        match (of.vaccine, of.too_soon.verdict()) {
            (Vaccine::ProductDecides, _) => Reading::Product,
            (Vaccine::Named | Vaccine::Vague, _) => Reading::Named,
            (Vaccine::Live, _) if is_probable && self.therapies.hidden.is_empty() => Reading::LiveProbable,
            (Vaccine::Live, _) if therapy.date.is_none() => Reading::LiveUndated,
            (Vaccine::Live, Verdict::Met) => Reading::Live,
            (Vaccine::Live, Verdict::Unknown) if self.recovery.is_met() && is_exact => Reading::LiveIncomplete,
            (Vaccine::Live, Verdict::Unknown) if self.recovery.is_met() => Reading::LiveDate,
            (Vaccine::Live, _) => Reading::LiveLater,
            (Vaccine::NotLive, _) if is_probable => Reading::EarlyProbable,
            (Vaccine::NotLive, _) if therapy.date.is_none() => Reading::EarlyUndated,
            (Vaccine::NotLive, Verdict::Met) => Reading::Early,
            (Vaccine::NotLive, _) if therapy.cells == Cells::StemCells && is_exact => Reading::EarlyCells,
            (Vaccine::NotLive, _) => Reading::EarlyDate,
        }
    }

    fn urgency(&self, of: &Vaccination<'_>) -> Indicator {
        // Where a recorded therapy raises the same concern at a lower level, that level stands.
        let is_recorded = || self.therapies.known.iter().any(|known| known.certainty == Certainty::Recorded);
        match self.read(of) {
            Reading::Live => Critical,
            Reading::LiveUndated if of.too_soon.is_met() => Critical,
            Reading::LiveProbable if !of.too_soon.is_met() && !is_recorded() => Info,
            Reading::LiveUndated
            | Reading::LiveLater
            | Reading::LiveDate
            | Reading::LiveIncomplete
            | Reading::LiveProbable
            | Reading::InWords
            | Reading::Early
            | Reading::EarlyCells
            | Reading::EarlyDate => Warning,
            Reading::EarlyUndated | Reading::EarlyProbable | Reading::Product | Reading::Named => Info,
        }
    }

    /// Whether to speak of CAR-T, and of stem cells. What is known to come too soon after one therapy needs no word about the
    /// others.
    fn kinds_to_speak_of(&self) -> [bool; 2] {
        let first = self.spoken.first();
        let therapy = first.and_then(|first| first.therapy);
        let is_settled = therapy.is_some() && first.is_some_and(|first| first.too_soon.is_met());
        [true, false].map(|of_car_t| {
            let is_of = |known: &CellTherapy| (known.cells == Cells::CarT) == of_car_t;
            self.therapies.known.is_empty()
                || therapy.is_some_and(is_of)
                || !is_settled && self.therapies.known.iter().any(is_of)
        })
    }

    /// A summary, with everything that it may name.
    fn about(&self, text: &'static str) -> Message {
        let Some(first) = self.spoken.first() else { return Message::new(text) };
        let mut message = Message::new(text)
            .with("vaccine", first.order.concept.text.clone())
            .with("interval", Arg::Message(interval(first)));
        if let Some(therapy) = first.therapy {
            let name = if therapy.cells == Cells::CarT { "therapy-car-t" } else { "therapy-stem-cells" };
            message = message.with("therapy", Arg::Message(name));
            message = therapy.date.into_iter().fold(message, |message, date| message.with("date", date));
        }
        first.not_before.into_iter().fold(message, |message, day| message.with("until", day))
    }

    /// Take out a live vaccine that comes too soon; count CD4 cells where nothing is known of recovery.
    fn suggestions(&self) -> Vec<Suggestion> {
        let live = || self.spoken.iter().filter(|of| of.vaccine == Vaccine::Live);
        // An order without an id can't be taken out.
        let removable = live().filter(|of| of.too_soon.is_met() && !of.order.reference.starts_with('/'));
        let mut suggestions: Vec<Suggestion> = removable
            .map(|of| {
                let label = Message::new("suggest-remove").with("vaccine", of.order.concept.text.clone());
                Suggestion::remove(label, of.order.reference.clone()).obvious()
            })
            .collect();
        let is_unknown = self.recovery.is_not_met() && self.recovery.evidence().is_empty();
        if is_unknown && live().any(|of| !of.too_soon.is_met()) {
            let label = "suggest-cd4";
            let code = self.cd4.clone();
            suggestions
                .push(code.map_or_else(|| Suggestion::order_in_words(label), |code| Suggestion::order(label, code)));
        }
        suggestions
    }
}

/// Whether nothing but data that was not sent leaves it open: the client is told to send it.
fn is_undelivered(concern: &Judgement) -> bool {
    concern.is_unknown() && concern.evidence().is_empty() && concern.gaps().iter().all(|gap| gap.kind.is_delivery())
}

/// The row of the vaccinations themselves.
fn ordered(alike: &[Vaccination<'_>]) -> Criteria {
    let orders = || alike.iter().map(|of| of.order);
    let evidence: Vec<_> = orders().map(DraftOrder::evidence).collect();
    let perhaps = |gap| {
        let gaps = orders().map(|order| order.evidence().gap(order.concept.gap_kind()).said_as(gap)).collect();
        must("criterion-perhaps-live", Judgement::unknown(gaps).with_evidence(evidence.clone()))
    };
    match alike.first().map(|first| first.vaccine) {
        Some(Vaccine::Live) => must("criterion-live", Judgement::met(evidence)),
        Some(Vaccine::NotLive) => must("criterion-not-live", Judgement::met(evidence)),
        Some(Vaccine::ProductDecides) => perhaps("gap-product"),
        Some(Vaccine::Named | Vaccine::Vague) | None => perhaps("gap-no-code"),
    }
}

/// The time that a vaccination must wait.
fn interval(of: &Vaccination<'_>) -> &'static str {
    if of.vaccine == Vaccine::NotLive { interval_of_others(of) } else { "months-live" }
}

/// The time that a vaccine must wait that is not live.
fn interval_of_others(of: &Vaccination<'_>) -> &'static str {
    match of.therapy.map(|therapy| therapy.cells) {
        Some(Cells::DonorStemCells | Cells::StemCells) => "months-others-donor",
        Some(Cells::CarT | Cells::OwnStemCells) | None => "months-others",
    }
}
