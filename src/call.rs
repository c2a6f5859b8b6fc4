//! How a call is to be answered, and why one got no cards.

use cellwise_clinic::Language;
use cellwise_record::AsOf;

/// The extension of an issue of an `OperationOutcome` that says where it is as a JSON pointer (RFC 6901).
pub const POINTER_EXTENSION: &str = "https://cellwise.dev/fhir/StructureDefinition/json-pointer";

/// How one call is to be answered.
#[derive(Clone, Copy, Debug)]
pub struct CallSettings {
    /// The language of the cards.
    pub language: Language,
    /// The evaluation instant, unless the request names one.
    pub as_of: AsOf,
    /// Whether a request may name its own evaluation instant (extension `dev.cellwise.asOf`).
    pub accept_as_of: bool,
}

/// Why a call got no cards. Each kind maps to one HTTP status.
#[derive(Debug)]
pub enum Refusal {
    /// The body is not JSON, or nests deeper than allowed, or repeats a key (400).
    NotJson {
        /// What is wrong, with line and column.
        message: String,
    },
    /// The body is JSON but not a valid request (400).
    Invalid {
        /// Every problem found, each with its JSON pointer.
        problems: Vec<Problem>,
    },
    /// No service has this id (404).
    UnknownService,
    /// The service is not offered on this hook (400).
    HookNotServed {
        /// The hooks it is offered on.
        served: Vec<String>,
    },
    /// Data that the rules need was neither sent nor obtainable (412).
    Unobtainable {
        /// The prefetch keys that are missing.
        keys: Vec<String>,
    },
}

/// One problem of a request: where and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON pointer into the request body (`""` is the whole body).
    pub pointer: String,
    /// What was expected there. Never quotes patient data.
    pub message: String,
}
