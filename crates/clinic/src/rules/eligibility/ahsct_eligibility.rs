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
//! All of these, where sources differ, too (X4). Info: refer for a second opinion (HSCT-001). In an order, else: a warning.
//! - RRMS is active on the problem list (HSCT-006).
//! - One of seven drugs was in use for at least `{minimum-therapy-months}`, gaps up to its dosing interval bridged (HSCT-007).
//! - A relapse at least `{minimum-therapy-months}` after the start of that drug, while it was in effect (HSCT-008, HSCT-072).
//! - New MRI activity (a new or enlarging T2 lesion, or an enhancing lesion) likewise (HSCT-009).
//! - Of both, the latest is at most `{recent-activity-months}` old ("toch nog … houden", HSCT-008; no inflammation, no response,
//!   HSCT-066, HSCT-067), they came under one course of a drug or no further apart, and the newest MRI is not without new
//!   activity, unless a relapse came after it (stable on a drug is no reason, HSCT-072).
//!
//! ## When it stays quiet
//! On patient-view, while a transplantation is ordered and not done. No MS; a transplantation for another reason (lymphoma, myeloma); a donor transplantation; on patient-view, as soon as one
//! criterion is not met or two are open, and after a transplantation.
//!
//! ## When it asks
//! Plain MS without a type (HSCT-071; WHO ICD-10 has none), RRMS beside a progressive type, the months only as the sum
//! of several courses, an oncology code of a drug beside a lymphoma or leukaemia (X6), an MRI without coded findings or none
//! since then, dates too coarse to compare.
//!
//! ## Where the catalogue is silent
//! - The months count to the last dose on record; a relapse or MRI counts until the last dose wears off (one dosing interval
//!   later), because the drug is still in effect. Whether treatment went on after the last dose: unknown.
//! - When only the sum reaches them, relapse and MRI are dated from that month of the sum on; the whole stays unknown.
//! - "No new MRI activity" needs both counts at zero, or the statement that there is none: one count alone leaves the other
//!   open. Counts and report belong together by their day.
//! - A relapse count says that there was one, not on which day; a relapse without an onset is dated by its recording.
//! - An order without a readable reason is for MS when MS is on record; the card says so. A progressive type on record is
//!   a known no even when other problems have no usable code; not when the list itself is incomplete.
//! - The Dutch sources give no window back from today; `{recent-activity-months}` is EBMT's. A newest MRI without new activity, and
//!   relapse and MRI under different drugs far apart, are asked about, never a no by themselves.
//! - Age, duration and disability are shown and decide nothing: these sources give no limits (HSCT-065…HSCT-068), Zorginstituut
//!   Nederland (2022) speaks of adults of 18–55 years (X7).
//!
//! ## Sources
//! HSCT-001, HSCT-003, HSCT-005…HSCT-010, HSCT-065…HSCT-068, HSCT-071…HSCT-073, HSCT-078 (own cells, not a donor's);
//! conflicts X4–X7, X22, X28.

use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::{Coded, ValueSet};
use cellwise_record::{Evidence, EvidencePeriod, Gap, Judgement, Moment, Source, Verdict};

use crate::Indicator::{Info, Warning};
use crate::card::{CardFacts, Suggestion, card};
use crate::criteria::{Criteria, all, must};
use crate::documents::{self, Citation};
use crate::message::{Arg, Message};
use crate::numbers;
use crate::questions::Case;
use crate::questions::ms::activity::{MriOnTreatment, PresentActivity};
use crate::questions::ms::exposure::{Course, Exposure, Reading as Of};
use crate::questions::therapy::open_plan::Planned;
use crate::rule::{Judge, Rule, judge};

/// The rule.
pub const RULE: Rule = Rule {
    id: "ahsct-eligibility",
    file: file!(),
    topic: "ahsctEligibility",
    version: 3,
    reviewed: "2026-11-30",
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
    override_reasons: &[
        "criteria-met-elsewhere",
        "committee-approved",
        "trial-participation",
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
    concerns: is_ordered_or_has_ms,
    judge: judge::<AhsctEligibility>,
};

/// Whom it can concern: whoever gets orders; else who has multiple sclerosis, or may have it.
fn is_ordered_or_has_ms(case: &Case<'_>) -> bool {
    case.hook.is_order() || !case.multiple_sclerosis().is_not_met()
}

/// The four functions of the rule.
pub struct AhsctEligibility;

/// What the rule rests on.
pub struct Answers {
    is_order: bool,
    /// MS is on record, or the order is an autologous transplantation for it.
    asked: Judgement,
    /// No order gives MS as its reason: it was assumed from the record.
    is_assumed: bool,
    /// The four criteria, once it is clear that they are asked about.
    four: Option<Four>,
    /// A stem-cell transplantation is on record.
    transplanted: Judgement,
    /// One is planned.
    planned: Judgement,
    /// Context that is the same whatever the criteria come to (X7).
    background: Vec<Message>,
    /// What to say when the transplantation is being ordered and no decision of the national committee is on record (HSCT-003).
    no_decision: Option<&'static str>,
    is_secondary_progressive: bool,
    /// References of the entries that say MS.
    reasons: Vec<String>,
    /// The MRI to order, unless one is drafted already.
    mri_to_order: Option<Coded>,
}

/// The four Dutch criteria.
struct Four {
    subtype: Judgement,
    exposure: Remarked,
    relapse: Remarked,
    mri: Remarked,
    /// Whether relapse and MRI are of the present.
    present: Option<PresentActivity>,
    /// The scans on record leave the fourth open, and one now would settle it.
    lacks_mri: bool,
}

/// An answer with the remark that its row shows.
struct Remarked {
    answer: Judgement,
    remark: Option<Message>,
}

impl Four {
    /// Each with what a summary says when it is not met, and when it is open.
    fn named(&self) -> Vec<(&Judgement, &'static str, &'static str)> {
        let mut named = vec![
            (&self.subtype, "failed-subtype", "open-subtype"),
            (&self.exposure.answer, "failed-exposure", "open-exposure"),
            (&self.relapse.answer, "failed-relapse", "open-relapse"),
            (&self.mri.answer, "failed-mri", "open-mri"),
        ];
        if let Some(present) = &self.present {
            named.push((&present.recent, "failed-recent", "open-recent"));
            named.push((&present.together, "failed-recent", "open-together"));
            named.push((&present.newest_mri, "failed-recent", "open-newest-mri"));
        }
        named
    }

    fn not_met(&self) -> Vec<&'static str> {
        self.named().into_iter().filter(|(answer, ..)| answer.is_not_met()).map(|(_, failed, _)| failed).collect()
    }

    fn open(&self) -> Vec<&'static str> {
        self.named().into_iter().filter(|(answer, ..)| answer.is_unknown()).map(|(.., open)| open).collect()
    }

    /// Whether the row of MRI activity shows the newest MRI already, and it is active.
    fn shows_newest_mri(&self) -> bool {
        let newest = self.present.as_ref().map(|present| &present.newest_mri);
        newest.is_some_and(|newest| {
            newest.is_met() && newest.evidence().iter().all(|shown| self.mri.answer.evidence().contains(shown))
        })
    }

    fn verdict(&self) -> Verdict {
        self.named().into_iter().fold(Verdict::Met, |all, (answer, ..)| all.and(answer.verdict()))
    }
}

/// Every card of the rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All four criteria are met.
    Met,
    /// The order does not meet them.
    NotMet,
    /// Whether the order meets them is open.
    Open,
    /// All but one are met, and that one is open.
    Nearly,
}

impl Judge for AhsctEligibility {
    type Answers<'c> = Answers;
    type Reading = Reading;

    fn ask(case: &Case<'_>) -> Answers {
        let is_order = case.hook.is_order();
        let asked = if is_order { case.ahsct_for_ms_ordered() } else { case.multiple_sclerosis() };
        let four = asked.is_met().then(|| four(case));
        let decision = case.observations(ValueSet::COMMITTEE_DECISION).exists(Observation::evidence);
        let lacks_decision = is_order && decision.is_not_met();
        Answers {
            is_order,
            is_assumed: is_order && !case.orders_in_scope().any(|order| case.is_ordered_for_ms(order)),
            transplanted: case.transplanted(),
            planned: case.open_plans(Planned::OwnStemCells).judgement(),
            no_decision: lacks_decision.then_some("context-no-committee"),
            background: if four.is_some() { background(case) } else { Vec::new() },
            is_secondary_progressive: !case.active_conditions(ValueSet::SECONDARY_PROGRESSIVE_MS).items.is_empty(),
            reasons: case
                .conditions(ValueSet::MULTIPLE_SCLEROSIS)
                .items
                .iter()
                .map(|ms| ms.reference.clone())
                .collect(),
            mri_to_order: case
                .code_of(ValueSet::BRAIN_MRI)
                .filter(|_| !case.orders.iter().any(|order| order.concept.has(ValueSet::BRAIN_MRI))),
            asked,
            four,
        }
    }

    fn criteria(answers: &Answers) -> Criteria {
        let Some(four) = &answers.four else { return must("criterion-asked", answers.asked.clone()) };
        let row = |id: &'static str, part: &Remarked| must(id, part.answer.clone()).remarking(part.remark.clone());
        // Nobody needs to be told that a patient who had the transplantation, or waits for it, may be referred for it.
        let first = must("criterion-first", !answers.transplanted.clone()).unless_met();
        let not_planned = must("criterion-not-planned", !answers.planned.clone()).unless_met();
        all([
            must("criterion-subtype", four.subtype.clone()),
            row("criterion-exposure", &four.exposure),
            row("criterion-relapse", &four.relapse),
            row("criterion-mri", &four.mri),
        ]
        .into_iter()
        .chain(four.present.iter().flat_map(|present| {
            [
                must("criterion-recent", present.recent.clone()).showing(latest(&present.recent)),
                // What it is about stands in the rows above.
                must("criterion-together", present.together.clone())
                    .showing(
                        present.together.is_unknown().then(|| Judgement::unknown(present.together.gaps().to_vec())),
                    )
                    .unless_met(),
                must("criterion-newest-mri", present.newest_mri.clone()).left_out_if(four.shows_newest_mri()),
            ]
        }))
        .chain([first, not_planned].into_iter().filter(|_| !answers.is_order)))
    }

    fn reading(answers: &Answers, _verdict: Verdict) -> Option<Reading> {
        let four = answers.four.as_ref()?;
        match (four.verdict(), answers.is_order) {
            (_, false) if !answers.transplanted.is_not_met() || answers.planned.is_met() => None,
            (Verdict::Met, _) => Some(Reading::Met),
            (Verdict::NotMet, true) => Some(Reading::NotMet),
            (Verdict::Unknown, true) => Some(Reading::Open),
            (Verdict::Unknown, false) if four.open().len() == 1 => Some(Reading::Nearly),
            (Verdict::NotMet | Verdict::Unknown, false) => None,
        }
    }

    fn words(answers: &Answers, reading: Reading) -> CardFacts {
        let (not_met, open) = answers.four.as_ref().map(|four| (four.not_met(), four.open())).unwrap_or_default();
        let card = match reading {
            Reading::Met => card(Info, "summary-met"),
            Reading::NotMet => card(Warning, naming("summary-not-met", &not_met)),
            Reading::Open => card(Warning, naming("summary-unknown", &open)),
            Reading::Nearly => card(Info, naming("summary-nearly", &open)),
        };
        let card = if answers.is_order { card } else { card.overridden_for(&[]) };
        card.lead(["lead-criteria"])
            .lead(answers.is_assumed.then_some("lead-reason-assumed"))
            .context(answers.transplanted.is_met().then_some("context-transplanted"))
            .context(match reading {
                Reading::Met => Some("context-centres"),
                Reading::NotMet => Some("context-not-reimbursed"),
                Reading::Open | Reading::Nearly => None,
            })
            .context(answers.is_secondary_progressive.then_some("context-secondary-progressive"))
            .context(answers.background.clone())
            .context(answers.no_decision.filter(|_| reading == Reading::Met))
            .suggest(suggestions(answers, reading))
    }
}

/// Names the first of some criteria, and how many more there are.
fn naming(id: &'static str, parts: &[&'static str]) -> Message {
    let more = i32::try_from(parts.len()).unwrap_or(i32::MAX).saturating_sub(1);
    Message::new(id).with("what", Arg::Message(parts.first().copied().unwrap_or_default())).with("more", more)
}

/// What a row shows of an answer that is met: the latest, the others stand in their own rows.
fn latest(answer: &Judgement) -> Option<Judgement> {
    let day = |evidence: &Evidence| match evidence.period {
        Some(EvidencePeriod::On(day)) => Some(day.last),
        Some(EvidencePeriod::Course { from, .. }) => Some(from.last),
        None => None,
    };
    let latest = answer.evidence().iter().max_by_key(|evidence| day(evidence))?;
    answer.is_met().then(|| Judgement::met(vec![latest.clone()]))
}

fn four(case: &Case<'_>) -> Four {
    let months = case.whole(&numbers::MINIMUM_THERAPY_MONTHS);
    let exposure = case.second_line_ms_exposure();
    let MriOnTreatment { answer, lacks_scan } = case.mri_activity_on_treatment(&exposure, months);
    let dated = |answer: Judgement| Remarked { remark: window_remark(&answer, &exposure, months), answer };
    let relapse = case.relapse_on_treatment(&exposure, months);
    Four {
        subtype: case.relapsing_remitting_ms(),
        present: case.present_ms_activity(&exposure, months, &relapse, &answer),
        relapse: dated(relapse),
        mri: dated(answer),
        lacks_mri: lacks_scan,
        exposure: unless_a_stop_may_be_hidden(case, lasted(&exposure, months)),
    }
}

/// What only a list of drugs shows as going on may be ended by a request that was not sent.
fn unless_a_stop_may_be_hidden(case: &Case<'_>, lasted: Remarked) -> Remarked {
    let hidden = case.sources().gaps_of(Source::MedicationRequests);
    let hidden: Vec<Gap> = hidden.into_iter().filter(|gap| gap.kind.is_delivery()).collect();
    let of_lists = lasted.answer.evidence().iter().all(|use_of| use_of.source == Source::MedicationStatements);
    if hidden.is_empty() || !lasted.answer.is_met() || !of_lists {
        return lasted;
    }
    let answer = Judgement::unknown(hidden).with_evidence(lasted.answer.evidence().to_vec());
    Remarked { answer, ..lasted }
}

/// Criterion (b): a listed drug for long enough.
fn lasted(exposure: &Exposure<'_>, months: i32) -> Remarked {
    let evidence = |course: Option<&Course<'_>>| -> Vec<Evidence> {
        course.iter().flat_map(|course| &course.uses).map(|usage| usage.evidence()).collect()
    };
    let (certain, possible) = (exposure.longest(Of::Certain), exposure.longest(Of::Possible));
    let (least, most) = (certain.map_or(0, Course::months), possible.map_or(0, Course::months));
    let answer = match exposure.lasted(months) {
        // Every drug that lasted long enough is shown: relapse and MRI may have come under different ones.
        Verdict::Met => {
            let long = exposure.courses(Of::Certain).iter().filter(|course| course.months() >= months);
            Judgement::met(long.flat_map(|course| evidence(Some(course))).collect())
        }
        Verdict::NotMet if exposure.together(Of::Possible) >= months => {
            let all = exposure.courses(Of::Possible).iter().flat_map(|course| evidence(Some(course)));
            let gap = Gap::not_recorded(Source::MedicationStatements, "gap-only-together");
            let remark = Message::new("remark-together").with("months", exposure.together(Of::Certain));
            return Remarked { answer: Judgement::unknown(vec![gap]).with_evidence(all), remark: Some(remark) };
        }
        Verdict::NotMet => Judgement::not_met(evidence(possible)),
        Verdict::Unknown => {
            let mut gaps = exposure.gaps(months);
            if gaps.is_empty() {
                // Only the effect of the last dose reaches so far.
                gaps.push(Gap::not_recorded(Source::MedicationAdministrations, "gap-after-last-dose"));
            }
            Judgement::unknown(gaps).with_evidence(evidence(possible))
        }
    };
    let say = |id, course: &Course<'_>| Message::new(id).with("months", course.months());
    let remark = certain.or(possible).map(|course| match (answer.verdict(), possible.filter(|_| most > least)) {
        (Verdict::Unknown, Some(longest)) => say("remark-exposure-between", longest).with("least", least),
        (Verdict::Met, Some(_)) => say("remark-exposure-at-least", course),
        (Verdict::NotMet, _) => say("remark-longest", course)
            .with("drug", course.drug)
            .with("from", Moment::on(course.from))
            .with("to", Moment::on(course.to)),
        _ => say("remark-exposure", course),
    });
    Remarked { answer, remark }
}

/// The days in which something dated counts, when there is one such window.
fn window_remark(answer: &Judgement, exposure: &Exposure<'_>, months: i32) -> Option<Message> {
    // What counts shows by its date that it lies within.
    if answer.is_met() {
        return None;
    }
    let none = answer.is_not_met() && answer.evidence().is_empty();
    let windows = exposure.windows(months, Of::Certain);
    match windows.as_slice() {
        [window] if windows == exposure.windows(months, Of::Possible) => {
            let remark = Message::new(if none { "remark-none-in-window" } else { "remark-window" });
            Some(remark.with("from", Moment::on(window.from)).with("to", Moment::on(window.to)))
        }
        [] if exposure.has_no_window(months) => Some("remark-no-window".into()),
        _ => None,
    }
}

/// Context that is no criterion (X7).
fn background(case: &Case<'_>) -> Vec<Message> {
    let mut lines = Vec::new();
    let others = case.other_ms_therapies();
    if !others.is_empty() {
        lines.push(Message::new("context-other-therapy").with("drugs", others.join(", ")));
    }
    if let Some((youngest, oldest)) = case.patient.age(&case.as_of) {
        let age = if youngest == oldest { youngest.to_string() } else { format!("{youngest}–{oldest}") };
        lines.push(Message::new("context-age").with("age", age));
    }
    lines.extend(case.ms_onset().map(|onset| Message::new("context-onset").with("when", onset)));
    for (set, id) in [(ValueSet::EDSS, "context-edss"), (ValueSet::COMMITTEE_DECISION, "context-committee")] {
        let found = case.observations(set);
        let said = |observation: &Observation| match observation.answer() {
            Some(true) => Arg::Message("committee-approved"),
            Some(false) => Arg::Message("committee-rejected"),
            None => Arg::Text(observation.value_text()),
        };
        let dated = found.items.iter().filter_map(|observation| Some((observation.when?, said(observation))));
        let newest = dated.max_by_key(|(when, _)| when.last);
        lines.extend(newest.map(|(when, value)| Message::new(id).with("value", value).with("when", when)));
    }
    lines
}

fn suggestions(answers: &Answers, reading: Reading) -> Vec<Suggestion> {
    let Some(four) = &answers.four else { return Vec::new() };
    let is_open = matches!(reading, Reading::Open | Reading::Nearly);
    // Relapses that came and do not tell; data that did not come is asked for elsewhere.
    let asks_for_relapses = four
        .relapse
        .answer
        .gaps()
        .iter()
        .any(|gap| !gap.kind.is_delivery() && matches!(gap.source, Source::Conditions | Source::Observations));
    let mri = answers.mri_to_order.clone().filter(|_| is_open && four.lacks_mri);
    [
        (reading == Reading::Met).then(|| Suggestion::order_in_words("suggest-second-opinion")),
        (is_open && asks_for_relapses).then(|| Suggestion::order_in_words("suggest-relapse-history")),
        mri.map(|code| Suggestion::order("suggest-mri", code)),
    ]
    .into_iter()
    .flatten()
    .map(|suggestion| suggestion.because_of(answers.reasons.clone()))
    .collect()
}
