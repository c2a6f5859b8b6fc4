//! Durations and sizes as people write them: a whole number and its unit, `"400ms"`, `"1MiB"`.

use std::time::Duration;

const DURATIONS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
const SIZES: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];

/// A duration within bounds.
pub(super) fn duration(text: &str, least: Duration, most: Duration) -> Result<Duration, String> {
    let Some(milliseconds) = measured(text, &DURATIONS) else {
        return Err(format!(
            "can't be `{text}`: write a whole number and `ms`, `s`, `min`, `h` or `d`, such as `400ms`"
        ));
    };
    let value = Duration::from_millis(milliseconds);
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(format!("can't be {text}: it must lie between {} and {}", shown_duration(least), shown_duration(most)))
}

/// A size in bytes, within bounds.
pub(super) fn size(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let Some(value) = measured(text, &SIZES) else {
        return Err(format!("can't be `{text}`: write a whole number and `KiB`, `MiB` or `GiB`, such as `1MiB`"));
    };
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(format!("can't be {text}: it must lie between {} and {}", shown_size(least), shown_size(most)))
}

/// A number within bounds.
pub(super) fn number(value: i64, least: u32, most: u32) -> Result<u32, String> {
    let within = u32::try_from(value).ok().filter(|value| (least..=most).contains(value));
    within.ok_or_else(|| format!("can't be {value}: it must lie between {least} and {most}"))
}

fn measured(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    // `parse` alone would take a sign.
    let count: u64 = if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok()? } else { return None };
    count.checked_mul(*factor)
}

/// As it would stand in the file.
pub(super) fn shown_duration(value: Duration) -> String {
    shown(u64::try_from(value.as_millis()).unwrap_or(u64::MAX), &DURATIONS)
}

/// As it would stand in the file; what the command line set may be no round number.
pub(super) fn shown_size(bytes: u64) -> String {
    if bytes.is_multiple_of(1 << 10) { shown(bytes, &SIZES) } else { format!("{bytes} bytes") }
}

fn shown(value: u64, units: &[(&str, u64)]) -> String {
    let largest = units.iter().rev().find(|(_, factor)| value > 0 && value.is_multiple_of(*factor));
    let zero = if units.iter().any(|(name, _)| *name == "s") { "0s" } else { "0KiB" };
    largest.map_or_else(|| zero.to_owned(), |(name, factor)| format!("{}{name}", value / factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_its_unit() {
        let read = |text| duration(text, Duration::ZERO, Duration::from_hours(24)).ok().map(|value| value.as_millis());
        for (text, expected) in
            [("400ms", 400), ("30s", 30_000), ("10min", 600_000), ("1h", 3_600_000), ("0s", 0), ("1d", 86_400_000)]
        {
            assert_eq!(read(text), Some(expected), "{text}");
            assert_eq!(shown_duration(Duration::from_millis(u64::try_from(expected).unwrap())), text);
        }
        for text in [
            "",
            "30",
            "s",
            "-1s",
            "+1s",
            "1.5s",
            "1 s",
            "1m",
            "1S",
            "99999999999999999999h",
            "9999999999999999h",
            "25h",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        let read = |text| size(text, 1024, 1 << 31).ok();
        for (text, expected) in [("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 1 << 31)] {
            assert_eq!(read(text), Some(expected), "{text}");
            assert_eq!(shown_size(expected), text);
        }
        assert_eq!(shown_size(3_000_000), "3000000 bytes");
        for text in ["1", "1MB", "1mib", "0KiB", "3GiB", "1024"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
