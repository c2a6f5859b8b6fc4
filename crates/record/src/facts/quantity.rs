//! Numbers with a unit, compared by UCUM, never by the text of the unit.
//!
//! A quantity with a comparator (`< 0.1`) is a bound: a comparison that the bound does not settle is unknown. So is one whose
//! unit is missing or measures something else.

use crate::Verdict;

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

/// How people write units that UCUM spells otherwise.
const SPELLINGS: &[(&str, &str)] = &[
    ("°C", "Cel"),
    ("C", "Cel"),
    ("°F", "[degF]"),
    ("F", "[degF]"),
    ("mmHg", "mm[Hg]"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("mcg", "ug"),
    ("µg", "ug"),
    ("μg", "ug"),
    ("10^9/L", "10*9/L"),
    ("10^6/L", "10*6/L"),
    ("10^3/uL", "10*3/uL"),
    ("10^6/kg", "10*6/kg"),
    ("cells/uL", "/uL"),
    ("/µL", "/uL"),
    ("/μL", "/uL"),
];

/// Conversions are right to this many parts; a limit is met by the value that was written, not by its last binary digit.
const PRECISION: f64 = 1e9;

impl Quantity {
    /// The number in another unit; `None` when the unit is missing, unknown, or measures something else.
    #[must_use]
    pub fn in_unit(&self, unit: &str) -> Option<f64> {
        let own = self.unit.trim();
        let own = SPELLINGS.iter().find(|(written, _)| *written == own).map_or(own, |(_, ucum)| ucum);
        if own == unit {
            return Some(self.number);
        }
        if own.is_empty() {
            return None;
        }
        let converted = octofhir_ucum::convert(self.number, own, unit).ok().filter(|number| number.is_finite())?;
        Some((converted * PRECISION).round() / PRECISION)
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
