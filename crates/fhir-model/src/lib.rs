//! FHIR R4 resources as typed values: written by the server, checked in the files the project ships.
//!
//! # Why this crate exists
//!
//! cellwise takes its typed FHIR model from [fhirbolt](https://docs.rs/fhirbolt) 0.4. Two facts about
//! that library decide the shape of this crate.
//!
//! **Every serialiser and every parser of fhirbolt instantiates all 146 resources** in the crate that
//! calls it, because any resource may contain any other. So there is one function that writes,
//! [`to_json`], and one that reads, [`parse_strict`]; neither is generic; and no other crate of the
//! project calls fhirbolt's generic functions. A change elsewhere then never pays for them again.
//! The same holds for the destructor of [`Resource`]: a crate that owns one compiles it anew in every
//! release build, for about 20 seconds. [`check`] and the `to_json` methods of [`draft`] spare it that.
//!
//! **fhirbolt's parser has faults** that its own tests do not show: it panics on an empty array, loops
//! for ever on an unknown array in its tolerant modes, refuses decimals and refuses nested resources.
//! [`parse_strict`] reads around all of them, and `tests/fhirbolt_faults.rs` pins each of them so that
//! an upstream fix is noticed. Even so it reads only files that the project ships. Requests are read by
//! the server's own lenses, which borrow from the body and lose one element, never a resource, to bad
//! data.
//!
//! # What is here
//!
//! - [`Resource`], [`resources`] and [`types`]: the model itself.
//! - [`to_json`]: writes a resource, and refuses to write one that FHIR would not accept.
//! - [`parse_strict`] and [`check`]: read a shipped file, and say where it is wrong.
//! - [`draft`]: the orders that cards suggest.

#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::unreachable
)]

pub mod draft;
mod prepare;
mod read;
mod write;

pub use fhirbolt::model::r4::{Resource, resources, types};
pub use read::{CheckError, Problem, SHIPPED_TYPES, check, parse_strict};
pub use write::{WriteError, to_json};
