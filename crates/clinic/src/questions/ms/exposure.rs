//! How long a drug was in use: the uses of several sources merged into courses.
//!
//! Dates may be coarse, an end may not be recorded, a use may not surely count. So every exposure is read twice: what is
//! certain (the latest start, the earliest end) and what is possible (the earliest start, the latest end). A question is
//! answered yes when what is certain says so, no when even what is possible does not, and unknown in between.

use jiff::civil::Date;

use cellwise_record::facts::medication::{CourseEnd, MedicationUse, UseKind};
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

/// How often a drug is given. A gap no longer than that belongs to the course, and a dose is in effect as long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dosing {
    /// At most this many days between doses.
    Days(i32),
    /// At most this many calendar months between doses.
    Months(i32),
    /// Given in pulses with a lasting effect: the course runs on from the first pulse.
    CountsOn,
}

/// Which of the two readings of an exposure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Only what is certain.
    Certain,
    /// Everything that may be.
    Possible,
}

/// Why the two readings of a use differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    // Whether the use counts can't be told.
    Counts,
    // It ended, or may have, but not recorded when.
    End,
    // Its start or end is known to a month or year only.
    Date,
}

/// One uninterrupted course of a drug, gaps bridged.
#[derive(Clone, Debug)]
pub struct Course<'c> {
    /// Name of the drug.
    pub drug: &'static str,
    /// First day.
    pub from: Date,
    /// Last day on record: the last dose, the stop, or today while it goes on.
    pub to: Date,
    /// Last day in effect: later than `to` when the record ends with a dose.
    pub in_effect_to: Date,
    /// The uses it is made of, by start.
    pub uses: Vec<&'c MedicationUse>,
}

impl Course<'_> {
    /// Whole calendar months on record.
    #[must_use]
    pub fn months(&self) -> i32 {
        months_and_days(self.from, self.to).0
    }

    fn lasted(&self, months: i32, reading: Reading) -> bool {
        let to = if reading == Reading::Certain { self.to } else { self.in_effect_to };
        plus_months(self.from, months) <= to
    }
}

/// The days in which something counts as under treatment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// Something with a date that may lie in a window.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub when: Option<Moment>,
    /// Where it is recorded.
    pub source: Source,
    /// What shows it.
    pub evidence: Evidence,
}

/// The exposure to a group of drugs.
#[derive(Clone, Debug)]
pub struct Exposure<'c> {
    today: Date,
    certain: Vec<Course<'c>>,
    possible: Vec<Course<'c>>,
    doubts: Vec<(Doubt, &'c MedicationUse)>,
    /// Why there may be more exposure than can be seen.
    pub hidden: Vec<Gap>,
}

impl<'c> Exposure<'c> {
    /// No exposure yet; `hidden` is what the search of the record could not see.
    #[must_use]
    pub fn new(today: Date, hidden: Vec<Gap>) -> Self {
        Self { today, certain: Vec::new(), possible: Vec::new(), doubts: Vec::new(), hidden }
    }

    /// Adds the uses of one drug, each with whether it counts.
    pub fn add(&mut self, drug: &'static str, dosing: Dosing, uses: &[(&'c MedicationUse, Verdict)]) {
        let mut certain = Vec::new();
        let mut possible = Vec::new();
        for (usage, counts) in uses.iter().filter(|(_, counts)| *counts != Verdict::NotMet) {
            let Some(start) = usage.start else {
                let gap = Gap::at(GapKind::NotRecorded, usage.source(), &usage.reference, &usage.concept.text);
                add_gaps(&mut self.hidden, [gap]);
                continue;
            };
            if start.first > self.today {
                continue;
            }
            possible.push(self.course(drug, dosing, usage, start, Reading::Possible));
            if *counts == Verdict::Met {
                certain.push(self.course(drug, dosing, usage, start, Reading::Certain));
            } else {
                self.doubts.push((Doubt::Counts, usage));
            }
            let is_coarse = |moment: Moment| moment.exact_day().is_none();
            if usage.end == CourseEnd::NotRecorded && dosing != Dosing::CountsOn {
                self.doubts.push((Doubt::End, usage));
            } else if is_coarse(start) || matches!(usage.end, CourseEnd::On(end) if is_coarse(end)) {
                self.doubts.push((Doubt::Date, usage));
            }
        }
        self.certain.extend(merged(certain, dosing));
        self.possible.extend(merged(possible, dosing));
    }

    /// One use as a course of its own.
    fn course(
        &self,
        drug: &'static str,
        dosing: Dosing,
        usage: &'c MedicationUse,
        start: Moment,
        reading: Reading,
    ) -> Course<'c> {
        let side = |moment: Moment, later: bool| if later { moment.last } else { moment.first };
        let from = side(start, reading == Reading::Certain);
        let to = match (dosing, usage.end) {
            (Dosing::CountsOn, _) | (_, CourseEnd::Ongoing) => self.today,
            (_, CourseEnd::On(end)) => side(end, reading == Reading::Possible).min(self.today),
            (_, CourseEnd::NotRecorded) if reading == Reading::Certain => from.min(self.today),
            (_, CourseEnd::NotRecorded) => self.today,
        };
        let is_dose = usage.kind == UseKind::Given || usage.end == CourseEnd::On(start);
        let in_effect_to = if is_dose { reach(to, dosing, self.today).min(self.today).max(to) } else { to };
        Course { drug, from: from.min(to), to, in_effect_to, uses: vec![usage] }
    }

    /// Whether one drug was in use for `months`.
    pub fn lasted(&self, months: i32) -> Verdict {
        if self.certain.iter().any(|course| course.lasted(months, Reading::Certain)) {
            Verdict::Met
        } else if !self.hidden.is_empty() || self.possible.iter().any(|course| course.lasted(months, Reading::Possible))
        {
            Verdict::Unknown
        } else {
            Verdict::NotMet
        }
    }

    /// The longest course in a reading.
    #[must_use]
    pub fn longest(&self, reading: Reading) -> Option<&Course<'c>> {
        self.courses(reading).iter().max_by_key(|course| (months_and_days(course.from, course.to), course.to))
    }

    /// The courses in a reading.
    #[must_use]
    pub fn courses(&self, reading: Reading) -> &[Course<'c>] {
        if reading == Reading::Certain { &self.certain } else { &self.possible }
    }

    /// Whole months of all courses together, laid end to end; days in which two drugs were in use count once.
    #[must_use]
    pub fn together(&self, reading: Reading) -> i32 {
        let stretches = self.stretches(reading);
        let Some(first) = stretches.first() else { return 0 };
        let end = stretches.iter().fold(first.from, |end, stretch| later(end, stretch.from, stretch.to));
        months_and_days(first.from, end).0
    }

    /// Why it is not known whether a drug lasted `months`: what can't be seen, and what is seen but in doubt.
    #[must_use]
    pub fn gaps(&self, months: i32) -> Vec<Gap> {
        let long = self.possible.iter().filter(|course| course.lasted(months, Reading::Possible));
        let uses: Vec<&str> =
            long.flat_map(|course| course.uses.iter().map(|usage| usage.reference.as_str())).collect();
        let doubted = self.doubts.iter().filter(|(_, usage)| uses.contains(&usage.reference.as_str()));
        let gap = |(doubt, usage): &(Doubt, &MedicationUse)| {
            let of = |kind| Gap::at(kind, usage.source(), &usage.reference, &usage.concept.text);
            match doubt {
                Doubt::Date => of(GapKind::ImpreciseDate),
                Doubt::End => of(GapKind::NotRecorded).said_as("gap-end"),
                Doubt::Counts => of(GapKind::NotRecorded).said_as("gap-may-not-count"),
            }
        };
        self.hidden.iter().cloned().chain(doubted.map(gap)).collect()
    }

    /// The days after `months` of a drug in which it was still in effect. Where no drug lasted that long but several
    /// together did: the days after the months together.
    #[must_use]
    pub fn windows(&self, months: i32, reading: Reading) -> Vec<Window> {
        let single = self
            .courses(reading)
            .iter()
            .map(|course| Window { from: plus_months(course.from, months), to: course.in_effect_to });
        let mut windows: Vec<Window> = single.filter(|window| window.from <= window.to).collect();
        if !self.certain.iter().any(|course| course.lasted(months, Reading::Certain)) {
            windows.extend(self.windows_together(months, reading));
        }
        windows
    }

    fn windows_together(&self, months: i32, reading: Reading) -> Vec<Window> {
        let stretches = self.stretches(reading);
        let Some(first) = stretches.first() else { return Vec::new() };
        let (mut end, full) = (first.from, plus_months(first.from, months));
        let mut windows = Vec::new();
        for stretch in &stretches {
            let from = if end < full { later(stretch.from, end, full) } else { stretch.from };
            if from <= stretch.to {
                windows.push(Window { from, to: stretch.to });
            }
            end = later(end, stretch.from, stretch.to);
        }
        windows
    }

    /// Whether nothing can ever fall into a window of this exposure.
    #[must_use]
    pub fn has_no_window(&self, months: i32) -> bool {
        self.hidden.is_empty() && self.windows(months, Reading::Possible).is_empty()
    }

    /// Whether something on `when` fell into a window.
    pub fn covers(&self, when: Option<&Moment>, months: i32) -> Verdict {
        let windows = [Reading::Certain, Reading::Possible].map(|reading| self.windows(months, reading));
        self.covers_in(when, months, &windows)
    }

    fn covers_in(&self, when: Option<&Moment>, months: i32, [certain, possible]: &[Vec<Window>; 2]) -> Verdict {
        let Some(when) = when else {
            return if self.has_no_window(months) { Verdict::NotMet } else { Verdict::Unknown };
        };
        if certain.iter().any(|window| window.from <= when.first && when.last <= window.to) {
            Verdict::Met
        } else if !self.hidden.is_empty()
            || possible.iter().any(|window| when.first <= window.to && window.from <= when.last)
        {
            Verdict::Unknown
        } else {
            Verdict::NotMet
        }
    }

    /// Whether one of the events lies in a window. `hidden`: why there may be more events than these.
    pub fn within(&self, months: i32, events: impl IntoIterator<Item = Event>, hidden: Vec<Gap>) -> Judgement {
        let (mut inside, mut perhaps, mut outside, mut gaps) = (Vec::new(), Vec::new(), Vec::new(), hidden);
        // Once for all events: a hostile chart can hold thousands.
        let windows = [Reading::Certain, Reading::Possible].map(|reading| self.windows(months, reading));
        let of_exposure = self.gaps(months);
        for Event { when, source, evidence } in events {
            match self.covers_in(when.as_ref(), months, &windows) {
                Verdict::Met => inside.push(evidence),
                Verdict::NotMet => outside.push(evidence),
                Verdict::Unknown => {
                    if of_exposure.is_empty() || when.is_none_or(|when| when.exact_day().is_none()) {
                        add_gaps(
                            &mut gaps,
                            [Gap::at(GapKind::ImpreciseDate, source, &evidence.reference, &evidence.what)],
                        );
                    }
                    add_gaps(&mut gaps, of_exposure.iter().cloned());
                    perhaps.push(evidence);
                }
            }
        }
        if !inside.is_empty() {
            Judgement::met(inside)
        } else if gaps.is_empty() || self.has_no_window(months) {
            Judgement::not_met(outside)
        } else {
            Judgement::unknown(gaps).with_evidence(perhaps)
        }
    }

    /// The days with any drug in use, as stretches that do not overlap.
    fn stretches(&self, reading: Reading) -> Vec<Window> {
        let mut all: Vec<Window> =
            self.courses(reading).iter().map(|course| Window { from: course.from, to: course.to }).collect();
        all.sort_by_key(|window| (window.from, window.to));
        let mut stretches: Vec<Window> = Vec::new();
        for next in all {
            match stretches.last_mut() {
                Some(last) if next.from <= last.to => last.to = last.to.max(next.to),
                _ => stretches.push(next),
            }
        }
        stretches
    }
}

/// Courses of one drug with the gaps bridged that are no longer than its dosing interval.
fn merged(mut courses: Vec<Course<'_>>, dosing: Dosing) -> Vec<Course<'_>> {
    courses.sort_by_key(|course| (course.from, course.to));
    let mut merged: Vec<Course<'_>> = Vec::new();
    for next in courses {
        match merged.last_mut() {
            Some(last) if next.from <= reach(last.to, dosing, next.from) => {
                last.to = last.to.max(next.to);
                last.in_effect_to = last.in_effect_to.max(next.in_effect_to);
                last.uses.extend(next.uses);
            }
            _ => merged.push(next),
        }
    }
    merged
}

/// The last day that a dose on `day` reaches; `open` for a drug that counts on.
fn reach(day: Date, dosing: Dosing, open: Date) -> Date {
    match dosing {
        Dosing::Days(days) => Moment::on(day).plus_days(days).first,
        Dosing::Months(months) => plus_months(day, months),
        Dosing::CountsOn => open,
    }
}

fn plus_months(day: Date, months: i32) -> Date {
    Moment::on(day).plus_months(months).first
}

/// `day` moved on by the months and days from `from` to `to`.
fn later(day: Date, from: Date, to: Date) -> Date {
    let (months, days) = months_and_days(from, to);
    Moment::on(plus_months(day, months)).plus_days(days).first
}

/// Whole calendar months from `from` to `to`, and the days left over. 31 August to 28 February is six months.
fn months_and_days(from: Date, to: Date) -> (i32, i32) {
    let mut months = Moment::on(from).months_until(&Moment::on(to));
    if plus_months(from, months + 1) <= to {
        months += 1;
    }
    (months, Moment::on(plus_months(from, months)).days_until(&Moment::on(to)))
}

#[cfg(test)]
mod tests;
