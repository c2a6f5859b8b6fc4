//! The server as its clients meet it: real sockets, nothing but HTTP.

#![cfg(test)]
#![allow(clippy::string_slice, reason = "a test fails by panicking")]

mod auth;
mod config;
mod cors;
mod discovery;
mod ehr;
mod feedback;
mod fetch;
mod health;
mod helpers;
mod hostile;
mod invoke;
mod language;
mod limits;
mod malformed;
mod mutation;
mod rules;
mod searches;
mod shutdown;
mod tls;
mod workbench;
