//! Why a request gets no cards, as an HTTP status and a FHIR `OperationOutcome`. The only file with status codes.

use std::fmt;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::{ErrorHandlerResponse, ErrorHandlers};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

use super::complete::Completed;
use crate::call::POINTER_EXTENSION;
use crate::engine::{Problem, Refusal};
use crate::fhir;
use crate::schema::Schemas;
use crate::smart::Refused;

/// Problems of one request that are logged: the answer has more of them.
const MOST_LOGGED: usize = 5;
/// The media type of an `OperationOutcome`.
pub(super) const FHIR_JSON: &str = "application/fhir+json";

/// Every way in which a request can fail. Closed on purpose: a new way needs a status and words here.
pub enum ApiError {
    /// The engine gave no cards.
    Refused(Refusal),
    /// Data that the rules need was neither sent nor fetched.
    Unobtainable {
        /// The prefetch keys, and why each is missing.
        keys: Vec<(String, Missing)>,
    },
    /// Who sent the request is not known. It says no more: what exactly is wrong with a token helps those who forge one.
    /// But for whom a token must be meant: whoever calls knows that address.
    NotAuthenticated {
        /// The address, with the parts of the path that differ in braces.
        audience: String,
    },
    /// Nothing is served at this path.
    NoSuchPath,
    /// No rule has this id.
    NoSuchRule,
    /// The path exists, the method does not.
    WrongMethod {
        /// The methods that do.
        allow: &'static str,
    },
    /// The body says that it is not JSON.
    NotJsonContent,
    /// The body says that it is no form.
    NotFormContent,
    /// A FHIR request that gets no resource.
    Fhir(fhir::Refusal),
    /// The body is compressed in a way that is not supported.
    UnknownEncoding,
    /// The body is larger than the server accepts.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The client took too long to send the body.
    TooSlow,
    /// The body ended early or could not be decompressed.
    Unreadable,
    /// The preflight asks for an origin, method or header that is not allowed.
    CrossOrigin,
    /// The head of the request is larger than any client needs.
    HeadTooLarge,
    /// As many requests are being answered as the server may answer at the same time.
    Busy,
    /// The client sends more requests than it may.
    TooMany {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// The access log can't be written, and no call is answered without its line.
    NotLogged,
    /// The client is known, and may not read this.
    NotForClient,
    /// Nothing is remembered, so there is nothing to report.
    NothingStored,
    /// What a report is to cover can't be read.
    NoPeriod {
        /// What is wrong with it.
        problem: String,
    },
    /// What was sent can't be kept at the moment, or what was kept not be read.
    StoreUnavailable,
    /// The server is at fault.
    Fault,
}

/// Why a kind of data is missing.
pub struct Missing {
    /// What is wrong with the prefetch.
    how: &'static str,
    /// Why it was not fetched instead.
    why: String,
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<fhir::Refusal> for ApiError {
    fn from(refusal: fhir::Refusal) -> Self {
        Self::Fhir(refusal)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = self.outcome();
        let all: Vec<&str> = outcome.issue.iter().map(|issue| issue.diagnostics.as_str()).collect();
        formatter.write_str(&all.join("; "))
    }
}

/// As its text. A pointer can hold keys that the client chose, and libraries log errors in this form.
impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Refused(Refusal::NotJson { .. } | Refusal::Invalid { .. } | Refusal::HookNotServed { .. })
            | Self::Unreadable
            | Self::NoPeriod { .. }
            | Self::CrossOrigin => StatusCode::BAD_REQUEST,
            Self::Refused(Refusal::UnknownService) | Self::NoSuchPath | Self::NoSuchRule | Self::NothingStored => {
                StatusCode::NOT_FOUND
            }
            Self::Fhir(refusal) => match refusal.why {
                fhir::Why::Invalid => StatusCode::BAD_REQUEST,
                fhir::Why::NotFound => StatusCode::NOT_FOUND,
                fhir::Why::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
                fhir::Why::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
                fhir::Why::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::NotForClient => StatusCode::FORBIDDEN,
            Self::Refused(Refusal::Unobtainable { .. }) | Self::Unobtainable { .. } => StatusCode::PRECONDITION_FAILED,
            Self::NotAuthenticated { .. } => StatusCode::UNAUTHORIZED,
            Self::WrongMethod { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotJsonContent | Self::NotFormContent | Self::UnknownEncoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::HeadTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Busy | Self::NotLogged | Self::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code());
        response
            .content_type(FHIR_JSON)
            .insert_header((header::CONTENT_LANGUAGE, "en"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if let Self::WrongMethod { allow } = self {
            response.insert_header((header::ALLOW, *allow));
        }
        if matches!(self, Self::NotAuthenticated { .. }) {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        response.body(self.outcome().to_json())
    }
}

impl ApiError {
    /// A refusal of the engine, after the attempt to complete the request. Lack of data comes with its reasons.
    pub(super) fn refused(refusal: Refusal, completed: &Completed) -> Self {
        let Refusal::Unobtainable { keys } = refusal else { return Self::Refused(refusal) };
        let why = |key: &str| match completed.failure(key) {
            Some(error) => error.to_string(),
            None if completed.has_server => "what the FHIR server sent is not whole or can't be read".to_owned(),
            None => NO_SERVER.to_owned(),
        };
        let missing =
            |key: &str| Missing { how: if completed.is_narrowed(key) { NARROWED } else { NOT_SENT }, why: why(key) };
        Self::Unobtainable { keys: keys.into_iter().map(|key| (key.clone(), missing(&key))).collect() }
    }

    /// Why a request is wrong (400), for the log: kind, pointer and what was expected, nothing that came with it. `None` of any
    /// other refusal.
    pub(super) fn wrong(&self, schemas: &Schemas) -> Option<String> {
        match self {
            Self::Refused(Refusal::NotJson { message }) => {
                // A key that is there twice stands in it.
                let place = message.rsplit_once(" at line ").map(|(_, place)| format!(" at line {place}"));
                let kind = if message.starts_with("duplicate key") { "duplicate-key" } else { "not-json" };
                Some(format!("{kind}{}", place.unwrap_or_default()))
            }
            Self::Refused(Refusal::Invalid { problems }) => {
                let mut all: Vec<String> = problems
                    .iter()
                    .map(|problem| format!("invalid {}: {}", schemas.legible(&problem.pointer), problem.message))
                    .collect();
                let more = all.len().saturating_sub(MOST_LOGGED);
                all.truncate(MOST_LOGGED);
                all.extend((more > 0).then(|| format!("and {more} more")));
                Some(all.join("; "))
            }
            Self::Refused(Refusal::HookNotServed { served }) => {
                Some(format!("hook-not-served /hook: expected {}", served.join(", ")))
            }
            Self::Fhir(refusal) if refusal.why == fhir::Why::Invalid => {
                let one = |issue: &fhir::Issue| {
                    format!("{} at {}", issue.code, issue.expression.as_deref().unwrap_or("the request"))
                };
                Some(refusal.issues.iter().take(MOST_LOGGED).map(one).collect::<Vec<_>>().join("; "))
            }
            Self::Unreadable => Some("unreadable: the body ended early or can't be unpacked".to_owned()),
            _ => None,
        }
    }

    /// When to try again, in seconds.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy | Self::NotLogged => Some(1),
            Self::StoreUnavailable => Some(5),
            Self::TooMany { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    fn outcome(&self) -> OperationOutcome {
        let issue = match self {
            Self::Refused(refusal) => return OperationOutcome::of(refusal),
            Self::Unobtainable { keys } => {
                return OperationOutcome::new(
                    keys.iter().map(|(key, Missing { how, why })| unobtainable(key, how, why)).collect(),
                );
            }
            Self::NotAuthenticated { audience } => Issue::new(
                "login",
                format!("the request is not authenticated: it needs a token that is meant (`aud`) for `{audience}`"),
            ),
            Self::NoSuchPath => {
                Issue::new("not-found", "nothing is served at this path: the services are at `/cds-services`")
            }
            Self::NoSuchRule => Issue::new("not-found", "no rule has this id: the rules are at `/rules`"),
            Self::WrongMethod { allow } => Issue::new("not-supported", format!("expected one of the methods {allow}")),
            Self::NotJsonContent => Issue::new("not-supported", "expected the content type `application/json`"),
            Self::NotFormContent => {
                Issue::new("not-supported", "expected the content type `application/x-www-form-urlencoded`")
            }
            Self::Fhir(refusal) => return OperationOutcome::new(refusal.issues.iter().map(of_fhir).collect()),
            Self::UnknownEncoding => {
                Issue::new("not-supported", "expected the content encoding `identity`, `gzip` or `deflate`")
            }
            Self::TooLarge { limit } => Issue::new("too-long", format!("expected a body of at most {limit} bytes")),
            Self::TooSlow => Issue::new("timeout", "the body took too long to arrive"),
            Self::Unreadable => Issue::new("structure", "the body ended early or can't be decompressed"),
            Self::CrossOrigin => {
                Issue::new("security", "cross-origin calls with this origin, method or header are not allowed")
            }
            Self::HeadTooLarge => Issue::new("too-long", "the headers are too large"),
            Self::Busy => {
                Issue::new("throttled", "the server answers as many requests as it can: try again in a second")
            }
            Self::NotLogged => Issue::new(
                "exception",
                "the access log can't be written, and no call is answered without it: try again later",
            ),
            Self::TooMany { retry_after } => Issue::new(
                "throttled",
                format!("this client sends more requests than agreed: try again in {retry_after} s"),
            ),
            Self::NotForClient => {
                Issue::new("forbidden", "this is for staff: the configuration of the client must say `staff = true`")
            }
            Self::NothingStored => {
                Issue::new("not-found", "nothing is remembered here: the configuration has no `[store]`")
            }
            Self::NoPeriod { problem } => Issue::new("value", problem.clone()),
            Self::StoreUnavailable => Issue::new("transient", "the store does not answer: try again in a few seconds"),
            Self::Fault => Issue::new("exception", "the server failed; the request was not judged"),
        };
        OperationOutcome::new(vec![issue])
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OperationOutcome {
    resource_type: &'static str,
    issue: Vec<Issue>,
}

#[derive(Serialize)]
struct Issue {
    severity: &'static str,
    code: &'static str,
    diagnostics: String,
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
    fn new(code: &'static str, diagnostics: impl Into<String>) -> Self {
        Self { severity: "error", code, diagnostics: diagnostics.into(), expression: None, extension: None }
    }

    fn at(self, pointer: String) -> Self {
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
            path.push_str(&format!("[{part}]"));
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
            path.push_str(&format!("`{}`", part.replace('\\', "\\\\").replace('`', "\\`")));
        }
    }
    path
}

impl OperationOutcome {
    fn new(issue: Vec<Issue>) -> Self {
        Self { resource_type: "OperationOutcome", issue }
    }

    fn of(refusal: &Refusal) -> Self {
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

    fn to_json(&self) -> String {
        // Only strings: serialising them can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

fn of_fhir(issue: &fhir::Issue) -> Issue {
    // Its place is FHIRPath already.
    let expression = issue.expression.clone().map(|expression| [expression]);
    Issue { expression, ..Issue::new(issue.code, issue.message.clone()) }
}

fn invalid(problem: &Problem) -> Issue {
    Issue::new("invalid", problem.message.clone()).at(problem.pointer.clone())
}

/// Why nothing was fetched for a request that says of no server where it could be.
const NO_SERVER: &str = "the request has no `fhirServer`";

/// What is wrong with a prefetch that does not count.
const NOT_SENT: &str = "it was not sent, failed or was incomplete";
/// What is wrong with one that its own self link gives away.
const NARROWED: &str = "its search looked at less than the template asks, by its own self link";

fn unobtainable(key: &str, how: &str, why: &str) -> Issue {
    let message = format!("the rules need prefetch `{key}`: {how}, and can't be fetched: {why}");
    Issue::new("required", message).at(format!("/prefetch/{key}"))
}

/// The beginning of an answer to whoever asks whether the server is ready.
pub(super) fn ready(is_ready: bool) -> HttpResponseBuilder {
    HttpResponse::build(if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE })
}

/// The beginning of an answer to whoever has it already.
pub(super) fn not_modified() -> HttpResponseBuilder {
    HttpResponse::build(StatusCode::NOT_MODIFIED)
}

/// The beginning of a page that says why there is no course. What the EHR did wrong is no gateway's error: proxies replace those.
pub(super) fn no_course(refused: Refused) -> HttpResponseBuilder {
    HttpResponse::build(match refused {
        Refused::NotALaunch | Refused::UnknownServer | Refused::Denied(_) | Refused::OtherBrowser => {
            StatusCode::FORBIDDEN
        }
        Refused::LaunchOver | Refused::SessionOver => StatusCode::GONE,
        Refused::NoConfiguration(_)
        | Refused::NoPkce
        | Refused::NoToken(_)
        | Refused::NoPatient
        | Refused::UserNotProven(_) => StatusCode::FAILED_DEPENDENCY,
        Refused::Busy | Refused::NotLogged => StatusCode::SERVICE_UNAVAILABLE,
        Refused::Fault => StatusCode::INTERNAL_SERVER_ERROR,
    })
}

/// The answer for every path that is not in the route table.
pub(super) async fn no_such_path() -> Result<HttpResponse, ApiError> {
    Err(ApiError::NoSuchPath)
}

/// The answer for a method that a path does not have.
pub(super) fn wrong_method(allow: &'static str) -> HttpResponse {
    ApiError::WrongMethod { allow }.error_response()
}

/// Turns a refusal that the CORS library words as plain text into an `OperationOutcome`.
pub(super) fn outcomes<B: MessageBody + 'static>() -> ErrorHandlers<B> {
    ErrorHandlers::new().handler(StatusCode::BAD_REQUEST, |response: ServiceResponse<B>| {
        let has_outcome = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == FHIR_JSON);
        if has_outcome {
            return Ok(ErrorHandlerResponse::Response(response.map_into_left_body()));
        }
        let (request, _) = response.into_parts();
        let outcome = ApiError::CrossOrigin.error_response().map_into_right_body();
        Ok(ErrorHandlerResponse::Response(ServiceResponse::new(request, outcome)))
    })
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
