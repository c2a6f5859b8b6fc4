//! What the label of each CAR-T product asks for: `fhir-profiles/indications/ema.json`, read once at start-up.
//!
//! Indications change more often than rules do. They are dated, cited data: adding a product, or a row to one, is a change
//! of that file, and of the value sets that it names: by file name, the product's own codes and diseases that no rule knows
//! included. A name without a file stops start-up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};

use crate::language::Language;
use cellwise_record::terminology::ValueSet;
use cellwise_record::{Moment, StartupError};

/// Where the file is, seen from `fhir-profiles/`.
pub const FILE: &str = "indications/ema.json";
/// The same, seen from the project.
pub const PATH: &str = "fhir-profiles/indications/ema.json";

/// Every product with its indications. As the file has them, value sets are names; ready for use, what the index knows by these.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Indications<Set = ValueSet> {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    /// Where the indications come from.
    pub source: IndicationSource,
    /// From this day on they should have been compared with the source again.
    #[serde(deserialize_with = "day")]
    pub review_by: Moment,
    /// The products.
    pub products: Vec<Product<Set>>,
    /// Diagnosis codes that may stand for a disease without saying so.
    pub too_general: Vec<TooGeneral<Set>>,
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
pub struct Product<Set = ValueSet> {
    /// The codes by which an order names it.
    #[serde(rename = "valueSet")]
    pub set: Set,
    /// International nonproprietary name.
    pub name: String,
    /// Brand.
    pub brand: String,
    /// What the cells are aimed at.
    pub target: Target,
    /// One of them must fit.
    pub indications: Vec<Indication<Set>>,
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
pub struct Indication<Set = ValueSet> {
    /// Unique within the product.
    pub id: String,
    /// The disease, as a clinician calls it.
    pub name: Words,
    /// The wording of the label, short.
    pub label: Words,
    /// Any of these diseases.
    pub diseases: Vec<Set>,
    /// Age in whole years, both inclusive.
    pub age: AgeLimits,
    /// Treatments before; `None` where the label counts none.
    #[serde(default)]
    pub prior: Option<Prior>,
    /// Drug classes that must have been given: all of them.
    #[serde(default = "Vec::new")]
    pub classes: Vec<Required<Set>>,
    /// What the disease must be refractory to: all of it.
    #[serde(default = "Vec::new")]
    pub refractory_to: Vec<Required<Set>>,
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
pub struct Required<Set = ValueSet> {
    /// Values of the finding that shows it.
    #[serde(rename = "valueSet")]
    pub set: Set,
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
pub struct TooGeneral<Set = ValueSet> {
    /// The general codes.
    #[serde(rename = "valueSet")]
    pub set: Set,
    /// The diseases they may stand for.
    pub may_be: Vec<Set>,
    /// A diagnosis in one of these explains the general code.
    pub unless: Vec<Set>,
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

impl Indications<String> {
    /// The value sets that are named, those of the products' own codes apart.
    #[must_use]
    pub fn value_sets(&self) -> Vec<&str> {
        let mut names: Vec<&String> = Vec::new();
        for row in self.products.iter().flat_map(|product| &product.indications) {
            names.extend(&row.diseases);
            names.extend(row.classes.iter().chain(&row.refractory_to).map(|required| &required.set));
        }
        for TooGeneral { set, may_be, unless, .. } in &self.too_general {
            names.extend(std::iter::once(set).chain(may_be).chain(unless));
        }
        names.into_iter().map(String::as_str).collect()
    }

    /// The same, checked for what the types do not say, with the value sets that `find` knows by their names.
    ///
    /// # Errors
    /// What is wrong, and where in the file.
    pub fn ready(self, find: impl Fn(&str) -> Option<ValueSet>) -> Result<Indications, StartupError> {
        self.check().map_err(|problem| StartupError::file(PATH, problem))?;
        let known = |name: String| {
            find(&name).ok_or_else(|| StartupError::file(PATH, format!("there is no value set `{name}`")))
        };
        let all = |names: Vec<String>| names.into_iter().map(&known).collect::<Result<Vec<_>, _>>();
        let required = |of: Vec<Required<String>>| {
            of.into_iter()
                .map(|Required { set, name }| Ok(Required { set: known(set)?, name }))
                .collect::<Result<Vec<_>, StartupError>>()
        };
        let row = |row: Indication<String>| {
            let Indication { id, name, label, diseases, age, prior, classes, refractory_to, failure, source } = row;
            let (diseases, classes) = (all(diseases)?, required(classes)?);
            let refractory_to = required(refractory_to)?;
            Ok(Indication { id, name, label, diseases, age, prior, classes, refractory_to, failure, source })
        };
        let product = |product: Product<String>| {
            let Product { set, name, brand, target, indications } = product;
            let indications = indications.into_iter().map(row).collect::<Result<_, StartupError>>()?;
            Ok(Product { set: known(set)?, name, brand, target, indications })
        };
        let too_general = |of: TooGeneral<String>| {
            let TooGeneral { set, may_be, unless, missing } = of;
            Ok(TooGeneral { set: known(set)?, may_be: all(may_be)?, unless: all(unless)?, missing })
        };
        Ok(Indications {
            _schema: None,
            source: self.source,
            review_by: self.review_by,
            products: self.products.into_iter().map(product).collect::<Result<_, StartupError>>()?,
            too_general: self.too_general.into_iter().map(too_general).collect::<Result<_, StartupError>>()?,
        })
    }

    /// What the types do not say.
    fn check(&self) -> Result<(), String> {
        let mut products = BTreeSet::new();
        for product in &self.products {
            let name = &product.name;
            if !products.insert(&product.set) {
                return Err(format!("product `{name}`: value set `{}` belongs to two products", product.set));
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

impl Indications {
    /// Every row with its product, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = (&Product, &Indication)> {
        self.products.iter().flat_map(|product| product.indications.iter().map(move |row| (product, row)))
    }

    /// The diseases of all products.
    #[must_use]
    pub fn diseases(&self) -> Vec<ValueSet> {
        self.rows().flat_map(|(_, row)| row.diseases.iter().copied()).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Indication<String> {
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

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Moment, D::Error> {
    let text = String::deserialize(deserializer)?;
    let day = Moment::parse(&text).filter(|moment| moment.exact_day().is_some());
    day.ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a day (2026-11-21)")))
}
