//! The snapshot of a profile: the elements of its base, with what the profile says of them.
//!
//! Our profiles say one thing, which elements are read (`mustSupport`). So a snapshot is the base with that mark; the bases are in
//! `fhir-profiles/base/`.

use cellwise_record::StartupError;
use serde_json::{Value, json};

use super::artifacts::text_of;
use crate::embedded::FHIR_PROFILES;

/// Adds the snapshot to a StructureDefinition that has a differential.
///
/// # Errors
/// When the base is missing, or the profile names an element that the base does not have.
pub(super) fn add(profile: &mut Value) -> Result<(), StartupError> {
    let path = format!("base/{}.json", text_of(profile, "type").to_lowercase());
    let wrong = |problem: String| StartupError::file(format!("fhir-profiles/{path}"), problem);
    let file = FHIR_PROFILES.get_file(&path).and_then(|file| file.contents_utf8());
    let file = file.ok_or_else(|| wrong("is missing: a profile needs the elements of its base".to_owned()))?;
    let base: Value = serde_json::from_str(file).map_err(|error| wrong(error.to_string()))?;
    let mut elements = base.get("element").and_then(Value::as_array).cloned().unwrap_or_default();
    let differential = profile.pointer("/differential/element").and_then(Value::as_array);
    for said in differential.into_iter().flatten() {
        let id = text_of(said, "id");
        let element = elements.iter_mut().find(|element| text_of(element, "id") == id);
        let element = element.and_then(Value::as_object_mut).ok_or_else(|| wrong(format!("has no element `{id}`")))?;
        for (name, value) in said.as_object().into_iter().flatten() {
            element.insert(name.clone(), value.clone());
        }
    }
    if let Some(members) = profile.as_object_mut() {
        // The order of the specification: the snapshot stands before the differential.
        let differential = members.shift_remove("differential");
        members.insert("snapshot".to_owned(), json!({ "element": elements }));
        members.extend(differential.map(|differential| ("differential".to_owned(), differential)));
    }
    Ok(())
}
