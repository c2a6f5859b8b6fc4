//! Turning a proposal into the action of a suggestion: a complete FHIR R4 resource with draft status, or a deletion.

use std::borrow::Cow;

use cellwise_fhir_model::draft::{Coded, Concept, MedicationRequest, ServiceRequest};
use serde_json::Value;

use cellwise_clinic::Proposal;
use cellwise_record::{is_id, terminology};

/// The parts of an action: its type, the resource to create, or the id of the one to delete.
pub type ActionParts = (&'static str, Option<Value>, Option<String>);

/// Writes a proposal for `patient` (`Patient/id`). `label` names the draft where no code does; `note` is written into it;
/// `name` is what a code is called in the language of the card. `None` when it can't be written: what has no id can't be deleted
/// by it.
#[must_use]
pub fn write<'n>(
    proposal: &Proposal,
    patient: &str,
    label: &str,
    note: Option<&str>,
    name: impl Fn(&terminology::Coded) -> Option<Cow<'n, str>>,
) -> Option<ActionParts> {
    let json = match proposal {
        Proposal::Remove { reference } => {
            return is_reference(reference).then(|| ("delete", None, Some(reference.clone())));
        }
        Proposal::Service { code, reasons } => {
            let codings: Vec<Coded<'_>> = code.iter().map(coded).collect();
            let reasons: Vec<&str> = reasons.iter().map(String::as_str).filter(|reason| is_reference(reason)).collect();
            let code = Concept { codings: &codings, text: label };
            ServiceRequest { subject: patient, code, reason_references: &reasons, note, ..ServiceRequest::default() }
                .to_json()
        }
        Proposal::Medication { code } => {
            let text = name(code).unwrap_or(Cow::Borrowed(&code.display));
            let medication = Concept { codings: &[coded(code)], text: &text };
            MedicationRequest { subject: patient, medication, note, ..MedicationRequest::default() }.to_json()
        }
    };
    // The model writes valid JSON or nothing; without a resource the suggestion would promise what it can't do.
    let resource = serde_json::from_str(&json.ok()?).ok()?;
    Some(("create", Some(resource), None))
}

/// Whether a text is a relative reference, `Type/id`. What had no id that is one stands as a place in the request.
fn is_reference(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(kind, id)| !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic()) && is_id(id))
}

fn coded(code: &terminology::Coded) -> Coded<'_> {
    Coded { system: &code.system, code: &code.code, display: &code.display }
}
