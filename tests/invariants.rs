//! What must hold for every rule, whatever it is about, tried on every case of the suite.
//!
//! 1. Withholding never reassures: data that is not sent may change a verdict to unknown, never to its opposite.
//! 2. The shape of the data does not matter: order, spelling of code systems, unknown elements, forms of references.
//! 3. The safety rules never whisper because something is missing.
//! 4. Narrowing never reassures: a search for less than was asked, by its own self link, is not all there is. In whatever words a
//!    server says that it searched for what was asked, nothing changes.
//! 5. Vital signs older than what is fetched of them change nothing.
//! 6. Blurring never reassures (`invariants/blurring.rs`): what is said less clearly is asked about.
//! 7. Rules that can't concern the patient have nothing to say, whatever is missing.
//! 8. A card shows no reference and no id of a resource in its text, and no HTML.

#![cfg(test)]

#[path = "invariants/blurring.rs"]
mod blurring;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use cellwise::engine::{CallSettings, Engine, Judged};
use cellwise::fixtures::case::Case;
use cellwise::fixtures::suite::Suite;
use cellwise_clinic::evaluation::{self, Answer, Evaluation, Extent};
use cellwise_clinic::policy::Policy;
use cellwise_clinic::rules::JUDGING_FITNESS;
use cellwise_clinic::{Finding, Indicator, Language};
use cellwise_record::{AsOf, Verdict};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());
static SUITE: LazyLock<Suite> =
    LazyLock::new(|| Suite::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), None).unwrap());

/// Random subsets of keys and random orders tried per case, beside the systematic ones.
const RANDOM: usize = 6;
/// Violations shown; more help nobody.
const SHOWN: usize = 60;

/// What a rule came to.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Came {
    /// Its verdict; none when the rule itself failed.
    verdict: Option<Verdict>,
    /// How urgent its card is.
    card: Option<Indicator>,
    /// Whether the client is told that it could not be judged: in a card, or by a refusal of the call.
    is_named: bool,
}

/// What a case comes to as it is; `None` where its own answer is a refusal, which nothing can make more careful.
fn judged(case: &Case, request: &Value) -> Option<BTreeMap<&'static str, Came>> {
    let answer = judge(&case.file.service, request);
    let is_meant = answer.is_ok() || case.file.expect.status == 412;
    assert!(is_meant, "{}: {answer:?}", case.id());
    answer.ok()
}

/// Judges a request. A request that is refused gives what the engine says.
fn judge(service: &str, request: &Value) -> Result<BTreeMap<&'static str, Came>, String> {
    let settings =
        CallSettings { language: Language::ENGLISH, as_of: AsOf::parse("2026-11-02").unwrap(), accept_as_of: true };
    let judged =
        ENGINE.judge(service, request.to_string().as_bytes(), &settings).map_err(|refusal| format!("{refusal:?}"))?;
    let answer = judged.evaluation.answer(&judged.request.chart, &judged.service.sources);
    assert_eq!(said_for_cards(&judged), said(&judged.evaluation), "a rule that does not concern has something to say");
    let is_named = |rule: &str| match &answer {
        Answer::Unobtainable(_) => true,
        Answer::Cards { unchecked } => unchecked.iter().any(|(of, _)| of.id == rule),
    };
    let outcomes = judged.evaluation.outcomes.iter();
    Ok(outcomes
        .map(|outcome| {
            let finding = outcome.finding.as_ref();
            let came = Came {
                verdict: finding.map(Finding::verdict),
                card: finding.and_then(|finding| finding.card.as_ref()).map(|card| card.indicator),
                is_named: is_named(outcome.rule.id),
            };
            (outcome.rule.id, came)
        })
        .collect())
}

/// What every rule says: its verdict and its card.
fn said(evaluation: &Evaluation) -> Vec<(&'static str, Option<(Verdict, String)>)> {
    let outcomes = evaluation.outcomes.iter();
    let said = |finding: &Finding| (finding.verdict(), format!("{:?}", finding.card));
    outcomes.map(|outcome| (outcome.rule.id, outcome.finding.as_ref().map(said))).collect()
}

/// The same where only cards are asked for, and rules that can't concern the patient are not asked.
fn said_for_cards(judged: &Judged<'_>) -> Vec<(&'static str, Option<(Verdict, String)>)> {
    let (knowledge, request) = (ENGINE.knowledge(), &judged.request);
    said(&evaluation::evaluate(
        &judged.service.hooks[request.hook.name()],
        &request.chart,
        request.hook,
        &Policy::default(),
        &knowledge.terminology,
        &knowledge.indications,
        Extent::Cards,
    ))
}

fn request_of(case: &Case) -> Value {
    SUITE.call(case).unwrap().request(&ENGINE.knowledge().service(&case.file.service).unwrap().prefetch)
}

/// Tries every case that fits, on all processors.
fn on_every_case<T: Send>(fits: impl Fn(&Case) -> bool, attempt: impl Fn(&Case) -> Vec<T> + Sync) -> Vec<T> {
    let cases: Vec<&Case> = SUITE.cases.iter().filter(|case| fits(case)).collect();
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(processors).max(1));
        let running: Vec<_> =
            parts.map(|part| scope.spawn(|| part.iter().flat_map(|case| attempt(case)).collect::<Vec<_>>())).collect();
        running.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

/// Fails with the violations, if there are any.
fn report(violations: &[String], tried: usize) {
    let mut text = String::new();
    for violation in violations.iter().take(SHOWN) {
        let _ = write!(text, "\n  {violation}");
    }
    assert!(violations.is_empty(), "{} violations in {tried} trials{text}", violations.len());
}

fn without_literals(case: &Case) -> bool {
    case.file.prefetch.is_empty()
}

/// The request without these prefetch keys.
fn withheld(request: &Value, keys: &[String]) -> Value {
    let mut request = request.clone();
    let prefetch = request["prefetch"].as_object_mut().unwrap();
    prefetch.retain(|key, _| !keys.contains(key));
    request
}

/// Every single key, every key but one, all keys, and random subsets. The same for every run.
fn subsets(request: &Value) -> Vec<Vec<String>> {
    let keys: Vec<String> = request["prefetch"].as_object().unwrap().keys().cloned().collect();
    let mut sets: Vec<Vec<String>> = keys.iter().map(|key| vec![key.clone()]).collect();
    sets.extend(keys.iter().map(|kept| keys.iter().filter(|key| *key != kept).cloned().collect()));
    sets.push(keys.clone());
    let mut runner = TestRunner::deterministic();
    let some = subsequence(keys.clone(), 0..=keys.len());
    sets.extend((0..RANDOM).map(|_| some.new_tree(&mut runner).unwrap().current()));
    sets.sort();
    sets.dedup();
    sets
}

fn indicator_name(indicator: Option<Indicator>) -> String {
    indicator.map_or_else(|| "no card".to_owned(), |indicator| format!("{indicator:?}").to_lowercase())
}

/// What one rule came to, with everything and with some keys withheld.
struct Trial {
    /// The case and the keys, for messages.
    name: String,
    rule: &'static str,
    before: Came,
    after: Came,
}

/// Every case with every subset of its keys withheld, judged once for all tests.
static TRIALS: LazyLock<Vec<Trial>> = LazyLock::new(|| {
    on_every_case(without_literals, |case| {
        let request = request_of(case);
        let Some(full) = judged(case, &request) else { return Vec::new() };
        let mut trials = Vec::new();
        for keys in subsets(&request) {
            // Without the orders that it is about a call is refused as a whole, which says so of every rule.
            let less = judge(&case.file.service, &withheld(&request, &keys));
            let refused = Came { verdict: Some(Verdict::Unknown), card: None, is_named: true };
            let name = format!("{} without {}", case.id(), keys.join(", "));
            trials.extend(full.iter().map(|(rule, before)| Trial {
                name: name.clone(),
                rule,
                before: *before,
                after: less.as_ref().map_or(refused, |less| less[rule]),
            }));
        }
        trials
    })
});

fn on_every_trial(problem: impl Fn(&Trial) -> Option<String>) {
    let violations =
        TRIALS.iter().filter_map(|trial| Some(format!("{}: {}: {}", trial.name, trial.rule, problem(trial)?)));
    report(&violations.collect::<Vec<_>>(), TRIALS.len());
}

#[test]
fn withholding_makes_verdicts_unknown_and_never_opposite() {
    on_every_trial(|Trial { before, after, .. }| {
        (after.verdict != before.verdict && after.verdict != Some(Verdict::Unknown))
            .then(|| format!("{:?} became {:?}", before.verdict, after.verdict))
    });
}

#[test]
fn withholding_brings_no_card_that_reassures() {
    on_every_trial(|Trial { before, after, .. }| {
        let is_new = after.card == Some(Indicator::Info) && before.card != Some(Indicator::Info);
        (is_new && after.verdict != Some(Verdict::Unknown))
            .then(|| format!("{} became an info card that says {:?}", indicator_name(before.card), after.verdict))
    });
}

#[test]
fn withholding_never_silences() {
    on_every_trial(|Trial { before, after, .. }| {
        let is_lost = before.card.is_some() && after.card.is_none() && !after.is_named;
        is_lost.then(|| format!("the {} card is lost, and nothing says so", indicator_name(before.card)))
    });
}

#[test]
fn withholding_never_makes_a_safety_rule_whisper() {
    const SAFETY: [&str; 3] = ["corticosteroid-after-car-t", "donation-after-car-t", "pregnancy-with-cell-therapy"];
    on_every_trial(|Trial { rule, before, after, .. }| {
        // The most urgent comes first; no card is less urgent than any.
        let rank = |card: Option<Indicator>| card.map_or(3u8, |indicator| indicator as u8);
        let whispers =
            SAFETY.contains(rule) && after.verdict != Some(Verdict::Unknown) && rank(after.card) > rank(before.card);
        whispers.then(|| {
            format!("{} became {} though {:?}", indicator_name(before.card), indicator_name(after.card), after.verdict)
        })
    });
}

/// Tries that `changed` versions of a case's request come to the same.
fn comes_to_the_same(changed: impl Fn(&Value) -> Vec<(String, Value)> + Sync) {
    let violations = on_every_case(
        |_| true,
        |case| {
            let request = request_of(case);
            let expected = judge(&case.file.service, &request);
            let mut violations = Vec::new();
            for (how, request) in changed(&request) {
                let came = judge(&case.file.service, &request);
                let (expected, came) = match (&expected, &came) {
                    (Ok(expected), Ok(came)) => (expected, came),
                    (Err(_), Err(_)) => continue,
                    _ => {
                        violations.push(format!("{} with {how}: {expected:?} became {came:?}", case.id()));
                        continue;
                    }
                };
                for (rule, before) in expected {
                    if came[rule] != *before {
                        violations.push(format!(
                            "{} with {how}: {rule}: {before:?} became {:?}",
                            case.id(),
                            came[rule]
                        ));
                    }
                }
            }
            violations
        },
    );
    report(&violations, SUITE.cases.len());
}

/// Changes every object of a value, the innermost first.
fn each_object(value: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_object(item, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| each_object(member, change));
            change(members);
        }
        _ => {}
    }
}

/// A copy whose FHIR data (prefetch, drafts) is changed object by object.
fn with_each_object(request: &Value, mut change: impl FnMut(&mut Map<String, Value>)) -> Value {
    let mut request = request.clone();
    for place in ["/prefetch", "/context/draftOrders"] {
        if let Some(data) = request.pointer_mut(place) {
            each_object(data, &mut change);
        }
    }
    request
}

fn with_each_list(request: &Value, name: &str, mut change: impl FnMut(&mut Vec<Value>)) -> Value {
    with_each_object(request, |members| {
        if let Some(list) = members.get_mut(name).and_then(Value::as_array_mut) {
            change(list);
        }
    })
}

#[test]
fn the_order_of_entries_does_not_matter() {
    comes_to_the_same(|request| {
        let mut changed =
            vec![("entries reversed".to_owned(), with_each_list(request, "entry", |list| list.reverse()))];
        let mut runner = TestRunner::deterministic();
        for turn in 0..RANDOM {
            let shuffled = with_each_list(request, "entry", |list| {
                *list = Just(list.clone()).prop_shuffle().new_tree(&mut runner).unwrap().current();
            });
            changed.push((format!("entries in random order {turn}"), shuffled));
        }
        changed
    });
}

#[test]
fn the_order_of_elements_does_not_matter() {
    comes_to_the_same(|request| {
        // As servers write them that sort: `resourceType` stands behind all that tells what a resource is.
        let sorted = with_each_object(request, Map::sort_keys);
        vec![("elements sorted".to_owned(), sorted)]
    });
}

#[test]
fn the_order_of_codings_does_not_matter() {
    comes_to_the_same(|request| {
        let foreign = json!({ "system": "https://example.org/codes", "code": "x" });
        let stranger_first = with_each_list(request, "coding", |list| list.insert(0, foreign.clone()));
        vec![
            ("codings reversed".to_owned(), with_each_list(request, "coding", |list| list.reverse())),
            ("a local coding in front".to_owned(), stranger_first),
        ]
    });
}

#[test]
fn elements_that_nobody_knows_do_not_matter() {
    comes_to_the_same(|request| {
        let more = with_each_object(request, |members| {
            members.insert("id".to_owned(), members.get("id").cloned().unwrap_or_else(|| json!("made-up")));
            members
                .insert("x-unknown".to_owned(), json!({ "coding": [{ "code": "?" }], "status": ["entered-in-error"] }));
            let stranger = json!({ "url": "https://example.org/x", "valueCode": "entered-in-error" });
            match members.get_mut("extension").and_then(Value::as_array_mut) {
                Some(known) => known.insert(0, stranger),
                None => drop(members.insert("extension".to_owned(), json!([stranger]))),
            }
            members.insert("_status".to_owned(), json!({ "id": "s" }));
        });
        let envelope = {
            let mut request = request.clone();
            request["somethingNew"] = json!([1, { "a": null }]);
            request["context"]["somethingNew"] = json!({ "draftOrders": 1 });
            request["prefetch"]["somethingNew"] = json!({ "resourceType": "Condition" });
            request
        };
        let bare = with_each_object(request, |members| {
            if members.contains_key("resource") {
                // By any other address nothing is referred to that does not say its type and id.
                if !members.get("fullUrl").and_then(Value::as_str).is_some_and(|url| url.starts_with("urn:")) {
                    members.remove("fullUrl");
                }
                members.remove("search");
            }
            // A total that says no more than the entries is a remark.
            if members.contains_key("entry") {
                // A total that promises more than was sent is a fact, not a habit of the server.
                let sent = members.get("entry").and_then(Value::as_array).map_or(0, Vec::len);
                if members.get("total").and_then(Value::as_u64).is_none_or(|total| total <= sent as u64) {
                    members.remove("total");
                }
            }
        });
        let last = with_each_object(request, |members| {
            // `resourceType` need not come first.
            if let Some(resource_type) = members.shift_remove("resourceType") {
                members.insert("resourceType".to_owned(), resource_type);
            }
        });
        vec![
            ("unknown elements everywhere".to_owned(), more),
            ("unknown members of the request".to_owned(), envelope),
            ("bare entries".to_owned(), bare),
            ("resourceType at the end".to_owned(), last),
        ]
    });
}

#[test]
fn the_spelling_of_code_systems_does_not_matter() {
    // Aliases by system, from the same file that the server reads.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fhir-profiles/code-system-aliases.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let spellings: BTreeMap<String, Vec<String>> = file["systems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|system| {
            let url = system["url"].as_str().unwrap().to_owned();
            let mut others: Vec<String> =
                system["aliases"].as_array().unwrap().iter().map(|alias| alias.as_str().unwrap().to_owned()).collect();
            others.push(format!("{url}/"));
            others.push(url.replacen("http://", "https://", 1));
            (url, others)
        })
        .collect();
    let most = spellings.values().map(Vec::len).max().unwrap();
    comes_to_the_same(|request| {
        (0..most)
            .map(|turn| {
                let changed = with_each_object(request, |coding| {
                    let Some(Value::String(system)) = coding.get_mut("system") else { return };
                    if let Some(others) = spellings.get(system.as_str()) {
                        *system = others[turn % others.len()].clone();
                    }
                });
                (format!("spelling {turn} of the systems"), changed)
            })
            .collect()
    });
}

#[test]
fn the_form_of_references_to_the_patient_does_not_matter() {
    comes_to_the_same(|request| {
        let id = request["context"]["patientId"].as_str().unwrap().to_owned();
        let own = format!("Patient/{id}");
        let as_written = |form: String| {
            with_each_object(request, |members| {
                if members.get("reference").and_then(Value::as_str) == Some(&own) {
                    members.insert("reference".to_owned(), json!(form));
                }
            })
        };
        let prefixed = {
            let mut request = request.clone();
            request["context"]["patientId"] = json!(own);
            request
        };
        vec![
            ("a prefixed patientId".to_owned(), prefixed),
            ("absolute references".to_owned(), as_written(format!("https://ehr.example.org/fhir/{own}"))),
            ("versioned references".to_owned(), as_written(format!("{own}/_history/3"))),
        ]
    });
}

/// The template of each prefetch key of a request, filled in.
fn queries(case: &Case, request: &Value) -> Vec<(String, String)> {
    let patient = request["context"]["patientId"].as_str().unwrap();
    let prefetch = &ENGINE.knowledge().service(&case.file.service).unwrap().prefetch;
    let searches = prefetch.iter().filter(|(_, template)| template.contains('?'));
    searches.map(|(key, template)| (key.clone(), template.replace("{{context.patientId}}", patient))).collect()
}

/// The request with a self link in the searches of some keys, where there are any.
fn with_self_links(request: &Value, links: &[(String, String)]) -> Value {
    let mut request = request.clone();
    for (key, link) in links {
        let value = request["prefetch"].get_mut(key).filter(|value| value["resourceType"] == "Bundle");
        if let Some(value) = value {
            let mut all = value["link"].as_array().cloned().unwrap_or_default();
            all.push(json!({ "relation": "self", "url": link }));
            value["link"] = Value::Array(all);
        }
    }
    request
}

/// Ways in which a search may have been for less.
fn narrower(query: &str) -> Vec<String> {
    let (kind, parameters) = query.split_once('?').unwrap();
    let mut narrower = vec![
        query.replace("patient=", "patient=x"),
        format!("https://ehr.example.org/fhir/Practitioner?{parameters}"),
        format!("{kind}?_count=50&{parameters}&category=x"),
        format!("https://ehr.example.org/fhir/{query}&_lastUpdated=ge2026-01-01"),
        format!("{query}&date=ge2099-01-01"),
        format!("{query}&_page=2"),
    ];
    for parameter in parameters.split('&').filter(|parameter| parameter.contains(',')) {
        let (fewer, _) = parameter.rsplit_once(',').unwrap();
        narrower.push(query.replace(parameter, fewer));
    }
    narrower
}

#[test]
fn narrowing_never_reassures() {
    let violations = on_every_case(without_literals, |case| {
        let request = request_of(case);
        let Some(full) = judged(case, &request) else { return Vec::new() };
        let mut violations = Vec::new();
        // Each key in turn, in one way each: all ways come by over the cases.
        for (turn, (key, query)) in queries(case, &request).into_iter().enumerate() {
            let ways = narrower(&query);
            let link = &ways[(turn + case.id().len()) % ways.len()];
            let less = judge(&case.file.service, &with_self_links(&request, &[(key, link.clone())])).unwrap();
            for (rule, before) in &full {
                let after = less[rule];
                let is_new_no = after.verdict == Some(Verdict::NotMet) && before.verdict != Some(Verdict::NotMet);
                let is_silenced = before.card.is_some() && after.card.is_none() && !after.is_named;
                if is_new_no || is_silenced {
                    violations.push(format!("{}: {link}: {rule}: {before:?} became {after:?}", case.id()));
                }
            }
        }
        violations
    });
    report(&violations, SUITE.cases.len());
}

/// The same search as servers spell it: HAPI by GET and by POST, Microsoft, Epic, `LinuxForHealth` (once IBM), a compartment, and
/// a page that HAPI finds again.
fn spellings(query: &str) -> Vec<String> {
    let (kind, parameters) = query.split_once('?').unwrap();
    let pairs: Vec<(&str, &str)> = parameters.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    let patient = pairs.iter().find(|(name, _)| *name == "patient").unwrap().1;
    let escaped = |value: &str, keep: &str| -> String {
        let kept =
            |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte) || keep.as_bytes().contains(&byte);
        value
            .bytes()
            .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let joined = |pairs: Vec<String>| pairs.join("&");
    let each = |write: &dyn Fn(&str, &str) -> String| -> Vec<String> {
        pairs.iter().map(|(name, value)| write(name, value)).collect()
    };
    let own = |name: &str, value: &str, as_patient: &str| -> String {
        if name == "patient" { as_patient.to_owned() } else { format!("{name}={value}") }
    };
    let backwards: Vec<String> = {
        let mut pairs = each(&|name, value| {
            let mut values: Vec<&str> = value.split(',').collect();
            values.reverse();
            format!("{name}={}", escaped(&values.join(","), ""))
        });
        pairs.sort();
        pairs
    };
    vec![
        format!("https://hapi.example.org/baseR4/{kind}?_count=200&_format=json&{}&_pretty=true", joined(backwards.clone())),
        format!("https://hapi.example.org/baseR4/{kind}/_search?{}", joined(backwards)),
        "https://hapi.example.org/baseR4?_getpages=56003c38&_getpagesoffset=0&_count=20&_pretty=true&_bundletype=searchset".to_owned(),
        format!(
            "https://x.fhir.azurehealthcareapis.com/{kind}?{}&_sort=-_lastUpdated&ct=WzE2Nl0%3D",
            joined(each(&|name, value| own(name, &escaped(value, ","), &format!("patient:Patient={patient}"))))
        ),
        format!(
            "https://epic.example.org/interconnect/api/FHIR/R4/{kind}?{}",
            joined(each(&|name, value| {
                format!("{name}={}", escaped(value, ",").replace("%3A", "%3a").replace("%2F", "%2f").replace("%7C", "%7c"))
            }))
        ),
        format!(
            "https://ibm.example.org:9443/fhir-server/api/v4/{kind}?_count=10&&{}&_page=1",
            joined(each(&|name, value| own(name, value, &format!("subject:Patient=Patient/{patient}"))))
        ),
        format!(
            "https://ibm.example.org:9443/fhir-server/api/v4/Patient/{patient}/{kind}?_count=10&{}",
            joined(each(&|name, value| own(name, value, "_page=1")))
        ),
    ]
}

#[test]
fn the_spelling_of_self_links_does_not_matter() {
    let violations = on_every_case(
        |_| true,
        |case| {
            let request = request_of(case);
            let expected = judge(&case.file.service, &request);
            let searches = queries(case, &request);
            let most = spellings(&searches[0].1).len();
            let spelt = |turn: usize| {
                let links = searches.iter().map(|(key, query)| (key.clone(), spellings(query)[turn].clone()));
                with_self_links(&request, &links.collect::<Vec<_>>())
            };
            let differs = |turn: &usize| match (&expected, judge(&case.file.service, &spelt(*turn))) {
                (Ok(expected), Ok(found)) => *expected != found,
                (Err(_), Err(_)) => false,
                _ => true,
            };
            (0..most).filter(differs).map(|turn| format!("{} with spelling {turn}", case.id())).collect()
        },
    );
    report(&violations, SUITE.cases.len());
}

/// When vital signs are fetched, those of some days are: what is older must not matter to any rule.
#[test]
fn vital_signs_that_are_not_fetched_do_not_matter() {
    const ALARMING: [(f64, &str); 4] = [(40.5, "Cel"), (60.0, "%"), (60.0, "mm[Hg]"), (15.0, "L/min")];
    let service = ENGINE.knowledge().service("cell-therapy-follow-up").unwrap();
    let recent: Vec<_> = service.asked.iter().filter_map(|asked| Some((asked, asked.recent_days?))).collect();
    assert!(!recent.is_empty());
    let violations = on_every_case(
        |case| case.file.service == service.id && without_literals(case) && case.file.withhold.is_empty(),
        |case| {
            let request = request_of(case);
            let full = judge(&service.id, &request).unwrap();
            let as_of = request["extension"]["dev.cellwise.asOf"].as_str().and_then(AsOf::parse).unwrap();
            let mut more = request.clone();
            for (asked, days) in &recent {
                // The last day that is not fetched.
                let day = as_of.date.checked_sub(jiff::ToSpan::days(*days + 1)).unwrap();
                let codes = asked.template.split_once("&code=").unwrap().1.split(',');
                let old = codes.flat_map(|token| ALARMING.map(|measured| (token.split_once('|').unwrap(), measured)));
                let old = old.enumerate().map(|(number, ((system, code), (value, unit)))| {
                    json!({ "resource": {
                        "resourceType": "Observation", "id": format!("old-{}-{number}", asked.key), "status": "final",
                        "code": { "coding": [{ "system": system, "code": code }] },
                        "effectiveDateTime": format!("{day}T23:59:59Z"),
                        "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit },
                    } })
                });
                let value = &mut more["prefetch"][&asked.key];
                let mut entries = value["entry"].as_array().cloned().unwrap_or_default();
                entries.extend(old);
                value["total"] = json!(entries.len());
                value["entry"] = Value::Array(entries);
            }
            let found = judge(&service.id, &more).unwrap();
            (found != full).then(|| format!("{}: {full:?} became {found:?}", case.id())).into_iter().collect()
        },
    );
    report(&violations, SUITE.cases.len());
}

/// Ids are for machines: they stand in the extension.
#[test]
fn no_card_shows_an_id_or_html() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Object(members) => {
                found.extend(members.get("reference").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            _ => {}
        }
    }
    let violations = on_every_case(
        |_| true,
        |case| {
            let settings = CallSettings {
                language: Language::DUTCH,
                as_of: AsOf::parse("2026-11-02").unwrap(),
                accept_as_of: true,
            };
            let request = request_of(case).to_string();
            let Ok(answer) = ENGINE.call(&case.file.service, request.as_bytes(), &settings) else { return Vec::new() };
            let answer: Value = serde_json::from_str(&answer).unwrap();
            let mut violations = Vec::new();
            for card in answer["cards"].as_array().unwrap() {
                let text = format!("{} {}", card["summary"], card["detail"]);
                let mut shown = Vec::new();
                references(&card["extension"], &mut shown);
                let shown = shown.into_iter().filter(|reference| text.contains(*reference));
                violations.extend(shown.map(|reference| format!("{}: {reference} in {text}", case.id())));
                if text.contains("<br") || text.contains("/entry/") {
                    violations.push(format!("{}: {text}", case.id()));
                }
            }
            violations
        },
    );
    report(&violations, SUITE.cases.len());
}

/// Resources whose status says whether something happened.
const WITH_STATUS: [&str; 8] = [
    "Condition",
    "DiagnosticReport",
    "MedicationAdministration",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
    "ServiceRequest",
];

/// Every version of a request in which the status of one resource of the record is taken away, or says nothing.
fn blurred(request: &Value) -> Vec<(String, Value)> {
    let mut versions = Vec::new();
    for (key, value) in request["prefetch"].as_object().unwrap() {
        for (index, entry) in value["entry"].as_array().into_iter().flatten().enumerate() {
            let kind = entry["resource"]["resourceType"].as_str().unwrap_or_default();
            // Without one a condition is confirmed.
            let (element, statuses) = match kind {
                "Condition" => ("verificationStatus", vec![json!("unconfirmed")]),
                _ => ("status", vec![Value::Null, json!("unknown")]),
            };
            let is = entry["resource"][element].as_str();
            let is_void = is.is_some_and(|is| ["cancelled", "draft", "entered-in-error", "not-done"].contains(&is));
            for status in statuses.into_iter().filter(|_| WITH_STATUS.contains(&kind) && !is_void) {
                let mut request = request.clone();
                request["prefetch"][key]["entry"][index]["resource"][element] = status.clone();
                versions.push((format!("{kind}/{} {status}", entry["resource"]["id"]), request));
            }
        }
    }
    versions
}

/// Taking a status away may make a verdict unknown, and replace a card by a question one level lower. What says that a patient
/// fits a treatment may fall silent on opening the record: nothing is supposed there.
#[test]
fn blurring_a_status_never_reassures() {
    // The most urgent comes first; no card is less urgent than any.
    let rank = |card: Option<Indicator>| card.map_or(3u8, |indicator| indicator as u8);
    let violations = on_every_case(without_literals, |case| {
        let request = request_of(case);
        let Some(full) = judged(case, &request) else { return Vec::new() };
        let mut violations = Vec::new();
        for (how, request) in blurred(&request) {
            let blurred = judge(&case.file.service, &request).unwrap();
            for (rule, before) in &full {
                let after = blurred[rule];
                let is_silenced = before.card.is_some() && after.card.is_none() && !after.is_named;
                let problem = if before.verdict != Some(Verdict::NotMet) && after.verdict == Some(Verdict::NotMet) {
                    "is a no"
                } else if is_silenced && !JUDGING_FITNESS.contains(rule) {
                    "is silent"
                } else if after.card.is_some() && rank(after.card) > rank(before.card) + 1 {
                    "whispers"
                } else {
                    continue;
                };
                violations.push(format!("{} with {how}: {rule} {problem}: {before:?} became {after:?}", case.id()));
            }
        }
        violations
    });
    report(&violations, SUITE.cases.len());
}
