//! The orders a clinician is drafting.

use crate::facts::concept::Concept;
use crate::facts::dose::Dose;
use crate::facts::medication::{MedicationUse, Route, Treatment, UseKind};
use crate::{Evidence, EvidencePeriod, Moment, Period, Source, Standing, bare_id};

/// What kind of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// A drug (MedicationRequest).
    Medication,
    /// A service: procedure, transplantation, test (ServiceRequest; STU3 ProcedureRequest).
    Service,
    /// A vaccination (Immunization, `ImmunizationRecommendation`).
    Vaccination,
    /// An appointment (appointment-book).
    Appointment,
    /// Another type of order, or none that can be read.
    Other,
}

/// An order of `context.draftOrders` that is not withdrawn.
#[derive(Clone, Debug)]
pub struct DraftOrder {
    /// `Type/id`, or the JSON pointer when the order has no id.
    pub reference: String,
    /// What kind.
    pub kind: OrderKind,
    /// What is ordered.
    pub concept: Concept,
    /// Where the drug goes.
    pub route: Route,
    /// Why, coded.
    pub reasons: Vec<Concept>,
    /// Why, as references.
    pub reason_references: Vec<String>,
    /// The requests that an appointment is booked for.
    pub based_on: Vec<String>,
    /// When it is to be done, or was written.
    pub when: Option<Moment>,
    /// When it is to be done, where the order says so.
    pub planned_for: Option<Period>,
    /// From when on it may be given or dispensed, where the order says no more than that.
    pub not_before: Option<Moment>,
    /// How much, and on which days.
    pub doses: Vec<Dose>,
    /// What it says beside what is ordered: its details, its notes.
    pub details: Vec<Concept>,
    /// Whether this hook asks about it: order-select asks about its selections, order-sign about all.
    pub in_scope: bool,
    /// Whether it could be read at all.
    pub readable: bool,
    /// The Medications that say which drug it is, or what is in it, where it does not say so itself.
    pub medication_references: Vec<String>,
    /// Of which treatment with a drug it is.
    pub treatment: Treatment,
    /// The prescription that it follows.
    pub prior: Option<String>,
    /// Whether it is known to be an order.
    pub standing: Standing,
}

impl DraftOrder {
    /// Its `Type/id`, by which it can be taken out of the draft; `None` when it has no id.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        (!self.reference.starts_with('/')).then_some(self.reference.as_str())
    }

    /// Whether it is a prescription of the record itself, written anew, or says that it follows it.
    #[must_use]
    pub fn names(&self, usage: &MedicationUse) -> bool {
        let is_it = |reference: &str| bare_id(reference) == bare_id(&usage.reference);
        usage.kind == UseKind::Prescribed && (is_it(&self.reference) || self.prior.as_deref().is_some_and(is_it))
    }

    /// Evidence: what is ordered or booked, and for when.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence {
            what: self.concept.text.clone(),
            how: Some(if self.kind == OrderKind::Appointment { "evidence-booked" } else { "evidence-ordered" }),
            period: self.when.map(EvidencePeriod::On),
            source: Source::DraftOrders,
            reference: self.reference.clone(),
        }
    }
}
