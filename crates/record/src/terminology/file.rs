//! The files of `fhir-profiles/` as far as the index reads them.

use serde::Deserialize;

/// A FHIR `ValueSet` as far as the index reads it.
#[derive(Debug, Deserialize)]
pub struct ValueSetFile {
    pub(super) url: String,
    pub(super) compose: Compose,
}

impl ValueSetFile {
    /// Takes in what another value set has, unless it does so already.
    pub(super) fn include(&mut self, url: &str) {
        if !self.compose.include.iter().any(|part| part.value_set.iter().any(|included| included == url)) {
            let (system, concept, filter) = Default::default();
            self.compose.include.push(Part { system, concept, filter, value_set: vec![url.to_owned()] });
        }
    }
}

/// A FHIR `CodeSystem` of the project as far as the index reads it: what its codes are called.
#[derive(Debug, Deserialize)]
pub struct CodeSystemFile {
    pub(super) url: String,
    pub(super) concept: Vec<Member>,
}

/// A FHIR `ConceptMap` as far as the index reads it: the first target of each code.
#[derive(Debug, Deserialize)]
pub struct ConceptMapFile {
    pub(super) group: Vec<MapGroup>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MapGroup {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) element: Vec<MapElement>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MapElement {
    pub(super) code: String,
    pub(super) target: Vec<MapTarget>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MapTarget {
    pub(super) code: String,
    pub(super) display: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Compose {
    pub(super) include: Vec<Part>,
    #[serde(default)]
    pub(super) exclude: Vec<Part>,
}

/// What is taken in, or left out: codes of a system, a branch of its hierarchy, or what other value sets have.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub(super) system: Option<String>,
    #[serde(default)]
    pub(super) concept: Vec<Member>,
    #[serde(default)]
    pub(super) filter: Vec<Filter>,
    #[serde(default)]
    pub(super) value_set: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Member {
    pub(super) code: String,
    #[serde(default)]
    pub(super) display: String,
    #[serde(default)]
    pub(super) designation: Vec<Designation>,
}

/// What a code is called in a language.
#[derive(Debug, Deserialize)]
pub(super) struct Designation {
    pub(super) language: String,
    pub(super) value: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    pub(super) op: String,
    pub(super) value: String,
}

/// The spellings of code systems: `fhir-profiles/code-system-aliases.json`.
#[derive(Debug, Deserialize)]
pub struct Aliases {
    pub(super) systems: Vec<AliasEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AliasEntry {
    pub(super) url: String,
    pub(super) aliases: Vec<String>,
    /// Only some of its codes are known; any other proves nothing.
    #[serde(default)]
    pub(super) partly_known: bool,
    /// A licensed system of numbers, of which nothing is known but what a site's own mapping says.
    #[serde(default)]
    pub(super) site_mapped_numbers: bool,
}
