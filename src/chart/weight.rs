//! Body weight, as a dose needs it: the newest, and recent.

use crate::chart::Chart;
use crate::chart::date::Moment;
use crate::chart::observation::Observation;
use crate::chart::quantity::Bound;
use crate::chart::source::Source;
use crate::terminology::ValueSet;
use crate::verdict::{Evidence, Gap, GapKind, Verdict};

/// The patient's weight.
#[derive(Clone, Debug)]
pub struct Weight {
    /// In kilograms; `None` when it is not known, or too old.
    pub kilograms: Option<f64>,
    /// The newest weight on record, usable or not.
    pub evidence: Vec<Evidence>,
    /// Why it is not known.
    pub gaps: Vec<Gap>,
}

impl Chart {
    /// The newest weight, if it is at most `days` old. Two different weights on that day contradict each other; one that can't
    /// be read is not replaced by an older one.
    #[must_use]
    pub fn weight(&self, days: i32) -> Weight {
        let found = self.observations(ValueSet::BODY_WEIGHT);
        let unknown = |gaps: Vec<Gap>, newest: &[&Observation]| Weight {
            kilograms: None,
            evidence: newest.iter().map(|weight| weight.evidence()).collect(),
            gaps,
        };
        let hidden: Vec<Gap> = found.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        if !hidden.is_empty() {
            return unknown(hidden, &[]);
        }
        let today = self.as_of.day();
        let dated: Vec<(Moment, &Observation)> = found
            .items
            .iter()
            .filter_map(|weight| Some((weight.when?, *weight)))
            .filter(|(when, _)| when.on_or_before(&today) != Verdict::NotMet)
            .collect();
        let Some(last) = dated.iter().map(|(when, _)| when.last).max() else {
            // A weight that may be one (no date, no code, no status) says why; else there is none.
            let mut gaps: Vec<Gap> = found.items.iter().map(|weight| gap(GapKind::ImpreciseDate, weight)).collect();
            gaps.extend(found.gaps);
            if gaps.is_empty() {
                gaps.push(Gap::not_recorded(Source::Observations, "gap-no-weight"));
            }
            return unknown(gaps, &found.items);
        };
        let newest: Vec<&Observation> =
            dated.iter().filter(|(when, _)| when.last == last).map(|(_, weight)| *weight).collect();
        let coarse = dated.iter().find(|(when, _)| when.exact_day().is_none() && when.last == last);
        let when = coarse.or_else(|| dated.iter().find(|(when, _)| when.last == last)).map_or(today, |(when, _)| *when);
        let gap_of = |kind| newest.first().map(|weight| gap(kind, weight)).into_iter().collect();
        match self.within_days(&when, days) {
            Verdict::Met => {}
            Verdict::Unknown => return unknown(gap_of(GapKind::ImpreciseDate), &newest),
            Verdict::NotMet => {
                return unknown(vec![Gap::not_recorded(Source::Observations, "gap-weight-too-old")], &newest);
            }
        }
        let mut kilograms: Option<f64> = None;
        for weight in &newest {
            let exactly =
                weight.quantity().filter(|quantity| quantity.bound == Bound::Exactly && quantity.number > 0.0);
            let Some(quantity) = exactly else { return unknown(vec![gap(GapKind::Unreadable, weight)], &newest) };
            let Some(kg) = quantity.in_unit("kg") else {
                return unknown(vec![gap(GapKind::WrongUnit, weight)], &newest);
            };
            if kilograms.is_some_and(|other| (other - kg).abs() > 1e-6 * kg) {
                return unknown(vec![gap(GapKind::Conflicting, weight)], &newest);
            }
            kilograms = Some(kg);
        }
        Weight {
            kilograms,
            evidence: newest.iter().take(1).map(|weight| weight.evidence()).collect(),
            gaps: Vec::new(),
        }
    }
}

fn gap(kind: GapKind, weight: &Observation) -> Gap {
    Gap::at(kind, Source::Observations, &weight.reference, &weight.concept.text)
}
