//! What the label of each CAR-T product asks for: `fhir-profiles/indications/ema.json`, read once at start-up.
//!
//! Indications change more often than rules do. They are dated, cited data: adding a product, or a row to one, is a change
//! of that file. Value sets are named by file name; a name that does not exist stops start-up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::language::Language;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Moment, StartupError};

/// Where the file is, seen from `fhir-profiles/`.
pub const FILE: &str = "indications/ema.json";
/// The same, seen from the project.
pub const PATH: &str = "fhir-profiles/indications/ema.json";

/// Every product with its indications.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Indications {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    /// Where the indications come from.
    pub source: IndicationSource,
    /// From this day on they should have been compared with the source again.
    #[serde(deserialize_with = "day")]
    pub review_by: Moment,
    /// The products.
    pub products: Vec<Product>,
    /// Diagnosis codes that may stand for a disease without saying so.
    pub too_general: Vec<TooGeneral>,
}

/// A source with its date.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicationSource {
    /// Publisher and title.
    pub title: String,
    /// Its date.
    #[serde(deserialize_with = "day")]
    pub date: Moment,
    /// Where it can be read.
    #[serde(default)]
    pub url: Option<String>,
}

/// A CAR-T product.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// The codes by which an order names it.
    #[serde(rename = "valueSet", deserialize_with = "value_set")]
    pub set: ValueSet,
    /// International nonproprietary name.
    pub name: String,
    /// Brand.
    pub brand: String,
    /// What the cells are aimed at.
    pub target: Target,
    /// One of them must fit.
    pub indications: Vec<Indication>,
}

/// What the cells of a product are aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Target {
    /// CD19: B cells.
    Cd19,
    /// B-cell maturation antigen: plasma cells.
    Bcma,
}

/// One row of a label.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Indication {
    /// Unique within the product.
    pub id: String,
    /// The disease, as a clinician calls it.
    pub name: Words,
    /// The wording of the label, short.
    pub label: Words,
    /// Any of these diseases.
    #[serde(deserialize_with = "value_sets")]
    pub diseases: Vec<ValueSet>,
    /// Age in whole years, both inclusive.
    pub age: AgeLimits,
    /// Treatments before; `None` where the label counts none.
    #[serde(default)]
    pub prior: Option<Prior>,
    /// Drug classes that must have been given: all of them.
    #[serde(default)]
    pub classes: Vec<Required>,
    /// What the disease must be refractory to: all of it.
    #[serde(default)]
    pub refractory_to: Vec<Required>,
    /// How the treatment before must have failed.
    pub failure: Failure,
    /// Where this row comes from, when not from the source of the file.
    #[serde(default)]
    pub source: Option<IndicationSource>,
}

/// Age limits in whole years, both inclusive.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeLimits {
    /// At least.
    #[serde(default)]
    pub minimum: Option<i32>,
    /// At most.
    #[serde(default)]
    pub maximum: Option<i32>,
}

/// How many treatments must have been given.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prior {
    /// What the label counts.
    pub kind: PriorKind,
    /// At least so many.
    pub minimum: i32,
    /// Fewer suffice when the first line failed early.
    #[serde(default)]
    pub early_failure: Option<EarlyFailure>,
}

/// What a label counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriorKind {
    /// Lines of systemic therapy.
    Lines,
    /// Therapies.
    Therapies,
}

/// Relapse within so many months of the end of the first line, or refractory to it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EarlyFailure {
    /// At least so many treatments.
    pub minimum: i32,
    /// Calendar months, inclusive.
    pub within_months: i32,
}

/// Something that a label requires, by value set, with its name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Required {
    /// Values of the finding that shows it.
    #[serde(rename = "valueSet", deserialize_with = "value_set")]
    pub set: ValueSet,
    /// What it is called.
    pub name: Words,
}

/// How the treatment before must have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Relapsed or refractory.
    RelapsedOrRefractory,
    /// Refractory, relapse after transplantation, or second or later relapse.
    RefractoryOrLaterRelapse,
    /// Progression on the last therapy.
    ProgressionOnLastTherapy,
}

/// A diagnosis code that may stand for a disease without saying so.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TooGeneral {
    /// The general codes.
    #[serde(rename = "valueSet", deserialize_with = "value_set")]
    pub set: ValueSet,
    /// The diseases they may stand for.
    #[serde(deserialize_with = "value_sets")]
    pub may_be: Vec<ValueSet>,
    /// A diagnosis in one of these explains the general code.
    #[serde(deserialize_with = "value_sets")]
    pub unless: Vec<ValueSet>,
    /// What the code leaves open.
    pub missing: Missing,
}

/// What a diagnosis code leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// The type of lymphoma.
    Type,
    /// The grade.
    Grade,
    /// B-cell or T-cell.
    Lineage,
}

/// The same words in every language of the cards.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// The words in one language; in English where the data have none in it.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        let of = |language: Language| self.0.get(language.code()).map(String::as_str);
        of(language).or_else(|| of(Language::ENGLISH)).unwrap_or_default()
    }
}

impl Indications {
    /// The same, checked for what the types do not say.
    ///
    /// # Errors
    /// What is wrong, and where in the file.
    pub fn checked(self) -> Result<Self, StartupError> {
        self.check().map_err(|problem| StartupError::file(PATH, problem))?;
        Ok(self)
    }

    /// Every row with its product, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = (&Product, &Indication)> {
        self.products.iter().flat_map(|product| product.indications.iter().map(move |row| (product, row)))
    }

    /// The diseases of all products.
    #[must_use]
    pub fn diseases(&self) -> Vec<ValueSet> {
        self.rows().flat_map(|(_, row)| row.diseases.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What the types do not say.
    fn check(&self) -> Result<(), String> {
        let mut products = BTreeSet::new();
        for product in &self.products {
            let name = &product.name;
            if !products.insert(product.set) {
                return Err(format!("product `{name}`: value set `{}` belongs to two products", product.set.name()));
            }
            if product.indications.is_empty() {
                return Err(format!("product `{name}`: has no indications"));
            }
            let mut ids = BTreeSet::new();
            for indication in &product.indications {
                if !ids.insert(&indication.id) {
                    return Err(format!("product `{name}`: two indications have the id `{}`", indication.id));
                }
                indication
                    .check()
                    .map_err(|problem| format!("product `{name}`, indication `{}`: {problem}", indication.id))?;
            }
        }
        if products.is_empty() {
            return Err("has no products".to_owned());
        }
        Ok(())
    }
}

impl Indication {
    fn check(&self) -> Result<(), &'static str> {
        if self.diseases.is_empty() {
            return Err("has no diseases");
        }
        if let AgeLimits { minimum: Some(minimum), maximum: Some(maximum) } = self.age
            && minimum > maximum
        {
            return Err("the minimum age is above the maximum");
        }
        if let Some(prior) = self.prior {
            if prior.minimum < 1 {
                return Err("`prior.minimum` must be at least 1; leave `prior` out where none is asked");
            }
            if let Some(early) = prior.early_failure
                && (early.minimum < 1 || early.minimum >= prior.minimum || early.within_months < 1)
            {
                return Err(
                    "`earlyFailure` must ask for at least 1 treatment, fewer than `prior.minimum`, and at least 1 month",
                );
            }
        }
        Ok(())
    }
}

fn named<E: serde::de::Error>(name: &str) -> Result<ValueSet, E> {
    ValueSet::from_name(name).ok_or_else(|| E::custom(format!("there is no value set `{name}`")))
}

fn value_set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ValueSet, D::Error> {
    named(&String::deserialize(deserializer)?)
}

fn value_sets<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ValueSet>, D::Error> {
    Vec::<String>::deserialize(deserializer)?.iter().map(|name| named(name)).collect()
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = Moment::parse(&text).filter(|moment| moment.exact_day().is_some());
    day.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a day (2026-11-21)")))
}
