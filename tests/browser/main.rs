//! The pages in a real browser: the course of four patients in every language, on a telephone and on a screen, the workbench
//! from a patient to a saved case, the page of the cases, the mock EHR, and the SMART app from an EHR to the course. Without Chromium
//! these tests say so and do nothing; `.ci/run` installs it.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and says what it did not do"
)]

mod cases;
mod driver;
mod ehr;
#[path = "../api/smart/patients.rs"]
mod patients;
mod pictures;
mod smart;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise::course::{self, Course};
use cellwise::engine::{CallSettings, Engine};
use cellwise::fixtures::case::CaseFile;
use cellwise::fixtures::course::Course as Played;
use cellwise::http::{Bench, Server, Settings};
use cellwise::workbench::Workbench;
use cellwise_clinic::Language;
use cellwise_record::AsOf;
use serde_json::{Value, json};

use driver::{Browser, installed};

static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| Arc::new(Engine::load().unwrap()));
/// One browser at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Patients as a clinician meets them: a course, an opening of it at or after a day, and the service that is asked.
const PATIENTS: [(&str, &str, &str, &str); 4] = [
    ("car-t-crs-3-with-icans", "2026-05-22", "patient-view", "cell-therapy-follow-up"),
    ("ahsct-ms", "2026-07-16", "patient-view", "cell-therapy-follow-up"),
    ("general-practice", "2026-05-22", "encounter-start", "cell-therapy-follow-up"),
    ("rrms-candidate", "2026-04-04", "patient-view", "ahsct-eligibility"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The page with the course of a patient, as a file.
fn page((name, day, hook, service): (&str, &str, &str, &str), language: Language) -> String {
    let engine: &Engine = &ENGINE;
    let played = Played::load(&root().join(format!("fixtures/courses/{name}.json")), engine.knowledge()).unwrap();
    let openings = played.file.openings.iter().enumerate();
    let mut later = openings.filter(|(_, opening)| opening.at.as_str() >= day && opening.hook == hook);
    let (place, opening) = later.next().unwrap_or_else(|| panic!("{name}: no opening on {hook} since {day}"));
    let service = engine.knowledge().service(service).unwrap();
    let body = played.call(place, opening, &service.id).request(&service.prefetch).to_string();
    let settings = CallSettings { language, as_of: AsOf::parse(&opening.at).unwrap(), accept_as_of: true };
    let judged = engine.judge(&service.id, body.as_bytes(), &settings).unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let answer = engine.respond(&judged, language).ok();
    let course = Course::of(engine, &[(judged, answer)]).unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.html", language.code()));
    fs::write(&file, course::document(engine, &course, language)).unwrap();
    format!("file://{}", file.display())
}

/// A page is no wider than the screen, everybody can use it, and the browser has nothing to complain of.
#[track_caller]
fn assert_sound(browser: &Browser, at: &str) {
    let overflow = browser.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(overflow, 0, "{at}: the page is wider than the screen");
    assert_eq!(inaccessible(browser), json!([]), "{at}");
    assert_eq!(browser.complaints(), [""; 0], "{at}");
}

/// What is wrong with a page for people who can't see it, use a mouse, or tell colours apart.
fn inaccessible(browser: &Browser) -> Value {
    let Ok(axe) = fs::read_to_string(root().join("target/axe/package/axe.min.js")) else {
        eprintln!("no axe-core: `.ci/axe` fetches it");
        return json!([]);
    };
    browser.eval(&format!("{axe}; 0"));
    browser.eval(
        "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }).then((found) => \
         found.violations.map((of) => [of.id, of.help, of.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]))",
    )
}

/// Pages of a course on paper at most: whoever prints one wants to hold it.
const MOST_SHEETS: usize = 4;

/// How many pages a PDF has; none of what is no PDF.
fn pages_of(pdf: &Value) -> usize {
    let bytes = STANDARD.decode(pdf["data"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"%PDF"));
    let text = String::from_utf8_lossy(&bytes);
    text.matches("/Type /Page\n").count()
}

/// What the browser asks itself for: a blank page, the pictures of its own controls.
fn is_of_browser(url: &str) -> bool {
    url.starts_with("about:") || url.starts_with("data:")
}

#[test]
fn a_course_can_be_seen_read_and_reached_by_keyboard() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let browser = Browser::start(chromium);
    for patient in PATIENTS {
        for language in Language::ALL {
            let url = page(patient, *language);
            for width in [380, 1280, 1600] {
                let at = format!("{} {} {width}", patient.0, language.code());
                browser.open(&url, width);
                assert_sound(&browser, &at);
                let elsewhere: Vec<String> =
                    browser.requested().into_iter().filter(|url| !url.starts_with("file:")).collect();
                assert!(elsewhere.iter().all(|url| is_of_browser(url)), "{at}: {elsewhere:?}");
            }
            // Every mark is reached by the tabulator, says what it is, and leads to its line.
            let marks = browser.eval("document.querySelectorAll('.row svg a').length").as_u64().unwrap();
            let described = browser.eval(
                "[...document.querySelectorAll('.row svg a')].filter((a) => a.getAttribute('aria-label')).length",
            );
            assert!(marks > 0, "{url}");
            assert_eq!(described, marks);
            browser.press("Tab", 9, "");
            let first = browser.eval("document.activeElement.getAttribute('href')");
            assert!(first.as_str().is_some_and(|href| href.starts_with('#')), "{url}: {first}");
            browser.press("Enter", 13, "\r");
            browser.wait_for("document.querySelector(':target') !== null");
            assert_eq!(browser.eval("'#' + document.querySelector(':target').id"), first);
            let pdf = browser.call("Page.printToPDF", json!({ "printBackground": false }));
            assert!((1..=MOST_SHEETS).contains(&pages_of(&pdf)), "{url}: {} pages", pages_of(&pdf));
        }
    }
}

/// A server with a workbench; it ends with the tests.
fn served() -> String {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let settings = Settings { listen: "127.0.0.1:0".parse().unwrap(), workers: 1, ..Settings::default() };
            let bench: Arc<dyn Bench> = Arc::new(Workbench::default());
            let server = Server::bind_with(Arc::clone(&ENGINE), settings, Some(bench)).unwrap();
            send.send(server.address()).unwrap();
            server.run().await.unwrap();
        });
    });
    format!("http://{}", receive.recv().unwrap())
}

#[test]
fn a_patient_is_laid_on_the_workbench_moved_through_time_and_saved() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (base, browser) = (served(), Browser::start(chromium));
    let text = |selector: &str| browser.eval(&format!("document.querySelector('{selector}').textContent"));
    let cards = || browser.eval("document.querySelectorAll('.topics > li').length").as_u64().unwrap();

    // A link leads to an invented patient, judged on a day.
    browser.open(&format!("{base}/workbench?patient=car-t-crs&hook=patient-view&date=2026-11-02"), 1280);
    browser.wait_for("document.querySelector('.result')");
    let first = cards();
    assert!(first > 0);
    assert!(text("#status").as_str().unwrap().starts_with("Cards that came:"));
    assert_eq!(inaccessible(&browser), json!([]));

    // The slider takes it to a day before everything: the cards go.
    browser
        .eval("const s = document.querySelector('#slider'); s.value = s.min; s.dispatchEvent(new Event('input')); 0");
    browser.wait_for("document.querySelector('#status').textContent.startsWith('Cards that went:')");
    assert_eq!(cards(), 0);
    let search = browser.eval("location.search");
    assert!(search.as_str().unwrap().starts_with("?patient=car-t-crs&hook=patient-view&date=2026-"), "{search}");
    browser.eval("document.querySelector('#date').value = '2026-11-02'; document.querySelector('#date').dispatchEvent(new Event('change')); 0");
    browser.wait_for(&format!("document.querySelectorAll('.topics > li').length === {first}"));

    // It is saved as a case that the suite reads.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("downloads");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    browser.call("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder }));
    browser.eval("document.querySelector('#save').click(); 0");
    let file = folder.join("case.json");
    let started = Instant::now();
    let case = loop {
        let read = fs::read_to_string(&file).ok().and_then(|text| serde_json::from_str::<CaseFile>(&text).ok());
        if let Some(case) = read {
            break case;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "no case was saved");
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!((case.patient.as_str(), case.expect.rule.as_str()), ("car-t-crs", "infection-prophylaxis"));

    // A file of one's own: nothing of it gets into the address, or is kept by the browser.
    let own = fs::read_to_string(root().join("fixtures/patients/car-t-icans.json")).unwrap();
    let own_file = folder.join("own.json");
    fs::write(&own_file, own).unwrap();
    let document = browser.call("DOM.getDocument", json!({}));
    let input = json!({ "nodeId": document["root"]["nodeId"], "selector": "#file" });
    let input = browser.call("DOM.querySelector", input);
    browser.call("DOM.setFileInputFiles", json!({ "files": [own_file], "nodeId": input["nodeId"] }));
    browser.wait_for("document.querySelector('#loaded').textContent.includes('own.json') && location.search === ''");
    browser.wait_for("document.querySelector('.result .who').textContent.includes('car-t-icans')");
    let kept = browser.eval("localStorage.length + sessionStorage.length + document.cookie.length");
    assert_eq!(kept, 0);

    // In Dutch, on a telephone.
    browser.open(&format!("{base}/workbench?patient=car-t-crs&hook=patient-view&date=2026-11-02&lang=nl"), 380);
    browser.wait_for("document.querySelector('.result')");
    assert_eq!(text("h1"), "Werkbank");
    let overflow = browser.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assert_eq!(overflow, 0, "the workbench is wider than a telephone");
    assert_eq!(inaccessible(&browser), json!([]));
    assert_eq!(browser.complaints(), [""; 0]);
    let elsewhere: Vec<String> = browser.requested().into_iter().filter(|url| !url.starts_with(&base)).collect();
    assert!(elsewhere.iter().all(|url| is_of_browser(url)), "{elsewhere:?}");
}
