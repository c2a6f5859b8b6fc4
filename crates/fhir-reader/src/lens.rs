//! The tolerant building blocks of every lens.
//!
//! [`Read`] never fails on a wrong type: it becomes [`Read::Unreadable`] and the reader goes on. Only JSON that is not JSON,
//! or a key that stands twice in one object, stops the reading.

mod declare;
mod number;

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

pub use number::Number;

/// With `serde_json/arbitrary_precision` a number arrives as a map with this one key and its text.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// One element of a resource: absent, read, or there but not readable as what it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Read<T> {
    /// Not in the resource (or `null`).
    #[default]
    Absent,
    /// Read.
    Value(T),
    /// There, with a wrong type or shape.
    Unreadable,
}

impl<T> Read<T> {
    /// The value, if it was read.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unreadable => None,
        }
    }

    /// Whether something was there that could not be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable)
    }

    /// Whether nothing was there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A text element, borrowed from the body wherever it has no escapes.
pub type Text<'a> = Read<Cow<'a, str>>;

impl Read<Cow<'_, str>> {
    /// The text, if it was read.
    pub fn as_str(&self) -> Option<&str> {
        self.value().map(AsRef::as_ref)
    }
}

/// A repeating element. FHIR says array; a lone object is read as an array of one (real systems send it).
#[derive(Clone, Debug)]
pub struct Many<T> {
    /// The items that could be read.
    pub items: Vec<T>,
    /// How many could not.
    pub unreadable: usize,
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self { items: Vec::new(), unreadable: 0 }
    }
}

/// A JSON object read element by element. Implemented by the [`lens!`](macro@crate::lens) macro.
pub trait Lens<'de>: Default {
    /// A bit for each element, none for a key that is no element: two keys with the same bit say something twice.
    fn bit_of(key: &str) -> u128;

    /// Reads the object whose opening brace has been consumed into an empty lens; `first` is its first key, already taken.
    ///
    /// # Errors
    /// JSON syntax, or a repeated key.
    fn read_into<A, F>(&mut self, first: Option<Key<'de>>, map: &mut A, follow: &mut F) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
        F: Follow<'de, Self>;

    /// Reads the object, skipping keys that are no element of the lens.
    ///
    /// # Errors
    /// JSON syntax, or a repeated key.
    fn read_object<A: MapAccess<'de>>(first: Option<Key<'de>>, map: &mut A) -> Result<Self, A::Error> {
        let mut lens = Self::default();
        lens.read_into(first, map, &mut ReadAll)?;
        Ok(lens)
    }
}

/// Who follows the reading of an object and may cut it short. By default nothing is taken and nothing left out.
pub trait Follow<'de, L> {
    /// Is offered a key that is no element of the lens; must consume the value when it takes one.
    ///
    /// # Errors
    /// JSON syntax, or a repeated key.
    fn other<A: MapAccess<'de>>(&mut self, _key: &str, _map: &mut A) -> Result<Offer, A::Error> {
        Ok(Offer::Declined)
    }

    /// Whether an element is passed over undecoded.
    fn passes_over(&self, _key: &str) -> bool {
        false
    }
}

/// A repeating text element, tolerantly: the texts that could be read, and how many could not.
#[derive(Clone, Debug, Default)]
pub struct Texts<'a> {
    /// The texts.
    pub items: Vec<Cow<'a, str>>,
    /// How many items are no text.
    pub unreadable: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Texts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;
        fn unreadable<'a>() -> Texts<'a> {
            Texts { items: Vec::new(), unreadable: 1 }
        }
        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, unreadable(); visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Texts::default())
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Texts { items: vec![Cow::Owned(text.to_owned())], unreadable: 0 })
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                skip_object(&mut map)?;
                Ok(unreadable())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut texts = Texts::default();
                while let Some(item) = seq.next_element::<Text<'de>>()? {
                    match item {
                        Read::Value(text) => texts.items.push(text),
                        Read::Unreadable => texts.unreadable += 1,
                        Read::Absent => {}
                    }
                }
                Ok(texts)
            }
        }
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// Reads every element of the lens and nothing else.
pub struct ReadAll;

impl<L> Follow<'_, L> for ReadAll {}

/// What became of a key that a lens does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Not consumed: the lens skips the value.
    Declined,
    /// Consumed.
    Taken,
    /// Consumed, and nothing else of the object matters.
    SkipRest,
}

/// A number that tells the keys of a lens apart quickly: length, first, middle and last byte. Two keys may share one.
#[must_use]
pub const fn tag(key: &str) -> u32 {
    let bytes = key.as_bytes();
    let [.., last] = bytes else { return 0 };
    let (Some((first, _)), Some((middle, _))) = (bytes.split_first(), bytes.split_at(bytes.len() / 2).1.split_first())
    else {
        return 0;
    };
    u32::from_le_bytes([*first, *middle, *last, bytes.len().to_le_bytes()[0]])
}

/// An object key, borrowed where possible.
#[derive(Debug)]
pub struct Key<'de>(pub Cow<'de, str>);

impl Key<'_> {
    /// Whether this "object" is really a number: with `serde_json/arbitrary_precision`, which is on for the whole binary, a
    /// number arrives as a map with one magic key.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.0 == NUMBER_TOKEN
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The scalar visits that mean "not what it should be".
macro_rules! unreadable_scalars {
    ($lifetime:lifetime, $value:expr; $($visit:ident($type:ty)),*) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<Self::Value, E> { Ok($value) })*
    };
}

pub(super) use unreadable_scalars;

/// What is wrong with an object in which a key stands twice.
#[must_use]
pub fn twice<E: Error>(key: &str) -> E {
    E::custom(format_args!("duplicate key `{key}`"))
}

/// Skips the rest of an object.
///
/// # Errors
/// JSON syntax.
pub fn skip_object<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

/// Skips the rest of an array.
///
/// # Errors
/// JSON syntax.
pub fn skip_array<'de, A: SeqAccess<'de>>(seq: &mut A) -> Result<(), A::Error> {
    while seq.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

/// A lens object, tolerantly.
impl<'de, T: Lens<'de>> Deserialize<'de> for Read<Box<T>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Read::<Object<T>>::deserialize(deserializer)? {
            Read::Absent => Read::Absent,
            Read::Value(object) => Read::Value(Box::new(object.0)),
            Read::Unreadable => Read::Unreadable,
        })
    }
}

/// A lens object held in place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Lens<'de>> Deserialize<'de> for Read<Object<T>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Lens<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Read<Object<T>>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, Read::Unreadable; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Read::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                skip_array(&mut seq)?;
                Ok(Read::Unreadable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let first = map.next_key::<Key<'de>>()?;
                if first.as_ref().is_some_and(|key| key.0 == NUMBER_TOKEN) {
                    map.next_value::<IgnoredAny>()?;
                    return Ok(Read::Unreadable);
                }
                T::read_object(first, &mut map).map(|value| Read::Value(Object(value)))
            }
        }
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, Read::Unreadable; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64));
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Read::Value(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Read::Value(Cow::Owned(text.to_owned())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Read::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                skip_array(&mut seq)?;
                Ok(Read::Unreadable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                skip_object(&mut map)?;
                Ok(Read::Unreadable)
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

impl<'de> Deserialize<'de> for Read<bool> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BoolVisitor;
        impl<'de> Visitor<'de> for BoolVisitor {
            type Value = Read<bool>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, Read::Unreadable; visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(Read::Value(value))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Read::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                skip_array(&mut seq)?;
                Ok(Read::Unreadable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                skip_object(&mut map)?;
                Ok(Read::Unreadable)
            }
        }
        deserializer.deserialize_any(BoolVisitor)
    }
}

impl<'de, T: Lens<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ManyVisitor<T>(PhantomData<T>);
        impl<T> ManyVisitor<T> {
            fn nothing_readable() -> Many<T> {
                Many { items: Vec::new(), unreadable: 1 }
            }
        }
        impl<'de, T: Lens<'de>> Visitor<'de> for ManyVisitor<T> {
            type Value = Many<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, Self::nothing_readable(); visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Many::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut many = Many::default();
                while let Some(item) = seq.next_element::<Read<Object<T>>>()? {
                    match item {
                        Read::Value(Object(item)) => many.items.push(item),
                        Read::Unreadable => many.unreadable += 1,
                        Read::Absent => {}
                    }
                }
                Ok(many)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let first = map.next_key::<Key<'de>>()?;
                if first.as_ref().is_some_and(|key| key.0 == NUMBER_TOKEN) {
                    map.next_value::<IgnoredAny>()?;
                    return Ok(Self::nothing_readable());
                }
                Ok(Many { items: vec![T::read_object(first, &mut map)?], unreadable: 0 })
            }
        }
        deserializer.deserialize_any(ManyVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests;
