//! Cards: the same facts for people (summary, table, source) and for machines (the extension), from one value.

mod record;
mod table;

use std::collections::BTreeSet;

use cellwise_clinic::criteria::Row;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::hooks::draft::{self, Draft, Order};
use crate::hooks::request::Request;
use crate::hooks::response::record::EvaluationRecord;
use crate::hooks::response::table::Shown;
use crate::texts::{Place, Texts};
use crate::words::{escaped, length, markdown, start_of};
use cellwise_clinic::evaluation::{Evaluation, Outcome};
use cellwise_clinic::policy::{LocalNumber, Policy};
use cellwise_clinic::{Arg, CardFacts, Citation, Finding, Indicator, Language, Message, Rule, Suggestion, documents};
use cellwise_record::terminology::Terminology;
use cellwise_record::{Chart, Evidence, EvidencePeriod, Gap, Source};

/// The CodeSystem of card topics: one code per rule.
pub const RULE_SYSTEM: &str = "https://cellwise.dev/fhir/CodeSystem/rule";
/// The project CodeSystem: findings that no vocabulary has, and override reasons.
pub const PROJECT_SYSTEM: &str = "https://cellwise.dev/fhir/CodeSystem/cell-therapy";
/// The one extension key of a card.
pub const EXTENSION: &str = "dev.cellwise.evaluation";
/// The longest summary that CDS Hooks allows ("less than 140 characters"), counted as JSON does, in units of UTF-16.
pub const LONGEST_SUMMARY: usize = 139;
/// Rows of evidence shown per criterion; the machine-readable part has all that the judgement kept. "And more" counts those: a
/// judgement keeps at most [`MOST_EVIDENCE_KEPT`](cellwise_record::MOST_EVIDENCE_KEPT).
const MOST_EVIDENCE: usize = 4;
/// Namespace of the card ids: a card's id depends on the call, the patient and the rule only, so the same call gives the same
/// card. Nobody can tell the patient from it: it is a digest, and the id of the call in it can't be guessed.
const CARD_IDS: Uuid = Uuid::from_u128(0x5e1c_37a4_6b0f_4d29_9a83_c2d1_7e64_b0f5);

/// The body of a 200.
#[derive(Debug, Serialize)]
pub struct Response {
    /// The cards, most urgent first.
    pub cards: Vec<Card>,
}

/// A card.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    uuid: Uuid,
    summary: String,
    detail: String,
    indicator: Indicator,
    source: CardSource,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<CardSuggestion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selection_behavior: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    override_reasons: Vec<Coding>,
    extension: CardExtension,
}

#[derive(Debug, Serialize)]
struct CardSource {
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'static str>,
    topic: Coding,
}

#[derive(Debug, Serialize)]
struct Coding {
    system: &'static str,
    code: String,
    display: String,
}

#[derive(Debug, Serialize)]
struct CardSuggestion {
    label: String,
    uuid: Uuid,
    actions: [Action; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Action {
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Order>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<String>,
}

#[derive(Debug, Serialize)]
struct CardExtension {
    #[serde(rename = "dev.cellwise.evaluation")]
    evaluation: EvaluationRecord,
}

/// Writes the cards of an evaluation.
pub struct CardWriter<'a> {
    /// The words.
    pub texts: &'a Texts,
    /// In which language.
    pub language: Language,
    /// The hospital's numbers.
    pub policy: &'a Policy,
    /// What codes are called.
    pub terminology: &'a Terminology,
    /// The call.
    pub request: &'a Request,
}

impl CardWriter<'_> {
    /// All cards: critical, warning, info, then in the order of the rules; last, what could not be checked.
    #[must_use]
    pub fn cards(&self, evaluation: &Evaluation, unchecked: &[(&'static Rule, Vec<Source>)]) -> Response {
        let mut cards: Vec<Card> =
            evaluation.outcomes.iter().filter_map(|outcome| self.card(evaluation, outcome)).collect();
        cards.sort_by_key(|card| card.indicator);
        cards.extend(self.unchecked_card(unchecked));
        Response { cards }
    }

    fn chart(&self) -> &Chart {
        &self.request.chart
    }

    /// Words for the detail.
    fn say(&self, rule: &'static str, message: &Message) -> String {
        self.texts.say(rule, self.language, self.policy, Place::Detail, message)
    }

    /// Words for a summary or a label.
    fn label(&self, rule: &'static str, message: &Message) -> String {
        self.texts.say(rule, self.language, self.policy, Place::Summary, message)
    }

    fn common(&self, id: &str, args: &[(&'static str, String)]) -> String {
        self.texts.say_id("common", self.language, self.policy, id, args)
    }

    fn card(&self, evaluation: &Evaluation, outcome: &Outcome) -> Option<Card> {
        let rule = outcome.rule;
        let finding = outcome.finding.as_ref()?;
        let facts = finding.card.as_ref()?;
        let uuid = self.id(rule.id, "card");
        let suggestions: Vec<CardSuggestion> = facts
            .suggestions
            .iter()
            .enumerate()
            .filter_map(|(position, suggestion)| self.suggestion(rule, position, suggestion))
            .collect();
        let citations = citations(rule, facts);
        let reasons = facts.override_reasons.unwrap_or(rule.override_reasons);
        let used = self.numbers_behind(outcome, finding, facts);
        let first = citations.first();
        Some(Card {
            uuid,
            summary: self.summary(rule, facts),
            detail: self.detail(evaluation, rule, finding, facts, &used),
            indicator: facts.indicator,
            source: CardSource {
                label: first.map_or_else(|| "cellwise".to_owned(), |citation| citation.document.title.to_owned()),
                url: first.and_then(|citation| citation.document.url),
                topic: self.topic(rule),
            },
            selection_behavior: (!suggestions.is_empty()).then_some("any"),
            suggestions,
            override_reasons: reasons.iter().map(|code| self.override_reason(code)).collect(),
            extension: CardExtension {
                evaluation: EvaluationRecord::new(rule, self.chart(), finding, self.policy.behind(&used)),
            },
        })
    }

    /// The summary. One that supposes something says so first.
    fn summary(&self, rule: &'static Rule, facts: &CardFacts) -> String {
        let summary = self.label(rule.id, &facts.summary);
        shorten(&if facts.supposed.is_empty() {
            summary
        } else {
            self.common("supposed-summary", &[("summary", summary)])
        })
    }

    fn topic(&self, rule: &'static Rule) -> Coding {
        Coding {
            system: RULE_SYSTEM,
            code: rule.topic.to_owned(),
            display: self.label(rule.id, &Message::new("title")),
        }
    }

    fn override_reason(&self, code: &str) -> Coding {
        Coding { system: PROJECT_SYSTEM, code: code.to_owned(), display: self.common(&format!("override-{code}"), &[]) }
    }

    fn id(&self, rule: &str, part: &str) -> Uuid {
        let Request { hook_instance, chart, .. } = self.request;
        // Each part with its length: what one ends with can't be what the next begins with.
        let mut digest = Sha256::new();
        for part in [hook_instance, &chart.patient.id, rule, part] {
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
        Uuid::new_v5(&CARD_IDS, &digest.finalize())
    }

    /// A suggestion; `None` when its action can't be written.
    fn suggestion(&self, rule: &'static Rule, position: usize, suggestion: &Suggestion) -> Option<CardSuggestion> {
        let label = self.label(rule.id, &suggestion.label);
        let note = suggestion.note.as_ref().map(|note| self.label(rule.id, note));
        let draft =
            draft::write(&suggestion.proposal, &self.chart().patient.reference(), &label, note.as_deref(), |code| {
                self.terminology.name(&code.system, &code.code, self.language.code())
            })?;
        let (kind, resource, resource_id) = match draft {
            Draft::Create(order) => ("create", Some(order), None),
            Draft::Delete(reference) => ("delete", None, Some(reference)),
        };
        Some(CardSuggestion {
            uuid: self.id(rule.id, &format!("suggestion-{position}")),
            actions: [Action { kind, description: label.clone(), resource, resource_id }],
            label,
        })
    }

    /// The numbers that a card rests on: those that the judgement read, and those that its texts name.
    fn numbers_behind(&self, outcome: &Outcome, finding: &Finding, facts: &CardFacts) -> BTreeSet<&'static str> {
        let rule = outcome.rule.id;
        let mut used = outcome.used.clone();
        let mut ids: Vec<&str> = Vec::new();
        for message in facts.messages().chain(finding.criteria.rows().into_iter().flat_map(Row::messages)) {
            ids.push(message.id);
            ids.extend(message.args.iter().filter_map(|(_, arg)| match arg {
                Arg::Message(id) => Some(*id),
                _ => None,
            }));
        }
        used.extend(ids.into_iter().flat_map(|id| self.texts.numbers_in(rule, id)).map(|number| number.id));
        used
    }

    fn detail(
        &self,
        evaluation: &Evaluation,
        rule: &'static Rule,
        finding: &Finding,
        facts: &CardFacts,
        used: &BTreeSet<&'static str>,
    ) -> String {
        let before = facts.supposed.iter().chain(&facts.lead);
        let mut parts: Vec<String> = before.map(|message| self.say(rule.id, message)).collect();
        let shown = Shown { writer: self, evaluation, rule };
        parts.extend(shown.table(&finding.criteria));
        let mut lines = shown.lines(&finding.criteria);
        lines.extend(facts.context.iter().map(|message| format!("- {}", self.say(rule.id, message))));
        lines.extend(self.held_nowhere(rule).map(|said| format!("- {said}")));
        if !lines.is_empty() {
            parts.push(lines.join("\n"));
        }
        parts.extend(self.policy.behind(used).map(|local| self.local_number(local)));
        parts.push(self.sources(citations(rule, facts)));
        parts.join("\n\n")
    }

    /// The kinds of data that the rule needs and that this record system is said to have none of.
    fn held_nowhere(&self, rule: &'static Rule) -> Option<String> {
        let sources = self.chart().sources();
        let none = rule.needs.iter().filter(|source| sources.is_held_nowhere(**source));
        let names: Vec<String> = none.map(|source| self.common(&format!("source-{}", source.key()), &[])).collect();
        (!names.is_empty()).then(|| self.common("held-nowhere", &[("sources", names.join(", "))]))
    }

    /// A number that is not the source's: which, to what, from what, and who says so.
    fn local_number(&self, local: &LocalNumber) -> String {
        let measure = |value: f64| self.texts.measure(self.language, value, local.number.unit);
        let args = [
            ("number", markdown(local.number.id)),
            ("value", measure(local.value)),
            ("default", measure(local.number.default)),
            ("citation", escaped(&local.citation)),
        ];
        self.common("local-policy", &args)
    }

    fn sources(&self, citations: &'static [Citation]) -> String {
        let list = citations
            .iter()
            .map(|Citation { document, statements }| {
                let date = document.date.map_or_else(|| self.common("source-undated", &[]), str::to_owned);
                let statements =
                    if statements.is_empty() { String::new() } else { format!("; {}", statements.join(", ")) };
                format!("{} ({date}{statements})", document.title)
            })
            .collect::<Vec<_>>()
            .join("; ");
        let label = self.common("source-line", &[]);
        let inference = if citations.iter().any(|citation| *citation.document == documents::EMA_MEDICINES) {
            format!(" {}", self.common("source-recheck", &[]))
        } else {
            String::new()
        };
        format!("{label}: {list}.{inference}")
    }

    fn evidence(&self, evidence: &Evidence) -> String {
        let mut text = markdown(&self.texts.measured(self.language, &evidence.what));
        if let Some(how) = evidence.how {
            text = format!("{text}, {}", self.common(how, &[]));
        }
        match evidence.period {
            Some(EvidencePeriod::On(day)) => text = format!("{text}, {day}"),
            Some(EvidencePeriod::Course { from, to: Some(to) }) => text = format!("{text}, {from} – {to}"),
            Some(EvidencePeriod::Course { from, to: None }) => {
                text = format!("{text}, {}", self.common("period-since", &[("from", from.to_string())]));
            }
            None => {}
        }
        text
    }

    fn gaps(&self, rule: &'static Rule, gaps: &[Gap]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for gap in gaps {
            let source = self.common(&format!("source-{}", gap.source.key()), &[]);
            let what = gap.what.as_deref().map(markdown).unwrap_or_default();
            let id = match &gap.text {
                Some(text) => text.to_string(),
                None if what.is_empty() => format!("gap-{}", gap.kind.name()),
                None => format!("gap-{}-of", gap.kind.name()),
            };
            let line =
                self.texts.say_id(rule.id, self.language, self.policy, &id, &[("source", source), ("what", what)]);
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if lines.len() > MOST_EVIDENCE {
            let more = lines.len() - MOST_EVIDENCE;
            lines.truncate(MOST_EVIDENCE);
            lines.push(self.common("more-evidence", &[("count", more.to_string())]));
        }
        lines
    }

    /// One card that names the rules that could not be judged, when other cards are shown.
    fn unchecked_card(&self, unchecked: &[(&'static Rule, Vec<Source>)]) -> Option<Card> {
        let (first, _) = unchecked.first()?;
        let lines: Vec<String> = unchecked
            .iter()
            .map(|(rule, sources)| {
                let title = self.say(rule.id, &Message::new("title"));
                if sources.is_empty() {
                    return self.common("unchecked-fault", &[("rule", title)]);
                }
                let names: Vec<String> =
                    sources.iter().map(|source| self.common(&format!("source-{}", source.key()), &[])).collect();
                self.common("unchecked-rule", &[("rule", title), ("sources", names.join(", "))])
            })
            .map(|line| format!("- {line}"))
            .collect();
        Some(Card {
            uuid: self.id("unchecked", "card"),
            summary: shorten(&self.common("unchecked-summary", &[("count", unchecked.len().to_string())])),
            detail: lines.join("\n"),
            indicator: Indicator::Warning,
            source: CardSource {
                label: "cellwise".to_owned(),
                url: None,
                topic: Coding {
                    system: RULE_SYSTEM,
                    code: "unchecked".to_owned(),
                    display: self.common("unchecked-title", &[]),
                },
            },
            suggestions: Vec::new(),
            selection_behavior: None,
            override_reasons: Vec::new(),
            extension: CardExtension {
                evaluation: EvaluationRecord::unchecked(
                    first,
                    self.chart(),
                    unchecked.iter().flat_map(|(_, sources)| sources).copied(),
                ),
            },
        })
    }
}

/// What a card cites: all that its rule does, unless it says otherwise.
fn citations(rule: &'static Rule, facts: &CardFacts) -> &'static [Citation] {
    if facts.citations.is_empty() { rule.citations } else { facts.citations }
}

/// A summary longer than allowed is cut at a word. The texts are written to fit; this is for long names of the record.
fn shorten(summary: &str) -> String {
    if length(summary) <= LONGEST_SUMMARY {
        return summary.to_owned();
    }
    let mut cut = start_of(summary, LONGEST_SUMMARY - 1).to_owned();
    if let Some(space) = cut.rfind(' ') {
        cut.truncate(space);
    }
    cut.push('…');
    cut
}
