//! What became of each rule, in a line: for those who expected a card.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::course::Speaker;
use crate::engine::{Engine, Judged};
use crate::fixtures::check::{cards, records_of};
use cellwise_clinic::criteria::{Criteria, Row};
use cellwise_clinic::evaluation::Outcome;
use cellwise_clinic::{Message, Rule, rules};
use cellwise_record::Verdict;

/// Rows that are named of a rule, at most: the others decide as these do.
const MOST_ROWS: usize = 3;

/// What became of a rule.
pub(super) struct Fate {
    pub(super) rule: &'static Rule,
    /// Its verdict; `None` when it failed, or was not asked.
    pub(super) verdict: Option<Verdict>,
    /// Whether this call asks it.
    pub(super) is_asked: bool,
    /// Whether a card of the answer speaks for it.
    pub(super) has_card: bool,
    /// Why it has a card, or none.
    pub(super) why: String,
}

/// What became of every rule that there is: those of the call first. `concerned` is the same call judged as a server does, which
/// asks no rule that can't concern the patient; `response` is the answer, if there is one.
pub(super) fn fates(
    engine: &Engine,
    judged: &Judged<'_>,
    concerned: &Judged<'_>,
    response: &Value,
    words: &Speaker<'_>,
) -> Vec<Fate> {
    let teller = Teller { engine, judged, response, words };
    let mut fates: Vec<Fate> = Vec::new();
    for outcome in &judged.evaluation.outcomes {
        let as_served = concerned.evaluation.outcomes.iter().find(|of| of.rule.id == outcome.rule.id);
        let finding = as_served.and_then(|of| of.finding.as_ref());
        let is_no_concern = finding.is_some_and(|finding| finding.criteria.rows().is_empty());
        fates.push(teller.asked(outcome, is_no_concern));
    }
    let asked: BTreeSet<&str> = fates.iter().map(|fate| fate.rule.id).collect();
    fates.extend(rules::ALL.iter().filter(|rule| !asked.contains(rule.id)).map(|rule| teller.not_asked(rule)));
    fates
}

/// The same for programs.
pub(super) fn as_json(fates: &[Fate]) -> Value {
    let one = |fate: &Fate| {
        json!({
            "rule": fate.rule.id,
            "asked": fate.is_asked,
            "verdict": fate.verdict.map(Verdict::name),
            "card": fate.has_card,
            "why": fate.why,
        })
    };
    fates.iter().map(one).collect()
}

struct Teller<'t> {
    engine: &'t Engine,
    judged: &'t Judged<'t>,
    response: &'t Value,
    words: &'t Speaker<'t>,
}

impl Teller<'_> {
    fn asked(&self, outcome: &Outcome, is_no_concern: bool) -> Fate {
        let rule = outcome.rule;
        let led_by = cards(self.response).find_map(|card| {
            let records = records_of(card);
            // The card that names what could not be checked speaks for no rule.
            let speaks = records.iter().any(|(of, record)| *of == rule.id && record.get("criteria").is_some());
            speaks.then(|| records.first().map(|(leader, _)| (*leader).to_owned())).flatten()
        });
        let verdict = outcome.finding.as_ref().map(cellwise_clinic::Finding::verdict);
        let why = match (&led_by, &outcome.finding) {
            (Some(leader), _) if leader == rule.id => self.words.command("command-on-card"),
            (Some(leader), _) => format!("{} {leader}", self.words.command("command-on-card-of")),
            (None, None) => self.words.command("command-rule-fault"),
            (None, Some(_)) if is_no_concern => self.words.command("command-no-concern"),
            (None, Some(finding)) if finding.card.is_some() => self.words.command("command-beside"),
            (None, Some(finding)) => match finding.verdict() {
                Verdict::Met => self.words.command("command-nothing-to-say"),
                Verdict::NotMet => self.because("command-no-because", rule, &finding.criteria, Verdict::NotMet),
                Verdict::Unknown => self.because("command-open-because", rule, &finding.criteria, Verdict::Unknown),
            },
        };
        Fate { rule, verdict, is_asked: true, has_card: led_by.is_some(), why }
    }

    /// The rows that decide.
    fn because(&self, id: &'static str, rule: &'static Rule, criteria: &Criteria, verdict: Verdict) -> String {
        let mut rows = Vec::new();
        deciding(criteria, verdict, false, &mut rows);
        let mut said: Vec<String> = Vec::new();
        for (row, not) in rows {
            let row = self.row(rule, row, not);
            if !said.contains(&row) {
                said.push(row);
            }
        }
        let more = said.len().saturating_sub(MOST_ROWS);
        said.truncate(MOST_ROWS);
        said.extend((more > 0).then(|| self.words.count_of_command("command-more", more)));
        format!("{}: {}", self.words.command(id), said.join("; "))
    }

    /// A row as it is read on a card, with the first reason why it is open.
    fn row(&self, rule: &'static Rule, row: &Row, not: bool) -> String {
        let text = self.words.of_rule(rule, &row.text);
        let text = if not { self.words.of_rule(rule, &Message::new("row-not").with("row", text)) } else { text };
        match row.answer.gaps().first().filter(|_| row.answer.is_unknown()) {
            Some(gap) => format!("{text} ({})", self.words.gap(rule, gap)),
            None => text,
        }
    }

    /// Why a rule is not asked.
    fn not_asked(&self, rule: &'static Rule) -> Fate {
        let (policy, hook) = (self.engine.policy(), self.judged.request.hook.name());
        let asks = |rules: &Vec<&'static Rule>| rules.iter().any(|of| of.id == rule.id);
        let own: Vec<&str> =
            self.judged.service.hooks.iter().filter(|(_, rules)| asks(rules)).map(|(hook, _)| hook.as_str()).collect();
        let services = self.engine.knowledge().services.iter();
        let others: Vec<&str> =
            services.filter(|service| service.hooks.values().any(asks)).map(|service| service.id.as_str()).collect();
        let services_off = policy.services_off.iter().map(|off| format!("{}: {}", off.id, off.reason));
        let services_off: Vec<String> = services_off.collect();
        let say = |id, what: &str| format!("{} {what}", self.words.command(id));
        let off = |why: &str| format!("{}: {why}", self.words.command("command-off"));
        let why = match policy.rule_off(rule.id) {
            Some(reason) => off(reason),
            None if !own.is_empty() && !own.contains(&hook) => say("command-on-other-hook", &own.join(", ")),
            None if !others.is_empty() => say("command-on-other-service", &others.join(", ")),
            None => off(&services_off.join("; ")),
        };
        Fate { rule, verdict: None, is_asked: false, has_card: false, why }
    }
}

/// The rows because of which a tree has this verdict; `not` when it stands under an odd number of `unless`.
fn deciding<'c>(criteria: &'c Criteria, verdict: Verdict, not: bool, rows: &mut Vec<(&'c Row, bool)>) {
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => {
            for part in parts.iter().filter(|part| part.judgement().verdict() == verdict) {
                deciding(part, verdict, not, rows);
            }
        }
        Criteria::Unless(part) => deciding(part, !verdict, !not, rows),
        Criteria::Must(row) => rows.push((row, not)),
        Criteria::Aside(_) => {}
    }
}
