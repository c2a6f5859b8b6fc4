//! What a code is called, for records that name only the code; and which codes are called so, for those that name only the words.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::file::Member;
use super::hints::folded;
use super::{Key, KeyRef, Membership, System, Terminology};

/// The names that the value sets give their codes.
#[derive(Default)]
pub(super) struct Names(HashMap<Key, Name>);

/// A display, and designations by language.
#[derive(Default)]
struct Name {
    display: Box<str>,
    designations: Vec<(Box<str>, Box<str>)>,
    /// What other value sets call it, and further designations.
    others: Vec<Box<str>>,
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
        } else if *name.display != *member.display {
            name.others.push(member.display.as_str().into());
        }
        for designation in &member.designation {
            if name.designations.iter().any(|(language, _)| **language == *designation.language) {
                name.others.push(designation.value.as_str().into());
            } else {
                name.designations.push((designation.language.as_str().into(), designation.value.as_str().into()));
            }
        }
    }

    /// Notes what a site calls its own code.
    pub(super) fn call(&mut self, key: Key, display: &str) {
        self.0.entry(key).or_default().display = display.into();
    }

    /// Every code that has a name, with all its names.
    fn all(&self) -> impl Iterator<Item = (&Key, impl Iterator<Item = &str>)> {
        self.0.iter().map(|(key, name)| {
            let designations = name.designations.iter().map(|(_, value)| &**value);
            (key, std::iter::once(&*name.display).chain(designations).chain(name.others.iter().map(|other| &**other)))
        })
    }

    /// What a code is called in a language, else its display.
    pub(super) fn of(&self, system: System, code: &str, language: &str) -> Option<&str> {
        let display = || self.0.get(&KeyRef { system, code }).map(|name| &*name.display);
        self.designation(system, code, language).or_else(display).filter(|name| !name.is_empty())
    }

    /// What a code is called in a language.
    pub(super) fn designation(&self, system: System, code: &str, language: &str) -> Option<&str> {
        let name = self.0.get(&KeyRef { system, code })?;
        let in_language = name.designations.iter().find(|(of, _)| **of == *language);
        in_language.map(|(_, value)| &**value)
    }
}

/// Names shorter than this are words of their own ("as", "ct"), and count only where nothing else is called so.
const SHORT: usize = 4;

/// What is called so: folded name → the value sets of every code of that name.
#[derive(Default)]
pub(super) struct Called(HashMap<Box<str>, Membership>);

impl Called {
    /// Turns the names around. `sets` says what a code belongs to.
    pub(super) fn of(names: &Names, sets: impl Fn(&Key) -> Membership) -> Self {
        let mut called: HashMap<Box<str>, (Membership, bool)> = HashMap::new();
        for (key, names) in names.all() {
            let sets = sets(key).sets();
            for name in names.map(|name| plain(&folded(name)).into_owned()).filter(|name| !name.is_empty()) {
                let (known, is_ambiguous) = called.entry(name.into()).or_insert((sets, false));
                *is_ambiguous |= *known != sets;
                known.union(sets);
            }
        }
        let is_short = |name: &str| name.chars().count() < SHORT;
        called.retain(|name, (sets, is_ambiguous)| !(sets.is_empty() || *is_ambiguous && is_short(name)));
        Self(called.into_iter().map(|(name, (sets, _))| (name, sets)).collect())
    }

    /// The value sets of what is called exactly so; the text is folded. A name with another in brackets is both, if both are
    /// names: the therapy and its product.
    pub(super) fn sets(&self, text: &str) -> Membership {
        let of = |name: &str| self.0.get(name).copied().unwrap_or_default();
        let name = plain(text);
        let (whole, both) = (of(&name), || name.strip_suffix(')')?.split_once(" ("));
        match both().map(|(one, other)| (of(one), of(other))) {
            Some((one, other)) if whole.is_empty() && !one.is_empty() && !other.is_empty() => one.with(other),
            _ => whole,
        }
    }
}

/// The kinds of concept that SNOMED CT writes behind the names of its own.
const TAGS: [&str; 9] = [
    " (procedure)",
    " (regime/therapy)",
    " (finding)",
    " (disorder)",
    " (situation)",
    " (observable entity)",
    " (substance)",
    " (product)",
    " (medicinal product)",
];

/// A folded name as names are compared: a hyphen as a space, without what a code system writes behind the name itself (the kind
/// of concept; of LOINC, what is measured of it and where; of RxNorm, the kind of term).
fn plain(name: &str) -> Cow<'_, str> {
    let tag = TAGS.iter().filter(|_| name.ends_with(')')).find_map(|tag| name.strip_suffix(tag));
    let name = tag.unwrap_or(name);
    let name = name.split_once(" [").map_or(name, |(name, _)| name);
    if name.contains('-') { Cow::Owned(name.replace('-', " ")) } else { Cow::Borrowed(name) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminology::ValueSet;

    #[test]
    fn what_is_called_exactly_so_is_found_whatever_its_spelling() {
        let (system, other) = (System::ANY, Membership::of(ValueSet::TOCILIZUMAB));
        let (cells, steroid) = (Membership::of(ValueSet::CAR_T), Membership::of(ValueSet::SYSTEMIC_CORTICOSTEROID));
        let listed = [
            ("1", "CAR-T therapy (procedure)", cells),
            ("2", "axicabtagene ciloleucel", cells),
            ("3", "prednisolone", steroid),
            ("4", "Prednisolone [Mass/volume] in Serum", other),
            ("5", "pred", steroid),
            ("6", "MMR", steroid),
            ("7", "as", steroid),
            ("8", "as", other),
            ("9", "asthma", Membership::default()),
        ];
        let mut names = Names::default();
        for (code, display, _) in listed {
            names.call(Key { system, code: code.into() }, display);
        }
        let called = Called::of(&names, |key| listed.iter().find(|(code, ..)| **code == *key.code).unwrap().2);
        let none = Membership::default();
        for (text, expected) in [
            ("CAR-T therapy", cells),
            ("car t  Therapy (procedure)", cells),
            ("CAR-T therapy (axicabtagene ciloleucel)", cells),
            ("CAR-T therapy (check-up)", none),
            ("check-up (CAR-T therapy)", none),
            ("CAR-T therapy, day 30", none),
            ("Axicabtagene ciloleucel [IN]", cells),
            ("Prednisolone", steroid.with(other)),
            ("no prednisolone", none),
            ("pred", steroid),
            ("mmr", steroid),
            ("as", none),
            ("asthma", none),
            ("", none),
        ] {
            assert_eq!(called.sets(&folded(text)), expected, "{text}");
        }
    }
}
