//! Whether a patient fits the indication of the CAR-T product that is being ordered: prior-therapy failure and the rest.
//!
//! ## What it flags
//! A CAR-T order (order hooks), against the label of that product; on patient-view, a patient who may qualify.
//!
//! ## Why it matters
//! CAR-T is for an aggressive cancer that was treated before (CART-001) and whose treatment did not work well enough
//! (CART-002); in children, for precursor-B ALL (CART-068). The three products of CART-101 have become seven, each with its
//! own disease, age, number of prior lines and kind of failure (X21): data in `fhir-profiles/indications/`, not code.
//!
//! ## When it is met
//! Product known: diagnosis, age, prior lines or therapies, drug classes, what the disease is refractory to, and failure
//! all fit one row of its label. Product not stated: an indicated disease, treated before, and failure documented.
//! Failure is relapse, refractory disease or progression; intolerance is not. Order: info when met, else warning.
//! patient-view: info when disease, age, lines and failure fit a row of any product.
//!
//! ## When it stays quiet
//! No CAR-T order in scope (lymphodepletion alone, TIL therapy, an order for someone else). On patient-view: no indicated
//! disease, no documented failure, too few or unknown lines, or CAR-T given before.
//!
//! ## When it asks
//! Anything that is not recorded: unknown, never no. A diagnosis code that is too general (type, grade or B lineage), a
//! line count that is older than a course, a relapse without a usable date. An order that names CAR-T without a code.
//!
//! ## Where the catalogue is silent
//! - The recorded line count decides. Without one, courses more than 60 days apart are counted; the estimate can prove
//!   "at least", never "fewer". It decides only when the observations came through, else a count may be hidden.
//! - An anti-CD20 antibody alone is no line of its own beside other drugs (maintenance); drugs that began in the last 30 days
//!   are none either (bridging, lymphodepletion).
//! - Remission proves "no failure" only when the condition says so and no relapse is recorded; stable or partial response
//!   may still be too little, so it leaves the failure open.
//! - "Within 12 months": from the end of the first-line drugs to a dated relapse, inclusive. "Refractory" of the only line
//!   is refractory to the first line.
//! - Tisagenlecleucel in B-ALL: refractory, relapse dated after a transplantation, or two relapses with a response between
//!   them. "Progression on the last therapy" needs its own finding: a relapse alone may have come off treatment.
//! - On study: the label is not applied (CART-070), verdict unknown. When trial participation was not sent, the card still
//!   shows the label, but the verdict is unknown, too. None (`null`, an empty search) is an answer.
//! - A code that may hide the disease (B-cell lymphoma, other codes of ICD-10 C83 and C85, follicular lymphoma without a
//!   grade where 3B decides, acute lymphoblastic leukaemia without a lineage) leaves the diagnosis unknown.
//! - On patient-view a patient who had CAR-T is left alone. Drug classes and refractoriness are not asked there.
//! - Failure dated before the last known course began: met, with a remark, because the course after it is not judged.
//! - CAR-T given before, or not known because procedures were not sent: never just "fits", but a warning.
//!
//! ## Sources
//! EMA medicines table; CART-001, CART-002, CART-068, CART-069, CART-070; conflict X21.

use crate::products::Product;
use crate::questions::lymphoma::label_fit::{Depth, Facts, Fit, any, rank};
use crate::questions::lymphoma::lines::LineSettings;
use crate::{Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::order::OrderKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "car-t-eligibility",
    file: file!(),
    topic: "carTEligibility",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::EMA_MEDICINES, statements: &[] },
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-001", "CART-002"] },
        Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-068", "CART-069", "CART-070"] },
    ],
    override_reasons: OVERRIDE_REASONS,
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Procedures,
        Source::Observations,
        Source::ResearchSubjects,
    ],
    observations: &[
        ValueSet::DISEASE_STATUS,
        ValueSet::PRIOR_LINE_COUNT,
        ValueSet::PRIOR_THERAPY_CLASS,
        ValueSet::REFRACTORY_TO,
        ValueSet::TREATMENT_RESPONSE,
    ],
    numbers: &[&numbers::DAYS_BETWEEN_LINES, &numbers::RECENT_COURSE_DAYS],
    judge,
};

const OVERRIDE_REASONS: &[&str] =
    &["criteria-met-elsewhere", "trial-participation", "committee-approved", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    if q.hook.is_order() { ordered(q) } else { opened(q) }
}

fn facts<'q>(q: &'q Case<'_>) -> Facts<'q> {
    let settings = LineSettings {
        gap_days: q.whole(&numbers::DAYS_BETWEEN_LINES),
        recent_days: q.whole(&numbers::RECENT_COURSE_DAYS),
    };
    let lines = q.lines_of_therapy(q.onset_of_blood_cancer(), settings);
    Facts { lines, transplants: q.procedures(ValueSet::STEM_CELL_TRANSPLANTATION) }
}

/// A drafted CAR-T is always answered.
fn ordered(q: &Case<'_>) -> Finding {
    let is_ordered = |set| q.orders_in_scope().any(|order| order.concept.has(set));
    if !is_ordered(ValueSet::CAR_T) {
        return not_recognised(q);
    }
    let products: Vec<&Product> = q.indications.products.iter().filter(|product| is_ordered(product.set)).collect();
    let unclear = Gap::of(GapKind::NotRecorded, Source::ResearchSubjects);
    let trial = q.trials().keep(|trial| trial.on_study, |_| unclear.clone()).exists(|trial| Evidence {
        what: "ResearchSubject".to_owned(),
        how: Some("evidence-on-study"),
        period: None,
        source: Source::ResearchSubjects,
        reference: trial.reference.clone(),
    });
    if trial.verdict() == Verdict::Met {
        return on_study(products.first().copied(), trial);
    }
    let facts = facts(q);
    // Of several products, the one that fits least is shown.
    let worst = products
        .iter()
        .map(|product| Fit::of_product(q, &facts, product))
        .max_by_key(|(label, _)| rank(label.verdict()));
    let (label, shown) = worst.unwrap_or_else(|| {
        let general = Fit::of_any_product(q, &facts);
        (general.whole(), general)
    });
    let verdict = label.verdict();
    let mut criteria = shown.criteria();
    let mut judgement = label;
    if trial.verdict() == Verdict::Unknown {
        // Whether the label applies at all is open; it is shown all the same.
        judgement = Judgement::unknown(trial.gaps().iter().chain(judgement.gaps()).cloned().collect());
        criteria.push(Criterion::new(Message::new("criterion-outside-trial"), !trial));
    }
    let met = verdict == Verdict::Met;
    let mut context = context(q, &facts, &shown);
    let earlier = q.car_t_given(|_| false).verdict();
    if earlier == Verdict::Met {
        // The labels say nothing of a second infusion: it is never just "fits".
        context.insert(0, Message::new("context-earlier-car-t"));
    }
    let card = CardFacts {
        indicator: if met && earlier == Verdict::NotMet { Indicator::Info } else { Indicator::Warning },
        summary: summary(&shown, verdict, judgement.verdict()),
        lead: labelled("lead-label", &shown).into_iter().collect(),
        context,
        suggestions: Vec::new(),
        override_reasons: Some(if met && earlier == Verdict::NotMet { &[] } else { OVERRIDE_REASONS }),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, criteria, Some(card))
}

/// On patient-view, only who may qualify today is worth a card.
fn opened(q: &Case<'_>) -> Finding {
    let (disease, _) = q.diagnosis_of(&q.indications.diseases(), &q.indications.too_general);
    if disease.verdict() == Verdict::NotMet {
        return Finding::silent(&disease);
    }
    let facts = facts(q);
    let mut fits: Vec<Fit<'_>> =
        q.indications.rows().map(|(product, row)| Fit::of_row(q, &facts, product, row, Depth::Basics)).collect();
    let first = !q.car_t_given(|text| q.terminology.mentions("car-t", text));
    let judgement = any(&fits).and(first.clone());
    fits.retain(|fit| fit.whole().verdict() == Verdict::Met);
    let shown = fits.first().filter(|_| first.verdict() != Verdict::NotMet);
    let Some((shown, row)) = shown.and_then(|fit| Some((fit, fit.indication?))) else {
        return Finding::silent(&judgement);
    };
    let mut criteria = shown.criteria();
    criteria.push(Criterion::new(Message::new("criterion-first-car-t"), first));
    let card = CardFacts {
        indicator: Indicator::Info,
        summary: Message::new("summary-may-qualify").with("disease", &row.name),
        lead: vec![Message::new("lead-may-qualify")],
        context: fits.iter().filter_map(|fit| labelled("context-label", fit)).chain(overdue(q)).collect(),
        suggestions: Vec::new(),
        override_reasons: Some(&[]),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, criteria, Some(card))
}

/// A product from a trial must not be judged by a label. Whether this order is that product is not recorded.
fn on_study(product: Option<&Product>, trial: Judgement) -> Finding {
    let judgement = Judgement::unknown(vec![Gap::not_recorded(Source::ResearchSubjects, "gap-trial-product")]);
    let card = CardFacts {
        indicator: Indicator::Info,
        summary: named(Message::new("summary-on-study"), product),
        lead: vec![Message::new("lead-on-study")],
        context: Vec::new(),
        suggestions: Vec::new(),
        override_reasons: Some(&[]),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, vec![Criterion::new(Message::new("criterion-on-study"), trial)], Some(card))
}

/// No order has a CAR-T code. One that names CAR-T, or can't be read, is asked about.
fn not_recognised(q: &Case<'_>) -> Finding {
    let mut gaps = Vec::new();
    let (mut asked, mut unreadable) = (Vec::new(), false);
    for order in q.orders_in_scope() {
        let is_car_t = match order.kind {
            OrderKind::Medication => order.concept.is_drug(ValueSet::CAR_T),
            OrderKind::Service => order.concept.is(ValueSet::CAR_T),
            OrderKind::Vaccination | OrderKind::Appointment | OrderKind::Other => Verdict::NotMet,
        };
        let kind = if order.readable { order.concept.gap_kind() } else { GapKind::Unreadable };
        let gap = Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text);
        if !order.readable {
            unreadable = true;
            gaps.push(gap);
        } else if is_car_t == Verdict::Unknown {
            if q.terminology.mentions("car-t", &order.concept.text) {
                asked.push(order.concept.text.clone());
            }
            gaps.push(gap);
        }
    }
    let judgement = Judgement::found(Vec::new(), gaps);
    let (disease, _) = q.diagnosis_of(&q.indications.diseases(), &q.indications.too_general);
    let summary = match asked.first() {
        Some(order) => Message::new("summary-uncoded").with("order", order.clone()),
        None if unreadable && disease.verdict() == Verdict::Met => Message::new("summary-unreadable"),
        None => return Finding::silent(&judgement),
    };
    let card = CardFacts {
        indicator: Indicator::Warning,
        summary,
        lead: vec![Message::new("lead-not-recognised")],
        context: Vec::new(),
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDE_REASONS),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, vec![Criterion::new(Message::new("criterion-order"), judgement.clone())], Some(card))
}

fn named(message: Message, product: Option<&Product>) -> Message {
    message
        .with("product", product.map_or(Arg::Message("product-not-stated"), |product| Arg::from(product.name.clone())))
}

/// What the order comes to: the first criterion that fails, or what is unclear. A label may fit (`label`) while it is open
/// whether it applies (`verdict`).
fn summary(shown: &Fit<'_>, label: Verdict, verdict: Verdict) -> Message {
    let of = |wanted: Verdict| shown.parts.iter().filter(move |part| part.verdict() == wanted);
    let message = match label {
        Verdict::Met => match shown.indication {
            Some(row) if verdict == Verdict::Met => Message::new("summary-met").with("disease", &row.name),
            Some(row) => Message::new("summary-met-trial-unknown").with("disease", &row.name),
            None => Message::new("summary-met-product-not-stated"),
        },
        Verdict::NotMet => {
            of(Verdict::NotMet).next().map_or(Message::new("summary-no-diagnosis"), |part| part.not_met.clone())
        }
        Verdict::Unknown => {
            let others = i32::try_from(of(Verdict::Unknown).count().saturating_sub(1)).unwrap_or(i32::MAX);
            let missing = of(Verdict::Unknown).next().map_or("missing-diagnosis", |part| part.missing);
            Message::new("summary-unknown").with("missing", Arg::Message(missing)).with("count", others)
        }
    };
    named(message, shown.product)
}

/// The wording of a row's label.
fn labelled(id: &'static str, fit: &Fit<'_>) -> Option<Message> {
    let (product, row) = fit.product.zip(fit.indication)?;
    Some(
        Message::new(id)
            .with("product", product.name.clone())
            .with("brand", product.brand.clone())
            .with("label", &row.label),
    )
}

/// Lines after the table: the labels that come into question, where a row comes from, and who decides.
fn context(q: &Case<'_>, facts: &Facts<'_>, shown: &Fit<'_>) -> Vec<Message> {
    let mut lines = Vec::new();
    match shown.indication {
        Some(row) => lines.extend(row.source.as_ref().map(|source| {
            Message::new("context-source-of-row").with("title", source.title.clone()).with("date", source.date)
        })),
        None => {
            for (product, row) in
                q.indications.rows().filter(|(product, _)| shown.product.is_none_or(|shown| shown.set == product.set))
            {
                let fit = Fit::of_row(q, facts, product, row, Depth::Basics);
                if shown.product.is_some() || fit.whole().verdict() != Verdict::NotMet {
                    lines.extend(labelled("context-label", &fit));
                }
            }
        }
    }
    lines.push(Message::new("context-team"));
    lines.extend(overdue(q));
    lines
}

/// Said when the indications should have been compared with their source again.
fn overdue(q: &Case<'_>) -> Option<Message> {
    let due = q.indications.review_by;
    let is_due = q.as_of.day().on_or_after(&due) == Verdict::Met;
    is_due.then(|| Message::new("context-review-overdue").with("date", due))
}
