//! Body weight, as a dose needs it: the newest, and recent.

use jiff::civil::Date;

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::observation::Observation;
use cellwise_record::facts::quantity::Bound;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// The patient's weight.
#[derive(Clone, Debug)]
pub struct Weight {
    /// In kilograms; `None` when it is not known, or too old.
    pub kilograms: Option<f64>,
    /// Whether it is known, with the newest weight on record, usable or not.
    pub judgement: Judgement,
}

impl Case<'_> {
    /// The newest weight, if it is recent enough for a dose. Two different weights on that day contradict each other; one that can't
    /// be read is not replaced by an older one, nor is one that may be newer but has no date or no status.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let found = self.observations(ValueSet::BODY_WEIGHT);
        let unknown = |gaps: Vec<Gap>, newest: &[&Observation]| Weight {
            kilograms: None,
            judgement: Judgement::unknown(gaps).with_evidence(newest.iter().map(|weight| weight.evidence())),
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
        let doubts = self.doubtful_weights(&found.items, last, &newest);
        if !doubts.is_empty() {
            return unknown(doubts, &newest);
        }
        let gap_of = |kind| newest.first().map(|weight| gap(kind, weight)).into_iter().collect();
        match self.within_days(&when, self.whole(&numbers::WEIGHT_AT_MOST_DAYS_OLD)) {
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
        Weight { kilograms, judgement: Judgement::met(newest.iter().take(1).map(|weight| weight.evidence()).collect()) }
    }

    /// Weights that may be as new as those of day `last` and say something else: without a date, or not known to count.
    fn doubtful_weights(&self, counted: &[&Observation], last: Date, newest: &[&Observation]) -> Vec<Gap> {
        let kilograms = |weight: &Observation| {
            let exactly = weight.quantity().filter(|quantity| quantity.bound == Bound::Exactly);
            exactly.and_then(|quantity| quantity.in_unit("kg"))
        };
        let known = newest.first().and_then(|weight| kilograms(weight));
        let today = self.as_of.day();
        let may_be_newer = |when: Moment| when.last >= last && when.on_or_before(&today) != Verdict::NotMet;
        let says_else = |weight: &Observation| match (kilograms(weight), known) {
            (Some(other), Some(known)) => (other - known).abs() > 1e-6 * known,
            _ => true,
        };
        let undated = counted.iter().filter(|weight| weight.when.is_none());
        let undated = undated.map(|weight| (*weight, GapKind::ImpreciseDate));
        let unclear = self.observations.iter().filter_map(|weight| match weight.standing {
            Standing::Unclear(kind) if weight.concept.has(ValueSet::BODY_WEIGHT) => Some((weight, kind)),
            _ => None,
        });
        let unclear = unclear.filter(|(weight, _)| weight.when.is_none_or(may_be_newer));
        let mut gaps = Vec::new();
        let doubts = undated.chain(unclear).filter(|(weight, _)| says_else(weight));
        let at = |(weight, kind): (&Observation, GapKind)| {
            Gap::at(kind, Source::Observations, &weight.reference, &weight.evidence().what)
        };
        add_gaps(&mut gaps, doubts.map(at));
        gaps
    }
}

fn gap(kind: GapKind, weight: &Observation) -> Gap {
    Gap::at(kind, Source::Observations, &weight.reference, &weight.concept.text)
}
