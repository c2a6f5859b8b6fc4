//! Cards as text: Markdown made readable on a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::Value;

use crate::fixtures::check::{cards, verdict_name};
use crate::fixtures::target::Found;

/// Lines are not longer than this.
const WIDTH: usize = 100;

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Writes the cards of a response, then the verdict of every rule.
pub(super) fn response(
    out: &mut impl Write,
    response: &Value,
    found: &BTreeMap<String, Found>,
    colour: bool,
) -> io::Result<()> {
    let mut any = false;
    for one in cards(response) {
        any = true;
        card(out, one, colour)?;
        writeln!(out)?;
    }
    if !any {
        writeln!(out, "no cards")?;
    }
    for (rule, found) in found {
        writeln!(out, "{rule}: {}", found.verdict.map_or("the rule failed", verdict_name))?;
    }
    out.flush()
}

fn card(out: &mut impl Write, card: &Value, colour: bool) -> io::Result<()> {
    let indicator = text(card, "indicator");
    let (start, end) = match indicator {
        _ if !colour => ("", ""),
        "critical" => ("\u{1b}[1;31m", PLAIN),
        "warning" => ("\u{1b}[1;33m", PLAIN),
        _ => (BOLD, PLAIN),
    };
    let heading = wrapped(&format!("{}: {}", indicator.to_uppercase(), text(card, "summary")), "");
    for line in heading.lines() {
        writeln!(out, "{start}{line}{end}")?;
    }
    writeln!(out)?;
    detail(out, text(card, "detail"))?;
    let suggestions = list(card, "suggestions");
    if !suggestions.is_empty() {
        writeln!(out, "\n  suggestions")?;
        for suggestion in suggestions {
            let kinds: Vec<String> = list(suggestion, "actions").into_iter().map(action).collect();
            writeln!(out, "{}", wrapped(&format!("- {} ({})", text(suggestion, "label"), kinds.join(", ")), "    "))?;
        }
    }
    let reasons: Vec<String> =
        list(card, "overrideReasons").into_iter().map(|reason| text(reason, "display").to_owned()).collect();
    if !reasons.is_empty() {
        writeln!(out, "\n  reasons to override")?;
        for reason in reasons {
            writeln!(out, "{}", wrapped(&format!("- {reason}"), "    "))?;
        }
    }
    let source = card.get("source").unwrap_or(&Value::Null);
    let topic = source.pointer("/topic/code").and_then(Value::as_str).unwrap_or("no topic");
    let url = source.get("url").and_then(Value::as_str).map(|url| format!(", {url}")).unwrap_or_default();
    writeln!(out, "\n{}", wrapped(&format!("source: {} ({topic}){url}", text(source, "label")), "  "))
}

fn action(action: &Value) -> String {
    let target = action.get("resource").and_then(|resource| resource.get("resourceType")).and_then(Value::as_str);
    let target = target.or_else(|| action.get("resourceId").and_then(Value::as_str)).unwrap_or("nothing");
    format!("{} {target}", text(action, "type"))
}

/// Paragraphs are wrapped; a row of a table becomes a line with its mark and the evidence below it.
fn detail(out: &mut impl Write, markdown: &str) -> io::Result<()> {
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        let is_head = lines.peek().is_some_and(|next| is_rule(next));
        if is_rule(line) || (is_head && line.starts_with('|')) {
            continue;
        }
        match cells(line).as_deref() {
            Some([criterion, mark, evidence]) => {
                writeln!(out, "{}", wrapped(&format!("{mark} {}", unmarked(criterion)), "  "))?;
                for part in evidence.split("; ").filter(|part| !part.is_empty()) {
                    writeln!(out, "{}", wrapped(&format!("- {}", unmarked(part)), "      "))?;
                }
            }
            _ if line.is_empty() => writeln!(out)?,
            _ => writeln!(out, "{}", wrapped(&unmarked(line), "  "))?,
        }
    }
    Ok(())
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

/// The words of a text on lines of at most [`WIDTH`] characters, each behind `indent`. Below a mark (`-`, `✓`) lines hang in.
fn wrapped(text: &str, indent: &str) -> String {
    let is_marked = text.split_whitespace().next().is_some_and(|word| matches!(word, "-" | "✓" | "✗" | "?"));
    let hang = if is_marked { "  " } else { "" };
    let mut lines: Vec<String> = Vec::new();
    let mut line = indent.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, format!("{indent}{hang}")));
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
        let found = BTreeMap::from([(
            "corticosteroid-after-car-t".to_owned(),
            Found { verdict: Some(cellwise_record::Verdict::Met), gaps: Vec::new() },
        )]);
        let mut out = Vec::new();
        super::response(&mut out, &response, &found, false).unwrap();
        let text = String::from_utf8(out).unwrap();
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

corticosteroid-after-car-t: met
";
        assert_eq!(text, expected);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
