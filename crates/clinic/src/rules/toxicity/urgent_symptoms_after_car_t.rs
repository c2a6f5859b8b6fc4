//! Urgent symptoms after CAR-T: what stands on the patient's call card.
//!
//! ## What it flags
//! A patient after CAR-T with a symptom of the call card that began in the last 48 hours: chills, shaking of arms or legs,
//! shortness of breath, vomiting, diarrhoea, an irregular heartbeat, bruises without a blow, fever without a temperature.
//!
//! ## Why it matters
//! Patients are told to call the centre at once for these (CART-060…-064): they may be the start of CRS, neurotoxicity, an
//! infection or a bleeding. Who sees the patient instead of the centre does not have that card.
//!
//! ## When it is met
//! CAR-T in history, and a coded symptom after t0 that began in the last 48 hours: among the problems (also one that is over:
//! a rigor lasts minutes), the observations, or the reasons of this visit. A warning. Shortness of breath is critical up to
//! day 30 (CART-043, -063), and when the infusion has no date. The call card has no end date.
//!
//! ## When it stays quiet
//! No CAR-T, or only planned; dead; older symptoms, however recently written down again; symptoms from before the infusion;
//! denied, refuted or of somebody else. Confusion and trouble with words or understanding (CART-062) are of
//! `possible-icans`, low saturation and blood pressure of `possible-crs`. A coded fever, when `possible-crs` or
//! `fever-after-cell-therapy` shows a measured one. Of a rule that is not asked, this one shows confusion and fever itself.
//!
//! ## When it asks
//! A symptom without a date, or dated too coarsely; not confirmed; in words only; a coded fever when temperatures were not
//! sent; CAR-T in words only: a warning, verdict unknown. Data that did not come through leaves the verdict unknown.
//!
//! ## Where the catalogue is silent
//! - The 48 hours run to the minute, and from the onset: the day of recording counts only where no onset is recorded.
//! - A date without a time counts when the whole day lies within the 48 hours.
//! - "Plotseling" (CART-063): any shortness of breath that is new.
//! - Tremor counts here though it does not count in the ICANS grade: shaking is on the card (CART-061).
//! - The infusion is not recorded, only its order as completed: a warning at most.
//! - A fever measured in the admission of the infusion after the days of `possible-crs` is shown by no other card: a coded
//!   one is shown here. The limits are those of `possible-crs` and `fever-after-cell-therapy`.
//! - A later infusion may be hidden in data that was not sent: shortness of breath is critical, with an unknown row.
//! - A normal temperature beside a coded fever silences nothing: fever comes and goes.
//!
//! ## Sources
//! CART-043, -060…-064.

use crate::questions::therapy::after_car_t::AfterCarT;
use crate::questions::toxicity::finding::{ClinicalFinding, Weighed, weigh};
use crate::{CardFacts, Case, Citation, Criterion, Finding, Indicator, Message, Rule, documents, numbers};
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Source, Verdict, add_gaps};

const CRS_RULE: &str = "possible-crs";
const FEVER_RULE: &str = "fever-after-cell-therapy";
const ICANS_RULE: &str = "possible-icans";

/// The rule.
pub const RULE: Rule = Rule {
    id: "urgent-symptoms-after-car-t",
    file: file!(),
    topic: "urgentSymptomsAfterCarT",
    version: 1,
    reviewed: "2026-11-21",
    citations: &[Citation {
        document: &documents::ERASMUS_MC_CAR_T,
        statements: &["CART-043", "CART-060", "CART-061", "CART-062", "CART-063", "CART-064"],
    }],
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
    observations: &[ValueSet::CALL_CARD_SYMPTOM, ValueSet::BODY_TEMPERATURE],
    numbers: &[&numbers::RECENT_SYMPTOM_HOURS, &numbers::FIRST_MONTH_AFTER_CAR_T],
    judge,
};

const OVERRIDES: &[&str] = &["already-treated", "explained-otherwise", "arranged-elsewhere", "data-outdated", "other"];

/// The symptoms that the record shows: one row of the card each.
struct Symptoms {
    dyspnoea: Weighed,
    others: Weighed,
    fever: Judgement,
    fever_names: Vec<String>,
    in_words: Weighed,
    /// Whether tremor is one of them.
    tremor: bool,
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
    let symptoms = Symptoms::read(q, &after);
    let any = symptoms.any();
    let judgement = any.clone().and(after.happened());
    let in_words = || q.says_in_words(|text| q.terminology.mentions("car-t", text));
    let (indicator, summary) = match (after.history.judgement.verdict(), any.verdict()) {
        (Verdict::Met, Verdict::Met) => urgency(q, &after, &symptoms),
        (Verdict::Met, Verdict::Unknown) if symptoms.asks => {
            (Indicator::Warning, symptoms.named("summary-unclear", "summary-unclear-more"))
        }
        (Verdict::Unknown, Verdict::Met) if in_words() => {
            (Indicator::Warning, symptoms.named("summary-history-in-words", "summary-history-in-words"))
        }
        _ => return Finding::silent(&judgement),
    };
    let card = CardFacts {
        indicator,
        summary,
        lead: vec![Message::new("advice-call")],
        context: context(q, &symptoms),
        suggestions: Vec::new(),
        override_reasons: Some(OVERRIDES),
        citations: RULE.citations,
    };
    Finding::beside(&judgement, rows(q, &after, &symptoms), Some(card))
}

impl Symptoms {
    fn read(q: &Case<'_>, after: &AfterCarT) -> Self {
        let hours = q.whole(&numbers::RECENT_SYMPTOM_HOURS);
        let is_new = |finding: &ClinicalFinding<'_>| q.is_new(finding, hours, after);
        let neurological = !q.also_asks(ICANS_RULE);
        let names = |text: &str| {
            q.terminology.mentions("call-card", text) || neurological && q.terminology.mentions("neurotoxicity", text)
        };
        let found = q.clinical_findings(&[ValueSet::CALL_CARD_SYMPTOM], names);
        let of = |set: ValueSet| weigh(found.coded_in(&[set]), after, is_new);
        let other = |finding: &&ClinicalFinding<'_>| {
            let concept = finding.concept;
            !concept.has(ValueSet::DYSPNOEA)
                && !concept.has(ValueSet::FEVER)
                && (neurological || !concept.has(ValueSet::CONFUSION_OR_APHASIA))
        };
        let dyspnoea = of(ValueSet::DYSPNOEA);
        let others = weigh(found.coded.iter().filter(other), after, is_new);
        let coded_fever = of(ValueSet::FEVER);
        let shown = measured_fever(q, after, |reading| shown_elsewhere(q, after, reading));
        let evidence = coded_fever.judgement.evidence().to_vec();
        let mut fever = coded_fever.judgement.clone().and(!shown);
        if fever.verdict() == Verdict::Unknown {
            fever = fever.with_evidence(evidence);
        }
        if !q.also_asks(FEVER_RULE) {
            fever = fever.or(measured_fever(q, after, |reading| own_fever(q, after, reading)));
        }
        let in_words = weigh(&found.in_words, after, is_new);
        let uncoded = weigh(&found.uncoded, after, is_new);
        let mut gaps = found.gaps.clone();
        add_gaps(&mut gaps, uncoded.judgement.gaps().iter().cloned());
        let asks_fever = fever.verdict() == Verdict::Unknown
            && (coded_fever.asks || coded_fever.judgement.verdict() == Verdict::Met);
        Self {
            tremor: of(ValueSet::HEADACHE_OR_TREMOR).judgement.verdict() == Verdict::Met,
            asks: asks_fever || [&dyspnoea, &others, &in_words].iter().any(|weighed| weighed.asks),
            hidden: Judgement::found(Vec::new(), gaps),
            dyspnoea,
            others,
            fever_names: fever
                .evidence()
                .iter()
                .map(|evidence| evidence.what.clone())
                .chain(coded_fever.names)
                .collect(),
            fever,
            in_words,
        }
    }

    fn any(&self) -> Judgement {
        [&self.dyspnoea.judgement, &self.others.judgement, &self.fever, &self.in_words.judgement]
            .into_iter()
            .fold(self.hidden.clone(), |any, one| any.or(one.clone()))
    }

    /// A summary that names the first symptom, and how many more there are. What is certain comes first.
    fn named(&self, one: &'static str, several: &'static str) -> Message {
        let of = |verdict: Verdict| {
            let weighed =
                [&self.dyspnoea, &self.others, &self.in_words].map(|one| (one.judgement.verdict(), &one.names));
            let all = weighed.into_iter().chain([(self.fever.verdict(), &self.fever_names)]);
            all.filter(move |(found, _)| *found == verdict).flat_map(|(_, names)| names.iter())
        };
        let mut names: Vec<&String> = Vec::new();
        for name in of(Verdict::Met).chain(of(Verdict::Unknown)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let more = i32::try_from(names.len()).unwrap_or(i32::MAX).saturating_sub(1);
        let first = names.first().map(|name| (*name).clone()).unwrap_or_default();
        let message = Message::new(if more > 0 { several } else { one }).with("symptom", first);
        if more > 0 && several != one { message.with("count", more) } else { message }
    }
}

fn urgency(q: &Case<'_>, after: &AfterCarT, symptoms: &Symptoms) -> (Indicator, Message) {
    let acute = after.within_days(q, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) != Verdict::NotMet;
    if symptoms.dyspnoea.judgement.verdict() == Verdict::Met && acute && !after.is_probable() {
        return (Indicator::Critical, Message::new("summary-dyspnoea"));
    }
    (Indicator::Warning, symptoms.named("summary-symptom", "summary-symptoms"))
}

/// Whether there is a temperature on record that `counts`.
fn measured_fever(q: &Case<'_>, after: &AfterCarT, counts: impl Fn(&Observation) -> Verdict) -> Judgement {
    let gap = |reading: &Observation| {
        Gap::at(GapKind::NotRecorded, Source::Observations, &reading.reference, &reading.evidence().what)
    };
    let mut found = q.observations(ValueSet::BODY_TEMPERATURE);
    found.gaps.retain(|gap| gap.kind.is_delivery());
    let found = found.keep(counts, gap);
    let mut gaps = found.gaps;
    if after.t0.is_none() && gaps.iter().any(|gap| !gap.kind.is_delivery()) {
        add_gaps(&mut gaps, after.hidden.iter().cloned());
    }
    Judgement::found(found.items.iter().map(|reading| reading.evidence()).collect(), gaps)
}

/// The temperature above which a fever is on the call card, by the rule that owns it.
fn call_card_fever(q: &Case<'_>) -> f64 {
    q.value(&numbers::FEVER_AFTER_CAR_T)
}

/// Whether the rule on CRS, or the one on fever, shows a temperature.
fn shown_elsewhere(q: &Case<'_>, after: &AfterCarT, reading: &Observation) -> Verdict {
    let (Some(when), Some(value)) = (reading.when, reading.quantity()) else { return Verdict::Unknown };
    let asked = |rule| if q.also_asks(rule) { Verdict::Met } else { Verdict::NotMet };
    let acute = match after.within_days(q, q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T)) {
        // Without a date the rule on CRS asks.
        Verdict::Unknown if after.hidden.is_empty() => Verdict::Met,
        known => known,
    };
    let crs = asked(CRS_RULE)
        .and(q.within_hours(&when, q.whole(&numbers::CRS_HOURS)))
        .and(value.is_at_least(q.value(&numbers::CRS_FEVER), "Cel"))
        .and(acute);
    // The rule on fever leaves out what was measured in the admission of the infusion.
    let admitted = q.in_the_admission_of(after.t0.as_ref(), &when).verdict();
    let fever = asked(FEVER_RULE)
        .and(q.within_hours(&when, q.whole(&numbers::FEVER_HOURS)))
        .and(value.is_above(call_card_fever(q), "Cel"))
        .and(!admitted);
    crs.or(fever).and(after.is_followed_by(&when))
}

/// Whether a temperature is one for the call card that no other rule shows.
fn own_fever(q: &Case<'_>, after: &AfterCarT, reading: &Observation) -> Verdict {
    let (Some(when), Some(value)) = (reading.when, reading.quantity()) else { return Verdict::NotMet };
    let new = q.within_hours(&when, q.whole(&numbers::RECENT_SYMPTOM_HOURS)).and(after.is_followed_by(&when));
    new.and(value.is_above(call_card_fever(q), "Cel")).and(!shown_elsewhere(q, after, reading))
}

/// The latest temperature of the window, in words.
fn latest_temperature(q: &Case<'_>) -> Option<String> {
    let found = q.observations(ValueSet::BODY_TEMPERATURE).items;
    let recent = found.iter().filter_map(|reading| {
        let when = reading.when?;
        let in_time = q.within_hours(&when, q.whole(&numbers::RECENT_SYMPTOM_HOURS)) == Verdict::Met;
        in_time.then(|| (q.as_of.span_of(&when).0, reading.reference.clone(), reading.value_text()))
    });
    recent.max().map(|(_, _, value)| value)
}

/// The rows with something to show.
fn rows(q: &Case<'_>, after: &AfterCarT, symptoms: &Symptoms) -> Vec<Criterion> {
    let row = |id, judgement: &Judgement| Criterion::new(Message::new(id), judgement.clone());
    let mut fever = row("criterion-fever", &symptoms.fever);
    if symptoms.fever.verdict() == Verdict::NotMet {
        // A temperature that another rule shows.
        fever.judgement = Judgement::not_met(Vec::new());
    }
    fever.remark = Some(match latest_temperature(q) {
        Some(value) => Message::new("remark-temperature").with("value", value),
        None => Message::new("remark-no-temperature"),
    });
    let shown = [
        row("criterion-dyspnoea", &symptoms.dyspnoea.judgement),
        row("criterion-symptom", &symptoms.others.judgement),
        fever,
        row("criterion-in-words", &symptoms.in_words.judgement),
    ];
    // What was not sent is said once, in a row of its own; for a fever it is why the card asks.
    let says = |row: &Criterion| {
        !row.judgement.evidence().is_empty() || row.judgement.gaps().iter().any(|gap| !gap.kind.is_delivery())
    };
    let mut rows: Vec<Criterion> = shown.into_iter().filter(says).collect();
    if symptoms.hidden.gaps().iter().any(|gap| gap.kind.is_delivery()) {
        rows.push(row("criterion-hidden", &symptoms.hidden));
    }
    let mut history = row("criterion-car-t", &after.history.judgement);
    history.remark = match after.days(q) {
        _ if after.is_probable() => Some(Message::new("remark-infusion-not-recorded")),
        Some(days) => Some(Message::new("remark-day").with("days", days)),
        None if after.t0.is_none() => Some(Message::new("remark-no-date")),
        None => None,
    };
    rows.push(history);
    let days = q.whole(&numbers::FIRST_MONTH_AFTER_CAR_T);
    let acute = Message::new("criterion-acute").with("days", days);
    rows.extend(after.hidden_later(q, days).map(|hidden| Criterion::new(acute, hidden)));
    if after.alive.verdict() == Verdict::Unknown {
        rows.push(row("criterion-alive", &after.alive));
    }
    rows
}

fn context(q: &Case<'_>, symptoms: &Symptoms) -> Vec<Message> {
    let mut lines = Vec::new();
    if symptoms.fever.verdict() != Verdict::NotMet {
        lines.push(Message::new("context-fever").with("limit", call_card_fever(q)));
    }
    if symptoms.dyspnoea.judgement.verdict() != Verdict::NotMet {
        lines.push(Message::new("context-dyspnoea"));
    }
    if symptoms.tremor {
        lines.push(Message::new("context-tremor"));
    }
    lines.push(Message::new("context-call-card"));
    lines.push(Message::new("context-first-month"));
    lines
}
