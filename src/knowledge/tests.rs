use super::*;
use crate::engine::{CallSettings, Engine};
use crate::fixtures::request::Call;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use serde_json::{Value, json};
use uuid::Uuid;

const MADE_UP: &str = "https://example.org/made-up";

/// The files of the binary, and others in their place or beside them.
fn with(files: &[(&str, &Value)]) -> Profiles {
    let mut profiles = Profiles::embedded().unwrap();
    for (path, file) in files {
        profiles.0.insert((*path).to_owned(), file.to_string().leak());
    }
    profiles
}

fn json_of(path: &str) -> Value {
    serde_json::from_str(Profiles::embedded().unwrap().file(path).unwrap()).unwrap()
}

/// A value set of one code.
fn value_set(name: &str, code: &str) -> Value {
    json!({
        "resourceType": "ValueSet",
        "url": format!("https://cellwise.dev/fhir/ValueSet/{name}"),
        "compose": { "include": [{ "system": MADE_UP, "concept": [{ "code": code, "display": code }] }] },
    })
}

/// The indications with one product more.
fn with_product(value_set: &str, disease: &str) -> Value {
    let mut indications = json_of(products::FILE);
    let product = json!({
        "valueSet": value_set, "name": "madeupcel", "brand": "Inventia", "target": "CD19",
        "indications": [{
            "id": "made-up", "name": { "en": "made-up disease" }, "label": { "en": "adults with made-up disease" },
            "diseases": [disease], "age": { "minimum": 18 }, "failure": "relapsed-or-refractory",
        }],
    });
    indications["products"].as_array_mut().unwrap().push(product);
    indications
}

/// The topics of the cards, with how urgent they are and what they say.
fn cards(engine: &Engine, service: &str, resources: &[Value], order: &Value) -> Vec<(String, String, String)> {
    let bundle = |resources: &[Value]| {
        let entries: Vec<Value> = resources.iter().map(|resource| json!({ "resource": resource })).collect();
        json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
    };
    let mut record = vec![json!({ "resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1960-01-01" })];
    record.extend_from_slice(resources);
    let call = Call {
        hook: "order-sign".to_owned(),
        hook_instance: Uuid::nil(),
        as_of: Some("2026-11-02T09:00:00+01:00".to_owned()),
        patient: bundle(&record),
        orders: Some(bundle(std::slice::from_ref(order))),
        encounter: None,
        selections: None,
        withhold: Vec::new(),
        literals: BTreeMap::new(),
        fhir: None,
    };
    let request = call.request(&engine.knowledge().service(service).unwrap().prefetch).to_string();
    let as_of = AsOf::parse("2026-11-02").unwrap();
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let answer: Value = serde_json::from_str(&engine.call(service, request.as_bytes(), &settings).unwrap()).unwrap();
    let text = |card: &Value, at: &str| card.pointer(at).and_then(Value::as_str).unwrap().to_owned();
    let cards = answer["cards"].as_array().unwrap().iter();
    cards.map(|card| (text(card, "/source/topic/code"), text(card, "/indicator"), text(card, "/summary"))).collect()
}

fn drug(resource_type: &str, status: &str, medication: &Value) -> Value {
    json!({
        "resourceType": resource_type, "id": "drug", "status": status, "intent": "order",
        "subject": { "reference": "Patient/p" }, "medicationCodeableConcept": medication,
        "effectiveDateTime": "2026-10-23", "authoredOn": "2026-11-02",
    })
}

/// An entry in the indications and the value sets that it names: no line of code.
#[test]
fn a_product_is_data() {
    let profiles = with(&[
        (products::FILE, &with_product("made-up-cel", "made-up-disease")),
        ("valuesets/made-up-cel.json", &value_set("made-up-cel", "MU-1")),
        ("valuesets/made-up-disease.json", &value_set("made-up-disease", "MU-2")),
    ]);
    let engine = Engine::of(Knowledge::of(&profiles).unwrap());
    let coding = |code: &str| json!({ "coding": [{ "system": MADE_UP, "code": code }] });
    let disease = json!({
        "resourceType": "Condition", "id": "disease", "subject": { "reference": "Patient/p" }, "code": coding("MU-2"),
        "clinicalStatus": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "relapse",
        }] },
        "verificationStatus": { "coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed",
        }] },
    });
    let of = |topic: &str, cards: Vec<(String, String, String)>| {
        cards.into_iter().find(|card| card.0 == topic).unwrap_or_else(|| panic!("no card of {topic}"))
    };
    // Its order is judged by its own label.
    let order = drug("MedicationRequest", "draft", &coding("MU-1"));
    let (_, indicator, summary) = of("carTEligibility", cards(&engine, "car-t-eligibility", &[disease], &order));
    assert_eq!(indicator, "info", "{summary}");
    assert!(summary.contains("madeupcel"), "{summary}");
    // Its infusion is CAR-T, for every rule.
    let steroid = json!({ "coding": [{ "system": "http://www.whocc.no/atc", "code": "H02AB02" }] });
    let steroid = drug("MedicationRequest", "draft", &steroid);
    let given = drug("MedicationAdministration", "completed", &coding("MU-1"));
    let (_, indicator, _) =
        of("corticosteroidAfterCarT", cards(&engine, "cell-therapy-order-safety", &[given], &steroid));
    assert_eq!(indicator, "critical");
    // Its brand in words makes a rule ask.
    let in_words = drug("MedicationRequest", "draft", &json!({ "text": "Inventia infusie" }));
    of("carTEligibility", cards(&engine, "car-t-eligibility", &[], &in_words));
    let without = Engine::load().unwrap();
    assert!(cards(&without, "car-t-eligibility", &[], &in_words).is_empty());
}

/// What is wrong stops start-up, and says where and what to do.
#[test]
fn indications_that_are_wrong_say_where() {
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut file = json_of(products::FILE);
        change(&mut file);
        file
    };
    let table = [
        (
            with_product("made-up-cel", "multiple-myeloma"),
            "names value set `made-up-cel`, but there is no file fhir-profiles/valuesets/made-up-cel.json: add it",
        ),
        (
            with_product("tisagenlecleucel", "multiple-myeloma"),
            "product `madeupcel`: value set `tisagenlecleucel` belongs to two products",
        ),
        (
            with_product("car-t-process", "made-up-disease"),
            "names value set `made-up-disease`, but there is no file fhir-profiles/valuesets/made-up-disease.json: add it",
        ),
        (
            changed(&|file| drop(file["products"][0].as_object_mut().unwrap().remove("valueSet"))),
            "missing field `valueSet`",
        ),
        (changed(&|file| file["reviewBy"] = "2027-04".into()), "`2027-04` is not a day"),
        (
            changed(&|file| file["products"][0]["indications"] = json!([])),
            "product `tisagenlecleucel`: has no indications",
        ),
        (changed(&|file| file["products"][1]["indications"][1] = Value::Null), "invalid type: null"),
        (
            changed(&|file| file["products"][1]["indications"][0]["prior"]["minimum"] = 1.into()),
            "product `axicabtagene ciloleucel`, indication `large-b-cell-lymphoma`: `earlyFailure` must ask",
        ),
        (
            changed(&|file| file["products"][0]["indications"][0]["age"] = json!({ "minimum": 30, "maximum": 25 })),
            "minimum age",
        ),
        (changed(&|file| file["products"][0]["indications"][0]["labels"] = "x".into()), "unknown field `labels`"),
    ];
    for (file, expected) in table {
        let error = Knowledge::of(&with(&[(products::FILE, &file)])).err().unwrap().to_string();
        assert!(error.starts_with("fhir-profiles/indications/ema.json: "), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}
