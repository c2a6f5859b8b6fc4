//! Hepatitis B: whether the patient has it or had it, whether the two tests are known that tell, and whether an antiviral is in
//! use. What once was there can come back when the B cells or the T cells are gone.

use crate::numbers;
use crate::questions::Case;
use crate::questions::test_result::{TestResult, result_evidence};
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::facts::order::DraftOrder;
use cellwise_record::facts::quantity::Bound;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Standing, Verdict, add_gaps};

/// What the record says of hepatitis B.
#[derive(Clone, Debug)]
pub struct HepatitisB {
    /// A present infection: surface antigen or DNA found, an active problem.
    pub infected: Judgement,
    /// A past one, or one that nobody dated: antibodies against the core, an earlier positive test, a problem that is over.
    pub exposed: Judgement,
    /// The surface antigen is known, lately enough where it is negative.
    pub surface: Judgement,
    /// The antibody against the core is known.
    pub core: Judgement,
}

impl HepatitisB {
    /// Whether it is there or was.
    pub fn positive(&self) -> Judgement {
        self.infected.clone().or(self.exposed.clone())
    }
}

/// Whether an antiviral against hepatitis B is in use.
#[derive(Clone, Debug)]
pub struct HepatitisBAntiviral {
    /// Entecavir or tenofovir is in use, or being drafted.
    pub judgement: Judgement,
    /// Whether something that may be enough leaves it open: lamivudine, or words of an antiviral.
    pub is_named: bool,
    /// The last day of the newest use that is over.
    pub stopped: Option<Moment>,
}

/// One result of a test.
struct Dated<'c> {
    of: &'c Observation,
    result: TestResult,
}

impl Dated<'_> {
    /// Whether a negative result of the same test was found later.
    fn is_followed_by_negative(&self, all: &[Dated<'_>]) -> bool {
        let is_later = |other: &Dated<'_>| match (other.of.when, self.of.when) {
            (Some(other), Some(own)) => other.after(&own) == Verdict::Met,
            _ => false,
        };
        all.iter().any(|other| matches!(other.result, TestResult::Negative) && is_later(other))
    }

    fn evidence(&self) -> Evidence {
        result_evidence(self.of)
    }
}

impl Case<'_> {
    /// What the record says of hepatitis B. Antibodies against the surface antigen say nothing of an infection.
    #[must_use]
    pub fn hepatitis_b(&self) -> HepatitisB {
        let (surface, surface_gaps) = self.results_of(ValueSet::HEPATITIS_B_SURFACE_ANTIGEN);
        let (core, core_gaps) = self.results_of(ValueSet::HEPATITIS_B_CORE_ANTIBODY);
        let dna = self.observations(ValueSet::HEPATITIS_B_DNA).items.into_iter();
        let dna: Vec<Dated<'_>> = dna.map(|of| Dated { of, result: read_dna(of) }).collect();
        let (mut infected, mut exposed) = (Vec::new(), Vec::new());
        let (mut infected_gaps, mut exposed_gaps) = (surface_gaps.clone(), core_gaps.clone());
        for tests in [&surface, &dna] {
            for test in tests.iter().filter(|test| matches!(test.result, TestResult::Positive)) {
                let list = if test.is_followed_by_negative(tests) { &mut exposed } else { &mut infected };
                list.push(test.evidence());
            }
        }
        exposed.extend(core.iter().filter(|test| matches!(test.result, TestResult::Positive)).map(Dated::evidence));
        // What can't be read may be positive; a later negative outweighs it.
        for (tests, gaps) in [(&surface, &mut infected_gaps), (&core, &mut exposed_gaps)] {
            let unclear = tests.iter().filter(|test| !test.is_followed_by_negative(tests));
            let unclear = unclear.filter_map(|test| match &test.result {
                TestResult::Unclear(gap) => Some(gap.clone()),
                TestResult::Positive | TestResult::Negative => None,
            });
            add_gaps(gaps, unclear);
        }
        // DNA is no test that everyone has: only one that was found, and may not count, leaves it open.
        let perhaps = self.observations.iter().filter(|of| of.concept.has(ValueSet::HEPATITIS_B_DNA));
        let perhaps = perhaps.filter(|of| matches!(read_dna(of), TestResult::Positive));
        add_gaps(
            &mut infected_gaps,
            perhaps.filter_map(|of| match of.standing {
                Standing::Counts => None,
                Standing::Unclear(kind) => Some(of.evidence().gap(kind)),
            }),
        );
        let delivery = self.sources.gaps_of(Source::Conditions);
        add_gaps(&mut infected_gaps, delivery.into_iter().filter(|gap| gap.kind.is_delivery()));
        for problem in &self.conditions {
            let (is, shown) = (problem.concept.is(ValueSet::HEPATITIS_B), problem.evidence());
            match (is, problem.standing, problem.is_active()) {
                (Verdict::Met, Standing::Counts, Verdict::Met) => infected.push(shown),
                (Verdict::Met, Standing::Counts, Verdict::NotMet) => exposed.push(shown),
                (Verdict::Met, Standing::Unclear(kind), _) => add_gaps(&mut infected_gaps, [shown.gap(kind)]),
                (Verdict::Met, Standing::Counts, Verdict::Unknown) => {
                    add_gaps(&mut infected_gaps, [shown.gap(GapKind::Unreadable)]);
                }
                // Nearly every list of problems has entries without a usable code: those count that speak of it.
                (Verdict::Unknown, ..) if problem.concept.names_in_words(ValueSet::HEPATITIS_B) => {
                    add_gaps(&mut infected_gaps, [shown.gap(problem.concept.gap_kind())]);
                }
                (Verdict::Unknown | Verdict::NotMet, ..) => {}
            }
        }
        let months = self.whole(&numbers::HBSAG_MONTHS);
        let today = self.as_of.day();
        let lately = |when: &Moment| when.plus_months(months).on_or_after(&today);
        HepatitisB {
            infected: Judgement::found(infected, infected_gaps),
            exposed: Judgement::found(exposed, exposed_gaps),
            surface: tested(&surface, surface_gaps, &lately),
            core: tested(&core, core_gaps, &|_| Verdict::Met),
        }
    }

    /// The results of one test, and why there may be more.
    fn results_of(&self, set: ValueSet) -> (Vec<Dated<'_>>, Vec<Gap>) {
        let found = self.observations(set);
        // A result of a coming day has a wrong date: what it says counts all the same.
        (found.items.into_iter().map(|of| Dated { of, result: read(of) }).collect(), found.gaps)
    }

    /// Whether a test is among the draft orders, selected or not.
    pub fn drafted_test(&self, set: ValueSet) -> Judgement {
        let drafted = self.orders.iter().filter(|order| order.concept.has(set));
        Judgement::found(drafted.map(DraftOrder::evidence).collect(), Vec::new())
    }

    /// Whether entecavir or tenofovir is in use, or being drafted.
    #[must_use]
    pub fn hepatitis_b_antiviral(&self) -> HepatitisBAntiviral {
        const SET: ValueSet = ValueSet::HEPATITIS_B_ANTIVIRAL;
        let (mut found, mut gaps) = (Vec::new(), Vec::new());
        let (mut is_named, mut stopped): (bool, Option<Moment>) = (false, None);
        for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
            add_gaps(&mut gaps, self.sources.gaps_of(source));
        }
        for order in self.orders.iter().filter(|order| order.concept.is_or_may_be(SET)) {
            let shown = order.evidence();
            if order.concept.has(SET) && !order.concept.has(ValueSet::LAMIVUDINE) {
                found.push(shown);
            } else {
                is_named = true;
                add_gaps(&mut gaps, [shown.gap(GapKind::NotRecorded).said_as("gap-other-antiviral")]);
            }
        }
        for usage in self.all_medications() {
            let (is, running, shown) = (usage.concept.is_drug(SET), self.is_antiviral_running(usage), usage.evidence());
            if is == Verdict::Met && running == Verdict::NotMet && usage.standing == Standing::Counts {
                stopped = std::cmp::max_by_key(stopped, last_day(usage), |day| day.map(|day| day.last));
            }
            let names = usage.concept.names_in_words(SET);
            let gap = match (is.and(running), usage.standing) {
                (Verdict::NotMet, _) => continue,
                (_, Standing::Unclear(kind)) if is == Verdict::Met => shown.gap(kind),
                (Verdict::Met, _) if usage.concept.has(ValueSet::LAMIVUDINE) => {
                    shown.gap(GapKind::NotRecorded).said_as("gap-other-antiviral")
                }
                (Verdict::Met, _) => {
                    found.push(shown);
                    continue;
                }
                (Verdict::Unknown, _) if is == Verdict::Met => shown.gap(GapKind::ImpreciseDate),
                (Verdict::Unknown, _) => shown.gap(usage.concept.gap_kind()),
            };
            is_named |= is == Verdict::Met || names;
            add_gaps(&mut gaps, [gap]);
        }
        HepatitisBAntiviral { judgement: Judgement::found(found, gaps), is_named, stopped }
    }

    fn is_antiviral_running(&self, usage: &MedicationUse) -> Verdict {
        if usage.progress == Progress::Planned {
            return Verdict::NotMet;
        }
        let days = self.whole(&numbers::PROPHYLAXIS_GIVEN_DAYS);
        let given = match (usage.kind, last_day(usage)) {
            (UseKind::Given, Some(last)) => self.within_days(&last, days),
            _ => Verdict::NotMet,
        };
        usage.is_in_use(&self.as_of.day()).or(given)
    }

    /// Whether an antibody against CD20 is in use, or was used so lately that hepatitis B can still come back; with the last day.
    pub fn anti_cd20_effect(&self) -> (Judgement, Option<Moment>) {
        const SET: ValueSet = ValueSet::ANTI_CD20_ANTIBODY;
        let today = self.as_of.day();
        let (mut found, mut gaps): (Vec<(Evidence, Option<Moment>)>, Vec<Gap>) = (Vec::new(), Vec::new());
        for source in [Source::MedicationRequests, Source::MedicationStatements, Source::MedicationAdministrations] {
            add_gaps(&mut gaps, self.sources.gaps_of(source).into_iter().filter(|gap| gap.kind.is_delivery()));
        }
        for usage in self.all_medications().filter(|usage| usage.progress != Progress::Planned) {
            let is = usage.concept.is_drug(SET);
            let months = if usage.concept.has(ValueSet::RITUXIMAB) {
                &numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS_AFTER_RITUXIMAB
            } else {
                &numbers::HEPATITIS_B_PROPHYLAXIS_MONTHS
            };
            let last = last_day(usage);
            let until = last.map(|last| self.later(&last, months));
            let lasts = match until {
                Some(until) => today.on_or_before(&until),
                None if usage.end == CourseEnd::Ongoing => Verdict::Met,
                None => Verdict::Unknown,
            };
            let lasts = usage.start.map_or(Verdict::Met, |start| start.on_or_before(&today)).and(lasts);
            let shown = usage.evidence();
            match (is.and(lasts), usage.standing) {
                (Verdict::NotMet, _) => {}
                (Verdict::Met, Standing::Counts) => found.push((shown, last.map(|last| self.last_day(&last, months)))),
                (_, Standing::Unclear(kind)) => add_gaps(&mut gaps, [shown.gap(kind)]),
                (Verdict::Unknown, Standing::Counts) if is == Verdict::Met => {
                    add_gaps(&mut gaps, [shown.gap(GapKind::ImpreciseDate)]);
                }
                (Verdict::Unknown, Standing::Counts) => add_gaps(&mut gaps, [shown.gap(usage.concept.gap_kind())]),
            }
        }
        // The one that lasts longest; what goes on has no last day.
        found.sort_by_key(|(_, until)| std::cmp::Reverse(until.map_or(jiff::civil::Date::MAX, |until| until.last)));
        let until = found.first().and_then(|(_, until)| *until);
        (Judgement::found(found.into_iter().map(|(shown, _)| shown).collect(), gaps), until)
    }
}

/// What a test for the surface antigen, or for the antibody against the core, says.
fn read(of: &Observation) -> TestResult {
    TestResult::of(of, "gap-result-without-reading")
}

/// What a test for DNA says: a number of copies is one that was found.
fn read_dna(of: &Observation) -> TestResult {
    match &of.value {
        Value::Quantity(level) if level.number > 0.0 && matches!(level.bound, Bound::Exactly | Bound::Above) => {
            TestResult::Positive
        }
        _ => read(of),
    }
}

/// The last day of a use that is over, or of one administration.
fn last_day(usage: &MedicationUse) -> Option<Moment> {
    match usage.end {
        CourseEnd::On(day) => Some(day),
        CourseEnd::NotRecorded => usage.start,
        CourseEnd::Ongoing => usage.start.filter(|_| usage.kind == UseKind::Given),
    }
}

/// Whether a test has a result that counts. A positive one always does.
fn tested(tests: &[Dated<'_>], mut gaps: Vec<Gap>, lately: &dyn Fn(&Moment) -> Verdict) -> Judgement {
    let (mut found, mut old) = (Vec::new(), Vec::new());
    for test in tests {
        let counts = match (&test.result, &test.of.when) {
            (TestResult::Positive, _) => Verdict::Met,
            (TestResult::Negative, Some(when)) => lately(when),
            (TestResult::Negative, None) => Verdict::Unknown,
            (TestResult::Unclear(gap), _) => {
                add_gaps(&mut gaps, [gap.clone()]);
                continue;
            }
        };
        match counts {
            Verdict::Met => found.push(test.evidence()),
            Verdict::NotMet => old.push(test.evidence()),
            Verdict::Unknown => add_gaps(&mut gaps, [test.evidence().gap(GapKind::ImpreciseDate)]),
        }
    }
    let tested = Judgement::found(found, gaps);
    if tested.is_not_met() { Judgement::not_met(old) } else { tested }
}
