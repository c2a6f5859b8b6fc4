//! What an OperationOutcome among the entries of a search says of that search.

use crate::lens;
use crate::lens::{Many, Object, Read, Text, Texts};

lens! {
    /// `OperationOutcome.issue`.
    pub(super) struct Issue<'a> {
        severity: Text<'a> = "severity",
        code: Text<'a> = "code",
        details: Read<Object<Details<'a>>> = "details",
        diagnostics: Text<'a> = "diagnostics",
        expression: Texts<'a> = "expression",
        location: Texts<'a> = "location",
    }
}

lens! {
    /// `OperationOutcome.issue.details`.
    pub(super) struct Details<'a> {
        text: Text<'a> = "text",
        coding: Many<Named<'a>> = "coding",
    }
}

lens! {
    /// The words of a coding.
    pub(super) struct Named<'a> {
        display: Text<'a> = "display",
    }
}

/// What a search was, by what its server says of it. The worst counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remark {
    /// It did what it was asked.
    #[default]
    None,
    /// It left out a parameter, or a part of the results.
    Narrowed,
    /// It failed.
    Failed,
}

/// Codes of issues that say, at any severity, that the search did not look at everything.
const WENT_WRONG: [&str; 11] = [
    "exception",
    "expired",
    "forbidden",
    "incomplete",
    "lock-error",
    "login",
    "no-store",
    "security",
    "throttled",
    "timeout",
    "too-costly",
];
/// Codes by which servers say that they passed over a parameter, or left out what the caller may not see.
const PASSED_OVER: [&str; 4] = ["invalid", "not-supported", "suppressed", "value"];
/// Words by which they say so where the code does not, beside the word "parameter".
const IGNORED: [&str; 9] =
    ["dropped", "ignor", "invalid", "not known", "not recogni", "not supported", "unknown", "unrecogni", "unsupported"];
/// Words by which they say that results are missing.
const LEFT_OUT: [&str; 4] = ["not authorised", "not authorized", "not been included", "will not be returned"];
/// Parameters that change how a result is shown, and the related resources in it: nothing that was searched for is missing
/// without them. A drug that does not come along is asked about.
const PRESENTATION: [&str; 6] = ["_count", "_format", "_include", "_pretty", "_sort", "_total"];
/// Parameters by which we search.
const FILTERS: [&str; 6] = ["category", "code", "date", "patient", "status", "subject"];

impl Remark {
    /// The remark of an outcome with these issues. One that says nothing readable says that something went wrong.
    pub(super) fn of(issues: &Many<Issue<'_>>) -> Self {
        if issues.unreadable > 0 {
            return Self::Failed;
        }
        issues.items.iter().map(Issue::remark).max().unwrap_or(Self::Failed)
    }
}

impl Issue<'_> {
    fn remark(&self) -> Remark {
        let code = self.code.as_str().unwrap_or_default();
        let is_error = !matches!(self.severity.as_str(), Some("information" | "warning" | "success"));
        if is_error || WENT_WRONG.contains(&code) {
            return Remark::Failed;
        }
        let words = self.words();
        let spoken = words.to_lowercase();
        let says = |any: &[&str]| any.iter().any(|word| spoken.contains(word));
        let passed_over = PASSED_OVER.contains(&code) || spoken.contains("parameter") && says(&IGNORED);
        if says(&LEFT_OUT) || passed_over && !is_about_presentation(&words) { Remark::Narrowed } else { Remark::None }
    }

    /// Everything that it says in words.
    fn words(&self) -> String {
        let details = self.details.value().map(|details| &details.0);
        let displays = details.into_iter().flat_map(|details| &details.coding.items).map(|coding| &coding.display);
        let texts = [&self.diagnostics].into_iter().chain(details.map(|details| &details.text)).chain(displays);
        let places = self.expression.items.iter().chain(&self.location.items).map(AsRef::as_ref);
        texts.filter_map(Read::as_str).chain(places).collect::<Vec<_>>().join(" ")
    }
}

/// Whether words name a parameter of the presentation, and none that we search by. Types are written with a capital.
fn is_about_presentation(words: &str) -> bool {
    let spoken: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let is_any = |any: &[&str]| spoken.iter().any(|word| any.contains(word));
    is_any(&PRESENTATION) && !is_any(&FILTERS)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn remark(issue: &Value) -> Remark {
        let issues = json!([issue]).to_string();
        Remark::of(&serde_json::from_str(&issues).unwrap())
    }

    /// As servers word them: Epic, Microsoft, Firely, `LinuxForHealth`.
    #[test]
    fn what_servers_say_of_a_search() {
        let epic = |severity: &str, code: &str, text: &str| json!({ "severity": severity, "code": code, "details": { "coding": [{ "system": "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369", "code": "4101", "display": text }], "text": text } });
        let plain =
            |severity: &str, code: &str, text: &str| json!({ "severity": severity, "code": code, "diagnostics": text });
        for (issue, expected) in [
            (epic("warning", "processing", "Resource request returns no results."), Remark::None),
            (
                epic(
                    "warning",
                    "processing",
                    "This response includes information available to the authorized user at the time of the request. It may \
                     not contain the entire record available in the system.",
                ),
                Remark::None,
            ),
            (
                epic(
                    "warning",
                    "suppressed",
                    "The authenticated client's search request applies to a sub-resource that the client is not authorized \
                     for. Results of this sub-type will not be returned.",
                ),
                Remark::Narrowed,
            ),
            (epic("warning", "processing", "An unknown query parameter was supplied by the client"), Remark::Narrowed),
            (
                plain("information", "invalid", "Content invalid against the specification or a profile."),
                Remark::Narrowed,
            ),
            (
                plain(
                    "warning",
                    "not-supported",
                    "The search parameter 'code' is not supported for resource type 'Procedure'.",
                ),
                Remark::Narrowed,
            ),
            (plain("warning", "processing", "Parameter 'status' was ignored"), Remark::Narrowed),
            (
                plain(
                    "warning",
                    "invalid",
                    "'MedicationRequest:medication' is not a valid _include parameter value for resource type 'Patient'",
                ),
                Remark::None,
            ),
            (plain("warning", "not-supported", "_sort and date are not supported"), Remark::Narrowed),
            (json!({ "severity": "warning", "code": "not-supported", "expression": ["http._include"] }), Remark::None),
            (json!({ "severity": "warning", "code": "not-found" }), Remark::None),
            (json!({ "severity": "information", "code": "informational" }), Remark::None),
            (json!({ "severity": "information", "code": "incomplete" }), Remark::Failed),
            (json!({ "severity": "error", "code": "not-supported" }), Remark::Failed),
            (json!({ "code": "informational" }), Remark::Failed),
            (json!(5), Remark::Failed),
        ] {
            assert_eq!(remark(&issue), expected, "{issue}");
        }
        assert_eq!(Remark::of(&Many::default()), Remark::Failed);
    }
}
