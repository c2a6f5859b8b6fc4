//! Whether the patient is pregnant or breastfeeding now, from every kind of record that may say so.
//!
//! Each record becomes a [`Sighting`]: it speaks for, speaks against, or can't be read. A later record against cancels an
//! earlier one for. Data that was not delivered may hold a later record of either kind, so it leaves the answer unknown;
//! [`Outlook`] keeps apart what is on record all the same.

use crate::chart::condition::Condition;
use crate::chart::date::Moment;
use crate::chart::observation::{Observation, Value};
use crate::chart::patient::Gender;
use crate::chart::source::Source;
use crate::chart::{Chart, Standing};
use crate::terminology::{Terminology, ValueSet};
use crate::verdict::{Evidence, Gap, GapKind, Judgement, Verdict};

/// How long a record counts, and at which age a pregnancy is asked about.
#[derive(Clone, Copy, Debug)]
pub struct PregnancyLimits {
    /// Days that a pregnancy test counts as proof of pregnancy.
    pub test_days: i32,
    /// Days that "not pregnant", or a negative test, excludes pregnancy.
    pub exclusion_days: i32,
    /// Months that a record of pregnancy counts.
    pub record_months: i32,
    /// Months that a record of breastfeeding counts.
    pub breastfeeding_months: i32,
    /// First age, in years, at which nothing on record is a question.
    pub from_age: i32,
    /// Last such age.
    pub to_age: i32,
}

/// How the question stands, beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// Nothing to ask this patient: known no, or only undelivered data could say otherwise.
    Clear,
    /// To be asked.
    Open,
    /// On record, and nothing seen cancels it; unknown only when undelivered data could.
    OnRecord,
}

/// The answer to "pregnant now?" or "breastfeeding now?".
#[derive(Clone, Debug)]
pub struct Status {
    /// Verdict, evidence, gaps.
    pub judgement: Judgement,
    /// How the question stands.
    pub outlook: Outlook,
}

enum Sign {
    For,
    Against,
    /// It can't be told what it says, for this reason.
    Unclear(Gap),
}

struct Sighting {
    sign: Sign,
    when: Option<Moment>,
    evidence: Evidence,
}

/// What all records together say.
#[derive(Default)]
struct Record {
    sightings: Vec<Sighting>,
    /// Records for, too old to count.
    stale: Vec<Evidence>,
    /// Records that show that there once was one.
    past: bool,
    /// Entries without a usable code: they may be anything.
    vague: Vec<Gap>,
}

/// A record for, with its age judged by `current`.
fn aged(record: &mut Record, current: Verdict, when: Option<Moment>, evidence: Evidence, source: Source) {
    let sign = match current {
        Verdict::Met => Sign::For,
        Verdict::NotMet => return record.stale.push(evidence),
        Verdict::Unknown => Sign::Unclear(Gap::at(GapKind::ImpreciseDate, source, &evidence.reference, &evidence.what)),
    };
    record.sightings.push(Sighting { sign, when, evidence });
}

impl Chart {
    /// Whether the patient is pregnant now.
    #[must_use]
    pub fn pregnancy(&self, limits: &PregnancyLimits, terminology: &Terminology) -> Status {
        let mut record = Record::default();
        for condition in &self.conditions {
            self.see_pregnancy_condition(condition, limits, terminology, &mut record);
        }
        for observation in &self.observations {
            self.see_pregnancy_observation(observation, limits, &mut record);
        }
        let able = self.may_be_pregnant(limits, record.past || !record.stale.is_empty());
        self.weigh(record, limits, able, "gap-no-pregnancy-status", "gap-pregnancy-record-too-old")
    }

    /// Whether the patient is breastfeeding now. On a child's record, breastfeeding is the child's.
    #[must_use]
    pub fn breastfeeding(&self, limits: &PregnancyLimits) -> Status {
        let mut record = Record::default();
        for condition in self.conditions.iter().filter(|condition| condition.concept.has(ValueSet::BREASTFEEDING)) {
            self.see_condition(condition, limits.breastfeeding_months, &mut record);
        }
        for observation in self.observations.iter().filter(|observation| observation.concept.has(ValueSet::BREASTFEEDING_STATUS)) {
            let sign = breastfeeding_answer(observation);
            self.see_answer(observation, sign, limits.breastfeeding_months, &mut record);
        }
        let mother = self.patient.is_at_least(limits.from_age, &self.as_of);
        let young_enough = !self.patient.is_at_least(limits.to_age + 1, &self.as_of);
        // Who has a record of it can breastfeed; without one, nothing on record is a no.
        let able = if record.stale.is_empty() { Judgement::not_met(Vec::new()) } else { mother.clone().and(young_enough) };
        let status = self.weigh(record, limits, able, "gap-breastfeeding-record-too-old", "gap-breastfeeding-record-too-old");
        let outlook = if mother.verdict() == Verdict::NotMet { Outlook::Clear } else { status.outlook };
        Status { judgement: status.judgement.and(mother), outlook }
    }

    /// A condition for. `is_active` and both of its dates decide: an onset long ago outweighs a recent note of it.
    fn see_condition(&self, condition: &Condition, months: i32, record: &mut Record) {
        let evidence = condition.evidence();
        let unclear = |kind| Sign::Unclear(Gap::at(kind, Source::Conditions, &condition.reference, &condition.concept.text));
        let when = condition.recorded.or(condition.onset);
        let earliest = self.as_of.day().plus_months(-months);
        let current = [condition.onset, condition.recorded].into_iter().flatten().fold(Verdict::Met, |all, date| all.and(date.on_or_after(&earliest)));
        match (condition.is_active(), condition.standing) {
            (Verdict::NotMet, _) => record.past = true,
            _ if current == Verdict::NotMet => record.stale.push(evidence),
            (Verdict::Unknown, _) => record.sightings.push(Sighting { sign: unclear(GapKind::Unreadable), when, evidence }),
            (_, Standing::Unclear(kind)) => record.sightings.push(Sighting { sign: unclear(kind), when, evidence }),
            (Verdict::Met, Standing::Counts) => aged(record, current, when, evidence, Source::Conditions),
        }
    }

    /// An answer with a date. Without one, it may be from any time.
    fn see_answer(&self, observation: &Observation, sign: Option<Sign>, months: i32, record: &mut Record) {
        let evidence = observation.evidence();
        let sign = match (sign, observation.standing) {
            (None, _) => return record.stale.push(evidence),
            (Some(Sign::Against), Standing::Unclear(_)) => return,
            (Some(Sign::For), Standing::Unclear(kind)) => Sign::Unclear(Gap::at(kind, Source::Observations, &observation.reference, &observation.concept.text)),
            (Some(sign), _) => sign,
        };
        let earliest = self.as_of.day().plus_months(-months);
        let current = observation.when.map_or(Verdict::Unknown, |when| when.on_or_after(&earliest));
        match sign {
            Sign::For => aged(record, current, observation.when, evidence, Source::Observations),
            Sign::Unclear(_) if current == Verdict::NotMet => {}
            sign => record.sightings.push(Sighting { sign, when: observation.when, evidence }),
        }
    }

    fn see_pregnancy_condition(&self, condition: &Condition, limits: &PregnancyLimits, terminology: &Terminology, record: &mut Record) {
        let concept = &condition.concept;
        let gap = |kind| Gap::at(kind, Source::Conditions, &condition.reference, &concept.text);
        let when = condition.recorded.or(condition.onset);
        // nl-core-Pregnancy is a Condition in some editions and an Observation in others, with the same code.
        if concept.has(ValueSet::PREGNANCY) || concept.has(ValueSet::PREGNANCY_FINDING) {
            self.see_condition(condition, limits.record_months, record);
        } else if concept.has(ValueSet::NOT_PREGNANT) {
            if condition.is_active() == Verdict::Met && condition.standing == Standing::Counts {
                record.sightings.push(Sighting { sign: Sign::Against, when, evidence: condition.evidence() });
            }
        } else if concept.has(ValueSet::POSSIBLE_PREGNANCY) {
            let earliest = self.as_of.day().plus_months(-limits.record_months);
            let old = when.is_some_and(|when| when.on_or_after(&earliest) == Verdict::NotMet);
            if condition.is_active() != Verdict::NotMet && !old {
                let sign = Sign::Unclear(gap(GapKind::NotRecorded).said_as("gap-possible-pregnancy"));
                record.sightings.push(Sighting { sign, when, evidence: condition.evidence() });
            }
        } else if concept.is(ValueSet::PREGNANCY) == Verdict::Unknown && condition.is_active() != Verdict::NotMet {
            if terminology.mentions("pregnancy", &concept.text) {
                record.sightings.push(Sighting { sign: Sign::Unclear(gap(concept.gap_kind())), when, evidence: condition.evidence() });
            } else {
                record.vague.push(gap(concept.gap_kind()));
            }
        }
    }

    fn see_pregnancy_observation(&self, observation: &Observation, limits: &PregnancyLimits, record: &mut Record) {
        let concept = &observation.concept;
        if concept.has(ValueSet::PREGNANCY_STATUS) {
            self.see_answer(observation, pregnancy_answer(observation), limits.record_months, record);
        } else if concept.has(ValueSet::PREGNANCY_FINDING) {
            let sign = if matches!(observation.value, Value::None) { Some(Sign::For) } else { pregnancy_answer(observation) };
            self.see_answer(observation, sign, limits.record_months, record);
        } else if concept.has(ValueSet::HCG_PREGNANCY_TEST) {
            self.see_test(observation, test_result(observation), limits, record);
        } else if concept.has(ValueSet::HCG_LEVEL) && self.patient.gender != Gender::Male {
            // In a man, and where a malignancy may be the reason of the treatment, hCG is a tumour marker.
            let result = match test_result(observation) {
                Sign::For if self.treated_for_ms_only() => Sign::For,
                Sign::For => Sign::Unclear(hcg_gap(observation, "gap-hcg-tumour-marker")),
                Sign::Unclear(_) if self.may_be_pregnant(limits, false).verdict() == Verdict::NotMet => return,
                other => other,
            };
            self.see_test(observation, result, limits, record);
        }
    }

    /// A test proves pregnancy for some days only; a negative one keeps its date, so that it can cancel what is older.
    fn see_test(&self, observation: &Observation, sign: Sign, limits: &PregnancyLimits, record: &mut Record) {
        let evidence = observation.evidence();
        let fresh = observation.when.map_or(Verdict::Unknown, |when| self.within_days(&when, limits.test_days));
        match (sign, observation.standing) {
            (Sign::Against, Standing::Counts) => record.sightings.push(Sighting { sign: Sign::Against, when: observation.when, evidence }),
            (Sign::Against, Standing::Unclear(_)) => {}
            (Sign::For, Standing::Counts) => aged(record, fresh, observation.when, evidence, Source::Observations),
            (Sign::For, Standing::Unclear(kind)) if fresh != Verdict::NotMet => {
                let gap = Gap::at(kind, Source::Observations, &observation.reference, &observation.concept.text);
                record.sightings.push(Sighting { sign: Sign::Unclear(gap), when: observation.when, evidence });
            }
            (Sign::Unclear(gap), _) if fresh != Verdict::NotMet => record.sightings.push(Sighting { sign: Sign::Unclear(gap), when: observation.when, evidence }),
            (Sign::For | Sign::Unclear(_), _) => record.stale.push(evidence),
        }
    }

    /// Whether MS is on record and nothing on record is, or may be, a malignancy. The chart sees lymphoma, myeloma and
    /// leukaemia only, so without MS the treatment may be for a tumour that makes hCG.
    fn treated_for_ms_only(&self) -> bool {
        self.conditions.iter().any(|condition| condition.concept.has(ValueSet::MULTIPLE_SCLEROSIS))
            && self.conditions(ValueSet::LYMPHOMA_OR_LEUKAEMIA).exists(Condition::evidence).verdict() == Verdict::NotMet
    }

    /// Whether the patient may be pregnant, by age and by gender; who was pregnant before may be, whatever the gender.
    fn may_be_pregnant(&self, limits: &PregnancyLimits, was: bool) -> Judgement {
        let sex = match (was, self.patient.is_female()) {
            (true, _) | (_, Verdict::Met) => Judgement::met(Vec::new()),
            (_, Verdict::NotMet) => Judgement::not_met(Vec::new()),
            (_, Verdict::Unknown) if !self.patient.supplied => Judgement::unknown(self.sources().gaps_of(Source::Patient)),
            (_, Verdict::Unknown) => Judgement::unknown(vec![Gap::not_recorded(Source::Patient, "gap-gender")]),
        };
        let old_enough = self.patient.is_at_least(limits.from_age, &self.as_of);
        let too_old = self.patient.is_at_least(limits.to_age + 1, &self.as_of);
        sex.and(old_enough).and(!too_old)
    }

    /// Puts the sightings together. `able` says whether nothing on record is a question at all.
    fn weigh(&self, record: Record, limits: &PregnancyLimits, able: Judgement, nothing: &'static str, stale: &'static str) -> Status {
        let hidden: Vec<Gap> = [Source::Conditions, Source::Observations].into_iter().flat_map(|source| self.sources().gaps_of(source)).collect();
        let (against, others): (Vec<Sighting>, Vec<Sighting>) = record.sightings.into_iter().partition(|sighting| matches!(sighting.sign, Sign::Against));
        let mut standing = Vec::new();
        let mut doubtful = Vec::new();
        let mut gaps = Vec::new();
        for sighting in others {
            let cancelled = against.iter().fold(Verdict::NotMet, |any, no| any.or(is_newer(no.when, sighting.when)));
            match (cancelled, sighting.sign) {
                (Verdict::Met, _) => {}
                (Verdict::NotMet, Sign::For) => standing.push(sighting.evidence),
                (Verdict::NotMet, Sign::Unclear(gap)) => {
                    gaps.push(gap);
                    doubtful.push(sighting.evidence);
                }
                (_, _) => {
                    gaps.push(contradiction(&against, &sighting.when, &sighting.evidence));
                    doubtful.push(sighting.evidence);
                    doubtful.extend(against.iter().map(|no| no.evidence.clone()));
                }
            }
        }
        if !standing.is_empty() {
            let judgement = if hidden.is_empty() { Judgement::met(standing) } else { Judgement::unknown(hidden).with_evidence(standing) };
            return Status { judgement, outlook: Outlook::OnRecord };
        }
        let open = if able.verdict() == Verdict::NotMet { Outlook::Clear } else { Outlook::Open };
        if !doubtful.is_empty() {
            gaps.extend(hidden);
            return Status { judgement: Judgement::unknown(gaps).with_evidence(doubtful), outlook: Outlook::Open };
        }
        let excluded = self.excluded(&against, limits);
        let unseen: Vec<Gap> = hidden.iter().cloned().chain(record.vague).collect();
        let rest = match excluded.verdict() {
            Verdict::Met => !excluded,
            Verdict::NotMet if able.verdict() == Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::NotMet if !hidden.is_empty() => Judgement::unknown(able.gaps().to_vec()),
            Verdict::Unknown if able.verdict() == Verdict::NotMet => Judgement::not_met(Vec::new()),
            Verdict::Unknown => Judgement::unknown(excluded.gaps().to_vec()).with_evidence(against.iter().map(|no| no.evidence.clone())),
            Verdict::NotMet => {
                let text = if record.stale.is_empty() && against.is_empty() { nothing } else { stale };
                let mut gaps = vec![Gap::not_recorded(Source::Observations, text)];
                gaps.extend(able.gaps().iter().cloned());
                Judgement::unknown(gaps).with_evidence(record.stale.into_iter().chain(against.into_iter().map(|no| no.evidence)))
            }
        };
        // A known no stands only when nothing was hidden; entries in words raise no question of their own.
        let outlook = if rest.verdict() == Verdict::NotMet && hidden.is_empty() { Outlook::Clear } else { open };
        let judgement = if unseen.is_empty() { rest } else { rest.or(Judgement::unknown(unseen)) };
        Status { judgement, outlook }
    }

    /// Whether a record against is fresh enough to exclude.
    fn excluded(&self, against: &[Sighting], limits: &PregnancyLimits) -> Judgement {
        against.iter().fold(Judgement::not_met(Vec::new()), |any, no| {
            let fresh = no.when.map_or(Verdict::NotMet, |when| self.within_days(&when, limits.exclusion_days));
            any.or(match fresh {
                Verdict::Met => Judgement::met(vec![no.evidence.clone()]),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![Gap::at(GapKind::ImpreciseDate, Source::Observations, &no.evidence.reference, &no.evidence.what)]),
            })
        })
    }
}

/// Whether `no` was written after `yes`. Without a date of either, or on the same day, that can't be told.
fn is_newer(no: Option<Moment>, yes: Option<Moment>) -> Verdict {
    let (Some(no), Some(yes)) = (no, yes) else { return Verdict::Unknown };
    match (no.instant, yes.instant) {
        (Some(no), Some(yes)) if no > yes => Verdict::Met,
        (Some(no), Some(yes)) if no < yes => Verdict::NotMet,
        _ if no.exact_day().is_some() && no.exact_day() == yes.exact_day() => Verdict::Unknown,
        _ => no.after(&yes),
    }
}

/// Why it can't be told which of two records is the newer one.
fn contradiction(against: &[Sighting], when: &Option<Moment>, evidence: &Evidence) -> Gap {
    let exact = |when: &Option<Moment>| when.is_some_and(|when| when.exact_day().is_some());
    let kind = if exact(when) && against.iter().all(|no| exact(&no.when)) { GapKind::Conflicting } else { GapKind::ImpreciseDate };
    Gap::at(kind, Source::Observations, &evidence.reference, &evidence.what)
}

fn hcg_gap(observation: &Observation, text: &'static str) -> Gap {
    Gap::at(GapKind::NotRecorded, Source::Observations, &observation.reference, &observation.evidence().what).said_as(text)
}

/// The reading of an answer that no value set knows.
fn unclear_answer(observation: &Observation) -> Sign {
    let kind = if matches!(observation.value, Value::Unreadable) { GapKind::Unreadable } else { GapKind::Uncoded };
    Sign::Unclear(Gap::at(kind, Source::Observations, &observation.reference, &observation.evidence().what))
}

/// `None`: asked, but not answered.
fn pregnancy_answer(observation: &Observation) -> Option<Sign> {
    match &observation.value {
        Value::Concept(answer) if answer.has(ValueSet::PREGNANCY) || answer.has(ValueSet::PREGNANCY_STATUS_PREGNANT) => Some(Sign::For),
        Value::Concept(answer) if answer.has(ValueSet::NOT_PREGNANT) || answer.has(ValueSet::PREGNANCY_STATUS_NOT_PREGNANT) => Some(Sign::Against),
        Value::Concept(answer) if answer.has(ValueSet::PREGNANCY_STATUS_UNKNOWN) => None,
        Value::Concept(answer) if answer.has(ValueSet::POSSIBLE_PREGNANCY) => Some(Sign::Unclear(hcg_gap(observation, "gap-possible-pregnancy"))),
        Value::Boolean(true) => Some(Sign::For),
        Value::Boolean(false) => Some(Sign::Against),
        Value::None => None,
        Value::Concept(_) | Value::Quantity { .. } | Value::Text(_) | Value::Unreadable => Some(unclear_answer(observation)),
    }
}

/// `None`: asked, but not answered.
fn breastfeeding_answer(observation: &Observation) -> Option<Sign> {
    match &observation.value {
        Value::Concept(answer) if answer.has(ValueSet::BREASTFEEDING) => Some(Sign::For),
        Value::Boolean(true) => Some(Sign::For),
        Value::Boolean(false) => Some(Sign::Against),
        Value::None => None,
        Value::Concept(_) | Value::Quantity { .. } | Value::Text(_) | Value::Unreadable => Some(unclear_answer(observation)),
    }
}

/// Positive, negative, or not to be read: by interpretation, by yes and no, by the upper limit of normal.
fn test_result(observation: &Observation) -> Sign {
    let flagged = |codes: &[&str]| observation.interpretation.iter().any(|code| codes.contains(&code.as_str()));
    if flagged(&["POS", "DET", "A", "AA", "H", "HH", "HU", "WR"]) {
        return Sign::For;
    }
    if flagged(&["NEG", "ND", "NR", "N", "L", "LL"]) {
        return Sign::Against;
    }
    match (&observation.value, observation.number(), observation.upper_limit) {
        (Value::Boolean(true), ..) => Sign::For,
        (Value::Boolean(false), ..) => Sign::Against,
        (_, Some(number), Some(limit)) if number > limit => Sign::For,
        (_, Some(_), Some(_)) => Sign::Against,
        (Value::Quantity { .. } | Value::None, ..) => Sign::Unclear(hcg_gap(observation, "gap-hcg-without-reading")),
        _ => unclear_answer(observation),
    }
}
