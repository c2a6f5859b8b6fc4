//! Who receives the resources of a request, and where each of them stood.

use std::fmt;

use crate::resource::Resource;
use cellwise_record::Source;

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

/// Who receives what is read.
pub trait Collect {
    /// Whether resources of this type are wanted here at all; others are skipped undecoded.
    fn wants(&self, origin: Origin<'_>, resource_type: &str) -> bool;
    /// Whether an element of a resource of this type is read by anybody; else it is passed over undecoded.
    fn reads(&self, _resource_type: &str, _element: &str) -> bool {
        true
    }
    /// Whether a resource can never matter, now that `element` of it is known: then the rest of it is passed over and it is
    /// not handed over.
    fn is_irrelevant(&self, _resource_type: &str, _element: &str, _so_far: &Resource<'_>) -> bool {
        false
    }
    /// Receives a resource. `resource_type` is `None` when the resource does not say.
    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>);
    /// Is told that an entry of a Bundle is read, and by which address the Bundle calls its resource. One that was passed over
    /// was not received before.
    fn entry_ends(&mut self, _full_url: Option<&str>) {}
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
