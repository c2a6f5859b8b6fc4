//! Possible ICANS: signs of neurotoxicity after CAR-T.
//!
//! ## What it flags
//! A patient after CAR-T with an ICE score below 10, a fallen Glasgow coma score, a seizure, unconsciousness, cerebral
//! oedema, confusion, delirium, aphasia or encephalopathy, or with ICANS on record; with the ASTCT grade as far as the
//! record tells it.
//!
//! ## Why it matters
//! ICANS often begins with confusion and trouble with words, which are easily taken for something else, and can go on to
//! seizures, coma and cerebral oedema (CART-039, -086, -088); there are fatal cases (CART-106). It usually starts 5–17 days
//! after the infusion (CART-038) but is described after more than a year (CART-085), when the patient is seen elsewhere.
//! Loss of consciousness asks for intensive care (CART-041).
//!
//! ## When it is met
//! CAR-T in history, and after t0: an ICE score below 10, or a Glasgow coma score lower than before, in the last 48 hours; a
//! sign among the problems, the observations or the reasons of this visit that goes on, or went on within those hours; or
//! ICANS recorded likewise. The worst of the 48 hours counts: ICANS comes and goes.
//! - Up to day 30 (CART-043; X12): critical at grade 2 or more, seizure, cerebral oedema or clearly reduced consciousness;
//!   else a warning. An infusion without a date may be of this month: the sterner card.
//! - Grade 4 or coma: intensive care is required (CART-041), and the summary says so.
//! - A later infusion may be hidden in data that was not sent: as in the first days, with an unknown row.
//! - Later: a warning that late neurotoxicity is described (CART-085; X12).
//! - The infusion is not recorded, only its order as completed: a warning at most.
//!
//! ## The grade
//! ASTCT, the worst item: ICE 7–9 is grade 1, 3–6 grade 2, 0–2 grade 3; not to be roused is grade 4; a seizure or cerebral
//! oedema at least grade 3. ICE 0 is grade 3 in who is awake, "at least grade 3" when nothing tells. Another sign without a
//! score is at least grade 1. A grade that a clinician recorded stands beside it; the higher decides how urgent the card is.
//!
//! ## When it stays quiet
//! No CAR-T, or only planned; dead; signs that began before the infusion, or are over for more than 48 hours; headache or
//! tremor alone (CART-087; tremor is of `urgent-symptoms-after-car-t`); fever (`possible-crs`). A Glasgow coma score that was
//! as low before the infusion.
//!
//! ## When it asks
//! A sign without a date, or dated too coarsely; an unconfirmed diagnosis; a score that can't be; a sign in words only; CAR-T
//! in words only: a warning, verdict unknown. Data that did not come through leaves the verdict unknown.
//!
//! ## Where the catalogue is silent
//! - 48 hours for scores and for what is over, to the minute (X12 gives no hours).
//! - A problem that began more than 90 days ago and is still called active is a problem list that nobody cleans, not news.
//! - Glasgow coma score: 8 or less is coma, grade 4; 12 or less clearly reduced consciousness, critical. Below the score
//!   before the infusion it has fallen; without an earlier one, below 15. ASTCT itself does not use this score.
//! - G92 of WHO ICD-10 (toxic encephalopathy) is an encephalopathy, never proof of ICANS.
//! - Grade 0 scored today beside an active diagnosis: a warning that asks which is right.
//! - ICE is for adults and older children: under 12 years the card says so.
//!
//! ## Sources
//! CART-038, -039, -041…-043, -062, -085…-093, -096, -106; ASTCT consensus; conflicts X12, X31.

use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::toxicity::finding::{ClinicalFinding, Weighed, weigh};
use crate::questions::toxicity::neurotoxicity::{Consciousness, GCS, ICANS_GRADE, ICE, IcansGrade, IcansSigns, Scores};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::encounter::EncounterClass;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The rule.
pub const RULE: Rule = Rule {
    id: "possible-icans",
    file: file!(),
    topic: "possibleIcans",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[
        Citation {
            document: &documents::CAR_T_TOXICITY,
            statements: &[
                "CART-085", "CART-086", "CART-087", "CART-088", "CART-089", "CART-090", "CART-091", "CART-092",
                "CART-093", "CART-096", "CART-106",
            ],
        },
        Citation {
            document: &documents::ERASMUS_MC_CAR_T,
            statements: &["CART-038", "CART-039", "CART-041", "CART-042", "CART-043", "CART-062"],
        },
        Citation { document: &documents::ASTCT_GRADING, statements: &[] },
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
    observations: &[
        ValueSet::ICE_SCORE,
        ValueSet::GLASGOW_COMA_SCORE,
        ValueSet::ICANS_GRADE,
        ValueSet::NEUROTOXICITY_SIGN,
    ],
    numbers: &[
        &numbers::FIRST_MONTH_AFTER_CAR_T,
        &numbers::CRITICAL_ICANS_GRADE,
        &numbers::RECENT_SYMPTOM_HOURS,
        &numbers::ACTIVE_SIGN_DAYS,
        &numbers::COMA_SCORE,
        &numbers::REDUCED_CONSCIOUSNESS_SCORE,
        &numbers::OLDER_AGE,
        &numbers::ICE_AGE,
    ],
    judge,
};

const OVERRIDES: &[&str] = &["already-treated", "explained-otherwise", "local-protocol", "data-outdated", "other"];

const EVENTS: &[ValueSet] = &[ValueSet::SEIZURE, ValueSet::CEREBRAL_OEDEMA];
const UNCONSCIOUS: &[ValueSet] = &[ValueSet::REDUCED_CONSCIOUSNESS];
const COGNITIVE: &[ValueSet] = &[ValueSet::CONFUSION_OR_APHASIA, ValueSet::ENCEPHALOPATHY];
const RECORDED: &[ValueSet] = &[ValueSet::ICANS];
const COMMON: &[ValueSet] = &[ValueSet::HEADACHE_OR_TREMOR];
const SIGNS: &[ValueSet] = &[
    ValueSet::SEIZURE,
    ValueSet::CEREBRAL_OEDEMA,
    ValueSet::REDUCED_CONSCIOUSNESS,
    ValueSet::CONFUSION_OR_APHASIA,
    ValueSet::ENCEPHALOPATHY,
    ValueSet::ICANS,
    ValueSet::HEADACHE_OR_TREMOR,
];
const AGAINST_CD19: &[ValueSet] = &[
    ValueSet::TISAGENLECLEUCEL,
    ValueSet::AXICABTAGENE_CILOLEUCEL,
    ValueSet::BREXUCABTAGENE_AUTOLEUCEL,
    ValueSet::LISOCABTAGENE_MARALEUCEL,
    ValueSet::OBECABTAGENE_AUTOLEUCEL,
];

/// What the record shows of neurotoxicity: one row of the card each.
struct Signs<'c> {
    ice: Scores<'c>,
    gcs: Scores<'c>,
    grades: Scores<'c>,
    low_ice: Judgement,
    fallen_gcs: Judgement,
    events: Weighed,
    unconscious: Weighed,
    cognitive: Weighed,
    recorded: Judgement,
    in_words: Weighed,
    /// Headache or tremor, for a line of context.
    is_common: bool,
    /// The grade that a clinician recorded.
    recorded_grade: Option<u8>,
    /// What did not come through, or has no code.
    hidden: Judgement,
    /// Whether a record is worth a question.
    asks: bool,
}

fn judge(q: &Case<'_>) -> Finding {
    let after = q.after_car_t();
    if after.happened().verdict() == Verdict::NotMet {
        return Finding::silent(&after.happened());
    }
    let signs = Signs::read(q, &after);
    let any = signs.any();
    let judgement = any.clone().and(after.happened());
    let given = after.history.judgement.verdict();
    let in_words = || q.says_in_words(|text| q.terminology.mentions("car-t", text));
    let facts = match (given, any.verdict()) {
        (Verdict::Met, Verdict::Met) => urgency(q, &after, &signs),
        (Verdict::Met, Verdict::Unknown) if signs.asks => (Indicator::Warning, Message::new("summary-unclear")),
        (Verdict::Unknown, Verdict::Met) if in_words() => {
            (Indicator::Warning, Message::new("summary-history-in-words"))
        }
        _ => return Finding::silent(&judgement),
    };
    let (indicator, summary) = facts;
    let card = CardFacts {
        indicator,
        summary,
        lead: lead(&signs, signs.grade(q)),
        context: context(q, &after, &signs),
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, rows(q, &after, &signs), Some(card))
}

impl<'c> Signs<'c> {
    fn read(q: &'c Case<'_>, after: &AfterCarT) -> Self {
        let (chart, hours) = (q, q.whole(&numbers::RECENT_SYMPTOM_HOURS));
        let [ice, gcs, grades] = [ICE, GCS, ICANS_GRADE].map(|scale| chart.scores(scale, hours, after));
        let usual = chart.usual_coma_score(after);
        let (low_ice, asks_ice) = ice.any(|score| score < ICE.normal);
        let (fallen_gcs, asks_gcs) = gcs.any(|score| score < usual);
        let (scored, asks_grade) = grades.any(|grade| grade > ICANS_GRADE.normal);
        let findings = chart.clinical_findings(SIGNS, |text| q.terminology.mentions("neurotoxicity", text));
        let days = q.whole(&numbers::ACTIVE_SIGN_DAYS);
        let present = |finding: &ClinicalFinding<'_>| chart.is_present(finding, days, hours, after);
        let of = |sets: &[ValueSet]| weigh(findings.coded_in(sets), after, present);
        let (events, unconscious, cognitive, diagnosis) = (of(EVENTS), of(UNCONSCIOUS), of(COGNITIVE), of(RECORDED));
        let in_words = weigh(&findings.in_words, after, present);
        let uncoded = weigh(&findings.uncoded, after, present);
        let mut gaps = findings.gaps.clone();
        add_gaps(&mut gaps, uncoded.judgement.gaps().iter().cloned());
        let of_episode: Vec<&str> =
            diagnosis.judgement.evidence().iter().map(|evidence| evidence.reference.as_str()).collect();
        let asks = asks_ice
            || asks_gcs
            || asks_grade
            || [&events, &unconscious, &cognitive, &diagnosis, &in_words].iter().any(|weighed| weighed.asks);
        Self {
            recorded_grade: chart.recorded_icans_grade(&grades, &of_episode),
            recorded: diagnosis.judgement.or(scored),
            is_common: of(COMMON).judgement.verdict() == Verdict::Met,
            hidden: Judgement::found(Vec::new(), gaps),
            ice,
            gcs,
            grades,
            low_ice,
            fallen_gcs,
            events,
            unconscious,
            cognitive,
            in_words,
            asks,
        }
    }

    fn any(&self) -> Judgement {
        let weighed = [&self.events, &self.unconscious, &self.cognitive, &self.in_words].map(|one| &one.judgement);
        [&self.low_ice, &self.fallen_gcs, &self.recorded]
            .into_iter()
            .chain(weighed)
            .fold(self.hidden.clone(), |any, one| any.or(one.clone()))
    }

    fn is_coma(&self, q: &Case<'_>) -> bool {
        let coma = self.gcs.worst().is_some_and(|score| i32::from(score) <= q.whole(&numbers::COMA_SCORE));
        coma && self.fallen_gcs.verdict() == Verdict::Met || is_met(&self.unconscious)
    }

    /// The ASTCT grade, as far as the record tells it.
    fn grade(&self, q: &Case<'_>) -> Option<IcansGrade> {
        let above_coma = self.gcs.worst().is_some_and(|score| i32::from(score) > q.whole(&numbers::COMA_SCORE));
        let consciousness = match (self.is_coma(q), above_coma) {
            (true, _) => Consciousness::Unarousable,
            (false, true) => Consciousness::Awake,
            (false, false) => Consciousness::NotKnown,
        };
        let signs = IcansSigns {
            ice: self.ice.worst(),
            consciousness,
            seizure_or_oedema: is_met(&self.events),
            other_sign: is_met(&self.cognitive) || self.fallen_gcs.verdict() == Verdict::Met,
        };
        let hidden = self.hidden.gaps().iter().any(|gap| gap.kind.is_delivery());
        signs.grade().map(|grade| IcansGrade { at_least: grade.at_least || hidden && grade.grade < 4, ..grade })
    }

    fn is_severe(&self, q: &Case<'_>) -> bool {
        let reduced =
            self.gcs.worst().is_some_and(|score| i32::from(score) <= q.whole(&numbers::REDUCED_CONSCIOUSNESS_SCORE));
        is_met(&self.events) || self.is_coma(q) || reduced && self.fallen_gcs.verdict() == Verdict::Met
    }
}

fn is_met(weighed: &Weighed) -> bool {
    weighed.judgement.verdict() == Verdict::Met
}

/// How urgent, and in which words.
fn urgency(q: &Case<'_>, after: &AfterCarT, signs: &Signs<'_>) -> (Indicator, Message) {
    let computed = signs.grade(q);
    let highest = computed.map(|found| found.grade).max(signs.recorded_grade).unwrap_or(0);
    let acute = after.within_days(q, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) != Verdict::NotMet;
    let critical = i32::from(highest) >= q.whole(&numbers::CRITICAL_ICANS_GRADE) || signs.is_severe(q);
    if after.is_probable() {
        return (Indicator::Warning, Message::new("summary-probable"));
    }
    let intensive_care = highest >= 4 || signs.is_coma(q);
    if intensive_care && !acute {
        return (Indicator::Warning, Message::new("summary-late-intensive-care"));
    }
    if intensive_care {
        let grade = i32::from(highest.max(4));
        return (Indicator::Critical, Message::new("summary-intensive-care").with("grade", grade));
    }
    if !acute && let Some(days) = after.days(q) {
        return (Indicator::Warning, Message::new("summary-late").with("days", days));
    }
    if !acute {
        return (Indicator::Warning, Message::new("summary-late-undated"));
    }
    let at_least = computed.is_some_and(|found| found.at_least && found.grade == highest);
    let summary = match (critical, highest, at_least) {
        (true, 0..=1, _) => return (Indicator::Critical, Message::new("summary-reduced-consciousness")),
        (true, _, true) => "summary-critical-at-least",
        (true, _, false) => "summary-critical",
        (false, 0, _) => return (Indicator::Warning, Message::new("summary-not-graded")),
        (false, _, true) => "summary-warning-at-least",
        (false, _, false) => "summary-warning",
    };
    let indicator = if critical { Indicator::Critical } else { Indicator::Warning };
    (indicator, Message::new(summary).with("grade", i32::from(highest)))
}

fn lead(signs: &Signs<'_>, computed: Option<IcansGrade>) -> Vec<Message> {
    let mut lead = vec![Message::new("advice-assess")];
    if let Some(IcansGrade { grade, at_least }) = computed {
        let id = if at_least { "lead-grade-at-least" } else { "lead-grade" };
        lead.push(Message::new(id).with("grade", i32::from(grade)));
    }
    match (signs.recorded_grade, computed) {
        (Some(recorded), Some(found)) if recorded != found.grade => {
            lead.push(Message::new("lead-grades-differ").with("grade", i32::from(recorded)));
        }
        (Some(recorded), _) => lead.push(Message::new("lead-recorded-grade").with("grade", i32::from(recorded))),
        (None, _) => {}
    }
    lead
}

/// The rows with something to show.
fn rows(q: &Case<'_>, after: &AfterCarT, signs: &Signs<'_>) -> Vec<Criterion> {
    let mut history = Criterion::new(Message::new("criterion-car-t"), after.history.judgement.clone());
    history.remark = match after.days(q) {
        _ if after.is_probable() => Some(Message::new("remark-infusion-not-recorded")),
        Some(days) => Some(Message::new("remark-day").with("days", days)),
        None if after.t0.is_none() => Some(Message::new("remark-no-date")),
        None => None,
    };
    let mut ice = Criterion::new(Message::new("criterion-ice"), signs.low_ice.clone());
    if let (Some(latest), Some(worst)) = (signs.ice.latest(q), signs.ice.worst())
        && latest > worst
    {
        ice.remark = Some(Message::new("remark-latest").with("score", i32::from(latest)));
    }
    let mut recorded = Criterion::new(Message::new("criterion-recorded"), signs.recorded.clone());
    if signs.recorded_grade == Some(0) && signs.recorded.verdict() == Verdict::Met {
        recorded.remark = Some(Message::new("remark-scored-absent"));
    } else if signs.grades.worst() != signs.grades.latest(q)
        && let Some(latest) = signs.grades.latest(q)
    {
        recorded.remark = Some(Message::new("remark-latest").with("score", i32::from(latest)));
    }
    let row = |id, judgement: &Judgement| Criterion::new(Message::new(id), judgement.clone());
    let shown = [
        ice,
        row("criterion-gcs", &signs.fallen_gcs),
        row("criterion-unconscious", &signs.unconscious.judgement),
        row("criterion-events", &signs.events.judgement),
        row("criterion-cognitive", &signs.cognitive.judgement),
        recorded,
        row("criterion-in-words", &signs.in_words.judgement),
    ];
    // What was not sent is said once, in a row of its own.
    let says = |row: &Criterion| {
        !row.judgement.evidence().is_empty() || row.judgement.gaps().iter().any(|gap| !gap.kind.is_delivery())
    };
    let mut rows: Vec<Criterion> = shown.into_iter().filter(says).collect();
    if signs.hidden.gaps().iter().any(|gap| gap.kind.is_delivery()) {
        rows.push(row("criterion-hidden", &signs.hidden));
    }
    rows.push(history);
    let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let acute = Message::new("criterion-acute").with("days", days);
    rows.extend(after.hidden_later(q, days).map(|hidden| Criterion::new(acute, hidden)));
    if after.alive.verdict() == Verdict::Unknown {
        rows.push(row("criterion-alive", &after.alive));
    }
    rows
}

fn context(q: &Case<'_>, after: &AfterCarT, signs: &Signs<'_>) -> Vec<Message> {
    let chart = q;
    let mut lines = Vec::new();
    let older = q.whole(&numbers::OLDER_AGE);
    if chart.patient.is_at_least(older, &chart.as_of).verdict() == Verdict::Met {
        lines.push(Message::new("context-older").with("age", older));
    }
    if chart.patient.is_at_least(q.whole(&numbers::ICE_AGE), &chart.as_of).verdict() == Verdict::NotMet {
        lines.push(Message::new("context-child").with("age", q.whole(&numbers::ICE_AGE)));
    }
    if signs.is_severe(q) && (signs.is_coma(q) || !is_met(&signs.events)) {
        lines.push(Message::new("context-intensive-care"));
    }
    lines.push(Message::new("context-other-causes"));
    lines.push(Message::new(
        if after.within_days(chart, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) == Verdict::NotMet {
            "context-late"
        } else {
            "context-usual-days"
        },
    ));
    if let Some(day) = crs_day(q, after) {
        lines.push(Message::new("context-after-crs").with("days", day));
    }
    if signs.is_common {
        lines.push(Message::new("context-common-signs"));
    }
    if is_met(&signs.events) && AGAINST_CD19.iter().any(|product| given(q, *product)) {
        lines.push(Message::new("context-oedema"));
    }
    lines.push(Message::new("context-early-treatment"));
    lines.push(Message::new("context-life-threatening"));
    let inpatient = |class| class == EncounterClass::Inpatient;
    if chart.encounters().0.iter().any(|stay| inpatient(stay.class) && stay.progress == Progress::Running) {
        lines.push(Message::new("context-writing-test"));
    }
    lines
}

/// The day after the infusion on which CRS began, when it is on record.
fn crs_day(q: &Case<'_>, after: &AfterCarT) -> Option<i32> {
    let infusion = Moment::on(after.t0?.exact_day()?);
    let found = q.conditions(ValueSet::CYTOKINE_RELEASE_SYNDROME).items;
    let days = found.iter().filter_map(|crs| Some(infusion.days_until(&Moment::on(crs.onset?.exact_day()?))));
    days.filter(|day| (0..=q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)).contains(day)).min()
}

fn given(q: &Case<'_>, product: ValueSet) -> bool {
    !q.procedures(product).items.is_empty()
        || !q.medications_of(Source::MedicationAdministrations, product).items.is_empty()
        || !q.medications_of(Source::MedicationStatements, product).items.is_empty()
}
