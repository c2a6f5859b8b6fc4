//! Pins the faults of fhirbolt 0.4 that `cellwise-fhir-model` works around.
//!
//! A test that fails here is good news: fhirbolt has changed. Each says which workaround to remove; run
//! the rest of the tests without it before trusting the news.
//!
//! All calls read from a string, as the crate itself does. The 146 resources that `Resource` needs are
//! instantiated by every concrete type too, through `contained`, so this file adds almost nothing to the
//! build: it links to what the library holds already. A second input type (`from_slice`,
//! `from_json_value`) would not.

#![forbid(unsafe_code)]

use std::{
    env,
    panic::catch_unwind,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use cellwise_fhir_model::{
    Resource,
    resources::{Bundle, Observation, Patient},
};
use fhirbolt::serde::{DeserializationConfig, DeserializationMode, DeserializeResource};

fn read<T>(mode: DeserializationMode, json: &str) -> Result<T, String>
where
    T: for<'de> DeserializeResource<'de>,
{
    fhirbolt::json::from_str(json, Some(DeserializationConfig { mode })).map_err(|error| error.to_string())
}

fn strict<T>(json: &str) -> Result<T, String>
where
    T: for<'de> DeserializeResource<'de>,
{
    read(DeserializationMode::Strict, json)
}

/// An empty array panics when the type is found from `resourceType`.
///
/// If this fails: `src/prepare.rs` need no longer protect fhirbolt from empty arrays. Keep refusing them
/// all the same, because FHIR does.
#[test]
fn an_empty_array_panics() {
    let outcome = catch_unwind(|| strict::<Resource>(r#"{"resourceType":"Patient","name":[]}"#));
    assert!(outcome.is_err(), "fhirbolt no longer panics on an empty array");
}

/// A concrete type drops an empty array without a word.
///
/// If this fails because the array is now an error: `Problem::EmptyArray` of `src/prepare.rs` has become
/// a better message only, no longer the only guard.
#[test]
fn an_empty_array_is_dropped_by_a_concrete_type() {
    let patient = strict::<Patient>(r#"{"resourceType":"Patient","name":[]}"#);
    assert_eq!(patient, Ok(Patient::default()), "fhirbolt no longer drops an empty array");
}

/// An unknown array never ends in the tolerant modes when the type is found from `resourceType`.
///
/// If this fails: a tolerant mode has become thinkable, for shipped files; `ARCHITECTURE.md` says why
/// requests have other readers.
#[test]
fn an_unknown_array_never_ends() {
    const THIS_TEST: &str = "an_unknown_array_never_ends";
    const SPIN: &str = "CELLWISE_TEST_SPIN";
    const LONG_ENOUGH: Duration = Duration::from_secs(2);

    if env::var_os(SPIN).is_some() {
        let json = r#"{"resourceType":"Patient","unknown":[{"a":"b"}]}"#;
        drop(read::<Resource>(DeserializationMode::Lax, json));
        return;
    }
    // A thread cannot be stopped, a process can.
    let mut child = Command::new(env::current_exe().expect("a test knows its own file"))
        .args(["--exact", THIS_TEST])
        .env(SPIN, "yes")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a test can start itself");
    let start = Instant::now();
    let mut still_running = true;
    while still_running && start.elapsed() < LONG_ENOUGH {
        sleep(Duration::from_millis(50));
        still_running = matches!(child.try_wait(), Ok(None));
    }
    drop(child.kill());
    child.wait().expect("a stopped child ends");
    assert!(still_running, "fhirbolt no longer loops on an unknown array");
}

/// A concrete type loses its place after any unknown element in the tolerant modes.
///
/// If this fails: as `an_unknown_array_never_ends`.
#[test]
fn an_unknown_element_is_a_syntax_error_in_a_tolerant_mode() {
    let json = r#"{"resourceType":"Patient","unknown":"a","gender":"female"}"#;
    let error = read::<Patient>(DeserializationMode::Lax, json).expect_err("fhirbolt now skips it");
    assert!(error.starts_with("expected `,` or `}`"), "{error}");
}

/// A concrete type does not read a decimal from a number.
///
/// If this fails: stop quoting decimals in `src/prepare.rs`.
#[test]
fn a_decimal_is_not_read_from_a_number() {
    let observation = |value: &str| {
        strict::<Observation>(&format!(
            r#"{{"resourceType":"Observation","status":"final","code":{{"text":"a"}},
                "valueQuantity":{{"value":{value}}}}}"#
        ))
    };
    let error = observation("1.50").expect_err("fhirbolt now reads decimals from numbers");
    assert!(error.starts_with("invalid type: number, expected a string"), "{error}");
    assert!(observation(r#""1.50""#).is_ok(), "fhirbolt no longer reads decimals from strings");
}

/// A concrete type reads the decimal of a choice from a number only, unlike every other decimal.
///
/// If this fails: quote all decimals alike in `src/prepare.rs`, or none.
#[test]
fn a_decimal_of_a_choice_is_not_read_from_a_string() {
    let patient = |value: &str| {
        strict::<Patient>(&format!(
            r#"{{"resourceType":"Patient",
                "extension":[{{"url":"http://example.org/a","valueDecimal":{value}}}]}}"#
        ))
    };
    let error = patient(r#""1.50""#).expect_err("fhirbolt now reads such decimals from strings");
    assert!(error.starts_with("invalid type: string"), "{error}");
    assert!(patient("1.50").is_ok(), "fhirbolt no longer reads such decimals from numbers");
}

/// A resource in a Bundle spoils the reading of the one after it.
///
/// If this fails: stop cutting nested resources out in `src/prepare.rs`, if
/// `a_contained_resource_spoils_what_follows` fails too.
#[test]
fn a_bundled_resource_spoils_the_next() {
    let entry = |id| {
        format!(
            r#"{{"fullUrl":"https://ehr.example.org/fhir/Patient/{id}",
                "resource":{{"resourceType":"Patient","id":"{id}"}}}}"#
        )
    };
    let json = format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{},{}]}}"#, entry("a"), entry("b"));
    let error = strict::<Bundle>(&json).expect_err("fhirbolt now reads a Bundle");
    assert!(error.starts_with("invalid type: string"), "{error}");
}

/// A contained resource spoils the reading of the element after it.
///
/// If this fails: see `a_bundled_resource_spoils_the_next`.
#[test]
fn a_contained_resource_spoils_what_follows() {
    let json = r#"{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"a"}],
        "gender":"female"}"#;
    let error = strict::<Patient>(json).expect_err("fhirbolt now reads contained resources");
    assert!(error.starts_with("invalid type: string"), "{error}");
}

/// Bytes after the resource are not noticed.
///
/// If this fails: nothing to remove; `prepare::outermost` is needed for more than this.
#[test]
fn garbage_at_the_end_is_not_noticed() {
    assert_eq!(
        strict::<Patient>(r#"{"resourceType":"Patient"} garbage"#),
        Ok(Patient::default()),
        "fhirbolt now looks at what follows the resource"
    );
}

/// A resource without a type is taken for the type asked for.
///
/// If this fails: nothing to remove; `prepare::prepare` needs the type in any case.
#[test]
fn a_missing_resource_type_is_not_noticed() {
    assert_eq!(strict::<Patient>("{}"), Ok(Patient::default()), "fhirbolt now asks for a resourceType");
}
