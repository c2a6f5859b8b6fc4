//! Reading the entries of a Bundle: each resource, or what stands in its place.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::collect::{Collect, Element, Origin, Passing, not_a_resource};
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
pub(super) struct EntriesSeed<'c, 'k> {
    /// Who receives the resources.
    pub(super) collect: &'c mut (dyn Collect + 'c),
    /// Where the first entry stands.
    pub(super) first: Origin<'k>,
}

impl<'de> DeserializeSeed<'de> for EntriesSeed<'_, '_> {
    type Value = Entries;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entries, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EntriesSeed<'_, '_> {
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
        let seed = EntrySeed { collect: self.collect, origin: self.first, entries: &mut entries };
        seed.visit_map(&mut map)?;
        Ok(entries)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Entries, A::Error> {
        let mut entries = Entries::default();
        let mut index = 0;
        while seq
            .next_element_seed(EntrySeed {
                collect: &mut *self.collect,
                origin: self.first.nth(index),
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
struct EntrySeed<'c, 'k, 'e> {
    collect: &'c mut (dyn Collect + 'c),
    origin: Origin<'k>,
    entries: &'e mut Entries,
}

impl<'de> DeserializeSeed<'de> for EntrySeed<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl EntrySeed<'_, '_, '_> {
    fn give_up(self) {
        self.entries.resources += 1;
        self.collect.unreadable(self.origin);
    }
}

impl<'de> Visitor<'de> for EntrySeed<'_, '_, '_> {
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
struct Entry<'de, 'c, 'k> {
    collect: &'c mut (dyn Collect + 'c),
    origin: Origin<'k>,
    kind: Option<Text<'de>>,
    remark: Remark,
    passing: Passing,
    only: Option<&'static [&'static str]>,
}

impl Entry<'_, '_, '_> {
    fn kind(&self) -> Option<&str> {
        self.kind.as_ref().and_then(Read::as_str)
    }

    /// Whether it is a Bundle among draft orders: some clients put those that belong together in one. What stands deeper
    /// still is not looked for, and said to be unreadable.
    fn is_inner_bundle(&self, kind: &str) -> bool {
        kind == "Bundle" && matches!(self.origin, Origin::Draft { .. })
    }
}

impl<'de> Follow<'de, Resource<'de>> for Entry<'de, '_, '_> {
    fn other<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<Offer, A::Error> {
        match name {
            "resourceType" => {
                if self.kind.is_some() {
                    return Err(A::Error::custom("duplicate key `resourceType`"));
                }
                let kind: Text<'de> = map.next_value()?;
                let is_unwanted = kind.as_str().is_some_and(|kind| {
                    kind != "OperationOutcome" && !self.is_inner_bundle(kind) && !self.collect.wants(self.origin, kind)
                });
                self.kind = Some(kind);
                if is_unwanted {
                    self.passing = Passing::Never;
                    return Ok(Offer::SkipRest);
                }
                Ok(Offer::Taken)
            }
            "issue" => {
                let issues: Many<Issue<'de>> = map.next_value()?;
                self.remark = Remark::of(&issues);
                Ok(Offer::Taken)
            }
            "entry" if self.kind().is_none_or(|kind| self.is_inner_bundle(kind)) => {
                let Origin::Draft { key, index, inner: None } = self.origin else { return Ok(Offer::Declined) };
                let first = Origin::Draft { key, index, inner: Some(0) };
                map.next_value_seed(EntriesSeed { collect: &mut *self.collect, first })?;
                Ok(Offer::Taken)
            }
            _ => Ok(Offer::Declined),
        }
    }

    fn takes<A: MapAccess<'de>>(
        &mut self,
        element: &str,
        resource: &mut Resource<'de>,
        map: &mut A,
    ) -> Result<Option<bool>, A::Error> {
        // Of a draft order everything is read: what it says decides whether there is a card.
        let is_draft = matches!(self.origin, Origin::Draft { .. });
        let (false, "code" | "medicationCodeableConcept", Some(kind)) = (is_draft, element, self.kind.as_ref()) else {
            return Ok(None);
        };
        let Some(kind) = kind.as_str() else { return Ok(None) };
        let text = map.next_value::<&'de RawValue>()?.get();
        let written = Element { resource_type: kind, element, text };
        self.passing = if let Some(passing) = self.collect.known(written) {
            passing
        } else {
            let concept = serde_json::from_str(text).map_err(A::Error::custom)?;
            let is_code = element == "code";
            *(if is_code { &mut resource.code } else { &mut resource.medication_codeable_concept }) = concept;
            self.collect.passing(written, resource)
        };
        Ok(Some(self.passing != Passing::Read))
    }

    fn skips(&mut self, element: &str) {
        if element == "component" && self.passing == Passing::Later {
            self.collect.passes_parts();
        }
    }

    fn passes_over(&self, element: &str) -> bool {
        self.only.is_some_and(|only| !only.contains(&element))
            || element == "category" && self.kind().is_some_and(|kind| !self.collect.reads(kind, element))
    }
}

/// Reads the resource of an entry.
pub(super) struct ResourceSeed<'c, 'k> {
    /// Who receives it.
    pub(super) collect: &'c mut (dyn Collect + 'c),
    /// Where it stands.
    pub(super) origin: Origin<'k>,
}

impl<'de> DeserializeSeed<'de> for ResourceSeed<'_, '_> {
    type Value = Outcome;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Outcome, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ResourceSeed<'_, '_> {
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
            only: self.collect.only(),
            collect: &mut *self.collect,
            origin: self.origin,
            kind: None,
            remark: Remark::Failed,
            passing: Passing::Read,
        };
        let mut resource = Resource::default();
        resource.read_into(first, &mut map, &mut follow)?;
        let Entry { kind, remark, passing, .. } = follow;
        let of_type = kind.as_ref().and_then(Read::as_str).is_some_and(|kind| self.origin.asks_for(kind));
        if passing != Passing::Read {
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

        fn passing(&mut self, written: Element<'_>, so_far: &Resource<'_>) -> Passing {
            assert_eq!((written.resource_type, written.element), ("Observation", "code"));
            let code = so_far.code.value().and_then(|code| code.0.coding.items.first()?.code.as_str());
            if code.is_some_and(|code| !code.starts_with('R')) { Passing::Never } else { Passing::Read }
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
