//! What `$apply` answers: a CarePlan with a RequestGroup, a GuidanceResponse and what they refer to, all contained.

use serde_json::{Map, Value, json};

use super::call::Asked;
use super::findings;
use crate::engine::{Engine, Judged};
use crate::fhir::artifacts::text_of;
use crate::hooks::response::{Alone, RULE_SYSTEM};
use cellwise_clinic::evaluation::Outcome;
use cellwise_clinic::{Language, Message};
use cellwise_record::{Source, Verdict};

/// A kind of data that did not come, and why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind.
    pub source: Source,
    /// Why it was not fetched.
    pub why: String,
}

/// The answer: what the rule of `asked` came to. `not_fetched` is what was asked for and did not come.
///
/// `None` when the rule was not judged at all, which can't be: the service was chosen because it asks it.
#[must_use]
pub fn care_plan(
    engine: &Engine,
    asked: &Asked<'_>,
    judged: &Judged<'_>,
    language: Language,
    not_fetched: &[Gap],
) -> Option<Value> {
    let writer = engine.writer(judged, language);
    let alone = writer.alone(&judged.evaluation, asked.rule.id)?;
    let outcome = judged.evaluation.outcomes.iter().find(|outcome| outcome.rule.id == asked.rule.id)?;
    let answer = Answer {
        asked,
        title: writer.label(asked.rule.id, &Message::new("title")),
        subject: json!({ "reference": judged.request.chart.patient.reference() }),
        created: judged.request.chart.as_of.to_rfc3339(),
        alone: &alone,
        outcome,
    };
    Some(answer.care_plan(language, not_fetched))
}

struct Answer<'a> {
    asked: &'a Asked<'a>,
    title: String,
    subject: Value,
    created: String,
    alone: &'a Alone,
    outcome: &'a Outcome,
}

impl Answer<'_> {
    fn care_plan(&self, language: Language, not_fetched: &[Gap]) -> Value {
        let mut contained = Vec::new();
        let issues = self.issues(not_fetched);
        let group = self.request_group(&mut contained);
        contained.insert(0, group);
        contained.insert(1, self.guidance(!issues.is_empty()));
        if let Some(evaluation) = &self.alone.evaluation {
            let indicator = self.alone.card.as_ref().map(|card| text_of(card, "indicator"));
            let all = findings::parameters(evaluation, self.asked.hook.name(), indicator);
            contained.push(json!({ "resourceType": "Parameters", "id": "evaluation", "parameter": all }));
        }
        if !issues.is_empty() {
            contained.push(json!({ "resourceType": "OperationOutcome", "id": "messages", "issue": issues }));
        }
        let tree = self.alone.evaluation.as_ref().and_then(|evaluation| evaluation.get("criteria"));
        let mut supporting = vec![json!({ "reference": "#guidance" })];
        supporting.extend(tree.map(findings::references).unwrap_or_default());
        let mut plan = Map::new();
        plan.insert("resourceType".to_owned(), json!("CarePlan"));
        plan.insert("language".to_owned(), json!(language.code()));
        plan.insert("contained".to_owned(), Value::Array(contained));
        plan.insert("instantiatesCanonical".to_owned(), json!([self.asked.plan.canonical()]));
        plan.insert("status".to_owned(), json!("draft"));
        plan.insert("intent".to_owned(), json!("proposal"));
        plan.insert("title".to_owned(), json!(self.title));
        plan.insert("subject".to_owned(), self.subject.clone());
        plan.extend(self.encounter());
        plan.insert("created".to_owned(), json!(self.created));
        plan.insert("supportingInfo".to_owned(), Value::Array(supporting));
        plan.insert("activity".to_owned(), json!([{ "reference": { "reference": "#request-group" } }]));
        Value::Object(plan)
    }

    fn encounter(&self) -> Option<(String, Value)> {
        let id = self.asked.encounter.as_ref()?;
        Some(("encounter".to_owned(), findings::reference(&format!("Encounter/{id}"), "")?))
    }

    /// The group of what is proposed: one action for the card, with the advice and each suggestion below it.
    fn request_group(&self, contained: &mut Vec<Value>) -> Value {
        let mut group = Map::new();
        group.insert("resourceType".to_owned(), json!("RequestGroup"));
        group.insert("id".to_owned(), json!("request-group"));
        group.insert("instantiatesCanonical".to_owned(), json!([self.asked.plan.canonical()]));
        group.insert("status".to_owned(), json!("draft"));
        group.insert("intent".to_owned(), json!("proposal"));
        if let Some(card) = &self.alone.card {
            group.insert("priority".to_owned(), json!(priority(text_of(card, "indicator"))));
        }
        let code = json!({ "coding": [{ "system": RULE_SYSTEM, "code": self.asked.rule.topic }] });
        group.insert("code".to_owned(), code);
        group.insert("subject".to_owned(), self.subject.clone());
        group.extend(self.encounter());
        group.insert("authoredOn".to_owned(), json!(self.created));
        if let Some(card) = &self.alone.card {
            let action = self.action(card, contained);
            group.insert("action".to_owned(), json!([action]));
        }
        Value::Object(group)
    }

    fn action(&self, card: &Value, contained: &mut Vec<Value>) -> Value {
        let urgency = priority(text_of(card, "indicator"));
        let topic = card.pointer("/source/topic").cloned().unwrap_or_default();
        contained.push(json!({
            "resourceType": "CommunicationRequest",
            "id": "advice",
            "status": "draft",
            "category": [{ "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/communication-category",
                "code": "alert",
                "display": "Alert",
            }] }],
            "priority": urgency,
            "subject": self.subject,
            "payload": [{ "contentString": text_of(card, "detail") }],
            "authoredOn": self.created,
        }));
        let kind = |code: &str| json!({ "coding": [{ "system": ACTION_TYPE, "code": code }] });
        let mut below = vec![json!({
            "title": text_of(card, "summary"),
            "type": kind("create"),
            "resource": { "reference": "#advice" },
        })];
        let suggestions = card.get("suggestions").and_then(Value::as_array).into_iter().flatten();
        for (number, suggestion) in suggestions.enumerate() {
            let Some(action) = suggestion.pointer("/actions/0") else { continue };
            let label = text_of(suggestion, "label");
            if let Some(resource) = action.get("resource") {
                let id = format!("suggestion-{}", number + 1);
                contained.push(with_id(resource, &id));
                let to = json!({ "reference": format!("#{id}") });
                below.push(json!({ "title": label, "type": kind("create"), "resource": to }));
            } else if let Some(to) = findings::reference(text_of(action, "resourceId"), "") {
                below.push(json!({ "title": label, "type": kind("remove"), "resource": to }));
            }
        }
        let mut action = Map::new();
        action.insert("title".to_owned(), json!(text_of(card, "summary")));
        action.insert("description".to_owned(), json!(text_of(card, "detail")));
        action.insert("priority".to_owned(), json!(urgency));
        action.insert("code".to_owned(), json!([{ "coding": [topic] }]));
        action.insert("documentation".to_owned(), json!([documentation(card)]));
        action.insert("selectionBehavior".to_owned(), json!("any"));
        action.insert("action".to_owned(), Value::Array(below));
        Value::Object(action)
    }

    /// Whether the rule could be judged, and with which data it could.
    fn guidance(&self, has_messages: bool) -> Value {
        let mut guidance = Map::new();
        guidance.insert("resourceType".to_owned(), json!("GuidanceResponse"));
        guidance.insert("id".to_owned(), json!("guidance"));
        guidance.insert("moduleCanonical".to_owned(), json!(self.asked.plan.canonical()));
        guidance.insert("status".to_owned(), json!(self.status()));
        guidance.insert("subject".to_owned(), self.subject.clone());
        guidance.extend(self.encounter());
        guidance.insert("occurrenceDateTime".to_owned(), json!(self.created));
        guidance.insert("performer".to_owned(), json!({ "display": concat!("cellwise ", env!("CARGO_PKG_VERSION")) }));
        if has_messages {
            guidance.insert("evaluationMessage".to_owned(), json!([{ "reference": "#messages" }]));
        }
        if self.alone.evaluation.is_some() {
            guidance.insert("outputParameters".to_owned(), json!({ "reference": "#evaluation" }));
        }
        guidance.insert("result".to_owned(), json!({ "reference": "#request-group" }));
        let needed = self.data_requirements();
        if !needed.is_empty() {
            guidance.insert("dataRequirement".to_owned(), Value::Array(needed));
        }
        Value::Object(guidance)
    }

    /// An unknown is never a plain success: more data is required where it did not come, else it may help.
    fn status(&self) -> &'static str {
        let Some(finding) = &self.outcome.finding else { return "failure" };
        if finding.verdict() != Verdict::Unknown {
            return "success";
        }
        if finding.gaps().iter().any(|gap| gap.kind.is_delivery()) { "data-required" } else { "data-requested" }
    }

    /// The kinds of data for lack of which the rule is unknown.
    fn missing(&self) -> Vec<Source> {
        let unknown = self.outcome.finding.as_ref().filter(|finding| finding.verdict() == Verdict::Unknown);
        let gaps = unknown.map_or(&[][..], |finding| finding.gaps());
        let is_delivery = gaps.iter().any(|gap| gap.kind.is_delivery());
        let open = gaps.iter().filter(|gap| !is_delivery || gap.kind.is_delivery());
        let mut sources: Vec<Source> = open.map(|gap| gap.source).collect();
        sources.sort();
        sources.dedup();
        sources
    }

    /// The same as the inputs of the PlanDefinition have it, each with the query that brings it.
    fn data_requirements(&self) -> Vec<Value> {
        let inputs = self.asked.plan.resource.pointer("/action/0/input").and_then(Value::as_array);
        let inputs: Vec<&Value> = inputs.into_iter().flatten().collect();
        let of = |source: Source| {
            let kind = source.resource_type();
            let stated = inputs.iter().copied().filter(move |input| text_of(input, "type") == kind);
            let stated: Vec<Value> = stated.cloned().collect();
            if stated.is_empty() { vec![json!({ "type": kind })] } else { stated }
        };
        let with_query = |source: Source| {
            let queries: Vec<Value> = self
                .asked
                .service
                .asked
                .iter()
                .filter(|asked| asked.source == source && !asked.is_whole)
                .map(|asked| json!({ "url": QUERY, "valueString": asked.template }))
                .collect();
            of(source).into_iter().enumerate().map(move |(number, requirement)| {
                // The queries bring the kind as a whole, so they stand once.
                if number > 0 || queries.is_empty() {
                    return requirement;
                }
                let mut with = Map::new();
                with.insert("extension".to_owned(), Value::Array(queries.clone()));
                with.extend(requirement.as_object().cloned().unwrap_or_default());
                Value::Object(with)
            })
        };
        self.missing().into_iter().filter(|source| *source != Source::DraftOrders).flat_map(with_query).collect()
    }

    fn issues(&self, not_fetched: &[Gap]) -> Vec<Value> {
        let issue =
            |severity: &str, code: &str, text: &str| json!({ "severity": severity, "code": code, "diagnostics": text });
        let mut issues = Vec::new();
        if self.outcome.finding.is_none() {
            issues.push(issue("error", "exception", "the rule itself failed: it was not judged"));
        }
        let is_required = self.status() == "data-required";
        for source in self.missing() {
            let key = source.key();
            let why = not_fetched.iter().find(|gap| gap.source == source).map(|gap| gap.why.as_str());
            let text = match why {
                Some(why) => format!("the rule needs `{key}`, which could not be fetched: {why}"),
                None if is_required => format!("the rule needs `{key}`, or more of it than came"),
                None => format!("what came of `{key}` leaves the rule open: see its gaps"),
            };
            issues.push(issue("warning", "incomplete", &text));
        }
        issues
    }
}

/// The code system of what an action does.
const ACTION_TYPE: &str = "http://terminology.hl7.org/CodeSystem/action-type";
/// The extension by which a requirement names a query.
const QUERY: &str = "http://hl7.org/fhir/StructureDefinition/cqf-fhirQueryPattern";

/// How urgent a request is, by the indicator of its card.
fn priority(indicator: &str) -> &'static str {
    match indicator {
        "critical" => "stat",
        "warning" => "urgent",
        _ => "routine",
    }
}

/// The leading source of a card.
fn documentation(card: &Value) -> Value {
    let mut artifact = Map::new();
    artifact.insert("type".to_owned(), json!("citation"));
    artifact.insert("display".to_owned(), card.pointer("/source/label").cloned().unwrap_or_default());
    artifact.extend(card.pointer("/source/url").map(|url| ("url".to_owned(), url.clone())));
    Value::Object(artifact)
}

/// A resource with an id, which stands behind its type.
fn with_id(resource: &Value, id: &str) -> Value {
    let mut with = Map::new();
    for (name, value) in resource.as_object().into_iter().flatten() {
        with.insert(name.clone(), value.clone());
        if name == "resourceType" {
            with.insert("id".to_owned(), json!(id));
        }
    }
    Value::Object(with)
}
