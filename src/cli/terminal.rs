//! Standard output as its reader sees it: in colours where there are any, and as wide as the terminal.
//!
//! What is written may have colours always: they are taken out where standard output is no terminal, or `NO_COLOR` is set, and left
//! in where `CLICOLOR_FORCE` is.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use terminal_size::{Width, terminal_size_of};

/// Lines of what is no terminal.
const USUAL: usize = 100;
/// Prose is not wider than this: longer lines are lost by the eye.
const WIDEST_PROSE: usize = 120;
/// Below this nothing can be laid out.
const NARROWEST: usize = 40;

/// A heading.
pub(super) const HEAD: Style = Style::new().bold();
/// What matters less.
pub(super) const FAINT: Style = Style::new().dimmed();
/// What is as it should be.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// What is open, or asks for a look.
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is wrong, or near harm.
pub(super) const CRITICAL: Style = AnsiColor::Red.on_default().bold();
/// What is good to know.
pub(super) const INFO: Style = AnsiColor::Cyan.on_default().bold();

/// Where a command writes.
pub(super) type Out = BufWriter<AutoStream<StdoutLock<'static>>>;

/// Standard output.
pub(super) fn out() -> Out {
    BufWriter::new(anstream::stdout().lock())
}

/// Whether standard output shows colours.
pub(super) fn is_coloured() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// How an indicator, by its name, is shown.
pub(super) fn style_of(indicator: &str) -> Style {
    match indicator {
        "critical" => CRITICAL,
        "warning" => WARNING,
        _ => INFO,
    }
}

/// How many characters a line has, if that is known: what the user says (`COLUMNS`), else the terminal.
pub(super) fn columns() -> Option<usize> {
    // No setting of ours: shells and pagers say it so.
    let said = std::env::var_os("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
    let of_terminal = || {
        let (Width(width), _) = terminal_size_of(io::stdout()).filter(|_| io::stdout().is_terminal())?;
        Some(usize::from(width))
    };
    said.or_else(of_terminal).map(|width: usize| width.max(NARROWEST))
}

/// How many characters a line has.
pub(super) fn width() -> usize {
    columns().unwrap_or(USUAL)
}

/// How many characters a line of prose has.
pub(super) fn prose_width() -> usize {
    width().min(WIDEST_PROSE)
}

/// A line of a list: what it is about, and what it says. On a terminal it is wrapped below itself; whoever searches in it wants whole
/// lines.
pub(super) fn entry(out: &mut impl Write, name: &str, name_width: usize, text: &str) -> io::Result<()> {
    let (first, next) = (format!("  {name:<name_width$}"), " ".repeat(name_width + 2));
    let width = columns().map_or(usize::MAX, |_| prose_width());
    writeln!(out, "{}", wrapped(text, width, &first, &next))
}

/// The words of a text on lines of at most `width` characters, the first behind `first`, the others behind `next`.
pub(super) fn wrapped(text: &str, width: usize, first: &str, next: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::replace(&mut line, next.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_together() {
        assert_eq!(wrapped("one two  three", 8, "- ", "  "), "- one\n  two\n  three");
        assert_eq!(wrapped("averyveryverylongword x", 8, "", ""), "averyveryverylongword\nx");
    }
}
