//! A mapping as a FHIR `ConceptMap`, R4 or R5, in JSON.
//!
//! Only targets that are said to be the same count: `equal` and `equivalent` in R4, `equivalent` in R5. Wider, narrower and
//! related targets are left out and reported: authors disagree about which side `wider` speaks of, and a target that is
//! narrower than its source would say more than the record does. So are targets that hold on conditions (`dependsOn`).

use serde_json::Value;

use cellwise_record::StartupError;
use cellwise_record::terminology::mapping::{Code, Row, Rows};

/// Reads every pair of codes.
pub(super) fn read(file: &str, text: &str) -> Rows {
    let mut found = Rows::default();
    let map: Value = match serde_json::from_str(text) {
        Ok(map) => map,
        Err(error) => {
            found.problems.push(StartupError::file(format!("{file}:{}", error.line()), error));
            return found;
        }
    };
    if word(&map, "resourceType") != Some("ConceptMap") {
        found.problems.push(StartupError::file(file, "is not a FHIR ConceptMap: `resourceType` must be `ConceptMap`"));
        return found;
    }
    let groups = list(&map, "group");
    if groups.is_empty() {
        found.problems.push(StartupError::file(file, "the ConceptMap has no `group`, so it maps nothing"));
    }
    for (position, one) in groups.iter().enumerate() {
        group(file, &format!("/group/{position}"), one, &mut found);
    }
    found
}

fn group(file: &str, pointer: &str, group: &Value, found: &mut Rows) {
    let place = |pointer: &str| format!("{file}#{pointer}");
    let (Some(source), Some(target)) = (system(group, "source"), system(group, "target")) else {
        found.problems.push(StartupError::file(
            place(pointer),
            "`source` and `target` must name the code systems, by their urls",
        ));
        return;
    };
    if group.get("unmapped").is_some() {
        found
            .warnings
            .push(StartupError::file(place(&format!("{pointer}/unmapped")), "is left out: only pairs of codes count"));
    }
    for (position, element) in list(group, "element").iter().enumerate() {
        let pointer = format!("{pointer}/element/{position}");
        let Some(code) = word(element, "code") else {
            found.problems.push(StartupError::file(place(&pointer), "has no `code`"));
            continue;
        };
        for (position, one) in list(element, "target").iter().enumerate() {
            let at = place(&format!("{pointer}/target/{position}"));
            match counts(one) {
                Ok(Counts::Yes(target_code)) => found.found.push(Row {
                    at,
                    source: Code { system: source.to_owned(), code: code.to_owned() },
                    target: Code { system: target.to_owned(), code: target_code.to_owned() },
                    display: word(element, "display").unwrap_or_default().to_owned(),
                }),
                Ok(Counts::No(why)) => found.warnings.push(StartupError::file(at, why)),
                Ok(Counts::SaidToBeNone) => {}
                Err(problem) => found.problems.push(StartupError::file(at, problem)),
            }
        }
    }
}

enum Counts<'v> {
    /// The same thing: its code.
    Yes(&'v str),
    /// Left out: why.
    No(String),
    /// The map itself says that there is no such code.
    SaidToBeNone,
}

fn counts(target: &Value) -> Result<Counts<'_>, &'static str> {
    // R5 calls it `relationship`.
    let relation = word(target, "equivalence").or_else(|| word(target, "relationship"));
    match relation.ok_or("has no `equivalence` (R5: `relationship`)")? {
        "unmatched" | "disjoint" | "not-related-to" => return Ok(Counts::SaidToBeNone),
        "equal" | "equivalent" => {}
        other => return Ok(Counts::No(format!("is left out: `{other}` is not `equal` or `equivalent`"))),
    }
    if !list(target, "dependsOn").is_empty() {
        return Ok(Counts::No("is left out: it holds only under conditions (`dependsOn`)".to_owned()));
    }
    word(target, "code").map(Counts::Yes).ok_or("has no `code`")
}

/// The url of a group's code system. R5 has a canonical, which may end in `|<version>`.
fn system<'v>(group: &'v Value, key: &str) -> Option<&'v str> {
    let url = word(group, key)?.split('|').next()?;
    super::is_url(url).then_some(url)
}

fn word<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|word| !word.is_empty())
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
