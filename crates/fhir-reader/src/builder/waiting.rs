//! What is put off while a chart is built sparingly, and what stands in its place.

use std::sync::Arc;

use crate::builder::{ChartBuilder, Pending};
use crate::later::PUT_OFF;
use crate::read::concept;
use crate::resource::Resource;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::{Earlier, ValueSet};
use cellwise_record::{Gap, GapKind, Standing};

/// What was put off.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    /// What was observed, each once.
    concepts: Vec<Arc<Concept>>,
    /// Whether something of it has parts, of which nobody knows what they are.
    pub(super) have_parts: bool,
    /// Whether nothing is put off any more.
    is_over: bool,
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

    /// Forgets that something waits: it is read now.
    pub(crate) fn wait_no_more(&mut self) {
        self.sparing = None;
    }

    /// Whether something was put off.
    #[must_use]
    pub fn has_put_off(&self) -> bool {
        self.sparing.as_ref().is_some_and(|waiting| !waiting.concepts.is_empty())
    }

    /// What a resource is that can be put off, by its code.
    pub(super) fn listed(&self, resource_type: &str, so_far: &Resource<'_>) -> Option<Earlier> {
        let can_wait = resource_type == PUT_OFF.resource_type();
        let concept = can_wait.then(|| concept::codes_of(&so_far.code, self.vocabulary()))?;
        // The parts of a blood pressure are measurements of their own.
        let is_plain = concept.is_listed() && !concept.is_irrelevant() && !concept.has(ValueSet::BLOOD_PRESSURE);
        is_plain.then(|| Earlier::Listed(Arc::new(concept)))
    }

    /// Puts off what is observed by a listed code, if the chart is built sparingly.
    pub(super) fn waits(&mut self, concept: &Arc<Concept>) -> bool {
        let Some(waiting) = self.sparing.as_mut().filter(|waiting| !waiting.is_over) else { return false };
        if !waiting.concepts.iter().any(|known| Arc::ptr_eq(known, concept)) {
            waiting.concepts.push(Arc::clone(concept));
        }
        true
    }

    /// Gives what was put off its place in the chart: nothing is known of it but what was observed.
    pub(super) fn stand_in(&mut self) {
        let Some(waiting) = self.sparing.take() else { return };
        for (index, concept) in waiting.concepts.into_iter().enumerate() {
            let fact = Observation {
                reference: format!("/prefetch/{}/{index}", PUT_OFF.key()),
                concept: Arc::unwrap_or_clone(concept),
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
