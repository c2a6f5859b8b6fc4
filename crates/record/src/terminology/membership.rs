//! Which value sets a code belongs to, as a set of bits.

use super::ValueSet;

/// How many words of 64 bits hold one bit for every value set, and one for being listed.
const WORDS: usize = 4;

/// How many value sets there can be: the last bit is taken.
pub(super) const MOST: usize = WORDS * 64 - 1;

/// The bit that says that some value set lists the code.
const LISTED: u64 = 1 << 63;

const _: () = assert!(ValueSet::ALL.len() <= MOST, "a further word is needed for the value sets");

/// Which value sets a code belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Membership([u64; WORDS]);

impl Membership {
    /// Of one set, for tests of what is made of codes.
    #[cfg(test)]
    pub(crate) fn of(set: ValueSet) -> Self {
        let mut membership = Self::default();
        membership.insert(set);
        membership
    }

    pub(super) fn insert(&mut self, set: ValueSet) {
        if let Some(word) = self.0.get_mut(usize::from(set.0 / 64)) {
            *word |= 1 << (set.0 % 64);
        }
    }

    pub(super) fn union(&mut self, other: Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// The sets of both.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.union(other);
        self
    }

    /// Whether the code is in `set`.
    #[must_use]
    pub fn contains(&self, set: ValueSet) -> bool {
        self.0.get(usize::from(set.0 / 64)).is_some_and(|word| word & (1 << (set.0 % 64)) != 0)
    }

    /// Whether the code is in no value set that a rule asks about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        [a, b, c, d & !LISTED] == [0; WORDS]
    }

    /// Whether some value set of the project lists the code, asked about or not: then it is known what the code is.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.0.last().is_some_and(|word| word & LISTED != 0)
    }

    /// The sets alone, whether or not the code is listed.
    pub(super) fn sets(mut self) -> Self {
        if let Some(word) = self.0.last_mut() {
            *word &= !LISTED;
        }
        self
    }

    pub(super) fn list(&mut self) {
        if let Some(word) = self.0.last_mut() {
            *word |= LISTED;
        }
    }
}
