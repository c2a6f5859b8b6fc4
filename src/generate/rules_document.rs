//! `docs/rules.md`: rule by rule, what it checks, its numbers, value sets, sources and cases.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::{About, CaseLine, header, read, title};
use crate::engine::Engine;
use crate::knowledge::number_as_json;
use cellwise_clinic::{Rule, rules};
use cellwise_record::StartupError;
use cellwise_record::terminology::ValueSet;

/// The kinds of cases, by the beginning of their names.
const KINDS: [(&str, &str); 4] =
    [("met-", "Met"), ("not-met-", "Not met"), ("unknown-", "Unknown"), ("silent-", "Must not fire")];

pub(super) fn write(root: &Path, engine: &Engine, all: &[About]) -> Result<String, StartupError> {
    let mut out = String::from(
        "# The rules\n\nMade from the rules by `cargo run -- generate`; don't edit. The prose of a rule stands on top of its file, its numbers and\nsources in its metadata, its promises in its cases.\n\n",
    );
    for rule in rules::ALL {
        let _ = writeln!(out, "- [{}](#{})", title(engine, rule), rule.id);
    }
    for (rule, about) in rules::ALL.iter().zip(all) {
        one(&mut out, root, engine, rule, about)?;
    }
    Ok(out)
}

fn one(out: &mut String, root: &Path, engine: &Engine, rule: &'static Rule, about: &About) -> Result<(), StartupError> {
    let id = rule.id;
    let _ = writeln!(
        out,
        "\n## {id}\n\n**{}.** Version {}, reviewed {}. [{}](../{})",
        title(engine, rule),
        rule.version,
        rule.reviewed,
        rule.file,
        rule.file
    );
    for (heading, text) in header(engine, about)? {
        if !matches!(heading.as_str(), "" | "Sources") {
            let _ = write!(out, "\n### {heading}\n\n{text}\n");
        }
    }
    let _ = writeln!(out, "\n### Asked by\n");
    for service in &engine.knowledge().services {
        let hooks = service.hooks.iter().filter(|(_, of)| of.iter().any(|of| of.id == id));
        let hooks: Vec<String> = hooks.map(|(hook, _)| hook.clone()).collect();
        if !hooks.is_empty() {
            let _ = writeln!(out, "- `{}` on {}", service.id, hooks.join(", "));
        }
    }
    let needs: Vec<&str> = rule.needs.iter().map(|source| source.key()).collect();
    let _ = writeln!(out, "\nIt needs: {}.", needs.join(", "));
    if !rule.numbers.is_empty() {
        let _ = writeln!(out, "\n### Numbers\n\n| number | default | may be | source |\n|---|---|---|---|");
        for number in rule.numbers {
            let (least, most) = number.within;
            let unit = if number.unit == "1" { String::new() } else { format!(" {}", number.unit) };
            let value = |value| number_as_json(value).to_string();
            let _ = writeln!(
                out,
                "| `{}` | {}{unit} | {} to {} | {} |",
                number.id,
                value(number.default),
                value(least),
                value(most),
                number.citation
            );
        }
    }
    let sets = value_sets(&read(root, rule.file)?);
    if !sets.is_empty() {
        let links: Vec<String> =
            sets.iter().map(|set| format!("[{set}](../fhir-profiles/valuesets/{set}.json)")).collect();
        let _ = writeln!(
            out,
            "\n### Value sets\n\nNamed in the rule itself; the questions that it asks (`crates/clinic/src/questions/`) name theirs.\n\n{}",
            links.join(", ")
        );
    }
    let _ = writeln!(out, "\n### Sources\n");
    for citation in rule.citations {
        let document = citation.document;
        let date = document.date.unwrap_or("undated");
        let statements: Vec<String> =
            citation.statements.iter().map(|id| format!("[{id}](statements.md#{})", id.to_lowercase())).collect();
        let statements = if statements.is_empty() { String::new() } else { format!(": {}", statements.join(", ")) };
        let _ = writeln!(out, "- {} ({date}){statements}", document.title);
    }
    let _ = writeln!(out, "\n### Cases");
    for (prefix, kind) in KINDS {
        let of_kind: Vec<&CaseLine> = about.cases.iter().filter(|case| case.name.starts_with(prefix)).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{kind} ({}):\n", of_kind.len());
        for case in of_kind {
            let describe = case.describe.trim_end_matches('.');
            let _ = writeln!(out, "- [{describe}](../fixtures/cases/{id}/{}.json)", case.name);
        }
    }
    Ok(())
}

/// The value sets that a rule's own code names.
fn value_sets(source: &str) -> BTreeSet<&'static str> {
    let names = source.split("ValueSet::").skip(1).map(|rest| {
        let end =
            rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_lowercase().replace('_', "-")
    });
    names.filter_map(|name| ValueSet::from_name(&name)).map(ValueSet::name).collect()
}
