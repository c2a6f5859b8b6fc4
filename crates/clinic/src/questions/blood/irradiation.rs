//! Why blood products with living cells are to be irradiated on a day: a cell therapy before or after it, or a drug that takes
//! the T cells away. Living lymphocytes of the donor could otherwise settle and attack the patient.

use crate::numbers;
use crate::questions::Case;
use crate::questions::therapy::cell_therapy::{CellTherapies, CellTherapy, Cells};
use crate::questions::therapy::open_plan::Planned;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{
    Act, Evidence, Gap, GapKind, Judgement, Moment, Period, Progress, Source, Standing, Verdict, add_gaps,
};

/// Drugs after which blood products are irradiated.
const DRUGS: [ValueSet; 3] = [ValueSet::PURINE_ANALOGUE, ValueSet::ANTI_THYMOCYTE_GLOBULIN, ValueSet::ALEMTUZUMAB];

/// Collections of cells from the blood, for either therapy.
const COLLECTIONS: [ValueSet; 2] = [ValueSet::LEUKAPHERESIS, ValueSet::CAR_T_PROCESS];

/// Why blood products are to be irradiated on a day.
#[derive(Clone, Debug)]
pub struct Irradiation<'c> {
    /// After a cell therapy.
    pub after: Judgement,
    /// The therapy to speak of, with the last day.
    pub therapy: Option<(&'c CellTherapy, Moment)>,
    /// Before CAR-T: from shortly before the leukapheresis on.
    pub before_car_t: Judgement,
    /// Before stem cells: shortly before their collection, and from conditioning on.
    pub before_stem_cells: Judgement,
    /// During such a drug, or after it.
    pub drug: Judgement,
    /// The drug to speak of, with the last day where it is known.
    pub used: Option<(String, Option<Moment>)>,
    /// Whether only words of the record speak of such a therapy or drug. Decides only whether to ask.
    pub is_named: bool,
    /// Whether a therapy may be recorded in data that was not sent.
    pub may_be_hidden: bool,
}

/// A collection of cells to come.
struct Collection {
    shown: Evidence,
    /// The day for which it is planned.
    day: Option<Moment>,
    standing: Standing,
}

impl Irradiation<'_> {
    /// Every reason, the most pressing first.
    pub fn reasons(&self) -> [&Judgement; 4] {
        [&self.after, &self.before_car_t, &self.before_stem_cells, &self.drug]
    }
}

impl Case<'_> {
    /// Why blood products are to be irradiated on `day`.
    #[must_use]
    pub fn irradiation(&self, day: &Moment) -> Irradiation<'_> {
        let therapies = self.cell_therapies();
        let after = therapies.any(|therapy| self.is_irradiated_after(therapy, day));
        let decides = |of: &&CellTherapy| self.is_irradiated_after(of, day).verdict() == after.verdict();
        let therapy = therapies.known.iter().filter(decides).map(|of| (of, self.last_irradiated_day(of)));
        let (drug, used) = self.drug_before_transfusion(day);
        Irradiation {
            therapy: therapy.max_by_key(|(_, until)| until.last),
            before_car_t: self.is_irradiated_before_car_t(day),
            before_stem_cells: self.is_irradiated_before_stem_cells(day),
            is_named: self.is_named_only(therapies, day),
            may_be_hidden: !therapies.hidden.is_empty(),
            after,
            drug,
            used,
        }
    }

    /// Whether words alone speak of a cell therapy, where none is known, or of a drug after which products are irradiated.
    fn is_named_only(&self, therapies: &CellTherapies, day: &Moment) -> bool {
        let names_drug = |of: &MedicationUse| {
            let is_over = is_during_or_after(of, self.last_day_after_drug(of), day) == Verdict::NotMet;
            !is_over && DRUGS.iter().any(|set| of.concept.names_in_words(*set))
        };
        therapies.judgement().is_unknown() && therapies.in_words || self.all_medications().any(names_drug)
    }

    fn is_irradiated_after(&self, therapy: &CellTherapy, day: &Moment) -> Judgement {
        let own = || self.whole(&numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS);
        let donor = || self.whole(&numbers::IRRADIATED_BLOOD_MONTHS_AFTER_DONOR_CELLS);
        match therapy.cells {
            Cells::CarT => therapy.is_within_days(self.whole(&numbers::IRRADIATED_BLOOD_DAYS_AFTER_CAR_T), day),
            Cells::OwnStemCells => therapy.is_within_months(own(), day),
            Cells::DonorStemCells => therapy.is_within_months(donor(), day),
            Cells::StemCells => {
                let whose = Gap::not_recorded(Source::Procedures, "gap-cells");
                let whose = Judgement::unknown(vec![whose]).with_evidence([therapy.evidence.clone()]);
                let (of_own, of_donor) = (therapy.is_within_months(own(), day), therapy.is_within_months(donor(), day));
                if of_own.is_met() && of_donor.is_met() { of_own } else { of_own.or(of_donor).and(whose) }
            }
        }
    }

    fn last_irradiated_day(&self, therapy: &CellTherapy) -> Moment {
        match therapy.cells {
            Cells::CarT => self.last_day_after(therapy, &numbers::IRRADIATED_BLOOD_DAYS_AFTER_CAR_T),
            Cells::OwnStemCells => self.last_day_after(therapy, &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_OWN_CELLS),
            Cells::DonorStemCells | Cells::StemCells => {
                self.last_day_after(therapy, &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_DONOR_CELLS)
            }
        }
    }

    /// Before CAR-T of own cells: they are collected, or shortly will be.
    fn is_irradiated_before_car_t(&self, day: &Moment) -> Judgement {
        let plans = self.car_t_to_come().plans;
        if plans.plans.is_empty() {
            return plans.judgement();
        }
        let days = self.whole(&numbers::IRRADIATED_BLOOD_DAYS_BEFORE_LEUKAPHERESIS);
        // Once the day has come the cells count as collected, recorded or not.
        let planned = self.coming_collections(|of| day.on_or_after(&of.plus_days(-days)));
        plans.judgement().and(self.car_t_collection().judgement.clone().or(planned))
    }

    /// Before stem cells: their collection comes soon, or conditioning has begun.
    fn is_irradiated_before_stem_cells(&self, day: &Moment) -> Judgement {
        let coming = self.coming_preparations();
        let conditioning = coming.known.iter().filter(|of| of.therapy != Planned::CarT).map(|of| {
            // Where only the day of the cells is known, the first possible day counts.
            of.judge(|start| day.on_or_after(&Moment::on(start.first)))
        });
        let hidden = Judgement::found(Vec::new(), coming.hidden.clone());
        let conditioning = conditioning.fold(hidden, Judgement::or);
        let own = self.open_plans(Planned::OwnStemCells);
        if own.plans.is_empty() {
            // A collection that no plan explains is one of stem cells.
            let is_for_car_t = !self.car_t_to_come().plans.plans.is_empty();
            if is_for_car_t || self.collections_to_come().is_empty() {
                return conditioning;
            }
        } else if self.harvest().judgement().is_met() {
            return conditioning;
        }
        let days = self.whole(&numbers::IRRADIATED_BLOOD_DAYS_BEFORE_HARVEST);
        conditioning.or(self.coming_collections(|of| day.on_or_after(&of.plus_days(-days)).and(day.on_or_before(of))))
    }

    /// Whether something holds of the day of a collection to come. Where there is none, or one without a day, nobody knows.
    fn coming_collections(&self, holds: impl Fn(&Moment) -> Verdict) -> Judgement {
        const NO_DAY: &str = "gap-no-collection-day";
        let judge = |of: Collection| {
            let open = |gap: Gap| Judgement::unknown(vec![gap]).with_evidence([of.shown.clone()]);
            let of_day = match of.day {
                None => open(of.shown.gap(GapKind::NotRecorded).said_as(NO_DAY)),
                Some(day) => match holds(&day) {
                    Verdict::Met => Judgement::met(vec![of.shown.clone()]),
                    Verdict::NotMet => Judgement::not_met(vec![of.shown.clone()]),
                    Verdict::Unknown => open(of.shown.gap(GapKind::ImpreciseDate)),
                },
            };
            match of.standing {
                Standing::Counts => of_day,
                Standing::Unclear(kind) => of_day.and(open(of.shown.gap(kind))),
            }
        };
        let none = || Judgement::unknown(vec![Gap::not_recorded(Source::ServiceRequests, NO_DAY)]);
        self.collections_to_come().into_iter().map(judge).reduce(Judgement::or).unwrap_or_else(none)
    }

    /// Collections that are drafted, or requested and not done since.
    fn collections_to_come(&self) -> Vec<Collection> {
        let is_one = |of: &Concept| COLLECTIONS.iter().any(|set| of.has(*set));
        let day = |planned: Option<Period>| planned.and_then(|planned| planned.start);
        let drafted = self.orders.iter().filter(|order| is_one(&order.concept));
        let drafted =
            drafted.map(|of| Collection { shown: of.evidence(), day: day(of.planned_for), standing: Standing::Counts });
        let done = || self.procedures.iter().filter(|act| act.progress == Progress::Done && is_one(&act.concept));
        let is_done_since = |request: &Act| {
            let since =
                |act: &Act| act.period.start.zip(request.authored).map(|(done, asked)| done.on_or_after(&asked));
            done().any(|act| since(act) == Some(Verdict::Met))
        };
        let requested = self.service_requests.iter().filter(|of| is_one(&of.concept) && !is_done_since(of));
        let requested = requested.filter(|of| !matches!(of.progress, Progress::Done | Progress::Ended));
        let requested =
            requested.map(|of| Collection { shown: of.evidence(), day: day(of.planned_for), standing: of.standing });
        drafted.chain(requested).collect()
    }

    /// Whether a drug that takes the T cells away is drafted, in use, or was used so lately that they are still missing; and
    /// which, with the last day.
    fn drug_before_transfusion(&self, day: &Moment) -> (Judgement, Option<(String, Option<Moment>)>) {
        let is_one = |of: &Concept| DRUGS.iter().map(|set| of.is_drug(*set)).fold(Verdict::NotMet, Verdict::or);
        let mut gaps = Vec::new();
        for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
            add_gaps(&mut gaps, self.sources.gaps_of(source).into_iter().filter(|gap| gap.kind.is_delivery()));
        }
        let mut found: Vec<(Evidence, String, Option<Moment>)> = Vec::new();
        for order in self.orders.iter().filter(|order| is_one(&order.concept) == Verdict::Met) {
            found.push((order.evidence(), order.concept.text.clone(), None));
        }
        for usage in self.all_medications().filter(|usage| usage.progress != Progress::Planned) {
            let (is, until) = (is_one(&usage.concept), self.last_day_after_drug(usage));
            let (shown, holds) = (usage.evidence(), is_during_or_after(usage, until, day));
            let kind = match (is.and(holds), usage.standing) {
                (Verdict::NotMet, _) => continue,
                (Verdict::Met, Standing::Counts) => {
                    found.push((shown, usage.concept.text.clone(), until));
                    continue;
                }
                (_, Standing::Unclear(kind)) => kind,
                (Verdict::Unknown, Standing::Counts) if is == Verdict::Met => GapKind::ImpreciseDate,
                (Verdict::Unknown, Standing::Counts) => usage.concept.gap_kind(),
            };
            add_gaps(&mut gaps, [shown.gap(kind)]);
        }
        // The one that lasts longest; what goes on has no last day.
        found.sort_by_key(|(.., until)| until.map_or(jiff::civil::Date::MAX, |until| until.last));
        let used = found.last().map(|(_, name, until)| (name.clone(), *until));
        (Judgement::found(found.into_iter().rev().map(|(shown, ..)| shown).collect(), gaps), used)
    }

    /// The last day on which blood products are irradiated because of the use of a drug; `None` while it goes on, and where
    /// nobody knows.
    fn last_day_after_drug(&self, usage: &MedicationUse) -> Option<Moment> {
        let last = match usage.end {
            CourseEnd::On(day) => Some(day),
            CourseEnd::NotRecorded => usage.start,
            // What was given in one go has no course.
            CourseEnd::Ongoing => usage.start.filter(|_| usage.kind == UseKind::Given),
        };
        last.map(|last| self.later(&last, &numbers::IRRADIATED_BLOOD_MONTHS_AFTER_DRUG))
    }
}

/// Whether a day lies in the use of a drug, or in the time after it.
fn is_during_or_after(usage: &MedicationUse, until: Option<Moment>, day: &Moment) -> Verdict {
    let started = usage.start.map_or(Verdict::Met, |start| start.on_or_before(day));
    let not_over = match until {
        Some(until) => day.on_or_before(&until),
        None if usage.end == CourseEnd::Ongoing => Verdict::Met,
        None => Verdict::Unknown,
    };
    started.and(not_over)
}
