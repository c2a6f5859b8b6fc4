//! The words of CDS Hooks: requests in ([`request`], [`reading`], [`crate::schema`]), cards out ([`response`], [`crate::texts`]).

pub(crate) mod dispatched;
pub mod draft;
pub mod feedback;
pub mod later;
pub mod reading;
pub mod request;
pub mod response;
mod searches;
mod self_link;
