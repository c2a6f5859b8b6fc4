//! The order of the steps before CAR-T: cells collected, product released, lymphodepletion, infusion.
//!
//! ## What it flags
//! Lymphodepletion that is being ordered while no leukapheresis is completed or the product is not released, and an infusion
//! that is not planned 2 or 3 days after the last lymphodepletion day.
//!
//! ## Why it matters
//! "Voordat de infusie plaatsvindt, nemen we een deel van de T-cellen bij u af" (CART-004). "Als het laboratorium de cellen
//! goedkeurt, worden ze teruggestuurd" (CART-013); "Once the product has been approved for use, a limited dose chemotherapy
//! is needed in preparation" (CART-073). "Infusie met CAR T-cellen 2 dagen na de chemotherapie" (CART-018). Lymphodepletion
//! without a product harms and gives nothing.
//!
//! ## When it is met
//! - Fludarabine, cyclophosphamide or bendamustine is drafted beside an open CAR-T plan, and there is no completed
//!   leukapheresis or no release of the product (either is enough) → warning.
//! - Lymphodepletion or CAR-T is drafted, and the first infusion is planned 1 day or less, or 4 to 14 days, after the last
//!   lymphodepletion day (given or planned; calendar days) → info. 2 and 3 days are both accepted (X16).
//!
//! A plan is open when CAR-T is drafted, or requested on record with no infusion on or after the day of the request. Billing
//! codes of the collection count as leukapheresis. The newest answer about the release decides, by the clock where it has one. A release older than the
//! leukapheresis, and anything before an earlier CAR-T, belongs to another product.
//!
//! ## When it stays quiet
//! No open plan; CAR-T alone is ordered and no lymphodepletion is known; the drug is for multiple sclerosis by its coded
//! reason, and the CAR-T is not; cells of a donor; conditioning for transplantation; the drug ends more than 14 days before the
//! infusion: bridging.
//!
//! ## When it asks
//! Leukapheresis or release were not sent, stand there in words, without an answer, without a status or with a date that leaves
//! it open, or the CAR-T may be given already (an infusion without a status, too): a warning. An infusion without a day leaves the interval unknown, without a card. Requests that
//! were not sent: nothing can be said.
//!
//! ## Where the catalogue is silent
//! - More than 14 days between chemotherapy and infusion is bridging (inference): the sources name 2 to 3 days.
//! - A coded reason other than MS does not silence: such a code may name the treatment, or a lymphoma that no set lists.
//! - A history code of CAR-T stands for an infusion before the day it was recorded.
//! - Signed prescriptions count with their coming days; what is past counts only when it was given.
//!
//! ## Sources
//! CART-003…005, -007, -008, -012, -013, -017…019, -071…073; supportive care around CAR-T (PMC10867419, table 6); X16.

use crate::questions::therapy::open_plan::{OpenPlans, Planned};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::medication::{CourseEnd, MedicationUse};
use cellwise_record::facts::order::{DraftOrder, OrderKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The rule.
pub const RULE: Rule = Rule {
    id: "lymphodepletion-sequence",
    file: file!(),
    topic: "lymphodepletionSequence",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::ERASMUS_MC_CAR_T,
            statements: &[
                "CART-003", "CART-004", "CART-005", "CART-007", "CART-008", "CART-012", "CART-013", "CART-017",
                "CART-018", "CART-019",
            ],
        },
        Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-071", "CART-072", "CART-073"] },
        Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] },
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
    ],
    observations: &[ValueSet::PRODUCT_RELEASED],
    numbers: &[
        &numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS,
        &numbers::LONGEST_LYMPHODEPLETION_INTERVAL_DAYS,
        &numbers::BRIDGING_AFTER_DAYS,
    ],
    judge,
};

/// What the card about the sequence rests on.
const SEQUENCE_CITATIONS: &[Citation] = &[
    Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &["CART-003", "CART-004", "CART-005", "CART-007", "CART-008", "CART-012", "CART-013", "CART-017"],
    },
    Citation { document: &documents::MAXIMA_CAR_T, statements: &["CART-071", "CART-072", "CART-073"] },
    Citation { document: &documents::SUPPORTIVE_CARE_CAR_T, statements: &[] },
];
/// What the card about the interval rests on.
const INTERVAL_CITATIONS: &[Citation] = &[Citation {
    document: &documents::ERASMUS_MC_CAR_T,
    statements: &["CART-003", "CART-007", "CART-017", "CART-018", "CART-019"],
}];
const OVERRIDES: &[&str] = &["arranged-elsewhere", "trial-participation", "local-protocol", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let nothing = Judgement::not_met(Vec::new());
    let scope = Scope::of(q);
    if q.patient.deceased || scope.is_empty() {
        return Finding::silent(&nothing);
    }
    let plans = q.open_plans(Planned::CarT).keep(|plan| !plan.concept.has(ValueSet::CAR_T_FROM_DONOR));
    let plan = plans.judgement();
    if plan.verdict() == Verdict::NotMet {
        return Finding::silent(&plan);
    }
    let car_t_is_for_ms = is_for_ms(q, &plans);
    let drug = is_lymphodepletion(q, &scope, &plans, car_t_is_for_ms);
    let collection = Collection::of(q);
    let release = q.product_released(collection.day);
    let sequence = plan.clone().and(drug.clone()).and(!collection.judgement.clone().and(release.clone()));
    let interval = Interval::of(q, &plans, car_t_is_for_ms);
    let judgement = sequence.clone().or(plan.clone().and(interval.judgement.clone())).and(q.alive().clone());
    let is_shown = !plans.plans.is_empty();
    let drug_is_known = !scope.drugs.is_empty();
    if is_shown && drug_is_known && sequence.verdict() != Verdict::NotMet {
        let is_off = interval.judgement.verdict() == Verdict::Met;
        let card =
            sequence_card(&plan, &collection, &release, if is_off { RULE.citations } else { SEQUENCE_CITATIONS });
        let mut rows = vec![
            Criterion::new(Message::new("criterion-drug"), drug),
            Criterion::new(Message::new("criterion-plan"), plan),
            Criterion::new(Message::new("criterion-collection"), collection.judgement),
            Criterion::new(Message::new("criterion-release"), release),
        ];
        if is_off {
            rows.push(interval.row());
        }
        return Finding::beside(&judgement, rows, Some(card));
    }
    match interval.days() {
        Some((last, first, days)) if is_shown && interval.judgement.verdict() == Verdict::Met => {
            let card = CardFacts {
                indicator: Indicator::Info,
                summary: Message::new(if days < 0 { "summary-infusion-first" } else { "summary-interval" })
                    .with("from", last)
                    .with("date", first),
                lead: vec![
                    Message::new("advice-interval")
                        .with("shortest", q.value(&numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS))
                        .with("longest", q.value(&numbers::LONGEST_LYMPHODEPLETION_INTERVAL_DAYS)),
                ],
                context: vec![Message::new("context-three-days"), Message::new("context-condition")],
                suggestions: Vec::new(),
                override_reasons: Some(OVERRIDES),
                citations: INTERVAL_CITATIONS,
            };
            let rows = vec![Criterion::new(Message::new("criterion-plan"), plan), interval.row()];
            Finding::beside(&judgement, rows, Some(card))
        }
        _ => Finding::silent(&judgement),
    }
}

fn sequence_card(
    plan: &Judgement,
    collection: &Collection,
    release: &Judgement,
    citations: &'static [Citation],
) -> CardFacts {
    let released = release.verdict();
    // An infusion on record leaves the plan open, and with it whose cells were collected.
    let perhaps_given = plan.verdict() == Verdict::Unknown && !plan.gaps().iter().any(|gap| gap.kind.is_delivery());
    let summary = match (collection.judgement.verdict(), released) {
        (Verdict::NotMet, _) => "summary-no-collection",
        (_, Verdict::NotMet) if release.evidence().is_empty() => "summary-no-release",
        (_, Verdict::NotMet) => "summary-not-released",
        (Verdict::Unknown, Verdict::Met) if perhaps_given => "summary-perhaps-given",
        (Verdict::Unknown, _) => "summary-collection-unknown",
        (_, Verdict::Unknown) => "summary-release-unknown",
        (Verdict::Met, Verdict::Met) => "summary-perhaps-given",
    };
    let mut context = vec![Message::new("context-three-days"), Message::new("context-condition")];
    if released != Verdict::Met {
        context.insert(0, Message::new("context-bridging"));
    }
    match collection.day {
        Some(day) if released != Verdict::Met => {
            context.insert(0, Message::new("context-manufacture").with("when", day));
        }
        None if collection.judgement.verdict() == Verdict::NotMet => {
            context.insert(0, Message::new("context-work-up"));
        }
        _ => {}
    }
    CardFacts {
        indicator: Indicator::Warning,
        summary: Message::new(summary),
        lead: vec![Message::new("advice-collection"), Message::new("advice-release")],
        context,
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations,
    }
}

/// The draft orders in scope that this rule is about.
struct Scope<'c> {
    drugs: Vec<&'c DraftOrder>,
    infusions: Vec<&'c DraftOrder>,
    /// Drafts that may be one of the drugs.
    gaps: Vec<Gap>,
}

impl<'c> Scope<'c> {
    fn of(chart: &'c Case<'_>) -> Self {
        let mut scope = Self { drugs: Vec::new(), infusions: Vec::new(), gaps: Vec::new() };
        for order in chart.orders_in_scope() {
            let gap = |kind| vec![Gap::at(kind, Source::DraftOrders, &order.reference, &order.concept.text)];
            if !order.readable {
                scope.gaps.extend(gap(GapKind::Unreadable));
            } else if order.concept.has(ValueSet::LYMPHODEPLETION_CHEMOTHERAPY) {
                scope.drugs.push(order);
            } else if order.concept.has(ValueSet::CAR_T) {
                scope.infusions.push(order);
            } else if order.kind == OrderKind::Medication
                && order.concept.is_drug(ValueSet::LYMPHODEPLETION_CHEMOTHERAPY) == Verdict::Unknown
            {
                scope.gaps.extend(gap(order.concept.gap_kind()));
            }
        }
        scope
    }

    fn is_empty(&self) -> bool {
        self.drugs.is_empty() && self.infusions.is_empty() && self.gaps.is_empty()
    }
}

/// Whether lymphodepletion is being ordered: one of its drugs, not for another disease, not bridging long before the infusion.
fn is_lymphodepletion(q: &Case<'_>, scope: &Scope<'_>, plans: &OpenPlans, car_t_is_for_ms: bool) -> Judgement {
    let first = plans.day();
    let none = Judgement::found(Vec::new(), scope.gaps.clone());
    scope.drugs.iter().fold(none, |any, drug| {
        let last = drug.doses.iter().filter_map(|dose| dose.dates().ok()?.last().copied()).max().map(Moment::on);
        let is_bridging = match (last, first) {
            (Some(last), Some(first)) => last.days_until(&first) > q.whole(&numbers::BRIDGING_AFTER_DAYS),
            _ => false,
        };
        if is_bridging {
            return any;
        }
        any.or(match is_only_for_ms(q, drug, car_t_is_for_ms) {
            Verdict::Met => Judgement::not_met(Vec::new()),
            Verdict::NotMet => Judgement::met(vec![drug.evidence()]),
            Verdict::Unknown => {
                Judgement::unknown(q.sources().gaps_of(Source::Conditions)).with_evidence([drug.evidence()])
            }
        })
    })
}

/// Whether the CAR-T is for MS by its reason.
fn is_for_ms(chart: &Case<'_>, plans: &OpenPlans) -> bool {
    let for_ms =
        |reasons: &[_], references: &[String]| chart.has_reason(reasons, references, ValueSet::MULTIPLE_SCLEROSIS);
    plans.plans.iter().any(|plan| for_ms(&plan.reasons, &plan.reason_references))
}

/// Whether the drug is for MS by its reason, and CAR-T is not.
fn is_only_for_ms(chart: &Case<'_>, drug: &DraftOrder, car_t_is_for_ms: bool) -> Verdict {
    const MS: ValueSet = ValueSet::MULTIPLE_SCLEROSIS;
    if car_t_is_for_ms {
        Verdict::NotMet
    } else if chart.has_reason(&drug.reasons, &drug.reason_references, MS) {
        Verdict::Met
    } else if !drug.reason_references.is_empty() && chart.sources().is_undelivered(Source::Conditions) {
        Verdict::Unknown
    } else {
        Verdict::NotMet
    }
}

/// The completed leukapheresis for the product to come.
struct Collection {
    judgement: Judgement,
    /// The day of the latest that counts, or may.
    day: Option<Moment>,
}

impl Collection {
    fn of(chart: &Case<'_>) -> Self {
        let found = chart.procedures(ValueSet::LEUKAPHERESIS).plus(chart.procedures(ValueSet::CAR_T_PROCESS));
        let infusions = chart.infusions(Planned::CarT);
        let mut hidden = infusions.hidden().to_vec();
        let history = chart.conditions(ValueSet::CAR_T_HISTORY);
        add_gaps(&mut hidden, history.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned());
        // The infusion that a history code speaks of lies before the day it was recorded.
        let recorded = || history.items.iter().map(|condition| condition.date());
        let recorded_last = recorded().flatten().max_by_key(|day| day.last);
        let is_undated = recorded().any(|day| day.is_none());
        let is_after_history = |on: Option<Moment>| match (on, recorded_last) {
            _ if is_undated => Verdict::Unknown,
            (_, None) => Verdict::Met,
            (Some(on), Some(last)) if on.after(&last) == Verdict::Met => Verdict::Met,
            _ => Verdict::Unknown,
        };
        let mut judgement = Judgement::found(Vec::new(), found.gaps);
        let mut day = None;
        for act in found.items.iter().filter(|act| act.progress == Progress::Done) {
            let on = act.period.end.or(act.period.start);
            if on.is_some_and(|on| on.on_or_before(&chart.as_of.day()) == Verdict::NotMet) {
                continue;
            }
            let counts = (!infusions.since(on)).and(is_after_history(on));
            let shown = act.evidence();
            let this = match counts {
                Verdict::NotMet => continue,
                Verdict::Met => {
                    let mut doubts = hidden.clone();
                    add_gaps(&mut doubts, infusions.unclear_since(on));
                    if doubts.is_empty() {
                        Judgement::met(vec![shown])
                    } else {
                        Judgement::unknown(doubts).with_evidence([shown])
                    }
                }
                Verdict::Unknown => {
                    let gap = Gap::at(GapKind::ImpreciseDate, Source::Procedures, &act.reference, &act.concept.text);
                    Judgement::unknown(vec![gap]).with_evidence([shown])
                }
            };
            judgement = judgement.or(this);
            day = std::cmp::max_by_key(day, on, |day: &Option<Moment>| day.map(|day| day.last));
        }
        Self { judgement, day }
    }
}

/// The time between the last lymphodepletion day and the first infusion.
struct Interval {
    last: Option<Moment>,
    first: Option<Moment>,
    /// Whether it is off.
    judgement: Judgement,
}

impl Interval {
    fn of(q: &Case<'_>, plans: &OpenPlans, car_t_is_for_ms: bool) -> Self {
        let first = plans.day();
        let (days, gaps) = lymphodepletion_days(q, car_t_is_for_ms);
        let last = days.iter().map(|(day, _)| *day).max_by_key(|day| day.last);
        let judgement = match (last, first) {
            (None, _) => Judgement::found(Vec::new(), gaps),
            (Some(last), Some(first)) => {
                let off = last.days_until(&first);
                let is_exact = last.exact_day().is_some() && first.exact_day().is_some();
                let on_last = days.iter().filter(|(day, _)| *day == last).map(|(_, shown)| shown.clone());
                let shown: Vec<Evidence> =
                    on_last.chain(plans.plans.iter().map(|plan| plan.evidence.clone())).collect();
                if !gaps.is_empty() {
                    Judgement::unknown(gaps)
                } else if off > q.whole(&numbers::BRIDGING_AFTER_DAYS) {
                    Judgement::not_met(Vec::new())
                } else if !is_exact {
                    Judgement::unknown(vec![Gap::of(GapKind::ImpreciseDate, Source::ServiceRequests)])
                } else if (q.whole(&numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS)
                    ..=q.whole(&numbers::LONGEST_LYMPHODEPLETION_INTERVAL_DAYS))
                    .contains(&off)
                {
                    Judgement::not_met(shown)
                } else {
                    Judgement::met(shown)
                }
            }
            (Some(_), None) => {
                let missing = Gap::not_recorded(Source::ServiceRequests, "gap-no-infusion-day");
                Judgement::unknown(gaps.into_iter().chain([missing]).collect())
            }
        };
        Self { last, first, judgement }
    }

    fn days(&self) -> Option<(Moment, Moment, i32)> {
        let (last, first) = (self.last?, self.first?);
        Some((last, first, last.days_until(&first)))
    }

    fn row(&self) -> Criterion {
        let row = Criterion::new(Message::new("criterion-interval"), !self.judgement.clone());
        match self.days() {
            Some((last, first, days)) => {
                row.remarking(Message::new("remark-interval").with("from", last).with("date", first).with("days", days))
            }
            None => row,
        }
    }
}

/// The days of lymphodepletion, given or planned, and why there may be a later one.
fn lymphodepletion_days(chart: &Case<'_>, car_t_is_for_ms: bool) -> (Vec<(Moment, Evidence)>, Vec<Gap>) {
    const DRUGS: ValueSet = ValueSet::LYMPHODEPLETION_CHEMOTHERAPY;
    let today = chart.as_of.day();
    let mut days: Vec<(Moment, Evidence)> = Vec::new();
    let mut gaps = Vec::new();
    for draft in chart.orders.iter().filter(|order| order.concept.has(DRUGS)) {
        if is_only_for_ms(chart, draft, car_t_is_for_ms) == Verdict::Met {
            continue;
        }
        let last = draft.doses.iter().filter_map(|dose| dose.dates().ok()?.last().copied()).max();
        let undated = draft.doses.iter().find_map(|dose| dose.dates().err());
        match (last, undated) {
            (Some(last), None) => days.push((Moment::on(last), draft.evidence())),
            (_, kind) => {
                let kind = kind.unwrap_or(GapKind::NotRecorded);
                let gap = Gap::at(kind, Source::DraftOrders, &draft.reference, &draft.concept.text);
                add_gaps(&mut gaps, [gap.said_as("gap-no-lymphodepletion-day")]);
            }
        }
    }
    let signed = chart.medications_of(Source::MedicationRequests, DRUGS);
    add_gaps(&mut gaps, signed.gaps.into_iter().filter(|gap| gap.kind.is_delivery()));
    for drug in signed.items.iter().filter(|drug| drug.progress == Progress::Open) {
        let coming = drug.doses.iter().filter_map(|dose| dose.dates().ok()).flatten().map(Moment::on);
        let last = coming.filter(|day| day.on_or_after(&today) == Verdict::Met).max_by_key(|day| day.last);
        days.extend(last.map(|last| (last, drug.evidence())));
    }
    // What was given lies in the past: it decides nothing while lymphodepletion is still to come.
    if !days.iter().any(|(day, _)| day.on_or_after(&today) == Verdict::Met) {
        for source in [Source::MedicationAdministrations, Source::MedicationStatements] {
            let given = chart.medications_of(source, DRUGS);
            add_gaps(&mut gaps, given.gaps);
            for drug in given.items {
                match last_given(drug) {
                    Some(last) => days.push((last, drug.evidence())),
                    None => add_gaps(
                        &mut gaps,
                        [Gap::at(GapKind::NotRecorded, source, &drug.reference, &drug.concept.text)],
                    ),
                }
            }
        }
    }
    (days, gaps)
}

/// The last day of a drug that was given.
fn last_given(drug: &MedicationUse) -> Option<Moment> {
    match drug.end {
        CourseEnd::On(end) => Some(end),
        CourseEnd::Ongoing => None,
        CourseEnd::NotRecorded => drug.start,
    }
}
