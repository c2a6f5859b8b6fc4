//! The criteria of a card as people read them: a table of what decides, lines of what informs.
//!
//! A row is met when it speaks for the verdict: what stands under `unless` is shown as *not: …* with its mark turned round.
//! Groups of which one suffices are headed so. What is absent, and decides nothing beside what is there, is listed in one line.

use cellwise_clinic::Rule;
use cellwise_clinic::criteria::{Criteria, Row};
use cellwise_clinic::evaluation::Evaluation;
use cellwise_record::{Judgement, Verdict};

use super::{CardWriter, MOST_EVIDENCE};

/// The criteria of the rules of a card.
pub(super) struct Shown<'w> {
    writer: &'w CardWriter<'w>,
    evaluation: &'w Evaluation,
    /// The rows of the table, in blocks: a row on its own, or a heading with the rows below it.
    blocks: Vec<Vec<Line>>,
    /// What informs: the row, its mark and evidence.
    asides: Vec<(String, String)>,
    /// Rows of which nothing is on record, where that decides nothing.
    absent: Vec<String>,
}

/// How the parts of a group belong together, as it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    All,
    Any,
}

/// A line of the table.
#[derive(PartialEq)]
struct Line {
    /// How deep it stands below the groups of which one suffices.
    depth: usize,
    text: String,
    mark: &'static str,
    evidence: String,
}

/// Where a part of the tree stands.
#[derive(Clone, Copy)]
struct Place {
    rule: &'static Rule,
    /// The group around it.
    around: Group,
    /// Whether it stands under an odd number of `unless`.
    not: bool,
    /// Whether another part of a group of which one suffices is met already.
    settled: bool,
    depth: usize,
}

/// The mark of a verdict.
fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "✗",
        Verdict::Unknown => "?",
    }
}

impl<'w> Shown<'w> {
    /// Nothing yet.
    pub(super) fn new(writer: &'w CardWriter<'w>, evaluation: &'w Evaluation) -> Self {
        Self { writer, evaluation, blocks: Vec::new(), asides: Vec::new(), absent: Vec::new() }
    }

    /// Adds the criteria of a rule. A row that stands there already is not said again.
    pub(super) fn add(&mut self, rule: &'static Rule, criteria: &Criteria) {
        let place = Place { rule, around: Group::All, not: false, settled: false, depth: 0 };
        let mut lines = Vec::new();
        self.add_part(criteria, place, &mut lines);
        let mut blocks: Vec<Vec<Line>> = Vec::new();
        for line in lines {
            match blocks.last_mut() {
                Some(block) if line.depth > 0 => block.push(line),
                _ => blocks.push(vec![line]),
            }
        }
        let is_joined = !self.blocks.is_empty();
        for block in blocks {
            let is_said = match block.as_slice() {
                [row] => self.has_row(row) || is_joined && self.shows_evidence_of(row),
                _ => self.blocks.contains(&block),
            };
            if !is_said {
                self.blocks.push(block);
            }
        }
    }

    fn has_row(&self, row: &Line) -> bool {
        self.blocks
            .iter()
            .flatten()
            .any(|line| (&line.text, line.mark, &line.evidence) == (&row.text, row.mark, &row.evidence))
    }

    /// Whether a row that another rule leads says the same of the record: an infusion, an order. What each rule asks of it
    /// is clear from what it says.
    fn shows_evidence_of(&self, row: &Line) -> bool {
        let tells = row.mark != mark(Verdict::NotMet) && row.evidence != self.writer.common("nothing-on-record", &[]);
        tells && self.blocks.iter().flatten().any(|line| line.mark == row.mark && line.evidence == row.evidence)
    }

    fn has_text(&self, text: &str) -> bool {
        self.blocks.iter().flatten().any(|line| line.text == text)
    }

    /// The table of the rows that decide; `None` when there is none to show.
    pub(super) fn table(&self) -> Option<String> {
        if self.blocks.is_empty() {
            return None;
        }
        let head = |id| self.writer.common(id, &[]);
        let mut rows = vec![format!("| {} | | {} |\n|---|---|---|", head("column-criterion"), head("column-evidence"))];
        rows.extend(self.blocks.iter().flatten().map(|line| {
            let indent = "– ".repeat(line.depth);
            format!("| {indent}{} | {} | {} |", line.text, line.mark, line.evidence)
        }));
        Some(rows.join("\n"))
    }

    /// The lines below the table: what informs and decides nothing, then what is not on record.
    pub(super) fn lines(&self) -> Vec<String> {
        let is_row = |text: &str, said: &str| {
            self.blocks.iter().flatten().any(|row| row.text == text && format!("{} {}", row.mark, row.evidence) == said)
        };
        let asides = self.asides.iter().filter(|(text, said)| !is_row(text, said));
        let mut lines: Vec<String> = asides.map(|(text, said)| format!("- {text}: {said}")).collect();
        let absent: Vec<&str> = self.absent.iter().map(String::as_str).filter(|text| !self.has_text(text)).collect();
        if !absent.is_empty() {
            lines.push(format!("- {}", self.writer.common("not-on-record", &[("rows", absent.join("; "))])));
        }
        lines
    }

    /// Adds the lines of a part of the tree.
    fn add_part(&mut self, criteria: &Criteria, place: Place, lines: &mut Vec<Line>) {
        match criteria {
            Criteria::Unless(part) => self.add_part(part, Place { not: !place.not, ..place }, lines),
            Criteria::All(parts) => {
                self.add_group(if place.not { Group::Any } else { Group::All }, criteria, parts, place, lines);
            }
            Criteria::Any(parts) => {
                self.add_group(if place.not { Group::All } else { Group::Any }, criteria, parts, place, lines);
            }
            Criteria::Must(row) | Criteria::Aside(row) if self.leaves_out(row, place.rule) => {}
            Criteria::Must(row) => self.add_row(row, place, lines),
            Criteria::Aside(row) => self.add_aside(row, place.rule),
        }
    }

    fn add_group(&mut self, group: Group, whole: &Criteria, parts: &[Criteria], place: Place, lines: &mut Vec<Line>) {
        let judged = whole.judgement().verdict();
        let verdict = if place.not { !judged } else { judged };
        // A group within its like needs no heading.
        if group == place.around {
            for part in parts {
                self.add_part(part, place, lines);
            }
            return;
        }
        // Beside what is met, a whole group that is not met explains nothing.
        if place.settled && verdict == Verdict::NotMet {
            return;
        }
        let settled = group == Group::Any && verdict == Verdict::Met;
        let mut own = Vec::new();
        for part in parts {
            self.add_part(part, Place { around: group, settled, depth: place.depth + 1, ..place }, &mut own);
        }
        // Nor does one of a single part.
        if own.iter().filter(|line| line.depth == place.depth + 1).count() < 2 {
            lines.extend(own.into_iter().map(|line| Line { depth: line.depth - 1, ..line }));
            return;
        }
        let id = if group == Group::Any { "group-any" } else { "group-all" };
        let text = self.writer.common(id, &[]);
        lines.push(Line { depth: place.depth, text, mark: mark(verdict), evidence: String::new() });
        lines.extend(own);
    }

    fn add_row(&mut self, row: &Row, place: Place, lines: &mut Vec<Line>) {
        let said = self.writer.say(place.rule.id, &row.text);
        let verdict = row.shown().verdict();
        let (text, verdict) =
            if place.not { (self.writer.common("row-not", &[("row", said)]), !verdict) } else { (said, verdict) };
        if place.settled && verdict == Verdict::NotMet && !place.not && is_absent(row) {
            self.add_absent(text);
            return;
        }
        let evidence = self.evidence(row, place.rule);
        lines.push(Line { depth: place.depth, text, mark: mark(verdict), evidence });
    }

    fn add_aside(&mut self, row: &Row, rule: &'static Rule) {
        let text = self.writer.say(rule.id, &row.text);
        if is_absent(row) {
            self.add_absent(text);
        } else if !self.asides.iter().any(|(known, _)| *known == text) {
            let said = format!("{} {}", mark(row.shown().verdict()), self.evidence(row, rule));
            self.asides.push((text, said));
        }
    }

    fn add_absent(&mut self, text: String) {
        if !self.absent.contains(&text) {
            self.absent.push(text);
        }
    }

    /// Whether another card of the response says it, this one speaks of something else, or it goes without saying.
    fn leaves_out(&self, row: &Row, rule: &'static Rule) -> bool {
        row.is_left_out
            || row.left_out_while == Some(row.answer.verdict())
            || self.evaluation.is_said_by(row.owners, rule.id)
    }

    /// What the record shows, remarks and gaps included.
    fn evidence(&self, row: &Row, rule: &'static Rule) -> String {
        let judgement: &Judgement = row.shown();
        let evidence = judgement.evidence();
        let mut cell: Vec<String> = Vec::new();
        for said in evidence.iter().take(MOST_EVIDENCE).map(|evidence| self.writer.evidence(evidence)) {
            // Two entries can read alike: which they are stands in the machine-readable part.
            if !cell.contains(&said) {
                cell.push(said);
            }
        }
        if evidence.len() > MOST_EVIDENCE {
            let more = (evidence.len() - MOST_EVIDENCE).to_string();
            cell.push(self.writer.common("more-evidence", &[("count", more)]));
        }
        cell.extend(row.remark.iter().map(|remark| self.writer.say(rule.id, remark)));
        cell.extend(self.writer.gaps(rule, judgement.gaps()));
        if cell.is_empty() {
            cell.push(self.writer.common("nothing-on-record", &[]));
        }
        cell.join("; ")
    }
}

/// Whether it is known that there is nothing, and there is nothing else to say of it.
fn is_absent(row: &Row) -> bool {
    let shown = row.shown();
    shown.is_not_met() && shown.evidence().is_empty() && shown.gaps().is_empty() && row.remark.is_none()
}
