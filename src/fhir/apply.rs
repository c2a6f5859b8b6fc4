//! `PlanDefinition/$apply`: a rule judged for a patient, as FHIR.
//!
//! What is given becomes the hook call that it stands for (`call`): the hook, its context, and what there is of the record. From there
//! on nothing differs from a hook: the same reading, the same fetching, the same rules, with all others of the service, because a rule
//! leaves to another what that one says. What the one rule came to is told as a CarePlan (`care_plan`).

mod call;
mod care_plan;
mod findings;
mod input;

pub use call::{Asked, PARAMETERS, read, refused};
pub use care_plan::{Gap, care_plan};
pub use input::Input;
