//! The value sets by their urls, as their files define them: for whoever asks about one by name. What rules ask is the index
//! ([`super::Terminology`]), which knows more: a site's codes, products by what is in them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::expansion::{Branch, Expander, Expansion};
use super::names::Names;
use super::{Aliases, Coded, Key, System, Systems, ValueSetFile};
use crate::StartupError;

/// Every value set, expanded.
pub struct Definitions {
    systems: Systems,
    /// By url.
    expansions: BTreeMap<String, Expansion>,
    names: Names,
    /// The codes that some value set lists, with the url of their system.
    listed: Vec<(System, Coded)>,
    /// The urls of the systems as the value sets write them.
    urls: BTreeMap<System, String>,
}

/// What a value set comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expanded {
    /// Its codes that are known here, in the order of the file, each once.
    pub codes: Vec<Coded>,
    /// Whether it has others besides: every code below one of a hierarchy.
    pub is_open: bool,
}

impl Definitions {
    /// Expands value sets, which name each other by url.
    ///
    /// # Errors
    /// When one names another that does not exist.
    pub fn of(files: Vec<(String, ValueSetFile)>, aliases: Aliases) -> Result<Self, StartupError> {
        let mut systems = Systems::new(aliases);
        let names_of_files: Vec<(String, String)> =
            files.iter().map(|(name, file)| (name.clone(), file.url.clone())).collect();
        let by_url: BTreeMap<String, ValueSetFile> =
            files.into_iter().map(|(_, file)| (file.url.clone(), file)).collect();
        let (mut names, mut listed, mut urls) = (Names::default(), Vec::new(), BTreeMap::new());
        for include in by_url.values().flat_map(|file| &file.compose.include) {
            let Some(url) = &include.system else { continue };
            let system = systems.of_or_new(url);
            urls.entry(system).or_insert_with(|| url.clone());
            for concept in &include.concept {
                names.add(Key { system, code: concept.code.as_str().into() }, concept);
                let coded = Coded { system: url.clone(), code: concept.code.clone(), display: concept.display.clone() };
                listed.push((system, coded));
            }
        }
        let mut expansions = BTreeMap::new();
        for (name, url) in names_of_files {
            let expansion = Expander { files: &by_url, systems: &mut systems }.expand(&url, &super::path_of(&name))?;
            expansions.insert(url, expansion);
        }
        Ok(Self { systems, expansions, names, listed, urls })
    }

    /// What the value set with this url comes to; `None` when there is none.
    #[must_use]
    pub fn expanded(&self, url: &str) -> Option<Expanded> {
        let expansion = self.expansions.get(url)?;
        let mut codes: Vec<Coded> = Vec::new();
        let mut add = |coded: Coded| {
            if !codes.iter().any(|known| known.system == coded.system && known.code == coded.code) {
                codes.push(coded);
            }
        };
        expansion.codes.iter().for_each(|(_, coded)| add(coded.clone()));
        for branch in &expansion.branches {
            if let Some(system) = self.urls.get(&branch.system).filter(|_| branch.has(&branch.prefix)) {
                let display = self.names.of(branch.system, &branch.prefix, "en").unwrap_or_default().to_owned();
                add(Coded { system: system.clone(), code: branch.prefix.to_string(), display });
            }
            let below = self.listed.iter().filter(|(of, coded)| *of == branch.system && branch.has(&coded.code));
            below.for_each(|(_, coded)| add(coded.clone()));
        }
        Some(Expanded { codes, is_open: !expansion.branches.is_empty() })
    }

    /// Whether a value set has a code, whatever the spelling of its system; `None` when there is no such value set.
    #[must_use]
    pub fn has(&self, url: &str, system: &str, code: &str) -> Option<bool> {
        let expansion = self.expansions.get(url)?;
        let Some(system) = self.systems.of(system) else { return Some(false) };
        let code = &*self.systems.canonical(system, code);
        let is_listed = expansion.codes.iter().any(|(of, coded)| *of == system && coded.code == code);
        let is_below = |branch: &Branch| branch.system == system && branch.has(code);
        Some(is_listed || expansion.branches.iter().any(is_below))
    }

    /// What a code is called in a language, as the value sets have it.
    #[must_use]
    pub fn name(&self, system: &str, code: &str, language: &str) -> Option<&str> {
        let system = self.systems.of(system)?;
        self.names.of(system, &self.systems.canonical(system, code), language)
    }

    /// What a code is called in a language where a value set has a name of that language.
    #[must_use]
    pub fn designation(&self, system: &str, code: &str, language: &str) -> Option<&str> {
        let system = self.systems.of(system)?;
        self.names.designation(system, &self.systems.canonical(system, code), language)
    }

    /// A code as the value sets write it.
    #[must_use]
    pub fn canonical<'c>(&self, system: &str, code: &'c str) -> Cow<'c, str> {
        self.systems.of(system).map_or(Cow::Borrowed(code), |system| self.systems.canonical(system, code))
    }
}
