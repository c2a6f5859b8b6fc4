//! A site's own codes as aliases of known ones: GPK, PRK, HPK and ZI of the G-Standaard to ATC, local codes to LOINC or
//! SNOMED CT. An alias means what its target means, no more and no less.
//!
//! Everything that is wrong is found at once, each with its file and line. A row whose target no value set has is left out, unless it is a complete ATC code: that one says which
//! drug it is, so that no rule needs to ask.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::{
    Coded, DrugCode, Experience, Key, KeyRef, Lookup, Membership, System, Terminology, ValueSet, atc, plain_url,
};
use crate::StartupError;

/// One row of a file, as it stands there.
#[derive(Debug)]
pub struct Row {
    /// File and line, or file and JSON pointer.
    pub at: String,
    /// The site's code.
    pub source: Code,
    /// What it means.
    pub target: Code,
    /// What the site calls the source code; may be empty.
    pub display: String,
}

/// A code of a system, as written.
#[derive(Clone, Debug)]
pub struct Code {
    /// The url of the code system.
    pub system: String,
    /// The code.
    pub code: String,
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}|{}`", self.system, self.code)
    }
}

/// What reading a file came to.
#[derive(Debug, Default)]
pub struct Rows {
    /// The rows, in their order.
    pub found: Vec<Row>,
    /// What makes the file unusable.
    pub problems: Vec<StartupError>,
    /// What is left out.
    pub warnings: Vec<StartupError>,
}

/// What a file adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedFile {
    /// The file, as the configuration names it.
    pub file: String,
    /// The codes it explains.
    pub codes: usize,
    /// Those of them that no rule asks about: known, and of no interest.
    pub irrelevant: usize,
}

/// A site's codes, checked and ready to be added to the index.
#[derive(Debug, Default)]
pub struct Mapping {
    aliases: Vec<Row>,
    /// What each file adds.
    pub files: Vec<MappedFile>,
    /// Rows that are left out, and why.
    pub warnings: Vec<StartupError>,
}

/// The first row of a source code, and the target it names.
struct First {
    at: String,
    system: System,
    code: String,
    target: Code,
}

impl Mapping {
    /// Checks files, as (name, what was read of it).
    ///
    /// # Errors
    /// Everything that is wrong, each with its file and line.
    pub fn check(files: Vec<(String, Rows)>, terminology: &Terminology) -> Result<Self, Vec<StartupError>> {
        let mut mapping = Self::default();
        let mut problems = Vec::new();
        let mut seen: HashMap<(String, String), First> = HashMap::new();
        for (file, rows) in files {
            problems.extend(rows.problems);
            mapping.warnings.extend(rows.warnings);
            let mut added = MappedFile { file, codes: 0, irrelevant: 0 };
            for row in rows.found {
                let target = terminology.lookup(&row.target.system, &row.target.code);
                match checked(&row, target, terminology, &mut seen) {
                    Ok(Use::Rule) => added.codes += 1,
                    Ok(Use::Irrelevant) => {
                        added.codes += 1;
                        added.irrelevant += 1;
                    }
                    Ok(Use::None(why)) => {
                        mapping.warnings.push(StartupError::file(row.at, why));
                        continue;
                    }
                    Err(problem) => {
                        problems.push(StartupError::file(row.at, problem));
                        continue;
                    }
                }
                mapping.aliases.push(row);
            }
            mapping.files.push(added);
        }
        if problems.is_empty() { Ok(mapping) } else { Err(problems) }
    }

    /// The rows that count.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.aliases.iter()
    }
}

/// What comes of a row.
enum Use {
    /// A rule asks about what the target means.
    Rule,
    /// Known, and no rule asks about it.
    Irrelevant,
    /// Nothing: why.
    None(String),
}

fn checked(
    row: &Row,
    target: Lookup,
    terminology: &Terminology,
    seen: &mut HashMap<(String, String), First>,
) -> Result<Use, String> {
    let Some(system) = target.system else {
        if terminology.systems.of(&row.target.system).is_some_and(|known| !terminology.systems.is_site_mapped(known)) {
            return Ok(Use::None(format!("no value set has {}: the row has no effect", row.target)));
        }
        return Err(format!(
            "there is no target system `{}`: use the url of ATC (`{}`), SNOMED CT, LOINC or another system of the value sets",
            row.target.system,
            atc::URL
        ));
    };
    let own = terminology.lookup(&row.source.system, &row.source.code);
    if own.membership != Membership::default() || own.drug != DrugCode::Unclear {
        return Err(format!("{} is known already, and a mapping can't change it: take the row out", row.source));
    }
    let is_atc = terminology.systems.atc == Some(system);
    if is_atc && target.membership.is_empty() && target.drug != DrugCode::One {
        return Err(format!(
            "`{}` is not a complete ATC code: a letter, two digits, two letters and two digits, such as `H02AB06`",
            row.target.code
        ));
    }
    let known = terminology.systems.of(&row.source.system);
    let significant = match known {
        Some(known) => terminology.systems.canonical(known, &row.source.code).into_owned(),
        None => row.source.code.trim().to_owned(),
    };
    if significant.is_empty() {
        return Err(format!("{} is not a code", row.source));
    }
    // A system that is known has aliases; any other has its url only.
    let url =
        known.map_or_else(|| plain_url(&row.source.system).to_ascii_lowercase(), |known| known.number().to_string());
    let code = terminology.systems.canonical(system, &row.target.code).into_owned();
    match seen.entry((url, significant)) {
        Entry::Occupied(first) => {
            let first = first.get();
            if first.system == system && first.code == code {
                return Ok(Use::None(format!("{} is mapped already, in {}", row.source, first.at)));
            }
            return Err(format!(
                "maps {} to {}, but {} maps it to {}: keep one of them",
                row.source, row.target, first.at, first.target
            ));
        }
        Entry::Vacant(vacant) => {
            vacant.insert(First { at: row.at.clone(), system, code, target: row.target.clone() });
        }
    }
    Ok(match (target.membership.is_empty(), target.drug == DrugCode::One) {
        (false, _) => Use::Rule,
        (true, true) => Use::Irrelevant,
        (true, false) => Use::None(format!("no value set has {}: the row has no effect", row.target)),
    })
}

impl Terminology {
    /// Adds a site's codes: each is from now on what its target is.
    pub fn add_mapping(&mut self, mapping: &Mapping) {
        self.experience = Experience::default();
        for row in &mapping.aliases {
            let mut membership = self.lookup(&row.target.system, &row.target.code).membership;
            membership.list();
            let system = self.systems.of_site(&row.source.system);
            let code: Box<str> = (&*self.systems.canonical(system, &row.source.code)).into();
            if !row.display.is_empty() {
                self.names.call(Key { system, code: code.clone() }, &row.display);
            }
            self.site.insert(Key { system, code: code.clone() });
            self.codes.entry(Key { system, code }).or_default().union(membership);
            for set in self.sets().filter(|set| membership.contains(*set)).collect::<Vec<_>>() {
                let coded = Coded {
                    system: row.source.system.clone(),
                    code: row.source.code.clone(),
                    display: row.display.clone(),
                };
                self.local.entry(set).or_default().push(coded);
            }
            self.mapped += 1;
        }
    }

    /// Whether a code is this one, whatever the spelling of its system and of itself.
    #[must_use]
    pub fn is_same(&self, (system, code): (&str, &str), other: &Code) -> bool {
        match (self.systems.of(system), self.systems.of(&other.system)) {
            (Some(one), Some(another)) if one == another => {
                self.systems.canonical(one, code) == self.systems.canonical(another, &other.code)
            }
            _ => false,
        }
    }

    /// The names of the value sets that a code belongs to.
    #[must_use]
    pub fn ideas(&self, code: &Code) -> Vec<String> {
        let membership = self.lookup(&code.system, &code.code).membership;
        self.sets().filter(|set| membership.contains(*set)).map(|set| set.name().to_owned()).collect()
    }

    /// The site's own codes of a value set.
    #[must_use]
    pub fn local_members(&self, set: ValueSet) -> &[Coded] {
        self.local.get(&set).map_or(&[], Vec::as_slice)
    }

    /// Whether a code is one that the site has explained.
    #[must_use]
    pub fn is_of_site(&self, system: &str, code: &str) -> bool {
        let Some(system) = self.systems.of(system) else { return false };
        let code = &*self.systems.canonical(system, code);
        self.site.contains(&KeyRef { system, code })
    }

    /// How many codes the site has explained.
    #[must_use]
    pub fn mapped(&self) -> usize {
        self.mapped
    }
}
