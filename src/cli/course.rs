//! `cellwise course`: whole courses as tables that a doctor can read.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};

use super::terminal::HEAD;
use super::{Failure, printed, terminal};
use crate::course::Speaker;
use crate::engine::Engine;
use crate::files::reason;
use crate::fixtures::FixtureError;
use crate::fixtures::check::Comparison;
use crate::fixtures::course::Course;
use crate::fixtures::course::check::{self, Count};
use crate::fixtures::course::play::{Opened, Shown, play};
use crate::fixtures::report;
use cellwise_clinic::{Language, Message};

/// What `course` can be told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Courses, such as those of `fixtures/courses`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Language of the cards, and of the heads of the table
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
    let words = Speaker::new(&engine, args.lang);
    let mut out = terminal::out();
    let mut all_as_expected = true;
    for file in &args.files {
        let course = Course::load(file, engine.knowledge()).map_err(|errors| unusable(&errors))?;
        let opened = play(&course, &engine, args.lang)
            .map_err(|problem| Failure::unusable(format!("{}: {problem}", file.display())))?;
        printed(write(&mut out, &course, &opened, &words))?;
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
        printed(report::comparison(&mut out, &comparison, terminal::is_coloured()).and_then(|()| writeln!(out)))?;
    }
    printed(out.flush())?;
    Ok(if all_as_expected { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn unusable(errors: &[FixtureError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(FixtureError::to_string).collect();
    Failure::unusable(lines.join("\nerror: "))
}

fn write(out: &mut impl Write, course: &Course, opened: &[Opened<'_>], words: &Speaker<'_>) -> io::Result<()> {
    writeln!(out, "{HEAD}{}{HEAD:#}\n", course.file.describe)?;
    let mut table = Table::new();
    let width = u16::try_from(terminal::width()).unwrap_or(u16::MAX);
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table.set_header(["command-day", "command-what-happens", "command-cards-by-service"].map(|id| words.command(id)));
    if let Some(column) = table.column_mut(2) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Percentage(55)));
    }
    let none = || words.command("command-no-card");
    // Openings without a card that follow each other are one row.
    for group in opened.chunk_by(|one, next| is_silent(one) && is_silent(next)) {
        match group {
            [only] => {
                let what = format!("{} ({})", only.opening.what, only.opening.hook);
                let cards = if is_silent(only) { none() } else { cards(only, words) };
                table.add_row([format!("{}\n{}", only.day, date(only)), what, cards]);
            }
            [first, .., last] => {
                let days = format!("{} … {}\n{} … {}", first.day, last.day, date(first), date(last));
                table.add_row([days, words.count_of_command("command-openings", group.len()), none()]);
            }
            [] => {}
        }
    }
    writeln!(out, "{table}\n\n{}", counted(Count::of(opened), words))?;
    for ((topic, indicator), days) in check::idle(opened) {
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        let days = words.command(Message::new("command-days-of").with("days", days.join(", ")));
        writeln!(out, "  {indicator} {topic}: {days}")?;
    }
    Ok(())
}

/// How many cards there were, in a sentence.
fn counted(count: Count, words: &Speaker<'_>) -> String {
    let values = [
        ("openings", count.openings),
        ("with", count.with_cards),
        ("cards", count.cards),
        ("idle", count.with_idle_cards),
        ("idle-cards", count.idle_cards),
    ];
    let add = |message: Message, (name, value)| message.with(name, i32::try_from(value).unwrap_or(i32::MAX));
    words.command(values.into_iter().fold(Message::new("command-counted"), add))
}

/// What is shown at an opening, a paragraph for each card.
fn cards(one: &Opened<'_>, words: &Speaker<'_>) -> String {
    let card = |card: &Shown| {
        let idle =
            if one.needs(card) { String::new() } else { format!(" [{}]", words.command("command-nothing-to-do")) };
        let indicator = words.indicator_named(&card.indicator).to_uppercase();
        format!("{indicator}{idle}: {} ({})", card.summary, card.service)
    };
    let all: Vec<String> = one.cards.iter().map(card).chain(one.refused.iter().cloned()).collect();
    all.join("\n")
}

fn is_silent(one: &Opened<'_>) -> bool {
    one.cards.is_empty() && one.refused.is_empty()
}

/// The date of an opening, at the place of care.
fn date(one: &Opened<'_>) -> String {
    one.opening.at.split('T').next().unwrap_or_default().to_owned()
}
