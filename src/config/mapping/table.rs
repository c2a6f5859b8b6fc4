//! A mapping as CSV: `source-system,source-code,target-system,target-code` and, if wanted, `source-display`.
//!
//! The first line names the columns, in any order. Commas or semicolons (what a Dutch Excel writes) separate them; a line
//! that starts with `#` is a remark.

use csv::{ReaderBuilder, StringRecord, Trim};

use cellwise_record::StartupError;
use cellwise_record::terminology::mapping::{Code, Row, Rows};

const REQUIRED: [&str; 4] = ["source-system", "source-code", "target-system", "target-code"];
const DISPLAY: &str = "source-display";

/// Reads every row.
pub(super) fn read(file: &str, text: &str) -> Rows {
    let mut found = Rows::default();
    let head = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#')).unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut columns: Option<StringRecord> = None;
    let mut record = StringRecord::new();
    let mut open = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                found.problems.push(StartupError::file(file, error));
                break;
            }
        }
        let at = format!("{file}:{}", line_of(text, &record));
        match &columns {
            None => {
                if let Some(problem) = wrong_head(&record) {
                    found.problems.push(StartupError::file(at, problem));
                    return found;
                }
                columns = Some(record.clone());
            }
            // What a screening proposes to fill in.
            Some(columns) if has_no_target(columns, &record) => open += 1,
            Some(columns) => match row(&at, columns, &record) {
                Ok(row) => found.found.push(row),
                Err(problem) => found.problems.push(StartupError::file(at, problem)),
            },
        }
    }
    if open > 0 {
        found.warnings.push(StartupError::file(file, format!("{open} rows have no target yet, and are left out")));
    }
    if columns.is_none() {
        found
            .problems
            .push(StartupError::file(file, format!("is empty: the first line must be `{}`", REQUIRED.join(","))));
    }
    found
}

/// The line a record starts on. The reader counts the blank lines and remarks before a record to the record.
fn line_of(text: &str, record: &StringRecord) -> usize {
    let start = record.position().map_or(0, csv::Position::byte);
    let start = usize::try_from(start).unwrap_or_default();
    let (_, rest) = text.split_at_checked(start).unwrap_or((text, ""));
    let line = record.position().map_or(1, csv::Position::line);
    let skipped = rest.lines().take_while(|line| line.trim().is_empty() || line.starts_with('#')).count();
    usize::try_from(line).unwrap_or_default() + skipped
}

fn wrong_head(head: &StringRecord) -> Option<String> {
    let expected = || format!("the first line must be `{}`, and may have `{DISPLAY}`", REQUIRED.join(","));
    for (position, name) in head.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if !REQUIRED.contains(&name) && name != DISPLAY {
            return Some(format!("there is no column `{name}`: {}", expected()));
        }
        if head.iter().take(position).any(|other| other == name) {
            return Some(format!("column `{name}` is there twice"));
        }
    }
    let missing = REQUIRED.iter().find(|name| !head.iter().any(|have| have == **name))?;
    Some(format!("column `{missing}` is missing: {}", expected()))
}

/// Whether a row names a source and leaves its target open.
fn has_no_target(columns: &StringRecord, record: &StringRecord) -> bool {
    let is_empty = |name: &str| {
        let position = columns.iter().position(|column| column == name);
        position.and_then(|position| record.get(position)).is_some_and(str::is_empty)
    };
    is_empty("target-system") && is_empty("target-code") && !is_empty("source-code")
}

fn row(at: &str, columns: &StringRecord, record: &StringRecord) -> Result<Row, String> {
    if record.iter().skip(columns.len()).any(|value| !value.is_empty()) {
        return Err(format!(
            "has {} values for {} columns: put a value with a comma in quotes",
            record.len(),
            columns.len()
        ));
    }
    if record.iter().any(|value| value.contains('\n')) {
        return Err("a value goes over several lines: is a quote left open?".to_owned());
    }
    let value = |name: &str| {
        let position = columns.iter().position(|column| column == name)?;
        record.get(position).filter(|value| !value.is_empty())
    };
    let required = |name: &str| value(name).map(str::to_owned).ok_or_else(|| format!("`{name}` is empty"));
    let system = required("source-system")?;
    if !super::is_url(&system) {
        return Err(format!("`{system}` is not the url of a code system, such as `{}`", super::EXAMPLE_SYSTEM));
    }
    Ok(Row {
        at: at.to_owned(),
        source: Code { system, code: required("source-code")? },
        target: Code { system: required("target-system")?, code: required("target-code")? },
        display: value(DISPLAY).unwrap_or_default().to_owned(),
    })
}
