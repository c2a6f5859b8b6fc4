//! Stays and visits of a chart.

use crate::facts::encounter::Encounter;
use crate::{Chart, Gap, Source, bare_id};

impl Chart {
    /// The encounter that the hook is about, when the hook names one and it was sent.
    #[must_use]
    pub fn current_encounter(&self) -> Option<&Encounter> {
        let id = self.encounter_id.as_deref()?;
        self.encounters.iter().find(|encounter| bare_id(&encounter.reference) == id)
    }

    /// Every encounter on record, and why there may be more.
    #[must_use]
    pub fn encounters(&self) -> (&[Encounter], Vec<Gap>) {
        (&self.encounters, self.sources.gaps_of(Source::Encounters))
    }
}
