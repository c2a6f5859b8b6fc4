//! Time from left to right, in the units in which a clinician counts: days around day 0, then weeks, then months. Each part of the
//! axis has a scale of its own, so that the hours of a fever and the years before it fit on one page.

use cellwise_record::{AsOf, EvidencePeriod, Moment};
use jiff::civil::Date;

/// In what time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Days,
    Weeks,
    Months,
    Years,
}

impl Unit {
    /// How many days, on average.
    fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => DAYS_OF_A_MONTH,
            Self::Years => 12.0 * DAYS_OF_A_MONTH,
        }
    }
}

const DAYS_OF_A_MONTH: f64 = 365.25 / 12.0;
/// No course is longer: what lies further is drawn at the edge.
const LONGEST: f64 = 60.0 * 365.25;
/// Where parts of the axis meet, in days from day 0, and the unit of the part before it.
const FROM_DAY_ZERO: [(f64, Unit); 4] =
    [(-28.0, Unit::Months), (15.0, Unit::Days), (92.0, Unit::Weeks), (LONGEST, Unit::Months)];
/// The same where there is no day 0, from the present.
const FROM_TODAY: [(f64, Unit); 3] = [(-92.0, Unit::Months), (15.0, Unit::Weeks), (LONGEST, Unit::Months)];
/// Above so many months a part counts years.
const MOST_MONTHS: f64 = 36.0;
/// Labels in a part of the axis that takes all of it.
const MOST_TICKS: f64 = 24.0;

/// A part of the axis with a scale of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Its first and last day, counted from the anchor.
    pub(super) from: f64,
    pub(super) to: f64,
    /// In what it counts.
    pub(super) unit: Unit,
    /// Where it begins, and how wide it is, in percent.
    pub(super) left: f64,
    pub(super) width: f64,
}

/// A label of the axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    /// Where, in percent.
    pub(super) x: f64,
    /// How many units.
    pub(super) count: i32,
    pub(super) unit: Unit,
    /// The day.
    pub(super) date: Date,
    /// Whether it is shown where there is little room.
    pub(super) is_major: bool,
}

/// Time from left to right.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    as_of: AsOf,
    anchor: Date,
    parts: Vec<Part>,
}

impl Axis {
    /// An axis on which everything of `days` can be seen: days counted from `anchor`, one for each thing that is drawn.
    pub(super) fn new(as_of: AsOf, anchor: Date, is_day_zero: bool, days: &[f64]) -> Self {
        let mut axis = Self { as_of, anchor, parts: Vec::new() };
        let today = axis.day(&as_of.moment()).0;
        let days: Vec<f64> = days.iter().map(|day| day.clamp(-LONGEST, LONGEST)).collect();
        let (first, last) = days.iter().fold((today, today), |(first, last), day| (first.min(*day), last.max(*day)));
        // Some room on both sides: what stands at the edge is to be seen.
        let (first, last) = if is_day_zero {
            (first.min(-1.0).floor(), last.max(7.0).ceil() + 1.0)
        } else {
            ((first - 7.0).floor(), (last + 7.0).ceil())
        };
        let borders: &[(f64, Unit)] = if is_day_zero { &FROM_DAY_ZERO } else { &FROM_TODAY };
        let mut from = first;
        for (border, unit) in borders {
            let to = border.min(last);
            if to <= from {
                continue;
            }
            let is_long = *unit == Unit::Months && to - from > MOST_MONTHS * DAYS_OF_A_MONTH;
            let unit = if is_long { Unit::Years } else { *unit };
            axis.parts.push(Part { from, to, unit, left: 0.0, width: 0.0 });
            from = to;
        }
        axis.share(&days);
        axis
    }

    /// Shares the width among the parts: the more there is in one, and the longer it is, the wider it gets.
    fn share(&mut self, days: &[f64]) {
        let weight = |part: &Part| {
            let inside = days.iter().filter(|day| (part.from..=part.to).contains(*day)).count();
            #[expect(clippy::cast_precision_loss, reason = "a count of marks is small")]
            let marks = (inside as f64).sqrt().min(6.0);
            let units = ((part.to - part.from) / part.unit.days()).sqrt().min(5.0);
            1.0 + marks + units
        };
        let total: f64 = self.parts.iter().map(weight).sum();
        let mut left = 0.0;
        for part in &mut self.parts {
            part.left = left;
            part.width = 100.0 * weight(part) / total;
            left += part.width;
        }
    }

    /// The parts, from left to right.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// First and last instant that a moment can mean, in days from the start of the anchor.
    pub(super) fn day(&self, moment: &Moment) -> (f64, f64) {
        let (zero, _) = self.as_of.span_of(&Moment::on(self.anchor));
        let (from, to) = self.as_of.span_of(moment);
        let days = |at: jiff::Timestamp| at.duration_since(zero).as_secs_f64() / 86_400.0;
        (days(from), days(to))
    }

    /// First and last day of a period; what goes on lasts until now.
    pub(super) fn days(&self, period: &EvidencePeriod) -> (f64, f64) {
        match period {
            EvidencePeriod::On(moment) => self.day(moment),
            EvidencePeriod::Course { from, to } => {
                let from = self.day(from).0;
                let to = to.map_or_else(|| self.now_in_days(), |to| self.day(&to).1);
                (from, to.max(from))
            }
        }
    }

    fn now_in_days(&self) -> f64 {
        self.day(&self.as_of.moment()).0
    }

    /// Where the present is, in percent.
    pub(super) fn now(&self) -> f64 {
        self.x(self.now_in_days())
    }

    /// Where a day is, in percent.
    pub(super) fn x(&self, day: f64) -> f64 {
        let part = self.parts.iter().find(|part| day <= part.to).or(self.parts.last());
        part.map_or(0.0, |part| {
            let share = ((day - part.from) / (part.to - part.from)).clamp(0.0, 1.0);
            part.left + share * part.width
        })
    }

    /// The labels.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        self.parts.iter().enumerate().flat_map(|(place, part)| self.ticks_of(part, place == 0)).collect()
    }

    fn ticks_of(&self, part: &Part, is_first: bool) -> Vec<Tick> {
        let most = (MOST_TICKS * part.width / 100.0).max(1.0);
        let units = (part.to - part.from) / part.unit.days();
        let steps: &[i32] = match part.unit {
            Unit::Days => &[1, 2, 7, 14],
            Unit::Weeks => &[1, 2, 4, 8, 13],
            Unit::Months => &[1, 2, 3, 6, 12],
            Unit::Years => &[1, 2, 5, 10, 20],
        };
        let fits = |step: &&i32| units / f64::from(**step) <= most;
        let step = steps.iter().find(fits).or(steps.last()).copied().unwrap_or(1);
        #[expect(clippy::cast_possible_truncation, reason = "no course is longer than a life")]
        let (first, last) = ((part.from / part.unit.days()).ceil() as i32, (part.to / part.unit.days()).floor() as i32);
        let mut ticks = Vec::new();
        for count in (first..=last).filter(|count| count % step == 0) {
            let date = self.date(part.unit, count);
            let day = self.day(&Moment::on(date)).0;
            // Where two parts meet there is one label, and none stands at the very edge.
            let is_inside = if is_first { day >= part.from } else { day > part.from } && day <= part.to;
            let x = self.x(day);
            if is_inside && x < 99.0 {
                ticks.push(Tick { x, count, unit: part.unit, date, is_major: false });
            }
        }
        let majors = [0, ticks.len() / 2];
        for (place, tick) in ticks.iter_mut().enumerate() {
            tick.is_major = tick.count == 0 || majors.contains(&place);
        }
        ticks
    }

    fn date(&self, unit: Unit, count: i32) -> Date {
        let anchor = Moment::on(self.anchor);
        match unit {
            Unit::Days => anchor.plus_days(count),
            Unit::Weeks => anchor.plus_days(7 * count),
            Unit::Months => anchor.plus_months(count),
            Unit::Years => anchor.plus_months(12 * count),
        }
        .first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(is_day_zero: bool, days: &[f64]) -> Axis {
        let as_of = AsOf::parse("2026-11-02").unwrap();
        Axis::new(as_of, "2026-10-30".parse().unwrap(), is_day_zero, days)
    }

    #[test]
    fn later_is_always_further_to_the_right() {
        for is_day_zero in [true, false] {
            let axis = axis(is_day_zero, &[-2000.0, -3.0, 0.0, 2.5, 40.0, 365.0]);
            let places: Vec<f64> = (-2000..365).map(|day| axis.x(f64::from(day))).collect();
            assert!(places.is_sorted(), "{axis:?}");
            assert!(places.first().unwrap().abs() < 2.0 && *places.last().unwrap() > 90.0, "{axis:?}");
            let widths: f64 = axis.parts().iter().map(|part| part.width).sum();
            assert!((widths - 100.0).abs() < 1e-6);
        }
    }

    #[test]
    fn days_are_counted_from_day_zero_then_weeks_then_months() {
        let axis = axis(true, &[-2000.0, 365.0]);
        let units: Vec<Unit> = axis.parts().iter().map(|part| part.unit).collect();
        assert_eq!(units, [Unit::Years, Unit::Days, Unit::Weeks, Unit::Months]);
        let ticks = axis.ticks();
        assert!(ticks.iter().any(|tick| tick.unit == Unit::Days && tick.count == 0), "{ticks:?}");
        assert!(ticks.is_sorted_by(|one, next| one.x < next.x), "{ticks:?}");
        let year = ticks.iter().find(|tick| tick.unit == Unit::Months && tick.count == 6).map(|tick| tick.date);
        assert_eq!(year, Some("2027-04-30".parse().unwrap()));
    }

    #[test]
    fn what_is_not_of_this_century_is_drawn_at_the_edge() {
        let axis = axis(true, &[-700_000.0, 900_000.0]);
        assert!(axis.x(-700_000.0).abs() < 1e-9 && (axis.x(900_000.0) - 100.0).abs() < 1e-9, "{axis:?}");
    }
}
