//! The shape of the file, as TOML has it. What it says is checked in [`super::check`].

use serde::Deserialize;
use toml::Spanned;

use crate::knowledge::StartupError;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct File {
    /// Local numbers.
    #[serde(default)]
    pub(super) number: Vec<Spanned<NumberEntry>>,
    /// What is not wanted.
    #[serde(default)]
    pub(super) switch_off: Vec<Spanned<SwitchOffEntry>>,
    /// Files with the meaning of local codes.
    #[serde(default)]
    pub(super) terminology: Vec<Spanned<String>>,
}

/// A local number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberEntry {
    /// The rule's id.
    pub(super) rule: Spanned<String>,
    /// The number's id within the rule.
    pub(super) number: Spanned<String>,
    /// The local value, in the number's own unit.
    pub(super) value: Spanned<f64>,
    /// Where it was decided.
    pub(super) citation: Option<Spanned<String>>,
}

/// A rule or a service that is not wanted: one of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SwitchOffEntry {
    /// A rule's id.
    pub(super) rule: Option<Spanned<String>>,
    /// A service's id.
    pub(super) service: Option<Spanned<String>>,
    /// Why.
    pub(super) reason: Option<Spanned<String>>,
}

impl File {
    /// Reads the file.
    pub(super) fn read(shown: &str, text: &str) -> Result<Self, StartupError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or_else(|| shown.to_owned(), |span| place(shown, text, span.start));
            StartupError::file(at, error.message().trim().replace('\n', ", "))
        })
    }
}

/// `cellwise.toml:12`, of a position in the text.
pub(super) fn place(shown: &str, text: &str, position: usize) -> String {
    let line = text.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1;
    format!("{shown}:{line}")
}
