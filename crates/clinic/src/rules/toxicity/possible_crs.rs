//! Signs of cytokine release syndrome (CRS) in the first weeks after CAR-T.
//!
//! ## What it flags
//! Fever, a low blood pressure, a low saturation, oxygen or a vasopressor of the last 24 hours, at most 30 days after the
//! infusion, with the ASTCT grade that follows from what is known.
//!
//! ## Why it matters
//! CRS shows as "in ernst variërende mate van koorts, hypotensie en hypoxie" (CART-075, CART-035); it mostly begins 2 to 7
//! days after the infusion (CART-034), and side effects may still come in the first month (CART-043). From grade 2 it is
//! treated with tocilizumab (CART-083); a pressure that does not rise with fluids needs a vasopressor and intensive care
//! (CART-037). Any fever asks for a search for infection (CART-031).
//!
//! ## When it is met
//! CAR-T in history, t0 at most 30 calendar days ago, and in the last 24 hours (by the clock, the boundary counted), not
//! before the infusion: temperature ≥ 38.0 °C (ASTCT), systolic < 90 mmHg, saturation < 92 %, oxygen flow > 0, oxygen therapy
//! or hypoxia recorded, or a vasopressor given. The worst value of the 24 hours counts.
//! Grade ≥ 2, computed, or recorded in the last 48 hours → critical; grade 1 → warning, but critical
//! - above the limit of the call card (> 38.5 °C, CART-060) unless in the admission of the infusion: call the centre now, as
//!   rule `fever-after-cell-therapy` says of an older fever (X3);
//! - with fever and neutrophils known to be below the limit of `cytopenia-after-cell-therapy`: febrile neutropenia can't be
//!   told from CRS (inference, standard care: cultures and antibiotics at once).
//!
//! ## When it stays quiet
//! Normal or no measurements; day 31 and later, after aHSCT, or fever of more than 24 hours ago (rule
//! `fever-after-cell-therapy`); fever as a finding without a temperature (rule `urgent-symptoms-after-car-t`); confusion
//! (rule `possible-icans`); CRS on record without a sign of today; a vasopressor that is only ordered or was stopped
//! earlier; oxygen off (0 L/min); CAR-T only planned; a patient who died.
//!
//! ## When it asks
//! A warning when there is a sign and the date of the infusion is unknown, too coarse, or only that of an order; when a
//! value that may be a sign has no usable unit or a date too coarse; when there is a sign and CAR-T stands in the record
//! in words only. Data that was not sent leaves it unknown without a card of its own.
//!
//! ## Where the catalogue is silent
//! - A recorded grade of more than 48 hours ago is shown and does not decide: CRS changes within hours.
//! - The infusion is recent, and an earlier one of the same episode may be hidden in data that was not sent: the same card,
//!   verdict unknown.
//! - Under 18 years the limit of the systolic pressure is not applied: it is one for adults, and a lower pressure can be
//!   normal. The row is unknown, and no sign by itself.
//! - Exact grade only when systolic pressure, saturation and administrations came through and the oxygen flow is known in
//!   hypoxia; else "at least". A drug given in these hours without a usable code may be a vasopressor: "at least".
//! - Norepinephrine, epinephrine, phenylephrine and dopamine each count as one; another drug beside them (dobutamine,
//!   ephedrine) leaves "at least grade 3".
//! - A sign without fever: the card shows the grade only when there was fever since the infusion, CRS is on record, or a
//!   drug was given that takes fever away (tocilizumab and the like, a corticosteroid). Without any of these it is
//!   critical as well, but says that another cause is possible and offers no tocilizumab.
//! - Oxygen or a vasopressor that began before the infusion is not counted as a sign.
//! - Tocilizumab is not offered when it is prescribed already, when the administrations were not sent, or when one is on
//!   record whose date or completion does not tell.
//! - Mean pressure alone does not tell hypotension: the limit is systolic. Positive pressure and masks have no verified
//!   codes; the card says that they can't be seen.
//! - Cultures and X-ray have no verified codes: they are offered in words, unless a request without a code of the last 24
//!   hours names them.
//!
//! ## Sources
//! CART-031, CART-034, CART-035, CART-037, CART-043, CART-060, CART-075 to CART-079, CART-081 to CART-084; ASTCT (Lee 2019);
//! conflicts X3, X12, X13, X14.

use crate::questions::blood::neutropenia::Neutropenia;
use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::therapy::history::Certainty;
use crate::questions::toxicity::crs_grade::{CrsLimits, CrsSigns, Grade};
use crate::questions::toxicity::tocilizumab::Tocilizumab;
use crate::questions::toxicity::toxicity::{Toxicity, ToxicityKind};
use crate::{
    CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents, numbers,
};
use cellwise_record::search::vital_sign::not_measured;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "possible-crs",
    file: file!(),
    topic: "possibleCrs",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[TOXICITY, ERASMUS_WITH_CALL_CARD, ASTCT],
    override_reasons: OVERRIDE_REASONS,
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
    observations: &[
        ValueSet::NEUTROPHIL_COUNT,
        ValueSet::BODY_TEMPERATURE,
        ValueSet::BLOOD_PRESSURE,
        ValueSet::SYSTOLIC_BLOOD_PRESSURE,
        ValueSet::OXYGEN_SATURATION,
        ValueSet::OXYGEN_FLOW,
        ValueSet::CRS_GRADE,
        ValueSet::FERRITIN,
        ValueSet::C_REACTIVE_PROTEIN,
        ValueSet::INTERLEUKIN_6,
    ],
    numbers: &[
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::CRS_HOURS,
        &numbers::CRS_FEVER,
        &numbers::CRS_SYSTOLIC_PRESSURE,
        &numbers::CRS_OXYGEN_SATURATION,
        &numbers::LOW_OXYGEN_FLOW,
        &numbers::RECORDED_CRS_GRADE_HOURS,
        &numbers::ADULT_AGE,
        &numbers::TOCILIZUMAB_GRADE,
    ],
    judge,
};

const TOXICITY: Citation = Citation {
    document: &documents::CAR_T_TOXICITY,
    statements: &[
        "CART-075", "CART-076", "CART-077", "CART-078", "CART-079", "CART-081", "CART-082", "CART-083", "CART-084",
    ],
};
const ERASMUS: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-031", "CART-034", "CART-035", "CART-037", "CART-043"],
};
/// With the limit of the call card, where that decides.
const ERASMUS_WITH_CALL_CARD: Citation = Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-031", "CART-034", "CART-035", "CART-037", "CART-043", "CART-060"],
};
const ASTCT: Citation = Citation { document: &documents::ASTCT_GRADING, statements: &[] };
const WITHOUT_CALL_CARD: &[Citation] = &[TOXICITY, ERASMUS, ASTCT];

/// The rules that own the numbers of the call card and of neutropenia.
const FEVER_RULE: &str = "fever-after-cell-therapy";
const CYTOPENIA_RULE: &str = "cytopenia-after-cell-therapy";

const OVERRIDE_REASONS: &[&str] =
    &["already-treated", "explained-otherwise", "local-protocol", "data-outdated", "other"];

/// The search for infection: what is offered, and the words by which a request for it is recognised.
const WORK_UP: [(&str, &str); 3] = [
    ("suggest-blood-culture", "blood-culture"),
    ("suggest-urine-culture", "urine-culture"),
    ("suggest-chest-x-ray", "chest-x-ray"),
];

fn judge(q: &Case<'_>) -> Finding {
    if q.patient.deceased {
        return Finding::silent(&Judgement::not_met(Vec::new()));
    }
    let car_t = q.after_car_t();
    let signs = q.crs_signs(limits(q), car_t.t0.as_ref());
    let any = [&signs.hypotension, &signs.hypoxia, &signs.vasopressor]
        .into_iter()
        .fold(signs.fever.clone(), |any, sign| any.or(sign.clone()));
    let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let window = car_t.within(q, days);
    let judgement = car_t.history.judgement.clone().and(window.clone()).and(any.clone());
    let seen = any.verdict() == Verdict::Met || any.verdict() == Verdict::Unknown && signs.asks;
    // An earlier infusion of the same episode may be hidden: the card is the same.
    let recent = car_t.is_known_to_be_recent(q, days) && any.verdict() == Verdict::Met;
    match (judgement.verdict(), car_t.history.judgement.verdict()) {
        (Verdict::Met, _) => concern(q, &car_t, &signs, &judgement),
        (Verdict::Unknown, Verdict::Met) if recent => concern(q, &car_t, &signs, &judgement),
        (Verdict::Unknown, Verdict::Met)
            if seen && (!car_t.is_known_to_be_older(q, days) || car_t.may_be_repeated()) =>
        {
            ask(q, &car_t, &signs, &window, &judgement)
        }
        (Verdict::Unknown, Verdict::Unknown)
            if any.verdict() == Verdict::Met && q.says_in_words(|text| q.terminology.mentions("car-t", text)) =>
        {
            ask(q, &car_t, &signs, &window, &judgement)
        }
        _ => Finding::silent(&judgement),
    }
}

fn limits(q: &Case<'_>) -> CrsLimits {
    CrsLimits {
        hours: q.whole(&numbers::CRS_HOURS),
        fever: q.value(&numbers::CRS_FEVER),
        systolic: q.value(&numbers::CRS_SYSTOLIC_PRESSURE),
        saturation: q.value(&numbers::CRS_OXYGEN_SATURATION),
        low_flow: q.value(&numbers::LOW_OXYGEN_FLOW),
        adult_age: q.whole(&numbers::ADULT_AGE),
    }
}

/// The neutrophils, by the numbers of the rule on them.
fn neutropenia(q: &Case<'_>) -> Neutropenia {
    q.neutropenia().clone()
}

fn concern(q: &Case<'_>, car_t: &AfterCarT, signs: &CrsSigns, judgement: &Judgement) -> Finding {
    let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let recorded = q.toxicity(ToxicityKind::CytokineReleaseSyndrome, car_t.t0, days, &[]);
    let on_record = recorded.as_ref().and_then(|crs| crs.highest);
    let recorded_grade =
        on_record.filter(|grade| q.crs_grade_is_recent(*grade, q.whole(&numbers::RECORDED_CRS_GRADE_HOURS)));
    let fever = signs.fever.verdict() == Verdict::Met;
    let earlier = recorded.is_some() || q.fever_earlier(q.value(&numbers::CRS_FEVER), days, car_t.t0.as_ref());
    let computed = signs.grade.filter(|_| fever || earlier);
    let grade = match (computed, recorded_grade) {
        (Some(computed), Some(recorded)) if recorded > computed.grade => {
            Some(Grade { grade: recorded, at_least: false })
        }
        (computed, _) => computed,
    };
    let treated = u8::try_from(q.whole(&numbers::TOCILIZUMAB_GRADE)).unwrap_or(2);
    let severe = grade.is_none_or(|grade| grade.grade >= treated);
    let (known, given) = q.tocilizumab_in_episode(car_t.t0, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
    let neutropenia = neutropenia(q);
    let low_and_febrile = fever && neutropenia.is_met();
    let limit = q.value(&numbers::FEVER_AFTER_CAR_T);
    let call_card = q.hotter_and_away(limit, q.whole(&numbers::CRS_HOURS), car_t.t0.as_ref());
    // Elsewhere the grade, or neutropenia, decides.
    let by_call_card = call_card.is_some() && !severe && !low_and_febrile;
    let mut lead = vec![low_and_febrile.then(|| Message::new("advice-neutropenia"))];
    lead.push(call_card.is_some().then(|| Message::new("advice-call-card").with("limit", limit)));
    lead.push(recorded_line(q, computed, recorded_grade));
    lead.push(fever.then(|| Message::new("advice-infection")));
    lead.push(match grade {
        None => Some(Message::new("advice-without-fever")),
        Some(Grade { grade: 1, at_least: false }) if !severe => Some(Message::new("advice-grade-1")),
        Some(_) if !severe => Some(Message::new("advice-complete")),
        Some(_) => {
            let undelivered = q.sources().is_undelivered(Source::MedicationAdministrations);
            let id = match known {
                Tocilizumab::Unknown if undelivered => "advice-tocilizumab-unknown",
                Tocilizumab::Unknown => "advice-tocilizumab-check",
                Tocilizumab::Given => "advice-after-tocilizumab",
                Tocilizumab::Prescribed | Tocilizumab::No => "advice-tocilizumab",
            };
            Some(Message::new(id).with("grade", i32::from(treated)))
        }
    });
    let low = [&signs.hypotension, &signs.vasopressor].iter().any(|sign| sign.verdict() == Verdict::Met);
    lead.push(low.then(|| Message::new("advice-vasopressor")));
    let mut suggestions = Vec::new();
    if severe
        && grade.is_some()
        && matches!(known, Tocilizumab::No)
        && let Some(code) = q.terminology.members(ValueSet::TOCILIZUMAB).first()
    {
        suggestions.push(Suggestion {
            label: Message::new("suggest-tocilizumab"),
            proposal: Proposal::Medication { code: code.clone() },
            note: Some(Message::new("note-dose")),
        });
    }
    if fever {
        suggestions.extend(work_up(q));
    }
    let treated_with = matches!(known, Tocilizumab::Given);
    let urgent = severe || low_and_febrile || by_call_card;
    let summary = match (&neutropenia.count, grade) {
        (Some(count), _) if low_and_febrile && !severe => {
            about(q, car_t, signs, "summary-neutropenia").with("count", &**count)
        }
        (_, Some(Grade { grade, .. })) if by_call_card => {
            about(q, car_t, signs, "summary-call-card").with("grade", i32::from(grade))
        }
        _ => summary(q, car_t, signs, grade, severe, treated_with),
    };
    let card = CardFacts {
        indicator: if urgent { Indicator::Critical } else { Indicator::Warning },
        summary,
        lead: lead.into_iter().flatten().collect(),
        context: context(q, signs, computed, recorded_grade),
        suggestions,
        override_reasons: Some(OVERRIDE_REASONS),
        citations: if by_call_card { RULE.citations } else { WITHOUT_CALL_CARD },
    };
    let mut rows = rows(q, car_t, signs, recorded.as_ref(), fever || !earlier, given);
    if on_record.is_some() && recorded_grade.is_none() {
        let earlier =
            Message::new("remark-recorded-earlier").with("hours", q.whole(&numbers::RECORDED_CRS_GRADE_HOURS));
        for row in rows.iter_mut().filter(|row| row.text.id == "criterion-recorded") {
            row.remark = Some(earlier.clone());
        }
    }
    rows.extend(call_card.map(|away| Criterion::new(Message::new("criterion-away"), away)));
    rows.extend(neutrophil_row(q, fever, &neutropenia));
    Finding::beside(&judgement.clone().and(q.alive().clone()), rows, Some(card))
}

/// The neutrophils in fever, when they were counted.
fn neutrophil_row(q: &Case<'_>, fever: bool, neutropenia: &Neutropenia) -> Option<Criterion> {
    let text = Message::new("criterion-neutrophils").with("limit", q.value(&numbers::SEVERE_NEUTROPENIA));
    (fever && neutropenia.is_counted)
        .then(|| Criterion::new(text, neutropenia.judgement.clone()).owned_by(&[CYTOPENIA_RULE]))
}

/// Both grades, when they differ.
fn recorded_line(q: &Case<'_>, computed: Option<Grade>, recorded: Option<u8>) -> Option<Message> {
    let (Some(computed), Some(recorded)) = (computed, recorded) else { return None };
    let id = if computed.at_least { "advice-recorded-at-least" } else { "advice-recorded" };
    (computed.grade != recorded).then(|| {
        Message::new(id)
            .with("recorded", i32::from(recorded))
            .with("computed", i32::from(computed.grade))
            .with("hours", q.whole(&numbers::CRS_HOURS))
    })
}

fn summary(
    q: &Case<'_>,
    car_t: &AfterCarT,
    signs: &CrsSigns,
    grade: Option<Grade>,
    severe: bool,
    treated: bool,
) -> Message {
    let Some(Grade { grade, at_least }) = grade else {
        return about(q, car_t, signs, "summary-without-fever");
    };
    let id = match (severe, treated, at_least) {
        (false, _, false) => "summary-mild",
        (false, _, true) => "summary-mild-at-least",
        (true, false, false) => "summary-severe",
        (true, false, true) => "summary-severe-at-least",
        (true, true, false) => "summary-treated",
        (true, true, true) => "summary-treated-at-least",
    };
    about(q, car_t, signs, id).with("grade", i32::from(grade))
}

/// A summary with the worst values and the date of the infusion.
fn about(q: &Case<'_>, car_t: &AfterCarT, signs: &CrsSigns, id: &'static str) -> Message {
    Message::new(id).with("findings", signs.findings.join(", ")).with("date", car_t.t0.unwrap_or_else(|| q.as_of.day()))
}

fn context(q: &Case<'_>, signs: &CrsSigns, computed: Option<Grade>, recorded: Option<u8>) -> Vec<Message> {
    let differs = recorded.is_some_and(|recorded| computed.is_none_or(|computed| computed.grade != recorded));
    let high = computed.is_some_and(|computed| computed.grade >= 3);
    let myeloma = !q.conditions(ValueSet::MULTIPLE_MYELOMA).items.is_empty();
    [
        Some(Message::new("context-onset")),
        Some(Message::new("context-limits").with("hours", q.whole(&numbers::CRS_HOURS))),
        (signs.hypoxia.verdict() == Verdict::Met).then(|| Message::new("context-ventilation")),
        (high || differs).then(|| Message::new("context-older-scale")),
        myeloma.then(|| Message::new("context-myeloma")),
        markers(q),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The latest inflammation markers of this episode.
fn markers(q: &Case<'_>) -> Option<Message> {
    let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let mut shown = Vec::new();
    for set in [ValueSet::FERRITIN, ValueSet::C_REACTIVE_PROTEIN, ValueSet::INTERLEUKIN_6] {
        let found = q.observations(set).items.into_iter();
        let dated = found.filter_map(|marker| Some((marker.when?, marker, marker.quantity()?)));
        let recent = dated.filter(|(when, ..)| q.within_days(when, days) == Verdict::Met);
        if let Some((when, marker, value)) = recent.max_by_key(|(when, ..)| (when.last, when.instant)) {
            shown.push(format!("{} {} ({when})", marker.concept.text, value.text()));
        }
    }
    (!shown.is_empty()).then(|| Message::new("context-markers").with("values", shown.join("; ")))
}

fn work_up(q: &Case<'_>) -> impl Iterator<Item = Suggestion> {
    let hours = q.whole(&numbers::CRS_HOURS);
    WORK_UP
        .into_iter()
        .filter(move |(_, hint)| !q.requested_in_words(hours, |text| q.terminology.mentions(hint, text)))
        .map(|(label, _)| Suggestion {
            label: Message::new(label),
            proposal: Proposal::Service { code: None, reasons: Vec::new() },
            note: Some(Message::new("note-fever")),
        })
}

/// The rows of the signs. What was not measured is shown as unknown, though it is no reason for a card.
fn rows(
    q: &Case<'_>,
    car_t: &AfterCarT,
    signs: &CrsSigns,
    recorded: Option<&Toxicity>,
    fever_counts: bool,
    tocilizumab: Judgement,
) -> Vec<Criterion> {
    let measured = |sign: &Judgement, measured: bool| {
        let open = sign.verdict() == Verdict::NotMet && !measured;
        if open { Judgement::unknown(vec![not_measured()]) } else { sign.clone() }
    };
    let fever = Criterion::new(
        Message::new("criterion-fever").with("limit", q.value(&numbers::CRS_FEVER)),
        measured(&signs.fever, signs.measured.temperature),
    );
    let mut rows = vec![
        car_t_row(q, car_t, Judgement::met(Vec::new())),
        if fever_counts { fever } else { fever.remarking(Message::new("remark-fever-earlier")) },
        Criterion::new(
            Message::new("criterion-hypotension").with("limit", q.value(&numbers::CRS_SYSTOLIC_PRESSURE)),
            measured(&signs.hypotension, signs.measured.pressure),
        ),
        Criterion::new(
            Message::new("criterion-hypoxia").with("limit", q.value(&numbers::CRS_OXYGEN_SATURATION)),
            measured(&signs.hypoxia, signs.measured.saturation),
        ),
        Criterion::new(Message::new("criterion-vasopressor"), signs.vasopressor.clone()),
    ];
    let open: Vec<Gap> =
        [Source::Conditions, Source::Observations].into_iter().flat_map(|source| q.sources().gaps_of(source)).collect();
    let on_record = recorded.map(|crs| crs.evidence.clone()).unwrap_or_default();
    rows.push(Criterion::new(Message::new("criterion-recorded"), Judgement::found(on_record, open)));
    rows.push(Criterion::new(Message::new("criterion-tocilizumab"), tocilizumab));
    rows
}

fn car_t_row(q: &Case<'_>, car_t: &AfterCarT, window: Judgement) -> Criterion {
    let text = Message::new("criterion-car-t").with("days", q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
    let history = &car_t.history.judgement;
    let judged = history.clone().and(window);
    let row = match judged.verdict() {
        Verdict::Unknown => Criterion::new(text, judged.with_evidence(history.evidence().to_vec())),
        Verdict::Met | Verdict::NotMet => Criterion::new(text, judged),
    };
    match (car_t.history.certainty(), car_t.days(q)) {
        (Some(Certainty::Probable), _) => row.remarking(Message::new("remark-infusion-not-recorded")),
        (_, Some(day)) => row.remarking(Message::new("remark-day").with("day", day)),
        _ => row,
    }
}

/// A sign, or something that may be one, and not all is known.
fn ask(q: &Case<'_>, car_t: &AfterCarT, signs: &CrsSigns, window: &Judgement, judgement: &Judgement) -> Finding {
    let in_words = car_t.history.judgement.verdict() != Verdict::Met;
    let date_unclear = !signs.findings.is_empty() && window.verdict() == Verdict::Unknown;
    let id = match (in_words, date_unclear) {
        (true, _) => "summary-car-t-in-words",
        (false, true) => "summary-date-unclear",
        (false, false) => "summary-value-unclear",
    };
    let summary = match id {
        "summary-value-unclear" => Message::new(id),
        _ => Message::new(id)
            .with("findings", signs.findings.join(", "))
            .with("days", q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)),
    };
    let (_, given) = q.tocilizumab_in_episode(car_t.t0, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T));
    let mut rows = rows(q, car_t, signs, None, true, given);
    rows.truncate(5);
    if let Some(first) = rows.first_mut() {
        *first = car_t_row(q, car_t, window.clone());
    }
    let fever = signs.fever.verdict() == Verdict::Met;
    let neutropenia = neutropenia(q);
    let low_and_febrile = fever && !in_words && neutropenia.is_met();
    let summary = match &neutropenia.count {
        Some(count) if low_and_febrile => {
            Message::new("summary-neutropenia").with("findings", signs.findings.join(", ")).with("count", &**count)
        }
        _ => summary,
    };
    rows.extend(neutrophil_row(q, fever, &neutropenia));
    let card = CardFacts {
        indicator: if low_and_febrile { Indicator::Critical } else { Indicator::Warning },
        summary,
        lead: fever.then(|| Message::new("advice-infection")).into_iter().chain([Message::new("advice-ask")]).collect(),
        context: vec![Message::new("context-onset")],
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: WITHOUT_CALL_CARD,
    };
    Finding::beside(&judgement.clone().and(q.alive().clone()), rows, Some(card))
}
