//! Why a FHIR request gets no resource.

/// A request that is refused: of which kind, and everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which kind; it becomes the status.
    pub why: Why,
    /// What is wrong, where.
    pub issues: Vec<Issue>,
}

/// The kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The request is not what it should be.
    Invalid,
    /// There is no such resource.
    NotFound,
    /// It is wanted in a form that is not made here.
    NotAcceptable,
    /// The request is right, and can't be done here.
    Unprocessable,
    /// Something is wrong here.
    Fault,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// A code of `http://hl7.org/fhir/issue-type`.
    pub code: &'static str,
    /// What was expected. Never quotes data of a patient.
    pub message: String,
    /// Where, as FHIRPath or, of a query, `http.<parameter>`.
    pub expression: Option<String>,
}

impl Issue {
    /// Something that is wrong, of a kind.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), expression: None }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, expression: impl Into<String>) -> Self {
        Self { expression: Some(expression.into()), ..self }
    }
}

impl Refusal {
    /// A request that is not what it should be.
    #[must_use]
    pub fn invalid(issue: Issue) -> Self {
        Self { why: Why::Invalid, issues: vec![issue] }
    }

    /// There is no such resource.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { why: Why::NotFound, issues: vec![Issue::new("not-found", message)] }
    }

    /// A request that is right, and can't be done here.
    #[must_use]
    pub fn unprocessable(issue: Issue) -> Self {
        Self { why: Why::Unprocessable, issues: vec![issue] }
    }

    /// A form that is not made here.
    #[must_use]
    pub fn not_acceptable() -> Self {
        let message = "expected `application/fhir+json` (or `_format=json`), FHIR 4.0: nothing else is made here";
        Self { why: Why::NotAcceptable, issues: vec![Issue::new("not-supported", message)] }
    }

    /// What the tests hold together does not.
    #[must_use]
    pub fn fault() -> Self {
        let message = "the server failed: the knowledge does not hold together";
        Self { why: Why::Fault, issues: vec![Issue::new("exception", message)] }
    }
}
