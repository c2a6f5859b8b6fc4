//! The files of `fhir-profiles/` that the binary carries.

use std::collections::BTreeMap;

use cellwise_record::StartupError;
use serde::de::DeserializeOwned;

use super::parsed;
use crate::embedded::FHIR_PROFILES;

/// The files of `fhir-profiles/`, by path.
pub(super) struct Profiles(pub(super) BTreeMap<String, &'static str>);

impl Profiles {
    /// Those that the binary carries.
    pub(super) fn embedded() -> Result<Self, StartupError> {
        let mut found = BTreeMap::new();
        let mut folders = vec![&FHIR_PROFILES];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().display().to_string();
                let text = file
                    .contents_utf8()
                    .ok_or_else(|| StartupError::file(format!("fhir-profiles/{path}"), "is not UTF-8"))?;
                found.insert(path, text);
            }
        }
        Ok(Self(found))
    }

    /// A file.
    pub(super) fn file(&self, path: &str) -> Result<&'static str, StartupError> {
        self.0.get(path).copied().ok_or_else(|| StartupError::file(format!("fhir-profiles/{path}"), "is missing"))
    }

    /// Every JSON file of a folder, by its name without extension.
    pub(super) fn all_of<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<(String, T)>, StartupError> {
        let mut all = Vec::new();
        for (path, text) in &self.0 {
            let name = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            if let Some(name) = name.and_then(|name| name.strip_suffix(".json")) {
                all.push((name.to_owned(), parsed(&format!("fhir-profiles/{path}"), text)?));
            }
        }
        Ok(all)
    }
}
