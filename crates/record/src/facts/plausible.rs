//! What a measurement of a living patient can be. A number beyond it is a slip: of the unit, of the decimal point, or a zero
//! that stands for "not measured". Such a value decides nothing, in no rule.
//!
//! The bounds are those of survival and of the devices, not those of health: they must never hide an alarming value. A
//! hospital can't change them. A number whose unit can't be compared is not judged here; it decides nothing either.

use crate::facts::concept::Concept;
use crate::facts::observation::Value;
use crate::facts::quantity::{Bound, Quantity};
use crate::terminology::ValueSet;

/// What a measurement can be, in a unit of UCUM.
struct Bounds {
    of: ValueSet,
    unit: &'static str,
    from: f64,
    to: f64,
}

/// The bounds, each with its reason.
const BOUNDS: [Bounds; 12] = [
    // Survived extremes are 13.7 °C (drowned in ice water) and 46.5 °C (heat stroke); below 25 °C a probe has come off.
    Bounds { of: ValueSet::BODY_TEMPERATURE, unit: "Cel", from: 25.0, to: 47.0 },
    // A cuff measures from about 30 mmHg; 370 was measured in the artery of a weight lifter, once.
    Bounds { of: ValueSet::SYSTOLIC_BLOOD_PRESSURE, unit: "mm[Hg]", from: 30.0, to: 350.0 },
    // Saturation is a share of all haemoglobin; oximeters read nothing below this in a patient who lives.
    Bounds { of: ValueSet::OXYGEN_SATURATION, unit: "%", from: 30.0, to: 100.0 },
    // No oxygen is 0; devices for high flow end at 60 to 80 L/min.
    Bounds { of: ValueSet::OXYGEN_FLOW, unit: "L/min", from: 0.0, to: 100.0 },
    // Air has 20.9 %; less is given to nobody.
    Bounds { of: ValueSet::INHALED_OXYGEN_FRACTION, unit: "%", from: 20.0, to: 100.0 },
    // From the smallest newborn to the heaviest person known (635 kg).
    Bounds { of: ValueSet::BODY_WEIGHT, unit: "kg", from: 0.3, to: 650.0 },
    // None is possible; the most are seen in leukaemia, in hundreds.
    Bounds { of: ValueSet::NEUTROPHIL_COUNT, unit: "10*9/L", from: 0.0, to: 1_000.0 },
    // The highest counts published are a few thousand.
    Bounds { of: ValueSet::PLATELET_COUNT, unit: "10*9/L", from: 0.0, to: 10_000.0 },
    // Lymphocytes of a leukaemia aside, a few; a count per microlitre under the unit of a litre is in hundreds.
    Bounds { of: ValueSet::CD4_CELL_COUNT, unit: "10*9/L", from: 0.0, to: 100.0 },
    // The largest harvests have some tens of millions of cells for each kilogram.
    Bounds { of: ValueSet::CD34_CELL_COUNT, unit: "10*6/kg", from: 0.0, to: 500.0 },
    // Myeloma reaches about 150 g/L.
    Bounds { of: ValueSet::IMMUNOGLOBULIN_G_LEVEL, unit: "g/L", from: 0.0, to: 300.0 },
    // No pregnancy lasts longer.
    Bounds { of: ValueSet::PREGNANCY_DURATION, unit: "wk", from: 0.0, to: 45.0 },
];

/// The value of a measurement: the number, or that no patient has it.
#[must_use]
pub fn value(of: &Concept, quantity: Quantity) -> Value {
    judged(|set| of.has(set), quantity)
}

fn judged(is_of: impl Fn(ValueSet) -> bool, quantity: Quantity) -> Value {
    let quantity = if is_of(ValueSet::INHALED_OXYGEN_FRACTION) { share(quantity) } else { quantity };
    let is_beyond = |bounds: &Bounds| {
        let number = quantity.in_unit(bounds.unit).filter(|_| quantity.bound == Bound::Exactly);
        number.is_some_and(|number| !(bounds.from..=bounds.to).contains(&number))
    };
    let is_impossible = BOUNDS.iter().filter(|bounds| is_of(bounds.of)).any(is_beyond);
    if is_impossible { Value::Impossible(quantity) } else { Value::Quantity(quantity) }
}

/// A fraction of oxygen has no unit, or is in percent; no number can be both.
fn share(quantity: Quantity) -> Quantity {
    if !quantity.unit.trim().is_empty() {
        return quantity;
    }
    let unit = if quantity.number <= 1.0 { "1" } else { "%" };
    Quantity { unit: unit.to_owned(), ..quantity }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_patient_has_is_impossible() {
        const TEMPERATURE: ValueSet = ValueSet::BODY_TEMPERATURE;
        const PRESSURE: ValueSet = ValueSet::SYSTOLIC_BLOOD_PRESSURE;
        const SATURATION: ValueSet = ValueSet::OXYGEN_SATURATION;
        const FLOW: ValueSet = ValueSet::OXYGEN_FLOW;
        const FRACTION: ValueSet = ValueSet::INHALED_OXYGEN_FRACTION;
        const WEIGHT: ValueSet = ValueSet::BODY_WEIGHT;
        const NEUTROPHILS: ValueSet = ValueSet::NEUTROPHIL_COUNT;
        const PLATELETS: ValueSet = ValueSet::PLATELET_COUNT;
        let table = [
            (TEMPERATURE, 38.9, "Cel", true),
            (TEMPERATURE, 25.0, "Cel", true),
            (TEMPERATURE, 24.9, "Cel", false),
            (TEMPERATURE, 47.0, "Cel", true),
            (TEMPERATURE, 47.1, "Cel", false),
            (TEMPERATURE, 389.0, "Cel", false),
            (TEMPERATURE, 102.4, "[degF]", true),
            (TEMPERATURE, 102.4, "Cel", false),
            (TEMPERATURE, 38.9, "[degF]", false),
            (TEMPERATURE, 389.0, "", true),
            (PRESSURE, 0.0, "mm[Hg]", false),
            (PRESSURE, 29.0, "mm[Hg]", false),
            (PRESSURE, 30.0, "mm[Hg]", true),
            (PRESSURE, 11.3, "kPa", true),
            (PRESSURE, 11.3, "mm[Hg]", false),
            (SATURATION, 0.0, "%", false),
            (SATURATION, 0.96, "%", false),
            (SATURATION, 0.96, "1", true),
            (SATURATION, 30.0, "%", true),
            (SATURATION, 100.0, "%", true),
            (SATURATION, 101.0, "%", false),
            (FLOW, 0.0, "L/min", true),
            (FLOW, -1.0, "L/min", false),
            (FLOW, 600.0, "L/min", false),
            (FRACTION, 0.6, "", true),
            (FRACTION, 60.0, "", true),
            (FRACTION, 21.0, "%", true),
            (FRACTION, 0.6, "%", false),
            (FRACTION, 6.0, "", false),
            (WEIGHT, 0.0, "kg", false),
            (WEIGHT, 70_000.0, "g", true),
            (WEIGHT, 650.0, "kg", true),
            (WEIGHT, 700.0, "kg", false),
            (NEUTROPHILS, 0.0, "10*9/L", true),
            (NEUTROPHILS, 3_100.0, "10*9/L", false),
            (NEUTROPHILS, 3_100.0, "/uL", true),
            (PLATELETS, 150_000.0, "10*9/L", false),
            (ValueSet::CD34_CELL_COUNT, 5.2, "10*6/kg", true),
            (ValueSet::CD34_CELL_COUNT, 5_200_000.0, "/kg", true),
            (ValueSet::CD34_CELL_COUNT, 5_200_000.0, "10*6/kg", false),
            (ValueSet::CD34_CELL_COUNT, 900.0, "/uL", true),
        ];
        for (of, number, unit, possible) in table {
            let quantity = Quantity { number, unit: unit.to_owned(), bound: Bound::Exactly };
            let is_possible = matches!(judged(|set| set == of, quantity), Value::Quantity(_));
            assert_eq!(is_possible, possible, "{}: {number} {unit}", of.name());
        }
        let bound = Quantity { number: 0.0, unit: "%".to_owned(), bound: Bound::Above };
        assert!(matches!(judged(|set| set == SATURATION, bound), Value::Quantity(_)), "a bound is not the value");
    }

    /// Half of all there is, with and without its unit.
    #[test]
    fn a_fraction_of_oxygen_is_a_share() {
        for (number, unit) in [(0.5, ""), (50.0, ""), (0.5, "1"), (50.0, "%")] {
            let quantity = Quantity { number, unit: unit.to_owned(), bound: Bound::Exactly };
            let Value::Quantity(read) = judged(|set| set == ValueSet::INHALED_OXYGEN_FRACTION, quantity) else {
                panic!("{number} {unit} is possible");
            };
            assert_eq!(read.in_unit("%"), Some(50.0), "{number} {unit}");
        }
    }
}
