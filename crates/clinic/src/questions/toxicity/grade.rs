//! The grade of a toxicity, as far as the record tells it.

use cellwise_record::facts::quantity::plain_number;

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

/// A grade or score as people write it: `graad 2`, or as a part of the highest, `7/10`.
#[must_use]
pub fn score_in_words(words: &str, most: u8) -> Option<f64> {
    let words = words.trim().to_lowercase();
    if let Some((score, of)) = words.split_once('/') {
        return plain_number(score.trim()).filter(|_| of.trim().parse() == Ok(most));
    }
    ["grade", "graad"].into_iter().find_map(|word| plain_number(words.strip_prefix(word)?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_in_words() {
        let table = [
            ("7/10", 10, Some(7.0)),
            (" 10 / 10 ", 10, Some(10.0)),
            ("6/8", 10, None),
            ("7 van 10", 10, None),
            ("graad 2", 5, Some(2.0)),
            ("Grade 2", 5, Some(2.0)),
            ("graad 1-2", 5, None),
            ("graad II", 5, None),
            ("geen", 5, None),
        ];
        for (words, most, expected) in table {
            assert_eq!(score_in_words(words, most), expected, "{words}");
        }
    }
}
