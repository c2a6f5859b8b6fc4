//! What `parse_strict` and `check` accept, and what they say when they refuse.

#![forbid(unsafe_code)]

use cellwise_fhir_model::{Problem, Resource, SHIPPED_TYPES, check, parse_strict};

/// The path and the message of the error for `json`.
fn refusal(json: &str) -> (String, String) {
    let error = check(json).expect_err(json);
    (error.path().to_owned(), error.problem().to_string())
}

#[track_caller]
fn refused(json: &str, path: &str, message: &str) {
    assert_eq!(refusal(json), (path.to_owned(), message.to_owned()), "{json}");
}

fn value(json: &str) -> serde_json::Value {
    serde_json::from_str(json).expect(json)
}

/// Every string and number in a JSON value, as `Debug` writes it.
fn scalars(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(format!("{text:?}")),
        serde_json::Value::Number(number) => found.push(number.to_string()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| scalars(item, found)),
        serde_json::Value::Object(members) => {
            members.iter().filter(|(key, _)| *key != "resourceType").for_each(|(_, member)| scalars(member, found));
        }
        serde_json::Value::Bool(_) | serde_json::Value::Null => {}
    }
}

/// Reads `json`, and expects all of it in the typed value, numbers digit for digit. (To write it again would instantiate every
/// resource once more, which takes minutes.)
#[track_caller]
fn survives(json: &str) {
    let resource_type = value(json)["resourceType"].as_str().expect("a type").to_owned();
    let resource = parse_strict(&resource_type, json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let typed = format!("{resource:?}");
    let mut expected = Vec::new();
    scalars(&value(json), &mut expected);
    for scalar in expected {
        assert!(typed.contains(&scalar), "{scalar} of {json} is not in {typed}");
    }
}

const OBSERVATION: &str = r#"{"resourceType":"Observation","id":"edss","status":"final",
    "code":{"coding":[{"system":"http://loinc.org","code":"12345-6"}],"text":"a score"},
    "subject":{"reference":"Patient/a"},"effectiveDateTime":"2026-05","valueQuantity":{"value":1.50}}"#;

#[test]
fn a_resource_survives() {
    survives(OBSERVATION);
}

#[test]
fn decimals_keep_their_text() {
    for decimal in ["1.50", "0.010", "-3", "100", "0.123456789012345678901234567890", "1.0e-2"] {
        let json = OBSERVATION.replace("1.50", decimal);
        survives(&json);
        let resource = parse_strict("Observation", &json).expect(decimal);
        assert!(format!("{resource:?}").contains(&format!("{decimal:?}")), "{resource:?}");
    }
}

#[test]
fn decimals_are_found_wherever_they_stand() {
    for json in [
        r#"{"resourceType":"Observation","status":"final","code":{"text":"a"},
            "referenceRange":[{"low":{"value":1.5},"high":{"value":2}}],
            "component":[{"code":{"text":"b"},"valueRatio":{"numerator":{"value":1.0}}},
                {"code":{"text":"c"},"valueSampledData":{"origin":{"value":0},"period":10.0,"dimensions":1}}]}"#,
        r#"{"resourceType":"Patient","multipleBirthInteger":2,
            "extension":[{"url":"http://example.org/a","valueDecimal":1.10},
                {"url":"http://example.org/b","extension":[{"url":"c","valueQuantity":{"value":2.20}}]}],
            "birthDate":"1980","_birthDate":{"extension":[{"url":"http://example.org/d","valueDecimal":3.30}]},
            "name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"e","valueDecimal":4.40}]}]}]}"#,
        r#"{"resourceType":"MedicationRequest","status":"active","intent":"order",
            "medicationCodeableConcept":{"text":"a"},"subject":{"reference":"Patient/a"},
            "dosageInstruction":[{"sequence":1,
                "timing":{"repeat":{"frequency":1,"period":1.0,"periodUnit":"d","boundsDuration":{"value":3.0}}},
                "doseAndRate":[{"doseQuantity":{"value":0.5},"rateRange":{"low":{"value":1.0}}}]}],
            "dispenseRequest":{"numberOfRepeatsAllowed":2,"quantity":{"value":30.0}}}"#,
        r#"{"resourceType":"BiologicallyDerivedProduct","storage":[{"temperature":-150.0}]}"#,
        r#"{"resourceType":"Bundle","type":"searchset","total":1,"entry":[{"search":{"score":0.50}}]}"#,
        r#"{"resourceType":"Condition","subject":{"reference":"Patient/a"},"onsetAge":{"value":40.0},
            "abatementRange":{"low":{"value":41.0}}}"#,
        r#"{"resourceType":"ValueSet","status":"draft","expansion":{"timestamp":"2026-01-01","total":1,
            "offset":0,"parameter":[{"name":"a","valueDecimal":1.0},{"name":"b","valueInteger":1}]}}"#,
        r#"{"resourceType":"PlanDefinition","status":"draft",
            "action":[{"action":[{"relatedAction":[{"actionId":"a","relationship":"after",
                "offsetDuration":{"value":1.0}}],"timingRange":{"high":{"value":2.0}}}]}]}"#,
        r#"{"resourceType":"StructureDefinition","url":"http://example.org/a","name":"A","status":"draft",
            "kind":"resource","abstract":false,"type":"Observation",
            "differential":{"element":[{"path":"Observation.value[x]","min":0,"minValueDecimal":0.0,
                "fixedQuantity":{"value":1.0},"patternRange":{"low":{"value":2.0}}}]}}"#,
    ] {
        survives(json);
    }
}

#[test]
fn contained_resources_are_read() {
    let json = r##"{"resourceType":"MedicationRequest","contained":[
            {"resourceType":"Medication","id":"a","ingredient":[{"itemCodeableConcept":{"text":"b"},
                "strength":{"numerator":{"value":1.50},"denominator":{"value":1}}}]},
            {"resourceType":"Organization","id":"c"}],
        "status":"active","intent":"order","medicationReference":{"reference":"#a"},
        "subject":{"reference":"Patient/a"}}"##;
    survives(json);
    let Ok(Resource::MedicationRequest(request)) = parse_strict("MedicationRequest", json) else {
        panic!("not read as a MedicationRequest");
    };
    assert!(matches!(request.contained.as_slice(), [Resource::Medication(_), Resource::Organization(_)]));

    refused(
        &json.replace(r#""id":"c""#, r#""id":"c","colour":"red""#),
        "contained[1].colour",
        "unknown field `colour`",
    );
    refused(
        &json.replace(r#""id":"c""#, r#""id":"c","contained":[{"resourceType":"Patient"}]"#),
        "contained[1].contained",
        "a contained resource may not contain another",
    );
}

#[test]
fn bundles_are_read_entry_by_entry() {
    let json = format!(
        r#"{{"resourceType":"Bundle","id":"a","type":"collection","entry":[
            {{"fullUrl":"https://ehr.example.org/fhir/Patient/a","resource":{{"resourceType":"Patient","id":"a"}}}},
            {{"fullUrl":"https://ehr.example.org/fhir/Observation/edss","resource":{OBSERVATION}}},
            {{"resource":{{"resourceType":"Bundle","type":"batch","entry":[{{"resource":{OBSERVATION},
                "request":{{"method":"POST","url":"Observation"}}}}]}}}}]}}"#
    );
    survives(&json);
    let Ok(Resource::Bundle(bundle)) = parse_strict("Bundle", &json) else {
        panic!("not read as a Bundle");
    };
    assert!(matches!(
        bundle.entry.iter().map(|entry| &entry.resource).collect::<Vec<_>>().as_slice(),
        [Some(Resource::Patient(_)), Some(Resource::Observation(_)), Some(Resource::Bundle(_))]
    ));

    refused(&json.replacen(r#""status":"final","#, "", 1), "entry[1].resource", "missing field `status`");
    refused(
        &json.replacen(r#""id":"a"}"#, r#""id":7}"#, 1),
        "entry[0].resource.id",
        "invalid type: integer `7`, expected a string",
    );
    let last = json.rfind(r#""text":"a score""#).expect("the text of the innermost code");
    let mut deep = json.clone();
    deep.replace_range(last..last + 6, r#""txt""#);
    refused(&deep, "entry[2].resource.entry[0].resource.code.txt", "unknown field `txt`");
    refused(
        r#"{"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":"400",
            "outcome":{"resourceType":"OperationOutcome"}}}]}"#,
        "entry[0].response.outcome",
        "this element is not supported in shipped files",
    );
    refused(
        r#"{"resourceType":"Bundle","type":"collection","contained":[{"resourceType":"Patient"}]}"#,
        "contained",
        "unknown field `contained`",
    );
}

#[test]
fn the_model_is_enforced_with_a_path() {
    let with = |element: &str| OBSERVATION.replacen('{', &format!("{{{element},"), 1);
    refused(&with(r#""foo":1"#), "foo", "unknown field `foo`");
    refused(&with(r#""foo":[1]"#), "foo", "unknown field `foo`");
    refused(&with(r#""category":{"text":"a"}"#), "category", "invalid type: map, expected a sequence");
    refused(&with(r#""issued":true"#), "issued", "invalid type: boolean `true`, expected a string");
    refused(&with(r#""valueString":"b""#), "valueQuantity", "duplicate field `valueQuantity`");
    refused(&OBSERVATION.replace(r#""status":"final","#, ""), "", "missing field `status`");
    refused(
        &with(r#""component":[{"code":{"text":"a"}},{"valueString":"b"}]"#),
        "component[1]",
        "missing field `code`",
    );
    refused(
        &with(r#""component":[{"code":{"text":"a"}},{"code":{"text":"a","foo":1}}]"#),
        "component[1].code.foo",
        "unknown field `foo`",
    );
    refused(
        r#"{"resourceType":"MedicationRequest","status":"active","intent":"order",
            "subject":{"reference":"Patient/a"}}"#,
        "",
        "missing field `medication[x]`",
    );
    refused(
        r#"{"resourceType":"Patient","multipleBirthInteger":4294967297}"#,
        "multipleBirthInteger",
        "invalid value: integer `4294967297`, expected i32",
    );
}

#[test]
fn the_shape_is_enforced_with_a_path() {
    let with = |element: &str| format!(r#"{{"resourceType":"Patient",{element}}}"#);
    refused(&with(r#""name":[]"#), "name", "an array may not be empty");
    refused(&with(r#""contained":[]"#), "contained", "an array may not be empty");
    refused(&with(r#""name":[{"given":[]}]"#), "name[0].given", "an array may not be empty");
    refused(&with(r#""name":[{}]"#), "name[0]", "an object may not be empty");
    refused(&with(r#""gender":" ""#), "gender", "a string may not be empty");
    refused(&with(r#""gender":null"#), "gender", "`null` is not allowed here");
    refused(&with(r#""name":[null]"#), "name[0]", "`null` is not allowed here");
    refused(&with(r#""name":[{"given":["A",null]}]"#), "name[0].given[1]", "`null` is not allowed here");
    refused(&with(r#""id":"$invalid""#), "id", "a required element has no value");
    refused(&with(r#""gender":"male","gender":"female""#), "gender", "this key comes twice");
    refused(
        &OBSERVATION.replace("1.50", r#""1.50""#),
        "valueQuantity.value",
        "a decimal must be a number, not a string",
    );
    let deep = format!("{}1{}", r#"{"a":"#.repeat(500), "}".repeat(500));
    assert_eq!(check(&with(&format!(r#""b":{deep}"#))).expect_err("too deep").problem(), &Problem::TooDeep);
}

#[test]
fn only_one_resource_of_a_shipped_type_is_read() {
    let nameless = "not a resource: an object with a `resourceType` is expected";
    for json in ["[]", "1", "null", "{}", r#"{"resourceType":1}"#, r#""Patient""#] {
        refused(json, "", nameless);
    }
    for json in ["", "{", r#"{"resourceType":"Patient"} x"#, r#"{"resourceType":"Patient"}{}"#] {
        let error = check(json).expect_err(json);
        assert!(matches!(error.problem(), Problem::Syntax(_)), "{error}");
    }
    refused(r#"{"resourceType":"Basic"}"#, "", "the project ships no `Basic`: add it to SHIPPED_TYPES when it should");
    let error = parse_strict("Patient", OBSERVATION).expect_err("another type");
    assert_eq!(error.to_string(), "a `Patient` is expected, this is a `Observation`");
    let error = check(&OBSERVATION.replace("final", "")).expect_err("an empty status");
    assert_eq!(error.to_string(), "status: a string may not be empty");
}

#[test]
fn shipped_types_are_listed_once_and_in_order() {
    // What holds others stands first.
    assert!(SHIPPED_TYPES[2..].is_sorted_by(|a, b| a < b), "{SHIPPED_TYPES:?}");
    for name in SHIPPED_TYPES {
        let problem = match check(&format!(r#"{{"resourceType":"{name}"}}"#)) {
            Ok(()) => continue,
            Err(error) => error.problem().to_string(),
        };
        assert!(problem.starts_with("missing field"), "{name}: {problem}");
    }
}
