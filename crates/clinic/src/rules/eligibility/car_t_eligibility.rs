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
//! On patient-view, while CAR-T is ordered and not done. No CAR-T order in scope (lymphodepletion alone, TIL therapy, an order for someone else). On patient-view: no indicated
//! disease, no documented failure, too few or unknown lines, or CAR-T given before.
//!
//! ## When it asks
//! Anything that is not recorded: unknown, never no. A diagnosis code that is too general (type, grade or B lineage), a
//! line count that is older than a course, a relapse without a usable date. An order that names CAR-T without a code.
//!
//! ## Where the catalogue is silent
//! - The recorded line count decides. Without one, courses more than `{days-between-lines}` apart are counted; the estimate can prove
//!   "at least", never "fewer". It decides only when the observations came through, else a count may be hidden.
//! - An anti-CD20 antibody alone is no line of its own beside other drugs (maintenance); drugs that began in the last
//!   `{recent-course-days}` are none either (bridging, lymphodepletion).
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
//! - A drug class was given when the class is recorded, or a drug of it was given for the cancer since its onset.
//! - On patient-view a patient who had CAR-T is left alone. Drug classes and refractoriness are not asked there.
//! - Failure dated before the last known course began: met, with a remark, because the course after it is not judged.
//! - CAR-T given before, or not known because procedures or drugs given were not sent: never just "fits", but a warning. Orders
//!   that were not sent could only show a completed one, and raise no warning.
//!
//! ## Sources
//! EMA medicines table; CART-001, CART-002, CART-068, CART-069, CART-070; conflict X21.

use cellwise_record::facts::order::OrderKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, card};
use crate::criteria::{Criteria, all, any, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::products::Product;
use crate::questions::Case;
use crate::questions::lymphoma::label_fit::{Depth, Facts, Fit, rank};
use crate::questions::therapy::open_plan::Planned;
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "car-t-eligibility",
    file: file!(),
    topic: "carTEligibility",
    version: 3,
    reviewed: "2026-11-30",
    citations: &[
        Citation { document: &documents::EMA_MEDICINES, statements: &[] },
        Citation { document: &documents::ERASMUS_MC_CAR_T, statements: &["CART-001", "CART-002"] },
        Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-068", "CART-069", "CART-070"] },
    ],
    override_reasons: &[
        "criteria-met-elsewhere",
        "trial-participation",
        "committee-approved",
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
    concerns: is_ordered_or_has_disease,
    judge: judge::<CarTEligibility>,
};

/// Whom it can concern: whoever gets orders; else who has a disease that a product is for, or may have it.
fn is_ordered_or_has_disease(case: &Case<'_>) -> bool {
    case.hook.is_order() || !disease(case).is_not_met()
}

/// Whether the patient has a disease that any product is for.
fn disease(case: &Case<'_>) -> Judgement {
    case.diagnosis_of(&case.indications.diseases(), &case.indications.too_general).0
}

/// The four functions of the rule.
pub struct CarTEligibility;

/// What the rule rests on, by what is asked.
pub enum Answers<'c> {
    /// A CAR-T is drafted.
    Ordered(Ordered<'c>),
    /// A CAR-T is drafted for a patient in a trial.
    OnStudy {
        /// The drafted product.
        product: Option<&'c Product>,
        /// In a trial.
        trial: Judgement,
    },
    /// No draft has a code of CAR-T.
    NotRecognised {
        /// Whether one is CAR-T all the same.
        order: Judgement,
        /// The first draft that names CAR-T in words.
        in_words: Option<String>,
        /// A draft can't be read, and the patient has a disease for which it may be.
        may_be_hidden: bool,
    },
    /// The chart is opened, and no product is for what the patient has.
    NoDisease(Judgement),
    /// The chart is opened.
    Opened {
        /// No CAR-T was given before.
        first: Judgement,
        /// None is planned: nobody needs to be told that a patient who waits for it may qualify.
        not_planned: Judgement,
        /// Each row of each label, as far as it is asked here.
        rows: Vec<Fit<'c>>,
        /// When the indications should have been compared with their source.
        overdue: Option<Message>,
    },
}

/// A drafted CAR-T.
pub struct Ordered<'c> {
    /// What of its label is shown; its value is that of the label.
    shown: Fit<'c>,
    /// In a trial.
    trial: Judgement,
    /// CAR-T was given before.
    earlier: Verdict,
    /// Lines after the table: the labels that come into question, where a row comes from, and who decides.
    context: Vec<Message>,
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The label fits.
    Fits,
    /// It fits, but CAR-T was given before, or may have been: the labels say nothing of a second infusion.
    FitsAgain,
    /// The label fits, but whether it applies is open.
    MayNotApply,
    /// The label does not fit.
    DoesNotFit,
    /// Whether the label fits is open.
    Open,
    /// In a trial: the label is not applied.
    OnStudy,
    /// A draft names CAR-T in words.
    InWords,
    /// A draft can't be read.
    Unreadable,
    /// The patient may qualify.
    MayQualify,
}

impl Judge for CarTEligibility {
    type Answers<'c> = Answers<'c>;
    type Reading = Reading;

    fn ask<'c>(case: &'c Case<'_>) -> Answers<'c> {
        match (case.hook.is_order(), case.orders_in_scope().any(|order| order.concept.has(ValueSet::CAR_T))) {
            (true, true) => ordered(case),
            (true, false) => not_recognised(case),
            (false, _) => opened(case),
        }
    }

    fn criteria(answers: &Answers<'_>) -> Criteria {
        match answers {
            // While it is open whether the patient is in a trial, it is open whether the label applies, fit or not.
            Answers::Ordered(Ordered { shown, trial, .. }) => {
                let fits = shown.criteria();
                let fits = if fits.judgement().is_met() {
                    fits
                } else {
                    any([fits, must("criterion-on-study", trial.clone()).unless_not_met()])
                };
                all([fits, must("criterion-outside-trial", !trial.clone()).unless_met()])
            }
            Answers::OnStudy { trial, .. } => {
                let gap = Gap::not_recorded(Source::ResearchSubjects, "gap-trial-product");
                let outside = Judgement::unknown(vec![gap]);
                all([must("criterion-on-study", trial.clone()), must("criterion-product-outside-trial", outside)])
            }
            Answers::NotRecognised { order, .. } => must("criterion-order", order.clone()),
            Answers::NoDisease(disease) => must("criterion-diagnosis-of-any", disease.clone()),
            Answers::Opened { first, not_planned, rows, .. } => {
                let fits = match fitting(rows).next() {
                    Some(shown) => shown.criteria(),
                    None => any(rows.iter().map(Fit::criteria)),
                };
                let not_planned = must("criterion-not-planned", not_planned.clone()).unless_met();
                all([fits, must("criterion-first-car-t", first.clone()), not_planned])
            }
        }
    }

    fn reading(answers: &Answers<'_>, _verdict: Verdict) -> Option<Reading> {
        match answers {
            Answers::Ordered(Ordered { shown, trial, earlier, .. }) => Some(match shown.whole().verdict() {
                Verdict::NotMet => Reading::DoesNotFit,
                Verdict::Unknown => Reading::Open,
                Verdict::Met if trial.is_unknown() => Reading::MayNotApply,
                Verdict::Met if *earlier == Verdict::NotMet => Reading::Fits,
                Verdict::Met => Reading::FitsAgain,
            }),
            Answers::OnStudy { .. } => Some(Reading::OnStudy),
            Answers::NotRecognised { in_words: Some(_), .. } => Some(Reading::InWords),
            Answers::NotRecognised { may_be_hidden, .. } => may_be_hidden.then_some(Reading::Unreadable),
            Answers::NoDisease(_) => None,
            Answers::Opened { first, not_planned, rows, .. } => {
                let is_asked = !first.is_not_met() && !not_planned.is_not_met();
                (fitting(rows).next().is_some() && is_asked).then_some(Reading::MayQualify)
            }
        }
    }

    fn words(answers: &Answers<'_>, reading: Reading) -> CardFacts {
        match answers {
            Answers::Ordered(ordered) => words_of_order(ordered, reading),
            Answers::OnStudy { product, .. } => {
                card(Info, named("summary-on-study", *product)).lead(["lead-on-study"]).overridden_for(&[])
            }
            Answers::NotRecognised { in_words, .. } => {
                let summary = match in_words {
                    Some(order) => Message::new("summary-uncoded").with("order", order.clone()),
                    None => Message::new("summary-unreadable"),
                };
                card(Warning, summary)
            }
            Answers::Opened { rows, overdue, .. } => {
                let disease = fitting(rows).find_map(|fit| fit.indication);
                let summary = Message::new("summary-may-qualify");
                card(Info, disease.map_or(summary.clone(), |row| summary.with("disease", &row.name)))
                    .context(named_products(fitting(rows)))
                    .context(overdue.clone())
                    .overridden_for(&[])
            }
            Answers::NoDisease(_) => card(Info, "summary-no-diagnosis"),
        }
    }
}

/// The rows that fit.
fn fitting<'f, 'c>(rows: &'f [Fit<'c>]) -> impl Iterator<Item = &'f Fit<'c>> {
    rows.iter().filter(|fit| fit.whole().is_met())
}

fn words_of_order(ordered: &Ordered<'_>, reading: Reading) -> CardFacts {
    let shown = &ordered.shown;
    let fits = |id, without: &'static str| match shown.indication {
        Some(row) => Message::new(id).with("disease", &row.name),
        None => Message::new(without),
    };
    let fit = || fits("summary-met", "summary-met-product-not-stated");
    let not_met = || shown.parts.iter().find(|part| part.answer.is_not_met()).map(|part| part.not_met.clone());
    let summary = |message| named(message, shown.product);
    let card = match reading {
        Reading::Fits => card(Info, summary(fit())).overridden_for(&[]),
        Reading::MayNotApply => {
            let applies = fits("summary-met-trial-unknown", "summary-met-product-not-stated");
            // Without an earlier infusion there is nothing to override.
            let is_first = ordered.earlier == Verdict::NotMet;
            let card = card(if is_first { Info } else { Warning }, summary(applies));
            if is_first { card.overridden_for(&[]) } else { card }
        }
        Reading::DoesNotFit => card(Warning, summary(not_met().unwrap_or("summary-no-diagnosis".into()))),
        Reading::Open => card(Warning, summary(open(shown))),
        _ => card(Warning, summary(fit())),
    };
    // What fits is told by the rows.
    let is_disputed = !matches!(reading, Reading::Fits | Reading::FitsAgain | Reading::MayNotApply);
    card.lead(labelled("lead-label", shown).filter(|_| is_disputed))
        .context((ordered.earlier == Verdict::Met).then_some("context-earlier-car-t"))
        .context(ordered.context.clone())
}

/// The first part that is open, and how many more there are.
fn open(shown: &Fit<'_>) -> Message {
    let mut open = shown.parts.iter().filter(|part| part.answer.is_unknown());
    let missing = open.next().map_or("missing-diagnosis", |part| part.missing);
    let others = i32::try_from(open.count()).unwrap_or(i32::MAX);
    Message::new("summary-unknown").with("missing", Arg::Message(missing)).with("count", others)
}

fn named(message: impl Into<Message>, product: Option<&Product>) -> Message {
    let name = product.map_or(Arg::Message("product-not-stated"), |product| Arg::from(product.name.clone()));
    message.into().with("product", name)
}

/// The products of some rows, each once, by name and brand. The wording of their labels is on the page of the rule.
fn named_products<'f, 'c: 'f>(rows: impl Iterator<Item = &'f Fit<'c>>) -> Option<Message> {
    let mut names: Vec<String> = Vec::new();
    for product in rows.filter_map(|fit| fit.product) {
        let name = format!("{} ({})", product.name, product.brand);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| Message::new("context-products").with("products", names.join(", ")))
}

/// The wording of a row's label.
fn labelled(id: &'static str, fit: &Fit<'_>) -> Option<Message> {
    let (product, row) = fit.product.zip(fit.indication)?;
    let message = Message::new(id).with("product", product.name.clone()).with("brand", product.brand.clone());
    Some(message.with("label", &row.label))
}

fn facts<'c>(case: &'c Case<'_>) -> Facts<'c> {
    Facts {
        lines: case.lines_of_therapy(case.onset_of_blood_cancer()),
        transplants: case.procedures(ValueSet::STEM_CELL_TRANSPLANTATION),
    }
}

/// A drafted CAR-T is always answered.
fn ordered<'c>(case: &'c Case<'_>) -> Answers<'c> {
    let is_ordered = |set| case.orders_in_scope().any(|order| order.concept.has(set));
    let products: Vec<&Product> = case.indications.products.iter().filter(|product| is_ordered(product.set)).collect();
    let unclear = Gap::of(GapKind::NotRecorded, Source::ResearchSubjects);
    let trial = case.trials().keep(|trial| trial.on_study, |_| unclear.clone()).exists(|trial| Evidence {
        how: Some("evidence-on-study"),
        ..Evidence::of(Source::ResearchSubjects, "ResearchSubject", &trial.reference)
    });
    if trial.is_met() {
        return Answers::OnStudy { product: products.first().copied(), trial };
    }
    let facts = facts(case);
    // Of several products, the one that fits least is shown.
    let fits = products.iter().map(|product| Fit::of_product(case, &facts, product));
    let worst = fits.max_by_key(|fit| rank(fit.whole().verdict()));
    let shown = worst.unwrap_or_else(|| Fit::of_any_product(case, &facts));
    let context = context(case, &facts, &shown);
    Answers::Ordered(Ordered { shown, trial, earlier: earlier(case), context })
}

/// Whether CAR-T was given before. A record of it stands among what was done and given; orders that were not sent could show at
/// most that one was completed.
fn earlier(case: &Case<'_>) -> Verdict {
    let history = &case.car_t_history().judgement;
    let is_order = |gap: &Gap| matches!(gap.source, Source::MedicationRequests | Source::ServiceRequests);
    let lacks_orders_only =
        history.is_unknown() && history.gaps().iter().all(|gap| gap.kind.is_delivery() && is_order(gap));
    if lacks_orders_only { Verdict::NotMet } else { history.verdict() }
}

/// On opening a chart, only who may qualify today is worth a card.
fn opened<'c>(case: &'c Case<'_>) -> Answers<'c> {
    let disease = disease(case);
    if disease.is_not_met() {
        return Answers::NoDisease(disease);
    }
    let facts = facts(case);
    let of_row = |(product, row)| Fit::of_row(case, &facts, product, row, Depth::Basics);
    Answers::Opened {
        first: !case.car_t_history().judgement.clone(),
        not_planned: !case.open_plans(Planned::CarT).judgement(),
        rows: case.indications.rows().map(of_row).collect(),
        overdue: overdue(case),
    }
}

/// No order has a CAR-T code. One that names CAR-T, or can't be read, is asked about.
fn not_recognised<'c>(case: &'c Case<'_>) -> Answers<'c> {
    let mut gaps = Vec::new();
    let (mut in_words, mut is_unreadable) = (None, false);
    for order in case.orders_in_scope() {
        let is_car_t = match order.kind {
            OrderKind::Medication => order.concept.is_drug(ValueSet::CAR_T),
            OrderKind::Service => order.concept.is(ValueSet::CAR_T),
            OrderKind::Vaccination | OrderKind::Appointment | OrderKind::Other => Verdict::NotMet,
        };
        let kind = if order.readable { order.concept.gap_kind() } else { GapKind::Unreadable };
        if !order.readable || is_car_t == Verdict::Unknown {
            gaps.push(Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text));
        }
        is_unreadable |= !order.readable;
        if in_words.is_none() && order.readable && is_car_t == Verdict::Unknown {
            in_words = Some(order.concept.text.clone()).filter(|text| case.mentions("car-t", text));
        }
    }
    let (disease, _) = case.diagnosis_of(&case.indications.diseases(), &case.indications.too_general);
    let may_be_hidden = is_unreadable && disease.is_met();
    Answers::NotRecognised { order: Judgement::found(Vec::new(), gaps), in_words, may_be_hidden }
}

fn context(case: &Case<'_>, facts: &Facts<'_>, shown: &Fit<'_>) -> Vec<Message> {
    let mut lines = Vec::new();
    if let Some(row) = shown.indication {
        lines.extend(row.source.as_ref().map(|source| {
            Message::new("context-source-of-row").with("title", source.title.clone()).with("date", source.date)
        }));
    } else {
        let of_shown = |product: &Product| shown.product.is_none_or(|shown| shown.set == product.set);
        let rows = case.indications.rows().filter(|(product, _)| of_shown(product));
        let fits: Vec<Fit<'_>> =
            rows.map(|(product, row)| Fit::of_row(case, facts, product, row, Depth::Basics)).collect();
        if shown.product.is_some() {
            lines.extend(fits.iter().filter_map(|fit| labelled("lead-label", fit)));
        } else {
            lines.extend(named_products(fits.iter().filter(|fit| !fit.whole().is_not_met())));
        }
    }
    lines.extend(overdue(case));
    lines
}

/// Said when the indications should have been compared with their source again.
fn overdue(case: &Case<'_>) -> Option<Message> {
    let due = case.indications.review_by;
    let is_due = case.as_of.day().on_or_after(&due) == Verdict::Met;
    is_due.then(|| Message::new("context-review-overdue").with("date", due))
}
