//! Reading the FHIR files that the project ships.

use std::fmt;

use fhirbolt::model::r4::{Resource, resources};
use fhirbolt::serde::{DeserializationConfig, DeserializationMode, DeserializeResource};
use serde_json::value::RawValue;

use crate::prepare::{self, Prepared, Slot};

/// Where a file is not FHIR R4, and why.
///
/// The path starts at the outermost resource and is empty for that resource itself, as in
/// `entry[3].resource.component[1].valueQuantity`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckError {
    path: String,
    problem: Problem,
}

impl CheckError {
    pub(crate) fn new(path: &str, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    /// The element at fault, counted from the outermost resource; empty for that resource itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(formatter, "{}: ", self.path)?;
        }
        self.problem.fmt(formatter)
    }
}

impl std::error::Error for CheckError {}

/// What can be wrong with an element of a shipped file.
///
/// Source of the rules on shape: <https://hl7.org/fhir/R4/json.html>.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not JSON, or JSON followed by something else.
    #[error("{0}")]
    Syntax(String),
    /// Not an object with a `resourceType`.
    #[error("not a resource: an object with a `resourceType` is expected")]
    NotAResource,
    /// Another resource than the caller asked for.
    #[error("a `{expected}` is expected, this is a `{found}`")]
    OtherType {
        /// The type asked for.
        expected: String,
        /// The type in the file.
        found: String,
    },
    /// A resource type outside [`SHIPPED_TYPES`].
    #[error("the project ships no `{0}`: add it to SHIPPED_TYPES when it should")]
    UnsupportedType(String),
    /// An element that this crate cannot read, though FHIR knows it.
    #[error("this element is not supported in shipped files")]
    UnsupportedElement,
    /// An array without items.
    #[error("an array may not be empty")]
    EmptyArray,
    /// An object without members.
    #[error("an object may not be empty")]
    EmptyObject,
    /// A string that is empty or all white space.
    #[error("a string may not be empty")]
    EmptyString,
    /// A `null` that no extension beside it explains.
    #[error("`null` is not allowed here")]
    Null,
    /// A key that its object already has.
    #[error("this key comes twice")]
    Duplicate,
    /// fhirbolt's mark for a required element without a value.
    #[error("a required element has no value")]
    NotSet,
    /// A decimal written as a JSON string.
    #[error("a decimal must be a number, not a string")]
    DecimalAsText,
    /// A contained resource that contains another.
    #[error("a contained resource may not contain another")]
    ContainedTwice,
    /// Nested deeper than any real resource.
    #[error("nested too deeply")]
    TooDeep,
    /// The model does not accept it: an element unknown, missing, of the wrong type or present twice.
    /// Holds the parser's own words.
    #[error("{0}")]
    Model(String),
}

/// Reads a FHIR R4 resource strictly: no unknown element, no missing one, no element of the wrong type.
///
/// Decimals keep their text, contained resources and the resources of a Bundle are read too, each as
/// strictly as the one around it.
///
/// **Only for files that the project ships** (fixtures, profiles, expected suggestions), never for bytes
/// that came over the network: it favours a good message over speed, holds the text several times in
/// memory and rests on a parser that nobody maintains. It does not check the spelling of dates, codes
/// and references, nor that a code is one of its value set.
///
/// # Errors
///
/// [`CheckError`] with the path of the first element at fault; also when `json` is another resource than
/// `resource_type`, or one outside [`SHIPPED_TYPES`].
pub fn parse_strict(resource_type: &str, json: &str) -> Result<Resource, CheckError> {
    read(prepare::outermost(json)?, "", None, Some(resource_type))
}

/// Checks the resource or Bundle in `json` as [`parse_strict`] does, whatever its type.
///
/// # Errors
///
/// [`CheckError`] with the path of the first element at fault, such as `entry[3].resource.status`.
pub fn check(json: &str) -> Result<(), CheckError> {
    read(prepare::outermost(json)?, "", None, None).map(drop)
}

fn read(json: &RawValue, path: &str, slot: Option<Slot>, expected: Option<&str>) -> Result<Resource, CheckError> {
    let prepared = prepare::prepare(json, path, slot)?;
    if let Some(expected) = expected
        && expected != prepared.resource_type
    {
        let problem = Problem::OtherType { expected: expected.to_owned(), found: prepared.resource_type };
        return Err(CheckError::new(path, problem));
    }
    let mut nested = Vec::with_capacity(prepared.nested.len());
    for inner in &prepared.nested {
        let resource = read(inner.json, &inner.path, Some(inner.slot), None)?;
        nested.push((inner.slot, resource));
    }
    typed(&prepared, path, nested)
}

/// Lists the types once and reads each with its own instance of fhirbolt's parser. One more type costs
/// well under a second of build time: the 146 resources behind `contained` are instantiated once for all.
macro_rules! shipped_types {
    ($($name:ident)*) => {
        /// The resource types that [`parse_strict`] and [`check`] read: those the project ships or suggests.
        pub const SHIPPED_TYPES: &[&str] = &["Bundle", "Parameters", $(stringify!($name)),*];

        fn typed(
            prepared: &Prepared<'_>,
            path: &str,
            nested: Vec<(Slot, Resource)>,
        ) -> Result<Resource, CheckError> {
            match prepared.resource_type.as_str() {
                "Bundle" => Ok(Resource::Bundle(Box::new(bundle(model(prepared, path)?, nested)))),
                // It can contain none.
                "Parameters" => Ok(Resource::Parameters(Box::new(model(prepared, path)?))),
                $(stringify!($name) => {
                    let mut resource: resources::$name = model(prepared, path)?;
                    resource.contained = nested.into_iter().map(|(_, resource)| resource).collect();
                    Ok(Resource::$name(Box::new(resource)))
                })*
                other => Err(CheckError::new(path, Problem::UnsupportedType(other.to_owned()))),
            }
        }
    };
}

shipped_types! {
    AllergyIntolerance Appointment AuditEvent BiologicallyDerivedProduct CapabilityStatement CarePlan CodeSystem
    Communication CommunicationRequest ConceptMap Condition Consent Device DiagnosticReport DocumentReference Encounter Flag
    GuidanceResponse ImagingStudy Immunization ImmunizationRecommendation ImplementationGuide Library Medication MedicationAdministration MedicationRequest MedicationStatement
    NutritionOrder Observation OperationOutcome Organization Patient PlanDefinition Procedure
    RequestGroup ResearchSubject ServiceRequest Specimen StructureDefinition Task ValueSet
}

fn bundle(mut bundle: resources::Bundle, nested: Vec<(Slot, Resource)>) -> resources::Bundle {
    for (slot, resource) in nested {
        if let Slot::Entry(index) = slot
            && let Some(entry) = bundle.entry.get_mut(index)
        {
            entry.resource = Some(resource);
        }
    }
    bundle
}

/// The only call of fhirbolt's parser: one input type, strict mode, a concrete resource.
fn model<T>(prepared: &Prepared<'_>, path: &str) -> Result<T, CheckError>
where
    T: for<'de> DeserializeResource<'de>,
{
    let strict = DeserializationConfig { mode: DeserializationMode::Strict };
    fhirbolt::json::from_str(&prepared.text, Some(strict)).map_err(|error| {
        let at = prepared.path_at(error.column()).unwrap_or(path);
        CheckError::new(at, Problem::Model(words(&error)))
    })
}

/// The parser's message without the list of every element it knows and without the position, which is
/// one in the rewritten text.
fn words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end =
        [", expected one of", " at line "].iter().filter_map(|tail| message.find(tail)).min().unwrap_or(message.len());
    message.get(..end).unwrap_or(&message).to_owned()
}
