//! FHIR dates as intervals: `2026` is a year long, and a comparison that the interval straddles is unknown.
//!
//! Days are calendar days at the place of care: an instant is of the day that it is there, however its offset is written. Month arithmetic is calendar months (31 August plus six months is the
//! last day of February).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};

use crate::Verdict;

/// The instant a chart is judged at. Always an input of an evaluation, never read inside a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The calendar day at the place of care.
    pub date: Date,
    /// The exact instant.
    pub instant: Timestamp,
    offset: jiff::tz::Offset,
}

impl AsOf {
    /// The present, in the time zone of the machine. The one place where the clock is read.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the clock is read; everything else takes an AsOf"
    )]
    pub fn now() -> Self {
        Self::from_zoned(&Zoned::now())
    }

    /// The same instant, on the day that it is in a time zone.
    #[must_use]
    pub fn at(&self, zone: &TimeZone) -> Self {
        Self::from_zoned(&self.instant.to_zoned(zone.clone()))
    }

    /// The same as [`AsOf::parse`], but an instant is of the day that it is in a time zone. A day stays what it is.
    #[must_use]
    pub fn parse_at(text: &str, zone: &TimeZone) -> Option<Self> {
        let as_of = Self::parse(text)?;
        Some(if Moment::parse(text)?.instant.is_some() { as_of.at(zone) } else { as_of })
    }

    /// The end of a day at the place of care: what was known when it was over. `None` of a day that no clock reaches.
    #[must_use]
    pub fn end_of(day: Date, zone: &TimeZone) -> Option<Self> {
        Some(Self::from_zoned(&day.at(23, 59, 59, 0).to_zoned(zone.clone()).ok()?))
    }

    fn from_zoned(zoned: &Zoned) -> Self {
        Self { date: zoned.date(), instant: zoned.timestamp(), offset: zoned.offset() }
    }

    /// Reads `2026-11-02` (midday, UTC) or `2026-11-02T09:00:00+01:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment = Moment::parse(text)?;
        let day = moment.exact_day()?;
        if let Some(instant) = moment.instant {
            return Some(Self { date: day, instant, offset: offset_of(text)? });
        }
        let zoned = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self::from_zoned(&zoned))
    }

    /// The as-of day as an interval of one day.
    #[must_use]
    pub fn day(&self) -> Moment {
        Moment::on(self.date)
    }

    /// The as-of instant, on its day.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment { instant: Some(self.instant), ..self.day() }
    }

    /// The first and last instant that a moment can mean; a day without an offset is read in the offset of the as-of instant.
    #[must_use]
    pub fn span_of(&self, moment: &Moment) -> (Timestamp, Timestamp) {
        if let Some(instant) = moment.instant {
            return (instant, instant);
        }
        let at = |day: Date, hour, minute, second| {
            self.offset.to_timestamp(day.at(hour, minute, second, 0)).unwrap_or(self.instant)
        };
        (at(moment.first, 0, 0, 0), at(moment.last, 23, 59, 59))
    }

    /// The time of day of a moment at the place of care, to the minute (`08:15`); `None` of one that has no time.
    #[must_use]
    pub fn clock(&self, moment: &Moment) -> Option<String> {
        moment.instant.map(|instant| self.offset.to_datetime(instant).strftime("%H:%M").to_string())
    }

    /// `2026-11-02T09:00:00+01:00`, to the second, for the machine-readable part of a card.
    #[must_use]
    pub fn to_rfc3339(&self) -> String {
        let seconds = self.instant.round(jiff::Unit::Second).unwrap_or(self.instant);
        seconds.display_with_offset(self.offset).to_string()
    }
}

/// The offset at the end of an RFC 3339 instant.
fn offset_of(text: &str) -> Option<jiff::tz::Offset> {
    let pieces = jiff::fmt::temporal::DateTimeParser::new().parse_pieces(text).ok()?;
    Some(match pieces.offset()? {
        jiff::fmt::temporal::PiecesOffset::Zulu => jiff::tz::Offset::UTC,
        other => other.to_numeric_offset(),
    })
}

/// A FHIR `date`, `dateTime` or `instant` with whatever precision it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The first day it can mean.
    pub first: Date,
    /// The last day it can mean.
    pub last: Date,
    /// The exact instant, when the text had a time and an offset.
    pub instant: Option<Timestamp>,
}

impl Moment {
    /// A whole day.
    #[must_use]
    pub fn on(day: Date) -> Self {
        Self { first: day, last: day, instant: None }
    }

    /// The same as [`Moment::parse`], but an instant is of the day that it is in a time zone, whatever offset it is written with.
    /// The one place where an instant becomes a day.
    #[must_use]
    pub fn parse_at(text: &str, zone: &TimeZone) -> Option<Self> {
        let moment = Self::parse(text)?;
        let Some(instant) = moment.instant else { return Some(moment) };
        let day = zone.to_datetime(instant).date();
        Some(Self { first: day, last: day, instant: Some(instant) })
    }

    /// Reads `2026`, `2026-05`, `2026-05-01` or an instant, on the day that is written there. `None` is a text that is no FHIR date.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |range: std::ops::Range<usize>| -> Option<i16> {
            let digits = bytes.get(range)?;
            if !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            std::str::from_utf8(digits).ok()?.parse().ok()
        };
        let year = number(0..4)?;
        if bytes.len() == 4 {
            return Some(Self {
                first: Date::new(year, 1, 1).ok()?,
                last: Date::new(year, 12, 31).ok()?,
                instant: None,
            });
        }
        if bytes.get(4) != Some(&b'-') {
            return None;
        }
        let month = i8::try_from(number(5..7)?).ok()?;
        if bytes.len() == 7 {
            let first = Date::new(year, month, 1).ok()?;
            return Some(Self { first, last: first.last_of_month(), instant: None });
        }
        if bytes.get(7) != Some(&b'-') {
            return None;
        }
        let day = Date::new(year, month, i8::try_from(number(8..10)?).ok()?).ok()?;
        if bytes.len() == 10 {
            return Some(Self::on(day));
        }
        if bytes.get(10) != Some(&b'T') {
            return None;
        }
        // A time without an offset, or one that can't be read, still leaves the day.
        Some(Self { first: day, last: day, instant: text.parse().ok() })
    }

    /// The one day it means, when it is that precise.
    #[must_use]
    pub fn exact_day(&self) -> Option<Date> {
        (self.first == self.last).then_some(self.first)
    }

    /// Both ends moved by calendar months (negative: back). Saturates at the ends of the calendar.
    #[must_use]
    pub fn plus_months(&self, months: i32) -> Self {
        let shift = |day: Date| day.saturating_add(Span::new().months(months));
        Self { first: shift(self.first), last: shift(self.last), instant: None }
    }

    /// Both ends moved by calendar days (negative: back). Saturates at the ends of the calendar.
    #[must_use]
    pub fn plus_days(&self, days: i32) -> Self {
        let shift = |day: Date| day.saturating_add(Span::new().days(days));
        Self { first: shift(self.first), last: shift(self.last), instant: None }
    }

    /// Whether it lies on or after `other`, for every day both can mean.
    pub fn on_or_after(&self, other: &Self) -> Verdict {
        if self.first >= other.last {
            Verdict::Met
        } else if self.last < other.first {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }

    /// Whether it lies on or before `other`, for every day both can mean.
    pub fn on_or_before(&self, other: &Self) -> Verdict {
        other.on_or_after(self)
    }

    /// Whether it lies strictly after `other`.
    pub fn after(&self, other: &Self) -> Verdict {
        !self.on_or_before(other)
    }

    /// Whether it lies strictly before `other`.
    pub fn before(&self, other: &Self) -> Verdict {
        !self.on_or_after(other)
    }

    /// Whole calendar months from the start of `self` to the end of `until`, counted for the longest reading of both.
    #[must_use]
    pub fn months_until(&self, until: &Self) -> i32 {
        until
            .last
            .since((jiff::Unit::Month, self.first))
            .map_or(0, |span| span.get_months() + 12 * i32::from(span.get_years()))
    }

    /// Calendar days from the last day of `self` to the first of `until`: the shortest distance both can mean.
    #[must_use]
    pub fn days_until(&self, until: &Self) -> i32 {
        until.first.since((jiff::Unit::Day, self.last)).map_or(0, |span| span.get_days())
    }
}

impl std::fmt::Display for Moment {
    /// As precise as it was written: `2026`, `2026-05` or `2026-05-01`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            write!(f, "{}", self.first)
        } else if self.first.year() == self.last.year() && self.first.month() == self.last.month() {
            write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
        } else if self.first.year() == self.last.year() {
            write!(f, "{:04}", self.first.year())
        } else {
            write!(f, "{}–{}", self.first, self.last)
        }
    }
}

/// A FHIR `Period`, or the period a dateTime stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// When it began, if known.
    pub start: Option<Moment>,
    /// When it ended, if recorded.
    pub end: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn precision_is_kept() {
        for text in ["2026", "2026-05", "2026-05-01"] {
            assert_eq!(moment(text).to_string(), text);
        }
        assert_eq!(moment("2024-02").last.to_string(), "2024-02-29");
        assert_eq!(moment("2026-05-01T23:30:00-05:00").to_string(), "2026-05-01", "the day of its own offset");
        assert!(moment("2026-05-01T23:30:00-05:00").instant.is_some());
        assert!(moment("2026-05-01T23:30").instant.is_none(), "a time without offset leaves the day");
        for text in ["", "26", "2026-13", "2026-02-30", "2026/05/01", "yesterday", "2026-05-01 10:00", "20é6"] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_is_of_the_day_at_the_place_of_care() {
        let amsterdam = TimeZone::get("Europe/Amsterdam").unwrap();
        for (text, expected) in [
            // Half past midnight, in summer and in winter, three ways to write it.
            ("2026-05-02T00:30:00+02:00", "2026-05-02"),
            ("2026-05-01T22:30:00Z", "2026-05-02"),
            ("2026-05-01T15:30:00-07:00", "2026-05-02"),
            ("2026-11-01T23:30:00Z", "2026-11-02"),
            ("2026-11-01T22:30:00Z", "2026-11-01"),
            // The other side of midnight.
            ("2026-05-01T21:59:59Z", "2026-05-01"),
            ("2026-05-02T06:59:59+09:00", "2026-05-01"),
            // The night on which the clocks go back.
            ("2026-10-24T22:30:00Z", "2026-10-25"),
            ("2026-10-25T22:30:00Z", "2026-10-25"),
            // No instant: what is written.
            ("2026-05-01", "2026-05-01"),
            ("2026-05-01T23:30", "2026-05-01"),
            ("2026-05", "2026-05"),
        ] {
            assert_eq!(Moment::parse_at(text, &amsterdam).unwrap().to_string(), expected, "{text}");
        }
        assert_eq!(Moment::parse_at("yesterday", &amsterdam), None);
        let day = |text: &str, zone: &str| AsOf::parse_at(text, &TimeZone::get(zone).unwrap()).unwrap().to_rfc3339();
        assert_eq!(day("2026-11-01T23:30:00Z", "Europe/Amsterdam"), "2026-11-02T00:30:00+01:00");
        assert_eq!(day("2026-11-02", "Pacific/Auckland"), "2026-11-02T12:00:00+00:00");
    }

    #[test]
    fn a_straddled_comparison_is_unknown() {
        use Verdict::{Met, NotMet, Unknown};
        let table = [
            ("2026-05-02", "2026-05-01", Met),
            ("2026-05-01", "2026-05-01", Met),
            ("2026-04-30", "2026-05-01", NotMet),
            ("2026-05", "2026-05-01", Met),
            ("2026-05", "2026-05-02", Unknown),
            ("2026-05", "2026-06-01", NotMet),
            ("2026", "2026-05-01", Unknown),
            ("2026", "2025", Met),
            ("2025", "2026", NotMet),
            ("2026", "2026", Unknown),
        ];
        for (left, right, expected) in table {
            assert_eq!(moment(left).on_or_after(&moment(right)), expected, "{left} on or after {right}");
            assert_eq!(moment(right).on_or_before(&moment(left)), expected, "{right} on or before {left}");
            assert_eq!(moment(left).before(&moment(right)), !expected, "{left} before {right}");
        }
    }

    #[test]
    fn month_arithmetic_is_calendar_months() {
        assert_eq!(moment("2025-08-31").plus_months(6).to_string(), "2026-02-28");
        assert_eq!(moment("2023-08-31").plus_months(6).to_string(), "2024-02-29");
        assert_eq!(moment("2025-08-31").months_until(&moment("2026-02-27")), 5);
        assert_eq!(moment("2025-08-15").months_until(&moment("2027-02-15")), 18);
        assert_eq!(moment("2026-01-01").days_until(&moment("2026-02-26")), 56);
    }

    #[test]
    fn the_as_of_instant_is_read_with_its_own_day() {
        let as_of = AsOf::parse("2026-11-02T00:30:00+01:00").unwrap();
        assert_eq!(as_of.date.to_string(), "2026-11-02");
        assert_eq!(as_of.instant.to_string(), "2026-11-01T23:30:00Z");
        assert_eq!(as_of.to_rfc3339(), "2026-11-02T00:30:00+01:00");
        assert_eq!(as_of.clock(&moment("2026-11-01T07:05:30Z")).as_deref(), Some("08:05"));
        assert_eq!(as_of.clock(&moment("2026-11-01")), None);
        assert_eq!(AsOf::parse("2026-11"), None);
    }
}
