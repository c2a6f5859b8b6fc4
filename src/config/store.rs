//! `[store]` and `[report]`: what is remembered, and when a report names a rule.

use std::time::Duration;

use super::file::{File, ReportEntry};
use super::findings::Findings;
use super::units::{duration, number};
use cellwise_store::{Address, Protection, Settings, Thresholds};

const HOUR: Duration = Duration::from_hours(1);
/// How long comments are kept when the file does not say it.
const KEEP_COMMENTS_FOR: Duration = Duration::from_hours(90 * 24);
/// And at most.
const LONGEST: Duration = Duration::from_hours(3650 * 24);

/// Checks `[store]`.
pub(super) fn store(file: &File, findings: &mut Findings<'_>) -> Option<Settings> {
    let entry = file.store.as_ref()?;
    let own = entry.as_ref();
    if own.url.is_none() {
        findings.problem(entry, "`[store]` needs `url`: `sqlite:FILE` or `postgres://USER@HOST/DATABASE`");
    }
    let folder = findings.folder;
    let address = findings.read("url", own.url.as_ref(), |text| Address::parse(text, folder));
    let address = match (address, &own.password) {
        (Some(address), Some(password)) => {
            findings.read("password", Some(password), |password| address.with_password(password))
        }
        (address, _) => address,
    };
    if let (Some(address), Some(at)) = (&address, &own.url)
        && address.protection() == Protection::Weak
    {
        findings.warning(
            at,
            "`url` has an `sslmode` that does not verify the server: whoever is in between can read along, and take its place",
        );
    }
    let comments = own.comments.as_ref().is_some_and(|comments| *comments.as_ref());
    if let Some(at) = own.comments.as_ref().filter(|_| comments) {
        findings.warning(
            at,
            "`comments`: what users write about a card is kept, and may be about patients. Whoever reads the database reads it",
        );
    }
    let keep_comments_for = findings
        .read("keep-comments-for", own.keep_comments_for.as_ref(), |text| duration(text, HOUR, LONGEST))
        .unwrap_or(KEEP_COMMENTS_FOR);
    Some(Settings { address: address?, comments, keep_comments_for })
}

/// Checks `[report]`.
pub(super) fn report(entry: &ReportEntry, findings: &mut Findings<'_>) -> Thresholds {
    let standard = Thresholds::default();
    let share = findings.read("overridden-share", entry.overridden_share.as_ref(), |share| {
        let percent = (1..=99_u8).find(|percent| (f64::from(*percent) - share * 100.0).abs() < 0.001);
        percent.ok_or_else(|| format!("can't be {share}: it must lie between 0.01 and 0.99, in whole hundredths"))
    });
    Thresholds {
        overridden_percent: share.map_or(standard.overridden_percent, u64::from),
        fewest_shown: findings
            .read("fewest-shown", entry.fewest_shown.as_ref(), |value| number(*value, 1, 1_000_000))
            .map_or(standard.fewest_shown, u64::from),
    }
}
