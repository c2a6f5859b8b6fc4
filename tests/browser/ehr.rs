//! The mock EHR in a browser, against the real server: a patient is picked, a card read, a suggestion taken, a card overridden.
//!
//! With `CELLWISE_PICTURES` in the environment it also takes the pictures of `docs/try-it.md`, into that folder.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, mpsc};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cellwise::config::Config;
use cellwise::ehr::faults::{Fault, Faults};
use cellwise::ehr::{Algorithm, Ehr, EhrSettings};
use cellwise::fixtures::patients::{CARRIED_AS_OF, Patients};
use cellwise::http::{Server, Settings};
use cellwise_clinic::Language;
use serde_json::json;

use super::driver::{Browser, installed};
use super::{ENGINE, TURN, assert_sound};

/// An EHR and a server that believes it.
fn started() -> Ehr {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ehr = Ehr::start(EhrSettings {
        listen: "127.0.0.1:0".parse().unwrap(),
        base_url: None,
        service: format!("http://{free}"),
        patients: Patients::carried().unwrap(),
        apps: Vec::new(),
        algorithm: Algorithm::Es384,
        faults: Faults::default(),
        as_of: Some(CARRIED_AS_OF.to_owned()),
        language: Language::ENGLISH,
        open: false,
    });
    let ehr = ehr.unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser-ehr.toml");
    fs::write(&file, ehr.configuration()).unwrap();
    let config = Config::read(&file, ENGINE.knowledge()).unwrap();
    let settings = Settings { workers: 1, ..config.settings(&config.server, &[]).unwrap() };
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let server = Server::bind_with(Arc::clone(&ENGINE), settings, None).unwrap();
            send.send(()).unwrap();
            server.run().await.unwrap();
        });
    });
    receive.recv().unwrap();
    ehr
}

/// A picture of what is to be seen, of this height, where pictures are asked for.
fn picture(browser: &Browser, name: &str, height: u32) {
    let Some(folder) = std::env::var_os("CELLWISE_PICTURES") else { return };
    let clip = json!({ "x": 0, "y": 0, "width": 1100, "height": height, "scale": 0.7 });
    let shot =
        browser.call("Page.captureScreenshot", json!({ "format": "png", "clip": clip, "captureBeyondViewport": true }));
    let file = PathBuf::from(folder).join(format!("{name}.png"));
    fs::write(file, STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()).unwrap();
}

fn click(browser: &Browser, selector: &str) {
    // What is there now is not what was there before.
    browser.eval("window.isOld = true");
    let found = browser.eval(&format!(
        "(() => {{ const e = document.querySelector({selector:?}); if (e) e.click(); return Boolean(e); }})()"
    ));
    assert_eq!(found, true, "{selector}");
    browser.wait_for("!window.isOld && document.readyState === 'complete'");
}

#[test]
fn a_patient_is_picked_a_card_read_a_suggestion_taken_and_a_card_overridden() {
    let Some(chromium) = installed() else { return };
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let (ehr, browser) = (started(), Browser::start(chromium));
    let count =
        |selector: &str| browser.eval(&format!("document.querySelectorAll({selector:?}).length")).as_u64().unwrap();
    let text = || browser.eval("document.body.innerText").as_str().unwrap().to_owned();
    let is_fine = |at: &str| assert_sound(&browser, at);

    browser.open(ehr.url(), 1100);
    assert!(text().contains("Services on their hooks:"), "{}", text());
    is_fine("patients");
    picture(&browser, "ehr-patients", 700);

    // Opening a chart asks the services.
    let chart = format!("a[href='{}/open']", ehr.chart_url("car-t-icans").strip_prefix(ehr.url()).unwrap());
    click(&browser, &chart);
    assert!(count("article.card.critical") > 0, "{}", text());
    assert!(count("article.card table") > 0);
    is_fine("chart");
    picture(&browser, "ehr-chart", 1000);

    // An order is drafted, and a suggestion goes among the drafts.
    let orders = format!("a[href='{}/open']", ehr.chart_url("car-t-icans").strip_prefix(ehr.url()).unwrap());
    browser.open(ehr.url(), 1100);
    click(&browser, &orders);
    browser.eval("document.querySelector('#order').value = 'blood-red-cells'");
    click(&browser, "form[action$='/draft'] button");
    assert_eq!(count("ul.drafts li"), 1);
    click(&browser, "button[value='order-sign']");
    assert!(count("form[action$='/accept'] button") > 0, "{}", text());
    let before = count("ul.drafts li");
    click(&browser, "form[action$='/accept'] button:not([disabled])");
    assert!(count("ul.drafts li") > before || text().contains("Accepted"), "{}", text());
    assert!(text().contains("200 {\"received\":1}"), "{}", text());

    // A card is overridden with a reason and words.
    click(&browser, "button[value='patient-view']");
    browser.eval("document.querySelector('article.card details').open = true");
    browser.eval("document.querySelector('input[name=comment]').value = 'discussed'");
    click(&browser, "form[action$='/override'] button");
    let said = text();
    assert!(
        said.contains("Overridden:") && said.contains("discussed") && said.contains("200 {\"received\":1}"),
        "{said}"
    );
    is_fine("overridden");

    // What goes wrong is said, and comes to gaps.
    ehr.switch(Faults::new([Fault::Forbidden, Fault::NoPrefetch], None));
    click(&browser, "button[value='patient-view']");
    assert!(text().contains("Faults that are on: forbidden, no-prefetch"), "{}", text());
    is_fine("faults");
    picture(&browser, "ehr-fault", 700);
    ehr.switch(Faults::default());

    // In Dutch, on a telephone and on a large screen.
    browser.eval("document.querySelector('#language').value = 'nl'");
    click(&browser, "form[action='/choices'] button");
    for width in [380, 1600] {
        browser.open(&format!("{}/open", ehr.chart_url("car-t-icans")), width);
        assert_eq!(browser.eval("document.documentElement.lang"), "nl");
        is_fine(&format!("nl {width}"));
        browser.open(ehr.url(), width);
        assert_eq!(browser.eval("document.querySelector('h1').textContent"), "Patiënten");
        is_fine(&format!("nl patients {width}"));
    }
}
