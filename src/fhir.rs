//! The knowledge as FHIR R4: what is read and searched at `/fhir`, its operations, and the package.
//!
//! Pure: from parameters to resources or a [`Refusal`]. The resources are those of `fhir-profiles/`, with what is the same for all of them
//! (`published`); a hospital's own codes are the one part that comes from its configuration ([`concept_map`]). `$apply` is a hook call
//! in other words ([`apply`]): the same reading, the same rules, the same verdicts.

pub mod apply;
pub mod artifacts;
pub mod capability;
pub mod concept_map;
mod guide;
pub mod outcome;
pub mod package;
pub mod parameters;
mod published;
pub mod search;
mod snapshot;
pub mod subset;
pub mod terminology;

pub use artifacts::{Artifact, Artifacts};
pub use outcome::{Issue, Refusal, Why};

/// The types that are served, in the order of the CapabilityStatement.
pub const TYPES: [&str; 7] =
    ["PlanDefinition", "Library", "ValueSet", "CodeSystem", "ConceptMap", "StructureDefinition", "ImplementationGuide"];

/// The type among which is what is the hospital's own: that, and a search for it, needs a token where clients are listed.
pub const OF_HOSPITAL: &str = "ConceptMap";
