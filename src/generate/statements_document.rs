//! `docs/statements.md`: statement by statement, which rule cites it and which cases prove that rule, or why none does.

use std::fmt::Write as _;

use super::{About, Statement, cell, citing};
use cellwise_clinic::documents;

pub(super) fn write(statements: &[Statement], all: &[About]) -> String {
    let cited = statements.iter().filter(|statement| !citing(&statement.id).is_empty()).count();
    let mut out = format!(
        "# The statements\n\nMade from `sources/statements.json` and the rules by `cargo run -- generate`; don't edit. Every checkable statement of the\nsource documents: the rules that cite it with the number of their cases, or why no rule does. Tier A decides a card, B can be\nchecked or shown, C is background.\n\n{} statements: {cited} cited, {} with a reason why not.\n",
        statements.len(),
        statements.len() - cited,
    );
    let mut document = "";
    for statement in statements {
        if statement.document != document {
            document = &statement.document;
            let title = documents::ALL.iter().find(|known| known.id == document).map_or("", |known| known.title);
            let _ = writeln!(
                out,
                "\n## {document}: {title}\n\n| id | tier | statement | rules (cases), or why none |\n|---|---|---|---|"
            );
        }
        let rules: Vec<String> = citing(&statement.id)
            .iter()
            .map(|rule| {
                let count = all.iter().find(|about| about.id == rule.id).map_or(0, |about| about.cases.len());
                format!("[{}](rules.md#{}) ([{count}](../fixtures/cases/{}))", rule.id, rule.id, rule.id)
            })
            .collect();
        let shown = if rules.is_empty() { statement.reason.clone().unwrap_or_default() } else { rules.join(", ") };
        let _ = writeln!(
            out,
            "| <a id=\"{}\"></a>{} | {} | {}<br>*{}* | {} |",
            statement.id.to_lowercase(),
            statement.id,
            statement.tier,
            cell(&statement.english),
            cell(&statement.quote),
            cell(&shown)
        );
    }
    out
}
