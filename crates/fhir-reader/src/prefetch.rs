//! Reading prefetch and Bundles in one pass, handing over each resource as soon as it is read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::ahead::{Ahead, Whole};
use crate::collect::{Collect, Origin, not_a_resource};
use crate::entries::{self, Entries, EntriesSeed, Outcome};
use crate::lens;
use crate::lens::{Key, Many, Number, Read, Text, skip_array, skip_object, twice};
use crate::remark::Remark;
use crate::resource::{Concept, Resource};

/// What a prefetch key held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// `null`, or an empty search result: asked, and nothing there.
    None,
    /// A resource, or a Bundle with resources.
    Data,
    /// An OperationOutcome instead of data.
    Failed,
    /// A Bundle with a next page, or of a search that looked at less than was asked: there is more than was sent.
    Incomplete,
    /// An object that is none of these.
    Unreadable,
    /// No object at all: a text, a number, an array. The request is not valid.
    NotAnObject,
}

/// What came of a prefetch key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// What it held.
    pub delivery: Delivery,
    /// The self links of a Bundle, which say what was searched for; `None` when it is none.
    pub self_links: Option<Vec<String>>,
}

impl From<Delivery> for Delivered {
    fn from(delivery: Delivery) -> Self {
        Self { delivery, self_links: None }
    }
}

impl Delivery {
    /// Whether it answers what was asked, if only in part.
    #[must_use]
    pub fn is_an_answer(self) -> bool {
        matches!(self, Self::None | Self::Data | Self::Incomplete)
    }
}

lens! {
    /// `Bundle.link`.
    struct Link<'a> {
        relation: Text<'a> = "relation",
        url: Text<'a> = "url",
    }
}

/// Reads the value of one prefetch key.
pub(super) struct ValueSeed<'c, 'k> {
    /// Who receives the resources.
    pub(super) collect: &'c mut (dyn Collect + 'c),
    /// The prefetch key.
    pub(super) key: &'k str,
}

/// Reads what stands in place of a prefetch value. `None` when that is not JSON, or says something twice: what was handed over of it does
/// not count.
pub fn read(collect: &mut dyn Collect, key: &str, text: &str) -> Option<Delivered> {
    let mut json = serde_json::Deserializer::from_str(text);
    let delivered = ValueSeed { collect, key }.deserialize(&mut json).ok()?;
    json.end().ok().map(|()| delivered)
}

/// Reads a Bundle of draft orders, which stands under `key` in the context.
///
/// # Errors
/// When it is not JSON, or says something twice.
pub fn read_drafts(collect: &mut dyn Collect, key: &str, text: &str) -> Result<(), serde_json::Error> {
    DraftsSeed { collect, key }.deserialize(&mut serde_json::Deserializer::from_str(text))
}

/// A Bundle.
#[derive(Default)]
struct Bundle {
    next_page: Option<bool>,
    self_links: Vec<String>,
    total: Option<Read<Number>>,
    entries: Option<Entries>,
}

impl Bundle {
    /// Reads one of its elements, or passes it over.
    fn take<'de, A: MapAccess<'de>>(
        &mut self,
        element: &str,
        map: &mut A,
        collect: &mut dyn Collect,
        key: &str,
    ) -> Result<(), A::Error> {
        match element {
            "resourceType" => return Err(twice(element)),
            "entry" => {
                if self.entries.is_some() {
                    return Err(twice(element));
                }
                let first = Origin::Entry { key, index: 0 };
                self.entries = Some(map.next_value_seed(EntriesSeed { collect, first })?);
            }
            "link" => {
                if self.next_page.is_some() {
                    return Err(twice(element));
                }
                let links: Many<Link<'de>> = map.next_value()?;
                // A link that can't be read may lead to more.
                let leads_on = |link: &Link<'_>| {
                    link.relation.is_unreadable()
                        || link.relation.as_str().is_some_and(|relation| relation.eq_ignore_ascii_case("next"))
                };
                self.next_page = Some(links.unreadable > 0 || links.items.iter().any(leads_on));
                let is_self = |link: &&Link<'_>| {
                    link.relation.as_str().is_some_and(|relation| relation.eq_ignore_ascii_case("self"))
                };
                let own = links.items.iter().filter(is_self);
                self.self_links = own.filter_map(|link| link.url.as_str().map(str::to_owned)).collect();
            }
            "total" => {
                if self.total.is_some() {
                    return Err(twice(element));
                }
                self.total = Some(map.next_value()?);
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// What it came to.
    fn delivered(self) -> Delivered {
        let entries = self.entries.unwrap_or_default();
        // More matches than entries, or a number of matches that can't be read: this is not all.
        let sent = u32::try_from(entries.resources).map_or(f64::MAX, f64::from);
        let is_more = match &self.total {
            None | Some(Read::Absent) => false,
            Some(Read::Unreadable) => true,
            Some(Read::Value(total)) => total.0.parse::<f64>().is_ok_and(|total| total > sent),
        };
        let delivery = if entries.unreadable {
            Delivery::Unreadable
        } else if entries.remark == Remark::Failed {
            Delivery::Failed
        } else if self.next_page == Some(true) || is_more || entries.remark == Remark::Narrowed {
            Delivery::Incomplete
        } else if entries.resources == 0 {
            Delivery::None
        } else if !entries.of_type {
            // A search for something else.
            Delivery::Unreadable
        } else {
            Delivery::Data
        };
        Delivered { delivery, self_links: Some(self.self_links) }
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_> {
    type Value = Delivered;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Delivered, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_> {
    type Value = Delivered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a resource, a Bundle or null")
    }

    not_a_resource!(Delivery::NotAnObject.into(); visit_bool(bool), visit_i64(i64), visit_u64(u64), visit_f64(f64), visit_str(&str));

    fn visit_unit<E: Error>(self) -> Result<Delivered, E> {
        Ok(Delivery::None.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Delivered, A::Error> {
        skip_array(&mut seq)?;
        Ok(Delivery::NotAnObject.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Delivered, A::Error> {
        let Self { collect, key } = self;
        let mut next = map.next_key::<Key<'de>>()?;
        if next.as_ref().is_some_and(Key::is_number) {
            map.next_value::<IgnoredAny>()?;
            return Ok(Delivery::NotAnObject.into());
        }
        // The type stands first, nearly always.
        let mut ahead = Ahead::default();
        let mut kind: Text<'de> = Read::Absent;
        while let Some(element) = next {
            let is_type = element.0 == "resourceType";
            if is_type {
                kind = map.next_value()?;
            } else {
                ahead.pass(element, &mut map)?;
            }
            next = map.next_key()?;
            if is_type {
                break;
            }
        }
        let origin = Origin::Value { key };
        let outcome = match kind.as_str() {
            Some("Bundle") => {
                let mut bundle = Bundle::default();
                let mut whole = Whole::new(ahead, &mut map);
                next = whole.first(next)?;
                while let Some(Key(element)) = next {
                    bundle.take(&element, &mut whole, collect, key)?;
                    next = whole.next_key()?;
                }
                return Ok(bundle.delivered());
            }
            // A resource of another type is not an answer to what was asked, and nobody looks at it.
            Some(kind) if kind.is_empty() || kind != "OperationOutcome" && !origin.asks_for(kind) => {
                Outcome::Unreadable
            }
            _ => entries::read(collect, origin, Some(kind), (ahead, next.take()), &mut map)?,
        };
        if next.is_some() {
            map.next_value::<IgnoredAny>()?;
            skip_object(&mut map)?;
        }
        collect.entry_ends(None);
        let delivery = match outcome {
            // An OperationOutcome in place of the data means the search failed, whatever its severity: nobody says that
            // there is nothing. Only inside a Bundle is it a comment on a search that worked.
            Outcome::Remark(_) => Delivery::Failed,
            Outcome::Resource { of_type: true } => Delivery::Data,
            Outcome::Resource { of_type: false } | Outcome::Unreadable => Delivery::Unreadable,
        };
        Ok(delivery.into())
    }
}

/// Reads the Bundle of `context.draftOrders` or `context.appointments`.
pub(super) struct DraftsSeed<'c, 'k> {
    /// Who receives the orders.
    pub(super) collect: &'c mut (dyn Collect + 'c),
    /// The member of the context.
    pub(super) key: &'k str,
}

impl<'de> DeserializeSeed<'de> for DraftsSeed<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DraftsSeed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bundle of draft orders")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = false;
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.0 == "entry" {
                if seen {
                    return Err(twice("entry"));
                }
                seen = true;
                let key = self.key;
                let first = Origin::Draft { key, index: 0, inner: None };
                map.next_value_seed(EntriesSeed { collect: &mut *self.collect, first })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The drug of a medication resource, in whatever spelling: its concept, or the reference to a Medication.
#[must_use]
pub fn medication<'r, 'a>(
    resource: &'r Resource<'a>,
) -> (Option<&'r Concept<'a>>, Option<&'r crate::resource::Reference<'a>>, bool) {
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
        return (
            both.0.concept.value().map(|concept| &**concept),
            both.0.reference.value().map(|reference| &**reference),
            unreadable,
        );
    }
    (None, None, unreadable)
}
