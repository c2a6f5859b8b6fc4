//! What documents say of a rule beside its metadata: the prose on top of its file, and what its cases promise.
//!
//! `cellwise generate` gathers it once from the repository, for `docs/rules.md`, the FHIR package and `docs/rules.json`;
//! the binary carries the last of these, for the pages that it serves.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{parsed, read};
use crate::embedded::RULES;
use crate::texts::Texts;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Language, Rule, numbers, rules};
use cellwise_record::StartupError;

/// The file with all of it, for the binary.
pub(super) const FILE: &str = "docs/rules.json";

/// What documents say of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The id of the rule.
    pub id: String,
    /// The prose on top of its file, in English, section by section.
    pub prose: Vec<Section>,
    /// Its cases, sorted by name.
    pub cases: Vec<CaseLine>,
}

/// A section of the prose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading; what stands above the first one has none.
    pub heading: String,
    /// Markdown. A number stands by its id: `{low-igg}` in backticks.
    pub text: String,
}

/// A case in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLine {
    /// Its name, which begins with what must come of it.
    pub name: String,
    /// What it is about.
    pub describe: String,
}

/// What the binary carries, rule by rule. It is as old as the last `cellwise generate` before the build.
///
/// # Errors
/// When the file is not what it should be.
pub fn embedded() -> Result<Vec<About>, StartupError> {
    parsed(FILE, RULES)
}

/// The same of the repository at `root`, in the order of the rules.
pub(super) fn of_repository(root: &Path) -> Result<Vec<About>, StartupError> {
    let of_rule = |rule: &&Rule| -> Result<About, StartupError> {
        Ok(About { id: rule.id.to_owned(), prose: prose(&read(root, rule.file)?), cases: cases(root, rule.id)? })
    };
    rules::ALL.iter().map(of_rule).collect()
}

/// The file for the binary.
pub(super) fn write(all: &[About]) -> Result<String, StartupError> {
    let text = serde_json::to_string_pretty(all).map_err(|error| StartupError::file(FILE, error))?;
    Ok(text + "\n")
}

/// The sections of the comment on top of a source.
fn prose(source: &str) -> Vec<Section> {
    let mut sections = vec![Section { heading: String::new(), text: String::new() }];
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push(Section { heading: heading.to_owned(), text: String::new() });
        } else if let Some(section) = sections.last_mut() {
            section.text.push_str(line);
            section.text.push('\n');
        }
    }
    for section in &mut sections {
        section.text = section.text.trim().to_owned();
    }
    sections
}

fn cases(root: &Path, rule: &str) -> Result<Vec<CaseLine>, StartupError> {
    #[derive(Deserialize)]
    struct Described {
        describe: String,
    }
    let folder = format!("fixtures/cases/{rule}");
    let entries = fs::read_dir(root.join(&folder)).map_err(|error| StartupError::file(&folder, error))?;
    let mut cases = Vec::new();
    for entry in entries {
        let file =
            entry.map_err(|error| StartupError::file(&folder, error))?.file_name().to_string_lossy().into_owned();
        let Some(name) = file.strip_suffix(".json") else { continue };
        let path = format!("{folder}/{file}");
        let Described { describe } = parsed(&path, &read(root, &path)?)?;
        cases.push(CaseLine { name: name.to_owned(), describe });
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(cases)
}

/// `{low-igg}` in backticks becomes the value with its unit, and the name by which a hospital changes it.
///
/// # Errors
/// A number that does not exist, or a brace that nothing closes.
pub fn with_values(texts: &Texts, language: Language, policy: &Policy, text: &str) -> Result<String, String> {
    let mut parts = text.split("`{");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) =
            part.split_once("}`").ok_or_else(|| format!("the header has a `{{ that nothing closes: {part}"))?;
        let number = numbers::ALL.iter().find(|number| number.id == id);
        let number = number.ok_or_else(|| format!("the header names `{id}`, and numbers.rs has no such number"))?;
        let value = texts.measure(language, policy.value(number), number.unit);
        let _ = write!(written, "{value} (`{id}`){rest}");
    }
    Ok(written)
}
