//! The words of the picture, in one language and with a hospital's own numbers.

use std::ops::Deref;

use jiff::civil::Date;

use super::axis::{Tick, Unit};
use super::speaker::Speaker;
use super::{Course, Flag, Hole, Lane, Mark, Measure, Row, Use};
use crate::engine::Engine;
use crate::texts::{COURSE, Place};
use crate::words::line;
use cellwise_clinic::questions::therapy::cell_therapy::Cells;
use cellwise_clinic::{DayZero, Language, Message, Number, Rule};
use cellwise_record::facts::patient::Gender;
use cellwise_record::{AsOf, Evidence, EvidencePeriod, Moment, Verdict};

/// As those who treat with cells count: days until day 100.
const DAYS_AFTER: i32 = 101;
/// Before, and around the present: below so many days in days, below so many in weeks; then in months, and in years.
const DAYS: i32 = 29;
const WEEKS: i32 = 92;
const MONTHS: i32 = 36;

/// The words of a picture: those of every page, and when something is from its day 0.
#[derive(Clone, Copy)]
pub(super) struct Words<'e> {
    speaker: Speaker<'e>,
    as_of: AsOf,
    anchor: Date,
    has_day_zero: bool,
}

impl<'e> Deref for Words<'e> {
    type Target = Speaker<'e>;

    fn deref(&self) -> &Speaker<'e> {
        &self.speaker
    }
}

impl<'e> Words<'e> {
    pub(super) fn new(engine: &'e Engine, language: Language, course: &Course) -> Self {
        let (anchor, has_day_zero) = (course.anchor(), !course.days_zero.is_empty());
        Self { speaker: Speaker::new(engine, language), as_of: course.as_of, anchor, has_day_zero }
    }

    /// What rules are called, each once.
    pub(super) fn rules(&self, rules: impl IntoIterator<Item = &'static Rule>) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in rules.into_iter().map(|rule| self.rule(rule)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("; ")
    }

    /// A criterion with what it came to.
    pub(super) fn criterion(&self, by: &Use) -> String {
        format!("{} {}", mark_of(by.verdict), self.of_rule(by.rule, &by.text))
    }

    pub(super) fn date(&self, moment: &Moment) -> String {
        self.texts.date(self.language, moment)
    }

    pub(super) fn period(&self, period: EvidencePeriod) -> String {
        self.texts.period(self.language, self.policy, period)
    }

    /// An entry without its date.
    pub(super) fn what(&self, evidence: &Evidence) -> String {
        self.evidence(&Evidence { period: None, ..evidence.clone() })
    }

    /// Why something is not known.
    pub(super) fn gap(&self, hole: &Hole) -> String {
        let rule = hole.uses.first().map_or("common", |by| by.rule.id);
        self.texts.gap(rule, self.language, self.policy, Place::Page, &hole.gap)
    }

    /// Everything there is to say of an entry where it is drawn.
    pub(super) fn mark(&self, mark: &Mark) -> String {
        let said = self.evidence(&mark.evidence);
        let Some(period) = mark.evidence.period else { return said };
        let clock = self.clock(&period).map(|clock| format!(", {clock}")).unwrap_or_default();
        format!("{said}{clock} ({})", self.told_from_anchor(start(&period).first))
    }

    /// The time of day of an instant, at the place of care. Of what has a start and an end the days tell enough.
    pub(super) fn clock(&self, period: &EvidencePeriod) -> Option<String> {
        match period {
            EvidencePeriod::On(moment) => self.as_of.clock(moment),
            EvidencePeriod::Course { .. } => None,
        }
    }

    pub(super) fn row(&self, row: &Row) -> String {
        let source = row.marks.first().map(|mark| mark.evidence.source);
        let source = source.or_else(|| row.holes.first().map(|hole| hole.gap.source));
        match (row.measure, source) {
            (Some(measure), _) => self.measure(measure),
            (None, Some(source)) => line(&self.texts.measured(self.language, &self.named(source, &row.name))),
            (None, None) => line(&row.name),
        }
    }

    pub(super) fn measure(&self, measure: &Measure) -> String {
        self.say(measure.text)
    }

    /// A number with its unit; one of the hospital's own says so.
    pub(super) fn number(&self, number: &'static Number) -> String {
        let value = self.texts.measure(self.language, self.policy.value(number), number.unit);
        match self.policy.of(number) {
            Some(_) => self.say(Message::new("course-own-value").with("value", value)),
            None => value,
        }
    }

    /// The value of a number.
    pub(super) fn value(&self, number: &'static Number) -> f64 {
        self.policy.value(number)
    }

    pub(super) fn plain_number(&self, value: f64, unit: &str) -> String {
        self.texts.measure(self.language, value, unit)
    }

    pub(super) fn lane(&self, lane: Lane) -> String {
        self.say(match lane {
            Lane::Findings => "course-findings",
            Lane::Drugs => "course-drugs",
            Lane::Procedures => "course-procedures",
            Lane::Diagnoses => "course-diagnoses",
            Lane::Drafts => "course-drafts",
            Lane::Others => "course-others",
        })
    }

    pub(super) fn flag(&self, place: usize, flag: &Flag) -> String {
        let number = (place + 1).to_string();
        let indicator = self.indicator(flag.indicator);
        let message = Message::new("course-card").with("number", number).with("indicator", indicator);
        format!("{}: {}", self.say(message), flag.summary)
    }

    /// What a limit of a measurement means.
    pub(super) fn limit(&self, number: &Number) -> String {
        self.texts.say_id(COURSE, self.language, self.policy, &format!("limit-{}", number.id), &[])
    }

    /// What a time that is counted is about.
    pub(super) fn span(&self, number: &Number) -> String {
        self.texts.say_id(COURSE, self.language, self.policy, &format!("span-{}", number.id), &[])
    }

    /// What was given on day 0.
    pub(super) fn day_zero(&self, zero: &DayZero) -> String {
        let cells = match zero.cells {
            Cells::CarT => "course-zero-car-t",
            Cells::OwnStemCells => "course-zero-own",
            Cells::DonorStemCells => "course-zero-donor",
            Cells::StemCells => "course-zero-stem-cells",
        };
        self.say(Message::new(cells).with("date", zero.day))
    }

    /// Age and gender of the patient, as far as they are known.
    pub(super) fn patient(&self, course: &Course) -> String {
        let age = course.patient.age(&course.as_of).map(|(youngest, oldest)| {
            if youngest == oldest { youngest.to_string() } else { format!("{youngest}–{oldest}") }
        });
        let id = match course.patient.gender {
            Gender::Female => "course-woman",
            Gender::Male => "course-man",
            Gender::NotStated => "course-person",
        };
        let age = age.unwrap_or_else(|| "?".to_owned());
        self.say(Message::new(id).with("age", age))
    }

    /// How far a day is from day 0 or from the present: `day 12`, `day −5`, `7 months after`; `3 weeks ago`.
    pub(super) fn told_from_anchor(&self, date: Date) -> String {
        let days = Moment::on(self.anchor).days_until(&Moment::on(date));
        let (unit, count) = match days {
            0..DAYS_AFTER if self.has_day_zero => (Unit::Days, days),
            _ => counted(self.anchor, date, days),
        };
        let id = match (self.has_day_zero, days.signum(), unit) {
            (true, _, Unit::Days | Unit::Recent) => {
                return self.say(Message::new("course-on-day").with("count", signed(days)));
            }
            (true, 0 | 1, Unit::Weeks) => "course-weeks-after",
            (true, 0 | 1, Unit::Months) => "course-months-after",
            (true, 0 | 1, Unit::Years) => "course-years-after",
            (true, _, Unit::Weeks) => "course-weeks-before",
            (true, _, Unit::Months) => "course-months-before",
            (true, _, Unit::Years) => "course-years-before",
            (false, 0, _) => "course-today",
            (false, -1, Unit::Days | Unit::Recent) => "course-days-ago",
            (false, -1, Unit::Weeks) => "course-weeks-ago",
            (false, -1, Unit::Months) => "course-months-ago",
            (false, -1, Unit::Years) => "course-years-ago",
            (false, _, Unit::Days | Unit::Recent) => "course-days-ahead",
            (false, _, Unit::Weeks) => "course-weeks-ahead",
            (false, _, Unit::Months) => "course-months-ahead",
            (false, _, Unit::Years) => "course-years-ahead",
        };
        self.say(Message::new(id).with("count", count.abs()))
    }

    /// The label of a tick, as short as may be.
    pub(super) fn tick(&self, tick: &Tick) -> String {
        let id = match tick.unit {
            Unit::Days | Unit::Recent => "course-tick-day",
            Unit::Weeks => "course-tick-week",
            Unit::Months => "course-tick-month",
            Unit::Years => "course-tick-year",
        };
        self.say(Message::new(id).with("count", signed(tick.count)))
    }

    /// What a part of the axis counts.
    pub(super) fn unit(&self, unit: Unit) -> String {
        self.say(match unit {
            Unit::Days => "course-days",
            Unit::Recent => "course-recent",
            Unit::Weeks => "course-weeks",
            Unit::Months => "course-months",
            Unit::Years => "course-years",
        })
    }
}

/// A number with the sign that is read as minus.
fn signed(count: i32) -> String {
    let sign = if count < 0 { "−" } else { "" };
    format!("{sign}{}", count.abs())
}

/// The unit in which a clinician tells how far two days are apart, and how many of them are full.
fn counted(anchor: Date, date: Date, days: i32) -> (Unit, i32) {
    let (first, last) = if days < 0 { (date, anchor) } else { (anchor, date) };
    let months = Moment::on(first).months_until(&Moment::on(last));
    match days.abs() {
        apart if apart < DAYS => (Unit::Days, apart),
        apart if apart < WEEKS => (Unit::Weeks, apart / 7),
        _ if months <= MONTHS => (Unit::Months, months),
        _ => (Unit::Years, months / 12),
    }
}

/// The moment at which a period begins.
pub(super) fn start(period: &EvidencePeriod) -> Moment {
    match period {
        EvidencePeriod::On(day) => *day,
        EvidencePeriod::Course { from, .. } => *from,
    }
}

/// The mark of a verdict.
pub(super) fn mark_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "✗",
        Verdict::Unknown => "?",
    }
}
