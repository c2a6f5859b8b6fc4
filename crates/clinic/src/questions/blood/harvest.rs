//! The patient's own stem cells: when they were collected, how many CD34+ cells per kilogram, and whether they are still there.
//!
//! Days that lie close together are one collection, and their yields add up. Records don't say whether a value is the yield of
//! a day or the total so far, nor whether cells of an earlier collection are still in store: then the graft is a range.

use crate::questions::Case;
use crate::questions::therapy::history::TherapyEvent;
use crate::questions::therapy::open_plan::{Infusions, OpenPlans, Planned};
use cellwise_record::facts::observation::Observation;
use cellwise_record::facts::quantity::{Bound, Quantity};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Act, Evidence, Gap, GapKind, Judgement, Moment, Progress, Source, Verdict, add_gaps};

/// The unit that tells whether a graft suffices.
const PER_KILOGRAM: &str = "10*6/kg";
/// Cyclophosphamide on these days before the reinfusion is conditioning (inference: the sources give 4–5 days that end just
/// before it; mobilisation lies weeks earlier).
const CONDITIONING_DAYS: std::ops::RangeInclusive<i32> = 1..=10;

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

    fn of(quantity: &Quantity) -> Option<Self> {
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

/// One leukapheresis, completed or going on, whose cells may still be there.
#[derive(Clone, Debug)]
pub struct Collected {
    /// When.
    pub day: Option<Moment>,
    /// Whether it is completed.
    pub is_completed: bool,
    /// Whether its cells are still there: not given back since.
    pub is_kept: Verdict,
    /// What shows it.
    pub evidence: Evidence,
}

/// A CD34 value of cells that may still be there.
#[derive(Clone, Debug)]
struct Reading {
    day: Option<Moment>,
    /// `None` when the unit is not per kilogram.
    cells: Option<Range>,
    is_kept: Verdict,
    evidence: Evidence,
}

/// What is known of the harvest.
#[derive(Clone, Debug)]
pub struct Harvest {
    /// The leukaphereses, earliest first.
    pub collected: Vec<Collected>,
    readings: Vec<Reading>,
    /// Why cells may have been given back, or not.
    reinfusion: Vec<Gap>,
    procedures: Vec<Gap>,
    observations: Vec<Gap>,
}

/// The number of cells, with what it rests on.
#[derive(Clone, Debug)]
pub struct Graft {
    /// Cells per kilogram (×10⁶).
    pub cells: Range,
    /// The values, and the leukaphereses without one.
    pub evidence: Vec<Evidence>,
    /// Why the range is not one number, or why nothing is known.
    pub gaps: Vec<Gap>,
    /// What the range rests on.
    pub basis: Basis,
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
    /// The harvest of the patient's own stem cells that was not given back.
    #[must_use]
    pub fn harvest(&self) -> Harvest {
        let reinfusions = self.infusions(Planned::OwnStemCells);
        let today = self.as_of.day();
        let is_past = |day: Option<Moment>| day.is_none_or(|day| day.on_or_before(&today) != Verdict::NotMet);
        let procedures = self.procedures(ValueSet::LEUKAPHERESIS);
        let collected = |act: &&Act| {
            let is_kept = is_kept(act.period.start, &reinfusions);
            (is_past(act.period.start) && is_kept != Verdict::NotMet).then(|| Collected {
                day: act.period.end.or(act.period.start),
                is_completed: act.progress == Progress::Done,
                is_kept,
                evidence: act.evidence(),
            })
        };
        let mut collections: Vec<Collected> = procedures.items.iter().filter_map(collected).collect();
        collections.sort_by_key(|collected| collected.day.map(|day| day.last));
        let counts = self.observations(ValueSet::CD34_CELL_COUNT);
        let reading = |count: &&Observation| {
            let is_kept = is_kept(count.when, &reinfusions);
            (is_past(count.when) && is_kept != Verdict::NotMet).then(|| Reading {
                day: count.when,
                cells: count.quantity().and_then(Range::of),
                is_kept,
                evidence: count.evidence(),
            })
        };
        let mut reinfusion = reinfusions.hidden.clone();
        let gap = |event: &TherapyEvent| {
            Gap::at(GapKind::ImpreciseDate, Source::Procedures, &event.evidence.reference, &event.evidence.what)
        };
        add_gaps(&mut reinfusion, reinfusions.events.iter().map(gap));
        add_gaps(&mut reinfusion, reinfusions.unclear.iter().cloned());
        Harvest {
            collected: collections,
            readings: counts.items.iter().filter_map(reading).collect(),
            reinfusion,
            procedures: procedures.gaps,
            observations: counts.gaps,
        }
    }

    /// Whether the drugs being drafted for a transplantation of own stem cells are its conditioning, not the mobilisation
    /// before the harvest. Antithymocyte globulin is given in conditioning only, growth factor or plerixafor in mobilisation
    /// only; else the day before the transplantation decides, else whether the cells are harvested.
    pub fn is_conditioning(&self, plans: &OpenPlans<'_>, harvest: &Harvest) -> Judgement {
        let drafted = |set: ValueSet| self.orders.iter().filter(move |order| order.concept.has(set));
        if let Some(atg) = drafted(ValueSet::ANTI_THYMOCYTE_GLOBULIN).next() {
            return Judgement::met(vec![atg.evidence()]);
        }
        if let Some(mobiliser) = drafted(ValueSet::STEM_CELL_MOBILISER).next() {
            return Judgement::not_met(vec![mobiliser.evidence()]);
        }
        let day = plans.day();
        let just_before = |date: Moment| match &day {
            Some(day) => {
                let (from, to) = (date.plus_days(*CONDITIONING_DAYS.start()), date.plus_days(*CONDITIONING_DAYS.end()));
                day.on_or_after(&from).and(day.on_or_before(&to))
            }
            None => Verdict::NotMet,
        };
        let (mut is_dated, mut is_imprecise) = (false, false);
        for order in drafted(ValueSet::CYCLOPHOSPHAMIDE) {
            let on = order.doses.iter().filter_map(|dose| dose.dates().ok()).flatten().map(Moment::on);
            match on.inspect(|_| is_dated = true).map(just_before).fold(Verdict::NotMet, Verdict::or) {
                Verdict::Met => return Judgement::met(vec![order.evidence()]),
                Verdict::Unknown => is_imprecise = true,
                Verdict::NotMet => {}
            }
        }
        let mut gaps = Vec::new();
        if is_imprecise {
            let plans = plans.plans.iter().map(|plan| &plan.evidence);
            let at = |shown: &Evidence| {
                Gap::at(GapKind::ImpreciseDate, Source::ServiceRequests, &shown.reference, &shown.what)
            };
            add_gaps(&mut gaps, plans.map(at));
        }
        if is_dated {
            // The day of the transplantation may stand in requests that were not sent.
            add_gaps(&mut gaps, plans.hidden.iter().filter(|gap| gap.kind.is_delivery()).cloned());
        }
        let doubt = Judgement::found(Vec::new(), gaps);
        harvest.judgement().or(doubt)
    }
}

/// Whether cells collected on `day` are still there: not given back on that day or later.
fn is_kept(day: Option<Moment>, reinfusions: &Infusions) -> Verdict {
    let is_sure = reinfusions.hidden.is_empty() && reinfusions.unclear_since(day).is_none();
    !reinfusions.since(day).or(if is_sure { Verdict::NotMet } else { Verdict::Unknown })
}

impl Harvest {
    /// Whether cells were harvested that are still there.
    pub fn judgement(&self) -> Judgement {
        let none = Judgement::found(Vec::new(), self.procedures.clone());
        self.collected.iter().filter(|collected| collected.is_completed).fold(none, |any, collected| {
            any.or(match collected.is_kept {
                Verdict::Met => Judgement::met(vec![collected.evidence.clone()]),
                _ => Judgement::unknown(self.reinfusion.clone()).with_evidence([collected.evidence.clone()]),
            })
        })
    }

    /// The leukaphereses whose day may be one of these, as far as it is known.
    pub fn judgement_of(&self, holds: impl Fn(&Moment) -> Verdict) -> Judgement {
        let none = Judgement::found(Vec::new(), self.procedures.clone());
        self.collected.iter().filter(|collected| collected.is_completed).fold(none, |any, collected| {
            let gap = || {
                Gap::at(
                    GapKind::ImpreciseDate,
                    Source::Procedures,
                    &collected.evidence.reference,
                    &collected.evidence.what,
                )
            };
            any.or(match collected.day.as_ref().map_or(Verdict::Unknown, &holds) {
                Verdict::Met => Judgement::met(vec![collected.evidence.clone()]),
                Verdict::NotMet => Judgement::not_met(Vec::new()),
                Verdict::Unknown => Judgement::unknown(vec![gap()]),
            })
        })
    }

    /// Whether the cells that were collected are still there. `None` is no doubt.
    #[must_use]
    pub fn doubt(&self) -> Option<Judgement> {
        let mut kept = self.collected.iter().map(|c| c.is_kept).chain(self.readings.iter().map(|r| r.is_kept));
        kept.any(|is_kept| is_kept == Verdict::Unknown).then(|| Judgement::unknown(self.reinfusion.clone()))
    }

    /// The number of cells. Days at most `days` apart are one collection. `strict` leaves out cells that may have been given
    /// back: they count towards the most only.
    #[must_use]
    pub fn graft(&self, days: i32, strict: bool) -> Graft {
        let mut gaps: Vec<Gap> = self.observations.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        let counted: Vec<&Reading> = self.readings.iter().filter(|reading| reading.cells.is_some()).collect();
        if counted.is_empty() {
            return self.without_value(gaps);
        }
        let is_sure = |reading: &&Reading| reading.day.is_some() && (!strict || reading.is_kept == Verdict::Met);
        let sure: Vec<&Reading> = counted.iter().copied().filter(is_sure).collect();
        let perhaps: Vec<&Reading> = counted.iter().copied().filter(|reading| !is_sure(reading)).collect();
        let mut cells = if gaps.is_empty() { Range::NONE } else { Range::ANY };
        cells = cells.plus(in_all(&sure, days, &mut gaps));
        if !perhaps.is_empty() {
            let most = perhaps.iter().filter_map(|reading| reading.cells).fold(Range::NONE, Range::plus);
            cells = cells.plus(Range { least: 0.0, ..most });
            let undated = perhaps.iter().filter(|reading| reading.day.is_none());
            add_gaps(&mut gaps, undated.map(|reading| gap(GapKind::ImpreciseDate, reading)));
            add_gaps(&mut gaps, self.reinfusion.iter().filter(|_| strict).cloned());
        }
        let mut evidence: Vec<Evidence> = counted.iter().map(|reading| reading.evidence.clone()).collect();
        evidence.sort_by_key(|evidence| match evidence.period {
            Some(cellwise_record::EvidencePeriod::On(day)) => Some(day.last),
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
        Graft { cells, evidence, gaps, basis }
    }

    fn without_value(&self, mut gaps: Vec<Gap>) -> Graft {
        let evidence = |basis: Basis| {
            let harvests = self.collected.iter().map(|collected| &collected.evidence);
            let counts = self.readings.iter().filter(|_| basis != Basis::NoValue).map(|reading| &reading.evidence);
            harvests.chain(counts).cloned().collect::<Vec<_>>()
        };
        let graft = |cells, basis, gaps| Graft { cells, evidence: evidence(basis), gaps, basis };
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
            add_gaps(&mut gaps, counts.iter().map(|reading| gap(GapKind::WrongUnit, reading)));
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
                add_gaps(gaps, [gap(GapKind::Conflicting, reading)]);
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

fn gap(kind: GapKind, reading: &Reading) -> Gap {
    Gap::at(kind, Source::Observations, &reading.evidence.reference, &reading.evidence.what)
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
