//! What stands in a resource before it is known whether it matters: kept as text, which costs no more than passing over it.
//!
//! Of most resources of a chart the type and the code are all that is ever decoded. Where a resource matters, what was kept is read
//! before what follows, as if nobody had looked ahead.

use std::borrow::Cow;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use crate::lens::{Key, Lens as _, twice};
use crate::resource::Resource;

/// Elements of a resource that were passed, each as it is written.
pub(crate) struct Ahead<'de> {
    passed: Vec<(Key<'de>, &'de RawValue)>,
    seen: u128,
    seen_beside: u8,
}

/// So many elements stand before the code at most, usually.
const USUAL: usize = 8;

/// What is read of a Bundle and of an `OperationOutcome`, whose type may follow.
const BESIDE: [&str; 4] = ["entry", "issue", "link", "total"];

impl Default for Ahead<'_> {
    fn default() -> Self {
        Self { passed: Vec::with_capacity(USUAL), seen: 0, seen_beside: 0 }
    }
}

impl<'de> Ahead<'de> {
    /// Passes an element, and keeps its text if somebody may read it.
    ///
    /// # Errors
    /// JSON syntax, or a key that stood there before.
    pub(crate) fn pass<A: MapAccess<'de>>(&mut self, key: Key<'de>, map: &mut A) -> Result<(), A::Error> {
        if self.note(&key.0)? || self.note_beside(&key.0)? {
            self.passed.push((key, map.next_value()?));
        } else {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    /// Notes a key, kept or not, and whether it is an element of a resource.
    ///
    /// # Errors
    /// When it is, and stood there before.
    pub(crate) fn note<E: Error>(&mut self, key: &str) -> Result<bool, E> {
        let bit = Resource::bit_of(key);
        if self.seen & bit != 0 {
            return Err(twice(key));
        }
        self.seen |= bit;
        Ok(bit != 0)
    }

    fn note_beside<E: Error>(&mut self, key: &str) -> Result<bool, E> {
        let bit = BESIDE.iter().position(|of| *of == key).map_or(0, |index| 1 << index);
        if self.seen_beside & bit != 0 {
            return Err(twice(key));
        }
        self.seen_beside |= bit;
        Ok(bit != 0)
    }

    /// An element that was kept.
    pub(crate) fn text_of(&self, element: &str) -> Option<&'de str> {
        self.passed.iter().find(|(key, _)| key.0 == element).map(|(_, text)| text.get())
    }
}

/// An object of which the first elements were passed.
pub(crate) struct Whole<'a, 'de, A> {
    passed: std::vec::IntoIter<(Key<'de>, &'de RawValue)>,
    text: Option<&'de RawValue>,
    rest: &'a mut A,
}

impl<'a, 'de, A: MapAccess<'de>> Whole<'a, 'de, A> {
    /// What was passed, and what follows.
    pub(crate) fn new(ahead: Ahead<'de>, rest: &'a mut A) -> Self {
        Self { passed: ahead.passed.into_iter(), text: None, rest }
    }

    /// The key to begin with, where this one is taken already: its value stands before what was passed.
    ///
    /// # Errors
    /// JSON syntax.
    pub(crate) fn first(&mut self, taken: Option<Key<'de>>) -> Result<Option<Key<'de>>, A::Error> {
        if taken.is_some() { Ok(taken) } else { self.next_key() }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Whole<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some((Key(key), text)) = self.passed.next() else { return self.rest.next_key_seed(seed) };
        self.text = Some(text);
        match key {
            Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some),
            Cow::Owned(key) => seed.deserialize(StringDeserializer::new(key)).map(Some),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.text.take() {
            Some(text) => read(seed, text.get()),
            None => self.rest.next_value_seed(seed),
        }
    }
}

/// Reads an element that was kept as text. What is wrong with it is said without a place: the reader of the whole names its own.
///
/// # Errors
/// As for the seed.
pub(crate) fn read<'de, V: DeserializeSeed<'de>, E: Error>(seed: V, text: &'de str) -> Result<V::Value, E> {
    seed.deserialize(&mut serde_json::Deserializer::from_str(text)).map_err(|error| {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        E::custom(message.strip_suffix(&place).unwrap_or(&message))
    })
}
