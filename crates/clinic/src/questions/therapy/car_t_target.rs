//! What CAR-T cells are aimed at, by the product: CD19 (lack of B cells), BCMA (plasma cells), or not recorded.

use crate::numbers;
use crate::products::Target;
use crate::questions::Case;
use crate::questions::therapy::history::{EPISODE_DAYS, TherapyEvent, TherapyHistory};
use crate::questions::therapy::term::Term;
use cellwise_record::{Moment, Verdict};

/// More infusions against one target than anybody gets. Beside those that come after, nothing is taken for one of them.
const MOST_INFUSIONS: usize = 64;

impl Case<'_> {
    /// Whether the entry names a product with this target by its code; `None`: any product of the list.
    fn names_product(&self, event: &TherapyEvent, target: impl Into<Option<Target>>) -> bool {
        let target = target.into();
        let products =
            || self.indications.products.iter().filter(|product| target.is_none_or(|it| product.target == it));
        self.treatments_called(&event.evidence.reference)
            .any(|concept| products().any(|product| concept.has(product.set)))
    }

    /// The CAR-T product of the latest episode, in the words of the entry that names it; without a dated infusion, that of
    /// the last entry that names one.
    #[must_use]
    pub fn car_t_product(&self) -> Option<&str> {
        let history = self.car_t_history();
        let names = |event: &&TherapyEvent| self.names_product(event, None);
        let event = match history.t0() {
            Some(t0) => {
                let since = |day: &Moment| day.on_or_after(&t0) != Verdict::NotMet;
                let mut latest = history.events.iter().filter(|event| event.date.as_ref().is_some_and(since));
                latest.find(names)
            }
            None => history.events.iter().rev().find(names),
        };
        event.map(|event| event.evidence.what.as_str())
    }

    /// Whether a recorded infusion names a product against CD19. A product that is not named stays unsaid.
    #[must_use]
    pub fn names_cd19_product(&self, history: &TherapyHistory) -> bool {
        history.events.iter().any(|event| self.names_product(event, Target::Cd19))
    }

    /// Lack of B cells after CAR-T, counted from the latest infusion that may have been against CD19. `None` when every
    /// infusion was against BCMA.
    #[must_use]
    pub fn lack_of_b_cells(&self) -> Option<Term> {
        let history = self.car_t_history();
        let against_cd19 = self.against_cd19_or_unknown(history);
        let is_possible = history.events.is_empty() || !against_cd19.events.is_empty();
        is_possible.then(|| self.term(against_cd19.day_zero().as_ref(), &numbers::B_CELL_RECOVERY_YEARS))
    }

    /// The events that may have been aimed at CD19. An entry without a product is taken for the infusion against BCMA that
    /// it stands beside: same episode, or no date of its own.
    fn against_cd19_or_unknown(&self, history: &TherapyHistory) -> TherapyHistory {
        let events = history.events.iter().filter(|event| self.names_product(event, Target::Bcma));
        let mut bcma: Vec<Option<Moment>> = events.map(|event| event.date).take(MOST_INFUSIONS).collect();
        bcma.dedup();
        let beside = |event: &TherapyEvent| {
            bcma.iter().any(|other| match (event.date, *other) {
                (Some(day), Some(near)) => day.days_until(&near).max(near.days_until(&day)) <= EPISODE_DAYS,
                _ => true,
            })
        };
        let events = history.events.iter().filter(|event| {
            !self.names_product(event, Target::Bcma) && (self.names_product(event, Target::Cd19) || !beside(event))
        });
        TherapyHistory { events: events.cloned().collect(), judgement: history.judgement.clone() }
    }
}
