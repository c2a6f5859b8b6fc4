//! The resources of the package, as they are served and packed.

use std::sync::LazyLock;

use cellwise_record::StartupError;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::embedded::{FHIR_PROFILES, files};
use crate::fhir::{guide, published, snapshot};

/// The folders of `fhir-profiles/` that hold resources, with their types.
const FOLDERS: [(&str, &str); 6] = [
    ("plandefinitions", "PlanDefinition"),
    ("libraries", "Library"),
    ("valuesets", "ValueSet"),
    ("codesystems", "CodeSystem"),
    ("conceptmaps", "ConceptMap"),
    ("structuredefinitions", "StructureDefinition"),
];

/// How many hexadecimal digits of a digest tell one content from another.
const DIGITS: usize = 16;

/// A resource.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The resource itself.
    pub resource: Value,
    /// The same as text.
    pub text: String,
    /// What changes when it does: the entity tag, without quotes.
    pub tag: String,
}

impl Artifact {
    /// A resource with its text.
    #[must_use]
    pub fn of(resource: Value) -> Self {
        let text = resource.to_string();
        let tag = format!("{:x}", Sha256::digest(&text)).chars().take(DIGITS).collect();
        Self { resource, text, tag }
    }

    /// A text among its elements; empty when there is none.
    #[must_use]
    pub fn element(&self, name: &str) -> &str {
        text_of(&self.resource, name)
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.element("resourceType")
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.element("id")
    }

    /// `url|version`.
    #[must_use]
    pub fn canonical(&self) -> String {
        canonical_of(&self.resource)
    }
}

/// A text among the elements of a resource; empty when there is none.
pub(super) fn text_of<'v>(resource: &'v Value, name: &str) -> &'v str {
    resource.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// `url|version` of a resource.
pub(super) fn canonical_of(resource: &Value) -> String {
    format!("{}|{}", text_of(resource, "url"), text_of(resource, "version"))
}

/// Every resource of the package, by type and id.
#[derive(Debug)]
pub struct Artifacts {
    all: Vec<Artifact>,
    /// The newest date of any of them.
    date: String,
}

/// Read when somebody asks for the first time: most servers are never asked.
static EMBEDDED: LazyLock<Result<Artifacts, StartupError>> = LazyLock::new(Artifacts::load);

impl Artifacts {
    /// Those that the binary carries.
    ///
    /// # Errors
    /// When a file is not what it should be; the tests hold that none is.
    pub fn embedded() -> Result<&'static Self, &'static StartupError> {
        EMBEDDED.as_ref()
    }

    fn load() -> Result<Self, StartupError> {
        let mut resources: Vec<Value> = Vec::new();
        for (folder, kind) in FOLDERS {
            for (name, text) in files(&FHIR_PROFILES, folder, "json")? {
                let path = format!("fhir-profiles/{folder}/{name}.json");
                let mut resource: Value =
                    serde_json::from_str(text).map_err(|error| StartupError::file(&path, error))?;
                if text_of(&resource, "resourceType") != kind || text_of(&resource, "id") != name {
                    return Err(StartupError::file(path, format!("is not the {kind} `{name}`")));
                }
                if kind == "StructureDefinition" {
                    snapshot::add(&mut resource)?;
                }
                resources.push(resource);
            }
        }
        let date = resources.iter().map(|resource| text_of(resource, "date")).max().unwrap_or_default().to_owned();
        resources.push(guide::manifest(&resources, &date));
        resources.push(guide::guide(&resources, &date)?);
        let all = resources.into_iter().map(|resource| Artifact::of(published::with_common_elements(resource)));
        let mut all: Vec<Artifact> = all.collect();
        all.sort_by(|one, other| (one.kind(), one.id()).cmp(&(other.kind(), other.id())));
        Ok(Self { all, date })
    }

    /// All of them, by type, then by id.
    pub fn all(&self) -> impl Iterator<Item = &Artifact> {
        self.all.iter()
    }

    /// The newest date of any of them.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Those of a type, by id.
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Artifact> {
        self.all.iter().filter(move |artifact| artifact.kind() == kind)
    }

    /// The one with this id.
    #[must_use]
    pub fn find(&self, kind: &str, id: &str) -> Option<&Artifact> {
        self.all.iter().find(|artifact| artifact.kind() == kind && artifact.id() == id)
    }

    /// The one that a canonical (`url`, or `url|version`) names.
    #[must_use]
    pub fn resolve(&self, kind: &str, canonical: &str) -> Option<&Artifact> {
        let (url, version) = canonical.split_once('|').map_or((canonical, None), |(url, version)| (url, Some(version)));
        self.all.iter().filter(|artifact| artifact.kind() == kind).find(|artifact| {
            let is_version = version.is_none_or(|version| artifact.element("version") == version);
            artifact.element("url") == url && is_version
        })
    }
}
