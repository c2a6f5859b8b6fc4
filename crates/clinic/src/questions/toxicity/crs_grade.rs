//! The ASTCT grade of cytokine release syndrome, from the measurements and drugs of the last hours.
//!
//! Lee et al. 2019: fever alone is grade 1; hypotension without a vasopressor, or low-flow oxygen, grade 2; one vasopressor
//! (vasopressin not counted), or more than 6 L/min, grade 3; several vasopressors grade 4. The worse of the two counts.
//! Positive pressure (grade 4) can't be seen. What is not known makes "at least", never a lower grade.

use crate::questions::Case;
use crate::questions::toxicity::toxicity::ToxicityKind;
use cellwise_record::facts::condition::Condition;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::search::vital_sign::{Limit, Readings, Timely};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps};

/// The limits of the signs.
#[derive(Clone, Copy, Debug)]
pub struct CrsLimits {
    /// The hours looked back.
    pub hours: i32,
    /// Fever from here (°C).
    pub fever: f64,
    /// Hypotension below (systolic, mmHg).
    pub systolic: f64,
    /// Hypoxia below (%).
    pub saturation: f64,
    /// High flow above (L/min).
    pub low_flow: f64,
    /// The age from which the limit of the pressure holds.
    pub adult_age: i32,
}

/// A grade: the grade itself, or the least that it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    /// 1 to 4.
    pub grade: u8,
    /// Whether missing data may hide a higher one.
    pub at_least: bool,
}

/// The signs of the last hours.
#[derive(Debug)]
pub struct CrsSigns {
    /// Temperature at or above the limit.
    pub fever: Judgement,
    /// Systolic pressure below the limit.
    pub hypotension: Judgement,
    /// Saturation below the limit, oxygen given, or hypoxia recorded.
    pub hypoxia: Judgement,
    /// A vasopressor given.
    pub vasopressor: Judgement,
    /// The worst values in words, the temperature first.
    pub findings: Vec<String>,
    /// Whether a measurement that can't be judged may be a sign.
    pub asks: bool,
    /// Whether the blood pressure, and the saturation, were measured.
    pub measured: Measured,
    /// The grade, if there is a sign and it is CRS.
    pub grade: Option<Grade>,
}

/// Which measurements can be compared with their limits.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// A temperature.
    pub temperature: bool,
    /// A systolic pressure.
    pub pressure: bool,
    /// A saturation.
    pub saturation: bool,
}

/// The drugs that count as one vasopressor each; of any other it is not known whether it is a second one.
const COUNTED: [ValueSet; 4] =
    [ValueSet::NOREPINEPHRINE, ValueSet::EPINEPHRINE, ValueSet::PHENYLEPHRINE, ValueSet::DOPAMINE];

/// The vasopressors of the last hours.
struct Vasopressors {
    timely: Timely,
    /// Different drugs that count.
    kinds: usize,
    /// Drugs that may count beside them.
    others: usize,
    first: Option<String>,
}

impl Vasopressors {
    fn grade(&self) -> Option<Grade> {
        match (self.kinds, self.others, self.timely.evidence.is_empty()) {
            (_, _, true) => None,
            (2.., _, _) => Some(Grade { grade: 4, at_least: false }),
            (kinds, others, _) => Some(Grade { grade: 3, at_least: kinds + others > 1 }),
        }
    }
}

impl Case<'_> {
    /// The signs of CRS of the last hours, not before the infusion.
    #[must_use]
    pub fn crs_signs(&self, limits: CrsLimits, t0: Option<&Moment>) -> CrsSigns {
        let readings = |set| self.readings(set, limits.hours, t0);
        let temperature = readings(ValueSet::BODY_TEMPERATURE);
        let pressure = readings(ValueSet::SYSTOLIC_BLOOD_PRESSURE);
        let saturation = readings(ValueSet::OXYGEN_SATURATION);
        let flow = readings(ValueSet::OXYGEN_FLOW);
        let none = Readings { items: Vec::new(), gaps: Vec::new() };
        let fever_limit = Limit::AtLeast(limits.fever, "Cel");
        let systolic_limit = Limit::Below(limits.systolic, "mm[Hg]");
        let saturation_limit = Limit::Below(limits.saturation, "%");
        let (any_flow, high_flow) = (Limit::Above(0.0, "L/min"), Limit::Above(limits.low_flow, "L/min"));

        let fever = temperature.exceed(fever_limit);
        let child = self.patient.is_at_least(limits.adult_age, &self.as_of).verdict() == Verdict::NotMet;
        let hypotension = of_adults(child, pressure.exceed(systolic_limit));
        let coded = self.hypoxia_recorded(limits.hours, t0).or(self.oxygen_given(limits.hours, t0));
        let hypoxia = saturation.exceed(saturation_limit).or(flow.exceed(any_flow)).or(coded);
        let vasopressors = self.vasopressors(limits.hours, t0);
        let vasopressor = vasopressors.timely.judgement();

        let shown = hypotension.verdict() == Verdict::Met;
        let findings = worst(&[
            ("", &temperature, fever_limit),
            ("syst. ", if shown { &pressure } else { &none }, systolic_limit),
            ("SpO2 ", &saturation, saturation_limit),
            ("O2 ", &flow, any_flow),
        ]);
        let findings = match (findings.is_empty(), vasopressors.first.clone()) {
            (true, Some(drug)) => vec![drug],
            (true, None) => hypoxia.evidence().iter().take(1).map(|evidence| evidence.what.clone()).collect(),
            (false, _) => findings,
        };
        let measured = Measured {
            temperature: temperature.settle(fever_limit),
            pressure: pressure.settle(systolic_limit),
            saturation: saturation.settle(saturation_limit),
        };
        let everything_came = measured.pressure
            && measured.saturation
            && vasopressors.timely.gaps.is_empty()
            && [&hypotension, &hypoxia].iter().all(|sign| sign.verdict() != Verdict::Unknown)
            && [Source::Observations, Source::Procedures, Source::Conditions]
                .iter()
                .all(|source| !self.sources().is_undelivered(*source));
        let of_pressure = vasopressors.grade().or_else(|| {
            (hypotension.verdict() == Verdict::Met).then_some(Grade { grade: 2, at_least: !everything_came })
        });
        let of_oxygen = match (hypoxia.verdict(), flow.exceed(high_flow).verdict()) {
            (Verdict::Met, Verdict::Met) => Some(Grade { grade: 3, at_least: false }),
            // How much oxygen is needed is known only from the flow.
            (Verdict::Met, high) => {
                let flow_known = high == Verdict::NotMet && flow.exceed(any_flow).verdict() == Verdict::Met;
                Some(Grade { grade: 2, at_least: !flow_known })
            }
            _ => None,
        };
        let of_fever = (fever.verdict() == Verdict::Met).then_some(Grade { grade: 1, at_least: false });
        let worst = [of_fever, of_pressure, of_oxygen].into_iter().flatten().max_by_key(|sign| sign.grade);
        let open = [of_pressure, of_oxygen].into_iter().flatten().any(|sign| sign.at_least);
        CrsSigns {
            asks: temperature.leave_open(fever_limit)
                || !child && pressure.leave_open(systolic_limit)
                || saturation.leave_open(saturation_limit)
                || flow.leave_open(any_flow),
            fever,
            hypotension,
            hypoxia,
            vasopressor,
            findings,
            measured,
            grade: worst
                .map(|worst| Grade { grade: worst.grade, at_least: worst.grade < 4 && (open || !everything_came) }),
        }
    }

    /// Hypoxia on the problem list, begun in the last hours.
    fn hypoxia_recorded(&self, hours: i32, t0: Option<&Moment>) -> Judgement {
        let found = self.conditions(ValueSet::HYPOXIA);
        let mut timely = Timely { gaps: found.gaps, ..Timely::default() };
        for condition in found.items {
            let began = Condition::date(condition).map_or(Verdict::Unknown, |date| {
                self.happened_within_hours(&date, hours).and(self.not_before(&date, t0))
            });
            timely.weigh(condition.is_active().and(began), condition.evidence(), Source::Conditions);
        }
        timely.judgement()
    }

    /// Oxygen given as a procedure. What began before the infusion is no sign of CRS.
    fn oxygen_given(&self, hours: i32, t0: Option<&Moment>) -> Judgement {
        let found = self.procedures(ValueSet::OXYGEN_THERAPY);
        let mut timely = Timely { gaps: found.gaps, ..Timely::default() };
        for act in found.items {
            let running = act.progress == Progress::Running;
            let ran = self.ran_within_hours(act.period.start, act.period.end, running, hours, t0);
            timely.weigh(ran, act.evidence(), Source::Procedures);
        }
        timely.judgement()
    }

    /// Vasopressors given; an order is a plan.
    fn vasopressors(&self, hours: i32, t0: Option<&Moment>) -> Vasopressors {
        let source = Source::MedicationAdministrations;
        let mut timely = Timely { gaps: self.sources().gaps_of(source), ..Timely::default() };
        let mut counted: Vec<ValueSet> = Vec::new();
        let (mut others, mut first) = (0, None);
        let given = |drug: &&MedicationUse| drug.kind == UseKind::Given && drug.route != Route::Local;
        for drug in self.all_medications().filter(given) {
            let end = match drug.end {
                CourseEnd::On(end) => Some(end),
                CourseEnd::Ongoing | CourseEnd::NotRecorded => None,
            };
            let ran = self.ran_within_hours(drug.start, end, drug.progress == Progress::Running, hours, t0);
            match (drug.concept.is_drug(ValueSet::VASOPRESSOR), drug.standing) {
                (Verdict::NotMet, _) => {}
                _ if ran == Verdict::NotMet => {}
                (Verdict::Met, Standing::Counts) => {
                    if ran == Verdict::Met {
                        match COUNTED.into_iter().find(|set| drug.concept.has(*set)) {
                            Some(set) if counted.contains(&set) => {}
                            Some(set) => counted.push(set),
                            None => others += usize::from(!drug.concept.has(ValueSet::VASOPRESSIN)),
                        }
                        first = first.or_else(|| Some(drug.concept.text.clone()));
                    }
                    timely.weigh(ran, drug.evidence(), source);
                }
                (Verdict::Met, Standing::Unclear(kind)) => {
                    add_gaps(&mut timely.gaps, [Gap::at(kind, source, &drug.reference, &drug.concept.text)]);
                }
                (Verdict::Unknown, _) => {
                    let kind = drug.concept.gap_kind();
                    add_gaps(&mut timely.gaps, [Gap::at(kind, source, &drug.reference, &drug.concept.text)]);
                }
            }
        }
        Vasopressors { timely, kinds: counted.len(), others, first }
    }

    /// Whether fever need not be measured now for a grade: fever since the infusion, or a drug given that takes it away.
    #[must_use]
    pub fn fever_earlier(&self, fever: f64, days: i32, t0: Option<&Moment>) -> bool {
        let ever = self.readings(ValueSet::BODY_TEMPERATURE, days.saturating_mul(24), t0);
        let drugs = [ValueSet::ANTICYTOKINE, ValueSet::SYSTEMIC_CORTICOSTEROID].into_iter().any(|set| {
            let given = self.medications_of(Source::MedicationAdministrations, set).items;
            given.iter().any(|drug| {
                drug.start.is_some_and(|start| {
                    self.within_days(&start, days).and(self.not_before(&start, t0)) == Verdict::Met
                })
            })
        });
        drugs || ever.exceed(Limit::AtLeast(fever, "Cel")).verdict() == Verdict::Met
    }

    /// Whether `grade` was recorded in the last `hours` hours, as far as the dates tell.
    #[must_use]
    pub fn crs_grade_is_recent(&self, grade: u8, hours: i32) -> bool {
        let recent =
            |date: Option<Moment>| date.is_some_and(|date| self.happened_within_hours(&date, hours) != Verdict::NotMet);
        let coded = |condition: &Condition| {
            ToxicityKind::CytokineReleaseSyndrome.coded_grade(&condition.concept) == Some(grade)
        };
        let diagnosed = self.conditions(ValueSet::CYTOKINE_RELEASE_SYNDROME).items;
        let scored = self.observations(ValueSet::CRS_GRADE).items;
        diagnosed.into_iter().any(|condition| coded(condition) && recent(condition.date()))
            || scored.into_iter().any(|observation| {
                let same = observation.number().is_some_and(|number| (number - f64::from(grade)).abs() < f64::EPSILON);
                same && recent(observation.when)
            })
    }

    /// Requests of the last hours without a code whose words `says` recognises, so that nothing is offered twice.
    pub fn requested_in_words(&self, hours: i32, says: impl Fn(&str) -> bool) -> bool {
        let recent = |act: &Act| {
            act.period.start.is_some_and(|when| {
                // What is asked for today may be planned for later.
                self.happened_within_hours(&when, hours) != Verdict::NotMet || when.first >= self.as_of.date
            })
        };
        self.service_requests.iter().any(|act| says(&act.concept.text) && recent(act))
    }
}

/// The limit of the pressure is one for adults: a lower pressure can be normal in a child.
fn of_adults(child: bool, low: Judgement) -> Judgement {
    if !child || low.verdict() == Verdict::NotMet {
        return low;
    }
    let at = |evidence: &Evidence| {
        Gap::at(GapKind::NotRecorded, Source::Observations, &evidence.reference, &evidence.what).said_as("gap-adults")
    };
    let gaps = low.evidence().iter().map(at).chain(low.gaps().iter().cloned()).collect();
    Judgement::unknown(gaps).with_evidence(low.evidence().to_vec())
}

/// The worst values of the signs, two at most, each with what it is.
fn worst(signs: &[(&str, &Readings<'_>, Limit)]) -> Vec<String> {
    let named = |(name, readings, limit): &(&str, &Readings<'_>, Limit)| {
        readings.worst(*limit).map(|value| format!("{name}{value}"))
    };
    signs.iter().filter_map(named).take(2).collect()
}
