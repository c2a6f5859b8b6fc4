//! Whether a cell therapy happened: history, never plans.

use crate::questions::Case;
use cellwise_record::facts::medication::UseKind;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Act, Evidence, Found, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps,
};

/// How sure a history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// Recorded as done, given, used, or as a history code.
    Recorded,
    /// Only an order marked completed: the infusion itself is not recorded.
    Probable,
}

/// One recorded event of a cell therapy.
#[derive(Clone, Debug)]
pub struct TherapyEvent {
    /// When; `None` is a history without a date.
    pub date: Option<Moment>,
    /// How sure.
    pub certainty: Certainty,
    /// What shows it.
    pub evidence: Evidence,
}

/// A therapy on its day: what everything after it is counted from.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The day.
    pub day: Moment,
    /// What shows it.
    pub evidence: Evidence,
}

/// A cell therapy in history.
#[derive(Clone, Debug)]
pub struct TherapyHistory {
    /// Every event found, in the order of certainty.
    pub events: Vec<TherapyEvent>,
    /// Whether it happened, with evidence and gaps.
    pub judgement: Judgement,
}

/// Infusions that lie no more than this many days apart belong to one episode (split doses are given about 10 days apart,
/// obecabtagene autoleucel: `sources` C2).
pub(crate) const EPISODE_DAYS: i32 = 30;

impl TherapyHistory {
    /// How sure the history is; `None` when there is none.
    #[must_use]
    pub fn certainty(&self) -> Option<Certainty> {
        let first = self.events.first()?;
        let recorded = self.events.iter().any(|event| event.certainty == Certainty::Recorded);
        Some(if recorded { Certainty::Recorded } else { first.certainty })
    }

    /// Whether only an order marked completed shows it: the infusion itself is not recorded.
    #[must_use]
    pub fn is_probable(&self) -> bool {
        self.certainty() == Some(Certainty::Probable)
    }

    /// The same history with one event for all that say the same: the one of t0, and one without a date.
    #[must_use]
    pub fn representative(&self) -> Self {
        let t0 = self.t0();
        let is_status = |event: &TherapyEvent| event.evidence.reference.starts_with("Condition/");
        let of_t0 = self.events.iter().find(|event| t0.is_some() && event.date == t0);
        let status = self.events.iter().find(|event| event.date.is_none() && is_status(event));
        let undated = self.events.iter().find(|event| event.date.is_none() && !is_status(event));
        let mut events: Vec<TherapyEvent> = [of_t0, status, undated].into_iter().flatten().cloned().collect();
        if events.is_empty() {
            events.extend(self.events.first().cloned());
        }
        let judgement = match self.judgement.verdict() {
            Verdict::Met => Judgement::met(events.first().map(|event| event.evidence.clone()).into_iter().collect()),
            Verdict::NotMet | Verdict::Unknown => self.judgement.clone(),
        };
        Self { events, judgement }
    }

    /// The first infusion of the latest episode, on its day (t0). `None` when no infusion has a date.
    #[must_use]
    pub fn day_zero(&self) -> Option<Dated> {
        let day = self.t0()?;
        let event = self.events.iter().find(|event| event.date == Some(day))?;
        Some(Dated { day, evidence: event.evidence.clone() })
    }

    /// The newest event with a date, infusion or order.
    #[must_use]
    pub fn newest(&self) -> Option<Dated> {
        let dated = self.events.iter().filter_map(|event| Some((event.date?, event)));
        let (day, event) = dated.max_by_key(|(day, _)| (day.last, day.first))?;
        Some(Dated { day, evidence: event.evidence.clone() })
    }

    /// t0: the day of the first infusion of the latest episode. `None` when no event has a date.
    #[must_use]
    pub fn t0(&self) -> Option<Moment> {
        let mut days: Vec<Moment> = self
            .events
            .iter()
            .filter(|event| event.certainty == Certainty::Recorded)
            .filter_map(|event| event.date)
            .collect();
        days.sort_by_key(|day| (day.last, day.first));
        let mut first = days.pop()?;
        while let Some(earlier) = days.pop() {
            if earlier.days_until(&first) > EPISODE_DAYS {
                break;
            }
            first = earlier;
        }
        Some(first)
    }
}

impl Case<'_> {
    /// CAR-T therapy in history: procedure, administration, statement, history code; else a completed order. An entry without
    /// a usable code leaves it open only when its words speak of CAR-T.
    #[must_use]
    pub fn car_t_history(&self) -> &TherapyHistory {
        self.once(&self.answers.car_t_history, || {
            let conditions = self.conditions(ValueSet::CAR_T_HISTORY);
            let mut gaps = conditions.gaps.clone();
            let mut events: Vec<TherapyEvent> = Vec::new();
            self.collect_therapy(ValueSet::CAR_T, &mut events, &mut gaps);
            // A history code says that it happened, not when: its onset is the day of coding.
            events.extend(conditions.items.iter().map(|condition| {
                let evidence = condition.evidence();
                TherapyEvent { date: None, certainty: Certainty::Recorded, evidence }
            }));
            let history = self.finish_therapy(ValueSet::CAR_T, events, gaps);
            self.settled(history, &[ValueSet::CAR_T, ValueSet::CAR_T_HISTORY], "car-t")
        })
    }

    /// Stem-cell transplantation of one kind in history: procedure, or a completed order.
    #[must_use]
    pub fn transplantation_history(&self, set: ValueSet) -> TherapyHistory {
        let mut gaps = Vec::new();
        let mut events = Vec::new();
        self.collect_therapy(set, &mut events, &mut gaps);
        self.finish_therapy(set, events, gaps)
    }

    /// Whether a stem-cell transplantation of any kind is known to be in history. Entries without a usable code leave this
    /// a no, because nearly every list of procedures has some; data that was not sent does not.
    pub fn transplanted(&self) -> Judgement {
        let history = self.transplantation_history(ValueSet::STEM_CELL_TRANSPLANTATION).judgement;
        if history.verdict() == Verdict::Met {
            return history;
        }
        Judgement::found(Vec::new(), history.gaps().iter().filter(|gap| gap.kind.is_delivery()).cloned().collect())
    }

    pub(super) fn collect_therapy(&self, set: ValueSet, events: &mut Vec<TherapyEvent>, gaps: &mut Vec<Gap>) {
        let procedures: Found<'_, Act> = self.procedures(set);
        gaps.extend(procedures.gaps);
        let started = |moment: Option<Moment>| moment.map_or(Verdict::Met, |day| day.on_or_before(&self.as_of.day()));
        for procedure in procedures.items {
            // A "completed" procedure in the future is a plan, or its date is a slip.
            if started(procedure.period.start) == Verdict::NotMet {
                add_gaps(gaps, [procedure.evidence().gap(GapKind::Conflicting)]);
            } else {
                events.push(TherapyEvent {
                    date: procedure.period.start,
                    certainty: Certainty::Recorded,
                    evidence: procedure.evidence(),
                });
            }
        }
        for source in [Source::MedicationAdministrations, Source::MedicationStatements] {
            let uses = self.medications_of(source, set);
            gaps.extend(uses.gaps);
            for medication in uses.items {
                if started(medication.start) == Verdict::NotMet {
                    add_gaps(gaps, [medication.evidence().gap(GapKind::Conflicting)]);
                } else {
                    events.push(TherapyEvent {
                        date: medication.start,
                        certainty: Certainty::Recorded,
                        evidence: medication.evidence(),
                    });
                }
            }
        }
    }

    fn finish_therapy(&self, set: ValueSet, mut events: Vec<TherapyEvent>, mut gaps: Vec<Gap>) -> TherapyHistory {
        if events.is_empty() {
            let prescriptions = self.medications_of(Source::MedicationRequests, set);
            gaps.extend(prescriptions.gaps);
            for medication in prescriptions
                .items
                .iter()
                .filter(|medication| medication.kind == UseKind::Prescribed && medication.progress == Progress::Done)
            {
                events.push(TherapyEvent {
                    date: medication.start,
                    certainty: Certainty::Probable,
                    evidence: medication.evidence(),
                });
            }
            let requests = self.service_requests(set);
            gaps.extend(requests.gaps);
            for request in requests
                .items
                .iter()
                .filter(|request| request.progress == Progress::Done && request.standing == Standing::Counts)
            {
                events.push(TherapyEvent {
                    date: request.period.start,
                    certainty: Certainty::Probable,
                    evidence: request.evidence(),
                });
            }
        }
        let judgement = Judgement::found(events.iter().map(|event| event.evidence.clone()).collect(), gaps);
        TherapyHistory { events, judgement }
    }
}
