//! Autologous stem-cell transplantation (aHSCT) in relapsing-remitting multiple sclerosis: the four Dutch criteria.
//!
//! ## What it flags
//! A patient with MS who meets the criteria, and an order of aHSCT for MS whatever the answer: each criterion with what
//! the record shows, and what is missing.
//!
//! ## Why it matters
//! In the Netherlands aHSCT is "alleen gegeven en vergoed bij mensen met relapsing-remitting MS (RRMS) [die] na ten minste
//! zes maanden behandeling met effectieve tweedelijnstherapie … toch nog MS-aanvallen (schubs) houden én nieuwe
//! MRI-afwijkingen hebben" (HSCT-006…HSCT-010). Where sources differ (X4), these four criteria are applied, all of them.
//!
//! ## When it is met
//! - RRMS is active on the problem list (HSCT-006).
//! - One of seven drugs (natalizumab, ocrelizumab, rituximab, ofatumumab, ublituximab, cladribine, alemtuzumab) was in use
//!   for at least six calendar months, gaps up to its dosing interval bridged (HSCT-007, X5, X6).
//! - A relapse at least six months after the start of that drug, while it was in effect (HSCT-008).
//! - New MRI activity (a new or enlarging T2 lesion, or an enhancing lesion) likewise (HSCT-009).
//!
//! All four → info: refer for a second opinion (HSCT-001). Order drafted and a criterion not met → warning; unknown →
//! warning that names what is missing.
//!
//! ## When it stays quiet
//! No MS; a transplantation for another reason (lymphoma, myeloma); a donor transplantation; on patient-view, as soon as one
//! criterion is not met or two are open.
//!
//! ## When it asks
//! Plain MS without a type (HSCT-071; WHO ICD-10 has none), RRMS beside a progressive type, six months only as the sum of
//! several courses, an oncology code of a drug beside a lymphoma or leukaemia, an MRI without coded findings or none since
//! month six, dates too coarse to compare.
//!
//! ## Where the catalogue is silent
//! - Six months count to the last dose on record; a relapse or MRI counts until the last dose wears off (one dosing interval
//!   later), because the drug is still in effect. Whether treatment went on after the last dose: unknown.
//! - When only the sum reaches six months, relapse and MRI are dated from the sixth month together; the whole stays unknown.
//! - "No new MRI activity" needs both counts at zero, or the statement that there is none: one count alone leaves the other
//!   open. Counts and report belong together by their day.
//! - A relapse count needs its period: without a start it says only "before its end".
//! - A relapse without an onset is dated by its recording (HSCT-008 names both).
//! - An order without a readable reason is for MS when MS is on record; the card says so. A progressive type on record is
//!   a known no even when other problems have no usable code; not when the list itself is incomplete.
//! - No source gives a window back from today. Activity of more than twelve months ago (EBMT) is a remark, no criterion.
//!
//! ## Sources
//! HSCT-001, HSCT-003, HSCT-006…HSCT-010, HSCT-065…HSCT-068, HSCT-071; conflicts X4–X7, X28.

use jiff::civil::Date;

use crate::chart::Found;
use crate::chart::build::has_reason;
use crate::chart::concept::Coding;
use crate::chart::condition::Condition;
use crate::chart::date::Moment;
use crate::chart::exposure::{Course, Dosing, Doubt, Exposure, Reading};
use crate::chart::medication::MedicationUse;
use crate::chart::observation::{Observation, Value};
use crate::chart::order::DraftOrder;
use crate::chart::source::Source;
use crate::rules::{
    Arg, CardFacts, Citation, Criterion, Finding, Indicator, Message, Number, Proposal, Question, Rule, Suggestion, documents,
};
use crate::terminology::ValueSet;
use crate::verdict::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, Verdict};

/// How long a drug must have been in use.
const MONTHS: Number = Number { id: "minimum-therapy-months", default: 6, unit: "mo", citation: "HSCT-007" };
/// Longest gap in natalizumab that belongs to the course.
const NATALIZUMAB: Number = Number { id: "natalizumab-interval", default: 56, unit: "d", citation: "X5 (inference)" };
/// Longest gap in ofatumumab.
const OFATUMUMAB: Number = Number { id: "ofatumumab-interval", default: 56, unit: "d", citation: "X5 (inference)" };
/// Longest gap in ocrelizumab.
const OCRELIZUMAB: Number = Number { id: "ocrelizumab-interval", default: 8, unit: "mo", citation: "X5 (inference)" };
/// Longest gap in rituximab.
const RITUXIMAB: Number = Number { id: "rituximab-interval", default: 8, unit: "mo", citation: "X5 (inference)" };
/// Longest gap in ublituximab.
const UBLITUXIMAB: Number = Number { id: "ublituximab-interval", default: 8, unit: "mo", citation: "X5 (inference)" };
/// Older activity is remarked on.
const RECENT: Number = Number { id: "recent-activity-months", default: 12, unit: "mo", citation: "EBMT, doi:10.1038/s41409-019-0684-0" };

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-eligibility",
    topic: "ahsctEligibility",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation { document: &documents::AMSTERDAM_UMC_AHSCT, statements: &["HSCT-001", "HSCT-003", "HSCT-006", "HSCT-007", "HSCT-008", "HSCT-009", "HSCT-010"] },
        Citation { document: &documents::AHSCT_SLIDES, statements: &["HSCT-065", "HSCT-066", "HSCT-067", "HSCT-068", "HSCT-071"] },
    ],
    needs: &[
        Source::Patient,
        Source::Conditions,
        Source::MedicationRequests,
        Source::MedicationStatements,
        Source::MedicationAdministrations,
        Source::Observations,
        Source::DiagnosticReports,
    ],
    observations: &[
        ValueSet::BRAIN_MRI,
        ValueSet::BRAIN_MRI_ABNORMAL,
        ValueSet::NEW_T2_LESION_COUNT,
        ValueSet::GD_LESION_COUNT,
        ValueSet::NEW_MRI_ACTIVITY,
        ValueSet::MS_RELAPSE_COUNT,
        ValueSet::EDSS,
        ValueSet::COMMITTEE_DECISION,
    ],
    numbers: &[&MONTHS, &NATALIZUMAB, &OFATUMUMAB, &OCRELIZUMAB, &RITUXIMAB, &UBLITUXIMAB, &RECENT],
    judge,
};

/// The listed drugs (HSCT-007) with the number that is their dosing interval; without one, the drug counts on (X5).
const DRUGS: [(&str, ValueSet, Option<&Number>); 7] = [
    ("natalizumab", ValueSet::NATALIZUMAB, Some(&NATALIZUMAB)),
    ("ocrelizumab", ValueSet::OCRELIZUMAB, Some(&OCRELIZUMAB)),
    ("rituximab", ValueSet::RITUXIMAB, Some(&RITUXIMAB)),
    ("ofatumumab", ValueSet::OFATUMUMAB, Some(&OFATUMUMAB)),
    ("ublituximab", ValueSet::UBLITUXIMAB, Some(&UBLITUXIMAB)),
    ("cladribine", ValueSet::CLADRIBINE, None),
    ("alemtuzumab", ValueSet::ALEMTUZUMAB, None),
];

const OVERRIDE_REASONS: &[&str] = &["criteria-met-elsewhere", "committee-approved", "trial-participation", "data-outdated", "other"];

fn judge(q: &Question<'_>) -> Finding {
    let on_record = q.chart.conditions(ValueSet::MULTIPLE_SCLEROSIS).exists(Condition::evidence);
    let mut orders: Vec<(&DraftOrder, Judgement)> =
        if q.hook.is_order() { q.chart.orders_in_scope().map(|order| (order, is_for_ms(q, order, &on_record))).collect() } else { Vec::new() };
    let asked = if q.hook.is_order() {
        orders.iter().fold(Judgement::not_met(Vec::new()), |any, (_, for_ms)| any.or(for_ms.clone()))
    } else {
        on_record
    };
    if asked.verdict() != Verdict::Met {
        return Finding::silent(&asked);
    }
    orders.retain(|(_, for_ms)| for_ms.verdict() == Verdict::Met);
    let months = q.number(&MONTHS);
    let exposure = exposure(q);
    let criteria = vec![
        Criterion::new(Message::new("criterion-subtype"), subtype(q)),
        exposure_row(&exposure, months),
        dated_row("criterion-relapse", relapse(q, &exposure, months), &exposure, months),
        dated_row("criterion-mri", mri(q, &exposure, months), &exposure, months),
    ];
    let overall = criteria.iter().fold(Judgement::met(Vec::new()), |all, row| all.and(row.judgement.clone()));
    let card = card(q, &orders, &criteria, overall.verdict());
    Finding::new(&overall, criteria, card)
}

/// Whether an order is an autologous transplantation for MS: by its reason, else, without another reason, by the record.
fn is_for_ms(q: &Question<'_>, order: &DraftOrder, on_record: &Judgement) -> Judgement {
    let autologous = match order.concept.is(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION) {
        // Words only: they can't say what it is, but are worth the question.
        Verdict::Unknown if q.terminology.mentions("stem-cell-transplantation", &order.concept.text) => Judgement::met(Vec::new()),
        Verdict::Met => Judgement::met(Vec::new()),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown if order.readable => Judgement::not_met(Vec::new()),
        Verdict::Unknown => Judgement::unknown(vec![Gap::at(GapKind::Unreadable, Source::DraftOrders, &order.reference, &order.concept.text)]),
    };
    let reason = |set| has_reason(q.chart, &order.reasons, &order.reason_references, set);
    if reason(ValueSet::MULTIPLE_SCLEROSIS) {
        let unspecified = order.concept.has(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
        return if unspecified { Judgement::met(Vec::new()) } else { autologous };
    }
    let other = order.reasons.iter().any(|reason| reason.coding == Coding::Known);
    if other || reason(ValueSet::LYMPHOMA_OR_LEUKAEMIA) || reason(ValueSet::MULTIPLE_MYELOMA) {
        return Judgement::not_met(Vec::new());
    }
    autologous.and(on_record.clone())
}

/// The conditions in a set that are active now.
fn active<'c>(q: &Question<'c>, set: ValueSet) -> Found<'c, Condition> {
    let gap = |condition: &Condition| Gap::at(GapKind::Unreadable, Source::Conditions, &condition.reference, &condition.concept.text);
    q.chart.conditions(set).keep(Condition::is_active, gap)
}

fn progressive<'c>(q: &Question<'c>) -> Found<'c, Condition> {
    active(q, ValueSet::SECONDARY_PROGRESSIVE_MS).plus(active(q, ValueSet::PRIMARY_PROGRESSIVE_MS))
}

/// Criterion (a): RRMS.
fn subtype(q: &Question<'_>) -> Judgement {
    let (remitting, progressive) = (active(q, ValueSet::RELAPSING_REMITTING_MS), progressive(q));
    let evidence = |found: &Found<'_, Condition>| found.items.iter().map(|condition| condition.evidence()).collect::<Vec<_>>();
    match (remitting.items.is_empty(), progressive.items.is_empty()) {
        (false, true) => Judgement::met(evidence(&remitting)),
        (false, false) => Judgement::unknown(vec![Gap::of(GapKind::Conflicting, Source::Conditions).said_as("gap-subtype-conflicting")])
            .with_evidence(evidence(&remitting))
            .with_evidence(evidence(&progressive)),
        (true, false) if q.chart.sources().is_undelivered(Source::Conditions) => {
            Judgement::unknown(remitting.gaps).with_evidence(evidence(&progressive))
        }
        (true, false) => Judgement::not_met(evidence(&progressive)),
        (true, true) => {
            let mut gaps = remitting.gaps;
            if !q.chart.sources().is_undelivered(Source::Conditions) {
                gaps.insert(0, Gap::not_recorded(Source::Conditions, "gap-subtype"));
            }
            Judgement::unknown(gaps).with_evidence(evidence(&q.chart.conditions(ValueSet::MULTIPLE_SCLEROSIS)))
        }
    }
}

/// Everything on record of the listed drugs.
fn exposure<'c>(q: &Question<'c>) -> Exposure<'c> {
    let found = q.chart.medications(ValueSet::SECOND_LINE_MS_THERAPY);
    let blood_cancer = q.chart.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).exists(Condition::evidence);
    let counts = |usage: &MedicationUse| {
        let reason = |set| has_reason(q.chart, &usage.reasons, &usage.reason_references, set);
        if !usage.concept.has(ValueSet::MS_THERAPY_CODE_SHARED_WITH_ONCOLOGY) || reason(ValueSet::MULTIPLE_SCLEROSIS) {
            Verdict::Met
        } else if reason(ValueSet::LYMPHOMA_OR_LEUKAEMIA) {
            Verdict::NotMet
        } else if blood_cancer.verdict() == Verdict::NotMet {
            Verdict::Met
        } else {
            Verdict::Unknown
        }
    };
    let mut exposure = Exposure::new(q.chart.as_of.date, found.gaps);
    for (drug, set, interval) in DRUGS {
        let dosing = match interval {
            Some(number) if number.unit == "d" => Dosing::Days(q.number(number)),
            Some(number) => Dosing::Months(q.number(number)),
            None => Dosing::CountsOn,
        };
        let uses: Vec<_> = found.items.iter().filter(|usage| usage.concept.has(set)).map(|usage| (*usage, counts(usage))).collect();
        exposure.add(drug, dosing, &uses);
    }
    exposure
}

/// Why the exposure is not known: what can't be seen, and what is seen but unclear.
fn exposure_gaps(exposure: &Exposure<'_>, months: i32) -> Vec<Gap> {
    let mut gaps = exposure.hidden.clone();
    gaps.extend(exposure.doubts(months).map(|(doubt, usage)| {
        let gap = |kind| Gap::at(kind, usage.source(), &usage.reference, &usage.concept.text);
        match doubt {
            Doubt::Counts => gap(GapKind::NotRecorded).said_as("gap-oncology-code"),
            Doubt::End => gap(GapKind::NotRecorded).said_as("gap-end"),
            Doubt::Date => gap(GapKind::ImpreciseDate),
        }
    }));
    gaps
}

/// Criterion (b): six months of a listed drug.
fn exposure_row(exposure: &Exposure<'_>, months: i32) -> Criterion {
    let text = Message::new("criterion-exposure").with("months", months);
    let evidence = |course: Option<&Course<'_>>| course.iter().flat_map(|course| &course.uses).map(|usage| usage.evidence()).collect::<Vec<_>>();
    let (certain, possible) = (exposure.longest(Reading::Certain), exposure.longest(Reading::Possible));
    let row = match exposure.lasted(months) {
        Verdict::Met => Criterion::new(text, Judgement::met(evidence(certain))),
        Verdict::NotMet if exposure.together(Reading::Possible) >= months => {
            let all = exposure.courses(Reading::Possible).iter().flat_map(|course| evidence(Some(course)));
            let gap = Gap::not_recorded(Source::MedicationStatements, "gap-only-together");
            let together = Message::new("remark-together").with("months", exposure.together(Reading::Certain));
            return Criterion::new(text, Judgement::unknown(vec![gap]).with_evidence(all)).remarking(together);
        }
        Verdict::NotMet => Criterion::new(text, Judgement::not_met(evidence(possible))),
        Verdict::Unknown => {
            let mut gaps = exposure_gaps(exposure, months);
            if gaps.is_empty() {
                // Only the effect of the last dose reaches month six.
                gaps.push(Gap::not_recorded(Source::MedicationAdministrations, "gap-after-last-dose"));
            }
            Criterion::new(text, Judgement::unknown(gaps).with_evidence(evidence(possible)))
        }
    };
    let least = certain.map_or(0, Course::months);
    match possible {
        Some(course) if row.judgement.verdict() == Verdict::Unknown && course.months() > least => {
            let remark = Message::new("remark-exposure-between").with("drug", course.drug);
            row.remarking(remark.with("least", least).with("most", course.months()))
        }
        Some(_) => row.remarking_course(certain.or(possible)),
        None => row,
    }
}

impl Criterion {
    fn remarking_course(self, course: Option<&Course<'_>>) -> Self {
        let Some(course) = course else { return self };
        let id = if course.is_only_prescribed() { "remark-exposure-prescribed" } else { "remark-exposure" };
        let remark = Message::new(id).with("drug", course.drug).with("months", course.months());
        self.remarking(remark.with("from", Moment::on(course.from)).with("to", Moment::on(course.to)))
    }
}

/// Something dated that may lie in a window of the exposure.
struct Event {
    when: Option<Moment>,
    source: Source,
    evidence: Evidence,
}

/// Whether an event lies after month six of a listed drug, while it was in effect.
fn within(events: &[Event], hidden: Vec<Gap>, exposure: &Exposure<'_>, months: i32) -> Judgement {
    let (mut inside, mut perhaps, mut outside, mut gaps) = (Vec::new(), Vec::new(), Vec::new(), hidden);
    for event in events {
        let evidence = event.evidence.clone();
        match exposure.covers(event.when.as_ref(), months) {
            Verdict::Met => inside.push(evidence),
            Verdict::NotMet => outside.push(evidence),
            Verdict::Unknown => {
                let of_exposure = exposure_gaps(exposure, months);
                if of_exposure.is_empty() || event.when.is_none_or(|when| when.exact_day().is_none()) {
                    gaps.push(Gap::at(GapKind::ImpreciseDate, event.source, &evidence.reference, &evidence.what));
                }
                gaps.extend(of_exposure);
                perhaps.push(evidence);
            }
        }
    }
    if !inside.is_empty() {
        Judgement::met(inside)
    } else if gaps.is_empty() || exposure.has_no_window(months) {
        Judgement::not_met(outside)
    } else {
        Judgement::unknown(gaps).with_evidence(perhaps)
    }
}

/// Criterion (c): a relapse in spite of the drug.
fn relapse(q: &Question<'_>, exposure: &Exposure<'_>, months: i32) -> Judgement {
    let relapses = q.chart.conditions(ValueSet::MS_RELAPSE);
    let counts = q.chart.observations(ValueSet::MS_RELAPSE_COUNT);
    let event = |condition: &&Condition| Event { when: condition.date(), source: Source::Conditions, evidence: condition.evidence() };
    let mut events: Vec<Event> = relapses.items.iter().map(event).collect();
    let mut gaps = relapses.gaps;
    gaps.extend(counts.gaps);
    for count in counts.items {
        match count.number() {
            Some(number) if number > 0.0 => {
                let when = count.when.map(|end| Moment { first: Date::MIN, ..end });
                events.push(Event { when, source: Source::Observations, evidence: count.evidence() });
            }
            Some(_) => {}
            None => gaps.push(Gap::at(GapKind::Unreadable, Source::Observations, &count.reference, &count.concept.text)),
        }
    }
    within(&events, gaps, exposure, months)
}

/// What one entry says about an MRI of the brain.
struct Scan {
    event: Event,
    /// New or enlarging T2 lesions.
    t2: Verdict,
    /// Enhancing lesions.
    enhancing: Verdict,
}

impl Scan {
    fn new(event: Event, t2: Verdict, enhancing: Verdict) -> Self {
        Self { event, t2, enhancing }
    }

    fn is_same_day(&self, other: &Self) -> bool {
        let day = |scan: &Self| scan.event.when.map(|when| (when.first, when.last));
        day(self) == day(other)
    }
}

/// Everything on record about MRIs of the brain, and why there may be more.
fn scans(q: &Question<'_>) -> (Vec<Scan>, Vec<Gap>) {
    let of = |observation: &Observation, t2: bool, enhancing: bool| {
        let shows = match &observation.value {
            Value::Boolean(value) => if *value { Verdict::Met } else { Verdict::NotMet },
            Value::Concept(value) if value.has(ValueSet::NEW_MRI_ACTIVITY) => Verdict::Met,
            _ => match observation.number() {
                Some(number) if number > 0.0 => Verdict::Met,
                Some(_) => Verdict::NotMet,
                None => Verdict::Unknown,
            },
        };
        let event = Event { when: observation.when, source: Source::Observations, evidence: observation.evidence() };
        Scan::new(event, if t2 { shows } else { Verdict::Unknown }, if enhancing { shows } else { Verdict::Unknown })
    };
    let sets = [
        (ValueSet::NEW_T2_LESION_COUNT, true, false),
        (ValueSet::GD_LESION_COUNT, false, true),
        (ValueSet::NEW_MRI_ACTIVITY, true, true),
        (ValueSet::BRAIN_MRI_ABNORMAL, false, false),
        (ValueSet::BRAIN_MRI, false, false),
    ];
    let reports = q.chart.reports(ValueSet::BRAIN_MRI);
    let (mut scans, mut gaps) = (Vec::new(), reports.gaps);
    for report in reports.items {
        let active = report.conclusions.iter().any(|conclusion| conclusion.has(ValueSet::NEW_MRI_ACTIVITY));
        let shows = if active { Verdict::Met } else { Verdict::Unknown };
        let event = Event { when: report.when, source: Source::DiagnosticReports, evidence: report.evidence() };
        scans.push(Scan::new(event, shows, shows));
    }
    for (set, t2, enhancing) in sets {
        let found = q.chart.observations(set);
        gaps.extend(found.gaps.into_iter().filter(|gap| !gaps.contains(gap)).collect::<Vec<_>>());
        scans.extend(found.items.into_iter().map(|observation| of(observation, t2, enhancing)));
    }
    (scans, gaps)
}
