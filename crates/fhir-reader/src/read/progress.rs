//! The status of a resource as how far it is.

use cellwise_record::Progress;

use crate::resource::Resource;

/// How far a request is: a MedicationRequest, a ServiceRequest.
pub(crate) fn of_request(resource: &Resource<'_>) -> Progress {
    match resource.status.as_str() {
        Some("draft") => Progress::Planned,
        // What STU3 and R4 say of a request that stands.
        Some("active" | "requested" | "in-progress") => Progress::Open,
        Some("on-hold" | "suspended") => Progress::Held,
        Some("completed") => Progress::Done,
        Some("stopped" | "ended" | "cancelled" | "revoked") => Progress::Ended,
        _ => Progress::Unclear,
    }
}

/// How far something is that is done or given: a Procedure, a MedicationAdministration, a MedicationStatement.
pub(crate) fn of_deed(resource: &Resource<'_>) -> Progress {
    match resource.status.as_str() {
        Some("preparation" | "intended") => Progress::Planned,
        Some("active" | "in-progress") => Progress::Running,
        Some("on-hold") => Progress::Held,
        Some("completed") => Progress::Done,
        Some("stopped") => Progress::Partly,
        Some("ended") => Progress::Ended,
        _ => Progress::Unclear,
    }
}

/// How far a stay or visit is.
pub(crate) fn of_stay(resource: &Resource<'_>) -> Progress {
    match resource.status.as_str() {
        Some("planned") => Progress::Planned,
        Some("arrived" | "triaged" | "in-progress" | "onleave") => Progress::Running,
        Some("on-hold") => Progress::Held,
        Some("finished" | "discharged" | "completed") => Progress::Done,
        _ => Progress::Unclear,
    }
}
