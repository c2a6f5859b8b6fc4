//! What is put off while a chart is built sparingly, and what stands in its place.

use crate::builder::{ChartBuilder, Pending};
use crate::collect::{Element, Passing};
use crate::later::PUT_OFF;
use crate::resource::Resource;
use cellwise_record::facts::concept::Concept;
use cellwise_record::facts::observation::{Observation, Value};
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Gap, GapKind, Standing};

/// What was put off.
#[derive(Clone, Default)]
pub(super) struct Waiting {
    /// What was observed, each once.
    concepts: Vec<Concept>,
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

    /// Whether it is built sparingly now.
    pub(super) fn is_sparing(&self) -> bool {
        self.sparing.as_ref().is_some_and(|waiting| !waiting.is_over)
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

    /// Puts a resource off, if it can wait.
    pub(super) fn put_off(&mut self, written: Element<'_>, so_far: &Resource<'_>) -> Passing {
        let can_wait = self.is_sparing() && written.resource_type == PUT_OFF.resource_type();
        let concept = can_wait.then(|| self.coded(&so_far.code)).flatten();
        // The parts of a blood pressure are measurements of their own.
        let waits = |concept: &Concept| concept.is_listed() && !concept.has(ValueSet::BLOOD_PRESSURE);
        let (Some(waiting), Some(concept)) = (&mut self.sparing, concept.filter(waits)) else { return Passing::Read };
        waiting.concepts.push(concept);
        self.memory.pass(written, Passing::Later);
        Passing::Later
    }

    /// Gives what was put off its place in the chart: nothing is known of it but what was observed.
    pub(super) fn stand_in(&mut self) {
        let Some(waiting) = self.sparing.take() else { return };
        for (index, concept) in waiting.concepts.into_iter().enumerate() {
            let fact = Observation {
                reference: format!("/prefetch/{}/{index}", PUT_OFF.key()),
                concept,
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
