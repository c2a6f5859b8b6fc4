//! Cards as text: Markdown made readable on a terminal. What matters most stands last, where it is seen without scrolling.

use std::io::{self, Write};

use serde_json::Value;

use super::why::Fate;
use crate::cli::terminal::{FAINT, GOOD, HEAD, WARNING, style_of, wrapped};
use crate::course::Speaker;
use crate::fixtures::check::cards;
use cellwise_record::Verdict;

/// How an answer is printed.
pub(super) struct Printer<'p> {
    /// The words of the labels.
    pub(super) words: &'p Speaker<'p>,
    /// Lines are not longer than this.
    pub(super) width: usize,
    /// Whether it is said of every rule why it has a card, or none.
    pub(super) says_why: bool,
}

impl Printer<'_> {
    /// Writes the cards of a response, the verdict of every rule, and the headline of each card once more.
    pub(super) fn response(&self, out: &mut impl Write, response: &Value, fates: &[Fate]) -> io::Result<()> {
        for one in cards(response) {
            self.card(out, one)?;
            writeln!(out)?;
        }
        self.rules(out, fates)?;
        self.headlines(out, response)?;
        out.flush()
    }

    /// The verdict of every rule that was asked; of every rule there is, and why, when that is wanted.
    pub(super) fn rules(&self, out: &mut impl Write, fates: &[Fate]) -> io::Result<()> {
        writeln!(out, "{HEAD}{}{HEAD:#}", self.words.command("command-rules"))?;
        let verdict = |fate: &Fate| match fate.verdict {
            Some(Verdict::Met) => ("✓", "command-met", GOOD),
            Some(Verdict::NotMet) => ("✗", "command-not-met", FAINT),
            Some(Verdict::Unknown) => ("?", "command-unknown", WARNING),
            None => ("!", "command-failed", WARNING),
        };
        let words = ["command-met", "command-not-met", "command-unknown", "command-failed"];
        let longest = words.map(|id| self.words.command(id).chars().count()).into_iter().max().unwrap_or_default();
        let shown = || fates.iter().filter(|fate| fate.is_asked || self.says_why);
        let widest = shown().map(|fate| fate.rule.id.len()).max().unwrap_or_default();
        for fate in shown() {
            let (start, style) = if fate.is_asked {
                let (mark, id, style) = verdict(fate);
                (format!("  {mark} {:<longest$}", self.words.command(id)), style)
            } else {
                (format!("  – {:<longest$}", ""), FAINT)
            };
            write!(out, "{style}{start}{style:#}  ")?;
            // Beside the name where there is room, else below it.
            let column = start.chars().count() + 2 + widest + 2;
            if !self.says_why {
                writeln!(out, "{}", fate.rule.id)?;
            } else if column < self.width * 3 / 5 {
                let why = wrapped(&fate.why, self.width, &" ".repeat(column), &" ".repeat(column));
                writeln!(out, "{:<widest$}  {}", fate.rule.id, why.trim_start())?;
            } else {
                let indent = " ".repeat(start.chars().count() + 2);
                writeln!(out, "{}\n{}", fate.rule.id, wrapped(&fate.why, self.width, &indent, &indent))?;
            }
        }
        Ok(())
    }

    /// How many cards there are, and what each is about.
    fn headlines(&self, out: &mut impl Write, response: &Value) -> io::Result<()> {
        let count = cards(response).count();
        writeln!(out)?;
        if count == 0 {
            writeln!(out, "{HEAD}{}{HEAD:#}", self.words.command("command-no-card"))?;
            if !self.says_why {
                writeln!(out, "  {}", self.words.command("command-why"))?;
            }
            return Ok(());
        }
        writeln!(out, "{HEAD}{}{HEAD:#}", self.words.count_of_command("command-cards", count))?;
        for card in cards(response) {
            self.headline(out, card, "  ")?;
        }
        Ok(())
    }

    /// How urgent a card is, and its summary.
    fn headline(&self, out: &mut impl Write, card: &Value, indent: &str) -> io::Result<()> {
        let indicator = text(card, "indicator");
        let style = style_of(indicator);
        let heading = format!("{}: {}", self.words.indicator_named(indicator).to_uppercase(), text(card, "summary"));
        for line in wrapped(&heading, self.width, indent, &format!("{indent}  ")).lines() {
            writeln!(out, "{style}{line}{style:#}")?;
        }
        Ok(())
    }

    fn card(&self, out: &mut impl Write, card: &Value) -> io::Result<()> {
        self.headline(out, card, "")?;
        writeln!(out)?;
        self.detail(out, text(card, "detail"))?;
        let line = |text: &str| wrapped(text, self.width, "    - ", "      ");
        let suggestions = list(card, "suggestions");
        if !suggestions.is_empty() {
            writeln!(out, "\n  {FAINT}{}{FAINT:#}", self.words.command("command-suggestions"))?;
            for suggestion in suggestions {
                let kinds: Vec<String> = list(suggestion, "actions").into_iter().map(action).collect();
                writeln!(out, "{}", line(&format!("{} ({})", text(suggestion, "label"), kinds.join(", "))))?;
            }
        }
        let reasons = list(card, "overrideReasons");
        if !reasons.is_empty() {
            writeln!(out, "\n  {FAINT}{}{FAINT:#}", self.words.command("command-reasons"))?;
            for reason in reasons {
                writeln!(out, "{}", line(text(reason, "display")))?;
            }
        }
        let source = card.get("source").unwrap_or(&Value::Null);
        let topic = source.pointer("/topic/code").and_then(Value::as_str).unwrap_or_default();
        let url = source.get("url").and_then(Value::as_str).map(|url| format!(", {url}")).unwrap_or_default();
        let said = format!("{}: {} ({topic}){url}", self.words.command("command-source"), text(source, "label"));
        writeln!(out, "\n{}", wrapped(&said, self.width, "  ", "  "))
    }

    /// Paragraphs are wrapped; a row of a table becomes a line with its mark and the evidence below it.
    fn detail(&self, out: &mut impl Write, markdown: &str) -> io::Result<()> {
        let mut lines = markdown.lines().peekable();
        while let Some(line) = lines.next() {
            let is_head = lines.peek().is_some_and(|next| is_rule(next));
            if is_rule(line) || (is_head && line.starts_with('|')) {
                continue;
            }
            match cells(line).as_deref() {
                Some([criterion, mark, evidence]) => {
                    let row = format!("{mark} {}", unmarked(criterion));
                    writeln!(out, "{}", wrapped(&row, self.width, "  ", "    "))?;
                    for part in evidence.split("; ").filter(|part| !part.is_empty()) {
                        writeln!(out, "{}", wrapped(&unmarked(part), self.width, "      - ", "        "))?;
                    }
                }
                _ if line.is_empty() => writeln!(out)?,
                _ => {
                    let next = if line.starts_with("- ") { "    " } else { "  " };
                    writeln!(out, "{}", wrapped(&unmarked(line), self.width, "  ", next))?;
                }
            }
        }
        Ok(())
    }
}

fn action(action: &Value) -> String {
    let target = action.get("resource").and_then(|resource| resource.get("resourceType")).and_then(Value::as_str);
    let target = target.or_else(|| action.get("resourceId").and_then(Value::as_str)).unwrap_or("nothing");
    format!("{} {target}", text(action, "type"))
}

fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|character| matches!(character, '|' | '-' | ':' | ' '))
}

/// The cells of a table row. An escaped bar is text.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for character in inner.chars() {
        if character == '|' && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    Some(cells.into_iter().map(|cell| cell.trim().to_owned()).collect())
}

/// Without the marks of Markdown: escapes are taken off, emphasis is dropped.
fn unmarked(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    let mut characters = markdown.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next()),
            '*' => {}
            _ => plain.push(character),
        }
    }
    plain
}

fn list<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().collect()
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::Engine;
    use cellwise_clinic::{Language, rules};

    #[test]
    fn a_card_reads_as_text() {
        let response = json!({ "cards": [{
            "summary": "Call the haematologist before giving dexamethasone",
            "indicator": "critical",
            "detail": format!(
                "Lead with \\*stars\\*.\n\n| Criterion | | Evidence |\n|---|---|---|\n| CAR-T given | ✓ | tisagenlecleucel\\|x, 2025-11-12; {}|\n\nSource: leaflet.",
                "many words ".repeat(12)
            ),
            "source": { "label": "Leaflet", "topic": { "code": "corticosteroidAfterCarT" } },
            "suggestions": [{ "label": "Remove the order", "actions": [{ "type": "delete", "resourceId": "MedicationRequest/x" }] }],
            "overrideReasons": [{ "code": "a", "display": "Life-threatening emergency" }],
        }] });
        let rule = rules::ALL.iter().find(|rule| rule.id == "corticosteroid-after-car-t").unwrap();
        let why = "has a card".to_owned();
        let fate = Fate { rule, verdict: Some(Verdict::Met), is_asked: true, has_card: true, why };
        let engine = Engine::load().unwrap();
        let words = Speaker::new(&engine, Language::ENGLISH);
        let printed = |width| {
            let mut out = anstream::StripStream::new(Vec::new());
            Printer { words: &words, width, says_why: false }
                .response(&mut out, &response, std::slice::from_ref(&fate))
                .unwrap();
            String::from_utf8(out.into_inner()).unwrap()
        };
        let expected = "\
CRITICAL: Call the haematologist before giving dexamethasone

  Lead with *stars*.

  ✓ CAR-T given
      - tisagenlecleucel|x, 2025-11-12
      - many words many words many words many words many words many words many words many words many
        words many words many words many words

  Source: leaflet.

  suggestions
    - Remove the order (delete MedicationRequest/x)

  reasons to override
    - Life-threatening emergency

  source: Leaflet (corticosteroidAfterCarT)

Rules
  ✓ met      corticosteroid-after-car-t

1 card
  CRITICAL: Call the haematologist before giving dexamethasone
";
        assert_eq!(printed(100), expected);
        for width in [50, 100] {
            assert!(printed(width).lines().all(|line| line.chars().count() <= width));
        }
    }
}
