//! How an answer's time grows with each kind of resource: `cargo bench --bench growth`, or `-- WORD` for the kinds with that
//! word.
//!
//! Each kind grows fourfold twice; the exponent is that of the second step (1 is linear, 2 quadratic). What a body may not hold
//! so often is refused, and grows as far as it may. In one process, the mean of some calls, in processor time where the system tells it:
//! a machine that does other things measures nearly the same.

use std::hint::black_box;
use std::io::{self, Write as _};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cellwise::engine::{CallSettings, Engine};
use cellwise::knowledge::Service;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use serde_json::{Map, Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const AS_OF: &str = "2026-11-02T09:00:00+01:00";
const SIZES: [usize; 3] = [250, 1000, 4000];
/// The most draft orders, appointments or selections that a request may have.
const MOST_DRAFTS: usize = 1000;
/// Each size is tried for so long, at least three times.
const TRY_FOR: Duration = Duration::from_millis(200);

/// What grows.
struct Kind {
    name: &'static str,
    service: &'static str,
    hook: &'static str,
    /// Adds so many of it to a request.
    grow: fn(&mut Body, usize),
    most: usize,
}

/// A request that is being put together.
struct Body {
    context: Map<String, Value>,
    prefetch: Map<String, Value>,
}

impl Body {
    fn entries(resources: impl Iterator<Item = Value>) -> Value {
        let entries: Vec<Value> = resources.map(|resource| json!({ "resource": resource })).collect();
        json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len(), "entry": entries })
    }

    fn put(&mut self, key: &str, resources: impl Iterator<Item = Value>) {
        self.prefetch.insert(key.to_owned(), Self::entries(resources));
    }

    fn draft(&mut self, resources: impl Iterator<Item = Value>) {
        self.context.insert("draftOrders".to_owned(), Self::collection(resources));
    }

    fn book(&mut self, resources: impl Iterator<Item = Value>) {
        self.context.insert("appointments".to_owned(), Self::collection(resources));
    }

    fn collection(resources: impl Iterator<Item = Value>) -> Value {
        let entries: Vec<Value> = resources.map(|resource| json!({ "resource": resource })).collect();
        json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
    }
}

const FOLLOW_UP: &str = "cell-therapy-follow-up";
const ORDERS: &str = "cell-therapy-order-safety";
const APPOINTMENTS: &str = "cell-therapy-appointments";
const DISCHARGE: &str = "cell-therapy-discharge";
const AHSCT: &str = "ahsct-eligibility";
const CAR_T: &str = "car-t-eligibility";

const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const ATC: &str = "http://www.whocc.no/atc";

fn subject() -> Value {
    json!({ "reference": "Patient/p" })
}

fn coded(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn words(text: &str) -> Value {
    json!({ "text": text })
}

/// A day of the last months.
fn day(number: usize) -> String {
    format!("2026-{:02}-{:02}", number % 3 + 8, number % 27 + 1)
}

fn condition(number: usize, code: &Value) -> Value {
    json!({ "resourceType": "Condition", "id": format!("c{number}"), "code": code, "subject": subject(), "onsetDateTime": day(number) })
}

fn procedure(number: usize, code: &Value) -> Value {
    json!({ "resourceType": "Procedure", "id": format!("p{number}"), "status": "completed", "code": code, "subject": subject(), "performedDateTime": day(number) })
}

fn requested(number: usize, code: &Value) -> Value {
    json!({ "resourceType": "ServiceRequest", "id": format!("s{number}"), "status": "active", "intent": "order", "code": code, "subject": subject(), "authoredOn": day(number) })
}

fn prescription(number: usize, drug: &Value) -> Value {
    json!({ "resourceType": "MedicationRequest", "id": format!("m{number}"), "status": "active", "intent": "order", "medicationCodeableConcept": drug, "subject": subject(), "authoredOn": day(number) })
}

fn administration(number: usize, drug: &Value) -> Value {
    json!({ "resourceType": "MedicationAdministration", "id": format!("a{number}"), "status": "completed", "medicationCodeableConcept": drug, "subject": subject(), "effectiveDateTime": day(number) })
}

fn statement(number: usize, drug: &Value) -> Value {
    json!({ "resourceType": "MedicationStatement", "id": format!("t{number}"), "status": "active", "medicationCodeableConcept": drug, "subject": subject(), "effectivePeriod": { "start": day(number) } })
}

fn observation(number: usize, code: &Value, value: f64, unit: &str) -> Value {
    json!({ "resourceType": "Observation", "id": format!("o{number}"), "status": "final", "code": code, "subject": subject(),
        "effectiveDateTime": format!("2026-11-02T{:02}:{:02}:00+01:00", number % 8, number % 60), "valueQuantity": { "value": value, "unit": unit } })
}

fn disease_status(number: usize, status: &str) -> Value {
    json!({ "resourceType": "Observation", "id": format!("d{number}"), "status": "final", "code": coded(LOINC, "97509-4"), "subject": subject(),
        "effectiveDateTime": day(number), "valueCodeableConcept": coded(SNOMED, status) })
}

fn appointment(number: usize, more: &Value) -> Value {
    let mut booked = json!({ "resourceType": "Appointment", "id": format!("b{number}"), "status": "proposed", "start": "2026-12-01T09:00:00Z", "end": "2026-12-01T09:10:00Z",
        "participant": [{ "actor": subject(), "status": "accepted" }] });
    if let (Some(booked), Some(more)) = (booked.as_object_mut(), more.as_object()) {
        booked.extend(more.clone());
    }
    booked
}

fn car_t() -> Value {
    coded(SNOMED, "1156961008")
}

fn steroid() -> Value {
    coded(ATC, "H02AB02")
}

/// One infusion of CAR-T cells, so that the rules have something to count from.
fn with_car_t(body: &mut Body) {
    body.put("procedures", std::iter::once(procedure(0, &car_t())));
}

fn without(mut resource: Value, element: &str) -> Value {
    if let Some(elements) = resource.as_object_mut() {
        elements.remove(element);
    }
    resource
}

fn put(resource: &mut Value, element: &str, value: Value) {
    if let Some(elements) = resource.as_object_mut() {
        elements.insert(element.to_owned(), value);
    }
}

const fn kind(name: &'static str, service: &'static str, hook: &'static str, grow: fn(&mut Body, usize)) -> Kind {
    Kind { name, service, hook, grow, most: usize::MAX }
}

const fn drafts(name: &'static str, service: &'static str, hook: &'static str, grow: fn(&mut Body, usize)) -> Kind {
    Kind { name, service, hook, grow, most: MOST_DRAFTS }
}

fn kinds() -> Vec<Kind> {
    vec![
        kind("CAR-T procedures", FOLLOW_UP, "encounter-start", |body, n| {
            body.put("procedures", (0..n).map(|i| procedure(i, &car_t())));
        }),
        kind("CAR-T procedures", DISCHARGE, "encounter-discharge", |body, n| {
            body.put("procedures", (0..n).map(|i| procedure(i, &car_t())));
        }),
        kind("CAR-T procedures without a status", FOLLOW_UP, "patient-view", |body, n| {
            body.put("procedures", (0..n).map(|i| without(procedure(i, &car_t()), "status")));
        }),
        kind("CAR-T procedures in words", FOLLOW_UP, "patient-view", |body, n| {
            body.put("procedures", (0..n).map(|i| procedure(i, &words("CAR-T infusion"))));
        }),
        kind("procedures in words", FOLLOW_UP, "patient-view", |body, n| {
            body.put("procedures", (0..n).map(|i| procedure(i, &words("consult"))));
        }),
        kind("stem cell transplantations", FOLLOW_UP, "patient-view", |body, n| {
            body.put("procedures", (0..n).map(|i| procedure(i, &coded(SNOMED, "425983008"))));
        }),
        kind("CAR-T administrations", FOLLOW_UP, "patient-view", |body, n| {
            body.put("medicationAdministrations", (0..n).map(|i| administration(i, &coded(ATC, "L01XL06"))));
        }),
        kind("steroid administrations", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("medicationAdministrations", (0..n).map(|i| administration(i, &steroid())));
        }),
        kind("steroid statements", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("medicationStatements", (0..n).map(|i| statement(i, &steroid())));
        }),
        kind("local drugs", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put(
                "medicationRequests",
                (0..n).map(|i| {
                    prescription(
                        i,
                        &json!({ "coding": [{ "system": "urn:local", "code": i.to_string() }], "text": "middel" }),
                    )
                }),
            );
        }),
        kind("drugs in words", ORDERS, "order-sign", |body, n| {
            body.put("medicationRequests", (0..n).map(|i| prescription(i, &words("dexamethason 4 mg"))));
            body.draft(std::iter::once(prescription(0, &steroid())));
        }),
        kind("stop agreements", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            let stop = json!([{ "url": "http://nictiz.nl/fhir/StructureDefinition/ext-StopType", "valueCodeableConcept": coded(SNOMED, "410546004") }]);
            body.put(
                "medicationRequests",
                (0..n).map(|i| {
                    let mut prescription = prescription(i, &steroid());
                    put(&mut prescription, "modifierExtension", stop.clone());
                    prescription
                }),
            );
        }),
        kind("recent temperatures", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("observations", (0..n).map(|i| observation(i, &coded(LOINC, "8310-5"), 38.9, "Cel")));
        }),
        kind("temperatures in a unit of UCUM", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("observations", (0..n).map(|i| observation(i, &coded(LOINC, "8310-5"), 311.5, "K")));
        }),
        kind("temperatures in a unit that is none", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("observations", (0..n).map(|i| observation(i, &coded(LOINC, "8310-5"), 38.9, "streepjes")));
        }),
        kind("temperatures, each in a unit of its own", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put(
                "observations",
                (0..n).map(|i| observation(i, &coded(LOINC, "8310-5"), 38.9, &format!("K.m{i}/m{i}"))),
            );
        }),
        kind("neutrophils", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("observations", (0..n).map(|i| observation(i, &coded(LOINC, "751-8"), 0.3, "K/uL")));
        }),
        kind("observations in words", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("observations", (0..n).map(|i| observation(i, &words("temperatuur"), 38.9, "graden")));
        }),
        kind("reports in words", AHSCT, "order-sign", |body, n| {
            body.draft(std::iter::once(requested(0, &coded(SNOMED, "425983008"))));
            body.put("diagnosticReports", (0..n).map(|i| json!({ "resourceType": "DiagnosticReport", "id": format!("r{i}"), "status": "final", "code": words("MRI hersenen"), "subject": subject(), "effectiveDateTime": day(i) })));
        }),
        kind("conditions in words", FOLLOW_UP, "patient-view", |body, n| {
            body.put("conditions", (0..n).map(|i| condition(i, &words("moe"))));
        }),
        kind("lymphomas", CAR_T, "patient-view", |body, n| {
            body.put("conditions", (0..n).map(|i| condition(i, &coded(SNOMED, "109969005"))));
        }),
        kind("failures and controls of a lymphoma", CAR_T, "patient-view", |body, n| {
            body.put("conditions", std::iter::once(condition(0, &coded(SNOMED, "109969005"))));
            body.put(
                "observations",
                (0..n).map(|i| disease_status(i, if i % 2 == 0 { "263855007" } else { "268910001" })),
            );
        }),
        kind("failures of a lymphoma after transplantations", CAR_T, "patient-view", |body, n| {
            body.put("conditions", std::iter::once(condition(0, &coded(SNOMED, "109969005"))));
            body.put("procedures", (0..n / 2).map(|i| procedure(i, &coded(SNOMED, "425983008"))));
            body.put("observations", (0..n / 2).map(|i| disease_status(i, "263855007")));
        }),
        kind("multiple sclerosis", AHSCT, "patient-view", |body, n| {
            body.put("conditions", (0..n).map(|i| condition(i, &coded(SNOMED, "24700007"))));
        }),
        kind("conditions as reasons of a draft", AHSCT, "order-sign", |body, n| {
            body.put("conditions", (0..n).map(|i| condition(i, &coded(SNOMED, "24700007"))));
            let mut order = requested(0, &coded(SNOMED, "425983008"));
            put(
                &mut order,
                "reasonReference",
                (0..n).map(|i| json!({ "reference": format!("Condition/c{i}") })).collect(),
            );
            body.draft(std::iter::once(order));
        }),
        kind("reasons of a drug", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("conditions", (0..n).map(|i| condition(i, &coded(SNOMED, "24700007"))));
            body.put(
                "medicationRequests",
                (0..n).map(|i| {
                    let mut prescription = prescription(i, &steroid());
                    put(&mut prescription, "reasonReference", json!([{ "reference": format!("Condition/c{i}") }]));
                    prescription
                }),
            );
        }),
        kind("coded reasons of a draft", ORDERS, "order-sign", |body, n| {
            let mut order = prescription(0, &steroid());
            put(&mut order, "reasonCode", (0..n).map(|_| coded(SNOMED, "24700007")).collect());
            with_car_t(body);
            body.draft(std::iter::once(order));
        }),
        kind("requests for CAR-T", ORDERS, "order-sign", |body, n| {
            body.put("serviceRequests", (0..n).map(|i| requested(i, &car_t())));
            body.draft(std::iter::once(prescription(0, &coded(ATC, "L01BB05"))));
        }),
        kind("requests for CAR-T", FOLLOW_UP, "patient-view", |body, n| {
            body.put("serviceRequests", (0..n).map(|i| requested(i, &car_t())));
        }),
        kind("consents", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("consents", (0..n).map(|i| json!({ "resourceType": "Consent", "id": format!("k{i}"), "status": "active", "scope": words("donatie"), "category": [words("donorregister")], "patient": subject(), "dateTime": day(i) })));
        }),
        kind("allergies in words", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            body.put("allergies", (0..n).map(|i| json!({ "resourceType": "AllergyIntolerance", "id": format!("g{i}"), "code": words("iets"), "patient": subject() })));
        }),
        kind("encounters", FOLLOW_UP, "encounter-start", |body, n| {
            with_car_t(body);
            body.put("encounters", (0..n).map(|i| json!({ "resourceType": "Encounter", "id": format!("e{i}"), "status": "finished", "class": { "code": "IMP" }, "subject": subject(), "period": { "start": day(i), "end": day(i) } })));
        }),
        kind("trials", CAR_T, "patient-view", |body, n| {
            body.put("conditions", std::iter::once(condition(0, &coded(SNOMED, "109969005"))));
            body.put("researchSubjects", (0..n).map(|i| json!({ "resourceType": "ResearchSubject", "id": format!("r{i}"), "status": "on-study", "individual": subject(), "study": { "display": "trial" } })));
        }),
        kind("entries without a resource", FOLLOW_UP, "patient-view", |body, n| {
            body.prefetch.insert(
                "conditions".to_owned(),
                json!({ "resourceType": "Bundle", "type": "searchset", "entry": vec![json!({}); n] }),
            );
        }),
        kind("resources of somebody else", FOLLOW_UP, "patient-view", |body, n| {
            body.put(
                "procedures",
                (0..n).map(|i| {
                    let mut procedure = procedure(i, &car_t());
                    put(&mut procedure, "subject", json!({ "reference": format!("Patient/x{i}") }));
                    procedure
                }),
            );
        }),
        kind("drugs that are referenced", FOLLOW_UP, "patient-view", |body, n| {
            with_car_t(body);
            let prescriptions = (0..n).map(|i| {
                let mut prescription = without(prescription(i, &steroid()), "medicationCodeableConcept");
                put(&mut prescription, "medicationReference", json!({ "reference": format!("Medication/d{i}") }));
                prescription
            });
            let drugs =
                (0..n).map(|i| json!({ "resourceType": "Medication", "id": format!("d{i}"), "code": steroid() }));
            body.put("medicationRequests", prescriptions.chain(drugs));
        }),
        kind("codings of one drug", FOLLOW_UP, "patient-view", |body, n| {
            let codings: Vec<Value> =
                (0..n).map(|i| json!({ "system": "urn:local", "code": i.to_string(), "display": "CAR-T" })).collect();
            body.put("procedures", std::iter::once(procedure(0, &json!({ "coding": codings }))));
        }),
        drafts("steroid drafts", ORDERS, "order-sign", |body, n| {
            with_car_t(body);
            body.draft((0..n).map(|i| prescription(i, &steroid())));
        }),
        drafts("cytostatic drafts", ORDERS, "order-sign", |body, n| {
            with_car_t(body);
            body.draft((0..n).map(|i| prescription(i, &coded(ATC, "L01AA01"))));
        }),
        drafts("drafts in words", ORDERS, "order-sign", |body, n| {
            with_car_t(body);
            body.draft((0..n).map(|i| requested(i, &words("CAR-T infusion"))));
        }),
        drafts("drafts with a modifier", ORDERS, "order-sign", |body, n| {
            with_car_t(body);
            body.draft((0..n).map(|i| {
                let mut order = prescription(i, &steroid());
                put(&mut order, "modifierExtension", json!([{ "url": "urn:what", "valueBoolean": true }]));
                order
            }));
        }),
        drafts("selections", ORDERS, "order-select", |body, n| {
            with_car_t(body);
            body.draft((0..n).map(|i| prescription(i, &steroid())));
            body.context
                .insert("selections".to_owned(), (0..n).map(|i| json!(format!("MedicationRequest/m{i}"))).collect());
        }),
        drafts("appointments in words", APPOINTMENTS, "appointment-book", |body, n| {
            with_car_t(body);
            body.book((0..n).map(|i| appointment(i, &json!({ "serviceType": [words("rijles")] }))));
        }),
        drafts("appointments by reason", APPOINTMENTS, "appointment-book", |body, n| {
            with_car_t(body);
            body.put("conditions", (0..n).map(|i| condition(i, &coded(SNOMED, "24700007"))));
            body.book(
                (0..n).map(|i| {
                    appointment(i, &json!({ "reasonReference": [{ "reference": format!("Condition/c{i}") }] }))
                }),
            );
        }),
        drafts("appointments for requests", APPOINTMENTS, "appointment-book", |body, n| {
            with_car_t(body);
            body.put("serviceRequests", (0..n).map(|i| requested(i, &car_t())));
            body.book(
                (0..n)
                    .map(|i| appointment(i, &json!({ "basedOn": [{ "reference": format!("ServiceRequest/s{i}") }] }))),
            );
        }),
        kind("requests of one appointment", APPOINTMENTS, "appointment-book", |body, n| {
            with_car_t(body);
            body.put("serviceRequests", (0..n).map(|i| requested(i, &car_t())));
            let based_on: Value = (0..n).map(|i| json!({ "reference": format!("ServiceRequest/s{i}") })).collect();
            body.book(std::iter::once(appointment(0, &json!({ "basedOn": based_on }))));
        }),
    ]
}

/// The request with so many of it, and nothing else under the keys of the service.
fn request(kind: &Kind, size: usize, service: &Service) -> Vec<u8> {
    let mut body = Body { context: Map::new(), prefetch: Map::new() };
    body.context.extend(
        [("userId", "Practitioner/x"), ("patientId", "p"), ("encounterId", "e")]
            .map(|(key, value)| (key.to_owned(), json!(value))),
    );
    for key in service.prefetch.keys() {
        body.put(key, std::iter::empty());
    }
    body.prefetch.insert(
        "patient".to_owned(),
        json!({ "resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1988-01-01" }),
    );
    (kind.grow)(&mut body, size);
    let request = json!({
        "hook": kind.hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": body.context,
        "prefetch": body.prefetch, "extension": { "dev.cellwise.asOf": AS_OF }
    });
    request.to_string().into_bytes()
}

/// The processor time of this thread (Linux), else the time.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = of_thread.and_then(|times| times.split(' ').next().and_then(|time| time.parse().ok()));
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::load()?;
    let as_of = AsOf::parse(AS_OF).ok_or("no instant")?;
    let settings = CallSettings { language: Language::ENGLISH, as_of, accept_as_of: true };
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let [first, second, third] = SIZES;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "| kind | hook | kB | ms at {first} | ms at {second} | ms at {third} | exponent |\n|---|---|---|---|---|---|---|"
    )?;
    for kind in
        kinds().iter().filter(|kind| wanted.is_empty() || wanted.iter().any(|word| kind.name.contains(word.as_str())))
    {
        let service = engine.knowledge().service(kind.service).ok_or("no service")?;
        let mut times = Vec::new();
        let (mut size, mut refusals) = (0, 0);
        for n in SIZES.into_iter().map(|n| n.min(kind.most)) {
            let body = request(kind, n, service);
            size = body.len();
            let (began, started, mut tries) = (now(), Instant::now(), 0);
            while tries < 3 || started.elapsed() < TRY_FOR {
                refusals += usize::from(black_box(engine.call(kind.service, black_box(&body), &settings)).is_err());
                tries += 1;
            }
            times.push((n, now().saturating_sub(began).as_secs_f64() * 1e3 / f64::from(tries)));
        }
        write!(out, "| {} | {} | {} |", kind.name, kind.hook, size / 1000)?;
        for (n, time) in &times {
            match *n {
                MOST_DRAFTS if kind.most == MOST_DRAFTS => write!(out, " {time:.2} ({n}) |")?,
                _ => write!(out, " {time:.2} |")?,
            }
        }
        // Of the last step that grew.
        let exponent = times.windows(2).rev().find_map(|step| {
            let [(from, before), (to, after)] = step else { return None };
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let grown = *to as f64 / *from as f64;
            (grown > 1.0).then(|| (after / before).ln() / grown.ln())
        });
        writeln!(out, " {:.2}{} |", exponent.unwrap_or_default(), if refusals > 0 { " (refused)" } else { "" })?;
    }
    Ok(())
}
