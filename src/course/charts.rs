//! The measurements that are drawn as charts, and the limits of the rules in them.

use cellwise_clinic::DayZero;
use cellwise_clinic::numbers::{self, Number};
use cellwise_clinic::questions::therapy::cell_therapy::Cells;
use cellwise_record::Verdict;
use cellwise_record::facts::concept::Concept;
use cellwise_record::terminology::ValueSet;

/// A measurement that is drawn as a chart.
#[derive(Debug)]
pub struct Measure {
    /// Its name: the id of a text.
    pub text: &'static str,
    /// What is measured.
    pub set: ValueSet,
    /// The unit in which it is drawn, UCUM.
    pub unit: &'static str,
    /// The numbers of the rules that are limits of it, and of whom.
    pub limits: &'static [(&'static Number, Of)],
    /// The values between which the chart reaches at least.
    pub within: (f64, f64),
    /// Whether values differ by factors: cell counts are read so.
    pub is_logarithmic: bool,
}

/// Of whom a number is a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of everybody.
    Everybody,
    /// Of who had CAR-T.
    CarT,
    /// Of who had stem cells.
    StemCells,
    /// Of who had neither, yet.
    Neither,
}

impl Of {
    /// Whether it is a limit of a patient who had these therapies.
    pub(super) fn holds(self, days_zero: &[DayZero]) -> bool {
        let had = |is_car_t: bool| days_zero.iter().any(|zero| (zero.cells == Cells::CarT) == is_car_t);
        match self {
            Self::Everybody => true,
            Self::CarT => had(true),
            Self::StemCells => had(false),
            Self::Neither => days_zero.is_empty(),
        }
    }
}

/// Every measurement, in the order in which they stand.
pub(super) static ALL: [Measure; 6] = [
    Measure {
        text: "course-temperature",
        set: ValueSet::BODY_TEMPERATURE,
        unit: "Cel",
        limits: &[
            (&numbers::CRS_FEVER, Of::CarT),
            (&numbers::FEVER_AFTER_CAR_T, Of::CarT),
            (&numbers::FEVER_AFTER_AHSCT, Of::StemCells),
            (&numbers::FEVER_BEFORE_CAR_T, Of::Neither),
            (&numbers::FEVER_IN_MOBILISATION, Of::Neither),
        ],
        within: (36.0, 40.0),
        is_logarithmic: false,
    },
    Measure {
        text: "course-ice",
        set: ValueSet::ICE_SCORE,
        unit: "1",
        limits: &[],
        within: (0.0, 10.0),
        is_logarithmic: false,
    },
    Measure {
        text: "course-neutrophils",
        set: ValueSet::NEUTROPHIL_COUNT,
        unit: "10*9/L",
        limits: &[
            (&numbers::SEVERE_NEUTROPENIA, Of::Everybody),
            (&numbers::ICAHT_NEUTROPHILS, Of::CarT),
            (&numbers::ICAHT_VERY_LOW_NEUTROPHILS, Of::CarT),
            (&numbers::NEUTROPHILS_RECOVERED, Of::Everybody),
        ],
        within: (0.05, 5.0),
        is_logarithmic: true,
    },
    Measure {
        text: "course-platelets",
        set: ValueSet::PLATELET_COUNT,
        unit: "10*9/L",
        limits: &[(&numbers::LOW_PLATELETS, Of::Everybody), (&numbers::ICAHT_PLATELETS, Of::CarT)],
        within: (5.0, 300.0),
        is_logarithmic: true,
    },
    Measure {
        text: "course-igg",
        set: ValueSet::IMMUNOGLOBULIN_G_LEVEL,
        unit: "g/L",
        limits: &[(&numbers::LOW_IGG, Of::CarT)],
        within: (0.0, 10.0),
        is_logarithmic: false,
    },
    Measure {
        text: "course-cd4",
        set: ValueSet::CD4_CELL_COUNT,
        unit: "/uL",
        limits: &[(&numbers::RECOVERED_CD4_COUNT, Of::Everybody)],
        within: (0.0, 600.0),
        is_logarithmic: false,
    },
];

/// The measurement that a concept is, if it is drawn as a chart.
pub(super) fn measure_of(concept: &Concept) -> Option<&'static Measure> {
    ALL.iter().find(|measure| concept.is(measure.set) == Verdict::Met)
}

impl Measure {
    /// Its place among the others.
    #[must_use]
    pub fn place(&self) -> usize {
        ALL.iter().position(|measure| measure.text == self.text).unwrap_or(ALL.len())
    }
}

/// How values become heights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    least: f64,
    most: f64,
    is_logarithmic: bool,
}

impl Scale {
    /// A scale on which all of `values` can be seen.
    pub(super) fn of(measure: &Measure, values: impl IntoIterator<Item = f64>) -> Self {
        let values = values.into_iter().filter(|value| value.is_finite());
        let (least, most) = values.fold(measure.within, |(least, most), value| (least.min(value), most.max(value)));
        // A count of zero has no logarithm: it stands at the bottom.
        let least = if measure.is_logarithmic { least.max(measure.within.0 / 10.0) } else { least };
        Self { least, most, is_logarithmic: measure.is_logarithmic }
    }

    /// How high a value stands: 0 is the bottom, 1 the top.
    pub(super) fn height(&self, value: f64) -> f64 {
        let place = |value: f64| if self.is_logarithmic { value.max(self.least).ln() } else { value };
        let (least, most) = (place(self.least), place(self.most));
        ((place(value) - least) / (most - least)).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cellwise_clinic::questions::toxicity::neurotoxicity::ICE;

    #[test]
    fn every_limit_is_in_the_unit_of_its_chart() {
        for measure in &ALL {
            for (number, _) in measure.limits {
                assert_eq!(number.unit, measure.unit, "{}", number.id);
            }
        }
    }

    #[test]
    fn the_ice_score_is_drawn_on_its_whole_scale() {
        let [measure] =
            ALL.each_ref().map(|of| (of.set == ICE.set).then_some(of)).into_iter().flatten().collect::<Vec<_>>()[..]
        else {
            panic!("one chart of the ICE score")
        };
        assert_eq!(measure.within, (f64::from(ICE.least), f64::from(ICE.most)));
    }

    #[test]
    fn a_scale_shows_every_value() {
        for measure in &ALL {
            let (least, most) = measure.within;
            let scale = Scale::of(measure, [0.0, most * 4.0]);
            let heights = [0.0, least, most, most * 4.0].map(|value| scale.height(value));
            assert!(heights.is_sorted() && heights.iter().all(|height| (0.0..=1.0).contains(height)), "{heights:?}");
            assert!((scale.height(most * 4.0) - 1.0).abs() < 1e-9);
        }
    }
}
