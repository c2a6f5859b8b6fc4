//! The pictures of the README, taken anew with `CELLWISE_PICTURES=1 cargo test --test browser pictures`. Without that they are only
//! looked for.

use std::fs;
use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise_clinic::Language;
use serde_json::json;

use crate::driver::{Browser, installed};
use crate::{PATIENTS, TURN, page, root, served};

/// The largest picture, in bytes: a README is read on telephones, too.
const LARGEST: u64 = 150_000;
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

/// Takes both, in English.
fn take() {
    let Some(chromium) = installed() else { panic!("pictures are taken in chromium") };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (base, browser) = (served(), Browser::start(chromium));
    fs::create_dir_all(root().join("docs/pictures")).unwrap();
    // A card as the workbench shows it.
    browser.open(&format!("{base}/workbench?patient=car-t-crs&hook=patient-view&date=2026-11-02"), 860);
    browser.wait_for("document.querySelector('#c1')");
    photograph(&browser, "#c1", "#c1", CARD);
    // A course from whose it is to the end of the picture.
    browser.open(&page(PATIENTS[0], Language::ENGLISH), 1200);
    photograph(&browser, "header", ".picture", COURSE);
}

/// A picture of the page from one element to the end of another.
fn photograph(browser: &Browser, from: &str, to: &str, file: &str) {
    let of = |what: &str| browser.eval(what).as_f64().unwrap();
    let top = of(&format!("document.querySelector('{from}').getBoundingClientRect().top + scrollY"));
    let bottom = of(&format!("document.querySelector('{to}').getBoundingClientRect().bottom + scrollY"));
    let left = of(&format!("document.querySelector('{to}').getBoundingClientRect().left"));
    let width = of(&format!("document.querySelector('{to}').getBoundingClientRect().width"));
    let margin = 8.0;
    let clip = json!({
        "x": (left - margin).max(0.0), "y": (top - margin).max(0.0),
        "width": width + 2.0 * margin, "height": bottom - top + 2.0 * margin, "scale": 1,
    });
    let taken =
        browser.call("Page.captureScreenshot", json!({ "format": "png", "clip": clip, "captureBeyondViewport": true }));
    fs::write(root().join(file), STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()).unwrap();
}
