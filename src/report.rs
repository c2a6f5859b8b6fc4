//! Reports on what became of the cards: how a hospital finds the card that nobody needs. The counting is in
//! [`cellwise_store`]; here is what a report covers, and how it looks as CSV.

use crate::words::cell;
use cellwise_record::AsOf;
use cellwise_store::{Counted, Period, Reason, Report, RuleLine, Thresholds};
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A reason that is none.
pub const NO_REASON: &str = "no reason given";
/// How feedback on cards that are not on record stands among the rules.
const NOT_ON_RECORD: &str = "(not on record)";

/// From the beginning of one day to the end of another, in the time zone of the hospital.
///
/// # Errors
/// When it would end before it begins.
pub fn period(since: Option<Date>, until: Option<Date>, zone: &TimeZone) -> Result<Period, String> {
    Period::of(since, until, AsOf::now().instant.as_millisecond(), zone)
}

/// A report on what was counted; weeks begin as they do there.
#[must_use]
pub fn report(counted: &Counted, period: Period, zone: &TimeZone, thresholds: Thresholds) -> Report {
    Report::new(counted, period, zone, thresholds)
}

/// A date of a report.
///
/// # Errors
/// What is expected.
pub fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_error| "expected a date, such as `2026-11-02`".to_owned())
}

/// What a reason is called.
#[must_use]
pub fn reason(reason: &Reason) -> &str {
    reason.code.as_deref().unwrap_or(NO_REASON)
}

/// One line per week, rule and client, for a spreadsheet.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can't fail.
    let _ = writer.write_record([
        "week",
        "rule",
        "client",
        "shown",
        "joined",
        "accepted",
        "overridden",
        "ignored",
        "overridden-percent",
        "named",
        "reasons",
    ]);
    for line in &report.weeks {
        let RuleLine { week, rule, client, shown, joined, accepted, overridden, ignored, .. } = line;
        let reasons = line.reasons.iter().map(|one| format!("{} ({})", reason(one), one.cards));
        let _ = writer.write_record([
            week.clone().unwrap_or_default(),
            rule.clone(),
            cell(client.as_deref().unwrap_or_default()).into_owned(),
            shown.to_string(),
            joined.to_string(),
            accepted.to_string(),
            overridden.to_string(),
            ignored.to_string(),
            line.overridden_percent.to_string(),
            if report.is_named(rule) { "yes" } else { "no" }.to_owned(),
            cell(&reasons.collect::<Vec<_>>().join("; ")).into_owned(),
        ]);
    }
    for other in &report.not_on_record {
        let (accepted, overridden) = if other.is_accepted { (other.cards, 0) } else { (0, other.cards) };
        let _ = writer.write_record([
            "",
            NOT_ON_RECORD,
            &cell(&other.client),
            "",
            "",
            &accepted.to_string(),
            &overridden.to_string(),
            "",
            "",
            "",
            "",
        ]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_a_spreadsheet_is_no_formula() {
        let line = RuleLine {
            week: Some("2026-W45".to_owned()),
            rule: "dmso-allergy".to_owned(),
            client: Some("ehr".to_owned()),
            shown: 3,
            overridden: 2,
            ignored: 1,
            overridden_percent: 66,
            reasons: vec![
                Reason { system: None, code: Some("=1+1".to_owned()), cards: 1 },
                Reason { system: None, code: None, cards: 1 },
            ],
            ..RuleLine::default()
        };
        let report = Report {
            since: "2026-11-01".to_owned(),
            until: "2026-11-30".to_owned(),
            thresholds: Thresholds::default(),
            named: vec!["dmso-allergy".to_owned()],
            rules: Vec::new(),
            weeks: vec![line],
            not_on_record: Vec::new(),
        };
        let csv = csv(&report);
        let lines: Vec<&str> = csv.lines().skip(1).collect();
        assert_eq!(lines, ["2026-W45,dmso-allergy,ehr,3,0,0,2,1,66,yes,'=1+1 (1); no reason given (1)"]);
    }
}
