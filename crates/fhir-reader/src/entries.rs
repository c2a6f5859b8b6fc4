//! Reading the entries of a Bundle: each resource, or what stands in its place.

mod resource;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::collect::{Collect, Origin, not_a_resource};
use crate::lens;
use crate::lens::{Key, Object, Read, Text, skip_array, twice};
use crate::remark::Remark;
pub(crate) use resource::{Outcome, ResourceSeed, read};

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
                        return Err(twice("resource"));
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
