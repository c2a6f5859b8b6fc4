//! The chemotherapy before a cell therapy that is planned: lymphodepletion or conditioning, and when it may begin.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::open_plan::{OpenPlan, Planned};
use cellwise_record::facts::dose::dates;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The drugs of lymphodepletion and conditioning whose days are looked for. Others are counted from the day of the cells.
const DRUGS: [ValueSet; 2] = [ValueSet::LYMPHODEPLETION_CHEMOTHERAPY, ValueSet::ANTI_THYMOCYTE_GLOBULIN];

/// A cell therapy to come, and the chemotherapy before it.
#[derive(Clone, Debug)]
pub struct ComingPreparation {
    /// Which therapy.
    pub therapy: Planned,
    /// Whether it is planned.
    pub planned: Judgement,
    /// The day of the cells, where the plan says it.
    pub day: Option<Moment>,
    /// Every day on which the chemotherapy may begin; `None` where no day is known.
    pub start: Option<Moment>,
    gap: Gap,
}

impl ComingPreparation {
    /// Whether something holds of the day on which the chemotherapy begins. Without a day nobody knows.
    pub fn judge(&self, holds: impl Fn(&Moment) -> Verdict) -> Judgement {
        let open = |gap: Gap| Judgement::unknown(vec![gap]).with_evidence(self.planned.evidence().iter().cloned());
        let of_day = match &self.start {
            None => open(self.gap.clone().said_as("gap-no-treatment-day")),
            Some(start) => match holds(start) {
                Verdict::Met => Judgement::met(self.planned.evidence().to_vec()),
                Verdict::NotMet => Judgement::not_met(self.planned.evidence().to_vec()),
                Verdict::Unknown => open(self.gap.clone()),
            },
        };
        of_day.and(self.planned.clone())
    }
}

/// The cell therapies to come.
#[derive(Clone, Debug)]
pub struct ComingPreparations {
    /// Those that are planned, or may be.
    pub known: Vec<ComingPreparation>,
    /// Why there may be more.
    pub hidden: Vec<Gap>,
}

impl ComingPreparations {
    /// Whether a cell therapy is planned.
    pub fn planned(&self) -> Judgement {
        self.fold(|coming| coming.planned.clone())
    }

    /// Whether something holds of the day on which the chemotherapy of one of them begins.
    pub fn any(&self, holds: impl Fn(&Moment) -> Verdict) -> Judgement {
        self.fold(|coming| coming.judge(&holds))
    }

    fn fold(&self, answer: impl Fn(&ComingPreparation) -> Judgement) -> Judgement {
        let hidden = Judgement::found(Vec::new(), self.hidden.clone());
        self.known.iter().fold(hidden, |any, coming| any.or(answer(coming)))
    }
}

impl Case<'_> {
    /// The cell therapies that are planned, with the chemotherapy before them.
    #[must_use]
    pub fn coming_preparations(&self) -> ComingPreparations {
        let mut coming = ComingPreparations { known: Vec::new(), hidden: Vec::new() };
        let (days, gaps) = self.coming_chemotherapy();
        for therapy in [Planned::CarT, Planned::OwnStemCells, Planned::DonorStemCells] {
            let plans = self.open_plans(therapy);
            add_gaps(&mut coming.hidden, plans.hidden.iter().cloned());
            coming.known.extend(plans.plans.iter().map(|plan| self.preparation(therapy, plan, &days)));
        }
        if !coming.known.is_empty() {
            add_gaps(&mut coming.hidden, gaps);
        }
        coming
    }

    fn preparation(&self, therapy: Planned, plan: &OpenPlan, days: &[Moment]) -> ComingPreparation {
        let before = plan.day.map(|day| self.days_before(therapy, &day));
        // A drug long before the cells is bridging, or mobilises stem cells.
        let is_of_plan =
            |day: &&Moment| before.is_none_or(|before| before.first <= day.first && day.last <= before.last);
        let drug = days.iter().filter(is_of_plan).min_by_key(|day| day.first).copied();
        ComingPreparation {
            therapy,
            planned: plan.judgement.clone(),
            day: plan.day,
            start: drug.or(before),
            gap: plan.evidence.gap(GapKind::ImpreciseDate),
        }
    }

    /// Every day on which the chemotherapy before a therapy of this day may begin.
    fn days_before(&self, therapy: Planned, day: &Moment) -> Moment {
        // Conditioning may go on to the day of the cells; between lymphodepletion and CAR-T there are days of rest.
        let (earliest, latest) = match therapy {
            Planned::CarT => {
                let rest = self.whole(&numbers::SHORTEST_LYMPHODEPLETION_INTERVAL_DAYS);
                (self.whole(&numbers::BRIDGING_AFTER_DAYS), rest)
            }
            Planned::OwnStemCells | Planned::DonorStemCells => (self.whole(&numbers::CONDITIONING_DAYS), 0),
        };
        Moment { first: day.plus_days(-earliest).first, last: day.plus_days(-latest).last, instant: None }
    }

    /// The days of chemotherapy to come, drafted or signed, and why there may be more.
    fn coming_chemotherapy(&self) -> (Vec<Moment>, Vec<Gap>) {
        let today = self.as_of.day();
        let drafts = self.orders.iter().filter(|order| DRUGS.iter().any(|set| order.concept.has(*set)));
        let mut days: Vec<Moment> = drafts.flat_map(|order| dates(&order.doses)).map(Moment::on).collect();
        let mut gaps = Vec::new();
        for set in DRUGS {
            let signed = self.medications_of(Source::MedicationRequests, set);
            add_gaps(&mut gaps, signed.gaps.into_iter().filter(|gap| gap.kind.is_delivery()));
            let open = signed.items.into_iter().filter(|drug| drug.progress == Progress::Open);
            days.extend(open.flat_map(|drug| dates(&drug.doses)).map(Moment::on));
        }
        days.retain(|day| day.on_or_after(&today) == Verdict::Met);
        (days, gaps)
    }
}
