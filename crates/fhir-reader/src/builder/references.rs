//! Which resource a reference means: by the address that its Bundle gives it, else by its type and id.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::builder::route::form_of_name;
use crate::builder::{ChartBuilder, Pending};
use cellwise_record::facts::concept::Concept;
use cellwise_record::{bare_id, is_id, without_version};

/// The addresses of the resources of a request.
#[derive(Clone, Default)]
pub(super) struct Addresses {
    /// What a resource is called ([`super::identity::reference_of`]), by an address that does not say so itself. None for one
    /// that nobody reads.
    named: HashMap<String, Option<String>>,
    /// What the resource is called that was read last.
    last: Option<String>,
}

/// What a reference leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'r> {
    /// To this resource, which the request has, or may have.
    Named(&'r str),
    /// To a resource that the request has and that nobody reads.
    Unread,
    /// To nothing that the request has: an address that only its own Bundle knows.
    Nowhere,
}

impl Addresses {
    /// Notes what the resource is called that is being read.
    pub(super) fn reading(&mut self, reference: &str) {
        self.last = Some(reference.to_owned());
    }

    /// Notes the address that the entry of the last resource has, if it has one.
    pub(super) fn entry_ends(&mut self, full_url: Option<&str>) {
        let last = self.last.take();
        let Some(full_url) = full_url else { return };
        // Most addresses end with type and id: they need no note.
        match (type_and_id(full_url), &last) {
            (Some(tail), Some(reference)) if tail == reference => {}
            (Some(_), None) => {}
            // A relative reference is completed by the address of who refers.
            (Some(tail), Some(_)) => {
                self.named.insert(tail.to_owned(), last.clone());
                self.named.insert(full_url.to_owned(), last);
            }
            (None, _) => drop(self.named.insert(key(full_url).into_owned(), last)),
        }
    }

    /// What a reference leads to.
    pub(super) fn target<'r>(&'r self, reference: &'r str) -> Target<'r> {
        let reference = without_version(reference);
        match self.named.get(&*key(reference)) {
            Some(Some(named)) => Target::Named(named),
            Some(None) => Target::Unread,
            None => match type_and_id(reference) {
                Some(named) => Target::Named(named),
                None if reference.starts_with("urn:") => Target::Nowhere,
                None => Target::Named(reference),
            },
        }
    }

    /// What the target of a reference is called; the reference itself where that is not known.
    pub(super) fn called(&self, reference: String) -> String {
        match self.target(&reference) {
            Target::Named(named) => named.to_owned(),
            Target::Unread | Target::Nowhere => reference,
        }
    }
}

/// How an address is looked up: identifiers of no server are the same in capitals.
fn key(address: &str) -> Cow<'_, str> {
    if address.starts_with("urn:") { Cow::Owned(address.to_ascii_lowercase()) } else { Cow::Borrowed(address) }
}

/// `Type/id` at the end of an address.
fn type_and_id(address: &str) -> Option<&str> {
    let id = bare_id(address);
    let before = address.strip_suffix(id)?.strip_suffix('/')?;
    let kind = before.rsplit('/').next().unwrap_or(before);
    let is_type = kind.starts_with(|first: char| first.is_ascii_uppercase()) && kind.chars().all(char::is_alphabetic);
    let start = before.len() - kind.len();
    (is_type && is_id(id)).then(|| address.get(start..)).flatten()
}

/// Says what the targets of reasons are called here. What only the draft has is read at once; one that nothing here has may be
/// any.
fn settle_reasons(
    reasons: &mut Vec<Concept>,
    references: &mut Vec<String>,
    addresses: &Addresses,
    drafted: &HashMap<String, Concept>,
) {
    for reference in std::mem::take(references) {
        match addresses.target(&reference) {
            Target::Named(named) => match drafted.get(named) {
                Some(reason) => reasons.push(reason.clone()),
                None => references.push(named.to_owned()),
            },
            Target::Nowhere => reasons.push(Concept::unreadable()),
            Target::Unread => {}
        }
    }
}

impl ChartBuilder<'_> {
    /// Follows every reference: of drugs to Medications, of reasons to problems, of appointments to requests. A drug that can't
    /// be found keeps its display, uncoded. With all of its names a drug may tell a local form.
    pub(super) fn follow_references(&mut self) {
        let terminology = self.terminology;
        let (drugs, addresses, drafted) = (&self.drugs, &self.addresses, &self.drafted_reasons);
        for Pending { fact, .. } in &mut self.medications {
            drugs.complete(&mut fact.concept, &mut fact.route, &fact.medication_references, addresses);
            fact.route = fact.route.or(form_of_name(&fact.concept, terminology));
            drugs.name(&mut fact.treatment, &fact.medication_references, addresses);
            settle_reasons(&mut fact.reasons, &mut fact.reason_references, addresses, drafted);
        }
        self.medications.retain(|pending| !pending.fact.concept.is_irrelevant_drug());
        for Pending { fact, .. } in self.orders.iter_mut().chain(&mut self.stops) {
            drugs.complete(&mut fact.concept, &mut fact.route, &fact.medication_references, addresses);
            fact.route = fact.route.or(form_of_name(&fact.concept, terminology));
            drugs.name(&mut fact.treatment, &fact.medication_references, addresses);
            if let Some(prior) = &mut fact.prior {
                *prior = addresses.called(std::mem::take(prior));
            }
            // A drug that is only referenced, and was not sent, is an order that can't be read.
            fact.readable &= fact.medication_references.is_empty() || fact.concept.is_stated();
            settle_reasons(&mut fact.reasons, &mut fact.reason_references, addresses, drafted);
            for reference in &mut fact.based_on {
                *reference = addresses.called(std::mem::take(reference));
            }
        }
        for Pending { fact, .. } in self.procedures.iter_mut().chain(&mut self.service_requests) {
            settle_reasons(&mut fact.reasons, &mut fact.reason_references, addresses, drafted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_to_what_the_bundle_calls_so() {
        let mut addresses = Addresses::default();
        for (reference, full_url) in [
            ("Medication/1", "urn:uuid:0b9d2d1a-0000-4000-8000-000000000001"),
            ("Medication/2", "urn:oid:1.2.3"),
            ("Medication/3", "https://ehr.example.org/fhir/Medication/3"),
            ("/context/draftOrders/entry/3/resource", "https://ehr.example.org/drugs/four"),
            ("/context/draftOrders/entry/4/resource", "https://ehr.example.org/fhir/Medication/five"),
        ] {
            addresses.reading(reference);
            addresses.entry_ends(Some(full_url));
        }
        addresses.entry_ends(Some("urn:uuid:of-a-practitioner"));
        addresses.reading("Medication/without-address");
        addresses.entry_ends(None);
        for (reference, expected) in [
            ("urn:uuid:0b9d2d1a-0000-4000-8000-000000000001", Target::Named("Medication/1")),
            ("urn:oid:1.2.3", Target::Named("Medication/2")),
            ("Medication/3", Target::Named("Medication/3")),
            ("https://ehr.example.org/fhir/Medication/3/_history/2", Target::Named("Medication/3")),
            ("https://ehr.example.org/drugs/four", Target::Named("/context/draftOrders/entry/3/resource")),
            ("urn:uuid:0B9D2D1A-0000-4000-8000-000000000001", Target::Named("Medication/1")),
            ("Medication/five", Target::Named("/context/draftOrders/entry/4/resource")),
            ("urn:uuid:of-a-practitioner", Target::Unread),
            ("urn:uuid:of-nothing", Target::Nowhere),
            ("3", Target::Named("3")),
        ] {
            assert_eq!(addresses.target(reference), expected, "{reference}");
        }
    }

    #[test]
    fn type_and_id_of_an_address() {
        for (address, expected) in [
            ("Medication/1", Some("Medication/1")),
            ("https://ehr.example.org/fhir/Medication/1", Some("Medication/1")),
            ("https://ehr.example.org/Medication", None),
            ("https://ehr.example.org/drugs/1", None),
            ("urn:uuid:1", None),
            ("1", None),
            ("#1", None),
            ("", None),
        ] {
            assert_eq!(type_and_id(address), expected, "{address}");
        }
    }
}
