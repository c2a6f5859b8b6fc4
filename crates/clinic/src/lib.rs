//! What we know: how a clinical question is answered ([`questions`]), and what we advise ([`rules`]).
//!
//! Pure: no clock, no network, no language, no FHIR. A rule gets a [`Case`] and yields a [`Finding`]: a tree of criteria whose
//! value is the verdict, and the facts of a card. Words are added by the server.

pub mod card;
pub mod concern;
pub mod criteria;
pub mod documents;
pub mod evaluation;
mod hook;
mod language;
pub mod message;
pub mod numbers;
pub mod policy;
pub mod products;
pub mod questions;
pub mod rule;
pub mod rules;
pub mod situations;
mod span;
mod supposition;
mod used;

pub use card::{CardFacts, Indicator, Proposal, Suggestion, card};
pub use documents::{Citation, Document};
pub use evaluation::DayZero;
pub use hook::Hook;
pub use language::Language;
pub use message::{Arg, Message};
pub use numbers::Number;
pub use questions::Case;
pub use rule::{Finding, Rule};
pub use span::Span;
pub use used::Used;
