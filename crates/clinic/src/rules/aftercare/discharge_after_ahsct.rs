//! Going home after a transplantation of own stem cells: whether the counts have recovered, and what the patient takes home.
//!
//! ## What it flags
//! A patient goes home (encounter-discharge) after own stem cells were given back. One card: the neutrophils, what holds
//! until which day, when to call and whom.
//!
//! ## Why it matters
//! Going home waits for enough "leukocyten en granulocyten" (HSCT-035). At home fever above 38 degrees asks for a call
//! (HSCT-040), and the months that follow have dates that nobody remembers (HSCT-058, HSCT-062, HSCT-064).
//!
//! ## When it is met
//! - The (first) reinfusion lies in the stay that ends; an outpatient visit counts only when it lies in it.
//! - Or another stay, or a visit to the emergency department, ends at most 3 calendar months after it.
//!
//! Info; warning when the newest neutrophil count after the reinfusion is below 0.5 ×10⁹/L. Recovered is a count of at least
//! that, at most 3 days old. Dates count from the first day of the reinfusion: prophylaxis 6 months, inactivated vaccines
//! from 3 months, no pregnancy or fathering 12 months; live vaccines are discouraged without a date.
//!
//! ## When it stays quiet
//! Cells of a donor; mobilisation and plans; a reinfusion not done; CAR-T only; a deceased patient, or a stay that ends with
//! death; a stay that starts more than 3 months after the reinfusion; more than 12 months after it, when nothing with a date
//! is in force. Prophylaxis is left to its own rule when that has a card. Nothing about pregnancy for women outside 12–55
//! years and for boys under 12.
//!
//! ## When it asks
//! - No count since the reinfusion, one without a date or with a status that leaves open whether it counts, one older than 3 days, one that can't be compared, or observations not sent: info, with
//!   the dates.
//! - Whether the reinfusion belongs to this stay can't be told: the same card while any stay counts; later without a card.
//! - Own or donor cells not recorded: info, every row open, with both dates where a donor's cells ask for a later one
//!   (prophylaxis a year, vaccines from six months: HSCT-062, HSCT-064). An order marked completed in this stay; a transplantation in words: info.
//! - A transplantation without a date, or a status code (Z94.84): unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - The sources give no numbers for "enough": 0.5 ×10⁹/L and 3 days are inference. No code of leukocytes is known here: the
//!   card tells the reader to look.
//! - HSCT-064 speaks of inactivated vaccines from 3 months; the flu injection is safe at any time (HSCT-041), so the row does
//!   not name it.
//! - Rows of advice begin with "Advice": a ✓ says that it holds, not that it is arranged.
//! - The numbers stand in the rules on conception, prophylaxis, vaccines and fever.
//! - In another stay counts are not asked for; a fresh low one still warns.
//! - The last known count of this stay is low but old: still a warning; the verdict is unknown.
//! - Two counts that may each be the newest and disagree: the low one warns.
//! - A status code says nothing new beside any transplantation on record.
//! - The leaflets are about MS; the advice is given after every transplantation of own cells. Only with MS on record does
//!   the card name the MS nurse.
//!
//! ## Sources
//! HSCT-035, HSCT-036, HSCT-040…043, HSCT-058, HSCT-062, HSCT-064; conflicts X9, X10, X11, X20, X30.

use crate::questions::blood::count_recovery::Recovery;
use crate::questions::stay::going_home::{Departure, GoingHome, imprecise, newest};
use crate::questions::therapy::history::{Certainty, TherapyHistory};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::patient::Gender;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, Judgement, Moment, Source, Verdict, add_gaps};

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
    override_reasons: OVERRIDES,
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
    numbers: &[&numbers::NEUTROPHILS_RECOVERED, &numbers::DISCHARGE_COUNT_DAYS, &numbers::OTHER_STAY_MONTHS],
    judge,
};

const OVERRIDES: &[&str] = &["explained-otherwise", "arranged-elsewhere", "local-protocol", "data-outdated", "other"];

/// What the transplantation is known from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basis {
    OwnCells,
    /// Recorded, but not whose cells.
    OwnOrDonor,
    /// An order marked completed.
    Ordered,
    Words,
}

/// A patient who goes home after a transplantation, or may.
struct Leaving {
    basis: Basis,
    /// First day of the reinfusion, day of the order, or of the entry in words.
    day: Moment,
    evidence: Evidence,
    home: GoingHome,
    /// Why it is not sure that own cells were given back.
    doubts: Vec<Gap>,
}

fn judge(q: &Case<'_>) -> Finding {
    let alive = q.goes_home_alive();
    if alive.verdict() == Verdict::NotMet {
        return Finding::silent(&alive);
    }
    match leaving(q) {
        Ok(leaving) => {
            let recovery = q.neutrophil_recovery(
                &leaving.day,
                q.value(&numbers::NEUTROPHILS_RECOVERED),
                q.whole(&numbers::DISCHARGE_COUNT_DAYS),
            );
            let certain = if leaving.doubts.is_empty() {
                Judgement::met(Vec::new())
            } else {
                Judgement::unknown(leaving.doubts.clone())
            };
            let counts = counts(&leaving, &recovery);
            let counted = match counts.as_ref().map(Judgement::verdict) {
                Some(Verdict::Unknown) => Judgement::unknown(recovery.judgement.gaps().to_vec()),
                _ => Judgement::met(Vec::new()),
            };
            let judgement = alive.and(certain).and(leaving.home.judgement.clone()).and(counted);
            card(q, &leaving, counts, recovery.is_low, &judgement)
        }
        Err(judgement) => Finding::silent(&alive.and(judgement)),
    }
}

/// How long prophylaxis is given: after own cells, after a donor's.
fn prophylaxis_months(q: &Case<'_>) -> (i32, i32) {
    (q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_OWN_CELLS), q.whole(&numbers::PROPHYLAXIS_MONTHS_AFTER_DONOR_CELLS))
}

fn no_conception_months(q: &Case<'_>) -> i32 {
    q.whole(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION)
}

fn departure<'e>(q: &Case<'_>, day: Moment, evidence: &'e Evidence) -> Departure<'e> {
    Departure {
        day,
        evidence,
        other_stay_until: day.plus_months(q.whole(&numbers::OTHER_STAY_MONTHS)),
        advice_until: day.plus_months(no_conception_months(q).max(prophylaxis_months(q).0)),
    }
}

/// The transplantation that the patient goes home after; else the judgement of a rule that stays silent.
fn leaving(q: &Case<'_>) -> Result<Leaving, Judgement> {
    let own = q.transplantation_history(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION);
    let either = q.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
    let whose = Gap::not_recorded(Source::Procedures, "gap-own-or-donor");
    let mut quiet = status(q);
    for (basis, history, doubts) in [(Basis::OwnCells, &own, Vec::new()), (Basis::OwnOrDonor, &either, vec![whose])] {
        match recorded(q, history) {
            Ok((day, evidence, home)) => return Ok(Leaving { basis, day, evidence, home, doubts }),
            Err(judgement) => quiet = quiet.or(judgement),
        }
    }
    if own.certainty() == Some(Certainty::Probable) {
        match ordered(q, &own) {
            Ok(leaving) => return Ok(leaving),
            Err(judgement) => quiet = quiet.or(judgement),
        }
    }
    if own.certainty().or(either.certainty()) == Some(Certainty::Recorded) {
        return Err(quiet);
    }
    in_words(q, quiet)
}

/// A transplantation status without whose cells and without a day; it adds nothing to a transplantation on record.
fn status(q: &Case<'_>) -> Judgement {
    let any = q.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION);
    if any.certainty() == Some(Certainty::Recorded) {
        return Judgement::not_met(Vec::new());
    }
    let found = q.conditions(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
    if found.items.is_empty() {
        return Judgement::found(Vec::new(), found.gaps);
    }
    Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-no-day")])
}

fn recorded(q: &Case<'_>, history: &TherapyHistory) -> Result<(Moment, Evidence, GoingHome), Judgement> {
    let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
    match (first, history.certainty()) {
        (Some((day, event)), _) => {
            departure(q, day, &event.evidence).leave(q).map(|home| (day, event.evidence.clone(), home))
        }
        (None, Some(Certainty::Recorded)) => {
            Err(Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-no-day")]))
        }
        (None, Some(Certainty::Probable)) => {
            let mut doubts = vec![Gap::not_recorded(Source::Procedures, "gap-reinfusion")];
            add_gaps(&mut doubts, q.hidden_infusions());
            Err(Judgement::unknown(doubts))
        }
        (None, None) => Err(history.judgement.clone()),
    }
}

/// An order marked completed speaks only of the stay that it was written in.
fn ordered(q: &Case<'_>, history: &TherapyHistory) -> Result<Leaving, Judgement> {
    let doubts = vec![Gap::not_recorded(Source::Procedures, "gap-reinfusion")];
    let Some((day, event)) = newest(&history.events) else { return Err(Judgement::unknown(doubts)) };
    let home = departure(q, day, &event.evidence).judge(q);
    if home.judgement.verdict() == Verdict::Met && home.same_stay == Verdict::Met {
        return Ok(Leaving { basis: Basis::Ordered, day, evidence: event.evidence.clone(), home, doubts });
    }
    Err(Judgement::unknown(home.judgement.gaps().iter().cloned().chain(doubts).collect()))
}

fn in_words(q: &Case<'_>, quiet: Judgement) -> Result<Leaving, Judgement> {
    for mention in q.mentions_in_words(|text| q.terminology.mentions("stem-cell-transplantation", text)) {
        let Some(day) = mention.date else { continue };
        let home = departure(q, day, &mention.evidence).judge(q);
        if home.asks && home.judgement.verdict() != Verdict::NotMet {
            let mut doubts = vec![mention.gap];
            add_gaps(&mut doubts, q.hidden_infusions());
            return Ok(Leaving { basis: Basis::Words, day, evidence: mention.evidence, home, doubts });
        }
    }
    Err(quiet)
}

/// The counts, where they matter: in the stay of the reinfusion; in another stay only what is low, or was not sent.
fn counts(leaving: &Leaving, recovery: &Recovery) -> Option<Judgement> {
    let judgement = &recovery.judgement;
    let undelivered = judgement.gaps().iter().any(|gap| gap.kind.is_delivery());
    let asked = leaving.home.same_stay != Verdict::NotMet;
    (asked || undelivered || judgement.verdict() == Verdict::NotMet).then(|| judgement.clone())
}

fn card(q: &Case<'_>, leaving: &Leaving, counts: Option<Judgement>, is_low: bool, judgement: &Judgement) -> Finding {
    let low = counts.is_some() && is_low;
    let counts_open = counts.as_ref().is_some_and(|counts| counts.verdict() == Verdict::Unknown);
    let least = q.value(&numbers::NEUTROPHILS_RECOVERED);
    let mut rows = vec![reinfusion_row(leaving)];
    if leaving.home.judgement.verdict() == Verdict::Unknown {
        rows.push(Criterion::new(Message::new("criterion-stay"), leaving.home.judgement.clone()));
    }
    rows.extend(counts.map(|counts| {
        let text = Message::new("criterion-neutrophils").with("count", least);
        Criterion::new(text, counts).remarking(Message::new("remark-leukocytes"))
    }));
    rows.extend(precautions(q, leaving));
    let has_ms = !q.conditions(ValueSet::MULTIPLE_SCLEROSIS).items.is_empty();
    let contact = if has_ms { "context-contact-ms" } else { "context-contact" };
    let card = CardFacts {
        indicator: if low { Indicator::Warning } else { Indicator::Info },
        summary: summary(leaving, low, counts_open, least),
        lead: vec![
            Message::new("advice-ready"),
            Message::new("advice-call").with("degrees", q.value(&numbers::FEVER_AFTER_AHSCT)),
        ],
        context: vec![Message::new(contact), Message::new("context-sport")],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: RULE.citations,
    };
    Finding::beside(judgement, rows, Some(card))
}

fn summary(leaving: &Leaving, low: bool, counts_open: bool, least: f64) -> Message {
    let dated = |id| Message::new(id).with("date", leaving.day);
    match leaving.basis {
        _ if low => dated("summary-low").with("count", least),
        Basis::OwnOrDonor => dated("summary-own-or-donor"),
        Basis::Ordered => dated("summary-reinfusion-not-recorded"),
        Basis::Words => Message::new("summary-in-words").with("text", leaving.evidence.what.clone()),
        Basis::OwnCells if leaving.home.judgement.verdict() == Verdict::Unknown => dated("summary-stay-unclear"),
        Basis::OwnCells if counts_open => dated("summary-counts-open"),
        Basis::OwnCells => dated("summary-home"),
    }
}

/// The reinfusion. Where its day is not known to the day, neither are the dates that follow from it.
fn reinfusion_row(leaving: &Leaving) -> Criterion {
    let text = Message::new("criterion-reinfusion");
    let evidence = (leaving.basis != Basis::Words).then(|| leaving.evidence.clone());
    let mut gaps = leaving.doubts.clone();
    if leaving.day.exact_day().is_none() {
        gaps.push(imprecise(&leaving.evidence));
    }
    if gaps.is_empty() {
        return Criterion::new(text, Judgement::met(evidence.into_iter().collect()));
    }
    Criterion::new(text, Judgement::unknown(gaps).with_evidence(evidence))
}

/// What holds, and from or until when. Where it is not recorded whose cells were given, every row is open.
fn precautions(q: &Case<'_>, leaving: &Leaving) -> Vec<Criterion> {
    let mut rows = Vec::new();
    rows.extend(prophylaxis(q, leaving).map(|row| row.owned_by(&["infection-prophylaxis"])));
    rows.push(vaccines(q, leaving));
    let live = Criterion::new(Message::new("criterion-live-vaccines"), if_own(leaving, Judgement::met(Vec::new())));
    rows.push(live.remarking(Message::new("remark-no-date")));
    let no_child = no_child(q).and_then(|text| term(q, leaving, text, no_conception_months(q)));
    rows.extend(no_child.map(|row| row.owned_by(&["conception-after-cell-therapy"])));
    rows
}

/// What holds after own cells; open while the cells may be a donor's.
fn if_own(leaving: &Leaving, judgement: Judgement) -> Judgement {
    if leaving.basis == Basis::OwnOrDonor && judgement.verdict() != Verdict::NotMet {
        return Judgement::unknown(leaving.doubts.clone());
    }
    judgement
}

/// Two days, for own cells and for a donor's, counted from the reinfusion.
fn either_day(leaving: &Leaving, remark: &'static str, (own, donor): (i32, i32)) -> Message {
    let day = |months| Moment::on(leaving.day.plus_months(months).last);
    Message::new(remark).with("own", day(own)).with("donor", day(donor))
}

fn prophylaxis(q: &Case<'_>, leaving: &Leaving) -> Option<Criterion> {
    let months = prophylaxis_months(q);
    if leaving.basis != Basis::OwnOrDonor {
        return term(q, leaving, "criterion-prophylaxis", months.0);
    }
    let until = leaving.day.plus_months(months.0.max(months.1));
    let holds = if_own(leaving, q.holds_until(&until, &leaving.evidence));
    let row = || Criterion::new(Message::new("criterion-prophylaxis"), holds.clone());
    (holds.verdict() != Verdict::NotMet)
        .then(|| row().remarking(either_day(leaving, "remark-until-own-or-donor", months)))
}

/// Who is told not to become pregnant, or not to father a child.
fn no_child(q: &Case<'_>) -> Option<&'static str> {
    let patient = &q.patient;
    let at_least = |years| patient.is_at_least(years, &q.as_of).verdict();
    if at_least(q.whole(&numbers::CHILDBEARING_FROM_AGE)) == Verdict::NotMet {
        return None;
    }
    match patient.gender {
        Gender::Female if at_least(q.whole(&numbers::CHILDBEARING_TO_AGE) + 1) == Verdict::Met => None,
        Gender::Female => Some("criterion-no-pregnancy"),
        Gender::Male => Some("criterion-no-fathering"),
        Gender::NotStated => Some("criterion-no-child"),
    }
}

/// Whether the day that dates count from is known.
fn has_day(leaving: &Leaving) -> bool {
    matches!(leaving.basis, Basis::OwnCells | Basis::OwnOrDonor)
}

fn without_day(text: Message, remark: &'static str, months: i32) -> Criterion {
    let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
    Criterion::new(text, Judgement::unknown(vec![gap])).remarking(Message::new(remark).with("count", months))
}

/// A row with its last day; none when it is over. Where the reinfusion is not sure, only how long.
fn term(q: &Case<'_>, leaving: &Leaving, text: &'static str, months: i32) -> Option<Criterion> {
    if !has_day(leaving) {
        return Some(without_day(Message::new(text), "remark-months", months));
    }
    let until = leaving.day.plus_months(months);
    let holds = if_own(leaving, q.holds_until(&until, &leaving.evidence));
    (holds.verdict() != Verdict::NotMet).then(|| Criterion::new(Message::new(text), holds).remarking(last_day(&until)))
}

/// The last day; the latest that it can be where the reinfusion is not dated to the day.
fn last_day(until: &Moment) -> Message {
    let id = if until.exact_day().is_some() { "remark-until" } else { "remark-until-latest" };
    Message::new(id).with("until", Moment::on(until.last))
}

fn vaccines(q: &Case<'_>, leaving: &Leaving) -> Criterion {
    let text = Message::new("criterion-vaccines");
    let months = q.whole(&numbers::NO_VACCINE_MONTHS);
    if leaving.basis == Basis::OwnOrDonor {
        let months = (months, q.whole(&numbers::NO_VACCINE_MONTHS_AFTER_DONOR_CELLS));
        let remark = either_day(leaving, "remark-from-own-or-donor", months);
        return Criterion::new(text, if_own(leaving, Judgement::met(Vec::new()))).remarking(remark);
    }
    if !has_day(leaving) {
        return without_day(text, "remark-from-months", months);
    }
    let from = leaving.day.plus_months(months);
    Criterion::new(text, Judgement::met(Vec::new()))
        .remarking(Message::new("remark-from").with("from", Moment::on(from.last)))
}
