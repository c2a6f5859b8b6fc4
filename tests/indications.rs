//! What the labels of the CAR-T products ask for, as data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use cellwise::knowledge::indications_of;
use cellwise_clinic::products::FILE;
use cellwise_record::terminology::ValueSet;
use serde_json::Value;

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fhir-profiles").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(&text(FILE)).unwrap();
    change(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn every_car_t_product_has_indications() {
    let indications = indications_of(&text(FILE)).unwrap();
    assert_eq!(indications.products.len(), 7);
    for product in &indications.products {
        assert_eq!(ValueSet::from_name(product.set.name()), Some(product.set));
    }
}

#[test]
fn the_file_follows_its_schema() {
    let schema: Value = serde_json::from_str(&text("indications/indications.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid: Value = serde_json::from_str(&text(FILE)).unwrap();
    let problems: Vec<String> = validator.iter_errors(&valid).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let mut invalid = valid;
    invalid["products"][0]["indications"][0]["failure"] = "somehow".into();
    assert!(!validator.is_valid(&invalid));
}

#[test]
fn a_malformed_file_says_where_it_is_wrong() {
    let row = |value: &mut Value| value["products"][1]["indications"][0].take();
    let table = [
        (
            changed(|file| file["products"][0]["valueSet"] = "kymriah".into()),
            "there is no value set `kymriah` at line ",
        ),
        (changed(|file| file["reviewBy"] = "2027-04".into()), "`2027-04` is not a day"),
        (
            changed(|file| file["products"][0]["indications"] = Value::Array(Vec::new())),
            "product `tisagenlecleucel`: has no indications",
        ),
        (changed(|file| file["products"][1]["valueSet"] = "tisagenlecleucel".into()), "belongs to two products"),
        (changed(|file| file["products"][1]["indications"][1] = row(file)), "invalid type: null"),
        (
            changed(|file| file["products"][1]["indications"][0]["prior"]["minimum"] = 1.into()),
            "product `axicabtagene ciloleucel`, indication `large-b-cell-lymphoma`: `earlyFailure` must ask",
        ),
        (
            changed(|file| {
                file["products"][0]["indications"][0]["age"] = serde_json::json!({"minimum": 30, "maximum": 25});
            }),
            "minimum age",
        ),
        (changed(|file| file["products"][0]["indications"][0]["labels"] = "x".into()), "unknown field `labels`"),
    ];
    for (text, expected) in table {
        let error = indications_of(&text).unwrap_err().to_string();
        assert!(error.starts_with("fhir-profiles/indications/ema.json: "), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}
