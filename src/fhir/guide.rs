//! What is made of all other resources: the ImplementationGuide of the package, and the Library that lists what it holds.

use std::collections::BTreeMap;

use cellwise_record::StartupError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::artifacts::{canonical_of, text_of};
use crate::built::VERSION;
use crate::embedded::FHIR_PROFILES;
use crate::knowledge::CANONICAL;

/// The file that becomes `package/package.json`.
pub(super) const MANIFEST: &str = "package.json";

/// The guides that the package depends on, besides FHIR itself.
const GUIDES: [(&str, &str); 2] = [
    ("hl7.fhir.uv.crmi", "http://hl7.org/fhir/uv/crmi/ImplementationGuide/hl7.fhir.uv.crmi"),
    ("hl7.fhir.uv.extensions.r4", "http://hl7.org/fhir/extensions/ImplementationGuide/hl7.fhir.uv.extensions"),
];

/// What of it other resources repeat.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Manifest {
    pub(super) name: String,
    title: String,
    description: String,
    license: String,
    dependencies: BTreeMap<String, String>,
}

/// The manifest of the package, as it stands in its file.
///
/// # Errors
/// When it is not what it should be.
pub(super) fn package() -> Result<(Manifest, Value), StartupError> {
    let path = "fhir-profiles/package.json";
    let file = FHIR_PROFILES.get_file(MANIFEST).and_then(|file| file.contents_utf8());
    let file = file.ok_or_else(|| StartupError::file(path, "is missing"))?;
    let whole: Value = serde_json::from_str(file).map_err(|error| StartupError::file(path, error))?;
    let manifest = Manifest::deserialize(&whole).map_err(|error| StartupError::file(path, error))?;
    Ok((manifest, whole))
}

/// The Library that lists every resource of the package with its version.
pub(super) fn manifest(resources: &[Value], date: &str) -> Value {
    let parts = resources.iter().map(|resource| json!({ "type": "composed-of", "resource": canonical_of(resource) }));
    json!({
        "resourceType": "Library",
        "id": "cellwise",
        "url": format!("{CANONICAL}/Library/cellwise"),
        "version": VERSION,
        "name": "Cellwise",
        "title": "Everything in the package",
        "status": "active",
        "experimental": false,
        "type": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/library-type",
            "code": "asset-collection",
            "display": "Asset Collection",
        }] },
        "date": date,
        "publisher": "cellwise",
        "description": "Every resource of the package, each with its version.",
        "approvalDate": date,
        "lastReviewDate": date,
        "topic": [super::published::topic()],
        "relatedArtifact": parts.collect::<Vec<_>>(),
    })
}

/// The ImplementationGuide.
///
/// # Errors
/// When the manifest of the package is not what it should be.
pub(super) fn guide(resources: &[Value], date: &str) -> Result<Value, StartupError> {
    let (package, _) = package()?;
    let part = |resource: &Value| {
        json!({
            "reference": { "reference": format!("{}/{}", text_of(resource, "resourceType"), text_of(resource, "id")) },
            "name": text_of(resource, "title"),
            "exampleBoolean": false,
        })
    };
    let depends_on = GUIDES.iter().filter_map(|(name, uri)| {
        let version = package.dependencies.get(*name)?;
        Some(json!({ "id": name.replace('.', "-"), "uri": uri, "packageId": name, "version": version }))
    });
    Ok(json!({
        "resourceType": "ImplementationGuide",
        "id": package.name,
        "url": format!("{CANONICAL}/ImplementationGuide/{}", package.name),
        "version": VERSION,
        "name": "CellwiseCellTherapy",
        "title": package.title,
        "status": "active",
        "experimental": false,
        "date": date,
        "publisher": "cellwise",
        "description": package.description,
        "packageId": package.name,
        "license": package.license,
        "fhirVersion": ["4.0.1"],
        "dependsOn": depends_on.collect::<Vec<_>>(),
        "definition": { "resource": resources.iter().map(part).collect::<Vec<_>>() },
    }))
}
