//! `docs/safety/`: hazards with their measures and tests, the source attributes of each rule, and what changed in each.
//!
//! Hazards and changes are written by hand, as data; what the rules know of themselves is taken from them. What names a test,
//! a case or a rule that does not exist is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

use super::{About, ELEMENTS, cell, parsed, read, title};
use crate::engine::Engine;
use cellwise_clinic::{Rule, rules};
use cellwise_record::StartupError;

const HAZARDS: &str = "docs/safety/hazards.json";
const CHANGES: &str = "docs/safety/changes.json";
const DEMOGRAPHICS: &str = "docs/safety/demographics.json";

/// What the safety file holds beside what the rules know of themselves.
#[derive(Clone, Debug)]
pub struct Safety {
    /// What can go wrong with the program.
    pub hazards: Vec<Hazard>,
    /// What changed in the rules.
    pub changes: Vec<Change>,
    /// Element of Patient → the rules whose answer depends on it, sorted.
    pub demographics: BTreeMap<String, Vec<String>>,
}

/// Something that can go wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazard {
    /// Its name.
    pub id: String,
    /// What can go wrong.
    pub hazard: String,
    /// What it does to a patient.
    pub harm: String,
    /// What is done about it.
    pub measures: Vec<Measure>,
    /// What is left of it.
    pub remains: String,
}

/// What is done about a hazard.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What is done.
    pub measure: String,
    /// The tests that hold it: file and function.
    pub tests: Vec<String>,
    /// Cases that show it: rule and name.
    #[serde(default)]
    pub cases: Vec<String>,
}

/// What changed in a rule with a version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The rule.
    pub rule: String,
    /// The version that it has since.
    pub version: u32,
    /// What changed, for a clinician.
    pub change: String,
}

impl Safety {
    /// Reads what is written by hand.
    ///
    /// # Errors
    /// A file that is missing or not what it should be.
    pub fn read(root: &Path) -> Result<Self, StartupError> {
        Ok(Self {
            hazards: parsed(HAZARDS, &read(root, HAZARDS)?)?,
            changes: parsed(CHANGES, &read(root, CHANGES)?)?,
            demographics: parsed(DEMOGRAPHICS, &read(root, DEMOGRAPHICS)?)?,
        })
    }

    /// What the rows lack, one line each.
    #[must_use]
    pub fn problems(&self, root: &Path) -> Vec<String> {
        let mut problems = Vec::new();
        for hazard in &self.hazards {
            let say = |what: String| format!("{HAZARDS}: {}: {what}", hazard.id);
            if hazard.measures.is_empty() {
                problems.push(say("has no measure".to_owned()));
            }
            for measure in &hazard.measures {
                if measure.tests.is_empty() {
                    problems.push(say(format!("no test holds `{}`", measure.measure)));
                }
                let missing = measure.tests.iter().filter(|test| !is_test(root, test));
                problems.extend(missing.map(|test| say(format!("there is no test `{test}`"))));
                let path = |case: &&String| root.join(format!("fixtures/cases/{case}.json"));
                let missing = measure.cases.iter().filter(|case| !path(case).is_file());
                problems.extend(missing.map(|case| say(format!("there is no case `{case}`"))));
            }
        }
        let exists = |id: &str| rules::ALL.iter().any(|rule| rule.id == id);
        for change in self.changes.iter().filter(|change| !exists(&change.rule)) {
            problems.push(format!("{CHANGES}: there is no rule `{}`", change.rule));
        }
        for rule in rules::ALL {
            let written: Vec<u32> = self.changes_of(rule).map(|change| change.version).collect();
            if written != (2..=rule.version).collect::<Vec<_>>() {
                let version = rule.version;
                problems.push(format!("{CHANGES}: `{}` is at version {version}: say what changed with each", rule.id));
            }
        }
        for (element, of) in &self.demographics {
            let unknown = of.iter().filter(|id| !exists(id));
            problems.extend(unknown.map(|id| format!("{DEMOGRAPHICS}: {element}: there is no rule `{id}`")));
        }
        problems
    }

    fn changes_of(&self, rule: &Rule) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.rule == rule.id)
    }
}

/// Whether `file::function` is a test.
fn is_test(root: &Path, test: &str) -> bool {
    let Some((file, function)) = test.split_once("::") else { return false };
    let Ok(source) = read(root, file) else { return false };
    // A macro makes one test per rule of its table.
    let by_macro = format!("    {function} = \"");
    let lines: Vec<&str> = source.lines().collect();
    let begins = |line: &str| line.trim_start().starts_with(&format!("fn {function}("));
    let is_marked = |place: usize| {
        let above = lines.iter().take(place).rev();
        above.take_while(|line| line.trim_start().starts_with("#[")).any(|line| line.trim() == "#[test]")
    };
    source.contains(&by_macro) || lines.iter().enumerate().any(|(place, line)| begins(line) && is_marked(place))
}

/// The files made of it.
pub(super) fn write(root: &Path, engine: &Engine, all: &[About]) -> Result<BTreeMap<String, String>, StartupError> {
    let safety = Safety::read(root)?;
    if let Some(problem) = safety.problems(root).into_iter().next() {
        return Err(StartupError::file("docs/safety", problem));
    }
    let mut made = BTreeMap::new();
    made.insert("docs/safety/hazards.md".to_owned(), hazards(engine, &safety, all));
    made.insert("docs/safety/attributes.md".to_owned(), attributes(engine, &safety));
    made.insert("docs/safety/changes.md".to_owned(), changes(engine, &safety));
    Ok(made)
}

fn hazards(engine: &Engine, safety: &Safety, all: &[About]) -> String {
    let mut out = format!(
        "# Hazards\n\nMade from `{HAZARDS}` and the rules by `cargo run -- generate`; don't edit. How severe and how likely a hazard is\ndepends on the hospital, and is judged there. `docs/rules.md` describes the rules.\n\n## Of the program\n"
    );
    for hazard in &safety.hazards {
        let _ = writeln!(out, "\n### {}\n\n{} **Harm:** {}\n", hazard.id, hazard.hazard, hazard.harm);
        out.push_str("| measure | tests |\n| --- | --- |\n");
        for measure in &hazard.measures {
            let link = |test: &String| {
                let (file, function) = test.split_once("::").unwrap_or((test, ""));
                format!("[{function}](../../{file})")
            };
            let case = |case: &String| format!("[{case}](../../fixtures/cases/{case}.json)");
            let tests = measure.tests.iter().map(link).chain(measure.cases.iter().map(case));
            let _ = writeln!(out, "| {} | {} |", cell(&measure.measure), tests.collect::<Vec<_>>().join("<br>"));
        }
        let _ = writeln!(out, "\nWhat remains: {}", hazard.remains);
    }
    out.push_str(
        "\n## Of what the rules are about\n\nThe hazard is what the rule flags and nobody notices; the measure is its card. Its cases are the tests: that it speaks, that it\ndoes not, that it asks where the record does not tell, and that it is silent where its card would do harm.\n\n| rule | speaks | does not | asks | must be silent |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (rule, about) in rules::ALL.iter().zip(all) {
        let count = |kind: &str| about.cases.iter().filter(|case| case.name.starts_with(kind)).count();
        let _ = writeln!(
            out,
            "| [{}](../rules.md#{}) | {} | {} | {} | {} |",
            title(engine, rule),
            rule.id,
            count("met-"),
            count("not-met-"),
            count("unknown-"),
            count("silent-")
        );
    }
    out
}

fn attributes(engine: &Engine, safety: &Safety) -> String {
    let read_of_patient = ELEMENTS.iter().find(|(resource, _)| *resource == "Patient").map_or(&[][..], |(_, of)| of);
    let mut out = format!(
        "# Source attributes\n\nMade from the rules by `cargo run -- generate`; don't edit.\n\nWhat holds for every rule:\n\n- **Developer**: the cellwise authors ({}).\n- **Funding**: none declared: no manufacturer, payer or other party has paid for a rule as far as this repository tells.\n- **Kind**: rules written by people from cited documents; nothing is learnt from data.\n- **Not used**: race, ethnicity, language, sexual orientation, gender identity, social determinants of health. Of Patient only\n  these elements are read: {}; of the last, only that of a donor after death.\n- **Validation**: the cases of the rule, on invented patients; no evaluation on real ones.\n- **Date of birth and administrative gender** are listed where the answer to some case depends on them\n  (`tests/safety.rs` changes them in every case).\n",
        env!("CARGO_PKG_LICENSE"),
        read_of_patient.iter().map(|element| format!("`{element}`")).collect::<Vec<_>>().join(", ")
    );
    for rule in rules::ALL {
        let _ = writeln!(out, "\n## {}\n", rule.id);
        let due = rule.review_by().map(|day| day.to_string()).unwrap_or_default();
        let _ = writeln!(out, "{}. Version {}.\n", title(engine, rule), rule.version);
        let _ = writeln!(out, "- Compared with its sources: {}; next before {due}", rule.reviewed);
        let documents: Vec<String> = rule
            .citations
            .iter()
            .map(|citation| {
                let document = citation.document;
                let date = document.date.unwrap_or("undated");
                document.url.map_or_else(
                    || format!("{} ({date})", document.title),
                    |url| format!("[{}]({url}) ({date})", document.title),
                )
            })
            .collect();
        let _ = writeln!(out, "- Rests on: {}", documents.join("; "));
        let needs: Vec<&str> = rule.needs.iter().map(|source| source.key()).collect();
        let _ = writeln!(out, "- Patient data: {}", needs.join(", "));
        if !rule.observations.is_empty() {
            let sets: Vec<&str> = rule.observations.iter().map(|set| set.name()).collect();
            let _ = writeln!(out, "- Observations: {}", sets.join(", "));
        }
        let element_of_rule = |(element, of): (&String, &Vec<String>)| {
            of.iter().any(|id| id == rule.id).then(|| format!("`Patient.{element}`"))
        };
        let used: Vec<String> = safety.demographics.iter().filter_map(element_of_rule).collect();
        let used = if used.is_empty() { "none".to_owned() } else { used.join(", ") };
        let _ = writeln!(out, "- Demographics: {used}");
    }
    out
}

fn changes(engine: &Engine, safety: &Safety) -> String {
    let mut out = format!(
        "# What changed in the rules\n\nMade from `{CHANGES}` by `cargo run -- generate`; don't edit. In clinical words, rule by rule, since its first version. A rule\nthat is not here is at its first version. [CHANGELOG.md](../../CHANGELOG.md) has everything else.\n"
    );
    for rule in rules::ALL.iter().filter(|rule| rule.version > 1) {
        let _ = writeln!(
            out,
            "\n## {}\n\n`{}`, compared with its sources on {}.\n",
            title(engine, rule),
            rule.id,
            rule.reviewed
        );
        for change in safety.changes_of(rule) {
            let _ = writeln!(out, "- Version {}: {}", change.version, change.change);
        }
    }
    out
}
