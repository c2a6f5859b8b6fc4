//! What a patient shows (a symptom, a sign), in whatever form it was recorded: a problem, an observation, the reason of the
//! visit. Codes decide; words decide only whether to ask.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::after_car_t::AfterCarT;
use cellwise_record::facts::concept::{Coding, Concept};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps,
};

/// Until when something was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// It goes on.
    Now,
    /// It was seen at its date; an observation says no more.
    Seen,
    /// It ended.
    Ended(Moment),
    /// It ended, without a date.
    EndedSomeTime,
}

/// Something that the patient shows, or showed.
#[derive(Clone, Debug)]
pub struct ClinicalFinding<'c> {
    /// What.
    pub concept: &'c Concept,
    /// Which data has it.
    pub source: Source,
    /// `Type/id`.
    pub reference: &'c str,
    /// When it began, or was seen.
    pub when: Option<Moment>,
    /// Until when.
    pub until: Until,
    /// Why it can't be told whether it was there.
    pub doubt: Option<GapKind>,
    /// What shows it.
    pub evidence: Evidence,
}

/// The findings of a chart that a rule is about.
#[derive(Clone, Debug, Default)]
pub struct Findings<'c> {
    /// By their code.
    pub coded: Vec<ClinicalFinding<'c>>,
    /// Without a code that a value set lists, but with words of it.
    pub in_words: Vec<ClinicalFinding<'c>>,
    /// Without a usable code, and without such words.
    pub uncoded: Vec<ClinicalFinding<'c>>,
    /// Data that did not come through, or can't be read.
    pub gaps: Vec<Gap>,
}

/// What findings come to, when only those of a certain time count.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// Whether one of them counts.
    pub judgement: Judgement,
    /// What they are called, those that count first.
    pub names: Vec<String>,
    /// Whether a record of one of them leaves it open: worth a question.
    pub asks: bool,
}

impl<'c> Findings<'c> {
    /// Those with a code in one of `sets`.
    pub fn coded_in<'f>(&'f self, sets: &'f [ValueSet]) -> impl Iterator<Item = &'f ClinicalFinding<'c>> {
        self.coded.iter().filter(|finding| sets.iter().any(|set| finding.concept.has(*set)))
    }
}

impl ClinicalFinding<'_> {
    fn gap(&self, after: &AfterCarT) -> Vec<Gap> {
        let at = |kind| Gap::at(kind, self.source, self.reference, &self.concept.text);
        match (self.when, self.doubt) {
            (_, Some(kind)) => vec![at(kind)],
            (None, None) => vec![at(GapKind::NotRecorded).said_as("gap-undated")],
            (Some(_), None) if after.t0.is_none() && !after.hidden.is_empty() => after.hidden.clone(),
            (Some(_), None) => vec![at(GapKind::ImpreciseDate)],
        }
    }
}

impl Case<'_> {
    /// The findings with a code in one of `sets`; those without, `names` deciding which words are of them; and the rest.
    #[must_use]
    pub fn clinical_findings(&self, sets: &[ValueSet], names: impl Fn(&str) -> bool) -> Findings<'_> {
        let mut found = Findings::default();
        for source in [Source::Conditions, Source::Observations] {
            add_gaps(&mut found.gaps, self.sources.gaps_of(source));
        }
        // Only the visit that the hook is about has a reason that matters today.
        if self.encounter_id.is_some() {
            add_gaps(&mut found.gaps, self.sources.gaps_of(Source::Encounters));
        }
        let observed = self.observations.iter().filter_map(of_observation);
        let all = self.conditions.iter().map(of_condition).chain(observed).chain(self.reasons_of_visit());
        for finding in all {
            let concept = finding.concept;
            if sets.iter().any(|set| concept.has(*set)) {
                found.coded.push(finding);
            } else if concept.coding == Coding::Known && !concept.is_irrelevant() {
                // Something else.
            } else if finding.source != Source::Observations && names(&concept.text) {
                found.in_words.push(ClinicalFinding { doubt: Some(GapKind::Uncoded), ..finding });
            } else if concept.coding != Coding::Known {
                found.uncoded.push(ClinicalFinding { doubt: Some(concept.gap_kind()), ..finding });
            }
        }
        found
    }

    fn reasons_of_visit(&self) -> impl Iterator<Item = ClinicalFinding<'_>> {
        self.current_encounter().into_iter().filter(|visit| visit.progress != Progress::Planned).flat_map(|visit| {
            visit.reasons.iter().map(|reason| ClinicalFinding {
                concept: reason,
                source: Source::Encounters,
                reference: &visit.reference,
                when: visit.period.start,
                until: Until::Now,
                doubt: None,
                evidence: Evidence {
                    what: reason.text.clone(),
                    how: Some("evidence-visit-reason"),
                    period: visit.period.start.map(EvidencePeriod::On),
                    source: Source::Encounters,
                    reference: visit.reference.clone(),
                },
            })
        })
    }

    /// Whether one of the findings counts, `in_time` deciding when it was. A doubtful finding of another time is none.
    pub fn weigh_findings<'f, 'c: 'f>(
        &self,
        findings: impl IntoIterator<Item = &'f ClinicalFinding<'c>>,
        in_time: impl Fn(&ClinicalFinding<'_>) -> Verdict,
    ) -> Weighed {
        let after = self.after_car_t();
        let mut evidence = Vec::new();
        let mut gaps = Vec::new();
        let (mut names, mut open) = (Vec::new(), Vec::new());
        for finding in findings {
            let there = if finding.doubt.is_some() { Verdict::Unknown } else { Verdict::Met };
            match in_time(finding).and(there) {
                Verdict::Met => {
                    names.push(finding.concept.text.clone());
                    evidence.push(finding.evidence.clone());
                }
                Verdict::Unknown => {
                    open.push(finding.concept.text.clone());
                    add_gaps(&mut gaps, finding.gap(after));
                }
                Verdict::NotMet => {}
            }
        }
        names.dedup();
        let asks = !open.is_empty();
        names.extend(open);
        Weighed { judgement: Judgement::found(evidence, gaps), names, asks }
    }

    /// Whether a finding began, or was seen, lately and after the infusion. What is over without any date is of another time.
    pub fn is_new(&self, finding: &ClinicalFinding<'_>) -> Verdict {
        let (hours, after) = (self.whole(&numbers::RECENT_SYMPTOM_HOURS), self.after_car_t());
        match finding.when {
            Some(when) => self.within_hours(&when, hours).and(after.is_followed_by(&when)),
            None => match finding.until {
                Until::Ended(end) => self.within_hours(&end, hours).and(Verdict::Unknown),
                Until::EndedSomeTime => Verdict::NotMet,
                Until::Now | Until::Seen => Verdict::Unknown,
            },
        }
    }

    /// Whether a finding began after the infusion, not so long ago that it is no news, and goes on, or went on lately. What
    /// was observed counts for as long as it is recent.
    pub fn is_present(&self, finding: &ClinicalFinding<'_>) -> Verdict {
        let (hours, after) = (self.whole(&numbers::RECENT_SYMPTOM_HOURS), self.after_car_t());
        let days = self.whole(&numbers::ACTIVE_SIGN_DAYS);
        let lasts = match finding.until {
            Until::Now => Verdict::Met,
            Until::Seen => finding.when.map_or(Verdict::Unknown, |when| self.within_hours(&when, hours)),
            Until::Ended(end) => self.within_hours(&end, hours),
            Until::EndedSomeTime => match finding.when {
                Some(when) => self.within_hours(&when, hours).and(Verdict::Unknown),
                None => Verdict::NotMet,
            },
        };
        let began = match finding.when {
            Some(when) => self.within_days(&when, days).and(after.is_followed_by(&when)),
            None => Verdict::Unknown,
        };
        lasts.and(began)
    }
}

fn of_condition(condition: &Condition) -> ClinicalFinding<'_> {
    let doubt = match condition.standing {
        Standing::Counts => None,
        Standing::Unclear(kind) => Some(kind),
    };
    let (until, doubt) = match (condition.is_active(), condition.abatement) {
        (Verdict::Met, _) => (Until::Now, doubt),
        (Verdict::NotMet, Some(end)) => (Until::Ended(end), doubt),
        (Verdict::NotMet, None) => (Until::EndedSomeTime, doubt),
        (Verdict::Unknown, _) => (Until::Now, Some(GapKind::Unreadable)),
    };
    ClinicalFinding {
        concept: &condition.concept,
        source: Source::Conditions,
        reference: &condition.reference,
        when: condition.date(),
        until,
        doubt,
        evidence: condition.evidence(),
    }
}

/// An observed finding; `None` when it was looked for and not there.
fn of_observation(observation: &Observation) -> Option<ClinicalFinding<'_>> {
    let doubt = match (&observation.value, observation.answer()) {
        (_, Some(false)) => return None,
        (Value::Quantity(quantity), _) if quantity.number == 0.0 => return None,
        _ if observation.is_interpreted_as(ValueSet::RESULT_NEGATIVE) => return None,
        (Value::None, _) | (_, Some(true)) => None,
        _ if observation.is_interpreted_as(ValueSet::RESULT_POSITIVE) => None,
        (Value::Unreadable | Value::Absent, None) => Some(GapKind::Unreadable),
        (_, None) => Some(GapKind::NotRecorded),
    };
    let doubt = match observation.standing {
        Standing::Counts => doubt,
        Standing::Unclear(kind) => Some(kind),
    };
    Some(ClinicalFinding {
        concept: &observation.concept,
        source: Source::Observations,
        reference: &observation.reference,
        when: observation.when,
        until: Until::Seen,
        doubt,
        evidence: observation.evidence(),
    })
}
