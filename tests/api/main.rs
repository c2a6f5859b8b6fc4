//! The server as its clients meet it: real sockets, nothing but HTTP.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test fails by panicking")]

mod access_log;
mod auth;
mod config;
mod conform;
mod cors;
mod discovery;
mod dispatch;
mod ehr;
mod feedback;
mod fetch;
mod fhir;
mod health;
mod helpers;
mod hostile;
mod identity;
mod invoke;
mod language;
mod limits;
mod malformed;
mod metrics;
mod mock_ehr;
mod mutation;
mod openapi;
mod reload;
mod rules;
mod searches;
mod shutdown;
mod smart;
mod store;
mod time_zone;
mod tls;
mod workbench;
