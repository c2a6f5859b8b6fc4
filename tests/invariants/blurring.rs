//! Blurring never reassures: what a record says less clearly is asked about, and never becomes a "no" or silence.
//!
//! Of every card, the entries that it rests on are blurred, one field at a time: the status, the dates, the system of a code, a
//! unit, a route, the target of a reference (one that a search which is whole does not have is something that no rule is
//! about, so here it is an address that nothing has), and, for words, every code.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use super::{Came, ENGINE, SUITE, judge, on_every_case, request_of, without_literals};
use cellwise::engine::CallSettings;
use cellwise::fixtures::case::Case;
use cellwise_clinic::{Indicator, Language};
use cellwise_record::{AsOf, Verdict};
use serde_json::{Map, Value, json};

/// Trials of one kind: the rule of the card, the kind of resource, the field. More of them find nothing new.
const MOST_OF_A_KIND: usize = 8;

/// A way to say less.
struct Blur {
    field: &'static str,
    apply: fn(&mut Map<String, Value>),
}

const BLURS: [Blur; 12] = [
    Blur { field: "no status", apply: |resource| drop(resource.remove("status")) },
    Blur {
        field: "status unknown",
        apply: |resource| {
            if let Some(status) = resource.get_mut("status") {
                *status = json!("unknown");
            }
        },
    },
    Blur { field: "no clinicalStatus", apply: |resource| drop(resource.remove("clinicalStatus")) },
    Blur {
        field: "clinicalStatus unknown",
        apply: |resource| {
            if let Some(status) = resource.get_mut("clinicalStatus") {
                let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
                *status = json!({ "coding": [{ "system": system, "code": "unknown" }] });
            }
        },
    },
    Blur { field: "no verificationStatus", apply: |resource| drop(resource.remove("verificationStatus")) },
    Blur { field: "no date", apply: |resource| resource.retain(|name, _| !is_date(name)) },
    Blur { field: "year only", apply: years_only },
    Blur { field: "no system", apply: |resource| each_concept(resource, &mut |concept| without(concept, &["system"])) },
    Blur {
        field: "no unit",
        apply: |resource| each_quantity(resource, &mut |of| remove(of, &["unit", "system", "code"])),
    },
    Blur { field: "no route", apply: without_route },
    Blur { field: "no target", apply: to_nowhere },
    Blur { field: "words only", apply: |resource| each_concept(resource, &mut words_only) },
];

/// Elements that say when.
fn is_date(name: &str) -> bool {
    const STARTS: [&str; 6] = ["effective", "onset", "abatement", "performed", "occurrence", "occurred"];
    const NAMES: [&str; 11] = [
        "recordedDate",
        "assertedDate",
        "authoredOn",
        "issued",
        "period",
        "dateAsserted",
        "dateWritten",
        "dateTime",
        "date",
        "created",
        "start",
    ];
    STARTS.iter().any(|start| name.starts_with(start)) || NAMES.contains(&name)
}

fn years_only(resource: &mut Map<String, Value>) {
    fn shorten(value: &mut Value) {
        match value {
            Value::String(text) if text.len() >= 10 && text.as_bytes()[4] == b'-' => text.truncate(4),
            Value::Object(members) => members.values_mut().for_each(shorten),
            _ => {}
        }
    }
    resource.iter_mut().filter(|(name, _)| is_date(name)).for_each(|(_, value)| shorten(value));
}

fn remove(members: &mut Map<String, Value>, names: &[&str]) {
    members.retain(|name, _| !names.contains(&name.as_str()));
}

/// Changes the concepts that say what a resource is, or what was found.
fn each_concept(resource: &mut Map<String, Value>, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    const CONCEPTS: [&str; 6] =
        ["code", "medicationCodeableConcept", "vaccineCode", "valueCodeableConcept", "serviceType", "type"];
    for name in CONCEPTS {
        match resource.get_mut(name) {
            Some(Value::Object(concept)) => change(concept),
            Some(Value::Array(concepts)) => concepts.iter_mut().filter_map(Value::as_object_mut).for_each(&mut *change),
            _ => {}
        }
    }
    for component in resource.get_mut("component").and_then(Value::as_array_mut).into_iter().flatten() {
        component.as_object_mut().into_iter().for_each(|component| each_concept(component, change));
    }
}

/// The words of a concept: its text, else the first display.
fn words(concept: &Map<String, Value>) -> Option<String> {
    let displays = concept.get("coding").and_then(Value::as_array).into_iter().flatten();
    let displays = displays.filter_map(|coding| coding.get("display"));
    concept.get("text").into_iter().chain(displays).find_map(Value::as_str).map(str::to_owned)
}

/// Takes members of the codings away, where words are left.
fn without(concept: &mut Map<String, Value>, names: &[&str]) {
    if words(concept).is_some() {
        let codings = concept.get_mut("coding").and_then(Value::as_array_mut).into_iter().flatten();
        codings.filter_map(Value::as_object_mut).for_each(|coding| remove(coding, names));
    }
}

/// What is coded, in words.
fn words_only(concept: &mut Map<String, Value>) {
    if let Some(words) = words(concept) {
        concept.remove("coding");
        concept.insert("text".to_owned(), json!(words));
    }
}

fn each_quantity(resource: &mut Map<String, Value>, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    resource.get_mut("valueQuantity").and_then(Value::as_object_mut).into_iter().for_each(&mut *change);
    for component in resource.get_mut("component").and_then(Value::as_array_mut).into_iter().flatten() {
        component.as_object_mut().into_iter().for_each(|component| each_quantity(component, change));
    }
}

fn without_route(resource: &mut Map<String, Value>) {
    for name in ["dosage", "dosageInstruction"] {
        match resource.get_mut(name) {
            Some(Value::Array(dosages)) => {
                dosages.iter_mut().filter_map(Value::as_object_mut).for_each(|dosage| remove(dosage, &["route"]));
            }
            Some(Value::Object(dosage)) => remove(dosage, &["route"]),
            _ => {}
        }
    }
}

/// Refers to what nothing in the request is, but for the patient.
fn to_nowhere(resource: &mut Map<String, Value>) {
    fn change(value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(change),
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get_mut("reference")
                    && !reference.contains("Patient/")
                {
                    *reference = "urn:uuid:6f2c5a0e-0000-4000-8000-000000000000".to_owned();
                }
                members.values_mut().for_each(change);
            }
            _ => {}
        }
    }
    resource.values_mut().for_each(change);
}

/// Every copy of a resource in the request: prefetch and drafts.
fn each_copy(value: &mut Value, reference: &str, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    let is_it = |members: &Map<String, Value>| {
        let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
        reference.split_once('/') == Some((text("resourceType"), text("id")))
    };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_copy(item, reference, change)),
        Value::Object(members) if is_it(members) => change(members),
        Value::Object(members) => members.values_mut().for_each(|member| each_copy(member, reference, change)),
        _ => {}
    }
}

fn blurred(request: &Value, reference: &str, blur: &Blur) -> Option<Value> {
    let mut changed = request.clone();
    for place in ["/prefetch", "/context/draftOrders", "/context/appointments"] {
        if let Some(data) = changed.pointer_mut(place) {
            each_copy(data, reference, &mut |resource| (blur.apply)(resource));
        }
    }
    (changed != *request).then_some(changed)
}

/// The cards of a request with the entries they rest on.
fn evidence(case: &Case, request: &Value) -> Vec<(&'static str, BTreeSet<String>)> {
    let settings =
        CallSettings { language: Language::ENGLISH, as_of: AsOf::parse("2026-11-02").unwrap(), accept_as_of: true };
    let Ok(judged) = ENGINE.judge(&case.file.service, request.to_string().as_bytes(), &settings) else {
        return Vec::new();
    };
    let findings = judged.evaluation.outcomes.iter().filter_map(|of| Some((of.rule.id, of.finding.as_ref()?)));
    findings
        .filter(|(_, finding)| finding.card.is_some())
        .map(|(rule, finding)| {
            let rows = finding.criteria.rows();
            let evidence = rows.iter().flat_map(|row| row.answer.evidence().iter().chain(row.shown().evidence()));
            (rule, evidence.map(|evidence| evidence.reference.clone()).collect())
        })
        .collect()
}

/// What a blur must not do to a rule. `is_asked` says that another rule has a card that it had not before: a question that
/// takes the place of the card.
fn problem(before: Came, after: Came, is_asked: bool) -> Option<&'static str> {
    // No card is far below a card of any urgency.
    let rank = |card: Option<Indicator>| card.map_or(3, |indicator| indicator as u8);
    match (before.card, after.card) {
        _ if after.verdict == Some(Verdict::NotMet) && before.verdict != Some(Verdict::NotMet) => Some("became a no"),
        (Some(_), None) if !after.is_named && !is_asked => Some("became silent"),
        (Some(_), Some(_)) if rank(after.card) > rank(before.card) + 1 => Some("fell by more than one level"),
        _ => None,
    }
}

const DATES: &[&str] = &["no date", "year only"];

/// What is still allowed to fail: rule, kind of resource (`*` is any), fields, and why. It only shrinks: an entry that nothing
/// needs any more fails the test.
#[rustfmt::skip]
const STILL: &[(&str, &str, &[&str], &str)] = &[
    // Decided so, in the header of the rule: an infusion or a visit without a date would be asked about at every opening.
    ("cytopenia-after-cell-therapy", "MedicationAdministration", DATES, "counts that are missing after an undated infusion"),
    ("cytopenia-after-cell-therapy", "Procedure", DATES, "the same"),
    ("immunoglobulin-after-car-t", "MedicationAdministration", DATES, "an infusion without any date shows nothing"),
    ("immunoglobulin-after-car-t", "Procedure", DATES, "the same"),
    ("discharge-after-ahsct", "Procedure", DATES, "cells without a date belong to no stay"),
    ("discharge-after-car-t", "Procedure", DATES, "the same"),
    ("driving-after-car-t", "Procedure", DATES, "a first visit is counted from the infusion"),
    ("driving-after-car-t", "Encounter", DATES, "which visit is today's can't be told"),
    // Decided so: who may fit a treatment is told, nobody is asked about it.
    ("ahsct-eligibility", "MedicationRequest", &["no status", "status unknown", "no target"], "nothing unclear makes a patient fit"),
    // A note of no urgency on two dates needs both.
    ("lymphodepletion-sequence", "MedicationAdministration", DATES, "no interval without its days"),
    ("lymphodepletion-sequence", "ServiceRequest", DATES, "the same"),
    ("stem-cell-harvest", "MedicationRequest", DATES, "whether growth factor goes on can't be told, and it is a note"),
    ("stem-cell-harvest", "Observation", &["no date", "no unit"], "enough cells is no news while it can't be told"),
    // Truly something else then.
    ("ahsct-regimen-dose", "ServiceRequest", DATES, "before a transplantation without a day cyclophosphamide is mobilisation"),
    ("stem-cell-harvest", "ServiceRequest", DATES, "the same"),
    ("possible-icans", "Condition", DATES, "a resolved problem without any date is over"),
    ("urgent-symptoms-after-car-t", "Procedure", DATES, "the card on CRS shows the fever then"),
    // An order or an appointment whose reason, or whose drug, nobody can see may be any: it is asked about when its words speak.
    ("corticosteroid-after-car-t", "MedicationRequest", &["no target"], "a drug in use of which nothing is known"),
    ("live-vaccine-after-cell-therapy", "MedicationRequest", &["no target"], "an order without any name"),
    ("donation-after-car-t", "Appointment", &["no target"], "an appointment for anything"),
    ("donation-after-car-t", "ServiceRequest", &["no target"], "an operation for anything"),
    ("dmso-allergy", "Appointment", &["no target"], "an appointment for anything"),
];

fn is_still_allowed(kind: &Kind) -> Option<usize> {
    let (rule, resource, field, _) = kind;
    STILL
        .iter()
        .position(|(of, kind, fields, _)| of == rule && (*kind == "*" || kind == resource) && fields.contains(field))
}

/// A violation, by what it is about: rule, kind of resource, field, what happened.
type Kind = (&'static str, String, &'static str, &'static str);

/// One entry blurred in one field.
struct Trial<'s> {
    case: &'s Case,
    reference: String,
    blur: &'static Blur,
}

/// The same for every run: of each rule, kind of resource and field the first that the suite has.
fn trials() -> Vec<Trial<'static>> {
    let all = on_every_case(without_literals, |case| {
        let request = request_of(case);
        vec![(case.id(), evidence(case, &request), request)]
    });
    let mut tried: BTreeMap<(&'static str, String, &'static str), usize> = BTreeMap::new();
    let mut done = BTreeSet::new();
    let mut trials = Vec::new();
    for (id, cards, request) in all {
        let case = SUITE.cases.iter().find(|case| case.id() == id).unwrap();
        for (rule, references) in cards {
            for reference in references {
                let kind = reference.split('/').next().unwrap_or_default().to_owned();
                for blur in &BLURS {
                    let count = tried.entry((rule, kind.clone(), blur.field)).or_default();
                    if *count == MOST_OF_A_KIND || blurred(&request, &reference, blur).is_none() {
                        continue;
                    }
                    *count += 1;
                    if done.insert((id.clone(), reference.clone(), blur.field)) {
                        trials.push(Trial { case, reference: reference.clone(), blur });
                    }
                }
            }
        }
    }
    trials
}

/// What a blur does to the rules that it must not do.
fn violations(trial: &Trial<'_>) -> Vec<(Kind, String)> {
    let Trial { case, reference, blur } = trial;
    let request = request_of(case);
    let judge = |request: &Value| judge(&case.file.service, request);
    let changed = blurred(&request, reference, blur).unwrap();
    let (Ok(full), Ok(after)) = (judge(&request), judge(&changed)) else { return Vec::new() };
    let is_asked = full.iter().any(|(rule, before)| before.card.is_none() && after[rule].card.is_some());
    let kind = reference.split('/').next().unwrap_or_default();
    let found = full.iter().filter_map(|(rule, before)| {
        let problem = problem(*before, after[rule], is_asked)?;
        let what = format!("{} {reference}: {before:?} became {:?}", case.id(), after[rule]);
        Some(((*rule, kind.to_owned(), blur.field, problem), what))
    });
    found.collect()
}

#[test]
fn blurring_never_reassures() {
    let trials = trials();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<(Kind, String)> = thread::scope(|scope| {
        let parts = trials.chunks(trials.len().div_ceil(processors).max(1));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().flat_map(violations).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    let mut kinds: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
    let mut needed = BTreeSet::new();
    for (kind, what) in found {
        match is_still_allowed(&kind) {
            Some(entry) => drop(needed.insert(entry)),
            None => kinds.entry(kind).or_default().push(what),
        }
    }
    let lines = kinds.iter().map(|((rule, kind, field, problem), examples)| {
        format!("{rule} | {kind} | {field} | {problem} | {} times, as in {}", examples.len(), examples[0])
    });
    let unneeded = STILL.iter().enumerate().filter(|(entry, _)| !needed.contains(entry));
    let unneeded =
        unneeded.map(|(_, (rule, kind, fields, _))| format!("{rule} | {kind} | {fields:?} | needs no exception"));
    let lines: Vec<String> = lines.chain(unneeded).collect();
    assert!(trials.len() > 2000, "only {} trials", trials.len());
    assert!(lines.is_empty(), "{} problems in {} trials:\n{}", lines.len(), trials.len(), lines.join("\n"));
}
