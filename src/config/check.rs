//! What the file says, compared with what the server knows. Everything that is wrong is collected.

use std::collections::BTreeMap;

use toml::Spanned;

use super::file::{File, NumberEntry, SwitchOffEntry, place};
use crate::config::mapping::Format;
use crate::knowledge::Knowledge;
use cellwise_clinic::policy::{LocalNumber, Policy, SwitchedOff, Treating};
use cellwise_clinic::{Number, Rule, numbers, rules};
use cellwise_record::StartupError;

/// The longest citation or reason: it stands on a card.
const LONGEST: usize = 200;

/// What checking came to.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) policy: Policy,
    pub(super) problems: Vec<StartupError>,
    pub(super) warnings: Vec<StartupError>,
}

/// Where things stand in the file.
struct Places<'f> {
    shown: &'f str,
    text: &'f str,
}

impl Places<'_> {
    fn of<T>(&self, item: &Spanned<T>) -> String {
        place(self.shown, self.text, item.span().start)
    }
}

/// Checks the local numbers and what is switched off.
pub(super) fn policy(shown: &str, text: &str, file: &File, knowledge: &Knowledge) -> Checked {
    let places = Places { shown, text };
    let mut checked = Checked::default();
    let mut set: BTreeMap<&str, String> = BTreeMap::new();
    for entry in &file.number {
        let at = places.of(&entry.as_ref().number);
        number(&places, entry.as_ref(), at, &mut set, &mut checked);
    }
    contradictions(&set, &mut checked);
    for entry in &file.switch_off {
        switch_off(&places, entry, knowledge, &mut checked);
    }
    treating(&places, file, &mut checked);
    left_over(&places, file, knowledge, &mut checked);
    for local in &checked.policy.numbers {
        let mut of_number = rules::ALL.iter().filter(|rule| rule.numbers.contains(&local.number));
        if of_number.all(|rule| checked.policy.rule_off(rule.id).is_some()) {
            let at = set.get(local.number.id).cloned().unwrap_or_default();
            checked.warnings.push(StartupError::file(at, "has no effect: every rule that rests on it is switched off"));
        }
    }
    checked
}

/// Takes the names of those who treat. An empty one would be a slip that nobody sees: no encounter has such a name.
fn treating(places: &Places<'_>, file: &File, checked: &mut Checked) {
    let mut names = |key: &str, entries: &[Spanned<String>]| -> Vec<String> {
        let mut names = Vec::new();
        for entry in entries {
            match entry.as_ref().trim() {
                "" => {
                    let problem =
                        format!("`{key}` has an empty name: say a name, a code or an id as encounters have it");
                    checked.problems.push(StartupError::file(places.of(entry), problem));
                }
                name => names.push(name.to_owned()),
            }
        }
        names
    };
    let departments = names("departments", &file.treating.departments);
    let organisations = names("organisations", &file.treating.organisations);
    checked.policy.treating = Treating { departments, organisations };
}

fn rule(id: &Spanned<String>) -> Result<&'static Rule, String> {
    let known = rules::ALL.iter().find(|rule| rule.id == id.as_ref());
    known.copied().ok_or_else(|| format!("there is no rule `{}`: `cellwise rules` lists them", id.as_ref()))
}

/// Takes a number, unless something is wrong with it. `set` has the numbers that were set before, with their places.
fn number(
    places: &Places<'_>,
    entry: &NumberEntry,
    at: String,
    set: &mut BTreeMap<&'static str, String>,
    checked: &mut Checked,
) {
    let mut problems = Vec::new();
    let citation = words("citation", "where the number was decided: protocol, version, date", entry.citation.as_ref());
    let citation = citation.map_err(|problem| {
        let at = entry.citation.as_ref().map_or_else(|| places.of(&entry.number), |citation| places.of(citation));
        problems.push(StartupError::file(at, problem));
    });
    let of_rule = entry
        .rule
        .as_ref()
        .map(|id| rule(id).map_err(|problem| problems.push(StartupError::file(places.of(id), problem))));
    warn_of_example(places, entry.citation.as_ref(), checked);
    if let Some(of_rule) = of_rule.map_or(Some(None), |of_rule| of_rule.ok().map(Some)) {
        match number_of(of_rule, entry.number.as_ref()) {
            Err(problem) => problems.push(StartupError::file(places.of(&entry.number), problem)),
            Ok(number) => {
                let value = *entry.value.as_ref();
                let before = checked.policy.of(number).map(|local| local.value);
                if let Some(problem) = impossible(number, value) {
                    problems.push(StartupError::file(places.of(&entry.value), problem));
                } else if let Some(first) = set.get(number.id) {
                    // Files of earlier versions set it once for each rule: the same value twice is no contradiction.
                    if entry.rule.is_none() || before.is_none_or(|before| (before - value).abs() > f64::EPSILON) {
                        problems.push(StartupError::file(
                            at,
                            format!("`{}` is set already, in {first}: keep one of them", number.id),
                        ));
                    }
                } else {
                    set.insert(number.id, at);
                    if let Ok(citation) = citation {
                        checked.policy.numbers.push(LocalNumber { number, value, citation });
                    }
                }
            }
        }
    }
    checked.problems.extend(problems);
}

/// The number of this name. With a rule it may be the name that an earlier version gave it.
fn number_of(rule: Option<&'static Rule>, id: &str) -> Result<&'static Number, String> {
    let found = numbers::ALL.iter().copied().find(|number| match rule {
        Some(rule) => number.formerly.contains(&(rule.id, id)) || number.id == id && rule.numbers.contains(number),
        None => number.id == id,
    });
    found.ok_or_else(|| {
        let known = |numbers: &[&'static Number]| {
            let known: Vec<String> = numbers.iter().map(|number| format!("`{}`", number.id)).collect();
            known.join(", ")
        };
        match rule {
            None => format!("there is no number `{id}`: `cellwise rules` lists them"),
            Some(rule) if rule.numbers.is_empty() => format!("rule `{}` has no numbers", rule.id),
            Some(rule) => format!("rule `{}` has no number `{id}`, only {}", rule.id, known(rule.numbers)),
        }
    })
}

/// What is wrong with a value.
pub(super) fn impossible(number: &Number, value: f64) -> Option<String> {
    let (least, most) = number.within;
    let unit = if number.unit == "1" { String::new() } else { format!(" `{}`", number.unit) };
    if !(least..=most).contains(&value) {
        return Some(format!("`{}` can't be {value}: it must lie between {least} and {most}{unit}", number.id));
    }
    (number.is_whole() && value.fract() != 0.0)
        .then(|| format!("`{}` can't be {value}: it must be a whole number{unit}", number.id))
}

/// A text that must say something, on one line.
fn words(name: &str, meaning: &str, text: Option<&Spanned<String>>) -> Result<String, String> {
    let text = text.map(|text| text.as_ref().trim()).unwrap_or_default();
    if text.is_empty() {
        return Err(format!("`{name}` is missing: say {meaning}"));
    }
    if text.chars().count() > LONGEST || text.contains(|c: char| c.is_control() || is_invisible(c)) {
        return Err(format!("`{name}` must be one line of at most {LONGEST} characters"));
    }
    Ok(text.to_owned())
}

/// Somebody copied the example and left in it what changes how patients are judged.
fn warn_of_example(places: &Places<'_>, text: Option<&Spanned<String>>, checked: &mut Checked) {
    if let Some(text) = text
        && text.as_ref().trim_start().starts_with("Example")
    {
        let warning = "is still that of the example: is this what the hospital decided?";
        checked.warnings.push(StartupError::file(places.of(text), warning));
    }
}

/// Characters that turn the direction of text, or break lines, unseen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Numbers that belong together: `…-from-…` and `…-to-…`, `minimum-…` and `maximum-…` of one rule.
const PAIRS: [(&str, &str); 2] = [("from", "to"), ("minimum", "maximum")];

/// The name of the number that must be greater than this one, if the rule has one.
pub(super) fn upper_of(id: &str) -> Option<String> {
    let mut words: Vec<&str> = id.split('-').collect();
    let (word, upper) = words.iter_mut().find_map(|word| {
        let (_, upper) = PAIRS.iter().find(|(lower, _)| lower == word)?;
        Some((word, *upper))
    })?;
    *word = upper;
    Some(words.join("-"))
}

/// The pairs that contradict each other, as (lower, upper).
pub(super) fn contradicting(
    numbers: &[&'static Number],
    value: impl Fn(&Number) -> f64,
) -> Vec<(&'static Number, &'static Number)> {
    let pairs = numbers.iter().filter_map(|lower| {
        let upper = upper_of(lower.id)?;
        let upper = numbers.iter().find(|number| number.id == upper && number.unit == lower.unit)?;
        Some((*lower, *upper))
    });
    pairs.filter(|(lower, upper)| value(lower) >= value(upper)).collect()
}

fn contradictions(set: &BTreeMap<&'static str, String>, checked: &mut Checked) {
    let policy = &checked.policy;
    let value = |number: &Number| policy.value(number);
    let mut problems = Vec::new();
    for (lower, upper) in contradicting(numbers::ALL, value) {
        let at = [lower, upper].iter().find_map(|number| set.get(number.id));
        problems.push(StartupError::file(
            at.cloned().unwrap_or_default(),
            format!(
                "`{}` is {} and `{}` is {}: the first must be less than the second",
                lower.id,
                value(lower),
                upper.id,
                value(upper)
            ),
        ));
    }
    checked.problems.extend(problems);
}

fn switch_off(places: &Places<'_>, entry: &Spanned<SwitchOffEntry>, knowledge: &Knowledge, checked: &mut Checked) {
    let own = entry.as_ref();
    warn_of_example(places, own.reason.as_ref(), checked);
    let mut problem = |at: String, problem: String| checked.problems.push(StartupError::file(at, problem));
    let at =
        places.of(own.rule.as_ref().or(own.service.as_ref()).unwrap_or(&Spanned::new(entry.span(), String::new())));
    let reason = match words("reason", "why, for whoever reads the log later", own.reason.as_ref()) {
        Ok(reason) => reason,
        Err(why) => {
            problem(own.reason.as_ref().map_or_else(|| at.clone(), |reason| places.of(reason)), why);
            String::new()
        }
    };
    let (list, id) = match (&own.rule, &own.service) {
        (Some(id), None) => match rule(id) {
            Ok(rule) => (&mut checked.policy.rules_off, rule.id.to_owned()),
            Err(why) => return problem(at, why),
        },
        (None, Some(id)) => {
            let Some(service) = knowledge.service(id.as_ref()) else {
                let known: Vec<String> = knowledge.services.iter().map(|service| format!("`{}`", service.id)).collect();
                return problem(at, format!("there is no service `{}`, only {}", id.as_ref(), known.join(", ")));
            };
            (&mut checked.policy.services_off, service.id.clone())
        }
        _ => return problem(at, "name a `rule` or a `service`, one of the two".to_owned()),
    };
    if list.iter().any(|off| off.id == id) {
        return problem(at, format!("`{id}` is switched off already: keep one of them"));
    }
    list.push(SwitchedOff { id, reason });
}

/// A service without rules would answer every call with "nothing to say".
fn left_over(places: &Places<'_>, file: &File, knowledge: &Knowledge, checked: &mut Checked) {
    let policy = &checked.policy;
    let mut problems = Vec::new();
    let mut left = 0;
    for service in &knowledge.services {
        if policy.service_off(&service.id).is_some() {
            continue;
        }
        left += 1;
        let mut of_service = service.hooks.values().flatten();
        if of_service.clone().any(|rule| policy.rule_off(rule.id).is_none()) {
            continue;
        }
        // The last of its rules that the file switches off.
        let last = file.switch_off.iter().rev().filter_map(|entry| entry.as_ref().rule.as_ref()).find(|id| {
            let id = id.as_ref().as_str();
            of_service.clone().any(|rule| rule.id == id)
        });
        if let (Some(last), Some(_)) = (last, of_service.next()) {
            problems.push(StartupError::file(
                places.of(last),
                format!("leaves service `{}` without rules: switch the service off, too", service.id),
            ));
        }
    }
    if left == 0 {
        problems.push(StartupError::file(places.shown, "switches every service off: then there is nothing to serve"));
    }
    checked.problems.extend(problems);
}

/// Opens the files with the meaning of local codes.
pub(super) fn terminology(
    shown: &str,
    text: &str,
    file: &File,
    open: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    problems: &mut Vec<StartupError>,
) -> Vec<(String, Vec<u8>)> {
    let places = Places { shown, text };
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in &file.terminology {
        let name = entry.as_ref().as_str();
        let read = if Format::of(name).is_none() {
            Err("must be a CSV file (`.csv`) or a FHIR ConceptMap (`.json`)".to_owned())
        } else if files.iter().any(|(known, _)| known == name) {
            Err("is listed twice".to_owned())
        } else {
            open(name)
        };
        match read {
            Ok(content) => files.push((name.to_owned(), content)),
            Err(problem) => problems.push(StartupError::file(places.of(entry), format!("`{name}` {problem}"))),
        }
    }
    files
}
