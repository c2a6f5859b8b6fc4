//! Reading and searching what is shipped.

use std::collections::BTreeSet;

use cellwise_clinic::rules;
use reqwest::Method;
use serde_json::{Value, json};

use super::{get, resource};
use crate::auth::closed;
use crate::helpers::{SERVER, refused};

fn entries(bundle: &Value) -> Vec<&Value> {
    bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]).collect()
}

/// The page after this one, from the server itself.
fn next(bundle: &Value) -> Option<String> {
    let links = bundle["link"].as_array().unwrap();
    let url = links.iter().find(|link| link["relation"] == "next")?["url"].as_str().unwrap();
    Some(url.strip_prefix(&format!("http://{}", SERVER.address)).unwrap().to_owned())
}

#[test]
fn the_capabilities_name_what_is_there_and_all_of_it_answers() {
    let statement = get("/fhir/metadata", "CapabilityStatement");
    assert_eq!((&statement["fhirVersion"], &statement["kind"]), (&json!("4.0.1"), &json!("instance")));
    cellwise_fhir_model::check(&statement.to_string()).unwrap();
    for of_type in statement["rest"][0]["resource"].as_array().unwrap() {
        let kind = of_type["type"].as_str().unwrap();
        let found = get(&format!("/fhir/{kind}?_count=1"), "Bundle");
        for parameter in of_type["searchParam"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            assert_eq!(get(&format!("/fhir/{kind}?{name}=no-such"), "Bundle")["total"], 0, "{kind} {name}");
        }
        if let Some(first) = entries(&found).first() {
            let id = first["id"].as_str().unwrap();
            assert_eq!(get(&format!("/fhir/{kind}/{id}"), kind)["id"], id);
        }
        for operation in of_type["operation"].as_array().into_iter().flatten() {
            let path = format!("/fhir/{kind}/${}", operation["name"].as_str().unwrap());
            // It is there, and wants to be told something.
            assert!(matches!(SERVER.get(&path).status().as_u16(), 400 | 422), "{path}");
        }
    }
}

#[test]
fn every_rule_has_a_plan_that_names_its_library() {
    let bundle = get("/fhir/PlanDefinition?_count=100", "Bundle");
    let found: BTreeSet<&str> = entries(&bundle).iter().map(|plan| plan["id"].as_str().unwrap()).collect();
    assert_eq!(found, rules::ALL.iter().map(|rule| rule.id).collect());
    for plan in entries(&bundle) {
        let library = plan["library"][0].as_str().unwrap().split('|').next().unwrap();
        let found = get(&format!("/fhir/Library?url={library}"), "Bundle");
        assert_eq!(found["total"], 1, "{library}");
    }
}

#[test]
fn pages_hold_everything_once() {
    let mut ids = Vec::new();
    let mut path = Some("/fhir/ValueSet?_count=60&_elements=title".to_owned());
    let mut total = 0;
    while let Some(page) = path {
        let bundle = get(&page, "Bundle");
        total = usize::try_from(bundle["total"].as_u64().unwrap()).unwrap();
        for set in entries(&bundle) {
            assert_eq!(set["meta"]["tag"][0]["code"], "SUBSETTED");
            assert!(set.get("compose").is_none() && set["title"].is_string() && set["status"] == "active", "{set}");
            ids.push(set["id"].as_str().unwrap().to_owned());
        }
        path = next(&bundle);
    }
    let distinct: BTreeSet<&String> = ids.iter().collect();
    assert!(total > 200 && ids.len() == total && distinct.len() == total, "{total} {}", ids.len());
    let count = get("/fhir/ValueSet?_summary=count", "Bundle");
    assert_eq!((count["total"].as_u64().unwrap(), count.get("entry")), (total as u64, None));
}

#[test]
fn a_search_by_form_finds_the_same() {
    let form = SERVER
        .request(Method::POST, "/fhir/ValueSet/_search?_count=5")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("title%3Acontains=fever")
        .send()
        .unwrap();
    let by_form = resource(form, "Bundle");
    let by_query = get("/fhir/ValueSet?_count=5&title:contains=fever", "Bundle");
    assert!(by_query["total"].as_u64().unwrap() > 0);
    assert_eq!(by_form["entry"], by_query["entry"]);
    let json = SERVER.post("/fhir/ValueSet/_search", "{}");
    assert_eq!(refused(json, 415)[0].message, "expected the content type `application/x-www-form-urlencoded`");
}

#[test]
fn a_profile_has_its_snapshot() {
    let profile = get("/fhir/StructureDefinition/read-patient", "StructureDefinition");
    let element = |part: &str, id: &str| -> Value {
        let all = profile[part]["element"].as_array().unwrap();
        all.iter().find(|element| element["id"] == id).unwrap().clone()
    };
    assert_eq!(element("snapshot", "Patient.birthDate")["mustSupport"], true);
    assert_eq!(element("snapshot", "Patient.birthDate")["type"][0]["code"], "date");
    assert_eq!(element("snapshot", "Patient.photo").get("mustSupport"), None);
    let differential = profile["differential"]["element"].as_array().unwrap().len();
    assert!(profile["snapshot"]["element"].as_array().unwrap().len() > 2 * differential);
}

#[test]
fn who_has_it_already_gets_no_body() {
    let path = "/fhir/ValueSet/car-t";
    let first = SERVER.get(path);
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = |path: &str, tag: &str| SERVER.request(Method::GET, path).header("if-none-match", tag).send().unwrap();
    let known = again(path, &tag);
    assert_eq!((known.status().as_u16(), known.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    assert_eq!(known.text().unwrap(), "");
    assert_eq!(again(path, "*").status(), 304);
    assert_eq!(again(path, "W/\"another\"").status(), 200);
    // A part has a tag of its own.
    assert_eq!(again(&format!("{path}?_summary=true"), &tag).status(), 200);
    let head = SERVER.request(Method::HEAD, path).send().unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["etag"].to_str().unwrap()), (200, tag.as_str()));
}

#[test]
fn what_is_not_known_is_refused_unless_the_client_is_lenient() {
    let path = "/fhir/ValueSet?nonsense=1&_id=car-t";
    let issues = refused(SERVER.get(path), 400);
    assert_eq!(issues[0].pointer, "http.nonsense");
    let lenient = SERVER.request(Method::GET, path).header("prefer", "handling=lenient").send().unwrap();
    let bundle = resource(lenient, "Bundle");
    assert_eq!(bundle["total"], 1);
    let link = bundle["link"][0]["url"].as_str().unwrap();
    assert!(link.ends_with("/fhir/ValueSet?%5Fid=car%2Dt"), "{link}");
    for path in ["/fhir/ValueSet?_count=-1", "/fhir/ValueSet?_summary=1", "/fhir/ValueSet/car-t?url=x"] {
        refused(SERVER.get(path), 400);
    }
    for path in ["/fhir/Patient", "/fhir/Patient/1", "/fhir/ValueSet/no-such", "/fhir", "/fhir/a/b/c"] {
        refused(SERVER.get(path), 404);
    }
    for (method, path) in
        [(Method::PUT, "/fhir/ValueSet/car-t"), (Method::POST, "/fhir/ValueSet"), (Method::DELETE, "/fhir/metadata")]
    {
        refused(SERVER.request(method, path).send().unwrap(), 405);
    }
}

#[test]
fn only_json_is_made() {
    let with = |path: &str, accept: &str| SERVER.request(Method::GET, path).header("accept", accept).send().unwrap();
    for accept in [
        "application/fhir+json",
        "application/json",
        "*/*",
        "application/fhir+xml, application/fhir+json;q=0.5",
        "text/html,application/xhtml+xml,*/*;q=0.8",
        "application/fhir+json; fhirVersion=4.0",
    ] {
        resource(with("/fhir/ValueSet/car-t", accept), "ValueSet");
    }
    for accept in
        ["application/fhir+xml", "text/html", "application/json;q=0", "application/fhir+json; fhirVersion=5.0"]
    {
        refused(with("/fhir/ValueSet/car-t", accept), 406);
        refused(with("/fhir/metadata", accept), 406);
    }
    resource(with("/fhir/ValueSet/car-t?_format=json", "application/fhir+xml"), "ValueSet");
    resource(with("/fhir/ValueSet/car-t?_format=application/fhir%2Bjson", "text/html"), "ValueSet");
    for format in ["xml", "application/fhir%2Bxml", "ttl"] {
        refused(SERVER.get(&format!("/fhir/ValueSet?_format={format}")), 406);
    }
}

/// What is shipped is no secret; what is the hospital's is for its clients.
#[test]
fn with_clients_only_what_is_the_hospitals_needs_a_token() {
    let server = closed();
    for path in [
        "/fhir/metadata",
        "/fhir/PlanDefinition",
        "/fhir/ValueSet/car-t",
        "/fhir/ValueSet/car-t/$expand",
        "/fhir/ConceptMap/override-reasons",
    ] {
        assert_eq!(server.get(path).status(), 200, "{path}");
    }
    for path in [
        "/fhir/ConceptMap",
        "/fhir/ConceptMap/local-codes",
        "/fhir/ConceptMap/$translate?system=a&code=b",
        "/fhir/PlanDefinition/hepatitis-b/$apply?subject=Patient/1",
        "/fhir/PlanDefinition/$apply",
    ] {
        refused(server.get(path), 401);
    }
    let statement = resource(server.get("/fhir/metadata"), "CapabilityStatement");
    assert!(statement["rest"][0]["security"]["description"].as_str().unwrap().contains("need the token"));
}
