//! The SMART app (SMART App Launch 2.2): a clinician opens the course of the patient whose record is open in the EHR.
//!
//! Here is what is said between the app, the browser and the EHR's authorization server, what is kept of it, and the pages. Pure:
//! no network, no clock of its own; [`http`](crate::http) does the talking. What a page shows is fetched with the token of the
//! user who looks at it, so nobody sees what the EHR would not show them.

mod configuration;
mod grant;
mod kept;
mod launch;
mod page;
mod secret;

pub use configuration::{SmartConfiguration, UserKeys};
pub use grant::{Grant, NoGrant};
pub use kept::Kept;
pub use launch::{Asking, HOOKS, scopes};
pub use page::{Banner, Choice, NotRead, Refused, Seen, Shown, banner, choice, refusal, script, shown, style};
pub use secret::{Digest, Secret};
