//! FHIR R4 resources as typed values: the second opinion on every resource that the project ships or suggests.
//!
//! # Why this crate exists
//!
//! cellwise takes its typed FHIR model from [fhirbolt](https://docs.rs/fhirbolt) 0.4. Two facts about
//! that library decide the shape of this crate.
//!
//! **Every parser of fhirbolt instantiates all 146 resources** in the crate that calls it, because any
//! resource may contain any other: minutes of a release build. So only tests depend on this crate; there is
//! one function that reads, [`parse_strict`], which is not generic; and no other crate of the project calls
//! fhirbolt's generic functions. A change elsewhere then never pays for them again. The same holds for the
//! destructor of [`Resource`]: a crate that owns one compiles it anew. [`check`] spares it that.
//!
//! **fhirbolt's parser has faults** that its own tests do not show: it panics on an empty array, loops
//! for ever on an unknown array in its tolerant modes, refuses decimals and refuses nested resources.
//! [`parse_strict`] reads around all of them, and `tests/fhirbolt_faults.rs` pins each of them so that
//! an upstream fix is noticed. Even so it reads only files that the project ships and orders that it
//! suggests. Requests are read by the server's own lenses, which borrow from the body and lose one element,
//! never a resource, to bad data.
//!
//! # What is here
//!
//! - [`Resource`], [`resources`] and [`types`]: the model itself.
//! - [`parse_strict`] and [`check`]: read a resource, and say where it is wrong.

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

mod prepare;
mod read;

pub use fhirbolt::model::r4::{Resource, resources, types};
pub use read::{CheckError, Problem, SHIPPED_TYPES, check, parse_strict};
