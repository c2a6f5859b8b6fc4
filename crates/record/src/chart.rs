//! What a rule may ask about a patient.
//!
//! A chart holds only facts that may count: entries that are entered in error, refuted, cancelled, not done, or about someone
//! else are left out when it is built. Every question answers with what was found *and* what could not be seen
//! ([`Found`]), so that nothing found is a known no only when nothing was hidden.

use crate::facts::act::{Act, Standing};
use crate::facts::allergy::Allergy;
use crate::facts::concept::Concept;
use crate::facts::condition::Condition;
use crate::facts::consent::{Consent, TrialParticipation};
use crate::facts::encounter::Encounter;
use crate::facts::medication::MedicationUse;
use crate::facts::observation::{Observation, Report};
use crate::facts::order::DraftOrder;
use crate::facts::patient::Patient;
use crate::reference::Referenced;
use crate::terminology::ValueSet;
use crate::{AsOf, Evidence, Gap, Judgement, Moment, Source, Sources, Verdict, add_gaps};

/// How far the clock of a monitor or a ward may be ahead of the one that the call was made by.
const OTHER_CLOCKS: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// What a search of the chart found, and what it could not see.
#[derive(Clone, Debug)]
pub struct Found<'c, T> {
    /// Facts that match.
    pub items: Vec<&'c T>,
    /// Why there may be more.
    pub gaps: Vec<Gap>,
}

impl<T> Found<'_, T> {
    /// Keeps the items that a condition holds for. An item for which it is unknown becomes a gap made by `gap`.
    #[must_use]
    pub fn keep(mut self, holds: impl Fn(&T) -> Verdict, gap: impl Fn(&T) -> Gap) -> Self {
        let mut kept = Vec::new();
        for item in self.items {
            match holds(item) {
                Verdict::Met => kept.push(item),
                Verdict::NotMet => {}
                Verdict::Unknown => add_gaps(&mut self.gaps, [gap(item)]),
            }
        }
        self.items = kept;
        self
    }

    /// Both searches together.
    #[must_use]
    pub fn plus(mut self, other: Self) -> Self {
        self.items.extend(other.items);
        add_gaps(&mut self.gaps, other.gaps);
        self
    }

    /// Found: met. Nothing found and nothing hidden: not met. Else unknown.
    pub fn exists(&self, evidence: impl Fn(&T) -> Evidence) -> Judgement {
        Judgement::found(self.items.iter().map(|item| evidence(item)).collect(), self.gaps.clone())
    }
}

/// Everything the rules may know about one patient at one instant.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The instant it is judged at.
    pub as_of: AsOf,
    /// The patient.
    pub patient: Patient,
    /// The orders being drafted (order hooks), or the appointments being booked.
    pub orders: Vec<DraftOrder>,
    /// Orders in the draft that end a drug: its request, written as stopped or cancelled.
    pub stops: Vec<DraftOrder>,
    /// Drafts of which it is not known whether they are orders, or end what they name.
    pub doubtful_orders: Vec<DraftOrder>,
    /// The bare id of the encounter that the hook is about, when it names one.
    pub encounter_id: Option<String>,
    /// Diagnoses, problems and history codes.
    pub conditions: Vec<Condition>,
    /// Uses of drugs.
    pub medications: Vec<MedicationUse>,
    /// What was done.
    pub procedures: Vec<Act>,
    /// What was asked for, drafts aside.
    pub service_requests: Vec<Act>,
    /// Measurements and findings.
    pub observations: Vec<Observation>,
    /// Reports.
    pub reports: Vec<Report>,
    /// Participation in trials.
    pub trials: Vec<TrialParticipation>,
    /// Consents about donation.
    pub consents: Vec<Consent>,
    /// Allergies and intolerances.
    pub allergies: Vec<Allergy>,
    /// Stays and visits.
    pub encounters: Vec<Encounter>,
    /// How each kind of data came through.
    pub sources: Sources,
    /// Which entries references mean, as far as that was asked.
    pub referenced: Referenced,
}

impl Chart {
    /// How each kind of data came through.
    #[must_use]
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The chart as it would be had only these kinds of data been asked for: of the others nothing was sent.
    #[must_use]
    pub fn only(&self, sources: &[Source]) -> Self {
        fn of<T: Clone>(facts: &[T], is_asked: impl Fn(&T) -> bool) -> Vec<T> {
            facts.iter().filter(|fact| is_asked(fact)).cloned().collect()
        }
        let asks = |source: Source| sources.contains(&source);
        let is_asked = |reference: &str| asks(Source::of_reference(reference));
        Self {
            as_of: self.as_of,
            patient: self.patient.clone(),
            orders: self.orders.clone(),
            stops: self.stops.clone(),
            doubtful_orders: self.doubtful_orders.clone(),
            encounter_id: self.encounter_id.clone(),
            conditions: of(&self.conditions, |_| asks(Source::Conditions)),
            medications: of(&self.medications, |it| asks(it.source())),
            procedures: of(&self.procedures, |_| asks(Source::Procedures)),
            service_requests: of(&self.service_requests, |_| asks(Source::ServiceRequests)),
            // A report may contain its results: they came with it.
            observations: of(&self.observations, |it| {
                if it.reference.contains('#') { is_asked(&it.reference) } else { asks(Source::Observations) }
            }),
            reports: of(&self.reports, |_| asks(Source::DiagnosticReports)),
            trials: of(&self.trials, |_| asks(Source::ResearchSubjects)),
            consents: of(&self.consents, |_| asks(Source::Consents)),
            allergies: of(&self.allergies, |_| asks(Source::Allergies)),
            encounters: of(&self.encounters, |_| asks(Source::Encounters)),
            sources: self.sources.only(sources),
            referenced: Referenced::default(),
        }
    }

    /// Searches facts of one source by value set. Facts without a usable code, or whose standing is unclear, become gaps.
    pub fn search<'c, T>(
        &'c self,
        source: Source,
        facts: &'c [T],
        parts: impl Fn(&T) -> (&Concept, Standing, &str),
        in_set: impl Fn(&Concept) -> Verdict,
    ) -> Found<'c, T> {
        let mut found = Found { items: Vec::new(), gaps: self.sources.gaps_of(source) };
        for fact in facts {
            let (concept, standing, reference) = parts(fact);
            match (in_set(concept), standing) {
                (Verdict::Met, Standing::Counts) => found.items.push(fact),
                (Verdict::Met, Standing::Unclear(kind)) => {
                    add_gaps(&mut found.gaps, [Gap::at(kind, source, reference, &concept.text)]);
                }
                (Verdict::Unknown, _) => {
                    add_gaps(&mut found.gaps, [Gap::at(concept.gap_kind(), source, reference, &concept.text)]);
                }
                (Verdict::NotMet, _) => {}
            }
        }
        found
    }

    /// Conditions with a code in `set`, whatever their clinical status.
    #[must_use]
    pub fn conditions(&self, set: ValueSet) -> Found<'_, Condition> {
        self.search(Source::Conditions, &self.conditions, |c| (&c.concept, c.standing, &c.reference), |c| c.is(set))
    }

    /// Observations with a code in `set`.
    #[must_use]
    pub fn observations(&self, set: ValueSet) -> Found<'_, Observation> {
        self.search(Source::Observations, &self.observations, |o| (&o.concept, o.standing, &o.reference), |c| c.is(set))
    }

    /// Diagnostic reports with a code in `set`.
    #[must_use]
    pub fn reports(&self, set: ValueSet) -> Found<'_, Report> {
        self.search(Source::DiagnosticReports, &self.reports, |r| (&r.concept, r.standing, &r.reference), |c| c.is(set))
    }

    /// Procedures (completed or in progress) with a code in `set`.
    #[must_use]
    pub fn procedures(&self, set: ValueSet) -> Found<'_, Act> {
        self.search(Source::Procedures, &self.procedures, |p| (&p.concept, p.standing, &p.reference), |c| c.is(set))
    }

    /// Requests on record (not the draft orders) with a code in `set`.
    #[must_use]
    pub fn service_requests(&self, set: ValueSet) -> Found<'_, Act> {
        self.search(
            Source::ServiceRequests,
            &self.service_requests,
            |p| (&p.concept, p.standing, &p.reference),
            |c| c.is(set),
        )
    }

    /// Uses of a drug in `set`: given, stated or prescribed, in that order of strength.
    #[must_use]
    pub fn medications(&self, set: ValueSet) -> Found<'_, MedicationUse> {
        let mut found = Found { items: Vec::new(), gaps: Vec::new() };
        for source in [Source::MedicationAdministrations, Source::MedicationStatements, Source::MedicationRequests] {
            found = found.plus(self.medications_of(source, set));
        }
        found
    }

    /// Uses of a drug in `set` from one source.
    #[must_use]
    pub fn medications_of(&self, source: Source, set: ValueSet) -> Found<'_, MedicationUse> {
        let mut found = Found { items: Vec::new(), gaps: self.sources.gaps_of(source) };
        for medication in self.medications.iter().filter(|medication| medication.source() == source) {
            match (medication.concept.is_drug(set), medication.standing) {
                (Verdict::Met, Standing::Counts) => found.items.push(medication),
                (Verdict::Met, Standing::Unclear(kind)) => {
                    add_gaps(&mut found.gaps, [Gap::at(kind, source, &medication.reference, &medication.concept.text)]);
                }
                (Verdict::Unknown, _) => {
                    add_gaps(
                        &mut found.gaps,
                        [Gap::at(
                            medication.concept.gap_kind(),
                            source,
                            &medication.reference,
                            &medication.concept.text,
                        )],
                    );
                }
                (Verdict::NotMet, _) => {}
            }
        }
        found
    }

    /// Every use of a drug that may matter, whatever its standing; searches by value set are usually what a rule wants.
    pub fn all_medications(&self) -> impl Iterator<Item = &MedicationUse> {
        self.medications.iter()
    }

    /// Whether an entry without a usable code has words that `says` recognises. Decides only whether to ask.
    pub fn says_in_words(&self, says: impl Fn(&str) -> bool) -> bool {
        let uncoded = |concept: &Concept| concept.is_in_words() && says(&concept.text);
        self.conditions.iter().any(|condition| uncoded(&condition.concept))
            || self.procedures.iter().chain(&self.service_requests).any(|act| uncoded(&act.concept))
            || self
                .medications
                .iter()
                .any(|medication| !medication.concept.is_classified() && says(&medication.concept.text))
    }

    /// Trial participations.
    #[must_use]
    pub fn trials(&self) -> Found<'_, TrialParticipation> {
        Found { items: self.trials.iter().collect(), gaps: self.sources.gaps_of(Source::ResearchSubjects) }
    }

    /// Consents about something in `set`.
    #[must_use]
    pub fn consents(&self, set: ValueSet) -> Found<'_, Consent> {
        let items = self.consents.iter().filter(|consent| consent.concept.is(set) == Verdict::Met).collect();
        Found { items, gaps: self.sources.gaps_of(Source::Consents) }
    }

    /// The draft orders that this hook asks about.
    pub fn orders_in_scope(&self) -> impl Iterator<Item = &DraftOrder> {
        self.orders.iter().filter(|order| order.in_scope)
    }

    /// Whether `moment` lies within the last `hours` hours (the first and the present instant count). A date without a time is
    /// the whole of its day, today until now: it may straddle the limit. What is recorded as seen has happened: an instant a
    /// little later than now is one of another clock, and one that is still to come has a wrong date, which leaves it open.
    pub fn within_hours(&self, moment: &Moment, hours: i32) -> Verdict {
        let first = self.as_of.instant - jiff::SignedDuration::from_hours(i64::from(hours));
        let (from, to) = self.as_of.span_of(moment);
        if from > self.as_of.instant {
            return if from <= self.as_of.instant + OTHER_CLOCKS { Verdict::Met } else { Verdict::Unknown };
        }
        let to = to.min(self.as_of.instant);
        if from >= first {
            Verdict::Met
        } else if to < first {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }

    /// Whether `moment` lies within the last `days` calendar days (today counts; the future does not).
    pub fn within_days(&self, moment: &Moment, days: i32) -> Verdict {
        moment.on_or_after(&self.as_of.day().plus_days(-days)).and(moment.on_or_before(&self.as_of.day()))
    }
}
