//! What the binary carries: services, texts, schemas and value sets, embedded at build time and cross-checked at start-up.

mod asked;
mod profiles;

use cellwise_record::{Moment, Source, StartupError, Verdict};
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::embedded::{CDS_HOOKS, files};
use crate::schema::Schemas;
use crate::texts::Texts;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::products::{self, Indications};
use cellwise_clinic::{Hook, Rule, rules};
use cellwise_record::terminology::mapping::{Code, Mapping, Row};
use cellwise_record::terminology::{ClinicalDrugs, Files, HintFile, NamedSet, Terminology, ValueSet};

use asked::Recent;
pub use asked::{Asked, LONGEST_QUERY};
pub(crate) use asked::{DRAFTED_MEDICATIONS, PATIENT_TOKEN, searchable};
use profiles::Profiles;

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
    /// Prefetch key → query template. `{{observations}}` stands for the codes that its rules read.
    prefetch: BTreeMap<String, String>,
    /// Observations that the rules look at for some days only.
    #[serde(default)]
    recent: Vec<Recent>,
}

/// A service, ready to run.
#[derive(Debug)]
pub struct Service {
    /// Id, the URL segment.
    pub id: String,
    /// Hook → its rules.
    pub hooks: BTreeMap<String, Vec<&'static Rule>>,
    /// The kinds of data that it asks for.
    pub sources: Vec<Source>,
    /// What it asks, query by query.
    pub asked: Vec<Asked>,
    /// The same as discovery has it: prefetch key → query template.
    pub prefetch: BTreeMap<String, String>,
    /// What it was made of.
    file: ServiceFile,
}

/// A service on one hook, at an address of its own: the public sandbox keeps one service for each address.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<'k> {
    /// The service.
    pub service: &'k Service,
    /// The hook that it is offered on; `None` is each of the service's.
    pub hook: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DiscoveryEntry<'a> {
    hook: &'a str,
    title: &'a str,
    description: &'a str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_requirements: Option<&'a str>,
    prefetch: Cow<'a, BTreeMap<String, String>>,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hook_version: Option<&'static str>,
}

#[derive(Serialize)]
struct Discovery<'a> {
    services: Vec<DiscoveryEntry<'a>>,
}

/// The base of every canonical url of the project.
pub const CANONICAL: &str = "https://cellwise.dev/fhir";

/// The version of the CDS Hooks specification that the services implement.
const CDS_HOOKS_VERSION: &str = "2.0.1";

/// What an EHR can fill in in a prefetch template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tokens {
    /// Members of the context (CDS Hooks 2.0.1).
    Plain,
    /// The little FHIRPath of CDS Hooks 3.0.0-ballot, too.
    FhirPath,
}

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
    /// The hospital's own codes, and what they mean.
    pub local_codes: Vec<LocalCode>,
    discovery: String,
    discovery_in_fhirpath: String,
}

/// A hospital's own code, and the one that it stands for.
#[derive(Clone, Debug)]
pub struct LocalCode {
    /// Its own.
    pub source: Code,
    /// What it calls it; may be empty.
    pub display: String,
    /// What it means.
    pub target: Code,
}

impl Knowledge {
    /// Loads and cross-checks everything.
    ///
    /// # Errors
    /// The first file that is wrong, and how.
    pub fn load() -> Result<Self, StartupError> {
        Self::of(&Profiles::embedded()?)
    }

    /// The same, with these files of `fhir-profiles/`.
    fn of(profiles: &Profiles) -> Result<Self, StartupError> {
        let indications: Indications<String> = parsed(products::PATH, profiles.file(products::FILE)?)?;
        let terminology = terminology(profiles, &indications)?;
        for hint in rules::HINTS {
            if !terminology.has_hint(hint) {
                return Err(StartupError::file("fhir-profiles/text-hints.json", format!("has no hints `{hint}`")));
            }
        }
        let indications = indications.ready(|name| terminology.set(name))?;
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
        let ids: Vec<String> = services.iter().flat_map(Service::ids).map(|(_, id)| id).collect();
        if let Some(id) =
            ids.iter().enumerate().find_map(|(place, id)| ids.iter().skip(place + 1).find(|other| *other == id))
        {
            return Err(StartupError::file("cds-hooks/services", format!("two services have the id `{id}`")));
        }
        for rule in rules::ALL {
            if !services.iter().flat_map(|service| service.hooks.values().flatten()).any(|of| of.id == rule.id) {
                return Err(StartupError::file("cds-hooks/services", format!("no service runs rule `{}`", rule.id)));
            }
        }
        let discovery = discovery_of(&services, Tokens::Plain)?;
        let discovery_in_fhirpath = discovery_of(&services, Tokens::FhirPath)?;
        let local_codes = Vec::new();
        Ok(Self { services, terminology, indications, texts, schemas, local_codes, discovery, discovery_in_fhirpath })
    }

    /// The same in one hospital: with its codes, and without what it has switched off. A hook on which no rule is left is not
    /// offered, and nothing is asked for that no rule needs.
    ///
    /// # Errors
    /// When the discovery document can't be written.
    pub fn under(mut self, policy: &Policy, mapping: &Mapping) -> Result<Self, StartupError> {
        self.terminology.add_mapping(mapping);
        let local = |row: &Row| LocalCode {
            source: row.source.clone(),
            display: row.display.clone(),
            target: row.target.clone(),
        };
        self.local_codes = mapping.rows().map(local).collect();
        self.services.retain(|service| policy.service_off(&service.id).is_none());
        for service in &mut self.services {
            service.narrow(policy, &self.terminology);
        }
        self.discovery = discovery_of(&self.services, Tokens::Plain)?;
        self.discovery_in_fhirpath = discovery_of(&self.services, Tokens::FhirPath)?;
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

    /// What is at the address that ends in this id: a service on one of its hooks, or, by its own id, on each of them.
    #[must_use]
    pub fn endpoint(&self, id: &str) -> Option<Endpoint<'_>> {
        if let Some(service) = self.service(id) {
            return Some(Endpoint { service, hook: None });
        }
        self.services.iter().find_map(|service| {
            let (hook, _) = service.offered().find(|(_, own)| own == id)?;
            Some(Endpoint { service, hook: Some(hook) })
        })
    }

    /// The discovery document.
    #[must_use]
    pub fn discovery(&self) -> &str {
        &self.discovery
    }

    /// The same for a client that fills in FHIRPath.
    #[must_use]
    pub fn discovery_in_fhirpath(&self) -> &str {
        &self.discovery_in_fhirpath
    }
}

impl Service {
    /// The id under which each hook of its file is offered, first hook first: its own for the first, `<id>-<hook>` for
    /// the others. An id stays the same when another hook is no longer offered.
    fn ids(&self) -> impl Iterator<Item = (&'static str, String)> {
        let hooks = Hook::ALL.into_iter().map(Hook::name).filter(|hook| self.file.hooks.contains_key(*hook));
        hooks
            .enumerate()
            .map(|(place, hook)| (hook, if place == 0 { self.id.clone() } else { format!("{}-{hook}", self.id) }))
    }

    /// The hooks that it is offered on, each with the id under which it is.
    pub fn offered(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.ids().filter(|(hook, _)| self.hooks.contains_key(*hook))
    }

    /// What people call it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.file.title
    }

    /// What it asks for on a hook, as discovery has it.
    fn prefetch_on(&self, hook: &str, tokens: Tokens) -> Cow<'_, BTreeMap<String, String>> {
        if tokens == Tokens::Plain {
            return Cow::Borrowed(&self.prefetch);
        }
        let all = self.asked.iter().filter(|asked| !asked.is_whole);
        let more = Hook::from_name(hook).map_or(&[][..], asked::in_fhirpath);
        let more = more.iter().map(|(key, template)| ((*key).to_owned(), (*template).to_owned()));
        Cow::Owned(all.map(|asked| (asked.key.clone(), asked.template_in_fhirpath())).chain(more).collect())
    }

    /// What it is for.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.file.description
    }

    /// The types of the resources that it reads, sorted.
    #[must_use]
    pub fn resource_types(&self) -> Vec<&'static str> {
        let mut types: Vec<&str> = self.sources.iter().map(|source| source.resource_type()).collect();
        // Drugs that are only referenced are read.
        if types.iter().any(|kind| kind.starts_with("Medication")) {
            types.push("Medication");
        }
        types.sort_unstable();
        types
    }

    /// Sets down what it asks for, for the rules that it has.
    fn ask(&mut self, terminology: &Terminology, policy: &Policy) {
        let rules = self.hooks.values().flatten();
        let ServiceFile { prefetch, recent, .. } = &self.file;
        self.asked = asked::asked(prefetch, recent, &self.sources, rules, (terminology, policy));
        let in_discovery = self.asked.iter().filter(|asked| !asked.is_whole);
        self.prefetch = in_discovery.map(|asked| (asked.key.clone(), asked.template.clone())).collect();
    }

    /// Takes out the rules that are switched off, with the data that only they needed.
    fn narrow(&mut self, policy: &Policy, terminology: &Terminology) {
        let of_service = self.hooks.values().flatten();
        let (off, on): (Vec<&Rule>, Vec<&Rule>) = of_service.partition(|rule| policy.rule_off(rule.id).is_some());
        let needs = |rules: &[&Rule], source: Source| rules.iter().any(|rule| rule.needs.contains(&source));
        // What no rule lists, and codes that stand in the template itself, serve rules that look without depending on it.
        let is_generated = |source: Source| {
            let template = self.file.prefetch.get(source.key());
            source != Source::Observations || template.is_some_and(|template| template.ends_with(asked::OBSERVATIONS))
        };
        self.sources.retain(|source| {
            *source == Source::Patient || !needs(&off, *source) || needs(&on, *source) || !is_generated(*source)
        });
        for of_hook in self.hooks.values_mut() {
            of_hook.retain(|rule| policy.rule_off(rule.id).is_none());
        }
        self.hooks.retain(|_, of_hook| !of_hook.is_empty());
        self.ask(terminology, policy);
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

/// The index of everything in `fhir-profiles/` that says what codes and words mean. A CAR-T product is known by its entry in the
/// indications alone: its codes are codes of CAR-T, its names words for it.
fn terminology(profiles: &Profiles, indications: &Indications<String>) -> Result<Terminology, StartupError> {
    let mut hints: HintFile = parsed("fhir-profiles/text-hints.json", profiles.file("text-hints.json")?)?;
    let named = |name: &str, part_of| NamedSet { name: name.to_owned(), by: products::PATH, part_of };
    let mut all_named: Vec<NamedSet> = indications.value_sets().into_iter().map(|name| named(name, None)).collect();
    for product in &indications.products {
        all_named.push(named(&product.set, Some(ValueSet::CAR_T)));
        hints.add("car-t", &product.name);
        hints.add("car-t", &product.brand);
    }
    Terminology::compile(Files {
        value_sets: profiles.all_of("valuesets")?,
        code_systems: profiles.all_of("codesystems")?.into_iter().map(|(_, file)| file).collect(),
        concept_maps: profiles.all_of("conceptmaps")?.into_iter().map(|(_, file)| file).collect(),
        aliases: parsed("fhir-profiles/code-system-aliases.json", profiles.file("code-system-aliases.json")?)?,
        hints,
        clinical_drugs: ClinicalDrugs::new(profiles.file("rxnorm/clinical-drugs.tsv")?),
        named: all_named,
    })
}

/// Reads a JSON file that the binary carries.
fn parsed<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, StartupError> {
    serde_json::from_str(text).map_err(|error| StartupError::file(file, error))
}

/// The discovery document.
fn discovery_of(services: &[Service], tokens: Tokens) -> Result<String, StartupError> {
    let entries = services.iter().flat_map(|service| {
        service.offered().map(|(hook, id)| DiscoveryEntry {
            hook,
            title: &service.file.title,
            description: &service.file.description,
            id,
            usage_requirements: service.file.usage_requirements.as_deref(),
            prefetch: service.prefetch_on(hook, tokens),
            version: CDS_HOOKS_VERSION,
            hook_version: Hook::from_name(hook).map(Hook::version),
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
    let (asked, prefetch) = Default::default();
    let mut service = Service { id: file.id.clone(), hooks, sources, asked, prefetch, file };
    service.ask(terminology, &Policy::default());
    asked::check(path, &service.file.recent, &service.asked)?;
    Ok(service)
}

#[cfg(test)]
mod tests;
