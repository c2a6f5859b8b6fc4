//! The package as FHIR tools install it: a gzipped tar with `package/package.json`, an index and a file for each resource.
//!
//! The same knowledge gives the same bytes: no clock, no owner, no order of a file system.

use std::io::{self, Write};

use cellwise_record::StartupError;
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use tar::{Builder, Header};

use super::guide::{self, MANIFEST};
use super::{Artifact, Artifacts};

/// What is wrong with a package that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The knowledge does not hold together.
    #[error(transparent)]
    Knowledge(#[from] StartupError),
    /// It can't be written.
    #[error("{0}")]
    Write(#[from] io::Error),
}

/// Writes the package.
///
/// # Errors
/// See [`PackageError`].
pub fn write(artifacts: &Artifacts, to: impl Write) -> Result<(), PackageError> {
    let mut all: Vec<&Artifact> = artifacts.all().collect();
    all.sort_by_key(|artifact| file_name(artifact));
    // A gzip header has a time and a system: none, and "unknown".
    let packed = GzBuilder::new().mtime(0).operating_system(255).write(to, Compression::best());
    let mut tar = Builder::new(packed);
    add(&mut tar, MANIFEST, &pretty(&manifest(artifacts)?))?;
    add(&mut tar, ".index.json", &pretty(&index(&all)))?;
    for artifact in all {
        add(&mut tar, &file_name(artifact), &pretty(&artifact.resource))?;
    }
    tar.into_inner()?.finish()?.flush()?;
    Ok(())
}

/// `Type-id.json`, as the tools of HL7 call it.
fn file_name(artifact: &Artifact) -> String {
    format!("{}-{}.json", artifact.kind(), artifact.id())
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// The manifest, with the day of the newest resource.
fn manifest(artifacts: &Artifacts) -> Result<Value, StartupError> {
    let (_, mut manifest) = guide::package()?;
    if let Some(members) = manifest.as_object_mut() {
        let day: String = artifacts.date().chars().filter(char::is_ascii_digit).collect();
        members.insert("date".to_owned(), json!(format!("{day}000000")));
        members.insert("directories".to_owned(), json!({ "lib": "package" }));
    }
    Ok(manifest)
}

/// The index of the files (FHIR NPM package specification, `.index.json`). Tools tell profiles from resources by `derivation`.
fn index(all: &[&Artifact]) -> Value {
    let files = all.iter().map(|artifact| {
        let mut file = Map::new();
        file.insert("filename".to_owned(), json!(file_name(artifact)));
        for name in ["resourceType", "id", "url", "version", "kind", "type", "content", "derivation"] {
            // Of a PlanDefinition, say, the type is no word.
            if let Some(text) = artifact.resource.get(name).and_then(Value::as_str) {
                file.insert(name.to_owned(), json!(text));
            }
        }
        Value::Object(file)
    });
    json!({ "index-version": 2, "files": files.collect::<Vec<_>>() })
}

fn add<W: Write>(tar: &mut Builder<W>, name: &str, text: &str) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_size(text.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    tar.append_data(&mut header, format!("package/{name}"), text.as_bytes())
}
