//! `cellwise course`: whole courses as tables that a doctor can read.

use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};

use super::{Failure, printed};
use crate::engine::Engine;
use crate::files::reason;
use crate::fixtures::FixtureError;
use crate::fixtures::check::Comparison;
use crate::fixtures::course::Course;
use crate::fixtures::course::check::{self, Count};
use crate::fixtures::course::play::{Opened, Shown, play};
use crate::fixtures::report;
use cellwise_clinic::Language;

/// The table is not wider than this, in characters.
const WIDTH: u16 = 120;

/// What `course` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Courses, such as those of `fixtures/courses`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Language of the cards
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = super::language())]
    lang: Language,

    /// Write down the cards as the expected ones, unless one that is needed is missing
    #[arg(long)]
    bless: bool,
}

/// Plays the courses and prints them; fails when a card is not as expected.
///
/// # Errors
/// When a course can't be played, or its expected cards can't be written.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    // Courses are promises about the numbers of the sources: no configuration.
    let engine = Engine::load()?;
    let stdout = io::stdout();
    let colour = stdout.is_terminal();
    let mut out = BufWriter::new(stdout.lock());
    let mut all_as_expected = true;
    for file in &args.files {
        let course = Course::load(file, engine.knowledge()).map_err(|errors| unusable(&errors))?;
        let opened = play(&course, &engine, args.lang)
            .map_err(|problem| Failure::unusable(format!("{}: {problem}", file.display())))?;
        printed(write(&mut out, &course, &opened))?;
        let mut comparison = check::compare(&course, &opened);
        if args.bless && check::problems(&opened).is_empty() && !comparison.is_equal() {
            let path = course.cards_path();
            fs::write(&path, check::calendar(&course, &opened)).map_err(|error| {
                Failure::unusable(format!("{}: can't be written: {}", path.display(), reason(&error)))
            })?;
            comparison = Comparison::default();
            printed(writeln!(out, "{} written: review it before it is committed", path.display()))?;
        }
        all_as_expected &= comparison.is_equal();
        printed(report::comparison(&mut out, &comparison, colour).and_then(|()| writeln!(out)))?;
    }
    printed(out.flush())?;
    Ok(if all_as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn unusable(errors: &[FixtureError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(FixtureError::to_string).collect();
    Failure::unusable(lines.join("\nerror: "))
}

fn write(out: &mut impl Write, course: &Course, opened: &[Opened<'_>]) -> io::Result<()> {
    writeln!(out, "{}\n", course.file.describe)?;
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(["day", "what happens", "cards, and the service that shows each"]);
    if let Some(column) = table.column_mut(2) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Percentage(55)));
    }
    // Openings without a card that follow each other are one row.
    for group in opened.chunk_by(|one, next| is_silent(one) && is_silent(next)) {
        match group {
            [only] => {
                let what = format!("{} ({})", only.opening.what, only.opening.hook);
                table.add_row([format!("{}\n{}", only.day, date(only)), what, cards(only)]);
            }
            [first, .., last] => {
                let days = format!("{} … {}\n{} … {}", first.day, last.day, date(first), date(last));
                table.add_row([days, format!("{} openings", group.len()), "no card".to_owned()]);
            }
            [] => {}
        }
    }
    writeln!(out, "{table}\n\n{}", Count::of(opened).sentence())?;
    for ((topic, indicator), days) in check::idle(opened) {
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        writeln!(out, "  {indicator} {topic}: day {}", days.join(", "))?;
    }
    Ok(())
}

/// What is shown at an opening, a paragraph for each card.
fn cards(one: &Opened<'_>) -> String {
    let card = |card: &Shown| {
        let idle = if one.needs(card) { "" } else { " [nothing to do]" };
        format!("{}{idle}: {} ({})", card.indicator.to_uppercase(), card.summary, card.service)
    };
    let all: Vec<String> = one.cards.iter().map(card).chain(one.refused.iter().cloned()).collect();
    if all.is_empty() { "no card".to_owned() } else { all.join("\n") }
}

fn is_silent(one: &Opened<'_>) -> bool {
    one.cards.is_empty() && one.refused.is_empty()
}

/// The date of an opening, at the place of care.
fn date(one: &Opened<'_>) -> String {
    one.opening.at.split('T').next().unwrap_or_default().to_owned()
}
