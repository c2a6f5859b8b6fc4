//! A JSON number, exactly as it was written; a string that holds one is a number, too.

use std::fmt;

use cellwise_record::facts::quantity::plain_number;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Key, NUMBER_TOKEN, Read, skip_array, skip_object, unreadable_scalars};

/// A number as the exact text it was written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub Box<str>);

impl Number {
    /// A number that was sent as a string: as JSON writes numbers, or with a decimal comma.
    fn written(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_json = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'));
        let number = if is_json { text.parse::<f64>().ok()? } else { plain_number(text)? };
        number.is_finite().then(|| Self(if is_json { text.into() } else { number.to_string().into() }))
    }
}

impl<'de> Deserialize<'de> for Read<Number> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Read<Number>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            unreadable_scalars!('de, Read::Unreadable; visit_bool(bool));
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Number::written(text).map_or(Read::Unreadable, Read::Value))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(Read::Value(Number(value.to_string().into())))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(Read::Value(Number(value.to_string().into())))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(Read::Value(Number(value.to_string().into())))
            }
            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Read::Absent)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                skip_array(&mut seq)?;
                Ok(Read::Unreadable)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let Some(first) = map.next_key::<Key<'de>>()? else { return Ok(Read::Unreadable) };
                if first.0 == NUMBER_TOKEN {
                    let Key(text) = map.next_value::<Key<'de>>()?;
                    return Ok(Read::Value(Number(text.as_ref().into())));
                }
                map.next_value::<IgnoredAny>()?;
                skip_object(&mut map)?;
                Ok(Read::Unreadable)
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}
