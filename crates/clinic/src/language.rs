//! The languages of the cards.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A language of the cards: a folder of `cds-hooks/texts/`, by its BCP 47 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Language(&'static str);

impl Language {
    /// English.
    pub const ENGLISH: Self = Self::of_folder("en");
    /// Dutch.
    pub const DUTCH: Self = Self::of_folder("nl");

    /// The language of a folder of texts.
    #[must_use]
    pub const fn of_folder(code: &'static str) -> Self {
        Self(code)
    }

    /// Every language of the cards. A further one is a line here and a folder of texts.
    pub const ALL: &'static [Self] = &[
        Self::ENGLISH, //
        Self::DUTCH,
    ];

    /// BCP 47 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0
    }

    /// The language with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.code() == code)
    }
}

impl Default for Language {
    fn default() -> Self {
        Self::ENGLISH
    }
}

impl<'de> Deserialize<'de> for Language {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        let known = || Self::ALL.iter().map(|language| language.code()).collect::<Vec<_>>().join(", ");
        Self::from_code(&code)
            .ok_or_else(|| D::Error::custom(format!("there is no language `{code}`, only {}", known())))
    }
}
