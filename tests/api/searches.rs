//! A search is believed only for what it searched.

use std::sync::LazyLock;

use cellwise::client::Callers;
use cellwise::http::Settings;
use cellwise::knowledge::Knowledge;
use cellwise_record::Source;
use serde_json::{Value, json};

use crate::ehr::{Ehr, bundle};
use crate::fetch::{
    PATIENCE, SERVICE, answer, complete, fhir, outcome, procedures, server, settings, with_access, with_key,
};
use crate::helpers::{SERVER, TestServer, cards, refused, request};

const PATIENT: &str = "car-t-remission";

/// The procedures of the request, as a search that says that it was this one.
fn searched(link: &str) -> Value {
    let mut bundle = procedures();
    bundle["link"] = json!([{ "relation": "self", "url": link }]);
    bundle
}

fn incomplete() -> Value {
    let mut bundle = procedures();
    bundle["link"] = json!([{ "relation": "next", "url": "https://ehr.example.org/fhir/page/2" }]);
    bundle
}

const NARROWER: [&str; 4] = [
    "Procedure?patient=car-t-remission&category=387713003",
    "https://ehr.example.org/fhir/Procedure?patient=car-t-remission&date=ge2026-01-01",
    "Procedure?patient=car-t-remission&_lastUpdated=gt2026-01-01",
    "Procedure?patient=car-t-remission&_elements=code",
];
const ELSEWHERE: [&str; 3] =
    ["Procedure?patient=someone-else", "Condition?patient=car-t-remission", "Patient/someone-else/Procedure"];

#[test]
fn a_search_for_less_is_not_all_there_is() {
    let expected = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(incomplete()))));
    let nothing = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(bundle(&[])))));
    for link in NARROWER.iter().chain(&ELSEWHERE) {
        let request = with_key(complete(), "procedures", Some(searched(link)));
        let found = answer(SERVER.call(SERVICE, &request));
        // What came counts, and there may be more: that it failed, or that it is incomplete, is one for the rules.
        assert_eq!(found.0, expected.0, "{link}");
        assert_eq!(found.1["cards"][0]["summary"], expected.1["cards"][0]["summary"], "{link}");
        // An empty one says nothing at all.
        let mut empty = bundle(&[]);
        empty["link"] = json!([{ "relation": "self", "url": link }]);
        let empty = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(empty))));
        let failed = with_key(complete(), "procedures", Some(outcome("error", "exception")));
        assert_eq!(empty.0, answer(SERVER.call(SERVICE, &failed)).0, "{link}");
        assert_ne!(empty, nothing, "{link}");
    }
}

#[test]
fn the_same_search_in_other_words_is_all_there_is() {
    let expected = answer(SERVER.call(SERVICE, &complete()));
    for link in [
        "Procedure?patient=car-t-remission",
        "https://ehr.example.org/fhir/Procedure?_count=200&patient=car-t-remission&_format=json",
        "https://ehr.example.org/baseR4/Procedure/_search?_pretty=true&subject%3APatient=Patient%2Fcar-t-remission",
        "https://ehr.example.org/fhir-server/api/v4/Procedure?_count=10&&patient=Patient/car-t-remission&_page=1",
        "https://ehr.example.org/baseR4?_getpages=56003c38&_getpagesoffset=0&_bundletype=searchset",
    ] {
        let request = with_key(complete(), "procedures", Some(searched(link)));
        assert_eq!(answer(SERVER.call(SERVICE, &request)), expected, "{link}");
    }
}

#[test]
fn a_search_for_less_is_made_again_where_it_may_be() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    ehr.answers("Procedure", fhir(&procedures()));
    let expected = answer(SERVER.call(SERVICE, &complete()));
    for (count, link) in NARROWER.iter().chain(&ELSEWHERE).enumerate() {
        let request = with_key(complete(), "procedures", Some(searched(link)));
        assert_eq!(answer(server.call(SERVICE, &with_access(request, &ehr.base()))), expected, "{link}");
        assert_eq!(ehr.paths().len(), count + 1, "{link}");
    }
    assert!(ehr.asked().iter().all(|request| request.headers["prefer"] == "handling=strict"));
    // In capitals it is the same address.
    let request = with_access(with_key(complete(), "procedures", None), &ehr.base().replace("http://", "HTTP://"));
    assert_eq!(answer(server.call(SERVICE, &request)), expected);
}

/// What is fetched is held to the same: by its self link, and by what the server says that it passed over.
#[test]
fn a_fetched_search_for_less_is_not_all_there_is() {
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    let part = answer(SERVER.call(SERVICE, &with_key(complete(), "procedures", Some(incomplete()))));
    let remark = |code: &str, text: &str| {
        let mut page = procedures();
        let issue = json!({ "severity": "warning", "code": code, "diagnostics": text });
        let outcome = json!({ "resourceType": "OperationOutcome", "issue": [issue] });
        let entries = page["entry"].as_array_mut().unwrap();
        entries.push(json!({ "resource": outcome, "search": { "mode": "outcome" } }));
        page
    };
    for page in [
        searched(NARROWER[0]),
        remark("not-supported", "The search parameter 'patient' is not supported for resource type 'Procedure'."),
        remark("processing", "An unknown query parameter was supplied by the client: patient"),
        remark(
            "suppressed",
            "Client not authorized for Procedure - Orders. Search results of this type have not been included.",
        ),
    ] {
        ehr.forget();
        ehr.answers("Procedure", fhir(&page));
        let request = with_access(with_key(complete(), "procedures", None), &ehr.base());
        assert_eq!(answer(server.call(SERVICE, &request)), part, "{page}");
    }
    // That nothing is missing but what would have come along is no matter.
    ehr.forget();
    ehr.answers("Procedure", fhir(&remark("not-supported", "_include is not supported")));
    let request = with_access(with_key(complete(), "procedures", None), &ehr.base());
    assert_eq!(answer(server.call(SERVICE, &request)), answer(SERVER.call(SERVICE, &complete())));
}

#[test]
fn the_refusal_says_that_a_search_was_for_less() {
    let mut request = complete();
    request["context"]["draftOrders"]["entry"] = json!([]);
    for (key, kind) in [("procedures", "Procedure"), ("conditions", "Condition")] {
        let mut narrow = bundle(&[]);
        narrow["link"] = json!([{ "relation": "self", "url": format!("{kind}?patient={PATIENT}&category=x") }]);
        request["prefetch"][key] = narrow;
    }
    let unknown = with_key(
        with_key(complete(), "procedures", request["prefetch"].get("procedures").cloned()),
        "medicationAdministrations",
        None,
    );
    let mut unknown = with_key(unknown, "conditions", request["prefetch"].get("conditions").cloned());
    unknown["prefetch"]["patient"] = Value::Null;
    for key in ["medicationRequests", "medicationStatements", "serviceRequests", "observations", "allergies"] {
        unknown["prefetch"].as_object_mut().unwrap().remove(key);
    }
    let issues = refused(SERVER.call(SERVICE, &unknown), 412);
    let of = |key: &str| issues.iter().find(|issue| issue.pointer == format!("/prefetch/{key}")).unwrap();
    assert!(of("procedures").message.contains("its search looked at less than the template asks"), "{issues:?}");
    assert!(of("medicationAdministrations").message.contains("it was not sent"), "{issues:?}");
    // And when the FHIR server does no better.
    let ehr = Ehr::start();
    let server = server(&[&ehr.base()]);
    ehr.answers("Procedure", fhir(&unknown["prefetch"]["procedures"]));
    let issues = refused(server.call(SERVICE, &with_access(unknown, &ehr.base())), 412);
    let of = |key: &str| issues.iter().find(|issue| issue.pointer == format!("/prefetch/{key}")).unwrap();
    assert!(
        of("procedures").message.ends_with("searched for less than it was asked, by its own self link"),
        "{issues:?}"
    );
}

#[test]
fn clients_without_self_links_are_named_in_readiness() {
    let server = TestServer::start(settings(&[], PATIENCE));
    let named = |server: &TestServer| server.get("/health/ready").json::<Value>().unwrap()["withoutSelfLink"].clone();
    assert_eq!(named(&server), json!([]));
    let mut tells = complete();
    for (key, value) in tells["prefetch"].as_object_mut().unwrap() {
        if value["resourceType"] == "Bundle" {
            let kind = Source::of_key(key).unwrap().resource_type();
            value["link"] = json!([{ "relation": "self", "url": format!("{kind}?patient={PATIENT}") }]);
        }
    }
    cards(server.call(SERVICE, &tells));
    assert_eq!(named(&server), json!([]));
    for _ in 0..2 {
        cards(server.call(SERVICE, &complete()));
        assert_eq!(named(&server), json!(["anonymous"]));
    }
}

/// The follow-up asks for observations in several queries.
const FOLLOW_UP: &str = "cell-therapy-follow-up";

/// A server that lets a request name its instant.
static DATED: LazyLock<TestServer> =
    LazyLock::new(|| TestServer::start(Settings { accept_as_of: true, ..Settings::default() }));

/// The keys and queries for observations.
fn asked() -> Vec<(String, String)> {
    let knowledge = Knowledge::load().unwrap();
    let asked = knowledge.service(FOLLOW_UP).unwrap().prefetch.clone();
    asked.into_iter().filter(|(key, _)| Source::of_key(key) == Some(Source::Observations)).collect()
}

fn observation_keys() -> Vec<String> {
    asked().into_iter().map(|(key, _)| key).collect()
}

/// The key and the query that bring temperatures.
fn temperatures() -> (String, String) {
    asked().into_iter().find(|(_, query)| query.contains("|8310-5")).unwrap()
}

/// A request to the follow-up about a patient who had CAR-T ten days ago.
fn follow_up(observations: &[(&str, Value)]) -> Value {
    let mut request = request("patient-view");
    request["extension"] = json!({ "dev.cellwise.asOf": "2026-11-02T09:00:00+01:00" });
    let car_t = json!({
        "resourceType": "Procedure", "id": "car-t", "status": "completed", "subject": { "reference": "Patient/p" },
        "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }] },
        "performedDateTime": "2026-10-23",
    });
    request["prefetch"]["procedures"] = bundle(&[car_t]);
    request["prefetch"].as_object_mut().unwrap().remove("observations");
    for (key, value) in observations {
        request["prefetch"][*key] = value.clone();
    }
    request
}

fn fever() -> Value {
    json!({
        "resourceType": "Observation", "id": "fever", "status": "final", "subject": { "reference": "Patient/p" },
        "code": { "coding": [{ "system": "http://loinc.org", "code": "8310-5" }] },
        "effectiveDateTime": "2026-11-02T08:00:00+01:00",
        "valueQuantity": { "value": 39.4, "unit": "Cel", "system": "http://unitsofmeasure.org", "code": "Cel" },
    })
}

#[test]
fn a_kind_of_several_queries_may_come_in_one_and_must_come_whole() {
    let keys = observation_keys();
    assert!(keys.len() > 1 && keys.iter().all(|key| key != "observations"), "{keys:?}");
    let (temperatures, _) = temperatures();
    let parts = |without: Option<&String>| -> Vec<(&str, Value)> {
        let came = keys.iter().filter(|key| Some(*key) != without);
        came.map(|key| (key.as_str(), if *key == temperatures { bundle(&[fever()]) } else { bundle(&[]) })).collect()
    };
    let whole = answer(DATED.call(FOLLOW_UP, &follow_up(&[("observations", bundle(&[fever()]))])));
    assert!(whole.1["cards"].to_string().contains("39.4"), "{whole:?}");
    assert_eq!(answer(DATED.call(FOLLOW_UP, &follow_up(&parts(None)))), whole);
    // Both: what comes twice counts once.
    let mut both = parts(None);
    both.push(("observations", bundle(&[fever()])));
    assert_eq!(answer(DATED.call(FOLLOW_UP, &follow_up(&both))), whole);
    let incomplete = |answer: &(u16, Value)| answer.0 == 412 || answer.1.to_string().contains("\"incomplete\"");
    for key in &keys {
        let found = answer(DATED.call(FOLLOW_UP, &follow_up(&parts(Some(key)))));
        assert!(incomplete(&found), "{key}: {found:?}");
    }
    assert!(!incomplete(&whole));
    // One query for everything that asked for less.
    let mut narrow = bundle(&[fever()]);
    narrow["link"] = json!([{ "relation": "self", "url": "Observation?patient=p&code=http://loinc.org|8310-5" }]);
    assert!(incomplete(&answer(DATED.call(FOLLOW_UP, &follow_up(&[("observations", narrow)])))));
}

/// Only what is lacking is fetched, and of vital signs only the days that rules look at.
#[test]
fn a_part_that_is_lacking_is_fetched() {
    let ehr = Ehr::start();
    let mut settings = settings(&[&ehr.base()], PATIENCE);
    settings.accept_as_of = true;
    let server = TestServer::start(settings);
    ehr.answers("Observation", fhir(&bundle(&[fever()])));
    let keys = observation_keys();
    let (temperatures, _) = temperatures();
    let others: Vec<(&str, Value)> =
        keys.iter().filter(|key| **key != temperatures).map(|key| (key.as_str(), bundle(&[]))).collect();
    let whole = answer(DATED.call(FOLLOW_UP, &follow_up(&[("observations", bundle(&[fever()]))])));
    assert_eq!(answer(server.call(FOLLOW_UP, &with_access(follow_up(&others), &ehr.base()))), whole);
    let asked: Vec<String> = ehr.asked().iter().map(|request| request.url.query().unwrap().to_owned()).collect();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].contains("8310-5") && asked[0].contains("&date=ge2026-10-02&"), "{asked:?}");
    ehr.forget();
    ehr.answers("Observation", fhir(&bundle(&[fever()])));
    assert_eq!(answer(server.call(FOLLOW_UP, &with_access(follow_up(&[]), &ehr.base()))), whole);
    let asked: Vec<String> = ehr.asked().iter().map(|request| request.url.query().unwrap().to_owned()).collect();
    assert_eq!(asked.len(), keys.len(), "{asked:?}");
    assert!(asked.iter().any(|query| query.contains("date=ge2026-10-31")), "{asked:?}");
    assert!(asked.iter().any(|query| !query.contains("date=")), "{asked:?}");
}

/// The days that the rules look at are enough, in whatever words the EHR says them.
#[test]
fn vital_signs_of_the_days_that_matter_are_all_there_is() {
    let keys = observation_keys();
    let (temperatures, template) = temperatures();
    let codes = template.split_once("&code=").unwrap().1;
    let asked = |date: &str| {
        let parts: Vec<(&str, Value)> = keys
            .iter()
            .map(|key| {
                let mut value = bundle(&[]);
                if *key == temperatures {
                    value = bundle(&[fever()]);
                    value["link"] =
                        json!([{ "relation": "self", "url": format!("Observation?patient=p&code={codes}&{date}") }]);
                }
                (key.as_str(), value)
            })
            .collect();
        answer(DATED.call(FOLLOW_UP, &follow_up(&parts))).1.to_string().contains("\"incomplete\"")
    };
    for date in ["", "date=ge2026-10-02", "date=gt2026-09", "date=ge2025-01-01T00:00:00Z"] {
        assert!(!asked(date), "{date}");
    }
    for date in ["date=ge2026-10-31", "date=2026-11-02", "date=lt2026-11-02", "category=vital-signs"] {
        assert!(asked(date), "{date}");
    }
}

/// "This EHR has none of this kind" counts as none and stands on the card.
#[test]
fn a_kind_that_is_held_nowhere_is_none_and_the_card_says_so() {
    let ehr = Ehr::start();
    let mut settings = settings(&[&ehr.base()], PATIENCE);
    settings.accept_as_of = true;
    if let Callers::Anyone(client) = &mut settings.callers {
        client.fhir.held_nowhere = vec![Source::Consents, Source::Encounters];
    }
    let server = TestServer::start(settings);
    let full = follow_up(&[("observations", bundle(&[fever()]))]);
    let expected = answer(DATED.call(FOLLOW_UP, &full));
    let without_said = |mut answer: (u16, Value)| {
        let mut said = 0;
        for card in answer.1["cards"].as_array_mut().unwrap() {
            let evaluation = &mut card["extension"]["dev.cellwise.evaluation"];
            let held = evaluation.as_object_mut().unwrap().remove("heldNowhere");
            let detail = card["detail"].as_str().unwrap().to_owned();
            let kept: Vec<&str> = detail.split('\n').filter(|line| !line.contains("keeps no such data")).collect();
            assert_eq!(held.is_some(), kept.len() < detail.split('\n').count(), "{detail}");
            said += usize::from(held.is_some());
            card["detail"] = json!(kept.join("\n").replace("\n\n\n", "\n\n"));
        }
        (answer, said)
    };
    for value in [None, Some(outcome("error", "not-supported"))] {
        let request = with_key(with_key(full.clone(), "consents", value.clone()), "encounters", value);
        let (found, said) = without_said(answer(server.call(FOLLOW_UP, &with_access(request, &ehr.base()))));
        assert!(said > 0, "{found:?}");
        assert_eq!(found, expected);
    }
    assert_eq!(ehr.paths(), [""; 0], "nothing is fetched of it");
    // What is sent all the same counts, and nothing is said.
    let (found, said) = without_said(answer(server.call(FOLLOW_UP, &full)));
    assert_eq!((found, said), (expected, 0));
}
