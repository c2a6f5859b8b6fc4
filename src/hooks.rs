//! The words of CDS Hooks: requests in ([`request`], [`schema`]), cards out ([`response`], [`texts`]).

pub mod draft;
pub mod request;
pub mod response;
pub mod schema;
pub mod texts;
