//! `cellwise rules`: what the server knows, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::{Failure, printed};
use crate::engine::{Engine, Language};
use crate::hooks::texts::Place;
use crate::knowledge::Knowledge;
use crate::rules::{ALL, Message, Number, Rule};

/// What `rules` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A rule as it is listed.
#[derive(Debug, Serialize)]
struct Listed {
    id: &'static str,
    version: u32,
    title: String,
    topic: &'static str,
    reviewed: &'static str,
    services: Vec<ListedService>,
    needs: Vec<&'static str>,
    sources: Vec<ListedSource>,
    numbers: Vec<ListedNumber>,
}

#[derive(Debug, Serialize)]
struct ListedService {
    id: String,
    hooks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ListedSource {
    id: &'static str,
    title: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
    statements: &'static [&'static str],
}

#[derive(Debug, Serialize)]
struct ListedNumber {
    id: &'static str,
    value: serde_json::Value,
    unit: &'static str,
    citation: &'static str,
}

/// Prints every rule.
///
/// # Errors
/// When the knowledge does not hold together, or standard output can't be written to.
pub fn run(args: &Args) -> Result<(), Failure> {
    let engine = Engine::load().map_err(|error| Failure::new(error.to_string()))?;
    let rules: Vec<Listed> = ALL.iter().map(|rule| listed(rule, engine.knowledge())).collect();
    let mut out = io::stdout().lock();
    printed(if args.json { as_json(&mut out, &rules) } else { as_text(&mut out, &rules) })
}

fn listed(rule: &'static Rule, knowledge: &Knowledge) -> Listed {
    let hooks_of = |service: &crate::knowledge::Service| -> Vec<String> {
        let hooks = service.hooks.iter().filter(|(_, rules)| rules.iter().any(|of| of.id == rule.id));
        hooks.map(|(hook, _)| hook.clone()).collect()
    };
    Listed {
        id: rule.id,
        version: rule.version,
        title: knowledge.texts.say(rule.id, Language::English, Place::Summary, &Message::new("title")),
        topic: rule.topic,
        reviewed: rule.reviewed,
        services: knowledge
            .services
            .iter()
            .map(|service| ListedService { id: service.id.clone(), hooks: hooks_of(service) })
            .filter(|service| !service.hooks.is_empty())
            .collect(),
        needs: rule.needs.iter().map(|source| source.key()).collect(),
        sources: rule
            .citations
            .iter()
            .map(|citation| ListedSource {
                id: citation.document.id,
                title: citation.document.title,
                date: citation.document.date,
                url: citation.document.url,
                statements: citation.statements,
            })
            .collect(),
        numbers: rule
            .numbers
            .iter()
            .map(|number| ListedNumber {
                id: number.id,
                value: Number::json(number.default),
                unit: number.unit,
                citation: number.citation,
            })
            .collect(),
    }
}

fn as_json(out: &mut impl Write, rules: &[Listed]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rules)?;
    writeln!(out)
}

fn as_text(out: &mut impl Write, rules: &[Listed]) -> io::Result<()> {
    for (position, rule) in rules.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", rule.id)?;
        writeln!(out, "  {}", rule.title)?;
        writeln!(out, "  version {}, reviewed {}", rule.version, rule.reviewed)?;
        for service in &rule.services {
            writeln!(out, "  service  {} on {}", service.id, service.hooks.join(", "))?;
        }
        writeln!(out, "  needs    {}", rule.needs.join(", "))?;
        for source in &rule.sources {
            let mut marks = vec![source.date.unwrap_or("undated")];
            marks.extend(source.statements);
            writeln!(out, "  source   {}: {} ({})", source.id, source.title, marks.join(", "))?;
        }
        for number in &rule.numbers {
            let unit = if number.unit == "1" { String::new() } else { format!(" {}", number.unit) };
            writeln!(out, "  number   {} = {}{unit} ({})", number.id, number.value, number.citation)?;
        }
    }
    Ok(())
}
