//! Drugs in use: prescribed or listed as active, or given so lately that it still works.

use crate::chart::Chart;
use crate::chart::medication::{MedicationUse, UseKind};
use crate::terminology::ValueSet;
use crate::verdict::{Gap, GapKind, Judgement, Verdict};

impl Chart {
    /// Whether a drug of `set` is in use today, or was given in the last `days` days.
    pub fn in_use_or_given(&self, set: ValueSet, days: i32) -> Judgement {
        let today = self.as_of.day();
        let uses = self.medications(set).keep(
            |drug| {
                let given = match (drug.kind, drug.start) {
                    (UseKind::Given, Some(start)) => self.within_days(&start, days),
                    (UseKind::Given, None) => Verdict::Unknown,
                    _ => Verdict::NotMet,
                };
                drug.is_in_use(&today).or(given)
            },
            |drug| Gap::at(GapKind::ImpreciseDate, drug.source(), &drug.reference, &drug.concept.text),
        );
        uses.exists(MedicationUse::evidence)
    }
}
