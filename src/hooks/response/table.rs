//! The criteria of a card as people read them: a table of what decides, lines of what informs.
//!
//! A row is met when it speaks for the verdict: what stands under `unless` is shown as *not: …* with its mark turned round.
//! Groups of which one suffices are headed so.

use cellwise_clinic::Rule;
use cellwise_clinic::criteria::{Criteria, Row};
use cellwise_clinic::evaluation::Evaluation;
use cellwise_record::{Judgement, Verdict};

use super::{CardWriter, MOST_EVIDENCE};

/// The criteria of one rule, on its card.
pub(super) struct Shown<'w> {
    pub(super) writer: &'w CardWriter<'w>,
    pub(super) evaluation: &'w Evaluation,
    pub(super) rule: &'static Rule,
}

/// How the parts of a group belong together, as it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    All,
    Any,
}

/// A line of the table.
struct Line {
    /// How deep it stands below the groups of which one suffices.
    depth: usize,
    text: String,
    mark: &'static str,
    evidence: String,
}

/// The mark of a verdict.
fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✓",
        Verdict::NotMet => "✗",
        Verdict::Unknown => "?",
    }
}

impl Shown<'_> {
    /// The table of the rows that decide; `None` when there is none to show.
    pub(super) fn table(&self, criteria: &Criteria) -> Option<String> {
        let mut lines = Vec::new();
        self.add(criteria, Group::All, false, 0, &mut lines);
        if lines.is_empty() {
            return None;
        }
        let head = |id| self.writer.common(id, &[]);
        let mut rows = vec![format!("| {} | | {} |\n|---|---|---|", head("column-criterion"), head("column-evidence"))];
        rows.extend(lines.into_iter().map(|line| {
            let indent = "– ".repeat(line.depth);
            format!("| {indent}{} | {} | {} |", line.text, line.mark, line.evidence)
        }));
        Some(rows.join("\n"))
    }

    /// The lines below the table: what informs and decides nothing.
    pub(super) fn lines(&self, criteria: &Criteria) -> Vec<String> {
        match criteria {
            Criteria::All(parts) | Criteria::Any(parts) => parts.iter().flat_map(|part| self.lines(part)).collect(),
            Criteria::Unless(part) => self.lines(part),
            Criteria::Must(_) => Vec::new(),
            Criteria::Aside(row) if self.leaves_out(row) => Vec::new(),
            Criteria::Aside(row) => {
                let text = self.writer.say(self.rule.id, &row.text);
                vec![format!("- {text}: {} {}", mark(row.shown().verdict()), self.evidence(row))]
            }
        }
    }

    /// Adds the lines of a part of the tree. `not` says that it stands under an odd number of `unless`.
    fn add(&self, criteria: &Criteria, around: Group, not: bool, depth: usize, lines: &mut Vec<Line>) {
        match criteria {
            Criteria::Unless(part) => self.add(part, around, !not, depth, lines),
            Criteria::All(parts) => {
                self.add_group(if not { Group::Any } else { Group::All }, criteria, parts, around, not, depth, lines);
            }
            Criteria::Any(parts) => {
                self.add_group(if not { Group::All } else { Group::Any }, criteria, parts, around, not, depth, lines);
            }
            Criteria::Must(row) if self.leaves_out(row) => {}
            Criteria::Must(row) => lines.push(self.line(row, not, depth)),
            Criteria::Aside(_) => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one walk over the tree")]
    fn add_group(
        &self,
        group: Group,
        whole: &Criteria,
        parts: &[Criteria],
        around: Group,
        not: bool,
        depth: usize,
        lines: &mut Vec<Line>,
    ) {
        // A group within its like, or of a single part, needs no heading.
        let shown = parts.iter().filter(|part| self.rows_of(part) > 0).count();
        if group == around || shown < 2 {
            for part in parts {
                self.add(part, around, not, depth, lines);
            }
            return;
        }
        let judged = whole.judgement().verdict();
        let id = if group == Group::Any { "group-any" } else { "group-all" };
        let text = self.writer.common(id, &[]);
        lines.push(Line { depth, text, mark: mark(if not { !judged } else { judged }), evidence: String::new() });
        for part in parts {
            self.add(part, group, not, depth + 1, lines);
        }
    }

    /// How many rows of a part of the tree the table shows.
    fn rows_of(&self, criteria: &Criteria) -> usize {
        match criteria {
            Criteria::All(parts) | Criteria::Any(parts) => parts.iter().map(|part| self.rows_of(part)).sum(),
            Criteria::Unless(part) => self.rows_of(part),
            Criteria::Must(row) => usize::from(!self.leaves_out(row)),
            Criteria::Aside(_) => 0,
        }
    }

    fn line(&self, row: &Row, not: bool, depth: usize) -> Line {
        let said = self.writer.say(self.rule.id, &row.text);
        let verdict = row.shown().verdict();
        let (text, verdict) =
            if not { (self.writer.common("row-not", &[("row", said)]), !verdict) } else { (said, verdict) };
        Line { depth, text, mark: mark(verdict), evidence: self.evidence(row) }
    }

    /// Whether another card of the response says it, this one speaks of something else, or it goes without saying.
    fn leaves_out(&self, row: &Row) -> bool {
        row.is_left_out
            || row.left_out_while == Some(row.answer.verdict())
            || self.evaluation.is_said_by(row.owners, self.rule.id)
    }

    /// What the record shows, remarks and gaps included.
    fn evidence(&self, row: &Row) -> String {
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
        cell.extend(row.remark.iter().map(|remark| self.writer.say(self.rule.id, remark)));
        cell.extend(self.writer.gaps(self.rule, judgement.gaps()));
        if cell.is_empty() {
            cell.push(self.writer.common("nothing-on-record", &[]));
        }
        cell.join("; ")
    }
}
