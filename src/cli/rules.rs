//! `cellwise rules`: what the server knows, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::config::ConfigFile;
use super::terminal::{HEAD, WARNING, entry};
use super::{Failure, printed, terminal};
use crate::config::Config;
use crate::engine::Engine;
use crate::knowledge::Knowledge;
use crate::knowledge::number_as_json;
use crate::texts::Place;
use cellwise_clinic::policy::Policy;
use cellwise_clinic::rules::ALL;
use cellwise_clinic::{Language, Message, Rule};
use cellwise_record::{AsOf, Moment, Verdict};

/// What `rules` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these rules [default: all]
    #[arg(value_name = "RULE", value_parser = rule)]
    rules: Vec<&'static str>,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: ConfigFile,
}

/// A rule as it is listed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    id: &'static str,
    version: u32,
    title: String,
    topic: &'static str,
    reviewed: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    review_by: Option<String>,
    review_overdue: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    switched_off: Option<String>,
    services: Vec<ListedService>,
    needs: Vec<&'static str>,
    sources: Vec<ListedSource>,
    numbers: Vec<ListedNumber>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedService {
    id: String,
    hooks: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    switched_off: Option<String>,
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
    /// The value in use.
    value: serde_json::Value,
    unit: &'static str,
    /// The source's value.
    standard: serde_json::Value,
    /// Where the source's value comes from.
    citation: &'static str,
    /// Where the hospital decided on another.
    #[serde(rename = "localCitation", skip_serializing_if = "Option::is_none")]
    local: Option<String>,
}

fn rule(id: &str) -> Result<&'static str, String> {
    let known = ALL.iter().map(|rule| rule.id);
    let like = || known.clone().filter(|known| id.split('-').any(|word| word.len() > 3 && known.contains(word)));
    known.clone().find(|known| *known == id).ok_or_else(|| {
        let like: Vec<&str> = like().collect();
        if like.is_empty() { "there is no such rule".to_owned() } else { format!("there are {}", like.join(", ")) }
    })
}

/// Prints every rule, or those that are asked for.
///
/// # Errors
/// When the knowledge or the configuration does not hold together, or standard output can't be written to.
pub fn run(args: &Args) -> Result<(), Failure> {
    // What is switched off is listed, too.
    let engine = Engine::load()?;
    let config = args.config.read_for_judging(&engine)?;
    let today = AsOf::now().day();
    let is_wanted = |rule: &&&'static Rule| args.rules.is_empty() || args.rules.contains(&rule.id);
    let wanted = ALL.iter().filter(is_wanted);
    let rules: Vec<Listed> = wanted.map(|rule| listed(rule, engine.knowledge(), &config, &today)).collect();
    let mut out = terminal::out();
    let overdue = engine.knowledge().review_overdue(&today);
    printed(if args.json { as_json(&mut out, &rules) } else { as_text(&mut out, &rules, &overdue) })
}

fn listed(rule: &'static Rule, knowledge: &Knowledge, config: &Config, today: &Moment) -> Listed {
    let policy = &config.policy;
    let review_by = rule.review_by();
    let hooks_of = |service: &crate::knowledge::Service| -> Vec<String> {
        let hooks = service.hooks.iter().filter(|(_, rules)| rules.iter().any(|of| of.id == rule.id));
        hooks.map(|(hook, _)| hook.clone()).collect()
    };
    Listed {
        id: rule.id,
        version: rule.version,
        title: knowledge.texts.say(
            rule.id,
            Language::ENGLISH,
            &Policy::default(),
            Place::Summary,
            &Message::new("title"),
        ),
        topic: rule.topic,
        reviewed: rule.reviewed,
        review_by: review_by.map(|day| day.to_string()),
        review_overdue: review_by.is_some_and(|day| today.on_or_after(&day) == Verdict::Met),
        switched_off: policy.rule_off(rule.id).map(str::to_owned),
        services: knowledge
            .services
            .iter()
            .map(|service| ListedService {
                id: service.id.clone(),
                hooks: hooks_of(service),
                switched_off: policy.service_off(&service.id).map(str::to_owned),
            })
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
            .map(|number| {
                let local = policy.of(number);
                ListedNumber {
                    id: number.id,
                    value: number_as_json(local.map_or(number.default, |local| local.value)),
                    unit: number.unit,
                    standard: number_as_json(number.default),
                    citation: number.citation,
                    local: local.map(|local| local.citation.clone()),
                }
            })
            .collect(),
    }
}

fn as_json(out: &mut impl Write, rules: &[Listed]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rules)?;
    writeln!(out)
}

/// A line of a rule.
fn line(out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
    entry(out, name, 9, text)
}

fn as_text(out: &mut impl Write, rules: &[Listed], overdue: &[(&str, Moment)]) -> io::Result<()> {
    for (position, rule) in rules.iter().enumerate() {
        if position > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{HEAD}{}{HEAD:#}", rule.id)?;
        writeln!(out, "  {}", rule.title)?;
        writeln!(out, "  version {}, reviewed {}", rule.version, rule.reviewed)?;
        if let Some(since) = rule.review_by.as_ref().filter(|_| rule.review_overdue) {
            writeln!(out, "  {WARNING}review overdue since {since}{WARNING:#}")?;
        }
        if let Some(reason) = &rule.switched_off {
            writeln!(out, "  {WARNING}switched off{WARNING:#}: {reason}")?;
        }
        for service in &rule.services {
            let off = service.switched_off.as_ref().map(|why| format!(" (switched off: {why})")).unwrap_or_default();
            line(out, "service", &format!("{} on {}{off}", service.id, service.hooks.join(", ")))?;
        }
        line(out, "needs", &rule.needs.join(", "))?;
        for source in &rule.sources {
            let mut marks = vec![source.date.unwrap_or("undated")];
            marks.extend(source.statements);
            line(out, "source", &format!("{}: {} ({})", source.id, source.title, marks.join(", ")))?;
        }
        for number in &rule.numbers {
            let unit = if number.unit == "1" { String::new() } else { format!(" {}", number.unit) };
            let value = &number.value;
            let said = match &number.local {
                None => format!("{} = {value}{unit} ({})", number.id, number.citation),
                Some(local) => format!(
                    "{} = {value}{unit} (local: {local}; standard {}{unit}: {})",
                    number.id, number.standard, number.citation
                ),
            };
            line(out, "number", &said)?;
        }
    }
    // Rules say it in their own lines.
    for (file, since) in overdue.iter().filter(|(what, _)| ALL.iter().all(|rule| rule.id != *what)) {
        writeln!(out, "\n{file}\n  {WARNING}review overdue since {since}{WARNING:#}")?;
    }
    out.flush()
}
