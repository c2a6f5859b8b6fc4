//! What the binary carries: services, texts, schemas and value sets, embedded at build time and cross-checked at start-up.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::chart::source::Source;
use crate::hooks::schema::Schemas;
use crate::hooks::texts::Texts;
use crate::indications::{self, Indications};
use crate::rules::{self, Rule};
use crate::terminology::Terminology;

/// `cds-hooks/`: services, schemas, texts.
pub(crate) static CDS_HOOKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/cds-hooks");
/// `fhir-profiles/`: value sets, code systems, hints.
pub(crate) static FHIR_PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fhir-profiles");

/// Why the server can't start: a file and what is wrong with it.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct StartupError {
    /// The file, seen from the project.
    pub file: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl StartupError {
    /// An error in a file.
    pub fn file(file: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { file: file.into(), problem: problem.to_string() }
    }
}

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
        let value_sets = files(&FHIR_PROFILES, "valuesets", "json")?;
        let text = |name: &str| {
            FHIR_PROFILES
                .get_file(name)
                .and_then(|file| file.contents_utf8())
                .ok_or_else(|| StartupError::file(format!("fhir-profiles/{name}"), "is missing"))
        };
        let terminology = Terminology::compile(
            value_sets.iter().map(|(name, text)| (name.as_str(), *text)),
            text("code-system-aliases.json")?,
            text("text-hints.json")?,
        )?;
        for hint in rules::HINTS {
            if !terminology.has_hint(hint) {
                return Err(StartupError::file("fhir-profiles/text-hints.json", format!("has no hints `{hint}`")));
            }
        }
        let indications = Indications::load(text(indications::FILE)?)?;
        let texts = Texts::load(&CDS_HOOKS)?;
        let schemas = Schemas::load().map_err(|error| StartupError::file("cds-hooks/schemas", error))?;
        let mut described = Vec::new();
        for (name, text) in files(&CDS_HOOKS, "services", "json")? {
            let path = format!("cds-hooks/services/{name}.json");
            let file: ServiceFile = serde_json::from_str(text).map_err(|error| StartupError::file(&path, error))?;
            if file.id != name {
                return Err(StartupError::file(&path, format!("has id `{}`: it must equal the file name", file.id)));
            }
            described.push((path, file));
        }
        let services =
            described.iter().map(|(path, file)| service(path, file, &terminology)).collect::<Result<Vec<_>, _>>()?;
        for rule in rules::ALL {
            if !services.iter().flat_map(|service| service.hooks.values().flatten()).any(|of| of.id == rule.id) {
                return Err(StartupError::file("cds-hooks/services", format!("no service runs rule `{}`", rule.id)));
            }
        }
        let discovery = Discovery {
            services: described
                .iter()
                .zip(&services)
                .flat_map(|((_, file), service)| {
                    file.hooks.keys().map(move |hook| DiscoveryEntry {
                        hook,
                        title: &file.title,
                        description: &file.description,
                        id: &file.id,
                        usage_requirements: file.usage_requirements.as_deref(),
                        prefetch: &service.prefetch,
                        version: CDS_HOOKS_VERSION,
                    })
                })
                .collect(),
        };
        let discovery =
            serde_json::to_string(&discovery).map_err(|error| StartupError::file("cds-hooks/services", error))?;
        Ok(Self { services, terminology, indications, texts, schemas, discovery })
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

fn service(path: &str, file: &ServiceFile, terminology: &Terminology) -> Result<Service, StartupError> {
    let mut sources = Vec::new();
    for key in file.prefetch.keys() {
        let source = Source::from_key(key)
            .ok_or_else(|| StartupError::file(path, format!("prefetch key `{key}` is no known source")))?;
        sources.push(source);
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
    let codes = observation_codes(hooks.values().flatten(), terminology);
    let prefetch =
        file.prefetch.iter().map(|(key, template)| (key.clone(), template.replace(OBSERVATIONS, &codes))).collect();
    Ok(Service { id: file.id.clone(), hooks, sources, prefetch })
}

/// The codes of every observation that the rules read, as a search parameter: `system|code,system|code`.
fn observation_codes<'r>(rules: impl Iterator<Item = &'r &'static Rule>, terminology: &Terminology) -> String {
    let sets: BTreeSet<_> = rules.flat_map(|rule| rule.observations).collect();
    let mut tokens: Vec<String> = Vec::new();
    for coded in sets.into_iter().flat_map(|set| terminology.members(*set)) {
        let token = format!("{}|{}", coded.system, coded.code);
        if !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens.join(",")
}

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
