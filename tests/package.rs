//! `cellwise package`: the FHIR package as tools read it.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use cellwise::fhir::Artifacts;
use flate2::read::GzDecoder;
use serde_json::Value;

fn package(name: &str) -> (PathBuf, Output) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let output = Command::new(env!("CARGO_BIN_EXE_cellwise")).arg("package").arg("--out").arg(&path).output().unwrap();
    (path, output)
}

/// The files of a package by their names.
fn files(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let header = entry.header();
        assert_eq!((header.mtime().unwrap(), header.mode().unwrap()), (0, 0o644));
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    });
    entries.collect()
}

#[test]
fn the_same_program_writes_the_same_bytes() {
    let (one, output) = package("one.tgz");
    assert!(output.status.success(), "{output:?}");
    let (other, _) = package("other.tgz");
    let bytes = fs::read(one).unwrap();
    assert_eq!(bytes, fs::read(other).unwrap());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.ends_with(&format!(" resources, {} bytes\n", bytes.len())), "{said}");
}

#[test]
fn a_package_has_a_manifest_an_index_and_every_resource() {
    let (path, _) = package("whole.tgz");
    let files = files(&fs::read(path).unwrap());
    let json = |name: &str| -> Value { serde_json::from_str(&files[name]).unwrap() };
    let manifest = json("package/package.json");
    assert_eq!(manifest["name"], "dev.cellwise.cell-therapy");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    let index = json("package/.index.json");
    let listed = index["files"].as_array().unwrap();
    let artifacts = Artifacts::embedded().unwrap();
    assert_eq!(listed.len(), artifacts.all().count());
    assert_eq!(files.len(), listed.len() + 2);
    for file in listed {
        let resource = json(&format!("package/{}", file["filename"].as_str().unwrap()));
        for element in ["resourceType", "id", "url", "version"] {
            assert!(file[element].is_string() && file[element] == resource[element], "{file}");
        }
    }
    let guide = json("package/ImplementationGuide-dev.cellwise.cell-therapy.json");
    // Everything but itself.
    assert_eq!(guide["definition"]["resource"].as_array().unwrap().len(), listed.len() - 1);
}

#[test]
fn every_resource_is_strict_fhir_and_has_what_crmi_asks_for() {
    let mut problems = Vec::new();
    for artifact in Artifacts::embedded().unwrap().all() {
        let name = format!("{}/{}", artifact.kind(), artifact.id());
        if let Err(problem) = cellwise_fhir_model::check(&artifact.text) {
            problems.push(format!("{name}: {problem}"));
        }
        for element in ["url", "version", "name", "title", "status", "date", "publisher", "description"] {
            if artifact.element(element).is_empty() {
                problems.push(format!("{name}: has no `{element}`"));
            }
        }
        let numbers: Vec<&str> = artifact.element("version").split('.').collect();
        if numbers.len() != 3 || numbers.iter().any(|number| number.parse::<u32>().is_err()) {
            problems.push(format!("{name}: `{}` is no semantic version", artifact.element("version")));
        }
        let has_extension = |end: &str| {
            let extensions = artifact.resource["extension"].as_array().unwrap();
            extensions.iter().any(|extension| extension["url"].as_str().unwrap().ends_with(end))
        };
        for (element, extension) in [("approvalDate", "/resource-approvalDate"), ("topic", "/artifact-topic")] {
            if artifact.resource.get(element).is_none() && !has_extension(extension) {
                problems.push(format!("{name}: has no {element}"));
            }
        }
        if !has_extension("/cqf-knowledgeCapability") || !has_extension("/artifact-versionAlgorithm") {
            problems.push(format!("{name}: does not say what it can be used for"));
        }
        if artifact.kind() == "StructureDefinition" && artifact.resource.pointer("/snapshot/element/0").is_none() {
            problems.push(format!("{name}: has no snapshot"));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// A reference by canonical, with or without a version, leads to a resource of the package.
#[test]
fn references_lead_somewhere() {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) if text.starts_with("https://cellwise.dev/fhir/") => found.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(members) => members.values().for_each(|member| walk(member, found)),
            _ => {}
        }
    }
    let artifacts = Artifacts::embedded().unwrap();
    let mut problems = Vec::new();
    for artifact in artifacts.all() {
        let mut found = Vec::new();
        walk(&artifact.resource, &mut found);
        for canonical in found {
            let kind = canonical.trim_start_matches("https://cellwise.dev/fhir/").split('/').next().unwrap().to_owned();
            if artifacts.resolve(&kind, &canonical).is_none() {
                problems.push(format!("{}: {canonical}", artifact.canonical()));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_file_that_can_not_be_written_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_cellwise"))
        .args(["package", "--out", "no-such-folder/package.tgz"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error: no-such-folder/package.tgz: "), "{said}");
}
