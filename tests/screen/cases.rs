//! All cases of the suite as the patients of an export: the verdicts are those of the hook.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use cellwise::config::Config;
use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::bundle::settle;
use cellwise::fixtures::case::Case;
use cellwise::fixtures::request::{Call, entries, reference_of, resources, type_of};
use cellwise::fixtures::suite::Suite;
use cellwise::screen::{Row, rules};
use cellwise_clinic::Language;
use cellwise_record::{AsOf, Source, Verdict};
use serde_json::{Value, json};

use super::files::{Layout, folder, options, rows, run, write};

const FIXTURES: &str = "fixtures";

/// What cases that are one export have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    as_of: String,
    config: Option<String>,
    /// Kinds of data that nobody sent.
    withheld: BTreeSet<&'static str>,
}

/// A case as a patient of an export.
struct Patient {
    /// The case.
    name: String,
    /// What is put before each id, as ids of cases are the same.
    prefix: String,
    id: String,
    resources: Vec<Value>,
    /// What the hook finds: verdict, indicator, and where there is something to say, gaps and evidence.
    at_the_hook: BTreeMap<String, [String; 4]>,
    /// What the case expects of its rule, where it is one of the same hook.
    expected: Option<(String, Verdict)>,
}

/// Whether the values that a case sends word for word are the answers of searches that came through: what fails is not in files. And
/// what has a code that no search would ask for is passed over.
fn is_exportable(case: &Case) -> bool {
    let is_whole = |bundle: &Value| {
        let entries = resources(bundle).count();
        let total = bundle.get("total").and_then(Value::as_u64).unwrap_or(entries as u64);
        let is_remark = |resource: &Value| type_of(resource) == Some("OperationOutcome");
        bundle.get("link").is_none() && total == entries as u64 && !resources(bundle).any(is_remark)
    };
    let is_answer = |value: &Value| match type_of(value) {
        Some("Bundle") => is_whole(value),
        kind => value.is_null() || kind == Some("Patient"),
    };
    let is_of_its_kind = |(key, value): (&String, &Value)| {
        let of = |resource: &Value| {
            Source::of_key(key).is_some_and(|source| source.holds(type_of(resource).unwrap_or_default()))
        };
        resources(value).next().is_none() || resources(value).any(of)
    };
    let is_nothing_sent = case.file.withhold.iter().any(|key| key == "patient") && case.file.withhold.len() > 5;
    case.file.prefetch.values().all(is_answer)
        && case.file.prefetch.iter().all(is_of_its_kind)
        && !case.name.ends_with("that-no-set-has")
        && !is_nothing_sent
}

/// The record of a case, with what it sends word for word in place of what is on record. References are as a server stores them.
fn record(call: &Call) -> Vec<Value> {
    let replaced: Vec<Source> = call.literals.keys().filter_map(|key| Source::of_key(key)).collect();
    let is_kept = |entry: &&Value| {
        let kind = entry.get("resource").and_then(type_of).unwrap_or_default();
        !replaced.iter().any(|source| source.holds(kind))
    };
    let mut all: Vec<Value> = entries(&call.patient).filter(is_kept).cloned().collect();
    for value in call.literals.values() {
        match type_of(value) {
            Some("Bundle") => all.extend(entries(value).cloned()),
            Some(_) => all.push(json!({ "resource": value })),
            None => {}
        }
    }
    let mut bundle = json!({ "resourceType": "Bundle", "entry": all });
    settle(&mut bundle);
    let mut record: Vec<Value> = resources(&bundle).cloned().collect();
    // In a literal the patient's id may have to be filled in.
    let id = call.patient_id().unwrap_or_default();
    for resource in &mut record {
        *resource = serde_json::from_str(&resource.to_string().replace("{{patientId}}", id)).unwrap();
    }
    record
}

/// Puts something before every id, and into every reference to one.
fn rename(resources: &mut [Value], prefix: &str) {
    let known: BTreeSet<String> = resources.iter().filter_map(reference_of).collect();
    fn walk(value: &mut Value, prefix: &str, known: &BTreeSet<String>) {
        match value {
            Value::String(text) => {
                let tail = text.rsplitn(3, '/').collect::<Vec<_>>();
                if let [id, kind, ..] = tail.as_slice()
                    && known.contains(&format!("{kind}/{id}"))
                {
                    *text = format!("{kind}/{prefix}{id}");
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, prefix, known)),
            Value::Object(members) => members.values_mut().for_each(|member| walk(member, prefix, known)),
            _ => {}
        }
    }
    for resource in resources {
        walk(resource, prefix, &known);
        if let Some(id) = resource.get("id").and_then(Value::as_str).map(|id| format!("{prefix}{id}")) {
            resource["id"] = json!(id);
        }
    }
}

/// What a row says, without what is put before ids and where in a request something stood.
fn said(verdict: &str, indicator: &str, gaps: &Value, evidence: &Value, prefix: &str) -> [String; 4] {
    let plain = |text: &str| {
        let text = text.replace(prefix, "");
        if text.starts_with('/') { "(without id)".to_owned() } else { text }
    };
    let mut gaps: Vec<String> = gaps
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| {
            let reference = gap["reference"].as_str().map(plain).unwrap_or_default();
            format!("{} {} {reference}", gap["kind"].as_str().unwrap(), gap["source"].as_str().unwrap_or_default())
        })
        .collect();
    let mut evidence: Vec<String> =
        evidence.as_array().unwrap().iter().map(|one| plain(one.as_str().unwrap())).collect();
    gaps.sort();
    evidence.sort();
    // Which evidence stands against a rule that can't concern the patient is not asked.
    if verdict == "not-met" {
        (gaps, evidence) = (Vec::new(), Vec::new());
    }
    [verdict.to_owned(), indicator.to_owned(), gaps.join(", "), evidence.join(", ")]
}

fn at_the_hook(engine: &Engine, call: &Call, as_of: &str) -> BTreeMap<String, [String; 4]> {
    let mut found = BTreeMap::new();
    let settings = CallSettings { language: Language::ENGLISH, as_of: AsOf::parse(as_of).unwrap(), accept_as_of: true };
    for service in engine.knowledge().services.iter().filter(|service| service.hooks.contains_key("patient-view")) {
        let body = call.request(&service.prefetch).to_string();
        let judged = engine.judge(&service.id, body.as_bytes(), &settings).unwrap();
        for outcome in &judged.evaluation.outcomes {
            let row = Row::of("p", outcome, as_of);
            let json = |text: &str| serde_json::from_str(text).unwrap();
            let says =
                said(row.verdict, row.indicator.unwrap_or_default(), &json(&row.gaps), &json(&row.evidence), "\0");
            found.insert(row.rule.to_owned(), says);
        }
    }
    found
}

fn patient(engine: &Engine, suite: &Suite, case: &Case, number: usize) -> Patient {
    let call = suite.call(case).unwrap();
    let call = Call { hook: "patient-view".to_owned(), orders: None, encounter: None, selections: None, ..call };
    let prefix = format!("x{number}-");
    let mut resources = record(&call);
    let id = format!("{prefix}{}", call.patient_id().unwrap());
    rename(&mut resources, &prefix);
    let expected =
        case.file.expect.verdict.filter(|_| case.file.hook == "patient-view" && case.file.expect.status == 200);
    Patient {
        name: case.id(),
        prefix,
        id,
        resources,
        at_the_hook: at_the_hook(engine, &call, &case.file.as_of),
        expected: expected.map(|verdict| (case.rule.clone(), verdict)),
    }
}

fn engine_of(group: &Group) -> Engine {
    let engine = Engine::load().unwrap();
    let Some(config) = &group.config else { return engine };
    let path = Path::new(FIXTURES).join("config").join(format!("{config}.toml"));
    let config = Config::read_for_judging(&path, engine.knowledge()).unwrap();
    engine.under(config.policy, &config.mapping).unwrap()
}

/// Every type that was exported, whether or not somebody has any.
fn exported(group: &Group) -> Vec<&'static str> {
    Source::PREFETCHED
        .into_iter()
        .filter(|source| !group.withheld.contains(source.key()))
        .map(Source::resource_type)
        .collect()
}

#[test]
fn every_case_has_the_verdicts_of_the_hook() {
    let suite = Suite::load(Path::new(FIXTURES), None).unwrap();
    let mut groups: BTreeMap<Group, Vec<&Case>> = BTreeMap::new();
    let mut left_out = 0;
    for case in &suite.cases {
        let call = suite.call(case).unwrap();
        // An address that nothing has says nothing where the patient's data is not brought by itself.
        let is_told = !record(&call).iter().any(|resource| resource.to_string().contains("\"urn:uuid:"));
        if !is_exportable(case) || !is_told {
            left_out += 1;
            continue;
        }
        let withheld = case.file.withhold.iter().filter_map(|key| Source::of_key(key)).map(Source::key).collect();
        let group = Group { as_of: case.file.as_of.clone(), config: case.file.config.clone(), withheld };
        groups.entry(group).or_default().push(case);
    }
    // Searches that failed or were not whole.
    assert!(left_out < 40, "{left_out} cases can't be exported");
    let mut problems = String::new();
    let mut compared = 0;
    for (number, (group, cases)) in groups.iter().enumerate() {
        let engine = engine_of(group);
        let patients: Vec<Patient> =
            cases.iter().enumerate().map(|(number, case)| patient(&engine, &suite, case, number)).collect();
        for layout in [Layout::Sorted, Layout::Unsorted, Layout::Bundles] {
            compared += compare(&engine, group, &patients, layout, number, &mut problems);
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
    assert_eq!(compared, (suite.cases.len() - left_out) * 3 * rules(&Engine::load().unwrap()).len());
}

fn compare(
    engine: &Engine,
    group: &Group,
    patients: &[Patient],
    layout: Layout,
    number: usize,
    problems: &mut String,
) -> usize {
    let kind = match layout {
        Layout::Sorted => "sorted",
        Layout::Unsorted => "unsorted",
        Layout::Bundles => "bundles",
    };
    let (input, out) = (folder(&format!("cases-{number}-{kind}")), folder(&format!("cases-{number}-{kind}-out")));
    let kept = |resource: &&Value| {
        let kind = type_of(resource).unwrap_or_default();
        !group.withheld.iter().filter_map(|key| Source::from_key(key)).any(|source| source.holds(kind))
    };
    let records: Vec<Vec<Value>> =
        patients.iter().map(|patient| patient.resources.iter().filter(kept).cloned().collect()).collect();
    write(&input, &records, layout, &exported(group));
    // A file of Bundles does not say which types there are: nothing is withheld, or they are what came.
    let is_complete = layout == Layout::Bundles && group.withheld.is_empty();
    if layout == Layout::Bundles && !group.withheld.is_empty() {
        for kind in exported(group) {
            std::fs::write(input.join(format!("{kind}.ndjson")), "").unwrap();
        }
    }
    let mut options = options(&input, &out);
    options.as_of = AsOf::parse(&group.as_of);
    options.is_complete = is_complete;
    let summary = run(engine, &options);
    if summary.reading.faults > 0 {
        let _ = writeln!(problems, "{kind} {group:?}: {} lines were not read", summary.reading.faults);
    }
    let rows = rows(&out);
    let mut compared = 0;
    for patient in patients {
        for (rule, hook) in &patient.at_the_hook {
            compared += 1;
            let Some(row) = rows.get(&(patient.id.clone(), rule.clone())) else {
                let _ = writeln!(problems, "{kind} {}: no row of {rule}", patient.name);
                continue;
            };
            let verdict = row["verdict"].as_str().unwrap();
            let indicator = row["indicator"].as_str().unwrap_or_default();
            let screened = said(verdict, indicator, &row["gaps"], &row["evidence"], &patient.prefix);
            // Which of several entries that say the same is named depends on their order.
            let depth = if layout == Layout::Unsorted { 2 } else { 4 };
            if screened[..depth] != hook[..depth] {
                let _ = writeln!(problems, "{kind} {} {rule}: {screened:?}, at the hook {hook:?}", patient.name);
            }
            if let Some((of, expected)) = &patient.expected
                && of == rule
                && verdict != expected.name()
            {
                let _ = writeln!(problems, "{kind} {} {rule}: {verdict}, the case expects {expected:?}", patient.name);
            }
        }
    }
    compared
}
