//! Stem cell transplantation or CAR-T ordered for a patient who is pregnant or breastfeeding, or may be.
//!
//! ## What it flags
//! An order of a stem cell transplantation or CAR-T, or of the drugs that prepare for one (mobilisation, conditioning,
//! lymphodepletion) beside a cell therapy in the same draft orders or open on record.
//!
//! ## Why it matters
//! "Vrouwen die zwanger zijn of borstvoeding geven, kunnen geen stamceltherapie krijgen" (HSCT-037). The CAR-T sources
//! name no such ban, but the labels ask for a negative pregnancy test before treatment (X9).
//!
//! ## When it is met
//! - A cell therapy is ordered.
//! - And the patient is pregnant (problem list, pregnancy status, nl-core-Pregnancy without a value, a positive test of
//!   the last 28 days) or breastfeeding. A later "not pregnant" or negative test cancels what is older.
//!
//! Transplantation → critical; CAR-T → warning. Recorded pregnancy counts at any age and any administrative gender.
//!
//! ## When it stays quiet
//! A fresh "not pregnant" or negative test; women outside 12–55 years with nothing current on record; refuted, ended or
//! erroneous records; breastfeeding on the record of a child; hCG levels of a man; chemotherapy or G-CSF without a cell
//! therapy. For a man there is one note on fathering a child (HSCT-038), no test.
//!
//! ## When it asks
//! Pregnancy is not excluded in someone who may be pregnant: info, with a pregnancy test as a suggestion. An order without
//! a usable code whose words speak of a cell therapy, or one that can't be read: one level lower, and it says so.
//!
//! ## Where the catalogue is silent
//! - "Not pregnant" and negative tests exclude pregnancy for 28 days, as long as a positive test proves it.
//! - Breastfeeding not updated for 24 months is a question, not a fact.
//! - A record too old to count is a question only at 12–55 years: a pregnancy of 1995 that nobody closed is none at 58.
//!   Who has such a record may be pregnant whatever the gender.
//! - The same day: a pregnancy and its denial contradict each other. A denial without a date cancels nothing; a pregnancy
//!   without a date is in doubt only by a fresh denial.
//! - A raised hCG level (not a pregnancy test) proves pregnancy only where MS is on record and no malignancy is: germ cell
//!   tumours are treated by transplantation, too, and the chart does not see them.
//! - Data that was not delivered could hold a later denial: the verdict is unknown then, the card as urgent as before.
//! - Two therapies at once: the stricter one decides. G-CSF and antithymocyte globulin prepare for transplantation only.
//!
//! ## Sources
//! HSCT-037, HSCT-038, HSCT-058, CART-053; conflict X9. Ages and windows are inference.

use crate::questions::reproduction::pregnancy::{Outlook, PregnancyLimits, Status};
use crate::questions::therapy::plan::{Pathway, PathwayOrders};
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::patient::Gender;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Source, Verdict};

/// The rule that owns the months without conception.
const CONCEPTION_RULE: &str = "conception-after-cell-therapy";

/// The rule.
pub const RULE: Rule = Rule {
    id: "pregnancy-with-cell-therapy",
    file: file!(),
    topic: "pregnancyWithCellTherapy",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-037", "HSCT-038"] },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-058"] },
        Citation { document: &documents::CAR_T_LABELS, statements: &[] },
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-053"] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::ServiceRequests,
        Source::Observations,
    ],
    observations: &[
        ValueSet::PREGNANCY_STATUS,
        ValueSet::PREGNANCY_FINDING,
        ValueSet::HCG_PREGNANCY_TEST,
        ValueSet::HCG_LEVEL,
        ValueSet::BREASTFEEDING_STATUS,
    ],
    numbers: &[
        &numbers::PREGNANCY_TEST_DAYS,
        &numbers::NOT_PREGNANT_DAYS,
        &numbers::PREGNANCY_RECORD_MONTHS,
        &numbers::BREASTFEEDING_RECORD_MONTHS,
        &numbers::CHILDBEARING_FROM_AGE,
        &numbers::CHILDBEARING_TO_AGE,
    ],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["not-pregnant-confirmed", "patient-informed-accepts-risk", "life-threatening-emergency", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let orders = q.cell_therapy_orders();
    if orders.judgement.verdict() == Verdict::NotMet {
        return Finding::silent(&orders.judgement);
    }
    let limits = PregnancyLimits {
        test_days: q.whole(&numbers::PREGNANCY_TEST_DAYS),
        exclusion_days: q.whole(&numbers::NOT_PREGNANT_DAYS),
        record_months: q.whole(&numbers::PREGNANCY_RECORD_MONTHS),
        breastfeeding_months: q.whole(&numbers::BREASTFEEDING_RECORD_MONTHS),
        from_age: q.whole(&numbers::CHILDBEARING_FROM_AGE),
        to_age: q.whole(&numbers::CHILDBEARING_TO_AGE),
    };
    let pregnancy = q.pregnancy(&limits, q.terminology);
    let breastfeeding = q.breastfeeding(&limits);
    let concern = pregnancy.judgement.clone().or(breastfeeding.judgement.clone());
    let judgement = orders.judgement.clone().and(concern);
    let card = match pregnancy.outlook.max(breastfeeding.outlook) {
        Outlook::OnRecord => contraindication(q, &orders, &pregnancy),
        Outlook::Open => question(q, &orders, &pregnancy),
        Outlook::Clear => note_for_a_man(q, &orders),
    };
    match (card, judgement.verdict()) {
        // Whether it is a cell therapy at all can't be told, and nothing speaks for it: pregnancy data is no matter yet. For
        // a man, too, the note depends on it.
        (None, verdict)
            if orders.judgement.verdict() == Verdict::Unknown && (verdict == Verdict::Unknown || is_man(q)) =>
        {
            Finding::silent(&orders.judgement)
        }
        (card, verdict) => {
            let note = card.is_some() && verdict == Verdict::NotMet;
            let rows = rows(&orders, &pregnancy, &breastfeeding);
            Finding::beside(&judgement, rows.into_iter().take(if note { 1 } else { 3 }).collect(), card)
        }
    }
}

fn rows(orders: &PathwayOrders<'_>, pregnancy: &Status, breastfeeding: &Status) -> [Criterion; 3] {
    let row = |text, status: &Status| {
        let row = Criterion::new(Message::new(text), status.shown.clone());
        if status.outlook == Outlook::OnRecord && status.shown.verdict() == Verdict::Unknown {
            row.remarking(Message::new("remark-unseen"))
        } else {
            row
        }
    };
    [
        Criterion::new(Message::new("criterion-order"), orders.judgement.clone()),
        row("criterion-pregnant", pregnancy),
        row("criterion-breastfeeding", breastfeeding),
    ]
}

/// Pregnant or breastfeeding according to the record.
fn contraindication(q: &Case<'_>, orders: &PathwayOrders<'_>, pregnancy: &Status) -> Option<CardFacts> {
    let pregnant = pregnancy.outlook == Outlook::OnRecord;
    let (indicator, summary, advice) = match (orders.pathway(), pregnant) {
        (Some(Pathway::Transplantation), true) => {
            (Indicator::Critical, "summary-pregnant-transplantation", "advice-transplantation")
        }
        (Some(Pathway::Transplantation), false) => {
            (Indicator::Critical, "summary-breastfeeding-transplantation", "advice-transplantation")
        }
        (Some(Pathway::CarT), true) => (Indicator::Warning, "summary-pregnant-car-t", "advice-car-t-pregnant"),
        (Some(Pathway::CarT), false) => {
            (Indicator::Warning, "summary-breastfeeding-car-t", "advice-car-t-breastfeeding")
        }
        (None, _) if !orders.named.is_empty() => (Indicator::Warning, "summary-named", "advice-check-order"),
        (None, _) if !orders.unreadable.is_empty() => (Indicator::Warning, "summary-unreadable", "advice-check-order"),
        (None, _) => return None,
    };
    let name = orders.named.first().map(|named| named.order.concept.text.clone()).unwrap_or_default();
    let summary =
        if summary == "summary-named" { Message::new(summary).with("order", name) } else { Message::new(summary) };
    // A test where it is missing, or, before CAR-T, where it may refute the record.
    let worth_a_test = pregnancy.outlook == Outlook::Open || pregnant && indicator == Indicator::Warning;
    let mut suggestions = if indicator == Indicator::Critical { removals(orders) } else { Vec::new() };
    suggestions.extend(test(q).filter(|_| worth_a_test));
    Some(CardFacts {
        indicator,
        summary,
        lead: vec![Message::new(advice)],
        context: Vec::new(),
        suggestions,
        override_reasons: Some(OVERRIDE_REASONS),
        citations: sources(orders.pathway()),
    })
}

/// Not known, and worth a question.
fn question(q: &Case<'_>, orders: &PathwayOrders<'_>, pregnancy: &Status) -> Option<CardFacts> {
    let pathway = orders.pathway().or_else(|| orders.named.first().map(|named| named.pathway))?;
    let (therapy, advice) = match pathway {
        Pathway::Transplantation => ("therapy-transplantation", "advice-ask-transplantation"),
        Pathway::CarT => ("therapy-car-t", "advice-ask-car-t"),
    };
    let pregnancy_open = pregnancy.outlook == Outlook::Open;
    let summary = if pregnancy_open { "summary-test-first" } else { "summary-breastfeeding-open" };
    let limits = Message::new("context-limits")
        .with("days", q.whole(&numbers::NOT_PREGNANT_DAYS))
        .with("months", q.whole(&numbers::PREGNANCY_RECORD_MONTHS));
    Some(CardFacts {
        indicator: Indicator::Info,
        summary: Message::new(summary).with("therapy", Arg::Message(therapy)),
        lead: vec![Message::new(advice)],
        context: vec![contraception(q, pathway), limits],
        suggestions: test(q).into_iter().filter(|_| pregnancy_open).collect(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: sources(Some(pathway)),
    })
}

/// For a man: no fathering during treatment and some time after. Boys need no note.
fn note_for_a_man(q: &Case<'_>, orders: &PathwayOrders<'_>) -> Option<CardFacts> {
    let pathway = orders.pathway()?;
    if !is_man(q) {
        return None;
    }
    let (summary, advice, months) = match pathway {
        Pathway::Transplantation => (
            "summary-man-transplantation",
            "advice-man-transplantation",
            q.whole(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION),
        ),
        Pathway::CarT => ("summary-man-car-t", "advice-man-car-t", q.whole(&numbers::CONDOM_MONTHS_AFTER_CAR_T)),
    };
    Some(CardFacts {
        indicator: Indicator::Info,
        summary: Message::new(summary).with("months", months),
        lead: vec![Message::new(advice).with("months", months)],
        context: Vec::new(),
        suggestions: Vec::new(),
        override_reasons: Some(&[]),
        citations: sources(Some(pathway)),
    })
}

/// Male by administrative gender, and no boy as far as is known.
fn is_man(q: &Case<'_>) -> bool {
    let is_boy = q.patient.is_at_least(q.whole(&numbers::CHILDBEARING_FROM_AGE), &q.as_of).verdict() == Verdict::NotMet;
    q.patient.gender == Gender::Male && !is_boy
}

/// The sources of a card, by what is ordered.
fn sources(pathway: Option<Pathway>) -> &'static [Citation] {
    match pathway {
        Some(Pathway::Transplantation) => RULE.citations.get(..2).unwrap_or(RULE.citations),
        Some(Pathway::CarT) => RULE.citations.get(2..).unwrap_or(RULE.citations),
        None => RULE.citations,
    }
}

fn contraception(q: &Case<'_>, pathway: Pathway) -> Message {
    match pathway {
        Pathway::Transplantation => Message::new("context-no-conception")
            .with("months", q.whole(&numbers::NO_CONCEPTION_MONTHS_AFTER_TRANSPLANTATION)),
        Pathway::CarT => Message::new("context-condom").with("months", q.whole(&numbers::CONDOM_MONTHS_AFTER_CAR_T)),
    }
}

/// Take the orders of the cell therapy out, where they have an id to take them out by.
fn removals(orders: &PathwayOrders<'_>) -> Vec<Suggestion> {
    let removable = orders.known.iter().filter(|known| !known.order.reference.starts_with('/'));
    let remove = |order: &cellwise_record::facts::order::DraftOrder| Suggestion {
        label: Message::new("suggest-remove").with("order", order.concept.text.clone()),
        proposal: Proposal::Remove { reference: order.reference.clone() },
        note: None,
    };
    removable.map(|known| remove(known.order)).collect()
}

/// Draft a pregnancy test, unless one is drafted already.
fn test(q: &Case<'_>) -> Option<Suggestion> {
    let drafted = q.orders.iter().any(|order| order.concept.has(ValueSet::HCG_PREGNANCY_TEST));
    let code = q.terminology.members(ValueSet::HCG_PREGNANCY_TEST).first().filter(|_| !drafted)?;
    let proposal = Proposal::Service { code: Some(code.clone()), reasons: Vec::new() };
    Some(Suggestion { label: Message::new("suggest-test"), proposal, note: None })
}
