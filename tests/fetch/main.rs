//! The EHR's FHIR server as [`cellwise::gather`] meets it: real sockets, every way an answer may come or not come.

#![cfg(test)]

mod address;
mod cache;
mod ehr;
mod logs;
mod outcomes;
mod pages;
mod time;
mod tls;
mod version;
