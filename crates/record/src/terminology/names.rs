//! What a code is called, for records that name only the code.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::file::Member;
use super::{Key, KeyRef, System, Terminology};

/// The names that the value sets give their codes.
#[derive(Default)]
pub(super) struct Names(HashMap<Key, Name>);

/// A display, and designations by language.
#[derive(Default)]
struct Name {
    display: Box<str>,
    designations: Vec<(Box<str>, Box<str>)>,
}

impl Names {
    /// Notes what a value set calls a code. The first file that has a name keeps it.
    pub(super) fn add(&mut self, key: Key, member: &Member) {
        if member.display.is_empty() && member.designation.is_empty() {
            return;
        }
        let name = self.0.entry(key).or_default();
        if name.display.is_empty() {
            name.display = member.display.as_str().into();
        }
        for designation in &member.designation {
            if !name.designations.iter().any(|(language, _)| **language == *designation.language) {
                name.designations.push((designation.language.as_str().into(), designation.value.as_str().into()));
            }
        }
    }

    /// Notes what a site calls its own code.
    pub(super) fn call(&mut self, key: Key, display: &str) {
        self.0.entry(key).or_default().display = display.into();
    }

    fn of(&self, system: System, code: &str, language: &str) -> Option<&str> {
        let name = self.0.get(&KeyRef { system, code })?;
        let in_language = name.designations.iter().find(|(of, _)| **of == *language);
        in_language.map(|(_, value)| &**value).or(Some(&*name.display)).filter(|name| !name.is_empty())
    }
}

impl Terminology {
    /// What a code is called in a language (BCP 47), else in English. A code without a name of its own is called after the
    /// class it stands in, a product of RxNorm after itself or what is in it.
    #[must_use]
    pub fn name(&self, system: &str, code: &str, language: &str) -> Option<Cow<'_, str>> {
        let system = self.systems.of(system)?;
        let code = &*self.systems.canonical(system, code);
        if let Some(name) = self.names.of(system, code, language) {
            return Some(Cow::Borrowed(name));
        }
        if Some(system) == self.systems.rxnorm {
            return self.name_of_product(system, code, language);
        }
        if let Some(name) = self.systems.original_of(system).and_then(|of| self.names.of(of, code, language)) {
            return Some(Cow::Borrowed(name));
        }
        let mut classes = self.systems.classes_of(system, code);
        let class = classes.find_map(|class| self.names.of(system, class, language))?;
        Some(Cow::Owned(format!("{class} ({code})")))
    }

    /// What a drug is by its code, in small letters and without regard to language: two codes of one name are of one drug. A
    /// product of RxNorm is what is in it.
    #[must_use]
    pub fn substance(&self, system: &str, code: &str) -> Option<String> {
        let system = self.systems.of(system)?;
        let code = &*self.systems.canonical(system, code);
        let name = self.names.of(system, code, "en").map(str::to_lowercase);
        name.or_else(|| {
            let product = (Some(system) == self.systems.rxnorm).then(|| self.clinical_drugs.find(code)).flatten()?;
            let names: Option<Vec<&str>> =
                product.ingredients().map(|code| self.names.of(system, code, "en")).collect();
            names.filter(|names| !names.is_empty()).map(|names| names.join(" / ").to_lowercase())
        })
    }

    /// The part of the body that an ATC code is of: its first letter.
    #[must_use]
    pub fn part_of_body(&self, system: &str, code: &str) -> Option<char> {
        let system = self.systems.of(system)?;
        (Some(system) == self.systems.atc).then(|| self.systems.canonical(system, code).chars().next()).flatten()
    }

    /// The names of products are English, and those of packs long: then the names of what is in it say more.
    fn name_of_product(&self, system: System, code: &str, language: &str) -> Option<Cow<'_, str>> {
        let drug = self.clinical_drugs.find(code)?;
        if language == "en" && !drug.name.starts_with('{') {
            return Some(Cow::Borrowed(drug.name));
        }
        let mut names: Vec<&str> =
            drug.ingredients().filter_map(|code| self.names.of(system, code, language)).collect();
        names.dedup();
        Some(if names.is_empty() { Cow::Borrowed(drug.name) } else { Cow::Owned(names.join(" / ")) })
    }
}
