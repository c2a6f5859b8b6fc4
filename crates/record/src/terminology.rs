//! What codes mean: every value set of `fhir-profiles/valuesets/` in one index, (code system, code) → set membership.
//!
//! A rule names a value set by constant. The constants and the files are cross-checked at start-up: a constant without a
//! file stops it. Code systems have aliases (`urn:oid:` forms, `http`/`https`, a trailing slash, ICD-10-NL as ICD-10), so
//! that the same code counts whatever spelling of its system an EHR uses. A site adds its own codes as aliases of known
//! ones ([`mapping`]); of a system that only a site's mapping explains, a code without a row means nothing.

mod hints;
pub mod mapping;
mod value_set;

use std::collections::BTreeMap;

use hashbrown::{Equivalent, HashMap};
use serde::Deserialize;

use crate::StartupError;

pub use hints::HintFile;
use hints::Hints;
pub use value_set::ValueSet;

/// Which value sets a code belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Membership([u64; 4]);

impl Membership {
    fn insert(&mut self, set: ValueSet) {
        if let Some(word) = self.0.get_mut(usize::from(set.0 / 64)) {
            *word |= 1 << (set.0 % 64);
        }
    }

    fn union(&mut self, other: Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    /// The sets of both.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.union(other);
        self
    }

    /// Whether the code is in `set`.
    #[must_use]
    pub fn contains(&self, set: ValueSet) -> bool {
        self.0.get(usize::from(set.0 / 64)).is_some_and(|word| word & (1 << (set.0 % 64)) != 0)
    }

    /// Whether the code is in no value set that a rule asks about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        [a, b, c, d & !LISTED] == [0; 4]
    }

    /// Whether some value set of the project lists the code, asked about or not: then it is known what the code is.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.0.last().is_some_and(|word| word & LISTED != 0)
    }

    fn list(&mut self) {
        if let Some(word) = self.0.last_mut() {
            *word |= LISTED;
        }
    }
}

/// The bit of [`Membership`] that says that some value set lists the code.
const LISTED: u64 = 1 << 63;

/// A code system, whatever its spelling in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct System(u32);

#[derive(Hash, PartialEq, Eq)]
struct Key {
    system: System,
    code: Box<str>,
}

#[derive(Hash)]
struct KeyRef<'a> {
    system: System,
    code: &'a str,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.system == key.system && self.code == &*key.code
    }
}

/// What is known of one coding.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lookup {
    /// The value sets it belongs to.
    pub membership: Membership,
    /// The code system, if the index knows it.
    pub system: Option<System>,
    /// Whether the system names every drug by class, so that "in no set" is a known no (ATC).
    pub classifies_drugs: bool,
}

/// A code with its display, as the value sets have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coded {
    /// Code system.
    pub system: String,
    /// Code.
    pub code: String,
    /// Display in English; empty where the licence forbids one.
    pub display: String,
}

/// The index of all value sets.
pub struct Terminology {
    systems: HashMap<Box<str>, System>,
    codes: HashMap<Key, Membership>,
    prefixes: HashMap<System, Vec<(Box<str>, Membership)>>,
    members: BTreeMap<ValueSet, Vec<Coded>>,
    displays: HashMap<Key, Box<str>>,
    hints: Hints,
    atc: Option<System>,
    icd: Vec<System>,
    /// Systems that only a site's mapping explains: a code of theirs that it does not have proves nothing.
    site_only: Vec<System>,
    /// Systems whose codes are numbers: leading zeros don't count.
    numeric: Vec<System>,
    local: BTreeMap<ValueSet, Vec<Coded>>,
    mapped: usize,
}

/// A FHIR `ValueSet` as far as the index reads it.
#[derive(Debug, Deserialize)]
pub struct ValueSetFile {
    url: String,
    compose: Compose,
}

#[derive(Debug, Deserialize)]
struct Compose {
    include: Vec<Include>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Include {
    system: Option<String>,
    #[serde(default)]
    concept: Vec<IncludedConcept>,
    #[serde(default)]
    filter: Vec<Filter>,
    #[serde(default)]
    value_set: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct IncludedConcept {
    code: String,
    #[serde(default)]
    display: String,
}

#[derive(Debug, Deserialize)]
struct Filter {
    op: String,
    value: String,
}

/// The spellings of code systems: `fhir-profiles/code-system-aliases.json`.
#[derive(Debug, Deserialize)]
pub struct Aliases {
    systems: Vec<AliasEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AliasEntry {
    url: String,
    aliases: Vec<String>,
    /// A licensed system of numbers, of which nothing is known but what a site's own mapping says.
    #[serde(default)]
    site_mapped_numbers: bool,
}

const ATC: &str = "http://www.whocc.no/atc";
const ICD_SYSTEMS: [&str; 2] = ["http://hl7.org/fhir/sid/icd-10", "http://hl7.org/fhir/sid/icd-10-cm"];

impl Terminology {
    /// Compiles the index. `files` are the value set files by their names without extension.
    ///
    /// # Errors
    /// A reference to a value set that does not exist, or a constant without a file.
    pub fn compile(
        files: impl IntoIterator<Item = (String, ValueSetFile)>,
        aliases: Aliases,
        hints: HintFile,
    ) -> Result<Self, StartupError> {
        let mut by_url: BTreeMap<String, ValueSetFile> = BTreeMap::new();
        let mut url_of: BTreeMap<String, String> = BTreeMap::new();
        for (name, file) in files {
            url_of.insert(name, file.url.clone());
            by_url.insert(file.url.clone(), file);
        }
        let mut index = Self {
            systems: HashMap::new(),
            codes: HashMap::new(),
            prefixes: HashMap::new(),
            members: BTreeMap::new(),
            displays: HashMap::new(),
            hints: Hints::of(hints),
            atc: None,
            icd: Vec::new(),
            site_only: Vec::new(),
            numeric: Vec::new(),
            local: BTreeMap::new(),
            mapped: 0,
        };
        for entry in aliases.systems {
            let system = index.system_or_new(&entry.url);
            for alias in entry.aliases {
                index.systems.insert(alias.into_boxed_str(), system);
            }
            if entry.site_mapped_numbers {
                index.site_only.push(system);
                index.numeric.push(system);
            }
        }
        index.atc = index.systems.get(ATC).copied();
        index.icd = ICD_SYSTEMS.iter().filter_map(|url| index.systems.get(*url).copied()).collect();
        for file in by_url.values() {
            for include in &file.compose.include {
                let Some(url) = &include.system else { continue };
                let system = index.system_or_new(url);
                for concept in &include.concept {
                    index.codes.entry(Key { system, code: concept.code.as_str().into() }).or_default().list();
                    if !concept.display.is_empty() {
                        let key = Key { system, code: concept.code.as_str().into() };
                        index.displays.insert(key, concept.display.as_str().into());
                    }
                }
            }
        }
        for set in ValueSet::ALL {
            let name = set.name();
            let url = url_of.get(name).ok_or_else(|| {
                StartupError::file(
                    format!("fhir-profiles/valuesets/{name}.json"),
                    "a rule names this value set, but there is no such file",
                )
            })?;
            index.include(*set, url, &by_url, 0)?;
        }
        Ok(index)
    }

    fn system_or_new(&mut self, url: &str) -> System {
        if let Some(system) = self.systems.get(url) {
            return *system;
        }
        let next = self.systems.values().map(|system| system.0 + 1).max().unwrap_or(0);
        self.systems.insert(url.into(), System(next));
        System(next)
    }

    fn include(
        &mut self,
        set: ValueSet,
        url: &str,
        files: &BTreeMap<String, ValueSetFile>,
        depth: u8,
    ) -> Result<(), StartupError> {
        let file = files.get(url).filter(|_| depth < 8).ok_or_else(|| {
            StartupError::file(
                format!("fhir-profiles/valuesets/{}.json", set.name()),
                format!("includes `{url}`, which does not exist or includes itself"),
            )
        })?;
        for include in &file.compose.include {
            for url in &include.value_set {
                self.include(set, url, files, depth + 1)?;
            }
            let Some(url) = &include.system else { continue };
            let system = self.system_or_new(url);
            for concept in &include.concept {
                let key = Key { system, code: concept.code.as_str().into() };
                self.codes.entry(key).or_default().insert(set);
                let coded = Coded { system: url.clone(), code: concept.code.clone(), display: concept.display.clone() };
                self.members.entry(set).or_default().push(coded);
            }
            for filter in &include.filter {
                if filter.op != "is-a" {
                    return Err(StartupError::file(
                        format!("fhir-profiles/valuesets/{}.json", set.name()),
                        format!("filter `{}` is not supported, only `is-a`", filter.op),
                    ));
                }
                let mut membership = Membership::default();
                membership.insert(set);
                self.prefixes.entry(system).or_default().push((filter.value.as_str().into(), membership));
            }
        }
        Ok(())
    }

    fn system(&self, url: &str) -> Option<System> {
        if let Some(system) = self.systems.get(url) {
            return Some(*system);
        }
        let plain = plain_url(url);
        self.systems.get(plain.as_str()).or_else(|| self.systems.get(plain.to_ascii_lowercase().as_str())).copied()
    }

    /// What is known of a coding.
    #[must_use]
    pub fn lookup(&self, system: &str, code: &str) -> Lookup {
        let Some(system) = self.system(system) else { return Lookup::default() };
        let upper;
        let mut code = self.significant(system, code);
        if Some(system) == self.atc && code.bytes().any(|byte| byte == b' ' || byte.is_ascii_lowercase()) {
            upper = code.replace(' ', "").to_ascii_uppercase();
            code = &upper;
        }
        let mut membership = self.codes.get(&KeyRef { system, code }).copied().unwrap_or_default();
        if membership.is_empty() && self.icd.contains(&system) {
            // Some systems send ICD-10 codes without the dot or in lower case.
            let mut plain = code.to_ascii_uppercase();
            if plain.is_ascii() && plain.len() > 3 && !plain.contains('.') {
                plain.insert(3, '.');
            }
            membership = self.codes.get(&KeyRef { system, code: &plain }).copied().unwrap_or_default();
        }
        for (prefix, sets) in self.prefixes.get(&system).into_iter().flatten() {
            if code.starts_with(&**prefix) {
                membership.union(*sets);
            }
        }
        if membership == Membership::default() && self.site_only.contains(&system) {
            return Lookup::default();
        }
        let classifies_drugs = membership.is_listed() || Some(system) == self.atc && is_substance(code);
        Lookup { membership, system: Some(system), classifies_drugs }
    }

    /// The display that the value sets give a code, for records that name only the code.
    #[must_use]
    pub fn display(&self, system: &str, code: &str) -> Option<&str> {
        let system = self.system(system)?;
        self.displays.get(&KeyRef { system, code: self.significant(system, code) }).map(|display| &**display)
    }

    /// A code without what does not tell it from another: spaces around it, and zeros before a number.
    fn significant<'c>(&self, system: System, code: &'c str) -> &'c str {
        let code = code.trim();
        if self.numeric.contains(&system) { code.trim_start_matches('0') } else { code }
    }

    /// The codes of a value set, in file order.
    #[must_use]
    pub fn members(&self, set: ValueSet) -> &[Coded] {
        self.members.get(&set).map_or(&[], Vec::as_slice)
    }

    /// Whether a text contains a word of a hint list. Decides only whether to *ask*, never what something is.
    ///
    /// A hint that starts with `=`, or whose first and last word have at most three letters (`iv`, `car t`), must stand
    /// between word boundaries; other hints are stems and may stand inside a word.
    #[must_use]
    pub fn mentions(&self, hint: &str, text: &str) -> bool {
        self.hints.mentions(hint, text)
    }

    /// Whether a hint list exists (start-up cross-check).
    #[must_use]
    pub fn has_hint(&self, hint: &str) -> bool {
        self.hints.has(hint)
    }
}

/// The url of a code system without what senders spell differently.
fn plain_url(url: &str) -> String {
    let trimmed = url.trim().trim_end_matches('/');
    match trimmed.strip_prefix("https://") {
        Some(rest) => format!("http://{rest}"),
        None => trimmed.to_owned(),
    }
}

/// Whether an ATC code is complete: one letter, two digits, two letters, two digits. A shorter one names a group of drugs.
fn is_substance(code: &str) -> bool {
    let is = |position: usize, byte: u8| match position {
        0 | 3 | 4 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    code.len() == 7 && code.bytes().enumerate().all(|(position, byte)| is(position, byte))
}
