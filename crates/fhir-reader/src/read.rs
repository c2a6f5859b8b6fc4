//! Reading one kind of resource, or a part of one, into facts of the record.

pub(crate) mod concept;
pub(crate) mod modifiers;
pub(crate) mod progress;
