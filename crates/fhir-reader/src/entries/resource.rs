//! Reading the resource of an entry. Of most, what it is tells that it need not be read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::EntriesSeed;
use crate::ahead::{self, Ahead, Whole};
use crate::collect::{Collect, Element, Origin, Passing, not_a_resource};
use crate::lens::{Follow, Key, Lens as _, Many, Object, Offer, Read, Text, skip_array, skip_object, twice};
use crate::remark::{Issue, Remark};
use crate::resource::{Concept, Resource};

/// What stood in `entry.resource`.
pub(crate) enum Outcome {
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
    only: Option<&'static [&'static str]>,
}

impl<'de> Entry<'de, '_, '_> {
    fn kind(&self) -> Option<&str> {
        self.kind.as_ref().and_then(Read::as_str)
    }

    fn is_draft(&self) -> bool {
        matches!(self.origin, Origin::Draft { .. })
    }

    /// Whether it is a Bundle among draft orders: some clients put those that belong together in one. What stands deeper
    /// still is not looked for, and said to be unreadable.
    fn is_inner_bundle(&self, kind: &str) -> bool {
        kind == "Bundle" && self.is_draft()
    }

    /// Notes of which type it is, and whether anybody wants it.
    fn is_wanted(&mut self, kind: Text<'de>) -> bool {
        let is_wanted = kind.as_str().is_none_or(|kind| {
            kind == "OperationOutcome" || self.is_inner_bundle(kind) || self.collect.wants(self.origin, kind)
        });
        self.kind = Some(kind);
        is_wanted
    }

    /// Reads on until it is known whether the resource matters: its type, and the element that tells what it is. Yields what was passed,
    /// and the next key; nothing where the whole was passed over.
    fn look_ahead<A: MapAccess<'de>>(
        &mut self,
        mut ahead: Ahead<'de>,
        mut next: Option<Key<'de>>,
        map: &mut A,
    ) -> Result<Option<(Ahead<'de>, Option<Key<'de>>)>, A::Error> {
        // Of a draft order everything is read: what it says decides whether there is a card.
        while !self.is_draft() {
            if let Some(kind) = self.kind() {
                // Where no element tells what it is, there is nothing to wait for.
                let Some(element) = what_tells(kind) else { break };
                if let Some(text) = ahead.text_of(element) {
                    let passing = self.passing(element, text)?;
                    if passing == Passing::Read {
                        break;
                    }
                    self.pass_over(passing, ahead, next, map)?;
                    return Ok(None);
                }
            }
            let Some(key) = next else { break };
            if key.0 != "resourceType" {
                ahead.pass(key, map)?;
            } else if self.other(&key.0, map)? == Offer::SkipRest {
                skip_object(map)?;
                return Ok(None);
            }
            next = map.next_key()?;
        }
        Ok(Some((ahead, next)))
    }

    /// What becomes of it by the element that tells what it is.
    fn passing<E: Error>(&mut self, element: &'static str, text: &'de str) -> Result<Passing, E> {
        let Some(resource_type) = self.kind.as_ref().and_then(Read::as_str) else { return Ok(Passing::Read) };
        let written = Element { resource_type, element, text };
        if let Some(passing) = self.collect.known(written) {
            return Ok(passing);
        }
        let concept: Read<Object<Concept<'de>>> = ahead::read(PhantomData, text)?;
        Ok(self.collect.passing(written, &concept))
    }

    /// Passes over the rest of a resource. A key that stands twice is noticed all the same.
    fn pass_over<A: MapAccess<'de>>(
        &mut self,
        passing: Passing,
        mut ahead: Ahead<'de>,
        mut next: Option<Key<'de>>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let parts = "component";
        let mut has_parts = ahead.text_of(parts).is_some();
        while let Some(Key(key)) = next {
            if key == "resourceType" {
                return Err(twice(&key));
            }
            ahead.note(&key)?;
            has_parts |= key == parts;
            map.next_value::<IgnoredAny>()?;
            next = map.next_key()?;
        }
        if has_parts && passing == Passing::Later {
            self.collect.passes_parts();
        }
        Ok(())
    }
}

/// The element that tells what a resource of this type is, where there is one.
fn what_tells(resource_type: &str) -> Option<&'static str> {
    match resource_type {
        "MedicationAdministration" | "MedicationRequest" | "MedicationStatement" => Some("medicationCodeableConcept"),
        "Appointment" | "Bundle" | "Consent" | "Encounter" | "OperationOutcome" | "Patient" | "ResearchSubject" => None,
        _ => Some("code"),
    }
}

impl<'de> Follow<'de, Resource<'de>> for Entry<'de, '_, '_> {
    fn other<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<Offer, A::Error> {
        match name {
            "resourceType" => {
                if self.kind.is_some() {
                    return Err(twice(name));
                }
                let kind = map.next_value()?;
                Ok(if self.is_wanted(kind) { Offer::Taken } else { Offer::SkipRest })
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

    fn passes_over(&self, element: &str) -> bool {
        self.only.is_some_and(|only| !only.contains(&element))
            || element == "category" && self.kind().is_some_and(|kind| !self.collect.reads(kind, element))
    }
}

/// Reads the resource of an entry.
pub(crate) struct ResourceSeed<'c, 'k> {
    /// Who receives it.
    pub(crate) collect: &'c mut (dyn Collect + 'c),
    /// Where it stands.
    pub(crate) origin: Origin<'k>,
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
        read(self.collect, self.origin, None, (Ahead::default(), first), &mut map)
    }
}

/// Reads a resource of which the type may be known, some elements were passed, and a key is taken.
///
/// # Errors
/// JSON syntax, or a key that stands twice.
pub(crate) fn read<'de, A: MapAccess<'de>>(
    collect: &mut dyn Collect,
    origin: Origin<'_>,
    kind: Option<Text<'de>>,
    (ahead, next): (Ahead<'de>, Option<Key<'de>>),
    map: &mut A,
) -> Result<Outcome, A::Error> {
    let mut entry = Entry { only: collect.only(), collect, origin, kind: None, remark: Remark::Failed };
    let of_type = |entry: &Entry<'_, '_, '_>| entry.kind().is_some_and(|kind| origin.asks_for(kind));
    if kind.is_some_and(|kind| !entry.is_wanted(kind)) {
        if next.is_some() {
            map.next_value::<IgnoredAny>()?;
            skip_object(map)?;
        }
        return Ok(Outcome::Resource { of_type: of_type(&entry) });
    }
    let Some((ahead, next)) = entry.look_ahead(ahead, next, map)? else {
        return Ok(Outcome::Resource { of_type: of_type(&entry) });
    };
    let mut resource = Resource::default();
    let mut whole = Whole::new(ahead, map);
    resource.read_into(whole.first(next)?, &mut whole, &mut entry)?;
    let of_type = of_type(&entry);
    Ok(match entry.kind.as_ref().and_then(Read::as_str) {
        Some("OperationOutcome") => Outcome::Remark(entry.remark),
        Some("Bundle") if matches!(origin, Origin::Draft { inner: None, .. }) => Outcome::Resource { of_type },
        Some("Bundle") if matches!(origin, Origin::Draft { .. }) => Outcome::Unreadable,
        Some(kind) if !kind.is_empty() => {
            entry.collect.resource(origin, Some(kind), &resource);
            Outcome::Resource { of_type }
        }
        _ => Outcome::Unreadable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefetch::{Delivery, ValueSeed};

    /// Wants observations: those with a code that starts with `R`, and later those with one that starts with `L`.
    #[derive(Default)]
    struct Clerk {
        taken: Vec<String>,
        parts: usize,
        ended: usize,
        unreadable: usize,
    }

    impl Collect for Clerk {
        fn wants(&self, _: Origin<'_>, resource_type: &str) -> bool {
            resource_type == "Observation"
        }

        fn passing(&mut self, written: Element<'_>, concept: &Read<Object<Concept<'_>>>) -> Passing {
            assert_eq!((written.resource_type, written.element), ("Observation", "code"));
            let code = concept.value().and_then(|code| code.0.coding.items.first()?.code.as_str());
            match code.and_then(|code| code.chars().next()) {
                None | Some('R') => Passing::Read,
                Some('L') => Passing::Later,
                Some(_) => Passing::Never,
            }
        }

        fn passes_parts(&mut self) {
            self.parts += 1;
        }

        fn entry_ends(&mut self, _: Option<&str>) {
            self.ended += 1;
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
        read_value(&format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{resource}}}]}}"#))
    }

    fn read_value(value: &str) -> Result<(Delivery, Clerk), serde_json::Error> {
        let mut clerk = Clerk::default();
        let seed = ValueSeed { collect: &mut clerk, key: "observations" };
        let delivered = seed.deserialize(&mut serde_json::Deserializer::from_str(value))?;
        Ok((delivered.delivery, clerk))
    }

    #[test]
    fn a_resource_in_place_of_a_bundle_is_read_as_one_in_a_bundle() {
        let observation = |code: &str| {
            format!(
                r#"{{"id":"a","code":{{"coding":[{{"code":"{code}"}}]}},"resourceType":"Observation","status":"final"}}"#
            )
        };
        for (code, taken) in [("R1", 1), ("L1", 0), ("x1", 0)] {
            let (delivery, clerk) = read_value(&observation(code)).unwrap();
            // The address of an entry that follows is not its own.
            assert_eq!((delivery, clerk.taken.len(), clerk.ended), (Delivery::Data, taken, 1), "{code}");
        }
        let (delivery, clerk) = read_value(&observation("R1").replace("Observation", "Condition")).unwrap();
        assert_eq!((delivery, clerk.taken.len()), (Delivery::Unreadable, 0), "nobody asked for it");
        let last =
            r#"{"entry":[{"resource":{"resourceType":"Observation","id":"a"}}],"total":2,"resourceType":"Bundle"}"#;
        let (delivery, clerk) = read_value(last).unwrap();
        assert_eq!((delivery, clerk.taken.len()), (Delivery::Incomplete, 1), "its type stands last");
        assert!(read_value(&last.replace(r#""total":2"#, r#""entry":[]"#)).is_err(), "entries twice");
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
            // Servers that sort the keys name the type last.
            (r#"{"code":{"coding":[{"code":"x1"}]},"id":"a","status":"final","resourceType":"Observation"}"#, None),
            (
                r#"{"code":{"coding":[{"code":"R1"}]},"id":"a","resourceType":"Observation","status":"final"}"#,
                Some("a final"),
            ),
            (
                r#"{"id":"a","status":"final","resourceType":"Observation","code":{"coding":[{"code":"R1"}]}}"#,
                Some("a final"),
            ),
            (
                r#"{"id":"a","status":"final","code":{"coding":[{"code":"R1"}]},"resourceType":"Observation"}"#,
                Some("a final"),
            ),
            (r#"{"id":"a","status":"final","resourceType":"Observation"}"#, Some("a final")),
        ] {
            let (delivery, clerk) = read(resource).unwrap();
            assert_eq!(delivery, Delivery::Data, "{resource}");
            assert_eq!(clerk.taken.first().map(String::as_str), taken, "{resource}");
            assert_eq!(clerk.unreadable, 0, "{resource}");
        }
    }

    #[test]
    fn parts_of_what_may_be_read_later_are_noticed_wherever_they_stand() {
        let (code, parts) = (r#""code":{"coding":[{"code":"L1"}]}"#, r#""component":[]"#);
        let kind = r#""resourceType":"Observation""#;
        for elements in [[kind, code, parts], [kind, parts, code], [parts, code, kind], [code, parts, kind]] {
            let (_, clerk) = read(&format!("{{{}}}", elements.join(","))).unwrap();
            assert_eq!((clerk.parts, clerk.taken.len()), (1, 0), "{elements:?}");
        }
        let (_, clerk) = read(&format!("{{{kind},{parts},{}}}", code.replace("L1", "x1"))).unwrap();
        assert_eq!(clerk.parts, 0, "of what can never matter nobody asks");
    }

    #[test]
    fn an_outcome_is_one_wherever_it_says_so() {
        let issues = r#""issue":[{"severity":"error","code":"exception"}]"#;
        let kind = r#""resourceType":"OperationOutcome""#;
        for elements in [[issues, kind], [kind, issues]] {
            let (delivery, _) = read(&format!("{{{}}}", elements.join(","))).unwrap();
            assert_eq!(delivery, Delivery::Failed, "{elements:?}");
        }
    }

    #[test]
    fn a_repeated_key_is_noticed_in_what_is_passed_over() {
        let before = r#"{"resourceType":"Observation","id":"a","id":"b","code":{"coding":[{"code":"x1"}]}}"#;
        let error = read(before).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("duplicate key `id`"), "{error}");
        // What is wrong with an element that was kept as text is said with the place of the whole.
        let within = r#"{"resourceType":"Observation","meta":{"tag":1,"tag":2},"code":{"coding":[{"code":"R1"}]}}"#;
        let error = read(within).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(
            error.contains("duplicate key `tag` at line 1 column ") && error.matches(" at line ").count() == 1,
            "{error}"
        );
        for repeated in [r#""code":{"coding":[{"code":"R1"}]}"#, r#""resourceType":"Observation""#, r#""id":"b""#] {
            let resource = format!(
                r#"{{"resourceType":"Observation","id":"a","code":{{"coding":[{{"code":"x1"}}]}},{repeated}}}"#
            );
            let error = read(&resource).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains("duplicate key"), "{repeated}: {error}");
        }
    }
}
