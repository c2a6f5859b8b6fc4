//! Why a request gets no cards, as an HTTP status and a FHIR `OperationOutcome`. The only file with status codes.

mod outcome;

use std::fmt;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::{ErrorHandlerResponse, ErrorHandlers};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use self::outcome::{Issue, NARROWED, NO_SERVER, NOT_SENT, OperationOutcome, of_fhir, unobtainable};
use super::complete::Completed;
use crate::engine::Refusal;
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
                // What stands in a query is named by whoever sent it.
                let one = |issue: &fhir::Issue| {
                    let place = issue.expression.as_deref().filter(|place| place.starts_with("Parameters"));
                    format!("{} at {}", issue.code, place.unwrap_or("the request"))
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
