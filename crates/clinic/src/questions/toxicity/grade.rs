//! The grade of a toxicity, as far as the record tells it.

/// A grade (ASTCT): the grade itself, or the least that it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The grade, or the least that it can be.
    pub grade: u8,
    /// Whether missing data may hide a higher one.
    pub at_least: bool,
}

impl Grade {
    /// A grade that is certain.
    #[must_use]
    pub const fn exactly(grade: u8) -> Self {
        Self { grade, at_least: false }
    }

    /// The higher of the grade that the data come to and the one that a clinician recorded.
    #[must_use]
    pub fn higher(computed: Option<Self>, recorded: Option<u8>) -> Option<Self> {
        let by_data = computed.map_or(0, |computed| computed.grade);
        recorded.filter(|recorded| *recorded > by_data).map(Self::exactly).or(computed)
    }

    /// The least that a grade can be.
    #[must_use]
    pub const fn at_least(grade: u8) -> Self {
        Self { grade, at_least: true }
    }
}
