//! Chart with as-of → cards: a FHIR Bundle is asked about as an EHR would ask.
//!
//! Input: one JSON object with `service`, `hook`, `asOf`, `language`, `encounter`, `selections`, `bundle` and `orders`. What is
//! asserted beside the shape of the answer are the invariants that ARCHITECTURE.md promises for any chart: the order of entries does not
//! matter, and withholding never reassures.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use cellwise::engine::Refusal;
use cellwise::fixtures::request::{Call, reference_of, resources, type_of};
use cellwise_clinic::evaluation::Answer;
use cellwise_clinic::{Finding, Indicator, Language};
use cellwise_record::{AsOf, Verdict};
use serde_json::Value;
use uuid::Uuid;

use super::{ENGINE, answer, settings};

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Came {
    verdict: Verdict,
    card: Option<Indicator>,
    /// Whether the client is told that it could not be judged.
    is_named: bool,
}

type All = BTreeMap<&'static str, Came>;

/// Asks a service about a chart, in several ways.
pub fn run(data: &[u8]) -> bool {
    let Some((service, language, call)) = read(data) else { return false };
    let Some(service) = ENGINE.knowledge().service(service.as_str()) else { return false };
    let request = call.request(&service.prefetch);
    let Some((before, said)) = judge(&service.id, &request, language) else { return false };
    if let Some(said) = said {
        answer::check(&said, &request);
    }
    if !has_twins(&call) {
        let mut reversed = call.clone();
        if let Some(entries) = reversed.patient.get_mut("entry").and_then(Value::as_array_mut) {
            entries.reverse();
        }
        let (after, _) =
            judge(&service.id, &reversed.request(&service.prefetch), language).expect("it was read before");
        for (rule, came) in &before {
            assert_eq!(after.get(rule), Some(came), "{rule}: another order, another answer");
        }
    }
    let keys: Vec<&String> = service.prefetch.keys().collect();
    let key = keys[hash(data) % keys.len()].clone();
    let withheld = Call { withhold: vec![key.clone()], ..call };
    if let Some((after, _)) = judge(&service.id, &withheld.request(&service.prefetch), language) {
        for (rule, before) in before {
            let Some(after) = after.get(rule).copied() else { panic!("{rule} is not asked without {key}") };
            let is_same = after.verdict == before.verdict || after.verdict == Verdict::Unknown;
            assert!(is_same, "{rule} without {key}: {before:?} became {after:?}");
            let is_lost = before.card.is_some() && after.card.is_none() && !after.is_named;
            assert!(!is_lost, "{rule} without {key}: its card is lost, and nothing says so");
        }
    }
    true
}

/// The call that an input means; `None` when it means none.
fn read(data: &[u8]) -> Option<(String, Language, Call)> {
    let input: Value = serde_json::from_slice(data).ok()?;
    let text = |name: &str| input.get(name).and_then(Value::as_str).map(str::to_owned);
    let bundle = |name: &str| input.get(name).filter(|value| value.is_object()).cloned();
    let as_of = text("asOf")?;
    AsOf::parse(&as_of)?;
    let language = Language::ALL.iter().find(|language| text("language").as_deref() == Some(language.code()))?;
    let selections = input.get("selections").and_then(Value::as_array);
    let selections = selections.map(|all| all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect());
    let call = Call {
        hook: text("hook")?,
        hook_instance: Uuid::from_u128(1),
        as_of: Some(as_of),
        patient: bundle("bundle")?,
        orders: bundle("orders"),
        encounter: text("encounter"),
        selections,
        withhold: Vec::new(),
        literals: BTreeMap::new(),
        fhir: None,
    };
    Some((text("service")?, *language, call))
}

/// What every rule comes to, and the answer when there is one; `None` when the request is refused as it is.
fn judge(service: &str, request: &Value, language: Language) -> Option<(All, Option<String>)> {
    let judged = ENGINE.judge(service, request.to_string().as_bytes(), &settings(language)).ok()?;
    let answer = judged.evaluation.answer(&judged.request.chart, &judged.service.sources);
    let is_named = |rule: &str| match &answer {
        Answer::Unobtainable(_) => true,
        Answer::Cards { unchecked } => unchecked.iter().any(|(of, _)| of.id == rule),
    };
    let mut all = All::new();
    for outcome in &judged.evaluation.outcomes {
        let Some(finding) = &outcome.finding else { panic!("{} failed", outcome.rule.id) };
        let card = finding.card.as_ref().map(|card| card.indicator);
        let came = Came { verdict: Finding::verdict(finding), card, is_named: is_named(outcome.rule.id) };
        all.insert(outcome.rule.id, came);
    }
    let said = match ENGINE.respond(&judged, language) {
        Ok(response) => Some(serde_json::to_string(&response).expect("cards are JSON")),
        Err(Refusal::Unobtainable { keys }) if !keys.is_empty() => None,
        Err(refusal) => panic!("what was judged is refused: {refusal:?}"),
    };
    Some((all, said))
}

/// Whether two resources have the same type and id, or there are two patients: which of them counts may depend on which comes
/// first.
fn has_twins(call: &Call) -> bool {
    let mut seen = HashSet::new();
    let name = |resource: &Value| match type_of(resource) {
        Some("Patient") => Some("Patient".to_owned()),
        _ => reference_of(resource),
    };
    !resources(&call.patient).map(name).all(|name| name.is_none_or(|name| seen.insert(name)))
}

fn hash(data: &[u8]) -> usize {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    usize::try_from(hasher.finish() % 1_000_003).unwrap_or_default()
}
