//! Reading the entries of a Bundle: each resource, or what stands in its place.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::collect::{Collect, Origin, not_a_resource};
use crate::lens;
use crate::lens::{Follow, Key, Lens as _, Many, Object, Offer, Read, Text, skip_array};
use crate::remark::{Issue, Remark};
use crate::resource::Resource;

/// What the entries of a Bundle came to.
#[derive(Default)]
pub(super) struct Entries {
    /// How many hold a resource, or something that should be one.
    pub(super) resources: usize,
    /// Whether one of them is of the type that was asked for.
    pub(super) of_type: bool,
    /// What the server says of the search.
    pub(super) remark: Remark,
    /// Whether the element is no array of entries at all.
    pub(super) unreadable: bool,
}

lens! {
    /// `Bundle.entry.search`.
    struct Search<'a> {
        mode: Text<'a> = "mode",
    }
}

/// Reads the entries of a Bundle.
pub(super) struct EntriesSeed<'c, C, P> {
    /// Who receives the resources.
    pub(super) collect: &'c mut C,
    /// Where the entry at a position stands.
    pub(super) place: P,
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
            .next_element_seed(EntrySeed {
                collect: &mut *self.collect,
                origin: (self.place)(index),
                entries: &mut entries,
            })?
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
        let mut full_url: Text<'de> = Read::Absent;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match &*key.0 {
                "resource" => {
                    if outcome.is_some() {
                        return Err(A::Error::custom("duplicate key `resource`"));
                    }
                    outcome =
                        Some(map.next_value_seed(ResourceSeed { collect: &mut *self.collect, origin: self.origin })?);
                }
                "fullUrl" => full_url = map.next_value()?,
                "search" => {
                    let search: Read<Object<Search<'de>>> = map.next_value()?;
                    comment = search.value().is_some_and(|search| search.0.mode.as_str() == Some("outcome"));
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        self.collect.entry_ends(full_url.as_str());
        match outcome {
            Some(Outcome::Resource { of_type }) => {
                self.entries.resources += 1;
                self.entries.of_type |= of_type;
            }
            Some(Outcome::Remark(remark)) => self.entries.remark = self.entries.remark.max(remark),
            None if comment => {}
            Some(Outcome::Unreadable) | None => self.give_up(),
        }
        Ok(())
    }
}

/// What stood in `entry.resource`.
pub(super) enum Outcome {
    Resource {
        of_type: bool,
    },
    /// An `OperationOutcome`.
    Remark(Remark),
    Unreadable,
}

/// Follows the reading of the resource of an entry.
struct Entry<'de, 'c, 'k, C> {
    collect: &'c mut C,
    origin: Origin<'k>,
    kind: Option<Text<'de>>,
    remark: Remark,
    irrelevant: bool,
}

impl<C> Entry<'_, '_, '_, C> {
    fn kind(&self) -> Option<&str> {
        self.kind.as_ref().and_then(Read::as_str)
    }

    /// Whether it is a Bundle among draft orders: some clients put those that belong together in one. What stands deeper
    /// still is not looked for, and said to be unreadable.
    fn is_inner_bundle(&self, kind: &str) -> bool {
        kind == "Bundle" && matches!(self.origin, Origin::Draft { .. })
    }
}

impl<'de, C: Collect> Follow<'de, Resource<'de>> for Entry<'de, '_, '_, C> {
    fn other<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<Offer, A::Error> {
        match name {
            "resourceType" => {
                if self.kind.is_some() {
                    return Err(A::Error::custom("duplicate key `resourceType`"));
                }
                let kind: Text<'de> = map.next_value()?;
                self.irrelevant |= kind.as_str().is_some_and(|kind| {
                    kind != "OperationOutcome" && !self.is_inner_bundle(kind) && !self.collect.wants(self.origin, kind)
                });
                self.kind = Some(kind);
                Ok(if self.irrelevant { Offer::SkipRest } else { Offer::Taken })
            }
            "issue" => {
                let issues: Many<Issue<'de>> = map.next_value()?;
                self.remark = Remark::of(&issues);
                Ok(Offer::Taken)
            }
            "entry" if self.kind().is_none_or(|kind| self.is_inner_bundle(kind)) => {
                let Origin::Draft { key, index, inner: None } = self.origin else { return Ok(Offer::Declined) };
                let place = |inner| Origin::Draft { key, index, inner: Some(inner) };
                map.next_value_seed(EntriesSeed { collect: &mut *self.collect, place })?;
                Ok(Offer::Taken)
            }
            _ => Ok(Offer::Declined),
        }
    }

    fn passes_over(&self, element: &str) -> bool {
        element == "category" && self.kind().is_some_and(|kind| !self.collect.reads(kind, element))
    }

    fn has_enough(&mut self, element: &str, so_far: &Resource<'de>) -> bool {
        // Of a draft order everything is read: what it says decides whether there is a card.
        let is_draft = matches!(self.origin, Origin::Draft { .. });
        if !is_draft && matches!(element, "code" | "medicationCodeableConcept") {
            self.irrelevant = self.kind().is_some_and(|kind| self.collect.is_irrelevant(kind, element, so_far));
        }
        self.irrelevant
    }
}

/// Reads the resource of an entry.
pub(super) struct ResourceSeed<'c, 'k, C> {
    /// Who receives it.
    pub(super) collect: &'c mut C,
    /// Where it stands.
    pub(super) origin: Origin<'k>,
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
        let mut follow = Entry {
            collect: &mut *self.collect,
            origin: self.origin,
            kind: None,
            remark: Remark::Failed,
            irrelevant: false,
        };
        let mut resource = Resource::default();
        resource.read_into(first, &mut map, &mut follow)?;
        let Entry { kind, remark, irrelevant, .. } = follow;
        let of_type = kind.as_ref().and_then(Read::as_str).is_some_and(|kind| self.origin.asks_for(kind));
        if irrelevant {
            return Ok(Outcome::Resource { of_type });
        }
        Ok(match kind.as_ref().and_then(Read::as_str) {
            Some("OperationOutcome") => Outcome::Remark(remark),
            Some("Bundle") if matches!(self.origin, Origin::Draft { inner: None, .. }) => Outcome::Resource { of_type },
            Some("Bundle") if matches!(self.origin, Origin::Draft { .. }) => Outcome::Unreadable,
            Some(kind) if !kind.is_empty() => {
                self.collect.resource(self.origin, Some(kind), &resource);
                Outcome::Resource { of_type }
            }
            _ => Outcome::Unreadable,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefetch::{Delivery, ValueSeed};

    /// Wants observations, and only those with a code that starts with `R`.
    #[derive(Default)]
    struct Clerk {
        taken: Vec<String>,
        unreadable: usize,
    }

    impl Collect for Clerk {
        fn wants(&self, _: Origin<'_>, resource_type: &str) -> bool {
            resource_type == "Observation"
        }

        fn is_irrelevant(&self, resource_type: &str, element: &str, so_far: &Resource<'_>) -> bool {
            assert_eq!((resource_type, element), ("Observation", "code"));
            let code = so_far.code.value().and_then(|code| code.0.coding.items.first()?.code.as_str());
            code.is_some_and(|code| !code.starts_with('R'))
        }

        fn resource(&mut self, _: Origin<'_>, _: Option<&str>, resource: &Resource<'_>) {
            let read = (resource.id.as_str().unwrap_or_default(), resource.status.as_str().unwrap_or_default());
            self.taken.push(format!("{} {}", read.0, read.1));
        }

        fn unreadable(&mut self, _: Origin<'_>) {
            self.unreadable += 1;
        }
    }

    fn read(resource: &str) -> Result<(Delivery, Clerk), serde_json::Error> {
        let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{resource}}}]}}"#);
        let mut clerk = Clerk::default();
        let seed = ValueSeed { collect: &mut clerk, key: "observations" };
        let delivered = seed.deserialize(&mut serde_json::Deserializer::from_str(&bundle))?;
        Ok((delivered.delivery, clerk))
    }

    #[test]
    fn what_can_not_matter_is_passed_over_and_counts_as_delivered() {
        for (resource, taken) in [
            (
                r#"{"resourceType":"Observation","code":{"coding":[{"code":"R1"}]},"id":"a","status":"final"}"#,
                Some("a final"),
            ),
            (r#"{"resourceType":"Observation","code":{"coding":[{"code":"x1"}]},"id":"a","status":"final"}"#, None),
            (r#"{"resourceType":"Observation","id":"a","code":7,"status":"final"}"#, Some("a final")),
            // A type that is named last can't be asked about before; whoever collects decides.
            (
                r#"{"code":{"coding":[{"code":"x1"}]},"id":"a","status":"final","resourceType":"Observation"}"#,
                Some("a final"),
            ),
        ] {
            let (delivery, clerk) = read(resource).unwrap();
            assert_eq!(delivery, Delivery::Data, "{resource}");
            assert_eq!(clerk.taken.first().map(String::as_str), taken, "{resource}");
            assert_eq!(clerk.unreadable, 0, "{resource}");
        }
    }

    #[test]
    fn a_repeated_key_is_noticed_in_what_is_passed_over() {
        for repeated in [r#""code":{"coding":[{"code":"R1"}]}"#, r#""resourceType":"Observation""#, r#""id":"b""#] {
            let resource = format!(
                r#"{{"resourceType":"Observation","id":"a","code":{{"coding":[{{"code":"x1"}}]}},{repeated}}}"#
            );
            let error = read(&resource).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("duplicate key"), "{repeated}: {error}");
        }
    }
}
