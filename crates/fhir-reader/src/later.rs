//! What is read later, if at all: observations, two thirds of most charts. Whether a rule can concern the patient is nearly always told
//! without their values.
//!
//! While a chart is built sparingly, an observation by a code that value sets list is passed over. In its place stands one without a value
//! and a date: nothing is known of it but what was observed. Where a rule has to look there, the request is read again.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::builder::ChartBuilder;
use crate::call::{self, Envelope, Holds, Queries};
use crate::collect::{Collect, Element, Origin, PUT_OFF, Passing};
use crate::lens::{Object, Read};
use crate::lone;
use crate::prefetch::Delivered;
use crate::resource::{Concept, Resource};
use cellwise_record::Gap;

/// The mark of a resource that was sent in part: the whole of it may have to be fetched.
static IN_PART: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("SUBSETTED"));

/// Whether nothing of a text was sent in part: else it is read at once.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    IN_PART.find(text.as_bytes()).is_none()
}

/// A request of which something was put off, or nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Later<'b>(Option<&'b str>);

impl<'b> Later<'b> {
    /// Reads a request sparingly.
    ///
    /// # Errors
    /// As for [`call::read`].
    pub fn after(
        request: &'b str,
        builder: &mut ChartBuilder<'_>,
        queries: &mut dyn Queries,
    ) -> Result<(Envelope<'b>, Self), serde_json::Error> {
        if is_whole(request) {
            builder.spare();
        }
        let envelope = call::read(request, builder, queries)?;
        builder.spare_no_more();
        Ok((envelope, Self(builder.has_put_off().then_some(request))))
    }

    /// Whether nothing was put off.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Reads what was put off.
    ///
    /// # Errors
    /// When a resource says something twice.
    pub fn read(self, builder: &mut ChartBuilder<'_>, queries: &dyn Queries) -> Result<(), serde_json::Error> {
        let Some(request) = self.0 else { return Ok(()) };
        builder.wait_no_more();
        let mut late = Late { builder, is_received: false };
        call::read(request, &mut late, &mut Again(queries)).map(|_again| ())
    }
}

/// Reads those of resources that stand alone which were put off. `problem` is told of each that says something twice.
pub fn read_lone<'r>(
    builder: &mut ChartBuilder<'_>,
    resources: impl Iterator<Item = (Origin<'r>, &'r str)>,
    mut problem: impl FnMut(Origin<'r>),
) {
    builder.wait_no_more();
    for (origin, text) in resources {
        if lone::read(&mut Late { builder: &mut *builder, is_received: false }, origin, text).is_err() {
            problem(origin);
        }
    }
}

/// Receives what was put off, and nothing else.
struct Late<'b, 't> {
    builder: &'b mut ChartBuilder<'t>,
    /// Whether the entry that is being read was received.
    is_received: bool,
}

impl Collect for Late<'_, '_> {
    fn wants(&self, origin: Origin<'_>, resource_type: &str) -> bool {
        resource_type == PUT_OFF.resource_type() && self.builder.wants(origin, resource_type)
    }

    fn reads(&self, resource_type: &str, element: &str) -> bool {
        self.builder.reads(resource_type, element)
    }

    fn known(&mut self, written: Element<'_>) -> Option<Passing> {
        self.builder.known(written)
    }

    fn passing(&mut self, written: Element<'_>, what: &Read<Object<Concept<'_>>>) -> Passing {
        self.builder.passing(written, what)
    }

    fn resource(&mut self, origin: Origin<'_>, resource_type: Option<&str>, resource: &Resource<'_>) {
        if resource_type == Some(PUT_OFF.resource_type()) {
            self.is_received = true;
            self.builder.resource(origin, resource_type, resource);
        }
    }

    fn entry_ends(&mut self, full_url: Option<&str>) {
        // What else there is was told before.
        if std::mem::take(&mut self.is_received) {
            self.builder.entry_ends(full_url);
        }
    }

    fn unreadable(&mut self, _: Origin<'_>) {}
}

/// Who asked: what came of each key was told before.
struct Again<'q>(&'q dyn Queries);

impl Queries for Again<'_> {
    fn holds(&self, key: &str) -> Holds {
        self.0.holds(key)
    }

    fn prefetched(&mut self, _: &str, _: &Delivered, _: &[Gap]) {}
}
