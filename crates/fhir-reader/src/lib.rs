//! How FHIR data gets in: small lenses that borrow from the request body.
//!
//! A lens names just the elements that rules use, in every spelling of STU3, R4, R4B and R5 (a CDS Hooks request does not
//! say its version). Each element is read leniently on its own: a malformed element costs that element and becomes a gap,
//! never the resource. Resource types that no rule reads are skipped, not decoded.
//!
//! The whole body is read in one pass: [`prefetch`] hands every resource to the chart builder as soon as it is read.

mod ahead;
pub mod builder;
pub mod call;
pub mod collect;
pub mod depth;
mod entries;
pub mod later;
pub mod lens;
pub mod lone;
pub mod prefetch;
mod read;
mod remark;
pub mod resource;
