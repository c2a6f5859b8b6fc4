//! Reading prefetch and Bundles in one pass, handing over each resource as soon as it is read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::fhir::lens::{Key, Lens as _, Many, Offer, Read, Text, skip_array};
use crate::fhir::resource::{Concept, Resource};
use crate::lens;

/// Where a resource stood in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// The whole value of a prefetch key.
    Value {
        /// The prefetch key.
        key: &'a str,
    },
    /// An entry of a prefetched Bundle.
    Entry {
        /// The prefetch key.
        key: &'a str,
        /// Position in the Bundle.
        index: usize,
    },
    /// An entry of `context.draftOrders`.
    Draft {
        /// Position in the Bundle.
        index: usize,
    },
}

impl fmt::Display for Origin<'_> {
    /// The JSON pointer of the resource.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { key } => write!(f, "/prefetch/{key}"),
            Self::Entry { key, index } => write!(f, "/prefetch/{key}/entry/{index}/resource"),
            Self::Draft { index } => write!(f, "/context/draftOrders/entry/{index}/resource"),
        }
    }
}

/// What a prefetch key held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// `null`, or an empty search result: asked, and nothing there.
    None,
    /// A resource, or a Bundle with resources.
    Data,
    /// An OperationOutcome instead of data.
    Failed,
    /// A Bundle with a next page: there is more than was sent.
    Incomplete,
    /// An object that is none of these.
    Unreadable,
    /// No object at all: a text, a number, an array. The request is not valid.
    NotAnObject,
}

/// Who receives what is read.
pub trait Collect {
    /// Whether resources of this type are wanted at all; others are skipped undecoded.
    fn wants(&self, resource_type: &str) -> bool;
    /// Receives a resource. `resource_type` is `None` when the resource does not say.
    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>);
    /// Is told that something that should be a resource is none.
    fn unreadable(&mut self, origin: Origin<'_>);
}

lens! {
    /// `Bundle.link`.
    struct Link<'a> {
        relation: Text<'a> = "relation",
    }
}

lens! {
    /// `OperationOutcome.issue`.
    struct Issue<'a> {
        severity: Text<'a> = "severity",
    }
}

lens! {
    /// `Bundle.entry.search`.
    struct Search<'a> {
        mode: Text<'a> = "mode",
    }
}

/// Reads the value of one prefetch key.
pub struct ValueSeed<'c, 'k, C> {
    /// Who receives the resources.
    pub collect: &'c mut C,
    /// The prefetch key.
    pub key: &'k str,
}

/// What stands beside the elements of a resource in a Bundle or an OperationOutcome.
#[derive(Default)]
struct Envelope {
    resource_type: Option<String>,
    next_page: bool,
    error: bool,
    entries: Option<Entries>,
}

/// What the entries of a Bundle came to.
#[derive(Default)]
struct Entries {
    resources: usize,
    outcomes: usize,
    failed: bool,
    unreadable: bool,
}

impl<'de, C: Collect> DeserializeSeed<'de> for ValueSeed<'_, '_, C> {
    type Value = Delivery;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Delivery, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! not_a_resource {
    ($value:expr; $($visit:ident($type:ty)),*) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<Self::Value, E> { Ok($value) })*
    };
}

impl<'de, C: Collect> Visitor<'de> for ValueSeed<'_, '_, C> {
    type Value = Delivery;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource, a Bundle or null")
    }

    not_a_resource!(Delivery::NotAnObject; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: Error>(self) -> Result<Delivery, E> {
        Ok(Delivery::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Delivery, A::Error> {
        skip_array(&mut seq)?;
        Ok(Delivery::NotAnObject)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Delivery, A::Error> {
        let Self { collect, key } = self;
        let first = map.next_key::<Key<'de>>()?;
        if first.as_ref().is_some_and(Key::is_number) {
            map.next_value::<IgnoredAny>()?;
            return Ok(Delivery::NotAnObject);
        }
        let mut envelope = Envelope::default();
        let resource = Resource::read_with(first, &mut map, |name, map: &mut A| match name {
            "resourceType" => {
                if envelope.resource_type.is_some() {
                    return Err(A::Error::custom("duplicate key `resourceType`"));
                }
                let kind: Text<'de> = map.next_value()?;
                envelope.resource_type = Some(kind.as_str().unwrap_or_default().to_owned());
                Ok(Offer::Taken)
            }
            "entry" => {
                if envelope.entries.is_some() {
                    return Err(A::Error::custom("duplicate key `entry`"));
                }
                let place = |index| Origin::Entry { key, index };
                envelope.entries = Some(map.next_value_seed(EntriesSeed { collect: &mut *collect, place })?);
                Ok(Offer::Taken)
            }
            "link" => {
                let links: Many<Link<'de>> = map.next_value()?;
                envelope.next_page = links.items.iter().any(|link| link.relation.as_str() == Some("next"));
                Ok(Offer::Taken)
            }
            "issue" => {
                let issues: Many<Issue<'de>> = map.next_value()?;
                envelope.error = issues.is_error();
                Ok(Offer::Taken)
            }
            _ => Ok(Offer::Declined),
        })?;
        Ok(match envelope.resource_type.as_deref() {
            Some("Bundle") => {
                let entries = envelope.entries.unwrap_or_default();
                if entries.unreadable {
                    Delivery::Unreadable
                } else if entries.failed {
                    Delivery::Failed
                } else if envelope.next_page {
                    Delivery::Incomplete
                } else if entries.resources == 0 {
                    Delivery::None
                } else {
                    Delivery::Data
                }
            }
            // An OperationOutcome in place of the data means the search failed, whatever its severity: nobody says that
            // there is nothing. Only inside a Bundle is it a comment on a search that worked.
            Some("OperationOutcome") => Delivery::Failed,
            None | Some("") => Delivery::Unreadable,
            Some(kind) => {
                collect.resource(Origin::Value { key }, Some(kind), &resource);
                Delivery::Data
            }
        })
    }
}

impl Many<Issue<'_>> {
    /// Whether an issue says that something went wrong; an issue without a severity counts as one.
    fn is_error(&self) -> bool {
        self.unreadable > 0
            || self.items.is_empty()
            || self.items.iter().any(|issue| !matches!(issue.severity.as_str(), Some("information" | "warning" | "success")))
    }
}

/// Reads the entries of a Bundle.
struct EntriesSeed<'c, C, P> {
    collect: &'c mut C,
    place: P,
}

impl<'de, 'k, C: Collect, P: Fn(usize) -> Origin<'k>> DeserializeSeed<'de> for EntriesSeed<'_, C, P> {
    type Value = Entries;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entries, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'k, C: Collect, P: Fn(usize) -> Origin<'k>> Visitor<'de> for EntriesSeed<'_, C, P> {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of entries")
    }

    not_a_resource!(Entries { unreadable: true, ..Entries::default() }; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: Error>(self) -> Result<Entries, E> {
        Ok(Entries::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        // A lone entry, not in an array: read as one.
        let mut entries = Entries::default();
        let seed = EntrySeed { collect: self.collect, origin: (self.place)(0), entries: &mut entries };
        seed.visit_map(&mut map)?;
        Ok(entries)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entries, A::Error> {
        let mut entries = Entries::default();
        let mut index = 0;
        while seq
            .next_element_seed(EntrySeed { collect: &mut *self.collect, origin: (self.place)(index), entries: &mut entries })?
            .is_some()
        {
            index += 1;
        }
        Ok(entries)
    }
}

/// Reads one entry.
struct EntrySeed<'c, 'k, 'e, C> {
    collect: &'c mut C,
    origin: Origin<'k>,
    entries: &'e mut Entries,
}

impl<'de, C: Collect> DeserializeSeed<'de> for EntrySeed<'_, '_, '_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<C: Collect> EntrySeed<'_, '_, '_, C> {
    fn give_up(self) {
        self.entries.resources += 1;
        self.collect.unreadable(self.origin);
    }
}

impl<'de, C: Collect> Visitor<'de> for EntrySeed<'_, '_, '_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.give_up();
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        skip_array(&mut seq)?;
        self.give_up();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut outcome: Option<Outcome> = None;
        let mut comment = false;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                "resource" => {
                    if outcome.is_some() {
                        return Err(A::Error::custom("duplicate key `resource`"));
                    }
                    outcome = Some(map.next_value_seed(ResourceSeed { collect: &mut *self.collect, origin: self.origin })?);
                }
                "search" => {
                    let search: Read<Box<Search<'de>>> = map.next_value()?;
                    comment = search.value().is_some_and(|search| search.mode.as_str() == Some("outcome"));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match outcome {
            Some(Outcome::Resource) => self.entries.resources += 1,
            Some(Outcome::OperationOutcome { error }) => {
                self.entries.outcomes += 1;
                self.entries.failed |= error;
            }
            Some(Outcome::Unreadable) => self.give_up(),
            None if comment => {}
            None => self.give_up(),
        }
        Ok(())
    }
}

/// What stood in `entry.resource`.
enum Outcome {
    Resource,
    OperationOutcome { error: bool },
    Unreadable,
}

/// Reads the resource of an entry.
struct ResourceSeed<'c, 'k, C> {
    collect: &'c mut C,
    origin: Origin<'k>,
}

impl<'de, C: Collect> DeserializeSeed<'de> for ResourceSeed<'_, '_, C> {
    type Value = Outcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outcome, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, C: Collect> Visitor<'de> for ResourceSeed<'_, '_, C> {
    type Value = Outcome;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource")
    }

    not_a_resource!(Outcome::Unreadable; visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: Error>(self) -> Result<Outcome, E> {
        Ok(Outcome::Unreadable)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Outcome, A::Error> {
        skip_array(&mut seq)?;
        Ok(Outcome::Unreadable)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outcome, A::Error> {
        let first = map.next_key::<Key<'de>>()?;
        if first.as_ref().is_some_and(Key::is_number) {
            map.next_value::<IgnoredAny>()?;
            return Ok(Outcome::Unreadable);
        }
        let mut kind: Option<Text<'de>> = None;
        let mut error = true;
        let mut skipped = false;
        let resource = Resource::read_with(first, &mut map, |name, map: &mut A| match name {
            "resourceType" => {
                if kind.is_some() {
                    return Err(A::Error::custom("duplicate key `resourceType`"));
                }
                let text: Text<'de> = map.next_value()?;
                skipped = text.as_str().is_some_and(|kind| kind != "OperationOutcome" && !self.collect.wants(kind));
                kind = Some(text);
                Ok(if skipped { Offer::SkipRest } else { Offer::Taken })
            }
            "issue" => {
                let issues: Many<Issue<'de>> = map.next_value()?;
                error = issues.is_error();
                Ok(Offer::Taken)
            }
            _ => Ok(Offer::Declined),
        })?;
        if skipped {
            return Ok(Outcome::Resource);
        }
        Ok(match kind.as_ref().and_then(Read::as_str) {
            Some("OperationOutcome") => Outcome::OperationOutcome { error },
            Some(kind) if !kind.is_empty() => {
                self.collect.resource(self.origin, Some(kind), &resource);
                Outcome::Resource
            }
            _ => Outcome::Unreadable,
        })
    }
}

/// Reads the Bundle of `context.draftOrders`.
pub struct DraftsSeed<'c, C> {
    /// Who receives the orders.
    pub collect: &'c mut C,
}

impl<'de, C: Collect> DeserializeSeed<'de> for DraftsSeed<'_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, C: Collect> Visitor<'de> for DraftsSeed<'_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bundle of draft orders")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = false;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.0 == "entry" {
                if seen {
                    return Err(A::Error::custom("duplicate key `entry`"));
                }
                seen = true;
                let place = |index| Origin::Draft { index };
                map.next_value_seed(EntriesSeed { collect: &mut *self.collect, place })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The drug of a medication resource, in whatever spelling: its concept, or the reference to a Medication.
#[must_use]
pub fn medication<'r, 'a>(resource: &'r Resource<'a>) -> (Option<&'r Concept<'a>>, Option<&'r crate::fhir::resource::Reference<'a>>, bool) {
    let unreadable = resource.medication_codeable_concept.is_unreadable()
        || resource.medication_reference.is_unreadable()
        || resource.medication.is_unreadable();
    if let Some(concept) = resource.medication_codeable_concept.value() {
        return (Some(&concept.0), None, unreadable);
    }
    if let Some(reference) = resource.medication_reference.value() {
        return (None, Some(&reference.0), unreadable);
    }
    if let Some(both) = resource.medication.value() {
        return (both.0.concept.value().map(|concept| &**concept), both.0.reference.value().map(|reference| &**reference), unreadable);
    }
    (None, None, unreadable)
}
