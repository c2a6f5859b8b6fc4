//! cellwise: clinical decision support for cell therapies, served over HL7 CDS Hooks.
//!
//! A request brings a patient; only the FHIR elements that rules ask about are read ([`cellwise_fhir_reader`]) into a record
//! ([`cellwise_record`]), each rule ([`cellwise_clinic`]) judges it *met*, *not met* or *unknown*, and the answer is cards that
//! show every criterion with its evidence and source ([`hooks`]). Numbers, codes and words are data; logic is Rust.
//! **Unknown is never no.**
//!
//! Modules, in the order a request meets them: [`http`] → [`engine`] → [`hooks`] → [`hooks::response`].

pub mod access_log;
pub mod built;
pub mod call;
pub mod cli;
pub mod client;
pub mod config;
pub mod conform;
pub mod course;
pub mod ehr;
mod embedded;
pub mod engine;
pub mod fhir;
pub mod files;
pub mod fixtures;
pub mod gather;
pub mod generate;
pub mod hooks;
pub mod http;
pub mod knowledge;
mod markdown;
pub mod metrics;
pub mod openapi;
mod outbound;
pub mod pages;
mod places;
pub mod private_key;
pub mod report;
pub mod schema;
pub mod screen;
pub mod smart;
pub mod texts;
mod traces;
mod words;
pub mod workbench;
