//! The server as its clients meet it: real sockets, nothing but HTTP.

#![cfg(test)]

mod config;
mod cors;
mod discovery;
mod feedback;
mod health;
mod helpers;
mod invoke;
mod language;
mod limits;
mod malformed;
mod mutation;
mod shutdown;
