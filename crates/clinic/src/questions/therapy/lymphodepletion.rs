//! Lymphodepletion before CAR-T: whether it is being ordered, and the days between it and the infusion.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::drafted::Drafted;
use crate::questions::therapy::open_plan::{OpenPlans, Planned};
use cellwise_record::facts::dose::dates;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

const DRUGS: ValueSet = ValueSet::LYMPHODEPLETION_CHEMOTHERAPY;
const MS: ValueSet = ValueSet::MULTIPLE_SCLEROSIS;

/// CAR-T of the patient's own cells that is planned and not yet done.
#[derive(Clone, Debug)]
pub struct CarTToCome {
    /// The plans.
    pub plans: OpenPlans,
    /// The first day of the infusion, where the plans say so.
    pub day: Option<Moment>,
    /// Whether it is for multiple sclerosis, by the reason of a plan.
    is_for_ms: bool,
}

/// The time between the last day of lymphodepletion, given or planned, and the first infusion.
#[derive(Clone, Debug)]
pub struct Interval {
    /// The last day of lymphodepletion and the first of the infusion, when both are known.
    pub between: Option<(Moment, Moment)>,
    /// Whether it is shorter or longer than the sources say. More than [`numbers::BRIDGING_AFTER_DAYS`] is bridging, and not
    /// judged.
    pub is_off: Judgement,
}

impl Interval {
    /// The days between; negative when the infusion comes first.
    #[must_use]
    pub fn days(&self) -> Option<i32> {
        self.between.map(|(last, first)| last.days_until(&first))
    }
}

impl Case<'_> {
    /// The open plans of CAR-T. Products of a donor are left out: they need no collection.
    #[must_use]
    pub fn car_t_to_come(&self) -> CarTToCome {
        let plans = self.open_plans(Planned::CarT).keep(|plan| !plan.concept.has(ValueSet::CAR_T_FROM_DONOR));
        let is_for_ms = plans.plans.iter().any(|plan| self.has_reason(&plan.reasons, &plan.reason_references, MS));
        CarTToCome { day: plans.day(), plans, is_for_ms }
    }

    /// Whether one of these drafts is lymphodepletion: one of its drugs, not for another disease, not bridging long before
    /// the infusion.
    pub fn lymphodepletion(&self, drafts: &Drafted<'_>, car_t: &CarTToCome) -> Judgement {
        let is_bridging = |draft: &DraftOrder| match (last_day(draft), car_t.day) {
            (Some(last), Some(first)) => last.days_until(&first) > self.whole(&numbers::BRIDGING_AFTER_DAYS),
            _ => false,
        };
        let none = Judgement::found(Vec::new(), drafts.open.clone());
        let drugs = drafts.known.iter().filter(|draft| draft.concept.has(DRUGS) && !is_bridging(draft));
        drugs.fold(none, |any, drug| {
            any.or(match self.is_only_for_ms(drug, car_t) {
                Verdict::Met => Judgement::not_met(Vec::new()),
                Verdict::NotMet => Judgement::met(vec![drug.evidence()]),
                Verdict::Unknown => {
                    Judgement::unknown(self.sources().gaps_of(Source::Conditions)).with_evidence([drug.evidence()])
                }
            })
        })
    }

    /// Whether a drug is for MS by its reason, and CAR-T is not.
    fn is_only_for_ms(&self, drug: &DraftOrder, car_t: &CarTToCome) -> Verdict {
        if car_t.is_for_ms {
            Verdict::NotMet
        } else if self.has_reason(&drug.reasons, &drug.reason_references, MS) {
            Verdict::Met
        } else if !drug.reason_references.is_empty() && self.sources().is_undelivered(Source::Conditions) {
            Verdict::Unknown
        } else {
            Verdict::NotMet
        }
    }

    /// The time between the last day of lymphodepletion and the first infusion.
    #[must_use]
    pub fn lymphodepletion_interval(&self, car_t: &CarTToCome) -> Interval {
        let (days, mut gaps) = self.lymphodepletion_days(car_t);
        let Some(last) = days.iter().map(|(day, _)| *day).max_by_key(|day| day.last) else {
            return Interval { between: None, is_off: Judgement::found(Vec::new(), gaps) };
        };
        let Some(first) = car_t.day else {
            gaps.push(Gap::not_recorded(Source::ServiceRequests, "gap-no-infusion-day"));
            return Interval { between: None, is_off: Judgement::unknown(gaps) };
        };
        let usual = self.whole(&numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS)
            ..=self.whole(&numbers::LONGEST_LYMPHODEPLETION_INTERVAL_DAYS);
        let apart = last.days_until(&first);
        let is_exact = last.exact_day().is_some() && first.exact_day().is_some();
        let on_last = days.iter().filter(|(day, _)| *day == last).map(|(_, shown)| shown);
        let shown: Vec<Evidence> =
            on_last.chain(car_t.plans.plans.iter().map(|plan| &plan.evidence)).cloned().collect();
        let is_off = if !gaps.is_empty() {
            Judgement::unknown(gaps)
        } else if apart > self.whole(&numbers::BRIDGING_AFTER_DAYS) {
            Judgement::not_met(Vec::new())
        } else if !is_exact {
            Judgement::unknown(vec![Gap::of(GapKind::ImpreciseDate, Source::ServiceRequests)])
        } else if usual.contains(&apart) {
            Judgement::not_met(shown)
        } else {
            Judgement::met(shown)
        };
        Interval { between: Some((last, first)), is_off }
    }

    /// The days of lymphodepletion, drafted, signed or given, and why there may be a later one.
    fn lymphodepletion_days(&self, car_t: &CarTToCome) -> (Vec<(Moment, Evidence)>, Vec<Gap>) {
        let today = self.as_of.day();
        let mut days: Vec<(Moment, Evidence)> = Vec::new();
        let mut gaps = Vec::new();
        let drafts = self.orders.iter().filter(|order| order.concept.has(DRUGS));
        for draft in drafts.filter(|draft| self.is_only_for_ms(draft, car_t) != Verdict::Met) {
            match (last_day(draft), draft.doses.iter().find_map(|dose| dose.dates().err())) {
                (Some(last), None) => days.push((last, draft.evidence())),
                (_, kind) => {
                    let gap = draft.evidence().gap(kind.unwrap_or(GapKind::NotRecorded));
                    add_gaps(&mut gaps, [gap.said_as("gap-no-lymphodepletion-day")]);
                }
            }
        }
        let signed = self.medications_of(Source::MedicationRequests, DRUGS);
        add_gaps(&mut gaps, signed.gaps.into_iter().filter(|gap| gap.kind.is_delivery()));
        for drug in signed.items.iter().filter(|drug| drug.progress == Progress::Open) {
            let coming = dates(&drug.doses).map(Moment::on).filter(|day| day.on_or_after(&today) == Verdict::Met);
            days.extend(coming.max_by_key(|day| day.last).map(|last| (last, drug.evidence())));
        }
        // What was given lies in the past: it decides nothing while lymphodepletion is still to come.
        if !days.iter().any(|(day, _)| day.on_or_after(&today) == Verdict::Met) {
            for source in [Source::MedicationAdministrations, Source::MedicationStatements] {
                let given = self.medications_of(source, DRUGS);
                add_gaps(&mut gaps, given.gaps);
                for drug in given.items {
                    match last_given(drug) {
                        Some(last) => days.push((last, drug.evidence())),
                        None => add_gaps(&mut gaps, [drug.evidence().gap(GapKind::NotRecorded)]),
                    }
                }
            }
        }
        (days, gaps)
    }
}

/// The last day that a draft is for, as far as it says.
fn last_day(draft: &DraftOrder) -> Option<Moment> {
    dates(&draft.doses).max().map(Moment::on)
}

/// The last day of a drug that was given.
fn last_given(drug: &MedicationUse) -> Option<Moment> {
    match drug.end {
        CourseEnd::On(end) => Some(end),
        CourseEnd::Ongoing => None,
        CourseEnd::NotRecorded => drug.start,
    }
}
