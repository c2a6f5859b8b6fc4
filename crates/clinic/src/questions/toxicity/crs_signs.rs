//! The signs of cytokine release syndrome in the last hours, and the ASTCT grade that they come to.
//!
//! Lee et al. 2019: fever alone is grade 1; hypotension without a vasopressor, or low-flow oxygen, grade 2; one vasopressor
//! (vasopressin not counted), or high flow, grade 3; several vasopressors grade 4. The worse of the two counts.
//! Positive pressure (grade 4) can't be seen, and a fraction of oxygen tells no flow. What is not known makes "at least",
//! never a lower grade.

use crate::numbers;
use crate::questions::Case;
use crate::questions::toxicity::grade::Grade;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::search::vital_sign::{Limit, Readings, Timely, not_measured};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps};

/// One sign.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Whether it is there.
    pub answer: Judgement,
    /// Whether it was looked for: what was not measured is absent, and shown as open.
    pub is_measured: bool,
    /// Whether a measurement that can't be judged may be this sign: worth a question.
    pub is_open: bool,
}

impl Sign {
    /// What a row shows in place of "no" where nothing was measured: nobody knows.
    #[must_use]
    pub fn if_not_measured(&self) -> Option<Judgement> {
        (self.answer.is_not_met() && !self.is_measured).then(|| Judgement::unknown(vec![not_measured()]))
    }
}

/// The signs of the last hours, not before the infusion.
#[derive(Clone, Debug)]
pub struct CrsSigns {
    /// Temperature at or above the limit.
    pub fever: Sign,
    /// Systolic pressure below the limit.
    pub hypotension: Sign,
    /// Saturation below the limit, oxygen given, or hypoxia recorded.
    pub hypoxia: Sign,
    /// A vasopressor given.
    pub vasopressor: Sign,
    /// The worst values in words, the temperature first.
    pub findings: Vec<String>,
    /// The grade, if there is a sign and it is CRS.
    pub grade: Option<Grade>,
}

impl CrsSigns {
    fn all(&self) -> [&Sign; 4] {
        [&self.fever, &self.hypotension, &self.hypoxia, &self.vasopressor]
    }

    /// Whether there is one of them.
    pub fn any(&self) -> Judgement {
        self.all().into_iter().fold(Judgement::not_met(Vec::new()), |any, sign| any.or(sign.answer.clone()))
    }

    /// Whether a measurement that can't be judged may be a sign.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.all().into_iter().any(|sign| sign.is_open)
    }

    /// Whether the blood pressure is low, or was held up by a drug.
    #[must_use]
    pub fn is_pressure_low(&self) -> bool {
        self.hypotension.answer.is_met() || self.vasopressor.answer.is_met()
    }
}

/// The drugs that count as one vasopressor each; of any other it is not known whether it is a second one.
const COUNTED: [ValueSet; 4] =
    [ValueSet::NOREPINEPHRINE, ValueSet::EPINEPHRINE, ValueSet::PHENYLEPHRINE, ValueSet::DOPAMINE];

/// The vasopressors of the last hours.
#[derive(Default)]
struct Vasopressors {
    timely: Timely,
    /// Different drugs that count.
    counted: Vec<ValueSet>,
    /// Drugs that may count beside them.
    others: usize,
    first: Option<String>,
}

impl Vasopressors {
    /// One that was given.
    fn add(&mut self, drug: &MedicationUse) {
        match COUNTED.into_iter().find(|set| drug.concept.has(*set)) {
            Some(set) if self.counted.contains(&set) => {}
            Some(set) => self.counted.push(set),
            None => self.others += usize::from(!drug.concept.has(ValueSet::VASOPRESSIN)),
        }
        self.first.get_or_insert_with(|| drug.concept.text.clone());
    }

    fn grade(&self) -> Option<Grade> {
        match (self.counted.len(), self.others, self.timely.evidence.is_empty()) {
            (_, _, true) => None,
            (2.., _, _) => Some(Grade::exactly(4)),
            (counted, others, _) => Some(Grade { grade: 3, at_least: counted + others > 1 }),
        }
    }
}

/// More oxygen than air has: air is 20.9 %, and written as 21.
const ABOVE_AIR: Limit = Limit::Above(21.0, "%");

/// The limits that the hospital's numbers give.
struct Limits {
    fever: Limit,
    systolic: Limit,
    saturation: Limit,
    any_flow: Limit,
    high_flow: Limit,
}

/// The measurements of the last hours.
struct Vitals<'c> {
    temperature: Readings<'c>,
    pressure: Readings<'c>,
    saturation: Readings<'c>,
    flow: Readings<'c>,
    fraction: Readings<'c>,
    /// Whether extra oxygen is given, as a question or a finding.
    extra: Readings<'c>,
    limits: Limits,
}

impl Case<'_> {
    /// The signs of CRS of the last hours, not before the infusion.
    #[must_use]
    pub fn crs_signs(&self) -> &CrsSigns {
        self.once(&self.answers.crs_signs, || {
            let vitals = self.vitals();
            let Limits { fever, systolic, saturation, any_flow, .. } = vitals.limits;
            let adult_age = self.whole(&numbers::ADULT_AGE);
            let is_child = self.patient.is_at_least(adult_age, &self.as_of).is_not_met();
            let vasopressors = self.vasopressors();
            let (recorded, given) = (self.hypoxia_recorded(), self.oxygen_given());
            let is_coded_open = recorded.is_open || given.is_open;
            let coded = recorded.judgement().or(given.judgement());
            let measured = [
                vitals.saturation.exceed(saturation),
                vitals.flow.exceed(any_flow),
                vitals.fraction.exceed(ABOVE_AIR),
                vitals.extra_oxygen(),
            ];
            let shown: Vec<Evidence> = measured.iter().flat_map(Judgement::evidence).cloned().collect();
            let hypoxia = match measured.into_iter().fold(coded, |any, one| one.or(any)) {
                // What leaves it open does not hide what was measured.
                open if open.is_unknown() => open.with_evidence(shown),
                told => told,
            };
            let mut signs = CrsSigns {
                fever: Sign {
                    answer: vitals.temperature.exceed(fever),
                    is_measured: vitals.temperature.settle(fever),
                    is_open: vitals.temperature.leave_open(fever),
                },
                hypotension: Sign {
                    answer: of_adults(is_child, vitals.pressure.exceed(systolic)),
                    is_measured: vitals.pressure.settle(systolic),
                    is_open: !is_child && vitals.pressure.leave_open(systolic),
                },
                hypoxia: Sign {
                    answer: hypoxia,
                    is_measured: vitals.saturation.settle(saturation),
                    is_open: is_coded_open
                        || vitals.saturation.leave_open(saturation)
                        || vitals.flow.leave_open(any_flow)
                        || vitals.fraction.leave_open(ABOVE_AIR),
                },
                vasopressor: Sign {
                    answer: vasopressors.timely.judgement(),
                    is_measured: true,
                    is_open: vasopressors.timely.is_open,
                },
                findings: Vec::new(),
                grade: None,
            };
            signs.findings = vitals.findings(&signs, &vasopressors);
            signs.grade = self.grade_of(&signs, &vitals, &vasopressors);
            signs
        })
    }

    fn vitals(&self) -> Vitals<'_> {
        let (hours, t0) = self.crs_window();
        let readings = |set| self.readings(set, hours, t0.as_ref());
        Vitals {
            temperature: readings(ValueSet::BODY_TEMPERATURE),
            pressure: readings(ValueSet::SYSTOLIC_BLOOD_PRESSURE),
            saturation: readings(ValueSet::OXYGEN_SATURATION),
            flow: readings(ValueSet::OXYGEN_FLOW),
            fraction: readings(ValueSet::INHALED_OXYGEN_FRACTION),
            extra: readings(ValueSet::EXTRA_OXYGEN),
            limits: Limits {
                fever: Limit::AtLeast(self.value(&numbers::CRS_FEVER), "Cel"),
                systolic: Limit::Below(self.value(&numbers::CRS_SYSTOLIC_PRESSURE), "mm[Hg]"),
                saturation: Limit::Below(self.value(&numbers::CRS_OXYGEN_SATURATION), "%"),
                any_flow: Limit::Above(0.0, "L/min"),
                high_flow: Limit::Above(self.value(&numbers::LOW_OXYGEN_FLOW), "L/min"),
            },
        }
    }

    /// The hours looked back, and the infusion before which nothing counts.
    fn crs_window(&self) -> (i32, Option<Moment>) {
        (self.whole(&numbers::CRS_HOURS), self.after_car_t().t0)
    }

    /// The grade by what is known: the worst of fever, pressure and oxygen.
    fn grade_of(&self, signs: &CrsSigns, vitals: &Vitals<'_>, vasopressors: &Vasopressors) -> Option<Grade> {
        let everything_came = signs.hypotension.is_measured
            && signs.hypoxia.is_measured
            && vasopressors.timely.gaps.is_empty()
            && ![&signs.hypotension, &signs.hypoxia].iter().any(|sign| sign.answer.is_unknown())
            && ![Source::Observations, Source::Procedures, Source::Conditions]
                .iter()
                .any(|source| self.sources().is_undelivered(*source));
        let of_fever = signs.fever.answer.is_met().then_some(Grade::exactly(1));
        let of_hypotension =
            signs.hypotension.answer.is_met().then_some(Grade { grade: 2, at_least: !everything_came });
        let of_pressure = vasopressors.grade().or(of_hypotension);
        let of_oxygen = signs.hypoxia.answer.is_met().then(|| vitals.grade_of_oxygen());
        let all = || [of_fever, of_pressure, of_oxygen].into_iter().flatten();
        let worst = all().max_by_key(|sign| sign.grade)?;
        let is_open = !everything_came || all().any(|sign| sign.at_least);
        Some(Grade { grade: worst.grade, at_least: worst.grade < 4 && is_open })
    }

    /// Hypoxia on the problem list, begun in the last hours.
    fn hypoxia_recorded(&self) -> Timely {
        let (hours, t0) = self.crs_window();
        let found = self.conditions(ValueSet::HYPOXIA);
        let mut timely = Timely { gaps: found.gaps, ..Timely::default() };
        for condition in found.items {
            let began = Condition::date(condition).map_or(Verdict::Unknown, |date| {
                self.happened_within_hours(&date, hours).and(self.not_before(&date, t0.as_ref()))
            });
            timely.weigh(condition.is_active().and(began), condition.evidence(), Source::Conditions);
        }
        timely
    }

    /// Oxygen given as a procedure, or as a drug that only its words call so. What began before the infusion is no sign of CRS.
    fn oxygen_given(&self) -> Timely {
        let (hours, t0) = self.crs_window();
        let found = self.procedures(ValueSet::OXYGEN_THERAPY);
        let mut timely = Timely { gaps: found.gaps, ..Timely::default() };
        for act in found.items {
            let is_running = act.progress == Progress::Running;
            let ran = self.ran_within_hours(act.period.start, act.period.end, is_running, hours, t0.as_ref());
            timely.weigh(ran, act.evidence(), Source::Procedures);
        }
        let is_oxygen = |drug: &&MedicationUse| {
            let is_given = drug.kind == UseKind::Given;
            is_given && drug.concept.may_be(ValueSet::OXYGEN_THERAPY) && self.ran_lately(drug) != Verdict::NotMet
        };
        let drugs = self.all_medications().filter(is_oxygen);
        add_gaps(&mut timely.gaps, drugs.map(|drug| drug.evidence().gap(GapKind::Uncoded)));
        timely
    }

    /// Whether a drug ran in the hours looked back, having begun not before the infusion.
    fn ran_lately(&self, drug: &MedicationUse) -> Verdict {
        let (hours, t0) = self.crs_window();
        let end = match drug.end {
            CourseEnd::On(end) => Some(end),
            CourseEnd::Ongoing | CourseEnd::NotRecorded => None,
        };
        let is_running = drug.progress == Progress::Running;
        self.ran_within_hours(drug.start, end, is_running, hours, t0.as_ref())
    }

    /// Vasopressors given; an order is a plan.
    fn vasopressors(&self) -> Vasopressors {
        let source = Source::MedicationAdministrations;
        let mut found = Vasopressors::default();
        found.timely.gaps = self.sources().gaps_of(source);
        let is_given = |drug: &&MedicationUse| drug.kind == UseKind::Given && drug.route != Route::Local;
        for drug in self.all_medications().filter(is_given) {
            let ran = self.ran_lately(drug);
            let may_be = |kind| Gap::at(kind, source, &drug.reference, &drug.concept.text);
            match (drug.concept.is_drug(ValueSet::VASOPRESSOR), drug.standing) {
                (Verdict::NotMet, _) => {}
                _ if ran == Verdict::NotMet => {}
                (Verdict::Met, Standing::Counts) => {
                    if ran == Verdict::Met {
                        found.add(drug);
                    }
                    found.timely.weigh(ran, drug.evidence(), source);
                }
                (Verdict::Met, Standing::Unclear(kind)) => add_gaps(&mut found.timely.gaps, [may_be(kind)]),
                (Verdict::Unknown, _) => add_gaps(&mut found.timely.gaps, [may_be(drug.concept.gap_kind())]),
            }
        }
        found
    }
}

impl Vitals<'_> {
    /// Whether extra oxygen was given, where the record asks it.
    fn extra_oxygen(&self) -> Judgement {
        let nothing = Judgement::found(Vec::new(), self.extra.gaps.clone());
        self.extra.items.iter().fold(nothing, |any, reading| {
            let evidence = reading.observation.evidence();
            let said = match reading.observation.answer() {
                // What was asked says enough: a bare `true` says nothing to a reader.
                Some(true) => {
                    Judgement::met(vec![Evidence { what: reading.observation.concept.text.clone(), ..evidence }])
                }
                Some(false) => Judgement::not_met(Vec::new()),
                None => Judgement::unknown(vec![reading.gap(GapKind::NotRecorded)]),
            };
            any.or(said.and(reading.is_timely()))
        })
    }

    /// How much oxygen is needed is known only from the flow.
    fn grade_of_oxygen(&self) -> Grade {
        match self.flow.exceed(self.limits.high_flow).verdict() {
            Verdict::Met => Grade::exactly(3),
            high => {
                let is_low_flow = high == Verdict::NotMet && self.flow.exceed(self.limits.any_flow).is_met();
                Grade { grade: 2, at_least: !is_low_flow }
            }
        }
    }

    /// The worst values in words, two at most, each with what it is; without any, what else is a sign.
    fn findings(&self, signs: &CrsSigns, vasopressors: &Vasopressors) -> Vec<String> {
        let pressure = self.pressure.worst(self.limits.systolic).filter(|_| signs.hypotension.answer.is_met());
        let worst: Vec<String> = [
            ("", self.temperature.worst(self.limits.fever)),
            ("syst. ", pressure),
            ("SpO2 ", self.saturation.worst(self.limits.saturation)),
            ("O2 ", self.flow.worst(self.limits.any_flow)),
            ("FiO2 ", self.fraction.worst(ABOVE_AIR)),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}{value}")))
        .take(2)
        .collect();
        if !worst.is_empty() {
            return worst;
        }
        let hypoxia = signs.hypoxia.answer.evidence().first().filter(|_| signs.hypoxia.answer.is_met());
        vasopressors.first.clone().or_else(|| hypoxia.map(|evidence| evidence.what.clone())).into_iter().collect()
    }
}

/// The limit of the pressure is one for adults: a lower pressure can be normal in a child.
fn of_adults(is_child: bool, low: Judgement) -> Judgement {
    if !is_child || low.is_not_met() {
        return low;
    }
    let at = |evidence: &Evidence| evidence.gap(GapKind::NotRecorded).said_as("gap-adults");
    let gaps = low.evidence().iter().map(at).chain(low.gaps().iter().cloned()).collect();
    Judgement::unknown(gaps).with_evidence(low.evidence().to_vec())
}
