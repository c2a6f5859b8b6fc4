//! Autologous stem-cell transplantation (aHSCT) in relapsing-remitting multiple sclerosis: the four Dutch criteria.
//!
//! ## What it flags
//! A patient with MS who meets the criteria, and an order of aHSCT for MS whatever the answer: each criterion with what
//! the record shows, and what is missing.
//!
//! ## Why it matters
//! In the Netherlands aHSCT is "alleen gegeven en vergoed bij mensen met relapsing-remitting MS (RRMS)" who, after six
//! months of a listed drug, "toch nog MS-aanvallen (schubs) houden én nieuwe MRI-afwijkingen hebben" (HSCT-006…HSCT-010).
//!
//! ## When it is met
//! All four, where sources differ, too (X4). Info: refer for a second opinion (HSCT-001). In an order, else: a warning.
//! - RRMS is active on the problem list (HSCT-006).
//! - One of seven drugs was in use for at least six calendar months, gaps up to its dosing interval bridged (HSCT-007).
//! - A relapse at least six months after the start of that drug, while it was in effect (HSCT-008, HSCT-072).
//! - New MRI activity (a new or enlarging T2 lesion, or an enhancing lesion) likewise (HSCT-009).
//!
//! ## When it stays quiet
//! No MS; a transplantation for another reason (lymphoma, myeloma); a donor transplantation; on patient-view, as soon as one
//! criterion is not met or two are open, and after a transplantation.
//!
//! ## When it asks
//! Plain MS without a type (HSCT-071; WHO ICD-10 has none), RRMS beside a progressive type, six months only as the sum of
//! several courses, an oncology code of a drug beside a lymphoma or leukaemia (X6), an MRI without coded findings or none
//! since month six, dates too coarse to compare.
//!
//! ## Where the catalogue is silent
//! - Six months count to the last dose on record; a relapse or MRI counts until the last dose wears off (one dosing interval
//!   later), because the drug is still in effect. Whether treatment went on after the last dose: unknown.
//! - When only the sum reaches six months, relapse and MRI are dated from the sixth month together; the whole stays unknown.
//! - "No new MRI activity" needs both counts at zero, or the statement that there is none: one count alone leaves the other
//!   open. Counts and report belong together by their day.
//! - A relapse count says that there was one, not on which day; a relapse without an onset is dated by its recording.
//! - An order without a readable reason is for MS when MS is on record; the card says so. A progressive type on record is
//!   a known no even when other problems have no usable code; not when the list itself is incomplete.
//! - No source gives a window back from today: activity of more than twelve months ago (EBMT) is a remark, no criterion.
//!
//! ## Sources
//! HSCT-001, HSCT-003, HSCT-005…HSCT-010, HSCT-065…HSCT-068, HSCT-071…HSCT-073, HSCT-078 (own cells, not a donor's);
//! conflicts X4–X7, X22, X28.

use crate::questions::ms::brain_mri::BrainMri;
use crate::questions::ms::exposure::{Course, Dosing, Exposure, Reading};
use crate::questions::ms::multiple_sclerosis::Therapy;
use crate::{
    Arg, CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Proposal, Rule, Suggestion, documents,
    numbers,
};
use cellwise_record::facts::concept::Coding;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, EvidencePeriod, Found, Gap, GapKind, Judgement, Moment, Source, Verdict};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-eligibility",
    file: file!(),
    topic: "ahsctEligibility",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::AMSTERDAM_UMC_AHSCT,
            statements: &[
                "HSCT-001", "HSCT-003", "HSCT-005", "HSCT-006", "HSCT-007", "HSCT-008", "HSCT-009", "HSCT-010",
            ],
        },
        Citation {
            document: &documents::AHSCT_SLIDES,
            statements: &[
                "HSCT-065", "HSCT-066", "HSCT-067", "HSCT-068", "HSCT-071", "HSCT-072", "HSCT-073", "HSCT-078",
            ],
        },
    ],
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
    numbers: &[
        &numbers::MINIMUM_THERAPY_MONTHS,
        &numbers::NATALIZUMAB_INTERVAL,
        &numbers::OFATUMUMAB_INTERVAL,
        &numbers::OCRELIZUMAB_INTERVAL,
        &numbers::RITUXIMAB_INTERVAL,
        &numbers::UBLITUXIMAB_INTERVAL,
        &numbers::RECENT_ACTIVITY_MONTHS,
    ],
    judge,
};

/// The listed drugs (HSCT-007). Cladribine and alemtuzumab count on from the first course (X5).
fn therapies(q: &Case<'_>) -> [Therapy; 7] {
    let (days, months) = (|number| Dosing::Days(q.whole(number)), |number| Dosing::Months(q.whole(number)));
    [
        Therapy { name: "natalizumab", set: ValueSet::NATALIZUMAB, dosing: days(&numbers::NATALIZUMAB_INTERVAL) },
        Therapy { name: "ocrelizumab", set: ValueSet::OCRELIZUMAB, dosing: months(&numbers::OCRELIZUMAB_INTERVAL) },
        Therapy { name: "rituximab", set: ValueSet::RITUXIMAB, dosing: months(&numbers::RITUXIMAB_INTERVAL) },
        Therapy { name: "ofatumumab", set: ValueSet::OFATUMUMAB, dosing: days(&numbers::OFATUMUMAB_INTERVAL) },
        Therapy { name: "ublituximab", set: ValueSet::UBLITUXIMAB, dosing: months(&numbers::UBLITUXIMAB_INTERVAL) },
        Therapy { name: "cladribine", set: ValueSet::CLADRIBINE, dosing: Dosing::CountsOn },
        Therapy { name: "alemtuzumab", set: ValueSet::ALEMTUZUMAB, dosing: Dosing::CountsOn },
    ]
}

/// The gap that an MRI order fills.
const NO_MRI: &str = "gap-no-mri";

const OVERRIDE_REASONS: &[&str] =
    &["criteria-met-elsewhere", "committee-approved", "trial-participation", "data-outdated", "other"];

fn judge(q: &Case<'_>) -> Finding {
    let on_record = q.conditions(ValueSet::MULTIPLE_SCLEROSIS).exists(Condition::evidence);
    let asked = if q.hook.is_order() {
        q.orders_in_scope().fold(Judgement::not_met(Vec::new()), |any, order| any.or(is_for_ms(q, order, &on_record)))
    } else {
        on_record
    };
    if asked.verdict() != Verdict::Met {
        return Finding::silent(&asked);
    }
    let months = q.whole(&numbers::MINIMUM_THERAPY_MONTHS);
    let exposure = q.exposure_to_ms_therapy(&therapies(q));
    let criteria = vec![
        Criterion::new(Message::new("criterion-subtype"), subtype(q)),
        exposure_row(&exposure, months),
        dated_row("criterion-relapse", relapse(q, &exposure, months), &exposure, months),
        dated_row("criterion-mri", mri(q, &exposure, months), &exposure, months),
    ];
    let overall = criteria.iter().fold(Judgement::met(Vec::new()), |all, row| all.and(row.judgement.clone()));
    let transplanted = q.transplanted();
    if !q.hook.is_order() && transplanted.verdict() != Verdict::NotMet {
        // Nobody needs to be told that a patient who had the transplantation may be referred for it.
        return Finding::silent(&overall.and(!transplanted));
    }
    let mut card = card(q, &criteria, overall.verdict());
    if let (Some(card), Verdict::Met) = (&mut card, transplanted.verdict()) {
        card.context.insert(0, Message::new("context-transplanted"));
    }
    Finding::beside(&overall, criteria, card)
}

/// Whether an order is an autologous transplantation for MS: by its reason, else, without another reason, by the record.
fn is_for_ms(q: &Case<'_>, order: &DraftOrder, on_record: &Judgement) -> Judgement {
    let autologous = match order.concept.is(ValueSet::AUTOLOGOUS_STEM_CELL_TRANSPLANTATION) {
        // Words only: they can't say what it is, but are worth the question.
        Verdict::Unknown if q.terminology.mentions("stem-cell-transplantation", &order.concept.text) => {
            Judgement::met(Vec::new())
        }
        Verdict::Met => Judgement::met(Vec::new()),
        Verdict::NotMet => Judgement::not_met(Vec::new()),
        Verdict::Unknown if order.readable => Judgement::not_met(Vec::new()),
        Verdict::Unknown => {
            Judgement::unknown(vec![Gap::at(GapKind::Unreadable, Source::DraftOrders, &order.reference, "")])
        }
    };
    if says_ms(q, order) {
        let unspecified = order.concept.has(ValueSet::STEM_CELL_TRANSPLANTATION_UNSPECIFIED);
        return if unspecified { Judgement::met(Vec::new()) } else { autologous };
    }
    let reason = |set| q.has_reason(&order.reasons, &order.reason_references, set);
    let other = order.reasons.iter().any(|reason| reason.coding == Coding::Known);
    if other || reason(ValueSet::LYMPHOMA_OR_LEUKAEMIA) || reason(ValueSet::MULTIPLE_MYELOMA) {
        return Judgement::not_met(Vec::new());
    }
    autologous.and(on_record.clone())
}

/// Whether an order gives MS as its reason.
fn says_ms(q: &Case<'_>, order: &DraftOrder) -> bool {
    q.has_reason(&order.reasons, &order.reason_references, ValueSet::MULTIPLE_SCLEROSIS)
}

/// Criterion (a): RRMS.
fn subtype(q: &Case<'_>) -> Judgement {
    let active = |set| q.active_conditions(set);
    let remitting = active(ValueSet::RELAPSING_REMITTING_MS);
    let progressive = active(ValueSet::SECONDARY_PROGRESSIVE_MS).plus(active(ValueSet::PRIMARY_PROGRESSIVE_MS));
    let evidence = |found: &Found<'_, Condition>| -> Vec<Evidence> {
        found.items.iter().map(|condition| condition.evidence()).collect()
    };
    let delivered = !q.sources().is_undelivered(Source::Conditions);
    match (remitting.items.is_empty(), progressive.items.is_empty()) {
        (false, true) => Judgement::met(evidence(&remitting)),
        (false, false) => {
            let gap = Gap::of(GapKind::Conflicting, Source::Conditions).said_as("gap-subtype-conflicting");
            Judgement::unknown(vec![gap]).with_evidence(evidence(&remitting)).with_evidence(evidence(&progressive))
        }
        (true, false) if delivered => Judgement::not_met(evidence(&progressive)),
        (true, false) => Judgement::unknown(remitting.gaps).with_evidence(evidence(&progressive)),
        (true, true) => {
            let missing = delivered.then(|| Gap::not_recorded(Source::Conditions, "gap-subtype"));
            let gaps = missing.into_iter().chain(remitting.gaps).collect();
            Judgement::unknown(gaps).with_evidence(evidence(&q.conditions(ValueSet::MULTIPLE_SCLEROSIS)))
        }
    }
}

/// Criterion (b): six months of a listed drug.
fn exposure_row(exposure: &Exposure<'_>, months: i32) -> Criterion {
    let text = Message::new("criterion-exposure").with("months", months);
    let evidence = |course: Option<&Course<'_>>| -> Vec<Evidence> {
        course.iter().flat_map(|course| &course.uses).map(|usage| usage.evidence()).collect()
    };
    let (certain, possible) = (exposure.longest(Reading::Certain), exposure.longest(Reading::Possible));
    let (least, most) = (certain.map_or(0, Course::months), possible.map_or(0, Course::months));
    let judgement = match exposure.lasted(months) {
        Verdict::Met => Judgement::met(evidence(certain)),
        Verdict::NotMet if exposure.together(Reading::Possible) >= months => {
            let all = exposure.courses(Reading::Possible).iter().flat_map(|course| evidence(Some(course)));
            let gap = Gap::not_recorded(Source::MedicationStatements, "gap-only-together");
            let judgement = Judgement::unknown(vec![gap]).with_evidence(all);
            let together = exposure.together(Reading::Certain);
            return Criterion::new(text, judgement).remarking(Message::new("remark-together").with("months", together));
        }
        Verdict::NotMet => Judgement::not_met(evidence(possible)),
        Verdict::Unknown => {
            let mut gaps = exposure.gaps(months);
            if gaps.is_empty() {
                // Only the effect of the last dose reaches month six.
                gaps.push(Gap::not_recorded(Source::MedicationAdministrations, "gap-after-last-dose"));
            }
            Judgement::unknown(gaps).with_evidence(evidence(possible))
        }
    };
    let Some(course) = certain.or(possible) else { return Criterion::new(text, judgement) };
    let say = |id, course: &Course<'_>| Message::new(id).with("drug", course.drug).with("months", course.months());
    let dated = |id| say(id, course).with("from", Moment::on(course.from)).with("to", Moment::on(course.to));
    let remark = match (judgement.verdict(), possible.filter(|_| most > least)) {
        (Verdict::Unknown, Some(longest)) => say("remark-exposure-between", longest).with("least", least),
        (Verdict::Met, Some(_)) => say("remark-exposure-at-least", course),
        (Verdict::NotMet, _) => dated("remark-longest"),
        _ => dated("remark-exposure"),
    };
    Criterion::new(text, judgement).remarking(remark)
}

/// A row about something dated, with the days in which it counts.
fn dated_row(id: &'static str, judgement: Judgement, exposure: &Exposure<'_>, months: i32) -> Criterion {
    let none = judgement.verdict() == Verdict::NotMet && judgement.evidence().is_empty();
    let row = Criterion::new(Message::new(id).with("months", months), judgement);
    let windows = exposure.windows(months, Reading::Certain);
    match windows.as_slice() {
        [window] if windows == exposure.windows(months, Reading::Possible) => {
            let remark = Message::new(if none { "remark-none-in-window" } else { "remark-window" });
            row.remarking(remark.with("from", Moment::on(window.from)).with("to", Moment::on(window.to)))
        }
        [] if exposure.has_no_window(months) => row.remarking(Message::new("remark-no-window").with("months", months)),
        _ => row,
    }
}

/// Criterion (c): a relapse in spite of the drug.
fn relapse(q: &Case<'_>, exposure: &Exposure<'_>, months: i32) -> Judgement {
    let (relapses, hidden) = q.ms_relapses();
    exposure.within(months, relapses, hidden)
}

/// Criterion (d): new MRI activity in spite of the drug.
fn mri(q: &Case<'_>, exposure: &Exposure<'_>, months: i32) -> Judgement {
    let (mris, hidden) = q.brain_mris();
    let placed = |activity: Verdict, hidden: Vec<Gap>| {
        let events = mris.iter().filter(|mri| mri.activity == activity).flat_map(BrainMri::events);
        exposure.within(months, events, hidden)
    };
    let active = placed(Verdict::Met, hidden);
    if active.verdict() == Verdict::Met || exposure.has_no_window(months) {
        return active;
    }
    let (silent, quiet) = (placed(Verdict::Unknown, Vec::new()), placed(Verdict::NotMet, Vec::new()));
    let undelivered = |source| q.sources().is_undelivered(source);
    let delivered = !undelivered(Source::Observations) && !undelivered(Source::DiagnosticReports);
    let mut gaps = active.gaps().to_vec();
    let in_view = |part: &Judgement| part.verdict() != Verdict::NotMet && !part.evidence().is_empty();
    if delivered {
        let unread = mris.iter().filter(|mri| mri.activity == Verdict::Unknown);
        let unread = unread.filter(|mri| exposure.covers(mri.when.as_ref(), months) != Verdict::NotMet);
        gaps.extend(unread.filter_map(BrainMri::uncoded).map(|gap| gap.said_as("gap-mri-finding")));
    }
    if gaps.is_empty() && quiet.verdict() == Verdict::Met {
        return Judgement::not_met(quiet.evidence().to_vec());
    }
    gaps.extend(quiet.gaps().iter().cloned());
    if delivered && ![&active, &silent, &quiet].into_iter().any(in_view) {
        let over = exposure.covers(Some(&q.as_of.day()), months) == Verdict::NotMet;
        gaps.push(Gap::not_recorded(Source::DiagnosticReports, if over { "gap-no-mri-then" } else { NO_MRI }));
    }
    let shown = [active, silent, quiet].into_iter().flat_map(|part| part.evidence().to_vec());
    Judgement::unknown(gaps).with_evidence(shown)
}

/// What a summary says of each criterion that is not met, and of each that is open.
const FAILED: [&str; 4] = ["failed-subtype", "failed-exposure", "failed-relapse", "failed-mri"];
const OPEN: [&str; 4] = ["open-subtype", "open-exposure", "open-relapse", "open-mri"];

fn card(q: &Case<'_>, criteria: &[Criterion], overall: Verdict) -> Option<CardFacts> {
    let of = |verdict: Verdict, names: [&'static str; 4]| -> Vec<&'static str> {
        let rows = criteria.iter().zip(names).filter(|(row, _)| row.judgement.verdict() == verdict);
        rows.map(|(_, name)| name).collect()
    };
    let (failed, open) = (of(Verdict::NotMet, FAILED), of(Verdict::Unknown, OPEN));
    let naming = |id, parts: &[&'static str]| {
        let more = i32::try_from(parts.len()).unwrap_or(i32::MAX).saturating_sub(1);
        Message::new(id).with("what", Arg::Message(parts.first().copied().unwrap_or_default())).with("more", more)
    };
    let (indicator, summary) = match (overall, q.hook.is_order()) {
        (Verdict::Met, _) => (Indicator::Info, Message::new("summary-met")),
        (Verdict::NotMet, true) => (Indicator::Warning, naming("summary-not-met", &failed)),
        (Verdict::Unknown, true) => (Indicator::Warning, naming("summary-unknown", &open)),
        (Verdict::Unknown, false) if open.len() == 1 => (Indicator::Info, naming("summary-nearly", &open)),
        _ => return None,
    };
    let mut lead = vec![Message::new("lead-criteria")];
    if q.hook.is_order() && !q.orders_in_scope().any(|order| says_ms(q, order)) {
        lead.push(Message::new("lead-reason-assumed"));
    }
    let override_reasons = if q.hook.is_order() { OVERRIDE_REASONS } else { &[] };
    let (context, suggestions) = (context(q, criteria, overall), suggestions(q, criteria, overall));
    Some(CardFacts {
        indicator,
        summary,
        lead,
        context,
        suggestions,
        override_reasons: Some(override_reasons),
        citations: RULE.citations,
    })
}

/// Context, never a criterion (X7).
fn context(q: &Case<'_>, criteria: &[Criterion], overall: Verdict) -> Vec<Message> {
    let mut context = Vec::new();
    match overall {
        Verdict::Met => context.push(Message::new("context-centres")),
        Verdict::NotMet => context.push(Message::new("context-not-reimbursed")),
        Verdict::Unknown => {}
    }
    if !q.active_conditions(ValueSet::SECONDARY_PROGRESSIVE_MS).items.is_empty() {
        context.push(Message::new("context-secondary-progressive"));
    }
    let others = q.other_ms_therapies();
    if !others.is_empty() {
        context.push(Message::new("context-other-therapy").with("drugs", others.join(", ")));
    }
    let active = criteria.iter().skip(2).filter(|row| row.judgement.verdict() == Verdict::Met);
    let days = active.flat_map(|row| row.judgement.evidence()).filter_map(|evidence| evidence.period);
    let days = days.filter_map(|period| if let EvidencePeriod::On(day) = period { Some(day) } else { None });
    if let Some(last) = days.max_by_key(|day| day.last)
        && last.plus_months(q.whole(&numbers::RECENT_ACTIVITY_MONTHS)).before(&q.as_of.day()) == Verdict::Met
    {
        context.push(
            Message::new("context-not-recent")
                .with("when", last)
                .with("months", q.whole(&numbers::RECENT_ACTIVITY_MONTHS)),
        );
    }
    if let Some((youngest, oldest)) = q.patient.age(&q.as_of) {
        let age = if youngest == oldest { youngest.to_string() } else { format!("{youngest}–{oldest}") };
        context.push(Message::new("context-age").with("age", age));
    }
    if let Some(onset) = q.ms_onset() {
        context.push(Message::new("context-onset").with("when", onset));
    }
    for (set, id) in [(ValueSet::EDSS, "context-edss"), (ValueSet::COMMITTEE_DECISION, "context-committee")] {
        let found = q.observations(set);
        let said = |observation: &Observation| match observation.value {
            Value::Boolean(true) => Arg::Message("committee-approved"),
            Value::Boolean(false) => Arg::Message("committee-rejected"),
            _ => Arg::Text(observation.value_text()),
        };
        let dated = found.items.iter().filter_map(|observation| Some((observation.when?, said(observation))));
        if let Some((when, value)) = dated.max_by_key(|(when, _)| when.last) {
            context.push(Message::new(id).with("value", value).with("when", when));
        }
    }
    context.push(Message::new("context-profile"));
    context
}

fn suggestions(q: &Case<'_>, criteria: &[Criterion], overall: Verdict) -> Vec<Suggestion> {
    let ms = q.conditions(ValueSet::MULTIPLE_SCLEROSIS);
    let reasons: Vec<String> = ms.items.iter().map(|condition| condition.reference.clone()).collect();
    let draft = |label, code| Suggestion {
        label: Message::new(label),
        proposal: Proposal::Service { code, reasons: reasons.clone() },
        note: None,
    };
    let has =
        |row: usize, is: fn(&Gap) -> bool| criteria.get(row).is_some_and(|row| row.judgement.gaps().iter().any(is));
    let mut suggestions = Vec::new();
    if overall == Verdict::Met {
        suggestions.push(draft("suggest-second-opinion", None));
    }
    let of_relapse =
        |gap: &Gap| !gap.kind.is_delivery() && matches!(gap.source, Source::Conditions | Source::Observations);
    if overall == Verdict::Unknown && has(2, of_relapse) {
        suggestions.push(draft("suggest-relapse-history", None));
    }
    let drafted = q.orders.iter().any(|order| order.concept.has(ValueSet::BRAIN_MRI));
    if overall == Verdict::Unknown && has(3, |gap| gap.text.as_deref() == Some(NO_MRI)) && !drafted {
        suggestions.push(draft("suggest-mri", q.terminology.members(ValueSet::BRAIN_MRI).first().cloned()));
    }
    suggestions
}
