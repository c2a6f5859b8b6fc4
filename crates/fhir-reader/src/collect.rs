//! Who receives the resources of a request, and where each of them stood.

use std::fmt;

use hashbrown::Equivalent;

use crate::lens::{Object, Read};
use crate::resource::{Concept, Resource};
use cellwise_record::{Gap, Source};

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
    /// An entry of `context.draftOrders` or `context.appointments`.
    Draft {
        /// The member of the context.
        key: &'a str,
        /// Position in the Bundle.
        index: usize,
        /// Position in a Bundle that stands there.
        inner: Option<usize>,
    },
}

impl Origin<'_> {
    /// Where the entry at a position stands, seen from the first.
    pub(super) fn nth(self, position: usize) -> Self {
        match self {
            Self::Value { .. } => self,
            Self::Entry { key, .. } => Self::Entry { key, index: position },
            Self::Draft { key, inner: None, .. } => Self::Draft { key, index: position, inner: None },
            Self::Draft { key, index, inner: Some(_) } => Self::Draft { key, index, inner: Some(position) },
        }
    }

    /// Whether a resource of this type is what the place asks for.
    #[must_use]
    pub fn asks_for(&self, resource_type: &str) -> bool {
        match self {
            Self::Value { key } | Self::Entry { key, .. } => {
                Source::of_key(key).is_none_or(|source| source.holds(resource_type))
            }
            Self::Draft { .. } => true,
        }
    }
}

impl fmt::Display for Origin<'_> {
    /// The JSON pointer of the resource.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { key } => write!(f, "/prefetch/{key}"),
            Self::Entry { key, index } => write!(f, "/prefetch/{key}/entry/{index}/resource"),
            Self::Draft { key, index, inner } => {
                write!(f, "/context/{key}/entry/{index}/resource")?;
                inner.map_or(Ok(()), |inner| write!(f, "/entry/{inner}/resource"))
            }
        }
    }
}

/// An element of a type of resource, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Element<'t> {
    /// The type of resource.
    pub resource_type: &'t str,
    /// The name of the element.
    pub element: &'t str,
    /// Its JSON.
    pub text: &'t str,
}

/// An [`Element`] that is kept, and looked up by one.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Written {
    resource_type: Box<str>,
    element: Box<str>,
    text: Box<str>,
}

impl Element<'_> {
    /// Keeps it.
    #[must_use]
    pub fn written(self) -> Written {
        let [resource_type, element, text] = [self.resource_type, self.element, self.text].map(Box::from);
        Written { resource_type, element, text }
    }
}

impl Equivalent<Written> for Element<'_> {
    fn equivalent(&self, of: &Written) -> bool {
        (self.resource_type, self.element, self.text) == (&*of.resource_type, &*of.element, &*of.text)
    }
}

/// The kind of data that is put off ([`later`](crate::later)).
pub const PUT_OFF: Source = Source::Observations;

/// What becomes of a resource, now that one element of it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// It is read.
    Read,
    /// It can never matter: the rest of it is passed over, and it is not handed over.
    Never,
    /// It is passed over, too, and may be read later.
    Later,
}

/// Who receives what is read.
pub trait Collect {
    /// Is told which hook calls, where that is said before the data.
    fn called_on(&mut self, _hook: &str) {}
    /// Whether resources of this type are wanted here at all; others are skipped undecoded.
    fn wants(&self, origin: Origin<'_>, resource_type: &str) -> bool;
    /// The elements that are read at all, where those are few; others are passed over undecoded. `None` is all.
    fn only(&self) -> Option<&'static [&'static str]> {
        None
    }
    /// Whether an element of a resource of this type is read by anybody; else it is passed over undecoded.
    fn reads(&self, _resource_type: &str, _element: &str) -> bool {
        true
    }
    /// What becomes of a resource, if an element that is written like this was seen before: then it is not decoded again.
    fn known(&mut self, _written: Element<'_>) -> Option<Passing> {
        None
    }
    /// What becomes of a resource, now that it is known what it is: by an element that is written like this, and says this.
    fn passing(&mut self, _written: Element<'_>, _what: &Read<Object<Concept<'_>>>) -> Passing {
        Passing::Read
    }
    /// Is told that a resource which may be read later has parts that are something of their own.
    fn passes_parts(&mut self) {}
    /// Receives a resource. `resource_type` is `None` when the resource does not say.
    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>);
    /// Is told that an entry of a Bundle is read, and by which address the Bundle calls its resource. One that was passed over
    /// was not received before.
    fn entry_ends(&mut self, _full_url: Option<&str>) {}
    /// Hands over what was found to be wrong with single entries of a kind of data.
    fn take_gaps(&mut self, _source: Source) -> Vec<Gap> {
        Vec::new()
    }
    /// Is told that something that should be a resource is none.
    fn unreadable(&mut self, origin: Origin<'_>);
}

/// The scalars that are no resource.
macro_rules! not_a_resource {
    ($value:expr; $($visit:ident($type:ty)),*) => {
        $(fn $visit<E: Error>(self, _: $type) -> Result<Self::Value, E> { Ok($value) })*
    };
}

pub(super) use not_a_resource;
