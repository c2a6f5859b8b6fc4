//! The cells for a CAR-T product to come: whether they are collected.

use crate::questions::Case;
use crate::questions::therapy::open_plan::Planned;
use cellwise_record::facts::condition::Condition;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Judgement, Moment, Progress, Verdict, add_gaps};

/// The completed leukapheresis for the product to come.
#[derive(Clone, Debug)]
pub struct CarTCollection {
    /// Whether there is one.
    pub judgement: Judgement,
    /// The day of the latest that counts, or may.
    pub day: Option<Moment>,
}

/// When codes that say "CAR-T in history" were written down: the infusion lies before.
#[derive(Clone, Copy)]
enum Written {
    Never,
    By(Moment),
    Undated,
}

impl Written {
    fn of(history: &[&Condition]) -> Self {
        let Some(dates) = history.iter().map(|code| code.date()).collect::<Option<Vec<Moment>>>() else {
            return Self::Undated;
        };
        dates.into_iter().max_by_key(|date| date.last).map_or(Self::Never, Self::By)
    }

    /// Whether the infusion surely lies before `day`.
    fn is_before(self, day: Option<Moment>) -> Verdict {
        match (self, day) {
            (Self::Never, _) => Verdict::Met,
            (Self::By(last), Some(day)) if day.after(&last) == Verdict::Met => Verdict::Met,
            _ => Verdict::Unknown,
        }
    }
}

impl Case<'_> {
    /// The completed leukapheresis for the CAR-T product to come: the latest since an earlier CAR-T. Billing codes of the
    /// collection count.
    #[must_use]
    pub fn car_t_collection(&self) -> &CarTCollection {
        self.once(&self.answers.car_t_collection, || {
            let found = self.procedures(ValueSet::LEUKAPHERESIS).plus(self.procedures(ValueSet::CAR_T_PROCESS));
            let (infusions, history) = (self.infusions(Planned::CarT), self.conditions(ValueSet::CAR_T_HISTORY));
            let mut hidden = infusions.hidden().to_vec();
            add_gaps(&mut hidden, history.gaps.iter().filter(|gap| gap.kind.is_delivery()).cloned());
            let written = Written::of(&history.items);
            let mut collection = CarTCollection { judgement: Judgement::found(Vec::new(), found.gaps), day: None };
            for act in found.items.iter().filter(|act| act.progress == Progress::Done) {
                let day = act.period.end.or(act.period.start);
                let is_past = day.is_none_or(|day| day.on_or_before(&self.as_of.day()) != Verdict::NotMet);
                let is_newest = (!infusions.since(day)).and(written.is_before(day));
                if !is_past || is_newest == Verdict::NotMet {
                    continue;
                }
                let mut doubts = Vec::new();
                if is_newest == Verdict::Met {
                    add_gaps(&mut doubts, hidden.iter().cloned().chain(infusions.unclear_since(day)));
                } else {
                    doubts.push(act.evidence().gap(GapKind::ImpreciseDate));
                }
                let shown = [act.evidence()];
                collection.judgement = collection.judgement.or(if doubts.is_empty() {
                    Judgement::met(shown.into())
                } else {
                    Judgement::unknown(doubts).with_evidence(shown)
                });
                collection.day = std::cmp::max_by_key(collection.day, day, |day| day.map(|day| day.last));
            }
            collection
        })
    }
}
