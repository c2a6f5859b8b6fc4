//! Drugs in use: prescribed or listed as active, or given so lately that it still works.

use crate::facts::medication::{CourseEnd, MedicationUse, UseKind};
use crate::terminology::ValueSet;
use crate::{Chart, Gap, GapKind, Judgement, Verdict};

impl Chart {
    /// Whether a drug of `set` is in use today, or was given in the last `days` days.
    pub fn in_use_or_given(&self, set: ValueSet, days: i32) -> Judgement {
        let today = self.as_of.day();
        let uses = self.medications(set).keep(
            |drug| {
                // What was given over several days counts from its last day.
                let last = match drug.end {
                    CourseEnd::On(end) => Some(end),
                    CourseEnd::Ongoing | CourseEnd::NotRecorded => drug.start,
                };
                let begun = drug.start.map_or(Verdict::Met, |start| start.on_or_before(&today));
                let given = match (drug.kind, last) {
                    (UseKind::Given, Some(last)) => begun.and(last.on_or_after(&today.plus_days(-days))),
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
