//! Which cellwise this is: its version, the commit that it was built from, and the knowledge that it carries.

use serde::Serialize;

/// The version of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that it was built from, as far as whoever built it knew: `unknown`, `development`, or twelve digits of its name.
pub const COMMIT: &str = env!("CELLWISE_COMMIT");
/// A digest of everything that decides what a card says: the rules and their questions, numbers, codes, words and sources. Two programs
/// with the same digest give the same cards.
pub const KNOWLEDGE: &str = env!("CELLWISE_KNOWLEDGE");
/// All three, for `--version`.
pub const LONG: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (commit ",
    env!("CELLWISE_COMMIT"),
    ", knowledge ",
    env!("CELLWISE_KNOWLEDGE"),
    ")"
);

/// The same, for machines: in every evaluation, and in readiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Built {
    /// [`VERSION`].
    pub version: &'static str,
    /// [`COMMIT`].
    pub commit: &'static str,
    /// [`KNOWLEDGE`].
    pub knowledge: &'static str,
}

/// What this program is.
pub const BUILT: Built = Built { version: VERSION, commit: COMMIT, knowledge: KNOWLEDGE };
