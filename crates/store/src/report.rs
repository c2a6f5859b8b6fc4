//! What became of the cards: shown, accepted, overridden, ignored, by rule, client and week, with the reasons.
//!
//! A card counts for each rule on it. It is accepted or overridden by the last feedback on it, and ignored without one. A card
//! that suggests nothing can't be accepted, so the share of overridden cards is one of all that were shown.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Serialize;

/// What is counted together by the database, in milliseconds: offsets of time zones are multiples of it, so weeks begin where
/// they do in the hospital.
pub(crate) const QUARTER: i64 = 15 * 60 * 1000;
/// How many weeks a report covers when nobody says since when.
const WEEKS: i64 = 12;

/// From when to when, in milliseconds since 1970; the end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Where it begins.
    pub since: i64,
    /// Where it ends.
    pub until: i64,
}

impl Period {
    /// From the beginning of one day to the end of another: by default of twelve weeks until today.
    ///
    /// # Errors
    /// When it would end before it begins.
    pub fn of(since: Option<Date>, until: Option<Date>, now: i64, zone: &TimeZone) -> Result<Self, String> {
        let last = until.unwrap_or_else(|| day(now, zone));
        let first = since.unwrap_or_else(|| last.saturating_sub(WEEKS.weeks()));
        if first > last {
            return Err(format!("the report would end on {last}, before it begins on {first}"));
        }
        let start = |day: Date| day.to_zoned(zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
        let outside = |_error| "the report must lie between the years 1 and 9998".to_owned();
        Ok(Self { since: start(first).map_err(outside)?, until: start(last.saturating_add(1.day())).map_err(outside)? })
    }
}

fn day(instant: i64, zone: &TimeZone) -> Date {
    let instant = Timestamp::from_millisecond(instant).unwrap_or_default();
    instant.to_zoned(zone.clone()).date()
}

/// `2026-W48`: the week of ISO 8601 in which an instant lies.
fn week(instant: i64, zone: &TimeZone) -> String {
    let week = day(instant, zone).iso_week_date();
    format!("{}-W{:02}", week.year(), week.week())
}

/// What the database counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// By rule, client and quarter of an hour.
    pub lines: Vec<Line>,
    /// Feedback on cards that are not on record.
    pub unrecorded: Vec<Unrecorded>,
}

/// Cards of a rule, of one client, within a quarter of an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The rule.
    pub rule: String,
    /// The client.
    pub client: String,
    /// Which quarter since 1970.
    pub quarter: i64,
    /// What became of them.
    pub outcomes: Outcomes,
    /// Why they were overridden.
    pub reasons: Vec<Reason>,
}

/// How many cards came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// All of them.
    pub shown: u64,
    /// Those on which another rule led.
    pub joined: u64,
    /// Those of which a suggestion was accepted.
    pub accepted: u64,
    /// Those that were overridden.
    pub overridden: u64,
    /// Those about which nothing was heard.
    pub ignored: u64,
}

impl Outcomes {
    fn add(&mut self, other: Self) {
        let Self { shown, joined, accepted, overridden, ignored } = other;
        self.shown += shown;
        self.joined += joined;
        self.accepted += accepted;
        self.overridden += overridden;
        self.ignored += ignored;
    }

    /// Overridden of shown, in whole percent.
    #[must_use]
    pub fn overridden_percent(&self) -> u64 {
        (self.overridden * 100).checked_div(self.shown).unwrap_or_default()
    }
}

/// Why cards were overridden.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reason {
    /// The code system; without it no reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How many cards.
    pub cards: u64,
}

/// Feedback on cards that are not on record: shown before there was a store, dropped, or never shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unrecorded {
    /// Who sent it.
    pub client: String,
    /// Accepted, rather than overridden.
    pub is_accepted: bool,
    /// How many cards.
    pub cards: u64,
}

/// When a rule is named: its card may be one that nobody needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Thresholds {
    /// Overridden in more than so many of a hundred.
    pub overridden_percent: u64,
    /// Shown at least so often: of fewer cards a share says nothing.
    pub fewest_shown: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { overridden_percent: 50, fewest_shown: 20 }
    }
}

/// A report.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Its first day.
    pub since: String,
    /// Its last day.
    pub until: String,
    /// When a rule is named.
    pub thresholds: Thresholds,
    /// The rules that are overridden in more than the set share, the worst first.
    pub named: Vec<String>,
    /// Each rule in all; those that are named first.
    pub rules: Vec<RuleLine>,
    /// Each rule by week and client.
    pub weeks: Vec<RuleLine>,
    /// Feedback on cards that are not on record.
    pub not_on_record: Vec<Unrecorded>,
}

/// What became of the cards of a rule: in all, or of a client in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleLine {
    /// The week of ISO 8601: `2026-W48`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<String>,
    /// The rule; `unchecked` for the card that says which rules could not be judged.
    pub rule: String,
    /// The client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// All cards.
    pub shown: u64,
    /// Those on which another rule led.
    pub joined: u64,
    /// Those of which a suggestion was accepted.
    pub accepted: u64,
    /// Those that were overridden.
    pub overridden: u64,
    /// Those about which nothing was heard.
    pub ignored: u64,
    /// Overridden of shown, in whole percent.
    pub overridden_percent: u64,
    /// Why they were overridden, the most frequent reason first.
    pub reasons: Vec<Reason>,
}

impl Report {
    /// Puts together what was counted: weeks and days are those of `zone`.
    #[must_use]
    pub fn new(counted: &Counted, period: Period, zone: &TimeZone, thresholds: Thresholds) -> Self {
        let mut by_rule: BTreeMap<&str, Group> = BTreeMap::new();
        let mut by_week: BTreeMap<(String, &str, &str), Group> = BTreeMap::new();
        for line in &counted.lines {
            let week = week(line.quarter.saturating_mul(QUARTER), zone);
            let groups =
                [by_rule.entry(&line.rule).or_default(), by_week.entry((week, &line.rule, &line.client)).or_default()];
            for (outcomes, reasons) in groups {
                outcomes.add(line.outcomes);
                for reason in &line.reasons {
                    *reasons.entry((reason.system.clone(), reason.code.clone())).or_default() += reason.cards;
                }
            }
        }
        let is_named = |line: &RuleLine| {
            let Thresholds { overridden_percent, fewest_shown } = thresholds;
            line.shown >= fewest_shown && line.overridden * 100 > line.shown * overridden_percent
        };
        let mut rules: Vec<RuleLine> =
            by_rule.into_iter().map(|(rule, group)| rule_line(None, rule, None, group)).collect();
        // Named before others; among the named the worst, among the others the most frequent first.
        rules.sort_by_key(|line| {
            let named = is_named(line);
            (!named, std::cmp::Reverse(if named { line.overridden_percent } else { line.shown }))
        });
        let weeks = by_week
            .into_iter()
            .map(|((week, rule, client), group)| rule_line(Some(week), rule, Some(client.to_owned()), group));
        Self {
            since: day(period.since, zone).to_string(),
            until: day(period.until.saturating_sub(1), zone).to_string(),
            thresholds,
            named: rules.iter().filter(|line| is_named(line)).map(|line| line.rule.clone()).collect(),
            weeks: weeks.collect(),
            rules,
            not_on_record: counted.unrecorded.clone(),
        }
    }

    /// Whether a rule is overridden in more than the set share.
    #[must_use]
    pub fn is_named(&self, rule: &str) -> bool {
        self.named.iter().any(|named| named == rule)
    }
}

/// Cards that are counted together, and the reasons (system and code) for which they were overridden.
type Group = (Outcomes, BTreeMap<(Option<String>, Option<String>), u64>);

fn rule_line(week: Option<String>, rule: &str, client: Option<String>, (outcomes, reasons): Group) -> RuleLine {
    let mut reasons: Vec<Reason> =
        reasons.into_iter().map(|((system, code), cards)| Reason { system, code, cards }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.cards));
    let Outcomes { shown, joined, accepted, overridden, ignored } = outcomes;
    RuleLine {
        week,
        rule: rule.to_owned(),
        client,
        shown,
        joined,
        accepted,
        overridden,
        ignored,
        overridden_percent: outcomes.overridden_percent(),
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn line(rule: &str, at: &str, outcomes: Outcomes, reasons: &[(&str, u64)]) -> Line {
        Line {
            rule: rule.to_owned(),
            client: "ehr".to_owned(),
            quarter: instant(at) / QUARTER,
            outcomes,
            reasons: reasons
                .iter()
                .map(|(code, cards)| Reason {
                    system: Some("s".to_owned()),
                    code: Some((*code).to_owned()),
                    cards: *cards,
                })
                .collect(),
        }
    }

    #[test]
    fn a_period_is_of_whole_days_of_the_hospital() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let now = instant("2026-11-02T23:30:00Z");
        let day = |text: &str| Some(text.parse::<Date>().unwrap());
        let period = Period::of(day("2026-11-01"), None, now, &zone).unwrap();
        assert_eq!(period.since, instant("2026-10-31T22:00:00Z"));
        // It is the third there.
        assert_eq!(period.until, instant("2026-11-03T22:00:00Z"));
        assert_eq!(Period::of(None, None, now, &zone).unwrap().since, instant("2026-08-10T22:00:00Z"));
        assert!(Period::of(day("2026-11-03"), day("2026-11-02"), now, &zone).is_err());
        assert!(Period::of(day("9999-12-31"), None, now, &zone).is_err());
    }

    #[test]
    fn weeks_begin_on_monday_in_the_hospital() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(week(instant("2026-11-01T22:59:00Z"), &zone), "2026-W44");
        assert_eq!(week(instant("2026-11-01T23:00:00Z"), &zone), "2026-W45");
        assert_eq!(week(instant("2027-01-01T12:00:00Z"), &zone), "2026-W53");
    }

    #[test]
    fn rules_overridden_more_than_a_share_are_named_first() {
        let of = |shown: u64, overridden: u64| Outcomes {
            shown,
            overridden,
            ignored: shown - overridden,
            ..Outcomes::default()
        };
        let counted = Counted {
            lines: vec![
                line("quiet", "2026-11-02T10:00:00Z", of(500, 10), &[]),
                line("bad", "2026-11-02T10:00:00Z", of(10, 6), &[]),
                line("bad", "2026-11-02T10:00:00Z", Outcomes::default(), &[("b", 2), ("a", 4)]),
                line("bad", "2026-11-09T10:00:00Z", of(10, 5), &[]),
                line("half", "2026-11-02T10:00:00Z", of(40, 20), &[]),
                line("worst", "2026-11-02T10:00:00Z", of(20, 20), &[]),
                line("rare", "2026-11-02T10:00:00Z", of(19, 19), &[]),
            ],
            unrecorded: Vec::new(),
        };
        let period = Period { since: instant("2026-11-01T00:00:00Z"), until: instant("2026-11-30T00:00:00Z") };
        let report = Report::new(&counted, period, &TimeZone::UTC, Thresholds::default());
        assert_eq!((report.since.as_str(), report.until.as_str()), ("2026-11-01", "2026-11-29"));
        assert_eq!(report.named, ["worst", "bad"]);
        let order: Vec<&str> = report.rules.iter().map(|line| line.rule.as_str()).collect();
        assert_eq!(order, ["worst", "bad", "quiet", "half", "rare"]);
        let bad = &report.rules[1];
        assert_eq!((bad.shown, bad.overridden, bad.ignored, bad.overridden_percent), (20, 11, 9, 55));
        assert_eq!(bad.reasons.iter().map(|reason| reason.cards).collect::<Vec<_>>(), [4, 2]);
        let weeks: Vec<_> = report.weeks.iter().filter(|line| line.rule == "bad").collect();
        assert_eq!(
            weeks.iter().map(|line| line.week.as_deref().unwrap()).collect::<Vec<_>>(),
            ["2026-W45", "2026-W46"]
        );
        assert!(report.is_named("bad") && !report.is_named("half"));
    }
}
