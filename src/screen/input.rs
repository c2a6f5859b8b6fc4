//! The files of an export: which there are, what type each is of by its name, and what its manifest says was exported.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cellwise_record::Source;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ScreenError;
use super::line::MEDICATION;
use crate::files::{self, reason};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Packing {
    /// Not at all.
    Plain,
    /// gzip (`.gz`).
    Gzip,
    /// Zstandard (`.zst`).
    Zstd,
}

/// Ends of the names of files that are read, without that of the packing.
const ENDS: [&str; 3] = [".ndjson", ".jsonl", ".json-seq"];

/// Types that exports have and no rule reads: what is lost of them hides nothing.
const NOT_READ: [&str; 48] = [
    "Account",
    "AdverseEvent",
    "Appointment",
    "Basic",
    "Binary",
    "BodyStructure",
    "CarePlan",
    "CareTeam",
    "Claim",
    "ClaimResponse",
    "Communication",
    "CommunicationRequest",
    "Composition",
    "Coverage",
    "Device",
    "DeviceRequest",
    "DeviceUseStatement",
    "DocumentReference",
    "Endpoint",
    "EpisodeOfCare",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "Group",
    "HealthcareService",
    "ImagingStudy",
    "Immunization",
    "List",
    "Location",
    "Media",
    "MedicationDispense",
    "MedicationKnowledge",
    "NutritionOrder",
    "OperationOutcome",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RiskAssessment",
    "Schedule",
    "Slot",
    "Specimen",
    "Task",
    "VisionPrescription",
];

/// What is in a file, by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Holds {
    /// Data of this kind, by its prefetch key.
    Kind(String),
    /// Medications.
    Drugs,
    /// Something that no rule reads.
    Nothing,
    /// The name does not say.
    Anything,
}

impl Holds {
    /// What a resource type is to the rules; `Anything` for a word that is none.
    pub(super) fn of_type(word: &str) -> Self {
        match Source::PREFETCHED.into_iter().find(|source| source.holds(word)) {
            Some(source) => Self::Kind(source.key().to_owned()),
            None if word == MEDICATION => Self::Drugs,
            None if NOT_READ.contains(&word) => Self::Nothing,
            None => Self::Anything,
        }
    }

    /// By the words of a file name: `Condition.000.ndjson`, `1.Patient.ndjson`, `export_Observation_3.ndjson.gz`.
    pub(super) fn of_name(name: &str) -> Self {
        let mut words = name.split(|c: char| !c.is_ascii_alphabetic()).map(Self::of_type);
        words.find(|holds| *holds != Self::Anything).unwrap_or(Self::Anything)
    }

    /// The kind of data; `None` where it may be any.
    pub(super) fn source(&self) -> Option<Source> {
        match self {
            Self::Kind(key) => Source::from_key(key),
            _ => None,
        }
    }
}

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Input {
    /// Where it is.
    pub(super) path: PathBuf,
    /// How it is called in what is reported.
    pub(super) name: String,
    /// What is in it, by its name.
    pub(super) holds: Holds,
    pub(super) packing: Packing,
    /// Its size on disk in bytes.
    pub(super) size: u64,
    /// When it was last changed, in seconds.
    modified: u64,
}

/// Everything that is to be read.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    pub(super) files: Vec<Input>,
    /// Kinds of data that were exported, whether or not there are any: by a file, or by the manifest.
    pub(super) exported: BTreeSet<Source>,
    /// Kinds of data of which a file is missing.
    pub(super) missing: BTreeSet<Source>,
    /// What is wrong, and what was left alone: no names of patients are in names of files of an export.
    pub(super) problems: Vec<String>,
    /// Files that are none of an export.
    pub(super) left_alone: Vec<String>,
}

impl Inputs {
    /// Looks for files in these folders, and takes these files.
    pub(super) fn find(paths: &[PathBuf]) -> Result<Self, ScreenError> {
        let mut found = Self::default();
        for path in paths {
            let meta = fs::metadata(path).map_err(|error| ScreenError::of(path, "can't be read", &error))?;
            if meta.is_dir() {
                let mut manifests = Vec::new();
                found.walk(path, path, &mut manifests)?;
                for manifest in manifests {
                    found.compare(&manifest);
                }
            } else {
                found.take(path, path.parent().unwrap_or(Path::new("")))?;
            }
        }
        if found.files.is_empty() {
            let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            let message =
                format!("{}: there is no file that ends in `.ndjson`, `.ndjson.gz` or `.ndjson.zst`", names.join(", "));
            return Err(ScreenError::new(message));
        }
        // One order, whatever that of the disk is: of what comes twice the first counts.
        found.files.sort_by(|left, right| left.name.cmp(&right.name));
        found.exported.extend(found.files.iter().filter_map(|file| file.holds.source()));
        Ok(found)
    }

    fn walk(&mut self, root: &Path, folder: &Path, manifests: &mut Vec<(PathBuf, Value)>) -> Result<(), ScreenError> {
        let fail = |error| ScreenError::of(folder, "can't be read", &error);
        let mut paths = fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>())
            .map_err(fail)?;
        paths.sort();
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                self.walk(root, &path, manifests)?;
            } else if packing(&name).is_some() {
                self.take(&path, root)?;
            } else if let Some(manifest) = manifest(&path) {
                manifests.push((path, manifest));
            } else {
                self.left_alone.push(shown(&path, root));
            }
        }
        Ok(())
    }

    fn take(&mut self, path: &Path, root: &Path) -> Result<(), ScreenError> {
        let meta = fs::metadata(path).map_err(|error| ScreenError::of(path, "can't be read", &error))?;
        let name = shown(path, root);
        let modified = meta.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        self.files.push(Input {
            path: path.to_owned(),
            holds: Holds::of_name(name.rsplit('/').next().unwrap_or(&name)),
            packing: packing(&name).unwrap_or(Packing::Plain),
            size: meta.len(),
            modified: modified.map_or(0, |time| time.as_secs()),
            name,
        });
        Ok(())
    }

    /// Compares a manifest with the files beside it: what it says was exported, and what of it is not here.
    fn compare(&mut self, (path, manifest): &(PathBuf, Value)) {
        let folder = path.parent().unwrap_or(Path::new(""));
        let output = list(manifest, "output");
        if let Some(types) = types_of_request(manifest) {
            self.exported.extend(types.iter().filter_map(|word| Holds::of_type(word).source()));
        }
        let mut types: Vec<&str> = output.iter().filter_map(|one| one.get("type")?.as_str()).collect();
        self.exported.extend(types.iter().filter_map(|word| Holds::of_type(word).source()));
        types.sort_unstable();
        types.dedup();
        for kind in types {
            let promised = output.iter().filter(|one| one.get("type").and_then(Value::as_str) == Some(kind)).count();
            let holds = Holds::of_type(kind);
            let here = self.files.iter().filter(|file| file.path.starts_with(folder) && file.holds == holds).count();
            if here < promised && holds != Holds::Nothing && holds != Holds::Anything {
                self.missing.extend(holds.source());
                let name = path.display();
                self.problems.push(format!("{name}: names {promised} files of {kind}, of which {here} are here"));
            }
        }
        if list(manifest, "error").iter().any(|one| one.get("type").and_then(Value::as_str) == Some("OperationOutcome"))
            && !self.files.iter().any(|file| file.path.starts_with(folder) && is_of_errors(file))
        {
            let name = path.display();
            self.missing.extend(Source::PREFETCHED);
            self.problems.push(format!(
                "{name}: names a file with errors of the export, which is not here: what failed is not known"
            ));
        }
    }
}

fn is_of_errors(file: &Input) -> bool {
    let name = file.name.to_ascii_lowercase();
    name.contains("operationoutcome") || name.contains("error")
}

/// The types that an export was asked for; `None` when it was asked for everything.
fn types_of_request(manifest: &Value) -> Option<Vec<String>> {
    let url = reqwest::Url::parse(manifest.get("request")?.as_str()?).ok()?;
    let types = url.query_pairs().filter(|(name, _)| name == "_type");
    let types: Vec<String> =
        types.flat_map(|(_, types)| types.split(',').map(|of| of.trim().to_owned()).collect::<Vec<_>>()).collect();
    (!types.is_empty()).then_some(types)
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The manifest of an export, if a file is one.
fn manifest(path: &Path) -> Option<Value> {
    const LARGEST: u64 = 64 * 1024 * 1024;
    if path.extension()? != "json" || fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let value: Value = serde_json::from_slice(&files::read(path).ok()?).ok()?;
    (value.get("output")?.is_array() && value.get("transactionTime").is_some()).then_some(value)
}

/// How a file of this name is packed; `None` for one that is not read.
fn packing(name: &str) -> Option<Packing> {
    let name = name.to_ascii_lowercase();
    let (name, packing) = match (name.strip_suffix(".gz"), name.strip_suffix(".zst").or(name.strip_suffix(".zstd"))) {
        (Some(name), _) => (name, Packing::Gzip),
        (_, Some(name)) => (name, Packing::Zstd),
        (None, None) => (name.as_str(), Packing::Plain),
    };
    ENDS.iter().any(|end| name.ends_with(end)).then_some(packing)
}

fn shown(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

impl ScreenError {
    pub(super) fn of(path: &Path, what: &str, error: &std::io::Error) -> Self {
        Self::new(format!("{}: {what}: {}", path.display(), reason(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_in_a_file_and_how_it_is_packed() {
        let kind = |source: Source| Holds::Kind(source.key().to_owned());
        for (name, holds, is_packed) in [
            ("Condition.ndjson", kind(Source::Conditions), Some(Packing::Plain)),
            ("1.Patient.ndjson", kind(Source::Patient), Some(Packing::Plain)),
            ("export_Observation_03.ndjson.gz", kind(Source::Observations), Some(Packing::Gzip)),
            ("ProcedureRequest-1.NDJSON.zst", kind(Source::ServiceRequests), Some(Packing::Zstd)),
            ("Medication.0001.ndjson", Holds::Drugs, Some(Packing::Plain)),
            ("DocumentReference.ndjson", Holds::Nothing, Some(Packing::Plain)),
            ("everything.jsonl", Holds::Anything, Some(Packing::Plain)),
            ("Hospital.ndjson", Holds::Anything, Some(Packing::Plain)),
            ("Condition.json", kind(Source::Conditions), None),
            ("log.csv", Holds::Anything, None),
        ] {
            assert_eq!((Holds::of_name(name), packing(name)), (holds, is_packed), "{name}");
        }
    }

    #[test]
    fn the_request_of_an_export_says_what_was_exported() {
        let types = |url: &str| types_of_request(&serde_json::json!({ "request": url }));
        let asked = types("https://ehr.example.org/fhir/Patient/$export?_type=Patient,Condition&_type=Procedure");
        assert_eq!(asked.unwrap(), ["Patient", "Condition", "Procedure"]);
        assert_eq!(types("https://ehr.example.org/fhir/$export"), None);
        assert_eq!(types("?"), None);
    }
}
