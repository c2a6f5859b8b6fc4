//! The numbers that an answer rests on.

/// Numbers, by their ids. They are few, and noted often: each time that a question is asked again.
#[derive(Clone, Debug, Default)]
pub struct Used(Vec<&'static str>);

impl Used {
    /// Whether the number with this id is among them.
    #[must_use]
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(&id)
    }

    /// The ids of all, in the order in which they were read.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// Notes a number.
    pub(crate) fn note(&mut self, id: &'static str) {
        // Nearly always it is the very same text.
        let is_known = self.0.iter().any(|known| std::ptr::eq(*known, id)) || self.contains(id);
        if !is_known {
            self.0.push(id);
        }
    }

    /// Notes all that another answer rests on.
    pub(crate) fn note_all(&mut self, other: &Self) {
        other.ids().for_each(|id| self.note(id));
    }
}
