//! Which entries a reference means: why something was ordered or is used, what an appointment is booked for.

use std::collections::HashMap;

use crate::facts::act::Act;
use crate::facts::concept::Concept;
use crate::facts::condition::Condition;
use crate::reference::Treatment;
use crate::terminology::ValueSet;
use crate::{Chart, bare_id};

impl Chart {
    /// Whether any reason of an order or use is in `set`, directly or through a referenced condition.
    #[must_use]
    pub fn has_reason(&self, reasons: &[Concept], references: &[String], set: ValueSet) -> bool {
        reasons.iter().any(|reason| reason.has(set))
            || references
                .iter()
                .any(|reference| self.conditions_called(reference).any(|condition| condition.concept.has(set)))
    }

    /// The conditions that a reference means.
    fn conditions_called(&self, reference: &str) -> impl Iterator<Item = &Condition> {
        let places = self.referenced.conditions.get_or_init(|| {
            let mut places: HashMap<String, Vec<usize>> = HashMap::new();
            for (place, condition) in self.conditions.iter().enumerate() {
                places.entry(name(&condition.reference).to_owned()).or_default().push(place);
            }
            places
        });
        places.get(name(reference)).into_iter().flatten().filter_map(|place| self.conditions.get(*place))
    }

    /// The request on record that a reference means: the first with its id.
    #[must_use]
    pub fn request_called(&self, reference: &str) -> Option<&Act> {
        let places = self.referenced.requests.get_or_init(|| {
            let mut places = HashMap::new();
            for (place, request) in self.service_requests.iter().enumerate() {
                places.entry(bare_id(&request.reference).to_owned()).or_insert(place);
            }
            places
        });
        places.get(bare_id(reference)).and_then(|place| self.service_requests.get(*place))
    }
}

impl Chart {
    /// What the procedures, requests and uses of drugs with this reference are.
    pub fn treatments_called(&self, reference: &str) -> impl Iterator<Item = &Concept> {
        let places = self.referenced.treatments.get_or_init(|| {
            let procedures = self.procedures.iter().enumerate();
            let procedures = procedures.map(|(place, of)| (&of.reference, Treatment::Procedure(place)));
            let requests = self.service_requests.iter().enumerate();
            let requests = requests.map(|(place, of)| (&of.reference, Treatment::Request(place)));
            let uses = self.medications.iter().enumerate();
            let uses = uses.map(|(place, of)| (&of.reference, Treatment::Medication(place)));
            let mut places: HashMap<String, Vec<Treatment>> = HashMap::new();
            for (reference, place) in procedures.chain(requests).chain(uses) {
                places.entry(reference.clone()).or_default().push(place);
            }
            places
        });
        places.get(reference).into_iter().flatten().filter_map(|place| match place {
            Treatment::Procedure(place) => self.procedures.get(*place).map(|of| &of.concept),
            Treatment::Request(place) => self.service_requests.get(*place).map(|of| &of.concept),
            Treatment::Medication(place) => self.medications.get(*place).map(|of| &of.concept),
        })
    }
}

/// What two references to the same resource have in common: its id. One without an id is called by its place.
fn name(reference: &str) -> &str {
    if reference.starts_with('/') { reference } else { bare_id(reference) }
}
