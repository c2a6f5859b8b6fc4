//! Why a request gets no cards, as a FHIR `OperationOutcome`.

use serde::Serialize;

use crate::call::POINTER_EXTENSION;
use crate::engine::{Problem, Refusal};
use crate::fhir;

/// What is wrong, issue by issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OperationOutcome {
    resource_type: &'static str,
    pub(super) issue: Vec<Issue>,
}

/// One thing that is wrong.
#[derive(Serialize)]
pub(super) struct Issue {
    severity: &'static str,
    code: &'static str,
    pub(super) diagnostics: String,
    /// Where in the request body, in FHIRPath.
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<[String; 1]>,
    /// The same as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<[Extension; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extension {
    url: &'static str,
    value_string: String,
}

impl Issue {
    pub(super) fn new(code: &'static str, diagnostics: impl Into<String>) -> Self {
        Self { severity: "error", code, diagnostics: diagnostics.into(), expression: None, extension: None }
    }

    pub(super) fn at(self, pointer: String) -> Self {
        // The whole body has the empty pointer, and FHIR has no empty strings.
        if pointer.is_empty() {
            return self;
        }
        let expression = Some([in_fhirpath(&pointer)]);
        Self { expression, extension: Some([Extension { url: POINTER_EXTENSION, value_string: pointer }]), ..self }
    }
}

/// A JSON pointer as FHIRPath: `/context/draftOrders/entry/0` is `context.draftOrders.entry[0]`.
fn in_fhirpath(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        let is_place = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_place && !path.is_empty() {
            path.extend(["[", &part, "]"]);
            continue;
        }
        if !path.is_empty() {
            path.push('.');
        }
        let is_plain = part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_plain {
            path.push_str(&part);
        } else {
            path.extend(["`", &part.replace('\\', "\\\\").replace('`', "\\`"), "`"]);
        }
    }
    path
}

impl OperationOutcome {
    pub(super) fn new(issue: Vec<Issue>) -> Self {
        Self { resource_type: "OperationOutcome", issue }
    }

    pub(super) fn of(refusal: &Refusal) -> Self {
        Self::new(match refusal {
            Refusal::NotJson { message } => {
                vec![Issue::new("structure", format!("the body can't be read as JSON: {message}"))]
            }
            Refusal::Invalid { problems } => problems.iter().map(invalid).collect(),
            Refusal::UnknownService => {
                vec![Issue::new("not-found", "no service has this id: the services are at `/cds-services`")]
            }
            Refusal::HookNotServed { served } => {
                let served: Vec<String> = served.iter().map(|hook| format!("`{hook}`")).collect();
                let message = format!("this service is not offered on this hook, only on {}", served.join(", "));
                vec![Issue::new("not-supported", message).at("/hook".to_owned())]
            }
            Refusal::Unobtainable { keys } => keys.iter().map(|key| unobtainable(key, NOT_SENT, NO_SERVER)).collect(),
        })
    }

    pub(super) fn to_json(&self) -> String {
        // Only strings: serialising them can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

pub(super) fn of_fhir(issue: &fhir::Issue) -> Issue {
    // Its place is FHIRPath already.
    let expression = issue.expression.clone().map(|expression| [expression]);
    Issue { expression, ..Issue::new(issue.code, issue.message.clone()) }
}

fn invalid(problem: &Problem) -> Issue {
    Issue::new("invalid", problem.message.clone()).at(problem.pointer.clone())
}

/// Why nothing was fetched for a request that says of no server where it could be.
pub(super) const NO_SERVER: &str = "the request has no `fhirServer`";

/// What is wrong with a prefetch that does not count.
pub(super) const NOT_SENT: &str = "it was not sent, failed or was incomplete";
/// What is wrong with one that its own self link gives away.
pub(super) const NARROWED: &str = "its search looked at less than the template asks, by its own self link";

pub(super) fn unobtainable(key: &str, how: &str, why: &str) -> Issue {
    let message = format!("the rules need prefetch `{key}`: {how}, and can't be fetched: {why}");
    Issue::new("required", message).at(format!("/prefetch/{key}"))
}

#[cfg(test)]
mod tests {
    use super::in_fhirpath;

    #[test]
    fn a_pointer_is_said_in_fhirpath() {
        for (pointer, path) in [
            ("/hook", "hook"),
            ("/context/draftOrders/entry/0/resource", "context.draftOrders.entry[0].resource"),
            ("/feedback/2", "feedback[2]"),
            ("/extension/dev.cellwise.asOf", "extension.`dev.cellwise.asOf`"),
            ("/prefetch/a~1b~0c`", r"prefetch.`a/b~c\``"),
            ("/0", "`0`"),
        ] {
            assert_eq!(in_fhirpath(pointer), path);
        }
    }
}
