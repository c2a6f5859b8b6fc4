//! Time from left to right, in the units in which a clinician counts: days around day 0, then weeks, then months. Each part of the
//! axis has a scale of its own, so that the hours of a fever and the years before it fit on one page.

use cellwise_record::{AsOf, EvidencePeriod, Moment};
use jiff::civil::Date;

/// In what time is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Days from the anchor.
    Days,
    /// The last days, counted back from the present.
    Recent,
    /// Weeks from the anchor.
    Weeks,
    /// Calendar months from the anchor.
    Months,
    /// Years from the anchor.
    Years,
}

impl Unit {
    /// How many days, on average.
    fn days(self) -> f64 {
        match self {
            Self::Days | Self::Recent => 1.0,
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
/// The last days have a part of their own when so much is drawn in them: hours matter there.
const RECENT_DAYS: f64 = 3.0;
const ENOUGH_RECENT: usize = 3;
/// Up to this day the last days are counted from day 0, too.
const LAST_COUNTED_DAY: f64 = 100.0;
/// Labels in a part of the axis that takes all of it: bare numbers of days, and those with a unit.
const MOST_DAYS: f64 = 24.0;
const MOST_OTHERS: f64 = 13.0;
/// What is kept free at both sides, in percent: a mark at the edge is to be seen.
const EDGE: f64 = 1.2;

/// Half of what a label takes of the axis on a small screen, in percent: days are numbers, other units are named.
fn half_of(unit: Unit) -> f64 {
    match unit {
        Unit::Days | Unit::Recent => 1.25,
        Unit::Weeks | Unit::Months | Unit::Years => 3.3,
    }
}

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
    /// Whether it is shown where there is little room.
    pub(super) is_major: bool,
}

/// Time from left to right.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    as_of: AsOf,
    anchor: Date,
    is_day_zero: bool,
    parts: Vec<Part>,
}

impl Axis {
    /// An axis on which everything can be seen: `marks` and `others` are days counted from `anchor`, of the entries and of what
    /// else is drawn.
    pub(super) fn new(as_of: AsOf, anchor: Date, is_day_zero: bool, marks: &[f64], others: &[f64]) -> Self {
        let mut axis = Self { as_of, anchor, is_day_zero, parts: Vec::new() };
        let now = axis.now_in_days();
        let days: Vec<f64> = marks.iter().chain(others).map(|day| day.clamp(-LONGEST, LONGEST)).collect();
        let (first, last) = days.iter().fold((now, now), |(first, last), day| (first.min(*day), last.max(*day)));
        let (first, last) = if is_day_zero {
            (first.min(-1.0).floor(), last.max(7.0).ceil() + 1.0)
        } else {
            ((first - 7.0).floor(), (last + 7.0).ceil())
        };
        let recent = marks.iter().filter(|day| (now - RECENT_DAYS..=now).contains(*day)).count();
        let recent = (recent >= ENOUGH_RECENT).then_some((now - RECENT_DAYS - 0.2, now + 0.4));
        let is_counted = is_day_zero && now <= LAST_COUNTED_DAY;
        axis.parts = parts(first, last, if is_day_zero { &FROM_DAY_ZERO } else { &FROM_TODAY }, recent, is_counted);
        axis.share(marks, others);
        axis
    }

    /// Shares the width among the parts: the more there is in one, and the longer it is, the wider it gets. What is still to come
    /// has few things in it, and needs less.
    fn share(&mut self, marks: &[f64], others: &[f64]) {
        #[expect(clippy::cast_precision_loss, reason = "a count of marks is small")]
        let inside = |part: &Part, days: &[f64]| {
            (days.iter().filter(|day| (part.from..=part.to).contains(*day)).count() as f64).sqrt()
        };
        let weight = |part: &Part| {
            let units = ((part.to - part.from) / part.unit.days()).sqrt();
            let least = if part.to - part.from < 2.0 { 0.3 } else { 0.8 };
            least + inside(part, marks).min(5.0) + inside(part, others).min(2.0) / 2.0 + units.min(5.0) / 2.5
        };
        let total: f64 = self.parts.iter().map(weight).sum();
        let mut left = EDGE;
        for part in &mut self.parts {
            part.left = left;
            part.width = (100.0 - 2.0 * EDGE) * weight(part) / total;
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
        part.map_or(EDGE, |part| {
            let share = ((day - part.from) / (part.to - part.from)).clamp(0.0, 1.0);
            part.left + share * part.width
        })
    }

    /// The labels.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let mut ticks: Vec<Tick> = Vec::new();
        for tick in self.parts.iter().flat_map(|part| self.ticks_of(part)) {
            if ticks.last().is_none_or(|last| tick.x - last.x >= half_of(last.unit) + half_of(tick.unit)) {
                ticks.push(tick);
            }
        }
        ticks
    }

    fn ticks_of(&self, part: &Part) -> Vec<Tick> {
        let most = if matches!(part.unit, Unit::Days | Unit::Recent) { MOST_DAYS } else { MOST_OTHERS };
        let most = (most * part.width / 100.0).max(1.0);
        let units = (part.to - part.from) / part.unit.days();
        let steps: &[i32] = match part.unit {
            Unit::Days | Unit::Recent => &[1, 2, 7, 14],
            Unit::Weeks => &[1, 2, 4, 8, 13],
            Unit::Months => &[1, 2, 3, 6, 12],
            Unit::Years => &[1, 2, 5, 10, 20],
        };
        let fits = |step: &&i32| units / f64::from(**step) <= most;
        let step = steps.iter().find(fits).or(steps.last()).copied().unwrap_or(1);
        let origin = if part.unit == Unit::Recent { self.day(&self.as_of.day()).0 } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "no course is longer than a life")]
        let count = |day: f64| ((day - origin) / part.unit.days()).round() as i32;
        let mut ticks = Vec::new();
        for count in (count(part.from) - 1..=count(part.to) + 1).filter(|count| count % step == 0) {
            let day = self.day(&Moment::on(self.date(part.unit, count))).0;
            // The present has a label of its own.
            let is_present = count == 0 && (part.unit == Unit::Recent || !self.is_day_zero);
            if !is_present && (part.from..part.to).contains(&day) && self.x(day) < 100.0 - EDGE {
                ticks.push(Tick { x: self.x(day), count, unit: part.unit, is_major: false });
            }
        }
        let middle = ticks.len() / 2;
        for (place, tick) in ticks.iter_mut().enumerate() {
            tick.is_major = tick.count == 0 || place == middle;
        }
        ticks
    }

    fn date(&self, unit: Unit, count: i32) -> Date {
        let anchor = Moment::on(self.anchor);
        match unit {
            Unit::Days => anchor.plus_days(count),
            Unit::Recent => self.as_of.day().plus_days(count),
            Unit::Weeks => anchor.plus_days(7 * count),
            Unit::Months => anchor.plus_months(count),
            Unit::Years => anchor.plus_months(12 * count),
        }
        .first
    }
}

/// The parts of an axis from `first` to `last`: those between `borders`, and the last days where they have one of their own.
fn parts(first: f64, last: f64, borders: &[(f64, Unit)], recent: Option<(f64, f64)>, is_counted: bool) -> Vec<Part> {
    let last = recent.map_or(last, |(_, to)| last.max(to));
    let is_recent = |day: f64| recent.is_some_and(|(from, to)| day > from && day < to);
    let mut ends: Vec<f64> =
        borders.iter().map(|(border, _)| border.min(last)).filter(|end| !is_recent(*end)).collect();
    ends.extend(recent.into_iter().flat_map(<[f64; 2]>::from));
    ends.push(last);
    ends.sort_by(f64::total_cmp);
    let mut parts = Vec::new();
    let mut from = first;
    for to in ends.into_iter().filter(|end| *end > first) {
        if to - from < 1e-6 {
            continue;
        }
        let middle = f64::midpoint(from, to);
        let unit = borders.iter().find(|(border, _)| middle < *border).map_or(Unit::Months, |(_, unit)| *unit);
        let unit = match unit {
            _ if is_recent(middle) && is_counted => Unit::Days,
            _ if is_recent(middle) => Unit::Recent,
            Unit::Months if to - from > MOST_MONTHS * DAYS_OF_A_MONTH => Unit::Years,
            unit => unit,
        };
        parts.push(Part { from, to, unit, left: 0.0, width: 0.0 });
        from = to;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(is_day_zero: bool, days: &[f64]) -> Axis {
        let as_of = AsOf::parse("2026-11-02").unwrap();
        Axis::new(as_of, "2026-10-30".parse().unwrap(), is_day_zero, days, &[])
    }

    #[test]
    fn later_is_always_further_to_the_right() {
        for is_day_zero in [true, false] {
            let axis = axis(is_day_zero, &[-2000.0, -3.0, 0.0, 2.5, 40.0, 365.0]);
            let places: Vec<f64> = (-2000..365).map(|day| axis.x(f64::from(day))).collect();
            assert!(places.is_sorted(), "{axis:?}");
            assert!(*places.first().unwrap() < 5.0 && *places.last().unwrap() > 90.0, "{axis:?}");
            let widths: f64 = axis.parts().iter().map(|part| part.width).sum();
            assert!((widths - (100.0 - 2.0 * EDGE)).abs() < 1e-6);
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
        let half = ticks.iter().find(|tick| tick.unit == Unit::Months && tick.count == 6).map(|tick| tick.x);
        let day = axis.day(&Moment::parse("2027-04-30").unwrap()).0;
        assert!(half.is_some_and(|x| (x - axis.x(day)).abs() < 1e-6), "{ticks:?}");
    }

    #[test]
    fn the_last_days_have_room_where_much_happened_in_them() {
        let width = |axis: &Axis| axis.x(3.4) - axis.x(2.4);
        let (few, many) = (axis(true, &[-300.0, 3.0]), axis(true, &[-300.0, 1.0, 2.0, 2.5, 3.0, 3.2]));
        assert!(width(&many) > 2.0 * width(&few), "{few:?} {many:?}");
    }

    #[test]
    fn what_is_not_of_this_century_is_drawn_at_the_edge() {
        let axis = axis(true, &[-700_000.0, 900_000.0]);
        assert!((axis.x(-700_000.0) - EDGE).abs() < 1e-9, "{axis:?}");
        assert!((axis.x(900_000.0) - (100.0 - EDGE)).abs() < 1e-9, "{axis:?}");
    }
}
