//! Statuses: how far something is, and whether it counts. Nothing else looks at the status of a resource.

use cellwise_record::facts::condition::ClinicalStatus;
use cellwise_record::facts::medication::UseKind;
use cellwise_record::{GapKind, Progress, Standing, Verdict};

use crate::lens::{Read, Text};
use crate::read::modifiers::Modifiers;
use crate::resource::{CodeOrConcept, Recommendation, Resource};

/// What the status of something says that may count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status {
    /// How far it is.
    pub(crate) progress: Progress,
    /// Whether it counts.
    pub(crate) standing: Standing,
    /// Whether it goes on as long as no end is given.
    pub(crate) is_open: bool,
}

/// What a draft is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drafted {
    /// An order.
    Order,
    /// An order written to end a drug.
    Stop,
    /// Withdrawn, or an order to do nothing.
    Nothing,
}

/// A status that says nothing.
fn unclear(status: &Text<'_>) -> Standing {
    Standing::Unclear(if status.is_unreadable() { GapKind::Unreadable } else { GapKind::NotRecorded })
}

/// A modifier that nobody understands leaves open what else would count.
fn under(modifiers: Modifiers, standing: Standing) -> Standing {
    match (standing, modifiers.unclear) {
        (Standing::Counts, Some(kind)) => Standing::Unclear(kind),
        (standing, _) => standing,
    }
}

/// How far a request is: a MedicationRequest, a ServiceRequest.
fn of_request(status: Option<&str>) -> Progress {
    match status {
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
fn of_deed(status: Option<&str>) -> Progress {
    match status {
        Some("preparation" | "intended") => Progress::Planned,
        Some("active" | "in-progress") => Progress::Running,
        // What STU3 says of a procedure that was interrupted, and of one that was broken off.
        Some("on-hold" | "suspended") => Progress::Held,
        Some("completed") => Progress::Done,
        Some("stopped" | "aborted") => Progress::Partly,
        Some("ended") => Progress::Ended,
        _ => Progress::Unclear,
    }
}

/// A procedure; none when it was not done.
pub(crate) fn of_procedure(resource: &Resource<'_>, modifiers: Modifiers) -> Option<Status> {
    if resource.not_done == Read::Value(true) || is_not_to_be(resource, modifiers) {
        return None;
    }
    let status = resource.status.as_str();
    let standing = match status {
        Some("entered-in-error" | "not-done" | "revoked" | "cancelled" | "rejected" | "preparation") => return None,
        Some("completed" | "in-progress") => Standing::Counts,
        // Stopped or interrupted after it had begun: some of it was done.
        _ => unclear(&resource.status),
    };
    Some(Status { progress: of_deed(status), standing: under(modifiers, standing), is_open: false })
}

/// A request for a service; none when it is withdrawn.
pub(crate) fn of_service_request(resource: &Resource<'_>, modifiers: Modifiers) -> Option<Status> {
    if is_not_to_be(resource, modifiers) {
        return None;
    }
    let status = resource.status.as_str();
    let standing = match status {
        Some("entered-in-error" | "not-done" | "revoked" | "cancelled" | "rejected" | "aborted") => return None,
        Some("active" | "completed" | "draft" | "on-hold" | "suspended" | "requested") => Standing::Counts,
        _ => unclear(&resource.status),
    };
    Some(Status { progress: of_request(status), standing: under(modifiers, standing), is_open: false })
}

/// A use of a drug; none when there was none. `kind` is how it is known, whatever resource tells it.
pub(crate) fn of_use(resource: &Resource<'_>, kind: UseKind, is_request: bool, modifiers: Modifiers) -> Option<Status> {
    let is_not_taken = resource.not_given == Read::Value(true) || resource.taken.as_str() == Some("n");
    if is_not_taken || is_not_to_be(resource, modifiers) {
        return None;
    }
    let status = resource.status.as_str();
    let standing = match (kind, status.unwrap_or_default()) {
        (
            _,
            "entered-in-error" | "cancelled" | "draft" | "not-done" | "not-taken" | "intended" | "declined"
            | "preparation",
        ) => return None,
        (UseKind::Given, "completed" | "in-progress")
        | (UseKind::Stated | UseKind::Prescribed, "active" | "completed" | "stopped" | "recorded" | "ended") => {
            Standing::Counts
        }
        // A stop agreement says what happened whatever its status, which a converter often can't tell.
        (UseKind::Stated | UseKind::Prescribed, _) if modifiers.stop.is_some() => Standing::Counts,
        _ => unclear(&resource.status),
    };
    let standing = match &resource.taken {
        Read::Absent => standing,
        Read::Value(taken) if taken == "y" => standing,
        // STU3: whether it is taken is not known.
        taken => unclear(taken),
    };
    let standing = match (is_request, resource.intent.as_str()) {
        // A plan that is reported is a use as the patient says.
        (true, Some("plan")) if is_reported(resource) => standing,
        (true, Some("proposal" | "plan" | "option" | "directive")) => return None,
        (true, None) => unclear(&resource.intent),
        _ => standing,
    };
    let progress = if is_request { of_request(status) } else { of_deed(status) };
    Some(Status {
        progress: modifiers.stop.unwrap_or(progress),
        standing: under(modifiers, standing),
        is_open: modifiers.stop.is_none() && matches!(status, Some("active" | "in-progress" | "recorded")),
    })
}

/// Whether a request says that somebody told of it.
pub(crate) fn is_reported(resource: &Resource<'_>) -> bool {
    [&resource.reported_boolean, &resource.reported].into_iter().any(|reported| *reported == Read::Value(true))
        || !resource.reported_reference.is_absent()
}

/// Whether it says that it is not to be done, or was not.
fn is_not_to_be(resource: &Resource<'_>, modifiers: Modifiers) -> bool {
    resource.do_not_perform == Read::Value(true) || modifiers.is_not_done
}

/// What a draft is, by its type and status.
pub(crate) fn of_draft(resource_type: &str, resource: &Resource<'_>, modifiers: Modifiers) -> Drafted {
    let is_of_a_drug = matches!(resource_type, "MedicationRequest" | "MedicationOrder");
    match resource.status.as_str() {
        _ if is_not_to_be(resource, modifiers) => Drafted::Nothing,
        Some("entered-in-error") => Drafted::Nothing,
        _ if !resource.recommendation.items.is_empty() && recommended(resource).next().is_none() => Drafted::Nothing,
        _ if is_of_a_drug && modifiers.stop.is_some() => Drafted::Stop,
        // An order that is written to end a drug is no order of it; whether the drug may end is a question of its own.
        Some("cancelled" | "stopped" | "completed") if resource_type == "MedicationRequest" => Drafted::Stop,
        // An Immunization knows no draft (R4): one that is about to be written says that it was given.
        Some("completed") if resource_type == "Immunization" => Drafted::Order,
        Some("cancelled" | "revoked" | "stopped" | "completed" | "rejected" | "not-done" | "noshow" | "fulfilled") => {
            Drafted::Nothing
        }
        _ => Drafted::Order,
    }
}

/// Whether a draft that is kept is known to be what it seems. Its modifier may turn it into the end of a drug.
pub(crate) fn of_kept_draft(modifiers: Modifiers) -> Standing {
    under(modifiers, Standing::Counts)
}

/// The vaccinations that are recommended: a forecast that says that the patient is immune, has had all, or must not have it is
/// none.
pub(crate) fn recommended<'r, 'a>(resource: &'r Resource<'a>) -> impl Iterator<Item = &'r Recommendation<'a>> {
    const SYSTEM: &str = "immunization-recommendation-status";
    resource.recommendation.items.iter().filter(|recommended| {
        let codings = recommended.forecast_status.value().map_or(&[][..], |status| &status.0.coding.items);
        !codings.iter().any(|coding| {
            let is_of_fhir = coding.system.is_absent() || coding.system.as_str().is_some_and(|of| of.contains(SYSTEM));
            is_of_fhir && matches!(coding.code.as_str(), Some("immune" | "complete" | "contraindicated"))
        })
    })
}

/// An observation or a report; none when it has no result, or none that counts.
pub(crate) fn of_result(resource: &Resource<'_>, modifiers: Modifiers) -> Option<Standing> {
    let standing = match resource.status.as_str() {
        Some("entered-in-error" | "cancelled" | "registered") => return None,
        // Of a report in parts, those that came count.
        Some("final" | "amended" | "corrected" | "preliminary" | "appended" | "partial") => Standing::Counts,
        _ => unclear(&resource.status),
    };
    (!modifiers.is_not_done).then(|| under(modifiers, standing))
}

/// Whether a condition counts; none when it is refuted.
pub(crate) fn of_condition(resource: &Resource<'_>, modifiers: Modifiers) -> Option<Standing> {
    let standing = match &resource.verification_status {
        Read::Absent => Standing::Counts,
        Read::Value(status) => match status.code() {
            Some("refuted" | "entered-in-error") => return None,
            Some("confirmed") => Standing::Counts,
            Some(_) => Standing::Unclear(GapKind::NotRecorded),
            None => Standing::Unclear(GapKind::Unreadable),
        },
        Read::Unreadable => Standing::Unclear(GapKind::Unreadable),
    };
    (!modifiers.is_not_done).then(|| under(modifiers, standing))
}

/// Whether a condition is active.
pub(crate) fn clinical(status: &Read<CodeOrConcept<'_>>) -> ClinicalStatus {
    match status {
        Read::Absent => ClinicalStatus::NotStated,
        Read::Unreadable => ClinicalStatus::Unreadable,
        Read::Value(status) => match status.code() {
            Some("active") => ClinicalStatus::Active,
            Some("recurrence") => ClinicalStatus::Recurrence,
            Some("relapse") => ClinicalStatus::Relapse,
            Some("inactive") => ClinicalStatus::Inactive,
            Some("remission") => ClinicalStatus::Remission,
            Some("resolved") => ClinicalStatus::Resolved,
            _ => ClinicalStatus::Unreadable,
        },
    }
}

/// Whether an allergy is confirmed; none when it is refuted or over. One that may not be one counts all the same.
pub(crate) fn of_allergy(resource: &Resource<'_>) -> Option<bool> {
    let verification = resource.verification_status.value().and_then(CodeOrConcept::code);
    let clinical = resource.clinical_status.value().and_then(CodeOrConcept::code);
    let is_void = matches!(verification, Some("refuted" | "entered-in-error"));
    let is_over = matches!(clinical, Some("inactive" | "resolved"));
    (!is_void && !is_over).then_some(matches!(verification, None | Some("confirmed")))
}

/// How far a stay or visit is; none when it does not take place.
pub(crate) fn of_stay(resource: &Resource<'_>) -> Option<Progress> {
    Some(match resource.status.as_str() {
        Some("cancelled" | "entered-in-error") => return None,
        Some("planned") => Progress::Planned,
        Some("arrived" | "triaged" | "in-progress" | "onleave") => Progress::Running,
        Some("on-hold") => Progress::Held,
        Some("finished" | "discharged" | "completed") => Progress::Done,
        _ => Progress::Unclear,
    })
}

/// Whether somebody takes part in a trial now; none when the entry is void. `state` is that of R5's `progress`.
pub(crate) fn of_trial(state: Option<&str>, resource: &Resource<'_>, modifiers: Modifiers) -> Option<Verdict> {
    Some(match state.or(resource.status.as_str()) {
        Some("entered-in-error") => return None,
        _ if modifiers.is_not_done => return None,
        _ if modifiers.unclear.is_some() => Verdict::Unknown,
        Some("on-study" | "on-study-intervention" | "on-study-observation" | "active") => Verdict::Met,
        Some(
            "candidate"
            | "eligible"
            | "follow-up"
            | "ineligible"
            | "not-registered"
            | "off-study"
            | "pending-on-study"
            | "potential-candidate"
            | "screening"
            | "withdrawn"
            | "enrolled"
            | "suspended"
            | "completed",
        ) => Verdict::NotMet,
        Some(_) | None => Verdict::Unknown,
    })
}

/// Whether a consent is in force; none when it is known not to be. One whose status is not there, or says nothing, may be.
pub(crate) fn of_consent(resource: &Resource<'_>, modifiers: Modifiers) -> Option<Standing> {
    match resource.status.as_str() {
        _ if modifiers.is_not_done => None,
        Some("active") => Some(under(modifiers, Standing::Counts)),
        Some("draft" | "proposed" | "rejected" | "inactive" | "entered-in-error" | "not-done") => None,
        _ => Some(unclear(&resource.status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize as _;

    use crate::lens::Object;

    #[test]
    fn a_consent_is_in_force_unless_it_says_otherwise() {
        let unclear = Some(Standing::Unclear(GapKind::NotRecorded));
        for (status, expected) in [
            (r#""status": "active""#, Some(Standing::Counts)),
            (r#""status": "unknown""#, unclear),
            (r#""language": "nl""#, unclear),
            (r#""status": 7"#, Some(Standing::Unclear(GapKind::Unreadable))),
            (r#""status": "draft""#, None),
            (r#""status": "inactive""#, None),
        ] {
            with_resource(&format!("{{{status}}}"), |resource| {
                assert_eq!(of_consent(resource, NONE), expected, "{status}");
            });
        }
    }

    fn with_resource<T>(json: &str, read: impl FnOnce(&Resource<'_>) -> T) -> T {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let resource: Read<Object<Resource<'_>>> = Read::deserialize(&mut deserializer).unwrap();
        read(&resource.value().unwrap().0)
    }

    const NONE: Modifiers = Modifiers { is_not_done: false, stop: None, unclear: None };

    #[test]
    fn how_far_a_procedure_is_and_whether_it_counts() {
        use Standing::{Counts, Unclear};
        let unsaid = Unclear(GapKind::NotRecorded);
        for (status, expected) in [
            (r#""completed""#, Some((Progress::Done, Counts))),
            (r#""in-progress""#, Some((Progress::Running, Counts))),
            (r#""stopped""#, Some((Progress::Partly, unsaid))),
            (r#""aborted""#, Some((Progress::Partly, unsaid))),
            (r#""on-hold""#, Some((Progress::Held, unsaid))),
            (r#""suspended""#, Some((Progress::Held, unsaid))),
            (r#""unknown""#, Some((Progress::Unclear, unsaid))),
            (r#""finished, I think""#, Some((Progress::Unclear, unsaid))),
            ("null", Some((Progress::Unclear, unsaid))),
            ("7", Some((Progress::Unclear, Unclear(GapKind::Unreadable)))),
            (r#""preparation""#, None),
            (r#""not-done""#, None),
            (r#""entered-in-error""#, None),
        ] {
            let came = with_resource(&format!(r#"{{"status":{status}}}"#), |resource| of_procedure(resource, NONE));
            assert_eq!(came.map(|came| (came.progress, came.standing)), expected, "{status}");
        }
    }

    #[test]
    fn a_modifier_that_is_not_understood_leaves_open_what_would_count() {
        let strange = Modifiers { unclear: Some(GapKind::NotRecorded), ..NONE };
        let open = Standing::Unclear(GapKind::NotRecorded);
        with_resource(r#"{"status":"completed","intent":"order"}"#, |resource| {
            assert_eq!(of_procedure(resource, strange).map(|of| of.standing), Some(open));
            assert_eq!(of_service_request(resource, strange).map(|of| of.standing), Some(open));
            assert_eq!(of_use(resource, UseKind::Given, false, strange).map(|of| of.standing), Some(open));
            assert_eq!(of_condition(resource, strange), Some(open));
        });
        with_resource(r#"{"status":"final"}"#, |resource| assert_eq!(of_result(resource, strange), Some(open)));
        with_resource(r#"{"status":"active"}"#, |resource| {
            assert!(matches!(of_consent(resource, strange), Some(Standing::Unclear(_))));
            assert_eq!(of_trial(None, resource, strange), Some(Verdict::Unknown));
        });
    }

    #[test]
    fn what_was_not_done_is_nothing() {
        let not_done = Modifiers { is_not_done: true, ..NONE };
        with_resource(r#"{"status":"completed","intent":"order"}"#, |resource| {
            assert_eq!(of_procedure(resource, not_done), None);
            assert_eq!(of_service_request(resource, not_done), None);
            assert_eq!(of_use(resource, UseKind::Prescribed, true, not_done), None);
            assert_eq!(of_result(resource, not_done), None);
            assert_eq!(of_draft("MedicationRequest", resource, not_done), Drafted::Nothing);
        });
    }

    #[test]
    fn a_stop_agreement_ends_a_drug_whatever_its_status() {
        let stop = Modifiers { stop: Some(Progress::Ended), ..NONE };
        for status in ["active", "unknown", "stopped", "on-hold"] {
            with_resource(&format!(r#"{{"status":"{status}","intent":"order"}}"#), |resource| {
                let came = of_use(resource, UseKind::Prescribed, true, stop).unwrap();
                assert_eq!((came.progress, came.standing, came.is_open), (Progress::Ended, Standing::Counts, false));
                assert_eq!(of_draft("MedicationRequest", resource, stop), Drafted::Stop);
            });
        }
        with_resource(r#"{"status":"entered-in-error","intent":"order"}"#, |resource| {
            assert_eq!(of_use(resource, UseKind::Prescribed, true, stop), None);
            assert_eq!(of_draft("MedicationRequest", resource, stop), Drafted::Nothing);
        });
    }

    #[test]
    fn what_is_not_known_to_be_taken_is_open() {
        let unsaid = Standing::Unclear(GapKind::NotRecorded);
        for (taken, expected) in [
            (r#""y""#, Some(Standing::Counts)),
            ("null", Some(Standing::Counts)),
            (r#""n""#, None),
            (r#""unk""#, Some(unsaid)),
            (r#""na""#, Some(unsaid)),
            ("7", Some(Standing::Unclear(GapKind::Unreadable))),
        ] {
            let json = format!(r#"{{"status":"active","taken":{taken}}}"#);
            let came = with_resource(&json, |resource| of_use(resource, UseKind::Stated, false, NONE));
            assert_eq!(came.map(|came| came.standing), expected, "{taken}");
        }
    }

    #[test]
    fn a_forecast_that_gives_no_vaccine_is_no_order() {
        let of_fhir = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status";
        for (system, code, drafted) in [
            (of_fhir, "due", Drafted::Order),
            (of_fhir, "overdue", Drafted::Order),
            (of_fhir, "immune", Drafted::Nothing),
            (of_fhir, "complete", Drafted::Nothing),
            ("http://hl7.org/fhir/immunization-recommendation-status", "contraindicated", Drafted::Nothing),
            ("https://ehr.example.org/forecast", "complete", Drafted::Order),
        ] {
            let status = format!(r#"{{"coding":[{{"system":"{system}","code":"{code}"}}]}}"#);
            let json = format!(r#"{{"recommendation":[{{"forecastStatus":{status}}}]}}"#);
            let came = with_resource(&json, |resource| of_draft("ImmunizationRecommendation", resource, NONE));
            assert_eq!(came, drafted, "{system} {code}");
        }
    }

    #[test]
    fn a_plan_is_a_use_only_as_the_patient_says() {
        for (more, counts) in [
            (r#""intent":"plan""#, false),
            (r#""intent":"plan","reportedBoolean":false"#, false),
            (r#""intent":"plan","reportedBoolean":true"#, true),
            (r#""intent":"plan","reported":true"#, true),
            (r#""intent":"plan","reportedReference":{"reference":"Patient/1"}"#, true),
            (r#""intent":"proposal","reportedBoolean":true"#, false),
            (r#""intent":"order""#, true),
        ] {
            let json = format!(r#"{{"status":"active",{more}}}"#);
            let came = with_resource(&json, |resource| of_use(resource, UseKind::Stated, true, NONE));
            assert_eq!(came.is_some_and(|came| came.standing == Standing::Counts), counts, "{more}");
        }
    }
}
