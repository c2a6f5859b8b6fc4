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

impl Weight {
    fn unknown(gaps: Vec<Gap>, shown: &[&Observation]) -> Self {
        let shown = shown.iter().map(|weight| weight.evidence());
        Self { kilograms: None, judgement: Judgement::unknown(gaps).with_evidence(shown) }
    }
}

impl Case<'_> {
    /// The newest weight, if it is recent enough for a dose. Two different weights on that day contradict each other; one that
    /// can't be read is not replaced by an older one, nor is one that may be newer but has no date or no status.
    #[must_use]
    pub fn weight(&self) -> Weight {
        let found = self.observations(ValueSet::BODY_WEIGHT);
        let hidden: Vec<Gap> = found.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        if !hidden.is_empty() {
            return Weight::unknown(hidden, &[]);
        }
        let today = self.as_of.day();
        let with_date = found.items.iter().filter_map(|weight| Some((weight.when?, *weight)));
        let past: Vec<(Moment, &Observation)> =
            with_date.filter(|(when, _)| when.on_or_before(&today) != Verdict::NotMet).collect();
        let Some(last) = past.iter().map(|(when, _)| when.last).max() else {
            // A weight that may be one (no date, no code, no status) says why; else there is none.
            let mut gaps: Vec<Gap> = found.items.iter().map(|weight| gap(GapKind::ImpreciseDate, weight)).collect();
            gaps.extend(found.gaps);
            if gaps.is_empty() {
                gaps.push(Gap::not_recorded(Source::Observations, "gap-no-weight"));
            }
            return Weight::unknown(gaps, &found.items);
        };
        let (dates, newest): (Vec<Moment>, Vec<&Observation>) =
            past.into_iter().filter(|(when, _)| when.last == last).unzip();
        let doubts = self.doubtful_weights(&found.items, last, &newest);
        if !doubts.is_empty() {
            return Weight::unknown(doubts, &newest);
        }
        let coarsest = dates.into_iter().min_by_key(|when| when.first).unwrap_or(today);
        let days = self.whole(&numbers::WEIGHT_AT_MOST_DAYS_OLD);
        match (self.within_days(&coarsest, days), agreed(&newest)) {
            (Verdict::Met, Ok(kilograms)) => {
                let shown = newest.iter().take(1).map(|weight| weight.evidence()).collect();
                Weight { kilograms: Some(kilograms), judgement: Judgement::met(shown) }
            }
            (Verdict::Met, Err(gap)) => Weight::unknown(vec![gap], &newest),
            (Verdict::Unknown, _) => {
                let gaps = newest.iter().take(1).map(|weight| gap(GapKind::ImpreciseDate, weight)).collect();
                Weight::unknown(gaps, &newest)
            }
            (Verdict::NotMet, _) => {
                Weight::unknown(vec![Gap::not_recorded(Source::Observations, "gap-weight-too-old")], &newest)
            }
        }
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

/// The weight in kilograms that all of these say, or what is wrong with one of them.
fn agreed(weights: &[&Observation]) -> Result<f64, Gap> {
    let mut kilograms: Option<f64> = None;
    for weight in weights {
        let exactly = weight.quantity().filter(|quantity| quantity.bound == Bound::Exactly && quantity.number > 0.0);
        let kind = || weight.why_no_number().unwrap_or(GapKind::Unreadable);
        let quantity = exactly.ok_or_else(|| gap(kind(), weight))?;
        let kg = quantity.in_unit("kg").ok_or_else(|| gap(GapKind::WrongUnit, weight))?;
        if kilograms.is_some_and(|other| (other - kg).abs() > 1e-6 * kg) {
            return Err(gap(GapKind::Conflicting, weight));
        }
        kilograms = Some(kg);
    }
    kilograms.ok_or_else(|| Gap::not_recorded(Source::Observations, "gap-no-weight"))
}

fn gap(kind: GapKind, weight: &Observation) -> Gap {
    Gap::at(kind, Source::Observations, &weight.reference, &weight.concept.text)
}
