//! Reading a resource that stands alone: a line of a bulk export.

use serde::de::DeserializeSeed as _;

use crate::collect::{Collect, Origin};
use crate::entries::{Outcome, ResourceSeed};
use crate::remark::Remark;

/// What stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lone {
    /// A resource: handed over, unless whoever collects does not want it.
    Resource,
    /// An `OperationOutcome`.
    Remark {
        /// Whether it says that something failed.
        is_failure: bool,
    },
    /// JSON that is no resource.
    Nothing,
}

/// Reads one resource as an entry of a Bundle at `origin` is read, and hands it over.
///
/// # Errors
/// When the text is not JSON, or says something twice. What was handed over of it does not count.
pub fn read(collect: &mut dyn Collect, origin: Origin<'_>, text: &str) -> Result<Lone, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = ResourceSeed { collect: &mut *collect, origin }.deserialize(&mut json)?;
    json.end()?;
    collect.entry_ends(None);
    Ok(match outcome {
        Outcome::Resource { .. } => Lone::Resource,
        Outcome::Remark(remark) => Lone::Remark { is_failure: remark == Remark::Failed },
        Outcome::Unreadable => Lone::Nothing,
    })
}
