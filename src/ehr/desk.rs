//! What lies on the desk of the user: the choices of the session, and for each open chart the drafts and the cards.

use std::collections::HashMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::card::{ActionKind, Card, Suggestion};
use super::cds::Answered;
use crate::fixtures::request::{reference_of, resources, type_of};
use cellwise_clinic::Language;

/// The desk.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) language: Language,
    /// The instant at which services are asked to judge; `None` is the present.
    pub(super) as_of: Option<String>,
    visits: HashMap<String, Visit>,
}

/// An open chart.
#[derive(Clone, Debug, Default)]
pub(super) struct Visit {
    /// The drafts, as entries of a Bundle.
    drafts: Vec<Value>,
    /// The hook that was triggered last.
    pub(super) hook: Option<String>,
    /// What each service of the hook answered.
    pub(super) calls: Vec<Call>,
    /// Why no service was asked.
    pub(super) problem: Option<String>,
}

/// A call of a service and what came of it.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) service: String,
    pub(super) title: String,
    pub(super) request: String,
    pub(super) answered: Option<Answered>,
    pub(super) problems: Vec<String>,
    pub(super) cards: Vec<Held>,
}

/// A card that is shown, and what became of it.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// By which it is known on the page.
    pub(super) handle: String,
    pub(super) card: Card,
    /// The suggestions that were taken, by place.
    pub(super) taken: Vec<usize>,
    /// Why it was overridden.
    pub(super) overridden: Option<String>,
    /// What the service said to the feedback.
    pub(super) feedback: Option<String>,
}

impl Held {
    pub(super) fn new(card: Card) -> Self {
        let handle = Uuid::new_v4().simple().to_string();
        Self { handle, card, taken: Vec::new(), overridden: None, feedback: None }
    }

    /// Whether a suggestion can be taken yet.
    pub(super) fn is_open(&self, place: usize) -> bool {
        self.overridden.is_none() && !self.taken.contains(&place) && (self.taken.is_empty() || !self.card.takes_one())
    }
}

impl Desk {
    /// An empty desk.
    pub(super) fn new(language: Language, as_of: Option<String>) -> Self {
        Self { language, as_of, visits: HashMap::new() }
    }

    /// The chart of a patient.
    pub(super) fn visit(&mut self, patient: &str) -> &mut Visit {
        self.visits.entry(patient.to_owned()).or_default()
    }
}

impl Visit {
    /// Adds drafts; one with an id that is there already gets another, for two orders of one kind are two orders. Says which they
    /// are, but not the drugs that they name.
    pub(super) fn draft(&mut self, orders: &Value) -> Vec<String> {
        let mut added = Vec::new();
        let known: Vec<String> = self.drafts().filter_map(reference_of).collect();
        for resource in resources(orders) {
            let mut resource = resource.clone();
            let is_drug = type_of(&resource) == Some("Medication");
            let own = reference_of(&resource);
            if own.as_ref().is_none_or(|own| known.contains(own)) {
                if is_drug {
                    continue;
                }
                set_id(&mut resource, &Uuid::new_v4().to_string());
            }
            if !is_drug {
                added.extend(reference_of(&resource));
            }
            self.drafts.push(json!({ "resource": resource }));
        }
        added
    }

    /// The drafted resources.
    pub(super) fn drafts(&self) -> impl Iterator<Item = &Value> {
        self.drafts.iter().filter_map(|entry| entry.get("resource"))
    }

    /// The drafts of a hook: appointments, or everything else.
    pub(super) fn bundle(&self, is_for_appointments: bool) -> Value {
        let of_hook = |entry: &&Value| {
            let is_appointment = entry.get("resource").and_then(type_of) == Some("Appointment");
            is_appointment == is_for_appointments
        };
        let entries: Vec<&Value> = self.drafts.iter().filter(of_hook).collect();
        json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
    }

    /// Takes a draft away.
    pub(super) fn remove(&mut self, reference: &str) {
        self.drafts.retain(|entry| entry.get("resource").and_then(reference_of).as_deref() != Some(reference));
    }

    /// A card by its handle, with the service that it is from.
    pub(super) fn card(&mut self, handle: &str) -> Option<(String, &mut Held)> {
        self.calls.iter_mut().find_map(|call| {
            let held = call.cards.iter_mut().find(|held| held.handle == handle)?;
            Some((call.service.clone(), held))
        })
    }

    /// Does what a suggestion says, to the drafts. Deletes come first, then what is new, then what changes, as in a FHIR
    /// transaction.
    pub(super) fn apply(&mut self, suggestion: &Suggestion) {
        let mut actions: Vec<_> = suggestion.actions.iter().collect();
        actions.sort_by_key(|action| match action.kind {
            ActionKind::Delete => 0,
            ActionKind::Create => 1,
            ActionKind::Update => 2,
        });
        for action in actions {
            let resource = action.resource.as_ref().filter(|resource| resource.is_object());
            match (action.kind, resource, action.target()) {
                (ActionKind::Delete, _, Some(target)) => self.remove(&target),
                (ActionKind::Create, Some(resource), _) => {
                    self.draft(&json!({ "entry": [{ "resource": resource }] }));
                }
                (ActionKind::Update, Some(resource), Some(target)) => {
                    self.remove(&target);
                    self.drafts.push(json!({ "resource": resource }));
                }
                _ => {}
            }
        }
    }
}

fn set_id(resource: &mut Value, id: &str) {
    if let Some(members) = resource.as_object_mut() {
        members.insert("id".to_owned(), json!(id));
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn order(id: &str) -> Value {
        json!({ "resourceType": "ServiceRequest", "id": id, "status": "draft" })
    }

    fn bundle(resources: &[Value]) -> Value {
        json!({ "entry": resources.iter().map(|resource| json!({ "resource": resource })).collect::<Vec<_>>() })
    }

    #[test]
    fn a_suggestion_changes_the_drafts() {
        let mut visit = Visit::default();
        assert_eq!(visit.draft(&bundle(&[order("a"), order("b")])), ["ServiceRequest/a", "ServiceRequest/b"]);
        let mut changed = order("b");
        changed["priority"] = json!("urgent");
        let without_id = json!({ "resourceType": "MedicationRequest", "status": "draft" });
        let suggestion = json!({ "label": "l", "actions": [
            { "type": "update", "description": "d", "resource": changed },
            { "type": "create", "description": "d", "resource": without_id },
            { "type": "delete", "description": "d", "resourceId": "ServiceRequest/a" },
        ] });
        visit.apply(&Suggestion::deserialize(&suggestion).unwrap());
        let drafts: Vec<&Value> = visit.drafts().collect();
        assert_eq!(drafts.len(), 2);
        assert!(drafts[0]["resourceType"] == "MedicationRequest" && drafts[0]["id"].is_string());
        assert_eq!(drafts[1]["priority"], "urgent");
    }

    #[test]
    fn two_orders_of_one_kind_are_two_and_a_drug_is_one() {
        let mut visit = Visit::default();
        let drug = json!({ "resourceType": "Medication", "id": "d" });
        let orders = bundle(&[order("a"), drug]);
        assert_eq!(visit.draft(&orders), ["ServiceRequest/a"]);
        assert_ne!(visit.draft(&orders), ["ServiceRequest/a"]);
        assert_eq!(visit.drafts().count(), 3);
        visit.draft(&bundle(&[json!({ "resourceType": "Appointment", "id": "x" })]));
        assert_eq!(visit.bundle(true)["entry"].as_array().unwrap().len(), 1);
        assert_eq!(visit.bundle(false)["entry"].as_array().unwrap().len(), 3);
    }
}
