//! Whether the neutrophils have recovered, by the newest count.

use jiff::Timestamp;

use crate::numbers;
use crate::questions::Case;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Evidence, Gap, GapKind, Judgement, Moment, Source, Standing, Verdict, add_gaps};

/// The unit that neutrophils are counted in.
const UNIT: &str = "10*9/L";

/// The newest neutrophil count after a therapy.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// Whether the count is enough and fresh.
    pub judgement: Judgement,
    /// Whether a count that is, or may be, the newest is known to be low, however old it is.
    pub is_low: bool,
}

impl Case<'_> {
    /// Whether the newest neutrophil count after `since` is one of recovery, and fresh enough to tell about today. Counts that
    /// may each be the newest must agree. A count without a date, or with a status that leaves open whether it counts, may be
    /// the newest: it leaves the answer open.
    #[must_use]
    pub fn neutrophil_recovery(&self, since: &Moment) -> Recovery {
        let least = self.value(&numbers::NEUTROPHILS_RECOVERED);
        let found = self.observations(ValueSet::NEUTROPHIL_COUNT);
        let hidden: Vec<Gap> = found.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned().collect();
        let after: Vec<(&Observation, Moment)> = found
            .items
            .iter()
            .filter_map(|count| Some((*count, count.when?)))
            .filter(|(_, when)| when.after(since) != Verdict::NotMet)
            .filter(|(_, when)| when.on_or_before(&self.as_of.day()) != Verdict::NotMet)
            .collect();
        let latest = after.iter().map(|(_, when)| self.as_of.span_of(when).0).max();
        let vague = self.vague_counts(since, latest);
        let newest: Vec<(&Observation, Moment)> = after
            .into_iter()
            .filter(|(_, when)| latest.is_none_or(|latest| self.as_of.span_of(when).1 >= latest))
            .collect();
        if newest.is_empty() {
            let none = Gap::not_recorded(Source::Observations, "gap-no-count");
            let gaps = [hidden, vague].concat();
            let gaps = if gaps.is_empty() { vec![none] } else { gaps };
            return Recovery { judgement: Judgement::unknown(gaps), is_low: false };
        }
        let low = |count: &Observation| count.quantity().map_or(Verdict::Unknown, |value| value.is_below(least, UNIT));
        let is_low = newest.iter().any(|(count, _)| low(count) == Verdict::Met);
        let evidence: Vec<Evidence> = newest.iter().map(|(count, _)| count.evidence()).collect();
        let mut gaps = [hidden, vague].concat();
        for (count, when) in &newest {
            gaps.extend(doubts(count, low(count)));
            gaps.extend(self.doubts_of_date(count, when, since));
            if is_low && low(count) == Verdict::NotMet {
                gaps.push(count.evidence().gap(GapKind::Conflicting));
            }
        }
        let judgement = match (gaps.is_empty(), is_low) {
            (true, true) => Judgement::not_met(evidence),
            (true, false) => Judgement::met(evidence),
            (false, _) => Judgement::unknown(gaps).with_evidence(evidence),
        };
        Recovery { judgement, is_low }
    }

    /// Why the date of a count leaves open whether it is from after `since`, and tells about today.
    fn doubts_of_date(&self, count: &Observation, when: &Moment, since: &Moment) -> Vec<Gap> {
        let gap = |kind| count.evidence().gap(kind);
        let mut gaps = Vec::new();
        if when.after(since) == Verdict::Unknown {
            gaps.push(gap(GapKind::ImpreciseDate));
        }
        match self.within_days(when, self.whole(&numbers::DISCHARGE_COUNT_DAYS)) {
            Verdict::Met => {}
            Verdict::NotMet => gaps.push(gap(GapKind::NotRecorded).said_as("gap-count-too-old")),
            Verdict::Unknown => gaps.push(gap(GapKind::ImpreciseDate)),
        }
        gaps
    }

    /// Counts that may be the newest and can't be used: without a date, or of a status that leaves open whether they count.
    fn vague_counts(&self, since: &Moment, latest: Option<Timestamp>) -> Vec<Gap> {
        let counts = self.observations.iter().filter(|of| of.concept.is(ValueSet::NEUTROPHIL_COUNT) == Verdict::Met);
        let kind = |count: &Observation| match (count.standing, count.when) {
            (Standing::Counts, None) => Some(GapKind::ImpreciseDate),
            (Standing::Counts, Some(_)) => None,
            (Standing::Unclear(kind), None) => Some(kind),
            (Standing::Unclear(kind), Some(when)) => {
                let is_older = latest.is_some_and(|latest| self.as_of.span_of(&when).1 < latest);
                (!is_older && when.after(since) != Verdict::NotMet).then_some(kind)
            }
        };
        let mut gaps = Vec::new();
        add_gaps(&mut gaps, counts.filter_map(|count| Some(count.evidence().gap(kind(count)?))));
        gaps
    }
}

/// Why it can't be told whether a count is low.
fn doubts(count: &Observation, low: Verdict) -> Option<Gap> {
    if low != Verdict::Unknown {
        return None;
    }
    let at = |kind| count.evidence().gap(kind);
    Some(match &count.value {
        Value::Quantity(value) if value.in_unit(UNIT).is_none() => at(GapKind::WrongUnit),
        Value::Quantity(_) => at(GapKind::NotRecorded).said_as("gap-count-bound"),
        Value::Impossible(_) => at(GapKind::Impossible),
        Value::Unreadable | Value::Absent => at(GapKind::Unreadable),
        Value::None => at(GapKind::NotRecorded),
        Value::Boolean(_) | Value::Concept(_) | Value::Text(_) | Value::Moment(_) => at(GapKind::Uncoded),
    })
}
