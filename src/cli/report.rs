//! `cellwise report`: what became of the cards, for whoever decides which of them are needed.

use std::io::{self, Write};

use cellwise_store::{Report, RuleLine, counts};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::config::ConfigFile;
use super::terminal::{GOOD, HEAD, WARNING};
use super::{Failure, printed, terminal};
use crate::engine::Engine;
use crate::report;

/// What `report` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// First day [default: twelve weeks before the last]
    #[arg(long, value_name = "DATE", value_parser = report::date)]
    since: Option<Date>,

    /// Last day [default: today]
    #[arg(long, value_name = "DATE", value_parser = report::date)]
    until: Option<Date>,

    /// Print CSV: a line per week, rule and client
    #[arg(long, conflicts_with = "json")]
    csv: bool,

    /// Print JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    config: ConfigFile,
}

/// Reads the store of a configuration, which may be in use, and prints what became of the cards.
///
/// # Errors
/// When there is no store, or it can't be read.
pub fn run(args: &Args) -> Result<(), Failure> {
    let config = args.config.read(&Engine::load()?)?;
    let zone = config.server.time_zone.clone().unwrap_or_else(TimeZone::system);
    let store = config.store.ok_or_else(|| {
        Failure::unusable("nothing is remembered: name the configuration that has `[store]` with `--config FILE`")
    })?;
    let period = report::period(args.since, args.until, &zone).map_err(Failure::unusable)?;
    let counted = counts(&store.address, period)
        .map_err(|failure| Failure::new(format!("the store `{}` can't be read: {failure}", store.address)))?;
    let report = report::report(&counted, period, &zone, config.report);
    let mut out = terminal::out();
    printed(if args.json {
        serde_json::to_writer_pretty(&mut out, &report).map_err(io::Error::from).and_then(|()| writeln!(out))
    } else if args.csv {
        out.write_all(report::csv(&report).as_bytes())
    } else {
        table(&mut out, &report)
    })?;
    printed(out.flush())
}

fn table(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let thresholds = report.thresholds;
    writeln!(out, "{HEAD}Cards from {} to {}{HEAD:#}", report.since, report.until)?;
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(columns) = terminal::columns() {
        table.set_width(u16::try_from(columns).unwrap_or(u16::MAX));
    }
    table.set_header(["rule", "shown", "joined", "accepted", "overridden", "ignored", "%", "reasons"]);
    for line in &report.rules {
        table.add_row(row(line));
    }
    for column in table.column_iter_mut().skip(1).take(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    writeln!(out, "{table}")?;
    for other in &report.not_on_record {
        let outcome = if other.is_accepted { "accepted" } else { "overridden" };
        writeln!(out, "Not on record: {} cards {outcome}, by {}", other.cards, other.client)?;
    }
    if report.named.is_empty() {
        let (percent, fewest) = (thresholds.overridden_percent, thresholds.fewest_shown);
        writeln!(out, "{GOOD}No rule is overridden on more than {percent} % of at least {fewest} cards.{GOOD:#}")?;
    }
    for line in report.rules.iter().filter(|line| report.is_named(&line.rule)) {
        writeln!(
            out,
            "{WARNING}{} is overridden on {} % of {} cards, more than {} %: is it needed as it is?{WARNING:#}",
            line.rule, line.overridden_percent, line.shown, thresholds.overridden_percent
        )?;
    }
    Ok(())
}

fn row(line: &RuleLine) -> [String; 8] {
    let reasons = line.reasons.iter().map(|one| format!("{} ({})", report::reason(one), one.cards));
    [
        line.rule.clone(),
        line.shown.to_string(),
        line.joined.to_string(),
        line.accepted.to_string(),
        line.overridden.to_string(),
        line.ignored.to_string(),
        line.overridden_percent.to_string(),
        reasons.collect::<Vec<_>>().join("\n"),
    ]
}
