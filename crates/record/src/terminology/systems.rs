//! Code systems by their urls, whatever the spelling, and what the index knows of their codes.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::file::Aliases;
use super::{atc, clinical_drugs};

/// A code system, whatever its spelling in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct System(u32);

impl System {
    /// Some system, for tests of what is made of codes.
    #[cfg(test)]
    pub(crate) const ANY: Self = Self(0);

    /// The number that tells it from others.
    pub(super) fn number(self) -> u32 {
        self.0
    }
}

const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const ICD_10_GM: &str = "http://fhir.de/CodeSystem/bfarm/icd-10-gm";

/// The code systems.
#[derive(Default)]
pub(super) struct Systems {
    by_url: HashMap<Box<str>, System>,
    pub(super) atc: Option<System>,
    pub(super) rxnorm: Option<System>,
    icd: Vec<System>,
    /// ICD-10 of the WHO.
    icd_10: Option<System>,
    /// Its German modification.
    icd_10_gm: Option<System>,
    /// Systems of which only some codes are known: one that is not proves nothing.
    partly_known: Vec<System>,
    /// Licensed systems of numbers: only a site's mapping tells what they mean, and leading zeros don't count.
    numeric: Vec<System>,
}

impl Systems {
    pub(super) fn new(aliases: Aliases) -> Self {
        let mut systems = Self::default();
        for entry in aliases.systems {
            let system = systems.of_or_new(&entry.url);
            for alias in entry.aliases {
                systems.insert(&alias, system);
            }
            if entry.partly_known || entry.site_mapped_numbers {
                systems.partly_known.push(system);
            }
            if entry.site_mapped_numbers {
                systems.numeric.push(system);
            }
        }
        systems.atc = systems.by_url.get(atc::URL).copied();
        systems.rxnorm = systems.by_url.get(clinical_drugs::URL).copied();
        [systems.icd_10, systems.icd_10_gm] = [ICD_10, ICD_10_GM].map(|url| systems.by_url.get(url).copied());
        let icd = [systems.icd_10, systems.by_url.get(ICD_10_CM).copied(), systems.icd_10_gm];
        systems.icd = icd.into_iter().flatten().collect();
        systems
    }

    /// The system with this url.
    pub(super) fn of(&self, url: &str) -> Option<System> {
        if let Some(system) = self.by_url.get(url) {
            return Some(*system);
        }
        let plain = plain_url(url);
        self.by_url.get(plain.as_str()).or_else(|| self.by_url.get(plain.to_ascii_lowercase().as_str())).copied()
    }

    pub(super) fn of_or_new(&mut self, url: &str) -> System {
        if let Some(system) = self.by_url.get(url) {
            return *system;
        }
        let next = System(self.by_url.values().map(|system| system.0 + 1).max().unwrap_or(0));
        self.insert(url, next);
        next
    }

    /// Notes a url as it is written, and as [`Self::of`] looks for it when it is spelt differently.
    fn insert(&mut self, url: &str, system: System) {
        let plain = plain_url(url);
        for spelling in [plain.to_ascii_lowercase(), plain, url.to_owned()] {
            self.by_url.insert(spelling.into_boxed_str(), system);
        }
    }

    /// A system of which only a site knows some codes.
    pub(super) fn of_site(&mut self, url: &str) -> System {
        if let Some(system) = self.of(url) {
            return system;
        }
        let system = self.of_or_new(&plain_url(url));
        self.partly_known.push(system);
        system
    }

    /// Whether a code of the system that no value set has proves nothing.
    pub(super) fn is_partly_known(&self, system: System) -> bool {
        self.partly_known.contains(&system)
    }

    /// The system whose codes those of `system` are, unless a value set says otherwise: the German modification of ICD-10 has the
    /// codes of the WHO, and some of its own beside them.
    pub(super) fn original_of(&self, system: System) -> Option<System> {
        self.icd_10.filter(|_| self.icd_10_gm == Some(system))
    }

    /// Whether only a site's mapping tells what the codes of the system mean.
    pub(super) fn is_site_mapped(&self, system: System) -> bool {
        self.numeric.contains(&system)
    }

    /// A code as the value sets write it: without spaces around it; in ATC without any and in capitals; in ICD-10 with its dot
    /// and in capitals, because some send it without; of a system of numbers without zeros before it.
    pub(super) fn canonical<'c>(&self, system: System, code: &'c str) -> Cow<'c, str> {
        let code = code.trim();
        if Some(system) == self.atc && code.bytes().any(|byte| byte == b' ' || byte.is_ascii_lowercase()) {
            return Cow::Owned(code.replace(' ', "").to_ascii_uppercase());
        }
        if self.icd.contains(&system) && code.is_ascii() {
            let dotless = code.len() > 3 && !code.contains('.');
            if dotless || code.bytes().any(|byte| byte.is_ascii_lowercase()) {
                let mut plain = code.to_ascii_uppercase();
                if dotless {
                    plain.insert(3, '.');
                }
                return Cow::Owned(plain);
            }
        }
        if self.is_site_mapped(system) {
            return Cow::Borrowed(code.trim_start_matches('0'));
        }
        Cow::Borrowed(code)
    }

    /// The classes that a code stands in, the smallest first: in ATC its groups, in ICD-10 its category.
    pub(super) fn classes_of<'c>(&self, system: System, code: &'c str) -> impl Iterator<Item = &'c str> {
        let lengths: &[usize] = if Some(system) == self.atc {
            &atc::GROUP_LENGTHS
        } else if self.icd.contains(&system) {
            &[3]
        } else {
            &[]
        };
        lengths.iter().rev().filter(move |length| **length < code.len()).filter_map(move |length| code.get(..*length))
    }
}

/// The url of a code system without what senders spell differently.
pub(super) fn plain_url(url: &str) -> String {
    let trimmed = url.trim().trim_end_matches('/');
    match trimmed.strip_prefix("https://") {
        Some(rest) => format!("http://{rest}"),
        None => trimmed.to_owned(),
    }
}
