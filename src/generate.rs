//! The files that are made from the rules' metadata: documents for people, FHIR resources for machines. `cellwise generate`
//! writes them, a test fails when they are stale.

mod about;
mod case_schema;
mod elements;
mod fhir_package;
mod rules_document;
mod safety;
mod statements_document;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::embedded;
use crate::engine::Engine;
use crate::texts::Place;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::{Language, Message, Rule, rules};
use cellwise_record::StartupError;

pub use about::{About, CaseLine, Section, embedded, with_values};
pub use elements::{ELEMENTS, OTHER_VERSIONS};
pub use safety::{Change, Hazard, Measure, Safety};

/// The folders of which every JSON file is generated: what is no longer made is to be deleted.
pub const OWNED: [&str; 3] =
    ["fhir-profiles/libraries", "fhir-profiles/plandefinitions", "fhir-profiles/structuredefinitions"];

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

/// The file with the statements.
const STATEMENTS: &str = "sources/statements.json";

/// The statements of the repository at `root`.
///
/// # Errors
/// When the file is missing or not what it should be.
pub fn statements(root: &Path) -> Result<Vec<Statement>, StartupError> {
    parsed(STATEMENTS, &read(root, STATEMENTS)?)
}

/// The statements that the binary carries.
///
/// # Errors
/// When the file is not what it should be.
pub fn embedded_statements() -> Result<Vec<Statement>, StartupError> {
    parsed(STATEMENTS, embedded::STATEMENTS)
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
    let all = about::of_repository(root)?;
    let mut made = BTreeMap::new();
    made.insert("docs/rules.md".to_owned(), rules_document::write(root, engine, &all)?);
    made.insert(about::FILE.to_owned(), about::write(&all)?);
    made.insert("docs/statements.md".to_owned(), statements_document::write(&statements(root)?, &all));
    made.insert(case_schema::FILE.to_owned(), case_schema::write(root, engine)?);
    made.extend(fhir_package::write(engine, &all)?);
    made.extend(safety::write(root, engine, &all)?);
    Ok(made)
}

fn read(root: &Path, path: &str) -> Result<String, StartupError> {
    fs::read_to_string(root.join(path)).map_err(|error| StartupError::file(path, error))
}

fn parsed<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, StartupError> {
    serde_json::from_str(text).map_err(|error| StartupError::file(path, error))
}

/// Text for a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('*', "\\*").replace('\n', " ")
}

/// A rule's title.
fn title(engine: &Engine, rule: &Rule) -> String {
    engine.knowledge().texts.say(rule.id, Language::ENGLISH, &Policy::default(), Place::Summary, &Message::new("title"))
}

/// The prose on top of a rule's file, as (heading, text), with the standard value of each number that it names.
fn header(engine: &Engine, about: &About) -> Result<Vec<(String, String)>, StartupError> {
    let texts = &engine.knowledge().texts;
    let written = |section: &Section| -> Result<(String, String), StartupError> {
        let text = with_values(texts, Language::ENGLISH, &Policy::default(), &section.text);
        Ok((section.heading.clone(), text.map_err(|problem| StartupError::file(&about.id, problem))?))
    };
    about.prose.iter().map(written).collect()
}
