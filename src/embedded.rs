//! The files that the binary carries, embedded at build time.

use cellwise_record::StartupError;
use include_dir::{Dir, include_dir};

/// `cds-hooks/`: services, schemas, texts.
pub(crate) static CDS_HOOKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cds-hooks");
/// `docs/rules.json`: the prose and the cases of the rules, as the documents have them.
pub(crate) static RULES: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.json"));
/// `sources/statements.json`: every statement of the source documents.
pub(crate) static STATEMENTS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sources/statements.json"));
/// `fhir-profiles/`: value sets, code systems, hints.
pub(crate) static FHIR_PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fhir-profiles");

/// `fixtures/patients/`: invented patients, for the workbench.
pub(crate) static PATIENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/patients");
/// `fixtures/orders/`: their orders.
pub(crate) static ORDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/orders");

/// The files of a folder with an extension, as (name without extension, text), sorted by name.
pub(crate) fn files<'d>(
    dir: &'d Dir<'d>,
    folder: &str,
    extension: &str,
) -> Result<Vec<(String, &'d str)>, StartupError> {
    let of = dir.get_dir(folder).ok_or_else(|| StartupError::file(folder, "the folder is missing"))?;
    let mut found = Vec::new();
    for file in of.files() {
        let path = file.path();
        if path.extension().and_then(|have| have.to_str()) != Some(extension) {
            continue;
        }
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let text =
            file.contents_utf8().ok_or_else(|| StartupError::file(path.display().to_string(), "is not UTF-8"))?;
        found.push((name, text));
    }
    found.sort();
    Ok(found)
}
