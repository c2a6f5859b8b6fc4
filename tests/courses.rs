//! Whole courses: the cards at each opening of the chart are the blessed ones, and every card that is needed is there.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use cellwise::engine::Engine;
use cellwise::fixtures::course::Course;
use cellwise::fixtures::course::check::{self, Count};
use cellwise::fixtures::course::play::play;
use cellwise::fixtures::report;
use cellwise::fixtures::request::resources;
use cellwise_clinic::Language;
use serde_json::{Value, json};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::load().unwrap());

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/courses")
}

fn load(path: &Path) -> Course {
    Course::load(path, ENGINE.knowledge()).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("\n{}", lines.join("\n"))
    })
}

fn courses() -> Vec<Course> {
    Course::files(&folder()).unwrap().iter().map(|path| load(path)).collect()
}

#[test]
fn every_course_shows_the_expected_cards() {
    let mut failures = Vec::new();
    for course in courses() {
        let opened = play(&course, &ENGINE, Language::ENGLISH).unwrap();
        let comparison = check::compare(&course, &opened);
        if !comparison.is_equal() {
            failures.extend(format!("{}\n", course.path.display()).into_bytes());
            report::comparison(&mut failures, &comparison, false).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{}", String::from_utf8_lossy(&failures));
}

/// What is shown, and needed, does not depend on the language of the reader.
#[test]
fn both_languages_show_the_same_cards() {
    for course in courses() {
        let dutch = play(&course, &ENGINE, Language::DUTCH).unwrap();
        let blessed = fs::read_to_string(course.cards_path()).unwrap();
        assert_eq!(check::calendar(&course, &dutch), blessed, "{}", course.path.display());
    }
}

/// What an EHR would send at each opening is strict FHIR R4, drafts included.
#[test]
fn what_is_on_record_is_strict_fhir() {
    let mut checked = BTreeSet::new();
    for course in courses() {
        for (place, opening) in course.file.openings.iter().enumerate() {
            let call = course.call(place, opening, "any");
            let id = call.patient_id().unwrap().to_owned();
            for resource in [Some(&call.patient), call.orders.as_ref()].into_iter().flatten().flat_map(resources) {
                let text = resource.to_string().replace("{{patientId}}", &id);
                // Most of the record stays as it was since the last opening.
                if !checked.insert(text.clone()) {
                    continue;
                }
                if let Err(error) = cellwise_fhir_model::check(&text) {
                    panic!("{}: `/openings/{place}`: {}: {error}", course.path.display(), resource["id"]);
                }
            }
        }
    }
    assert!(checked.len() > 100);
}

#[test]
fn an_expectation_without_its_course_is_noticed() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let course = name.strip_suffix(".cards.md").map(|stem| folder().join(format!("{stem}.json")));
        assert!(course.is_none_or(|course| course.is_file()), "fixtures/courses/{name} belongs to no course");
    }
}

/// A course with one opening, to be spoilt.
fn small() -> Value {
    json!({
        "describe": "A patient with diabetes",
        "dayZero": "2026-11-02",
        "record": [
            { "known": "2026-11-01T09:00:00+01:00", "change": {
                "Patient/p": { "resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1961-11-03" } } },
            { "known": "2026-11-03T09:00:00+01:00", "change": {
                "Procedure/car-t": { "resourceType": "Procedure", "id": "car-t", "status": "completed",
                    "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "1156961008" }] },
                    "subject": { "reference": "Patient/p" }, "performedDateTime": "2026-11-03T08:00:00+01:00" } } }
        ],
        "openings": [
            { "at": "2026-11-03T08:30:00+01:00", "what": "Just before it is written down", "hook": "encounter-start" },
            { "at": "2026-11-03T10:00:00+01:00", "what": "An hour later", "hook": "encounter-start" }
        ]
    })
}

/// A folder of its own for each test.
fn written(name: &str, course: &Value) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("courses").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("course.json");
    fs::write(&path, course.to_string()).unwrap();
    path
}

#[test]
fn only_what_is_known_by_then_is_sent() {
    let course = load(&written("known", &small()));
    let opened = play(&course, &ENGINE, Language::ENGLISH).unwrap();
    let topics: Vec<Vec<&str>> =
        opened.iter().map(|one| one.cards.iter().map(|card| card.topic.as_str()).collect()).collect();
    assert!(topics[0].is_empty(), "{topics:?}");
    assert!(topics[1].contains(&"carTPrecautions"), "{topics:?}");
    assert_eq!((opened[0].day, opened[1].day), (1, 1));
    let count = Count::of(&opened);
    assert_eq!((count.openings, count.with_cards, count.idle_cards), (2, 1, count.cards));
}

#[test]
fn a_course_that_cannot_be_played_says_where_and_what_to_do() {
    let spoilt: &[(&str, Value, &str)] = &[
        ("/dayZero", json!("2 November"), "`/dayZero`: `2 November` is no day, such as `2026-11-02`"),
        (
            "/record/1/known",
            json!("2026-10-01T09:00:00+01:00"),
            "`/record/1/known`: is earlier than what stands above it",
        ),
        ("/record/1/known", json!("soon"), "`/record/1/known`: `soon` is no instant"),
        (
            "/record/1/change/Procedure~1car-t/performedDateTime",
            json!("2026-11-03T09:30:00+01:00"),
            "`/record/1/change/Procedure~1car-t/performedDateTime`: is later than `known`",
        ),
        ("/record/1/change/Procedure~1car-t/id", json!("x"), "`/record/1/change/Procedure~1car-t`: is not there"),
        ("/record/0/known", json!("2026-11-03T08:45:00+01:00"), "`/openings/0/at`: there is no Patient on record yet"),
        ("/openings", json!([]), "`/openings`: is empty"),
        (
            "/openings/1/at",
            json!("2026-11-03T08:00:00+01:00"),
            "`/openings/1/at`: is earlier than what stands above it",
        ),
        ("/openings/0/hook", json!("patient-views"), "`/openings/0/hook`: there is no hook `patient-views`, only "),
        ("/openings/0/hook", json!("order-sign"), "`/openings/0/drafts`: is missing"),
        ("/openings/0/drafts", json!([{}]), "`/openings/0/drafts`: is not sent on the hook `encounter-start`"),
        ("/openings/0/service", json!("nobody"), "`/openings/0/service`: no service `nobody` is offered on the hook"),
        ("/openings/0/encounter", json!("e"), "`/openings/0/encounter`: there is no Encounter/e on record by then"),
        ("/openings/0/needed", json!(["fever"]), "`/openings/0/needed`: there is no rule `fever`"),
        ("/openings/0/whom", json!("me"), "`/openings/0/whom`: unknown field `whom`"),
    ];
    for (pointer, value, expected) in spoilt {
        let mut course = small();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        course.pointer_mut(parent).unwrap()[member.replace("~1", "/")] = value.clone();
        let path = written("spoilt", &course);
        let errors = Course::load(&path, ENGINE.knowledge()).unwrap_err();
        let text: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(text[0].starts_with(&path.display().to_string()), "{text:?}");
        assert!(text.iter().any(|line| line.contains(expected)), "{pointer}: {text:?}");
    }
}

fn cellwise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cellwise"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("course")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn the_command_prints_blesses_and_compares() {
    let path = written("command", &small());
    let file = path.to_str().unwrap();
    let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
    let first = cellwise(&[file]);
    assert_eq!(first.status.code(), Some(1));
    assert!(text(&first).contains("not blessed"), "{}", text(&first));
    let blessed = cellwise(&[file, "--bless"]);
    assert_eq!(blessed.status.code(), Some(0), "{}", text(&blessed));
    let dutch = cellwise(&[file, "--lang", "nl"]);
    assert_eq!(dutch.status.code(), Some(0), "{}", text(&dutch));
    for expected in [
        "A patient with diabetes",
        "geen kaart",
        "wat er gebeurt",
        "cell-therapy-follow-up",
        "INFORMATIE [niets te doen]: ",
        "2 keer geopend, ",
    ] {
        assert!(text(&dutch).contains(expected), "`{expected}` is not in\n{}", text(&dutch));
    }
    // A card that is needed and not shown can't be blessed.
    let mut course = small();
    course["openings"][0]["needed"] = json!(["car-t-precautions"]);
    fs::write(&path, course.to_string()).unwrap();
    let missing = cellwise(&[file, "--bless"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        text(&missing).contains("the card of `car-t-precautions` is needed, and is not shown"),
        "{}",
        text(&missing)
    );
    let gone = cellwise(&["fixtures/courses/nowhere.json"]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("nowhere.json: can't be read: no such file"), "{gone:?}");
}
