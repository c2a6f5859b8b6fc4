//! Which resource something is, and whom it is about.

use crate::builder::Pending;
use crate::builder::references::Addresses;
use crate::collect::Origin;
use crate::resource::Resource;
use cellwise_record::{bare_id, is_id, without_version};

/// `Type/id`, or the place in the request of a resource without an id. An id that is none is not repeated.
pub(super) fn reference_of(origin: Origin<'_>, resource_type: &str, resource: &Resource<'_>) -> String {
    match resource.id.as_str().filter(|id| is_id(id)) {
        Some(id) => format!("{resource_type}/{id}"),
        None => origin.to_string(),
    }
}

/// Keeps what is about the patient; a resource that does not say whom it is about came with the patient's data and counts.
pub(super) fn keep<T>(pending: Vec<Pending<T>>, patient_id: &str, addresses: &Addresses) -> Vec<T> {
    pending
        .into_iter()
        .filter_map(|Pending { about, fact }| {
            let about = about.map(|about| addresses.called(about));
            about.is_none_or(|about| may_be(&about, patient_id)).then_some(fact)
        })
        .collect()
}

/// Whether a reference may mean the patient. A reference that names no id (a logical one, a fragment, a search) came with
/// the patient's data and counts.
pub(super) fn may_be(about: &str, patient_id: &str) -> bool {
    let names_no_id = about.is_empty() || about.starts_with("urn:") || about.starts_with('#') || about.contains('?');
    let path = without_version(about);
    let of_a_patient = path.rsplit('/').nth(1).is_none_or(|kind| kind == "Patient");
    names_no_id || of_a_patient && bare_id(about) == patient_id
}

/// An observation whose `focus` is another person or a thing (a fetus, a donor, a specimen) says nothing about the patient.
/// A focus may also name the treatment or the condition that the observation is about: that is the patient's.
pub(super) fn is_about_something_else(resource: &Resource<'_>) -> bool {
    const OF_THE_PATIENT: [&str; 5] = ["Medication", "Procedure", "ServiceRequest", "Condition", "CarePlan"];
    resource.focus.items.iter().any(|focus| {
        let reference = focus.reference.as_str().unwrap_or_default();
        let itself = resource.about().is_some_and(|about| bare_id(about) == bare_id(reference));
        !itself
            && !OF_THE_PATIENT.iter().any(|kind| reference.rsplit('/').nth(1).is_some_and(|of| of.starts_with(kind)))
    })
}
