//! Whether the immune system has recovered after a therapy, as far as the record shows.

use crate::chart::Chart;
use crate::chart::condition::Condition;
use crate::chart::date::Moment;
use crate::chart::observation::Observation;
use crate::chart::source::Source;
use crate::terminology::ValueSet;
use crate::verdict::{Gap, GapKind, Judgement, Verdict};

impl Chart {
    /// Signs of immune recovery after every one of the `therapies`: the newest CD4 count is at least `limit` `unit`, and no
    /// active problem says immunocompromised. Nothing measured is no sign.
    pub fn immune_recovery(&self, therapies: &[Moment], limit: f64, unit: &str) -> Judgement {
        self.cd4_recovery(therapies, limit, unit).and(!self.immunocompromised())
    }

    fn cd4_recovery(&self, therapies: &[Moment], limit: f64, unit: &str) -> Judgement {
        let at = |kind, count: &Observation| Gap::at(kind, Source::Observations, &count.reference, &count.concept.text);
        let after = |count: &Observation| match count.when {
            None => Verdict::Unknown,
            Some(when) => {
                let all = therapies.iter().map(|therapy| when.after(therapy));
                all.fold(when.on_or_before(&self.as_of.day()), Verdict::and)
            }
        };
        let counts = self.observations(ValueSet::CD4_CELL_COUNT);
        let counts = counts.keep(after, |count| at(GapKind::ImpreciseDate, count));
        let mut hidden = counts.gaps;
        hidden.retain(|gap| gap.kind != GapKind::Uncoded);
        // Among counts of which each may be the newest, the lowest decides.
        let newest = counts.items.iter().filter_map(|count| count.when).map(|when| when.first).max();
        let candidates = counts.items.iter().filter(|count| count.when.map(|when| when.last) >= newest);
        let judged = candidates.map(|count| {
            match count.quantity().map_or(Verdict::Unknown, |value| value.is_at_least(limit, unit)) {
                Verdict::Met => Judgement::met(vec![count.evidence()]),
                Verdict::NotMet => Judgement::not_met(vec![count.evidence()]),
                Verdict::Unknown => {
                    Judgement::unknown(vec![at(GapKind::WrongUnit, count)]).with_evidence([count.evidence()])
                }
            }
        });
        match judged.reduce(Judgement::and) {
            Some(cd4) if hidden.is_empty() => cd4,
            // A count that can't be seen may be the newest, and low.
            Some(cd4) => cd4.and(Judgement::unknown(hidden)),
            None => Judgement::found(Vec::new(), hidden),
        }
    }

    /// Nearly every problem list has entries without a usable code: they do not leave this unknown.
    fn immunocompromised(&self) -> Judgement {
        let problems = self.conditions(ValueSet::IMMUNOCOMPROMISED).keep(Condition::is_active, |problem| {
            Gap::at(GapKind::NotRecorded, Source::Conditions, &problem.reference, &problem.concept.text)
        });
        let unseen = problems.gaps.iter().filter(|gap| gap.kind != GapKind::Uncoded).cloned().collect();
        Judgement::found(problems.items.iter().map(|problem| problem.evidence()).collect(), unseen)
    }
}
