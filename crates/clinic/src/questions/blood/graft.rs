//! How many stem cells were collected: CD34+ cells per kilogram, beside what a transplantation needs.
//!
//! Days that lie close together are one collection, and their yields add up. Records don't say whether a value is the yield of
//! a day or the total so far, nor whether cells of an earlier collection are still in store: then the graft is a range.

use crate::numbers;
use crate::questions::Case;
use crate::questions::blood::harvest::{Harvest, Reading};
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::{Evidence, EvidencePeriod, Gap, GapKind, Judgement, Moment, Source, Verdict, add_gaps};

/// The unit that tells whether a graft suffices.
const PER_KILOGRAM: &str = "10*6/kg";

/// A number of cells per kilogram (×10⁶) that is known to lie in a range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// At least this.
    pub least: f64,
    /// At most this; infinite where nothing bounds it.
    pub most: f64,
    /// Whether it is less than `most`, not equal to it.
    pub below: bool,
}

impl Range {
    /// No cells.
    pub const NONE: Self = Self { least: 0.0, most: 0.0, below: false };
    /// Any number of cells.
    pub const ANY: Self = Self { least: 0.0, most: f64::INFINITY, below: false };

    /// Whether it is less than `limit`.
    pub fn is_below(&self, limit: f64) -> Verdict {
        if self.most < limit || self.below && self.most <= limit {
            Verdict::Met
        } else if self.least >= limit {
            Verdict::NotMet
        } else {
            Verdict::Unknown
        }
    }

    pub(super) fn of(quantity: &Quantity) -> Option<Self> {
        let unit = without_annotations(&quantity.unit);
        let number = Quantity { unit, ..quantity.clone() }.in_unit(PER_KILOGRAM).filter(|cells| *cells >= 0.0)?;
        Some(match quantity.bound {
            Bound::Exactly => Self { least: number, most: number, below: false },
            Bound::Below => Self { least: 0.0, most: number, below: true },
            Bound::Above => Self { least: number, most: f64::INFINITY, below: false },
            Bound::Unclear => Self::ANY,
        })
    }

    fn plus(self, other: Self) -> Self {
        // Sums of decimals, to the precision of the decimals.
        let sum = |one: f64, two: f64| ((one + two) * 1e9).round() / 1e9;
        Self { least: sum(self.least, other.least), most: sum(self.most, other.most), below: self.below || other.below }
    }
}

/// A UCUM unit without what stands in braces, which measures nothing: `10*6{cells}/kg` is `10*6/kg`.
fn without_annotations(unit: &str) -> String {
    let mut parts = unit.split('{');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    plain.extend(parts.filter_map(|part| part.split_once('}')).map(|(_, after)| after));
    plain.replace("..", ".").replace("./", "/").trim_matches('.').to_owned()
}

/// The number of cells, with what it rests on.
#[derive(Clone, Debug)]
pub struct Graft {
    /// Cells per kilogram (×10⁶).
    cells: Range,
    /// Whether there are fewer than the target of a harvest. The evidence are the values, and the leukaphereses without one.
    pub too_few: Judgement,
    /// How large it is.
    pub size: Size,
    /// Whether there may be fewer than a transplantation needs.
    pub may_be_low: bool,
    /// What the range rests on.
    pub basis: Basis,
}

/// How large a graft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Fewer cells than a transplantation needs.
    Low,
    /// Enough for a transplantation, fewer than the target of a harvest.
    BelowTarget,
    /// As many as the target, or more.
    Enough,
    /// It can't be told.
    Unclear,
}

/// What the number of cells rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Values per kilogram.
    Values,
    /// Values per kilogram, and a later leukapheresis whose result is not there.
    ResultAwaited,
    /// A harvest with values in other units only.
    OtherUnit,
    /// A harvest without a value, or one that can't be seen.
    NoValue,
    /// Counts in blood, and no harvest.
    BeforeHarvest,
    /// Neither harvest nor values.
    Nothing,
}

impl Case<'_> {
    /// The graft that was harvested. `strict` leaves out cells that may have been given back: they count towards the most
    /// that it can be only.
    #[must_use]
    pub fn graft(&self, strict: bool) -> Graft {
        let Counted { cells, evidence, gaps, basis } =
            self.harvest().count(self.whole(&numbers::ONE_COLLECTION_DAYS), strict);
        let is_low = cells.is_below(self.value(&numbers::LEAST_CELLS_PER_KG));
        let is_below_target = cells.is_below(self.value(&numbers::TARGET_CELLS_PER_KG));
        Graft {
            cells,
            too_few: match is_below_target {
                Verdict::Met => Judgement::met(evidence),
                Verdict::NotMet => Judgement::not_met(evidence),
                Verdict::Unknown => Judgement::unknown(gaps).with_evidence(evidence),
            },
            size: match (is_below_target, is_low) {
                (Verdict::NotMet, _) => Size::Enough,
                (Verdict::Met, Verdict::Met) => Size::Low,
                (Verdict::Met, Verdict::NotMet) => Size::BelowTarget,
                _ => Size::Unclear,
            },
            may_be_low: is_low != Verdict::NotMet,
            basis,
        }
    }
}

impl Graft {
    /// The number of cells as a clinician writes it: `1.99`, `1.8–3.3`, `< 1`, `≥ 1.4`.
    #[must_use]
    pub fn cells(&self) -> String {
        let Range { least, most, below } = self.cells;
        if most.is_infinite() {
            format!("≥ {least}")
        } else if below && least == 0.0 {
            format!("< {most}")
        } else if (most - least).abs() < f64::EPSILON {
            least.to_string()
        } else {
            format!("{least}–{most}")
        }
    }

    /// Whether the number of cells is the sum of several values.
    #[must_use]
    pub fn is_summed(&self) -> bool {
        matches!(self.basis, Basis::Values | Basis::ResultAwaited) && self.too_few.evidence().len() > 1
    }
}

/// What is counted.
struct Counted {
    cells: Range,
    evidence: Vec<Evidence>,
    /// Why the range is not one number, or why nothing is known.
    gaps: Vec<Gap>,
    basis: Basis,
}

impl Harvest {
    /// The number of cells. Days at most `days` apart are one collection.
    fn count(&self, days: i32, strict: bool) -> Counted {
        let mut gaps: Vec<Gap> = self.observations.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        let counted: Vec<&Reading> = self.readings.iter().filter(|reading| reading.cells.is_some()).collect();
        if counted.is_empty() {
            return self.without_value(gaps);
        }
        add_gaps(&mut gaps, self.unclear.iter().cloned());
        let is_sure = |reading: &&Reading| reading.day.is_some() && (!strict || reading.is_kept == Verdict::Met);
        let sure: Vec<&Reading> = counted.iter().copied().filter(is_sure).collect();
        let perhaps: Vec<&Reading> = counted.iter().copied().filter(|reading| !is_sure(reading)).collect();
        let mut cells = if gaps.is_empty() { Range::NONE } else { Range::ANY };
        cells = cells.plus(in_all(&sure, days, &mut gaps));
        if !perhaps.is_empty() {
            let most = perhaps.iter().filter_map(|reading| reading.cells).fold(Range::NONE, Range::plus);
            cells = cells.plus(Range { least: 0.0, ..most });
            let undated = perhaps.iter().filter(|reading| reading.day.is_none());
            add_gaps(&mut gaps, undated.map(|reading| reading.evidence.gap(GapKind::ImpreciseDate)));
            add_gaps(&mut gaps, self.reinfusion.iter().filter(|_| strict).cloned());
        }
        // One more value may contradict the others.
        if !self.unclear.is_empty() {
            cells.least = 0.0;
        }
        let mut evidence: Vec<Evidence> = counted.iter().map(|reading| reading.evidence.clone()).collect();
        evidence.sort_by_key(|evidence| match evidence.period {
            Some(EvidencePeriod::On(day)) => Some(day.last),
            _ => None,
        });
        let last = counted.iter().filter_map(|reading| reading.day).max_by_key(|day| day.last);
        let awaited = self.collected.iter().find(|collected| match (collected.day, last) {
            (Some(day), Some(last)) => day.after(&last) == Verdict::Met,
            _ => false,
        });
        let mut basis = Basis::Values;
        if let Some(awaited) = awaited {
            basis = Basis::ResultAwaited;
            cells.most = f64::INFINITY;
            evidence.push(awaited.evidence.clone());
            add_gaps(&mut gaps, [Gap::not_recorded(Source::Observations, "gap-result-awaited")]);
        }
        Counted { cells, evidence, gaps, basis }
    }

    fn without_value(&self, mut gaps: Vec<Gap>) -> Counted {
        let evidence = |basis: Basis| {
            let harvests = self.collected.iter().map(|collected| &collected.evidence);
            let counts = self.readings.iter().filter(|_| basis != Basis::NoValue).map(|reading| &reading.evidence);
            harvests.chain(counts).cloned().collect::<Vec<_>>()
        };
        let graft = |cells, basis, gaps| Counted { cells, evidence: evidence(basis), gaps, basis };
        if !gaps.is_empty() {
            return graft(Range::ANY, Basis::NoValue, gaps);
        }
        let first = self.collected.iter().filter_map(|collected| collected.day).min_by_key(|day| day.first);
        let after_harvest = |reading: &&Reading| match (reading.day, first) {
            (Some(day), Some(first)) => day.on_or_after(&first) != Verdict::NotMet,
            _ => true,
        };
        let counts: Vec<&Reading> = self.readings.iter().filter(after_harvest).collect();
        if !self.collected.is_empty() && !counts.is_empty() {
            add_gaps(&mut gaps, counts.iter().map(|reading| reading.evidence.gap(reading.doubt)));
            return graft(Range::ANY, Basis::OtherUnit, gaps);
        }
        if !self.collected.is_empty() {
            gaps.push(Gap::not_recorded(Source::Observations, "gap-no-result"));
            return graft(Range::ANY, Basis::NoValue, gaps);
        }
        // No harvest on record: it may be hidden, or stand there in words.
        add_gaps(&mut gaps, self.procedures.iter().cloned());
        add_gaps(&mut gaps, self.observations.iter().cloned());
        match (gaps.is_empty(), self.readings.is_empty()) {
            (false, _) => graft(Range::ANY, Basis::NoValue, gaps),
            (true, false) => graft(Range::NONE, Basis::BeforeHarvest, gaps),
            (true, true) => graft(Range::NONE, Basis::Nothing, gaps),
        }
    }
}

/// The cells of every collection together: at least those of the latest, at most all.
fn in_all(readings: &[&Reading], days: i32, gaps: &mut Vec<Gap>) -> Range {
    let mut by_day: Vec<(Moment, Range)> = Vec::new();
    let mut sorted: Vec<(Moment, Range, &Reading)> =
        readings.iter().filter_map(|reading| Some((reading.day?, reading.cells?, *reading))).collect();
    sorted.sort_by(|one, two| {
        let key = |(day, cells, _): &(Moment, Range, &Reading)| (day.first, day.last, cells.least);
        key(one).partial_cmp(&key(two)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut last_on_day: Option<Range> = None;
    for (day, cells, reading) in sorted {
        match by_day.last_mut() {
            Some((known, _)) if known.first == day.first && last_on_day == Some(cells) => {}
            // Two results of one day: one of them, or both together.
            Some((known, sum)) if known.first == day.first => {
                add_gaps(gaps, [reading.evidence.gap(GapKind::Conflicting)]);
                *sum = Range { least: sum.least.min(cells.least), ..sum.plus(cells) };
            }
            _ => by_day.push((day, cells)),
        }
        last_on_day = Some(cells);
    }
    let mut collections: Vec<Vec<(Moment, Range)>> = Vec::new();
    for (day, cells) in by_day {
        match collections.last_mut() {
            Some(collection) if collection.last().is_some_and(|(last, _)| last.days_until(&day) <= days) => {
                collection.push((day, cells));
            }
            _ => collections.push(vec![(day, cells)]),
        }
    }
    if collections.len() > 1 {
        add_gaps(gaps, [Gap::not_recorded(Source::Observations, "gap-earlier-collection")]);
    }
    let mut all = Range::NONE;
    for collection in &collections {
        let sum = collection.iter().fold(Range::NONE, |sum, (_, cells)| sum.plus(*cells));
        let rises = collection.windows(2).all(|pair| matches!(pair, [(_, one), (_, two)] if one.least < two.least));
        let last = collection.last().map_or(Range::NONE, |(_, cells)| *cells);
        let lowest = if collection.len() > 1 && rises {
            add_gaps(gaps, [Gap::not_recorded(Source::Observations, "gap-running-total")]);
            last.least
        } else {
            sum.least
        };
        all = Range { least: lowest, ..all.plus(sum) };
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotated_units_are_per_kilogram_too() {
        let table = [
            ("10*6/kg", Some(1.99)),
            ("10*6/kg{body weight}", Some(1.99)),
            ("10*6{cells}/kg", Some(1.99)),
            ("10*6.{CD34 cells}/kg", Some(1.99)),
            ("{cells}/kg", Some(0.000_001_99)),
            ("10*6{cells}", None),
            ("{cells}", None),
            ("10*6{cells", None),
        ];
        for (unit, expected) in table {
            let quantity = Quantity { number: 1.99, unit: unit.to_owned(), bound: Bound::Exactly };
            let cells = Range::of(&quantity).map(|range| range.least);
            let is_close = match (cells, expected) {
                (Some(cells), Some(expected)) => (cells - expected).abs() < 1e-8,
                (cells, expected) => cells == expected,
            };
            assert!(is_close, "{unit}: {cells:?}");
        }
    }
}
