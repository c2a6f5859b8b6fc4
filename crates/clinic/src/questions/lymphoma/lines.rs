//! Lines of systemic anticancer therapy: as recorded by the clinician, else estimated from the drugs on record.
//!
//! The record may lack courses, so an estimate is a lower bound: it can prove "at least two lines", it never proves that there
//! were fewer. A prescription is a plan, never a line.

use std::collections::HashSet;

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::medication::{CourseEnd, MedicationUse, Route, UseKind};
use cellwise_record::facts::observation::Observation;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{AsOf, Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

/// Drugs that belong to one course.
struct Course<'c> {
    uses: Vec<&'c MedicationUse>,
    /// The latest end; `None` when one of its ends is not recorded.
    end: Option<Moment>,
}

/// The lines of therapy that the record shows.
pub struct Lines<'c> {
    /// The recorded counts that no later count replaces.
    counts: Vec<(&'c Observation, i32)>,
    /// Why a count may have been missed, or can't be read.
    count_gaps: Vec<Gap>,
    /// Why a course may have been missed: the data did not come through, or do not say whether it was given.
    course_gaps: Vec<Gap>,
    /// Courses of all antineoplastic drugs, by start.
    courses: Vec<Course<'c>>,
    /// How many lines the courses show, at least.
    estimate: i32,
    /// Drugs that can't be placed in time.
    undated: Vec<&'c MedicationUse>,
    /// Whether drugs were left out because they began before the disease did.
    before_onset: bool,
}

impl Case<'_> {
    /// The lines of therapy since `onset` of the disease.
    #[must_use]
    pub fn lines_of_therapy(&self, onset: Option<Moment>) -> Lines<'_> {
        let gap_days = self.whole(&numbers::DAYS_BETWEEN_LINES);
        let observations = self.observations(ValueSet::PRIOR_LINE_COUNT);
        let mut count_gaps = observations.gaps;
        let mut counts = Vec::new();
        for observation in observations.items {
            match count(observation) {
                Some(number) => counts.push((observation, number)),
                None => count_gaps.push(Gap::at(
                    GapKind::Unreadable,
                    Source::Observations,
                    &observation.reference,
                    &observation.concept.text,
                )),
            }
        }
        // What replaces another is later; then one of the latest does, too: by the day, or by the clock.
        let days = || counts.iter().filter_map(|(observation, _)| observation.when);
        let latest = [
            days().filter(|when| when.instant.is_none()).max_by_key(|when| when.first),
            days().filter(|when| when.instant.is_some()).max_by_key(|when| when.first),
            days().max_by_key(|when| when.instant),
        ];
        let replaced = |old: &Observation| {
            let is_later = |newer: &Moment| old.when.is_some_and(|old| newer.after(&old) == Verdict::Met);
            latest.iter().flatten().any(is_later)
        };
        let newest: Vec<(&Observation, i32)> =
            counts.iter().filter(|(observation, _)| !replaced(observation)).copied().collect();

        let sources = [Source::MedicationStatements, Source::MedicationAdministrations];
        let mut course_gaps: Vec<Gap> = sources.into_iter().flat_map(|source| self.sources().gaps_of(source)).collect();
        add_gaps(&mut course_gaps, self.unclear_entries(&[ValueSet::ANTINEOPLASTIC_COURSE]));
        let last_start = self.as_of.day().plus_days(-self.whole(&numbers::RECENT_COURSE_DAYS) - 1);
        let (mut dated, mut undated, mut before_onset) = (Vec::new(), Vec::new(), false);
        for medication in
            sources.into_iter().flat_map(|source| self.medications_of(source, ValueSet::ANTINEOPLASTIC_COURSE).items)
        {
            if is_for_something_else(medication) {
                continue;
            }
            match medication.start {
                None => undated.push(medication),
                Some(start) if onset.is_some_and(|onset| start.before(&onset) == Verdict::Met) => before_onset = true,
                Some(start) if start.on_or_before(&last_start) == Verdict::Met => dated.push(medication),
                Some(_) => {}
            }
        }
        dated.sort_by_key(|medication| medication.start.map(|start| (start.first, start.last)));
        let is_antibody = |medication: &&MedicationUse| medication.concept.has(ValueSet::ANTI_CD20_ANTIBODY);
        // An anti-CD20 antibody alone may be maintenance: it makes a line only when there is nothing else.
        let others = dated.iter().copied().filter(|medication| !is_antibody(medication)).collect();
        let lines = courses(others, gap_days, &self.as_of).len().max(usize::from(!dated.is_empty()));
        Lines {
            counts: newest,
            count_gaps,
            course_gaps,
            courses: courses(dated, gap_days, &self.as_of),
            estimate: i32::try_from(lines).unwrap_or(i32::MAX),
            undated,
            before_onset,
        }
    }
}

impl Case<'_> {
    /// Drugs of a class that were given for the cancer, one of each name. What is prescribed is a plan.
    #[must_use]
    pub fn drugs_of_class(&self, class: ValueSet) -> Vec<&MedicationUse> {
        let (today, onset) = (self.as_of.day(), self.onset_of_blood_cancer());
        let was_given = |drug: &MedicationUse| {
            let has_begun = drug.start.is_none_or(|start| start.on_or_before(&today) == Verdict::Met);
            let is_older = onset.zip(drug.start).is_some_and(|(onset, start)| start.before(&onset) == Verdict::Met);
            has_begun && !is_older && !is_for_something_else(drug)
        };
        let sources = [Source::MedicationStatements, Source::MedicationAdministrations];
        let mut named = HashSet::new();
        let drugs = sources.into_iter().flat_map(|source| self.medications_of(source, class).items);
        drugs.filter(|drug| was_given(drug) && named.insert(drug.concept.text.as_str())).collect()
    }
}

impl Lines<'_> {
    /// Whether there were at least `minimum` lines.
    pub fn at_least(&self, minimum: i32) -> Judgement {
        let recorded = || self.counts.iter().map(|(observation, _)| observation.evidence());
        let enough = self.counts.iter().filter(|(_, number)| *number >= minimum).count();
        if self.counts.is_empty() {
            return self.estimated(minimum);
        }
        if enough == self.counts.len() {
            return Judgement::met(recorded().collect());
        }
        if enough > 0 {
            return Judgement::unknown(vec![conflict("gap-line-counts-differ")]).with_evidence(recorded());
        }
        // A count that is too low holds only when no later, and no additional, course is known or may be hidden.
        let mut gaps: Vec<Gap> = self.count_gaps.iter().filter(|gap| gap.kind != GapKind::Uncoded).cloned().collect();
        gaps.extend(self.course_gaps.iter().cloned());
        if self.estimate >= minimum || self.later_course() != Verdict::NotMet {
            gaps.push(conflict("gap-line-count-contradicted"));
            return Judgement::unknown(gaps).with_evidence(recorded()).with_evidence(self.course_evidence());
        }
        if gaps.is_empty() {
            return Judgement::not_met(recorded().collect());
        }
        Judgement::unknown(gaps).with_evidence(recorded())
    }

    /// The courses prove that there were enough, or nothing. They decide only when it is known that no count is recorded.
    fn estimated(&self, minimum: i32) -> Judgement {
        let hidden = self.count_gaps.iter().any(|gap| gap.kind != GapKind::Uncoded);
        if self.estimate >= minimum && !hidden {
            return Judgement::met(self.course_evidence());
        }
        let mut gaps = self.count_gaps.clone();
        gaps.push(Gap::not_recorded(Source::Observations, "gap-line-count"));
        gaps.extend(self.course_gaps.iter().cloned());
        Judgement::unknown(gaps).with_evidence(self.course_evidence())
    }

    /// Whether a course began after the recorded counts.
    fn later_course(&self) -> Verdict {
        let starts = || self.courses.iter().flat_map(|course| &course.uses).filter_map(|medication| medication.start);
        let after = |(observation, _): &(&Observation, i32)| {
            starts().fold(Verdict::NotMet, |any, start| {
                any.or(observation.when.map_or(Verdict::Unknown, |when| start.after(&when)))
            })
        };
        self.counts.iter().map(after).fold(Verdict::NotMet, Verdict::or)
    }

    /// The newest recorded number, when there is one and only one.
    #[must_use]
    pub fn recorded(&self) -> Option<i32> {
        let (_, number) = self.counts.first()?;
        self.counts.iter().all(|(_, other)| other == number).then_some(*number)
    }

    /// Whether no count is recorded, so that the drugs on record must tell.
    #[must_use]
    pub fn is_estimated(&self) -> bool {
        self.counts.is_empty()
    }

    /// The number of lines that the drugs on record show, at least.
    #[must_use]
    pub fn estimate(&self) -> i32 {
        self.estimate
    }

    /// The first line: its drugs and the day it ended.
    ///
    /// # Errors
    /// Why the end is not known.
    pub fn first_line(&self) -> Result<(Moment, Moment, Vec<Evidence>), Vec<Gap>> {
        if !self.course_gaps.is_empty() {
            return Err(self.course_gaps.clone());
        }
        let unknown = || vec![Gap::not_recorded(Source::MedicationStatements, "gap-end-of-first-line")];
        // One line by the clinician's count is one line, whatever pauses it had.
        let one_line = self.recorded() == Some(1) && self.later_course() == Verdict::NotMet;
        let last = if one_line { self.courses.last() } else { self.courses.first() };
        let (Some(first), Some(last)) = (self.courses.first(), last) else { return Err(unknown()) };
        let start = first.uses.first().and_then(|medication| medication.start);
        let (Some(start), Some(end), false, true) = (start, last.end, self.before_onset, self.undated.is_empty())
        else {
            return Err(unknown());
        };
        let shown: &[Course<'_>] = if one_line { &self.courses } else { self.courses.get(..1).unwrap_or_default() };
        Ok((start, end, shown.iter().flat_map(|course| &course.uses).map(|medication| medication.evidence()).collect()))
    }

    /// The last start of a course, if any is dated.
    #[must_use]
    pub fn last_start(&self) -> Option<Moment> {
        self.courses.last()?.uses.first()?.start
    }

    fn course_evidence(&self) -> Vec<Evidence> {
        self.courses
            .iter()
            .flat_map(|course| &course.uses)
            .chain(&self.undated)
            .map(|medication| medication.evidence())
            .collect()
    }
}

fn conflict(text: &'static str) -> Gap {
    Gap { kind: GapKind::Conflicting, ..Gap::not_recorded(Source::Observations, text) }
}

/// A count is a whole number, not a bound.
fn count(observation: &Observation) -> Option<i32> {
    let number = observation.number().filter(|number| (0.0..100.0).contains(number))?;
    (0..100).find(|count| (f64::from(*count) - number).abs() < f64::EPSILON)
}

/// A drug with coded reasons that are no blood cancer is given for something else (rituximab for arthritis), and so is one for
/// the skin or the eye.
fn is_for_something_else(medication: &MedicationUse) -> bool {
    let other = |reason: &Concept| reason.is(ValueSet::LYMPHOMA_OR_LEUKAEMIA) == Verdict::NotMet;
    medication.route == Route::Local || !medication.reasons.is_empty() && medication.reasons.iter().all(other)
}

/// Groups uses, sorted by start, into courses that lie more than `gap_days` apart.
fn courses<'c>(uses: Vec<&'c MedicationUse>, gap_days: i32, as_of: &AsOf) -> Vec<Course<'c>> {
    let mut courses: Vec<Course<'c>> = Vec::new();
    for medication in uses {
        let Some(start) = medication.start else { continue };
        let end = match medication.end {
            // A statement "on" one day says when the course was, not how long.
            CourseEnd::On(end) if medication.kind == UseKind::Stated && end == start => None,
            CourseEnd::On(end) => Some(end),
            CourseEnd::Ongoing => Some(as_of.day()),
            CourseEnd::NotRecorded => None,
        };
        match courses.last_mut() {
            // Without an end nothing proves that the next drug is another course.
            Some(course) if course.end.is_none_or(|ended| ended.days_until(&start) <= gap_days) => {
                course.uses.push(medication);
                course.end = course.end.zip(end).map(|(one, other)| if other.last > one.last { other } else { one });
            }
            _ => courses.push(Course { uses: vec![medication], end }),
        }
    }
    courses
}
