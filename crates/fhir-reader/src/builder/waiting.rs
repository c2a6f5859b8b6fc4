//! What is put off while a chart is built sparingly, and what stands in its place.

use std::sync::Arc;

use crate::builder::{ChartBuilder, Pending};
use crate::collect::PUT_OFF;
use crate::lens::{Object, Read};
use crate::resource::{Coding, Concept as CodeableConcept};
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::{Lookup, ValueSet};
use cellwise_record::{Gap, GapKind, Standing};

/// What was put off.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    /// What was observed, each once: what is known of its codings.
    observed: Vec<Arc<[Lookup]>>,
    /// Whether something of it has parts, of which nobody knows what they are.
    pub(super) have_parts: bool,
    /// Whether nothing is put off any more.
    is_over: bool,
}

/// Who had one of these, or is to have one, is asked about nearly always: to put off what will be read would be to read twice.
const CELL_THERAPY: [ValueSet; 3] =
    [ValueSet::CAR_T, ValueSet::STEM_CELL_TRANSPLANTATION, ValueSet::STEM_CELL_TRANSPLANT_STATUS];

/// A concept of which only the codings are known.
fn coded(codings: &[Lookup]) -> Concept {
    let mut concept = Concept::default();
    for coding in codings {
        concept.add_coding(*coding);
    }
    concept
}

impl ChartBuilder<'_> {
    /// From here on it is built sparingly ([`later`](crate::later)).
    pub fn spare(&mut self) {
        self.sparing = Some(Waiting::default());
    }

    /// From here on everything is read. What was put off still waits.
    pub fn spare_no_more(&mut self) {
        if let Some(waiting) = &mut self.sparing {
            waiting.is_over = true;
        }
    }

    /// Puts off nothing any more once the record has a cell therapy. Nothing but time depends on it.
    pub(super) fn may_be_needed_by(&mut self, concept: Option<&Concept>) {
        if concept.is_some_and(|concept| CELL_THERAPY.iter().any(|set| concept.has(*set))) {
            self.spare_no_more();
        }
    }

    /// Forgets that something waits: it is read now.
    pub(crate) fn wait_no_more(&mut self) {
        self.sparing = None;
    }

    /// Whether something was put off.
    #[must_use]
    pub fn has_put_off(&self) -> bool {
        self.sparing.as_ref().is_some_and(|waiting| !waiting.observed.is_empty())
    }

    /// What is known of the codings of a resource that can be put off.
    pub(super) fn listed(
        &self,
        resource_type: &str,
        what: &Read<Object<CodeableConcept<'_>>>,
    ) -> Option<Arc<[Lookup]>> {
        let lens = &what.value().filter(|_| resource_type == PUT_OFF.resource_type())?.0;
        let is_plain = lens.concept.is_absent() && lens.coding.unreadable == 0;
        let lookup =
            |coding: &Coding<'_>| Some(self.terminology.lookup(coding.system.as_str()?, coding.code.as_str()?));
        let lookups: Option<Arc<[Lookup]>> = lens.coding.items.iter().filter(|_| is_plain).map(lookup).collect();
        let concept = coded(lookups.as_deref()?);
        // The parts of a blood pressure are measurements of their own.
        let can_wait = concept.is_listed() && !concept.is_irrelevant() && !concept.has(ValueSet::BLOOD_PRESSURE);
        lookups.filter(|_| can_wait)
    }

    /// Puts off what is observed by a listed code, if the chart is built sparingly.
    pub(super) fn waits(&mut self, codings: &Arc<[Lookup]>) -> bool {
        let Some(waiting) = self.sparing.as_mut().filter(|waiting| !waiting.is_over) else { return false };
        if !waiting.observed.iter().any(|known| Arc::ptr_eq(known, codings)) {
            waiting.observed.push(Arc::clone(codings));
        }
        true
    }

    /// Gives what was put off its place in the chart: nothing is known of it but what was observed.
    pub(super) fn stand_in(&mut self) {
        let Some(waiting) = self.sparing.take() else { return };
        for (index, codings) in waiting.observed.iter().enumerate() {
            let fact = Observation {
                reference: format!("/prefetch/{}/{index}", PUT_OFF.key()),
                concept: coded(codings),
                when: None,
                period: None,
                value: Value::Unreadable,
                interpretation: Vec::new(),
                upper_limit: None,
                standing: Standing::Counts,
            };
            self.observations.push(Pending { about: None, fact });
        }
        if waiting.have_parts {
            self.gap(Gap::of(GapKind::Incomplete, PUT_OFF));
        }
    }
}
