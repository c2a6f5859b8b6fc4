//! A list of which copies share the entries.

use std::ops::Deref;
use std::sync::Arc;

/// A list whose copies cost nothing until one of them is changed: judgements are kept, joined and shown in many places, and hold the same
/// few entries in each.
#[derive(Clone, Debug)]
pub(crate) struct SharedList<T>(Option<Arc<Vec<T>>>);

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Vec<T>> for SharedList<T> {
    fn from(entries: Vec<T>) -> Self {
        Self((!entries.is_empty()).then(|| Arc::new(entries)))
    }
}

impl<T> Deref for SharedList<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T: PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for SharedList<T> {}

impl<T: Clone> SharedList<T> {
    /// The entries, to be changed: of this copy alone.
    pub(crate) fn change(&mut self) -> &mut Vec<T> {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}
