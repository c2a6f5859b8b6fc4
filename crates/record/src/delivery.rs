//! Whether each kind of data came through, and what is wrong with it.

use crate::{Gap, GapKind, Source, add_gaps};

/// Gaps kept of one source: thirteen sources then stay below what a judgement keeps.
const MOST_OF_A_SOURCE: usize = 5;

/// Whether each kind of data came through, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    gaps: Vec<Gap>,
    supplied: Vec<Source>,
    held_nowhere: Vec<Source>,
}

impl Sources {
    /// Marks a source as sent (known none counts as sent).
    pub fn supplied(&mut self, source: Source) {
        if !self.supplied.contains(&source) {
            self.supplied.push(source);
        }
    }

    /// Marks a source as one that this record system has none of: nothing came, and there is nothing.
    pub fn held_nowhere(&mut self, source: Source) {
        self.supplied(source);
        if !self.held_nowhere.contains(&source) {
            self.held_nowhere.push(source);
        }
    }

    /// Whether the record system is said to have none of this kind.
    #[must_use]
    pub fn is_held_nowhere(&self, source: Source) -> bool {
        self.held_nowhere.contains(&source)
    }

    /// Records that a source, or one resource of it, has a gap.
    pub fn gap(&mut self, gap: Gap) {
        // A failed or incomplete source is said once; unreadable entries, of which there may be any number, up to a limit.
        let known = self.gaps.iter().filter(|known| known.source == gap.source).count();
        if gap.kind.is_delivery() && gap.reference.is_none() || known < MOST_OF_A_SOURCE {
            add_gaps(&mut self.gaps, [gap]);
        }
    }

    /// The gaps of one source: not supplied, or whatever was recorded.
    #[must_use]
    pub fn gaps_of(&self, source: Source) -> Vec<Gap> {
        let recorded: Vec<Gap> = self.gaps.iter().filter(|gap| gap.source == source).cloned().collect();
        if recorded.is_empty() && !self.supplied.contains(&source) && source != Source::DraftOrders {
            return vec![Gap::of(GapKind::NotSupplied, source)];
        }
        recorded
    }

    /// The same for these sources only: of the others nothing was sent.
    #[must_use]
    pub(crate) fn only(&self, sources: &[Source]) -> Self {
        let kept = |all: &[Source]| all.iter().filter(|source| sources.contains(source)).copied().collect();
        Self {
            gaps: self.gaps.iter().filter(|gap| sources.contains(&gap.source)).cloned().collect(),
            supplied: kept(&self.supplied),
            held_nowhere: kept(&self.held_nowhere),
        }
    }

    /// Whether nothing at all is known of a source.
    #[must_use]
    pub fn is_not_supplied(&self, source: Source) -> bool {
        self.gaps_of(source).iter().any(|gap| gap.kind == GapKind::NotSupplied)
    }

    /// Forgets the gaps of delivery of a source, and returns them.
    pub fn forget_delivery(&mut self, source: Source) -> Vec<Gap> {
        self.gaps.extract_if(.., |gap| gap.source == source && gap.kind.is_delivery()).collect()
    }

    /// Whether a source did not come through at all or only in part.
    #[must_use]
    pub fn is_undelivered(&self, source: Source) -> bool {
        self.gaps_of(source).iter().any(|gap| gap.kind.is_delivery())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_entries_that_cannot_be_read_is_a_few_gaps() {
        let mut sources = Sources::default();
        for index in 0..100_000 {
            sources.gap(Gap::at(GapKind::Incomplete, Source::Conditions, &format!("/entry/{index}"), ""));
        }
        assert_eq!(sources.gaps_of(Source::Conditions).len(), MOST_OF_A_SOURCE);
        // What is said of all of it is said all the same.
        sources.gap(Gap::of(GapKind::Failed, Source::Conditions));
        assert!(sources.gaps_of(Source::Conditions).contains(&Gap::of(GapKind::Failed, Source::Conditions)));
    }
}
