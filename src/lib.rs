//! cellwise: clinical decision support for cell therapies, served over HL7 CDS Hooks.
//!
//! A request brings a patient; only the FHIR elements that rules ask about are read ([`fhir`]), they become a [`chart`],
//! each rule ([`rules`]) judges it *met*, *not met* or *unknown* ([`verdict`]), and the answer is cards that show every
//! criterion with its evidence and source ([`hooks`]). Numbers, codes and words are data; logic is Rust.
//! **Unknown is never no.**
//!
//! Modules, in the order a request meets them:
//! [`http`] → [`engine`] → [`hooks`] → [`fhir`] → [`chart`] → [`evaluation`] → [`rules`] → [`hooks::response`].

pub mod chart;
pub mod cli;
pub mod client;
pub mod config;
pub mod documents;
pub mod engine;
pub mod evaluation;
pub mod fhir;
pub mod fixtures;
pub mod gather;
pub mod generate;
pub mod hooks;
pub mod http;
pub mod indications;
pub mod knowledge;
pub mod message;
mod outbound;
pub mod policy;
pub mod rules;
pub mod terminology;
pub mod verdict;
