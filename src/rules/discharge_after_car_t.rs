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
//! - Or another stay, or a visit to the emergency department, ends at most 56 days after it.
//!
//! Info; warning when the last infusion is fewer than 10 days ago. All other dates count from the first (X20): driving 56
//! days, contraception 6 months, prophylaxis 12 months. Donation and corticosteroids have no end. What is over is left out.
//!
//! ## When it stays quiet
//! CAR-T planned or not done; stem cell transplantation only; a deceased patient, or a stay that ends with death; any stay
//! that starts more than 56 days after the infusion; more than 12 months after it, when no advice with a date is in force.
//! Driving and prophylaxis are left to their own rules when these have a card. No contraception, no driving for a child
//! under 12.
//!
//! ## When it asks
//! - It can't be told whether the infusion belongs to this stay (stays not sent; a coarse date): the same card at the same
//!   severity while any stay counts; later on it stays unknown without a card.
//! - An order marked completed in this stay without an infusion, or CAR-T in words only: info, without dates.
//! - CAR-T without a date: unknown, without a card.
//!
//! ## Where the catalogue is silent
//! - 56 days for another stay: the longest of the bans that change daily life (inference).
//! - Days in another hospital do not show: fewer than 10 days after the infusion warns whichever stay ends.
//! - Infusions that may be hidden (a source was not sent) leave the ten days open: the row says so.
//! - Words count only beside no coded CAR-T: "CAR-T controle" is no second infusion.
//! - A stay without a class may be a visit: unknown.
//!
//! ## Sources
//! CART-014, CART-026, CART-044…046, CART-053, CART-055, CART-056, CART-060…067, CART-074, CART-110; conflicts X9, X15, X20.

use crate::chart::date::Moment;
use crate::chart::going_home::{Departure, GoingHome, imprecise, newest};
use crate::chart::history::{Certainty, TherapyHistory};
use crate::chart::source::Source;
use crate::rules::{CardFacts, Citation, Criterion, Finding, Indicator, Message, Number, Question, Rule, documents};
use crate::verdict::{Evidence, Gap, Judgement, Verdict, add_gaps};

/// The stay after the last infusion lasts at least so long.
const STAY_DAYS: Number =
    Number { id: "minimum-stay-days", default: 10.0, within: (1.0, 28.0), unit: "d", citation: "CART-026" };
/// Another stay that ends up to and including this day counts, too.
const OTHER_STAY_DAYS: Number =
    Number { id: "other-stay-days", default: 56.0, within: (0.0, 180.0), unit: "d", citation: "inference" };
/// No driving up to and including this day.
const DRIVING_DAYS: Number =
    Number { id: "driving-days", default: 56.0, within: (28.0, 180.0), unit: "d", citation: "CART-055" };
/// Condoms, or no sex.
const CONTRACEPTION_MONTHS: Number =
    Number { id: "contraception-months", default: 6.0, within: (1.0, 60.0), unit: "mo", citation: "CART-053" };
/// Co-trimoxazole and valaciclovir; afterwards no advice with a date is in force.
const PROPHYLAXIS_MONTHS: Number =
    Number { id: "prophylaxis-months", default: 12.0, within: (6.0, 60.0), unit: "mo", citation: "CART-056" };
/// Above this temperature the patient calls.
const FEVER: Number =
    Number { id: "fever-above", default: 38.5, within: (37.5, 40.0), unit: "Cel", citation: "CART-060" };
/// Younger children get no advice on driving and contraception.
const FROM_AGE: Number =
    Number { id: "advice-from-age", default: 12.0, within: (8.0, 18.0), unit: "a", citation: "inference" };

const CITATIONS: &[Citation] = &[
    Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &[
            "CART-014", "CART-026", "CART-044", "CART-045", "CART-046", "CART-053", "CART-055", "CART-056", "CART-060",
            "CART-061", "CART-062", "CART-063", "CART-064", "CART-065", "CART-066", "CART-067", "CART-110",
        ],
    },
    Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-074"] },
];

/// The rule.
pub const RULE: Rule = Rule {
    id: "discharge-after-car-t",
    topic: "dischargeAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: CITATIONS,
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
        &STAY_DAYS,
        &OTHER_STAY_DAYS,
        &DRIVING_DAYS,
        &CONTRACEPTION_MONTHS,
        &PROPHYLAXIS_MONTHS,
        &FEVER,
        &FROM_AGE,
    ],
    judge,
};

const OVERRIDES: &[&str] = &["arranged-elsewhere", "local-protocol", "data-outdated", "other"];

/// What the infusion is known from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basis {
    Recorded,
    /// An order marked completed.
    Ordered,
    Words,
}

/// A patient who goes home after CAR-T, or may.
struct Leaving {
    basis: Basis,
    /// Day of the first infusion, of the order, or of the entry in words.
    day: Moment,
    evidence: Evidence,
    home: GoingHome,
    /// Why it is not sure that CAR-T was given.
    doubts: Vec<Gap>,
}

fn judge(q: &Question<'_>) -> Finding {
    let alive = q.chart.goes_home_alive();
    if alive.verdict() == Verdict::NotMet {
        return Finding::silent(&alive);
    }
    let history = q.chart.car_t_history();
    match leaving(q, &history) {
        Ok(leaving) => {
            let certain = if leaving.doubts.is_empty() {
                Judgement::met(Vec::new())
            } else {
                Judgement::unknown(leaving.doubts.clone())
            };
            let judgement = alive.and(certain).and(leaving.home.judgement.clone());
            card(q, &leaving, &history, &judgement)
        }
        Err(judgement) => Finding::silent(&alive.and(judgement)),
    }
}

fn departure<'e>(q: &Question<'_>, day: Moment, evidence: &'e Evidence) -> Departure<'e> {
    Departure {
        day,
        evidence,
        other_stay_until: day.plus_days(q.whole(&OTHER_STAY_DAYS)),
        advice_until: day.plus_months(q.whole(&PROPHYLAXIS_MONTHS).max(q.whole(&CONTRACEPTION_MONTHS))),
    }
}

/// The therapy that the patient goes home after; else the judgement of a rule that stays silent.
fn leaving(q: &Question<'_>, history: &TherapyHistory) -> Result<Leaving, Judgement> {
    match history.certainty() {
        Some(Certainty::Recorded) => recorded(q, history),
        Some(Certainty::Probable) => ordered(q, history).or_else(|quiet| in_words(q, history, quiet)),
        None => in_words(q, history, history.judgement.clone()),
    }
}

fn recorded(q: &Question<'_>, history: &TherapyHistory) -> Result<Leaving, Judgement> {
    let first = history.t0().and_then(|t0| Some((t0, history.events.iter().find(|event| event.date == Some(t0))?)));
    let Some((day, event)) = first else {
        return Err(Judgement::unknown(vec![Gap::not_recorded(Source::Procedures, "gap-no-day")]));
    };
    let home = departure(q, day, &event.evidence).leave(q.chart)?;
    Ok(Leaving { basis: Basis::Recorded, day, evidence: event.evidence.clone(), home, doubts: Vec::new() })
}

/// An order marked completed speaks only of the stay that it was written in.
fn ordered(q: &Question<'_>, history: &TherapyHistory) -> Result<Leaving, Judgement> {
    let mut doubts = vec![Gap::not_recorded(Source::Procedures, "gap-infusion")];
    let Some((day, event)) = newest(&history.events) else { return Err(Judgement::unknown(doubts)) };
    let home = departure(q, day, &event.evidence).judge(q.chart);
    if home.judgement.verdict() == Verdict::Met && home.same_stay == Verdict::Met {
        return Ok(Leaving { basis: Basis::Ordered, day, evidence: event.evidence.clone(), home, doubts });
    }
    add_gaps(&mut doubts, home.judgement.gaps().iter().cloned());
    add_gaps(&mut doubts, q.chart.hidden_infusions());
    Err(Judgement::unknown(doubts))
}

fn in_words(q: &Question<'_>, history: &TherapyHistory, quiet: Judgement) -> Result<Leaving, Judgement> {
    for mention in q.chart.mentions_in_words(|text| q.terminology.mentions("car-t", text)) {
        let Some(day) = mention.date else { continue };
        let home = departure(q, day, &mention.evidence).judge(q.chart);
        if home.asks && home.judgement.verdict() != Verdict::NotMet {
            let mut doubts = vec![mention.gap];
            add_gaps(&mut doubts, history.judgement.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned());
            return Ok(Leaving { basis: Basis::Words, day, evidence: mention.evidence, home, doubts });
        }
    }
    Err(quiet)
}

fn card(q: &Question<'_>, leaving: &Leaving, history: &TherapyHistory, judgement: &Judgement) -> Finding {
    let long_enough = (leaving.basis == Basis::Recorded).then(|| long_enough(q, history));
    let early = long_enough.as_ref().is_some_and(|judgement| judgement.verdict() == Verdict::NotMet);
    let mut rows = vec![infusion_row(leaving, history)];
    if leaving.home.judgement.verdict() == Verdict::Unknown {
        rows.push(Criterion::new(Message::new("criterion-stay"), leaving.home.judgement.clone()));
    }
    let days = q.whole(&STAY_DAYS);
    rows.extend(
        long_enough.map(|judgement| Criterion::new(Message::new("criterion-stay-days").with("days", days), judgement)),
    );
    rows.extend(precautions(q, leaving));
    let mut context = vec![Message::new("context-contact"), Message::new("context-gp")];
    if early {
        context.push(Message::new("context-length-of-stay"));
    }
    let card = CardFacts {
        indicator: if early { Indicator::Warning } else { Indicator::Info },
        summary: summary(leaving, history, early, days),
        lead: vec![Message::new("advice-hand-over"), Message::new("advice-call").with("degrees", q.number(&FEVER))],
        context,
        suggestions: Vec::new(),
        override_reasons: OVERRIDES,
        citations: if early { CITATIONS } else { CITATIONS.get(..1).unwrap_or(CITATIONS) },
    };
    Finding::new(judgement, rows, Some(card))
}

fn summary(leaving: &Leaving, history: &TherapyHistory, early: bool, days: i32) -> Message {
    let dated = |id| Message::new(id).with("date", leaving.day);
    match leaving.basis {
        Basis::Ordered => dated("summary-infusion-not-recorded"),
        Basis::Words => Message::new("summary-in-words").with("text", leaving.evidence.what.clone()),
        Basis::Recorded if early => {
            let last = newest(&history.events).map_or(leaving.day, |(day, _)| day);
            Message::new("summary-early").with("date", last).with("days", days)
        }
        Basis::Recorded if leaving.home.judgement.verdict() == Verdict::Unknown => dated("summary-stay-unclear"),
        Basis::Recorded => dated("summary-home"),
    }
}

fn infusion_row(leaving: &Leaving, history: &TherapyHistory) -> Criterion {
    let text = Message::new("criterion-car-t");
    match leaving.basis {
        Basis::Recorded => Criterion::new(text, Judgement::met(history.judgement.evidence().to_vec())),
        Basis::Ordered => {
            let evidence = [leaving.evidence.clone()];
            Criterion::new(text, Judgement::unknown(leaving.doubts.clone()).with_evidence(evidence))
        }
        Basis::Words => Criterion::new(text, Judgement::unknown(leaving.doubts.clone())),
    }
}

/// Whether the patient has stayed long enough since the last infusion. One that is hidden could be later.
fn long_enough(q: &Question<'_>, history: &TherapyHistory) -> Judgement {
    let Some((last, event)) = newest(&history.events) else { return Judgement::unknown(Vec::new()) };
    let evidence = [event.evidence.clone()];
    let hidden = q.chart.hidden_infusions();
    match q.chart.as_of.day().on_or_after(&last.plus_days(q.whole(&STAY_DAYS))) {
        Verdict::Met if hidden.is_empty() => Judgement::met(evidence.to_vec()),
        Verdict::Met => Judgement::unknown(hidden).with_evidence(evidence),
        Verdict::NotMet => Judgement::not_met(evidence.to_vec()),
        Verdict::Unknown => Judgement::unknown(vec![imprecise(&event.evidence)]).with_evidence(evidence),
    }
}

/// What holds, and until when.
fn precautions(q: &Question<'_>, leaving: &Leaving) -> Vec<Criterion> {
    let from_age = q.chart.patient.is_at_least(q.whole(&FROM_AGE), &q.chart.as_of).verdict() != Verdict::NotMet;
    let mut rows = Vec::new();
    if from_age {
        let driving = term(q, leaving, Message::new("criterion-driving"), &DRIVING_DAYS);
        rows.extend(driving.map(|row| row.owned_by(&["driving-after-car-t"])));
        let contraception = term(q, leaving, Message::new("criterion-contraception"), &CONTRACEPTION_MONTHS);
        rows.extend(contraception.map(|row| row.owned_by(&["conception-after-cell-therapy"])));
    }
    let prophylaxis = term(q, leaving, Message::new("criterion-prophylaxis"), &PROPHYLAXIS_MONTHS);
    rows.extend(prophylaxis.map(|row| row.owned_by(&["infection-prophylaxis"])));
    let given = leaving.basis == Basis::Recorded;
    let holds = if given { Judgement::met(Vec::new()) } else { Judgement::unknown(Vec::new()) };
    let endless = |id| Criterion::new(Message::new(id), holds.clone()).remarking(Message::new("remark-no-end-date"));
    rows.push(endless("criterion-corticosteroid").owned_by(&["corticosteroid-after-car-t"]));
    rows.push(endless("criterion-donation").owned_by(&["donation-after-car-t"]));
    rows
}

/// A row with its last day; none when it is over. Where the infusion is not sure, only how long.
fn term(q: &Question<'_>, leaving: &Leaving, text: Message, number: &Number) -> Option<Criterion> {
    let count = q.whole(number);
    let (in_days, until) = match number.unit {
        "d" => ("remark-days", leaving.day.plus_days(count)),
        _ => ("remark-months", leaving.day.plus_months(count)),
    };
    if leaving.basis != Basis::Recorded {
        let gap = Gap::not_recorded(Source::Procedures, "gap-no-day");
        let row = Criterion::new(text, Judgement::unknown(vec![gap]));
        return Some(row.remarking(Message::new(in_days).with("count", count)));
    }
    let holds = q.chart.holds_until(&until, &leaving.evidence);
    (holds.verdict() != Verdict::NotMet).then(|| Criterion::new(text, holds).remarking(last_day(&until)))
}

/// The last day; the latest that it can be where the infusion is not dated to the day.
fn last_day(until: &Moment) -> Message {
    let id = if until.exact_day().is_some() { "remark-until" } else { "remark-until-latest" };
    Message::new(id).with("until", Moment::on(until.last))
}
