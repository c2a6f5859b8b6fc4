//! Whether the patient is pregnant or breastfeeding now, from every kind of record that may say so.
//!
//! Each record becomes a `Sighting`: it speaks for, speaks against, or can't be read. A later record against cancels an
//! earlier one for. Data that was not delivered may hold a later record of either kind, so it leaves the answer unknown;
//! [`Outlook`] keeps apart what is on record all the same.
//!
//! How long a record counts, and at which age a pregnancy is asked about, is the same for every rule that asks.
//!
//! The texts of a rule that asks by [`Case::pregnancy`] or [`Case::breastfeeding`] need the `gap-…` messages named there.

mod answer;
mod due_date;
mod hcg;
mod on_record;

use crate::numbers;
use crate::questions::Case;
use crate::questions::reproduction::pregnancy::answer::{breastfeeding_answer, pregnancy_answer, said, test_result};
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::facts::patient::Gender;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// How the question stands, beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// Nothing to ask this patient: known no, or only undelivered data could say otherwise.
    Clear,
    /// To be asked.
    Open,
    /// To be asked: an entry speaks for it, and whether it counts can't be told.
    Doubtful,
    /// On record, and nothing seen cancels it; unknown only when undelivered data could.
    OnRecord,
}

/// The answer to "pregnant now?" or "breastfeeding now?".
#[derive(Clone, Debug)]
pub struct Status {
    /// Verdict, evidence, gaps.
    pub judgement: Judgement,
    /// The same for people: without the entries in words that may be anything.
    pub shown: Judgement,
    /// How the question stands.
    pub outlook: Outlook,
}

enum Sign {
    For,
    Against,
    /// It was so, and ended: cancels what is older, and says nothing of a new one.
    Ended,
    /// It can't be told what it says, for this reason.
    Unclear(Gap),
}

struct Sighting {
    sign: Sign,
    when: Option<Moment>,
    source: Source,
    evidence: Evidence,
}

impl Sighting {
    fn gap(&self, kind: GapKind) -> Gap {
        Gap::at(kind, self.source, &self.evidence.reference, &self.evidence.what)
    }
}

/// What all records together say.
#[derive(Default)]
struct Record {
    sightings: Vec<Sighting>,
    /// Records that don't count any more, or never said anything: shown beside the gap.
    shown: Vec<Evidence>,
    /// Whether one of these is a record for, too old to count.
    expired: bool,
    /// Whether there is a record for that has ended.
    ended: bool,
    /// Entries without a usable code: they may be anything.
    vague: Vec<Gap>,
}

/// The records that speak for it, against those that speak against it.
#[derive(Default)]
struct Sifted {
    /// Those that nothing cancels.
    standing: Vec<Evidence>,
    /// Those that may be cancelled, or can't be read.
    doubtful: Vec<Evidence>,
    /// Why that can't be told.
    gaps: Vec<Gap>,
    /// Whether one of these has a code: words may be about anything.
    is_any_coded: bool,
}

impl Record {
    fn see(&mut self, sign: Sign, when: Option<Moment>, source: Source, evidence: Evidence) {
        self.sightings.push(Sighting { sign, when, source, evidence });
    }

    /// Adds a record for that counts, is too old to count, or whose age can't be told.
    fn add_for(&mut self, current: Verdict, when: Option<Moment>, source: Source, evidence: Evidence) {
        let mut sighting = Sighting { sign: Sign::For, when, source, evidence };
        match current {
            Verdict::Met => self.sightings.push(sighting),
            Verdict::NotMet => {
                self.expired = true;
                self.shown.push(sighting.evidence);
            }
            Verdict::Unknown => {
                sighting.sign = Sign::Unclear(sighting.gap(GapKind::ImpreciseDate));
                self.sightings.push(sighting);
            }
        }
    }
}

impl Case<'_> {
    /// Whether the patient is pregnant now.
    #[must_use]
    pub fn pregnancy(&self) -> Status {
        let record = self.pregnancy_record();
        let able = self.may_be_pregnant(record.expired || record.ended);
        self.weigh(record, &able, ["gap-no-pregnancy-status", "gap-pregnancy-record-too-old"])
    }

    fn pregnancy_record(&self) -> Record {
        let mut record = Record::default();
        for condition in &self.conditions {
            self.see_pregnancy_condition(condition, &mut record);
        }
        let hcg_proves = self.hcg_level_proves();
        for observation in &self.observations {
            self.see_pregnancy_observation(observation, hcg_proves, &mut record);
        }
        record
    }

    /// Whether the patient is breastfeeding now. On a child's record, breastfeeding is the child's.
    #[must_use]
    pub fn breastfeeding(&self) -> Status {
        let earliest = self.as_of.day().plus_months(-self.whole(&numbers::BREASTFEEDING_RECORD_MONTHS));
        let mut record = Record::default();
        for condition in self.conditions.iter().filter(|condition| condition.concept.has(ValueSet::BREASTFEEDING)) {
            Self::see_condition(condition, &earliest, &mut record);
        }
        for observation in
            self.observations.iter().filter(|observation| observation.concept.has(ValueSet::BREASTFEEDING_STATUS))
        {
            Self::see_answer(observation, breastfeeding_answer(observation), &earliest, &mut record);
        }
        let mother = self.is_old_enough();
        // Nothing on record is a no here; only a record that nobody closed is a question.
        let able = if record.expired { mother.clone().and(!self.is_too_old()) } else { Judgement::not_met(Vec::new()) };
        let status = self.weigh(record, &able, ["gap-breastfeeding-record-too-old"; 2]);
        let of_mother = |judgement: Judgement| match (judgement.verdict(), mother.verdict()) {
            (Verdict::Met, Verdict::Unknown) => {
                Judgement::unknown(mother.gaps().to_vec()).with_evidence(judgement.evidence().to_vec())
            }
            _ => judgement.and(mother.clone()),
        };
        let outlook = if mother.verdict() == Verdict::NotMet { Outlook::Clear } else { status.outlook };
        Status { judgement: of_mother(status.judgement), shown: of_mother(status.shown), outlook }
    }

    /// A condition for. Its status and both of its dates decide: an onset before `earliest` outweighs a recent note of it.
    fn see_condition(condition: &Condition, earliest: &Moment, record: &mut Record) {
        let source = Source::Conditions;
        let evidence = condition.evidence();
        let when = condition.recorded.or(condition.onset);
        let current = [condition.onset, condition.recorded]
            .into_iter()
            .flatten()
            .fold(Verdict::Met, |all, date| all.and(date.on_or_after(earliest)));
        let doubt = match (condition.is_active(), condition.standing) {
            (Verdict::NotMet, _) => {
                record.ended = true;
                let period = condition.date().map(|from| EvidencePeriod::Course { from, to: condition.abatement });
                let period = if condition.abatement.is_some() { period } else { evidence.period };
                return record.see(Sign::Ended, condition.abatement, source, Evidence { period, ..evidence });
            }
            (Verdict::Unknown, _) => Some(GapKind::Unreadable),
            (Verdict::Met, Standing::Unclear(kind)) => Some(kind),
            (Verdict::Met, Standing::Counts) => None,
        };
        match doubt {
            Some(kind) if current != Verdict::NotMet => {
                let gap = Gap::at(kind, source, &condition.reference, &condition.concept.text);
                record.see(Sign::Unclear(gap), when, source, evidence);
            }
            _ => record.add_for(current, when, source, evidence),
        }
    }

    /// An answer: for, against, unclear, or (`None`) none given. A yes from before `earliest` is too old to count; without a
    /// date, it may be from any time.
    fn see_answer(observation: &Observation, sign: Option<Sign>, earliest: &Moment, record: &mut Record) {
        let (source, when, evidence) = (Source::Observations, observation.when, observation.evidence());
        let current = when.map_or(Verdict::Unknown, |when| when.on_or_after(earliest));
        match (sign, observation.standing) {
            (None, _) => record.shown.push(evidence),
            (Some(Sign::Against), Standing::Unclear(_)) => {}
            (Some(Sign::For), Standing::Counts) => record.add_for(current, when, source, evidence),
            (Some(Sign::For | Sign::Unclear(_)), _) if current == Verdict::NotMet => record.shown.push(evidence),
            (Some(Sign::For), Standing::Unclear(kind)) => {
                let sign = Sign::Unclear(Gap::at(kind, source, &observation.reference, &evidence.what));
                record.see(sign, when, source, evidence);
            }
            (Some(sign), _) => record.see(sign, when, source, evidence),
        }
    }

    /// The first day on which a record of pregnancy still counts today.
    fn earliest_pregnancy(&self) -> Moment {
        self.as_of.day().plus_months(-self.whole(&numbers::PREGNANCY_RECORD_MONTHS))
    }

    fn see_pregnancy_condition(&self, condition: &Condition, record: &mut Record) {
        let (concept, source) = (&condition.concept, Source::Conditions);
        let active = condition.is_active();
        let when = condition.recorded.or(condition.onset);
        let gap = |kind| Gap::at(kind, source, &condition.reference, &concept.text);
        let mut see = |sign| record.see(sign, when, source, condition.evidence());
        // nl-core-Pregnancy is a Condition in some editions and an Observation in others, with the same code.
        if concept.has(ValueSet::PREGNANCY) || concept.has(ValueSet::PREGNANCY_FINDING) {
            Self::see_condition(condition, &self.earliest_pregnancy(), record);
        } else if concept.has(ValueSet::NOT_PREGNANT) {
            if active == Verdict::Met && condition.standing == Standing::Counts {
                see(Sign::Against);
            }
        } else if concept.has(ValueSet::POSSIBLE_PREGNANCY) {
            let earliest = self.earliest_pregnancy();
            if active != Verdict::NotMet && when.is_none_or(|when| when.on_or_after(&earliest) != Verdict::NotMet) {
                see(Sign::Unclear(gap(GapKind::NotRecorded).said_as("gap-possible-pregnancy")));
            }
        } else if concept.is(ValueSet::PREGNANCY) == Verdict::Unknown && active != Verdict::NotMet {
            if self.mentions("pregnancy", &concept.text) {
                see(Sign::Unclear(gap(concept.gap_kind())));
            } else {
                add_gaps(&mut record.vague, [gap(concept.gap_kind())]);
            }
        }
    }

    fn see_pregnancy_observation(&self, observation: &Observation, hcg: Verdict, record: &mut Record) {
        let concept = &observation.concept;
        if concept.has(ValueSet::PREGNANCY_STATUS) {
            self.see_status(observation, pregnancy_answer(observation), record);
        } else if concept.has(ValueSet::PREGNANCY_FINDING) {
            let valueless = matches!(observation.value, Value::None);
            let over = observation
                .period
                .and_then(|period| period.end)
                .is_some_and(|end| end.before(&self.as_of.day()) == Verdict::Met);
            let sign = if over {
                None
            } else if valueless {
                Some(Sign::For)
            } else {
                pregnancy_answer(observation)
            };
            self.see_status(observation, sign, record);
        } else if concept.has(ValueSet::PREGNANCY_DUE_DATE) || concept.has(ValueSet::PREGNANCY_DURATION) {
            self.see_due_date(observation, record);
        } else if concept.has(ValueSet::HCG_PREGNANCY_TEST) {
            self.see_test(observation, test_result(observation), record);
        } else if concept.has(ValueSet::HCG_LEVEL) && self.patient.gender != Gender::Male {
            let sign = match (test_result(observation), hcg) {
                (Sign::For, Verdict::Unknown | Verdict::NotMet) => {
                    Sign::Unclear(said(observation, "gap-hcg-tumour-marker"))
                }
                (Sign::Unclear(_), Verdict::NotMet) => return,
                (sign, _) => sign,
            };
            self.see_test(observation, sign, record);
        } else if concept.may_be(ValueSet::PREGNANCY) && !matches!(pregnancy_answer(observation), Some(Sign::Against)) {
            let evidence = observation.evidence();
            let gap = evidence.gap(concept.gap_kind());
            record.see(Sign::Unclear(gap), observation.when, Source::Observations, evidence);
        }
    }

    /// Whether the patient may be pregnant, by age and by gender; who was pregnant before may be, whatever the gender.
    fn may_be_pregnant(&self, was: bool) -> Judgement {
        let sex = match (was, self.patient.is_female()) {
            (true, _) | (_, Verdict::Met) => Judgement::met(Vec::new()),
            (_, Verdict::NotMet) => Judgement::not_met(Vec::new()),
            (_, Verdict::Unknown) if !self.patient.supplied => {
                Judgement::unknown(self.sources().gaps_of(Source::Patient))
            }
            (_, Verdict::Unknown) => Judgement::unknown(vec![Gap::not_recorded(Source::Patient, "gap-gender")]),
        };
        sex.and(self.is_old_enough()).and(!self.is_too_old())
    }

    fn is_old_enough(&self) -> Judgement {
        self.has_reached(&numbers::CHILDBEARING_FROM_AGE)
    }

    fn is_too_old(&self) -> Judgement {
        self.patient.is_at_least(self.whole(&numbers::CHILDBEARING_TO_AGE) + 1, &self.as_of)
    }

    /// Puts the sightings together. `able` says whether nothing on record is a question at all; `texts` say that there is
    /// no record, or none that still counts.
    fn weigh(&self, mut record: Record, able: &Judgement, texts: [&'static str; 2]) -> Status {
        let hidden: Vec<Gap> = [Source::Conditions, Source::Observations]
            .into_iter()
            .flat_map(|source| self.sources().gaps_of(source))
            .collect();
        let (against, others): (Vec<Sighting>, Vec<Sighting>) = std::mem::take(&mut record.sightings)
            .into_iter()
            .partition(|sighting| matches!(sighting.sign, Sign::Against | Sign::Ended));
        let against = self.newest(against);
        let Sifted { standing, doubtful, mut gaps, is_any_coded } = self.sift(others, &against);
        record.shown.splice(0..0, against.iter().map(|no| no.evidence.clone()));
        if !standing.is_empty() {
            let judgement = if hidden.is_empty() {
                Judgement::met(standing)
            } else {
                Judgement::unknown(hidden).with_evidence(standing)
            };
            return Status { shown: judgement.clone(), judgement, outlook: Outlook::OnRecord };
        }
        if !doubtful.is_empty() {
            gaps.extend(hidden);
            let judgement = Judgement::unknown(gaps).with_evidence(doubtful).with_evidence(record.shown);
            let outlook = if is_any_coded { Outlook::Doubtful } else { Outlook::Open };
            return Status { shown: judgement.clone(), judgement, outlook };
        }
        self.weigh_without_signs(record, &against, hidden, able, texts)
    }

    /// Parts what stands, of which it can't be told whether it stands, and why; what a record against cancels is left out.
    fn sift(&self, others: Vec<Sighting>, against: &[Sighting]) -> Sifted {
        let mut sifted = Sifted::default();
        for sighting in others {
            let cancelled = against.iter().fold(Verdict::NotMet, |any, no| any.or(self.cancels(no, &sighting)));
            match (cancelled, &sighting.sign) {
                (Verdict::Met, _) => continue,
                (Verdict::NotMet, Sign::Unclear(gap)) => {
                    sifted.is_any_coded |= is_coded(gap);
                    sifted.gaps.push(gap.clone());
                }
                (Verdict::NotMet, _) => {
                    sifted.standing.push(sighting.evidence);
                    continue;
                }
                (Verdict::Unknown, _) => {
                    let exact = |when: Option<Moment>| when.is_some_and(|when| when.exact_day().is_some());
                    let precise = exact(sighting.when) && against.iter().all(|no| exact(no.when));
                    let kind = if precise { GapKind::Conflicting } else { GapKind::ImpreciseDate };
                    sifted.is_any_coded |= !matches!(&sighting.sign, Sign::Unclear(gap) if !is_coded(gap));
                    sifted.gaps.push(sighting.gap(kind));
                }
            }
            sifted.doubtful.push(sighting.evidence);
        }
        sifted
    }

    /// The answer when no record speaks for it.
    fn weigh_without_signs(
        &self,
        record: Record,
        against: &[Sighting],
        hidden: Vec<Gap>,
        able: &Judgement,
        [nothing, too_old]: [&'static str; 2],
    ) -> Status {
        let excluded = self.excluded(against);
        let seen = match excluded.verdict() {
            Verdict::Met => !excluded,
            _ if able.is_not_met() => Judgement::not_met(Vec::new()),
            Verdict::Unknown => excluded.with_evidence(record.shown),
            Verdict::NotMet => {
                let denied = against.iter().any(|no| matches!(no.sign, Sign::Against));
                let text = if record.expired || denied { too_old } else { nothing };
                let gap = Gap::not_recorded(Source::Observations, text);
                let gaps = if hidden.is_empty() { vec![gap] } else { Vec::new() };
                able.clone().and(Judgement::unknown(gaps)).with_evidence(record.shown)
            }
        };
        // Data that was not delivered is a question for who may be pregnant, unless a fresh denial is there; entries in words
        // raise none of their own.
        let outlook = if able.is_not_met() || seen.is_not_met() { Outlook::Clear } else { Outlook::Open };
        let shown = match (hidden.is_empty(), seen.verdict()) {
            (true, _) => seen,
            (false, Verdict::NotMet) => Judgement::unknown(hidden).with_evidence(seen.evidence().to_vec()),
            (false, _) => seen.or(Judgement::unknown(hidden)),
        };
        let judgement =
            if record.vague.is_empty() { shown.clone() } else { shown.clone().or(Judgement::unknown(record.vague)) };
        Status { judgement, shown, outlook }
    }

    /// Those that may be the newest; what is later than today can't be known yet. The others can add nothing.
    fn newest(&self, against: Vec<Sighting>) -> Vec<Sighting> {
        const MOST: usize = 8;
        let known = |no: &Sighting| no.when.is_none_or(|when| when.on_or_before(&self.as_of.day()) != Verdict::NotMet);
        let latest = against.iter().filter(|no| known(no)).filter_map(|no| no.when).map(|when| when.first).max();
        let may_be_newest = |no: &Sighting| no.when.is_none_or(|when| latest.is_none_or(|latest| when.last >= latest));
        against.into_iter().filter(|no| known(no) && may_be_newest(no)).take(MOST).collect()
    }

    /// Whether `no` cancels `yes`: it was written later. A no without a date cancels nothing; a yes without one is in doubt
    /// only by a no that is fresh.
    fn cancels(&self, no: &Sighting, yes: &Sighting) -> Verdict {
        match (no.when, yes.when) {
            (None, _) => Verdict::NotMet,
            (Some(no), None) => self.excludes_today(&no).and(Verdict::Unknown),
            (Some(no), Some(yes)) => is_newer(&no, &yes),
        }
    }

    /// Whether a record against of that day still says something of today.
    fn excludes_today(&self, when: &Moment) -> Verdict {
        self.within_days(when, self.whole(&numbers::NOT_PREGNANT_DAYS))
    }

    /// Whether a record against is fresh enough to exclude.
    fn excluded(&self, against: &[Sighting]) -> Judgement {
        against.iter().filter(|no| matches!(no.sign, Sign::Against)).fold(Judgement::not_met(Vec::new()), |any, no| {
            let fresh = no.when.map_or(Verdict::NotMet, |when| self.excludes_today(&when));
            any.or(match fresh {
                Verdict::Met => Judgement::met(vec![no.evidence.clone()]),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![no.gap(GapKind::ImpreciseDate)]),
            })
        })
    }
}

/// Whether what leaves an entry open is something else than that it has no code.
fn is_coded(gap: &Gap) -> bool {
    gap.kind != GapKind::Uncoded
}

/// Whether `no` is later than `yes`; on the same day, only the time of day can tell.
fn is_newer(no: &Moment, yes: &Moment) -> Verdict {
    match (no.instant, yes.instant) {
        (Some(no), Some(yes)) if no > yes => Verdict::Met,
        (Some(no), Some(yes)) if no < yes => Verdict::NotMet,
        _ if no.exact_day().is_some() && no.exact_day() == yes.exact_day() => Verdict::Unknown,
        _ => no.after(yes),
    }
}
