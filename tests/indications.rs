//! What the labels of the CAR-T products ask for, as data.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use cellwise::engine::Engine;
use cellwise_clinic::products::FILE;
use serde_json::Value;

fn json(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fhir-profiles").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_car_t_product_has_indications() {
    let engine = Engine::load().unwrap();
    let products = &engine.knowledge().indications.products;
    assert_eq!(products.len(), json(FILE)["products"].as_array().unwrap().len());
    assert!(products.iter().all(|product| !engine.knowledge().terminology.members(product.set).is_empty()));
}

/// The index takes each product in by itself; who uses the package without this server reads it in the file.
#[test]
fn the_published_value_set_of_car_t_has_every_product() {
    let car_t = json("valuesets/car-t.json").to_string();
    for product in json(FILE)["products"].as_array().unwrap() {
        let name = product["valueSet"].as_str().unwrap();
        let url = format!("https://cellwise.dev/fhir/ValueSet/{name}\"");
        assert!(car_t.contains(&url), "fhir-profiles/valuesets/car-t.json does not include `{name}`: add it");
    }
}

#[test]
fn the_file_follows_its_schema() {
    let validator = jsonschema::validator_for(&json("indications/indications.schema.json")).unwrap();
    let mut file = json(FILE);
    let problems: Vec<String> = validator.iter_errors(&file).map(|error| error.to_string()).collect();
    assert!(problems.is_empty(), "{problems:?}");
    file["products"][0]["indications"][0]["failure"] = "somehow".into();
    assert!(!validator.is_valid(&file));
}
