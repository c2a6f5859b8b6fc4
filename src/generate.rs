//! The files that are made from the rules' metadata: documents for people, FHIR resources for machines. `cellwise generate`
//! writes them, a test fails when they are stale.

mod elements;
mod fhir_package;
mod rules_document;
mod statements_document;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::engine::Engine;
use crate::texts::Place;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Language, Message, Rule, numbers, rules};
use cellwise_record::StartupError;

pub use elements::{ELEMENTS, OTHER_VERSIONS};

/// The folders of which every JSON file is generated: what is no longer made is to be deleted.
pub const OWNED: [&str; 2] = ["fhir-profiles/plandefinitions", "fhir-profiles/structuredefinitions"];

/// A checkable statement of a source document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Id, as rules cite it (`CART-067`).
    pub id: String,
    /// A: decides a card; B: can be checked or shown; C: background.
    pub tier: String,
    /// Short name of the document.
    pub document: String,
    /// Verbatim.
    pub quote: String,
    /// In English.
    pub english: String,
    /// Why no rule cites it.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A fixture case, as far as documents speak of it.
#[derive(Debug, Deserialize)]
struct Case {
    describe: String,
    #[serde(skip)]
    name: String,
}

/// The statements of `sources/statements.json`.
///
/// # Errors
/// When the file is missing or not what it should be.
pub fn statements(root: &Path) -> Result<Vec<Statement>, StartupError> {
    const FILE: &str = "sources/statements.json";
    let text = read(root, FILE)?;
    serde_json::from_str(&text).map_err(|error| StartupError::file(FILE, error))
}

/// The rules that cite a statement.
#[must_use]
pub fn citing(statement: &str) -> Vec<&'static Rule> {
    let cites = |rule: &&Rule| rule.citations.iter().any(|citation| citation.statements.contains(&statement));
    rules::ALL.iter().copied().filter(|rule| cites(rule)).collect()
}

/// Every generated file by its path in the repository at `root`.
///
/// # Errors
/// A file of the repository that is missing or not what it should be.
pub fn files(root: &Path, engine: &Engine) -> Result<BTreeMap<String, String>, StartupError> {
    let mut cases = BTreeMap::new();
    for rule in rules::ALL {
        cases.insert(rule.id, cases_of(root, rule.id)?);
    }
    let mut made = BTreeMap::new();
    made.insert("docs/rules.md".to_owned(), rules_document::write(root, engine, &cases)?);
    made.insert("docs/statements.md".to_owned(), statements_document::write(&statements(root)?, &cases));
    made.extend(fhir_package::write(root, engine)?);
    Ok(made)
}

fn read(root: &Path, path: &str) -> Result<String, StartupError> {
    fs::read_to_string(root.join(path)).map_err(|error| StartupError::file(path, error))
}

fn cases_of(root: &Path, rule: &str) -> Result<Vec<Case>, StartupError> {
    let folder = format!("fixtures/cases/{rule}");
    let entries = fs::read_dir(root.join(&folder)).map_err(|error| StartupError::file(&folder, error))?;
    let mut cases = Vec::new();
    for entry in entries {
        let name =
            entry.map_err(|error| StartupError::file(&folder, error))?.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(".json") else { continue };
        let path = format!("{folder}/{name}");
        let case: Case = serde_json::from_str(&read(root, &path)?).map_err(|error| StartupError::file(&path, error))?;
        cases.push(Case { name: stem.to_owned(), ..case });
    }
    cases.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(cases)
}

/// A rule's title.
fn title(engine: &Engine, rule: &Rule) -> String {
    engine.knowledge().texts.say(rule.id, Language::ENGLISH, &Policy::default(), Place::Summary, &Message::new("title"))
}

/// The prose on top of a rule's file, as (heading, text), with the standard value of each number that it names.
fn header(root: &Path, engine: &Engine, rule: &Rule) -> Result<Vec<(String, String)>, StartupError> {
    let source = read(root, rule.file)?;
    let mut sections: Vec<(String, String)> = vec![(String::new(), String::new())];
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push((heading.to_owned(), String::new()));
        } else if let Some((_, text)) = sections.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    for (_, text) in &mut sections {
        *text = with_values(engine, text.trim()).map_err(|problem| StartupError::file(rule.file, problem))?;
    }
    Ok(sections)
}

/// `{low-igg}` in backticks becomes the value with its unit, and the name by which a hospital changes it.
fn with_values(engine: &Engine, text: &str) -> Result<String, String> {
    let mut parts = text.split("`{");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) =
            part.split_once("}`").ok_or_else(|| format!("the header has a `{{ that nothing closes: {part}"))?;
        let number = numbers::ALL.iter().find(|number| number.id == id);
        let number = number.ok_or_else(|| format!("the header names `{id}`, and numbers.rs has no such number"))?;
        let value = engine.knowledge().texts.measure(Language::ENGLISH, number.default, number.unit);
        let _ = write!(written, "{value} (`{id}`){rest}");
    }
    Ok(written)
}
