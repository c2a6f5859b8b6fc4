//! Cards: the same facts for people (summary, table, source) and for machines (the extension), from one value.

mod alone;
mod record;
mod shape;
mod table;

use std::collections::{BTreeSet, HashSet};

use cellwise_clinic::criteria::Row;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::hooks::draft::{self, Draft};
use crate::hooks::request::Request;
pub use crate::hooks::response::alone::Alone;
pub use crate::hooks::response::shape::{Card, RuleOnCard};

use crate::hooks::response::record::EvaluationRecord;
use crate::hooks::response::shape::{
    Action, CardExtension, CardSource, CardSuggestion, Coding, CodingExtension, Link, Reason,
};
use crate::hooks::response::table::Shown;
use crate::texts::{Place, Texts};
use crate::words::{escaped, markdown, shortened};
use cellwise_clinic::evaluation::Evaluation;
use cellwise_clinic::policy::{LocalNumber, Policy};
use cellwise_clinic::questions::stay::reader::Reader;
use cellwise_clinic::situations::Part;
use cellwise_clinic::{
    Arg, CardFacts, Citation, Document, Hook, Indicator, Language, Message, Proposal, Rule, Suggestion, documents,
};
use cellwise_record::terminology::Terminology;
use cellwise_record::{Chart, Evidence, Gap, Source};

/// The CodeSystem of card topics: one code per rule.
pub const RULE_SYSTEM: &str = "https://cellwise.dev/fhir/CodeSystem/rule";
/// The project CodeSystem: findings that no vocabulary has, and override reasons.
pub const PROJECT_SYSTEM: &str = "https://cellwise.dev/fhir/CodeSystem/cell-therapy";
/// The override reason of whoever has none of the others.
const OTHER_REASON: &str = "other";
/// What the card is called that says which rules could not be judged.
const UNCHECKED: &str = "unchecked";
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
    /// Who reads the cards.
    pub reader: Reader,
    /// The address of this server, where the pages of the rules are.
    pub address: Option<&'a str>,
    /// Whether the client has the SMART app, to which cards then link.
    pub has_app: bool,
}

impl CardWriter<'_> {
    /// All cards: critical, warning, info, then in the order of the rules; last, what could not be checked.
    #[must_use]
    pub fn cards(&self, evaluation: &Evaluation, unchecked: &[(&'static Rule, Vec<Source>)]) -> Response {
        let mut cards: Vec<Card> = evaluation.cards().iter().filter_map(|parts| self.card(evaluation, parts)).collect();
        cards.extend(self.unchecked_card(unchecked));
        Response { cards }
    }

    /// The detail that the card of one rule would have alone, in the same response.
    #[must_use]
    pub fn detail_alone(&self, evaluation: &Evaluation, part: Part<'_>) -> String {
        self.detail(evaluation, &[part], &self.numbers_behind(part))
    }

    fn chart(&self) -> &Chart {
        &self.request.chart
    }

    /// Words for the detail.
    fn say(&self, rule: &'static str, message: &Message) -> String {
        self.texts.say(rule, self.language, self.policy, Place::Detail, &self.addressed(message))
    }

    /// A message that knows whom this reader is to call.
    fn addressed(&self, message: &Message) -> Message {
        let (contact, short) = match self.reader {
            Reader::Treating => ("contact-on-duty", "contact-on-duty-short"),
            Reader::Elsewhere => ("contact-centre", "contact-centre-short"),
        };
        message.clone().with("contact", Arg::Message(contact)).with("contact-short", Arg::Message(short))
    }

    /// Words for a summary or a label.
    #[must_use]
    pub fn label(&self, rule: &'static str, message: &Message) -> String {
        self.texts.say(rule, self.language, self.policy, Place::Summary, &self.addressed(message))
    }

    fn common(&self, id: &str, args: &[(&'static str, String)]) -> String {
        self.texts.say_id("common", self.language, self.policy, id, args)
    }

    /// One card of everything that the rules of a situation have to say; the first of them leads.
    fn card(&self, evaluation: &Evaluation, parts: &[Part<'_>]) -> Option<Card> {
        let (leader, joined) = parts.split_first()?;
        let rule = leader.rule();
        let suggestions = self.suggestions(parts);
        let first = citations(*leader).first();
        let numbers: Vec<BTreeSet<&'static str>> = parts.iter().map(|part| self.numbers_behind(*part)).collect();
        let used: BTreeSet<&'static str> = numbers.iter().flatten().copied().collect();
        let mut reasons: Vec<&str> = Vec::new();
        for reason in parts.iter().flat_map(|part| override_reasons(*part)) {
            if !reasons.contains(reason) {
                reasons.push(reason);
            }
        }
        // What nobody foresaw stands last, whichever rule brought it.
        reasons.sort_by_key(|reason| *reason == OTHER_REASON);
        let mut records = parts.iter().zip(&numbers).map(|(part, numbers)| {
            EvaluationRecord::new(part.rule(), self.chart(), part.finding, self.policy.behind(numbers))
        });
        let of_leader = records.next()?;
        let of_joined = records.zip(joined).map(|(record, part)| record.of_card(part.facts.indicator)).collect();
        Some(Card {
            uuid: self.id(rule.id, "card"),
            summary: self.summary(rule, leader.facts),
            detail: self.detail(evaluation, parts, &used),
            indicator: leader.facts.indicator,
            source: CardSource {
                label: first.map_or_else(|| "cellwise".to_owned(), |citation| citation.document.title.to_owned()),
                url: first.and_then(|citation| citation.document.url),
                topic: self.topic(rule),
            },
            selection_behavior: (!suggestions.is_empty()).then_some("any"),
            suggestions,
            links: self
                .course(Some(rule))
                .into_iter()
                .chain(parts.iter().filter_map(|part| self.page(part.rule())))
                .collect(),
            override_reasons: reasons.iter().map(|code| self.override_reason(code)).collect(),
            extension: CardExtension { evaluation: of_leader.joined_by(of_joined) },
        })
    }

    /// What a card suggests. What two rules propose alike is one suggestion.
    fn suggestions(&self, parts: &[Part<'_>]) -> Vec<CardSuggestion> {
        let mut suggestions: Vec<(&Proposal, CardSuggestion)> = Vec::new();
        // An order that is signed is no draft that could be taken out.
        let is_signed = self.request.hook == Hook::OrderDispatch;
        for part in parts {
            for (position, suggestion) in part.facts.suggestions.iter().enumerate() {
                if is_signed && matches!(suggestion.proposal, Proposal::Remove { .. }) {
                    continue;
                }
                let Some(written) = self.suggestion(part.rule(), position, suggestion) else { continue };
                let is_same = |(proposal, known): &(&Proposal, CardSuggestion)| {
                    known.label == written.label || proposal.is_like(&suggestion.proposal)
                };
                if !suggestions.iter().any(is_same) {
                    suggestions.push((&suggestion.proposal, written));
                }
            }
        }
        // One that is offered alone needs no recommendation, nor do two.
        let obvious = suggestions.iter().filter(|(_, written)| written.is_recommended).count();
        let is_choice = suggestions.len() > 1 && obvious == 1;
        let all = suggestions.into_iter().map(|(_, written)| written);
        all.map(|written| CardSuggestion { is_recommended: written.is_recommended && is_choice, ..written }).collect()
    }

    /// The link to the page of a rule: what it checks, its numbers and its sources.
    fn page(&self, rule: &'static Rule) -> Option<Link> {
        let url = format!("{}/rules/{}?lang={}", self.address?, rule.id, self.language.code());
        let title = self.label(rule.id, &Message::new("title"));
        Some(Link { label: self.common("link-page", &[("rule", title)]), url, kind: "absolute", app_context: None })
    }

    /// The link to the course of the patient, where the client has the SMART app. The EHR hands on, as it is, which rule's card
    /// it was followed from: the course opens there.
    fn course(&self, rule: Option<&'static Rule>) -> Option<Link> {
        let url = format!("{}/course", self.address.filter(|_| self.has_app)?);
        let app_context = rule.map(|rule| json!({ "rule": rule.id }).to_string());
        Some(Link { label: self.common("link-course", &[]), url, kind: "smart", app_context })
    }

    /// The summary. One that supposes something says so first.
    fn summary(&self, rule: &'static Rule, facts: &CardFacts) -> String {
        let summary = self.label(rule.id, &facts.summary);
        let is_supposed = !facts.supposed.is_empty();
        let summary = if is_supposed { self.common("supposed-summary", &[("summary", summary)]) } else { summary };
        shortened(&summary, LONGEST_SUMMARY)
    }

    fn topic(&self, rule: &'static Rule) -> Coding {
        Coding {
            system: RULE_SYSTEM,
            code: rule.topic.to_owned(),
            display: self.label(rule.id, &Message::new("title")),
            extension: None,
        }
    }

    fn override_reason(&self, code: &str) -> Coding {
        let counterpart = self.terminology.counterpart(PROJECT_SYSTEM, code);
        Coding {
            system: PROJECT_SYSTEM,
            code: code.to_owned(),
            display: self.common(&format!("override-{code}"), &[]),
            extension: counterpart.map(|of| CodingExtension {
                non_adherence: Reason { system: of.system.clone(), code: of.code.clone() },
            }),
        }
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
            is_recommended: suggestion.is_obvious,
            actions: [Action { kind, description: label.clone(), resource, resource_id }],
            label,
        })
    }

    /// The numbers that a part of a card rests on: those that the judgement read, and those that its texts name.
    fn numbers_behind(&self, part: Part<'_>) -> BTreeSet<&'static str> {
        let rule = part.rule().id;
        let mut used: BTreeSet<&'static str> = part.outcome.used.ids().collect();
        let mut ids: Vec<&str> = Vec::new();
        for message in part.facts.messages().chain(part.finding.criteria.rows().into_iter().flat_map(Row::messages)) {
            ids.push(message.id);
            ids.extend(message.args.iter().filter_map(|(_, arg)| match arg {
                Arg::Message(id) => Some(*id),
                _ => None,
            }));
        }
        used.extend(ids.into_iter().flat_map(|id| self.texts.numbers_in(rule, id)).map(|number| number.id));
        used
    }

    fn detail(&self, evaluation: &Evaluation, parts: &[Part<'_>], used: &BTreeSet<&'static str>) -> String {
        let mut paragraphs: Vec<String> = Vec::new();
        let mut shown = Shown::new(self, evaluation);
        let mut context: Vec<String> = Vec::new();
        for (position, part) in parts.iter().enumerate() {
            let (rule, facts) = (part.rule(), part.facts);
            // The summary of the card is that of the rule that leads.
            let headline = (position > 0).then(|| format!("**{}**", self.headline(rule, facts)));
            let before = facts.supposed.iter().chain(&facts.lead).map(|message| self.say(rule.id, message));
            paragraphs.extend(headline.into_iter().chain(before));
            shown.add(rule, &part.finding.criteria);
            context.extend(facts.context.iter().map(|message| format!("- {}", self.say(rule.id, message))));
        }
        let mut lines = shown.lines();
        lines.extend(context);
        lines.extend(self.held_nowhere(parts).map(|said| format!("- {said}")));
        paragraphs.extend(shown.table());
        let mut said = distinct(paragraphs);
        if !lines.is_empty() {
            said.push(distinct(lines).join("\n"));
        }
        said.extend(self.policy.behind(used).map(|local| self.local_number(local)));
        said.push(self.sources(parts));
        said.join("\n\n")
    }

    /// What the card of a rule that another one leads would have as its summary.
    #[must_use]
    pub fn headline(&self, rule: &'static Rule, facts: &CardFacts) -> String {
        let summary = self.say(rule.id, &facts.summary);
        if facts.supposed.is_empty() { summary } else { self.common("supposed-summary", &[("summary", summary)]) }
    }

    /// The kinds of data that the rules need and that this record system is said to have none of.
    fn held_nowhere(&self, parts: &[Part<'_>]) -> Option<String> {
        let sources = self.chart().sources();
        let needs = parts.iter().flat_map(|part| part.rule().needs);
        let none = needs.filter(|source| sources.is_held_nowhere(**source));
        let names = distinct(none.map(|source| self.common(&format!("source-{}", source.key()), &[])).collect());
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

    /// The documents that a card rests on most, with the year where they have one: of a single rule two, of several rules the
    /// leading one of each. All of them, statement by statement, stand on the pages of the rules.
    fn sources(&self, parts: &[Part<'_>]) -> String {
        let of_each = if parts.len() > 1 { 1 } else { 2 };
        let leading = |part: &Part<'_>| citations(*part).iter().take(of_each);
        let documents: Vec<&Document> = parts.iter().flat_map(leading).map(|citation| citation.document).collect();
        let named = documents.iter().map(|document| match document.year() {
            Some(year) => format!("{} ({year})", document.short),
            None => document.short.to_owned(),
        });
        let label = self.common("source-line", &[]);
        let mut all = parts.iter().flat_map(|part| citations(*part));
        let inference = if all.any(|citation| *citation.document == documents::EMA_MEDICINES) {
            format!(" {}", self.common("source-recheck", &[]))
        } else {
            String::new()
        };
        format!("{label}: {}.{inference}", distinct(named.collect()).join("; "))
    }

    fn evidence(&self, evidence: &Evidence) -> String {
        self.texts.evidence(self.language, self.policy, Place::Detail, evidence)
    }

    fn gaps(&self, rule: &'static Rule, gaps: &[Gap]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for gap in gaps {
            let line = self.texts.gap(rule.id, self.language, self.policy, Place::Detail, gap);
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
            uuid: self.id(UNCHECKED, "card"),
            summary: shortened(
                &self.common("unchecked-summary", &[("count", unchecked.len().to_string())]),
                LONGEST_SUMMARY,
            ),
            detail: lines.join("\n"),
            indicator: Indicator::Warning,
            source: CardSource {
                label: "cellwise".to_owned(),
                url: None,
                topic: Coding {
                    system: RULE_SYSTEM,
                    code: UNCHECKED.to_owned(),
                    display: self.common("unchecked-title", &[]),
                    extension: None,
                },
            },
            suggestions: Vec::new(),
            selection_behavior: None,
            links: self.course(None).into_iter().collect(),
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

/// What a part of a card cites: all that its rule does, unless it says otherwise.
fn citations(part: Part<'_>) -> &'static [Citation] {
    if part.facts.citations.is_empty() { part.rule().citations } else { part.facts.citations }
}

/// Why a part of a card may be overridden: for its rule's reasons, unless it says otherwise.
fn override_reasons(part: Part<'_>) -> &'static [&'static str] {
    part.facts.override_reasons.unwrap_or(part.rule().override_reasons)
}

/// Texts in their order, each once.
fn distinct(texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter(|text| seen.insert(text.clone())).collect()
}
