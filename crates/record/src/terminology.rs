//! What codes mean: every value set of `fhir-profiles/valuesets/` in one index, (code system, code) → set membership.
//!
//! A rule names a value set by constant. The constants and the files are cross-checked at start-up: a constant without a
//! file stops it. Code systems have aliases (`urn:oid:` forms, `http`/`https`, a trailing slash, ICD-10-NL as ICD-10), so
//! that the same code counts whatever spelling of its system an EHR uses. A site adds its own codes as aliases of known
//! ones ([`mapping`]); of a system that is only partly known (a few codes of ICD-11 or of the Danish NPU, what a site's
//! mapping explains), a code that nobody lists means nothing.
//!
//! A drug may be named by its group (ATC `H02AB`): then it is asked about, neither a yes nor a no. A product of RxNorm is
//! what is in it ([`ClinicalDrugs`]).

mod atc;
mod clinical_drugs;
mod definitions;
mod expansion;
mod experience;
mod file;
mod hints;
pub mod mapping;
mod membership;
mod names;
mod sense;
mod systems;
mod value_set;

use std::collections::BTreeMap;

use hashbrown::{Equivalent, HashMap, HashSet};

use crate::StartupError;

pub use clinical_drugs::ClinicalDrugs;
pub use definitions::{Definitions, Expanded};
use expansion::{Branch, Expander};
pub use experience::{Digest, Earlier, Experience};
pub use file::{Aliases, CodeSystemFile, ConceptMapFile, ValueSetFile};
pub use hints::{Heard, HintFile};
use hints::{Hints, folded};
pub use membership::Membership;
use names::{Called, Names};
pub use systems::System;
use systems::{Systems, plain_url};
pub use value_set::ValueSet;

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

/// The file of a value set.
fn path_of(name: &str) -> String {
    format!("fhir-profiles/valuesets/{name}.json")
}

/// What is known of one coding.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lookup {
    /// The value sets it belongs to.
    pub membership: Membership,
    /// The code system, if the index knows it.
    pub system: Option<System>,
    /// How well the code says which drug it is.
    pub drug: DrugCode,
}

/// How well a code says which drug it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrugCode {
    /// It does not: "in no set" proves nothing.
    #[default]
    Unclear,
    /// It names a group of drugs (ATC `H02AB`), some of which are in these sets and none in another.
    Group(Membership),
    /// It names one drug: "in no set" is a known no.
    One,
}

impl DrugCode {
    /// What two codes of one drug say together.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::One, _) | (_, Self::One) => Self::One,
            (Self::Group(one), Self::Group(another)) => Self::Group(one.with(another)),
            (Self::Group(sets), Self::Unclear) | (Self::Unclear, Self::Group(sets)) => Self::Group(sets),
            (Self::Unclear, Self::Unclear) => Self::Unclear,
        }
    }

    /// Whether a group that it names has a drug in `set`.
    #[must_use]
    pub fn may_be(self, set: ValueSet) -> bool {
        matches!(self, Self::Group(sets) if sets.contains(set))
    }
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

/// What the index is made of: the files of `fhir-profiles/`.
pub struct Files {
    /// The value sets, by their names without extension.
    pub value_sets: Vec<(String, ValueSetFile)>,
    /// The project's own code systems.
    pub code_systems: Vec<CodeSystemFile>,
    /// What codes of one system are in another.
    pub concept_maps: Vec<ConceptMapFile>,
    /// The spellings of code systems.
    pub aliases: Aliases,
    /// The words that make a rule ask.
    pub hints: HintFile,
    /// The clinical drugs of RxNorm.
    pub clinical_drugs: ClinicalDrugs,
    /// The value sets that data name.
    pub named: Vec<NamedSet>,
}

/// A value set that is named by data, so that a further one needs no change of code.
#[derive(Clone, Debug)]
pub struct NamedSet {
    /// Its file in `fhir-profiles/valuesets/`, without extension.
    pub name: String,
    /// The file that names it.
    pub by: &'static str,
    /// The value set to which all its codes belong, too, whether or not that one includes it.
    pub part_of: Option<ValueSet>,
}

/// The index of all value sets.
pub struct Terminology {
    systems: Systems,
    codes: HashMap<Key, Membership>,
    branches: HashMap<System, Vec<(Branch, ValueSet)>>,
    /// The groups of ATC, with the sets that have a drug of theirs.
    groups: HashMap<Box<str>, Membership>,
    members: BTreeMap<ValueSet, Vec<Coded>>,
    /// The value sets that only data name.
    named: BTreeMap<String, ValueSet>,
    names: Names,
    called: Called,
    counterparts: HashMap<Key, Coded>,
    hints: Hints,
    clinical_drugs: ClinicalDrugs,
    local: BTreeMap<ValueSet, Vec<Coded>>,
    /// The codes that a site has explained.
    site: HashSet<Key>,
    mapped: usize,
    experience: Experience,
}

impl Terminology {
    /// Compiles the index.
    ///
    /// # Errors
    /// A reference to a value set that does not exist, or a constant without a file.
    pub fn compile(files: Files) -> Result<Self, StartupError> {
        let mut by_url: BTreeMap<String, ValueSetFile> = BTreeMap::new();
        let mut url_of: BTreeMap<String, String> = BTreeMap::new();
        for (name, file) in files.value_sets {
            url_of.insert(name, file.url.clone());
            by_url.insert(file.url.clone(), file);
        }
        let mut index = Self {
            systems: Systems::new(files.aliases),
            codes: HashMap::new(),
            branches: HashMap::new(),
            groups: HashMap::new(),
            members: BTreeMap::new(),
            named: BTreeMap::new(),
            names: Names::default(),
            called: Called::default(),
            counterparts: HashMap::new(),
            hints: Hints::of(files.hints)?,
            clinical_drugs: files.clinical_drugs,
            local: BTreeMap::new(),
            site: HashSet::new(),
            mapped: 0,
            experience: Experience::default(),
        };
        for file in &files.code_systems {
            let system = index.systems.of_or_new(&file.url);
            for concept in &file.concept {
                index.names.add(Key { system, code: concept.code.as_str().into() }, concept);
            }
        }
        for group in files.concept_maps.into_iter().flat_map(|file| file.group) {
            let system = index.systems.of_or_new(&group.source);
            for element in group.element {
                let Some(target) = element.target.into_iter().next() else { continue };
                let coded = Coded { system: group.target.clone(), code: target.code, display: target.display };
                index.counterparts.insert(Key { system, code: element.code.as_str().into() }, coded);
            }
        }
        for file in by_url.values() {
            index.list(file);
        }
        for NamedSet { name, by, part_of } in &files.named {
            let url = url_of.get(name).ok_or_else(|| {
                let problem = format!(
                    "names value set `{name}`, but there is no file {}: add it with the codes, or correct the name",
                    path_of(name)
                );
                StartupError::file(*by, problem)
            })?;
            index.number(name).map_err(|problem| StartupError::file(*by, problem))?;
            let whole = part_of.and_then(|whole| url_of.get(whole.name())).and_then(|whole| by_url.get_mut(whole));
            if let Some(whole) = whole {
                whole.include(url);
            }
        }
        let of_code = ValueSet::ALL.iter().map(|set| (set.name().to_owned(), *set));
        for (name, set) in of_code.chain(index.named.clone()) {
            let path = path_of(&name);
            let url = url_of
                .get(&name)
                .ok_or_else(|| StartupError::file(&path, "a rule names this value set, but there is no such file"))?;
            let expansion = Expander { files: &by_url, systems: &mut index.systems }.expand(url, &path)?;
            for (system, coded) in expansion.codes {
                index.add_member(set, system, coded);
            }
            for branch in expansion.branches {
                if Some(branch.system) == index.systems.atc {
                    index.add_groups(&branch.prefix, set);
                }
                index.branches.entry(branch.system).or_default().push((branch, set));
            }
        }
        index.called = Called::of(&index.names, |key| index.membership(key.system, &key.code));
        Ok(index)
    }

    /// The code that a concept map has for another.
    #[must_use]
    pub fn counterpart(&self, system: &str, code: &str) -> Option<&Coded> {
        self.counterparts.get(&KeyRef { system: self.systems.of(system)?, code })
    }

    /// Gives a value set that data name its number, unless it has one.
    fn number(&mut self, name: &str) -> Result<(), String> {
        if self.set(name).is_some() {
            return Ok(());
        }
        let next = ValueSet::ALL.len() + self.named.len();
        let number = u8::try_from(next).ok().filter(|_| next < membership::MOST);
        let number = number.ok_or(
            "names more value sets than the index can hold: widen crates/record/src/terminology/membership.rs",
        )?;
        self.named.insert(name.to_owned(), ValueSet(number));
        Ok(())
    }

    /// The value set of this name, if code or data name it.
    #[must_use]
    pub fn set(&self, name: &str) -> Option<ValueSet> {
        ValueSet::from_name(name).or_else(|| self.named.get(name).copied())
    }

    /// Every value set that code or data name.
    fn sets(&self) -> impl Iterator<Item = ValueSet> + use<'_> {
        ValueSet::ALL.iter().copied().chain(self.named.values().copied())
    }

    /// Notes every code that a file names itself, whether or not a rule asks about it.
    fn list(&mut self, file: &ValueSetFile) {
        for include in &file.compose.include {
            let Some(url) = &include.system else { continue };
            let system = self.systems.of_or_new(url);
            for concept in &include.concept {
                let key = || Key { system, code: concept.code.as_str().into() };
                self.codes.entry(key()).or_default().list();
                self.names.add(key(), concept);
            }
        }
    }

    fn add_member(&mut self, set: ValueSet, system: System, coded: Coded) {
        if Some(system) == self.systems.atc {
            self.add_groups(&coded.code, set);
        }
        let membership = self.codes.entry(Key { system, code: coded.code.as_str().into() }).or_default();
        if membership.contains(set) {
            return;
        }
        membership.insert(set);
        self.members.entry(set).or_default().push(coded);
    }

    fn add_groups(&mut self, code: &str, set: ValueSet) {
        for group in atc::groups_of(code) {
            self.groups.entry_ref(group).or_default().insert(set);
        }
    }

    /// What is known of a coding.
    #[must_use]
    pub fn lookup(&self, system: &str, code: &str) -> Lookup {
        let Some(system) = self.systems.of(system) else { return Lookup::default() };
        let code = &*self.systems.canonical(system, code);
        if Some(system) == self.systems.atc && atc::is_group(code) {
            let group = DrugCode::Group(self.sets_of_group(system, code));
            return Lookup { membership: Membership::default(), system: Some(system), drug: group };
        }
        let membership = self.membership(system, code);
        if membership == Membership::default() && self.systems.is_partly_known(system) {
            return Lookup::default();
        }
        let is_one_drug = membership.is_listed() || Some(system) == self.systems.atc && atc::is_substance(code);
        let drug = if is_one_drug { DrugCode::One } else { DrugCode::Unclear };
        Lookup { membership, system: Some(system), drug }
    }

    /// The sets that have a code, which is written as they write it.
    fn membership(&self, system: System, code: &str) -> Membership {
        let mut membership = self.codes.get(&KeyRef { system, code }).copied().unwrap_or_default();
        if membership == Membership::default() && Some(system) == self.systems.rxnorm {
            membership = self.clinical_drug(system, code);
        }
        for (branch, set) in self.branches.get(&system).into_iter().flatten() {
            if branch.has(code) {
                membership.insert(*set);
            }
        }
        if membership == Membership::default()
            && let Some(original) = self.systems.original_of(system)
        {
            membership = self.codes.get(&KeyRef { system: original, code }).copied().unwrap_or_default();
        }
        membership
    }

    /// The sets that have a drug of a group.
    fn sets_of_group(&self, system: System, group: &str) -> Membership {
        let mut sets = self.groups.get(group).copied().unwrap_or_default();
        for (branch, set) in self.branches.get(&system).into_iter().flatten() {
            if branch.has(group) {
                sets.insert(*set);
            }
        }
        sets
    }

    /// What became of codes in earlier calls.
    #[must_use]
    pub fn experience(&self) -> &Experience {
        &self.experience
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

    /// What a text says of the value sets. Decides only whether to ask, never what something is.
    #[must_use]
    pub fn hear(&self, text: &str) -> Heard {
        let text = folded(text);
        self.hints.hear(&text).naming(self.called.sets(&text))
    }

    /// Whether a hint list exists (start-up cross-check).
    #[must_use]
    pub fn has_hint(&self, hint: &str) -> bool {
        self.hints.has(hint)
    }
}
