//! Reading a CDS Hooks request in one pass: the envelope for the schema check, every resource straight into the chart.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::builder::ChartBuilder;
use crate::collect::Collect;
use crate::lens::{Key, twice};
use crate::prefetch::{Delivered, Delivery, DraftsSeed, ValueSeed};
use cellwise_record::{Gap, Source};

/// The request without its data: what the schema checks.
pub struct Envelope<'de> {
    /// The small members as they are, `prefetch` reduced to the shape of each value.
    pub skeleton: Map<String, Value>,
    /// The context, as it is written.
    pub context: Option<&'de RawValue>,
}

/// What a prefetch key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A kind of data that was asked for.
    Data(Source),
    /// Drugs that draft orders refer to. What does not come so is fetched.
    Drugs,
    /// Nothing that was asked for.
    Nothing,
}

/// Who asked for the data of a request.
pub trait Queries {
    /// What a prefetch key holds.
    fn holds(&self, key: &str) -> Holds;
    /// Is told what came of a prefetch key, and what is wrong with single entries of it.
    fn prefetched(&mut self, key: &str, delivered: &Delivered, gaps: &[Gap]);
}

/// Reads a request: its resources into a chart, what came of each key to who asked.
///
/// # Errors
/// When it is not JSON, or says something twice.
pub fn read<'de>(
    text: &'de str,
    collect: &mut dyn Collect,
    queries: &mut dyn Queries,
) -> Result<Envelope<'de>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let envelope = EnvelopeSeed { collect, queries }.deserialize(&mut json)?;
    json.end().map(|()| envelope)
}

/// Reads the draft orders or appointments of a context.
///
/// # Errors
/// As for [`read`].
pub fn read_context(context: &RawValue, builder: &mut ChartBuilder<'_>) -> Result<(), serde_json::Error> {
    ContextSeed { builder }.deserialize(&mut serde_json::Deserializer::from_str(context.get()))
}

/// Reads the top level.
struct EnvelopeSeed<'c> {
    collect: &'c mut (dyn Collect + 'c),
    queries: &'c mut (dyn Queries + 'c),
}

impl<'de> DeserializeSeed<'de> for EnvelopeSeed<'_> {
    type Value = Envelope<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Envelope<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EnvelopeSeed<'_> {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CDS Hooks request")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let mut skeleton = Map::new();
        let mut context = None;
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let known = matches!(
                &*key,
                "hook" | "hookInstance" | "fhirServer" | "fhirAuthorization" | "context" | "prefetch" | "extension"
            );
            if !known {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if skeleton.contains_key(&*key) {
                return Err(twice(&key));
            }
            let value = match &*key {
                "context" => {
                    let raw: &'de RawValue = map.next_value()?;
                    context = Some(raw);
                    serde_json::from_str(raw.get()).map_err(A::Error::custom)?
                }
                "prefetch" => {
                    if let Some(hook) = skeleton.get("hook").and_then(Value::as_str) {
                        self.collect.called_on(hook);
                    }
                    map.next_value_seed(PrefetchSeed { collect: &mut *self.collect, queries: &mut *self.queries })?
                }
                _ => map.next_value()?,
            };
            skeleton.insert(key.into_owned(), value);
        }
        Ok(Envelope { skeleton, context })
    }
}

/// Reads `prefetch`; yields the shape of each value for the schema.
struct PrefetchSeed<'c> {
    collect: &'c mut (dyn Collect + 'c),
    queries: &'c mut (dyn Queries + 'c),
}

impl<'de> DeserializeSeed<'de> for PrefetchSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PrefetchSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of prefetched data")
    }

    /// `null` for the whole of prefetch: nothing was sent.
    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(Value::Object(Map::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut shapes = Map::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let source = match self.queries.holds(&key) {
                Holds::Data(source) => source,
                Holds::Drugs => {
                    map.next_value_seed(ValueSeed { collect: &mut *self.collect, key: &key })?;
                    continue;
                }
                Holds::Nothing => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if shapes.contains_key(&*key) {
                return Err(twice(&key));
            }
            let delivered = map.next_value_seed(ValueSeed { collect: &mut *self.collect, key: &key })?;
            let shape = match delivered.delivery {
                Delivery::None => Value::Null,
                // Whatever it was, the schema says what should have been there.
                Delivery::NotAnObject => Value::Array(Vec::new()),
                Delivery::Data | Delivery::Failed | Delivery::Incomplete | Delivery::Unreadable => {
                    Value::Object(Map::new())
                }
            };
            let gaps = self.collect.take_gaps(source);
            self.queries.prefetched(&key, &delivered, &gaps);
            shapes.insert(key.into_owned(), shape);
        }
        Ok(Value::Object(shapes))
    }
}

/// Reads the draft orders or appointments of `context`.
struct ContextSeed<'b, 't> {
    builder: &'b mut ChartBuilder<'t>,
}

impl<'de> DeserializeSeed<'de> for ContextSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ContextSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the context of the hook")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if !seen.insert(key.clone()) {
                return Err(twice(&key));
            }
            if matches!(&*key, "draftOrders" | "appointments") {
                map.next_value_seed(DraftsSeed { collect: &mut *self.builder, key: &key })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
