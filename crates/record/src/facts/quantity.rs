//! Numbers with a unit, compared by UCUM, never by the text of the unit.
//!
//! A quantity with a comparator (`< 0.1`) is a bound: a comparison that the bound does not settle is unknown. So is one whose
//! unit is missing or measures something else.

use crate::Verdict;
use crate::facts::units;

/// What a quantity's number is: the value itself, or a bound of it (`Quantity.comparator`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The value.
    Exactly,
    /// The value is less (`<`), or at most that (`<=`).
    Below,
    /// The value is greater (`>`), or at least that (`>=`).
    Above,
    /// A comparator that can't be read.
    Unclear,
}

/// A number with its unit as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub number: f64,
    /// UCUM code, else the unit's text; empty when none was sent.
    pub unit: String,
    /// Whether the number is the value or a bound of it.
    pub bound: Bound,
}

/// Conversions are right to this many parts; a limit is met by the value that was written, not by its last binary digit.
const PRECISION: f64 = 1e9;

impl Quantity {
    /// The number in another unit; `None` when the unit is missing, unknown, or measures something else.
    #[must_use]
    pub fn in_unit(&self, unit: &str) -> Option<f64> {
        let converted = units::convert(self.number, &self.unit, unit)?;
        Some(if converted.to_bits() == self.number.to_bits() {
            converted
        } else {
            (converted * PRECISION).round() / PRECISION
        })
    }

    /// A number written as text, alone or with its unit, a decimal comma or a comparator: `39,4`, `39.4 °C`, `< 0.1 K/uL`.
    /// `None` for anything else: a range, a fraction, words, or `1,500`, which is one and a half or fifteen hundred.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let signs = [
            ("<=", Bound::Below),
            ("≤", Bound::Below),
            ("<", Bound::Below),
            (">=", Bound::Above),
            ("≥", Bound::Above),
            (">", Bound::Above),
        ];
        let bounded = signs.into_iter().find_map(|(sign, bound)| Some((text.strip_prefix(sign)?.trim_start(), bound)));
        let (text, bound) = bounded.unwrap_or((text, Bound::Exactly));
        let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | ',')).unwrap_or(text.len());
        let (number, unit) = text.split_at_checked(end)?;
        let unit = unit.trim();
        (unit.is_empty() || units::is_unit(unit)).then_some(())?;
        Some(Self { number: plain_number(number)?, unit: unit.to_owned(), bound })
    }

    /// The systolic pressure of a blood pressure as people write it: `118/76`, `118/76 mmHg`. In kilopascal nobody writes it.
    #[must_use]
    pub fn systolic(text: &str) -> Option<Self> {
        let (systolic, rest) = text.split_once('/')?;
        let diastolic = Self::parse(rest)?;
        let is_mercury = diastolic.unit.is_empty() || diastolic.in_unit("mm[Hg]") == Some(diastolic.number);
        let number = plain_number(systolic.trim())?;
        let is_pair = is_mercury && diastolic.bound == Bound::Exactly && number >= diastolic.number;
        is_pair.then(|| Self { number, unit: "mm[Hg]".to_owned(), bound: Bound::Exactly })
    }

    /// A grade as people write it: `grade 3`, `graad 3`, `G3`, `ASTCT graad II`. Without anything but the grade it is a plain
    /// number.
    #[must_use]
    pub fn grade(text: &str) -> Option<Self> {
        const ROMAN: [&str; 5] = ["i", "ii", "iii", "iv", "v"];
        let text = text.to_lowercase();
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let rest: Vec<&str> =
            words.by_ref().filter(|word| !matches!(*word, "astct" | "ctcae" | "crs" | "icans")).collect();
        let grade = match rest.as_slice() {
            ["grade" | "graad" | "grad" | "gr" | "g", grade] => *grade,
            [one] => ["grade", "graad", "grad", "gr", "g"].iter().find_map(|word| one.strip_prefix(word))?,
            _ => return None,
        };
        let number = grade.parse().ok().or_else(|| Some(ROMAN.iter().position(|roman| *roman == grade)? + 1))?;
        let number = u8::try_from(number).ok().filter(|number| *number <= 5)?;
        Some(Self { number: number.into(), unit: String::new(), bound: Bound::Exactly })
    }

    /// Which of a unit's code and its words to go by: the code, unless only the words are known.
    #[must_use]
    pub fn unit_of<'u>(code: Option<&'u str>, words: Option<&'u str>) -> &'u str {
        match (code, words) {
            (Some(code), Some(words)) if code == words => code,
            (Some(code), Some(words)) if units::is_spelled(words) && !units::is_unit(code) => words,
            (Some(code), _) => code,
            (None, words) => words.unwrap_or_default(),
        }
    }

    /// Whether the value is less than `limit` `unit`.
    pub fn is_below(&self, limit: f64, unit: &str) -> Verdict {
        let Some(number) = self.in_unit(unit) else { return Verdict::Unknown };
        match self.bound {
            Bound::Exactly if number < limit => Verdict::Met,
            Bound::Exactly => Verdict::NotMet,
            Bound::Below if number <= limit => Verdict::Met,
            Bound::Above if number >= limit => Verdict::NotMet,
            _ => Verdict::Unknown,
        }
    }

    /// Whether the value is greater than `limit` `unit`.
    pub fn is_above(&self, limit: f64, unit: &str) -> Verdict {
        let Some(number) = self.in_unit(unit) else { return Verdict::Unknown };
        match self.bound {
            Bound::Exactly if number > limit => Verdict::Met,
            Bound::Exactly => Verdict::NotMet,
            Bound::Above if number >= limit => Verdict::Met,
            Bound::Below if number <= limit => Verdict::NotMet,
            _ => Verdict::Unknown,
        }
    }

    /// Whether the value is at least `limit` `unit`.
    pub fn is_at_least(&self, limit: f64, unit: &str) -> Verdict {
        !self.is_below(limit, unit)
    }

    /// The quantity as a clinician writes it: `< 0.1 ×10⁹/L`, `38.6 °C`.
    #[must_use]
    pub fn text(&self) -> String {
        let bound = match self.bound {
            Bound::Exactly => "",
            Bound::Below => "< ",
            Bound::Above => "> ",
            Bound::Unclear => "≈ ",
        };
        format!("{bound}{} {}", self.number, legible(&self.unit)).trim().to_owned()
    }
}

/// Digits with at most one decimal point or comma. Three digits behind it may be thousands, unless a zero stands before it.
#[must_use]
pub fn plain_number(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let are_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let may_be_thousands = part.len() == 3 && whole != "0" && whole.len() <= 3;
    (are_digits(whole) && are_digits(part) && !may_be_thousands).then_some(())?;
    format!("{whole}.{part}").parse().ok().filter(|number: &f64| number.is_finite())
}

/// A UCUM unit as people read it. UCUM writes dimensionless numbers as `1` or `{annotation}`: nothing a clinician reads.
#[must_use]
pub fn legible(unit: &str) -> &str {
    match unit {
        "Cel" => "°C",
        "[degF]" => "°F",
        "mm[Hg]" => "mmHg",
        "[lb_av]" => "lb",
        "ug" => "µg",
        "10*9/L" => "×10⁹/L",
        "10*6/L" => "×10⁶/L",
        "10*3/uL" => "×10³/µL",
        "10*6/kg" => "×10⁶/kg",
        "1" => "",
        annotation if annotation.starts_with('{') => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Met, NotMet, Unknown};

    fn quantity(number: f64, unit: &str) -> Quantity {
        Quantity { number, unit: unit.to_owned(), bound: Bound::Exactly }
    }

    #[test]
    fn grades_as_people_write_them() {
        let table = [
            ("grade 3", Some(3.0)),
            ("Graad 2", Some(2.0)),
            ("G1", Some(1.0)),
            ("gr. 4", Some(4.0)),
            ("ASTCT graad II", Some(2.0)),
            ("ICANS grade 0", Some(0.0)),
            ("grade 2-3", None),
            ("grade 6", None),
            ("grade", None),
            ("no grade", None),
            ("mild", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(Quantity::grade(text).map(|grade| grade.number), expected, "{text}");
        }
    }

    #[test]
    fn units_are_converted() {
        let table = [
            (101.3, "[degF]", "Cel", Some(38.5)),
            (38.5, "°C", "Cel", Some(38.5)),
            (490.0, "/uL", "10*9/L", Some(0.49)),
            (0.49, "10*3/uL", "10*9/L", Some(0.49)),
            (400.0, "mg/dL", "g/L", Some(4.0)),
            (3.5, "g", "mg", Some(3500.0)),
            (3_500_000.0, "ug", "mg", Some(3500.0)),
            (70_000.0, "g", "kg", Some(70.0)),
            (100.0, "[lb_av]", "kg", Some(45.359_237)),
            (12.0, "kPa", "mm[Hg]", Some(90.007_65)),
            (38.5, "", "Cel", None),
            (38.5, "graden", "Cel", None),
            (3.5, "mg", "kg/L", None),
        ];
        for (number, unit, wanted, expected) in table {
            let converted = quantity(number, unit).in_unit(wanted);
            let close = match (converted, expected) {
                (Some(left), Some(right)) => (left - right).abs() < 1e-4,
                (left, right) => left == right,
            };
            assert!(close, "{number} {unit} in {wanted}: {converted:?}");
        }
    }

    #[test]
    fn numbers_written_as_text() {
        let table = [
            ("39.4", Some((39.4, ""))),
            ("39,4", Some((39.4, ""))),
            (" 39 ", Some((39.0, ""))),
            ("39.4 °C", Some((39.4, "°C"))),
            ("39,4C", Some((39.4, "C"))),
            ("96%", Some((96.0, "%"))),
            ("0.3 x10^9/l", Some((0.3, "x10^9/l"))),
            ("300 /uL", Some((300.0, "/uL"))),
            ("0,300", Some((0.3, ""))),
            ("10", Some((10.0, ""))),
            ("7 van 10", None),
            ("7/10", None),
            ("120/80", None),
            ("120/80 mmHg", None),
            ("36.5-37.2", None),
            ("2 weken geleden: 39", None),
            ("1,500", None),
            ("1.500", None),
            ("1.234,5", None),
            ("39.", None),
            (".4", None),
            ("-5", None),
            ("2026-11-01", None),
            ("hoog", None),
            ("", None),
        ];
        for (text, expected) in table {
            let read = Quantity::parse(text);
            let read = read.as_ref().map(|read| (read.number, read.unit.as_str()));
            assert_eq!(read, expected, "{text}");
        }
        assert_eq!(Quantity::parse("< 0,1").map(|read| (read.number, read.bound)), Some((0.1, Bound::Below)));
        assert_eq!(Quantity::parse("≥38").map(|read| (read.number, read.bound)), Some((38.0, Bound::Above)));
    }

    #[test]
    fn a_pair_of_pressures_begins_with_the_systolic_one() {
        let table = [
            ("118/76", Some(118.0)),
            ("118 / 76 mmHg", Some(118.0)),
            ("85/50 mm[Hg]", Some(85.0)),
            ("16/10 kPa", None),
            ("76/118", None),
            ("118/-", None),
            ("118/76 liggend", None),
            ("118", None),
            ("118/76/90", None),
        ];
        for (text, expected) in table {
            assert_eq!(Quantity::systolic(text).map(|pressure| pressure.number), expected, "{text}");
        }
    }

    #[test]
    fn a_unit_is_its_code_unless_only_the_words_are_known() {
        let table = [
            (Some("Cel"), Some("graden"), "Cel"),
            (Some("258684004"), Some("mg"), "mg"),
            (Some("229"), Some("mg"), "mg"),
            (Some("229"), Some("stuk"), "229"),
            (Some("K/uL"), Some("K/uL"), "K/uL"),
            (None, Some("K/uL"), "K/uL"),
            (Some("Cel"), None, "Cel"),
            (None, None, ""),
        ];
        for (code, words, expected) in table {
            assert_eq!(Quantity::unit_of(code, words), expected, "{code:?} {words:?}");
        }
    }

    #[test]
    fn a_bound_settles_what_it_can() {
        let table = [
            (Bound::Exactly, 0.5, NotMet, NotMet),
            (Bound::Exactly, 0.4, Met, NotMet),
            (Bound::Exactly, 0.6, NotMet, Met),
            (Bound::Below, 0.5, Met, NotMet),
            (Bound::Below, 0.6, Unknown, Unknown),
            (Bound::Above, 0.5, NotMet, Met),
            (Bound::Above, 0.4, Unknown, Unknown),
            (Bound::Unclear, 0.1, Unknown, Unknown),
        ];
        for (bound, number, below, above) in table {
            let quantity = Quantity { bound, ..quantity(number, "10*9/L") };
            assert_eq!(quantity.is_below(0.5, "10*9/L"), below, "{bound:?} {number} is below 0.5");
            assert_eq!(quantity.is_above(0.5, "10*9/L"), above, "{bound:?} {number} is above 0.5");
        }
    }
}
