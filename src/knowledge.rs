//! What the binary carries: services, texts, schemas and value sets, embedded at build time and cross-checked at start-up.

use cellwise_record::{Moment, Source, StartupError, Verdict};
use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::embedded::{CDS_HOOKS, FHIR_PROFILES, files};
use crate::schema::Schemas;
use crate::texts::Texts;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::products::{self, Indications};
use cellwise_clinic::{Rule, rules};
use cellwise_record::terminology::mapping::Mapping;
use cellwise_record::terminology::{ClinicalDrugs, Files, Terminology, ValueSet};

/// A service as a file of `cds-hooks/services/` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ServiceFile {
    id: String,
    title: String,
    description: String,
    #[serde(default)]
    usage_requirements: Option<String>,
    /// Hook → the rules it runs, in card order.
    hooks: BTreeMap<String, Vec<String>>,
    /// Prefetch key → query template. [`OBSERVATIONS`] stands for the codes that its rules read.
    prefetch: BTreeMap<String, String>,
}

/// Stands, in a template of a service file, for the codes of every observation that a rule of the service reads.
const OBSERVATIONS: &str = "{{observations}}";

/// A service, ready to run.
#[derive(Debug)]
pub struct Service {
    /// Id, the URL segment.
    pub id: String,
    /// Hook → its rules.
    pub hooks: BTreeMap<String, Vec<&'static Rule>>,
    /// The prefetch keys, as sources.
    pub sources: Vec<Source>,
    /// Prefetch key → query template.
    pub prefetch: BTreeMap<String, String>,
    /// What it was made of.
    file: ServiceFile,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiscoveryEntry<'a> {
    hook: &'a str,
    title: &'a str,
    description: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_requirements: Option<&'a str>,
    prefetch: &'a BTreeMap<String, String>,
    version: &'static str,
}

#[derive(Serialize)]
struct Discovery<'a> {
    services: Vec<DiscoveryEntry<'a>>,
}

/// The version of the CDS Hooks specification that the services implement.
const CDS_HOOKS_VERSION: &str = "2.0.1";

/// Everything the server knows.
pub struct Knowledge {
    /// The services.
    pub services: Vec<Service>,
    /// The compiled value sets.
    pub terminology: Terminology,
    /// What the label of each CAR-T product asks for.
    pub indications: Indications,
    /// The words of the cards.
    pub texts: Texts,
    /// The compiled JSON Schemas.
    pub schemas: Schemas,
    discovery: String,
}

impl Knowledge {
    /// Loads and cross-checks everything.
    ///
    /// # Errors
    /// The first file that is wrong, and how.
    pub fn load() -> Result<Self, StartupError> {
        let terminology = terminology()?;
        for hint in rules::HINTS {
            if !terminology.has_hint(hint) {
                return Err(StartupError::file("fhir-profiles/text-hints.json", format!("has no hints `{hint}`")));
            }
        }
        let indications = indications_of(knowledge_file(products::FILE)?)?;
        let texts = Texts::load(&CDS_HOOKS)?;
        let schemas = Schemas::load().map_err(|error| StartupError::file("cds-hooks/schemas", error))?;
        let mut services = Vec::new();
        for (name, text) in files(&CDS_HOOKS, "services", "json")? {
            let path = format!("cds-hooks/services/{name}.json");
            let file: ServiceFile = serde_json::from_str(text).map_err(|error| StartupError::file(&path, error))?;
            if file.id != name {
                return Err(StartupError::file(&path, format!("has id `{}`: it must equal the file name", file.id)));
            }
            services.push(service(&path, file, &terminology)?);
        }
        for rule in rules::ALL {
            if !services.iter().flat_map(|service| service.hooks.values().flatten()).any(|of| of.id == rule.id) {
                return Err(StartupError::file("cds-hooks/services", format!("no service runs rule `{}`", rule.id)));
            }
        }
        let discovery = discovery_of(&services)?;
        Ok(Self { services, terminology, indications, texts, schemas, discovery })
    }

    /// The same in one hospital: with its codes, and without what it has switched off. A hook on which no rule is left is not
    /// offered, and nothing is asked for that no rule needs.
    ///
    /// # Errors
    /// When the discovery document can't be written.
    pub fn under(mut self, policy: &Policy, mapping: &Mapping) -> Result<Self, StartupError> {
        self.terminology.add_mapping(mapping);
        self.services.retain(|service| policy.service_off(&service.id).is_none());
        for service in &mut self.services {
            service.narrow(policy, &self.terminology);
        }
        self.discovery = discovery_of(&self.services)?;
        Ok(self)
    }

    /// The rules that some service asks.
    #[must_use]
    pub fn asked_rules(&self) -> Vec<&'static Rule> {
        let services = || self.services.iter().flat_map(|service| service.hooks.values().flatten());
        rules::ALL.iter().filter(|rule| services().any(|asked| asked.id == rule.id)).copied().collect()
    }

    /// How many of its own codes the hospital has explained.
    #[must_use]
    pub fn mapped_codes(&self) -> usize {
        self.terminology.mapped()
    }

    /// What a person should have compared with its sources again by `day`, and since when: ids of rules, and data files.
    #[must_use]
    pub fn review_overdue(&self, day: &Moment) -> Vec<(&'static str, Moment)> {
        let rules = self.asked_rules().into_iter().filter_map(|rule| Some((rule.id, rule.review_by()?)));
        let mut overdue: Vec<(&'static str, Moment)> =
            rules.chain([(products::PATH, self.indications.review_by)]).collect();
        overdue.retain(|(_, review_by)| day.on_or_after(review_by) == Verdict::Met);
        overdue
    }

    /// The service with this id.
    #[must_use]
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// The discovery document.
    #[must_use]
    pub fn discovery(&self) -> &str {
        &self.discovery
    }
}

impl Service {
    /// Takes out the rules that are switched off, with the data that only they needed.
    fn narrow(&mut self, policy: &Policy, terminology: &Terminology) {
        let of_service = self.hooks.values().flatten();
        let (off, on): (Vec<&Rule>, Vec<&Rule>) = of_service.partition(|rule| policy.rule_off(rule.id).is_some());
        let needs = |rules: &[&Rule], source: Source| rules.iter().any(|rule| rule.needs.contains(&source));
        // What no rule lists, and codes that stand in the template itself, serve rules that look without depending on it.
        let is_generated = |source: Source| {
            let template = self.file.prefetch.get(source.key());
            source != Source::Observations || template.is_some_and(|template| template.ends_with(OBSERVATIONS))
        };
        self.sources.retain(|source| {
            *source == Source::Patient || !needs(&off, *source) || needs(&on, *source) || !is_generated(*source)
        });
        for of_hook in self.hooks.values_mut() {
            of_hook.retain(|rule| policy.rule_off(rule.id).is_none());
        }
        self.hooks.retain(|_, of_hook| !of_hook.is_empty());
        self.prefetch = templates(&self.file, &self.sources, &self.hooks, terminology);
    }
}

/// A number as JSON: whole numbers without a fraction.
#[must_use]
pub fn number_as_json(value: f64) -> serde_json::Value {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    if value.fract() == 0.0 && value.abs() < 1e9 {
        return serde_json::Value::from(value as i64);
    }
    serde_json::Value::from(value)
}

/// The index of everything in `fhir-profiles/` that says what codes and words mean.
fn terminology() -> Result<Terminology, StartupError> {
    Terminology::compile(Files {
        value_sets: all_of("valuesets")?,
        code_systems: all_of("codesystems")?.into_iter().map(|(_, file)| file).collect(),
        aliases: parsed("fhir-profiles/code-system-aliases.json", knowledge_file("code-system-aliases.json")?)?,
        hints: parsed("fhir-profiles/text-hints.json", knowledge_file("text-hints.json")?)?,
        clinical_drugs: ClinicalDrugs::new(knowledge_file("rxnorm/clinical-drugs.tsv")?),
    })
}

/// Every JSON file of a folder of `fhir-profiles/`, by its name without extension.
fn all_of<T: DeserializeOwned>(folder: &str) -> Result<Vec<(String, T)>, StartupError> {
    let read = |(name, text): (String, &str)| {
        let file = parsed(&format!("fhir-profiles/{folder}/{name}.json"), text)?;
        Ok((name, file))
    };
    files(&FHIR_PROFILES, folder, "json")?.into_iter().map(read).collect()
}

/// A file of `fhir-profiles/`.
fn knowledge_file(name: &str) -> Result<&'static str, StartupError> {
    let file = FHIR_PROFILES.get_file(name).and_then(|file| file.contents_utf8());
    file.ok_or_else(|| StartupError::file(format!("fhir-profiles/{name}"), "is missing"))
}

/// Reads a JSON file that the binary carries.
fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, StartupError> {
    serde_json::from_str(text).map_err(|error| StartupError::file(file, error))
}

/// Reads and checks what the labels of the CAR-T products ask for.
///
/// # Errors
/// What is wrong, and where in the file.
pub fn indications_of(text: &str) -> Result<Indications, StartupError> {
    parsed::<Indications>(products::PATH, text)?.checked()
}

/// The query templates of a service for the data that its rules need.
fn templates(
    file: &ServiceFile,
    sources: &[Source],
    hooks: &BTreeMap<String, Vec<&'static Rule>>,
    terminology: &Terminology,
) -> BTreeMap<String, String> {
    let codes = observation_codes(hooks.values().flatten(), terminology);
    let template = |source: &Source| {
        let template = file.prefetch.get(source.key())?;
        Some((source.key().to_owned(), template.replace(OBSERVATIONS, &codes).replace("=,", "=")))
    };
    sources.iter().filter_map(template).collect()
}

/// The discovery document.
fn discovery_of(services: &[Service]) -> Result<String, StartupError> {
    let entries = services.iter().flat_map(|service| {
        service.hooks.keys().map(|hook| DiscoveryEntry {
            hook,
            title: &service.file.title,
            description: &service.file.description,
            id: &service.id,
            usage_requirements: service.file.usage_requirements.as_deref(),
            prefetch: &service.prefetch,
            version: CDS_HOOKS_VERSION,
        })
    });
    serde_json::to_string(&Discovery { services: entries.collect() })
        .map_err(|error| StartupError::file("cds-hooks/services", error))
}

fn service(path: &str, file: ServiceFile, terminology: &Terminology) -> Result<Service, StartupError> {
    let mut sources = Vec::new();
    for key in file.prefetch.keys() {
        let source = Source::from_key(key)
            .ok_or_else(|| StartupError::file(path, format!("prefetch key `{key}` is no known source")))?;
        sources.push(source);
    }
    let reads_observations = |id: &String| rules::ALL.iter().any(|rule| rule.id == id && !rule.observations.is_empty());
    let asks =
        |key: &Source| file.prefetch.get(key.key()).is_some_and(|template| template.ends_with("={{observations}}"));
    if !file.hooks.values().flatten().any(reads_observations) && sources.iter().any(asks) {
        return Err(StartupError::file(path, "asks for observations, but none of its rules reads any"));
    }
    let mut hooks = BTreeMap::new();
    for (hook, ids) in &file.hooks {
        let mut of_hook = Vec::new();
        for id in ids {
            let rule = rules::ALL
                .iter()
                .find(|rule| rule.id == id)
                .ok_or_else(|| StartupError::file(path, format!("there is no rule `{id}`")))?;
            for need in rule.needs {
                if !sources.contains(need) {
                    return Err(StartupError::file(path, format!("rule `{id}` needs prefetch key `{}`", need.key())));
                }
            }
            of_hook.push(*rule);
        }
        hooks.insert(hook.clone(), of_hook);
    }
    let prefetch = templates(&file, &sources, &hooks, terminology);
    Ok(Service { id: file.id.clone(), hooks, sources, prefetch, file })
}

/// The codes of every observation that the rules read, as a search parameter: `system|code,system|code`. The site's own
/// codes are among them: the EHR may have no other.
fn observation_codes<'r>(rules: impl Iterator<Item = &'r &'static Rule>, terminology: &Terminology) -> String {
    let mut sets: BTreeSet<_> = rules.flat_map(|rule| rule.observations).collect();
    if !sets.is_empty() {
        // What is asked for may come as a component of a panel, which is found by the code of the panel only.
        sets.insert(&ValueSet::OBSERVATION_PANEL);
    }
    let mut tokens: Vec<String> = Vec::new();
    let members = |set: &&ValueSet| terminology.members(**set).iter().chain(terminology.local_members(**set));
    for coded in sets.iter().flat_map(members) {
        let token = format!("{}|{}", searchable(&coded.system), searchable(&coded.code));
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens.join(",")
}

/// What is written as it is in a search parameter.
const IN_A_SEARCH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// A code, the url of its system or an id as part of a search parameter. A site's own may hold anything.
pub(crate) fn searchable(code: &str) -> String {
    let mut plain = String::with_capacity(code.len());
    for c in code.chars() {
        // FHIR R4, 3.1.1.3: these four part the values of a parameter.
        if matches!(c, ',' | '|' | '$' | '\\') {
            plain.push('\\');
        }
        plain.push(c);
    }
    utf8_percent_encode(&plain, IN_A_SEARCH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_code_can_not_break_a_search() {
        assert_eq!(searchable("http://loinc.org"), "http://loinc.org");
        assert_eq!(searchable("urn:oid:2.16.840.1"), "urn:oid:2.16.840.1");
        assert_eq!(searchable("CRP hs,1|a&b{{c}}"), "CRP%20hs%5C%2C1%5C%7Ca%26b%7B%7Bc%7D%7D");
    }
}
