//! Modifier extensions: what turns the meaning of a resource round. FHIR forbids to pass one over that is not understood.

use cellwise_record::terminology::ValueSet;
use cellwise_record::{GapKind, Progress};

use crate::lens::Read;
use crate::read::concept::{self, Vocabulary};
use crate::resource::{Extension, Resource};

/// How the Dutch medication process says that a drug is stopped (R4, STU3).
const STOP_TYPE: [&str; 2] = [
    "http://nictiz.nl/fhir/StructureDefinition/ext-StopType",
    "http://nictiz.nl/fhir/StructureDefinition/zib-Medication-StopType",
];
/// By which something is said not to have been done, or not to be done.
const NOT_DONE: [&str; 2] = [
    "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDone",
    "http://hl7.org/fhir/StructureDefinition/request-doNotPerform",
];

/// What the modifier extensions of a resource come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    /// It was not done, or must not be.
    pub(crate) is_not_done: bool,
    /// It stops a drug ([`Progress::Ended`]), or interrupts it ([`Progress::Held`]).
    pub(crate) stop: Option<Progress>,
    /// It has one that nobody here understands.
    pub(crate) unclear: Option<GapKind>,
}

impl Modifiers {
    /// Those of a resource.
    pub(crate) fn of(resource: &Resource<'_>, vocabulary: Vocabulary<'_>) -> Self {
        let extensions = &resource.modifier_extension;
        let mut modifiers = Self::default();
        if extensions.unreadable > 0 {
            modifiers.unclear = Some(GapKind::Unreadable);
        }
        for extension in &extensions.items {
            match extension.url.as_str() {
                Some(url) if STOP_TYPE.contains(&url) => modifiers.stop = Some(stop(extension, vocabulary)),
                Some(url) if NOT_DONE.contains(&url) => match extension.value_boolean {
                    Read::Value(is_not_done) => modifiers.is_not_done |= is_not_done,
                    Read::Absent | Read::Unreadable => modifiers.unclear = Some(GapKind::Unreadable),
                },
                Some(_) => modifiers.unclear = modifiers.unclear.or(Some(GapKind::NotRecorded)),
                None => modifiers.unclear = Some(GapKind::Unreadable),
            }
        }
        modifiers
    }
}

/// A stop of a kind that is not stated is for good.
fn stop(extension: &Extension<'_>, vocabulary: Vocabulary<'_>) -> Progress {
    let kind = concept::codes_of(&extension.value_codeable_concept, vocabulary);
    if kind.has(ValueSet::DRUG_INTERRUPTED) { Progress::Held } else { Progress::Ended }
}
