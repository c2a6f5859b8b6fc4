//! What a value set comes to, with the value sets it includes and without what it excludes.

use std::collections::BTreeMap;

use super::file::{Part, ValueSetFile};
use super::{Coded, System, Systems};
use crate::StartupError;

/// The codes of a value set, and the branches of a hierarchy of which it has every code but some.
#[derive(Default)]
pub(super) struct Expansion {
    /// In the order of the files.
    pub(super) codes: Vec<(System, Coded)>,
    pub(super) branches: Vec<Branch>,
}

/// Every code that starts with a prefix: in ATC and ICD-10 the hierarchy is in the code itself.
pub(super) struct Branch {
    pub(super) system: System,
    pub(super) prefix: Box<str>,
    /// Codes that are not meant.
    but_codes: Vec<Box<str>>,
    /// Branches that are not meant.
    but_branches: Vec<Box<str>>,
}

impl Branch {
    /// Whether the branch has a code.
    pub(super) fn has(&self, code: &str) -> bool {
        code.starts_with(&*self.prefix)
            && !self.but_branches.iter().any(|branch| code.starts_with(&**branch))
            && !self.but_codes.iter().any(|but| **but == *code)
    }
}

/// Includes that nest deeper than this go in a circle.
const DEEPEST: u8 = 8;

/// Expands value sets, which name each other by url.
pub(super) struct Expander<'f> {
    pub(super) files: &'f BTreeMap<String, ValueSetFile>,
    pub(super) systems: &'f mut Systems,
}

impl Expander<'_> {
    /// What the value set with this url comes to. `file` names the file that is to blame.
    pub(super) fn expand(&mut self, url: &str, file: &str) -> Result<Expansion, StartupError> {
        let mut expansion = Expansion::default();
        self.include(url, file, 0, &mut expansion)?;
        Ok(expansion)
    }

    fn include(&mut self, url: &str, file: &str, depth: u8, into: &mut Expansion) -> Result<(), StartupError> {
        let files = self.files;
        let set = files.get(url).filter(|_| depth < DEEPEST).ok_or_else(|| {
            StartupError::file(file, format!("includes `{url}`, which does not exist or includes itself"))
        })?;
        if set.compose.exclude.is_empty() {
            return self.add(&set.compose.include, file, depth, into);
        }
        // What is left out of this set may well be in another that is included beside it.
        let (mut own, mut excluded) = (Expansion::default(), Expansion::default());
        self.add(&set.compose.include, file, depth, &mut own)?;
        self.add(&set.compose.exclude, file, depth, &mut excluded)?;
        own.subtract(&excluded);
        into.codes.extend(own.codes);
        into.branches.extend(own.branches);
        Ok(())
    }

    fn add(&mut self, parts: &[Part], file: &str, depth: u8, into: &mut Expansion) -> Result<(), StartupError> {
        for part in parts {
            for url in &part.value_set {
                self.include(url, file, depth + 1, into)?;
            }
            let Some(url) = &part.system else { continue };
            let system = self.systems.of_or_new(url);
            into.codes.extend(part.concept.iter().map(|concept| {
                let coded = Coded { system: url.clone(), code: concept.code.clone(), display: concept.display.clone() };
                (system, coded)
            }));
            for filter in &part.filter {
                if filter.op != "is-a" {
                    let problem = format!("filter `{}` is not supported, only `is-a`", filter.op);
                    return Err(StartupError::file(file, problem));
                }
                into.branches.push(Branch {
                    system,
                    prefix: filter.value.as_str().into(),
                    but_codes: Vec::new(),
                    but_branches: Vec::new(),
                });
            }
        }
        Ok(())
    }
}

impl Expansion {
    fn subtract(&mut self, excluded: &Self) {
        let has = |system: System, code: &str| {
            excluded.codes.iter().any(|(of, coded)| *of == system && coded.code == code)
                || excluded.branches.iter().any(|branch| branch.system == system && branch.has(code))
        };
        self.codes.retain(|(system, coded)| !has(*system, &coded.code));
        for branch in &mut self.branches {
            let of_system = |system: System| system == branch.system;
            branch.but_codes.extend(
                excluded.codes.iter().filter(|(of, _)| of_system(*of)).map(|(_, coded)| coded.code.as_str().into()),
            );
            // What an excluded branch does not mean itself would come back here, so it stays out: fewer codes, never more.
            branch.but_branches.extend(
                excluded.branches.iter().filter(|other| of_system(other.system)).map(|other| other.prefix.clone()),
            );
        }
    }
}
