//! Parts of a resource: `_summary` and `_elements`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::outcome::{Issue, Refusal};

/// How much of each resource is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Subset {
    /// All of it.
    #[default]
    Whole,
    /// Everything but the narrative.
    Data,
    /// These elements, besides those that always come along.
    Elements(BTreeSet<String>),
    /// The elements of a summary.
    Summary,
    /// The narrative, besides what always comes along.
    Text,
    /// How many there are.
    Count,
}

/// What comes along with any part: what the types that are served can't be without.
const MANDATORY: [&str; 12] = [
    "resourceType",
    "id",
    "meta",
    "status",
    "url",
    "name",
    "type",
    "kind",
    "abstract",
    "content",
    "packageId",
    "fhirVersion",
];

/// What R4 marks as summary in the types that are served, beyond [`MANDATORY`]. `content` of a Library is none here.
const SUMMARY: [&str; 20] = [
    "identifier",
    "version",
    "title",
    "experimental",
    "date",
    "publisher",
    "contact",
    "useContext",
    "jurisdiction",
    "effectivePeriod",
    "immutable",
    "caseSensitive",
    "count",
    "property",
    "sourceUri",
    "targetUri",
    "baseDefinition",
    "derivation",
    "license",
    "dependsOn",
];

impl Subset {
    /// Reads `_summary`.
    ///
    /// # Errors
    /// When it is none of its codes.
    pub(super) fn summary(code: &str) -> Result<Self, Refusal> {
        Ok(match code {
            "true" => Self::Summary,
            "false" => Self::Whole,
            "text" => Self::Text,
            "data" => Self::Data,
            "count" => Self::Count,
            _ => {
                let message = "`_summary` is one of true, text, data, count and false";
                return Err(Refusal::invalid(Issue::new("value", message).at("http._summary")));
            }
        })
    }

    /// Reads `_elements`.
    #[must_use]
    pub(super) fn elements(names: &str) -> Self {
        Self::Elements(names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect())
    }

    /// The part of a resource; a part says that it is one.
    #[must_use]
    pub fn of(&self, resource: &Value) -> Value {
        let has_description = matches!(
            resource.get("resourceType").and_then(Value::as_str),
            Some("PlanDefinition" | "Library" | "ImplementationGuide")
        );
        let keeps = |name: &str| match self {
            Self::Whole => true,
            Self::Data => name != "text",
            Self::Text => name == "text" || MANDATORY.contains(&name),
            Self::Elements(names) => names.contains(name) || MANDATORY.contains(&name),
            Self::Summary => {
                MANDATORY.contains(&name) || SUMMARY.contains(&name) || has_description && name == "description"
            }
            Self::Count => false,
        };
        if *self == Self::Whole {
            return resource.clone();
        }
        let members = resource.as_object().into_iter().flatten().filter(|(name, _)| keeps(name));
        let mut part: Map<String, Value> = members.map(|(name, value)| (name.clone(), value.clone())).collect();
        let mark = json!({
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "code": "SUBSETTED",
            "display": "subsetted",
        });
        let meta = part.entry("meta").or_insert_with(|| json!({}));
        if let Some(meta) = meta.as_object_mut() {
            meta.insert("tag".to_owned(), json!([mark]));
        }
        Value::Object(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_that_it_is_one_and_keeps_what_must_be_there() {
        let whole = json!({
            "resourceType": "ValueSet", "id": "a", "text": {}, "url": "u", "title": "t", "status": "active",
            "description": "d", "compose": {},
        });
        let names = |subset: &Subset| {
            subset.of(&whole).as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(Subset::Whole.of(&whole), whole);
        assert_eq!(names(&Subset::Summary), "resourceType id url title status meta");
        assert_eq!(names(&Subset::elements("description, no-such")), "resourceType id url status description meta");
        assert_eq!(names(&Subset::Data), "resourceType id url title status description compose meta");
        assert_eq!(names(&Subset::Text), "resourceType id text url status meta");
        assert_eq!(Subset::Summary.of(&whole)["meta"]["tag"][0]["code"], "SUBSETTED");
        assert!(Subset::summary("maybe").is_err());
    }
}
