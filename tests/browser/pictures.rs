//! The pictures of the README, taken anew with `CELLWISE_PICTURES=1 cargo test --test browser pictures`. Without that they are only
//! looked for.

use std::fs;
use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise_clinic::Language;
use serde_json::json;

use crate::driver::{Browser, installed};
use crate::{PATIENTS, TURN, page, root};

/// The largest picture, in bytes: a README is read on telephones, too.
const LARGEST: u64 = 150_000;
/// How much of a page a picture shows at most, in pixels, and its margin.
const SCREEN: f64 = 1_000.0;
const MARGIN: f64 = 8.0;
const CARD: &str = "docs/pictures/card.png";
const COURSE: &str = "docs/pictures/course.png";

#[test]
fn pictures_of_the_readme_are_there_and_small() {
    if std::env::var_os("CELLWISE_PICTURES").is_some() {
        take();
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for picture in [CARD, COURSE] {
        let size = fs::metadata(root().join(picture)).unwrap_or_else(|error| panic!("{picture}: {error}")).len();
        assert!((1_000..LARGEST).contains(&size), "{picture}: {size} bytes");
        assert!(readme.contains(&format!("({picture})")), "{picture} is not shown");
    }
}

/// Takes both, in English: of the same patient, the most urgent card, and the course as far as a screen shows it.
fn take() {
    let Some(chromium) = installed() else { panic!("pictures are taken in chromium") };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let browser = Browser::start(chromium);
    fs::create_dir_all(root().join("docs/pictures")).unwrap();
    let page = page(PATIENTS[0], Language::ENGLISH);
    browser.open(&page, 860);
    photograph(&browser, "#c1", "#c1", CARD);
    browser.open(&page, 1000);
    photograph(&browser, "header", ".picture .row", COURSE);
}

/// A picture of the page from the top of an element to the end of the last of others that fits a screen.
fn photograph(browser: &Browser, from: &str, to: &str, file: &str) {
    let of = |what: &str| browser.eval(what).as_f64().unwrap();
    let top = of(&format!("document.querySelector('{from}').getBoundingClientRect().top + scrollY"));
    let ends =
        format!("[...document.querySelectorAll('{to}')].map((of) => of.getBoundingClientRect().bottom + scrollY)");
    let bottom = of(&format!("Math.max(...{ends}.filter((end) => end < {top} + {SCREEN}))"));
    let (left, width) =
        (of("document.querySelector('main').getBoundingClientRect().left"), of("document.body.clientWidth"));
    let clip = json!({
        "x": (left - MARGIN).max(0.0), "y": (top - MARGIN).max(0.0),
        "width": width, "height": bottom - top + 2.0 * MARGIN, "scale": 1,
    });
    let taken =
        browser.call("Page.captureScreenshot", json!({ "format": "png", "clip": clip, "captureBeyondViewport": true }));
    fs::write(root().join(file), STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
}
